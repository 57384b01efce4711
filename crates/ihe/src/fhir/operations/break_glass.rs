//! `POST Patient/$break-glass`: open an emergency window (rules, A18).

use jiff::civil::Date;
use model::{Ins, Instant};
use serde_json::{Value, json};

use super::super::json;
use super::super::obj::Obj;
use super::super::outcome::{IssueCode, Outcome, Read};
use super::Parameters;

/// What is declared. Reason and declaration may be absent: it is for the rules to refuse.
pub struct BreakGlassRequest {
    pub patient: Ins,
    /// Birth or used name.
    pub family: String,
    pub given: String,
    pub birth_date: Date,
    pub reason: Option<String>,
    pub category: Category,
    /// The person cannot express their will, and there is immediate risk.
    pub declaration: Option<bool>,
}

/// Why, in a word that says nothing of the person's health.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Category {
    Unconscious,
    Confused,
    VitalRisk,
    #[default]
    Other,
}

pub fn decode(body: &[u8]) -> Read<BreakGlassRequest> {
    let node = json::parse(body)?;
    let known = ["patient", "family", "given", "birth-date", "reason", "category", "declaration"];
    let parameters = Parameters::read(&Obj::resource(&node, "Parameters")?, &known)?;
    let reason = match parameters.text("reason")? {
        Some((text, path)) if text.chars().count() > 1_000 => {
            return Err(Outcome::at(422, IssueCode::TooLong, path, "at most 1000 characters"));
        }
        found => found.map(|(text, _)| text.trim().to_owned()).filter(|text| !text.is_empty()),
    };
    let category = match parameters.text("category")? {
        None => Category::Other,
        Some(("inconscient", _)) => Category::Unconscious,
        Some(("confus", _)) => Category::Confused,
        Some(("risque-vital", _)) => Category::VitalRisk,
        Some(("autre", _)) => Category::Other,
        Some((_, path)) => {
            return Err(Outcome::value(path, "inconscient, confus, risque-vital or autre"));
        }
    };
    Ok(BreakGlassRequest {
        patient: parameters.ins("patient")?,
        family: parameters.need_text("family")?.0.to_owned(),
        given: parameters.need_text("given")?.0.to_owned(),
        birth_date: parameters.day("birth-date")?,
        reason,
        category,
        declaration: parameters.boolean("declaration")?,
    })
}

/// The answer: when the window ends.
pub fn encode(until: Instant) -> Value {
    json!({
        "resourceType": "Parameters",
        "parameter": [{ "name": "until", "valueInstant": until.to_string() }],
    })
}

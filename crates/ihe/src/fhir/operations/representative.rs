//! `POST Patient/$representative`: who acts for somebody, recorded at a counter on proof, restricted by a court, ended;
//! and the protected person's consent to a curator (rules, A8 to A10 and W10).

use model::{Act, Ins, Instant, MandateActs, MandateKind, Name, RowId};
use serde_json::{Value, json};

use super::super::json;
use super::super::obj::Obj;
use super::super::outcome::{IssueCode, Outcome, Read};
use super::Parameters;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    Add,
    Restrict,
    Settle,
    End,
    Consent,
    WithdrawConsent,
}

const ACTIONS: [(&str, Action); 6] = [
    ("ADD", Action::Add),
    ("RESTRICT", Action::Restrict),
    ("SETTLE", Action::Settle),
    ("END", Action::End),
    ("CONSENT", Action::Consent),
    ("WITHDRAW-CONSENT", Action::WithdrawConsent),
];

const KINDS: [(&str, MandateKind); 5] = [
    ("parental-authority", MandateKind::ParentalAuthority),
    ("guardian", MandateKind::Guardian),
    ("guardian-of-property", MandateKind::GuardianOfProperty),
    ("curator", MandateKind::Curator),
    ("family-authority", MandateKind::FamilyAuthority),
];

/// As `kind` names it.
pub(super) fn kind_code(kind: MandateKind) -> &'static str {
    KINDS.iter().find(|(_, known)| *known == kind).map_or("", |(code, _)| code)
}

/// A representative as a counter names them.
pub struct Named {
    pub kind: MandateKind,
    pub family: Name,
    pub given: Name,
    pub from: Option<Instant>,
    pub acts: MandateActs,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub own: Option<Ins>,
    /// Handed over at the counter; else by post.
    pub handed: bool,
}

/// What is done, and to which mandate.
pub enum Doing {
    Add(Box<Named>),
    Restrict(RowId),
    Settle(RowId),
    End(RowId),
    Consent(RowId, bool),
}

pub struct RepresentativeRequest {
    pub patient: Ins,
    pub doing: Doing,
    pub until: Option<Instant>,
    /// The paper that was seen. Where there is none it is for the rules to refuse.
    pub proved_by: String,
}

pub fn decode(body: &[u8]) -> Read<RepresentativeRequest> {
    let node = json::parse(body)?;
    let known = [
        "patient",
        "action",
        "mandate",
        "kind",
        "family",
        "given",
        "from",
        "until",
        "permits",
        "proved-by",
        "email",
        "phone",
        "own",
        "handed",
    ];
    let parameters = Parameters::read_with(&Obj::resource(&node, "Parameters")?, &known, &["permits"])?;
    let action = parameters.need_code("action", &ACTIONS)?;
    let of_a_mandate: &[&str] =
        &["kind", "family", "given", "from", "permits", "email", "phone", "own", "handed"];
    let senseless = match action {
        Action::Add => &["mandate"],
        _ => of_a_mandate,
    };
    parameters.none_of(senseless, "this action has no such parameter")?;
    let mandate =
        || parameters.need_parsed("mandate", "the id that ADD answered", |it| it.parse::<RowId>().ok());
    let doing = match action {
        Action::Add => Doing::Add(Box::new(named(&parameters)?)),
        Action::Restrict => Doing::Restrict(mandate()?),
        Action::Settle => Doing::Settle(mandate()?),
        Action::End => Doing::End(mandate()?),
        Action::Consent => Doing::Consent(mandate()?, true),
        Action::WithdrawConsent => Doing::Consent(mandate()?, false),
    };
    let proved_by = parameters.text("proved-by")?.map_or(String::new(), |(text, _)| text.trim().to_owned());
    Ok(RepresentativeRequest {
        patient: parameters.ins("patient")?,
        doing,
        until: parameters.instant("until")?,
        proved_by,
    })
}

fn named(parameters: &Parameters<'_>) -> Read<Named> {
    let name = |which: &str| {
        parameters.need(which)?;
        parameters.name(which)?.ok_or_else(|| Outcome::missing(which))
    };
    let own = match parameters.get("own") {
        Some(_) => Some(parameters.ins("own")?),
        None => None,
    };
    Ok(Named {
        kind: parameters.need_code("kind", &KINDS)?,
        family: name("family")?,
        given: name("given")?,
        from: parameters.instant("from")?,
        acts: permitted(parameters)?,
        email: parameters.email()?,
        phone: parameters.phone()?,
        own,
        handed: parameters.boolean("handed")?.unwrap_or(false),
    })
}

/// All that the kind of mandate permits, unless some are named.
fn permitted(parameters: &Parameters<'_>) -> Read<MandateActs> {
    let mut acts = std::collections::BTreeSet::new();
    for it in parameters.all("permits") {
        it.only(&["name", "valueCode"])?;
        let code = it.need_text("valueCode")?;
        let act: Option<Act> = serde_json::from_value(Value::from(code)).ok();
        let unknown = || Outcome::at(422, IssueCode::CodeInvalid, it.at("valueCode"), "no such act");
        acts.insert(act.ok_or_else(unknown)?);
    }
    Ok(if acts.is_empty() { MandateActs::All } else { MandateActs::Only(acts) })
}

/// The mandate that stands; with a representative's login and first password where they are handed over.
pub fn encode(mandate: RowId, until: Option<Instant>, handed: Option<(&str, &str)>) -> Value {
    let mut all = vec![json!({ "name": "mandate", "valueString": mandate.to_string() })];
    if let Some(until) = until {
        all.push(json!({ "name": "until", "valueInstant": until.to_string() }));
    }
    all.extend(super::counter::secrets(handed));
    json!({ "resourceType": "Parameters", "parameter": all })
}

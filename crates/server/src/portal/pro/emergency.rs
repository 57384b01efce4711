//! Access in an emergency, for who was not authorised: two declarations, a reason and the person's traits; or a
//! call to a regulation centre, without reason (rules, A18 and A19). While the window lasts a band says so.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use model::{ActingFor, Emergency};
use record::{EmergencyRequest, Failure, ReasonCategory, RefusalKind, Target};

use super::error::ProError;
use super::find::{found, record_id, record_path};
use super::frame::{Head, page, spaced};
use super::session::{PostedPro, Pro};
use super::sessions::Window;
use crate::portal::form::Form;
use crate::portal::layout::Page;
use crate::portal::messages::messages;
use crate::portal::when;

const REASON_MAX: usize = 500;

/// What stands above a record read in an emergency.
pub struct Band {
    pub until: String,
    pub is_regulation: bool,
    /// Where it is ended.
    pub path: String,
}

pub fn band(pro: &Pro, record: model::RecordId) -> Option<Band> {
    let window = pro.window(record)?;
    Some(Band {
        until: when::moment_from(window.until, pro.app.clock.now()),
        is_regulation: window.kind == Emergency::Regulation,
        path: format!("{}/emergency/end", record_path(record)),
    })
}

#[derive(Default)]
struct Typed {
    family: String,
    given: String,
    born: String,
    reason: String,
    category: String,
    cannot: bool,
    risk: bool,
}

impl Typed {
    fn of(form: &Form) -> Self {
        let short = |name: &str, most: usize| form.text(name).chars().take(most).collect::<String>();
        Self {
            family: short("family", 100),
            given: short("given", 100),
            born: short("born", 10),
            reason: short("reason", REASON_MAX),
            category: short("category", 20),
            cannot: form.yes("cannot"),
            risk: form.yes("risk"),
        }
    }

    /// What is missing, the first thing first.
    fn missing(&self) -> Option<&'static str> {
        let m = messages();
        if !self.cannot || !self.risk {
            Some(m.t("pro.glass.error.declare"))
        } else if self.reason.is_empty() {
            Some(m.t("pro.glass.error.reason"))
        } else if self.family.is_empty() || self.given.is_empty() || self.born.parse::<Date>().is_err() {
            Some(m.t("pro.glass.error.traits"))
        } else {
            None
        }
    }
}

#[derive(Template)]
#[template(path = "pro/emergency.html")]
struct EmergencyPage {
    page: Page,
    head: Head,
    path: String,
    number: String,
    typed: Typed,
    /// A doctor who acts for a regulation centre: the 15.
    regulates: bool,
    error: Option<&'static str>,
}

pub async fn ask(pro: Pro, Path(record): Path<String>) -> Result<Response, ProError> {
    let record = record_id(&pro, &record);
    show(&pro, record, Typed::default(), None)
}

fn show(
    pro: &Pro,
    record: model::RecordId,
    typed: Typed,
    error: Option<&'static str>,
) -> Result<Response, ProError> {
    let ins = found(pro, record)?.ins;
    pro.is_active()?;
    let (page, head) = page(pro, messages().t("pro.glass.title"));
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let regulates = pro.who.profession.is_doctor() && pro.who.acting_for == ActingFor::RegulationCentre;
    let (path, number) = (record_path(record), spaced(ins.matricule()));
    Ok(Page::show_as(status, &EmergencyPage { page, head, path, number, typed, regulates, error }))
}

pub async fn break_glass(
    Path(record): Path<String>,
    PostedPro { pro, form }: PostedPro,
) -> Result<Response, ProError> {
    let record = record_id(&pro, &record);
    let typed = Typed::of(&form);
    let ins = found(&pro, record)?.ins;
    if let Some(error) = typed.missing() {
        return show(&pro, record, typed, Some(error));
    }
    let Ok(birth_date) = typed.born.parse() else {
        return show(&pro, record, typed, Some(messages().t("pro.glass.error.traits")));
    };
    let asked = EmergencyRequest {
        ins,
        family: typed.family.clone(),
        given: typed.given.clone(),
        birth_date,
        reason: typed.reason.clone(),
        category: match typed.category.as_str() {
            "unconscious" => ReasonCategory::Unconscious,
            "confused" => ReasonCategory::Confused,
            "vital" => ReasonCategory::VitalRisk,
            _ => ReasonCategory::Other,
        },
        cannot_consent: typed.cannot,
        immediate_risk: typed.risk,
    };
    let opened = pro.try_act(move |records, call| records.break_glass(call, &asked)).await;
    let reason = typed.reason.clone();
    entered(&pro, record, opened, (Emergency::BreakGlass, reason), typed)
}

pub async fn regulate(
    Path(record): Path<String>,
    PostedPro { pro, .. }: PostedPro,
) -> Result<Response, ProError> {
    let record = record_id(&pro, &record);
    let ins = found(&pro, record)?.ins;
    let opened = pro.try_act(move |records, call| records.regulate(call, &ins)).await;
    entered(&pro, record, opened, (Emergency::Regulation, String::new()), Typed::default())
}

/// The record, with its band; or the page again. Why it was refused is not said: it would tell of the person.
fn entered(
    pro: &Pro,
    record: model::RecordId,
    opened: Result<record::Disclosed<record::OpenedWindow>, Failure>,
    (kind, reason): (Emergency, String),
    typed: Typed,
) -> Result<Response, ProError> {
    match opened {
        Ok(opened) => {
            let opened = opened.into_inner();
            let window = Window { record: opened.record, kind, reason, until: opened.until };
            pro.app.pro.sessions.open(&pro.token, window);
            Ok(pro.done("pro.done.emergency", &record_path(opened.record)))
        }
        Err(Failure::Refused(no)) if matches!(no.kind, RefusalKind::Denied | RefusalKind::Rule) => {
            show(pro, record, typed, Some(messages().t("pro.glass.error.refused")))
        }
        Err(failure) => Err(pro.wrong(failure)),
    }
}

/// Every window of this session ends: whoever leaves one emergency asks again for the next.
pub async fn end(Path(record): Path<String>, PostedPro { pro, .. }: PostedPro) -> Result<Response, ProError> {
    let _ = record_id(&pro, &record);
    end_windows(&pro).await?;
    Ok(pro.done("pro.done.emergency.end", "/pro"))
}

/// In each record, not in the session alone (rules, A18). One that is over already is refused, and that is well.
pub(super) async fn end_windows(pro: &Pro) -> Result<(), ProError> {
    for window in pro.app.pro.sessions.windows(&pro.token) {
        let target = Target::Record(window.record);
        match pro.try_act(move |records, call| records.end_emergency(call, &target)).await {
            Ok(_) | Err(Failure::Refused(_)) => {}
            Err(fault) => return Err(pro.wrong(fault)),
        }
    }
    pro.app.pro.sessions.close_windows(&pro.token);
    Ok(())
}

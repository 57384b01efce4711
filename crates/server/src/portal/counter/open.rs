//! The one page, and what it opens.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use paper::secrets::CodeBy;
use record::{Failure, OpenRequest, RefusalKind};
use serde::Deserialize;

use super::agent::{AtCounter, Head};
use super::answers::{Answers, read};
use super::fields::Fields;
use crate::blocking::act;
use crate::portal::errors::PageError;
use crate::portal::form::Form;
use crate::portal::layout::{Page, go};
use crate::portal::messages::messages;
use crate::portal::session::{InQuery, Posted, shown_name};

#[derive(Template)]
#[template(path = "counter/open.html")]
struct OpenPage {
    page: Page,
    head: Head,
    it: Fields,
    found: bool,
}

#[derive(Template)]
#[template(path = "counter/declined.html")]
struct DeclinedPage {
    page: Page,
    head: Head,
}

#[derive(Deserialize, Default)]
pub struct Whom {
    #[serde(default, rename = "for")]
    whom: String,
}

pub async fn page(agent: AtCounter, InQuery(Whom { whom }): InQuery<Whom>) -> Response {
    let form = if whom == "represented" { Form::read(b"for=represented") } else { None };
    shown(&agent, StatusCode::OK, &form.unwrap_or_default(), &[], false)
}

fn shown(
    agent: &AtCounter,
    status: StatusCode,
    form: &Form,
    lacking: &[(&'static str, &'static str)],
    found: bool,
) -> Response {
    let page = Page::open(&agent.app, messages().t("counter.title"));
    let it = Fields::of(form, lacking, page.demo);
    Page::show_as(status, &OpenPage { page, head: agent.head(), it, found })
}

pub async fn open(Posted { by: agent, form }: Posted<AtCounter>) -> Result<Response, PageError> {
    let request = match read(&form, agent.app.clock.now(), agent.app.demo.is_some()) {
        Answers::Whole(request) => request,
        Answers::Declined => {
            let page = Page::open(&agent.app, messages().t("counter.declined.title"));
            return Ok(Page::show(&DeclinedPage { page, head: agent.head() }));
        }
        Answers::Lacking(lacking) => {
            return Ok(shown(&agent, StatusCode::UNPROCESSABLE_ENTITY, &form, &lacking, false));
        }
    };
    let (name, code_by) = (shown_name(&request.traits), code_by(&request));
    let call = agent.call.clone();
    let opened = match act(&agent.app, move |records| records.open_record(&call, &request)).await {
        Ok(opened) => opened.into_inner(),
        Err(Failure::Refused(no)) if no.kind == RefusalKind::RecordFound => {
            return Ok(shown(&agent, StatusCode::CONFLICT, &form, &[], true));
        }
        Err(failure) => return Err(agent.wrong(failure)),
    };
    let (app, desk) = (&agent.app, &agent.desk);
    let waiting = (name, code_by);
    let id = desk.letters.keep(agent.certificate, waiting, opened.secrets, app.clock.now(), &*app.dice);
    Ok(go(&format!("/counter/opened/{id}")))
}

/// As messages leave: by e-mail, else by SMS.
fn code_by(request: &OpenRequest) -> CodeBy {
    match (&request.email, &request.phone) {
        (Some(_), _) => CodeBy::Email,
        (None, Some(_)) => CodeBy::Sms,
        (None, None) => CodeBy::Nothing,
    }
}

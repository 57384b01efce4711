//! After an opening: the letter to print, once, and the next person's turn.

use askama::Template;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::RowId;
use paper::secrets::{CodeBy, SecretsLetter};

use super::agent::{AtCounter, Head};
use super::letters::Told;
use crate::portal::errors::{PageError, Wrong};
use crate::portal::layout::{Page, go};
use crate::portal::messages::messages;
use crate::portal::session::Posted;
use crate::portal::when;

/// As for other PDFs of the portal: browsers' own viewers do not run in a sandbox.
const PDF_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'";
/// Numbers that ring nowhere: 01 99 00 is kept for fiction.
const DEMO_TELEPHONE: &str = "01 99 00 10 20";

#[derive(Template)]
#[template(path = "counter/opened.html")]
struct OpenedPage {
    page: Page,
    head: Head,
    id: RowId,
    it: Told,
}

#[derive(Template)]
#[template(path = "counter/gone.html")]
struct GonePage {
    page: Page,
    head: Head,
}

impl OpenedPage {
    fn reached(&self) -> &'static str {
        let m = messages();
        match self.it.code_by {
            CodeBy::Email => m.t("counter.opened.email"),
            CodeBy::Sms => m.t("counter.opened.sms"),
            CodeBy::Nothing => m.t("counter.opened.nothing"),
        }
    }
}

pub async fn page(agent: AtCounter, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<RowId>() else { return gone(&agent) };
    match agent.desk.letters.told(id, &agent.certificate, agent.app.clock.now()) {
        Some(it) => {
            let page = Page::open(&agent.app, messages().t("counter.opened.title"));
            Page::show(&OpenedPage { page, head: agent.head(), id, it })
        }
        None => gone(&agent),
    }
}

/// Printed already, too late, or another's: one answer.
fn gone(agent: &AtCounter) -> Response {
    let page = Page::open(&agent.app, messages().t("counter.gone.title"));
    Page::show_as(StatusCode::GONE, &GonePage { page, head: agent.head() })
}

/// The letter, this once: whoever asks again is told that it was printed.
pub async fn letter(
    Path(id): Path<String>,
    Posted { by: agent, .. }: Posted<AtCounter>,
) -> Result<Response, PageError> {
    let now = agent.app.clock.now();
    let found = id.parse::<RowId>().ok().and_then(|id| agent.desk.letters.print(id, &agent.certificate, now));
    let Some((told, secrets)) = found else { return Ok(gone(&agent)) };
    let demo = agent.app.demo.is_some();
    let letter = SecretsLetter {
        name: &told.name,
        login: &secrets.login,
        password: &secrets.password,
        portal: &agent.app.addresses.portal,
        printed: &when::moment(now),
        place: &agent.place,
        telephone: demo.then_some(DEMO_TELEPHONE),
        code_by: told.code_by,
        demo,
    };
    let pdf = letter.pdf().map_err(|_| agent.wrong(Wrong::Fault))?;
    let mut response = Body::from(pdf).into_response();
    for (name, value) in [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, "inline; filename=\"identifiants.pdf\""),
        (header::CONTENT_SECURITY_POLICY, PDF_POLICY),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// Nothing is left of the one before.
pub async fn next(Posted { by: agent, form }: Posted<AtCounter>) -> Response {
    if let Ok(id) = form.text("id").parse::<RowId>() {
        agent.desk.letters.forget(id, &agent.certificate, agent.app.clock.now());
    }
    go("/counter")
}

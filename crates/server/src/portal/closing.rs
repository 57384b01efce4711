//! Closing one's record: what stays and what goes is said before; afterwards a page of what remains: the
//! certificate, the trace, reopening (rules, W11 and W12, A2).

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use record::{Closing, Failure, RefusalKind, Target};

use super::errors::PageError;
use super::layout::{Here, Page, go};
use super::messages::messages;
use super::session::{Holder, Posted, agreement, shown_name};
use super::when;

#[derive(Template)]
#[template(path = "close.html")]
struct ClosePage {
    page: Page,
    error: Option<&'static str>,
}

pub async fn page(holder: Holder) -> Response {
    show(&holder, StatusCode::OK, None)
}

fn show(holder: &Holder, status: StatusCode, error: Option<&'static str>) -> Response {
    let page = Page::of(holder, Here::Elsewhere, messages().t("close.title"));
    Page::show_as(status, &ClosePage { page, error })
}

pub async fn close(Posted { by: holder, form }: Posted<Holder>) -> Result<Response, PageError> {
    if !form.yes("sure") {
        let error = Some(messages().t("close.error.sure"));
        return Ok(show(&holder, StatusCode::UNPROCESSABLE_ENTITY, error));
    }
    let closing = holder
        .act(|records, call, record| records.close(call, &Target::Record(record), None))
        .await?
        .into_inner();
    match closing {
        Closing::Closed { .. } => {
            holder.app.sessions.with_notes(&holder.token, |notes| notes.closed = true);
            Ok(holder.done("done.closed", "/closed"))
        }
        Closing::Waits => Ok(holder.done("done.close.waits", "/settings")),
    }
}

#[derive(Template)]
#[template(path = "closed.html")]
struct ClosedPage {
    page: Page,
    name: String,
    born: String,
    sex: char,
    closed: String,
    by: String,
    until: String,
    /// Asked for, and not yet done.
    destruction: Option<String>,
    error: Option<&'static str>,
}

/// What remains of a record that is closed.
pub async fn closed(holder: Holder) -> Result<Response, PageError> {
    shown(&holder, None).await
}

async fn shown(holder: &Holder, error: Option<&'static str>) -> Result<Response, PageError> {
    let it = match holder.try_act(|records, call, record| records.closure(call, record)).await {
        Ok(it) => it.into_inner(),
        // it is open
        Err(Failure::Refused(no)) if matches!(no.kind, RefusalKind::Rule | RefusalKind::Denied) => {
            return Ok(go("/"));
        }
        Err(failure) => return Err(holder.wrong(failure)),
    };
    let page = Page::of(holder, Here::Home, messages().t("closed.title"));
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let traits = &it.identity.traits;
    let closed = ClosedPage {
        page,
        name: shown_name(traits),
        born: when::day(traits.birth_date),
        sex: agreement(traits.sex),
        closed: when::moment(it.closed),
        by: it.by.clone(),
        until: when::day_of(it.destroyed_on.timestamp()),
        destruction: it.destruction_asked.map(|at| when::day_of(at.timestamp())),
        error,
    };
    Ok(Page::show_as(status, &closed))
}

pub async fn reopen(Posted { by: holder, form }: Posted<Holder>) -> Result<Response, PageError> {
    if !form.yes("consent") {
        return shown(&holder, Some(messages().t("closed.error.consent"))).await;
    }
    holder.act(|records, call, record| records.reopen(call, &Target::Record(record), true)).await?;
    holder.app.sessions.with_notes(&holder.token, |notes| notes.closed = false);
    Ok(holder.done("done.reopened", "/"))
}

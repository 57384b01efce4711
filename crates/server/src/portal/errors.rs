//! Errors as pages: what happened, what was not lost, what to do now, and a number to quote.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use model::RowId;
use record::{Failure, RefusalKind};

use super::layout::{Here, Page, go, wants_page};
use super::messages::messages;
use crate::app::App;
use crate::guard::RequestId;
use crate::outcome::Outcome;

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Absent or forbidden: one answer for both.
    Missing,
    /// Not allowed to this person.
    Denied,
    /// A request that does not come from a page of ours, or from one too old.
    Foreign,
    Malformed,
    /// A rule: what was asked cannot be, for instance any more.
    Rule,
    TooMany,
    Busy,
    Fault,
}

/// An error on its way to becoming a page.
pub struct PageError {
    app: Arc<App>,
    request: RowId,
    what: What,
    signed: Option<String>,
}

enum What {
    Wrong(Wrong),
    Go(String),
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    page: Page,
    what: &'a str,
    next: &'a str,
    request: String,
    signed: bool,
}

impl PageError {
    pub fn new(app: &Arc<App>, request: RowId, wrong: Wrong) -> Self {
        Self { app: Arc::clone(app), request, what: What::Wrong(wrong), signed: None }
    }

    /// Not an error to be shown: another page first.
    pub fn go(app: &Arc<App>, request: RowId, path: String) -> Self {
        Self { app: Arc::clone(app), request, what: What::Go(path), signed: None }
    }

    pub fn app(&self) -> Arc<App> {
        Arc::clone(&self.app)
    }

    pub fn signed(self, token: &str) -> Self {
        Self { signed: Some(token.to_owned()), ..self }
    }
}

impl From<Failure> for Wrong {
    fn from(failure: Failure) -> Self {
        let refusal = match failure {
            Failure::Refused(refusal) => refusal,
            Failure::Fault(fault) => {
                tracing::error!(%fault, "a fault");
                return Self::Fault;
            }
        };
        match refusal.kind {
            RefusalKind::NotFound => Self::Missing,
            RefusalKind::Denied | RefusalKind::NotProved => Self::Denied,
            RefusalKind::Rule | RefusalKind::Conflict | RefusalKind::RecordFound => Self::Rule,
            RefusalKind::TooMany => Self::TooMany,
            RefusalKind::Busy => Self::Busy,
        }
    }
}

impl Wrong {
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Missing => StatusCode::NOT_FOUND,
            Self::Denied | Self::Foreign => StatusCode::FORBIDDEN,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Rule => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Fault => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Title, what happened, what to do.
    pub fn words(&self) -> [&'static str; 3] {
        let m = messages();
        match self {
            Self::Missing => [m.t("error.missing"), m.t("error.missing.what"), m.t("error.missing.next")],
            Self::Denied => [m.t("error.denied"), m.t("error.denied.what"), m.t("error.denied.next")],
            Self::Foreign => [m.t("error.foreign"), m.t("error.foreign.what"), m.t("error.foreign.next")],
            Self::Malformed => [m.t("error.form"), m.t("error.form.what"), m.t("error.form.next")],
            Self::Rule => [m.t("error.rule"), m.t("error.rule.what"), m.t("error.rule.next")],
            Self::TooMany => [m.t("error.many"), m.t("error.many.what"), m.t("error.many.next")],
            Self::Busy => [m.t("error.busy"), m.t("error.busy.what"), m.t("error.busy.next")],
            Self::Fault => [m.t("error.fault"), m.t("error.fault.what"), m.t("error.fault.next")],
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let wrong = match self.what {
            What::Go(path) => return go(&path),
            What::Wrong(wrong) => wrong,
        };
        let [title, what, next] = wrong.words();
        let request = self.request.to_string();
        let signed = self.signed.is_some();
        let page = match &self.signed {
            Some(token) => Page::signed(&self.app, token, Here::Elsewhere, title),
            None => Page::open(&self.app, title),
        };
        Page::show_as(wrong.status(), &ErrorPage { page, what, next, request, signed })
    }
}

/// An address nobody has: a page for who reads, an outcome for a program.
pub async fn missing(State(app): State<Arc<App>>, headers: HeaderMap, request: Request) -> Response {
    match request.extensions().get::<RequestId>() {
        Some(id) if wants_page(&headers) => PageError::new(&app, id.0, Wrong::Missing).into_response(),
        _ => Outcome::NOT_FOUND.into_response(),
    }
}

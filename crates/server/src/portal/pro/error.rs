//! Refusals and faults as a professional's pages say them: what happened, who may lift it, what to do now. Absent
//! and forbidden are one page (rules, "How a decision is made").

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use model::RowId;
use record::Failure;

use super::frame::Head;
use super::session::Pro;
use crate::app::App;
use crate::portal::errors::{PageError, Wrong, later};
use crate::portal::layout::{Page, go, set_cookie};
use crate::portal::messages::messages;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProWrong {
    /// Another page first.
    Go(String),
    /// Absent or forbidden.
    Missing,
    Denied,
    /// The directory no longer has this person, or their house, at work.
    Gone,
    /// An agent's or a house's certificate.
    NotAProfessional,
    /// The identity provider's answer was not taken.
    Login,
    /// What practice software sent to open a page was not taken.
    Opening,
    /// It served already.
    Used,
    Foreign,
    Malformed,
    Other(Wrong),
}

pub struct ProError {
    app: Arc<App>,
    request: RowId,
    what: ProWrong,
    head: Option<Box<Head>>,
    /// Already a page of the portal's.
    plain: Option<Box<PageError>>,
}

#[derive(Template)]
#[template(path = "pro/error.html")]
struct ErrorPage {
    page: Page,
    head: Option<Head>,
    what: &'static str,
    next: &'static str,
    request: String,
}

impl ProError {
    pub fn new(app: &Arc<App>, request: RowId, what: ProWrong) -> Self {
        Self { app: Arc::clone(app), request, what, head: None, plain: None }
    }

    pub fn signed(self, pro: &Pro) -> Self {
        Self { head: Some(Box::new(Head::of(pro))), ..self }
    }
}

impl From<Failure> for ProWrong {
    fn from(failure: Failure) -> Self {
        Wrong::from(failure).into()
    }
}

impl From<Wrong> for ProWrong {
    fn from(wrong: Wrong) -> Self {
        match wrong {
            Wrong::Missing => Self::Missing,
            Wrong::Denied => Self::Denied,
            other => Self::Other(other),
        }
    }
}

impl From<PageError> for ProError {
    fn from(error: PageError) -> Self {
        let app = error.app();
        Self {
            request: RowId::from_bytes([0; 16]),
            app,
            what: ProWrong::Foreign,
            head: None,
            plain: Some(Box::new(error)),
        }
    }
}

impl ProWrong {
    fn status(&self) -> StatusCode {
        match self {
            Self::Go(_) => StatusCode::SEE_OTHER,
            Self::Missing => StatusCode::NOT_FOUND,
            Self::Denied
            | Self::Gone
            | Self::NotAProfessional
            | Self::Login
            | Self::Opening
            | Self::Used
            | Self::Foreign => StatusCode::FORBIDDEN,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Other(wrong) => wrong.status(),
        }
    }

    fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Other(wrong) => wrong.retry_after(),
            _ => None,
        }
    }

    /// Title, what happened, what to do.
    fn words(&self) -> [&'static str; 3] {
        let m = messages();
        match self {
            Self::Missing => {
                [m.t("pro.error.missing"), m.t("pro.error.missing.what"), m.t("pro.error.missing.next")]
            }
            Self::Denied => {
                [m.t("pro.error.denied"), m.t("pro.error.denied.what"), m.t("pro.error.denied.next")]
            }
            Self::Gone => [m.t("pro.error.gone"), m.t("pro.error.gone.what"), m.t("pro.error.gone.next")],
            Self::NotAProfessional => {
                [m.t("pro.error.notpro"), m.t("pro.error.notpro.what"), m.t("pro.error.notpro.next")]
            }
            Self::Login => [m.t("pro.error.login"), m.t("pro.error.login.what"), m.t("pro.error.login.next")],
            Self::Opening => {
                [m.t("pro.error.opening"), m.t("pro.error.opening.what"), m.t("pro.error.opening.next")]
            }
            Self::Used => [m.t("pro.error.used"), m.t("pro.error.used.what"), m.t("pro.error.used.next")],
            Self::Foreign => Wrong::Foreign.words(),
            Self::Malformed => Wrong::Malformed.words(),
            Self::Go(_) => Wrong::Fault.words(),
            Self::Other(wrong) => wrong.words(),
        }
    }
}

impl IntoResponse for ProError {
    fn into_response(self) -> Response {
        if let Some(plain) = self.plain {
            return plain.into_response();
        }
        if let ProWrong::Go(path) = &self.what {
            return go(path);
        }
        let [title, what, next] = self.what.words();
        let page = Page::open(&self.app, title);
        let head = self.head.map(|it| *it);
        let request = self.request.to_string();
        let page = ErrorPage { page, head, what, next, request };
        let mut response = later(Page::show_as(self.what.status(), &page), self.what.retry_after());
        if self.what == ProWrong::Gone {
            set_cookie(&mut response, super::session::COOKIE, "", Some(0));
        }
        response
    }
}

//! Errors as pages: what happened, what was not lost, what to do now, and a number to quote.

use std::sync::Arc;

use askama::Template;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::RowId;
use record::{Failure, RefusalKind};

use super::counter::Head;
use super::layout::{Here, Page, go, wants_page};
use super::messages::messages;
use super::session::Visitor;
use crate::api::sessions::Who;
use crate::api::signed_in::token;
use crate::app::App;
use crate::connection::Connection;
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
    /// This address answers another method.
    Method,
    TooLarge,
    TooMany,
    Busy,
    /// No room is left to write a line in.
    NoSpace,
    Fault,
}

/// Whose pages an error stands among: where its way out leads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    Holder,
    Professional,
    Counter,
    Steering,
}

/// An error on its way to becoming a page.
pub struct PageError {
    app: Arc<App>,
    request: RowId,
    what: What,
    signed: Option<String>,
    /// Whose counter it is, on a counter's pages.
    desk: Option<Box<Head>>,
    side: Side,
}

enum What {
    Wrong(Wrong),
    Go(String),
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    page: Page,
    desk: Option<Box<Head>>,
    what: &'a str,
    next: &'a str,
    request: String,
    home: &'static str,
    home_word: &'static str,
}

impl PageError {
    pub fn new(app: &Arc<App>, request: RowId, wrong: Wrong) -> Self {
        Self::of(app, request, What::Wrong(wrong))
    }

    /// Not an error to be shown: another page first.
    pub fn go(app: &Arc<App>, request: RowId, path: String) -> Self {
        Self::of(app, request, What::Go(path))
    }

    fn of(app: &Arc<App>, request: RowId, what: What) -> Self {
        Self { app: Arc::clone(app), request, what, signed: None, desk: None, side: Side::Holder }
    }

    pub fn app(&self) -> Arc<App> {
        Arc::clone(&self.app)
    }

    pub fn among(self, side: Side) -> Self {
        Self { side, ..self }
    }

    pub fn behind(self, desk: Head) -> Self {
        Self { desk: Some(Box::new(desk)), ..self }
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
                return if fault.is_no_space() { Self::NoSpace } else { Self::Fault };
            }
        };
        match refusal.kind {
            RefusalKind::NotFound => Self::Missing,
            RefusalKind::Denied | RefusalKind::NotProved | RefusalKind::Replayed => Self::Denied,
            RefusalKind::Rule | RefusalKind::Conflict | RefusalKind::Stale | RefusalKind::RecordFound => {
                Self::Rule
            }
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
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Rule => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy | Self::NoSpace => StatusCode::SERVICE_UNAVAILABLE,
            Self::Fault => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What a status says that no page was made for: of the frame around the handlers, or of a path or form that
    /// could not be taken apart.
    fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Self::Denied,
            StatusCode::NOT_FOUND => Self::Missing,
            StatusCode::METHOD_NOT_ALLOWED => Self::Method,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::UNPROCESSABLE_ENTITY | StatusCode::CONFLICT => Self::Rule,
            StatusCode::TOO_MANY_REQUESTS => Self::TooMany,
            StatusCode::SERVICE_UNAVAILABLE => Self::Busy,
            StatusCode::INSUFFICIENT_STORAGE => Self::NoSpace,
            other if other.is_server_error() => Self::Fault,
            _ => Self::Malformed,
        }
    }

    /// Seconds after which it is worth trying again.
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::TooMany => Some(3600),
            Self::Busy => Some(1),
            Self::NoSpace => Some(60),
            _ => None,
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
            Self::Method => [m.t("error.method"), m.t("error.method.what"), m.t("error.method.next")],
            Self::TooLarge => [m.t("error.large"), m.t("error.large.what"), m.t("error.large.next")],
            Self::NoSpace => [m.t("error.space"), m.t("error.space.what"), m.t("error.space.next")],
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
        let page = match &self.signed {
            Some(token) => Page::signed(&self.app, token, Here::Elsewhere, title),
            None => Page::open(&self.app, title),
        };
        let m = messages();
        let next = match (self.side, &wrong) {
            (Side::Counter, Wrong::Denied) => m.t("error.denied.counter"),
            (Side::Steering, Wrong::Denied) => m.t("error.denied.steering"),
            _ => next,
        };
        let (home, home_word) = match (self.side, &self.signed) {
            (Side::Holder, None) => ("/", m.t("error.start")),
            (Side::Holder, Some(_)) => ("/", m.t("error.home")),
            (Side::Professional, _) => ("/pro", m.t("pro.error.start")),
            (Side::Counter, _) => ("/counter", m.t("error.counter")),
            (Side::Steering, _) => ("/", m.t("error.start")),
        };
        let page = ErrorPage { page, desk: self.desk, what, next, request, home, home_word };
        later(Page::show_as(wrong.status(), &page), wrong.retry_after())
    }
}

/// Says when it is worth trying again.
pub fn later(mut response: Response, seconds: Option<u32>) -> Response {
    if let Some(seconds) = seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Whether a browser shall be shown a page for what goes wrong here, and among whose: not for programs, nor under
/// `/api`, whose answers are JSON whoever asks.
pub fn side_of(path: &str, headers: &HeaderMap) -> Option<Side> {
    (wants_page(headers) && !is_under(path, "/api")).then(|| Side::of(path))
}

fn is_under(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|it| it.is_empty() || it.starts_with('/'))
}

impl Side {
    pub fn of(path: &str) -> Self {
        if is_under(path, "/pro") {
            Self::Professional
        } else if is_under(path, "/counter") {
            Self::Counter
        } else {
            Self::Holder
        }
    }
}

/// The page in place of an answer that is an error and no page.
pub fn page_for(
    visitor: &Visitor,
    connection: Option<&Connection>,
    side: Side,
    answer: Response,
) -> Response {
    let is_page = |it: &HeaderValue| it.as_bytes().starts_with(b"text/html");
    let has_page = answer.headers().get(header::CONTENT_TYPE).is_some_and(is_page);
    if answer.status().as_u16() < 400 || has_page {
        return answer;
    }
    let wrong = Wrong::of_status(answer.status());
    let plain = || visitor.wrong(wrong.clone()).among(side);
    // who is at work or logged in stays so
    let mut page = match side {
        Side::Professional => super::pro::wrong(visitor, connection, wrong.clone()),
        Side::Counter => match connection.and_then(|it| super::counter::desk(visitor, it)) {
            Some(desk) => plain().behind(desk).into_response(),
            None => plain().into_response(),
        },
        Side::Steering => plain().into_response(),
        Side::Holder => match (visitor.who(), token(&visitor.headers)) {
            (Some(Who::Holder(_)), Some(token)) => plain().signed(&token).into_response(),
            _ => plain().into_response(),
        },
    };
    if wrong != Wrong::NoSpace {
        *page.status_mut() = answer.status();
    }
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = answer.headers().get(&name) {
            page.headers_mut().insert(name, value.clone());
        }
    }
    page
}

/// An address nobody has: the guard makes a page of it for who reads.
pub async fn missing() -> Outcome {
    Outcome::NOT_FOUND
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_has_its_words_and_each_error_its_status() {
        for wrong in [
            Wrong::Missing,
            Wrong::Denied,
            Wrong::Malformed,
            Wrong::Method,
            Wrong::TooLarge,
            Wrong::Rule,
            Wrong::TooMany,
            Wrong::Busy,
            Wrong::Fault,
        ] {
            assert_eq!(Wrong::of_status(wrong.status()), wrong);
            assert!(wrong.words().iter().all(|it| it.contains(' ')), "{wrong:?}");
        }
        assert_eq!((Wrong::NoSpace.status().as_u16(), Wrong::NoSpace.retry_after()), (503, Some(60)));
        assert_eq!(Wrong::of_status(StatusCode::URI_TOO_LONG), Wrong::Malformed);
        assert_eq!(Wrong::of_status(StatusCode::BAD_GATEWAY), Wrong::Fault);
    }

    #[test]
    fn programs_and_the_api_are_shown_no_page() {
        let browser =
            HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("text/html,*/*;q=0.8"))]);
        for (path, side) in [
            ("/", Some(Side::Holder)),
            ("/professionals", Some(Side::Holder)),
            ("/pro", Some(Side::Professional)),
            ("/pro/records/x", Some(Side::Professional)),
            ("/counter/x", Some(Side::Counter)),
            ("/api/record", None),
        ] {
            assert_eq!(side_of(path, &browser), side, "{path}");
            assert_eq!(side_of(path, &HeaderMap::new()), None, "{path}");
        }
    }
}

//! What every page has: its words, its head, its policy.

use std::borrow::Borrow;

use askama::Template;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use model::Instant;
use record::circle::AccountOf;

use super::assets::STYLE_PATH;
use super::icons;
use super::messages::{Messages, messages};
use super::session::Holder;
use super::when;
use crate::api::sessions::{Notes, anti_forgery};
use crate::app::App;
use crate::outcome::Outcome;

/// No script, no foreign address; frames and forms of this portal alone.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; \
                          object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(header::HeaderName, &str); 3] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    // "no-referrer" would make browsers send `Origin: null` with our own forms
    (header::REFERRER_POLICY, "same-origin"),
    (header::HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
];

/// Where a page stands in the menu at its head.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Here {
    Home,
    Documents,
    Trace,
    Access,
    Elsewhere,
}

/// The head of a page, for somebody who is logged in.
pub struct Head {
    /// Whose record this is: "Odile KERLÉVEN".
    pub name: String,
    pub here: Here,
    /// It is not one's own: who reads acts for somebody.
    pub for_another: bool,
    /// It is closed: what remains is offered, and nothing else.
    pub closed: bool,
    anti_forgery: String,
}

/// What the layout shows around each page.
pub struct Page {
    words: &'static Messages,
    pub title: String,
    pub demo: bool,
    pub head: Option<Head>,
    /// Said once, after an act.
    pub done: Option<&'static str>,
    /// The clock that dates are said from.
    pub now: Instant,
}

impl Page {
    /// A page for anybody.
    pub fn open(app: &App, title: impl Into<String>) -> Self {
        Self {
            words: messages(),
            title: title.into(),
            demo: app.demo.is_some(),
            head: None,
            done: None,
            now: app.clock.now(),
        }
    }

    /// A page of a holder's own record.
    pub fn of(holder: &Holder, here: Here, title: impl Into<String>) -> Self {
        Self::signed(&holder.app, &holder.token, here, title)
    }

    /// A page for who has this session.
    pub fn signed(app: &App, token: &str, here: Here, title: impl Into<String>) -> Self {
        let notes = |notes: &mut Notes| (notes.shown.clone(), notes.done.take(), notes.closed);
        let (name, done, closed) = app.sessions.with_notes(token, notes).unwrap_or_default();
        let account = app.sessions.private(token, app.clock.now()).map(|(_, account)| account);
        let for_another = account.is_some_and(|it| it != AccountOf::Holder);
        let (name, anti_forgery) = (name.unwrap_or_default(), anti_forgery(token));
        let head = Head { name, here, for_another, closed, anti_forgery };
        Self { head: Some(head), done, ..Self::open(app, title) }
    }

    /// The same, saying what was done.
    pub fn done(self, key: &'static str) -> Self {
        Self { done: Some(key), ..self }
    }

    pub fn lang(&self) -> &'static str {
        self.words.language
    }

    pub fn style(&self) -> &'static str {
        STYLE_PATH.as_str()
    }

    pub fn is_here(&self, here: &str) -> bool {
        let at = self.head.as_ref().map(|it| it.here);
        match here {
            "home" => at == Some(Here::Home),
            "documents" => at == Some(Here::Documents),
            "trace" => at == Some(Here::Trace),
            "access" => at == Some(Here::Access),
            _ => false,
        }
    }

    pub fn t(&self, key: &'static str) -> &'static str {
        self.words.t(key)
    }

    pub fn t1(&self, key: &'static str, value: impl ToString) -> String {
        self.words.t1(key, value)
    }

    pub fn t2(&self, key: &'static str, first: impl ToString, second: impl ToString) -> String {
        self.words.t2(key, first, second)
    }

    pub fn n(&self, key: &str, count: impl Borrow<usize>) -> String {
        self.words.n(key, *count.borrow())
    }

    /// Of a closed record nothing is settled.
    pub fn offers_settings(&self) -> bool {
        self.head.as_ref().is_some_and(|head| !head.closed)
    }

    /// What the last act did.
    pub fn said(&self) -> Option<&'static str> {
        self.done.map(|key| self.words.t(key))
    }

    /// "aujourd’hui à 14 h 05".
    pub fn when(&self, at: &Instant) -> String {
        when::moment_from(*at, self.now)
    }

    /// Now, in full, for the foot of what is printed.
    pub fn printed(&self) -> String {
        when::moment(self.now)
    }

    /// The hidden field of each form that posts. HTML.
    pub fn anti_forgery(&self) -> String {
        let token = self.head.as_ref().map_or("", |head| head.anti_forgery.as_str());
        format!("<input type=\"hidden\" name=\"anti_forgery\" value=\"{token}\">")
    }

    /// A drawing, hidden from those who listen: its name stands beside it. HTML.
    pub fn icon(&self, name: &str) -> String {
        icons::icon(name)
    }

    /// Renders; a template that fails is a fault.
    pub fn show(template: &impl Template) -> Response {
        Self::show_as(StatusCode::OK, template)
    }

    pub fn show_as(status: StatusCode, template: &impl Template) -> Response {
        match template.render() {
            Ok(html) => {
                let mut response = (status, Html(html)).into_response();
                dress(response.headers_mut());
                response
            }
            Err(fault) => {
                tracing::error!(%fault, "a page could not be rendered");
                Outcome::FAULT.into_response()
            }
        }
    }
}

/// Goes to another page with 303, so that going back and reloading repeat nothing.
pub fn go(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(path) = HeaderValue::from_str(path) {
        response.headers_mut().insert(header::LOCATION, path);
    }
    dress(response.headers_mut());
    response
}

pub fn dress(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// A cookie of this portal: this host, over TLS, never for scripts, never from another site.
pub fn set_cookie(response: &mut Response, name: &str, value: &str, seconds: Option<u32>) {
    let age = seconds.map(|it| format!("; Max-Age={it}")).unwrap_or_default();
    let cookie = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Strict{age}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Text for a query string.
pub fn in_query(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Whether somebody with a browser asks, rather than a program.
pub fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|it| it.to_str().ok()).is_some_and(|it| it.contains("text/html"))
}

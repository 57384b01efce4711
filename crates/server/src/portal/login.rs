//! Logging in, one thing a page: password, then the one-time code, then at the first login a password of one's
//! own (rules, A4). Known and unknown logins see the same pages (abuse A08).

use askama::Template;
use axum::response::Response;
use model::{Instant, RecordId, RowId};
use record::{Failure, LogInStep, PendingLogIn, RefusalKind};
use serde::Deserialize;

use super::errors::PageError;
use super::form::own_path;
use super::layout::{Page, go, set_cookie};
use super::messages::messages;
use super::session::{Holder, InQuery, Posted, Visitor};
use crate::api::sessions::Who;
use crate::api::signed_in::{COOKIE, token};
use crate::app::App;
use crate::blocking::act;

/// The login under way, between its pages: for this browser alone (abuse A02), as long as a code lives.
const PENDING: &str = "__Host-carnet-login";
const PENDING_SECONDS: u32 = 600;

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    page: Page,
    /// There was a session, and it is no more.
    ended: bool,
    /// What was sent just now went nowhere.
    lost: bool,
    next: String,
    login: String,
    error: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage {
    page: Page,
    error: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "password.html")]
struct PasswordPage {
    page: Page,
    error: Option<&'static str>,
}

#[derive(Deserialize, Default)]
pub struct Next {
    #[serde(default)]
    next: String,
    /// A form led here.
    #[serde(default)]
    lost: Option<String>,
}

pub async fn page(visitor: Visitor, InQuery(Next { next, lost }): InQuery<Next>) -> Response {
    let next = own_path(&next).unwrap_or_default().to_owned();
    if let Some(Who::Holder(_) | Who::Other { .. }) = visitor.who() {
        return go(if next.is_empty() { "/" } else { &next });
    }
    let ended = token(&visitor.headers).is_some() && visitor.who().is_none();
    let page = Page::open(&visitor.app, messages().t("login.title"));
    Page::show(&LoginPage { page, ended, lost: lost.is_some(), next, login: String::new(), error: None })
}

fn login_again(visitor: &Visitor, next: String, login: String, error: &'static str) -> Response {
    let page = Page::open(&visitor.app, messages().t("login.title"));
    Page::show(&LoginPage { page, ended: false, lost: false, next, login, error: Some(error) })
}

pub async fn begin(Posted { by: visitor, form }: Posted<Visitor>) -> Result<Response, PageError> {
    let next = own_path(form.text("next")).unwrap_or_default().to_owned();
    let (login, password) = (form.text("login").to_owned(), form.raw("password").to_owned());
    if login.is_empty() || password.is_empty() || login.len() > 64 || password.len() > 512 {
        let shown = login.chars().take(64).collect();
        return Ok(login_again(&visitor, next, shown, messages().t("login.error.empty")));
    }
    let call = visitor.call.clone();
    let pending = act(&visitor.app, move |records| records.begin_log_in(&call, &login, &password))
        .await
        .map_err(|failure| visitor.wrong(failure))?;
    let mut response = go("/login/code");
    let pending = Pending { pending, code: String::new(), next };
    set_cookie(&mut response, PENDING, &pending.written(), Some(PENDING_SECONDS));
    Ok(response)
}

pub async fn code_page(visitor: Visitor) -> Response {
    if Pending::of(&visitor).is_none() {
        return go("/login");
    }
    code_again(&visitor, None)
}

fn code_again(visitor: &Visitor, error: Option<&'static str>) -> Response {
    Page::show(&CodePage { page: Page::open(&visitor.app, messages().t("code.title")), error })
}

pub async fn finish(Posted { by: visitor, form }: Posted<Visitor>) -> Result<Response, PageError> {
    let Some(pending) = Pending::of(&visitor) else { return Ok(go("/login")) };
    let code: String = form.text("code").chars().filter(|it| !it.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(code_again(&visitor, Some(messages().t("code.error.shape"))));
    }
    step(&visitor, Pending { code, ..pending }, None).await
}

pub async fn password_page(visitor: Visitor) -> Response {
    match Pending::of(&visitor) {
        Some(pending) if !pending.code.is_empty() => password_again(&visitor, None),
        _ => go("/login"),
    }
}

fn password_again(visitor: &Visitor, error: Option<&'static str>) -> Response {
    Page::show(&PasswordPage { page: Page::open(&visitor.app, messages().t("password.title")), error })
}

pub async fn choose(Posted { by: visitor, form }: Posted<Visitor>) -> Result<Response, PageError> {
    let Some(pending) = Pending::of(&visitor).filter(|it| !it.code.is_empty()) else {
        return Ok(go("/login"));
    };
    let (new, again) = (form.raw("new"), form.raw("again"));
    let error = if !(10..=128).contains(&new.chars().count()) {
        Some(messages().t("password.error.length"))
    } else if new != again {
        Some(messages().t("password.error.again"))
    } else {
        None
    };
    if error.is_some() {
        return Ok(password_again(&visitor, error));
    }
    step(&visitor, pending, Some(new.to_owned())).await
}

/// The second factor, with the new password where one is due.
async fn step(visitor: &Visitor, pending: Pending, new: Option<String>) -> Result<Response, PageError> {
    let (call, login, code) = (visitor.call.clone(), pending.pending.clone(), pending.code.clone());
    let chose = new.is_some();
    let done =
        act(&visitor.app, move |records| records.finish_log_in(&call, &login, &code, new.as_deref())).await;
    match done.map(record::Disclosed::into_inner) {
        Ok(LogInStep::In(session)) => {
            Ok(welcome(visitor, Who::of(session.record, session.account), &pending.next))
        }
        Ok(LogInStep::MustChange) => {
            let mut response = go("/login/password");
            set_cookie(&mut response, PENDING, &pending.written(), Some(PENDING_SECONDS));
            Ok(response)
        }
        Err(Failure::Refused(no)) if no.kind == RefusalKind::NotProved => {
            Ok(code_again(visitor, Some(messages().t("code.error.wrong"))))
        }
        Err(Failure::Refused(no)) if no.kind == RefusalKind::Rule && chose => {
            Ok(password_again(visitor, Some(messages().t("password.error.same"))))
        }
        Err(failure) => Err(visitor.wrong(failure)),
    }
}

fn welcome(visitor: &Visitor, who: Who, next: &str) -> Response {
    // a session there was before is dead from now on (abuse A03)
    if let Some(token) = token(&visitor.headers) {
        visitor.app.sessions.end(&token);
    }
    let now: Instant = visitor.app.clock.now();
    let issued = visitor.app.sessions.begin_as(who, now, &*visitor.app.dice);
    let mut response = go(own_path(next).unwrap_or("/"));
    set_cookie(&mut response, COOKIE, &issued.token, None);
    set_cookie(&mut response, PENDING, "", Some(0));
    response
}

#[derive(Template)]
#[template(path = "left.html")]
struct LeftPage {
    page: Page,
}

pub async fn log_out(Posted { by: holder, .. }: Posted<Holder>) -> Response {
    holder.app.sessions.end(&holder.token);
    left(&holder.app)
}

/// The page of who is out, and the cookie gone.
pub fn left(app: &App) -> Response {
    let page = Page::open(app, messages().t("left.title"));
    let mut response = Page::show(&LeftPage { page });
    set_cookie(&mut response, COOKIE, "", Some(0));
    response
}

/// What the cookie between the pages says.
#[derive(Clone)]
struct Pending {
    pending: PendingLogIn,
    /// The code that was right, while a new password is chosen.
    code: String,
    next: String,
}

impl Pending {
    fn of(visitor: &Visitor) -> Option<Self> {
        let value = crate::api::signed_in::cookie(&visitor.headers, PENDING)?;
        let mut parts = value.splitn(4, '.');
        let record = parts.next()?.parse::<RecordId>().ok()?;
        let challenge = parts.next()?.parse::<RowId>().ok()?;
        let code = parts.next()?.to_owned();
        let next = own_path(parts.next()?).unwrap_or_default().to_owned();
        let shape = code.len() <= 6 && code.bytes().all(|byte| byte.is_ascii_digit());
        shape.then_some(Self { pending: PendingLogIn { record, challenge }, code, next })
    }

    fn written(&self) -> String {
        format!("{}.{}.{}.{}", self.pending.record, self.pending.challenge, self.code, self.next)
    }
}

//! Logging in as a professional: by the certificate of one's card, or by an identity provider.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Extension, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use model::Person;
use serde::Deserialize;

use super::context::{Opening, is_theirs};
use super::emergency::end_windows;
use super::error::{ProError, ProWrong};
use super::oidc::{Answer, Finished};
use super::session::{COOKIE, PostedPro, Pro, by_certificate, signed_in, token};
use super::sessions::{Proof, SignedIn};
use crate::api::signed_in::cookie;
use crate::app::App;
use crate::caller::person_at;
use crate::connection::Connection;
use crate::portal::form::own_path;
use crate::portal::layout::{Page, go, set_cookie};
use crate::portal::messages::messages;
use crate::portal::session::{InQuery, Posted, Visitor};

/// Ties a login at the provider to the browser that began it. `Lax`: the way back comes from another site.
const LOGIN_COOKIE: &str = "__Host-carnet-pro-login";

#[derive(Template)]
#[template(path = "pro/login.html")]
struct LoginPage {
    page: Page,
    /// There was a session, and it is no more.
    ended: bool,
    /// What was sent just now went nowhere.
    lost: bool,
    next: String,
    /// Whose certificate the browser shows.
    card: Option<String>,
    has_provider: bool,
}

#[derive(Deserialize, Default)]
pub struct Next {
    #[serde(default)]
    next: String,
    /// A form led here.
    #[serde(default)]
    lost: Option<String>,
}

pub async fn page(
    visitor: Visitor,
    connection: Option<Extension<Connection>>,
    InQuery(Next { next, lost }): InQuery<Next>,
) -> Response {
    let next = own_pro_path(&next);
    let connection = connection.map(|Extension(it)| it);
    if signed_in(&visitor, connection.as_ref()).is_some() {
        return go(&next);
    }
    let app = &visitor.app;
    let card = connection.and_then(|it| by_certificate(app, &it)).map(|(_, person)| match person {
        Person::Professional(it) => it.name,
        Person::Agent(it) => it.name,
        _ => String::new(),
    });
    let page = Page::open(app, messages().t("pro.login.title"));
    let ended = token(&visitor.headers).is_some();
    Page::show(&LoginPage { page, ended, lost: lost.is_some(), next, card, has_provider: app.demo.is_some() })
}

pub async fn certificate(
    connection: Option<Extension<Connection>>,
    Posted { by: visitor, form }: Posted<Visitor>,
) -> Result<Response, ProError> {
    let wrong = |what| ProError::new(&visitor.app, visitor.call.request, what);
    let found = connection.and_then(|Extension(it)| by_certificate(&visitor.app, &it));
    let (signed_in, person) = found.ok_or_else(|| wrong(ProWrong::Go("/pro/login".into())))?;
    welcome(&visitor, signed_in, &person, form.text("next"), None)
}

/// To the provider, with a state, a nonce and a challenge of this login alone.
pub async fn provider(
    visitor: Visitor,
    InQuery(Next { next, .. }): InQuery<Next>,
) -> Result<Response, ProError> {
    to_provider(&visitor, &own_pro_path(&next), None)
}

/// The same, for whom practice software named.
pub fn to_provider(visitor: &Visitor, next: &str, opening: Option<Opening>) -> Result<Response, ProError> {
    let app = &visitor.app;
    let wrong = |what| ProError::new(app, visitor.call.request, what);
    let demo = app.demo.as_ref().ok_or_else(|| wrong(ProWrong::Missing))?;
    let (portal, now) = (&app.addresses.portal, app.clock.now());
    let begun = app
        .pro
        .logins
        .begin(portal, &demo.oidc, next, opening, now, &*app.dice)
        .map_err(|_| wrong(ProWrong::Login))?;
    let mut response = go(&begun.url);
    lax_cookie(&mut response, &begun.browser, 600);
    Ok(response)
}

/// Back from the provider.
pub async fn callback(visitor: Visitor, InQuery(answer): InQuery<Answer>) -> Result<Response, ProError> {
    let app = &visitor.app;
    let wrong = |what| ProError::new(app, visitor.call.request, what);
    let demo = app.demo.as_ref().ok_or_else(|| wrong(ProWrong::Missing))?;
    let browser = cookie(&visitor.headers, LOGIN_COOKIE);
    let (portal, now) = (&app.addresses.portal, app.clock.now());
    let finished = app.pro.logins.finish(portal, &demo.oidc, &answer, browser.as_deref(), now, &*app.dice);
    let Finished { who: id, next, opening } = finished.map_err(|fault| {
        tracing::warn!(%fault, request = %visitor.call.request, "a login by the identity provider was refused");
        wrong(ProWrong::Login)
    })?;
    if !is_theirs(opening.as_ref(), &id) {
        tracing::warn!(request = %visitor.call.request, "the provider proved another than whom the software named");
        return Err(wrong(ProWrong::Opening));
    }
    let signed_in = SignedIn { id, place: None, proof: Proof::Provider };
    let (person, _) = person_at(signed_in.id.clone(), Ok(None), &app.directory);
    let person = person.proved().cloned().ok_or_else(|| wrong(ProWrong::Login))?;
    let mut response = welcome(&visitor, signed_in, &person, &next, opening)?;
    lax_cookie(&mut response, "", 0);
    Ok(response)
}

/// A session, for who is at work as a professional; where practice software leads, from the place it named.
pub fn welcome(
    visitor: &Visitor,
    signed_in: SignedIn,
    person: &Person,
    next: &str,
    opening: Option<Opening>,
) -> Result<Response, ProError> {
    let app: &Arc<App> = &visitor.app;
    let wrong = |what| ProError::new(app, visitor.call.request, what);
    let Person::Professional(it) = person else { return Err(wrong(ProWrong::NotAProfessional)) };
    if it.standing != model::Standing::Active {
        return Err(wrong(ProWrong::Gone));
    }
    // a session there was before is dead from now on (abuse A03)
    if let Some(token) = token(&visitor.headers) {
        app.pro.sessions.end(&token);
    }
    let place = opening.as_ref().map(|it| it.place.clone());
    let signed_in = SignedIn { place: place.or(signed_in.place), ..signed_in };
    let token = app.pro.sessions.begin(signed_in, app.clock.now(), &*app.dice);
    if let Some(opening) = opening {
        app.pro.sessions.lead(&token, opening);
    }
    let mut response = go(&own_pro_path(next));
    set_cookie(&mut response, COOKIE, &token, None);
    Ok(response)
}

#[derive(Template)]
#[template(path = "pro/left.html")]
struct LeftPage {
    page: Page,
}

pub async fn log_out(PostedPro { pro, .. }: PostedPro) -> Result<Response, ProError> {
    // a window ends at logout; the session does whatever comes of that
    let ended = end_windows(&pro).await;
    pro.app.pro.sessions.end(&pro.token);
    ended?;
    let page = Page::open(&pro.app, messages().t("pro.left.title"));
    let mut response = Page::show(&LeftPage { page });
    set_cookie(&mut response, COOKIE, "", Some(0));
    Ok(response)
}

/// The place one acts from: one of those where the directory has them.
pub async fn place(PostedPro { pro, form }: PostedPro) -> Result<Response, ProError> {
    let wanted = form.text("place").parse().map_err(|_| pro.wrong(ProWrong::Malformed))?;
    let works_there = places(&pro).into_iter().any(|(id, ..)| id == wanted);
    if !works_there {
        return Err(pro.wrong(ProWrong::Malformed));
    }
    pro.app.pro.sessions.act_from(&pro.token, wanted);
    Ok(pro.done("pro.done.place", "/pro"))
}

/// Where this person works now: number, name, and whether they act from there.
pub fn places(pro: &Pro) -> Vec<(model::StructIdNat, String, bool)> {
    let entry = pro.app.directory.person(&pro.who.id);
    let active = entry.map(|it| it.situations).unwrap_or_default().into_iter().filter(|it| it.active);
    let here = pro.place.as_ref().map(|it| &it.id);
    active
        .filter_map(|it| pro.app.directory.organisation(&it.organisation))
        .map(|it| (it.id.clone(), it.name, Some(&it.id) == here))
        .collect()
}

/// Only a professional's page is gone back to.
fn own_pro_path(next: &str) -> String {
    let ours = own_path(next).filter(|it| it.starts_with("/pro") && !it.starts_with("/pro/login"));
    ours.unwrap_or("/pro").to_owned()
}

fn lax_cookie(response: &mut Response, value: &str, seconds: u32) {
    let cookie = format!("{LOGIN_COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// `/pro/` as `/pro`.
pub async fn home_slash(State(_): State<Arc<App>>) -> Response {
    go("/pro")
}

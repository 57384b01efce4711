//! Logging in and out: password, then a one-time code (rules, A4).

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::{RecordId, RowId};
use record::{LogInStep, PendingLogIn};
use serde::Deserialize;
use serde_json::json;

use super::answer::Problem;
use super::sessions::Who;
use super::signed_in::{COOKIE, SignedIn, Visitor};
use crate::app::App;
use crate::blocking::act;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Begin {
    login: String,
    password: String,
}

pub(super) async fn begin(
    Visitor { app, call, .. }: Visitor,
    body: Result<Json<Begin>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(Begin { login, password }) =
        body.map_err(|_| Problem::malformed("attendu : {\"login\", \"password\"}"))?;
    if login.len() > 64 || password.len() > 512 {
        return Err(Problem::malformed("identifiant ou mot de passe trop long"));
    }
    let pending = act(&app, move |records| records.begin_log_in(&call, &login, &password)).await?;
    let challenge = format!("{}-{}", pending.record, pending.challenge);
    Ok(Json(json!({ "challenge": challenge })).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Finish {
    challenge: String,
    code: String,
    #[serde(default)]
    new_password: Option<String>,
}

pub(super) async fn finish(
    Visitor { app, call, token }: Visitor,
    body: Result<Json<Finish>, JsonRejection>,
) -> Result<Response, Problem> {
    let expected = "attendu : {\"challenge\", \"code\"} et, à la première connexion, \"newPassword\"";
    let Json(Finish { challenge, code, new_password }) = body.map_err(|_| Problem::malformed(expected))?;
    let pending = read(&challenge).ok_or_else(|| Problem::malformed(expected))?;
    let step =
        act(&app, move |records| records.finish_log_in(&call, &pending, &code, new_password.as_deref()))
            .await?
            .into_inner();
    match step {
        LogInStep::MustChange => Ok(Json(json!({ "next": "newPassword" })).into_response()),
        LogInStep::In(session) => {
            // a session there was before is dead from now on (abuse A03)
            if let Some(token) = token {
                app.sessions.end(&token);
            }
            Ok(begun(&app, Who::of(session.record, session.account)))
        }
    }
}

/// A session, its cookie and its anti-forgery token.
pub(super) fn begun(app: &App, who: Who) -> Response {
    let issued = app.sessions.begin_as(who, app.clock.now(), &*app.dice);
    let cookie = format!("{COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Strict", issued.token);
    let mut response = Json(json!({ "antiForgery": issued.anti_forgery })).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

pub(super) async fn log_out(_: SignedIn, Visitor { app, token, .. }: Visitor) -> Response {
    if let Some(token) = token {
        app.sessions.end(&token);
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    let gone = format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
    if let Ok(gone) = HeaderValue::from_str(&gone) {
        response.headers_mut().insert(header::SET_COOKIE, gone);
    }
    response
}

fn read(challenge: &str) -> Option<PendingLogIn> {
    let (record, challenge) = challenge.split_once('-')?;
    Some(PendingLogIn {
        record: record.parse::<RecordId>().ok()?,
        challenge: challenge.parse::<RowId>().ok()?,
    })
}

//! The holder behind a request: session cookie, and for what changes something the anti-forgery token and the
//! origin (abuse A06).

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use model::{RecordId, RowId};
use record::Call;

use super::answer::Problem;
use crate::app::App;
use crate::connection::Connection;
use crate::guard::RequestId;

/// `__Host-`: this host alone, over TLS alone, whole path.
pub(crate) const COOKIE: &str = "__Host-carnet";
pub(super) const ANTI_FORGERY: &str = "x-anti-forgery";

/// A holder, or who speaks for them, whose two factors were proved in this session.
pub(super) struct SignedIn {
    pub(super) app: Arc<App>,
    pub(super) call: Call,
    pub(super) record: RecordId,
}

/// A visitor: somebody who has proved nothing, from our own pages or from a program.
pub(super) struct Visitor {
    pub(super) app: Arc<App>,
    pub(super) call: Call,
    pub(super) token: Option<String>,
}

impl FromRequestParts<Arc<App>> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        if parts.method != Method::GET && !of_our_origin(&parts.headers, &app.addresses.portal) {
            return Err(foreign());
        }
        let call = Call {
            address: parts.extensions.get::<Connection>().map(|it| it.peer.ip().to_string()),
            ..record::visitor(request(parts)?)
        };
        Ok(Self { app: Arc::clone(app), call, token: token(&parts.headers) })
    }
}

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let Visitor { app, call, token } = Visitor::from_request_parts(parts, app).await?;
        let token = token.ok_or_else(Problem::signed_out)?;
        let (record, account) =
            app.sessions.private(&token, app.clock.now()).ok_or_else(Problem::signed_out)?;
        if parts.method != Method::GET {
            let sent = parts.headers.get(ANTI_FORGERY).and_then(|it| it.to_str().ok()).unwrap_or_default();
            if !app.sessions.is_own(&token, sent) {
                return Err(foreign());
            }
        }
        let call = Call { caller: account.caller(record), ..call };
        Ok(Self { app, call, record })
    }
}

fn request(parts: &Parts) -> Result<RowId, Problem> {
    let failed = || Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "le service a failli");
    parts.extensions.get::<RequestId>().map(|it| it.0).ok_or_else(failed)
}

fn foreign() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "cette demande ne vient pas d'une page de ce service")
}

/// A browser names the origin of what changes something; a program names none.
pub(crate) fn of_our_origin(headers: &HeaderMap, portal: &str) -> bool {
    headers.get(header::ORIGIN).is_none_or(|origin| origin.as_bytes() == portal.as_bytes())
}

pub(crate) fn token(headers: &HeaderMap) -> Option<String> {
    cookie(headers, COOKIE)
}

/// The value of a cookie.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(';'))
        .filter_map(|it| it.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.to_owned())
}

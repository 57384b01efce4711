//! The provider's addresses: what software reads, and the page where one says who one is.

use std::sync::Arc;

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Extension, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;

use super::{Asked, Exchange, OidcError, Provider};
use crate::app::App;
use crate::connection::Connection;
use crate::outcome::Outcome;
use crate::portal::pro::{Form, go, in_query, is_from_here};
use crate::portal::{POLICY, Page, messages};

pub(super) const TOKEN: &str = "/demo/oidc/token";

/// Where software that comes with its certificate takes its tokens (RFC 8705, 5): at the care door, since the portal
/// asks no browser for an organisation's.
pub(crate) fn with_certificates() -> Router<Arc<App>> {
    Router::new().route(TOKEN, post(token))
}

pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/demo/oidc/.well-known/openid-configuration", get(discovery))
        .route("/demo/oidc/jwks", get(jwks))
        .route("/demo/oidc/authorize", get(choose).post(chosen))
        .route(TOKEN, post(token))
        .route("/demo/oidc/userinfo", get(userinfo))
}

/// An error for software to read; a browser is never sent to an address that was not checked.
enum Refused {
    NoDemo,
    Oidc(OidcError),
}

impl From<OidcError> for Refused {
    fn from(error: OidcError) -> Self {
        Self::Oidc(error)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::NoDemo => Outcome::NOT_FOUND.into_response(),
            Self::Oidc(error) => {
                (StatusCode::BAD_REQUEST, Json(json!({ "error": error.to_string() }))).into_response()
            }
        }
    }
}

fn provider(app: &App) -> Result<&Provider, Refused> {
    app.demo.as_ref().map(|demo| &*demo.oidc).ok_or(Refused::NoDemo)
}

async fn discovery(State(app): State<Arc<App>>) -> Result<Response, Refused> {
    Ok(Json(provider(&app)?.discovery()).into_response())
}

async fn jwks(State(app): State<Arc<App>>) -> Result<Response, Refused> {
    Ok(Json(provider(&app)?.jwks()).into_response())
}

#[derive(Template)]
#[template(path = "demo/oidc.html")]
struct ChoosePage<'a> {
    page: Page,
    asked: &'a Asked,
    people: Vec<Somebody>,
}

struct Somebody {
    id: String,
    name: String,
    what: String,
}

async fn choose(State(app): State<Arc<App>>, asked: Query<Asked>) -> Result<Response, Refused> {
    let provider = provider(&app)?;
    let Query(asked) = asked;
    provider.takes(&asked)?;
    let people = provider
        .professionals()
        .map(|(actor, id)| Somebody {
            id: id.to_string(),
            name: actor.shown(provider.cast()),
            what: what(&app, id),
        })
        .collect();
    let page = Page::open(&app, messages().t("pro.oidc.title"));
    let mut response = Page::show(&ChoosePage { page, asked: &asked, people });
    // the way back to software on the person's own machine is the one that leads out of here
    if let Some(origin) = super::access::origin(&asked.redirect_uri)
        && let Ok(policy) = HeaderValue::from_str(
            &POLICY.replace("form-action 'self'", &format!("form-action 'self' {origin}")),
        )
    {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// "médecin, Cabinet médical du Quai".
fn what(app: &App, id: &model::PsIdNat) -> String {
    let it = crate::portal::pro::person(&app.directory, id);
    let parts = [it.profession, it.place];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

async fn chosen(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Result<Response, Refused> {
    let provider = provider(&app)?;
    if !is_from_here(&headers, &app.addresses.portal) {
        return Err(OidcError::Request.into());
    }
    let form = Form::read(&body).ok_or(OidcError::Request)?;
    let text = |name: &str| form.raw(name).to_owned();
    let asked = Asked {
        response_type: text("response_type"),
        client_id: text("client_id"),
        redirect_uri: text("redirect_uri"),
        scope: text("scope"),
        state: text("state"),
        nonce: text("nonce"),
        code_challenge: text("code_challenge"),
        code_challenge_method: text("code_challenge_method"),
        acr_values: text("acr_values"),
    };
    let who = form.text("who").parse().map_err(|_| OidcError::Request)?;
    let code = provider.authorize(&asked, &who, app.clock.now(), &*app.dice)?;
    let (state, iss) = (in_query(&asked.state), in_query(provider.issuer()));
    Ok(go(&format!("{}?code={}&state={state}&iss={iss}", asked.redirect_uri, in_query(&code))))
}

async fn token(
    State(app): State<Arc<App>>,
    connection: Option<Extension<Connection>>,
    body: Bytes,
) -> Result<Response, Refused> {
    let provider = provider(&app)?;
    let form = Form::read(&body).ok_or(OidcError::Request)?;
    let text = |name: &str| form.raw(name).to_owned();
    let with = Exchange {
        grant_type: text("grant_type"),
        client_id: text("client_id"),
        redirect_uri: text("redirect_uri"),
        code: text("code"),
        code_verifier: text("code_verifier"),
        purpose_of_use: text("purpose_of_use"),
        mode_acces_raison: text("Mode_Acces_Raison"),
    };
    let shown = connection.as_ref().and_then(|it| it.certificate.as_ref());
    let tokens = provider.exchange(&with, shown, app.clock.now(), &*app.dice)?;
    Ok(Json(tokens).into_response())
}

async fn userinfo(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Refused> {
    let provider = provider(&app)?;
    let token = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
    let token = token.and_then(|it| it.strip_prefix("Bearer ")).unwrap_or_default();
    let Some(claims) = provider.userinfo(token, app.clock.now()) else {
        let mut response = StatusCode::UNAUTHORIZED.into_response();
        let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        return Ok(response);
    };
    Ok(Json(claims).into_response())
}

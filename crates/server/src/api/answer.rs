//! Errors of the JSON interface: problem details (RFC 9457). Texts are fixed; none can carry a name.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use record::{Failure, RefusalKind};
use serde_json::json;

/// What went wrong, for the person in front of the screen.
pub(crate) struct Problem {
    status: StatusCode,
    detail: String,
    /// Seconds after which it is worth trying again.
    retry_after: Option<u32>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, detail: &str) -> Self {
        Self { status, detail: detail.to_owned(), retry_after: None }
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "il n'y a rien ici")
    }

    pub(super) fn malformed(detail: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// The same, worth trying again after so many seconds.
    fn after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    pub(super) fn signed_out() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "connectez-vous : il n'y a pas de session, ou elle est finie")
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let refusal = match failure {
            Failure::Refused(refusal) => refusal,
            Failure::Fault(fault) => {
                tracing::error!(%fault, "a fault");
                if fault.is_no_space() {
                    let detail = "le service n'a plus de place ; rien n'a été enregistré";
                    return Self::new(StatusCode::SERVICE_UNAVAILABLE, detail).after(60);
                }
                let detail = "le service a failli ; rien n'a été enregistré";
                return Self::new(StatusCode::INTERNAL_SERVER_ERROR, detail);
            }
        };
        match refusal.kind {
            RefusalKind::NotFound => Self::not_found(),
            RefusalKind::Denied => Self::new(StatusCode::FORBIDDEN, "cela ne vous est pas permis"),
            RefusalKind::NotProved | RefusalKind::Replayed => Self::new(
                StatusCode::UNAUTHORIZED,
                "identifiant, mot de passe ou code incorrect, ou code expiré : recommencez la connexion",
            ),
            RefusalKind::Rule | RefusalKind::Conflict | RefusalKind::Stale | RefusalKind::RecordFound => {
                let says: Vec<_> =
                    refusal.problems.iter().map(|it| format!("{}: {}", it.element, it.says)).collect();
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, &says.join("; "))
            }
            RefusalKind::TooMany => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "trop de demandes : revenez dans une heure")
                    .after(3600)
            }
            RefusalKind::Busy => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "trop de demandes en même temps : réessayez")
                    .after(1)
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or("error");
        let body = json!({ "title": title, "status": self.status.as_u16(), "detail": self.detail });
        let mut response = (self.status, Json(body)).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

//! Errors as FHIR says them: an OperationOutcome. Texts are fixed, so that none can carry a name.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An error answer with one issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub status: StatusCode,
    /// Of <http://hl7.org/fhir/issue-type>.
    pub code: &'static str,
    pub diagnostics: &'static str,
    /// Seconds after which it is worth trying again.
    pub retry_after: Option<u32>,
    /// What a 401 asks for, where it is not a certificate.
    pub challenge: Option<&'static str>,
}

impl Outcome {
    pub const fn new(status: StatusCode, code: &'static str, diagnostics: &'static str) -> Self {
        Self { status, code, diagnostics, retry_after: None, challenge: None }
    }

    pub const NOT_FOUND: Self = Self::new(StatusCode::NOT_FOUND, "not-found", "there is nothing here");

    pub const METHOD: Self =
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "not-supported", "this method is not served here");

    pub const CERTIFICATE: Self = Self::new(
        StatusCode::UNAUTHORIZED,
        "login",
        "a valid client certificate of this door's trust anchors is needed",
    );

    pub const TOO_LARGE: Self =
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-long", "the request is larger than this door takes");

    pub const FAULT: Self = Self::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "exception",
        "the server failed; nothing was acknowledged",
    );

    pub const NO_SPACE: Self = Self {
        retry_after: Some(60),
        ..Self::new(
            StatusCode::INSUFFICIENT_STORAGE,
            "no-store",
            "no room is left to keep this; nothing was acknowledged",
        )
    };

    pub const BUSY: Self = Self {
        retry_after: Some(1),
        ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "throttled", "too many requests at once; come back")
    };

    pub const SLOW: Self = Self {
        retry_after: Some(5),
        ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", "the request took too long")
    };
}

impl IntoResponse for Outcome {
    fn into_response(self) -> Response {
        let body = json!({
            "resourceType": "OperationOutcome",
            "issue": [{ "severity": "error", "code": self.code, "diagnostics": self.diagnostics }],
        });
        let mut response = (self.status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/fhir+json; charset=utf-8"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            // RFC 9110, 15.5.2 demands a challenge; none is registered for client certificates
            let challenge = self.challenge.unwrap_or("Certificate realm=\"carnet\"");
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }
}

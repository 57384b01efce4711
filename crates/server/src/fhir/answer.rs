//! How what `record` and `ihe` say becomes an HTTP answer. One table from refusal to status; a fault is logged
//! once, here, and is opaque outside.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ihe::fhir::{IssueCode, Outcome as FhirOutcome};
use record::{Failure, Refusal, RefusalKind};
use serde::Serialize;

use super::rejections::Untraced;
use crate::outcome::Outcome;

impl From<serde_json::Error> for Answer {
    fn from(_: serde_json::Error) -> Self {
        Self::Plain(Outcome::FAULT)
    }
}

impl From<record::Fault> for Answer {
    fn from(fault: record::Fault) -> Self {
        Self::Failed(Failure::Fault(fault))
    }
}

/// Why a request got something else than what it asked for.
pub(crate) enum Answer {
    Plain(Outcome),
    /// Who calls, or for what, is not as it should be: said before any act, and before any line.
    Unproved(Outcome),
    /// What was sent cannot be read: said before any act, and before any line.
    Unreadable(FhirOutcome),
    /// Said after the act, whose line stands.
    Fhir(FhirOutcome),
    Failed(Failure),
}

impl From<Outcome> for Answer {
    fn from(outcome: Outcome) -> Self {
        Self::Plain(outcome)
    }
}

impl From<FhirOutcome> for Answer {
    fn from(outcome: FhirOutcome) -> Self {
        Self::Unreadable(outcome)
    }
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let outcome = match self {
            Self::Plain(outcome) => return outcome.into_response(),
            Self::Unproved(outcome) => {
                let mut response = outcome.into_response();
                response.extensions_mut().insert(Untraced);
                return response;
            }
            Self::Unreadable(outcome) => {
                let mut response = Self::Fhir(outcome).into_response();
                response.extensions_mut().insert(Untraced);
                return response;
            }
            Self::Fhir(outcome) => outcome,
            Self::Failed(Failure::Refused(refusal)) => return refused(&refusal),
            Self::Failed(Failure::Fault(fault)) => {
                tracing::error!(%fault, "a fault");
                let outcome = if fault.is_no_space() { Outcome::NO_SPACE } else { Outcome::FAULT };
                return outcome.into_response();
            }
        };
        let status = StatusCode::from_u16(outcome.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = fhir(status, &outcome.to_json());
        // RFC 9110, 15.5.6: the method is served, on other elements
        if status == StatusCode::METHOD_NOT_ALLOWED {
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, PATCH"));
        }
        response
    }
}

fn refused(refusal: &Refusal) -> Response {
    match refusal.kind {
        RefusalKind::NotFound => Outcome::NOT_FOUND.into_response(),
        RefusalKind::Denied => DENIED.into_response(),
        RefusalKind::Busy => Outcome::BUSY.into_response(),
        RefusalKind::TooMany => TOO_MANY.into_response(),
        RefusalKind::NotProved | RefusalKind::Replayed => Outcome::CERTIFICATE.into_response(),
        RefusalKind::RecordFound | RefusalKind::Conflict | RefusalKind::Stale | RefusalKind::Rule => {
            Answer::Fhir(issue(refusal)).into_response()
        }
    }
}

/// The same, told of one among several.
pub(super) fn issue(refusal: &Refusal) -> FhirOutcome {
    match refusal.kind {
        RefusalKind::RecordFound => {
            FhirOutcome::new(409, IssueCode::Duplicate, "a record exists already").with_details("DMPFound")
        }
        RefusalKind::Conflict => said(409, IssueCode::Duplicate, refusal),
        RefusalKind::Stale => {
            FhirOutcome::new(412, IssueCode::Conflict, "the document has another version than If-Match says")
        }
        RefusalKind::Rule => said(422, IssueCode::BusinessRule, refusal),
        RefusalKind::TooMany => FhirOutcome::new(429, IssueCode::Throttled, TOO_MANY.diagnostics),
        RefusalKind::Busy => FhirOutcome::new(503, IssueCode::Transient, "too much is going on: try again"),
        RefusalKind::NotFound | RefusalKind::Denied | RefusalKind::NotProved | RefusalKind::Replayed => {
            FhirOutcome::new(403, IssueCode::Forbidden, DENIED.diagnostics)
        }
    }
}

fn said(status: u16, code: IssueCode, refusal: &Refusal) -> FhirOutcome {
    let mut problems = refusal.problems.iter();
    let first = match problems.next() {
        Some(problem) => FhirOutcome::at(status, code, &problem.element, &problem.says),
        None => FhirOutcome::new(status, code, "a rule refuses this"),
    };
    problems.fold(first, |outcome, it| outcome.and(FhirOutcome::at(status, code, &it.element, &it.says)))
}

/// Every refusal about a record (rules, "How a decision is made"): absent, closed, blocked, not authorised.
const DENIED: Outcome = Outcome::new(
    StatusCode::FORBIDDEN,
    "forbidden",
    "no record here that you may use: ask Patient?identifier= for its status, or the holder for an authorisation",
);

const TOO_MANY: Outcome = Outcome {
    retry_after: Some(3600),
    ..Outcome::new(
        StatusCode::TOO_MANY_REQUESTS,
        "throttled",
        "more records than this caller's budget; it frees itself hour by hour",
    )
};

/// A FHIR body.
pub(super) fn fhir(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => fhir_bytes(status, bytes),
        Err(_) => Outcome::FAULT.into_response(),
    }
}

/// The same, written already.
pub(super) fn fhir_bytes(status: StatusCode, bytes: Vec<u8>) -> Response {
    let json = HeaderValue::from_static("application/fhir+json; charset=utf-8");
    (status, [(header::CONTENT_TYPE, json)], bytes).into_response()
}

//! ITI-81 for the holder, and who speaks for them: the same lines as `/api/trace`, as AuditEvents, for software that
//! knows FHIR and not our JSON.

use axum::extract::RawQuery;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::response::{IntoResponse, Response};
use ihe::fhir::{negotiate, search};

use super::signed_in::SignedIn;
use crate::fhir::answer::Answer;
use crate::fhir::audit;

pub(super) async fn search(
    SignedIn { app, call, record }: SignedIn,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let answered = async {
        negotiate::answer(headers.get(ACCEPT).and_then(|it| it.to_str().ok()))?;
        let pairs = search::pairs(query.as_deref().unwrap_or_default())?;
        let base = format!("{}/api/fhir", app.addresses.portal);
        audit::answer(app, call, pairs, &base, Some(record)).await
    };
    let answered: Result<Response, Answer> = answered.await;
    answered.into_response()
}

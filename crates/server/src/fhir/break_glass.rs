//! `Patient/$break-glass`: decoded and traced; the rules of emergencies come with a later issue, and refuse
//! until then.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use ihe::fhir::operations::break_glass;

use super::answer::{Answer, fhir};
use super::incoming::Incoming;
use crate::blocking::act;

const BYTES_MAX: usize = 64 << 10;

pub(super) async fn break_glass(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let asked = break_glass::decode(&body)?;
    let Incoming { app, call, .. } = incoming;
    let reason = asked.reason.unwrap_or_default();
    act(&app, move |records| records.break_glass(&call, &asked.patient, &reason)).await?;
    Ok(fhir(StatusCode::OK, &break_glass::encode(app.clock.now())))
}

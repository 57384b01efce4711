//! `Patient/$oppose`, `$reopen`, `$notice-death`: what a producer, a professional or a counter records about a
//! record's life (rules, W3, W11 and W12).

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use ihe::fhir::operations::life;
use model::Opposed;
use record::Target;

use super::answer::{Answer, fhir};
use super::incoming::Incoming;
use crate::blocking::act;

const BYTES_MAX: usize = 64 << 10;

pub(super) async fn oppose(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let asked = life::decode_oppose(&body)?;
    let Incoming { app, call, .. } = incoming;
    let (target, to) = (Target::Ins(asked.patient), Opposed::Document(asked.document));
    act(&app, move |records| records.oppose(&call, &target, &to, asked.reason.as_deref())).await?;
    Ok(fhir(StatusCode::OK, &life::recorded()))
}

pub(super) async fn reopen(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let asked = life::decode_reopen(&body)?;
    let Incoming { app, call, .. } = incoming;
    let target = Target::Ins(asked.patient);
    act(&app, move |records| records.reopen(&call, &target, asked.consent)).await?;
    Ok(fhir(StatusCode::OK, &life::recorded()))
}

pub(super) async fn notice_death(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let asked = life::decode_death(&body)?;
    let Incoming { app, call, .. } = incoming;
    let target = Target::Ins(asked.patient);
    act(&app, move |records| match asked.in_error {
        true => records.correct_death(&call, &target, asked.proved),
        false => records.notice_death(&call, &target, asked.proved),
    })
    .await?;
    Ok(fhir(StatusCode::OK, &life::recorded()))
}

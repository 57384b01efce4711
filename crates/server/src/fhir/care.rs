//! `Patient/$declare-care`, `$attending`, `$practice`, `$trusted-person`, `$secret-act`: what whoever cares for a
//! person records of it (rules, A13, A14, W9, W10 and W15).

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use ihe::fhir::operations::care::{self, AttendingDoing, PracticeLine};
use ihe::fhir::operations::life::recorded;
use record::{NewCare, NewSecretAct, Target};

use super::answer::{Answer, fhir};
use super::incoming::Incoming;
use crate::blocking::act;

const BYTES_MAX: usize = 64 << 10;

pub(super) async fn declare_care(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let asked = care::decode_care(&body)?;
    let Incoming { app, call, .. } = incoming;
    let target = Target::Ins(asked.patient);
    let new = NewCare { unit: asked.unit, out_of_hours: asked.out_of_hours };
    let declared = act(&app, move |records| records.declare_care(&call, &target, &new)).await?;
    Ok(fhir(StatusCode::OK, &care::encode_care(declared.get().until)))
}

pub(super) async fn attending(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let asked = care::decode_attending(&body)?;
    let Incoming { app, call, .. } = incoming;
    let target = Target::Ins(asked.patient);
    // for themself alone: an agent's signed form has its own operation, and is refused here as anybody is
    let doing = if call.caller.professional().is_some() { asked.doing } else { AttendingDoing::Leave };
    act(&app, move |records| match doing {
        AttendingDoing::Leave => records.leave_as_attending(&call, &target).map(drop),
        AttendingDoing::HandOver(to) => records.hand_over(&call, &target, &to).map(drop),
        AttendingDoing::ReplacedBy(by) => records.tell_replacement(&call, &target, &by).map(drop),
        AttendingDoing::Block(whom) => records.block(&call, &target, &whom).map(drop),
    })
    .await?;
    Ok(fhir(StatusCode::OK, &recorded()))
}

pub(super) async fn practice(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let patients = care::decode_practice(&body)?;
    let Incoming { app, call, .. } = incoming;
    let listed = act(&app, move |records| records.practice(&call, &patients)).await?;
    let lines: Vec<_> = listed
        .iter()
        .map(|it| PracticeLine {
            patient: &it.ins,
            attending: it.attending,
            has_summary: it.has_summary,
            fragile: it.fragile,
            successor: it.successor.as_ref().map(|it| (&it.proposed, it.answered.is_some())),
        })
        .collect();
    Ok(fhir(StatusCode::OK, &care::encode_practice(&lines)))
}

pub(super) async fn trusted_person(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let asked = care::decode_trusted_person(&body)?;
    let Incoming { app, call, .. } = incoming;
    let target = Target::Ins(asked.patient);
    act(&app, move |records| records.activate_trusted_person(&call, &target, asked.attested)).await?;
    Ok(fhir(StatusCode::OK, &recorded()))
}

pub(super) async fn secret_act(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let asked = care::decode_secret_act(&body)?;
    let Incoming { app, call, .. } = incoming;
    let target = Target::Ins(asked.patient);
    let secret = NewSecretAct { day: asked.day, house: asked.house, agreed: asked.agreed };
    act(&app, move |records| records.declare_secret_act(&call, &target, &secret)).await?;
    Ok(fhir(StatusCode::OK, &recorded()))
}

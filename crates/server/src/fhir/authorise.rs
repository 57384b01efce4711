//! `Patient/$authorise` (TD0.3): a professional records, by an explicit act, that the holder authorised them.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use ihe::fhir::consent;
use ihe::fhir::operations::authorise::{self, Action};
use model::Grantee;
use record::{Failure, Refusal, RefusalKind, Target};

use super::answer::{Answer, fhir};
use super::incoming::Incoming;
use crate::blocking::act;

const BYTES_MAX: usize = 64 << 10;

pub(super) async fn authorise(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let asked = authorise::decode(&body)?;
    let Incoming { app, call, .. } = incoming;
    let Some(me) = call.caller.professional().map(|it| it.id.clone()) else {
        return Err(Failure::from(Refusal::new(RefusalKind::Denied)).into());
    };
    let (target, doctor) = (Target::Ins(asked.patient.clone()), me.clone());
    let now_stands = act(&app, move |records| {
        let to = Grantee::Person(doctor.clone());
        match (asked.action, asked.attending) {
            (Action::Ajout, true) => records.declare_attending(&call, &target, &doctor),
            (Action::Ajout, false) => records.authorise(&call, &target, &to),
            (Action::Suppression, _) => records.revoke(&call, &target, &to),
        }
    })
    .await?
    .into_inner();
    let rights = &now_stands.rights;
    let to = Grantee::Person(me.clone());
    let Some(authorisation) = rights.authorisations.iter().rev().find(|it| it.to == to) else {
        return Err(crate::outcome::Outcome::FAULT.into());
    };
    let attending = rights.attending.iter().rev().find(|it| it.person == me);
    let body = consent::encode(now_stands.record, &asked.patient, authorisation, attending, now_stands.at);
    Ok(fhir(StatusCode::OK, &body))
}

//! `Patient/$representative`: who acts for somebody, recorded at a counter on proof (rules, A8 to A10 and W10).

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use ihe::fhir::operations::representative::{self, Doing, Named};
use record::{MandateChange, NewRepresentative, Target};

use super::answer::{Answer, fhir};
use super::counter::{handed, letter};
use super::incoming::Incoming;
use crate::blocking::act;

const BYTES_MAX: usize = 64 << 10;

pub(super) async fn representative(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let asked = representative::decode(&body)?;
    let Incoming { app, call, .. } = incoming;
    // what this operation says rests on the proof it names, or on a form
    let call = call.entering_a_form();
    let target = Target::Ins(asked.patient);
    let (until, proved_by) = (asked.until, asked.proved_by);
    let stands = act(&app, move |records| match asked.doing {
        Doing::Add(named) => {
            let Named { kind, family, given, from, acts, email, phone, own, handed } = *named;
            let letter = letter(handed);
            let new = NewRepresentative {
                kind,
                family,
                given,
                from,
                until,
                acts,
                proved_by,
                email,
                phone,
                own,
                letter,
            };
            records.add_representative(&call, &target, &new)
        }
        Doing::Restrict(id) => {
            let change = MandateChange::Restrict { until };
            records.change_representative(&call, &target, id, &change, &proved_by)
        }
        Doing::Settle(id) => {
            records.change_representative(&call, &target, id, &MandateChange::Settle, &proved_by)
        }
        Doing::End(id) => records.change_representative(&call, &target, id, &MandateChange::End, &proved_by),
        Doing::Consent(id, consents) => records.consent_to_curator(&call, &target, id, consents),
    })
    .await?
    .into_inner();
    let mandate = &stands.mandate;
    Ok(fhir(
        StatusCode::OK,
        &representative::encode(mandate.id, mandate.until, handed(stands.secrets.as_ref())),
    ))
}

//! `Patient/$open-record` (TD1.1).

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use ihe::fhir::operations::open_record;
use ihe::fhir::patient::{self, PatientView};
use model::{Door, RecordStatus};
use record::OpenRequest;

use super::answer::{Answer, fhir};
use super::incoming::Incoming;
use crate::blocking::act;

const BYTES_MAX: usize = 256 << 10;

pub(super) async fn open_record(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let asked = open_record::decode(&body)?;
    let Incoming { app, call, .. } = incoming;
    let door = call.caller.door;
    let asked = OpenRequest {
        ins: asked.identity.ins,
        traits: asked.identity.traits,
        qualified: asked.identity.qualified,
        consent: asked.consent.unwrap_or(false),
        break_glass: asked.break_glass,
        regulation: asked.regulation,
        channel: asked.channel.map_or("", |it| it.code()).to_owned(),
        email: asked.email,
        phone: asked.phone,
        login: None,
        kin: asked.identity.professional_ids,
        representative: None,
        letter: record::Letter::Posted,
    };
    let opened = act(&app, move |records| records.open_record(&call, &asked)).await?.into_inner();
    let patient = patient::encode(&PatientView {
        record: Some(opened.record),
        ins: &opened.identity.ins,
        status: &RecordStatus::Open { since: app.clock.now() },
        traits: (door == Door::Care).then_some(&opened.identity.traits),
        authorisation: None,
        attending: None,
    });
    let mut response = fhir(StatusCode::CREATED, &patient);
    let base = if door == Door::Feed { &app.addresses.feed_fhir } else { &app.addresses.care_fhir };
    if let Ok(location) = HeaderValue::from_str(&format!("{base}/Patient/{}", opened.record)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

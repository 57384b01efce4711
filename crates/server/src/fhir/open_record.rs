//! `Patient/$open-record` (TD1.1), and `$open-records` for the residents of a house.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use ihe::fhir::operations::open_record::{self, BatchLine};
use ihe::fhir::patient::{self, PatientView};
use model::{Door, RecordStatus};
use record::rows::{Quality, Representative};
use record::{Failure, OpenRequest, Refusal, RefusalKind};

use super::answer::{Answer, fhir, issue};
use super::incoming::Incoming;
use crate::blocking::act;

const BYTES_MAX: usize = 256 << 10;
const BATCH_BYTES_MAX: usize = 1 << 20;

pub(super) async fn open_record(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let asked = open_record::decode(&body)?;
    let Incoming { app, call, .. } = incoming;
    let door = call.caller.door;
    let asked = wished(asked);
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

fn wished(asked: open_record::OpenRequest) -> OpenRequest {
    OpenRequest {
        ins: asked.identity.ins,
        traits: asked.identity.traits,
        qualified: asked.identity.qualified,
        consent: asked.consent.unwrap_or(false),
        break_glass: asked.break_glass,
        regulation: asked.regulation,
        channel: asked.channel.map_or("", |it| it.code()).to_owned(),
        email: asked.email,
        phone: asked.phone,
        address: Vec::new(),
        login: None,
        kin: asked.identity.professional_ids,
        representative: asked.representative.map(|it| Representative {
            name: it.family,
            given: Some(it.given),
            quality: match it.quality {
                open_record::Quality::Parent => Quality::Parent,
                open_record::Quality::Guardian => Quality::Guardian,
                open_record::Quality::Mandate => Quality::Mandate,
            },
            proved: it.proved,
        }),
        letter: record::Letter::Posted,
    }
}

/// Each is an act of its own, with its line, and told for itself: what one lacks stops no other.
pub(super) async fn open_records(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BATCH_BYTES_MAX).await?;
    let asked = open_record::decode_batch(&body)?;
    let Incoming { app, call, .. } = incoming;
    let lines = act(&app, move |records| {
        let mut lines = Vec::with_capacity(asked.len());
        let mut denied = 0;
        for one in asked {
            let line = match one {
                Err(unreadable) => {
                    records.reject(&call)?;
                    BatchLine::Not("unreadable", unreadable)
                }
                Ok(one) => match records.open_record(&call, &wished(one)) {
                    Ok(opened) => BatchLine::Opened(opened.get().record.to_string()),
                    Err(Failure::Refused(no)) => {
                        denied += usize::from(no.kind == RefusalKind::Denied);
                        let found = no.kind == RefusalKind::RecordFound;
                        BatchLine::Not(if found { "found" } else { "refused" }, issue(&no))
                    }
                    Err(fault) => return Err(fault),
                },
            };
            lines.push(line);
        }
        // who opens nothing at all is answered as for one
        if denied == lines.len() { Err(Refusal::new(RefusalKind::Denied).into()) } else { Ok(lines) }
    })
    .await?;
    Ok(fhir(StatusCode::OK, &open_record::encode_batch(&lines)))
}

//! TD0.2: whether a record exists, its status, and what the caller may do with it.

use axum::http::StatusCode;
use axum::response::Response;
use ihe::fhir::paging::{Page, searchset};
use ihe::fhir::patient::{self, AuthorisationStatus, PatientView};
use model::{Door, RecordStatus};

use super::answer::{Answer, fhir};
use super::incoming::{Incoming, Sought};
use crate::blocking::act;

pub(super) async fn status(Sought { incoming, pairs }: Sought) -> Result<Response, Answer> {
    let ins = patient::query(&pairs)?;
    let Incoming { app, call, .. } = incoming;
    let door = call.caller.door;
    let asked = ins.clone();
    let view = act(&app, move |records| records.know_status(&call, &asked)).await?.into_inner();
    let base = if door == Door::Feed { &app.addresses.feed_fhir } else { &app.addresses.care_fhir };
    let by_professional = door == Door::Care;
    let found = match view.status {
        RecordStatus::Absent => Vec::new(),
        _ => vec![patient::encode(&PatientView {
            record: view.record,
            ins: &ins,
            status: &view.status,
            traits: view.identity.as_ref().map(|it| &it.traits),
            authorisation: by_professional.then_some(match view.authorisation {
                record::AuthorisationStatus::Valid => AuthorisationStatus::Valide,
                record::AuthorisationStatus::Expired => AuthorisationStatus::Expire,
                record::AuthorisationStatus::None => AuthorisationStatus::NonExiste,
                record::AuthorisationStatus::Forbidden => AuthorisationStatus::Interdit,
            }),
            attending: by_professional.then_some(view.attending),
        })],
    };
    let page = Page { base, of_type: "Patient", pairs: &pairs, total: found.len(), next: None };
    Ok(fhir(StatusCode::OK, &searchset(&page, found)))
}

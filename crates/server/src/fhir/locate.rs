//! TD3.1b at the feed door: the id of what the caller fed itself, by its exact uniqueId. It answers the ids,
//! the version and the state, and nothing else of the document.

use axum::http::StatusCode;
use axum::response::Response;
use ihe::fhir::document_reference::{Unread, encode_unread};
use ihe::fhir::paging::{Page, searchset};
use ihe::fhir::search;
use ihe::fhir::search::Pairs;
use model::{Ins, UniqueId};

use super::answer::{Answer, fhir};
use super::incoming::{Incoming, Sought};
use crate::blocking::act;

const OF: &str = "DocumentReference";

pub(super) async fn locate(Sought { incoming, pairs }: Sought) -> Result<Response, Answer> {
    let (ins, unique_id) = read(&pairs)?;
    let Incoming { app, call, .. } = incoming;
    let wanted = unique_id.clone();
    let found = act(&app, move |records| records.locate(&call, &ins, &wanted)).await?.into_inner();
    let shown: Vec<_> = found
        .iter()
        .map(|it| {
            encode_unread(&Unread {
                record: it.record,
                logical_id: it.logical_id,
                version: it.version,
                entry: it.entry,
                status: &it.status,
                unique_id: Some(&unique_id),
            })
        })
        .collect();
    let base = &app.addresses.feed_fhir;
    let page = Page { base, of_type: OF, pairs: &[], total: shown.len(), next: None };
    Ok(fhir(StatusCode::OK, &searchset(&page, shown)))
}

/// The patient and the document, each exactly once, and nothing else: this door does not search.
fn read(pairs: &Pairs) -> Result<(Ins, UniqueId), Answer> {
    let (mut patient, mut document) = (None, None);
    for (name, value) in pairs {
        let twice = match name.as_str() {
            "patient.identifier" | "patient:identifier" => {
                patient.replace(search::ins(name, value)?).is_some()
            }
            "identifier" => {
                let (system, value) = value.split_once('|').unwrap_or(("urn:ietf:rfc:3986", value));
                let unique = UniqueId::from_identifier(system, value)
                    .map_err(|error| ihe::fhir::Outcome::parameter(name, error.to_string()))?;
                document.replace(unique).is_some()
            }
            "status" | "_format" => false,
            // there is one at most
            "_count" if value.parse::<usize>().is_ok_and(|it| it > 0) => false,
            _ => return Err(search::unknown(name).into()),
        };
        if twice {
            return Err(ihe::fhir::Outcome::parameter(name, "given twice").into());
        }
    }
    let missing = |name: &str| ihe::fhir::Outcome::parameter(name, "is required at this door");
    Ok((
        patient.ok_or_else(|| missing("patient.identifier"))?,
        document.ok_or_else(|| missing("identifier"))?,
    ))
}

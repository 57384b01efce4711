//! The answer to a submission that was accepted.

use model::{EntryId, Instant, RecordId, RowId};
use serde_json::{Value, json};

use super::super::datatypes;
use super::super::id_pair;
use super::super::outcome::{self, Issue};
use super::Slot;

/// What a submission became.
pub struct Stored<'a> {
    pub record: RecordId,
    pub set: RowId,
    /// In the order of [`Submission::documents`].
    pub documents: &'a [EntryId],
    pub accepted: Instant,
}

/// The transaction-response: one answer for each entry, in its order. Notes go with the set's.
pub fn response(answers: &[Slot], stored: &Stored<'_>, notes: &[Issue]) -> Value {
    let document = |place: usize| stored.documents.get(place).map(|id| id_pair::format(stored.record, id));
    let created = |location: Option<String>| {
        let mut response = json!({
            "status": "201 Created",
            "etag": "W/\"1\"",
            "lastModified": stored.accepted.to_string(),
        });
        datatypes::set(&mut response, "location", location);
        response
    };
    let entries: Vec<_> = answers
        .iter()
        .map(|slot| {
            let mut response = match slot {
                Slot::List => created(Some(format!("List/{}", id_pair::format(stored.record, stored.set)))),
                Slot::Document(place) => {
                    created(document(*place).map(|id| format!("DocumentReference/{id}")))
                }
                Slot::Binary(place) => created(document(*place).map(|id| format!("Binary/{id}"))),
                Slot::Patient => {
                    json!({ "status": "200 OK", "location": format!("Patient/{}", stored.record) })
                }
                Slot::Supersede(_) => json!({ "status": "200 OK" }),
            };
            if *slot == Slot::List && !notes.is_empty() {
                response["outcome"] = outcome::to_json(notes);
            }
            json!({ "response": response })
        })
        .collect();
    json!({ "resourceType": "Bundle", "type": "transaction-response", "entry": entries })
}

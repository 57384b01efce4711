//! ITI-68 Retrieve Document: `GET Binary/<id>`, the bytes themselves or a Binary resource.

use model::{EntryId, RecordId};
use serde_json::{Value, json};

use super::datatypes::to_base64;
use super::id_pair;
use super::outcome::{Outcome, Read};

pub use super::negotiate::{BinaryForm, binary as form};

/// The id of a document's entry in a path. Errors: 404, as for an absent one.
pub fn document(id: &str) -> Read<(RecordId, EntryId)> {
    id_pair::parse(id).ok_or_else(Outcome::not_found)
}

/// The content as a Binary resource.
pub fn resource(record: RecordId, entry: EntryId, mime_type: &str, content: &[u8]) -> Value {
    json!({
        "resourceType": "Binary",
        "id": id_pair::format(record, entry),
        "contentType": mime_type,
        "data": to_base64(content),
    })
}

//! ITI-105 Simplified Publish, in the profile PDSm Simplified Publish 3.1.1: one DocumentReference with its bytes
//! inside. It becomes a submission of one document, whose set says what the document says.

use model::{Author, RecordId};
use serde_json::{Value, json};

use super::document_reference::{self, Content, Shape};
use super::iti65::{DocumentDraft, SetDraft, Slot, Submission};
use super::json;
use super::obj::Obj;
use super::outcome::{self, Issue, IssueCode, Outcome, Read};

/// Reads the body of `POST DocumentReference`. Errors: 400 what is malformed or missing, 422 what breaks a rule.
pub fn decode(body: &[u8], base: &str) -> Read<Submission> {
    let node = json::parse(body)?;
    let resource = Obj::resource(&node, "DocumentReference")?;
    let fed = document_reference::decode(&resource, &[], base, Shape::Simplified)?;
    let Content::Inside(content) = fed.content else {
        return Err(Outcome::missing(resource.at("content[0].attachment.data")));
    };
    let description = fed.description;
    let set = SetDraft {
        // the server makes one
        unique_id: None,
        // the document came from where its own id did
        source_id: description.unique_id.clone(),
        // JDV_J03 knows the kind of house
        content_type: description.facility_type.clone(),
        title: None,
        comments: None,
        submitted: description.created,
        author: description.authors.first().cloned().unwrap_or_else(Author::default),
        recipients: Vec::new(),
    };
    let document = DocumentDraft {
        description,
        visibility: fed.visibility,
        category: fed.category,
        relates: fed.relates.into_iter().map(|(kind, target, _)| (kind, target)).collect(),
        content,
        subject_traits: fed.traits.clone(),
        author_organisations: fed.author_organisations,
        expression: resource.path().to_owned(),
    };
    Ok(Submission {
        patient: fed.patient,
        traits: fed.traits,
        set,
        documents: vec![document],
        answers: vec![Slot::Document(0)],
        notes: fed.notes,
    })
}

/// Where the document now is: for the header `Location`.
pub fn location(base: &str, record: RecordId, document: impl std::fmt::Display) -> String {
    format!("{base}/DocumentReference/{}", super::id_pair::format(record, document))
}

/// The body that goes with 201: this door reads nothing back.
pub fn response(notes: &[Issue]) -> Value {
    if notes.is_empty() {
        let issue = json!({
            "severity": "information",
            "code": IssueCode::Informational.as_str(),
            "diagnostics": "the document was taken",
        });
        return json!({ "resourceType": "OperationOutcome", "issue": [issue] });
    }
    outcome::to_json(notes)
}

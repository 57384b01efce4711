//! SubmissionSet: a RegistryPackage read into the words of `model`, and a set written back (ITI TF-3 4.2.3.3).

use model::{Author, EntryId, Ins, SubmissionSet};

use super::attributes::{Attributes, write_unique_id};
use super::author;
use super::entry::{coded, identifier, number_parts};
use super::error::{ErrorCode, Read, RegistryError};
use super::hl7::{self, write_time};
use super::names;
use crate::ebrim::{Classification, InternationalString, Kind, RegistryObject, Slot};

pub use crate::fhir::iti65::SetDraft;

const SLOTS: &[&str] = &["submissionTime", "intendedRecipient"];
const SCHEMES: &[&str] = &[names::SET_AUTHOR, names::SET_CONTENT_TYPE];
const IDENTIFIERS: &[&str] = &[names::SET_PATIENT_ID, names::SET_SOURCE_ID, names::SET_UNIQUE_ID];
pub(super) const LABEL: &str = "SubmissionSet";

/// The set, its patient, and warnings for what is not kept.
pub(super) fn read(object: &RegistryObject) -> Read<(SetDraft, Ins, Vec<RegistryError>)> {
    let of = &Attributes { object, label: LABEL };
    let mut notes = of.only(SLOTS, SCHEMES, &[names::SUBMISSION_SET], IDENTIFIERS)?;
    if object.home.as_deref().is_some_and(|home| !home.is_empty()) {
        let code = ErrorCode::XDSExtraMetadataNotSaved;
        notes.push(RegistryError::at(code, of.at("homeCommunityId"), "this is not kept"));
    }
    let mut authors = author::read(of, names::SET_AUTHOR)?.into_iter();
    let author: Author = of.need("author", authors.next())?.author;
    if authors.next().is_some() {
        let code = ErrorCode::XDSExtraMetadataNotSaved;
        notes.push(RegistryError::at(code, of.at("author"), "the first author is kept"));
    }
    let mut recipients = Vec::new();
    for text in of.many("intendedRecipient") {
        match author::recipient(text) {
            Some(recipient) => recipients.push(recipient),
            None => {
                return of.wrong("intendedRecipient", "organisation|person|telecommunication is expected");
            }
        }
    }
    let set = SetDraft {
        unique_id: Some(of.unique_id("uniqueId", names::SET_UNIQUE_ID)?),
        source_id: of.unique_id("sourceId", names::SET_SOURCE_ID)?,
        content_type: of.need("contentTypeCode", of.one_code("contentTypeCode", names::SET_CONTENT_TYPE)?)?,
        title: of.text("title", object.name.text(), 1_000)?,
        comments: of.text("comments", object.description.text(), 10_000)?,
        submitted: of.need("submissionTime", of.time("submissionTime")?)?,
        author,
        recipients,
    };
    Ok((set, of.patient(names::SET_PATIENT_ID)?, notes))
}

/// The entryUUID of a set: the same bits as its row.
pub fn set_id(set: &SubmissionSet) -> EntryId {
    EntryId::from_bytes(*set.id.as_bytes())
}

/// The set as a RegistryPackage. Its members stand apart, as associations.
pub(super) fn write(set: &SubmissionSet, ins: &Ins) -> RegistryObject {
    let entry_id = set_id(set);
    let id = entry_id.urn();
    let mut out = RegistryObject::new(Kind::RegistryPackage, &*id);
    out.lid = Some(id.clone());
    out.object_type = Some(names::REGISTRY_PACKAGE.to_owned());
    out.status = Some(names::APPROVED.to_owned());
    out.version = Some("1".to_owned());
    out.slots.push(Slot::one("submissionTime", write_time(set.submitted)));
    let recipients: Vec<_> = set.recipients.iter().filter_map(author::write_recipient).collect();
    if !recipients.is_empty() {
        out.slots.push(Slot::new("intendedRecipient", recipients));
    }
    if let Some(title) = &set.title {
        out.name = InternationalString::french(title);
    }
    if let Some(comments) = &set.comments {
        out.description = InternationalString::french(comments);
    }
    out.classifications.extend(author::write(&set.author, names::SET_AUTHOR, &id));
    out.classifications.push(coded(names::SET_CONTENT_TYPE, &set.content_type, &id));
    out.classifications.push(Classification {
        node: Some(names::SUBMISSION_SET.to_owned()),
        classified_object: Some(id.clone()),
        ..Classification::default()
    });
    let identifier = |scheme, name: &str, value| identifier(scheme, name, value, &id);
    out.identifiers = vec![
        identifier(names::SET_PATIENT_ID, "XDSSubmissionSet.patientId", hl7::write_ins(ins)),
        identifier(names::SET_SOURCE_ID, "XDSSubmissionSet.sourceId", write_unique_id(&set.source_id)),
        identifier(names::SET_UNIQUE_ID, "XDSSubmissionSet.uniqueId", write_unique_id(&set.unique_id)),
    ];
    number_parts(&mut out, entry_id.as_bytes());
    out
}

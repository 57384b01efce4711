//! ITI-57 Update Document Set (TD3.3a to d): a next version of an entry's metadata, or a change of its status.

use model::{Coding, Description, DocumentEntry, EntryId, Ins, Visibility};
use xml::Node;

use super::attributes::entry_id;
use super::entry::{self, DocumentDraft, EntryStatus, Role};
use super::error::{ErrorCode, Read, RegistryError, RegistryErrors};
use super::graph::{self, Graph, Link, Thing};
use super::names;
use super::set::{self, SetDraft};

/// An update, checked for form: what is asked of which entry.
pub struct UpdateDocumentSet {
    pub patient: Ins,
    /// The set the update comes with.
    pub set: SetDraft,
    pub updates: Vec<Update>,
    pub notes: Vec<RegistryError>,
}

pub enum Update {
    /// The whole metadata again, some of it changed: held against what is there by [`visibility_change`].
    Metadata { logical_id: EntryId, previous_version: u32, entry: Box<DocumentDraft>, element: String },
    /// `UpdateAvailabilityStatus`.
    Status { entry: EntryId, from: EntryStatus, to: EntryStatus, element: String },
}

fn operation(place: &str, says: &str) -> RegistryErrors {
    RegistryError::at(ErrorCode::XDSMetadataUpdateOperationError, place, says).into()
}

fn update_error(place: &str, says: &str) -> RegistryErrors {
    RegistryError::at(ErrorCode::XDSMetadataUpdateError, place, says).into()
}

/// Reads `SubmitObjectsRequest`.
pub fn decode(request: &Node<'_>) -> Read<UpdateDocumentSet> {
    let list = graph::list(request)?;
    let graph = graph::sort(&list)?;
    let (set, patient, mut notes) = set::read(graph.set)?;
    let mut drafts = Vec::new();
    let mut errors = Vec::new();
    for (place, object) in graph.entries.iter().enumerate() {
        match entry::read(object, &graph::entry_label(place), Role::Updated) {
            Ok((draft, warnings)) => {
                notes.extend(warnings);
                if draft.patient != patient {
                    let code = ErrorCode::XDSPatientIDReconciliationError;
                    let place = format!("{}.patientId", draft.element);
                    errors.push(RegistryError::at(code, place, "not the patient of the submission set"));
                }
                drafts.push(Some(draft));
            }
            Err(RegistryErrors(found)) => errors.extend(found),
        }
    }
    if !errors.is_empty() {
        return Err(RegistryErrors(errors));
    }
    let mut updates = Vec::new();
    for link in &graph.associations {
        if graph.ids.get(link.source) != Some(&Thing::Set) {
            return Err(operation(&link.label, "an update is an association of the submission set"));
        }
        updates.push(match link.kind {
            names::HAS_MEMBER => metadata(&graph, link, &mut drafts)?,
            names::UPDATE_STATUS => status(link)?,
            _ => return Err(operation(&link.label, "an associationType that is not used here")),
        });
    }
    if let Some(draft) = drafts.into_iter().flatten().next() {
        return Err(update_error(&draft.element, "no HasMember of the submission set names this entry"));
    }
    once(&updates)?;
    Ok(UpdateDocumentSet { patient, set, updates, notes })
}

/// Each object once, and at least one.
fn once(updates: &[Update]) -> Read<()> {
    let mut seen = std::collections::HashSet::new();
    let twice = updates.iter().find(|it| {
        let id = match it {
            Update::Metadata { logical_id, .. } => logical_id,
            Update::Status { entry, .. } => entry,
        };
        !seen.insert(*id)
    });
    match twice {
        Some(Update::Metadata { element, .. } | Update::Status { element, .. }) => {
            Err(update_error(element, "this entry is updated twice in one message"))
        }
        None if updates.is_empty() => Err(operation("SubmissionSet", "no update is asked for")),
        None => Ok(()),
    }
}

fn metadata(graph: &Graph<'_>, link: &Link<'_>, drafts: &mut [Option<DocumentDraft>]) -> Read<Update> {
    let Some(Thing::Entry(place)) = graph.ids.get(link.target) else {
        return Err(operation(&link.label, "what is updated is a DocumentEntry of the message"));
    };
    let previous = link.slot("PreviousVersion").and_then(|text| text.parse::<u32>().ok());
    let previous_version = previous
        .filter(|it| *it >= 1)
        .ok_or_else(|| update_error(&link.label, "the slot PreviousVersion is required: a number from 1"))?;
    if !matches!(link.slot("SubmissionSetStatus"), Some("Original")) {
        return Err(update_error(&link.label, "the slot SubmissionSetStatus is Original"));
    }
    if !matches!(link.slot("AssociationPropagation"), None | Some("yes")) {
        return Err(operation(&link.label, "associations always follow the entry here"));
    }
    let Some(entry) = drafts.get_mut(*place).and_then(Option::take) else {
        return Err(update_error(&link.label, "this entry is updated twice in one message"));
    };
    let Some(logical_id) = entry.logical_id else {
        return Err(update_error(&format!("{}.logicalId", entry.element), "this attribute is required"));
    };
    if entry_id(&entry.id) == Some(logical_id) {
        let place = format!("{}.entryUUID", entry.element);
        return Err(update_error(&place, "a next version has another entryUUID than the logicalId"));
    }
    let element = entry.element.clone();
    Ok(Update::Metadata { logical_id, previous_version, entry: Box::new(entry), element })
}

fn status(link: &Link<'_>) -> Read<Update> {
    let element = link.label.clone();
    let Some(entry) = entry_id(link.target) else {
        return Err(update_error(&element, "targetObject is the entryUUID of a document"));
    };
    let said = |name: &str| {
        link.slot(name)
            .and_then(EntryStatus::from_urn)
            .ok_or_else(|| update_error(&element, "the slots OriginalStatus and NewStatus are of JDV_J52"))
    };
    let (from, to) = (said("OriginalStatus")?, said("NewStatus")?);
    if from == to {
        return Err(update_error(&element, "OriginalStatus and NewStatus are the same"));
    }
    if to == EntryStatus::Deprecated || from == EntryStatus::Deprecated {
        return Err(operation(&element, "a document is deprecated by being replaced, and not otherwise"));
    }
    Ok(Update::Status { entry, from, to, element })
}

/// What a next version of the metadata changes: the visibility, or nothing. Everything else is as it was accepted;
/// the error names what differs.
pub fn visibility_change(
    before: &DocumentEntry,
    previous_version: u32,
    after: &DocumentDraft,
) -> Read<Option<Visibility>> {
    if before.version != previous_version {
        let (code, place) = (ErrorCode::XDSMetadataVersionError, format!("{}.version", after.element));
        return Err(RegistryError::at(code, place, "PreviousVersion is not the current version").into());
    }
    let (was, is) = (&before.description, after.described.about());
    if was.unique_id != is.unique_id {
        let (code, place) = (ErrorCode::XDSMetadataIdentifierError, format!("{}.uniqueId", after.element));
        return Err(RegistryError::at(code, place, "an update keeps the uniqueId").into());
    }
    let changed: Vec<_> = differences(before, after)
        .into_iter()
        .map(|name| {
            let place = format!("{}.{name}", after.element);
            RegistryError::at(ErrorCode::XDSMetadataUpdateError, place, "only visibility is updated here")
        })
        .collect();
    if !changed.is_empty() {
        return Err(RegistryErrors(changed));
    }
    Ok((before.visibility != after.visibility).then_some(after.visibility))
}

/// The attributes on which the two differ, besides the visibility. Times compare to the second, as they are written.
fn differences(before: &DocumentEntry, after: &DocumentDraft) -> Vec<&'static str> {
    let (was, is) = (&before.description, after.described.about());
    let second = |it: jiff::Timestamp| it.as_second();
    let same_codes = |one: &[Coding], other: &[Coding]| {
        one.len() == other.len() && one.iter().all(|it| other.iter().any(|that| it.same(that)))
    };
    let same_patient = |it: &Description| it.source_patient.family.clone();
    let status = after.status.is_none_or(|it| it == EntryStatus::from(&before.status));
    let checks = [
        ("availabilityStatus", status),
        ("typeCode", was.type_code.same(&is.type_code)),
        ("classCode", before.class.coding().same(&after.category)),
        ("formatCode", was.format.same(&is.format)),
        ("mimeType", was.mime_type == is.mime_type),
        ("languageCode", was.language == is.language),
        ("title", was.title.trim() == is.title),
        (
            "comments",
            was.comments.as_deref().unwrap_or_default().trim() == is.comments.as_deref().unwrap_or_default(),
        ),
        ("confidentialityCode", was.confidentiality == is.confidentiality),
        ("creationTime", second(was.created) == second(is.created)),
        ("serviceStartTime", second(was.service_start) == second(is.service_start)),
        ("serviceStopTime", was.service_stop.map(second) == is.service_stop.map(second)),
        ("healthcareFacilityTypeCode", was.facility_type.same(&is.facility_type)),
        ("practiceSettingCode", was.practice_setting.same(&is.practice_setting)),
        ("eventCodeList", same_codes(&was.events, &is.events)),
        ("author", was.authors.len() == is.authors.len()),
        ("sourcePatientInfo", same_patient(was) == same_patient(is)),
        ("hash", after.described.said_hash().is_none_or(|hash| hash == was.hash)),
        ("size", after.described.said_size().is_none_or(|size| size == was.size)),
    ];
    checks.into_iter().filter_map(|(name, same)| (!same).then_some(name)).collect()
}

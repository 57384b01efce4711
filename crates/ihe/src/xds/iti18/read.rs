//! Each stored query with its parameters (ITI TF-2 3.18.4.1.2.3.7).

use xml::Node;

use super::super::error::{ErrorCode, Read, RegistryError};
use super::filter::{DocumentFilter, Range, SetFilter};
use super::parameters::Parameters;
use super::{Ids, Query, Returns, StoredQuery};
use crate::ebrim::{QUERY, RIM};

type Reader = fn(&mut Parameters) -> Read<Query>;

/// The queries by their ids.
const QUERIES: &[(&str, Reader)] = &[
    ("urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d", find_documents),
    ("urn:uuid:12941a89-e02e-4be5-967c-ce4bfc8fe492", find_by_reference),
    ("urn:uuid:f26abbcb-ac74-4422-8a30-edb644bbc1a9", find_submission_sets),
    ("urn:uuid:958f3006-baad-4929-a4de-ff1114824431", find_folders),
    ("urn:uuid:10b545ea-725c-446d-9b95-8aeb444eddf3", get_all),
    ("urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4", get_documents),
    ("urn:uuid:5737b14c-8a1a-4539-b659-e03a34a5e1e4", get_folders),
    ("urn:uuid:a7ae438b-4bc2-4642-93e9-be891f7bb155", get_associations),
    ("urn:uuid:bab9529a-4a10-40b3-a01f-f68a615d247a", get_documents_and_associations),
    ("urn:uuid:51224314-5390-4169-9b91-b1980040715a", get_submission_sets),
    ("urn:uuid:e8e3cb2c-e39c-46b9-99e4-c12f57260b83", get_set_and_contents),
    ("urn:uuid:b909a503-523d-4517-8acf-8e5834dfc4c7", get_folder_and_contents),
    ("urn:uuid:10cae35a-c7f9-4cf5-b61e-fc3278ffb578", get_folders_for_document),
    ("urn:uuid:d90e5407-b356-4d91-a89f-873917b4b0e6", get_related_documents),
];

fn unreadable(says: &str) -> RegistryError {
    RegistryError::at(ErrorCode::XDSRegistryError, "AdhocQueryRequest", says)
}

pub(super) fn decode(request: &Node<'_>) -> Read<StoredQuery> {
    if !request.is(QUERY, "AdhocQueryRequest") {
        return Err(unreadable("this element is expected").into());
    }
    let (mut returns, mut query) = (None, None);
    for child in request.children() {
        let twice = match child.name() {
            (QUERY, "ResponseOption") => returns.replace(self::returns(&child)?).is_some(),
            (RIM, "AdhocQuery") => query.replace(child).is_some(),
            (RIM | QUERY, "RequestSlotList" | "Slot" | "Name" | "Description") => false,
            _ => return Err(unreadable("an element that has no place here").into()),
        };
        if twice {
            return Err(unreadable("an element stands twice").into());
        }
    }
    let node = query.ok_or_else(|| unreadable("an AdhocQuery is required"))?;
    if node.attribute("home").is_some_and(|home| !home.is_empty()) {
        let says = "this is no community of several: leave homeCommunityId out";
        return Err(RegistryError::at(ErrorCode::XDSUnknownCommunity, "AdhocQuery.home", says).into());
    }
    let id = node.attribute("id").unwrap_or_default();
    let reader = QUERIES.iter().find(|(known, _)| known.eq_ignore_ascii_case(id)).map(|(_, reader)| *reader);
    let Some(reader) = reader else {
        let says = "not one of the stored queries of ITI-18";
        return Err(RegistryError::at(ErrorCode::XDSUnknownStoredQuery, "AdhocQuery.id", says).into());
    };
    let mut parameters = Parameters::read(&node)?;
    parameters.ignore(&["$MetadataLevel", "$XDSAssociationStatus"]);
    let query = reader(&mut parameters)?;
    parameters.finished()?;
    Ok(StoredQuery { query, returns: returns.unwrap_or(Returns::LeafClass) })
}

fn returns(option: &Node<'_>) -> Read<Returns> {
    match option.attribute("returnType") {
        Some("ObjectRef") => Ok(Returns::ObjectRef),
        Some("LeafClass") | None => Ok(Returns::LeafClass),
        Some(_) => {
            let says = "LeafClass or ObjectRef";
            Err(RegistryError::at(ErrorCode::XDSRegistryError, "ResponseOption.returnType", says).into())
        }
    }
}

fn range(of: &mut Parameters, name: &str) -> Read<Range> {
    Ok(Range { from: of.time(&format!("{name}From"))?, to: of.time(&format!("{name}To"))? })
}

fn find_documents(of: &mut Parameters) -> Read<Query> {
    documents(of).map(Query::FindDocuments)
}

fn find_by_reference(of: &mut Parameters) -> Read<Query> {
    let name = "$XDSDocumentEntryReferenceIdList";
    let references = of.all(name);
    if references.is_empty() {
        of.need_any(name)?;
    }
    Ok(Query::FindDocumentsByReferenceId(DocumentFilter { references, ..documents(of)? }))
}

fn documents(of: &mut Parameters) -> Read<DocumentFilter> {
    Ok(DocumentFilter {
        patient: Some(of.patient("$XDSDocumentEntryPatientId")?),
        statuses: of.statuses("$XDSDocumentEntryStatus")?,
        classes: of.codes("$XDSDocumentEntryClassCode")?,
        types: of.codes("$XDSDocumentEntryTypeCode")?,
        settings: of.codes("$XDSDocumentEntryPracticeSettingCode")?,
        facilities: of.codes("$XDSDocumentEntryHealthcareFacilityTypeCode")?,
        events: of.all_codes("$XDSDocumentEntryEventCodeList")?,
        created: range(of, "$XDSDocumentEntryCreationTime")?,
        start: range(of, "$XDSDocumentEntryServiceStartTime")?,
        stop: range(of, "$XDSDocumentEntryServiceStopTime")?,
        authors: of.any("$XDSDocumentEntryAuthorPerson")?,
        impossible: impossible(of)?,
        ..contents(of)?
    })
}

/// The filter of what is in a set, too.
fn contents(of: &mut Parameters) -> Read<DocumentFilter> {
    Ok(DocumentFilter {
        formats: of.codes("$XDSDocumentEntryFormatCode")?,
        confidentialities: of.all_codes("$XDSDocumentEntryConfidentialityCode")?,
        ..DocumentFilter::default()
    })
}

/// Entries are stable, and their documents online.
fn impossible(of: &mut Parameters) -> Read<bool> {
    let types = of.any("$XDSDocumentEntryType")?;
    let availabilities = of.any("$XDSDocumentEntryDocumentAvailability")?;
    let lacks =
        |said: Option<Vec<String>>, ours: &str| said.is_some_and(|it| !it.iter().any(|it| it == ours));
    Ok(lacks(types, super::super::names::DOCUMENT_ENTRY)
        || lacks(availabilities, "urn:ihe:iti:2010:DocumentAvailability:Online"))
}

fn find_submission_sets(of: &mut Parameters) -> Read<Query> {
    Ok(Query::FindSubmissionSets(SetFilter {
        patient: Some(of.patient("$XDSSubmissionSetPatientId")?),
        statuses: of.statuses("$XDSSubmissionSetStatus")?,
        source_ids: of.any("$XDSSubmissionSetSourceId")?,
        submitted: range(of, "$XDSSubmissionSetSubmissionTime")?,
        author: of.one("$XDSSubmissionSetAuthorPerson")?,
        content_types: of.codes("$XDSSubmissionSetContentType")?,
    }))
}

fn find_folders(of: &mut Parameters) -> Read<Query> {
    let patient = of.patient("$XDSFolderPatientId")?;
    of.statuses("$XDSFolderStatus")?;
    range(of, "$XDSFolderLastUpdateTime")?;
    of.all_codes("$XDSFolderCodeList")?;
    Ok(Query::FindFolders { patient })
}

fn get_all(of: &mut Parameters) -> Read<Query> {
    let patient = of.patient("$patientId")?;
    let statuses = of.statuses("$XDSDocumentEntryStatus")?;
    let sets = SetFilter { statuses: of.statuses("$XDSSubmissionSetStatus")?, ..SetFilter::default() };
    of.statuses("$XDSFolderStatus")?;
    let impossible = impossible(of)?;
    let documents = DocumentFilter { statuses, impossible, ..contents(of)? };
    Ok(Query::GetAll { patient, documents, sets })
}

const ENTRY: &str = "$XDSDocumentEntryEntryUUID";
const UNIQUE: &str = "$XDSDocumentEntryUniqueId";
const LOGICAL: Option<&str> = Some("$XDSDocumentEntryLogicalID");

fn get_documents(of: &mut Parameters) -> Read<Query> {
    of.ids(ENTRY, UNIQUE, LOGICAL).map(Query::GetDocuments)
}

fn get_folders(of: &mut Parameters) -> Read<Query> {
    of.ids("$XDSFolderEntryUUID", "$XDSFolderUniqueId", Some("$XDSFolderLogicalID"))?;
    Ok(Query::GetFolders)
}

fn need_uuids(of: &mut Parameters) -> Read<Vec<model::EntryId>> {
    of.need_any("$uuid")?;
    Ok(of.entry_ids("$uuid")?.unwrap_or_default())
}

fn get_associations(of: &mut Parameters) -> Read<Query> {
    need_uuids(of).map(Query::GetAssociations)
}

fn get_documents_and_associations(of: &mut Parameters) -> Read<Query> {
    of.ids(ENTRY, UNIQUE, LOGICAL).map(Query::GetDocumentsAndAssociations)
}

fn get_submission_sets(of: &mut Parameters) -> Read<Query> {
    need_uuids(of).map(Query::GetSubmissionSets)
}

/// One object, where the query is of one.
fn single(name: &str, ids: Ids) -> Read<Ids> {
    let count = match &ids {
        Ids::Entry(ids) | Ids::Logical(ids) => ids.len(),
        Ids::Unique(ids) => ids.len(),
    };
    match count > 1 {
        true => {
            let code = ErrorCode::XDSStoredQueryParamNumber;
            Err(RegistryError::at(code, name, "one value is expected").into())
        }
        false => Ok(ids),
    }
}

fn get_set_and_contents(of: &mut Parameters) -> Read<Query> {
    let name = "$XDSSubmissionSetEntryUUID";
    let set = single(name, of.ids(name, "$XDSSubmissionSetUniqueId", None)?)?;
    let impossible = impossible(of)?;
    Ok(Query::GetSubmissionSetAndContents { set, documents: DocumentFilter { impossible, ..contents(of)? } })
}

fn get_folder_and_contents(of: &mut Parameters) -> Read<Query> {
    let name = "$XDSFolderEntryUUID";
    single(name, of.ids(name, "$XDSFolderUniqueId", Some("$XDSFolderLogicalID"))?)?;
    impossible(of)?;
    contents(of)?;
    Ok(Query::GetFolderAndContents)
}

fn get_folders_for_document(of: &mut Parameters) -> Read<Query> {
    single(ENTRY, of.ids(ENTRY, UNIQUE, LOGICAL)?)?;
    Ok(Query::GetFoldersForDocument)
}

fn get_related_documents(of: &mut Parameters) -> Read<Query> {
    let document = single(ENTRY, of.ids(ENTRY, UNIQUE, LOGICAL)?)?;
    let kinds = of.need_any("$AssociationTypes")?;
    impossible(of)?;
    Ok(Query::GetRelatedDocuments { document, kinds })
}

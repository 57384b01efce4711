//! Reading a DocumentEntry. Required is what both French sources call required (dmp-facts, c); `hash` and `size`
//! are the repository's to compute, and optional until it has.

use model::code::{LOINC, TRE_A03, TRE_A05, TRE_A07, V3_CONFIDENTIALITY};
use model::{Coding, Confidentiality, Description, InsAuthority, ReferenceId, Visibility};

use super::super::attributes::{Attributes, entry_id};
use super::super::author::{self, ReadAuthor};
use super::super::error::{ErrorCode, Read, RegistryError};
use super::super::hl7::{self, Components};
use super::super::names;
use super::{Described, DocumentDraft, EntryStatus, patient};
use crate::ebrim::{Kind, RegistryObject};

/// What the entry is read for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::xds) enum Role {
    /// Fed now: everything required must be there.
    Fed,
    /// A next version of what was accepted once.
    Updated,
}

const SLOTS: &[&str] = &[
    "creationTime",
    "hash",
    "languageCode",
    "legalAuthenticator",
    "repositoryUniqueId",
    "serviceStartTime",
    "serviceStopTime",
    "size",
    "sourcePatientId",
    "sourcePatientInfo",
    "URI",
    "documentAvailability",
    names::REFERENCE_ID_LIST,
];

const SCHEMES: &[&str] = &[
    names::AUTHOR,
    names::CLASS_CODE,
    names::CONFIDENTIALITY_CODE,
    names::EVENT_CODE,
    names::FORMAT_CODE,
    names::FACILITY_TYPE_CODE,
    names::PRACTICE_SETTING_CODE,
    names::TYPE_CODE,
];

/// Reads the entry; `label` is `DocumentEntry[n]`. Warnings are for what is not kept.
pub(in crate::xds) fn read(
    object: &RegistryObject,
    label: &str,
    role: Role,
) -> Read<(DocumentDraft, Vec<RegistryError>)> {
    let of = &Attributes { object, label };
    if object.object_type.as_deref() != Some(names::DOCUMENT_ENTRY) {
        return of.wrong("objectType", "a stable DocumentEntry is expected");
    }
    let notes = of.only(SLOTS, SCHEMES, &[], &[names::PATIENT_ID, names::UNIQUE_ID])?;
    if let Some(availability) = of.one("documentAvailability")?
        && availability != "urn:ihe:iti:2010:DocumentAvailability:Online"
    {
        return of.wrong("documentAvailability", "documents here are Online");
    }
    let patient = of.patient(names::PATIENT_ID)?;
    let type_code = of.need("typeCode", of.one_code("typeCode", names::TYPE_CODE)?)?;
    let signature = is_signature(&type_code);
    if !signature && ![LOINC, TRE_A05].contains(&type_code.system.as_str()) {
        return of.wrong("typeCode", "the codingScheme is not one of JDV_J07");
    }
    let category = of.need("classCode", of.one_code("classCode", names::CLASS_CODE)?)?;
    if !signature && category.system != TRE_A03 {
        return of.wrong("classCode", "the codingScheme is not the one of JDV_J57");
    }
    let authors = author::read(of, names::AUTHOR)?;
    if authors.is_empty() {
        return of.need("author", None);
    }
    let (confidentiality, visibility) = confidentiality(of)?;
    let source_id = source_patient_id(of, &patient, role)?;
    let (source_patient, subject_traits) = patient::read(of, source_id)?;
    let start = of.need("serviceStartTime", of.time("serviceStartTime")?)?;
    let stop = of.time("serviceStopTime")?;
    if stop.is_some_and(|stop| stop < start) {
        return of.wrong("serviceStopTime", "the end lies before the start");
    }
    let (hash, size) = (hash(of)?, size(of)?);
    let title = of.text("title", object.name.text(), 1_000)?;
    let description = Description {
        unique_id: of.unique_id("uniqueId", names::UNIQUE_ID)?,
        identifiers: Vec::new(),
        type_code,
        format: of.need("formatCode", of.one_code("formatCode", names::FORMAT_CODE)?)?,
        mime_type: mime_type(of)?,
        language: language(of)?,
        title: of.need("title", title)?,
        comments: of.text("comments", object.description.text(), 10_000)?,
        confidentiality,
        created: of.need("creationTime", of.time("creationTime")?)?,
        service_start: start,
        service_stop: stop,
        facility_type: of.need(
            "healthcareFacilityTypeCode",
            of.one_code("healthcareFacilityTypeCode", names::FACILITY_TYPE_CODE)?,
        )?,
        practice_setting: of
            .need("practiceSettingCode", of.one_code("practiceSettingCode", names::PRACTICE_SETTING_CODE)?)?,
        events: of.codes("eventCodeList", names::EVENT_CODE)?,
        authenticator: authenticator(of, role)?,
        custodian: None,
        source_patient,
        references: references(of)?,
        hash: hash.unwrap_or_default(),
        size: size.unwrap_or_default(),
        authors: authors.iter().map(|it| it.author.clone()).collect(),
    };
    let draft = DocumentDraft {
        id: object.id.clone(),
        logical_id: logical_id(of)?,
        version: version(of)?,
        status: status(of)?,
        patient,
        described: Described { description, hash, size, element: label.to_owned() },
        visibility,
        category,
        relates: Vec::new(),
        subject_traits,
        author_organisations: authors
            .into_iter()
            .flat_map(|ReadAuthor { organisations, .. }| organisations)
            .collect(),
        repository: repository(of)?,
        element: label.to_owned(),
    };
    Ok((draft, notes))
}

/// The document that signs a lot, by its type (dmp-facts, c).
pub(in crate::xds) fn is_signature(type_code: &Coding) -> bool {
    type_code.code == names::SIGNATURE_TYPE
}

/// The confidentiality (N, R, V; the highest said) and the visibility codes.
fn confidentiality(of: &Attributes<'_>) -> Read<(Confidentiality, Visibility)> {
    let (mut level, mut visibility) = (Confidentiality::Normal, Visibility::default());
    let codes = of.codes("confidentialityCode", names::CONFIDENTIALITY_CODE)?;
    if codes.is_empty() {
        return of.need("confidentialityCode", None);
    }
    for code in codes {
        let said = Confidentiality::from_code(&code.code);
        let known = match (code.system.as_str(), said) {
            (V3_CONFIDENTIALITY | TRE_A07, Some(said)) => {
                level = level.max(said);
                true
            }
            (TRE_A07, None) => visibility.add(&code.code),
            _ => false,
        };
        if !known {
            return of.wrong("confidentialityCode", "not a code of JDV_J58 under its codingScheme");
        }
    }
    Ok((level, visibility))
}

/// An INS of another person in it is a mixed-up patient.
fn source_patient_id(of: &Attributes<'_>, ins: &model::Ins, role: Role) -> Read<Option<(String, String)>> {
    let Some(text) = of.one("sourcePatientId")? else {
        return if role == Role::Fed { of.need("sourcePatientId", None) } else { Ok(None) };
    };
    let Some((system, value)) = hl7::identifier(text) else {
        return of.wrong("sourcePatientId", "id^^^&oid&ISO is expected");
    };
    let authority = InsAuthority::from_oid(system.strip_prefix("urn:oid:").unwrap_or(&system));
    if authority.is_some_and(|it| it != ins.authority() || value != ins.matricule()) {
        let (code, place) = (ErrorCode::XDSPatientIdDoesNotMatch, of.at("sourcePatientId"));
        return Err(RegistryError::at(code, place, "this INS is not the patientId's").into());
    }
    Ok(Some((system, value)))
}

fn authenticator(of: &Attributes<'_>, role: Role) -> Read<Option<model::Author>> {
    match of.one("legalAuthenticator")? {
        Some(text) => match author::xcn(text) {
            Some(found) => Ok(Some(found)),
            None => of.wrong("legalAuthenticator", "id^name^given^^^^^^&oid&ISO is expected"),
        },
        None if role == Role::Fed => of.need("legalAuthenticator", None),
        None => Ok(None),
    }
}

fn references(of: &Attributes<'_>) -> Read<Vec<ReferenceId>> {
    let mut found = Vec::new();
    for text in of.many(names::REFERENCE_ID_LIST) {
        let parts = Components::of(text);
        let (Some(value), Some(kind)) = (parts.text(1), parts.text(5)) else {
            return of.wrong("referenceIdList", "id^^^&oid&ISO^type is expected");
        };
        found.push(ReferenceId { kind, system: parts.authority(4), value });
    }
    Ok(found)
}

fn hash(of: &Attributes<'_>) -> Read<Option<[u8; 20]>> {
    let Some(text) = of.one("hash")? else { return Ok(None) };
    let mut bytes = [0; 20];
    let valid = text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        let pair = std::str::from_utf8(pair).unwrap_or_default();
        *byte = u8::from_str_radix(pair, 16).unwrap_or_default();
    }
    if valid { Ok(Some(bytes)) } else { of.wrong("hash", "40 hexadecimal digits of a SHA-1 are expected") }
}

fn size(of: &Attributes<'_>) -> Read<Option<u64>> {
    match of.one("size")? {
        None => Ok(None),
        Some(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => match text.parse() {
            Ok(size) => Ok(Some(size)),
            Err(_) => of.wrong("size", "a number of bytes is expected"),
        },
        Some(_) => of.wrong("size", "a number of bytes is expected"),
    }
}

fn mime_type(of: &Attributes<'_>) -> Read<String> {
    let said = match &of.object.kind {
        Kind::ExtrinsicObject { mime_type, .. } => mime_type.as_deref(),
        _ => None,
    };
    let text = of.need("mimeType", said.filter(|it| !it.is_empty()))?;
    crate::fhir::document_reference::media_type(text, "")
        .or_else(|_| of.wrong("mimeType", "not a media type"))
}

fn language(of: &Attributes<'_>) -> Read<String> {
    let language = of.need("languageCode", of.one("languageCode")?)?;
    let is_tag = language.len() <= 35
        && language.split('-').all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
    if is_tag { Ok(language.to_owned()) } else { of.wrong("languageCode", "not a language tag") }
}

fn logical_id(of: &Attributes<'_>) -> Read<Option<model::EntryId>> {
    match of.object.lid.as_deref() {
        None | Some("") => Ok(None),
        // a source that knows no versions says the id again
        Some(lid) if lid == of.object.id && entry_id(lid).is_none() => Ok(None),
        Some(lid) => match entry_id(lid) {
            Some(id) => Ok(Some(id)),
            None => of.wrong("logicalId", "urn:uuid: is expected"),
        },
    }
}

fn version(of: &Attributes<'_>) -> Read<Option<u32>> {
    match of.object.version.as_deref() {
        None | Some("" | "1.1") => Ok(None),
        Some(text) => match text.parse() {
            Ok(version) => Ok(Some(version)),
            Err(_) => of.wrong("version", "a number is expected"),
        },
    }
}

fn status(of: &Attributes<'_>) -> Read<Option<EntryStatus>> {
    match of.object.status.as_deref() {
        None | Some("") => Ok(None),
        Some(urn) => match EntryStatus::from_urn(urn) {
            Some(status) => Ok(Some(status)),
            None => of.wrong("availabilityStatus", "not a status of JDV_J52"),
        },
    }
}

fn repository(of: &Attributes<'_>) -> Read<Option<model::Oid>> {
    match of.one("repositoryUniqueId")? {
        None => Ok(None),
        Some(text) => match text.parse() {
            Ok(oid) => Ok(Some(oid)),
            Err(_) => of.wrong("repositoryUniqueId", "an OID is expected"),
        },
    }
}

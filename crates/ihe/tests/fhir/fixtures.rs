//! A valid bundle of our own, an entry and a set; synthetic people only.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{
    Author, ClassCode, Coding, Confidentiality, Depositor, Description, DocumentEntry, DocumentStatus,
    EntryId, Ins, InsAuthority, Instant, RecordId, RowId, SourcePatient, SubmissionSet, Visibility,
};
use serde_json::{Value, json};

pub const BASE: &str = "https://localhost:8444/fhir";
pub const CONTENT: &[u8] = b"<ClinicalDocument/>";
pub const INS_SYSTEM: &str = "urn:oid:1.2.250.1.213.1.4.10";
pub const MATRICULE: &str = "291037527900137";

pub fn sha1(bytes: &[u8]) -> [u8; 20] {
    digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref().try_into().unwrap()
}

pub fn ins() -> Ins {
    Ins::new(InsAuthority::Test, MATRICULE).unwrap()
}

fn contained() -> Value {
    json!([
        { "resourceType": "Patient", "id": "patient",
          "identifier": [
              { "use": "official", "system": INS_SYSTEM, "value": MATRICULE },
              { "system": "urn:oid:1.2.250.1.999.1", "value": "IPP-42" }
          ],
          "name": [{ "use": "official", "family": "SOLEIL", "given": ["ANAÏS", "LOU"] }],
          "gender": "female", "birthDate": "1991-03-14" },
        { "resourceType": "PractitionerRole", "id": "author",
          "practitioner": { "reference": "#person" },
          "organization": { "reference": "#organization" },
          "code": [{ "coding": [{ "system": "urn:oid:1.2.250.1.213.1.1.5.1", "code": "ADMIT" }] }],
          "specialty": [{ "coding": [{ "system": "urn:oid:1.2.250.1.213.1.1.4.5", "code": "G15_10/SM26", "display": "Médecine générale" }] }] },
        { "resourceType": "Practitioner", "id": "person",
          "identifier": [{ "system": "urn:oid:1.2.250.1.71.4.2.1", "value": "899700366240" }],
          "name": [{ "family": "FABRE", "given": ["Inès"], "prefix": ["DR"] }] },
        { "resourceType": "Organization", "id": "organization",
          "identifier": [{ "system": "urn:oid:1.2.250.1.71.4.2.2", "value": "1750100125" }],
          "name": "Hôpital des Deux Rives" }
    ])
}

fn concept(system: &str, code: &str) -> Value {
    json!({ "coding": [{ "system": system, "code": code }] })
}

pub fn document(content: &[u8]) -> Value {
    let facility = "https://mos.esante.gouv.fr/NOS/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite";
    let setting = "https://mos.esante.gouv.fr/NOS/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice";
    json!({
        "resourceType": "DocumentReference",
        "contained": contained(),
        "masterIdentifier": { "system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.250.1.999.2.1" },
        "identifier": [{ "system": "https://deux-rives.example/documents", "value": "CR-1" }],
        "status": "current",
        "type": concept("http://loinc.org", "11488-4"),
        "category": [concept("urn:oid:1.2.250.1.213.1.1.4.1", "10")],
        "subject": { "identifier": { "system": INS_SYSTEM, "value": MATRICULE } },
        "date": "2026-06-12T10:00:00+02:00",
        "author": [{ "reference": "#author" }],
        "authenticator": { "reference": "#author" },
        "custodian": { "reference": "#organization" },
        "description": "Suivi",
        "securityLabel": [concept("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "N")],
        "content": [{
            "attachment": {
                "contentType": "text/xml",
                "language": "fr-FR",
                "url": "urn:uuid:00000000-0000-4000-8000-000000000003",
                "size": content.len(),
                "hash": STANDARD.encode(sha1(content)),
                "title": "Compte rendu",
                "creation": "2026-06-12T10:00:00+02:00"
            },
            "format": {
                "system": "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode",
                "code": "urn:ihe:iti:xds-sd:pdf:2008"
            }
        }],
        "context": {
            "event": [concept("urn:oid:1.2.250.1.213.2.5", "DEQP003")],
            "period": { "start": "2026-06-12", "end": "2026-06-12T09:30:00+02:00" },
            "facilityType": concept(facility, "SA01"),
            "practiceSetting": concept(setting, "ETABLISSEMENT"),
            "sourcePatientInfo": { "reference": "#patient" },
            "related": [{ "identifier": {
                "type": { "coding": [{ "system": "urn:ietf:rfc:3986", "code": "urn:ihe:iti:xds:2013:accession" }] },
                "system": "urn:oid:1.2.250.1.999.3", "value": "ACC-7"
            }}]
        }
    })
}

pub fn binary(content: &[u8], mime_type: &str) -> Value {
    json!({ "resourceType": "Binary", "contentType": mime_type, "data": STANDARD.encode(content) })
}

fn list() -> Value {
    json!({
        "resourceType": "List",
        "contained": contained(),
        "extension": [
            { "url": "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-designationType",
              "valueCodeableConcept": concept("urn:oid:1.2.250.1.213.2.2", "04") },
            { "url": "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId",
              "valueIdentifier": { "system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.250.1.999" } }
        ],
        "identifier": [
            { "use": "official", "system": "urn:ietf:rfc:3986", "value": "urn:uuid:00000000-0000-4000-8000-000000000009" },
            { "use": "usual", "system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.250.1.999.4.1" }
        ],
        "status": "current",
        "mode": "working",
        "title": "Consultation",
        "code": concept("https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes", "submissionset"),
        "subject": { "identifier": { "system": INS_SYSTEM, "value": MATRICULE } },
        "date": "2026-06-12T11:00:00+02:00",
        "source": { "reference": "#author" },
        "note": [{ "text": "Un seul document" }],
        "entry": [{ "item": { "reference": "urn:uuid:00000000-0000-4000-8000-000000000002" } }]
    })
}

fn entry(url: u32, resource: Value) -> Value {
    json!({
        "fullUrl": format!("urn:uuid:00000000-0000-4000-8000-{url:012}"),
        "request": { "method": "POST", "url": resource["resourceType"] },
        "resource": resource,
    })
}

/// Entries: 0 the List, 1 the DocumentReference, 2 the Binary.
pub fn bundle() -> Value {
    json!({
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [entry(1, list()), entry(2, document(CONTENT)), entry(3, binary(CONTENT, "text/xml"))],
    })
}

pub fn coding(system: &str, code: &str) -> Coding {
    Coding::new(system, code, None).unwrap()
}

pub const RECORD: RecordId = RecordId::from_bytes([1; 16]);

pub fn person() -> Author {
    Author {
        person_id: Some(("urn:oid:1.2.250.1.71.4.2.1".into(), "899700366240".into())),
        family: Some("FABRE".into()),
        given: Some("Inès".into()),
        prefix: Some("DR".into()),
        role: Some(coding("1.2.250.1.213.1.1.5.1", "ADMIT")),
        specialty: Some(coding("1.2.250.1.213.1.1.4.5", "G15_10/SM26")),
        organisation_id: Some(("urn:oid:1.2.250.1.71.4.2.2".into(), "1750100125".into())),
        organisation_name: Some("Hôpital des Deux Rives".into()),
        ..Author::default()
    }
}

fn depositor() -> Depositor {
    Depositor { organisation: "1750100125".parse().ok(), person: None, holder: false }
}

pub fn description() -> Description {
    Description {
        unique_id: "urn:oid:1.2.250.1.999.2.1".to_owned().try_into().unwrap(),
        identifiers: vec![("https://deux-rives.example/documents".into(), "CR-1".into())],
        type_code: coding("http://loinc.org", "11488-4"),
        format: coding("1.3.6.1.4.1.19376.1.2.3", "urn:ihe:iti:xds-sd:pdf:2008"),
        mime_type: "text/xml".into(),
        language: "fr-FR".into(),
        title: "Compte rendu".into(),
        comments: Some("Suivi".into()),
        confidentiality: Confidentiality::Restricted,
        created: "2026-06-12T08:00:00Z".parse().unwrap(),
        service_start: "2026-06-10T08:00:00Z".parse().unwrap(),
        service_stop: "2026-06-11T08:00:00Z".parse().ok(),
        facility_type: coding("1.2.250.1.71.4.2.4", "SA01"),
        practice_setting: coding("1.2.250.1.213.1.1.4.9", "ETABLISSEMENT"),
        events: vec![coding("1.2.250.1.213.2.5", "DEQP003")],
        authors: vec![person()],
        authenticator: Some(person()),
        custodian: Some(Author {
            organisation_id: Some(("urn:oid:1.2.250.1.71.4.2.2".into(), "1750100125".into())),
            ..Author::default()
        }),
        source_patient: SourcePatient {
            ids: vec![(INS_SYSTEM.into(), MATRICULE.into())],
            family: Some("SOLEIL".into()),
            given: vec!["ANAÏS".into(), "LOU".into()],
            birth_date: "1991-03-14".parse().ok(),
            sex: Some(model::Sex::Female),
        },
        references: vec![model::ReferenceId {
            kind: "urn:ihe:iti:xds:2013:accession".into(),
            system: Some("urn:oid:1.2.250.1.999.3".into()),
            value: "ACC-7".into(),
        }],
        hash: sha1(CONTENT),
        size: CONTENT.len() as u64,
    }
}

pub fn document_entry() -> DocumentEntry {
    DocumentEntry {
        id: EntryId::from_bytes([3; 16]),
        logical_id: EntryId::from_bytes([2; 16]),
        version: 2,
        status: DocumentStatus::Approved,
        visibility: Visibility { masked: true, hidden_from_holder: false, hidden_from_representatives: true },
        class: ClassCode::Report,
        description: description(),
        relations: vec![model::Relation {
            kind: model::RelationKind::Replaces,
            target: EntryId::from_bytes([9; 16]),
        }],
        depositor: depositor(),
        deposited: Instant::from_millis(1_781_258_400_000),
        updated: Instant::from_millis(1_781_258_400_000),
        submission: RowId::from_bytes([4; 16]),
        dispute: None,
    }
}

pub fn submission_set() -> SubmissionSet {
    SubmissionSet {
        id: RowId::from_bytes([4; 16]),
        unique_id: "urn:oid:1.2.250.1.999.4.1".to_owned().try_into().unwrap(),
        source_id: "urn:oid:1.2.250.1.999".to_owned().try_into().unwrap(),
        content_type: coding("1.2.250.1.213.2.2", "04"),
        title: Some("Consultation".into()),
        comments: Some("Un seul document".into()),
        submitted: "2026-06-12T09:00:00Z".parse().unwrap(),
        author: person(),
        recipients: vec![person()],
        depositor: depositor(),
        accepted: Instant::from_millis(1_781_258_400_000),
        members: vec![EntryId::from_bytes([2; 16])],
    }
}

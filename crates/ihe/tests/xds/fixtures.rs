//! Messages of our own in the shape practice software sends; synthetic people only.

use model::{
    Author, ClassCode, Coding, Confidentiality, Depositor, Description, DocumentEntry, DocumentStatus,
    EntryId, Ins, InsAuthority, Instant, Oid, ReferenceId, RowId, Sex, SourcePatient, SubmissionSet,
    UniqueId, Visibility,
};
use xml::{Document, Limits};

pub const MATRICULE: &str = "291037527900137";
pub const INS_OID: &str = "1.2.250.1.213.1.4.10";

pub fn parse(text: &str) -> Document {
    Document::parse(text.as_bytes(), &Limits::default()).unwrap()
}

pub fn ins() -> Ins {
    Ins::new(InsAuthority::Test, MATRICULE).unwrap()
}

pub fn repository() -> Oid {
    "1.2.250.1.999.9".parse().unwrap()
}

pub fn code(scheme: &str, object: &str, code: &str, system: &str) -> String {
    format!(
        r#"<rim:Classification id="c-{code}-{object}" classificationScheme="{scheme}" classifiedObject="{object}" nodeRepresentation="{code}">
             <rim:Slot name="codingScheme"><rim:ValueList><rim:Value>{system}</rim:Value></rim:ValueList></rim:Slot>
             <rim:Name><rim:LocalizedString value="Libellé"/></rim:Name>
           </rim:Classification>"#
    )
}

pub fn slot(name: &str, values: &[&str]) -> String {
    let values: String = values.iter().map(|it| format!("<rim:Value>{it}</rim:Value>")).collect();
    format!(r#"<rim:Slot name="{name}"><rim:ValueList>{values}</rim:ValueList></rim:Slot>"#)
}

pub fn author(scheme: &str, object: &str) -> String {
    format!(
        r#"<rim:Classification id="a-{object}" classificationScheme="{scheme}" classifiedObject="{object}" nodeRepresentation="">
             {}{}{}{}
           </rim:Classification>"#,
        slot("authorPerson", &["899700366240^FABRE^Inès^^^DR^^^&amp;1.2.250.1.71.4.2.1&amp;ISO^D^^^IDNPS"]),
        slot(
            "authorInstitution",
            &["Hôpital des Deux Rives^^^^^&amp;1.2.250.1.71.4.2.2&amp;ISO^IDNST^^^1750100125"]
        ),
        slot("authorRole", &["Médecin traitant"]),
        slot("authorSpecialty", &["G15_10/SM26^Médecine générale^1.2.250.1.213.1.1.4.5"]),
    )
}

fn identifier(scheme: &str, object: &str, value: &str, name: &str) -> String {
    format!(
        r#"<rim:ExternalIdentifier id="i-{object}-{name}" registryObject="{object}" identificationScheme="{scheme}" value="{value}">
             <rim:Name><rim:LocalizedString value="{name}"/></rim:Name>
           </rim:ExternalIdentifier>"#
    )
}

pub fn patient_id() -> String {
    format!("{MATRICULE}^^^&amp;{INS_OID}&amp;ISO^NH")
}

/// A DocumentEntry of this id and uniqueId.
pub fn entry(id: &str, unique_id: &str) -> String {
    let c = |scheme: &str, it: &str, system: &str| code(scheme, id, it, system);
    format!(
        r#"<rim:ExtrinsicObject id="{id}" mimeType="text/xml" objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1">
             {}{}{}{}{}{}{}{}
             <rim:Name><rim:LocalizedString xml:lang="fr-FR" charset="UTF-8" value="Compte rendu"/></rim:Name>
             <rim:Description><rim:LocalizedString value="Suivi"/></rim:Description>
             {}{}{}{}{}{}{}{}{}{}
           </rim:ExtrinsicObject>"#,
        slot("creationTime", &["20260612080000"]),
        slot("languageCode", &["fr-FR"]),
        slot(
            "legalAuthenticator",
            &["899700366240^FABRE^Inès^^^^^^&amp;1.2.250.1.71.4.2.1&amp;ISO^D^^^IDNPS"]
        ),
        slot("serviceStartTime", &["20260612070000"]),
        slot("serviceStopTime", &["20260612073000"]),
        slot("sourcePatientId", &["IPP-42^^^&amp;1.2.250.1.999.1&amp;ISO^PI"]),
        slot("sourcePatientInfo", &["PID-5|SOLEIL^ANAÏS^LOU^^^^L", "PID-7|19910314", "PID-8|F"]),
        slot(
            "urn:ihe:iti:xds:2013:referenceIdList",
            &["A-7^^^&amp;1.2.250.1.999.5&amp;ISO^urn:ihe:iti:xds:2013:accession"]
        ),
        author("urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d", id),
        c("urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a", "10", "1.2.250.1.213.1.1.4.1"),
        c("urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f", "N", "2.16.840.1.113883.5.25"),
        c("urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4", "YYYY600", "1.2.250.1.213.2.5"),
        c(
            "urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d",
            "urn:asipSante:modelesHorsProfils:2011",
            "1.2.250.1.213.1.1.4.2.282"
        ),
        c("urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1", "SA01", "1.2.250.1.71.4.2.4"),
        c("urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead", "ETABLISSEMENT", "1.2.250.1.213.1.1.4.9"),
        c("urn:uuid:f0306f51-975f-434e-a61c-c59651d33983", "11488-4", "2.16.840.1.113883.6.1"),
        identifier(
            "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427",
            id,
            &patient_id(),
            "XDSDocumentEntry.patientId"
        ),
        identifier(
            "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab",
            id,
            unique_id,
            "XDSDocumentEntry.uniqueId"
        ),
    )
}

/// The submission set of the lot.
pub fn set() -> String {
    format!(
        r#"<rim:RegistryPackage id="Set01">
             {}
             <rim:Name><rim:LocalizedString value="Lot"/></rim:Name>
             {}{}
             <rim:Classification id="n-set" classificationNode="urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd" classifiedObject="Set01"/>
             {}{}{}
           </rim:RegistryPackage>"#,
        slot("submissionTime", &["20260612081500"]),
        author("urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d", "Set01"),
        code("urn:uuid:aa543740-bdda-424e-8c96-df4873be8500", "Set01", "07", "1.2.250.1.213.2.2"),
        identifier(
            "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446",
            "Set01",
            &patient_id(),
            "XDSSubmissionSet.patientId"
        ),
        identifier(
            "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832",
            "Set01",
            "1.2.250.1.999.3",
            "XDSSubmissionSet.sourceId"
        ),
        identifier(
            "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8",
            "Set01",
            "1.2.250.1.999.3.1",
            "XDSSubmissionSet.uniqueId"
        ),
    )
}

pub fn association(kind: &str, source: &str, target: &str, slots: &str) -> String {
    format!(
        r#"<rim:Association associationType="{kind}" sourceObject="{source}" targetObject="{target}">{slots}</rim:Association>"#
    )
}

pub fn member(id: &str) -> String {
    let original = slot("SubmissionSetStatus", &["Original"]);
    association("urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember", "Set01", id, &original)
}

pub fn submit(objects: &str) -> String {
    format!(
        r#"<lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><rim:RegistryObjectList>{objects}</rim:RegistryObjectList></lcm:SubmitObjectsRequest>"#
    )
}

/// ITI-41 of these objects; each document is the part `<id>@x`.
pub fn provide(objects: &str, documents: &[&str]) -> String {
    let documents: String = documents
        .iter()
        .map(|id| {
            format!(
                r#"<xdsb:Document id="{id}"><xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:{id}@x"/></xdsb:Document>"#
            )
        })
        .collect();
    format!(
        r#"<xdsb:ProvideAndRegisterDocumentSetRequest xmlns:xdsb="urn:ihe:iti:xds-b:2007">{}{documents}</xdsb:ProvideAndRegisterDocumentSetRequest>"#,
        submit(objects)
    )
}

/// The ordinary lot: one document.
pub fn lot() -> String {
    provide(
        &format!("{}{}{}", set(), entry("Document01", "1.2.250.1.999.2.1"), member("Document01")),
        &["Document01"],
    )
}

fn coding(system: &str, code: &str) -> Coding {
    Coding::new(system, code, None).unwrap()
}

pub fn entry_id(last: u8) -> EntryId {
    let mut bytes = [7; 16];
    bytes[15] = last;
    EntryId::from_bytes(bytes)
}

pub fn person() -> Author {
    Author {
        person_id: Some(("urn:oid:1.2.250.1.71.4.2.1".into(), "899700366240".into())),
        family: Some("FABRE".into()),
        given: Some("Inès".into()),
        prefix: Some("DR".into()),
        specialty: Some(coding("1.2.250.1.213.1.1.4.5", "G15_10/SM26")),
        organisation_id: Some(("urn:oid:1.2.250.1.71.4.2.2".into(), "1750100125".into())),
        organisation_name: Some("Hôpital des Deux Rives".into()),
        ..Author::default()
    }
}

/// An entry as the registry holds it.
pub fn held(last: u8) -> DocumentEntry {
    let at = |text: &str| text.parse().unwrap();
    DocumentEntry {
        dispute: None,
        id: entry_id(last),
        logical_id: entry_id(last),
        version: 1,
        status: DocumentStatus::Approved,
        visibility: Visibility::default(),
        class: ClassCode::Report,
        description: Description {
            unique_id: UniqueId::from_root(&format!("1.2.250.1.999.2.{last}"), None).unwrap(),
            identifiers: Vec::new(),
            type_code: coding(model::code::LOINC, "11488-4"),
            format: coding(model::code::TRE_A06, "urn:asipSante:modelesHorsProfils:2011"),
            mime_type: "text/xml".into(),
            language: "fr-FR".into(),
            title: "Compte rendu".into(),
            comments: Some("Suivi".into()),
            confidentiality: Confidentiality::Normal,
            created: at("2026-06-12T08:00:00Z"),
            service_start: at("2026-06-12T07:00:00Z"),
            service_stop: Some(at("2026-06-12T07:30:00Z")),
            facility_type: coding("1.2.250.1.71.4.2.4", "SA01"),
            practice_setting: coding("1.2.250.1.213.1.1.4.9", "ETABLISSEMENT"),
            events: vec![coding("1.2.250.1.213.2.5", "YYYY600")],
            authors: vec![person()],
            authenticator: Some(Author {
                specialty: None,
                organisation_id: None,
                organisation_name: None,
                ..person()
            }),
            custodian: None,
            source_patient: SourcePatient {
                ids: vec![("urn:oid:1.2.250.1.999.1".into(), "IPP-42".into())],
                family: Some("SOLEIL".into()),
                given: vec!["ANAÏS".into(), "LOU".into()],
                birth_date: Some("1991-03-14".parse().unwrap()),
                sex: Some(Sex::Female),
            },
            references: vec![ReferenceId {
                kind: "urn:ihe:iti:xds:2013:accession".into(),
                system: Some("urn:oid:1.2.250.1.999.5".into()),
                value: "A-7".into(),
            }],
            hash: [3; 20],
            size: 42,
        },
        relations: Vec::new(),
        depositor: Depositor { organisation: None, person: None, holder: false },
        deposited: Instant::from_millis(0),
        updated: Instant::from_millis(0),
        submission: RowId::from_bytes([9; 16]),
    }
}

pub fn held_set(members: &[EntryId]) -> SubmissionSet {
    SubmissionSet {
        id: RowId::from_bytes([9; 16]),
        unique_id: UniqueId::from_root("1.2.250.1.999.3.1", None).unwrap(),
        source_id: UniqueId::from_root("1.2.250.1.999.3", None).unwrap(),
        content_type: coding("1.2.250.1.213.2.2", "07"),
        title: Some("Lot".into()),
        comments: None,
        submitted: "2026-06-12T08:15:00Z".parse().unwrap(),
        author: person(),
        recipients: Vec::new(),
        depositor: Depositor { organisation: None, person: None, holder: false },
        accepted: Instant::from_millis(0),
        members: members.to_vec(),
    }
}

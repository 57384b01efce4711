//! What feeding software sends: openings and ITI-65 bundles, valid unless a test spoils them.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use clinical::CdaHeader;
use model::{EntryId, Sex};
use serde_json::{Value, json};
use server::chance::SystemDice;

use super::Actor;

pub const LOINC: &str = "http://loinc.org";
pub const TEST_OID: &str = "1.2.250.1.213.1.4.10";
pub const FALLBACK: (&str, &str) =
    ("urn:oid:1.2.250.1.213.1.1.4.2.282", "urn:asipSante:modelesHorsProfils:2011");
pub const TRE_A07: &str =
    "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument";
const STRUCT_IDNAT: &str = "urn:oid:1.2.250.1.71.4.2.2";
const PS_IDNAT: &str = "urn:oid:1.2.250.1.71.4.2.1";

/// A person as a counter knows them.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    pub ins: String,
    /// Without `urn:oid:`.
    pub oid: String,
    pub family: String,
    pub given: String,
    /// All given names, the first included.
    pub all_given: String,
    pub birth_date: String,
    pub gender: &'static str,
    pub birth_place: String,
}

impl Person {
    /// Somebody invented, the same for the same number: names that no other text holds.
    pub fn invented(number: u32) -> Self {
        const FAMILIES: [&str; 8] = [
            "QUERMADEC",
            "ESTOUBLON",
            "VARNACHE",
            "PLOUGASTEN",
            "MIRABOLET",
            "TASSIGNOL",
            "CHAMBERIOT",
            "ORTEGUILLE",
        ];
        let family = FAMILIES[number as usize % FAMILIES.len()];
        Self {
            ins: format!("2840263{number:08}"),
            oid: TEST_OID.into(),
            family: family.into(),
            given: "HERMELINDE".into(),
            all_given: "HERMELINDE AGLAÉ".into(),
            birth_date: "1984-02-11".into(),
            gender: "female",
            birth_place: "63113".into(),
        }
    }

    /// Of a patient of the demo, the identifier; the rest is invented.
    pub fn known(patient: &Value) -> Self {
        let text = |field: &str| patient[field].as_str().unwrap().to_owned();
        Self { ins: text("ins"), oid: text("oid"), ..Self::invented(0) }
    }

    /// The person a document is about, by what the document says.
    pub fn of(header: &CdaHeader) -> Self {
        let said = &header.patient;
        let (given, mut all_given) = (said.first_given.clone().unwrap(), said.all_given.clone().unwrap());
        // an opening lists the first given name first; one example does not
        if !all_given.to_lowercase().starts_with(&given.to_lowercase()) {
            all_given.clone_from(&given);
        }
        Self {
            ins: said.ins.extension.clone().unwrap(),
            oid: said.ins.root.clone(),
            family: said.birth_name.clone().unwrap(),
            given,
            all_given,
            birth_date: said.birth_date.unwrap().to_string(),
            gender: if said.sex == Some(Sex::Male) { "male" } else { "female" },
            birth_place: said.birth_place_insee.clone().unwrap(),
        }
    }

    /// `system|number`.
    pub fn token(&self) -> String {
        format!("urn:oid:{}|{}", self.oid, self.ins)
    }

    pub fn identifier(&self) -> Value {
        json!({ "system": format!("urn:oid:{}", self.oid), "value": self.ins })
    }

    /// The Patient of the French INS profile.
    pub fn patient(&self) -> Value {
        let kind = if self.oid == TEST_OID { "INS-NIR-TEST" } else { "INS-NIR" };
        let hl7 = "https://hl7.fr/ig/fhir/core";
        json!({
            "resourceType": "Patient",
            "identifier": [{
                "use": "official",
                "type": { "coding": [{ "system": format!("{hl7}/CodeSystem/fr-core-cs-v2-0203"), "code": kind }] },
                "system": format!("urn:oid:{}", self.oid),
                "value": self.ins,
            }],
            "extension": [
                {
                    "url": format!("{hl7}/StructureDefinition/fr-core-identity-reliability"),
                    "extension": [{ "url": "identityStatus", "valueCoding": {
                        "system": format!("{hl7}/CodeSystem/fr-core-cs-identity-reliability"), "code": "VALI",
                    }}],
                },
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
                    "valueAddress": { "extension": [{
                        "url": format!("{hl7}/StructureDefinition/fr-core-address-insee-code"),
                        "valueCoding": {
                            "system": "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM",
                            "code": self.birth_place,
                        },
                    }]},
                },
            ],
            "name": [{
                "use": "official",
                "family": self.family,
                "given": [self.given],
                "extension": [{
                    "url": format!("{hl7}/StructureDefinition/fr-core-patient-birth-list-given-name"),
                    "valueString": self.all_given,
                }],
            }],
            "gender": self.gender,
            "birthDate": self.birth_date,
        })
    }

    /// The body of `$open-record`, complete.
    pub fn opening(&self) -> Value {
        json!({ "resourceType": "Parameters", "parameter": [
            { "name": "patient", "resource": self.patient() },
            { "name": "consent", "valueBoolean": true },
            { "name": "break-glass", "valueBoolean": true },
            { "name": "regulation", "valueBoolean": false },
            { "name": "channel", "valueCode": "accueil" },
            { "name": "email", "valueString": "fictif@example.org" },
        ]})
    }

    /// The body of `$authorise`.
    pub fn authorise(&self, action: &str, attending: Option<bool>) -> Value {
        let mut parameters = vec![
            json!({ "name": "patient", "valueIdentifier": self.identifier() }),
            json!({ "name": "action", "valueCode": action }),
        ];
        parameters.extend(attending.map(|yes| json!({ "name": "attending", "valueBoolean": yes })));
        json!({ "resourceType": "Parameters", "parameter": parameters })
    }
}

/// Parameters without the one of this name.
pub fn without(mut parameters: Value, name: &str) -> Value {
    parameters["parameter"].as_array_mut().unwrap().retain(|it| it["name"] != name);
    parameters
}

/// A document and what its producer says of it.
#[derive(Clone)]
pub struct Document {
    /// As a URN.
    pub unique_id: String,
    /// System and code.
    pub kind: (String, String),
    pub class: String,
    pub mime: String,
    pub format: (String, String),
    pub title: String,
    /// Codes of TRE_A07.
    pub visibility: Vec<&'static str>,
    pub bytes: Vec<u8>,
}

impl Document {
    /// A file without header, of a type of its own.
    pub fn file(mime: &str, bytes: &[u8]) -> Self {
        let owned = |(system, code): (&str, &str)| (system.to_owned(), code.to_owned());
        Self {
            unique_id: urn(),
            kind: owned((LOINC, "11488-4")),
            class: "10".into(),
            mime: mime.into(),
            format: owned(FALLBACK),
            title: format!("Compte rendu fictif {}", number()),
            visibility: Vec::new(),
            bytes: bytes.to_owned(),
        }
    }

    /// A short text.
    pub fn text() -> Self {
        Self::file("text/plain", format!("Rien à signaler ({}).", number()).as_bytes())
    }

    /// A CDA, its id and type read from it.
    pub fn cda(bytes: &[u8], class: &str, format: (&str, &str)) -> Self {
        let header = clinical::read_cda(bytes).unwrap();
        let (id, code) = (&header.id, &header.code);
        let unique_id = match (&id.extension, id.root.contains('.')) {
            (None, true) => format!("urn:oid:{}", id.root),
            (None, false) => format!("urn:uuid:{}", id.root.to_lowercase()),
            (Some(_), _) => panic!("a document whose id has an extension"),
        };
        let system = match code.system.as_str() {
            "2.16.840.1.113883.6.1" => LOINC.to_owned(),
            oid => format!("urn:oid:{oid}"),
        };
        Self {
            unique_id,
            kind: (system, code.code.clone()),
            class: class.into(),
            mime: "text/xml".into(),
            format: (format.0.to_owned(), format.1.to_owned()),
            ..Self::file("", bytes)
        }
    }

    /// Its DocumentReference, the content at this address.
    fn reference(&self, person: &Person, house: &Actor, url: &str) -> Value {
        let mos = "https://mos.esante.gouv.fr/NOS";
        let mut labels = vec![
            json!({ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N" }] }),
        ];
        labels.extend(
            self.visibility.iter().map(|code| json!({ "coding": [{ "system": TRE_A07, "code": code }] })),
        );
        json!({
            "resourceType": "DocumentReference",
            "meta": { "profile": ["https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-document-reference"] },
            "contained": contained(person, house),
            "masterIdentifier": { "system": "urn:ietf:rfc:3986", "value": self.unique_id },
            "status": "current",
            "type": { "coding": [{ "system": self.kind.0, "code": self.kind.1 }] },
            "category": [{ "coding": [{
                "system": format!("{mos}/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument"), "code": self.class,
            }] }],
            "subject": { "identifier": person.identifier() },
            "date": "2026-11-20T10:00:00+01:00",
            "author": [{ "reference": "#role" }],
            "authenticator": { "reference": "#practitioner" },
            "custodian": { "identifier": { "system": STRUCT_IDNAT, "value": house.text("organisation") } },
            "securityLabel": labels,
            "content": [{
                "attachment": {
                    "contentType": self.mime,
                    "language": "fr-FR",
                    "url": url,
                    "size": self.bytes.len(),
                    "hash": BASE64_STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &self.bytes)),
                    "title": self.title,
                    "creation": "2026-11-20T10:00:00+01:00",
                },
                "format": { "system": self.format.0, "code": self.format.1 },
            }],
            "context": {
                "period": { "start": "2026-11-20T09:00:00+01:00", "end": "2026-11-20T09:30:00+01:00" },
                "sourcePatientInfo": { "reference": "#patient" },
                "facilityType": { "coding": [{
                    "system": format!("{mos}/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite"), "code": "SA01",
                }] },
                "practiceSetting": { "coding": [{
                    "system": format!("{mos}/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice"), "code": "ETABLISSEMENT",
                }] },
            },
        })
    }
}

/// The author the bundles name: in no certificate, and compared with nothing.
pub const AUTHOR: (&str, &str) = ("899700218896", "ESCRIBOUILLE");

fn contained(person: &Person, house: &Actor) -> Value {
    json!([
        { "resourceType": "Patient", "id": "patient", "identifier": [person.identifier()] },
        {
            "resourceType": "Organization",
            "id": "organization",
            "identifier": [{ "system": STRUCT_IDNAT, "value": house.text("organisation") }],
            "name": "Maison fictive",
        },
        {
            "resourceType": "PractitionerRole",
            "id": "role",
            "practitioner": { "reference": "#practitioner" },
            "organization": { "reference": "#organization" },
        },
        {
            "resourceType": "Practitioner",
            "id": "practitioner",
            "identifier": [{ "system": PS_IDNAT, "value": AUTHOR.0 }],
            "name": [{ "family": AUTHOR.1, "given": ["Jean"] }],
        },
    ])
}

/// One document with its bytes inside (ITI-105).
pub fn alone(person: &Person, house: &Actor, document: &Document) -> Value {
    let mut resource = document.reference(person, house, "");
    let attachment = resource["content"][0]["attachment"].as_object_mut().unwrap();
    attachment.remove("url");
    attachment.insert("data".to_owned(), BASE64_STANDARD.encode(&document.bytes).into());
    resource
}

/// The whole submission: its List first, then each document followed by its Binary. `house` is whose certificate
/// feeds it.
pub fn bundle(person: &Person, house: &Actor, documents: &[Document]) -> Value {
    let (mut entries, mut items) = (Vec::new(), Vec::new());
    for document in documents {
        let (reference, binary) = (urn(), urn());
        items.push(json!({ "item": { "reference": reference } }));
        entries.push(json!({
            "fullUrl": reference,
            "resource": document.reference(person, house, &binary),
            "request": { "method": "POST", "url": "DocumentReference" },
        }));
        entries.push(json!({
            "fullUrl": binary,
            "resource": {
                "resourceType": "Binary",
                "contentType": document.mime,
                "data": BASE64_STANDARD.encode(&document.bytes),
            },
            "request": { "method": "POST", "url": "Binary" },
        }));
    }
    let ihe = "https://profiles.ihe.net/ITI/MHD";
    let list = json!({
        "resourceType": "List",
        "meta": { "profile": ["https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-submissionset-comprehensive"] },
        "contained": contained(person, house),
        "extension": [
            { "url": format!("{ihe}/StructureDefinition/ihe-designationType"), "valueCodeableConcept": { "coding": [{
                "system": "https://mos.esante.gouv.fr/NOS/TRE_R209-TypeActivite/FHIR/TRE-R209-TypeActivite", "code": "04",
            }] } },
            { "url": format!("{ihe}/StructureDefinition/ihe-sourceId"),
              "valueIdentifier": { "system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.250.1.999.5" } },
        ],
        "identifier": [{ "use": "usual", "system": "urn:ietf:rfc:3986", "value": urn() }],
        "status": "current",
        "mode": "working",
        "code": { "coding": [{ "system": format!("{ihe}/CodeSystem/MHDlistTypes"), "code": "submissionset" }] },
        "subject": { "identifier": person.identifier() },
        "date": "2026-11-20T10:00:00+01:00",
        "source": { "reference": "#role" },
        "entry": items,
    });
    entries.insert(
        0,
        json!({ "fullUrl": urn(), "resource": list, "request": { "method": "POST", "url": "List" } }),
    );
    json!({
        "resourceType": "Bundle",
        "meta": { "profile": ["https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-provide-document-bundle"] },
        "type": "transaction",
        "entry": entries,
    })
}

/// The location of each entry of a transaction-response, in its order.
pub fn locations(response: &Value) -> Vec<String> {
    let entries = response["entry"].as_array().unwrap();
    entries.iter().map(|it| it["response"]["location"].as_str().unwrap().to_owned()).collect()
}

/// A fresh `urn:uuid:`.
pub fn urn() -> String {
    EntryId::random(&SystemDice).urn()
}

/// Another number each time.
fn number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

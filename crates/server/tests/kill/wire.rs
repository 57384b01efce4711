//! What a client of the doors sends and what it gets: submissions of small documents, searches, readings, rights.
//! A request that gets no answer is an `Err`: the client cannot know what became of it.
#![allow(dead_code)]

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rehearsal::SeededDice;
use serde_json::{Value, json};
use ureq::http::Response;
use ureq::{Agent, Body};

use crate::common::{Actor, Demo};

pub const OID: &str = "1.2.250.1.213.1.4.10";
const SYSTEM: &str = "urn:oid:1.2.250.1.213.1.4.10";
const URI: &str = "urn:ietf:rfc:3986";
const ORGANISATIONS: &str = "urn:oid:1.2.250.1.71.4.2.2";

/// An answer that came, at least its head.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// `X-Request-Id`.
    pub request: String,
    /// None when it was cut off.
    pub body: Option<Vec<u8>>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(self.bytes()).unwrap_or_else(|fault| panic!("{fault}: {self:?}"))
    }

    pub fn bytes(&self) -> &[u8] {
        self.body.as_deref().unwrap_or_else(|| panic!("an answer cut off: {self:?}"))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.body.as_deref().unwrap_or_default()).into_owned()
    }
}

/// No answer, or only the head of one.
#[derive(Debug)]
pub struct Silence;

pub type Told = Result<Answer, Silence>;

pub fn told(answer: Result<Response<Body>, ureq::Error>) -> Told {
    let mut answer = answer.map_err(|_| Silence)?;
    let request = answer.headers().get("x-request-id").and_then(|it| it.to_str().ok());
    let request = request.expect("an answer without X-Request-Id").to_owned();
    let body = answer.body_mut().with_config().limit(256 << 20).read_to_vec().ok();
    Ok(Answer { status: answer.status().as_u16(), request, body })
}

#[derive(Clone, Debug)]
pub struct Document {
    /// A `urn:uuid:`.
    pub unique_id: String,
    pub title: String,
    pub bytes: Vec<u8>,
}

/// One submission of one to three documents, as the bytes that are sent.
#[derive(Clone, Debug)]
pub struct Lot {
    pub ins: String,
    /// The organisation that brings it.
    pub house: String,
    /// A `urn:uuid:`.
    pub unique_id: String,
    pub documents: Vec<Document>,
    pub body: Vec<u8>,
}

impl Lot {
    /// Texts of this many bytes each, brought by an organisation.
    pub fn new(dice: &SeededDice, house: &Actor, ins: &str, sizes: &[usize]) -> Self {
        let documents: Vec<_> = sizes.iter().map(|size| document(dice, *size)).collect();
        let unique_id = format!("urn:uuid:{}", dice.uuid());
        let body = bundle(dice, house, ins, &unique_id, &documents).to_string().into_bytes();
        Self { ins: ins.to_owned(), house: house.text("id").to_owned(), unique_id, documents, body }
    }

    pub fn send(&self, demo: &Demo, client: &Agent) -> Told {
        let request = client.post(demo.at("feed", "/fhir")).content_type("application/fhir+json");
        told(request.send(&self.body[..]))
    }
}

fn document(dice: &SeededDice, size: usize) -> Document {
    let unique_id = format!("urn:uuid:{}", dice.uuid());
    let mut text = format!("Observation {unique_id} : ");
    while text.len() < size {
        text += &format!("{:016x} ", dice.next());
    }
    Document { unique_id, title: format!("Compte rendu {:08x}", dice.next() >> 32), bytes: text.into_bytes() }
}

fn bundle(dice: &SeededDice, house: &Actor, ins: &str, set: &str, documents: &[Document]) -> Value {
    let mut entries = Vec::new();
    let mut items = Vec::new();
    for it in documents {
        let (reference, binary) = (format!("urn:uuid:{}", dice.uuid()), format!("urn:uuid:{}", dice.uuid()));
        items.push(json!({ "item": { "reference": reference } }));
        entries.push(entry(&reference, reference_to(it, house, ins, &binary)));
        let content = BASE64_STANDARD.encode(&it.bytes);
        let content = json!({ "resourceType": "Binary", "contentType": "text/plain", "data": content });
        entries.push(entry(&binary, content));
    }
    let designation = concept("https://mos.esante.gouv.fr/NOS/TRE_R209-TypeActivite/FHIR/TRE-R209-TypeActivite", "04");
    let list = json!({
        "resourceType": "List",
        "contained": contained(house, ins),
        "extension": [
            { "url": "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-designationType",
              "valueCodeableConcept": designation },
            { "url": "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId",
              "valueIdentifier": { "system": URI, "value": "urn:oid:1.2.250.1.999.1" } }
        ],
        "identifier": [{ "use": "usual", "system": URI, "value": set }],
        "status": "current",
        "mode": "working",
        "code": concept("https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes", "submissionset"),
        "subject": { "identifier": patient(ins) },
        "date": "2026-06-12T11:00:00+02:00",
        "source": { "reference": "#role" },
        "entry": items,
    });
    entries.insert(0, entry(&format!("urn:uuid:{}", dice.uuid()), list));
    json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries })
}

fn reference_to(document: &Document, house: &Actor, ins: &str, binary: &str) -> Value {
    let facility = "https://mos.esante.gouv.fr/NOS/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite";
    let setting = "https://mos.esante.gouv.fr/NOS/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice";
    let class = "https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument";
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, &document.bytes);
    json!({
        "resourceType": "DocumentReference",
        "contained": contained(house, ins),
        "masterIdentifier": { "system": URI, "value": document.unique_id },
        "status": "current",
        "type": concept("http://loinc.org", "11488-4"),
        "category": [concept(class, "10")],
        "subject": { "identifier": patient(ins) },
        "date": "2026-06-12T10:00:00+02:00",
        "author": [{ "reference": "#role" }],
        "authenticator": { "reference": "#person" },
        "custodian": { "identifier": { "system": ORGANISATIONS, "value": house.text("id") } },
        "securityLabel": [concept("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "N")],
        "content": [{
            "attachment": {
                "contentType": "text/plain",
                "language": "fr-FR",
                "url": binary,
                "size": document.bytes.len(),
                "hash": BASE64_STANDARD.encode(hash.as_ref()),
                "title": document.title,
                "creation": "2026-06-12T10:00:00+02:00"
            },
            "format": { "system": "urn:oid:1.2.250.1.213.1.1.4.2.282",
                        "code": "urn:asipSante:modelesHorsProfils:2011" }
        }],
        "context": {
            "period": { "start": "2026-06-12T09:00:00+02:00" },
            "facilityType": concept(facility, "SA01"),
            "practiceSetting": concept(setting, "ETABLISSEMENT"),
            "sourcePatientInfo": { "reference": "#patient" }
        }
    })
}

fn contained(house: &Actor, ins: &str) -> Value {
    json!([
        { "resourceType": "Patient", "id": "patient", "identifier": [patient(ins)] },
        { "resourceType": "Organization", "id": "house", "name": house.text("name"),
          "identifier": [{ "system": ORGANISATIONS, "value": house.text("id") }] },
        { "resourceType": "PractitionerRole", "id": "role",
          "practitioner": { "reference": "#person" }, "organization": { "reference": "#house" } },
        { "resourceType": "Practitioner", "id": "person",
          "identifier": [{ "system": "urn:oid:1.2.250.1.71.4.2.1", "value": "899700218896" }],
          "name": [{ "family": "AUTEUR", "given": ["Jean"] }] }
    ])
}

fn entry(url: &str, resource: Value) -> Value {
    json!({ "fullUrl": url, "request": { "method": "POST", "url": resource["resourceType"] }, "resource": resource })
}

fn concept(system: &str, code: &str) -> Value {
    json!({ "coding": [{ "system": system, "code": code }] })
}

fn patient(ins: &str) -> Value {
    json!({ "system": SYSTEM, "value": ins })
}

/// What a search showed of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub unique_id: String,
    pub url: String,
}

/// ITI-67 for these unique ids (all documents when there is none), page after page.
pub fn search(demo: &Demo, client: &Agent, ins: &str, unique_ids: &[&str]) -> Result<(Answer, Vec<Shown>), Silence> {
    let patient = format!("{SYSTEM}|{ins}");
    let mut form = vec![("patient.identifier", patient.as_str()), ("_count", "200")];
    let wanted: Vec<_> = unique_ids.iter().map(|it| format!("{URI}|{it}")).collect();
    let wanted = wanted.join(",");
    if !wanted.is_empty() {
        form.push(("identifier", &wanted));
    }
    let mut answer = told(client.post(demo.at("care", "/fhir/DocumentReference/_search")).send_form(form))?;
    let mut shown = Vec::new();
    loop {
        if answer.status != 200 || answer.body.is_none() {
            return Ok((answer, shown));
        }
        let page = answer.json();
        for entry in page["entry"].as_array().into_iter().flatten() {
            let text = |path: &str| entry["resource"].pointer(path).and_then(Value::as_str).map(str::to_owned);
            shown.push(Shown {
                unique_id: text("/masterIdentifier/value").expect("a document without masterIdentifier"),
                url: text("/content/0/attachment/url").expect("a document without its address"),
            });
        }
        let next = page["link"].as_array().into_iter().flatten().find(|it| it["relation"] == "next");
        match next.and_then(|it| it["url"].as_str()) {
            Some(url) => answer = told(client.get(url).call())?,
            None => return Ok((answer, shown)),
        }
    }
}

/// ITI-66: how many submission sets have this unique id.
pub fn sets(demo: &Demo, client: &Agent, ins: &str, unique_id: &str) -> Result<usize, Silence> {
    let (patient, set) = (format!("{SYSTEM}|{ins}"), format!("{URI}|{unique_id}"));
    let form = [("patient.identifier", patient.as_str()), ("identifier", &set), ("code", "submissionset")];
    let answer = told(client.post(demo.at("care", "/fhir/List/_search")).send_form(form))?;
    assert_eq!(answer.status, 200, "{}", answer.text());
    Ok(answer.json()["entry"].as_array().map_or(0, Vec::len))
}

/// ITI-68.
pub fn read(client: &Agent, url: &str) -> Told {
    told(client.get(url).call())
}

/// `Patient/$authorise` by a professional for themselves.
pub fn authorise(demo: &Demo, client: &Agent, ins: &str, action: &str) -> Told {
    let body = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "patient", "valueIdentifier": patient(ins) },
        { "name": "action", "valueCode": action }
    ] });
    let request = client.post(demo.at("care", "/fhir/Patient/$authorise"));
    told(request.content_type("application/fhir+json").send(body.to_string()))
}

/// Somebody made up, the `number`th, who has no record yet.
#[derive(Clone, Debug)]
pub struct Newcomer {
    pub ins: String,
    pub family: String,
    birth_date: String,
}

impl Newcomer {
    pub fn new(number: u64) -> Self {
        let (year, month, order) = (1940 + number % 60, 1 + number / 60 % 12, 1 + number / 720 % 900);
        let body = format!("2{:02}{month:02}29019{order:03}", year % 100);
        let key = 97 - body.parse::<u64>().expect("digits") % 97;
        let letters = [number / 676 % 26, number / 26 % 26, number % 26];
        let letters: String = letters.map(|it| char::from(b'A' + it as u8)).iter().collect();
        Self {
            ins: format!("{body}{key:02}"),
            family: format!("QUIMPERVIL{letters}"),
            birth_date: format!("{year}-{month:02}-15"),
        }
    }

    /// `Patient/$open-record` at a counter.
    pub fn open(&self, demo: &Demo, client: &Agent) -> Told {
        let core = "https://hl7.fr/ig/fhir/core";
        let kind = json!({ "coding": [{ "system": format!("{core}/CodeSystem/fr-core-cs-v2-0203"), "code": "INS-NIR-TEST" }] });
        let patient = json!({
            "resourceType": "Patient",
            "identifier": [{ "use": "official", "type": kind, "system": SYSTEM, "value": self.ins }],
            "extension": [
                { "url": format!("{core}/StructureDefinition/fr-core-identity-reliability"), "extension": [
                    { "url": "identityStatus", "valueCoding": {
                        "system": format!("{core}/CodeSystem/fr-core-cs-identity-reliability"), "code": "VALI" } }] },
                { "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace", "valueAddress": { "extension": [
                    { "url": format!("{core}/StructureDefinition/fr-core-address-insee-code"), "valueCoding": {
                        "system": "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM", "code": "29019" } }] } }
            ],
            "name": [{ "use": "official", "family": self.family, "given": ["ODETTE"], "extension": [
                { "url": format!("{core}/StructureDefinition/fr-core-patient-birth-list-given-name"), "valueString": "ODETTE" }] }],
            "gender": "female",
            "birthDate": self.birth_date,
        });
        let body = json!({ "resourceType": "Parameters", "parameter": [
            { "name": "patient", "resource": patient },
            { "name": "consent", "valueBoolean": true },
            { "name": "break-glass", "valueBoolean": true },
            { "name": "regulation", "valueBoolean": true },
            { "name": "channel", "valueCode": "accueil" },
            { "name": "email", "valueString": "odette@example.org" }
        ] });
        let request = client.post(demo.at("care", "/fhir/Patient/$open-record"));
        told(request.content_type("application/fhir+json").send(body.to_string()))
    }
}

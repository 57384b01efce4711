//! What is fed: a discharge letter of about 30 kB about somebody who does not exist, and the ITI-65 transaction
//! that brings it. The same for filling and for measuring.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::civil::Date;
use model::{BirthPlace, EntryId, Ins, InsAuthority, Name, QualifiedIdentity, Sex, Traits};
use serde_json::{Value, json};

use super::Stop;
use crate::chance::SystemDice;

/// The letter, with braces where the person and the id stand, and where paragraphs make it as long as asked.
const LETTER: &str = include_str!("letter.xml");
const LETTER_BYTES: usize = 30_000;
const PARAGRAPH: &str = "<paragraph>Document fictif. Au septième jour, la tension est de 13/8, le pouls \
    régulier, la marche reprise sans gêne ; le traitement d'entrée est poursuivi à l'identique, une \
    surveillance du potassium est demandée à quinze jours, puis à trois mois.</paragraph>";

/// Stands for the content until it is put in.
const CONTENT: &str = "@content@";

const URI: &str = "urn:ietf:rfc:3986";
const MOS: &str = "https://mos.esante.gouv.fr/NOS";
const MHD: &str = "https://profiles.ihe.net/ITI/MHD";
const PDSM: &str = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition";
const STRUCT_IDNAT: &str = "urn:oid:1.2.250.1.71.4.2.2";
const PS_IDNAT: &str = "urn:oid:1.2.250.1.71.4.2.1";

/// Somebody invented: another for each number.
pub(super) fn person(number: usize) -> Result<QualifiedIdentity, Stop> {
    let unmade = |_| Stop::Broken("a person cannot be invented".into());
    let given = Name::new("HERMELINDE").map_err(unmade)?;
    let ins = Ins::new(InsAuthority::Test, &format!("2840263{number:08}"))
        .map_err(|error| Stop::Broken(error.to_string()))?;
    let traits = Traits {
        birth_name: Name::new("QUERMADEC").map_err(unmade)?,
        first_given: given.clone(),
        given_names: vec![given],
        used_name: None,
        used_given: None,
        birth_date: Date::constant(1984, 2, 11),
        sex: Sex::Female,
        birth_place: BirthPlace::new("63113").map_err(unmade)?,
    };
    Ok(QualifiedIdentity { ins, traits })
}

/// The house that feeds, as its certificate names it.
pub(super) struct House(pub(super) String);

impl House {
    /// A transaction with one letter about this person, its bytes never the same.
    pub(super) fn bundle(&self, person: &QualifiedIdentity) -> Vec<u8> {
        let id = urn().trim_start_matches("urn:uuid:").to_owned();
        let letter = letter(&id, person);
        let (reference, binary) = (urn(), urn());
        let bundle = json!({
            "resourceType": "Bundle",
            "meta": { "profile": [format!("{PDSM}/pdsm-comprehensive-provide-document-bundle")] },
            "type": "transaction",
            "entry": [
                entry(&urn(), "List", self.list(person, &reference)),
                entry(&reference, "DocumentReference", self.reference(person, &id, &letter, &binary)),
                entry(&binary, "Binary", json!({
                    "resourceType": "Binary", "contentType": "text/xml", "data": CONTENT,
                })),
            ],
        });
        // put in last: the macro copies what it nests, and the client shall not be what is measured
        bundle.to_string().replace(CONTENT, &BASE64_STANDARD.encode(&letter)).into_bytes()
    }

    fn list(&self, person: &QualifiedIdentity, reference: &str) -> Value {
        json!({
            "resourceType": "List",
            "meta": { "profile": [format!("{PDSM}/pdsm-submissionset-comprehensive")] },
            "contained": self.contained(person),
            "extension": [
                { "url": format!("{MHD}/StructureDefinition/ihe-designationType"),
                  "valueCodeableConcept": { "coding": [coding("TRE_R209-TypeActivite", "04")] } },
                { "url": format!("{MHD}/StructureDefinition/ihe-sourceId"),
                  "valueIdentifier": { "system": URI, "value": "urn:oid:1.2.250.1.999.5" } },
            ],
            "identifier": [{ "use": "usual", "system": URI, "value": urn() }],
            "status": "current",
            "mode": "working",
            "code": { "coding": [{ "system": format!("{MHD}/CodeSystem/MHDlistTypes"), "code": "submissionset" }] },
            "subject": { "identifier": identifier(person) },
            "date": "2026-11-20T10:00:00+01:00",
            "source": { "reference": "#role" },
            "entry": [{ "item": { "reference": reference } }],
        })
    }

    fn reference(&self, person: &QualifiedIdentity, id: &str, letter: &str, binary: &str) -> Value {
        let level = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
        json!({
            "resourceType": "DocumentReference",
            "meta": { "profile": [format!("{PDSM}/pdsm-comprehensive-document-reference")] },
            "contained": self.contained(person),
            "masterIdentifier": { "system": URI, "value": format!("urn:uuid:{id}") },
            "status": "current",
            "type": { "coding": [{ "system": "http://loinc.org", "code": "11490-0" }] },
            "category": [{ "coding": [coding("TRE_A03-ClasseDocument", "10")] }],
            "subject": { "identifier": identifier(person) },
            "date": "2026-11-20T10:00:00+01:00",
            "author": [{ "reference": "#role" }],
            "authenticator": { "reference": "#practitioner" },
            "custodian": { "identifier": { "system": STRUCT_IDNAT, "value": self.0 } },
            "securityLabel": [{ "coding": [{ "system": level, "code": "N" }] }],
            "content": [{
                "attachment": {
                    "contentType": "text/xml",
                    "language": "fr-FR",
                    "url": binary,
                    "size": letter.len(),
                    "hash": BASE64_STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, letter.as_bytes())),
                    "title": "Lettre de liaison de sortie",
                    "creation": "2026-11-20T10:00:00+01:00",
                },
                "format": {
                    "system": "urn:oid:1.2.250.1.213.1.1.4.2.282",
                    "code": "urn:asipSante:modelesHorsProfils:2011",
                },
            }],
            "context": {
                "period": { "start": "2026-11-08T10:00:00+01:00", "end": "2026-11-08T11:00:00+01:00" },
                "sourcePatientInfo": { "reference": "#patient" },
                "facilityType": { "coding": [coding("TRE_R02-SecteurActivite", "SA01")] },
                "practiceSetting": { "coding": [coding("TRE_A01-CadreExercice", "ETABLISSEMENT")] },
            },
        })
    }

    fn contained(&self, person: &QualifiedIdentity) -> Value {
        json!([
            { "resourceType": "Patient", "id": "patient", "identifier": [identifier(person)] },
            { "resourceType": "Organization", "id": "organization",
              "identifier": [{ "system": STRUCT_IDNAT, "value": self.0 }], "name": "Maison fictive" },
            { "resourceType": "PractitionerRole", "id": "role",
              "practitioner": { "reference": "#practitioner" }, "organization": { "reference": "#organization" } },
            { "resourceType": "Practitioner", "id": "practitioner",
              "identifier": [{ "system": PS_IDNAT, "value": "899700218896" }],
              "name": [{ "family": "ESCRIBOUILLE", "given": ["Jean"] }] },
        ])
    }
}

fn letter(id: &str, person: &QualifiedIdentity) -> String {
    let paragraphs = PARAGRAPH.repeat(LETTER_BYTES.saturating_sub(LETTER.len()).div_ceil(PARAGRAPH.len()));
    LETTER
        .replace("{id}", id)
        .replace("{ins}", person.ins.matricule())
        .replace("{family}", person.traits.birth_name.as_str())
        .replace("{paragraphs}", &paragraphs)
}

fn entry(full_url: &str, of_type: &str, resource: Value) -> Value {
    json!({ "fullUrl": full_url, "resource": resource, "request": { "method": "POST", "url": of_type } })
}

fn identifier(person: &QualifiedIdentity) -> Value {
    json!({ "system": person.ins.system(), "value": person.ins.matricule() })
}

fn coding(table: &str, code: &str) -> Value {
    json!({ "system": format!("{MOS}/{table}/FHIR/{}", table.replace('_', "-")), "code": code })
}

fn urn() -> String {
    EntryId::random(&SystemDice).urn()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_feed_door_reads_what_we_send() {
        let person = person(7).unwrap();
        let bundle = House("10D0000101".into()).bundle(&person);
        let lot = crate::fhir::submission(&bundle, "https://localhost/fhir").unwrap();
        let document = &lot.documents[0];
        let record::Content::Whole(content) = &document.content else { unreachable!("held in memory") };
        assert!((30_000..31_000).contains(&content.len()), "{}", content.len());
        assert!(lot.ins == person.ins && clinical::read_cda(content).is_ok());
    }
}

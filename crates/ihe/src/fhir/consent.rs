//! The authorisation that stands, as a Consent (the draft for the DMP leaves its form open).

use model::people::{PS_IDNAT_OID, STRUCT_IDNAT_OID};
use model::{Attending, Authorisation, Grantee, Ins, Instant, RecordId};
use serde_json::{Value, json};

use super::subject::write_subject;
use super::urls;

/// The Consent of one authorisation at `now`, and what stands of a designation as attending doctor.
pub fn encode(
    record: RecordId,
    ins: &Ins,
    authorisation: &Authorisation,
    attending: Option<&Attending>,
    now: Instant,
) -> Value {
    let who = match &authorisation.to {
        Grantee::Person(id) => json!({
            "type": "Practitioner",
            "identifier": { "system": format!("urn:oid:{PS_IDNAT_OID}"), "value": id.to_string() },
        }),
        Grantee::Organisation(id) => json!({
            "type": "Organization",
            "identifier": { "system": format!("urn:oid:{STRUCT_IDNAT_OID}"), "value": id.to_string() },
        }),
    };
    let until = authorisation.revoked.map_or(authorisation.until, |at| at.min(authorisation.until));
    let mut out = json!({
        "resourceType": "Consent",
        "status": if authorisation.is_in_force(now) { "active" } else { "inactive" },
        "scope": { "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/consentscope",
            "code": "patient-privacy",
        }]},
        "category": [{ "coding": [{ "system": "http://loinc.org", "code": "59284-0" }] }],
        "patient": write_subject(record, ins),
        "dateTime": authorisation.from.to_string(),
        "performer": [who],
        "policyRule": { "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
            "code": "OPTIN",
        }]},
        "provision": {
            "type": "permit",
            "period": { "start": authorisation.from.to_string(), "end": until.to_string() },
            "actor": [{
                "role": { "coding": [{
                    "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
                    "code": "IRCP",
                }]},
                "reference": who,
            }],
        },
    });
    let standing = attending.and_then(|it| match (it.is_in_force(now), it.is_pending(now)) {
        (true, _) => Some("confirmed"),
        (_, true) => Some("pending"),
        _ => None,
    });
    if let Some(standing) = standing {
        let url = format!("{}/StructureDefinition/attending", urls::OWN);
        out["extension"] = json!([{ "url": url, "valueCode": standing }]);
    }
    out
}

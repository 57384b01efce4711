//! The published French examples: read, or refused for exactly the reasons their own guides give.

use ihe::fhir::iti65::decode;
use serde_json::{Value, json};

use crate::fixtures::BASE;

/// None, saying so, where the reference material is not beside the repository.
pub fn reference(name: &str) -> Option<Value> {
    let path = format!("{}/../../../shared/reference/{name}", env!("CARGO_MANIFEST_DIR"));
    match std::fs::read(path) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).unwrap()),
        Err(_) => {
            eprintln!("skipped: {name} is not here");
            None
        }
    }
}

fn refusal(bundle: &Value) -> (u16, String) {
    let outcome = decode(&serde_json::to_vec(bundle).unwrap(), BASE).err().expect("refused");
    (outcome.status, outcome.issues[0].expression.clone().unwrap_or_default())
}

#[test]
fn the_draft_for_the_dmp_is_read_but_for_its_invalid_key() {
    let Some(mut bundle) = reference("fhir-pdsm4dmp/examples/Bundle-example-td2-iti65-lot-soumission.json")
    else {
        return;
    };
    // its INS is 123456789012345, whose key is wrong, under the OID of real ones
    assert_eq!(refusal(&bundle), (422, "Bundle.entry[0].resource.subject.reference".into()));
    let text = bundle.to_string().replace("1.2.250.1.213.1.4.8|", "1.2.250.1.213.1.4.10|");
    bundle = serde_json::from_str(
        &text.replace("\"urn:oid:1.2.250.1.213.1.4.8\"", "\"urn:oid:1.2.250.1.213.1.4.10\""),
    )
    .unwrap();
    let read = decode(bundle.to_string().as_bytes(), BASE);
    if let Err(outcome) = &read {
        panic!("{outcome}");
    }
    let read = read.ok().unwrap();
    assert_eq!(read.documents.len(), 1);
    assert_eq!(read.set.unique_id, None, "the example's List has no identifier");
}

#[test]
fn the_examples_of_pdsm_are_refused_for_their_loose_references() {
    let (Some(document), Some(list)) = (
        reference("fhir-pdsm/examples/DocumentReference-exemple-pdsm-documentreference.json"),
        reference("fhir-pdsm/examples/List-ExampleSubmissionSet.json"),
    ) else {
        return;
    };
    let mut bundle = crate::fixtures::bundle();
    bundle["entry"][0]["resource"] = list;
    bundle["entry"][0]["resource"]["entry"][0]["item"]["reference"] = bundle["entry"][1]["fullUrl"].clone();
    bundle["entry"][0]["resource"]["subject"] = bundle["entry"][1]["resource"]["subject"].clone();
    // the List, with two identifiers without use, is read: what is left are the document's faults
    let own = decode(bundle.to_string().as_bytes(), BASE).map(|it| it.set.unique_id.map(|id| id.to_string()));
    assert_eq!(own.ok().flatten().as_deref(), Some("urn:uuid:11111111-aaaa-bbbb-cccc-222222222222"));

    let valid = bundle["entry"][1]["resource"].clone();
    bundle["entry"][1]["resource"] = document;
    bundle["entry"][0]["resource"]["subject"] = bundle["entry"][1]["resource"]["subject"].clone();
    let path = "/entry/1/resource";
    // author and authenticator are not contained, though the profile asks for it
    assert_eq!(refusal(&bundle), (422, "Bundle.entry[1].resource.author[0].reference".into()));
    bundle.pointer_mut(path).unwrap()["author"] =
        json!([{ "identifier": { "system": "urn:oid:1.2.250.1.71.4.2.1", "value": "810101201234" } }]);
    assert_eq!(refusal(&bundle), (422, "Bundle.entry[1].resource.authenticator.reference".into()));
    bundle.pointer_mut(path).unwrap().as_object_mut().unwrap().remove("authenticator");
    // nor is the source patient
    assert_eq!(
        refusal(&bundle),
        (422, "Bundle.entry[1].resource.context.sourcePatientInfo.reference".into())
    );
    let resource = bundle.pointer_mut(path).unwrap();
    resource["contained"] = valid["contained"].clone();
    resource["context"]["sourcePatientInfo"] = json!({ "reference": "#patient" });
    // nor do its bytes come along
    assert_eq!(refusal(&bundle), (422, "Bundle.entry[1].resource.content[0].attachment.url".into()));
    let resource = bundle.pointer_mut(path).unwrap();
    resource["content"][0]["attachment"] = valid["content"][0]["attachment"].clone();
    let read = decode(bundle.to_string().as_bytes(), BASE);
    assert!(read.is_ok(), "{}", read.err().unwrap());
}

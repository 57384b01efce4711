//! The patch of a DocumentReference: the draft's own requests, the standard forms, and 405 for all else.

use ihe::fhir::patch::{self, Media, Patch, Status, Whom};
use ihe::fhir::{negotiate, search};
use model::{Confidentiality, Visibility};
use proptest::prelude::*;
use serde_json::{Value, json};

const ARCHIVED: &str = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived";
const TRE_A07: &str =
    "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument";
const LEVELS: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

fn json_patch(operations: &Value) -> Result<Patch, ihe::fhir::Outcome> {
    patch::decode(Media::Json, operations.to_string().as_bytes())
}

fn fhirpath(operations: &[Value]) -> Result<Patch, ihe::fhir::Outcome> {
    let parameters: Vec<_> =
        operations.iter().map(|parts| json!({ "name": "operation", "part": parts })).collect();
    let body = json!({ "resourceType": "Parameters", "parameter": parameters });
    patch::decode(Media::FhirPath, body.to_string().as_bytes())
}

fn label(system: &str, code: &str) -> Value {
    json!({ "coding": [{ "system": system, "code": code, "display": "…" }] })
}

fn visibility(codes: &[&str]) -> Visibility {
    let mut out = Visibility::default();
    for code in codes {
        assert!(out.add(code));
    }
    out
}

fn resolved(patch: &Patch, current: &[&str]) -> Vec<&'static str> {
    patch.labels.resolve(Confidentiality::Normal, visibility(current)).unwrap().codes()
}

const MASKED: &str = "MASQUE_PS";
const HIDDEN: &str = "INVISIBLE_PATIENT";

#[test]
fn the_drafts_own_requests_are_understood() {
    let masked = json_patch(
        &json!([{ "op": "replace", "path": "/securityLabel/0", "value": label(TRE_A07, MASKED) }]),
    )
    .unwrap();
    assert_eq!(resolved(&masked, &[]), [MASKED]);
    assert_eq!(resolved(&masked, &[HIDDEN]), [MASKED, HIDDEN]);
    assert_eq!((masked.status, masked.archived), (None, None));
    let unmasked =
        json_patch(&json!([{ "op": "replace", "path": "/securityLabel/0", "value": label(LEVELS, "N") }]))
            .unwrap();
    assert!(resolved(&unmasked, &[MASKED]).is_empty());
    let deleted =
        json_patch(&json!([{ "op": "replace", "path": "/status", "value": "entered-in-error" }])).unwrap();
    assert_eq!(deleted.status, Some(Status::EnteredInError));
    assert!(deleted.labels.is_empty());
    for value in [true, false] {
        let path = format!("/extension[url:'{ARCHIVED}']/valueBoolean");
        let archived = json_patch(&json!([{ "op": "replace", "path": path, "value": value }])).unwrap();
        assert_eq!(archived.archived, Some(value));
    }
}

#[test]
fn the_standard_forms_say_the_same() {
    let add =
        json_patch(&json!([{ "op": "add", "path": "/securityLabel/-", "value": label(TRE_A07, HIDDEN) }]))
            .unwrap();
    assert_eq!(resolved(&add, &[MASKED]), [MASKED, HIDDEN]);
    let remove = json_patch(&json!([{ "op": "remove", "path": "/securityLabel/1" }])).unwrap();
    assert_eq!(resolved(&remove, &[MASKED, HIDDEN]), [HIDDEN]);
    let all = json!([{ "op": "replace", "path": "/securityLabel", "value": [label(LEVELS, "N"), label(TRE_A07, HIDDEN)] }]);
    assert_eq!(resolved(&json_patch(&all).unwrap(), &[MASKED]), [HIDDEN]);
    let extension = json!({ "url": ARCHIVED, "valueBoolean": true });
    for path in ["/extension/-", "/extension"] {
        let read = json_patch(&json!([{ "op": "add", "path": path, "value": extension }])).unwrap();
        assert_eq!(read.archived, Some(true), "{path}");
    }
    let off = json_patch(&json!([{ "op": "remove", "path": "/extension/0" }])).unwrap();
    assert_eq!(off.archived, Some(false));

    let said = |name: &str, key: &str, value: Value| json!({ "name": name, key: value });
    let path = |text: &str| said("path", "valueString", json!(text));
    let kind = |text: &str| said("type", "valueCode", json!(text));
    let read = fhirpath(&[
        json!([kind("replace"), path("DocumentReference.status"), said("value", "valueCode", json!("entered-in-error"))]),
        json!([
            kind("add"),
            path("DocumentReference"),
            said("name", "valueString", json!("securityLabel")),
            said("value", "valueCodeableConcept", label(TRE_A07, MASKED)),
        ]),
        json!([
            kind("add"),
            path("DocumentReference"),
            said("name", "valueString", json!("extension")),
            { "name": "value", "part": [said("url", "valueUri", json!(ARCHIVED)), said("value", "valueBoolean", json!(true))] },
        ]),
    ])
    .unwrap_or_else(|it| panic!("{it}"));
    assert_eq!((read.status, read.archived), (Some(Status::EnteredInError), Some(true)));
    assert_eq!(resolved(&read, &[]), [MASKED]);
    for at in [
        "extension.where(url='{}').value",
        "extension('{}').value",
        "extension.where(url = \"{}\").valueBoolean",
    ] {
        let at = format!("DocumentReference.{}", at.replace("{}", ARCHIVED));
        let read =
            fhirpath(&[json!([kind("replace"), path(&at), said("value", "valueBoolean", json!(false))])])
                .unwrap();
        assert_eq!(read.archived, Some(false), "{at}");
    }
    let code = format!("DocumentReference.securityLabel.where(coding.code='{MASKED}')");
    let read = fhirpath(&[json!([kind("delete"), path(&code)])]).unwrap();
    assert_eq!(resolved(&read, &[MASKED, HIDDEN]), [HIDDEN]);
    let read = fhirpath(&[json!([
        kind("replace"),
        path("DocumentReference.securityLabel[0]"),
        said("value", "valueCodeableConcept", label(LEVELS, "N")),
    ])]);
    assert!(resolved(&read.unwrap(), &[MASKED, HIDDEN]).is_empty());
}

#[test]
fn all_else_is_not_allowed() {
    for path in [
        "/title",
        "/content/0/attachment/title",
        "/masterIdentifier",
        "/subject",
        "/",
        "/extension/3",
        "/statusx",
        "/securityLabel/01",
        "/securityLabel/0/coding/0/code",
    ] {
        let outcome = json_patch(&json!([{ "op": "replace", "path": path, "value": "x" }])).unwrap_err();
        assert_eq!(outcome.status, 405, "{path}");
    }
    let other = json!({ "url": "urn:other", "valueBoolean": true });
    assert_eq!(
        json_patch(&json!([{ "op": "add", "path": "/extension/-", "value": other }])).unwrap_err().status,
        405
    );
    assert_eq!(json_patch(&json!([{ "op": "remove", "path": "/status" }])).unwrap_err().status, 422);
    for path in
        ["DocumentReference.title", "Patient.status", "DocumentReference.securityLabel.coding.code", "status"]
    {
        let operation = json!([
            { "name": "type", "valueCode": "replace" },
            { "name": "path", "valueString": path },
            { "name": "value", "valueString": "x" },
        ]);
        assert_eq!(fhirpath(&[operation]).unwrap_err().status, 405, "{path}");
    }
}

#[test]
fn what_is_malformed_or_against_a_rule_says_so() {
    for (operations, status) in [
        (json!([]), 400),
        (json!({}), 400),
        (json!([{ "op": "jump", "path": "/status" }]), 400),
        (json!([{ "op": "test", "path": "/status", "value": "current" }]), 422),
        (json!([{ "op": "replace", "path": "/status" }]), 400),
        (json!([{ "op": "replace", "path": "/status", "value": "superseded" }]), 422),
        (
            json!([{ "op": "replace", "path": "/status", "value": "current" }, { "op": "replace", "path": "/status", "value": "current" }]),
            400,
        ),
        (json!([{ "op": "add", "path": "/securityLabel/-", "value": label(TRE_A07, "AUTRE") }]), 422),
        (json!([{ "op": "add", "path": "/securityLabel/-", "value": label("urn:other", "N") }]), 422),
        (json!([{ "op": "replace", "path": "/extension/0/valueBoolean", "value": "true" }]), 400),
    ] {
        assert_eq!(json_patch(&operations).unwrap_err().status, status, "{operations}");
    }
    let raised =
        json_patch(&json!([{ "op": "replace", "path": "/securityLabel/0", "value": label(LEVELS, "V") }]))
            .unwrap();
    let no = raised.labels.resolve(Confidentiality::Normal, Visibility::default()).unwrap_err();
    assert_eq!(no.status, 422);
    let absent = json_patch(&json!([{ "op": "remove", "path": "/securityLabel/2" }])).unwrap();
    assert_eq!(
        absent.labels.resolve(Confidentiality::Normal, visibility(&[MASKED])).unwrap_err().status,
        422
    );
}

#[test]
fn a_document_is_named_by_its_identifier() {
    let target = |query: &str| patch::target(&search::pairs(query).unwrap());
    let (whom, patient) = target("identifier=urn:ietf:rfc:3986%7Curn:oid:1.2.3.4").unwrap();
    assert!(matches!(whom, Whom::Unique(_)) && patient.is_none());
    let (whom, _) = target("identifier=urn:uuid:3f0e7a52-0b0c-4f0e-9a86-9a1f7d1f0c11").unwrap();
    assert!(matches!(whom, Whom::Uuid(..)));
    let with =
        "identifier=urn:oid:1.2.3%7Cx1&patient.identifier=urn:oid:1.2.250.1.213.1.4.10%7C279035121518989";
    assert!(target(with).unwrap().1.is_some());
    for wrong in [
        "",
        "identifier=",
        "identifier=x",
        "identifier=urn:oid:1.2.3|a&identifier=urn:oid:1.2.3|a",
        "status=current",
        "identifier=urn:oid:1.2.3|a,urn:oid:1.2.3|b",
    ] {
        assert_eq!(target(wrong).unwrap_err().status, 400, "{wrong}");
    }
    assert_eq!(patch::media(Some("application/json-patch+json")), Ok(Media::Json));
    assert_eq!(patch::media(Some("application/fhir+xml")), Ok(Media::FhirPath));
    assert_eq!(patch::media(Some("application/xml-patch+xml")).unwrap_err().status, 415);
    assert_eq!(negotiate::body(Some("application/fhir+xml")), Ok(negotiate::Form::Xml));
}

proptest! {
    #[test]
    fn any_patch_is_read_or_refused(op in "add|replace|remove|test", path in "/(status|securityLabel|extension|title)?(/[0-9-]{0,3})?(/valueBoolean)?", which in 0_usize..6) {
        let values = [json!("current"), json!(true), label(TRE_A07, MASKED), json!([label(LEVELS, "N")]), json!({ "url": ARCHIVED, "valueBoolean": true }), Value::Null];
        let read = json_patch(&json!([{ "op": op, "path": path, "value": values[which] }]));
        if let Ok(patch) = read {
            let _ = patch.labels.resolve(Confidentiality::Normal, visibility(&[MASKED]));
        }
    }
}

//! Our own operations and what the doors say of themselves.

use ihe::fhir::capability::{self, CapabilityDoor};
use ihe::fhir::operations::authorise::{self, Action};
use ihe::fhir::operations::break_glass;
use ihe::fhir::operations::open_record::{self, Channel};
use ihe::fhir::patient::{self, AuthorisationStatus, PatientView};
use ihe::fhir::{consent, operation_definition};
use model::rights::ClosingReason;
use model::{Attending, Authorisation, Grantee, Instant, RecordStatus, RecordedBy};
use serde_json::{Value, json};

use crate::fixtures::{BASE, INS_SYSTEM, MATRICULE, RECORD, ins};

fn patient() -> Value {
    json!({
        "resourceType": "Patient",
        "extension": [
            { "url": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-identity-reliability",
              "extension": [{ "url": "identityStatus", "valueCoding": { "code": "VALI" } }] },
            { "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
              "valueAddress": { "extension": [{
                  "url": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code",
                  "valueCoding": { "code": "75114" } }] } }
        ],
        "identifier": [
            { "use": "official", "system": INS_SYSTEM, "value": MATRICULE },
            { "system": "urn:oid:1.2.250.1.71.4.2.1", "value": "899700366240" }
        ],
        "name": [
            { "use": "official", "family": "SOLEIL", "given": ["MARIE ANAÏS"],
              "extension": [{ "url": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name",
                              "valueString": "MARIE ANAÏS LOU" }] },
            { "use": "usual", "family": "LUNE" }
        ],
        "gender": "female",
        "birthDate": "1991-03-14"
    })
}

fn call(parameters: Value) -> Value {
    json!({ "resourceType": "Parameters", "parameter": parameters })
}

fn opening() -> Value {
    call(json!([
        { "name": "patient", "resource": patient() },
        { "name": "consent", "valueBoolean": true },
        { "name": "break-glass", "valueBoolean": true },
        { "name": "regulation", "valueBoolean": false },
        { "name": "channel", "valueCode": "pharmacie" },
        { "name": "email", "valueString": "lune@example.org" },
        { "name": "phone", "valueString": "+33 6 00 00 00 00" }
    ]))
}

fn open(body: &Value) -> Result<open_record::OpenRequest, ihe::fhir::Outcome> {
    open_record::decode(body.to_string().as_bytes())
}

#[test]
fn an_opening_is_read_whole() {
    let read = open(&opening()).unwrap();
    let traits = &read.identity.traits;
    assert_eq!(read.identity.ins, ins());
    assert!(read.identity.qualified);
    assert_eq!(read.identity.professional_ids.len(), 1);
    let given: Vec<_> = traits.given_names.iter().map(|it| it.as_str()).collect();
    assert_eq!(given, ["MARIE ANAÏS", "LOU"]);
    assert_eq!(traits.used_name.as_ref().unwrap().as_str(), "LUNE");
    assert_eq!(traits.birth_place.as_str(), "75114");
    assert_eq!((read.consent, read.break_glass, read.regulation), (Some(true), Some(true), Some(false)));
    assert_eq!(read.channel, Some(Channel::Pharmacie));

    let mut bare = opening();
    bare["parameter"].as_array_mut().unwrap().truncate(1);
    bare["parameter"][0]["resource"]["extension"].as_array_mut().unwrap().remove(0);
    let read = open(&bare).unwrap();
    // for the rules to refuse
    assert_eq!((read.consent, read.regulation, read.identity.qualified), (None, None, false));
}

#[test]
fn an_identity_comes_back_as_it_was_read() {
    let first = open(&opening()).unwrap().identity;
    let status = RecordStatus::Open { since: Instant::EPOCH };
    let view = PatientView {
        record: Some(RECORD),
        ins: &first.ins,
        status: &status,
        traits: Some(&first.traits),
        authorisation: None,
        attending: None,
    };
    let mut again = opening();
    again["parameter"][0]["resource"] = patient::encode(&view);
    let second = open(&again).unwrap_or_else(|it| panic!("{it}")).identity;
    assert!(second.ins == first.ins && second.traits == first.traits && second.qualified);
}

#[test]
fn a_wrong_element_of_an_opening_is_named() {
    const P: &str = "/parameter/0/resource";
    type Row = (&'static str, fn(&mut Value), u16, &'static str);
    let rows: &[Row] = &[
        ("", |b| b["resourceType"] = json!("Bundle"), 400, "Parameters.resourceType"),
        ("/parameter/1", |v| v["name"] = json!("consentement"), 400, "Parameters.parameter[1].name"),
        ("/parameter/1", |v| v["name"] = json!("regulation"), 400, "Parameters.parameter[3].name"),
        (
            "/parameter/1",
            |v| *v = json!({ "name": "consent", "valueString": "true" }),
            400,
            "Parameters.parameter[1].valueString",
        ),
        ("/parameter/1", |v| v["valueBoolean"] = json!("true"), 400, "Parameters.parameter[1].valueBoolean"),
        ("/parameter/4", |v| v["valueCode"] = json!("guichet"), 422, "Parameters.parameter[4].valueCode"),
        (
            "/parameter/5",
            |v| v["valueString"] = json!("a@b.example\r\nBcc: x@y.example"),
            422,
            "Parameters.parameter[5].valueString",
        ),
        ("/parameter/6", |v| v["valueString"] = json!("call me"), 422, "Parameters.parameter[6].valueString"),
        ("/parameter/0/resource", |v| v["colour"] = json!(1), 400, "Parameters.parameter[0].resource.colour"),
        (
            P,
            |v| v["identifier"] = json!([{ "system": "urn:x", "value": "1" }]),
            422,
            "Parameters.parameter[0].resource.identifier",
        ),
        (
            P,
            |v| {
                v.as_object_mut().unwrap().remove("birthDate");
            },
            400,
            "Parameters.parameter[0].resource.birthDate",
        ),
        (P, |v| v["birthDate"] = json!("1991-03"), 400, "Parameters.parameter[0].resource.birthDate"),
        (
            P,
            |v| {
                v.as_object_mut().unwrap().remove("gender");
            },
            400,
            "Parameters.parameter[0].resource.gender",
        ),
        (P, |v| v["gender"] = json!("other"), 422, "Parameters.parameter[0].resource.gender"),
        (
            P,
            |v| {
                v["name"].as_array_mut().unwrap().remove(0);
            },
            400,
            "Parameters.parameter[0].resource.name",
        ),
        (
            P,
            |v| v["name"][0]["given"] = json!(["MARIE", "LOU"]),
            422,
            "Parameters.parameter[0].resource.name[0].given",
        ),
        (
            P,
            |v| v["name"][0]["given"] = json!(["ZOÉ"]),
            422,
            "Parameters.parameter[0].resource.name[0].extension[0].valueString",
        ),
        (
            P,
            |v| {
                v["name"][0].as_object_mut().unwrap().remove("family");
            },
            400,
            "Parameters.parameter[0].resource.name[0].family",
        ),
        (
            P,
            |v| {
                v["extension"].as_array_mut().unwrap().pop();
            },
            400,
            "Parameters.parameter[0].resource.extension",
        ),
        (
            P,
            |v| {
                *v = json!({ "resourceType": "Group" });
            },
            400,
            "Parameters.parameter[0].resource.resourceType",
        ),
    ];
    for (place, (pointer, change, status, expression)) in rows.iter().enumerate() {
        let mut body = opening();
        change(body.pointer_mut(pointer).unwrap());
        let outcome = open(&body).err().unwrap_or_else(|| panic!("{place} {expression} was accepted"));
        assert_eq!(
            (outcome.status, outcome.issues[0].expression.as_deref()),
            (*status, Some(*expression)),
            "{place}: {outcome}"
        );
    }
}

#[test]
fn an_authorisation_is_read_and_its_consent_written() {
    let who = json!({ "name": "patient", "valueIdentifier": { "system": INS_SYSTEM, "value": MATRICULE } });
    let body = call(
        json!([who, { "name": "action", "valueCode": "AJOUT" }, { "name": "attending", "valueBoolean": true }]),
    );
    let read = authorise::decode(body.to_string().as_bytes()).unwrap();
    assert_eq!((read.patient, read.action, read.attending), (ins(), Action::Ajout, true));
    let wrong = call(json!([who, { "name": "action", "valueCode": "ajout" }]));
    assert_eq!(authorise::decode(wrong.to_string().as_bytes()).err().unwrap().status, 422);
    let missing = call(json!([who]));
    assert_eq!(
        authorise::decode(missing.to_string().as_bytes()).err().unwrap().issues[0].expression.as_deref(),
        Some("Parameters.parameter")
    );

    let now = Instant::from_millis(1_000_000);
    let person: model::PsIdNat = "899700366240".parse().unwrap();
    let mut authorisation = Authorisation {
        to: Grantee::Person(person.clone()),
        from: now,
        until: Instant::from_millis(9_000_000),
        by: RecordedBy::Professional(person.clone()),
        revoked: None,
    };
    let attending = Attending { person, declared: now, by: RecordedBy::Holder, confirmed: None, ended: None };
    let told = consent::encode(RECORD, &ins(), &authorisation, Some(&attending), now);
    assert_eq!(told["status"], "active");
    assert_eq!(told["provision"]["actor"][0]["reference"]["identifier"]["value"], "899700366240");
    assert_eq!(told["extension"][0]["valueCode"], "pending");
    authorisation.revoked = Some(now);
    let told = consent::encode(RECORD, &ins(), &authorisation, None, now);
    assert_eq!(
        (&told["status"], &told["provision"]["period"]["end"]),
        (&json!("inactive"), &json!(now.to_string()))
    );
}

#[test]
fn a_declaration_of_emergency_is_read() {
    let body = call(json!([
        { "name": "patient", "valueIdentifier": { "system": INS_SYSTEM, "value": MATRICULE } },
        { "name": "family", "valueString": "Soleil" }, { "name": "given", "valueString": "Marie" },
        { "name": "birth-date", "valueDate": "1991-03-14" }, { "name": "reason", "valueString": "  " }
    ]));
    let read = break_glass::decode(body.to_string().as_bytes()).unwrap();
    assert_eq!((read.reason, read.declaration), (None, None));
    assert_eq!(read.birth_date, jiff::civil::date(1991, 3, 14));
}

#[test]
fn a_status_is_told_without_traits() {
    let ins = ins();
    let status = RecordStatus::Closed {
        at: Instant::from_millis(1_781_300_000_000),
        by: "x".into(),
        reason: ClosingReason::Request,
    };
    let told = patient::encode(&PatientView {
        record: None,
        ins: &ins,
        status: &status,
        traits: None,
        authorisation: Some(AuthorisationStatus::NonExiste),
        attending: Some(false),
    });
    assert_eq!(
        (&told["active"], told.get("name"), told.get("birthDate"), told.get("id")),
        (&json!(false), None, None, None)
    );
    let extensions = told["extension"].as_array().unwrap();
    assert_eq!(extensions[0]["extension"][0]["valueDate"], "2026-06-12");
    assert_eq!(
        (&extensions[1]["valueBoolean"], &extensions[2]["valueCode"]),
        (&json!(false), &json!("NON_EXISTE"))
    );
}

#[test]
fn the_feed_door_tells_of_nothing_that_reads() {
    let care = capability::encode(CapabilityDoor::Care, BASE, "0.1.0", Instant::EPOCH);
    let feed = capability::encode(CapabilityDoor::Feed, BASE, "0.1.0", Instant::EPOCH);
    let interactions = |statement: &Value, of_type: &str| -> Vec<String> {
        let resources = statement["rest"][0]["resource"].as_array().unwrap();
        let resource = resources.iter().find(|it| it["type"] == of_type);
        let codes = resource.and_then(|it| it["interaction"].as_array()).into_iter().flatten();
        codes.map(|it| it["code"].as_str().unwrap().to_owned()).collect()
    };
    for of_type in ["DocumentReference", "List", "Binary"] {
        assert!(!interactions(&feed, of_type).contains(&"read".to_owned()));
        assert!(interactions(&care, of_type).contains(&"read".to_owned()));
    }
    // what one fed is found by its exact uniqueId (TD3.1b), and by nothing else
    assert_eq!(interactions(&feed, "DocumentReference"), ["search-type", "create", "patch"]);
    let located = &feed["rest"][0]["resource"][0]["searchParam"];
    assert_eq!(located.as_array().unwrap().len(), 2);
    assert_eq!(feed["rest"][0]["interaction"][0]["code"], "transaction");
    // every operation of ours that a door names is defined
    for statement in [&care, &feed] {
        let resources = statement["rest"][0]["resource"].as_array().unwrap();
        for operation in resources.iter().filter_map(|it| it["operation"].as_array()).flatten() {
            if operation["definition"].as_str().is_some_and(|it| it.starts_with("http://hl7.org/fhir/uv/")) {
                continue;
            }
            let defined = operation_definition::encode(BASE, operation["name"].as_str().unwrap()).unwrap();
            assert_eq!(defined["url"], operation["definition"]);
        }
    }
}

#[test]
fn whatever_stands_in_an_opening_is_read_or_refused_by_name() {
    // every place of the body in turn becomes something else
    let whole = opening();
    let mut places = Vec::new();
    crate::feeding::pointers(&whole, "", &mut places);
    for place in places {
        for value in [Value::Null, json!(1), json!([]), json!({}), json!(""), json!("x"), json!([{}])] {
            let mut body = whole.clone();
            *body.pointer_mut(&place).unwrap() = value;
            if let Err(outcome) = open(&body) {
                assert!(matches!(outcome.status, 400 | 422));
                assert!(outcome.issues[0].expression.is_some(), "{place}");
                let told = outcome.to_json().to_string();
                assert!(
                    !["SOLEIL", "LUNE", "ANAÏS", MATRICULE, "lune@"].iter().any(|it| told.contains(it)),
                    "{told}"
                );
            }
        }
    }
}

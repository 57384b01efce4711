//! FHIR in XML is another writing of the same tree: what goes out comes back, in the order FHIR demands.

use ihe::fhir::capability::{self, CapabilityDoor};
use ihe::fhir::document_reference::{self, Context};
use ihe::fhir::paging::{Page, searchset};
use ihe::fhir::{Outcome, iti65, json, list, operation_definition, xml};
use model::{EntryId, Instant};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::fixtures::{BASE, RECORD, bundle, document_entry, ins, submission_set};
use crate::published::reference;

const MOST: usize = 32 << 20;

fn there_and_back(resource: &Value) -> Value {
    let text = xml::encode(resource).unwrap_or_else(|fault| panic!("{fault}"));
    let bytes = xml::to_json(text.as_bytes(), MOST).unwrap_or_else(|outcome| panic!("{outcome}: {text}"));
    // what is read from XML is within the limits of what is read from JSON
    json::parse(&bytes).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

fn everything() -> Vec<Value> {
    let record = RECORD;
    let (entry, ins) = (document_entry(), ins());
    let context = Context { base: BASE, record, ins: &ins };
    let document = document_reference::encode(&entry, &context);
    let page = Page { base: BASE, of_type: "DocumentReference", pairs: &[], total: 1, next: Some("opaque") };
    let since = Instant::from_millis(1_700_000_000_000);
    let mut all = vec![
        bundle(),
        document.clone(),
        list::encode(&submission_set(), record, &ins, &[EntryId::from_bytes([3; 16])]),
        searchset(&page, vec![document]).to_value(),
        Outcome::missing("DocumentReference.type").with_details("DMPFound").to_json(),
        ihe::fhir::iti68::resource(record, EntryId::from_bytes([3; 16]), "text/plain", b"bonjour"),
        ihe::fhir::operations::counter::encode(Some(("login", "secret"))),
        ihe::fhir::operations::manage::encode("x", 3, "archived", false),
        capability::encode(CapabilityDoor::Care, BASE, "1", since),
        capability::encode(CapabilityDoor::Feed, BASE, "1", since),
    ];
    let definitions = operation_definition::codes().into_iter().chain([operation_definition::MANAGE]);
    all.extend(definitions.filter_map(|code| operation_definition::encode(BASE, code)));
    all
}

#[test]
fn every_resource_we_write_goes_to_xml_and_back() {
    let all = everything();
    assert!(all.len() > 20, "{}", all.len());
    for resource in all {
        assert_eq!(there_and_back(&resource), resource);
    }
}

#[test]
fn a_submission_in_xml_is_the_one_in_json() {
    let text = xml::encode(&bundle()).unwrap();
    let bytes = xml::to_json(text.as_bytes(), MOST).unwrap();
    let (read, expected) = (
        iti65::decode(&bytes, BASE).unwrap_or_else(|it| panic!("{it}")),
        iti65::decode(bundle().to_string().as_bytes(), BASE).unwrap_or_else(|it| panic!("{it}")),
    );
    assert_eq!(read.documents[0].description, expected.documents[0].description);
    assert_eq!(read.documents[0].content, expected.documents[0].content);
}

#[test]
fn a_golden_document() {
    let resource = json!({
        "resourceType": "Patient",
        "id": "p1",
        "extension": [{ "url": "urn:x", "extension": [{ "url": "y", "valueBoolean": true }] }],
        "active": false,
        "name": [{ "use": "official", "given": ["Anne", "\"Léa\" & co"], "_given": [null, { "id": "g2" }] }],
        "_birthDate": { "extension": [{ "url": "urn:z", "valueCode": "unknown" }] },
        "multipleBirthInteger": 2,
    });
    let expected = concat!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
        r#"<Patient xmlns="http://hl7.org/fhir"><id value="p1"/>"#,
        r#"<extension url="urn:x"><extension url="y"><valueBoolean value="true"/></extension></extension>"#,
        r#"<active value="false"/><name><use value="official"/><given value="Anne"/>"#,
        r#"<given id="g2" value="&quot;Léa&quot; &amp; co"/></name>"#,
        r#"<birthDate><extension url="urn:z"><valueCode value="unknown"/></extension></birthDate>"#,
        r#"<multipleBirthInteger value="2"/></Patient>"#,
    );
    assert_eq!(xml::encode(&resource).unwrap(), expected);
    assert_eq!(there_and_back(&resource), resource);
}

#[test]
fn the_published_examples_go_there_and_back() {
    for name in [
        "fhir-pdsm/examples/DocumentReference-exemple-pdsm-documentreference.json",
        "fhir-pdsm/examples/DocumentReference-PDSmSimplifiedExample.json",
        "fhir-pdsm/examples/List-ExampleSubmissionSet.json",
        "fhir-pdsm/examples/Binary-6789.json",
        "fhir-pdsm/examples/Organization-org-example.json",
        "fhir-pdsm/examples/Patient-fr-patient-123.json",
        "fhir-pdsm/conformance/CapabilityStatement-PDSm-GestionnaireDePartageDeDocuments.json",
        "fhir-pdsm4dmp/examples/Bundle-example-td2-iti65-lot-soumission.json",
    ] {
        let Some(mut resource) = reference(name) else { return };
        let mut back = there_and_back(&resource);
        // narratives are written anew: same elements, other white space
        for it in [&mut resource, &mut back] {
            it.as_object_mut().unwrap().remove("text");
        }
        assert_eq!(back, resource, "{name}");
    }
}

/// The order of our table against that of the published snapshots.
#[test]
fn elements_stand_in_the_order_of_the_published_snapshots() {
    for name in [
        "pdsm-comprehensive-document-reference",
        "pdsm-submissionset-comprehensive",
        "pdsm-comprehensive-provide-document-bundle",
    ] {
        let Some(definition) = reference(&format!("fhir-pdsm/conformance/StructureDefinition-{name}.json"))
        else {
            return;
        };
        let root = definition["type"].as_str().unwrap().to_owned();
        let mut paths: Vec<&str> = Vec::new();
        for element in definition["snapshot"]["element"].as_array().unwrap() {
            let path = element["path"].as_str().unwrap();
            if path.matches('.').count() == 1 && !path.contains("[x]") && !paths.contains(&path) {
                paths.push(path);
            }
        }
        // each pair, in order and the other way round
        let names: Vec<_> = paths.iter().map(|it| it.split_once('.').unwrap().1).collect();
        for pair in names.windows(2) {
            let text = |first: &str, second: &str| {
                format!(
                    r#"<{root} xmlns="http://hl7.org/fhir"><{first} value="1"/><{second} value="1"/></{root}>"#
                )
            };
            let refused = |text: &str| xml::to_json(text.as_bytes(), MOST).err().map(|it| it.to_string());
            let late =
                |it: Option<String>| it.is_some_and(|it| it.contains("too late") || it.contains("excludes"));
            assert!(!late(refused(&text(pair[0], pair[1]))), "{root}: {pair:?}");
            // complex types are refused before their order where they are empty: only simple ones are told
            let back = refused(&text(pair[1], pair[0]));
            assert!(back.is_some(), "{root}: {pair:?}");
        }
    }
}

#[test]
fn what_is_not_fhirs_xml_is_refused() {
    let good = r#"<Patient xmlns="http://hl7.org/fhir"><active value="true"/><name><family value="X"/></name></Patient>"#;
    assert!(xml::to_json(good.as_bytes(), MOST).is_ok());
    let nested = format!(
        r#"<Patient xmlns="http://hl7.org/fhir">{}{}</Patient>"#,
        r#"<extension url="u">"#.repeat(200),
        "</extension>".repeat(200)
    );
    for (wrong, place) in [
        (r#"<!DOCTYPE Patient [<!ENTITY x "y">]><Patient xmlns="http://hl7.org/fhir"/>"#.to_owned(), None),
        (good.replace("http://hl7.org/fhir", "urn:other"), Some("Patient")),
        (good.replace(r#"<active value="true"/>"#, r#"<active value="yes"/>"#), Some("Patient.active")),
        (good.replace(r#"<active value="true"/>"#, "<active/>"), Some("Patient.active")),
        (good.replace(r#"<active value="true"/>"#, "<active>true</active>"), Some("Patient.active")),
        (
            good.replace(r#"<active value="true"/>"#, r#"<active value="true" x="1"/>"#),
            Some("Patient.active"),
        ),
        (good.replace("</Patient>", r#"<active value="true"/></Patient>"#), Some("Patient.active")),
        (good.replace("<name>", r#"<active value="false"/><name>"#), Some("Patient.active")),
        (good.replace("</Patient>", r#"<wings value="2"/></Patient>"#), Some("Patient.wings")),
        (good.replace("<name>", "text<name>"), Some("Patient")),
        (good.replace(r#"<family value="X"/>"#, ""), Some("Patient.name[0]")),
        (
            good.replace(
                "</Patient>",
                r#"<deceasedBoolean value="true"/><deceasedDateTime value="2020"/></Patient>"#,
            ),
            Some("Patient.deceasedDateTime"),
        ),
        (good.replace("<Patient ", r#"<Patient active="true" "#), Some("Patient")),
        (good.replace("Patient", "Spaceship"), Some("Spaceship")),
        (
            good.replace("<active", r#"<extension url="u"><url value="v"/></extension><active"#),
            Some("Patient.extension[0].url"),
        ),
        (good.replace("<active", "<contained/><active"), Some("Patient.contained[0]")),
        (nested, None),
        (String::new(), None),
        ("{}".to_owned(), None),
    ] {
        let outcome =
            xml::to_json(wrong.as_bytes(), MOST).err().unwrap_or_else(|| panic!("read: {wrong:.200}"));
        assert_eq!(outcome.status, 400, "{wrong:.200}");
        if let Some(place) = place {
            assert_eq!(outcome.issues[0].expression.as_deref(), Some(place), "{wrong:.200}");
        }
    }
    assert_eq!(xml::to_json(good.as_bytes(), 20).unwrap_err().status, 413);
}

#[test]
fn what_has_no_place_in_the_table_is_not_written() {
    for wrong in [
        json!({ "resourceType": "Patient", "wings": 2 }),
        json!({ "resourceType": "Patient", "name": [{ "resourceType": "HumanName" }] }),
        json!({ "resourceType": "Spaceship" }),
        json!({ "resourceType": "Patient", "name": ["Anne"] }),
        json!([]),
    ] {
        assert!(xml::encode(&wrong).is_err(), "{wrong}");
    }
    // what XML cannot hold
    assert!(xml::encode(&json!({ "resourceType": "Patient", "id": "\u{1}" })).is_err());
}

proptest! {
    #[test]
    fn any_text_comes_back(text in "[^\\p{Cc}\\p{Cn}\\p{Co}]{1,60}") {
        let resource = json!({ "resourceType": "Patient", "name": [{ "family": text }] });
        prop_assert_eq!(there_and_back(&resource), resource);
    }

    #[test]
    fn a_broken_document_is_read_or_refused(from in 0.0..1.0_f64, length in 0_usize..60, patch in "[a-z<>/=\" é]{0,12}") {
        let text: Vec<char> = xml::encode(&bundle()).unwrap().chars().collect();
        let start = (from * text.len() as f64) as usize;
        let end = (start + length).min(text.len());
        let broken: String = text[..start].iter().copied().chain(patch.chars()).chain(text[end..].iter().copied()).collect();
        if let Ok(bytes) = xml::to_json(broken.as_bytes(), MOST) {
            let _ = iti65::decode(&bytes, BASE).is_ok();
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = xml::to_json(&bytes, MOST);
    }
}

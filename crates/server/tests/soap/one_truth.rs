//! What is fed by SOAP is read by FHIR, and the reverse; what is seen is the same by every route.

use crate::common::Demo;
use crate::common::bundle::{Document, Person};
use crate::common::scene::Scene;
use crate::common::soap::*;

#[test]
fn fed_by_one_wire_read_by_the_other() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(91);
    scene.open_to_the_doctor(&person);
    let hospital = Speaker::new(&demo, "feed", &scene.hospital);
    let doctor = Speaker::new(&demo, "care", &scene.doctor);
    let (by_soap, by_fhir) = (Document::text(), Document::text());
    let masked = Document { visibility: vec!["MASQUE_PS"], ..Document::text() };
    hospital.provide(&person, &[by_soap.clone(), masked.clone()], "").says("Success");
    scene.fed(&person, std::slice::from_ref(&by_fhir));

    let found = doctor.find(&person).says("Success").envelope().unique_ids();
    let mut expected = [unique_id(&by_soap), unique_id(&by_fhir)];
    expected.sort();
    assert_eq!(found, expected, "a masked document is there for its depositor alone");
    let resources = scene.search(&person, "DocumentReference", &[]).must(200).resources();
    let mut over_fhir: Vec<String> =
        resources.iter().map(|it| bare(it["masterIdentifier"]["value"].as_str().unwrap())).collect();
    over_fhir.sort();
    assert_eq!(over_fhir, expected);

    let read = doctor.retrieve(&person, &[&unique_id(&by_fhir)]).says("Success");
    assert_eq!(read.parts()[1].1, by_fhir.bytes);
    let soap = resources.iter().find(|it| it["masterIdentifier"]["value"] == *by_soap.unique_id).unwrap();
    let url = soap["content"][0]["attachment"]["url"].as_str().unwrap();
    assert_eq!(scene.care.get(url).must(200).body, by_soap.bytes);
    // forbidden answers as absent
    let forbidden = doctor.retrieve(&person, &[&unique_id(&masked)]).errs("XDSDocumentUniqueIdError");
    let absent = doctor.retrieve(&person, &["2.25.99"]).errs("XDSDocumentUniqueIdError");
    let body = |it: &crate::common::client::Answer| {
        let text = it.text();
        text[text.find("Body>").unwrap()..].to_owned()
    };
    assert_eq!(body(&forbidden), body(&absent));
}

/// Drawn numbers, the same for the same seed.
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

/// Whatever happened to a record, whoever looks: both wires show the same documents, or refuse alike.
#[test]
fn visible_sets_are_one_by_both_wires() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let (hospital, doctor) =
        (Speaker::new(&demo, "feed", &scene.hospital), Speaker::new(&demo, "care", &scene.doctor));
    let others: Vec<_> = ["21", "60", "50"]
        .iter()
        .filter_map(|role| demo.actors().into_iter().find(|it| it.value["role"] == **role))
        .map(|actor| Speaker::new(&demo, "care", &actor))
        .collect();
    let seed = std::process::id().into();
    let mut drawn = Drawn(seed);
    let (mut compared, mut shown, mut refused) = (0, 0, 0);
    for turn in 0..6 {
        let person = Person::invented(9_800 + turn);
        scene.open_to_the_doctor(&person);
        let mut fed: Vec<String> = Vec::new();
        for _ in 0..10 {
            let mut document = Document::text();
            match drawn.below(8) {
                0 => document.visibility = vec!["MASQUE_PS"],
                1 => document.visibility = vec!["INVISIBLE_PATIENT"],
                _ => {}
            }
            match drawn.below(6) {
                0 | 1 => {
                    hospital.provide(&person, &[document], "").says("Success");
                }
                2 | 3 => {
                    let locations = scene.fed(&person, &[document]);
                    fed.extend(
                        locations
                            .iter()
                            .filter_map(|it| it.strip_prefix("DocumentReference/"))
                            .map(|it| it.split('/').next().unwrap().to_owned()),
                    );
                }
                4 if !others.is_empty() => {
                    let other = &others[drawn.below(others.len())];
                    let action = ["AJOUT", "SUPPRESSION"][drawn.below(2)];
                    other.client.post("/fhir/Patient/$authorise", &person.authorise(action, None));
                }
                _ => {
                    if let Some(id) = fed.get(drawn.below(fed.len().max(1))) {
                        let action = ["ARCHIVE", "UNARCHIVE", "DELETE", "RESTORE"][drawn.below(4)];
                        let said = |name: &str, value: &str| serde_json::json!({ "name": name, "valueString": value });
                        let parameters = [said("document", id), said("action", action)];
                        let body =
                            serde_json::json!({ "resourceType": "Parameters", "parameter": parameters });
                        scene.feed.post("/fhir/DocumentReference/$manage", &body);
                    }
                }
            }
            for by in others.iter().chain([&doctor]) {
                let token = person.token();
                let pairs = [("patient.identifier", token.as_str()), ("_count", "500")];
                let over_fhir = by.client.form("/fhir/DocumentReference/_search", &pairs);
                let over_soap = by.find(&person).must(200).envelope();
                compared += 1;
                if over_fhir.status == 403 {
                    refused += 1;
                    assert_eq!(over_soap.errors(), ["XDSRegistryError"], "seed {seed}");
                    continue;
                }
                let mut ids: Vec<String> = over_fhir
                    .must(200)
                    .resources()
                    .iter()
                    .map(|it| bare(it["masterIdentifier"]["value"].as_str().unwrap()))
                    .collect();
                ids.sort();
                shown += ids.len();
                assert_eq!(over_soap.unique_ids(), ids, "seed {seed}");
            }
        }
    }
    assert!(compared > 60 && shown > 50, "{compared} compared, {shown} shown, {refused} refused");
    println!("{compared} states compared, {shown} documents shown, {refused} refused alike; seed {seed}");
}

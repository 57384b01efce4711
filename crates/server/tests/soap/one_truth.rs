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

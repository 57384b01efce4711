//! ITI-41, ITI-18, ITI-43, ITI-57 and `?wsdl`, end to end.

use crate::common::Demo;
use crate::common::bundle::{Document, Person};
use crate::common::client::Client;
use crate::common::scene::Scene;
use crate::common::soap::*;

const RPLC: &str = "urn:ihe:iti:2007:AssociationType:RPLC";

#[test]
fn a_lot_is_fed_found_and_read() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(71);
    scene.open_to_the_doctor(&person);
    let hospital = Speaker::new(&demo, "feed", &scene.hospital);
    let doctor = Speaker::new(&demo, "care", &scene.doctor);
    let documents = [Document::text(), Document::text()];
    let fed = hospital.provide(&person, &documents, "").says("Success");
    let envelope = fed.envelope();
    assert_eq!(envelope.header("Action"), "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-bResponse");
    assert!(envelope.header("MessageID").starts_with("urn:uuid:"));
    assert!(envelope.header("RelatesTo").starts_with("urn:uuid:"));

    let found = doctor.find(&person).says("Success").envelope();
    let mut expected: Vec<String> = documents.iter().map(unique_id).collect();
    expected.sort();
    assert_eq!(found.unique_ids(), expected);
    for (entry, lid, _) in found.entries() {
        assert_eq!(entry, lid, "the first version");
    }

    let ids: Vec<&str> = expected.iter().map(String::as_str).collect();
    let read = doctor.retrieve(&person, &ids).says("Success");
    let parts = read.parts();
    assert_eq!(parts.len(), 3);
    for document in &documents {
        assert!(parts.iter().any(|(_, bytes)| *bytes == document.bytes), "byte for byte");
    }

    // one that is there, one that is not: what is there is given
    let some = doctor.retrieve(&person, &[ids[0], "2.25.77"]).says("PartialSuccess");
    assert_eq!(some.parts().len(), 2);
    assert_eq!(some.envelope().errors(), ["XDSDocumentUniqueIdError"]);
    doctor.retrieve(&person, &["2.25.77"]).says("Failure").errs("XDSDocumentUniqueIdError");

    // the feed door tells its depositor the entryUUID, and nobody else
    let patient = [("$XDSDocumentEntryUniqueId", format!("('{}')", ids[0]))];
    let patient: Vec<(&str, &str)> = patient.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let get = adhoc("urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4", &patient);
    let located = hospital.ask("/xds/registry", ITI_18, &person, &get).says("Success").envelope();
    assert_eq!((located.count("ObjectRef"), located.count("ExtrinsicObject")), (1, 0));
    hospital.find(&person).errs("XDSUnknownStoredQuery");
    let payer = Speaker::new(&demo, "feed", &demo.actor("payer"));
    let nothing = payer.ask("/xds/registry", ITI_18, &person, &get).says("Success").envelope();
    assert_eq!(nothing.count("ObjectRef"), 0);
}

#[test]
fn the_same_lot_again_gets_the_first_answer_and_another_under_its_name_does_not() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(72);
    scene.open_to_the_doctor(&person);
    let hospital = Speaker::new(&demo, "feed", &scene.hospital);
    let document = Document::text();
    let lot = Lot::new(&scene.hospital, &person, std::slice::from_ref(&document), "");
    hospital.provide_lot(&person, &lot).says("Success");
    hospital.provide_lot(&person, &lot).says("Success");
    assert_eq!(scene.total(&person), 1);
    // the same document in another set, and another document under its id
    hospital.provide(&person, std::slice::from_ref(&document), "").errs("XDSDuplicateUniqueIdInRegistry");
    let other = Document { bytes: b"Autre chose.".to_vec(), ..document.clone() };
    hospital.provide(&person, &[other], "").errs("XDSNonIdenticalHash");
    let replaced = Document::text();
    let doctor = Speaker::new(&demo, "care", &scene.doctor);
    let (entry, ..) = doctor.find(&person).says("Success").envelope().entries().remove(0);
    let relation = association(RPLC, "Document01", &entry, &[]);
    hospital.provide(&person, std::slice::from_ref(&replaced), &relation).says("Success");
    let found = doctor.find(&person).says("Success").envelope();
    assert_eq!(found.unique_ids(), [unique_id(&replaced)]);
    hospital.provide(&person, &[Document::text()], &relation).errs("XDSRegistryDeprecatedDocumentError");
}

#[test]
fn what_is_wrong_with_a_lot_stores_nothing() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let (person, other) = (Person::invented(73), Person::invented(74));
    scene.open_to_the_doctor(&person);
    let hospital = Speaker::new(&demo, "feed", &scene.hospital);
    let lot = || Lot::new(&scene.hospital, &person, &[Document::text()], "");
    let send = |lot: &Lot| hospital.provide_lot(&person, lot);
    // B15
    let envelope = message(ITI_41, &hospital.assertion(&other), &lot().body);
    let (kind, bytes) = mtom(ITI_41, &envelope, &lot().parts);
    let answer = hospital.client.send("POST", "/xds/repository", &[("Content-Type", &kind)], Some(&bytes));
    answer.errs("XDSPatientIdDoesNotMatch");
    // D01, D02, D03
    let mut far = lot();
    far.body = far.body.replace("cid:Document01@x", "http://169.254.169.254/latest");
    send(&far).says("Failure");
    let mut missing = lot();
    missing.parts.clear();
    send(&missing).errs("XDSMissingDocument");
    let mut more = lot();
    more.parts.push(("Document09@x".into(), b"rien".to_vec()));
    send(&more).errs("XDSMissingDocumentMetadata");
    let mut twice = lot();
    twice.parts.push(twice.parts[0].clone());
    send(&twice).must(400);
    // a record that is not there, and nobody's
    let unknown = Lot::new(&scene.hospital, &other, &[Document::text()], "");
    hospital.provide_lot(&other, &unknown).errs("XDSRepositoryError");
    // G06
    let html = Document::file("application/pdf", b"<html><script>1</script></html>");
    hospital.provide(&person, &[html], "").errs("InvalidDocumentContent");
    assert_eq!(scene.total(&person), 0);
}

#[test]
fn documents_are_managed_by_their_depositor_and_by_who_cares() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(75);
    scene.open_to_the_doctor(&person);
    let hospital = Speaker::new(&demo, "feed", &scene.hospital);
    let doctor = Speaker::new(&demo, "care", &scene.doctor);
    let document = Document::text();
    hospital.provide(&person, std::slice::from_ref(&document), "").says("Success");
    let (entry, ..) = doctor.find(&person).says("Success").envelope().entries().remove(0);
    const ARCHIVED: &str = "urn:asip:ci-sis:2010:StatusType:Archived";
    const DELETED: &str = "urn:asip:ci-sis:2010:StatusType:Deleted";
    const UPDATE: &str = "urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus";
    let change = |by: &Speaker<'_>, from: &str, to: &str| {
        let slots = [("OriginalStatus", from), ("NewStatus", to)];
        let objects = set(&person, &by.actor) + &association(UPDATE, "Set01", &entry, &slots);
        by.ask("/xds/registry", ITI_57, &person, &submit(&objects))
    };
    let count = || doctor.find(&person).says("Success").envelope().count("ExtrinsicObject");
    // whoever did not deposit it deletes nothing (DMP-MDRF)
    change(&doctor, APPROVED, DELETED).says("Failure");
    assert_eq!(count(), 1);
    change(&hospital, APPROVED, ARCHIVED).says("Success");
    assert_eq!(count(), 0);
    change(&hospital, ARCHIVED, APPROVED).says("Success");
    let found = doctor.find(&person).says("Success").envelope();
    assert_eq!(found.entries()[0].1, entry, "the logicalId stays");
    assert_ne!(found.entries()[0].0, entry, "each version has an entryUUID of its own");
    change(&hospital, APPROVED, DELETED).says("Success");
    assert_eq!(count(), 0);
}

#[test]
fn several_documents_change_their_status_in_one_message_or_none_does() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(77);
    scene.open_to_the_doctor(&person);
    let hospital = Speaker::new(&demo, "feed", &scene.hospital);
    let doctor = Speaker::new(&demo, "care", &scene.doctor);
    hospital.provide(&person, &[Document::text(), Document::text()], "").says("Success");
    let entries = || -> Vec<String> {
        let found = doctor.find(&person).says("Success").envelope().entries();
        found.into_iter().map(|it| it.0).collect()
    };
    const ARCHIVED: &str = "urn:asip:ci-sis:2010:StatusType:Archived";
    const DELETED: &str = "urn:asip:ci-sis:2010:StatusType:Deleted";
    const UPDATE: &str = "urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus";
    let change = |all: &[(&str, &str)]| {
        let each = |(entry, to): &(&str, &str)| {
            association(UPDATE, "Set01", entry, &[("OriginalStatus", APPROVED), ("NewStatus", to)])
        };
        let objects = set(&person, &hospital.actor) + &all.iter().map(each).collect::<String>();
        hospital.ask("/xds/registry", ITI_57, &person, &submit(&objects))
    };
    let both = entries();
    let (one, other) = (both[0].as_str(), both[1].as_str());
    let nothing = "urn:uuid:00000000-0000-4000-8000-000000000000";
    change(&[(one, DELETED), (nothing, DELETED)]).says("Failure");
    // an act has one line: what is two acts is two messages
    change(&[(one, DELETED), (other, ARCHIVED)]).errs("XDSMetadataUpdateOperationError");
    assert_eq!(entries(), both, "neither, and no new version");
    change(&[(one, DELETED), (other, DELETED)]).says("Success");
    assert!(entries().is_empty());
}

#[test]
fn each_service_describes_itself() {
    let demo = Demo::start();
    for (door, path) in [
        ("care", "/xds/registry"),
        ("care", "/xds/repository"),
        ("feed", "/xds/registry"),
        ("feed", "/xds/repository"),
    ] {
        let nobody = Client::new(&demo, door, None);
        let wsdl = nobody.get(&format!("{path}?wsdl")).must(200);
        assert_eq!(wsdl.header("content-type"), Some("text/xml; charset=utf-8"));
        assert!(wsdl.text().contains("wsdl:definitions"));
        let text = String::from_utf8(wsdl.body.clone()).unwrap();
        assert!(text.contains(&demo.at(door, path)), "{path} at {door}");
        nobody.get(path).must(405);
        nobody
            .send("POST", path, &[("Content-Type", "application/soap+xml")], Some(b"x"))
            .faults(401, "FailedAuth");
    }
}

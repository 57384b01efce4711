//! TD0.2 and TD0.3 by the DMP's own messages.

use crate::common::Demo;
use crate::common::bundle::{Document, Person};
use crate::common::scene::Scene;
use crate::common::soap::*;

#[test]
fn a_professional_tests_existence_and_records_that_they_were_let_in() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let (person, nobody) = (Person::invented(96), Person::invented(97));
    scene.open(&person);
    let doctor = Speaker::new(&demo, "care", &scene.doctor);
    let hospital = Speaker::new(&demo, "feed", &scene.hospital);
    hospital.provide(&person, &[Document::text()], "").says("Success");
    let test = |by: &Speaker<'_>, person: &Person| {
        by.ask("/dmp/patients", TD0_2, person, &test_existence(person)).must(200).envelope()
    };
    let said = test(&doctor, &person);
    assert_eq!((said.word().as_str(), said.codes("queryResponseCode")), ("AA", vec!["OK".to_owned()]));
    assert_eq!(said.codes("value"), ["NON_EXISTE"]);
    assert_eq!(test(&doctor, &nobody).codes("queryResponseCode"), ["NF"]);
    // a feeder learns the status and nothing else
    let fed = test(&hospital, &person);
    assert_eq!((fed.codes("queryResponseCode"), fed.count("attentionLine")), (vec!["OK".to_owned()], 0));

    doctor.find(&person).errs("XDSRegistryError");
    let set =
        |body: &str| doctor.ask("/dmp/authorisations", TD0_3, &person, body).must(200).envelope().word();
    assert_eq!(set(AJOUT), "DMPOk");
    assert_eq!(test(&doctor, &person).codes("value"), ["VALIDE"]);
    assert_eq!(doctor.find(&person).says("Success").envelope().count("ExtrinsicObject"), 1);
    let removal = AJOUT.replace("AJOUT", "SUPPRESSION");
    assert_eq!(set(&removal), "DMPOk");
    assert_eq!(set(&removal), "DMPInvalidRequest");
    doctor.find(&person).errs("XDSRegistryError");
    doctor.ask("/dmp/authorisations", TD0_3, &person, &AJOUT.replace("AJOUT", "TOUT")).faults(400, "Fault>");
    // about another than the assertion
    let other = message(TD0_2, &doctor.assertion(&nobody), &test_existence(&person));
    doctor.send("/dmp/patients", TD0_2, &other).faults(400, "Fault>");
}

//! TD0.4 and TD1.6: the caller's patients, and whom a holder let in and shut out, by the DMP's own messages and over
//! FHIR, with the same answers.

use std::thread::sleep;
use std::time::Duration;

use ihe::vihf::Claims;
use serde_json::{Value, json};

use crate::common::Demo;
use crate::common::bundle::Person;
use crate::common::holder::Holder;
use crate::common::scene::Scene;
use crate::common::soap::*;

const TD0_4: &str = "urn:si-dmp-patients:PatientSpecificEndPoint:patientList";
const TD1_6: &str = "urn:si-dmp-habilitations:HabilitationsEndPoint:listAuthorizationByPatient";

fn patient_list(by: &str, date: &str) -> String {
    format!(
        r#"<patientList xmlns="urn:si-dmp-patients"><date>{date}</date><dateType>{by}</dateType></patientList>"#
    )
}

fn authorised(mode: &str) -> String {
    format!(
        r#"<listAuthorizationByPatient xmlns="urn:si-dmp-habilitations"><mode>{mode}</mode></listAuthorizationByPatient>"#
    )
}

/// What `$my-patients` says, a line each.
fn lines(scene: &Scene<'_>, by: &str) -> Vec<Vec<Value>> {
    let said = [json!({ "name": "by", "valueCode": by })];
    let body = json!({ "resourceType": "Parameters", "parameter": said });
    let listed = scene.care.post("/fhir/Patient/$my-patients", &body).must(200).json();
    let all = listed["parameter"].as_array().unwrap();
    all.iter().map(|it| it["part"].as_array().unwrap().clone()).collect()
}

/// The job of upkeep that puts a list right comes within a round.
fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..300 {
        if holds() {
            return;
        }
        sleep(Duration::from_millis(100));
    }
    panic!("{what}: never");
}

#[test]
fn a_professional_lists_those_who_let_them_in_and_an_attending_doctor_whom_a_holder_let_in() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let known = demo.patient("open");
    let (person, holder) = (Person::known(&known), Holder::of(&demo, &known));
    let doctor = Speaker::new(&demo, "care", &scene.doctor);
    let hospital = Speaker::new(&demo, "feed", &scene.hospital);
    let list = |by: &str, date: &str| {
        // of no patient in particular
        let claims = Claims { patient: None, ..claims(&scene.doctor, &person) };
        let message = message(TD0_4, &assertion(&claims, &doctor.card), &patient_list(by, date));
        doctor.send("/dmp/patients", TD0_4, &message)
    };
    let said = |by: &str| {
        let said = list(by, "01012018").must(200).envelope();
        assert_eq!(said.word(), "DMPOk");
        said.count("patientlistData")
    };
    assert_eq!((said("LASTAUTORIZATION"), lines(&scene, "authorisation").len()), (0, 0));

    scene.authorise(&person);
    until("listed", || said("LASTAUTORIZATION") == 1);
    assert_eq!(said("LASTDOCUMENT"), 1);
    assert_eq!(list("LASTAUTORIZATION", "01012099").must(200).envelope().count("patientlistData"), 0);
    let line = lines(&scene, "document").remove(0);
    assert_eq!(
        (&line[0]["valueIdentifier"]["value"], &line[5]["valueBoolean"]),
        (&json!(person.ins), &json!(false))
    );
    assert_eq!(line[7]["name"], "last-document");
    let told = holder.trace().iter().any(|it| it.to_string().contains("liste de ses patients"));
    assert!(told, "the holder reads who listed them");
    list("LASTAUTORIZATION", "31022018").faults(400, "Fault>");
    // whoever feeds has no such list
    hospital
        .ask("/dmp/patients", TD0_4, &person, &patient_list("LASTDOCUMENT", "01012018"))
        .faults(400, "Fault>");

    // let in is not enough to see who else is
    let who = |mode: &str| {
        doctor.ask("/dmp/authorisations", TD1_6, &person, &authorised(mode)).must(200).envelope()
    };
    assert_eq!(who("TOUTE").word(), "DMPForbidden");
    let over_fhir = || {
        let patient = json!({ "name": "patient", "valueIdentifier": person.identifier() });
        let body = json!({ "resourceType": "Parameters", "parameter": [patient] });
        scene.care.post("/fhir/Patient/$authorised", &body)
    };
    over_fhir().must(403);
    let pharmacist = demo.of_role("21");
    let named = |id: &str| json!({ "person": id });
    holder.post("/api/attending-doctor/confirm", &named(scene.doctor.text("id"))).must(200);
    holder.post("/api/block", &named(pharmacist.text("id"))).must(200);
    let count = |mode: &str| who(mode).count("listOfAuthorizationByPatient");
    assert_eq!((count("ACTIVE"), count("INTERDITE"), count("TOUTE")), (1, 1, 2));
    let all = over_fhir().must(200).json();
    let blocked =
        all["parameter"].as_array().unwrap().iter().find(|it| it["part"][2]["valueBoolean"] == true);
    assert_eq!(blocked.unwrap()["part"][0]["valueIdentifier"]["value"], pharmacist.text("id"));
    assert!(lines(&scene, "authorisation")[0][5]["valueBoolean"] == true, "the attending doctor");

    // withdrawn: gone at once, whatever the list says
    holder.post("/api/attending-doctor/end", &named(scene.doctor.text("id"))).must(200);
    holder.post("/api/revoke", &named(scene.doctor.text("id"))).must(200);
    assert_eq!((said("LASTAUTORIZATION"), lines(&scene, "document").len()), (0, 0));
}

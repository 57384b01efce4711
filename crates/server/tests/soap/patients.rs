//! TD0.5, TD1.1, TD1.2, TD1.3 and TD1.5 by the DMP's own messages: a record's life as practice software leads it.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::common::Demo;
use crate::common::bundle::Person;
use crate::common::client::Answer;
use crate::common::holder::{last_message, word_after};
use crate::common::scene::Scene;
use crate::common::soap::*;

/// What `carnet verify` counts of a running demo, which must be whole: accepted, and refused.
fn lines(data: &Path) -> [u64; 2] {
    let ran = Command::new(env!("CARGO_BIN_EXE_carnet"))
        .args(["verify", "--json", "--data"])
        .arg(data)
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert!(ran.status.success(), "{report}");
    ["accepted", "refused"].map(|it| report[it].as_u64().unwrap())
}

/// Opened and readable by the doctor, and its holder told: what is then counted is what is then asked.
fn settled(demo: &Demo, scene: &Scene<'_>, person: &Person) {
    let before = last_message(demo);
    scene.open_to_the_doctor(person);
    for lead in ["Identifiant : ", "vient d'être ouvert", "a enregistré une"] {
        word_after(demo, before, lead);
    }
    // and the doctor's list put right
    let mut seen = lines(&demo.data);
    for _ in 0..100 {
        std::thread::sleep(std::time::Duration::from_millis(500));
        match std::mem::replace(&mut seen, lines(&demo.data)) {
            before if before == seen => return,
            _ => {}
        }
    }
    panic!("it is never quiet");
}

/// `AA`, or the word of the refusal.
#[track_caller]
fn word(answer: Answer) -> String {
    answer.must(200).envelope().refusal()
}

fn status(by: &Speaker<'_>, person: &Person) -> Vec<String> {
    let said = by.patients(TD0_2, person, &test_existence(person)).must(200).envelope();
    [said.codes("queryResponseCode"), said.codes("statusCode")].concat()
}

#[test]
fn a_record_is_opened_with_consent_at_both_doors_and_never_twice() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let (person, other) = (Person::invented(60), Person::invented(61));
    let doctor = Speaker::new(&demo, "care", &scene.doctor);
    let hospital = Speaker::new(&demo, "feed", &scene.hospital);
    let open = |body: &str| doctor.patients(TD1_1, &person, body);
    let whole = creation(&person, "", &consents());

    let refused = open(&whole.replace(r#"value="true""#, r#"value="false""#)).must(200).envelope();
    assert_eq!((refused.word().as_str(), refused.refusal().as_str()), ("AE", "DMPInvalidRequest"));
    assert_eq!(refused.count("PRPA_IN201313UV02"), 1);
    let place = format!("<county>{}</county>", person.birth_place);
    assert_eq!(word(open(&whole.replace(&place, ""))), "DMPInvalidRequest");
    let unanswered = creation(&person, "", &consent("CONSENTEMENT_OUVERTURE_DMP", true));
    let refused = open(&unanswered).must(200).envelope();
    assert!(refused.text("acknowledgementDetail").contains("break-glass"), "it says what is missing");
    // an author who is not who the assertion says
    let by = r#"</subject1><author typeCode="AUT"><assignedEntity classCode="ASSIGNED"><id root="1.2.250.1.71.4.2.1" extension="899700366240"/></assignedEntity></author>"#;
    assert_eq!(word(open(&whole.replace("</subject1>", by))), "DMPInvalidRequest");
    // who answers for a child proves in what quality, which these messages have no word for
    let mother = r#"<personalRelationship classCode="PRS"><code code="MTH"/><relationshipHolder1><name><family>QUERMADEC</family><given>Aude</given></name></relationshipHolder1></personalRelationship><birthPlace"#;
    assert_eq!(word(open(&whole.replace("<birthPlace", mother))), "DMPInvalidRequest");
    assert_eq!(status(&doctor, &person), ["NF", "deliveredResponse", "new"]);

    let opened = open(&whole).must(200).envelope();
    assert_eq!((opened.word().as_str(), opened.count("PRPA_IN201312UV02")), ("AA", 1));
    assert_eq!(status(&doctor, &person)[0], "OK");
    assert_eq!(word(open(&whole)), "DMPFound");

    let address = r#"<telecom value="mailto:aude@essai.example"/><addr><streetAddressLine>1, rue de l'Essai</streetAddressLine><postalCode>75005</postalCode><city>Paris</city></addr>"#;
    let by_machine = hospital.patients(TD1_1, &other, &creation(&other, address, &consents()));
    assert_eq!(word(by_machine), "AA");
    assert_eq!(status(&doctor, &other)[0], "OK");
    // what changes a record is asked for at the care door
    hospital.patients(TD1_3, &other, &closing(&other, "")).faults(400, "ActionNotSupported");
    hospital.patients(TD0_5, &other, &sought("X", "1984-02-11", "")).faults(400, "ActionNotSupported");
}

#[test]
fn what_is_the_holder_s_is_refused_with_its_reason_and_done_at_a_counter() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(62);
    settled(&demo, &scene, &person);
    let doctor = Speaker::new(&demo, "care", &scene.doctor);
    let agent = Speaker::new(&demo, "care", &demo.actor("agent"));
    let read = |by: &Speaker<'_>| {
        by.patients(TD0_2, &person, &demographics(&person, "CNSLT_DATA")).must(200).envelope()
    };
    let said = read(&doctor);
    assert_eq!((said.count("birthTime"), said.count("telecom")), (1, 0));
    let pharmacist = Speaker::new(&demo, "care", &demo.of_role("21"));
    assert_eq!(read(&pharmacist).count("birthTime"), 0);

    let reached = r#"<telecom use="MC" value="tel:+33699980099"/>"#;
    let moved = change(&person, &identity(&person, reached), &consent("OPPOSITION_BRIS_DE_GLACE", true));
    let before = lines(&demo.data);
    let refused = doctor.patients(TD1_3, &person, &moved).must(200).envelope();
    assert_eq!((refused.refusal().as_str(), refused.count("PRPA_IN201316UV02")), ("DMPForbidden", 1));
    assert!(refused.text("acknowledgementDetail").contains("the holder changes this"));
    let done = agent.at_a_counter(TD1_3, &person, &moved).must(200).envelope();
    assert_eq!((done.word().as_str(), done.count("PRPA_IN201315UV02")), ("AA", 1));
    // what it said is so: nothing of it differs any more
    let again = agent.at_a_counter(TD1_3, &person, &moved).must(200).envelope();
    assert_eq!(again.refusal(), "DMPInvalidRequest");
    assert!(again.text("acknowledgementDetail").contains("nothing differs"));
    // the traits of the national identity, and a name in use, are not changed so
    for (was, is) in [
        (r#"<family qualifier="BR">"#, r#"<family qualifier="BR">DE "#),
        (r#"<family qualifier="SP">"#, r#"<family qualifier="SP">DE "#),
        (r#"<birthTime value="1984"#, r#"<birthTime value="1985"#),
    ] {
        let wrong = moved.replace(was, is).replace("99980099", "99980098");
        assert_eq!(word(agent.at_a_counter(TD1_3, &person, &wrong)), "DMPInvalidRequest", "{is}");
    }
    // each refusal was one line of the trace
    assert_eq!(lines(&demo.data)[1] - before[1], 5);

    let close = closing(&person, "Je préfère le papier");
    let refused = doctor.patients(TD1_3, &person, &close).must(200).envelope();
    assert_eq!(refused.refusal(), "DMPForbidden");
    assert!(refused.text("acknowledgementDetail").contains("the holder closes"));
    assert_eq!(status(&doctor, &person)[1], "active");
    assert_eq!(word(agent.at_a_counter(TD1_3, &person, &close)), "AA");
    assert_eq!(status(&doctor, &person)[1], "terminated");

    let back = consent("CONSENTEMENT_REACTIVATION_DMP", true);
    assert_eq!(word(doctor.patients(TD1_3, &person, &reactivation(&person, ""))), "DMPForbidden");
    let more = back.clone() + &consent("OPPOSITION_BRIS_DE_GLACE", true);
    assert_eq!(word(doctor.patients(TD1_3, &person, &reactivation(&person, &more))), "DMPInvalidRequest");
    assert_eq!(word(doctor.patients(TD1_3, &person, &reactivation(&person, &back))), "AA");
    assert_eq!(status(&doctor, &person)[1], "active");
    // an open record is not opened again
    assert_eq!(word(doctor.patients(TD1_3, &person, &reactivation(&person, &back))), "DMPForbidden");
}

#[test]
fn a_person_is_found_by_name_and_birth_by_who_may_read_and_by_nobody_else() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person { family: "L'Hévéder-Kérien".into(), ..Person::invented(63) };
    settled(&demo, &scene, &person);
    let doctor = Speaker::new(&demo, "care", &scene.doctor);
    let pharmacist = Speaker::new(&demo, "care", &demo.of_role("21"));
    let ask = |by: &Speaker<'_>, family: &str, born: &str, rest: &str| {
        let mut about = claims(&by.actor, &person);
        about.patient = None;
        let envelope = message(TD0_5, &assertion(&about, &by.card), &sought(family, born, rest));
        let said = by.send("/dmp/patients", TD0_5, &envelope).must(200).envelope();
        (said.codes("queryResponseCode").concat(), said.count("patientPerson"), said.count("subject"))
    };
    let (found, nobody) = (("OK".to_owned(), 1, 1), ("NF".to_owned(), 0, 0));
    let before = lines(&demo.data);
    assert_eq!(ask(&doctor, "l hevEder kerien", "1984-02-11", ""), found);
    assert_eq!(ask(&doctor, "L'Hévéder", "1984-02-11", ""), nobody);
    assert_eq!(ask(&doctor, "L'Hévéder-Kérien", "1984-02-12", ""), nobody);
    let man = r#"<livingSubjectAdministrativeGender><value code="M"/><semanticsText>LivingSubject.administrativeGender</semanticsText></livingSubjectAdministrativeGender>"#;
    assert_eq!(ask(&doctor, "L'Hévéder-Kérien", "1984-02-11", man), nobody);
    let by_ins = format!(
        r#"<livingSubjectId><value root="{}" extension="{}"/><semanticsText>LivingSubject.id</semanticsText></livingSubjectId>"#,
        person.oid, person.ins
    );
    assert_eq!(ask(&doctor, "L'Hévéder-Kérien", "1984-02-11", &by_ins), found);
    assert_eq!(ask(&doctor, "L'Hévéder", "1984-02-11", &by_ins), nobody);
    // who is not authorised learns what they would of somebody unknown
    assert_eq!(ask(&pharmacist, "L'Hévéder-Kérien", "1984-02-11", ""), nobody);
    assert_eq!(ask(&pharmacist, "L'Hévéder-Kérien", "1984-02-11", &by_ins), nobody);
    // each was one line of the trace
    let after = lines(&demo.data);
    assert_eq!([after[0] - before[0], after[1] - before[1]], [8, 0]);
    // an assertion about somebody else finds nobody
    let other = doctor.patients(TD0_5, &Person::invented(64), &sought("L'Hévéder-Kérien", "1984-02-11", ""));
    assert_eq!(other.must(200).envelope().codes("queryResponseCode"), ["NF"]);
    // two of one name and day: neither is found by them
    let namesake = Person {
        ins: Person::invented(65).ins,
        ..Person { family: "L’HEVEDER KERIEN".into(), ..Person::invented(65) }
    };
    scene.open(&namesake);
    assert_eq!(ask(&doctor, "L'Hévéder-Kérien", "1984-02-11", ""), nobody);
    assert_eq!(ask(&doctor, "L'Hévéder-Kérien", "1984-02-11", &by_ins), found);
    lines(&demo.data);
}

#[test]
fn an_agent_opens_an_access_and_says_where_codes_go() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(67);
    let hospital = Speaker::new(&demo, "feed", &scene.hospital);
    let agent = Speaker::new(&demo, "care", &demo.actor("agent"));
    let doctor = Speaker::new(&demo, "care", &scene.doctor);
    assert_eq!(word(hospital.patients(TD1_1, &person, &creation(&person, "", &consents()))), "AA");

    let email = [("otpChannelType", "EMAIL"), ("otpChannel", "herm@essai.example")];
    let sms = |number| [("otpChannelType", "SMS"), ("otpChannel", number)];
    let refused = {
        let body = r#"<updatePatientAccess xmlns="urn:si-dmp-patients"/>"#;
        doctor.patients(&format!("{TD1_5}updatePatientAccess"), &person, body).must(200).envelope()
    };
    assert_eq!((refused.word().as_str(), refused.text("login").as_str()), ("DMPForbidden", ""));
    assert!(refused.text("context").contains("at a counter"));

    let made = agent.access("createPatientAccess", &person, &email).must(200).envelope();
    assert_eq!(made.word(), "DMPOk");
    let (login, password) = (made.text("login"), made.text("password"));
    assert!(!login.is_empty() && password.len() > 7, "handed over, this once");
    assert_eq!(word(agent.access("createPatientAccess", &person, &email)), "DMPPatientAccessAlreadyExists");
    let again = agent.access("updatePatientAccess", &person, &[]).must(200).envelope();
    assert_eq!(again.word(), "DMPOk");
    assert!(again.text("login") != login && again.text("password") != password);

    let update = |action, channel: [(&str, &str); 2]| {
        word(agent.access("patientOTPUpdate", &person, &[channel[0], channel[1], ("action", action)]))
    };
    assert_eq!(update("AJOUT", email), "DMPPatientAccessOTPAlreadyExists");
    assert_eq!(update("AJOUT", sms("+33699980011")), "DMPOk");
    assert_eq!(update("MODIFICATION", sms("+33699980012")), "DMPOk");
    assert_eq!(update("SUPPRESSION", sms("+33699980011")), "DMPInvalidRequest");
    assert_eq!(update("SUPPRESSION", sms("+33699980012")), "DMPOk");
    // a code must go somewhere
    assert_eq!(update("SUPPRESSION", email), "DMPInvalidRequest");
}

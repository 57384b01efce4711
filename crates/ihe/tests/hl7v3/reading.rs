//! What clients send is read, and nothing is presumed of what they leave out.

use ihe::hl7v3::revise::Doing;
use ihe::hl7v3::{candidates, create, demographics, revise};
use model::Sex;

use crate::messages::*;

#[test]
fn a_test_of_existence_names_one_patient() {
    let query = demographics::decode(parse(&demographics("TEST_EXST")).root()).unwrap();
    assert_eq!(query.reason, demographics::Reason::TestExistence);
    assert_eq!(query.patient.matricule(), INS);
    assert_eq!(query.query_id.extension.as_deref(), Some("87d5"));
    assert_eq!(query.wrapper.sender_name.as_deref(), Some("Logiciel"));
    assert_eq!(query.wrapper.created.to_string(), "2026-01-02T02:04:05.000Z");
    let query = demographics::decode(parse(&demographics("CNSLT_DATA")).root()).unwrap();
    assert_eq!(query.reason, demographics::Reason::ReadData);
}

#[test]
fn somebody_is_sought_by_traits_or_by_ins() {
    let query = candidates::decode(parse(&candidates(BY_NAME)).root()).unwrap();
    assert_eq!((query.family.as_deref(), query.given.as_deref()), (Some("ESSAI"), Some("Anne")));
    assert!(query.approximate);
    assert_eq!(query.birth_date.unwrap().to_string(), "1979-03-28");
    assert_eq!((query.sex, query.city.as_deref()), (Some(Sex::Female), Some("Paris")));
    let by_ins = format!(
        r#"<livingSubjectId><value root="{TEST}" extension="{INS}"/><semanticsText>LivingSubject.id</semanticsText></livingSubjectId>"#
    );
    let query = candidates::decode(parse(&candidates(&by_ins)).root()).unwrap();
    assert_eq!(query.ins.unwrap().matricule(), INS);
}

#[test]
fn a_creation_brings_identity_contacts_and_consents() {
    let document = parse(&creation());
    let request = create::decode(document.root()).unwrap();
    let traits = request.traits().unwrap();
    assert_eq!(traits.birth_name.as_str(), "ESSAI");
    assert_eq!(traits.used_name.as_ref().unwrap().as_str(), "MODELE");
    let given: Vec<_> = traits.given_names.iter().map(|it| it.as_str()).collect();
    assert_eq!((traits.first_given.as_str(), given), ("Anne", vec!["Anne", "Marie"]));
    assert_eq!(traits.birth_place.as_str(), "51215");
    assert_eq!(request.person.email.as_deref(), Some("anne@essai.example"));
    assert_eq!(request.person.phone.as_deref(), Some("0602030405"));
    assert_eq!(request.person.address.as_ref().unwrap().postal_code.as_deref(), Some("75005"));
    assert_eq!(request.consents.opening, Some(true));
    assert_eq!((request.consents.break_glass(), request.consents.regulation()), (Some(true), Some(false)));
    assert_eq!(request.consents.reactivation, None);
    assert_eq!(request.author.person.as_deref(), Some("899700366240"));
    assert_eq!(request.author.organisation.as_deref(), Some("10B0172805"));
}

#[test]
fn what_a_creation_leaves_out_is_named_and_not_presumed() {
    let without = |part: &str| {
        let text = creation();
        assert!(text.contains(part), "{part}");
        create::decode(parse(&text.replace(part, "")).root()).unwrap()
    };
    for (part, missing) in [
        (BIRTH_PLACE, "birthPlace/addr/county"),
        (r#"<birthTime value="19790328"/>"#, "birthTime"),
        (r#"<administrativeGenderCode code="F"/>"#, "administrativeGenderCode"),
        (r#"<family qualifier="BR">ESSAI</family>"#, "name/family[@qualifier='BR']"),
    ] {
        let error = without(part).traits().unwrap_err();
        assert!(error.path.ends_with(missing), "{error}");
        assert!(error.path.starts_with("/PRPA_IN201311UV02/"), "{error}");
    }
    let silent = without(&consents());
    assert_eq!(silent.consents, ihe::hl7v3::person::Consents::default());
}

#[test]
fn the_health_card_gives_the_name_of_birth_that_the_message_lacks() {
    let card = r#"<contactParty classCode="CON"><code code="CARTE_SESAM_VITALE" codeSystem="1.2.250.1.213.4.1.2.5"/><contactPerson><name><family qualifier="BR">CARTE</family><given>Anne</given></name><birthTime value="790328"/></contactPerson></contactParty>"#;
    let own = r#"<family qualifier="BR">ESSAI</family>"#;
    let text = creation().replace(BIRTH_PLACE, &[card, BIRTH_PLACE].concat());
    let read = |text: &str| create::decode(parse(text).root()).unwrap().person.said.birth_name;
    assert_eq!(read(&text).as_deref(), Some("ESSAI"));
    assert_eq!(read(&text.replace(own, "")).as_deref(), Some("CARTE"));
}

#[test]
fn a_minors_representatives_are_read() {
    let relation = r#"<personalRelationship classCode="PRS"><code code="MTH" codeSystem="2.16.840.1.113883.5.111"/><relationshipHolder1 classCode="PSN" determinerCode="INSTANCE"><name><family>ESSAI</family><given>Jeanne</given></name></relationshipHolder1></personalRelationship>"#;
    let text = creation().replace(BIRTH_PLACE, &[relation, BIRTH_PLACE].concat());
    let read = create::decode(parse(&text).root()).unwrap().person.representatives;
    assert_eq!(read.len(), 1);
    assert_eq!((read[0].kind.as_str(), read[0].given.as_deref()), ("MTH", Some("Jeanne")));
}

#[test]
fn a_record_is_reactivated_changed_or_closed() {
    let revise = |text: &str| revise::decode(parse(text).root()).unwrap();
    let asked = consent("CONSENTEMENT_REACTIVATION_DMP", "true");
    let again = revise(&registration("PRPA_IN201314UV02", "REAC", "active", NAME, &asked));
    assert!(matches!(again.doing, Doing::Reactivate { consents } if consents.reactivation == Some(true)));
    let silent = revise(&registration("PRPA_IN201314UV02", "REAC", "active", NAME, ""));
    assert!(matches!(silent.doing, Doing::Reactivate { consents } if consents.reactivation.is_none()));

    let opposition = consent("OPPOSITION_ACCES_URGENCE", "true");
    let modified = revise(&registration(
        "PRPA_IN201314UV02",
        "MODIF_DATA",
        "active",
        &[NAME, PERSON].concat(),
        &opposition,
    ));
    let Doing::Modify { person, consents } = &modified.doing else { panic!("another doing") };
    assert_eq!(person.phone.as_deref(), Some("0602030405"));
    assert_eq!((consents.regulation(), consents.break_glass()), (Some(false), None));

    let closed = revise(&closing("FERMETURE_DEMANDE_PATIENT", "je le souhaite"));
    assert!(matches!(&closed.doing, Doing::Close { words: Some(words) } if words == "je le souhaite"));
    assert_eq!(closed.patient.matricule(), INS);
}

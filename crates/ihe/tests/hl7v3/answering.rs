//! Answers have the shape clients look for: what they read is at the place they read it.

use ihe::fhir::patient::AuthorisationStatus;
use ihe::hl7v3::demographics::{Answer, Found, Read201308};
use ihe::hl7v3::person::Consents;
use ihe::hl7v3::wrapper::Acknowledged;
use ihe::hl7v3::{Word, candidates, create, demographics, revise};
use model::rights::ClosingReason;
use model::{RecordStatus, Traits};
use xml::Node;

use crate::messages::*;

fn traits() -> Traits {
    create::decode(parse(&creation()).root()).unwrap().traits().unwrap()
}

fn answer(status: &RecordStatus, authorisation: AuthorisationStatus, known: Option<&Traits>) -> String {
    let document = parse(&demographics("TEST_EXST"));
    let query = demographics::decode(document.root()).unwrap();
    let found = Found {
        status,
        closing_words: Some("selon son souhait"),
        traits: known,
        email: known.map(|_| "anne@essai.example"),
        phone: None,
        consents: Consents { against_regulation: Some(true), ..Consents::default() },
        account: Some(true),
    };
    let answer = Answer { found: Some(found), authorisation: Some(authorisation), attending: Some(false) };
    written(|out| demographics::encode(&query, &reply(&query.wrapper), &answer, out))
}

/// As XPath would: from the root, the first of each name.
fn at<'a>(root: Node<'a>, path: &str) -> Option<Node<'a>> {
    path.split('/').try_fold(root, |node, name| node.child("urn:hl7-org:v3", name))
}

#[test]
fn an_open_record_is_answered_with_status_authorisation_and_attending() {
    let known = traits();
    let open = RecordStatus::Open { since: crate::messages::at() };
    let text = answer(&open, AuthorisationStatus::Valide, Some(&known));
    let document = parse(&text);
    let read = demographics::decode_answer(document.root()).unwrap();
    let expected = Read201308 {
        accepted: true,
        response: "OK".to_owned(),
        status: Some("active".to_owned()),
        authorisation: Some("VALIDE".to_owned()),
        attending: Some(false),
    };
    assert_eq!(read, expected);
    let root = document.root();
    assert_eq!(
        at(root, "acknowledgement/targetMessage/id").unwrap().attribute("extension"),
        Some("8e7c0f0a")
    );
    let patient = at(root, "controlActProcess/subject/registrationEvent/subject1/patient").unwrap();
    assert_eq!(at(patient, "id").unwrap().attribute("root"), Some(TEST));
    let person = at(patient, "patientPerson").unwrap();
    let families: Vec<_> =
        at(person, "name").unwrap().children_named("urn:hl7-org:v3", "family").map(|it| it.text()).collect();
    assert_eq!(families, ["ESSAI", "MODELE"]);
    assert_eq!(at(person, "birthTime").unwrap().attribute("value"), Some("19790328"));
    assert_eq!(
        at(root, "controlActProcess/queryByParameter/parameterList/patientIdentifier/value")
            .unwrap()
            .attribute("extension"),
        Some(INS)
    );
    let observation = at(patient, "subjectOf/administrativeObservation").unwrap();
    assert_eq!(at(observation, "code").unwrap().attribute("code"), Some("OPPOSITION_ACCES_URGENCE"));
    // what is answered can be read as a person again
    assert!(ihe::hl7v3::person::Person::read(person).unwrap().traits("").unwrap() == known);
}

#[test]
fn a_closed_record_says_when_and_why() {
    let closed = RecordStatus::Closed {
        at: crate::messages::at(),
        by: "holder".to_owned(),
        reason: ClosingReason::Request,
    };
    let document = parse(&answer(&closed, AuthorisationStatus::NonExiste, None));
    let read = demographics::decode_answer(document.root()).unwrap();
    assert_eq!(
        (read.status.as_deref(), read.authorisation.as_deref()),
        (Some("terminated"), Some("NON_EXISTE"))
    );
    let event = at(document.root(), "controlActProcess/subject/registrationEvent").unwrap();
    assert_eq!(at(event, "effectiveTime").unwrap().attribute("value"), Some("20260304050607+0000"));
    let why = at(document.root(), "controlActProcess/reasonOf/detectedIssueEvent").unwrap();
    assert_eq!(at(why, "code").unwrap().attribute("code"), Some("FERMETURE_DEMANDE_PATIENT"));
    assert_eq!(at(why, "text").unwrap().text(), "selon son souhait");
}

#[test]
fn traits_the_caller_may_not_know_are_not_there() {
    let open = RecordStatus::Open { since: crate::messages::at() };
    let text = answer(&open, AuthorisationStatus::Interdit, None);
    assert!(text.contains(r#"nullFlavor="MSK""#));
    for hidden in ["ESSAI", "Anne", "19790328", "county"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
}

#[test]
fn no_record_and_a_refusal_say_nothing_of_anybody() {
    let document = parse(&demographics("TEST_EXST"));
    let query = demographics::decode(document.root()).unwrap();
    let nothing = Answer { found: None, authorisation: None, attending: None };
    let text = written(|out| demographics::encode(&query, &reply(&query.wrapper), &nothing, out));
    let read = demographics::decode_answer(parse(&text).root()).unwrap();
    assert_eq!((read.accepted, read.response.as_str(), read.status), (true, "NF", None));
    let no = Acknowledged::Refused(Word::Forbidden, "not for this caller");
    let text = written(|out| demographics::refuse(&query, &reply(&query.wrapper), no, out));
    let read = demographics::decode_answer(parse(&text).root()).unwrap();
    assert_eq!((read.accepted, read.response.as_str()), (false, "AE"));
    assert!(text.contains("DMPForbidden"));
}

#[test]
fn candidates_are_counted_and_the_question_is_repeated() {
    let document = parse(&candidates(BY_NAME));
    let query = candidates::decode(document.root()).unwrap();
    let (known, ins) = (traits(), create::decode(parse(&creation()).root()).unwrap().patient);
    let found = [candidates::Candidate { ins: &ins, open: true, traits: &known }];
    let text = written(|out| candidates::encode(&query, &reply(&query.wrapper), Ok(&found), out));
    let document = parse(&text);
    let root = document.root();
    // in this edition the type of the acknowledgement is an element
    assert_eq!(at(root, "acknowledgement/typeCode").unwrap().attribute("code"), Some("AA"));
    assert_eq!(
        at(root, "controlActProcess/queryAck/resultTotalQuantity").unwrap().attribute("value"),
        Some("1")
    );
    let id = at(root, "controlActProcess/subject/registrationEvent/subject1/patient/id").unwrap();
    assert_eq!(id.attribute("extension"), Some(INS));
    let name = at(root, "controlActProcess/queryByParameter/parameterList/livingSubjectName/value").unwrap();
    assert_eq!((name.attribute("use"), name.text().as_ref()), (Some("SRCH"), "ESSAIAnne"));

    let text = written(|out| candidates::encode(&query, &reply(&query.wrapper), Ok(&[]), out));
    assert!(text.contains(r#"queryResponseCode code="NF""#) && !text.contains("<subject"));
    let many = Acknowledged::Refused(Word::TooManyResults, "say more");
    let text = written(|out| candidates::encode(&query, &reply(&query.wrapper), Err(many), out));
    assert!(text.contains("DMPTooManyResults") && text.contains(r#"typeCode code="AE""#));
}

#[test]
fn registrations_are_accepted_or_refused_in_their_wrapper() {
    let document = parse(&creation());
    let request = create::decode(document.root()).unwrap();
    let answer = |it| written(|out| create::encode(&request, &reply(&request.wrapper), it, out));
    let document = parse(&answer(Acknowledged::Accepted));
    assert!(document.root().is("asip:ci-sis:gdp:2010", "PRPA_IN201311UV02_Response"));
    assert!(document.root().child("urn:hl7-org:v3", "PRPA_IN201312UV02").is_some());
    assert_eq!(create::decode_answer(document.root()).unwrap(), Ok(()));
    let document = parse(&answer(Acknowledged::Refused(Word::Found, "a record is there")));
    assert!(document.root().child("urn:hl7-org:v3", "PRPA_IN201313UV02").is_some());
    assert_eq!(create::decode_answer(document.root()).unwrap(), Err("DMPFound".to_owned()));

    let closing = parse(&closing("FERMETURE_DEMANDE_PATIENT", "x"));
    let request = revise::decode(closing.root()).unwrap();
    let text = written(|out| {
        revise::encode(
            &request,
            &reply(&request.wrapper),
            Acknowledged::Refused(Word::Closed, "closed already"),
            out,
        );
    });
    let document = parse(&text);
    assert!(document.root().child("urn:hl7-org:v3", "PRPA_IN201316UV02").is_some());
    assert_eq!(create::decode_answer(document.root()).unwrap(), Err("DMPClosed".to_owned()));
    assert!(text.contains(r#"reasonCode code="FERM""#));
}

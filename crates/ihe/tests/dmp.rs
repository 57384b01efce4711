//! The DMP's own services: read as clients call them, answered in names clients read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ihe::dmp::access::{self, Call, Channel};
use ihe::dmp::authorisation::{self, Action, Listed, Mode};
use ihe::dmp::patients::{self, By, Patient};
use ihe::dmp::{Kind, Status, status_of};
use ihe::hl7v3::Word;
use model::{BirthPlace, Ins, Instant, Name, Sex, Traits};
use proptest::prelude::*;
use xml::{Document, Limits, Writer};

const AUTHORISATIONS: &str = "urn:si-dmp-habilitations";
const PATIENTS: &str = "urn:si-dmp-patients";

fn parse(text: &str) -> Document {
    Document::parse(text.as_bytes(), &Limits::default()).unwrap()
}

/// A call with its parameters in the service's namespace, as open clients write it, or in none.
fn call(namespace: &str, name: &str, parameters: &[(&str, &str)], qualified: bool) -> Document {
    let inside: String =
        parameters.iter().map(|(name, value)| format!("<p:{name}>{value}</p:{name}>")).collect();
    let text = format!(r#"<p:{name} xmlns:p="{namespace}">{inside}</p:{name}>"#);
    parse(&if qualified { text } else { unqualified(&text, name) })
}

fn unqualified(text: &str, keep: &str) -> String {
    text.replace("<p:", "<")
        .replace("</p:", "</")
        .replace(&format!("<{keep}"), &format!("<p:{keep}"))
        .replace(&format!("</{keep}"), &format!("</p:{keep}"))
}

fn written(write: impl FnOnce(&mut Writer)) -> Document {
    let mut out = Writer::new();
    write(&mut out);
    parse(&out.finish().unwrap())
}

fn texts(document: &Document, name: &str) -> Vec<String> {
    let all = document.root().descendants();
    all.filter(|it| it.name().1 == name).map(|it| it.text().into_owned()).collect()
}

#[test]
fn the_four_cases_of_an_authorisation() {
    for qualified in [true, false] {
        for (parameters, action, as_attending) in [
            (vec![("action", "AJOUT")], Action::Add, false),
            (vec![("action", "AJOUT"), ("role", "MEDECIN_TRAITANT")], Action::Add, true),
            (vec![("action", "SUPPRESSION")], Action::Remove, false),
            (vec![("action", "SUPPRESSION"), ("role", "MEDECIN_TRAITANT")], Action::Remove, true),
        ] {
            let document = call(AUTHORISATIONS, "setAuthorization", &parameters, qualified);
            let read = authorisation::decode_set(document.root()).unwrap();
            assert_eq!((read.action, read.as_attending), (action, as_attending));
        }
    }
    let answer = written(|out| authorisation::encode_set(Status::Done, out));
    assert_eq!(status_of(answer.root()).unwrap(), "DMPOk");
    assert!(answer.root().is(AUTHORISATIONS, "setAuthorizationResponse"));
    let no = Status::Refused(Word::Forbidden, "the holder has shut this professional out");
    let answer = written(|out| authorisation::encode_set(no, out));
    assert_eq!(
        (status_of(answer.root()).unwrap().as_str(), texts(&answer, "context").len()),
        ("DMPForbidden", 1)
    );
}

#[test]
fn a_call_says_all_it_must_once_and_nothing_else() {
    for (name, parameters, kind) in [
        ("setAuthorization", vec![], Kind::Required),
        ("setAuthorization", vec![("action", "")], Kind::Required),
        ("setAuthorization", vec![("action", "ajout")], Kind::Value),
        ("setAuthorization", vec![("action", "AJOUT"), ("action", "AJOUT")], Kind::Structure),
        ("setAuthorization", vec![("action", "AJOUT"), ("role", "AUTRE")], Kind::Value),
        ("setAuthorization", vec![("action", "AJOUT"), ("patient", "x")], Kind::Structure),
        ("setAuthorization", vec![("action", "<a/>")], Kind::Structure),
        ("listAuthorizationByPatient", vec![("action", "AJOUT")], Kind::Structure),
    ] {
        let error =
            authorisation::decode_set(call(AUTHORISATIONS, name, &parameters, true).root()).unwrap_err();
        assert_eq!(error.kind, kind, "{name} {parameters:?}: {error}");
    }
    let other = call("urn:other", "setAuthorization", &[("action", "AJOUT")], true);
    assert!(authorisation::decode_set(other.root()).is_err());
}

#[test]
fn those_authorised_and_blocked_are_listed() {
    let mode = |text| {
        authorisation::decode_list(
            call(AUTHORISATIONS, "listAuthorizationByPatient", &[("mode", text)], true).root(),
        )
    };
    assert_eq!(mode("ACTIVE").unwrap(), Mode::Authorised);
    assert_eq!(mode("INTERDITE").unwrap(), Mode::Blocked);
    assert_eq!(mode("TOUTE").unwrap(), Mode::All);
    assert!(mode("").is_err());
    let one = Listed {
        id: "899700366240".to_owned(),
        is_organisation: false,
        name: "Dr Inès Essai",
        profession: Some("G15_10/SM26".to_owned()),
        blocked: false,
        attending: true,
        since: Instant::from_millis(0),
        until: None,
    };
    let answer = written(|out| authorisation::encode_list(Ok(&[one]), out));
    assert_eq!(status_of(answer.root()).unwrap(), "DMPOk");
    assert_eq!(texts(&answer, "nationalId"), ["899700366240"]);
    assert_eq!(
        (texts(&answer, "mode"), texts(&answer, "role")),
        (vec!["ACTIVE".into()], vec!["MEDECIN_TRAITANT".into()])
    );
    let none = written(|out| authorisation::encode_list(Ok(&[]), out));
    assert!(texts(&none, "listOfAuthorizationByPatient").is_empty());
}

#[test]
fn the_callers_patients_since_a_day() {
    let list = |parameters: &[(&str, &str)]| {
        patients::decode(call(PATIENTS, "patientList", parameters, true).root())
    };
    let read = list(&[("date", "31122018"), ("dateType", "LASTAUTORIZATION")]).unwrap();
    assert_eq!((read.since.to_string().as_str(), read.by), ("2018-12-31", By::LastAuthorisation));
    assert_eq!(list(&[("date", "01012018"), ("dateType", "LASTDOCUMENT")]).unwrap().by, By::LastDocument);
    for wrong in ["20181231", "2018-12-31", "1", "32012018", "éééé", ""] {
        assert!(list(&[("date", wrong), ("dateType", "LASTDOCUMENT")]).is_err(), "{wrong}");
    }
    let name = |text| Name::new(text).unwrap();
    let traits = Traits {
        birth_name: name("ESSAI"),
        first_given: name("Anne"),
        given_names: vec![name("Anne")],
        used_name: Some(name("MODELE")),
        used_given: None,
        birth_date: "1979-03-28".parse().unwrap(),
        sex: Sex::Female,
        birth_place: BirthPlace::new("51215").unwrap(),
    };
    let ins = Ins::from_identifier("urn:oid:1.2.250.1.213.1.4.10", "279035121518989").unwrap();
    let one = Patient {
        ins: &ins,
        traits: &traits,
        attending: false,
        last_authorisation: Some(Instant::from_millis(0)),
        last_document: None,
        message: Some("closed"),
    };
    let answer = written(|out| patients::encode(Ok(&[one]), Some("there are more"), out));
    assert_eq!(
        (texts(&answer, "firstName"), texts(&answer, "lastName")),
        (vec!["Anne".into()], vec!["MODELE".into()])
    );
    assert_eq!(
        (texts(&answer, "dateOfBirth"), texts(&answer, "message")),
        (vec!["28031979".into()], vec!["closed".into()])
    );
    assert_eq!(texts(&answer, "context"), ["there are more"]);
    let refused = written(|out| patients::encode(Err(Status::Refused(Word::Forbidden, "no")), None, out));
    assert!(texts(&refused, "patientlistData").is_empty());
}

#[test]
fn the_holders_access_and_its_channel() {
    let created = |parameters: &[(&str, &str)]| {
        access::decode_create(call(PATIENTS, "createPatientAccess", parameters, true).root())
    };
    assert!(matches!(
        created(&[("otpChannelType", "EMAIL"), ("otpChannel", "a@essai.example")]),
        Ok(Channel::Email(_))
    ));
    assert!(matches!(
        created(&[("otpChannelType", "SMS"), ("otpChannel", "0602030405")]),
        Ok(Channel::Phone(_))
    ));
    for wrong in [
        vec![("otpChannelType", "SMS"), ("otpChannel", "a@essai.example")],
        vec![("otpChannelType", "EMAIL"), ("otpChannel", "a@b\nBcc: x")],
        vec![("otpChannelType", "PIGEON"), ("otpChannel", "0602030405")],
        vec![("otpChannelType", "SMS")],
    ] {
        assert!(created(&wrong).is_err(), "{wrong:?}");
    }
    access::decode_update(call(PATIENTS, "updatePatientAccess", &[], true).root()).unwrap();
    let changed = [("otpChannelType", "SMS"), ("otpChannel", "0602030405"), ("action", "MODIFICATION")];
    let (action, _) =
        access::decode_channel(call(PATIENTS, "patientOTPUpdate", &changed, true).root()).unwrap();
    assert_eq!(action, access::Action::Change);
    let answer = written(|out| access::encode(Call::Create, Status::Done, Some(("login", "word")), out));
    assert_eq!(
        (texts(&answer, "login"), texts(&answer, "password")),
        (vec!["login".into()], vec!["word".into()])
    );
    let there = Status::Refused(Word::AccessExists, "there is one");
    let answer = written(|out| access::encode(Call::Create, there, Some(("login", "word")), out));
    assert_eq!(status_of(answer.root()).unwrap(), "DMPPatientAccessAlreadyExists");
    // a refusal hands nothing over
    assert!(texts(&answer, "password").is_empty());
}

proptest! {
    #[test]
    fn any_call_is_read_or_refused(name in "setAuthorization|patientList|createPatientAccess|patientOTPUpdate", parameter in "action|role|mode|date|dateType|otpChannel|otpChannelType|x", value in "[a-zA-Z0-9@.é ]{0,30}") {
        for namespace in [AUTHORISATIONS, PATIENTS] {
            let document = call(namespace, &name, &[(&parameter, &value), (&parameter, &value)], true);
            let root = document.root();
            let _ = (authorisation::decode_set(root).is_ok(), authorisation::decode_list(root).is_ok(), patients::decode(root).is_ok());
            let _ = (access::decode_create(root).is_ok(), access::decode_update(root).is_ok(), access::decode_channel(root).is_ok());
        }
    }
}

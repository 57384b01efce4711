//! INDIRECTE_RENFORCEE over SOAP: the assertion is the organisation's, the person is proved by a token bound to its
//! certificate.

use ihe::vihf::{Claims, Mode, Role};
use jiff::SignedDuration;
use model::{Profession, Purpose};
use serde_json::{Value, json};

use super::issuer::{Town, claims as token_claims};
use crate::common::bundle::Document;
use crate::common::client::Answer;
use crate::common::soap::*;

/// What the hospital's software says of the doctor, with this token within.
fn said(town: &Town, token: Option<&str>) -> Claims {
    Claims {
        mode: Mode::IndirectReinforced,
        organisation: town.hospital.text("id").parse().unwrap(),
        declaration: Some(token.unwrap_or("CONF_EXI_PGSSIS").to_owned()),
        class: "MobileTwoFactorUnregistered".into(),
        ..claims(&town.doctor, &town.person)
    }
}

/// A search by the hospital's software.
fn ask(town: &Town, speaker: &Speaker<'_>, claims: &Claims, bearer: Option<&str>) -> Answer {
    let assertion = assertion(claims, &speaker.card);
    sent(speaker, &message(ITI_18, &assertion, &find_documents(&town.person)), bearer)
}

fn sent(speaker: &Speaker<'_>, envelope: &str, bearer: Option<&str>) -> Answer {
    let kind = soap_type(ITI_18);
    let bearer = bearer.map(|it| format!("Bearer {it}"));
    let mut headers = vec![("Content-Type", kind.as_str())];
    headers.extend(bearer.as_deref().map(|it| ("Authorization", it)));
    speaker.client.send("POST", "/xds/registry", &headers, Some(envelope.as_bytes()))
}

#[test]
fn the_hospital_s_software_reads_over_soap_as_the_doctor_by_card() {
    let town = Town::new(311);
    let software = Speaker::new(&town.demo, "care", &town.hospital);
    let card = Speaker::new(&town.demo, "care", &town.doctor);
    let by_card = card.find(&town.person).says("Success").envelope().unique_ids();
    assert_eq!(by_card.len(), 1);
    // within the assertion, beside the message, or both
    let token = town.token(|_| {});
    for (within, beside) in [(Some(&token), None), (None, Some(&token)), (Some(&token), Some(&token))] {
        let claims = said(&town, within.map(String::as_str));
        let found = ask(&town, &software, &claims, beside.map(String::as_str)).says("Success");
        assert_eq!(found.envelope().unique_ids(), by_card);
    }
    let ids: Vec<_> = by_card.iter().map(String::as_str).collect();
    let security = assertion(&said(&town, Some(&token)), &software.card);
    let read =
        software.send("/xds/repository", ITI_43, &message(ITI_43, &security, &retrieve(&ids))).must(200);
    assert_eq!(read.parts()[1].1, town.bytes);
}

#[test]
fn b12_b13_b16_e15_an_assertion_and_a_token_that_do_not_say_the_same_are_refused() {
    let town = Town::new(312);
    let demo = &town.demo;
    let software = Speaker::new(demo, "care", &town.hospital);
    let right = town.token(|_| {});
    let before = town.lines("refused");
    let mut attempts = 0;
    let mut refused = |claims: &Claims, beside: Option<&str>, subcode: &str| {
        attempts += 1;
        ask(&town, &software, claims, beside).faults(400, subcode);
    };
    let with = |change: &dyn Fn(&mut Claims)| {
        let mut claims = said(&town, Some(&right));
        change(&mut claims);
        claims
    };
    // B12: the token is one's, the name another's
    let other = demo.of_role("21");
    refused(&with(&|it| it.person = other.text("id").parse().unwrap()), None, "FailedAuthentication");
    let theirs = town.issuer.sign(&token_claims(demo, &other, &town.hospital));
    refused(&said(&town, Some(&theirs)), None, "FailedAuthentication");
    // B13: both say somebody who does not work there; another house; another profession
    let stranger = Claims {
        mode: Mode::IndirectReinforced,
        organisation: town.hospital.text("id").parse().unwrap(),
        declaration: Some(theirs),
        ..claims(&other, &town.person)
    };
    refused(&stranger, None, "FailedAuthentication");
    let payer = demo.actor("payer");
    refused(&with(&|it| it.organisation = payer.text("id").parse().unwrap()), None, "FailedAuthentication");
    let dentist = Role::Profession { profession: Profession::health("40"), detail: None };
    refused(&with(&|it| it.role = dentist.clone()), None, "FailedAuthentication");
    // B16: a word is no proof; nor is the organisation's own
    refused(&said(&town, None), None, "InvalidSecurityToken");
    refused(&with(&|it| it.mode = Mode::Indirect), None, "FailedAuthentication");
    refused(&with(&|it| it.mode = Mode::Direct), None, "FailedAuthentication");
    // E15, A04: bound to another certificate, out of time, for another service, of nobody known, two that differ
    let token = |change: &dyn Fn(&mut Value)| said(&town, Some(&town.token(change)));
    let laboratory =
        demo.actor_where(|it| it["kind"] == "organisation" && it["id"] != town.hospital.value["id"]);
    let bound = super::issuer::thumbprint(&laboratory);
    refused(&token(&|it| it["cnf"]["x5t#S256"] = json!(bound)), None, "FailedAuthentication");
    refused(&token(&|it| it["cnf"] = Value::Null), None, "FailedAuthentication");
    refused(&token(&|it| it["exp"] = it["iat"].clone()), None, "MessageExpired");
    refused(&token(&|it| it["aud"] = json!("https://another.example")), None, "FailedAuthentication");
    refused(&token(&|it| it["iss"] = json!("https://another.example")), None, "FailedAuthentication");
    refused(&with(&|_| {}), Some(&town.token(|_| {})), "InvalidSecurityToken");
    // the token was given for an emergency, the assertion says none
    let call = |it: &mut Value| it["Acces_Regulation_Medicale"] = json!("VRAI");
    refused(&token(&call), None, "InvalidSecurityToken");
    // B04: the assertion's own time
    let old = now().plus(SignedDuration::from_mins(-20));
    refused(
        &with(&|it| (it.issued, it.not_on_or_after) = (old, old.plus(SignedDuration::from_mins(5)))),
        None,
        "MessageExpired",
    );
    assert_eq!(town.lines("refused") - before, attempts);
    // a purpose that no window backs is the rules' to refuse
    let mut glass = said(&town, Some(&right));
    glass.purpose = Purpose::BreakGlass { reason: "inconscient".into() };
    ask(&town, &software, &glass, None).errs("XDSRegistryError");
    ask(&town, &software, &with(&|_| {}), None).says("Success");
}

#[test]
fn b07_an_assertion_with_a_token_counts_once_and_by_its_own_organisation() {
    let town = Town::new(313);
    let software = Speaker::new(&town.demo, "care", &town.hospital);
    let token = town.token(|_| {});
    let claims = said(&town, Some(&token));
    let envelope = message(ITI_18, &assertion(&claims, &software.card), &find_documents(&town.person));
    // stolen on its way by another house, which has its own certificate
    let laboratory =
        town.demo.actor_where(|it| it["kind"] == "organisation" && it["id"] != town.hospital.value["id"]);
    let thief = Speaker::new(&town.demo, "care", &laboratory);
    sent(&thief, &envelope, None).faults(400, "FailedAuthentication");
    let own = assertion(&claims, &thief.card);
    sent(&thief, &message(ITI_18, &own, &find_documents(&town.person)), None)
        .faults(400, "FailedAuthentication");
    sent(&software, &envelope, None).says("Success");
    sent(&software, &envelope, None).faults(400, "FailedAuthentication");
    // the same token in a new assertion is the same person a moment later
    let again = Claims { id: format!("{}x", claims.id), ..claims };
    ask(&town, &software, &again, None).says("Success");
}

#[test]
fn b16_the_mode_that_reads_does_not_feed() {
    let town = Town::new(314);
    let feeder = Speaker::new(&town.demo, "feed", &town.hospital);
    let token = town.token(|_| {});
    let lot = Lot::new(&town.hospital, &town.person, &[Document::text()], "");
    let envelope = message(ITI_41, &assertion(&said(&town, Some(&token)), &feeder.card), &lot.body);
    let (kind, bytes) = mtom(ITI_41, &envelope, &lot.parts);
    feeder
        .client
        .send("POST", "/xds/repository", &[("Content-Type", &kind)], Some(&bytes))
        .faults(400, "UnsupportedSecurityToken");
}

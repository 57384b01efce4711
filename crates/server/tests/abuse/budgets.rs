//! Abuse A07: one professional tries numbers on "does this person have a record". Each attempt counts for the person
//! and for the house; beyond the budget the answer is the same of a record that is there and of one that is not; the
//! others go on; it is told of once; and the attempts are in the trace of whoever has a record.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::common::Demo;
use crate::common::bundle::Person;
use crate::common::client::{Answer, Client};
use crate::common::holder::{Holder, post};
use crate::common::scene::Scene;

const PERSON: usize = 12;
const HOUSE: usize = 20;

/// A file of the rules that comes with the program.
fn text(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../policy/data").join(file)).unwrap()
}

/// The demo's budgets are wide: two administrators choose narrow ones, which decide from the next start on.
fn narrowed(data: &Path) -> Demo {
    let mut demo = Demo::start_in(data);
    let profile = text("profile-dmp-2018.json")
        .replace(
            "\"identities_tested_per_hour\": 120,",
            &format!("\"identities_tested_per_hour\": {PERSON},"),
        )
        .replace(
            "\"identities_tested_per_hour\": 20000,",
            &format!("\"identities_tested_per_hour\": {HOUSE},"),
        );
    let named = |slug: &str| demo.actor_where(|it| it["cert"].as_str().unwrap().contains(slug));
    let [one, two] = ["administrator-1", "administrator-2"].map(&named);
    let body = json!({ "profile": profile, "matrix": text("matrix-provisional.json") });
    let proposed = post(&Client::new(&demo, "steer", Some(&one)), "/policy", &body, &[]).must(200).json();
    let approve = format!("/proposals/{}/approve", proposed["id"].as_str().unwrap());
    post(&Client::new(&demo, "steer", Some(&two)), &approve, &json!({}), &[]).must(200);
    assert!(demo.terminate().is_some());
    Demo::start_in(data)
}

fn status(client: &Client<'_>, token: &str) -> Answer {
    client.ask("/fhir/Patient", &[("identifier", token)])
}

#[test]
fn who_tries_numbers_is_cut_off_and_told_of_and_learns_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let demo = narrowed(&folder.path().join("data"));
    let scene = Scene::new(&demo);
    let patient = demo.patient("open");
    let known = format!("urn:oid:{}|{}", patient["oid"].as_str().unwrap(), patient["ins"].as_str().unwrap());

    let pharmacist = scene.at("care", &demo.of_role("21"));
    let mut waited = Vec::new();
    for number in 0..PERSON {
        let token = Person::invented(8400 + u32::try_from(number).unwrap()).token();
        #[expect(clippy::disallowed_methods, reason = "a wait that must be at least so long on any machine")]
        let begun = Instant::now();
        status(&pharmacist, &token).must(200);
        waited.push(begun.elapsed());
    }
    // from the tenth on, nine being three quarters: slower, and slower still; however fast the machine
    assert!(
        waited[10] >= Duration::from_millis(200) && waited[11] >= Duration::from_millis(1000),
        "{waited:?}"
    );
    let there = status(&pharmacist, &known).must(429);
    let absent = status(&pharmacist, &Person::invented(8499).token()).must(429);
    assert_eq!(there.shape(), absent.shape(), "of a record that is there and of one that is not");
    // whatever else they ask, of whomever
    pharmacist.ask("/fhir/DocumentReference", &[("patient.identifier", &known)]).must(429);
    // nobody else is
    status(&scene.care, &known).must(200);
    let log = || fs::read_to_string(&demo.log).unwrap();
    let told = || log().matches("somebody asks for too much").count();
    assert_eq!(told(), 1, "once");

    // each of a house has room of their own, and the house has an end
    let house = &scene.feed;
    for number in 0..HOUSE {
        let token = Person::invented(8500 + u32::try_from(number).unwrap()).token();
        status(house, &token).must(200);
    }
    assert_eq!(
        status(house, &known).must(429).shape(),
        status(house, &Person::invented(8599).token()).must(429).shape()
    );
    assert_eq!(told(), 2);

    let holder = Holder::of(&demo, &patient);
    let trace = holder.trace();
    let refused = |it: &&Value| it["act"] == "know_status" && it["verdict"] == "refused";
    assert!(trace.iter().filter(refused).count() >= 2, "the attempts are in the trace of who has a record");
}

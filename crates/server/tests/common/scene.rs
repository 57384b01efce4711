//! A demo with the usual people at its doors: a counter that opens, a hospital that feeds, a doctor who reads.

use serde_json::Value;

use super::bundle::{Document, Person, bundle, locations};
use super::client::{Answer, Client};
use super::{Actor, Demo};

pub struct Scene<'d> {
    pub demo: &'d Demo,
    pub hospital: Actor,
    pub doctor: Actor,
    /// The agent at the care door.
    pub counter: Client<'d>,
    /// The hospital at the feed door.
    pub feed: Client<'d>,
    /// The doctor at the care door.
    pub care: Client<'d>,
}

impl<'d> Scene<'d> {
    pub fn new(demo: &'d Demo) -> Self {
        let (hospital, doctor) = (demo.actor("organisation"), demo.of_role("10"));
        Self {
            demo,
            counter: Client::new(demo, "care", Some(&demo.actor("agent"))),
            feed: Client::new(demo, "feed", Some(&hospital)),
            care: Client::new(demo, "care", Some(&doctor)),
            hospital,
            doctor,
        }
    }

    /// Another actor at a door.
    pub fn at(&self, door: &'static str, actor: &Actor) -> Client<'d> {
        Client::new(self.demo, door, Some(actor))
    }

    #[track_caller]
    pub fn open(&self, person: &Person) -> Answer {
        self.counter.post("/fhir/Patient/$open-record", &person.opening()).must(201)
    }

    #[track_caller]
    pub fn authorise(&self, person: &Person) {
        self.care.post("/fhir/Patient/$authorise", &person.authorise("AJOUT", None)).must(200);
    }

    /// Opened, and readable by the doctor.
    #[track_caller]
    pub fn open_to_the_doctor(&self, person: &Person) {
        self.open(person);
        self.authorise(person);
    }

    pub fn lot(&self, person: &Person, documents: &[Document]) -> Value {
        bundle(person, &self.hospital, documents)
    }

    /// Feeds a lot that is taken; the location of each entry, the set's first.
    #[track_caller]
    pub fn fed(&self, person: &Person, documents: &[Document]) -> Vec<String> {
        locations(&self.feed.post("/fhir", &self.lot(person, documents)).must(200).json())
    }

    /// The doctor's search, with these parameters besides the patient.
    pub fn search(&self, person: &Person, of: &str, pairs: &[(&str, &str)]) -> Answer {
        let token = person.token();
        let mut all = vec![("patient.identifier", token.as_str())];
        all.extend(pairs);
        self.care.form(&format!("/fhir/{of}/_search"), &all)
    }

    /// How many documents the doctor finds.
    #[track_caller]
    pub fn total(&self, person: &Person) -> u64 {
        self.search(person, "DocumentReference", &[]).must(200).total()
    }
}

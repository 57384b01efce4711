//! A record that everything is thrown at, and what must hold after each throw.

use std::fs;
use std::net::TcpListener;

use serde_json::Value;

use crate::common::Demo;
use crate::common::bundle::{AUTHOR, Document, Person};
use crate::common::client::Answer;
use crate::common::scene::Scene;

pub struct Target<'d> {
    pub scene: Scene<'d>,
    pub person: Person,
    /// How many documents there are to see.
    stored: u64,
    /// Somebody who must never be called.
    pub bystander: TcpListener,
}

impl<'d> Target<'d> {
    pub fn new(demo: &'d Demo, person: Person) -> Self {
        let scene = Scene::new(demo);
        scene.open_to_the_doctor(&person);
        let bystander = TcpListener::bind("127.0.0.1:0").unwrap();
        bystander.set_nonblocking(true).unwrap();
        Self { scene, person, stored: 0, bystander }
    }

    /// An address that would be noticed.
    pub fn lure(&self) -> String {
        format!("http://127.0.0.1:{}/lure", self.bystander.local_addr().unwrap().port())
    }

    pub fn lot(&self, documents: &[Document]) -> Value {
        self.scene.lot(&self.person, documents)
    }

    /// Feeds a lot of one text, spoilt.
    pub fn spoilt(&self, spoil: impl FnOnce(&mut Value)) -> Answer {
        let mut lot = self.lot(&[Document::text()]);
        spoil(&mut lot);
        self.scene.feed.post("/fhir", &lot)
    }

    /// Refused there, with an outcome that says nothing of the person, and nothing is stored.
    #[track_caller]
    pub fn refused(&self, what: &str, answer: &Answer, statuses: &[u16], element: &str) {
        assert!(statuses.contains(&answer.status), "{what}: {} {}", answer.status, answer.text());
        assert_eq!(answer.json()["resourceType"], "OperationOutcome", "{what}");
        assert!(answer.header("content-type").unwrap().starts_with("application/fhir+json"), "{what}");
        let elements = answer.elements();
        let named = elements.iter().any(|it| it.contains(element));
        assert!(element.is_empty() || named, "{what}: {element} not in {elements:?}: {}", answer.text());
        for secret in self.secrets() {
            assert!(!answer.text().contains(&secret), "{what}: {}", answer.text());
        }
        assert_eq!(self.scene.total(&self.person), self.stored, "{what}: nothing is stored");
    }

    #[track_caller]
    pub fn accepted(&mut self, what: &str, answer: &Answer, documents: u64) {
        assert_eq!(answer.status, 200, "{what}: {}", answer.text());
        self.stored += documents;
        assert_eq!(self.scene.total(&self.person), self.stored, "{what}");
    }

    fn secrets(&self) -> Vec<String> {
        let it = &self.person;
        [&it.ins, &it.family, &it.given, &it.birth_date, AUTHOR.1, "fictif"].map(str::to_owned).to_vec()
    }

    /// At the end of it all.
    pub fn unharmed(&self) {
        self.scene.care.get("/fhir/metadata").must(200);
        self.scene.feed.get("/fhir/metadata").must(200);
        assert!(self.bystander.accept().is_err(), "no address that was sent is called");
        let log = fs::read_to_string(&self.scene.demo.log).unwrap();
        assert!(log.contains("/fhir/DocumentReference/_search"), "there is a log");
        assert!(
            !log.contains("panic"),
            "{}",
            log.lines().find(|it| it.contains("panic")).unwrap_or_default()
        );
        for secret in self.secrets().iter().map(String::as_str).chain([
            "?",
            "patient.identifier",
            "Compte rendu",
            "etc/",
        ]) {
            let line = log.lines().find(|it| it.contains(secret));
            assert!(line.is_none(), "{secret}: {line:?}");
        }
    }
}

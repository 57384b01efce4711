//! The counter as an agent's browser uses it: a record opened with its answers, the letter printed once, nothing
//! of a person left for the next, and no way from there to a document (rules, W1 and W14; abuse A06, H09).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::bundle::{Document, Person};
use common::client::{Answer, Client, query};
use common::holder::{Holder, last_message, outbox};
use common::scene::Scene;
use common::{Actor, Demo};

/// An agent's browser.
struct Agent<'d> {
    client: Client<'d>,
}

/// A page to its end.
trait Whole {
    fn whole(&self) -> String;
}

impl Whole for Answer {
    fn whole(&self) -> String {
        common::pages::whole(self)
    }
}

type Pairs<'a> = Vec<(&'a str, &'a str)>;

impl<'d> Agent<'d> {
    fn new(demo: &'d Demo, actor: &Actor) -> Self {
        Self { client: Client::new(demo, "portal", Some(actor)) }
    }

    fn get(&self, path: &str) -> Answer {
        self.client.get_as(path, "text/html")
    }

    /// The form's token, as the page has it.
    fn token(&self) -> String {
        let page = self.get("/counter").must(200).whole();
        after(&page, "name=\"anti_forgery\" value=\"").to_owned()
    }

    fn post(&self, path: &str, pairs: &Pairs<'_>) -> Answer {
        let token = self.token();
        let mut all = vec![("anti_forgery", token.as_str())];
        all.extend(pairs);
        self.client.form(path, &all)
    }
}

fn after<'a>(text: &'a str, lead: &str) -> &'a str {
    let rest = text.split_once(lead).unwrap_or_else(|| panic!("no {lead:?} in {text}")).1;
    rest.split_once(['"', '<']).unwrap().0
}

/// Somebody nobody knows yet, whose number has the right key.
fn stranger(number: &str) -> (String, Pairs<'static>) {
    let key = 97 - number.parse::<u64>().unwrap() % 97;
    let form = vec![
        ("birth_name", "LEFICTIF"),
        ("first_given", "Zoé"),
        ("sex", "f"),
        ("birth_date", "12/05/1984"),
        ("birth_place", "63113"),
        ("seen", "yes"),
        ("consent", "yes"),
        ("break_glass", "yes"),
        ("regulation", "no"),
        ("email", "zoe@example.org"),
    ];
    (format!("{number}{key:02}"), form)
}

fn with<'a>(form: &Pairs<'a>, more: &[(&'a str, &'a str)]) -> Pairs<'a> {
    more.iter().chain(form).copied().collect()
}

fn without<'a>(form: &Pairs<'a>, field: &str) -> Pairs<'a> {
    form.iter().filter(|(name, _)| *name != field).copied().collect()
}

/// Whether a record of this number is there, as a doctor is told.
fn exists(demo: &Demo, number: &str) -> bool {
    let doctor = Client::new(demo, "care", Some(&demo.of_role("10")));
    let token = format!("urn:oid:1.2.250.1.213.1.4.10|{number}");
    let found = doctor.ask("/fhir/Patient", &[("identifier", &token)]).must(200);
    found.resources().iter().any(|it| it["id"].is_string())
}

#[test]
fn a_record_is_opened_its_letter_printed_once_and_the_holder_comes_in_with_it() {
    let demo = Demo::start();
    let agent = Agent::new(&demo, &demo.actor("agent"));
    let (number, form) = stranger("2840563113001");
    let before = last_message(&demo);
    let opened = agent.post("/counter", &with(&form, &[("ins", &number)])).must(303);
    let path = opened.header("location").unwrap().to_owned();
    assert!(path.starts_with("/counter/opened/"), "{path}");
    let page = agent.get(&path).must(200).whole();
    assert!(page.contains("Zoé LEFICTIF") && page.contains("Imprimer la lettre"), "{page}");
    assert!(!page.contains(&number), "the page after says who, not the number");

    // somebody else's certificate finds no letter
    let others: Vec<_> = demo.actors().into_iter().filter(|it| it.text("kind") == "agent").collect();
    let letter = format!("{path}/letter");
    if let Some(second) = others.get(1) {
        Agent::new(&demo, second).post(&letter, &vec![]).must(410);
    }

    let printed = agent.post(&letter, &vec![]).must(200);
    assert_eq!(printed.header("content-type"), Some("application/pdf"));
    assert_eq!(printed.header("cache-control"), Some("no-store"));
    assert!(printed.body.starts_with(b"%PDF-1.7"));
    let again = agent.post(&letter, &vec![]).must(410);
    assert!(again.whole().contains("déjà été imprimée"));
    assert!(agent.get(&path).must(200).whole().contains("La lettre a été imprimée"));

    // what is copied from the sheet brings the holder in
    let (login, password) = secrets(&printed.body);
    let holder = Holder::log_in(&demo, &login, &password, Some("une phrase que je retiens"));
    let whose = holder.get("/api/record").must(200).whole();
    assert!(whose.contains("LEFICTIF"), "{whose}");
    let told = outbox(&demo).into_iter().filter(|it| it["id"].as_u64() > Some(before)).collect::<Vec<_>>();
    assert!(told.iter().any(|it| it["to"] == "zoe@example.org"));
    assert!(told.iter().all(|it| !it["text"].as_str().unwrap().contains(&password)), "never posted too");

    // the next person's turn starts clean
    let id = path.rsplit('/').next().unwrap();
    let next = agent.post("/counter/next", &vec![("id", id)]).must(303);
    assert_eq!(next.header("location"), Some("/counter"));
    agent.get(&path).must(410);
    let fresh = agent.get("/counter").must(200).whole();
    assert!(!fresh.contains("LEFICTIF") && !fresh.contains(" checked"));

    let found = agent.post("/counter", &with(&form, &[("ins", &number)])).must(409).whole();
    assert!(found.contains("DMPFound") && found.contains("déjà un carnet"), "{found}");
}

/// The login and the password, as the page's marked content gives them to who copies.
fn secrets(pdf: &[u8]) -> (String, String) {
    let text = String::from_utf8_lossy(pdf);
    let spoken: Vec<_> =
        text.split("/ActualText").skip(1).map(|it| it.split_once(['(', ')']).unwrap().1).collect();
    let read = |it: &str| it.split_once(')').unwrap().0.to_owned();
    (read(spoken[0]), read(spoken[1]))
}

#[test]
fn what_is_missing_is_named_beside_its_field_and_nothing_is_opened() {
    let demo = Demo::start();
    let agent = Agent::new(&demo, &demo.actor("agent"));
    let (number, form) = stranger("2840563113002");
    let whole = with(&form, &[("ins", &number)]);
    let empty = agent.post("/counter", &vec![]).must(422).whole();
    for field in [
        "birth_name",
        "first_given",
        "sex",
        "birth_date",
        "birth_place",
        "ins",
        "seen",
        "consent",
        "break_glass",
        "regulation",
        "no_contact",
    ] {
        assert!(empty.contains(&format!("id=\"{field}-wrong\"")), "{field}");
    }
    for field in ["consent", "break_glass", "regulation", "seen", "ins"] {
        let page = agent.post("/counter", &without(&whole, field)).must(422).whole();
        assert_eq!(page.matches("class=\"slot-says\"").count(), 1, "{field} alone");
        assert!(page.contains(&format!("id=\"{field}-wrong\"")), "{field}");
        assert!(page.contains("value=\"LEFICTIF\""), "what was typed stays");
    }
    // a child answers by somebody, whose quality is proved
    let child = with(&whole, &[("birth_date", "12/05/2016")]);
    let page = agent.post("/counter", &child).must(422).whole();
    assert!(page.contains("moins de 18 ans") && page.contains("son carnet de santé"));
    assert!(page.contains("name=\"for\" value=\"represented\""));
    assert!(page.matches(" checked>").count() == 2, "asked again");
    // no consent, no record
    let declined = agent.post("/counter", &with(&whole, &[("consent", "no")])).must(200).whole();
    assert!(declined.contains("Aucun carnet n’est ouvert") && !declined.contains("LEFICTIF"));
    assert!(!exists(&demo, &number));

    let parent = [
        ("for", "represented"),
        ("rep_name", "LEFICTIF Paul"),
        ("rep_quality", "parent"),
        ("rep_proof", "yes"),
    ];
    let opened = agent.post("/counter", &with(&child, &parent)).must(303);
    assert!(agent.get(opened.header("location").unwrap()).must(200).whole().contains("Zoé LEFICTIF"));
    assert!(exists(&demo, &number));
}

#[test]
fn what_is_typed_is_shown_as_text() {
    let demo = Demo::start();
    let agent = Agent::new(&demo, &demo.actor("agent"));
    let page = agent.post("/counter", &vec![("birth_name", "\"><script>alert(1)</script>")]).must(422);
    assert!(!page.whole().contains("<script>"));
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
}

#[test]
fn only_an_agent_comes_to_the_counter_and_only_from_its_own_page() {
    let demo = Demo::start();
    let actor = demo.actor("agent");
    let agent = Agent::new(&demo, &actor);
    let (number, form) = stranger("2840563113003");
    let whole = with(&form, &[("ins", &number)]);

    let nobody = Client::new(&demo, "portal", None);
    let sent = nobody.get("/counter").must(303);
    assert_eq!(sent.header("location"), Some("/counter/card"));
    nobody.get("/counter/card").must(401);
    nobody.form("/counter", &whole).must(303);
    let doctor = Client::new(&demo, "portal", Some(&demo.of_role("10")));
    doctor.get("/counter").must(403);
    doctor.form("/counter", &whole).must(403);

    // no token, another's, another site's
    agent.client.form("/counter", &whole).must(403);
    let token = agent.token();
    let forged = token.chars().rev().collect::<String>();
    agent.client.form("/counter", &with(&whole, &[("anti_forgery", &forged)])).must(403);
    let body = query(&with(&whole, &[("anti_forgery", &token)]));
    for foreign in [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")] {
        let headers = [("Content-Type", "application/x-www-form-urlencoded"), foreign];
        agent.client.send("POST", "/counter", &headers, Some(body.as_bytes())).must(403);
    }
    assert!(!exists(&demo, &number));
    agent.client.form("/counter/opened/0/letter", &[]).must(403);
    agent.post("/counter/opened/0/letter", &vec![]).must(410);
}

/// The abuse case H09: whoever opens records reads none.
#[test]
fn an_agent_reaches_no_document_anywhere() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(41);
    scene.open_to_the_doctor(&person);
    scene.fed(&person, &[Document::text()]);
    let found = scene.search(&person, "DocumentReference", &[]).must(200).resources().remove(0);
    let id = found["id"].as_str().unwrap();
    let actor = demo.actor("agent");
    let portal = Agent::new(&demo, &actor);
    let home = portal.get("/").whole();
    assert!(!home.contains("/documents/"));
    let own = format!("/documents/{id}");
    for path in ["/documents", "/spaces/imaging", "/trace", "/access", &own, &format!("{own}/content")] {
        let sent = portal.get(path).must(303);
        assert!(sent.header("location").unwrap().starts_with("/login"), "{path}");
    }
    for path in ["/api/record", "/api/documents", "/api/trace"] {
        portal.client.get(path).must(401);
    }
    let care = Client::new(&demo, "care", Some(&actor));
    let token = person.token();
    for path in ["/fhir/DocumentReference", "/fhir/List"] {
        care.ask(path, &[("patient.identifier", &token)]).must(403);
    }
    care.get(&format!("/fhir/DocumentReference/{id}")).must(404);
    care.get(&format!("/fhir/Binary/{id}")).must(404);
    scene.care.get(&format!("/fhir/DocumentReference/{id}")).must(200);
}

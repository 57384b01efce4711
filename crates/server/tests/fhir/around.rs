//! Who cares, who represents, and what a counter does for a holder, over the operations of our own.

use serde_json::{Value, json};

use crate::common::Demo;
use crate::common::bundle::{Document, Person};
use crate::common::client::{Answer, Client};
use crate::common::holder::{Holder, post};
use crate::common::scene::Scene;

/// The operation on a person: strings, but for what reads as another type.
pub fn ask(client: &Client<'_>, operation: &str, person: &Person, said: &[(&str, Value)]) -> Answer {
    let mut all = vec![json!({ "name": "patient", "valueIdentifier": person.identifier() })];
    for (name, value) in said {
        let kind = match value {
            Value::Bool(_) => "valueBoolean",
            Value::Object(_) => "valueIdentifier",
            _ if *name == "permits" => "valueCode",
            _ if *name == "day" => "valueDate",
            _ if *name == "until" || *name == "from" => "valueInstant",
            _ => "valueString",
        };
        all.push(json!({ "name": name, kind: value }));
    }
    let body = json!({ "resourceType": "Parameters", "parameter": all });
    client.post(&format!("/fhir/Patient/${operation}"), &body)
}

pub fn out(answer: &Answer, name: &str) -> String {
    let body = answer.json();
    let found = body["parameter"].as_array().unwrap().iter().find(|it| it["name"] == name).cloned();
    found.unwrap_or_else(|| panic!("no {name} in {body}"))["valueString"].as_str().unwrap().to_owned()
}

/// The demo's first holder, as the doors name them.
fn of_the_demo(demo: &Demo) -> (Person, Holder<'_>) {
    let patient = demo.patient("open");
    (Person::known(&patient), Holder::of(demo, &patient))
}

fn child(number: u32) -> Person {
    Person { birth_date: "2019-04-02".into(), ..Person::invented(number) }
}

#[test]
fn an_attending_doctor_lists_blocks_hands_over_and_leaves() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let (person, holder) = of_the_demo(&demo);
    let (doctor, pharmacist) = (scene.doctor.text("id").to_owned(), demo.of_role("21"));
    let other = demo.actor_where(|it| it["role"] == "10" && it["id"] != doctor.as_str());
    let other = other.text("id");
    let action = |client: &Client<'_>, action: &str, person_: Option<&str>| {
        let mut said = vec![("action", json!(action))];
        said.extend(person_.map(|it| ("person", json!(it))));
        ask(client, "attending", &person, &said)
    };
    let line = || {
        let stranger = json!({ "name": "patient", "valueIdentifier": Person::invented(902).identifier() });
        let own = json!({ "name": "patient", "valueIdentifier": person.identifier() });
        let body = json!({ "resourceType": "Parameters", "parameter": [stranger, own] });
        let listed = scene.care.post("/fhir/Patient/$practice", &body).must(200).json();
        listed["parameter"].as_array().unwrap().clone()
    };
    assert!(line().is_empty(), "who did not let the doctor in is not there");
    // not yet attending: none of it, but for leaving, which finds nothing to leave
    scene.authorise(&person);
    assert_eq!(line()[0]["part"][1]["valueBoolean"], false);
    action(&scene.care, "BLOCK", Some(pharmacist.text("id"))).must(403);
    action(&scene.care, "HAND-OVER", Some(other)).must(403);
    action(&scene.care, "REPLACED-BY", Some(other)).must(403);
    holder.post("/api/attending-doctor/confirm", &json!({ "person": doctor })).must(200);
    assert_eq!((line().len(), &line()[0]["part"][1]["valueBoolean"]), (1, &json!(true)));

    // an agent's signed form has its own operation
    action(&scene.counter, "BLOCK", Some(pharmacist.text("id"))).must(403);
    action(&scene.care, "BLOCK", None).must(400);
    action(&scene.care, "LEAVE", Some(other)).must(400);
    action(&scene.care, "GO", None).must(422);
    let let_in = || holder.post("/api/authorise", &json!({ "person": pharmacist.text("id") })).status;
    assert_eq!(let_in(), 200);
    action(&scene.care, "BLOCK", Some(pharmacist.text("id"))).must(200);
    let at = scene.at("care", &pharmacist);
    at.ask("/fhir/DocumentReference", &[("patient.identifier", &person.token())]).must(403);

    action(&scene.care, "REPLACED-BY", Some(other)).must(200);
    action(&scene.care, "HAND-OVER", Some(other)).must(200);
    let around = holder.get("/api/around").must(200).json();
    assert_eq!(around["successors"][0]["proposed"], other);
    assert_eq!(line()[0]["part"][4]["valueString"], other);
    holder.post("/api/attending-doctor/successor", &json!({ "person": other, "agrees": false })).must(200);
    assert_eq!(line()[0]["part"][5]["valueBoolean"], true);

    // the trusted person, once a doctor who is let in attests it
    let attested = |client: &Client<'_>, attested: bool| {
        ask(client, "trusted-person", &person, &[("incapacity-attested", json!(attested))])
    };
    attested(&scene.care, true).names(422, "trusted-person");
    let trusted = json!({ "kind": "trusted", "name": "Lou", "email": "lou@example.org", "mayRead": true });
    holder.post("/api/close-ones", &trusted).must(200);
    attested(&scene.care, false).must(403);
    attested(&at, true).must(403);
    attested(&scene.care, true).must(200);
    let around = holder.get("/api/around").must(200).json();
    assert!(around["close"].to_string().contains("\"activated\":\"20"), "{around}");

    // where the profile presumes no team, nobody is let in by declaring it
    ask(&scene.care, "declare-care", &person, &[]).must(403);

    action(&scene.care, "LEAVE", None).must(200);
    scene.search(&person, "DocumentReference", &[]).must(403);
    assert!(line().is_empty());
}

#[test]
fn a_counter_mends_an_account_and_enters_signed_forms() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(95);
    scene.open(&person);
    scene.fed(&person, &[Document::text()]);
    let doctor = scene.doctor.text("id").to_owned();
    let proved = [("signed", json!(true)), ("identified", json!(true))];
    let counter = |client: &Client<'_>, action: &str, more: &[(&str, Value)]| {
        let said: Vec<_> = [("action", json!(action))].into_iter().chain(more.iter().cloned()).collect();
        ask(client, "counter", &person, &said)
    };
    let with = |more: &[(&'static str, Value)]| [&proved[..], more].concat();
    // neither without the signature, nor without the proof, nor by somebody else
    for lacking in [&proved[..1], &proved[1..], &[]] {
        counter(&scene.counter, "REISSUE-SECRETS", lacking).must(403);
    }
    counter(&scene.care, "REISSUE-SECRETS", &proved).must(403);
    counter(&scene.counter, "REISSUE-SECRETS", &with(&[("email", json!("a@example.org"))])).must(400);
    counter(&scene.counter, "RESET-FACTOR", &proved).names(422, "contacts");
    counter(&scene.counter, "RESET-FACTOR", &with(&[("email", json!("nouvelle@example.org"))])).must(200);
    counter(&scene.counter, "OPEN-MINOR-ACCOUNT", &with(&[("email", json!("m@example.org"))])).must(403);
    let posted = counter(&scene.counter, "REISSUE-SECRETS", &proved).must(200);
    assert!(!posted.text().contains("password"), "{}", posted.text());
    let handed = counter(&scene.counter, "REISSUE-SECRETS", &with(&[("handed", json!(true))])).must(200);
    let (login, password) = (out(&handed, "login"), out(&handed, "password"));
    let holder = Holder::log_in(&demo, &login, &password, Some("corail-bruyère-84-soupière"));
    let name = ("family", json!("NOUVELLE"));
    counter(&scene.counter, "NEW-NAME", &[("signed", json!(true)), name.clone()]).names(422, "identity");
    counter(&scene.care, "NEW-NAME", &with(std::slice::from_ref(&name))).must(403);
    counter(&scene.counter, "NEW-NAME", &with(&[name])).must(200);

    let form = |client: &Client<'_>, action: &str, more: &[(&str, Value)]| {
        let said = [("action", json!(action)), ("signed", json!(true))];
        ask(client, "signed-form", &person, &[&said[..], more].concat())
    };
    let whom = || [("person", json!(doctor))];
    ask(&scene.counter, "signed-form", &person, &[("action", json!("CLOSE"))]).names(422, "signed");
    form(&scene.counter, "AUTHORISE", &[]).must(400);
    form(&scene.counter, "CLOSE", &whom()).must(400);
    form(&scene.care, "AUTHORISE", &whom()).must(403);
    scene.search(&person, "DocumentReference", &[]).must(403);
    form(&scene.counter, "AUTHORISE", &whom()).must(200);
    assert_eq!(scene.total(&person), 1);
    // by the code on the holder's own list, and by no other
    let list = holder.post("/api/printed-list", &json!({})).must(200).json();
    let code = list["documents"][0]["code"].as_str().unwrap_or_else(|| panic!("{list}"));
    form(&scene.care, "MASK", &[("code", json!(code))]).must(403);
    form(&scene.counter, "MASK", &[("code", json!("AAAAAA"))]).names(422, "code");
    let masked = form(&scene.counter, "MASK", &[("code", json!(code))]).must(200);
    assert_eq!(masked.json()["parameter"].as_array().unwrap().len(), 1, "the agent learns nothing of it");
    assert_eq!(scene.total(&person), 0);
    form(&scene.counter, "UNMASK", &[("code", json!(code))]).must(200);
    assert_eq!(scene.total(&person), 1);
    form(&scene.counter, "BLOCK", &whom()).must(200);
    scene.search(&person, "DocumentReference", &[]).must(403);
    form(&scene.counter, "DESIGNATE", &whom()).names(422, "person");
    form(&scene.counter, "UNBLOCK", &whom()).must(200);
    form(&scene.counter, "DESIGNATE", &whom()).must(200);
    assert_eq!(scene.total(&person), 1);
    form(&scene.counter, "SAME-READING", &whom()).must(403);
    form(&scene.counter, "CONTACTS", &[("email", json!("ailleurs@example.org"))]).must(200);
    form(&scene.counter, "CLOSE", &[]).must(200);
    scene.search(&person, "DocumentReference", &[]).must(403);
    holder.get("/api/record/closure").must(200);
}

#[test]
fn who_represents_a_child_logs_in_and_changes_records() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let (parent, own) = of_the_demo(&demo);
    let child = child(96);
    scene.open(&child);
    let named = [
        ("action", json!("ADD")),
        ("kind", json!("parental-authority")),
        ("family", json!("FICTIF")),
        ("given", json!("CAMILLE")),
        ("email", json!("camille@example.org")),
        ("own", parent.identifier()),
        ("handed", json!(true)),
    ];
    let proved = ("proved-by", json!("livret de famille"));
    let all = [&named[..], std::slice::from_ref(&proved)].concat();
    ask(&scene.counter, "representative", &child, &named).must(403);
    ask(&scene.care, "representative", &child, &all).must(403);
    ask(&scene.counter, "representative", &child, &[&all[..], &[("permits", json!("fly"))]].concat())
        .must(422);
    let added = ask(&scene.counter, "representative", &child, &all).must(200);
    let (mandate, login, password) = (out(&added, "mandate"), out(&added, "login"), out(&added, "password"));

    // by the account of the mandate, to this child's record alone
    let representative = Holder::log_in(&demo, &login, &password, Some("corail-bruyère-84-soupière"));
    let listed = representative.get("/api/records").must(200).json();
    assert_eq!(
        (listed["records"].as_array().unwrap().len(), &listed["records"][0]["as"]),
        (1, &json!("representative"))
    );
    representative.get("/api/documents").must(200);
    // from their own record, without another login
    let listed = own.get("/api/records").must(200).json();
    let there = listed["records"].as_array().unwrap().iter().find(|it| it["as"] == "representative").cloned();
    let there = there.unwrap_or_else(|| panic!("{listed}"));
    let to = json!({ "record": there["record"] });
    let changed = own.post("/api/records/change", &to).must(200).json();
    let secret = changed["antiForgery"].as_str().unwrap();
    let listed = own.get("/api/records").must(200).json();
    let current = listed["records"].as_array().unwrap().iter().find(|it| it["current"] == true).cloned();
    assert_eq!(current.unwrap()["record"], there["record"]);
    let note = |secret: &str| {
        post(&own.client, "/api/notes", &json!({ "text": "Vu." }), &[("X-Anti-Forgery", secret)]).status
    };
    assert_eq!((note(&own.anti_forgery), note(secret)), (403, 200), "the session before has ended");

    // a court restricts it: on the very next request
    let change = |action: &str, more: &[(&str, Value)]| {
        let said = [("action", json!(action)), ("mandate", json!(mandate))];
        ask(&scene.counter, "representative", &child, &[&said[..], more].concat())
    };
    change("RESTRICT", &[]).must(403);
    change("CONSENT", &[]).must(422);
    change("SETTLE", std::slice::from_ref(&proved)).names(422, "mandate");
    change("RESTRICT", std::slice::from_ref(&proved)).must(200);
    for restricted in [&representative, &own] {
        restricted.get("/api/documents").must(403);
    }
    change("END", &[proved]).must(200);
    // what is secret from parents is not declared for an adult, nor without the minor
    let secret = |person: &Person, agreed: bool| {
        ask(
            &scene.care,
            "secret-act",
            person,
            &[("day", json!("2026-11-20")), ("minor-agreed", json!(agreed))],
        )
    };
    secret(&child, false).must(403);
    secret(&parent, true).must(403);
    secret(&child, true).must(200);
}

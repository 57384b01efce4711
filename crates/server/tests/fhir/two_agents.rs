//! What takes two agents, over the care door, each with their own certificate (rules, A2, W11 and W14).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::around::{ask, out};
use crate::common::Demo;
use crate::common::bundle::{Document, Person};
use crate::common::client::{Answer, Client};
use crate::common::holder::{Holder, last_message, outbox};
use crate::common::scene::Scene;

fn second<'d>(scene: &Scene<'d>) -> Client<'d> {
    let first = scene.demo.actor("agent");
    let other = scene.demo.actor_where(|it| it["kind"] == "agent" && it["id"] != first.text("id"));
    scene.at("care", &other)
}

fn two(client: &Client<'_>, person: &Person, action: &str, said: &[(&str, Value)]) -> Answer {
    let mut all = vec![("action", json!(action)), ("identified", json!(true)), ("proved", json!(true))];
    all.extend(said.iter().cloned());
    ask(client, "two-agents", person, &all)
}

fn state(answer: &Answer) -> Value {
    answer.json()["parameter"][1]["valueCode"].clone()
}

/// The jobs of upkeep run by themselves in a demo.
#[track_caller]
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..600 {
        if holds() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("never: {what}");
}

#[test]
fn a_document_of_another_person_goes_to_theirs() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let (first, other) = (&scene.counter, second(&scene));
    let (here, there) = (Person::invented(8301), Person::invented(8302));
    scene.open_to_the_doctor(&here);
    scene.open_to_the_doctor(&there);
    let documents = [Document::text(), Document::text()];
    scene.fed(&here, &documents);
    let names = [("to", there.identifier()), ("document", json!(documents[0].unique_id))];
    // who has no part in it, and what lacks something
    for client in [&scene.care, &scene.at("care", &demo.of_role("21"))] {
        two(client, &here, "SPLIT", &names).must(403);
    }
    let unseen = [("action", json!("SPLIT")), names[0].clone(), names[1].clone()];
    ask(first, "two-agents", &here, &unseen).must(403);
    two(first, &here, "SPLIT", &names[..1]).must(400);
    two(first, &here, "MERGE", &names).must(400);
    two(first, &here, "GO", &[]).must(422);
    let absent = [("to", Person::invented(8399).identifier()), names[1].clone()];
    let elsewhere = [names[0].clone(), ("document", json!("urn:oid:1.2.250.1.999.404"))];
    assert_eq!(
        two(first, &here, "SPLIT", &absent).must(403).shape(),
        two(first, &here, "SPLIT", &elsewhere).must(403).shape(),
        "a record and a document that are not there"
    );

    let asked = two(first, &here, "SPLIT", &names).must(200);
    assert_eq!(state(&asked), "waiting");
    let request = [("request", json!(out(&asked, "request")))];
    assert_eq!(scene.total(&here), 2, "one word does nothing");
    let look = |client: &Client<'_>| ask(client, "at-counter", &here, &[("why", json!("second-agent"))]);
    let waiting = look(&other).must(200).json();
    assert_eq!(waiting["parameter"][0]["name"], "waiting");
    assert_eq!(waiting["parameter"][0]["part"][1]["valueCode"], "SPLIT");
    look(&scene.care).must(403);
    ask(&other, "at-counter", &here, &[]).must(403);
    ask(&other, "at-counter", &here, &[("why", json!("curious"))]).must(422);

    two(first, &here, "CONFIRM", &request).must(403);
    two(&scene.care, &here, "CONFIRM", &request).must(403);
    two(&other, &here, "WITHDRAW", &request).must(422);
    let unknown = [("request", json!("00000000000000000000000009"))];
    two(&other, &here, "CONFIRM", &unknown).must(404);
    assert_eq!(state(&two(&other, &here, "CONFIRM", &request).must(200)), "done");
    two(&other, &here, "CONFIRM", &request).must(404);

    assert_eq!(scene.total(&here), 1, "from that word on it is not here");
    until("the document is with its person", || scene.total(&there) == 1);
    until("nothing waits", || {
        look(&other).must(200).json()["parameter"].as_array().is_none_or(Vec::is_empty)
    });
}

#[test]
fn another_s_document_is_recalled_by_two_or_kept() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let other = second(&scene);
    let person = Person::invented(8311);
    scene.open_to_the_doctor(&person);
    let document = Document::text();
    let fed = scene.fed(&person, std::slice::from_ref(&document));
    let id = fed.iter().find(|it| it.starts_with("DocumentReference/")).unwrap();
    let ask_for = |client: &Client<'_>| {
        let asked = two(client, &person, "RECALL", &[("document", json!(id))]).must(200);
        [("request", json!(out(&asked, "request")))]
    };
    let first = ask_for(&scene.counter);
    assert_eq!(state(&two(&other, &person, "REFUSE", &first).must(200)), "refused");
    let again = ask_for(&scene.counter);
    assert_eq!(state(&two(&scene.counter, &person, "WITHDRAW", &again).must(200)), "withdrawn");
    assert_eq!(scene.total(&person), 1);
    let last = ask_for(&other);
    assert_eq!(state(&two(&scene.counter, &person, "CONFIRM", &last).must(200)), "done");
    assert_eq!(scene.total(&person), 0);
}

#[test]
fn after_a_death_an_heir_s_request_is_entered_and_released_by_two() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let other = second(&scene);
    let person = Person::invented(8321);
    scene.open_to_the_doctor(&person);
    let document = Document::text();
    scene.fed(&person, std::slice::from_ref(&document));
    let heir = |client: &Client<'_>, purpose: &str, proved: bool| {
        let said =
            [("document", json!(document.unique_id)), ("purpose", json!(purpose)), ("proved", json!(proved))];
        ask(client, "heir", &person, &said)
    };
    heir(&scene.counter, "own-rights", true).must(404);
    ask(&scene.counter, "notice-death", &person, &[("proved", json!(true))]).must(200);
    until("the service closes", || scene.search(&person, "DocumentReference", &[]).status == 403);
    heir(&scene.care, "own-rights", true).must(404);
    heir(&scene.counter, "own-rights", false).must(404);
    heir(&scene.counter, "curiosity", true).must(422);
    let asked = heir(&scene.counter, "own-rights", true).must(200);
    let request = [("request", json!(out(&asked, "request")))];
    let waits = two(&scene.counter, &person, "RELEASE", &request).must(200);
    let word = [("request", json!(out(&waits, "request")))];
    two(&scene.counter, &person, "CONFIRM", &word).must(403);
    two(&other, &person, "CONFIRM", &word).must(200);
    let seen = ask(&other, "at-counter", &person, &[("why", json!("heir"))]).must(200).json();
    let parts = &seen["parameter"][0]["part"];
    assert_eq!((&parts[1]["valueCode"], &parts[3]["valueBoolean"]), (&json!("own-rights"), &json!(true)));
    two(&scene.counter, &person, "RELEASE", &request).must(403);

    // the copy, by one of the two, to whom shows the proof again; a line each, three at most
    let deliver = |client: &Client<'_>, said: &[(&str, Value)]| {
        let mut all = vec![("action", json!("DELIVER"))];
        all.extend(said.iter().cloned());
        ask(client, "heir", &person, &all)
    };
    let proved = [request[0].clone(), ("proved", json!(true))];
    deliver(&other, &[proved[1].clone()]).must(400);
    deliver(&other, &[proved[0].clone(), proved[1].clone(), ("purpose", json!("own-rights"))]).must(400);
    ask(&other, "heir", &person, &[("document", json!(document.unique_id)), proved[0].clone()]).must(400);
    let nothing = deliver(&other, &request).must(404).shape();
    let unknown = [("request", json!("00000000000000000000000009")), proved[1].clone()];
    for answer in [
        deliver(&other, &unknown),
        deliver(&scene.care, &proved),
        ask(
            &other,
            "heir",
            &Person::invented(8329),
            &[("action", json!("DELIVER")), proved[0].clone(), proved[1].clone()],
        ),
    ] {
        assert_eq!(answer.must(404).shape(), nothing);
    }
    for left in [2, 1, 0] {
        let copy = deliver(if left == 1 { &scene.counter } else { &other }, &proved).must(200).json();
        let it = &copy["parameter"][0]["valueAttachment"];
        let bytes = BASE64_STANDARD.decode(it["data"].as_str().unwrap()).unwrap();
        assert_eq!((bytes == document.bytes, it["size"].as_u64()), (true, Some(bytes.len() as u64)));
        assert_eq!(copy["parameter"][1], json!({ "name": "copies-left", "valueUnsignedInt": left }));
    }
    deliver(&other, &proved).must(404);
    let seen = ask(&other, "at-counter", &person, &[("why", json!("heir"))]).must(200).json();
    assert_eq!(seen["parameter"][0]["part"][4]["valueUnsignedInt"], 3);
}

#[test]
fn a_fraud_found_by_two_closes_and_the_holder_reads_the_trace() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let patient = demo.patient("open");
    let text = |field: &str| patient[field].as_str().unwrap().to_owned();
    let person = Person { ins: text("ins"), oid: text("oid"), ..Person::invented(0) };
    let holder = Holder::of(&demo, &patient);
    let before = last_message(&demo);
    let asked = two(&scene.counter, &person, "FRAUD", &[]).must(200);
    two(&second(&scene), &person, "CONFIRM", &[("request", json!(out(&asked, "request")))]).must(200);
    until("it closes", || holder.get("/api/record/closure").status == 200);
    assert_eq!(holder.get("/api/record/closure").json()["reason"], "fraud");
    holder.get("/api/documents").must(403);
    assert!(!holder.get("/api/trace").must(200).json()["lines"].as_array().unwrap().is_empty());
    holder.post("/api/record/reopen", &json!({})).must(403);
    until("the holder is told", || {
        let told = |it: &Value| it["text"].as_str().unwrap_or("").contains("frauduleux");
        outbox(&demo).iter().any(|it| it["id"].as_u64() > Some(before) && told(it))
    });
}

#[test]
fn a_document_said_to_be_wrong_is_flagged_until_its_depositor_answers() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let patient = demo.patient("open");
    let text = |field: &str| patient[field].as_str().unwrap().to_owned();
    let person =
        Person { ins: text("ins"), oid: text("oid"), birth_date: text("birth_date"), ..Person::invented(0) };
    let holder = Holder::of(&demo, &patient);
    scene.authorise(&person);
    let listed = holder.get("/api/documents").must(200).json();
    let theirs = listed["documents"].as_array().unwrap();
    let id =
        theirs.iter().find(|it| it["class"] != "90").unwrap_or(&theirs[0])["id"].as_str().unwrap().to_owned();
    let of = || {
        let all = holder.get("/api/documents").must(200).json();
        all["documents"].as_array().unwrap().iter().find(|it| it["id"] == id.as_str()).cloned().unwrap()
    };
    let tags = || {
        let all = scene.search(&person, "DocumentReference", &[]).must(200).resources();
        all.iter().filter(|it| it["meta"]["tag"][0]["code"] == "disputed").count()
    };
    assert_eq!((&of()["disputed"], tags()), (&json!(false), 0));
    holder.post(&format!("/api/documents/{id}/dispute"), &json!({})).must(200);
    assert_eq!((&of()["disputed"], tags()), (&json!(true), 1));
    let all = scene.search(&person, "DocumentReference", &[]).must(200).resources();
    let flagged = all.iter().find(|it| it["meta"]["tag"].is_array()).unwrap()["id"].clone();
    let answer = |client: &Client<'_>, action: &str| {
        let said = |name: &str, value: &Value| json!({ "name": name, "valueString": value });
        let parameters =
            [said("document", &flagged), said("action", &json!(action)), said("word", &json!("Relu."))];
        client.post(
            "/fhir/DocumentReference/$manage",
            &json!({ "resourceType": "Parameters", "parameter": parameters }),
        )
    };
    answer(&scene.at("feed", &demo.actor("payer")), "UPHOLD-DISPUTE").must(404);
    answer(&scene.feed, "ARCHIVE").must(400);
    answer(&scene.feed, "UPHOLD-DISPUTE").must(200);
    assert_eq!(tags(), 0);
    let now = of();
    assert_eq!((&now["disputed"], &now["dispute"]["word"]), (&json!(false), &json!("Relu.")));
}

#[test]
fn a_parent_answers_for_a_child_on_proof_and_letters_have_an_address() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let child = Person { birth_date: "2019-04-02".into(), ..Person::invented(8341) };
    let opening = |proved: bool| {
        let text = |name: &str, value: &str| json!({ "name": name, "valueString": value });
        let mut body = child.opening();
        body["parameter"].as_array_mut().unwrap().push(json!({ "name": "representative", "part": [
            text("family", "FICTIF"), text("given", "LOU"), { "name": "quality", "valueCode": "parent" },
            { "name": "proved", "valueBoolean": proved },
        ] }));
        scene.counter.post("/fhir/Patient/$open-record", &body)
    };
    opening(false).names(422, "representative");
    opening(true).must(201);
    let look = || {
        let seen =
            ask(&scene.counter, "at-counter", &child, &[("why", json!("representative"))]).must(200).json();
        seen["parameter"].as_array().unwrap().clone()
    };
    let mandate = &look()[0];
    assert_eq!((&mandate["name"], &mandate["part"][2]["valueString"]), (&json!("mandate"), &json!("FICTIF")));
    let id = mandate["part"][0]["valueString"].clone();
    let end = [("action", json!("END")), ("mandate", id), ("proved-by", json!("jugement"))];
    ask(&scene.counter, "representative", &child, &end).must(200);
    assert!(look()[0]["part"].as_array().unwrap().iter().any(|it| it["name"] == "until"));

    // what nobody hands over goes by post, where the signed form says
    let person = Person::invented(8342);
    scene.open(&person);
    let form = [("action", json!("ADDRESS")), ("signed", json!(true)), ("address", json!("1 rue Fictive"))];
    ask(&scene.care, "signed-form", &person, &form).must(403);
    ask(&scene.counter, "signed-form", &person, &form).must(200);
    let long = [form[0].clone(), form[1].clone(), ("address", json!("x".repeat(39)))];
    ask(&scene.counter, "signed-form", &person, &long).must(422);
    let before = last_message(&demo);
    let again = [("action", json!("REISSUE-SECRETS")), ("signed", json!(true)), ("identified", json!(true))];
    ask(&scene.counter, "counter", &person, &again).must(200);
    until("a letter leaves for there", || {
        outbox(&demo)
            .iter()
            .any(|it| it["id"].as_u64() > Some(before) && it.to_string().contains("1 rue Fictive"))
    });
}

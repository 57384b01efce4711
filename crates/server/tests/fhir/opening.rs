//! Opening (TD1.1), what exists (TD0.2), who lets in (TD0.3), and what is published of it all.

use serde_json::{Value, json};

use crate::common::Demo;
use crate::common::bundle::{Document, Person, without};
use crate::common::client::{Answer, Client};
use crate::common::scene::Scene;

const OPEN: &str = "/fhir/Patient/$open-record";
const AUTHORISE: &str = "/fhir/Patient/$authorise";

#[test]
fn a_record_is_opened_looked_for_and_let_into() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    what_an_opening_lacks_is_named(&scene);
    opened_at_either_door_and_once(&scene);
    not_everybody_opens(&scene);
    residents_are_opened_each_for_itself(&scene);
    status_is_told_and_nothing_more(&scene);
    the_doctor_is_let_in_and_out(&scene);
    nobody_else_lets_in(&scene);
    what_is_published_is_there(&scene);
}

fn what_an_opening_lacks_is_named(scene: &Scene<'_>) {
    let person = Person::invented(1);
    let complete = person.opening();
    let with = |place: usize, name: &str, value: Value| {
        let mut changed = complete.clone();
        changed["parameter"][place][name] = value;
        changed
    };
    let mut unqualified = complete.clone();
    *unqualified.pointer_mut("/parameter/0/resource/extension/0/extension/0/valueCoding/code").unwrap() =
        json!("PROV");
    let mut unnamed = complete.clone();
    unnamed["parameter"][0]["resource"].as_object_mut().unwrap().remove("name");
    let mut nowhere = complete.clone();
    nowhere["parameter"][0]["resource"]["extension"].as_array_mut().unwrap().remove(1);
    let mut twice = complete.clone();
    twice["parameter"].as_array_mut().unwrap().push(json!({ "name": "consent", "valueBoolean": true }));
    let mut unknown = complete.clone();
    unknown["parameter"].as_array_mut().unwrap().push(json!({ "name": "force", "valueBoolean": true }));
    let mut anonymous = complete.clone();
    anonymous["parameter"][0]["resource"]["identifier"][0]["system"] = json!("urn:oid:1.2.250.1.999.1");
    let table = [
        ("no consent", with(1, "valueBoolean", json!(false)), 422, "consent"),
        ("consent not said", without(complete.clone(), "consent"), 422, "consent"),
        ("an unqualified identity", unqualified, 422, "patient"),
        ("no answer on break-glass", without(complete.clone(), "break-glass"), 422, "break-glass"),
        ("no answer on regulation", without(complete.clone(), "regulation"), 422, "regulation"),
        ("nobody", without(complete.clone(), "patient"), 400, "Parameters.parameter"),
        ("no name", unnamed, 400, "resource.name"),
        ("no place of birth", nowhere, 400, "resource.extension"),
        ("no INS", anonymous, 422, "resource.identifier"),
        ("a parameter twice", twice, 400, "parameter[6].name"),
        ("an unknown parameter", unknown, 400, "parameter[6].name"),
        ("a channel nobody knows", with(4, "valueCode", json!("guichet")), 422, "parameter[4].valueCode"),
        (
            "two mailboxes",
            with(5, "valueString", json!("a@example.org, b@example.org")),
            422,
            "parameter[5].valueString",
        ),
        ("a word for a boolean", with(1, "valueBoolean", json!("true")), 400, "parameter[1].valueBoolean"),
    ];
    for (what, body, status, element) in table {
        for door in [&scene.counter, &scene.feed] {
            let answer = door.post(OPEN, &body);
            assert_eq!(answer.status, status, "{what}: {}", answer.text());
            answer.names(status, element);
        }
    }
    assert_eq!(status(&scene.care, &person).total(), 0, "none of these opened it");
}

fn opened_at_either_door_and_once(scene: &Scene<'_>) {
    let (at_care, at_feed) = (Person::invented(1), Person::invented(2));
    let opened = scene.open(&at_care);
    let patient = opened.json();
    assert_eq!(patient["active"], true);
    assert_eq!(patient["name"][0]["family"], at_care.family.as_str());
    let id = patient["id"].as_str().unwrap();
    assert_eq!(opened.header("location").unwrap(), scene.demo.at("care", &format!("/fhir/Patient/{id}")));

    let opened = scene.feed.post(OPEN, &at_feed.opening()).must(201);
    assert!(!opened.text().contains(&at_feed.family), "the feed door reads nothing back: {}", opened.text());

    for person in [&at_care, &at_feed] {
        for door in [&scene.counter, &scene.feed, &scene.care] {
            let again = door.post(OPEN, &person.opening()).must(409);
            assert_eq!(again.json()["issue"][0]["details"]["text"], "DMPFound");
            // only a whole request learns it (rules, W1)
            door.post(OPEN, &without(person.opening(), "consent")).must(422);
        }
    }
    // somebody else's traits under this INS change nothing
    let other = Person { family: "AUTREMENT".into(), ..at_care.clone() };
    scene.counter.post(OPEN, &other.opening()).must(409);
    scene.authorise(&at_care);
    let shown = status(&scene.care, &at_care).resources().remove(0);
    assert_eq!(shown["name"][0]["family"], at_care.family.as_str(), "{shown}");
}

fn not_everybody_opens(scene: &Scene<'_>) {
    let person = Person::invented(3);
    let who = [("feed", "payer"), ("care", "steering")];
    for (door, kind) in who {
        let client = scene.at(door, &scene.demo.actor(kind));
        client.post(OPEN, &person.opening()).must(403);
        client.post(OPEN, &without(person.opening(), "consent")).must(403);
    }
    assert_eq!(status(&scene.care, &person).total(), 0);
    scene.care.post(OPEN, &person.opening()).must(201);
}

/// A care home's batch: one consent a resident, one line each.
fn residents_are_opened_each_for_itself(scene: &Scene<'_>) {
    let people = [20, 21, 22, 23, 24].map(Person::invented);
    let [whole, unwilling, there, unreadable, last] = &people;
    scene.open(there);
    let mut spoilt = unreadable.opening();
    spoilt["parameter"][0]["resource"].as_object_mut().unwrap().remove("name");
    let residents =
        [whole.opening(), without(unwilling.opening(), "consent"), there.opening(), spoilt, last.opening()];
    let resident = |it: &Value| json!({ "name": "resident", "part": it["parameter"] });
    let batch = |all: &[Value]| {
        let all: Vec<_> = all.iter().map(resident).collect();
        json!({ "resourceType": "Parameters", "parameter": all })
    };
    const BATCH: &str = "/fhir/Patient/$open-records";
    let steering = scene.at("care", &scene.demo.actor("steering"));
    steering.post(BATCH, &batch(&residents[..1])).must(403);
    let told = scene.feed.post(BATCH, &batch(&residents)).must(200).json();
    let told = told["parameter"].as_array().unwrap();
    let said: Vec<_> = told.iter().map(|it| it["part"][0]["valueCode"].as_str().unwrap()).collect();
    assert_eq!(said, ["opened", "refused", "found", "unreadable", "opened"]);
    let why = |place: usize| told[place]["part"][1]["resource"]["issue"][0].clone();
    assert_eq!(why(1)["expression"], json!(["consent"]));
    assert_eq!(why(2)["details"]["text"], "DMPFound");
    let place = "Parameters.parameter[3].part[0].resource.name";
    assert_eq!(why(3)["expression"], json!([place]));
    let there: Vec<_> = people.iter().map(|it| status(&scene.care, it).total()).collect();
    assert_eq!(there, [1, 0, 1, 0, 1]);
    // again: nothing changes
    let again = scene.counter.post(BATCH, &batch(&[whole.opening()])).must(200).json();
    assert_eq!(again["parameter"][0]["part"][0]["valueCode"], "found");
    scene.counter.post(BATCH, &batch(&vec![whole.opening(); 51])).must(422);
}

fn status_is_told_and_nothing_more(scene: &Scene<'_>) {
    let (open, absent) = (Person::invented(2), Person::invented(900));
    for (client, at_care) in [(&scene.care, true), (&scene.feed, false)] {
        for answer in [
            client.ask("/fhir/Patient", &[("identifier", &absent.token())]).must(200),
            client.form("/fhir/Patient/_search", &[("identifier", &absent.token())]).must(200),
        ] {
            assert_eq!(answer.total(), 0);
            assert!(
                answer.json().get("entry").is_none(),
                "an empty searchset has no entry: {}",
                answer.text()
            );
            assert!(!answer.text().contains(&absent.ins), "{}", answer.text());
        }
        let get = client.ask("/fhir/Patient", &[("identifier", &open.token())]).must(200);
        let post = client.form("/fhir/Patient/_search", &[("identifier", &open.token())]).must(200);
        assert_eq!(get.json(), post.json());
        let patient = get.resources().remove(0);
        assert_eq!(patient["active"], true);
        let said = patient["extension"].to_string();
        assert_eq!(said.contains("NON_EXISTE"), at_care, "{said}");
        // an INS is no way to look up a name: the traits are for who may read the record
        assert!(!get.text().contains(&open.family), "{patient}");
        assert!(!get.json()["link"].to_string().contains(&open.ins));

        let token = open.token();
        for (pairs, element) in [
            (vec![], "http.identifier"),
            (vec![("identifier", token.as_str()), ("identifier", token.as_str())], "http.identifier"),
            (vec![("identifier", "279035121518989")], "http.identifier"),
            (vec![("identifier", token.as_str()), ("name", "x")], "http.name"),
            (vec![("family", "x")], "http.family"),
        ] {
            client.ask("/fhir/Patient", &pairs).names(400, element);
            client.form("/fhir/Patient/_search", &pairs).names(400, element);
        }
    }
}

fn the_doctor_is_let_in_and_out(scene: &Scene<'_>) {
    let person = Person::invented(4);
    scene.open(&person);
    scene.fed(&person, &[Document::text()]);
    let standing = || status(&scene.care, &person).resources().remove(0)["extension"].to_string();
    let named = || status(&scene.care, &person).text().contains(&person.family);
    assert!(!named());
    scene.search(&person, "DocumentReference", &[]).must(403);
    let consent = scene.care.post(AUTHORISE, &person.authorise("AJOUT", None)).must(200).json();
    assert_eq!((&consent["resourceType"], &consent["status"]), (&json!("Consent"), &json!("active")));
    assert!(standing().contains("\"VALIDE\""), "{}", standing());
    assert!(named());
    assert_eq!(scene.total(&person), 1);
    let consent = scene.care.post(AUTHORISE, &person.authorise("SUPPRESSION", None)).must(200).json();
    assert_eq!(consent["status"], "inactive");
    scene.search(&person, "DocumentReference", &[]).must(403);
    assert!(!standing().contains("\"VALIDE\""), "{}", standing());
    let consent = scene.care.post(AUTHORISE, &person.authorise("AJOUT", Some(true))).must(200).json();
    assert!(consent["extension"].to_string().contains("pending"), "{consent}");
    assert_eq!(scene.total(&person), 1, "an ordinary authorisation until the holder confirms");
}

fn nobody_else_lets_in(scene: &Scene<'_>) {
    let person = Person::invented(4);
    let insurer = scene.demo.actor_where(|it| it["name"].as_str().unwrap().ends_with("COUBLANT"));
    let agent = scene.demo.actor("agent");
    for actor in [&insurer, &agent, &scene.demo.actor("steering")] {
        let client = scene.at("care", actor);
        client.post(AUTHORISE, &person.authorise("AJOUT", None)).must(403);
        client.ask("/fhir/DocumentReference", &[("patient.identifier", &person.token())]).must(403);
    }
    // only a doctor is an attending one; any other professional with a row is let in
    let nurse = scene.at("care", &scene.demo.of_role("60"));
    nurse.post(AUTHORISE, &person.authorise("AJOUT", Some(true))).must(403);
    nurse.ask("/fhir/DocumentReference", &[("patient.identifier", &person.token())]).must(403);
    nurse.post(AUTHORISE, &person.authorise("AJOUT", None)).must(200);
    nurse.ask("/fhir/DocumentReference", &[("patient.identifier", &person.token())]).must(200);
    // a record that is not there answers as one that may not be used
    let absent = scene.care.post(AUTHORISE, &Person::invented(901).authorise("AJOUT", None)).must(403);
    let refused = scene.at("care", &agent).post(AUTHORISE, &person.authorise("AJOUT", None));
    assert_eq!(absent.shape(), refused.shape());
    for (spoilt, element) in [
        (person.authorise("ajout", None), "parameter[1].valueCode"),
        (person.authorise("", None), "parameter[1].valueCode"),
    ] {
        let answer = scene.care.post(AUTHORISE, &spoilt);
        assert!(matches!(answer.status, 400 | 422), "{}", answer.text());
        assert!(
            answer.elements().iter().any(|it| it.contains("parameter[1]")),
            "{element}: {}",
            answer.text()
        );
    }
}

fn what_is_published_is_there(scene: &Scene<'_>) {
    for (door, client, operations) in [("care", &scene.care, 23), ("feed", &scene.feed, 4)] {
        for who in [client, &Client::new(scene.demo, door, None)] {
            let statement = who.get("/fhir/metadata").must(200).json();
            assert_eq!(
                (&statement["resourceType"], &statement["fhirVersion"]),
                (&json!("CapabilityStatement"), &json!("4.0.1"))
            );
        }
        let statement = client.get("/fhir/metadata").json();
        let mut found = 0;
        for resource in statement["rest"][0]["resource"].as_array().unwrap() {
            for operation in resource["operation"].as_array().into_iter().flatten() {
                let url = operation["definition"].as_str().unwrap();
                // the guide's own are defined there
                if url.starts_with("http://hl7.org/fhir/uv/subscriptions-backport/") {
                    continue;
                }
                let definition = client.get(url).must(200).json();
                assert_eq!(definition["resourceType"], "OperationDefinition");
                assert_eq!(definition["code"], operation["name"]);
                found += 1;
            }
        }
        assert_eq!(found, operations, "at the {door} door");
    }
    assert!(!scene.feed.get("/fhir/metadata").text().contains("\"read\""), "the feed door reads nothing");
    scene.care.get("/fhir/OperationDefinition/nothing").must(404);
}

fn status(client: &Client<'_>, person: &Person) -> Answer {
    client.form("/fhir/Patient/_search", &[("identifier", &person.token())]).must(200)
}

//! The steering door: who reviews, who switches off and on, who changes the policy; and that nobody else does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::Demo;
use common::bundle::Person;
use common::client::Client;
use common::holder::{Holder, post};
use common::pages::{between, is_a_page, says, whole};
use common::scene::Scene;
use serde_json::json;

#[test]
fn each_route_has_its_office_and_acts_on_the_next_request() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(710);
    scene.open_to_the_doctor(&person);
    let search = || scene.search(&person, "DocumentReference", &[]).status;
    assert_eq!(search(), 200);
    let named = |slug: &str| demo.actor_where(|it| it["cert"].as_str().unwrap().contains(slug));
    let steer = |slug: &str| Client::new(&demo, "steer", Some(&named(slug)));
    let (one, two) = (steer("administrator-1"), steer("administrator-2"));
    let (reviewer, nobody) = (steer("reviewer-1"), Client::new(&demo, "steer", None));
    let who = json!({ "person": scene.doctor.text("id") });
    let policy = json!({ "profile": "{}", "matrix": "{}" });
    let nothing = "/proposals/00000000000000000000000009/approve".to_owned();
    let routes = [
        ("GET", "/reviews", json!({})),
        ("GET", "/emergencies", json!({})),
        ("GET", "/service", json!({})),
        (
            "POST",
            "/reviews/00000000000000000000000009/00000000000000000000000009",
            json!({ "finding": "justified" }),
        ),
        ("GET", "/switches", json!({})),
        ("POST", "/switches/off", who.clone()),
        ("POST", "/switches/on", who.clone()),
        ("POST", "/policy", policy),
        ("POST", nothing.as_str(), json!({})),
    ];
    let ask = |client: &Client<'_>, method: &str, path: &str, body: &serde_json::Value| match method {
        "GET" => client.get(path),
        _ => post(client, path, body, &[]),
    };
    for (method, path, body) in &routes {
        assert_eq!(ask(&nobody, method, path, body).status, 401, "{path}");
        for slug in ["steering-1", "agent-1"] {
            let status = ask(&steer(slug), method, path, body).status;
            assert!(matches!(status, 403 | 404), "{path} for {slug}: {status}");
        }
        // one office does not do the other's work
        let other = if path.starts_with("/reviews") { &one } else { &reviewer };
        let status = ask(other, method, path, body).status;
        // the figures are for both
        let shared = ["/emergencies", "/service"].contains(path) && status == 200;
        assert!(shared || matches!(status, 403 | 404), "{path}: {status}");
    }
    assert_eq!(search(), 200, "nothing was switched");

    post(&one, "/switches/off", &who, &[]).must(200);
    assert_eq!(search(), 429);
    post(&one, "/switches/off", &who, &[]).must(422);
    let waiting = post(&one, "/switches/on", &who, &[]).must(200).json();
    let approve = format!("/proposals/{}/approve", waiting["id"].as_str().unwrap());
    post(&one, &approve, &json!({}), &[]).must(403);
    assert_eq!(search(), 429);
    assert_eq!(two.get("/switches").must(200).json()["proposals"][0]["id"], waiting["id"]);
    post(&two, &approve, &json!({}), &[]).must(200);
    assert_eq!(search(), 200);
    post(&one, "/policy", &json!({ "profile": "{}", "matrix": "{}" }), &[]).must(422);

    // an emergency waits for its reviewer, who sees nobody
    let patient = demo.patient("open");
    let text = |field: &str| patient[field].as_str().unwrap();
    let (given, family) = text("name").split_once(' ').unwrap();
    let said = |name: &str, value: &str| json!({ "name": name, "valueString": value });
    let identifier = json!({ "system": format!("urn:oid:{}", text("oid")), "value": text("ins") });
    let body = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "patient", "valueIdentifier": identifier },
        said("family", family), said("given", given),
        { "name": "birth-date", "valueDate": text("birth_date") },
        said("reason", "inconscient aux urgences"), { "name": "declaration", "valueBoolean": true },
    ]});
    scene.care.post("/fhir/Patient/$break-glass", &body).must(200);
    let list = reviewer.get("/reviews").must(200);
    for told in [family, text("ins"), "inconscient aux"] {
        assert!(!list.text().contains(told));
    }
    let list = list.json();
    let access = &list["reviews"][0];
    assert_eq!(access["person"]["id"], scene.doctor.text("id"));
    let path =
        format!("/reviews/{}/{}", access["record"].as_str().unwrap(), access["access"].as_str().unwrap());
    post(&reviewer, &path, &json!({ "finding": "rien" }), &[]).must(400);
    post(&reviewer, &path, &json!({ "finding": "justified" }), &[]).must(200);
    assert!(reviewer.get("/reviews").must(200).json()["reviews"].as_array().unwrap().is_empty());
    let holder = Holder::of(&demo, &patient);
    assert!(holder.trace().iter().any(|it| it["act"] == "review_emergency"));
}

/// The same two as pages, and a word on an access from one of them: from this door's own, and by nobody else.
#[test]
fn who_reviews_and_who_runs_the_service_have_pages() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let named = |slug: &str| demo.actor_where(|it| it["cert"].as_str().unwrap().contains(slug));
    let steer = |slug: &str| Client::new(&demo, "steer", Some(&named(slug)));
    let (administrator, reviewer) = (steer("administrator-1"), steer("reviewer-1"));
    let page = |client: &Client<'_>, path: &str, status: u16| {
        let answer = client.get_as(path, "text/html").must(status);
        is_a_page(&answer);
        answer
    };
    says(&page(&reviewer, "/reviews", 200), "Rien à relire");
    says(&page(&administrator, "/emergencies", 200), "Urgences par établissement");
    assert_eq!(reviewer.get_as("/", "text/html").must(303).header("location"), Some("/reviews"));
    assert_eq!(administrator.get_as("/", "text/html").must(303).header("location"), Some("/emergencies"));
    says(&page(&administrator, "/reviews", 403), "Numéro à citer");
    page(&Client::new(&demo, "steer", None), "/reviews", 401);
    let patient = demo.patient("open");
    let text = |field: &str| patient[field].as_str().unwrap();
    let (given, family) = text("name").split_once(' ').unwrap();
    let said = |name: &str, value: &str| json!({ "name": name, "valueString": value });
    let identifier = json!({ "system": format!("urn:oid:{}", text("oid")), "value": text("ins") });
    let body = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "patient", "valueIdentifier": identifier },
        said("family", family), said("given", given),
        { "name": "birth-date", "valueDate": text("birth_date") },
        said("reason", "inconscient aux urgences"), { "name": "declaration", "valueBoolean": true },
    ]});
    scene.care.post("/fhir/Patient/$break-glass", &body).must(200);
    let queue = page(&reviewer, "/reviews", 200);
    says(&queue, scene.doctor.text("name"));
    for told in [family, text("ins"), "inconscient aux"] {
        assert!(!whole(&queue).contains(told), "{told}");
    }
    let path = between(&whole(&queue), "method=\"post\" action=\"", "\"");
    assert!(path.starts_with("/reviews/") && path.ends_with("/word"));
    let word = |client: &Client<'_>, origin: &str, finding: &str| {
        let headers = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Accept", "text/html"),
            ("Origin", origin),
        ];
        client.send("POST", &path, &headers, Some(format!("finding={finding}").as_bytes()))
    };
    let ours = demo.at("steer", "");
    let ours = ours.trim_end_matches('/');
    word(&reviewer, "https://example.org", "justified").must(403);
    word(&administrator, ours, "justified").must(403);
    word(&reviewer, ours, "rien").must(400);
    says(&page(&reviewer, "/reviews", 200), scene.doctor.text("name"));
    word(&reviewer, ours, "not_justified").must(303);
    says(&page(&reviewer, "/reviews?said=1", 200), "Réponse enregistrée");
    // figures, for programs too
    let rates = administrator.get("/emergencies").must(200).json();
    let house = &rates["organisations"][0];
    assert_eq!(house["emergencies"], 1, "{rates}");
    says(&page(&administrator, "/emergencies", 200), "100,0 %");
}

/// Each route of the door stands in the tests above.
#[test]
fn no_route_is_without_its_test() {
    let source = |path: &str| {
        std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
    };
    let (served, tested) = (source("src/api/steering.rs"), source("tests/steering.rs"));
    let routes: Vec<_> = served.split(".route(\"").skip(1).map(|it| it.split_once('"').unwrap().0).collect();
    assert_eq!(routes.len(), 9);
    for route in routes {
        let (start, _) = route.split_once('{').unwrap_or((route, ""));
        assert!(tested.contains(&format!("\"{start}")), "{route}");
    }
    // those of the pages alone
    let served = source("src/portal/steering.rs");
    let routes: Vec<_> = served.split(".route(\"").skip(1).map(|it| it.split_once('"').unwrap().0).collect();
    assert_eq!(routes, ["/icon.svg", "/", "/reviews/{record}/{access}/word"]);
    assert!(!source("src/doors/steer.rs").contains(".route("), "nor is one beside those");
}

//! What goes wrong, as somebody with a browser is told: a page with what happened, what was not lost, what to do now
//! and a number to quote; for a program and under `/api`, JSON as ever.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::Demo;
use common::client::{Answer, Client};
use common::pages::{Browser, is_a_page, says, whole};
use common::pro::by_provider;

/// A page somebody can do something with.
#[track_caller]
fn explains(answer: &Answer, home: &str) {
    is_a_page(answer);
    assert!(answer.header("content-type").unwrap().starts_with("text/html"));
    says(answer, "<h1>");
    says(answer, &format!("class=\"button\" href=\"{home}\""));
    let number = answer.header("x-request-id").unwrap();
    says(answer, &format!("<code>{number}</code>"));
    let text = whole(answer);
    assert!(!text.contains("OperationOutcome"), "{text}");
    let kept = ["Rien n", "rien n", "est intact", "n’a pas changé"];
    assert!(kept.iter().any(|it| text.contains(it)), "what was not lost: {text}");
}

#[test]
fn every_error_a_browser_meets_is_a_page_that_helps() {
    let demo = Demo::start();
    let patient = demo.patient("open");
    let nobody = Browser::new(&demo);
    let browser = Browser::of(&demo, &patient);
    let agent = Client::new(&demo, "portal", Some(&demo.actor("agent")));

    // 404 and 405, among the pages one was on
    for (path, home) in [("/nothing", "/"), ("/pro/nothing", "/pro"), ("/counter/nothing", "/counter")] {
        explains(&nobody.get(path).must(404), home);
    }
    for (path, home) in [("/documents", "/"), ("/pro/records/x", "/pro"), ("/counter/card", "/counter")] {
        let refused = nobody.send(path, &[]).must(405);
        explains(&refused, home);
        assert!(refused.header("allow").unwrap().contains("GET"), "{path}");
    }
    // who is logged in or at work stays so, and goes home
    let lost = browser.get("/nothing").must(404);
    says(&lost, "action=\"/logout\"");
    says(&lost, "Revenir à l’accueil");
    let lost = by_provider(&demo, &demo.of_role("10")).get_as("/pro/nothing", "text/html").must(404);
    explains(&lost, "/pro");
    says(&lost, "action=\"/pro/logout\"");
    let lost = agent.get_as("/counter/nothing", "text/html").must(404);
    explains(&lost, "/counter");
    says(&lost, "class=\"desk\"");
    // 400: what cannot be taken apart
    explains(&browser.get("/documents/x/media/y").must(400), "/");
    let form = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "text/html")];
    let broken = |client: &Client<'_>, path: &str| client.send("POST", path, &form, Some(b"a=%zz"));
    explains(&broken(&nobody.client, "/login").must(400), "/");
    explains(&broken(&agent, "/counter").must(400), "/counter");
    // 403: not from a page of ours
    explains(&browser.send("/access/block", &[("person", "x")]).must(403), "/");
    explains(&agent.send("POST", "/counter", &form, Some(b"a=b")).must(403), "/counter");
    // 413: a form, and a body
    let long = "x".repeat(40 << 10);
    explains(&nobody.send("/login", &[("login", &long)]).must(413), "/");
    explains(&agent.send("POST", "/counter", &form, Some(long.as_bytes())).must(413), "/counter");
    let body = vec![b'x'; 17 << 20];
    for (path, home) in [("/login", "/"), ("/pro/patients", "/pro")] {
        // a client that is still sending may see its connection closed before it sees the answer
        if let Some(refused) = nobody.client.try_send("POST", path, &form, Some(&body)) {
            explains(&refused.must(413), home);
        }
    }
    // 422: said beside the field
    let page = browser.get("/access").must(200);
    let wrong = browser.submit(&page, "/access/authorise", &[("id", "12345")]).must(422);
    is_a_page(&wrong);
    says(&wrong, "role=\"alert\"");

    // a program is told as programs are
    for path in ["/nothing", "/pro/nothing"] {
        let answer = nobody.client.get(path).must(404);
        assert_eq!(answer.json()["resourceType"], "OperationOutcome");
    }
    let answer = nobody.client.get_as("/api/record", "text/html").must(401);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert_eq!(nobody.get("/api/nothing").must(404).json()["resourceType"], "OperationOutcome");
}

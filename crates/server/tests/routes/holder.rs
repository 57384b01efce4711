//! The routes of `/api`: the holder's own interface.

use serde_json::{Value, json};

use crate::Row;
use crate::common::Demo;
use crate::common::client::{Answer, Client};
use crate::common::holder::{Holder, begin, last_message, post, word_after};

/// Nobody has no session. The wrong one is another holder, who reaches nothing but what is their own (for those
/// routes, that the right one's record is as before is looked at below).
pub const API: [Row; 56] = [
    ("portal", "get", "/api/openapi.json", ["200", "200", "200"]),
    ("portal", "post", "/api/login", ["200", "200", "200"]),
    ("portal", "post", "/api/login/code", ["401", "401", "200"]),
    ("portal", "get", "/api/record", ["401", "200", "200"]),
    ("portal", "get", "/api/documents", ["401", "200", "200"]),
    ("portal", "get", "/api/documents/{id}", ["401", "404", "200"]),
    ("portal", "get", "/api/documents/{id}/content", ["401", "404", "200"]),
    ("portal", "post", "/api/documents/{id}/mask", ["401", "404", "200"]),
    ("portal", "post", "/api/documents/{id}/unmask", ["401", "404", "200"]),
    ("portal", "post", "/api/documents/{id}/archive", ["401", "404", "200"]),
    ("portal", "post", "/api/documents/{id}/unarchive", ["401", "404", "200"]),
    // a hospital's document is the hospital's to delete, and an adult has no representatives to hide it from
    ("portal", "post", "/api/documents/{id}/delete", ["401", "404", "404"]),
    ("portal", "post", "/api/documents/{id}/restore", ["401", "404", "404"]),
    ("portal", "post", "/api/documents/{id}/dispute", ["401", "404", "200"]),
    ("portal", "post", "/api/documents/{id}/hide", ["401", "404", "404"]),
    ("portal", "post", "/api/documents/{id}/show", ["401", "404", "404"]),
    ("portal", "post", "/api/record/oppose", ["401", "200", "200"]),
    ("portal", "post", "/api/record/lift-opposition", ["401", "200", "200"]),
    ("portal", "get", "/api/trace", ["401", "200", "200"]),
    ("portal", "get", "/api/fhir/AuditEvent", ["401", "200", "200"]),
    ("portal", "get", "/api/see-as", ["401", "200", "200"]),
    ("portal", "get", "/api/why", ["401", "404", "200"]),
    ("portal", "get", "/api/receipts", ["401", "200", "200"]),
    ("portal", "post", "/api/authorise", ["401", "200", "200"]),
    ("portal", "post", "/api/revoke", ["401", "200", "200"]),
    ("portal", "post", "/api/attending-doctor/confirm", ["401", "200", "200"]),
    ("portal", "post", "/api/attending-doctor/end", ["401", "200", "200"]),
    ("portal", "post", "/api/block", ["401", "200", "200"]),
    ("portal", "post", "/api/unblock", ["401", "200", "200"]),
    ("portal", "post", "/api/emergency", ["401", "200", "200"]),
    // no such access: that there is one is in tests/fhir/emergency.rs
    ("portal", "post", "/api/emergency/contest", ["401", "404", "404"]),
    ("portal", "get", "/api/records", ["401", "200", "200"]),
    ("portal", "post", "/api/records/change", ["401", "404", "404"]),
    ("portal", "get", "/api/around", ["401", "200", "200"]),
    ("portal", "post", "/api/contacts", ["401", "200", "200"]),
    ("portal", "post", "/api/address", ["401", "200", "200"]),
    ("portal", "post", "/api/preferences", ["401", "200", "200"]),
    ("portal", "post", "/api/emergency-contacts", ["401", "200", "200"]),
    ("portal", "post", "/api/close-ones", ["401", "200", "200"]),
    ("portal", "post", "/api/close-ones/end", ["401", "422", "422"]),
    ("portal", "post", "/api/representatives/consent", ["401", "422", "422"]),
    ("portal", "post", "/api/representatives/refuse", ["401", "422", "422"]),
    ("portal", "post", "/api/same-reading", ["401", "403", "403"]),
    ("portal", "post", "/api/attending-doctor/successor", ["401", "422", "422"]),
    ("portal", "post", "/api/secret-acts", ["401", "403", "403"]),
    ("portal", "post", "/api/donation", ["401", "200", "200"]),
    ("portal", "post", "/api/personal", ["401", "200", "200"]),
    ("portal", "post", "/api/notes", ["401", "200", "200"]),
    ("portal", "post", "/api/printed-list", ["401", "200", "200"]),
    ("portal", "post", "/api/own-documents", ["401", "200", "200"]),
    ("portal", "post", "/api/record/close", ["401", "200", "200"]),
    ("portal", "get", "/api/record/closure", ["401", "200", "200"]),
    ("portal", "post", "/api/record/reopen", ["401", "200", "200"]),
    ("portal", "post", "/api/record/destroy", ["401", "200", "200"]),
    // each has just asked for it
    ("portal", "post", "/api/record/keep", ["401", "200", "200"]),
    // the last: it ends the session
    ("portal", "post", "/api/logout", ["401", "204", "204"]),
];

#[test]
fn the_holder_s_interface_answers_each_as_its_row_says() {
    let demo = Demo::start();
    let open: Vec<_> = demo.file["patients"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["record"] == "open")
        .cloned()
        .collect();
    let (right, wrong) = (Holder::of(&demo, &open[0]), Holder::of(&demo, &open[1]));
    let (watcher, nobody) = (Holder::of(&demo, &open[0]), Client::new(&demo, "portal", None));
    let list = right.get("/api/documents").must(200).json();
    let id = list["documents"][0]["id"].as_str().unwrap();
    let standing = || {
        // a closed record shows nothing, to its holder either
        let [record, documents] = ["/api/record", "/api/documents"].map(|it| watcher.get(it));
        (record.status, record.json(), documents.status, documents.json())
    };
    let who = json!({ "person": demo.of_role("10").text("id") });
    for (_, method, path, expected) in API {
        let person = demo.of_role("10").text("id").to_owned();
        let literal = match path {
            "/api/see-as" => format!("{path}?person={person}"),
            "/api/why" => format!("{path}?person={person}&document={id}"),
            "/api/receipts" => format!("{path}?person={person}&day=2026-05-03"),
            _ => path.replace("{id}", id),
        };
        let body = match path {
            "/api/emergency/contest" => json!({ "request": "00000000000000000000000009" }),
            "/api/emergency" => json!({ "breakGlass": false, "regulation": false }),
            "/api/records/change" => json!({ "record": "00000000000000000000000009" }),
            "/api/contacts" => json!({ "email": "moi@example.org" }),
            "/api/address" => json!({ "lines": ["1 rue Fictive", "63000 CLERMONT"] }),
            "/api/preferences" => json!({ "accesses": "every", "noDigest": false }),
            "/api/emergency-contacts" => json!({ "contacts": [{ "name": "Lou", "phone": "0600000000" }] }),
            "/api/close-ones" => json!({ "kind": "helper", "name": "Lou" }),
            "/api/close-ones/end" => json!({ "kind": "helper", "id": "00000000000000000000000009" }),
            "/api/representatives/consent" => {
                json!({ "mandate": "00000000000000000000000009", "consents": true })
            }
            "/api/representatives/refuse" => json!({ "refuses": true }),
            "/api/same-reading" => json!({ "person": "899700366240", "given": true }),
            "/api/attending-doctor/successor" => json!({ "person": "899700366240", "agrees": true }),
            "/api/secret-acts" => json!({ "day": "2026-11-20" }),
            "/api/donation" => json!({ "agrees": true }),
            "/api/personal" => json!({ "allergies": "arachide" }),
            "/api/notes" => json!({ "text": "une note" }),
            "/api/own-documents" => {
                json!({ "type": "EXPPAT_1", "title": "Mes volontés", "text": "Je souhaite." })
            }
            path if path.contains("printed-list") => json!({}),
            "/api/login" => json!({ "login": "personne.du.tout", "password": "rien du tout" }),
            path if path.contains("documents") || path.ends_with("logout") => json!({}),
            _ => who.clone(),
        };
        let before = standing();
        for (place, expected) in expected.into_iter().enumerate() {
            let answer = match (path, place) {
                ("/api/login/code", _) => log_in_step(&demo, &open[0], place),
                (_, 0) if method == "get" => nobody.get(&literal),
                (_, 0) => post(&nobody, &literal, &body, &[("X-Anti-Forgery", &right.anti_forgery)]),
                (_, 1) if method == "get" => wrong.get(&literal),
                (_, 1) => wrong.post(&literal, &body),
                (_, _) if method == "get" => right.get(&literal),
                _ => right.post(&literal, &body),
            };
            assert_eq!(
                answer.status.to_string(),
                expected,
                "{method} {path}, asked by {}: {}",
                ["nobody", "another holder", "the holder"][place],
                answer.text()
            );
            if place == 1 {
                assert_eq!(standing(), before, "{path}: another holder changed it");
            }
        }
        for other in ["get", "post", "put", "patch", "delete"] {
            if other != method {
                let body = matches!(other, "post" | "put" | "patch").then_some(&b"{}"[..]);
                nobody
                    .send(&other.to_uppercase(), &literal, &[("Content-Type", "application/json")], body)
                    .must(405);
            }
        }
    }
}

/// The second step: with no code that was ever sent, with another holder's, with one's own.
fn log_in_step(demo: &Demo, patient: &Value, place: usize) -> Answer {
    let client = Client::new(demo, "portal", None);
    let before = last_message(demo);
    let text = |field: &str| patient[field].as_str().unwrap();
    let challenge = begin(&client, text("login"), text("password"));
    let code = word_after(demo, before, "Votre code d'accès est ");
    let spoilt: String =
        code.chars().map(|it| if it == '9' { '0' } else { char::from(it as u8 + 1) }).collect();
    let code = if place == 2 { code } else { spoilt };
    post(&client, "/api/login/code", &json!({ "challenge": challenge, "code": code }), &[])
}

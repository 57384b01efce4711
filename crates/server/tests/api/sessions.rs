//! The two factors and the session: what is guessed, replayed, forged or left behind opens nothing.

use serde_json::{Value, json};

use crate::common::Demo;
use crate::common::client::{Answer, Client};
use crate::common::holder::{Holder, begin, last_message, outbox, post, word_after};

#[test]
fn only_who_proves_both_factors_is_in() {
    let demo = Demo::start();
    let patients = demo.file["patients"].as_array().unwrap().clone();
    let open: Vec<_> = patients.iter().filter(|it| it["record"] == "open").collect();
    passwords_and_logins_are_not_told_apart(&demo, open[0]);
    codes_are_used_once_and_guessed_five_times(&demo, open[0]);
    what_another_page_sends_is_refused(&demo, open[0]);
    sessions_end_and_are_not_shared(&demo, open[0], open[1]);
}

fn text<'v>(patient: &'v Value, field: &str) -> &'v str {
    patient[field].as_str().unwrap()
}

fn code_step(client: &Client<'_>, challenge: &str, code: &str) -> Answer {
    post(client, "/api/login/code", &json!({ "challenge": challenge, "code": code }), &[])
}

fn passwords_and_logins_are_not_told_apart(demo: &Demo, patient: &Value) {
    let client = Client::new(demo, "portal", None);
    let (login, password) = (text(patient, "login"), text(patient, "password"));
    let ask = |login: &str, password: &str| {
        post(&client, "/api/login", &json!({ "login": login, "password": password }), &[]).must(200)
    };
    let before = last_message(demo);
    let wrong = [ask(login, "pas celui-là du tout"), ask("personne.du.tout", password), ask("", "")];
    let right = ask(login, password);
    let headers = |it: &Answer| it.shape()["headers"].clone();
    for answer in &wrong {
        assert_eq!(headers(answer), headers(&right));
        let lengths = |it: &Answer| it.json()["challenge"].as_str().unwrap().len();
        assert_eq!((lengths(answer), answer.json().as_object().unwrap().len()), (lengths(&right), 1));
        let refused = code_step(&client, answer.json()["challenge"].as_str().unwrap(), "123456").must(401);
        assert!(refused.header("set-cookie").is_none());
    }
    // one code alone was sent, for the right password
    word_after(demo, before, "Votre code d'accès est ");
    let codes =
        outbox(demo).iter().filter(|it| it["text"].as_str().unwrap().contains("Votre code d'accès")).count();
    assert_eq!(codes, 1, "a wrong password sends none");
    for body in [json!({}), json!({ "login": login }), json!({ "login": login, "password": 1 }), json!("x")] {
        post(&client, "/api/login", &body, &[]).must(400);
    }
    let long = "x".repeat(600);
    post(&client, "/api/login", &json!({ "login": login, "password": long }), &[]).must(400);
    post(&client, "/api/login", &json!({ "login": long, "password": password }), &[]).must(400);
}

fn codes_are_used_once_and_guessed_five_times(demo: &Demo, patient: &Value) {
    let client = Client::new(demo, "portal", None);
    let (login, password) = (text(patient, "login"), text(patient, "password"));
    let enter = || {
        let before = last_message(demo);
        let challenge = begin(&client, login, password);
        (challenge, word_after(demo, before, "Votre code d'accès est "))
    };
    let (challenge, code) = enter();
    let other = if code == "000000" { "000001" } else { "000000" };
    for wrong in [other, "", "00000", "abcdef", &format!("{code}0")] {
        code_step(&client, &challenge, wrong).must(401);
    }
    code_step(&client, &challenge, &code).must(401);
    client.get("/api/record").must(401);

    let (challenge, code) = enter();
    let (another, _) = enter();
    code_step(&client, &challenge, &code).must(401);
    code_step(&client, &another, &code).must(401);
    for nonsense in ["", "x", "x-y", &challenge.replace('-', "")] {
        code_step(&client, nonsense, &code).must(400);
    }
    let (challenge, code) = enter();
    code_step(&client, &challenge, &code).must(200);
    let elsewhere = Client::new(demo, "portal", None);
    code_step(&elsewhere, &challenge, &code).must(401);
    elsewhere.get("/api/record").must(401);
}

fn what_another_page_sends_is_refused(demo: &Demo, patient: &Value) {
    let holder = Holder::of(demo, patient);
    let before = holder.get("/api/record").must(200).json();
    let who = json!({ "person": demo.of_role("10").text("id") });
    let own = ("X-Anti-Forgery", holder.anti_forgery.as_str());
    let portal = demo.at("portal", "");
    for path in ["/api/authorise", "/api/block", "/api/logout", "/api/emergency"] {
        for headers in [
            vec![],
            vec![("X-Anti-Forgery", "")],
            vec![("X-Anti-Forgery", "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE")],
            vec![own, ("Origin", "https://evil.example")],
            vec![own, ("Origin", "null")],
            vec![own, ("Origin", "http://localhost:8443")],
        ] {
            post(&holder.client, path, &who, &headers).must(403);
        }
    }
    post(
        &holder.client,
        "/api/login",
        &json!({ "login": "a", "password": "b" }),
        &[("Origin", "https://evil.example")],
    )
    .must(403);
    assert_eq!(holder.get("/api/record").must(200).json(), before);
    // a form of another page: no JSON
    let form = [("Content-Type", "application/x-www-form-urlencoded"), own];
    let answer = holder.client.send("POST", "/api/block", &form, Some(b"person=899"));
    assert!(matches!(answer.status, 400 | 415), "{}", answer.text());
    post(&holder.client, "/api/authorise", &who, &[own, ("Origin", &portal)]).must(200);
    holder.post("/api/revoke", &who).must(200);
}

fn sessions_end_and_are_not_shared(demo: &Demo, patient: &Value, other: &Value) {
    let (first, second) = (Holder::of(demo, patient), Holder::of(demo, patient));
    let foreign = Holder::of(demo, other);
    // another session's token, another person's session
    post(&first.client, "/api/emergency", &json!({}), &[("X-Anti-Forgery", &second.anti_forgery)]).must(403);
    post(&first.client, "/api/emergency", &json!({}), &[("X-Anti-Forgery", &foreign.anti_forgery)]).must(403);
    let documents = first.get("/api/documents").must(200).json();
    let id = documents["documents"][0]["id"].as_str().unwrap();
    first.get(&format!("/api/documents/{id}")).must(200);
    foreign.get(&format!("/api/documents/{id}")).must(404);
    foreign.get(&format!("/api/documents/{id}/content")).must(404);
    foreign.post(&format!("/api/documents/{id}/mask"), &json!({})).must(404);
    assert_eq!(first.get(&format!("/api/documents/{id}")).must(200).json()["masked"], false);

    assert_eq!(first.post("/api/logout", &json!({})).status, 204);
    first.get("/api/record").must(401);
    second.get("/api/record").must(200);

    // a cookie set before the log-in is not taken over, and the one it had is dead afterwards
    let client = Client::new(demo, "portal", None);
    let before = last_message(demo);
    let challenge = begin(&client, text(patient, "login"), text(patient, "password"));
    let code = word_after(demo, before, "Votre code d'accès est ");
    let body = serde_json::to_vec(&json!({ "challenge": challenge, "code": code })).unwrap();
    let fixed = "__Host-carnet=ZmlybWx5LWZpeGVkLWJ5LXNvbWVib2R5LWVsc2U";
    let headers = [("Content-Type", "application/json"), ("Cookie", fixed)];
    let signed = client.send("POST", "/api/login/code", &headers, Some(&body)).must(200);
    let cookie = signed.header("set-cookie").unwrap().to_owned();
    for part in ["Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let ours = cookie.split(';').next().unwrap();
    assert_ne!(ours, fixed);
    let bare = |cookie: &str| {
        Client::new(demo, "portal", None).send("GET", "/api/record", &[("Cookie", cookie)], None)
    };
    bare(fixed).must(401);
    bare(ours).must(200);
    let before = last_message(demo);
    let challenge = begin(&client, text(patient, "login"), text(patient, "password"));
    let code = word_after(demo, before, "Votre code d'accès est ");
    let body = serde_json::to_vec(&json!({ "challenge": challenge, "code": code })).unwrap();
    let headers = [("Content-Type", "application/json"), ("Cookie", ours)];
    let again =
        Client::new(demo, "portal", None).send("POST", "/api/login/code", &headers, Some(&body)).must(200);
    bare(ours).must(401);
    bare(again.header("set-cookie").unwrap().split(';').next().unwrap()).must(200);
    // half an hour without a request, and whatever is left ends
    let clock = demo.at("portal", "/demo/clock");
    second.get("/api/record").must(200);
    post(&client, &clock, &json!({ "advance": "PT31M" }), &[]).must(200);
    second.get("/api/record").must(401);
}

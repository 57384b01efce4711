//! The holder's pages from outside, as a browser without scripts walks them: every journey is links and forms.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::bundle::Person;
use common::client::{Answer, Client, query};
use common::holder::{last_message, outbox, word_after};
use common::scene::Scene;
use common::{Actor, Demo};
use serde_json::{Value, json};

/// A browser: keeps cookies, follows what it is told to, sends its origin with forms.
struct Browser<'d> {
    demo: &'d Demo,
    client: Client<'d>,
}

impl<'d> Browser<'d> {
    fn new(demo: &'d Demo) -> Self {
        Self { demo, client: Client::new(demo, "portal", None) }
    }

    /// Somebody of `demo.json`, logged in.
    fn of(demo: &'d Demo, patient: &Value) -> Self {
        let browser = Self::new(demo);
        let before = last_message(demo);
        browser.enter_password(patient["login"].as_str().unwrap(), patient["password"].as_str().unwrap());
        let code = word_after(demo, before, "Votre code d'accès est ");
        let home = browser.send("/login/code", &[("code", &code)]).must(200);
        assert!(home.text().contains("Bonjour"), "{}", home.text());
        browser
    }

    fn enter_password(&self, login: &str, password: &str) -> Answer {
        self.send("/login", &[("login", login), ("password", password), ("next", "")])
    }

    fn get(&self, path: &str) -> Answer {
        self.follow(self.client.get_as(path, "text/html"))
    }

    /// Goes where an answer leads, as often as it does.
    fn follow(&self, mut answer: Answer) -> Answer {
        for _ in 0..4 {
            if answer.status != 303 {
                return answer;
            }
            let to = answer.header("location").unwrap().to_owned();
            assert!(to.starts_with('/') && !to.starts_with("//"), "{to}");
            answer = self.client.get_as(&to, "text/html");
        }
        panic!("it goes on and on");
    }

    /// A form, with what a browser sends beside it.
    fn send(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let origin = self.demo.at("portal", "");
        let headers = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Accept", "text/html"),
            ("Origin", origin.trim_end_matches('/')),
            ("Sec-Fetch-Site", "same-origin"),
        ];
        self.follow(self.client.send("POST", path, &headers, Some(query(fields).as_bytes())))
    }

    /// The form of a page that goes to `action`, posted with its hidden fields and these.
    fn submit(&self, page: &Answer, action: &str, fields: &[(&str, &str)]) -> Answer {
        let html = whole(page);
        let form = html
            .split("<form ")
            .skip(1)
            .map(|form| form.split("</form>").next().unwrap())
            .find(|form| form.contains(&format!("action=\"{action}\"")))
            .unwrap_or_else(|| panic!("no form to {action} in {html}"));
        let hidden: Vec<_> = form
            .split("<input type=\"hidden\" ")
            .skip(1)
            .map(|input| (between(input, "name=\"", "\""), between(input, "value=\"", "\"")))
            .collect();
        let mut all: Vec<_> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        all.extend(fields);
        self.send(action, &all)
    }
}

fn whole(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).unwrap()
}

fn between(text: &str, start: &str, end: &str) -> String {
    let rest = text.split_once(start).unwrap_or_else(|| panic!("no {start} in {text}")).1;
    rest.split_once(end).unwrap().0.to_owned()
}

/// The links of a page that begin so, in order.
fn links(answer: &Answer, start: &str) -> Vec<String> {
    let html = whole(answer);
    html.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split_once('"'))
        .map(|(href, _)| href.to_owned())
        .filter(|href| href.starts_with(start))
        .collect()
}

#[track_caller]
fn says(answer: &Answer, words: &str) {
    assert!(whole(answer).contains(words), "{words:?} is not in {}", whole(answer));
}

/// What every page must say, whoever asks.
#[track_caller]
fn is_a_page(answer: &Answer) {
    let policy = answer.header("content-security-policy").expect("a content policy");
    for part in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("script-src") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let html = whole(answer);
    assert!(html.starts_with("<!doctype html>") && html.contains("<html lang=\"fr\">"), "{html}");
    assert!(html.contains("données fictives"), "the demo says so on every page");
    for banned in ["<script", "javascript:", " onclick", " onload", " style=\"", "http://", "//cdn"] {
        assert!(!html.contains(banned), "{banned} in {html}");
    }
}

fn authorise(demo: &Demo, doctor: &Actor, patient: &Value, attending: bool) {
    let system = format!("urn:oid:{}", patient["oid"].as_str().unwrap());
    let body = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "patient", "valueIdentifier": { "system": system, "value": patient["ins"] } },
        { "name": "action", "valueCode": "AJOUT" },
        { "name": "attending", "valueBoolean": attending },
    ] });
    Client::new(demo, "care", Some(doctor)).post("/fhir/Patient/$authorise", &body).must(200);
}

/// The link of a notice: the page shows nothing and looks nothing up, and confirms a good, a used and an invented link
/// alike; what it does is to shut out.
#[test]
fn the_link_of_a_notice_restricts_and_shows_nothing() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(7);
    scene.open_to_the_doctor(&person);
    scene.fed(&person, &[common::bundle::Document::file("text/plain", b"Un compte rendu fictif.")]);
    let before = last_message(&demo);
    assert_eq!(scene.total(&person), 1);
    let link = word_after(&demo, before, "sans vous connecter : ");
    let path = &link[link.find("/r/").unwrap()..];
    let visitor = Browser::new(&demo);
    let page = visitor.get(path).must(200);
    let invented = format!("/r/{}", "0".repeat(52));
    assert_eq!(visitor.get(&invented).must(200).body, page.body);
    assert_eq!(visitor.get("/r/x").must(200).body, page.body);
    assert_eq!(scene.total(&person), 1, "opening the page does nothing");
    let confirm = |path: &str| visitor.send(path, &[("what", "block")]).must(200).body;
    let answers = [confirm(&invented), confirm("/r/x"), confirm(path), confirm(path)];
    assert!(answers.windows(2).all(|it| it[0] == it[1]), "all alike");
    scene.search(&person, "DocumentReference", &[]).must(403);
}

#[test]
fn a_holder_walks_through_their_record_without_a_script() {
    let demo = Demo::start();
    let patient = demo.patient("open");
    let doctor = demo.of_role("10");
    authorise(&demo, &doctor, &patient, true);

    let browser = Browser::of(&demo, &patient);
    let home = browser.get("/").must(200);
    is_a_page(&home);
    for space in ["Synthèses", "Traitements", "Analyses", "Imagerie", "Comptes rendus", "Prévention"] {
        says(&home, space);
    }
    let name = doctor.text("name");
    says(&home, name);

    // the attending doctor is confirmed
    let home = browser.submit(&home, "/access/attending/confirm", &[]).must(200);
    says(&home, "Médecin traitant confirmé.");

    // a document: from the list to its text, masked and unmasked
    let list = browser.get("/documents").must(200);
    is_a_page(&list);
    let documents = links(&list, "/documents/");
    assert!(!documents.is_empty());
    let mut forms = [0, 0];
    for path in &documents {
        let page = browser.get(path).must(200);
        is_a_page(&page);
        let html = whole(&page);
        forms[0] += usize::from(html.contains("<div class=\"cda\"><section"));
        forms[1] += usize::from(html.contains("<iframe"));
    }
    assert!(forms.iter().all(|count| *count > 0), "texts and frames: {forms:?}");
    let path = documents[0].as_str();
    let page = browser.get(path);
    let masked = browser.submit(&page, &format!("{path}/mask"), &[]).must(200);
    says(&masked, "Document masqué.");
    is_a_page(&masked);
    let who = browser.get(&format!("{path}/who")).must(200);
    is_a_page(&who);
    says(&who, name);
    says(&browser.get("/documents?show=masked").must(200), path);
    let seen = browser.submit(&masked, &format!("{path}/unmask"), &[]).must(200);
    says(&seen, "plus masqué");
    is_a_page(&browser.get(&format!("{path}/print")).must(200));

    // who looked, and what to do about it
    let trace = browser.get("/trace").must(200);
    is_a_page(&trace);
    says(&trace, name);
    let not_me = links(&trace, "/trace/");
    let page = browser.get(not_me.iter().find(|path| path.ends_with("/not-me")).unwrap()).must(200);
    is_a_page(&page);
    let blocked = browser.submit(&page, "/access/block", &[]).must(200);
    says(&blocked, "Cette personne est bloquée.");
    let again = browser.submit(&blocked, "/access/unblock", &[]).must(200);
    is_a_page(&again);

    // authorise by a number, wrong and right, then take it back
    let number = doctor.text("id");
    let wrong = browser.submit(&again, "/access/authorise", &[("id", "12345")]).must(422);
    is_a_page(&wrong);
    says(&wrong, "role=\"alert\"");
    says(&wrong, "value=\"12345\"");
    let given = browser.submit(&wrong, "/access/authorise", &[("id", number)]).must(200);
    says(&given, "Autorisation enregistrée.");
    says(&browser.submit(&given, "/access/revoke", &[]).must(200), "Autorisation retirée.");

    // the emergency choices are both taken back
    let page = browser.get("/access").must(200);
    assert_eq!(whole(&page).matches(" checked").count(), 2);
    let page = browser.submit(&page, "/access/emergency", &[]).must(200);
    assert_eq!(whole(&page).matches(" checked").count(), 0);
}

#[test]
fn what_changes_something_needs_the_form_s_own_token_and_our_origin() {
    let demo = Demo::start();
    let patient = demo.patient("open");
    let (browser, other) = (Browser::of(&demo, &patient), Browser::of(&demo, &patient));
    let page = browser.get("/access").must(200);
    let doctor = demo.of_role("10");
    let id = doctor.text("id");
    let own = between(&whole(&page), "name=\"anti_forgery\" value=\"", "\"");
    let foreign = between(&whole(&other.get("/access")), "name=\"anti_forgery\" value=\"", "\"");
    assert_ne!(own, foreign);

    let path = links(&browser.get("/documents"), "/documents/").swap_remove(0);
    let acts = [
        "/access/authorise",
        "/access/revoke",
        "/access/block",
        "/access/unblock",
        "/access/attending/confirm",
        "/access/attending/end",
        "/access/emergency",
        "/logout",
    ];
    for path in acts.into_iter().map(str::to_owned).chain([format!("{path}/mask"), format!("{path}/unmask")])
    {
        let fields = [("id", id), ("person", id)];
        is_a_page(&browser.send(&path, &fields).must(403));
        let with = |token| [("id", id), ("person", id), ("anti_forgery", token)];
        browser.send(&path, &with(&foreign)).must(403);
        for (name, value) in
            [("Origin", "https://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")]
        {
            let headers = [("Content-Type", "application/x-www-form-urlencoded"), (name, value)];
            let body = query(&with(&own));
            browser.client.send("POST", &path, &headers, Some(body.as_bytes())).must(403);
        }
    }
    let after = browser.get("/access").must(200);
    says(&after, "Vous n’avez autorisé personne");
    assert_eq!(whole(&after).matches(" checked").count(), 2, "nothing was changed");
}

#[test]
fn without_a_session_every_page_leads_to_the_login_and_back() {
    let demo = Demo::start();
    let patient = demo.patient("open");
    let nobody = Browser::new(&demo);
    is_a_page(&nobody.get("/").must(200));
    let path = "/documents/00000000000000000000000000";
    for path in ["/documents", "/spaces/analyses", "/trace", "/access", path] {
        let page = nobody.get(path).must(200);
        is_a_page(&page);
        says(&page, "autocomplete=\"current-password\"");
    }
    is_a_page(&nobody.get("/nothing").must(404));

    // a holder who logged out is nobody again, with the old cookie too
    let browser = Browser::of(&demo, &patient);
    let home = browser.get("/");
    is_a_page(&browser.get(path).must(404));
    let left = browser.submit(&home, "/logout", &[]).must(200);
    is_a_page(&left);
    says(&browser.get("/trace"), "autocomplete=\"current-password\"");
}

#[test]
fn a_login_nobody_has_sees_the_same_pages() {
    let demo = Demo::start();
    let patient = demo.patient("open");
    let login = patient["login"].as_str().unwrap();
    let seen = |login: &str, password: &str| {
        let browser = Browser::new(&demo);
        let page = browser.enter_password(login, password).must(200);
        is_a_page(&page);
        let wrong = browser.send("/login/code", &[("code", "000000")]).must(200);
        is_a_page(&wrong);
        [whole(&page), whole(&wrong)]
    };
    let before = outbox(&demo).len();
    let known = seen(login, "this is not the password");
    assert_eq!(known, seen("nobody.demo", "this is not the password"));
    assert_eq!(outbox(&demo).len(), before, "no code left for a wrong password");
    // the right password shows the same page too
    let browser = Browser::new(&demo);
    let right = browser.enter_password(login, patient["password"].as_str().unwrap()).must(200);
    assert_eq!(known[0], whole(&right));
}

#[test]
fn the_first_login_chooses_a_password_and_the_letter_s_is_worth_nothing_after() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let before = last_message(&demo);
    scene.open(&Person::invented(7));
    let login = word_after(&demo, before, "Identifiant : ");
    let temporary = word_after(&demo, before, "Mot de passe temporaire : ");

    let browser = Browser::new(&demo);
    let before = last_message(&demo);
    let asked = browser.enter_password(&login, &temporary).must(200);
    let code = word_after(&demo, before, "Votre code d'accès est ");
    let choose = browser.submit(&asked, "/login/code", &[("code", &code)]).must(200);
    is_a_page(&choose);
    says(&choose, "autocomplete=\"new-password\"");
    let short = browser.submit(&choose, "/login/password", &[("new", "court"), ("again", "court")]);
    says(&short, "trop court");
    let other = [("new", "marée-tilleul-41"), ("again", "marée-tilleul-42")];
    says(&browser.submit(&short, "/login/password", &other), "ne sont pas les mêmes");
    let own = [("new", "marée-tilleul-41"), ("again", "marée-tilleul-41")];
    let home = browser.submit(&short, "/login/password", &own).must(200);
    is_a_page(&home);
    says(&home, "Bonjour Hermelinde");
    says(&browser.get("/trace?kind=mine"), "changé le mot de passe");

    // the cookie between the pages is gone, the code is spent, and so is the letter's password
    let again = browser.get("/login/password").must(200);
    assert!(!whole(&again).contains("new-password"));
    let stranger = Browser::new(&demo);
    let before = last_message(&demo);
    stranger.enter_password(&login, &temporary);
    says(&stranger.send("/login/code", &[("code", &code)]), "ne convient pas");
    assert_eq!(last_message(&demo), before, "no code for the letter's password any more");
}

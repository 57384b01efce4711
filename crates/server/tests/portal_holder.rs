//! The holder's pages from outside, as a browser without scripts walks them: every journey is links and forms.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::bundle::{Document, Person};
use common::client::{Answer, Client, query};
use common::holder::{last_message, outbox, word_after};
use common::pages::{Browser, between, is_a_page, links, says, whole};
use common::pro::{by_provider, find};
use common::scene::Scene;
use common::{Actor, Demo};
use serde_json::{Value, json};

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
fn words_and_filters_find_documents_and_stand_in_no_address_and_no_log() {
    let demo = Demo::start();
    let patient = demo.patient("open");
    let browser = Browser::of(&demo, &patient);
    let home = browser.get("/").must(200);
    let list = browser.get("/documents").must(200);
    let every = links(&list, "/documents/");
    let text = whole(&list);
    let title = |text: &str| between(text, "<span class=\"line-title\">", "</span>");
    let first = title(&text);

    // any case, no accent, any order
    let words: Vec<_> =
        model::person::normalise(&first).to_lowercase().split(' ').rev().map(str::to_owned).collect();
    let found = browser.submit(&home, "/search", &[("q", &words.join(" "))]).must(200);
    is_a_page(&found);
    says(&found, &first);
    assert!(links(&found, "/documents/").contains(&every[0]));
    assert!(links(&found, "/documents/").len() < every.len());
    // the kind, the author, the house, the year
    let who = between(&text, "<span class=\"dot\">", "</span>");
    let year = between(&text, "<time datetime=\"", "-");
    for words in [who.as_str(), &year] {
        let found = browser.submit(&found, "/search", &[("q", words)]).must(200);
        assert!(links(&found, "/documents/").contains(&every[0]), "{words}");
    }
    // got again, it is the same page; what finds nothing says what to do, and is text
    assert_eq!(
        links(&browser.get("/search"), "/documents/"),
        links(&found_by(&browser, &year), "/documents/")
    );
    let none = found_by(&browser, "<script>introuvable");
    is_a_page(&none);
    says(&none, "Aucun document ne répond");
    assert_eq!(links(&found_by(&browser, "?!"), "/documents/"), Vec::<String>::new());
    // another session looked for nothing
    let other = Browser::of(&demo, &patient);
    assert!(!whole(&other.get("/search")).contains("introuvable"));
    // without the form's token nothing is looked for
    browser.send("/search", &[("q", "autre chose")]).must(403);
    assert!(!whole(&browser.get("/search")).contains("autre chose"));
    let log = std::fs::read_to_string(&demo.log).unwrap();
    assert!(log.contains("/search") && !log.contains("introuvable") && !log.contains(&first));

    // a year and an author are links, which hold no name, and narrow together
    let authors: Vec<_> = links(&list, "/documents?who=");
    assert!(authors.len() > 1, "{text}");
    for href in &authors {
        let of_one = browser.get(href).must(200);
        let lines = links(&of_one, "/documents/");
        assert!(!lines.is_empty() && lines.len() < every.len(), "{href}");
        let who = between(&whole(&of_one), "<span class=\"dot\">", "</span>");
        assert_eq!(whole(&of_one).matches(&format!("<span class=\"dot\">{who}</span>")).count(), lines.len());
        assert!(who.split(' ').all(|word| !href.contains(word)), "{href}");
    }
    assert_eq!(links(&browser.get("/documents?year=1066&who=x"), "/documents/"), every);
    assert_eq!(links(&list, "/documents?year="), Vec::<String>::new(), "one year is no choice");
    by_year(&demo);
}

fn by_year(demo: &Demo) {
    let (scene, person) = (Scene::new(demo), Person::invented(3));
    let browser = Browser::of_new(&scene, &person);
    let empty = browser.get("/documents").must(200);
    says(&empty, "Vous pouvez le lui demander à votre prochaine visite.");
    let mut lot = scene.lot(&person, &[Document::text(), Document::text()]);
    lot["entry"][1]["resource"]["context"]["period"] = json!({ "start": "2024-12-31T23:30:00Z" });
    scene.feed.post("/fhir", &lot).must(200);
    let list = browser.get("/documents").must(200);
    let years = links(&list, "/documents?year=");
    assert_eq!(years, ["/documents?year=2026", "/documents?year=2025"], "on the clocks of France");
    let both = links(&list, "/documents/");
    let found: Vec<_> =
        years.iter().flat_map(|it| links(&browser.get(it).must(200), "/documents/")).collect();
    assert_eq!((found.len(), found), (2, both));
}

fn found_by(browser: &Browser<'_>, words: &str) -> Answer {
    let page = browser.get("/search").must(200);
    browser.submit(&page, "/search", &[("q", words)]).must(200)
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
        "/search",
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

const ENDED: &str = "Votre session est terminée.";

/// A professional's software asks, a holder reads what the person did (rules, A22); nothing of it is left out.
#[test]
fn a_visit_is_one_sentence_and_the_same_refusal_is_said_once() {
    let demo = Demo::start();
    let (patient, doctor) = (demo.patient("open"), demo.of_role("10"));
    authorise(&demo, &doctor, &patient, false);
    let visitor = by_provider(&demo, &doctor);
    let record = find(&visitor, patient["ins"].as_str().unwrap());
    visitor.get_as(&record, "text/html").must(200);
    visitor.get_as(&record, "text/html").must(200);
    let nobody = Browser::new(&demo);
    nobody.enter_password(patient["login"].as_str().unwrap(), "ce n’est pas le bon");
    for _ in 0..3 {
        nobody.send("/login/code", &[("code", "000000")]).must(200);
    }

    let browser = Browser::of(&demo, &patient);
    let told = whole(&browser.get("/trace?kind=others").must(200));
    let sentences: Vec<_> =
        told.split("class=\"sentence\">").skip(1).map(|it| between(it, "<strong>", "</summary>")).collect();
    let of = |name: &str| sentences.iter().filter(|it| it.starts_with(name)).collect::<Vec<_>>();
    let visits = of(doctor.text("name"));
    assert!(visits.iter().any(|it| it.contains("vu la liste")), "{visits:?}");
    assert!(!visits.iter().any(|it| it.contains("demandé si") || it.contains("lu les traces")), "{visits:?}");
    for line in ["Demandé si le carnet existe", "Lu les traces"] {
        assert!(told.contains(line), "opened, it says: {line}");
    }
    let tried = of("Quelqu");
    assert_eq!(tried.len(), 1, "{tried:?}");
    assert!(tried[0].contains(" fois"), "{tried:?}");
    let home = whole(&browser.get("/").must(200));
    assert!(home.contains("vu la liste") && !home.contains("lu les traces"));
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

    assert!(!whole(&nobody.get("/trace")).contains(ENDED), "there was no session");

    // a session left idle: what happened, and back to where one was
    let idle = Browser::of(&demo, &patient);
    let form = idle.get("/access").must(200);
    let clock = json!({ "advance": "PT31M" });
    idle.client.post("/demo/clock", &clock).must(200);
    let ended = idle.get("/trace").must(200);
    says(&ended, ENDED);
    says(&ended, "vous reviendrez à la page où vous étiez");
    says(&ended, "name=\"next\" value=\"/trace\"");
    let unsent = idle.submit(&form, "/access/emergency", &[]).must(200);
    says(&unsent, "Ce que vous veniez d’envoyer n’a pas été enregistré.");

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

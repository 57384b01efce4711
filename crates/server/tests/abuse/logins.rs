//! The holder's way in and their session, attacked through the pages (A01, A02, A03, A06, A08, A14). The same through
//! `/api` is in `api`, and what is kept of failures in `record`.

use serde_json::{Value, json};

use crate::common::Demo;
use crate::common::bundle::Person;
use crate::common::client::{Answer, Client};
use crate::common::holder::{last_message, outbox, post, word_after};
use crate::common::pages::{Browser, between, is_a_page, says, whole};
use crate::common::scene::Scene;

const LEAD: &str = "Votre code d'accès est ";
const PASSWORD: &str = "marée-tilleul-41";

fn text<'v>(patient: &'v Value, field: &str) -> &'v str {
    patient[field].as_str().unwrap()
}

/// Password given, code in hand.
fn asked<'d>(demo: &'d Demo, login: &str, password: &str) -> (Browser<'d>, String) {
    let browser = Browser::new(demo);
    let before = last_message(demo);
    browser.enter_password(login, password).must(200);
    let code = word_after(demo, before, LEAD);
    (browser, code)
}

fn other(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

fn is_in(answer: &Answer) -> bool {
    whole(answer).contains("Bonjour")
}

/// The session's cookie that an answer sets.
fn cookie(answer: &Answer) -> String {
    let set: Vec<_> =
        answer.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap().to_owned()).collect();
    let found = set.iter().find(|it| it.starts_with("__Host-carnet=")).expect("a session's cookie");
    for part in ["Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(found.contains(part), "{found}");
    }
    found.split(';').next().unwrap().to_owned()
}

/// A form sent bare: nothing is followed, so that its own cookies are seen.
fn bare(client: &Client<'_>, path: &str, fields: &[(&str, &str)], cookie: Option<&str>) -> Answer {
    let mut headers = vec![("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "text/html")];
    headers.extend(cookie.map(|it| ("Cookie", it)));
    client.send("POST", path, &headers, Some(crate::common::client::query(fields).as_bytes()))
}

/// Whether a stolen cookie opens anything.
fn opens(demo: &Demo, cookie: &str) -> bool {
    let thief = Client::new(demo, "portal", None);
    let page = thief.send("GET", "/documents", &[("Accept", "text/html"), ("Cookie", cookie)], None);
    assert!([200, 303].contains(&page.status));
    page.status == 200
}

#[test]
fn a01_a_code_is_guessed_five_times_and_the_holder_is_told() {
    let demo = Demo::start();
    let patient = demo.patient("open");
    let (login, password) = (text(&patient, "login"), text(&patient, "password"));
    let (browser, code) = asked(&demo, login, password);
    let before = last_message(&demo);
    for _ in 0..5 {
        let wrong = browser.send("/login/code", &[("code", &other(&code))]).must(200);
        is_a_page(&wrong);
        says(&wrong, "ne convient pas");
    }
    // the challenge is gone: the right one does not serve any more, and says nothing else
    says(&browser.send("/login/code", &[("code", &code)]).must(200), "ne convient pas");
    assert_eq!(word_after(&demo, before, "puis cinq codes "), "faux,");
    // the holder still comes in
    let (browser, code) = asked(&demo, login, password);
    assert!(is_in(&browser.send("/login/code", &[("code", &code)])));
    says(&browser.get("/trace?kind=refused").must(200), "refusé");

    // ten codes a day are all there is to guess with: then none leaves, whoever asks
    for _ in 0..9 {
        let (browser, code) = asked(&demo, login, password);
        for _ in 0..5 {
            browser.send("/login/code", &[("code", &other(&code))]);
        }
    }
    let codes = || outbox(&demo).iter().filter(|it| it["text"].as_str().unwrap().contains(LEAD)).count();
    let before = codes();
    let stranger = Browser::new(&demo);
    stranger.enter_password(login, password).must(200);
    stranger.enter_password(login, password).must(200);
    // messages leave in order: one that is known to come later comes without it
    let other_patient = demo.file["patients"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["record"] == "open")
        .nth(1)
        .unwrap()
        .clone();
    asked(&demo, text(&other_patient, "login"), text(&other_patient, "password"));
    assert_eq!(codes(), before + 1);
}

#[test]
fn a02_a_code_serves_once_in_its_own_browser_for_ten_minutes() {
    let demo = Demo::start();
    let patient = demo.patient("open");
    let (login, password) = (text(&patient, "login"), text(&patient, "password"));
    // another browser's login under way
    let (first, code) = asked(&demo, login, password);
    let (second, newer) = asked(&demo, login, password);
    assert!(!is_in(&first.send("/login/code", &[("code", &newer)])), "of another challenge");
    assert!(!is_in(&second.send("/login/code", &[("code", &code)])), "replaced by the newer");
    assert!(is_in(&second.send("/login/code", &[("code", &newer)])));
    // used, with all that the browser had: a second session is not to be had
    let (pending, code) = begun(&demo, login, password);
    let finish =
        || bare(&Client::new(&demo, "portal", None), "/login/code", &[("code", &code)], Some(&pending));
    cookie(&finish().must(303));
    let again = finish().must(200);
    assert!(again.headers.get_all("set-cookie").iter().next().is_none());
    // a browser that gave no password has no step two
    let nobody = Browser::new(&demo);
    says(&nobody.send("/login/code", &[("code", &newer)]).must(200), "autocomplete=\"current-password\"");
    // late
    let (late, code) = asked(&demo, login, password);
    post(&late.client, "/demo/clock", &json!({ "advance": "PT11M" }), &[]).must(200);
    assert!(!is_in(&late.send("/login/code", &[("code", &code)])));
}

#[test]
fn a03_a14_each_way_in_makes_a_new_session_and_the_old_one_is_dead() {
    let demo = Demo::start();
    let patient = demo.patient("open");
    let (login, password) = (text(&patient, "login"), text(&patient, "password"));
    // set before the login by somebody else: never taken over
    let fixed = "__Host-carnet=ZmlybWx5LWZpeGVkLWJ5LXNvbWVib2R5LWVsc2U";
    let enter = |with: Option<&str>| {
        let (pending, code) = begun(&demo, login, password);
        let both = with.map_or(pending.clone(), |it| format!("{pending}; {it}"));
        let answer =
            bare(&Client::new(&demo, "portal", None), "/login/code", &[("code", &code)], Some(&both));
        cookie(&answer.must(303))
    };
    let first = enter(Some(fixed));
    assert_ne!(first, fixed);
    assert!(opens(&demo, &first) && !opens(&demo, fixed));
    // logging in again over it
    let second = enter(Some(&first));
    assert_ne!(first, second);
    assert!(opens(&demo, &second) && !opens(&demo, &first));

    // A14: logged out, the cookie is worth nothing, on the pages and under /api; another device stays
    let (one, two) = (enter(None), enter(None));
    let client = Client::new(&demo, "portal", None);
    let page = client.send("GET", "/", &[("Accept", "text/html"), ("Cookie", &one)], None).must(200);
    let token = between(&whole(&page), "name=\"anti_forgery\" value=\"", "\"");
    bare(&Client::new(&demo, "portal", None), "/logout", &[("anti_forgery", &token)], Some(&one)).must(200);
    assert!(!opens(&demo, &one) && opens(&demo, &two));
    Client::new(&demo, "portal", None).send("GET", "/api/record", &[("Cookie", &one)], None).must(401);
    bare(&Client::new(&demo, "portal", None), "/logout", &[("anti_forgery", &token)], Some(&one)).must(303);
    // everywhere at once
    let three = enter(None);
    let page = Client::new(&demo, "portal", None).send(
        "GET",
        "/account",
        &[("Accept", "text/html"), ("Cookie", &three)],
        None,
    );
    says(&page.clone().must(200), "Un autre appareil");
    let token = between(&whole(&page), "name=\"anti_forgery\" value=\"", "\"");
    bare(&Client::new(&demo, "portal", None), "/account/end", &[("anti_forgery", &token)], Some(&three))
        .must(200);
    assert!(!opens(&demo, &two) && !opens(&demo, &three) && !opens(&demo, &second));
}

/// A login under way: its cookie and its code.
fn begun(demo: &Demo, login: &str, password: &str) -> (String, String) {
    let before = last_message(demo);
    let client = Client::new(demo, "portal", None);
    let answer = bare(&client, "/login", &[("login", login), ("password", password)], None).must(303);
    let pending = answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    (pending, word_after(demo, before, LEAD))
}

#[test]
fn a03_another_password_ends_every_other_session_and_is_told() {
    let demo = Demo::start();
    let (scene, person) = (Scene::new(&demo), Person::invented(5));
    let before = last_message(&demo);
    let browser = Browser::of_new(&scene, &person);
    let login = word_after(&demo, before, "Identifiant : ");
    let (elsewhere, code) = asked(&demo, &login, PASSWORD);
    assert!(is_in(&elsewhere.send("/login/code", &[("code", &code)])));
    let page = browser.get("/account").must(200);
    is_a_page(&page);
    says(&page, "Cet appareil");
    says(&page, "Un autre appareil");
    let change = |old: &str, new: &str, again: &str| {
        let page = browser.get("/account").must(200);
        browser.submit(&page, "/account/password", &[("old", old), ("new", new), ("again", again)])
    };
    const NEWER: &str = "falaise-bouton-77";
    for (old, new, again, words) in [
        ("pas celui-là", NEWER, NEWER, "pas votre mot de passe actuel"),
        (PASSWORD, "court", "court", "trop court"),
        (PASSWORD, NEWER, "autre chose encore", "ne sont pas les mêmes"),
        (PASSWORD, PASSWORD, PASSWORD, "Choisissez un autre mot de passe"),
    ] {
        let refused = change(old, new, again).must(422);
        is_a_page(&refused);
        says(&refused, words);
    }
    assert!(is_in(&elsewhere.get("/")), "nothing was changed");
    let before = last_message(&demo);
    let changed = change(PASSWORD, NEWER, NEWER).must(200);
    is_a_page(&changed);
    says(&changed, "Votre mot de passe a changé");
    says(&elsewhere.get("/documents"), "autocomplete=\"current-password\"");
    assert_eq!(word_after(&demo, before, "de santé vient d'être "), "changé,");
    says(&browser.get("/trace?kind=mine").must(200), "changé le mot de passe");
    let (again, code) = asked(&demo, &login, NEWER);
    assert!(is_in(&again.send("/login/code", &[("code", &code)])));
    // found open: five wrong ones, and the session is over
    for _ in 0..4 {
        change("pas celui-là", PASSWORD, PASSWORD).must(422);
    }
    says(&change("pas celui-là", PASSWORD, PASSWORD), "autocomplete=\"current-password\"");
    says(&browser.get("/documents"), "autocomplete=\"current-password\"");
}

#[test]
fn a06_no_other_site_acts_for_somebody_who_is_logged_in() {
    let demo = Demo::start();
    let browser = Browser::of(&demo, &demo.patient("open"));
    let page = browser.get("/account").must(200);
    let token = between(&whole(&page), "name=\"anti_forgery\" value=\"", "\"");
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    for path in
        ["/account/password", "/account/end", "/access/authorise", "/access/emergency", "/search", "/logout"]
    {
        browser.send(path, &[]).must(403);
        browser.send(path, &[("anti_forgery", &token.to_uppercase())]).must(403);
        let body = format!("anti_forgery={token}");
        for from in [
            ("Origin", "https://evil.example"),
            ("Origin", "null"),
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
        ] {
            browser.client.send("POST", path, &[form, from], Some(body.as_bytes())).must(403);
        }
        // and no link does: what changes something is no GET
        if !["/search"].contains(&path) {
            browser.get(&format!("{path}?anti_forgery={token}")).must(405);
        }
    }
    // the two steps of the login are no way round
    for path in ["/login", "/login/code", "/login/password"] {
        let from = ("Origin", "https://evil.example");
        browser.client.send("POST", path, &[form, from], Some(b"login=a&password=b")).must(403);
    }
    assert!(is_in(&browser.get("/")));
}

#[test]
fn a08_a_login_that_exists_and_one_that_does_not_are_answered_alike() {
    let demo = Demo::start();
    let patient = demo.patient("open");
    let login = text(&patient, "login");
    let nobody = "x".repeat(login.len());
    let steps = |login: &str, password: &str| {
        let client = Client::new(&demo, "portal", None);
        let begun = bare(&client, "/login", &[("login", login), ("password", password)], None);
        let asked = client.get_as("/login/code", "text/html");
        let wrong = bare(&client, "/login/code", &[("code", "000000")], None);
        [begun, asked, wrong].map(|answer| {
            let mut shape = answer.shape();
            // a cookie's value is random; its length and attributes are compared
            for header in shape["headers"].as_array_mut().unwrap() {
                if header[0] == "set-cookie" {
                    let value = header[1].as_str().unwrap();
                    let (name, rest) = value.split_once('=').unwrap();
                    let (secret, attributes) = rest.split_once(';').unwrap();
                    header[1] = json!(format!("{name}={};{attributes}", secret.len()));
                }
            }
            shape
        })
    };
    let known = steps(login, "ce n'est pas le mot de passe");
    assert_eq!(known, steps(&nobody, "ce n'est pas le mot de passe"));
    // the right password is not told either, until the code is right
    let right = steps(login, text(&patient, "password"));
    assert_eq!(known, right);
    assert_eq!(known[0]["status"], 303);
}

//! The portal's pages as a browser without scripts walks them.

use serde_json::Value;

use super::Demo;
use super::bundle::Person;
use super::client::{Answer, Client, query};
use super::holder::{last_message, word_after};
use super::scene::Scene;

/// A browser: keeps cookies, follows what it is told to, sends its origin with forms.
pub struct Browser<'d> {
    pub demo: &'d Demo,
    pub client: Client<'d>,
}

impl<'d> Browser<'d> {
    pub fn new(demo: &'d Demo) -> Self {
        Self { demo, client: Client::new(demo, "portal", None) }
    }

    /// Somebody of `demo.json`, logged in.
    pub fn of(demo: &'d Demo, patient: &Value) -> Self {
        let browser = Self::new(demo);
        let before = last_message(demo);
        browser.enter_password(patient["login"].as_str().unwrap(), patient["password"].as_str().unwrap());
        let code = word_after(demo, before, "Votre code d'accès est ");
        let home = browser.send("/login/code", &[("code", &code)]).must(200);
        assert!(home.text().contains("Bonjour"), "{}", home.text());
        browser
    }

    pub fn enter_password(&self, login: &str, password: &str) -> Answer {
        self.send("/login", &[("login", login), ("password", password), ("next", "")])
    }

    pub fn get(&self, path: &str) -> Answer {
        self.follow(self.client.get_as(path, "text/html"))
    }

    /// Goes where an answer leads, as often as it does.
    pub fn follow(&self, mut answer: Answer) -> Answer {
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

    /// At the first login, with the letter's secrets, choosing a password.
    pub fn first(demo: &'d Demo, login: &str, temporary: &str, own: &str) -> Self {
        let browser = Self::new(demo);
        let before = last_message(demo);
        browser.enter_password(login, temporary);
        let code = word_after(demo, before, "Votre code d'accès est ");
        browser.send("/login/code", &[("code", &code)]).must(200);
        let home = browser.send("/login/password", &[("new", own), ("again", own)]).must(200);
        assert!(home.text().contains("Bonjour"), "{}", home.text());
        browser
    }

    /// Somebody whose record is opened here, in their own browser.
    pub fn of_new(scene: &Scene<'d>, person: &Person) -> Self {
        let before = last_message(scene.demo);
        scene.open(person);
        let login = word_after(scene.demo, before, "Identifiant : ");
        let temporary = word_after(scene.demo, before, "Mot de passe temporaire : ");
        Self::first(scene.demo, &login, &temporary, "marée-tilleul-41")
    }

    /// A form, with what a browser sends beside it.
    pub fn send(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
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
    pub fn submit(&self, page: &Answer, action: &str, fields: &[(&str, &str)]) -> Answer {
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

/// With ordinary spaces, as a test writes them.
pub fn whole(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).unwrap().replace('\u{a0}', " ")
}

pub fn between(text: &str, start: &str, end: &str) -> String {
    let rest = text.split_once(start).unwrap_or_else(|| panic!("no {start} in {text}")).1;
    rest.split_once(end).unwrap().0.to_owned()
}

/// The links of a page that begin so, in order.
pub fn links(answer: &Answer, start: &str) -> Vec<String> {
    let html = whole(answer);
    html.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split_once('"'))
        .map(|(href, _)| href.to_owned())
        .filter(|href| href.starts_with(start))
        .collect()
}

#[track_caller]
pub fn says(answer: &Answer, words: &str) {
    assert!(whole(answer).contains(words), "{words:?} is not in {}", whole(answer));
}

/// What every page must say, whoever asks.
#[track_caller]
pub fn is_a_page(answer: &Answer) {
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

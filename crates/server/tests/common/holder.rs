//! A holder at the portal: the two factors, the session, and what the demo's outbox shows of both.

use std::time::Duration;

use serde_json::{Value, json};

use super::Demo;
use super::client::{Answer, Client};

/// Somebody with a session.
pub struct Holder<'d> {
    pub client: Client<'d>,
    pub anti_forgery: String,
}

impl<'d> Holder<'d> {
    /// One of `demo.json`.
    pub fn of(demo: &'d Demo, patient: &Value) -> Self {
        let text = |field: &str| patient[field].as_str().unwrap().to_owned();
        Self::log_in(demo, &text("login"), &text("password"), None)
    }

    /// Password, then the code from the outbox; at the first login a password of one's own.
    pub fn log_in(demo: &'d Demo, login: &str, password: &str, own: Option<&str>) -> Self {
        let client = Client::new(demo, "portal", None);
        let before = last_message(demo);
        let challenge = begin(&client, login, password);
        let code = word_after(demo, before, "Votre code d'accès est ");
        let mut body = json!({ "challenge": challenge, "code": code });
        if let Some(own) = own {
            body["newPassword"] = json!(own);
        }
        let signed = post(&client, "/api/login/code", &body, &[]).must(200).json();
        Self { client, anti_forgery: signed["antiForgery"].as_str().unwrap().to_owned() }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.client.get(path)
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        post(&self.client, path, body, &[("X-Anti-Forgery", &self.anti_forgery)])
    }

    /// The newest lines of the trace, the newest first.
    pub fn trace(&self) -> Vec<Value> {
        self.get("/api/trace?limit=500").must(200).json()["lines"].as_array().unwrap().clone()
    }

    /// The id under which the holder's documents bear this title.
    pub fn document(&self, title: &str) -> String {
        let list = self.get("/api/documents").must(200).json();
        let found = list["documents"].as_array().unwrap().iter().find(|it| it["title"] == title).cloned();
        found.unwrap_or_else(|| panic!("no such document in {list}"))["id"].as_str().unwrap().to_owned()
    }
}

/// The first step of a login.
pub fn begin(client: &Client<'_>, login: &str, password: &str) -> String {
    let body = json!({ "login": login, "password": password });
    let begun = post(client, "/api/login", &body, &[]).must(200).json();
    begun["challenge"].as_str().unwrap().to_owned()
}

/// A post of plain JSON.
pub fn post(client: &Client<'_>, path: &str, body: &Value, headers: &[(&str, &str)]) -> Answer {
    let mut all = vec![("Content-Type", "application/json")];
    all.extend(headers);
    client.send("POST", path, &all, Some(&serde_json::to_vec(body).unwrap()))
}

/// What the demo would have sent, the newest first.
pub fn outbox(demo: &Demo) -> Vec<Value> {
    let client = Client::new(demo, "portal", None);
    let shown = client.get_as("/demo/outbox", "application/json").must(200).json();
    shown["messages"].as_array().unwrap().clone()
}

pub fn last_message(demo: &Demo) -> u64 {
    outbox(demo).first().map_or(0, |it| it["id"].as_u64().unwrap())
}

/// Waits for a message after that one with this lead; the word that follows the lead.
pub fn word_after(demo: &Demo, before: u64, lead: &str) -> String {
    for _ in 0..600 {
        let found = outbox(demo).into_iter().find_map(|it| {
            let rest = it["text"].as_str()?.split_once(lead)?.1;
            let word = rest.split_whitespace().next()?.trim_end_matches('.').to_owned();
            (it["id"].as_u64()? > before).then_some(word)
        });
        if let Some(word) = found {
            return word;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("no message with {lead:?} within a minute");
}

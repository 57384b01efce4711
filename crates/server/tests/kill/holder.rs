//! The holder at the portal: logged in with password and one-time code, reading their trace.
#![allow(dead_code)]

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;

use crate::common::Demo;
use crate::wire::{Answer, told};

pub struct Holder<'a> {
    demo: &'a Demo,
    client: Agent,
}

impl<'a> Holder<'a> {
    /// Logs in one of `demo.json`.
    pub fn log_in(demo: &'a Demo, patient: &Value) -> Self {
        let client = demo.client(None);
        let before = last_message(demo, &client);
        let ask = |path: &str, body: Value| {
            let answer = told(client.post(demo.at("portal", path)).send_json(body)).expect("an answer");
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            answer
        };
        let begun = ask("/api/login", json!({ "login": patient["login"], "password": patient["password"] }));
        let code = code_after(demo, &client, before);
        ask("/api/login/code", json!({ "challenge": begun.json()["challenge"], "code": code }));
        Self { demo, client }
    }

    pub fn get(&self, path: &str) -> Answer {
        let answer = told(self.client.get(self.demo.at("portal", path)).call()).expect("an answer");
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer
    }

    /// Takes from `wanted` each request that has its line; stops when none is left or the trace ends.
    pub fn strike_traced(&self, wanted: &mut BTreeSet<String>) {
        let mut before = None::<u64>;
        while !wanted.is_empty() {
            let from = before.map(|it| format!("&before={it}")).unwrap_or_default();
            let page = self.get(&format!("/api/trace?limit=500{from}")).json();
            for line in page["lines"].as_array().expect("lines") {
                wanted.remove(line["request"].as_str().expect("a line without its request"));
            }
            before = page["next"].as_u64();
            if before.is_none() {
                break;
            }
        }
    }
}

fn outbox(demo: &Demo, client: &Agent) -> Vec<Value> {
    let answer = client.get(demo.at("portal", "/demo/outbox")).header("Accept", "application/json").call();
    let messages = told(answer).expect("the outbox").json();
    messages["messages"].as_array().expect("messages").clone()
}

fn last_message(demo: &Demo, client: &Agent) -> u64 {
    outbox(demo, client).first().and_then(|it| it["id"].as_u64()).unwrap_or(0)
}

/// The first one-time code sent after this message.
fn code_after(demo: &Demo, client: &Agent, before: u64) -> String {
    const LEAD: &str = "Votre code d'accès est ";
    for _ in 0..1500 {
        for message in outbox(demo, client).iter().filter(|it| it["id"].as_u64() > Some(before)) {
            let code = message["text"].as_str().and_then(|it| it.split(LEAD).nth(1));
            if let Some(code) = code.and_then(|it| it.split('.').next()) {
                return code.to_owned();
            }
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("no one-time code in the outbox");
}

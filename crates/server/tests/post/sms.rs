//! The gateway of docs/operate/sms-gateway.md, small and real.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use record::upkeep::notices::{Channel, PostError};
use serde_json::Value;
use server::post::SetupError;
use server::post::sms::{SmsGateway, SmsSettings};

use crate::node::message;

#[derive(Default)]
struct Gateway {
    answer: Mutex<u16>,
    got: Mutex<Vec<(String, String, Value)>>,
}

async fn take(State(it): State<Arc<Gateway>>, headers: HeaderMap, Json(body): Json<Value>) -> StatusCode {
    let header = |name: &str| headers.get(name).unwrap().to_str().unwrap().to_owned();
    let got = (header("authorization"), header("idempotency-key"), body);
    let mut all = it.got.lock().unwrap();
    if all.iter().any(|known| known.1 == got.1) {
        return StatusCode::CONFLICT;
    }
    let answer = *it.answer.lock().unwrap();
    if answer < 300 {
        all.push(got);
    }
    StatusCode::from_u16(answer).unwrap()
}

#[test]
fn each_answer_of_the_gateway_means_what_the_contract_says() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let gateway = Arc::new(Gateway::default());
    let routes = Router::new().route("/messages", post(take)).with_state(Arc::clone(&gateway));
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let url = format!("http://{}/messages", listener.local_addr().unwrap());
    runtime.spawn(async move { axum::serve(listener, routes).await });

    let sms = SmsGateway::new(&SmsSettings { url, token: "jeton".into(), ca: None }).unwrap();
    let send = |id: &str| sms.send(&message(id, Channel::Sms, "+33639980000"));
    for (number, (answer, means)) in [
        (500, Err(PostError::Down)),
        (503, Err(PostError::Down)),
        (401, Err(PostError::Down)),
        (302, Err(PostError::Down)),
        (429, Err(PostError::Later)),
        (422, Err(PostError::Refused)),
        (404, Err(PostError::Refused)),
        (200, Ok(())),
        (202, Ok(())),
    ]
    .into_iter()
    .enumerate()
    {
        *gateway.answer.lock().unwrap() = answer;
        assert_eq!(send(&format!("id{number}")), means, "{answer}");
    }
    assert_eq!(send("id7"), Ok(()), "the same again is taken, once");
    let got = gateway.got.lock().unwrap();
    assert_eq!(got.len(), 2);
    let (authorization, key, body) = &got[0];
    assert_eq!((authorization.as_str(), key.as_str()), ("Bearer jeton", "id7.sms"));
    let text = "Votre carnet de santé contient 1 nouveau document.\n\nÀ bientôt.";
    assert_eq!(*body, serde_json::json!({ "id": "id7.sms", "to": "+33639980000", "text": text }));
    drop(got);
    drop(runtime);
    assert_eq!(send("id99"), Err(PostError::Down), "nobody there");
}

#[test]
fn in_clear_to_this_machine_alone() {
    let at = |url: &str| SmsGateway::new(&SmsSettings { url: url.into(), token: String::new(), ca: None });
    for wrong in
        ["http://sms.example.org/messages", "ftp://localhost:1/", "http://127.0.0.1.example.org:80/", ""]
    {
        assert!(matches!(at(wrong), Err(SetupError::InClear)), "{wrong}");
    }
    assert!(at("http://127.0.0.1:1/messages").is_ok());
}

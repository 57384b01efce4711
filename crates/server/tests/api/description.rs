//! The published description says exactly what is served.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::common::Demo;
use crate::common::client::Client;

/// Method and path of each route in the router's source.
fn served() -> BTreeSet<(String, String)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api/mod.rs");
    let text = fs::read_to_string(source).unwrap();
    let routes: BTreeSet<_> = text
        .split(".route(\"")
        .skip(1)
        .map(|it| {
            let (path, rest) = it.split_once("\", ").unwrap();
            let (method, _) = rest.split_once('(').unwrap();
            (method.to_owned(), path.to_owned())
        })
        .collect();
    assert_eq!(routes.len(), text.matches(".route(").count(), "every route is understood");
    routes
}

#[test]
fn the_description_and_the_routes_agree() {
    let demo = Demo::start();
    let answer = Client::new(&demo, "portal", None).get("/api/openapi.json").must(200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let openapi = answer.json();
    assert!(openapi["openapi"].as_str().unwrap().starts_with("3."));
    let described: BTreeSet<_> = openapi["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(|method| (method.clone(), path.clone()))
        })
        .collect();
    assert_eq!(described, served());
    // every reference leads somewhere, and every operation says what it answers
    each_reference(&openapi, &openapi);
    for methods in openapi["paths"].as_object().unwrap().values() {
        for (method, operation) in methods.as_object().unwrap() {
            assert!(!operation["responses"].as_object().unwrap().is_empty(), "{method} {operation}");
        }
    }
}

fn each_reference(whole: &Value, part: &Value) {
    match part {
        Value::Object(fields) => {
            if let Some(target) = fields.get("$ref").and_then(Value::as_str) {
                let pointer = target.strip_prefix('#').expect("a reference within");
                assert!(whole.pointer(pointer).is_some(), "{target} leads nowhere");
            }
            fields.values().for_each(|it| each_reference(whole, it));
        }
        Value::Array(items) => items.iter().for_each(|it| each_reference(whole, it)),
        _ => {}
    }
}

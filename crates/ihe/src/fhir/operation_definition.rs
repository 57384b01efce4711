//! The OperationDefinitions of our own operations.

mod table;

use serde_json::{Value, json};

use table::OPERATIONS;

/// Name, type, least.
type Part = (&'static str, &'static str, u8);

/// What the lines of `$open-records` take and say: name, type, least.
const RESIDENT: [Part; 8] = [
    ("patient", "Patient", 1),
    ("consent", "boolean", 1),
    ("break-glass", "boolean", 1),
    ("regulation", "boolean", 1),
    ("channel", "code", 0),
    ("email", "string", 0),
    ("phone", "string", 0),
    // as `$open-record` describes it
    ("representative", "BackboneElement", 0),
];
const REPRESENTATIVE: [Part; 4] =
    [("family", "string", 1), ("given", "string", 1), ("quality", "code", 1), ("proved", "boolean", 1)];
const RESIDENT_TOLD: [Part; 3] =
    [("status", "code", 1), ("record", "string", 0), ("why", "OperationOutcome", 0)];

/// What a line of `$practice` says.
const PRACTICE_LINE: [Part; 6] = [
    ("patient", "Identifier", 1),
    ("attending", "boolean", 1),
    ("has-summary", "boolean", 1),
    ("fragile", "boolean", 1),
    ("successor", "string", 0),
    ("answered", "boolean", 0),
];

/// What a line of `$my-patients` says.
const PATIENT_LINE: [Part; 8] = [
    ("patient", "Identifier", 1),
    ("family", "string", 1),
    ("birth-family", "string", 1),
    ("given", "string", 1),
    ("birth-date", "date", 1),
    ("attending", "boolean", 1),
    ("let-in", "instant", 1),
    ("last-document", "instant", 0),
];
/// What a line of `$authorised` says.
const AUTHORISED_LINE: [Part; 6] = [
    ("who", "Identifier", 1),
    ("name", "string", 1),
    ("blocked", "boolean", 1),
    ("attending", "boolean", 1),
    ("since", "instant", 1),
    ("until", "instant", 0),
];

/// What `$at-counter` tells.
const AT_COUNTER: [(&str, &[Part]); 3] = [
    (
        "mandate",
        &[
            ("mandate", "string", 1),
            ("kind", "code", 1),
            ("family", "string", 1),
            ("given", "string", 1),
            ("from", "instant", 1),
            ("restricted", "boolean", 1),
            ("until", "instant", 0),
        ],
    ),
    (
        "waiting",
        &[("request", "string", 1), ("action", "code", 1), ("by", "string", 1), ("until", "instant", 1)],
    ),
    (
        "heir",
        &[
            ("request", "string", 1),
            ("purpose", "code", 1),
            ("asked", "instant", 1),
            ("released", "boolean", 1),
        ],
    ),
];

/// The operation on documents.
pub const MANAGE: &str = "manage";

/// The codes of the operations on patients.
pub fn codes() -> Vec<&'static str> {
    OPERATIONS.iter().map(|it| it.code).filter(|code| *code != MANAGE).collect()
}

/// `GET OperationDefinition/<code>`; None where there is none.
pub fn encode(base: &str, code: &str) -> Option<Value> {
    let operation = OPERATIONS.iter().find(|it| it.code == code)?;
    let mut parameters: Vec<_> = operation
        .input
        .iter()
        .map(|(name, min, kind, documentation)| {
            let max = if operation.several == Some(*name) { "*" } else { "1" };
            let mut one = json!({
                "name": name, "use": "in", "min": min, "max": max, "documentation": documentation,
            });
            match *kind {
                "BackboneElement" => {
                    let of: &[_] = if *name == "resident" { &RESIDENT } else { &REPRESENTATIVE };
                    one["part"] = parts(of, "in");
                }
                kind => one["type"] = json!(kind),
            }
            one
        })
        .collect();
    let (name, kind) = operation.output;
    let (least, most, is_list) = match kind {
        // a list: a line for each
        "BackboneElement" => (0, "*", true),
        _ => (1, "1", false),
    };
    let mut out = json!({ "name": name, "use": "out", "min": least, "max": most });
    if is_list {
        let of: &[_] = match (name, operation.code) {
            ("line", "my-patients") => &PATIENT_LINE,
            ("line", "authorised") => &AUTHORISED_LINE,
            ("line", _) => &PRACTICE_LINE,
            ("mandate", _) => AT_COUNTER[0].1,
            _ => &RESIDENT_TOLD,
        };
        out["part"] = parts(of, "out");
    } else {
        out["type"] = json!(kind);
    }
    parameters.push(out);
    if operation.code == "at-counter" {
        let more = AT_COUNTER.iter().skip(1).map(|(name, of)| {
            json!({ "name": name, "use": "out", "min": 0, "max": "*", "part": parts(of, "out") })
        });
        parameters.extend(more);
    }
    if operation.code == "my-patients" {
        parameters.push(json!({ "name": "next", "use": "out", "min": 0, "max": "1", "type": "string" }));
    }
    if operation.code == "two-agents" {
        for (name, kind, least) in [("state", "code", 1), ("until", "instant", 0)] {
            parameters.push(json!({ "name": name, "use": "out", "min": least, "max": "1", "type": kind }));
        }
    }
    if operation.input.iter().any(|it| it.0 == "handed") {
        for name in ["login", "password"] {
            parameters.push(json!({ "name": name, "use": "out", "min": 0, "max": "1", "type": "string" }));
        }
    }
    let words: String = operation
        .code
        .split('-')
        .filter_map(|word| word.split_at_checked(1))
        .map(|(first, rest)| first.to_uppercase() + rest)
        .collect();
    Some(json!({
        "resourceType": "OperationDefinition",
        "id": operation.code,
        "url": address(base, operation.code),
        "name": words,
        "title": operation.title,
        "status": "active",
        "kind": "operation",
        "affectsState": true,
        "code": operation.code,
        "resource": [if operation.code == MANAGE { "DocumentReference" } else { "Patient" }],
        "system": false,
        "type": true,
        "instance": false,
        "parameter": parameters,
    }))
}

fn parts(all: &[Part], used: &str) -> Value {
    let part =
        |(name, kind, min): &Part| json!({ "name": name, "use": used, "min": min, "max": "1", "type": kind });
    all.iter().map(part).collect()
}

/// Where an operation is defined.
pub fn address(base: &str, code: &str) -> String {
    format!("{base}/OperationDefinition/{code}")
}

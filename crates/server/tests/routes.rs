//! Every route of the care and feed doors and of `/api`, asked by nobody, by somebody who has no right to it, and
//! by somebody who has. A route without its row here fails the test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
#[path = "routes/holder.rs"]
mod holder;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use common::Demo;
use common::bundle::{Document, Person, alone, bundle};
use common::client::{Answer, Client, query};
use common::scene::Scene;
use common::soap;
use holder::API;
use serde_json::{Value, json};

/// Door, method, path; what nobody, the wrong one and the right one get: a status, and for a search how many.
type Row = (&'static str, &'static str, &'static str, [&'static str; 3]);

/// Nobody shows no certificate. At the care door the wrong one is a pharmacist whom the holder has not let in, at
/// the feed door the payer, who feeds nothing of this kind.
const FHIR: [Row; 57] = [
    ("care", "get", "/fhir/metadata", ["200", "200", "200"]),
    ("care", "get", "/fhir/OperationDefinition/{id}", ["200", "200", "200"]),
    ("care", "get", "/fhir/Patient", ["401", "200 of 1", "200 of 1"]),
    ("care", "post", "/fhir/Patient/_search", ["401", "200 of 1", "200 of 1"]),
    ("care", "post", "/fhir/Patient/$open-record", ["401", "403", "201"]),
    ("care", "post", "/fhir/Patient/$open-records", ["401", "403", "200"]),
    ("care", "post", "/fhir/Patient/$authorise", ["401", "403", "200"]),
    ("care", "post", "/fhir/Patient/$break-glass", ["401", "403", "200"]),
    // who has just opened a window
    ("care", "post", "/fhir/Patient/$end-emergency", ["401", "403", "200"]),
    // this holder refused it: one who did not is in tests/fhir/emergency.rs
    ("care", "post", "/fhir/Patient/$regulate", ["401", "403", "403"]),
    // an open record is not reopened, and a death is a counter's to notify
    // whoever produces a document records that the holder opposes it
    ("care", "post", "/fhir/Patient/$oppose", ["401", "200", "200"]),
    ("care", "post", "/fhir/Patient/$reopen", ["401", "403", "403"]),
    ("care", "post", "/fhir/Patient/$notice-death", ["401", "403", "403"]),
    // the right one of these is the counter
    ("care", "post", "/fhir/Patient/$two-agents", ["401", "403", "200"]),
    ("care", "post", "/fhir/Patient/$at-counter", ["401", "403", "200"]),
    // the holder lives
    ("care", "post", "/fhir/Patient/$heir", ["401", "404", "404"]),
    ("care", "post", "/fhir/Patient/$representative", ["401", "403", "200"]),
    ("care", "post", "/fhir/Patient/$counter", ["401", "403", "200"]),
    ("care", "post", "/fhir/Patient/$signed-form", ["401", "403", "200"]),
    // the profile presumes no team: who declares care is let in by nobody
    ("care", "post", "/fhir/Patient/$declare-care", ["401", "403", "403"]),
    // the doctor is let in, and not attending; those who are, in tests/fhir/around.rs
    ("care", "post", "/fhir/Patient/$attending", ["401", "403", "403"]),
    ("care", "post", "/fhir/Patient/$practice", ["401", "200", "200"]),
    ("care", "post", "/fhir/Patient/$my-patients", ["401", "200", "200"]),
    // the doctor is let in, and not attending; who is, in tests/fhir/lists.rs
    ("care", "post", "/fhir/Patient/$authorised", ["401", "403", "403"]),
    ("care", "post", "/fhir/Patient/$trusted-person", ["401", "403", "422"]),
    // an adult keeps nothing from representatives
    ("care", "post", "/fhir/Patient/$secret-act", ["401", "403", "403"]),
    ("care", "post", "/fhir/DocumentReference/$manage", ["401", "404", "404"]),
    ("care", "get", "/fhir/DocumentReference", ["401", "403", "200 of 1"]),
    ("care", "post", "/fhir/DocumentReference/_search", ["401", "403", "200 of 1"]),
    ("care", "get", "/fhir/DocumentReference/{id}", ["401", "404", "200"]),
    ("care", "get", "/fhir/List", ["401", "403", "200 of 1"]),
    ("care", "post", "/fhir/List/_search", ["401", "403", "200 of 1"]),
    ("care", "get", "/fhir/List/{id}", ["401", "404", "200"]),
    ("care", "get", "/fhir/Binary/{id}", ["401", "404", "200"]),
    ("care", "post", "/fhir/Subscription", ["401", "403", "201"]),
    ("care", "get", "/fhir/Subscription/{id}", ["401", "404", "200"]),
    ("care", "get", "/fhir/Subscription/{id}/$status", ["401", "404", "200 of 1"]),
    ("care", "get", "/fhir/Subscription/{id}/$events", ["401", "404", "200"]),
    ("feed", "get", "/fhir/metadata", ["200", "200", "200"]),
    ("feed", "get", "/fhir/OperationDefinition/{id}", ["200", "200", "200"]),
    ("feed", "post", "/fhir", ["401", "422", "200"]),
    ("feed", "post", "/fhir/", ["401", "422", "200"]),
    // a feeder may learn a record's status, whichever it is (rules, A1)
    ("feed", "get", "/fhir/Patient", ["401", "200 of 1", "200 of 1"]),
    ("feed", "post", "/fhir/Patient/_search", ["401", "200 of 1", "200 of 1"]),
    ("feed", "post", "/fhir/Patient/$open-record", ["401", "403", "201"]),
    ("feed", "post", "/fhir/Patient/$open-records", ["401", "403", "200"]),
    ("feed", "post", "/fhir/Patient/$oppose", ["401", "200", "200"]),
    ("feed", "post", "/fhir/DocumentReference/$manage", ["401", "404", "200"]),
    ("feed", "get", "/fhir/DocumentReference", ["401", "200 of 0", "200 of 1"]),
    ("feed", "post", "/fhir/DocumentReference/_search", ["401", "200 of 0", "200 of 1"]),
    // the trace as each may see it (rules, A22): a professional reads of themself; how many lines there are is not told
    ("care", "get", "/fhir/AuditEvent", ["401", "403", "200 of null"]),
    ("care", "post", "/fhir/AuditEvent/_search", ["401", "403", "200 of null"]),
    // a patch that changes nothing, of what one may read
    ("care", "patch", "/fhir/DocumentReference", ["401", "404", "200"]),
    ("care", "patch", "/fhir/DocumentReference/{id}", ["401", "404", "200"]),
    ("feed", "post", "/fhir/DocumentReference", ["401", "422", "201"]),
    // archived above by its depositor, taken out, and archived again
    ("feed", "patch", "/fhir/DocumentReference", ["401", "404", "200"]),
    ("feed", "patch", "/fhir/DocumentReference/{id}", ["401", "404", "200"]),
];

/// A service describes itself to anybody, at `?wsdl` alone. What an answer says is beside its status.
const SOAP: [Row; 14] = [
    ("care", "get", "/xds/registry", ["405", "405", "405"]),
    ("care", "post", "/xds/registry", ["401", "200 Failure", "200 Success"]),
    ("care", "get", "/xds/repository", ["405", "405", "405"]),
    ("care", "post", "/xds/repository", ["401", "200 Failure", "200 Success"]),
    ("care", "get", "/dmp/patients", ["405", "405", "405"]),
    ("care", "post", "/dmp/patients", ["401", "200 AA", "200 AA"]),
    ("care", "get", "/dmp/authorisations", ["405", "405", "405"]),
    // whoever cares records that they were let in; an organisation is not let in
    ("care", "post", "/dmp/authorisations", ["401", "200 DMPOk", "200 DMPOk"]),
    ("feed", "get", "/dmp/patients", ["405", "405", "405"]),
    ("feed", "post", "/dmp/patients", ["401", "200 AA", "200 AA"]),
    ("feed", "get", "/xds/registry", ["405", "405", "405"]),
    // another's document is not there, whoever asks
    ("feed", "post", "/xds/registry", ["401", "200 Success", "200 Success"]),
    ("feed", "get", "/xds/repository", ["405", "405", "405"]),
    ("feed", "post", "/xds/repository", ["401", "200 Failure", "200 Success"]),
];

/// The routes in a router's source, from one marker to the next.
fn routes(file: &str, from: &str) -> BTreeSet<(String, String)> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file)).unwrap();
    let (_, body) = text.split_once(from).unwrap();
    let body = body.split_once("\n}").unwrap().0;
    let route = |it: &str| {
        let (path, handler) = it.split_once("\", ").unwrap();
        let handler = handler.lines().next().unwrap();
        let methods: Vec<_> = ["get", "post", "put", "patch", "delete", "any", "head"]
            .into_iter()
            .filter(|method| {
                handler.starts_with(&format!("{method}(")) || handler.contains(&format!(".{method}("))
            })
            .collect();
        assert!(!methods.is_empty(), "{it}");
        methods.into_iter().map(|method| (method.to_owned(), path.to_owned())).collect::<Vec<_>>()
    };
    let found: BTreeSet<_> = body.split(".route(\"").skip(1).flat_map(route).collect();
    assert_eq!(
        body.matches(".route(").count(),
        body.matches(".route(\"").count(),
        "every route is understood"
    );
    assert!(!body.contains(".nest(") && !body.contains(".merge("), "nor is one brought in from elsewhere");
    found
}

#[test]
fn no_route_is_without_its_row() {
    for (door, file, from) in [
        ("care", "fhir/mod.rs", "pub fn care("),
        ("feed", "fhir/mod.rs", "pub fn feed("),
        ("portal", "api/mod.rs", "pub fn router("),
    ] {
        let soap = if door == "portal" { BTreeSet::new() } else { routes("soap/mod.rs", from) };
        let rows: BTreeSet<_> = FHIR
            .iter()
            .chain(&API)
            .chain(&SOAP)
            .filter(|row| row.0 == door)
            .map(|row| (row.1.to_owned(), row.2.to_owned()))
            .collect();
        let all: BTreeSet<_> = routes(file, from).union(&soap).cloned().collect();
        assert_eq!(rows, all, "the rows of {door}, and its routes");
    }
    for door in ["care", "feed", "steer"] {
        let text = fs::read_to_string(
            Path::new(env!("CARGO_MANIFEST_DIR")).join("src/doors").join(format!("{door}.rs")),
        );
        assert!(!text.unwrap().contains(".route("), "routes of {door} beside those");
    }
}

/// What is told of an answer.
fn told(answer: &Answer) -> String {
    match serde_json::from_slice::<Value>(&answer.body) {
        Ok(body) if body["type"] == "searchset" => format!("{} of {}", answer.status, body["total"]),
        _ => answer.status.to_string(),
    }
}

#[test]
fn fhir_answers_each_as_its_row_says() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let (person, document) = (Person::invented(81), Document::text());
    scene.open_to_the_doctor(&person);
    let mut fed = scene.fed(&person, std::slice::from_ref(&document));
    let subscribed = scene.care.post("/fhir/Subscription", &subscription(&person)).must(201).json();
    fed.push(format!("Subscription/{}", subscribed["id"].as_str().unwrap()));
    let pharmacist = scene.at("care", &demo.of_role("21"));
    let regulator = scene.at("care", &demo.actor("regulator"));
    let agent = &scene.counter;
    let payer = demo.actor("payer");
    let at_feed = scene.at("feed", &payer);
    let mut newcomers = 0;
    for (door, method, path, expected) in FHIR {
        for (place, expected) in expected.into_iter().enumerate() {
            let nobody = Client::new(&demo, door, None);
            let client = match (door, place) {
                (_, 0) => &nobody,
                // a steering person has no business here, an agent reads nothing; a pharmacist opens
                ("care", 1) if path.contains("$authorise") || path.contains("$break") => agent,
                ("care", 2) if path.contains("$regulate") => &regulator,
                ("care", 2)
                    if [
                        "$representative",
                        "$counter",
                        "$signed-form",
                        "$two-agents",
                        "$at-counter",
                        "$heir",
                    ]
                    .iter()
                    .any(|it| path.ends_with(it)) =>
                {
                    agent
                }
                ("care", 1) if path.contains("$open") => &scene.at("care", &demo.actor("steering")),
                ("care", 1) => &pharmacist,
                ("care", _) => &scene.care,
                (_, 1) => &at_feed,
                _ => &scene.feed,
            };
            newcomers += 1;
            let newcomer = Person::invented(8100 + newcomers);
            let house = if place == 1 { &payer } else { &scene.hospital };
            let answer = ask(client, method, path, &person, &newcomer, house, &document, &fed);
            assert_eq!(
                told(&answer),
                expected,
                "{method} {path} at {door}, asked by {}",
                ["nobody", "the wrong one", "the right one"][place]
            );
        }
        other_methods(&FHIR, door, path, if door == "care" { &scene.care } else { &scene.feed }, &fed);
    }
    // somebody who is nobody here learns not even what there is
    for door in ["care", "feed"] {
        let nobody = Client::new(&demo, door, None);
        assert_eq!(nobody.get("/fhir/nothing").shape(), nobody.get("/fhir/Patient").shape());
    }
}

#[test]
fn soap_answers_each_as_its_row_says() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let (person, document) = (Person::invented(86), Document::text());
    scene.open_to_the_doctor(&person);
    scene.fed(&person, std::slice::from_ref(&document));
    let (pharmacist, payer) = (demo.of_role("21"), demo.actor("payer"));
    let unique = soap::unique_id(&document);
    let named = format!("('{unique}')");
    let located = soap::adhoc(GET_DOCUMENTS, &[("$XDSDocumentEntryUniqueId", &named)]);
    for (door, method, path, expected) in SOAP {
        for (place, expected) in expected.into_iter().enumerate() {
            let actor = match (door, place) {
                (_, 0) => None,
                ("care", 1) => Some(&pharmacist),
                ("care", _) => Some(&scene.doctor),
                (_, 1) => Some(&payer),
                _ => Some(&scene.hospital),
            };
            let told = match (actor, method) {
                (_, "get") => Client::new(&demo, door, actor).get(path).status.to_string(),
                (None, _) => Client::new(&demo, door, None).post_bytes(path, b"x").status.to_string(),
                (Some(actor), _) => {
                    let speaker = soap::Speaker::new(&demo, door, actor);
                    let answer = match (door, path) {
                        ("care", "/xds/registry") => speaker.find(&person),
                        ("care", "/xds/repository") => speaker.retrieve(&person, &[&unique]),
                        (_, "/xds/registry") => speaker.ask(path, soap::ITI_18, &person, &located),
                        (_, "/dmp/patients") => {
                            speaker.ask(path, soap::TD0_2, &person, &soap::test_existence(&person))
                        }
                        (_, "/dmp/authorisations") => speaker.ask(path, soap::TD0_3, &person, soap::AJOUT),
                        _ => speaker.provide(&person, &[Document::text()], ""),
                    };
                    let said = answer.envelope();
                    let of_hl7 = path.starts_with("/dmp/").then(|| said.word());
                    format!("{} {}", answer.status, of_hl7.unwrap_or_else(|| said.status()))
                }
            };
            assert_eq!(told, expected, "{method} {path} at {door}, asked by {place}");
        }
    }
}

const GET_DOCUMENTS: &str = "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4";

#[expect(clippy::too_many_arguments, reason = "whatever a route may ask for")]
fn ask(
    client: &Client<'_>,
    method: &str,
    path: &str,
    person: &Person,
    newcomer: &Person,
    house: &common::Actor,
    document: &Document,
    fed: &[String],
) -> Answer {
    let (token, unique) = (person.token(), format!("urn:ietf:rfc:3986|{}", document.unique_id));
    let located = method == "get" || path.ends_with("_search");
    if located && !path.contains('{') && !path.ends_with("metadata") {
        let whom = if path.contains("Patient") { "identifier" } else { "patient.identifier" };
        let mut pairs = vec![(whom, token.as_str())];
        if path.contains("DocumentReference") {
            // what the feed door needs, the care door understands
            pairs.push(("identifier", &unique));
        }
        return if method == "get" { client.ask(path, &pairs) } else { client.form(path, &pairs) };
    }
    if method == "patch" {
        // archived and back at the feed door; at the care door what changes nothing
        let change = match client.door {
            "feed" => {
                json!({ "op": "replace", "path": "/extension/0/valueBoolean", "value": path.contains('{') })
            }
            _ => json!({ "op": "replace", "path": "/status", "value": "current" }),
        };
        let at = match path.contains('{') {
            true => filled(path, fed),
            false => format!("{path}?{}", query(&[("identifier", &unique)])),
        };
        let kind = [("Content-Type", "application/json-patch+json")];
        return client.send("PATCH", &at, &kind, Some(json!([change]).to_string().as_bytes()));
    }
    match path {
        "/fhir/Subscription" => client.post(path, &subscription(person)),
        "/fhir/DocumentReference" => client.post(path, &alone(person, house, &Document::text())),
        "/fhir" | "/fhir/" => client.post(path, &bundle(person, house, &[Document::text()])),
        "/fhir/Patient/$open-record" => client.post(path, &newcomer.opening()),
        "/fhir/Patient/$open-records" => {
            let parts = newcomer.opening()["parameter"].clone();
            let residents = [json!({ "name": "resident", "part": parts })];
            client.post(path, &json!({ "resourceType": "Parameters", "parameter": residents }))
        }
        "/fhir/Patient/$authorise" => client.post(path, &person.authorise("AJOUT", None)),
        _ if path.ends_with("$oppose") || path.ends_with("$reopen") || path.ends_with("-death") => {
            let mut said = vec![json!({ "name": "patient", "valueIdentifier": person.identifier() })];
            if path.ends_with("$oppose") {
                said.push(json!({ "name": "reason", "valueString": "motif" }));
            }
            said.push(match path.rsplit_once('$').unwrap().1 {
                "oppose" => json!({ "name": "document", "valueString": common::bundle::urn() }),
                "reopen" => json!({ "name": "consent", "valueBoolean": true }),
                _ => json!({ "name": "proved", "valueBoolean": true }),
            });
            client.post(path, &json!({ "resourceType": "Parameters", "parameter": said }))
        }
        // of no patient in particular
        "/fhir/Patient/$my-patients" => {
            let by = json!({ "name": "by", "valueCode": "authorisation" });
            client.post(path, &json!({ "resourceType": "Parameters", "parameter": [by] }))
        }
        _ if said_of(path).is_some() => {
            let mut said = vec![json!({ "name": "patient", "valueIdentifier": person.identifier() })];
            said.extend(said_of(path).unwrap());
            client.post(path, &json!({ "resourceType": "Parameters", "parameter": said }))
        }
        "/fhir/DocumentReference/$manage" => {
            let id = fed.iter().find_map(|it| it.strip_prefix("DocumentReference/")).unwrap();
            let said = |name: &str, value: &str| json!({ "name": name, "valueString": value });
            let parameters = [said("document", id), said("action", "ARCHIVE")];
            client.post(path, &json!({ "resourceType": "Parameters", "parameter": parameters }))
        }
        "/fhir/Patient/$regulate" => {
            let patient = json!({ "name": "patient", "valueIdentifier": person.identifier() });
            client.post(path, &json!({ "resourceType": "Parameters", "parameter": [patient] }))
        }
        "/fhir/Patient/$break-glass" => {
            let said = |name: &str, value: &str| json!({ "name": name, "valueString": value });
            client.post(
                path,
                &json!({ "resourceType": "Parameters", "parameter": [
                    { "name": "patient", "valueIdentifier": person.identifier() },
                    said("family", &person.family), said("given", &person.given),
                    { "name": "birth-date", "valueDate": person.birth_date },
                    said("reason", "inconscient"), { "name": "declaration", "valueBoolean": true },
                ] }),
            )
        }
        _ => client.get(&filled(path, fed)),
    }
}

fn subscription(person: &Person) -> Value {
    let backport =
        "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria";
    let filter = format!("DocumentReference?patient.identifier={}", person.token());
    json!({
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "nouveaux documents",
        "criteria": "https://profiles.ihe.net/ITI/DSUBm/SubscriptionTopic/DSUBm-SubscriptionTopic-DocumentReference-PatientDependent",
        "_criteria": { "extension": [{ "url": backport, "valueString": filter }] },
        "channel": { "type": "rest-hook" },
    })
}

/// What is said besides the patient.
fn said_of(path: &str) -> Option<Vec<Value>> {
    let text = |name: &str, value: &str| json!({ "name": name, "valueString": value });
    let yes = |name: &str| json!({ "name": name, "valueBoolean": true });
    let no = |name: &str| json!({ "name": name, "valueBoolean": false });
    Some(match path.strip_prefix("/fhir/Patient/")? {
        "$representative" => vec![
            text("action", "ADD"),
            text("kind", "curator"),
            text("family", "FICTIF"),
            text("given", "CAMILLE"),
            text("proved-by", "jugement"),
        ],
        "$counter" => vec![text("action", "REISSUE-SECRETS"), yes("signed"), yes("identified")],
        // as they were
        "$signed-form" => {
            vec![text("action", "EMERGENCY-CHOICES"), yes("signed"), yes("break-glass"), no("regulation")]
        }
        "$declare-care" | "$practice" | "$authorised" | "$end-emergency" => vec![],
        // one word alone does nothing
        "$two-agents" => vec![text("action", "FRAUD"), yes("proved")],
        "$at-counter" => vec![text("why", "holder")],
        "$heir" => {
            let document = text("document", "urn:oid:1.2.250.1.999.404");
            vec![document, text("purpose", "own-rights"), yes("proved")]
        }
        "$attending" => vec![text("action", "REPLACED-BY"), text("person", "899700366240")],
        "$trusted-person" => vec![yes("incapacity-attested")],
        "$secret-act" => {
            vec![json!({ "name": "day", "valueDate": "2026-11-20" }), yes("minor-agreed")]
        }
        _ => return None,
    })
}

/// A path with an id of what was fed.
fn filled(path: &str, fed: &[String]) -> String {
    let id = |kind: &str| fed.iter().find_map(|it| it.strip_prefix(kind)?.strip_prefix('/'));
    let kind = path.trim_start_matches("/fhir/").split("/{id}").next().unwrap_or_default();
    path.replace("{id}", id(kind).unwrap_or("open-record"))
}

/// A method without a row is not served, whoever asks.
fn other_methods(rows: &[Row], door: &str, path: &str, client: &Client<'_>, fed: &[String]) {
    for method in ["get", "post", "put", "patch", "delete"] {
        if rows.iter().any(|row| row.0 == door && row.1 == method && row.2 == path) {
            continue;
        }
        let literal = filled(path, fed);
        // `Patient/_search` is an id to a route that reads by id
        let by_id = method == "get"
            && rows.iter().any(|row| {
                row.0 == door
                    && row.1 == "get"
                    && row.2.contains("{id}")
                    && row.2.split('{').next()
                        == path.rsplit_once('/').map(|it| format!("{}/", it.0)).as_deref()
            });
        let body = matches!(method, "post" | "put" | "patch").then_some(&b"{}"[..]);
        let answer =
            client.send(&method.to_uppercase(), &literal, &[("Content-Type", "application/fhir+json")], body);
        assert!(
            answer.status == 405 || (by_id && answer.status == 404),
            "{method} {literal} at {door}: {}",
            answer.status
        );
    }
}

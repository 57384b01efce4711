//! FHIR and MHD (section E): what a request may not be, point to, or claim.

use serde_json::{Value, json};

use crate::common::Demo;
use crate::common::bundle::{Document, Person, TRE_A07, locations};
use crate::common::client::FHIR_JSON;
use crate::target::Target;

#[test]
fn requests_that_are_wrong_are_refused_and_leave_nothing() {
    let demo = Demo::start();
    let mut target = Target::new(&demo, Person::invented(71));
    addresses_are_not_followed(&mut target);
    all_or_nothing(&mut target);
    json_is_read_in_one_way(&target);
    other_forms_are_not_read(&target);
    bytes_and_what_is_said_of_them_agree(&target);
    nothing_is_updated(&mut target);
    the_server_s_word_prevails(&mut target);
    an_ins_in_a_query_works_and_is_not_kept(&target);
    too_large_is_refused_early(&target);
    target.unharmed();
}

/// E06.
fn addresses_are_not_followed(target: &mut Target<'_>) {
    let lure = target.lure();
    for url in [
        lure.as_str(),
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "https://localhost/fhir/Binary/1",
        "//localhost/x",
        "data:text/plain;base64,QQ==",
        "Binary/none",
        "",
    ] {
        let answer =
            target.spoilt(|lot| lot["entry"][1]["resource"]["content"][0]["attachment"]["url"] = json!(url));
        target.refused(url, &answer, &[400, 422], "content[0].attachment.url");
    }
    type Spoil = (&'static str, fn(&mut Value, &str), &'static str);
    let table: [Spoil; 5] = [
        (
            "subject",
            |lot, url| lot["entry"][1]["resource"]["subject"] = json!({ "reference": url }),
            "subject",
        ),
        (
            "author",
            |lot, url| lot["entry"][1]["resource"]["author"][0] = json!({ "reference": url }),
            "author",
        ),
        ("source", |lot, url| lot["entry"][0]["resource"]["source"] = json!({ "reference": url }), "source"),
        (
            "item",
            |lot, url| lot["entry"][0]["resource"]["entry"][0]["item"]["reference"] = json!(url),
            "item",
        ),
        (
            "relatesTo",
            |lot, url| {
                lot["entry"][1]["resource"]["relatesTo"] =
                    json!([{ "code": "replaces", "target": { "reference": url } }]);
            },
            "relatesTo",
        ),
    ];
    for (what, spoil, element) in table {
        let answer = target.spoilt(|lot| spoil(lot, &lure));
        target.refused(what, &answer, &[400, 422], element);
    }
    // a document that points elsewhere is a document; nobody goes there
    let page = format!("Voir {lure}");
    let answer =
        target.scene.feed.post("/fhir", &target.lot(&[Document::file("text/plain", page.as_bytes())]));
    target.accepted("a text with a link", &answer, 1);
}

/// E07: wherever the wrong one stands.
fn all_or_nothing(target: &mut Target<'_>) {
    let documents = [Document::text(), Document::text(), Document::text()];
    for place in 0..3 {
        let mut lot = target.lot(&documents);
        lot["entry"][1 + 2 * place]["resource"]["type"]["coding"][0]["code"] = json!("REMB");
        lot["entry"][1 + 2 * place]["resource"]["type"]["coding"][0]["system"] =
            json!("urn:oid:1.2.250.1.213.1.1.4.12");
        lot["entry"][1 + 2 * place]["resource"]["category"][0]["coding"][0]["code"] = json!("60");
        let answer = target.scene.feed.post("/fhir", &lot);
        target.refused("one forbidden", &answer, &[422], &format!("entry[{}].resource", 1 + 2 * place));
        let mut lot = target.lot(&documents);
        lot["entry"][2 + 2 * place]["resource"]["data"] = json!("QUFBQQ==");
        let answer = target.scene.feed.post("/fhir", &lot);
        target.refused("one invalid", &answer, &[422], &format!("entry[{}].resource", 1 + 2 * place));
    }
    // their names are as free as before
    let answer = target.scene.feed.post("/fhir", &target.lot(&documents));
    target.accepted("the same, all valid", &answer, 3);
}

/// E08.
fn json_is_read_in_one_way(target: &Target<'_>) {
    let valid = serde_json::to_string(&target.lot(&[Document::text()])).unwrap();
    let with = |from: &str, to: &str| {
        assert!(valid.contains(from), "{from}");
        valid.replacen(from, to, 1).into_bytes()
    };
    let mut latin = with("fr-FR", "fr-FR@");
    let at = latin.iter().position(|byte| *byte == b'@').unwrap();
    latin[at] = 0xe9;
    let table = [
        ("nothing", Vec::new()),
        ("spaces", b"   ".to_vec()),
        ("nested without end", "[".repeat(10_000).into_bytes()),
        (
            "nested within",
            with(
                "\"type\":\"transaction\"",
                &format!("\"type\":{}1{}", "[".repeat(9_000), "]".repeat(9_000)),
            ),
        ),
        ("a key twice", with("\"type\":\"transaction\"", "\"type\":\"transaction\",\"type\":\"batch\"")),
        (
            "a key twice, once escaped",
            with("\"type\":\"transaction\"", "\"type\":\"transaction\",\"t\\u0079pe\":\"batch\""),
        ),
        ("a number without end", with("\"language\":\"fr-FR\"", "\"language\":1e400")),
        ("not a number", with("\"language\":\"fr-FR\"", "\"language\":NaN")),
        ("a byte order mark", format!("\u{feff}{valid}").into_bytes()),
        ("half a character", with("fr-FR", "\\ud800")),
        ("latin bytes", latin),
        ("a prototype", with("\"type\":\"transaction\"", "\"type\":\"transaction\",\"__proto__\":{\"a\":1}")),
        ("a second value", format!("{valid}{valid}").into_bytes()),
        ("cut", valid.as_bytes()[..valid.len() - 1].to_vec()),
        ("a comment", format!("/* */{valid}").into_bytes()),
        (
            "many values",
            format!("{{\"resourceType\":\"Bundle\",\"entry\":[{}1]}}", "1,".repeat(200_000)).into_bytes(),
        ),
        ("a list", b"[]".to_vec()),
        ("another resource", b"{\"resourceType\":\"Patient\"}".to_vec()),
        ("null", with("\"language\":\"fr-FR\"", "\"language\":null")),
    ];
    for (what, body) in table {
        let answer = target.scene.feed.post_bytes("/fhir", &body);
        target.refused(what, &answer, &[400], "");
        // the operations read as strictly
        for path in ["$open-record", "$authorise", "$break-glass"] {
            let answer = target.scene.care.post_bytes(&format!("/fhir/Patient/{path}"), &body);
            assert!(matches!(answer.status, 400 | 413), "{what} at {path}: {}", answer.text());
        }
    }
    let answer = target
        .spoilt(|lot| lot["entry"][1]["resource"]["content"][0]["attachment"]["title"] = json!("a\u{0}b"));
    target.refused("a zero in a title", &answer, &[400, 422], "title");
}

/// E09, C06.
fn other_forms_are_not_read(target: &Target<'_>) {
    let xml = b"<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><Bundle xmlns=\"http://hl7.org/fhir\">&e;</Bundle>";
    let valid = serde_json::to_vec(&target.lot(&[Document::text()])).unwrap();
    for (kind, body) in [
        ("text/xml", &xml[..]),
        ("text/plain", &valid),
        ("application/x-www-form-urlencoded", &valid),
        ("application/fhir+json; charset=iso-8859-1", &valid),
        ("application/fhir+json; charset=utf-16", &valid),
    ] {
        for path in ["/fhir", "/fhir/Patient/$open-record"] {
            let answer = target.scene.feed.send("POST", path, &[("Content-Type", kind)], Some(body));
            target.refused(kind, &answer, &[415], "");
        }
    }
    // FHIR's XML is read, and no DOCTYPE in it
    for path in ["/fhir", "/fhir/Patient/$open-record"] {
        let kind = [("Content-Type", "application/fhir+xml")];
        let answer = target.scene.feed.send("POST", path, &kind, Some(xml));
        target.refused("a DOCTYPE", &answer, &[400], "");
        assert!(!answer.text().contains("passwd") && !answer.text().contains("root:"), "{}", answer.text());
    }
    let answer = target.scene.feed.send("POST", "/fhir", &[], Some(&valid));
    target.refused("a body of no type", &answer, &[415], "");
    let accept = [("Content-Type", FHIR_JSON), ("Accept", "text/turtle")];
    let answer = target.scene.feed.send("POST", "/fhir", &accept, Some(&valid));
    target.refused("an answer in Turtle", &answer, &[406], "");
}

/// E11.
fn bytes_and_what_is_said_of_them_agree(target: &Target<'_>) {
    type Spoil = (&'static str, fn(&mut Value), &'static str);
    let table: [Spoil; 12] = [
        (
            "another type in the Binary",
            |lot| lot["entry"][2]["resource"]["contentType"] = json!("application/pdf"),
            "contentType",
        ),
        (
            "another type in both",
            |lot| {
                lot["entry"][2]["resource"]["contentType"] = json!("application/pdf");
                lot["entry"][1]["resource"]["content"][0]["attachment"]["contentType"] =
                    json!("application/pdf");
            },
            "content.attachment",
        ),
        (
            "a byte more",
            |lot| lot["entry"][1]["resource"]["content"][0]["attachment"]["size"] = json!(4096),
            "attachment.size",
        ),
        (
            "a negative size",
            |lot| lot["entry"][1]["resource"]["content"][0]["attachment"]["size"] = json!(-1),
            "attachment.size",
        ),
        (
            "half a byte",
            |lot| lot["entry"][1]["resource"]["content"][0]["attachment"]["size"] = json!(1.5),
            "attachment.size",
        ),
        (
            "another hash",
            |lot| {
                lot["entry"][1]["resource"]["content"][0]["attachment"]["hash"] =
                    json!("AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
            },
            "attachment.hash",
        ),
        (
            "a hash in hexadecimal",
            |lot| {
                lot["entry"][1]["resource"]["content"][0]["attachment"]["hash"] =
                    json!("da39a3ee5e6b4b0d3255bfef95601890afd80709")
            },
            "attachment.hash",
        ),
        ("no base64", |lot| lot["entry"][2]["resource"]["data"] = json!("****"), "resource.data"),
        ("base64 cut", |lot| lot["entry"][2]["resource"]["data"] = json!("QUFB\u{20}Q"), "resource.data"),
        (
            "no bytes",
            |lot| {
                lot["entry"][2]["resource"].as_object_mut().unwrap().remove("data");
            },
            "resource.data",
        ),
        (
            "bytes in the attachment too",
            |lot| lot["entry"][1]["resource"]["content"][0]["attachment"]["data"] = json!("QUFB"),
            "attachment.data",
        ),
        (
            "bytes nobody refers to",
            |lot| {
                let mut more = lot["entry"][2].clone();
                more["fullUrl"] = json!("urn:uuid:11111111-2222-4333-8444-555555555555");
                lot["entry"].as_array_mut().unwrap().push(more);
            },
            "entry[3].resource",
        ),
    ];
    for (what, spoil, element) in table {
        let answer = target.spoilt(spoil);
        target.refused(what, &answer, &[400, 422], element);
    }
    let mut shared = target.lot(&[Document::text(), Document::text()]);
    shared["entry"][3]["resource"]["content"][0]["attachment"]["url"] = shared["entry"][2]["fullUrl"].clone();
    let answer = target.scene.feed.post("/fhir", &shared);
    target.refused("one Binary for two", &answer, &[422], "attachment.url");
}

/// E12: no route takes a document that is there as a whole; what exists once stays as it is.
fn nothing_is_updated(target: &mut Target<'_>) {
    let answer = target.scene.feed.post("/fhir", &target.lot(&[Document::text()]));
    target.accepted("a document", &answer, 1);
    let location = locations(&answer.json()).remove(1);
    let before = target.scene.care.get(&format!("/fhir/{location}")).must(200);
    let mut changed = before.json();
    changed["status"] = json!("entered-in-error");
    let body = serde_json::to_vec(&changed).unwrap();
    let headers = [("Content-Type", FHIR_JSON), ("If-Match", "W/\"1\"")];
    for method in ["PUT", "PATCH", "DELETE", "POST"] {
        let sent = (method != "DELETE").then_some(body.as_slice());
        for client in [&target.scene.care, &target.scene.feed] {
            let answer = client.send(method, &format!("/fhir/{location}"), &headers, sent);
            // a patch is none of a whole document
            let right = if method == "PATCH" { 400..=400 } else { 404..=405 };
            assert!(right.contains(&answer.status), "{method}: {}", answer.text());
        }
    }
    target.scene.feed.send("POST", "/fhir/DocumentReference", &headers, Some(&body)).must(422);
    for name in ["ifMatch", "ifNoneExist", "ifNoneMatch", "ifModifiedSince"] {
        let answer = target.spoilt(|lot| lot["entry"][1]["request"][name] = json!("W/\"1\""));
        target.refused(name, &answer, &[422], &format!("request.{name}"));
    }
    for (method, url) in [
        ("PUT", "DocumentReference"),
        ("DELETE", "DocumentReference"),
        ("GET", "DocumentReference"),
        ("POST", "List"),
    ] {
        let answer =
            target.spoilt(|lot| lot["entry"][1]["request"] = json!({ "method": method, "url": url }));
        target.refused(method, &answer, &[400, 422], "entry[1].request");
    }
    let after = target.scene.care.get(&format!("/fhir/{location}")).must(200);
    assert_eq!(after.shape(), before.shape());
}

/// E14.
fn the_server_s_word_prevails(target: &mut Target<'_>) {
    type Spoil = (&'static str, fn(&mut Value), &'static str);
    let archived = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived";
    let table: [Spoil; 9] = [
        ("replaced when fed", |lot| lot["entry"][1]["resource"]["status"] = json!("superseded"), "status"),
        (
            "deleted when fed",
            |lot| lot["entry"][1]["resource"]["status"] = json!("entered-in-error"),
            "status",
        ),
        ("a status of its own", |lot| lot["entry"][1]["resource"]["docStatus"] = json!("final"), "docStatus"),
        ("a set that is retired", |lot| lot["entry"][0]["resource"]["status"] = json!("retired"), "status"),
        (
            "another house's author",
            |lot| lot["entry"][1]["resource"]["contained"][1]["identifier"][0]["value"] = json!("10D0000999"),
            "author",
        ),
        (
            "a visibility nobody knows",
            |lot| lot["entry"][1]["resource"]["securityLabel"][0]["coding"][0]["code"] = json!("TOP"),
            "securityLabel",
        ),
        (
            "masked and hidden",
            |lot| {
                let label = |code: &str| json!({ "coding": [{ "system": TRE_A07, "code": code }] });
                lot["entry"][1]["resource"]["securityLabel"]
                    .as_array_mut()
                    .unwrap()
                    .extend([label("MASQUE_PS"), label("INVISIBLE_PATIENT")]);
            },
            "securityLabel",
        ),
        (
            "no confidentiality",
            |lot| {
                lot["entry"][1]["resource"].as_object_mut().unwrap().remove("securityLabel");
            },
            "securityLabel",
        ),
        (
            "a modifier",
            |lot| {
                lot["entry"][1]["resource"]["modifierExtension"] =
                    json!([{ "url": "urn:x", "valueBoolean": true }])
            },
            "modifierExtension",
        ),
    ];
    for (what, spoil, element) in table {
        let answer = target.spoilt(spoil);
        target.refused(what, &answer, &[400, 422], element);
    }
    let answer = target.spoilt(|lot| {
        lot["entry"][1]["resource"]["extension"] = json!([{ "url": archived, "valueBoolean": true }]);
    });
    target.refused("archived when fed", &answer, &[422], "extension");

    let document = Document::text();
    let mut lot = target.lot(std::slice::from_ref(&document));
    let reference = &mut lot["entry"][1]["resource"];
    reference["id"] = json!("chosen-by-me");
    reference["meta"]["versionId"] = json!("99");
    reference["meta"]["lastUpdated"] = json!("1999-01-01T00:00:00Z");
    reference["meta"]["security"] =
        json!([{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "ETREAT" }]);
    reference["identifier"] = json!([{ "use": "official", "system": "urn:ietf:rfc:3986", "value": "urn:uuid:11111111-2222-4333-8444-555555555555" }]);
    let answer = target.scene.feed.post("/fhir", &lot);
    target.accepted("what the server sets itself", &answer, 1);
    let location = locations(&answer.json()).remove(1);
    let there = target.scene.care.get(&format!("/fhir/{location}")).must(200).json();
    assert_eq!(there["meta"]["versionId"], "1");
    assert!(there["meta"]["lastUpdated"].as_str().unwrap() > "2026");
    assert!(
        there["meta"].get("security").is_none() && !there.to_string().contains("chosen-by-me"),
        "{there}"
    );
    assert!(!there.to_string().contains("11111111-2222-4333-8444-555555555555"), "{there}");
}

/// E13.
fn an_ins_in_a_query_works_and_is_not_kept(target: &Target<'_>) {
    let token = target.person.token();
    for (path, name) in [
        ("/fhir/Patient", "identifier"),
        ("/fhir/DocumentReference", "patient.identifier"),
        ("/fhir/List", "patient.identifier"),
    ] {
        target.scene.care.ask(path, &[(name, &token)]).must(200);
        let wrong = target.scene.care.ask(path, &[(name, &token), ("nom", &target.person.family)]);
        assert_eq!(wrong.status, 400);
        assert!(!wrong.text().contains(&target.person.family) && !wrong.text().contains(&target.person.ins));
    }
    target.scene.care.get(&format!("/fhir/Patient/{}", target.person.ins)).must(404);
    target.scene.care.get(&format!("/{}/{}", target.person.family, target.person.ins)).must(404);
}

/// F09: larger than the door takes.
fn too_large_is_refused_early(target: &Target<'_>) {
    let body = vec![b' '; 129 << 20];
    let headers = [("Content-Type", FHIR_JSON)];
    let answer = target.scene.feed.try_send("POST", "/fhir", &headers, Some(&body));
    // a client that is still sending may see its connection closed before it sees the answer
    assert!(answer.is_none_or(|it| it.status == 413));
    let body = vec![b' '; 3 << 20];
    let answer = target.scene.care.try_send("POST", "/fhir/Patient/$authorise", &headers, Some(&body));
    assert!(answer.is_none_or(|it| it.status == 413));
}

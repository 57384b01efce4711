//! Documents (sections F and G): about somebody else, of another type than said, or made to harm who opens them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::common::Demo;
use crate::common::bundle::{Document, FALLBACK, Person, locations};
use crate::common::client::Answer;
use crate::target::Target;

fn own(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../clinical/tests/fixtures").join(name)).unwrap()
}

#[test]
fn documents_that_are_not_what_they_say_are_refused() {
    let demo = Demo::start();
    let person = Person::of(&clinical::read_cda(&own("level-3.xml")).unwrap());
    let mut target = Target::new(&demo, person);
    about_somebody_else(&target);
    without_a_patient_who_can_be_used(&target);
    metadata_that_say_something_else(&target);
    what_does_not_open(&target);
    names_that_are_no_names(&target);
    the_same_document_as_it_should_be(&mut target);
    words_stay_words(&mut target);
    target.unharmed();
}

/// The level 3 document with something replaced in it, under its own metadata.
fn changed(target: &Target<'_>, from: &str, to: &str) -> Answer {
    let text = String::from_utf8(own("level-3.xml")).unwrap();
    assert!(text.contains(from), "{from}");
    let mut document = Document::cda(text.as_bytes(), "11", FALLBACK);
    document.class = class_of(&document);
    document.bytes = text.replace(from, to).into_bytes();
    target.scene.feed.post("/fhir", &target.lot(&[document]))
}

fn class_of(document: &Document) -> String {
    let code = model::Coding::new(&document.kind.0, &document.kind.1, None).unwrap();
    model::code::class_of(&code).code().to_owned()
}

const INS: &str = "<id root=\"1.2.250.1.213.1.4.10\" extension=\"284057127014558\"/>";

/// F06, B15.
fn about_somebody_else(target: &Target<'_>) {
    for (what, from, to) in [
        ("another INS", "284057127014558", "284057127014559"),
        ("another authority", "1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11"),
        ("born another day", "19840517", "19840518"),
        ("another birth name", "ESSAI-LUMIÈRE", "ESSAI-OMBRE"),
        (
            "another first name",
            "<given qualifier=\"BR\">CAMILLE</given>",
            "<given qualifier=\"BR\">CÉCILE</given>",
        ),
        ("another sex", "code=\"F\" displayName=\"Féminin\"", "code=\"M\" displayName=\"Masculin\""),
        ("born elsewhere", "71270", "71271"),
    ] {
        let answer = changed(target, from, to);
        target.refused(what, &answer, &[422], "content.attachment");
    }
    let both = format!("{INS}<id root=\"1.2.250.1.213.1.4.10\" extension=\"284057127014559\"/>");
    let answer = changed(target, INS, &both);
    target.refused("two people", &answer, &[422], "content.attachment");
    // the metadata themselves
    type Spoil = (&'static str, fn(&mut Value), &'static str);
    let table: [Spoil; 5] = [
        (
            "one document of another",
            |lot| lot["entry"][1]["resource"]["subject"]["identifier"]["value"] = json!("284057127014559"),
            "entry[",
        ),
        (
            "the set of another",
            |lot| lot["entry"][0]["resource"]["subject"]["identifier"]["value"] = json!("284057127014559"),
            "entry[",
        ),
        (
            "the source patient of another",
            |lot| {
                lot["entry"][1]["resource"]["contained"][0]["identifier"][0]["value"] =
                    json!("284057127014559")
            },
            "entry[",
        ),
        (
            "a source patient born another day",
            |lot| lot["entry"][1]["resource"]["contained"][0]["birthDate"] = json!("1984-05-18"),
            "sourcePatientInfo",
        ),
        (
            "a source patient of another name",
            |lot| {
                lot["entry"][1]["resource"]["contained"][0]["name"] =
                    json!([{ "use": "official", "family": "OMBRE" }])
            },
            "sourcePatientInfo",
        ),
    ];
    for (what, spoil, element) in table {
        let answer = target.spoilt(spoil);
        target.refused(what, &answer, &[422], element);
    }
}

/// F07.
fn without_a_patient_who_can_be_used(target: &Target<'_>) {
    let text = String::from_utf8(own("level-3.xml")).unwrap();
    let start = text.find("<recordTarget>").unwrap();
    let end = text.find("</recordTarget>").unwrap() + "</recordTarget>".len();
    for (what, from, to) in [
        ("nobody", &text[start..end], ""),
        ("no INS", INS, ""),
        ("no authority", INS, "<id extension=\"284057127014558\"/>"),
        ("a wrong key", INS, "<id root=\"1.2.250.1.213.1.4.8\" extension=\"284057127014559\"/>"),
        (
            "a NIR under the authority of NIA",
            INS,
            "<id root=\"1.2.250.1.213.1.4.9\" extension=\"284057127014558\"/>",
        ),
        ("half an INS", "284057127014558", "2840571270145"),
        ("two patients", "</recordTarget>", "</recordTarget><recordTarget/>"),
    ] {
        let answer = changed(target, from, to);
        target.refused(what, &answer, &[422], "content.attachment");
    }
}

/// F08.
fn metadata_that_say_something_else(target: &Target<'_>) {
    let mut document = Document::cda(&own("level-3.xml"), "", FALLBACK);
    document.class = class_of(&document);
    let feed = |document: Document| target.scene.feed.post("/fhir", &target.lot(&[document]));
    let with = |change: fn(&mut Document)| {
        let mut it = document.clone();
        change(&mut it);
        feed(it)
    };
    for (what, answer, element) in [
        ("another type", with(|it| it.kind.1 = "34133-9".into()), "type"),
        ("a type of another system", with(|it| it.kind.0 = "urn:oid:1.2.250.1.213.1.1.4.12".into()), "type"),
        ("another class", with(|it| it.class = "42".into()), "category"),
        (
            "another document's id",
            with(|it| it.unique_id = "urn:oid:1.2.250.1.999.7.2026.9.9".into()),
            "masterIdentifier",
        ),
        (
            "another template's format",
            with(|it| it.format.1 = "urn:asip:ci-sis:cse-cs8:2017".into()),
            "content.format",
        ),
        ("a stylesheet's type", with(|it| it.mime = "application/pdf".into()), "content.attachment"),
    ] {
        target.refused(what, &answer, &[422], element);
    }
    let mut text = Document::text();
    text.format.1 = "urn:asip:ci-sis:cse-cs8:2017".into();
    target.refused("a text in the format of a CDA", &feed(text), &[422], "content.format");
}

/// F09, G06, G10, C01, C02, C05.
fn what_does_not_open(target: &Target<'_>) {
    let html = b"<!DOCTYPE html><html><script>alert(1)</script></html>";
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    let pdf = rehearsal::pdf::page("Fictif", &["Une ligne"]);
    let bomb = format!(
        "<!DOCTYPE l [<!ENTITY a \"{}\">]><ClinicalDocument xmlns=\"urn:hl7-org:v3\">{}</ClinicalDocument>",
        "x".repeat(1000),
        "&a;".repeat(1000)
    );
    let outside = "<!DOCTYPE l SYSTEM \"file:///etc/passwd\"><ClinicalDocument xmlns=\"urn:hl7-org:v3\"/>";
    let deep = format!("{}{}", "<a>".repeat(50_000), "</a>".repeat(50_000));
    let mut huge = own("square.jpg");
    let frame = huge.windows(2).position(|it| it == [0xff, 0xc0]).unwrap();
    huge[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
    let square = own("square.jpg");
    let table: Vec<(&str, &str, &[u8])> = vec![
        ("nothing", "text/plain", b""),
        ("nothing, as a PDF", "application/pdf", b""),
        ("a page as a PDF", "application/pdf", html),
        ("a page as an image", "image/jpeg", html),
        ("a page as a text", "text/plain", html),
        ("a page as XML", "text/xml", html),
        ("a page", "text/html", html),
        ("a drawing as an image", "image/jpeg", svg),
        ("a drawing as a text", "text/plain", svg),
        ("a drawing", "image/svg+xml", svg),
        ("a PDF as a text", "text/plain", &pdf),
        ("an image as a PDF", "application/pdf", &square),
        ("a program as a text", "text/plain", b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00"),
        ("an archive", "application/zip", b"PK\x03\x04\x14\x00\x00\x00"),
        ("half a PDF", "application/pdf", &pdf[..pdf.len() / 2]),
        ("half an image", "image/jpeg", &square[..square.len() / 2]),
        ("an image larger than a wall", "image/jpeg", &huge),
        ("an entity from outside", "text/xml", outside.as_bytes()),
        ("an entity a thousand times", "text/xml", bomb.as_bytes()),
        ("elements without end", "text/xml", deep.as_bytes()),
        ("an element that does not end", "text/xml", b"<ClinicalDocument xmlns=\"urn:hl7-org:v3\">"),
        ("a CDA that says nothing", "text/xml", b"<ClinicalDocument xmlns=\"urn:hl7-org:v3\"/>"),
        ("a type that is none", "text", b"x"),
        ("a type with a line in it", "text/plain\r\nX: y", b"x"),
    ];
    for (what, mime, bytes) in table {
        let answer = target.scene.feed.post("/fhir", &target.lot(&[Document::file(mime, bytes)]));
        target.refused(what, &answer, &[400, 422], "entry[");
    }
    for (what, from, to) in [
        ("a zero", "<title>", "<title>\u{0}"),
        ("an element that is not closed", "</title>", ""),
        ("a document type", "<ClinicalDocument", "<!DOCTYPE ClinicalDocument><ClinicalDocument"),
        ("another encoding", "encoding=\"UTF-8\"", "encoding=\"UTF-16\""),
    ] {
        let answer = changed(target, from, to);
        target.refused(what, &answer, &[422], "content.attachment");
    }
}

/// G08.
fn names_that_are_no_names(target: &Target<'_>) {
    let long = "9".repeat(10_000);
    for value in [
        "../../etc/cron.d/x",
        "/etc/passwd",
        "urn:oid:../../etc/cron.d/x",
        "urn:uuid:../../../../../../../etc/passwd0000",
        "urn:oid:1.2.250.1.999/../x",
        "urn:oid:1.2.250.\u{0}1",
        "urn:oid:",
        "urn:oid:1..2",
        "urn:uuid:",
        "http://127.0.0.1/x",
        "",
        &format!("urn:oid:1.2.{long}"),
    ] {
        for place in 0..2 {
            let answer = target.spoilt(|lot| match place {
                0 => lot["entry"][1]["resource"]["masterIdentifier"]["value"] = json!(value),
                _ => lot["entry"][0]["resource"]["identifier"][0]["value"] = json!(value),
            });
            let element = ["masterIdentifier", "identifier[0]"][place];
            target.refused(value.get(..20).unwrap_or(value), &answer, &[400, 422], element);
        }
    }
    let answer = target
        .spoilt(|lot| lot["entry"][1]["resource"]["masterIdentifier"]["system"] = json!("urn:oid:../.."));
    target.refused("a system that is none", &answer, &[400, 422], "masterIdentifier");
}

/// What was refused spoilt is taken whole: no trial above stands in its way.
fn the_same_document_as_it_should_be(target: &mut Target<'_>) {
    let mut document = Document::cda(&own("level-3.xml"), "", FALLBACK);
    document.class = class_of(&document);
    let answer = target.scene.feed.post("/fhir", &target.lot(&[document]));
    target.accepted("the document itself", &answer, 1);
}

/// E10, G09: scripts, quotes, lines and directions in words are data, and reach no header.
fn words_stay_words(target: &mut Target<'_>) {
    let script = "<script>alert(1)</script>\"' onload=x";
    let turned = "compte\u{202e}fdp.exe";
    let mut lot = target.lot(&[
        Document { title: script.into(), ..Document::text() },
        Document { title: turned.into(), ..Document::text() },
    ]);
    let reference = &mut lot["entry"][1]["resource"];
    reference["text"] = json!({ "status": "additional", "div": format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{script}</div>") });
    reference["description"] = json!(script);
    reference["type"]["coding"][0]["display"] = json!(script);
    reference["contained"][3]["name"][0]["given"] = json!([script]);
    reference["contained"][1]["name"] = json!(script);
    reference["identifier"] = json!([{ "system": "urn:oid:1.2.250.1.999.9", "value": script }]);
    let answer = target.scene.feed.post("/fhir", &lot);
    target.accepted("scripts in words", &answer, 2);
    let fed = locations(&answer.json());
    let there = target.scene.care.get(&format!("/fhir/{}", fed[1])).must(200);
    assert_eq!(there.json()["content"][0]["attachment"]["title"], script);
    assert!(there.header("content-type").unwrap().starts_with("application/fhir+json"));
    assert_eq!(there.header("x-content-type-options"), Some("nosniff"));
    for location in [&fed[2], &fed[4]] {
        let bytes = target.scene.care.get_as(&format!("/fhir/{location}"), "*/*").must(200);
        assert_eq!(bytes.header("content-disposition"), Some("attachment"), "no name of theirs in a header");
        assert!(bytes.header("set-cookie").is_none());
    }
    for title in ["deux\r\nSet-Cookie: a=b", "un\ttrait", "\u{0}"] {
        let answer = target
            .spoilt(|lot| lot["entry"][1]["resource"]["content"][0]["attachment"]["title"] = json!(title));
        if answer.status == 200 {
            target.accepted("a title of two lines", &answer, 1);
            let bytes =
                target.scene.care.get_as(&format!("/fhir/{}", locations(&answer.json())[2]), "*/*").must(200);
            assert!(
                bytes.header("set-cookie").is_none()
                    && bytes.header("content-disposition") == Some("attachment")
            );
        } else {
            target.refused("a title of two lines", &answer, &[400, 422], "title");
        }
    }
}

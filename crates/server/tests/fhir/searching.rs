//! ITI-67 and ITI-66: every published parameter finds what it names and nothing else; pages follow one another
//! without telling whom they are about.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::common::Demo;
use crate::common::bundle::{AUTHOR, Document, Person, locations};
use crate::common::client::Answer;
use crate::common::scene::Scene;

#[test]
fn documents_and_sets_are_found_by_what_they_are() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    each_parameter_of_documents(&scene);
    each_parameter_of_sets(&scene);
    pages_follow_one_another(&scene);
    what_crosses_or_is_not_known_is_refused(&scene);
    the_refused_cannot_tell_why(&scene);
}

fn each_parameter_of_documents(scene: &Scene<'_>) {
    let person = Person::invented(21);
    scene.open_to_the_doctor(&person);
    let first = scene.fed(&person, &[Document::text()]);
    let mut sought = Document::file("application/pdf", &rehearsal::pdf::page("Fictif", &["Une ligne"]));
    sought.kind.1 = "34133-9".into();
    sought.class = "11".into();
    sought.visibility = vec!["INVISIBLE_REPRESENTANTS_LEGAUX"];
    let mut lot = scene.lot(&person, std::slice::from_ref(&sought));
    let reference = &mut lot["entry"][1]["resource"];
    reference["date"] = json!("2025-03-04T10:00:00+01:00");
    reference["content"][0]["attachment"]["creation"] = json!("2025-03-04T10:00:00+01:00");
    reference["context"]["period"] =
        json!({ "start": "2025-03-01T09:00:00+01:00", "end": "2025-03-03T09:00:00+01:00" });
    reference["context"]["event"] =
        json!([{ "coding": [{ "system": "urn:oid:1.2.250.1.213.2.5", "code": "HHFA001" }] }]);
    reference["context"]["facilityType"]["coding"][0]["code"] = json!("SA05");
    reference["context"]["practiceSetting"]["coding"][0]["code"] = json!("AMBULATOIRE");
    reference["context"]["related"] = json!([{ "identifier": {
        "type": { "coding": [{ "system": "urn:ietf:rfc:3986", "code": "urn:ihe:iti:xds:2013:order" }] },
        "system": "urn:oid:1.2.250.1.999.8", "value": "PRESCRIPTION-7",
    } }]);
    reference["contained"][3]["name"][0] = json!({ "family": "VILLEPASSE", "given": ["Armelle"] });
    reference["contained"][3]["identifier"][0]["value"] = json!("899700218904");
    reference["identifier"] = json!([{ "system": "urn:oid:1.2.250.1.999.9", "value": "DOSSIER-42" }]);
    reference["relatesTo"] = json!([{ "code": "appends", "target": { "reference": first[1] } }]);
    let fed = locations(&scene.feed.post("/fhir", &lot).must(200).json());
    let id = fed[1].strip_prefix("DocumentReference/").unwrap();
    let there = scene.care.get(&format!("/fhir/{}", fed[1])).must(200).json();
    let (house, updated) =
        (scene.hospital.text("organisation"), there["meta"]["lastUpdated"].as_str().unwrap());
    let patient = there["subject"]["reference"].as_str().unwrap();
    let organisation = format!("urn:oid:1.2.250.1.71.4.2.2|{house}");
    let after = format!("ge{updated}");
    let unique = format!("urn:ietf:rfc:3986|{}", sought.unique_id);
    let format = format!("{}|{}", sought.format.0, sought.format.1);

    // parameter, the part of it that chains, a value of the document sought alone, one of no document
    let table: &[(&str, &str, &str, &str)] = &[
        ("_id", "", id, "nothing"),
        ("_lastUpdated", "", &after, "lt2020-01-01"),
        ("type", "", "http://loinc.org|34133-9", "http://loinc.org|11490-0"),
        ("type", "", "34133-9,57833-6", "57833-6"),
        ("category", "", "11", "60"),
        ("identifier", "", &unique, "urn:uuid:00000000-0000-4000-8000-000000000000"),
        ("identifier", "", "urn:oid:1.2.250.1.999.9|DOSSIER-42", "urn:oid:1.2.250.1.999.9|DOSSIER-43"),
        ("date", "", "2025-03-04", "2025-03-05"),
        ("creation", "", "le2025-12-31", "lt2025-01-01"),
        ("period", "", "2025-03", "2024"),
        ("period-start", "", "2025-03-01", "2025-03-02"),
        ("period-end", "", "2025-03-03", "2025-03-02"),
        ("facility", "", "SA05", "SA04"),
        ("setting", "", "AMBULATOIRE", "DOMICILE"),
        ("security-label", "", "INVISIBLE_REPRESENTANTS_LEGAUX", "MASQUE_PS"),
        ("event", "", "HHFA001", "HHFA002"),
        ("relatesto", "", &first[1], &fed[1]),
        (
            "related",
            ":identifier",
            "urn:oid:1.2.250.1.999.8|PRESCRIPTION-7",
            "urn:oid:1.2.250.1.999.8|PRESCRIPTION-8",
        ),
        ("author", ".family", "villepasse", "VILLENEUVE"),
        ("author", ".given:exact", "Armelle", "armelle"),
        ("author", ":identifier", "899700218904", "899700218912"),
    ];
    for (name, chain, hit, miss) in table {
        let name_ = format!("{name}{chain}");
        let found = scene.search(&person, "DocumentReference", &[(&name_, hit)]).must(200);
        let ids: Vec<_> = found.resources().iter().map(|it| it["id"].clone()).collect();
        assert_eq!(ids, [json!(id)], "{name_}={hit}: {}", found.text());
        let none = scene.search(&person, "DocumentReference", &[(&name_, miss)]).must(200);
        assert_eq!(none.total(), 0, "{name_}={miss}");
        assert!(none.json().get("entry").is_none(), "{name_}={miss}");
    }
    // what both bear, or neither: counted
    let counted = [
        ("status", "current", 2),
        ("status", "superseded", 0),
        ("status", "superseded,current", 2),
        ("isArchived", "false", 2),
        ("isArchived", "true", 0),
        ("format", format.as_str(), 2),
        ("format", "urn:ihe:iti:xds-sd:pdf:2008", 0),
        ("author:PractitionerRole.practitioner.identifier", AUTHOR.0, 1),
        ("author:PractitionerRole.organization.identifier", organisation.as_str(), 2),
        ("type", "http://loinc.org|", 2),
        ("security-label", "N", 2),
    ];
    for (name, value, expected) in counted {
        let found = scene.search(&person, "DocumentReference", &[(name, value)]).must(200);
        assert_eq!(found.total(), expected, "{name}={value}");
    }
    let by_record = scene.care.ask("/fhir/DocumentReference", &[("patient", patient)]).must(200);
    assert_eq!(by_record.total(), 2);
    let two = [("type", "34133-9"), ("setting", "DOMICILE")];
    assert_eq!(
        scene.search(&person, "DocumentReference", &two).must(200).total(),
        0,
        "each criterion must hold"
    );

    let tried = table.iter().map(|(name, ..)| *name).chain(counted.iter().map(|it| it.0)).chain(["patient"]);
    published(scene, "DocumentReference", &tried.collect());
}

fn each_parameter_of_sets(scene: &Scene<'_>) {
    let person = Person::invented(22);
    scene.open_to_the_doctor(&person);
    scene.fed(&person, &[Document::text()]);
    let mut lot = scene.lot(&person, &[Document::text(), Document::text()]);
    let list = &mut lot["entry"][0]["resource"];
    let unique = list["identifier"][0]["value"].as_str().unwrap().to_owned();
    list["date"] = json!("2025-06-07T08:00:00+02:00");
    list["title"] = json!("Envoi fictif du service");
    list["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] = json!("07");
    list["extension"][1]["valueIdentifier"]["value"] = json!("urn:oid:1.2.250.1.999.55");
    list["contained"][3]["name"][0] = json!({ "family": "VILLEPASSE", "given": ["Armelle"] });
    list["contained"][3]["identifier"][0]["value"] = json!("899700218904");
    let fed = locations(&scene.feed.post("/fhir", &lot).must(200).json());
    let id = fed[0].strip_prefix("List/").unwrap();
    let there = scene.care.get(&format!("/fhir/{}", fed[0])).must(200).json();
    assert_eq!(there["entry"].as_array().unwrap().len(), 2);
    let updated = format!("ge{}", there["meta"]["lastUpdated"].as_str().unwrap());
    let patient = there["subject"]["reference"].as_str().unwrap();

    let table: &[(&str, &str, &str, &str)] = &[
        ("_id", "", id, "nothing"),
        ("_lastUpdated", "", &updated, "lt2020-01-01"),
        ("identifier", "", &unique, "urn:uuid:00000000-0000-4000-8000-000000000000"),
        ("date", "", "2025-06-07", "2025-06-08"),
        ("title", "", "envoi", "renvoi"),
        ("title", ":contains", "fictif", "réel"),
        ("DesignationType", "", "07", "08"),
        ("SourceId", "", "urn:oid:1.2.250.1.999.55", "urn:oid:1.2.250.1.999.56"),
        ("source", ".family", "VILLEPASSE", "VILLENEUVE"),
        ("source", ".given", "armelle", "anne"),
        ("source", ":identifier", "899700218904", "899700218912"),
    ];
    for (name, chain, hit, miss) in table {
        let name_ = format!("{name}{chain}");
        let found = scene.search(&person, "List", &[(&name_, hit)]).must(200);
        let ids: Vec<_> = found.resources().iter().map(|it| it["id"].clone()).collect();
        assert_eq!(ids, [json!(id)], "{name_}={hit}: {}", found.text());
        let none = scene.search(&person, "List", &[(&name_, miss)]).must(200);
        assert!(none.total() == 0 && none.json().get("entry").is_none(), "{name_}={miss}");
    }
    let organisation = format!("urn:oid:1.2.250.1.71.4.2.2|{}", scene.hospital.text("organisation"));
    let counted = [
        ("code", "submissionset", 2),
        ("code", "folder", 0),
        ("status", "current", 2),
        ("status", "retired", 0),
        ("isArchived", "false", 2),
        ("authorOrg", organisation.as_str(), 2),
        ("authorOrg", "urn:oid:1.2.250.1.71.4.2.2|1000000000", 0),
    ];
    for (name, value, expected) in counted {
        assert_eq!(
            scene.search(&person, "List", &[(name, value)]).must(200).total(),
            expected,
            "{name}={value}"
        );
    }
    assert_eq!(scene.care.ask("/fhir/List", &[("patient", patient)]).must(200).total(), 2);
    let tried = table.iter().map(|(name, ..)| *name).chain(counted.iter().map(|it| it.0)).chain(["patient"]);
    published(scene, "List", &tried.collect());
}

/// No parameter is published that was not tried here.
fn published(scene: &Scene<'_>, kind: &str, tried: &BTreeSet<&str>) {
    let statement = scene.care.get("/fhir/metadata").must(200).json();
    let resources = statement["rest"][0]["resource"].as_array().unwrap();
    let resource = resources.iter().find(|it| it["type"] == kind).unwrap();
    let names: Vec<_> =
        resource["searchParam"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert!(names.len() > 10);
    let untried: Vec<_> = names.iter().filter(|it| !tried.contains(**it) && **it != "author").collect();
    assert!(untried.is_empty(), "{kind}: {untried:?}");
}

fn pages_follow_one_another(scene: &Scene<'_>) {
    let person = Person::invented(23);
    scene.open_to_the_doctor(&person);
    let mut fed = BTreeSet::new();
    for _ in 0..4 {
        let locations = scene.fed(&person, &[Document::text(), Document::text()]);
        fed.extend([locations[1].clone(), locations[3].clone()]);
    }
    let token = person.token();
    for (kind, total, sizes) in [("DocumentReference", 8, vec![3, 3, 2]), ("List", 4, vec![3, 1])] {
        let pairs = [("patient.identifier", token.as_str()), ("_count", "3"), ("_sort", "date")];
        let mut page = scene.care.form(&format!("/fhir/{kind}/_search"), &pairs).must(200);
        let (mut seen, mut counts) = (BTreeSet::new(), Vec::new());
        loop {
            assert_eq!(page.total(), total, "on every page");
            let links = page.json()["link"].to_string();
            assert!(!links.contains(&person.ins) && !links.contains("identifier"), "{links}");
            let found = page.resources();
            counts.push(found.len());
            seen.extend(found.iter().map(|it| format!("{kind}/{}", it["id"].as_str().unwrap())));
            let Some(next) = next(&page) else { break };
            page = scene.care.get(&next).must(200);
        }
        assert_eq!((counts, seen.len() as u64), (sizes, total), "each once");
        assert!(kind == "List" || seen == fed);
    }
    let first = || scene.search(&person, "DocumentReference", &[("_count", "3")]).must(200);
    let link = next(&first()).unwrap();
    let ids = |page: &Answer| page.resources().iter().map(|it| it["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&scene.care.get(&link).must(200)), ids(&scene.care.get(&link).must(200)), "a page stays");
    scene.care.get(&link.replace("/DocumentReference?", "/List?")).names(400, "http._page");
    let (head, word) = link.split_once("_page=").unwrap();
    let spoilt = format!("{head}_page={}", word.chars().rev().collect::<String>());
    scene.care.get(&spoilt).names(400, "http._page");
    scene.care.get(&format!("{head}_page=")).names(400, "http._page");
    scene.care.get(&format!("{link}&_count=500")).must(400);
    // another reader's page is decided for the one who asks
    scene.at("care", &scene.demo.of_role("21")).get(&link).must(403);
    scene.care.post("/fhir/Patient/$authorise", &person.authorise("SUPPRESSION", None)).must(200);
    scene.care.get(&link).must(403);
}

fn what_crosses_or_is_not_known_is_refused(scene: &Scene<'_>) {
    let (person, other) = (Person::invented(21), Person::invented(22));
    let (token, also) = (person.token(), other.token());
    let both = format!("{token},{also}");
    let many: Vec<_> = (0..70).map(|_| ("type", "11488-4")).collect();
    let table: Vec<(Vec<(&str, &str)>, &str)> = vec![
        (vec![], "http.patient"),
        (vec![("patient.identifier", &token), ("patient.identifier", &also)], "http.patient.identifier"),
        (
            vec![("patient.identifier", &token), ("patient", "Patient/00000000000000000000000000")],
            "http.patient",
        ),
        (vec![("patient.identifier", &both)], "http.patient.identifier"),
        (vec![("patient.identifier", &token), ("_include", "DocumentReference:subject")], "http._include"),
        (vec![("patient.identifier", &token), ("_include:iterate", "*")], "http._include:iterate"),
        (vec![("patient.identifier", &token), ("_revinclude", "List:item")], "http._revinclude"),
        (vec![("patient.identifier", &token), ("_has:List:item:code", "x")], "http._has:List:item:code"),
        (vec![("patient.identifier", &token), ("patient.family", "x")], "http.patient.family"),
        (vec![("patient.identifier", &token), ("typ", "11488-4")], "http.typ"),
        (vec![("patient.identifier", &token), ("type:not", "11488-4")], "http.type:not"),
        (vec![("patient.identifier", &token), ("_summary", "true")], "http._summary"),
        (vec![("patient.identifier", &token), ("_count", "-1")], "http._count"),
        (vec![("patient.identifier", &token), ("_sort", "title")], "http._sort"),
        (vec![("patient.identifier", &token), ("_elements", "id")], "http._elements"),
        (vec![("patient.identifier", &token), ("date", "yesterday")], "http.date"),
        (vec![("patient.identifier", &token), ("status", "open")], "http.status"),
        (vec![("patient.identifier", &token), ("type", "")], "http.type"),
    ];
    for (pairs, element) in table {
        for kind in ["DocumentReference", "List"] {
            for answer in [
                scene.care.ask(&format!("/fhir/{kind}"), &pairs),
                scene.care.form(&format!("/fhir/{kind}/_search"), &pairs),
            ] {
                assert_eq!(answer.status, 400, "{kind} {element}: {}", answer.text());
                // a set has no type of document: unknown there, wrong here, named in both
                answer.names(400, element);
            }
        }
    }
    scene.search(&person, "DocumentReference", &many).must(400);
    // of none, how many there are
    for total_alone in [("_count", "0"), ("_summary", "count")] {
        for kind in ["DocumentReference", "List"] {
            let answer = scene.search(&person, kind, &[total_alone]).must(200);
            let body = answer.json();
            assert!(answer.total() > 0 && body["entry"].is_null() && body["link"][1].is_null(), "{body}");
        }
        scene.search(&person, "AuditEvent", &[total_alone]).must(400);
    }
    // a count beyond the most is the most
    scene.search(&person, "DocumentReference", &[("_count", "1000000")]).must(200);
    scene.care.get("/fhir/Patient/everybody/$everything").must(404);
    let form = format!("patient.identifier={}", token.replace('|', "%7C"));
    let xml = [("Content-Type", "application/fhir+xml")];
    scene.care.send("POST", "/fhir/DocumentReference/_search", &xml, Some(form.as_bytes())).must(415);
    scene.care.get_as(&format!("/fhir/DocumentReference?{form}"), "text/turtle").must(406);
    scene.care.get(&format!("/fhir/DocumentReference?{form}&_format=ttl")).must(406);
    // a page in XML, by either way of asking, and an error too
    let xml = |answer: &Answer| answer.header("content-type").is_some_and(|it| it.contains("fhir+xml"));
    let asked =
        scene.care.get_as(&format!("/fhir/DocumentReference?{form}"), "application/fhir+xml").must(200);
    let formatted = scene.care.get(&format!("/fhir/DocumentReference?{form}&_format=xml")).must(200);
    assert!(xml(&asked) && xml(&formatted) && asked.text().contains("<Bundle xmlns"), "{}", asked.text());
    let wrong =
        scene.care.get_as("/fhir/DocumentReference?patient=x&wings=2", "application/fhir+xml").must(400);
    assert!(xml(&wrong) && wrong.text().contains("<OperationOutcome xmlns"), "{}", wrong.text());
}

/// Absent, never authorised, no longer authorised: one answer.
fn the_refused_cannot_tell_why(scene: &Scene<'_>) {
    let (strange, absent, lost) = (Person::invented(24), Person::invented(903), Person::invented(23));
    scene.open(&strange);
    scene.fed(&strange, &[Document::text()]);
    for kind in ["DocumentReference", "List"] {
        let asked = |person: &Person| scene.search(person, kind, &[]).must(403);
        let answers: Vec<_> = [&absent, &strange, &lost].map(asked).iter().map(Answer::shape).collect();
        assert!(answers.iter().all(|it| *it == answers[0]), "{answers:?}");
        let by_id = |id: &str| scene.care.ask(&format!("/fhir/{kind}"), &[("patient", id)]).must(403).shape();
        assert_eq!(by_id("Patient/not-one-of-ours"), answers[0]);
        assert_eq!(by_id("Patient/00000000000000000000000000"), answers[0]);
        // the id is no secret, and no key
        let status = scene.care.ask("/fhir/Patient", &[("identifier", &strange.token())]).must(200);
        assert_eq!(by_id(status.resources()[0]["id"].as_str().unwrap()), answers[0]);
    }
}

fn next(page: &Answer) -> Option<String> {
    let page = page.json();
    let links = page["link"].as_array().unwrap();
    links
        .iter()
        .find(|it| it["relation"] == "next")
        .and_then(|it: &Value| it["url"].as_str().map(str::to_owned))
}

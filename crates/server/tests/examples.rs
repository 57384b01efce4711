//! Real documents through real doors: every published example is fed for its patient and comes back byte for
//! byte; those that contradict a rule stand here by name, each with its rule, and pass where the rule lets them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use common::bundle::{Document, FALLBACK, Person, bundle, locations};
use common::client::{Answer, Client};
use common::holder::{Holder, last_message, word_after};
use common::soap;
use common::{Actor, Demo};
use serde_json::{Value, json};

/// The examples a hospital cannot feed: the file, the rule it contradicts, the element the refusal names, and
/// what the refusal says.
const CONTRADICT: [(&str, &str, &str, &str); 8] = [
    (
        "CANCER-PPS_2022.01_Autopresentable.xml",
        "W2: born on another day than the same person",
        "content.attachment",
        "birth",
    ),
    ("CNAM-HR_2021.01.xml", "W4: class 60 comes only from the payer", "entry[1].resource", ""),
    ("CSE-CS24_2024.01.xml", "F07: a wrong key under the real authority", "subject.identifier.value", "key"),
    ("CSE-CS9_2024.01.xml", "F07: a wrong key under the real authority", "subject.identifier.value", "key"),
    ("CSE-MDE_2023.01.xml", "F07: a wrong key under the real authority", "subject.identifier.value", "key"),
    ("OBP-SNE_2024.01.xml", "F07: a wrong key under the real authority", "subject.identifier.value", "key"),
    ("VSM_1.4_2022.01.xml", "W4: a VSM comes only from an attending doctor", "entry[1].resource", ""),
    (
        "eDISP-MED_2024.01.xml",
        "W2: another first given name than the same person",
        "content.attachment",
        "given",
    ),
];

struct Example {
    name: String,
    document: Document,
    person: Person,
}

#[test]
fn every_published_example_is_fed_and_comes_back() {
    let Some(examples) = published() else { return };
    let demo = Demo::start();
    let (hospital, doctor) = (demo.actor("organisation"), demo.of_role("10"));
    let (feed, care) =
        (Client::new(&demo, "feed", Some(&hospital)), Client::new(&demo, "care", Some(&doctor)));
    let agent = Client::new(&demo, "care", Some(&demo.actor("agent")));
    let vsm = named(&examples, "VSM_1.4_2022.01.xml");
    let before = last_message(&demo);
    agent.post("/fhir/Patient/$open-record", &vsm.person.opening()).must(201);
    let login = word_after(&demo, before, "Identifiant : ");
    let temporary = word_after(&demo, before, "Mot de passe temporaire : ");
    let people = open_whom_they_are_about(&agent, &vsm.person, &examples);

    let mut refused = Vec::new();
    for example in &examples {
        let answer =
            feed.post("/fhir", &bundle(&example.person, &hospital, std::slice::from_ref(&example.document)));
        match CONTRADICT.iter().find(|(name, ..)| *name == example.name) {
            Some((name, _, element, says)) => {
                let answer = answer.names(422, element);
                assert!(answer.text().contains(says), "{name}: {}", answer.text());
                refused.push(*name);
            }
            None => assert_eq!(answer.status, 200, "{}: {}", example.name, answer.text()),
        }
    }
    assert_eq!(refused, CONTRADICT.map(|(name, ..)| name), "every one that contradicts a rule");

    // the payer feeds what it alone feeds
    let payer = demo.actor("payer");
    let history = named(&examples, "CNAM-HR_2021.01.xml");
    feed_alone(&demo, &payer, history).must(200);

    // the attending doctor feeds a VSM once the holder has said that they are
    care.post("/fhir/Patient/$authorise", &vsm.person.authorise("AJOUT", Some(true))).must(200);
    feed_alone(&demo, &doctor, vsm).names(422, "entry[1].resource");
    let holder = Holder::log_in(&demo, &login, &temporary, Some("un mot de passe à moi"));
    holder.post("/api/attending-doctor/confirm", &json!({ "person": doctor.text("id") })).must(200);
    feed_alone(&demo, &doctor, vsm).must(200);

    let back: usize = people.iter().map(|person| read_all_back(&care, person, &examples)).sum();
    assert_eq!(back, examples.len() - (CONTRADICT.len() - 2));
}

/// The same by SOAP: what FHIR takes is taken, what FHIR refuses is refused, and what is read is what was fed.
#[test]
fn every_published_example_goes_the_same_way_by_soap() {
    let Some(examples) = published() else { return };
    let demo = Demo::start();
    let (hospital, doctor) = (demo.actor("organisation"), demo.of_role("10"));
    let feed = soap::Speaker::new(&demo, "feed", &hospital);
    let care = soap::Speaker::new(&demo, "care", &doctor);
    let agent = Client::new(&demo, "care", Some(&demo.actor("agent")));
    let vsm = named(&examples, "VSM_1.4_2022.01.xml");
    agent.post("/fhir/Patient/$open-record", &vsm.person.opening()).must(201);
    let people = open_whom_they_are_about(&agent, &vsm.person, &examples);
    for person in &people {
        care.client.post("/fhir/Patient/$authorise", &person.authorise("AJOUT", None)).must(200);
    }
    let mut refused = Vec::new();
    for example in &examples {
        let Example { name, document, person } = example;
        // an INS with a wrong key cannot even be asserted
        let is_ins = model::InsAuthority::from_oid(&person.oid)
            .is_some_and(|authority| model::Ins::new(authority, &person.ins).is_ok());
        if CONTRADICT.iter().any(|(known, ..)| known == name) {
            if is_ins {
                feed.provide(person, std::slice::from_ref(document), "").says("Failure");
            }
            refused.push(name.as_str());
            continue;
        }
        let fed = feed.provide(person, std::slice::from_ref(document), "").must(200);
        assert_eq!(fed.envelope().status(), "Success", "{name}: {}", fed.text());
        let read = care.retrieve(person, &[&soap::unique_id(document)]).says("Success");
        assert!(read.parts()[1].1 == document.bytes, "{name} comes back otherwise");
    }
    assert_eq!(refused, CONTRADICT.map(|(name, ..)| name));
    let client = Client::new(&demo, "care", Some(&doctor));
    let back: usize = people.iter().map(|person| read_all_back(&client, person, &examples)).sum();
    assert_eq!(back, examples.len() - CONTRADICT.len());
}

/// The same files where nothing contradicts them: for a person of their own traits, and with the key of a test
/// identity, which is not enforced.
#[test]
fn those_that_contradict_a_rule_pass_where_it_lets_them() {
    let Some(examples) = published() else { return };
    let demo = Demo::start();
    let care = Client::new(&demo, "care", Some(&demo.of_role("10")));
    let mut fed = Vec::new();
    for (name, ..) in CONTRADICT.iter().filter(|(_, rule, ..)| !rule.starts_with("W4")) {
        let example = named(&examples, name);
        let mut bytes = example.document.bytes.clone();
        if example.person.oid.ends_with(".8") && !name.starts_with("eDISP") {
            let text = String::from_utf8(bytes).unwrap();
            let other = text.replace("\"1.2.250.1.213.1.4.8\"", "\"1.2.250.1.213.1.4.10\"");
            assert_ne!(other, text);
            bytes = other.into_bytes();
        }
        let mut document = Document { bytes, ..example.document.clone() };
        let mut person = Person::of(&clinical::read_cda(&document.bytes).unwrap());
        if let Some(same) =
            fed.iter().find(|it: &&Example| it.person.ins == person.ins && it.person != person)
        {
            // these were written about one child with several days of birth
            let text = String::from_utf8(document.bytes).unwrap();
            let number = |ins: &str, last: u64| format!("{}{last:02}", &ins[..13]);
            let other = number(&person.ins, 50 + fed.len() as u64);
            assert_ne!(other, same.person.ins);
            document.bytes = text.replace(&person.ins, &other).into_bytes();
            person.ins = other;
        }
        Client::new(&demo, "care", Some(&demo.actor("agent")))
            .post("/fhir/Patient/$open-record", &person.opening())
            .must(201);
        let example = Example { name: example.name.clone(), document, person };
        feed_alone(&demo, &demo.actor("organisation"), &example).must(200);
        fed.push(example);
    }
    let people: Vec<_> = fed.iter().map(|it| it.person.clone()).collect();
    let back: usize = people.iter().map(|person| read_all_back(&care, person, &fed)).sum();
    assert_eq!((back, fed.len()), (fed.len(), CONTRADICT.len() - 2));
}

#[test]
fn our_own_documents_of_each_kind_come_back() {
    let demo = Demo::start();
    let (hospital, doctor) = (demo.actor("organisation"), demo.of_role("10"));
    let care = Client::new(&demo, "care", Some(&doctor));
    let own = |name: &str| {
        fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../clinical/tests/fixtures").join(name)).unwrap()
    };
    let ihe = "urn:oid:1.3.6.1.4.1.19376.1.2.3";
    let cda = [
        ("level-3.xml", "11", FALLBACK),
        ("level-1-pdf.xml", "11", (ihe, "urn:ihe:iti:xds-sd:pdf:2008")),
        ("self-presenting.xml", "44", (ihe, "urn:ihe:lab:xd-lab:2008")),
    ];
    let person = Person::of(&clinical::read_cda(&own("level-3.xml")).unwrap());
    let mut documents = Vec::new();
    for (name, _, format) in cda {
        let mut document = Document::cda(&own(name), "", format);
        let code = model::Coding::new(&document.kind.0, &document.kind.1, None).unwrap();
        document.class = model::code::class_of(&code).code().to_owned();
        if name.starts_with("self") {
            document.mime = "application/xslt+xml".into();
        }
        documents.push(document);
    }
    let page = rehearsal::pdf::page("Fictif", &["Une ligne, (parenthèses) et \\ compris."]);
    let long = "Ligne sans fin, é à ü €.\r\n".repeat(20_000);
    for (mime, bytes) in [
        ("application/pdf", page),
        ("image/jpeg", own("square.jpg")),
        ("image/jpeg", own("progressive.jpg")),
        ("text/plain", "Un seul caractère : €".as_bytes().to_vec()),
        // larger than what is kept as a row: it goes through the objects
        ("text/plain", long.into_bytes()),
    ] {
        documents.push(Document::file(mime, &bytes));
    }
    // a type nobody has classed enters as "autre document"
    let mut unknown = Document::text();
    unknown.kind = ("urn:oid:1.2.250.1.999.77".into(), "INCONNU".into());
    unknown.class = "90".into();

    let agent = Client::new(&demo, "care", Some(&demo.actor("agent")));
    agent.post("/fhir/Patient/$open-record", &person.opening()).must(201);
    let feed = Client::new(&demo, "feed", Some(&hospital));
    let lot = bundle(&person, &hospital, &documents);
    let answer = feed.post("/fhir", &lot).must(200).json();
    assert_eq!(locations(&answer).len(), 1 + 2 * documents.len());
    feed.post("/fhir", &bundle(&person, &hospital, std::slice::from_ref(&unknown))).must(200);

    let examples: Vec<_> = documents
        .into_iter()
        .map(|document| Example { name: document.mime.clone(), document, person: person.clone() })
        .collect();
    assert_eq!(read_all_back(&care, &person, &examples), examples.len());

    // what the demo's own houses write, for one of its people
    let (cast, patient) = (rehearsal::cast(), rehearsal::people().remove(0));
    let now = "2026-11-20T08:00:00Z".parse().unwrap();
    let someone = demo.patient("open");
    let traits = &patient.identity.traits;
    let person = Person {
        ins: someone["ins"].as_str().unwrap().to_owned(),
        oid: someone["oid"].as_str().unwrap().to_owned(),
        family: traits.birth_name.as_str().to_owned(),
        ..Person::invented(1)
    };
    let mut examples = Vec::new();
    for it in rehearsal::examples(&cast, &patient, 4242, now) {
        let house = cast.actor(it.feeder.organisation).unwrap().id();
        let feeder = demo.actor_where(|actor| actor["id"] == house.as_str());
        let document = Document {
            unique_id: format!("urn:uuid:{}", it.unique_id),
            kind: (uri(&it.kind.system), it.kind.code.clone()),
            class: model::code::class_of(&it.kind).code().to_owned(),
            mime: it.media_type.to_owned(),
            format: (uri(&it.format.system), it.format.code.clone()),
            title: it.title.clone(),
            visibility: Vec::new(),
            bytes: it.bytes.clone(),
        };
        let example = Example { name: it.title, document, person: person.clone() };
        feed_alone(&demo, &feeder, &example).must(200);
        examples.push(example);
    }
    assert_eq!(read_all_back(&care, &person, &examples), 4);
}

fn uri(system: &str) -> String {
    if system.starts_with("http") { system.to_owned() } else { format!("urn:oid:{system}") }
}

/// Opens each person once but the first, who is open, with the traits of the first document about them that contradicts no rule.
fn open_whom_they_are_about(agent: &Client<'_>, first: &Person, examples: &[Example]) -> Vec<Person> {
    let mut open = BTreeMap::from([(first.token(), first.clone())]);
    for example in examples {
        let contradicts = CONTRADICT.iter().any(|(name, ..)| *name == example.name);
        let person = example.person.clone();
        if contradicts && person.oid.ends_with(".8") && !open.contains_key(&person.token()) {
            if !example.name.starts_with("eDISP") {
                agent.post("/fhir/Patient/$open-record", &person.opening()).names(422, "identifier[0].value");
            }
            continue;
        }
        if !contradicts && !open.contains_key(&person.token()) {
            agent.post("/fhir/Patient/$open-record", &person.opening()).must(201);
            open.insert(person.token(), person);
        }
    }
    open.into_values().collect()
}

fn feed_alone(demo: &Demo, feeder: &Actor, example: &Example) -> Answer {
    let lot = bundle(&example.person, feeder, std::slice::from_ref(&example.document));
    Client::new(demo, "feed", Some(feeder)).post("/fhir", &lot)
}

/// Reads what was fed about a person, in both forms; how many documents came back as they were.
fn read_all_back(care: &Client<'_>, person: &Person, examples: &[Example]) -> usize {
    care.post("/fhir/Patient/$authorise", &person.authorise("AJOUT", None)).must(200);
    let token = person.token();
    let pairs = [("patient.identifier", token.as_str()), ("_count", "500")];
    let found = care.form("/fhir/DocumentReference/_search", &pairs).must(200).resources();
    let mut back = 0;
    for resource in found {
        let id = resource["masterIdentifier"]["value"].as_str().unwrap();
        let Some(example) =
            examples.iter().find(|it| it.document.unique_id == id && it.person.token() == token)
        else {
            continue;
        };
        back += 1;
        compare(care, &resource, example);
    }
    back
}

fn compare(care: &Client<'_>, resource: &Value, example: &Example) {
    let attachment = &resource["content"][0]["attachment"];
    let (url, name) = (attachment["url"].as_str().unwrap(), &example.name);
    let raw = care.get_as(url, "*/*").must(200);
    assert!(raw.body == example.document.bytes, "{name} comes back otherwise");
    assert_eq!(raw.header("content-type"), Some(example.document.mime.as_str()), "{name}");
    let resource = care.get_as(url, "application/fhir+json").must(200).json();
    assert_eq!(resource["contentType"], example.document.mime, "{name}");
    let data = BASE64_STANDARD.decode(resource["data"].as_str().unwrap()).unwrap();
    assert!(data == example.document.bytes, "{name} comes back otherwise in a Binary");
    assert_eq!(attachment["size"], example.document.bytes.len(), "{name}");
}

fn named<'e>(examples: &'e [Example], name: &str) -> &'e Example {
    examples.iter().find(|it| it.name == name).unwrap()
}

/// The examples with class and format as the published tables give them; none where they are not here.
fn published() -> Option<Vec<Example>> {
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference");
    if !reference.is_dir() {
        eprintln!("skipped: the reference examples are not here");
        return None;
    }
    let table = |name: &str| -> Value {
        serde_json::from_slice(&fs::read(reference.join("value-sets").join(name)).unwrap()).unwrap()
    };
    let (classes, formats) =
        (table("ASS_X16_type_to_class_DMP.json"), table("ASS_A11_template_to_formatCode.json"));
    let mut files: Vec<_> =
        fs::read_dir(reference.join("cda-examples")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|it| it == "xml"));
    files.sort();
    assert!(files.len() > 40, "only {} examples", files.len());
    let example = |path: &PathBuf| {
        let bytes = fs::read(path).unwrap();
        let header = clinical::read_cda(&bytes).unwrap();
        let code = header.code.code.as_str();
        let class = classes["mapping"].as_array().unwrap().iter().find(|it| it["typeCode"] == code);
        let class = class.and_then(|it| it["classCode"].as_str()).unwrap_or("90");
        let format = format_of(&formats, &header);
        let mut document = Document::cda(&bytes, class, (&format.0, &format.1));
        if header.form == clinical::CdaForm::SelfPresenting {
            document.mime = "application/xslt+xml".into();
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        Example { name, document, person: Person::of(&header) }
    };
    Some(files.iter().map(example).collect())
}

fn format_of(table: &Value, header: &clinical::CdaHeader) -> (String, String) {
    if let clinical::CdaLevel::One { media_type, .. } = &header.level {
        let code = match media_type.as_str() {
            "application/pdf" => "urn:ihe:iti:xds-sd:pdf:2008",
            "text/plain" => "urn:ihe:iti:xds-sd:text:2008",
            other => panic!("a new kind of body: {other}"),
        };
        return ("urn:oid:1.3.6.1.4.1.19376.1.2.3".into(), code.into());
    }
    let systems = [("TRE_A06", FALLBACK.0), ("IHE", "urn:oid:1.3.6.1.4.1.19376.1.2.3")];
    for (list, system) in systems {
        let row = table[list].as_array().unwrap().iter().find(|row| {
            header.template_ids.iter().any(|template| row["templateId"] == template.root.as_str())
        });
        if let Some(row) = row {
            return (system.to_owned(), row["formatCode"].as_str().unwrap().to_owned());
        }
    }
    (FALLBACK.0.to_owned(), FALLBACK.1.to_owned())
}

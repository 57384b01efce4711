//! What holders settle, see and contest, from outside, as a browser without scripts walks it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::client::Client;
use common::pages::{Browser, is_a_page, links, says, whole};
use common::pro::{by_provider, find, token};
use common::{Actor, Demo};
use serde_json::{Value, json};

fn named(patient: &Value) -> Value {
    let system = format!("urn:oid:{}", patient["oid"].as_str().unwrap());
    json!({ "name": "patient", "valueIdentifier": { "system": system, "value": patient["ins"] } })
}

fn break_glass(demo: &Demo, doctor: &Actor, patient: &Value) {
    let said = |name: &str, value: &str| json!({ "name": name, "valueString": value });
    let (given, family) = patient["name"].as_str().unwrap().split_once(' ').unwrap();
    let body = json!({ "resourceType": "Parameters", "parameter": [
        named(patient), said("family", family), said("given", given),
        { "name": "birth-date", "valueDate": patient["birth_date"] },
        said("reason", "inconscient"), { "name": "declaration", "valueBoolean": true },
    ] });
    Client::new(demo, "care", Some(doctor)).post("/fhir/Patient/$break-glass", &body).must(200);
}

/// The line says that it was an emergency and leads to contesting it; twice is once.
#[test]
fn an_emergency_is_marked_and_contested_from_its_line() {
    let demo = Demo::start();
    let (patient, doctor) = (demo.patient("open"), demo.of_role("10"));
    break_glass(&demo, &doctor, &patient);
    let browser = Browser::of(&demo, &patient);
    let trace = browser.get("/trace?kind=emergency").must(200);
    is_a_page(&trace);
    says(&trace, "ouvert le carnet en urgence");
    says(&trace, "chip-emergency");
    let link = links(&trace, "/trace/").into_iter().find(|it| it.ends_with("/contest")).unwrap();
    let page = browser.get(&link).must(200);
    is_a_page(&page);
    says(&page, "inconscient");
    says(&browser.submit(&page, &link, &[]).must(200), "Accès contesté");
    says(&browser.submit(&page, &link, &[]).must(200), "déjà fait");
    says(&browser.get("/trace?kind=mine").must(200), "contesté un accès en urgence");
    // what is no emergency is not contested, nor what is not there
    let other = links(&browser.get("/trace?kind=all"), "/trace/");
    let login = other.iter().rfind(|it| it.ends_with("/not-me")).unwrap();
    browser.get(&login.replace("not-me", "contest")).must(404);
    browser.get("/trace/00000000000000000000000009/contest").must(404);
}

/// Exactly what somebody would see, under whose eyes it is, and why.
#[test]
fn the_record_is_seen_through_another_s_eyes_and_each_document_says_why() {
    let demo = Demo::start();
    let (patient, doctor) = (demo.patient("open"), demo.of_role("10"));
    let id = doctor.text("id").to_owned();
    let browser = Browser::of(&demo, &patient);
    let choose = browser.get("/see-as").must(200);
    is_a_page(&choose);
    let blind = browser.get(&format!("/see-as?person={id}")).must(200);
    is_a_page(&blind);
    says(&blind, "ne verrait aucun de vos documents");
    says(&blind, "peut lever ce refus");
    let unknown = browser.get("/see-as?person=899799999992").must(422);
    is_a_page(&unknown);
    says(&unknown, "pas dans l’annuaire");

    let access = browser.get("/access");
    let given = browser.submit(&access, "/access/authorise", &[("id", &id)]).must(200);
    is_a_page(&given);
    says(&browser.get("/see-as").must(200), doctor.text("name"));
    let seen = browser.get(&format!("/see-as?person={id}")).must(200);
    is_a_page(&seen);
    says(&seen, "band-eyes");
    let before = links(&seen, "/documents/");
    assert!(!before.is_empty());
    let why = browser.get(&before[0].replace("&amp;", "&")).must(200);
    is_a_page(&why);
    says(&why, "peut voir ce document");
    says(&why, "Permis par la règle");

    // a document that is masked is gone from those eyes, and its page says why
    let path = before[0].split_once("/why").unwrap().0.to_owned();
    let page = browser.get(&path).must(200);
    browser.submit(&page, &format!("{path}/mask"), &[]).must(200);
    let after = links(&browser.get(&format!("/see-as?person={id}")).must(200), "/documents/");
    assert_eq!(after.len(), before.len() - 1);
    assert!(!after.contains(&before[0]));
    let why = browser.get(&format!("{path}/why?person={id}")).must(200);
    says(&why, "ne voit pas ce document");
    let who = browser.get(&format!("{path}/who")).must(200);
    assert!(whole(&who).contains(&format!("{path}/why?person={id}")));
    // a profession, as if just authorised
    let pharmacist = browser.get("/see-as?profession=21").must(200);
    is_a_page(&pharmacist);
    assert!(!links(&pharmacist, "/documents/").is_empty());
}

/// Declared, with a reason and the traits; under a band, for reading alone; masked stays hidden; over when it is ended,
/// and with the session.
#[test]
fn a_professional_breaks_the_glass_and_puts_it_back() {
    let demo = Demo::start();
    let (patient, doctor) = (demo.patient("open"), demo.of_role("10"));
    let holder = Browser::of(&demo, &patient);
    let all = links(&holder.get("/documents").must(200), "/documents/");
    let page = holder.get(&all[0]);
    holder.submit(&page, &format!("{}/mask", all[0]), &[]).must(200);

    let client = by_provider(&demo, &doctor);
    let access = find(&client, patient["ins"].as_str().unwrap());
    let path = access.strip_suffix("/access").unwrap().to_owned();
    assert!(client.get(&access).must(200).text().contains(&format!("{path}/emergency")));
    assert_eq!(client.get(&path).must(303).header("location").unwrap(), access);
    let page = client.get(&format!("{path}/emergency")).must(200);
    is_a_page(&page);
    let anti_forgery = token(&page);
    let name = patient["name"].as_str().unwrap().split_once(' ').unwrap();
    let born = patient["birth_date"].as_str().unwrap();
    let ask = |cannot: &str, family: &str, reason: &str| {
        let fields = [
            ("anti_forgery", anti_forgery.as_str()),
            ("cannot", cannot),
            ("risk", "yes"),
            ("reason", reason),
            ("family", family),
            ("given", name.0),
            ("born", born),
        ];
        client.form(&format!("{path}/emergency"), &fields)
    };
    for (cannot, family, reason, says_so) in [
        ("no", name.1, "inconscient", "deux déclarations"),
        ("yes", name.1, " ", "Écrivez la raison"),
        ("yes", "Personne", "inconscient", "lui seul peut alors lever"),
    ] {
        let refused = ask(cannot, family, reason).must(422);
        is_a_page(&refused);
        says(&refused, says_so);
    }
    assert_eq!(ask("yes", name.1, "inconscient").must(303).header("location").unwrap(), path);
    let record = client.get(&path).must(200);
    is_a_page(&record);
    says(&record, "band-danger");
    let seen = links(&record, &format!("{path}/documents/"));
    assert!(!seen.is_empty());
    let masked = all[0].rsplit('/').next().unwrap();
    assert!(!seen.iter().any(|it| it.ends_with(masked)), "masked stays hidden");
    let document = client.get(&seen[0]).must(200);
    says(&document, "band-danger");
    client.get(&format!("{}/content", seen[0])).must(200);
    // for reading alone
    client.form(&format!("{}/mask", seen[0]), &[("anti_forgery", &anti_forgery)]).must(404);
    // ended, and gone for good
    client.form(&format!("{path}/emergency/end"), &[("anti_forgery", &anti_forgery)]).must(303);
    assert_eq!(client.get(&path).must(303).header("location").unwrap(), access);
    client.get(&seen[0]).must(404);
    // another session, whoever has it, has no part in it
    ask("yes", name.1, "inconscient").must(303);
    client.get(&path).must(200);
    let again = by_provider(&demo, &doctor);
    let elsewhere = find(&again, patient["ins"].as_str().unwrap());
    assert_eq!(elsewhere, access);
    client.form("/pro/logout", &[("anti_forgery", &anti_forgery)]);
    again.get(&seen[0]).must(404);
    // the holder reads it, marked
    says(&holder.get("/trace?kind=emergency").must(200), "chip-emergency");
}

/// A doctor of a regulation centre gives no reason; another doctor is refused.
#[test]
fn a_regulation_doctor_opens_for_a_call() {
    let demo = Demo::start();
    let patient = demo.patient("open");
    for (actor, status) in [(demo.of_role("10"), 422), (demo.actor("regulator"), 303)] {
        let client = by_provider(&demo, &actor);
        let access = find(&client, patient["ins"].as_str().unwrap());
        let path = access.strip_suffix("/access").unwrap();
        let page = client.get(&format!("{path}/emergency")).must(200);
        let offered = String::from_utf8_lossy(&page.body).contains("/emergency/regulation");
        assert_eq!(offered, status == 303, "offered to whom it is given");
        let sent = [("anti_forgery", token(&page))];
        let sent = sent.each_ref().map(|(name, value)| (*name, value.as_str()));
        client.form(&format!("{path}/emergency/regulation"), &sent).must(status);
        if status == 303 {
            says(&client.get(path).must(200), "appel au 15");
        }
    }
}

/// One thing a page; what was said is there again, and what cannot be is said beside it.
#[test]
fn a_holder_settles_one_thing_a_page() {
    let demo = Demo::start();
    let browser = Browser::of(&demo, &demo.patient("open"));
    let settings = browser.get("/settings").must(200);
    is_a_page(&settings);
    for path in links(&settings, "/settings/") {
        is_a_page(&browser.get(&path).must(200));
    }
    let send = |path: &str, fields: &[(&str, &str)], status: u16, said: &str| {
        let page = browser.get(path.strip_suffix("/end").unwrap_or(path)).must(200);
        let answer = browser.submit(&page, path, fields).must(status);
        is_a_page(&answer);
        says(&answer, said);
        answer
    };
    send("/settings/notices", &[("accesses", "every")], 200, "enregistré");
    let notices = whole(&browser.get("/settings/notices"));
    assert!(notices.contains("value=\"every\" checked") && !notices.contains("value=\"yes\" checked"));
    send("/settings/contacts", &[("email", ""), ("phone", "")], 422, "au moins une adresse");
    send("/settings/contacts", &[("email", "pas une adresse"), ("phone", "")], 422, "ne se lit pas");
    send("/settings/contacts", &[("email", "moi@example.org"), ("phone", "")], 200, "averties");
    says(&browser.get("/settings/contacts"), "moi@example.org");
    send("/settings/call", &[("name", "Lou"), ("phone", "pas un numéro")], 422, "en chiffres");
    says(
        &send("/settings/call", &[("name", "Lou Martin"), ("phone", "06 00 00 00 00")], 200, "Lou"),
        "0600000000",
    );
    says(
        &send("/settings/trusted", &[("name", "Lou Martin"), ("may_read", "yes")], 200, "désignée"),
        "non signée",
    );
    send("/settings/donation", &[("agrees", "no")], 200, "enregistré");
    says(&browser.get("/settings/donation"), "registre national des refus");
    assert!(whole(&browser.get("/settings/donation")).contains("value=\"no\" checked"));
    send("/settings/notes", &[("text", "  ")], 422, "dit quelque chose");
    send("/settings/notes", &[("text", "<b>Demander</b>")], 200, "&#60;b&#62;Demander");
    let fields = [("kind", "EXPPAT_1"), ("title", "Mes volontés"), ("text", "Je souhaite rester chez moi.")];
    send("/settings/document", &[fields[0], ("title", " "), fields[2]], 422, "Rien n’a été enregistré");
    says(&send("/settings/document", &fields, 200, "Document ajouté"), "ajouté par vous");
}

/// What goes is gone at once, what stays is there, and reopening brings it all back.
#[test]
fn a_holder_closes_their_record_and_reopens_it() {
    let demo = Demo::start();
    let browser = Browser::of(&demo, &demo.patient("open"));
    let documents = links(&browser.get("/documents").must(200), "/documents/").len();
    let page = browser.get("/settings/close").must(200);
    says(&browser.submit(&page, "/settings/close", &[]).must(422), "Rien n’a été fermé");
    let closed = browser.submit(&page, "/settings/close", &[("sure", "yes")]).must(200);
    is_a_page(&closed);
    says(&closed, "Certificat de fermeture");
    assert!(!whole(&closed).contains("href=\"/documents\""), "no way to where nothing is");
    says(&browser.get("/").must(200), "Certificat de fermeture");
    browser.get("/documents").must(403);
    says(&browser.get("/trace?kind=mine").must(200), "fermé le carnet");
    says(&browser.submit(&closed, "/closed/reopen", &[]).must(422), "Cochez");
    says(&browser.submit(&closed, "/closed/reopen", &[("consent", "yes")]).must(200), "rouvert");
    assert_eq!(links(&browser.get("/documents").must(200), "/documents/").len(), documents);
    assert!(
        !whole(&browser.get("/closed").must(200)).contains("Certificat de fermeture"),
        "it is open: home"
    );
    let whose = browser.get("/records").must(200);
    is_a_page(&whose);
    says(&whose, "Vous y êtes");
}

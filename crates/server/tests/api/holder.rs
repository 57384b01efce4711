//! What holders see and decide: their documents, who looked, who may.

use serde_json::{Value, json};

use crate::common::Demo;
use crate::common::bundle::{Document, Person};
use crate::common::client::Client;
use crate::common::holder::{Holder, last_message, outbox, word_after};
use crate::common::scene::Scene;

#[test]
fn a_holder_sees_and_decides() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let patient = demo.patient("open");
    let person = Person::known(&patient);
    let holder = Holder::of(&demo, &patient);
    who_looked_is_told(&scene, &holder, &person);
    the_trace_in_fhir(&scene, &holder);
    masked_and_unmasked(&scene, &holder, &person);
    let_in_and_out(&scene, &holder, &person);
    blocked_everywhere_at_once(&scene, &holder, &person);
    the_attending_doctor(&scene, &holder, &person);
    what_is_hidden_is_not_there(&scene, &holder, &person);
    what_is_malformed_changes_nothing(&scene, &holder);
    the_first_log_in_chooses_a_password(&scene);
}

fn text_of(line: &Value) -> &str {
    line["text"].as_str().unwrap()
}

fn who_looked_is_told(scene: &Scene<'_>, holder: &Holder<'_>, person: &Person) {
    let record = holder.get("/api/record").must(200).json();
    assert_eq!(record["open"], true);
    assert!(
        record["holder"]["birthName"].is_string() && record["authorisations"].as_array().unwrap().is_empty()
    );
    let before = last_message(scene.demo);
    let document = Document { title: "Titre que seul le titulaire lit".into(), ..Document::text() };
    let fed = scene.fed(person, std::slice::from_ref(&document));
    scene.search(person, "DocumentReference", &[]).must(403);
    scene.authorise(person);
    let shown = scene.total(person);
    scene.care.get_as(&format!("/fhir/{}", fed[2]), "*/*").must(200);

    let lines = holder.trace();
    let doctor = scene.doctor.text("name");
    let told: Vec<_> = lines.iter().take(20).map(text_of).collect();
    let hospital = scene.hospital.text("name");
    for expected in [
        format!("{hospital} a déposé un document"),
        format!("{doctor} (médecin) a voulu voir la liste des documents : refusé"),
        format!("{doctor} (médecin) a enregistré une autorisation"),
        format!("{doctor} (médecin) a vu la liste ({shown} documents)"),
        format!("{doctor} (médecin) a lu un document"),
        "Vous avez ouvert la page d’accueil ou des accès".to_owned(),
    ] {
        assert!(told.contains(&expected.as_str()), "{expected:?} in {told:?}");
    }
    let read = lines.iter().find(|it| text_of(it).ends_with("a lu un document")).unwrap();
    assert_eq!(read["who"]["person"]["id"], scene.doctor.text("id"));
    assert_eq!(read["who"]["organisation"]["id"], scene.doctor.text("organisation"));
    assert_eq!(read["objects"][0]["fate"], "shown");
    let refused = lines.iter().find(|it| it["verdict"] == "refused").unwrap();
    assert!(refused["rules"][0]["words"].as_str().is_some_and(|it| !it.is_empty()), "{refused}");

    // pages of the trace hang together, and reading it is a line too
    let (mut before_, mut seen) = (None::<u64>, Vec::new());
    loop {
        let more = before_.map_or(String::new(), |it| format!("&before={it}"));
        let page = holder.get(&format!("/api/trace?limit=3{more}")).must(200).json();
        let requests = page["lines"].as_array().unwrap().iter().map(|it| it["request"].to_string());
        seen.extend(requests);
        before_ = page["next"].as_u64();
        if before_.is_none() || page["lines"].as_array().unwrap().is_empty() {
            break;
        }
    }
    assert!(
        lines.iter().all(|line| seen.contains(&line["request"].to_string())),
        "no line is lost between pages"
    );
    let mine = holder.trace().into_iter().find(|it| it["act"] == "read_trace").expect("reading it is a line");
    assert!(text_of(&mine).starts_with("Vous avez "), "{mine}");

    // the first access of a professional is told, without anything medical
    let word = word_after(scene.demo, before, "vous pouvez bloquer ce ");
    assert_eq!(word, "professionnel");
    let mut links = 0;
    for message in outbox(scene.demo) {
        let words =
            format!("{} {}", message["subject"].as_str().unwrap_or(""), message["text"].as_str().unwrap());
        for secret in [&document.title, &person.ins] {
            assert!(!words.contains(secret.as_str()), "{words}");
        }
        // a link shows nothing and logs nobody in: it can only restrict, and following it does not yet
        for link in words.split_whitespace().filter(|it| it.contains("http")) {
            let path = link.trim_end_matches('.').strip_prefix(&scene.demo.at("portal", "")).unwrap_or(link);
            assert!(path.starts_with("/r/"), "{words}");
            let visitor = Client::new(scene.demo, "portal", None);
            let page = visitor.get_as(path, "text/html").must(200);
            assert!(page.header("set-cookie").is_none(), "{words}");
            let name = record["holder"]["birthName"].as_str().unwrap();
            for secret in [name, &document.title, &person.ins, scene.doctor.text("name")] {
                assert!(!page.text().contains(secret), "{}", page.text());
            }
            visitor.get("/api/record").must(401);
            links += 1;
        }
    }
    assert!(links > 0, "the first access bears one");
    assert_eq!(scene.total(person), shown, "looking restricts nothing");
}

/// ITI-81: the same lines, in FHIR.
fn the_trace_in_fhir(scene: &Scene<'_>, holder: &Holder<'_>) {
    let path = "/api/fhir/AuditEvent";
    let events = |bundle: &Value| -> Vec<Value> {
        let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
        entries.into_iter().map(|it| it["resource"].clone()).collect()
    };
    let lines = holder.trace();
    let answer = holder.get(&format!("{path}?_count=500")).must(200);
    assert!(answer.header("content-type").unwrap().starts_with("application/fhir+json"));
    let bundle = answer.json();
    assert!(bundle["total"].is_null());
    let all = events(&bundle);
    // to have read the trace is a line too, of each of the two
    assert_eq!(all.len(), lines.len() + 1);
    for (event, line) in all.iter().skip(1).zip(&lines) {
        let id = event["id"].as_str().unwrap().to_lowercase();
        assert!(id.ends_with(&line["request"].as_str().unwrap().to_lowercase()), "{id}");
        assert_eq!(event["outcome"] == "0", line["verdict"] == "accepted", "{event}");
        assert_eq!(event["subtype"][1]["code"], line["act"]);
    }
    let refused = events(&holder.get(&format!("{path}?outcome=4&_count=500")).must(200).json());
    assert!(!refused.is_empty() && refused.len() < all.len());
    assert!(refused.iter().any(|it| it["agent"][0]["who"]["identifier"]["value"] == scene.doctor.text("id")));
    // a few at a time, by the links that are given
    let before = holder.trace().len();
    let (mut next, mut seen) = (format!("{path}?_count=5"), 0);
    loop {
        let page = holder.get(&next).must(200).json();
        seen += events(&page).len();
        let links = page["link"].as_array().unwrap();
        match links.iter().find(|it| it["relation"] == "next") {
            Some(link) => next = link["url"].as_str().unwrap().to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, before + 1);
    assert!(next.starts_with("https://") && next.contains("/api/fhir/AuditEvent?"), "{next}");
    // nobody else's
    let other = Person::invented(610);
    scene.open_to_the_doctor(&other);
    let others = holder.client.ask(path, &[("patient.identifier", &other.token())]);
    assert!(matches!(others.status, 403 | 404) || events(&others.json()).is_empty(), "{}", others.status);
    holder.get(&format!("{path}?wings=1")).must(400);
    Client::new(scene.demo, "portal", None).get(path).must(401);
}

fn masked_and_unmasked(scene: &Scene<'_>, holder: &Holder<'_>, person: &Person) {
    let id = holder.document("Titre que seul le titulaire lit");
    let before = scene.total(person);
    let masked = holder.post(&format!("/api/documents/{id}/mask"), &json!({})).must(200).json();
    assert_eq!(masked["masked"], true);
    assert_eq!(scene.total(person), before - 1);
    // holders see what they masked
    let shown = holder.get(&format!("/api/documents/{id}")).must(200).json();
    assert_eq!(shown["masked"], true);
    let content = holder.get(&format!("/api/documents/{id}/content")).must(200);
    assert_eq!(content.header("content-disposition"), Some("attachment"));
    assert_eq!(content.header("content-type"), Some("text/plain"));
    assert_eq!(shown["size"], content.body.len());
    let unmasked = holder.post(&format!("/api/documents/{id}/unmask"), &json!({})).must(200).json();
    assert_eq!(unmasked["masked"], false);
    assert!(unmasked["version"].as_u64() > masked["version"].as_u64(), "each change is a version");
    assert_eq!(scene.total(person), before);
    let told = holder.trace();
    for expected in ["Vous avez masqué un document", "Vous avez démasqué un document"] {
        assert_eq!(told.iter().filter(|it| text_of(it) == expected).count(), 1, "{expected}");
    }
}

fn let_in_and_out(scene: &Scene<'_>, holder: &Holder<'_>, person: &Person) {
    let pharmacist = scene.demo.of_role("21");
    let client = scene.at("care", &pharmacist);
    let search = || client.ask("/fhir/DocumentReference", &[("patient.identifier", &person.token())]).status;
    assert_eq!(search(), 403);
    for whom in [
        json!({ "person": pharmacist.text("id") }),
        json!({ "organisation": pharmacist.text("organisation") }),
    ] {
        let rights = holder.post("/api/authorise", &whom).must(200).json();
        assert!(
            rights["authorisations"]
                .to_string()
                .contains(&whom.as_object().unwrap().values().next().unwrap().to_string())
        );
        assert_eq!(search(), 200, "{whom}");
        holder.post("/api/revoke", &whom).must(200);
        assert_eq!(search(), 403, "{whom}: on the very next request");
    }
    let choices = json!({ "breakGlass": false, "regulation": false });
    let rights = holder.post("/api/emergency", &choices).must(200).json();
    assert_eq!(rights["emergency"], choices);
    assert_eq!(holder.get("/api/record").must(200).json()["emergency"], choices);
}

/// Every route of the care door, asked by somebody who was let in and is now blocked.
fn blocked_everywhere_at_once(scene: &Scene<'_>, holder: &Holder<'_>, person: &Person) {
    let entry = scene.search(person, "DocumentReference", &[]).must(200).resources().remove(0);
    let set = scene.search(person, "List", &[]).must(200).resources().remove(0);
    let (id, set) = (entry["id"].as_str().unwrap(), set["id"].as_str().unwrap());
    let next = scene.search(person, "DocumentReference", &[("_count", "1")]).must(200).json();
    let next = next["link"][1]["url"].as_str().unwrap().to_owned();
    let who = json!({ "person": scene.doctor.text("id") });
    holder.post("/api/authorise", &json!({ "organisation": scene.doctor.text("organisation") })).must(200);
    let rights = holder.post("/api/block", &who).must(200).json();
    assert_eq!(rights["blocks"], json!([who]));

    let token = person.token();
    let pairs = [("patient.identifier", token.as_str())];
    let care = &scene.care;
    for (what, answer, status) in [
        ("search", care.ask("/fhir/DocumentReference", &pairs), 403),
        ("search by post", care.form("/fhir/DocumentReference/_search", &pairs), 403),
        ("next page", care.get(&next), 403),
        ("sets", care.ask("/fhir/List", &pairs), 403),
        ("sets by post", care.form("/fhir/List/_search", &pairs), 403),
        ("entry", care.get(&format!("/fhir/DocumentReference/{id}")), 404),
        ("set", care.get(&format!("/fhir/List/{set}")), 404),
        ("bytes", care.get(&format!("/fhir/Binary/{id}")), 404),
        ("let in again", care.post("/fhir/Patient/$authorise", &person.authorise("AJOUT", None)), 403),
        ("attending", care.post("/fhir/Patient/$authorise", &person.authorise("AJOUT", Some(true))), 403),
    ] {
        assert_eq!(answer.status, status, "{what}: {}", answer.text());
    }
    let status = care.ask("/fhir/Patient", &[("identifier", &token)]).must(200);
    assert!(status.text().contains("\"INTERDIT\""), "{}", status.text());
    // a blocked professional may still feed (rules, W2)
    let lot = crate::common::bundle::bundle(person, &scene.doctor, &[Document::text()]);
    scene.at("feed", &scene.doctor).post("/fhir", &lot).must(200);
    // unblocking restores nothing
    assert_eq!(holder.post("/api/unblock", &who).must(200).json()["blocks"], json!([]));
    let own = json!({ "organisation": scene.doctor.text("organisation") });
    holder.post("/api/revoke", &own).must(200);
    scene.search(person, "DocumentReference", &[]).must(403);
    scene.authorise(person);
    scene.total(person);
}

fn the_attending_doctor(scene: &Scene<'_>, holder: &Holder<'_>, person: &Person) {
    let who = json!({ "person": scene.doctor.text("id") });
    let masked = Document { visibility: vec!["MASQUE_PS"], ..Document::text() };
    let fed = scene.fed(person, std::slice::from_ref(&masked));
    let bytes = || scene.care.get(&format!("/fhir/{}", fed[2])).status;
    let declared =
        scene.care.post("/fhir/Patient/$authorise", &person.authorise("AJOUT", Some(true))).must(200);
    assert!(declared.text().contains("pending"));
    assert_eq!(bytes(), 404, "nothing masked until the holder confirms");
    let rights = holder.post("/api/attending-doctor/confirm", &who).must(200).json();
    assert_eq!(rights["attendingDoctors"][0]["confirmed"], true);
    assert_eq!(bytes(), 200);
    holder.post("/api/attending-doctor/end", &who).must(200);
    assert_eq!(bytes(), 404);
}

fn what_is_hidden_is_not_there(scene: &Scene<'_>, holder: &Holder<'_>, person: &Person) {
    let count = || holder.get("/api/documents").must(200).json()["documents"].as_array().unwrap().len();
    let before = count();
    let hidden = Document {
        visibility: vec!["INVISIBLE_PATIENT"],
        title: "Annonce à venir".into(),
        ..Document::text()
    };
    let fed = scene.fed(person, std::slice::from_ref(&hidden));
    scene.authorise(person);
    scene.care.get(&format!("/fhir/{}", fed[1])).must(200);
    assert_eq!(count(), before);
    let id = fed[1].rsplit('-').next().unwrap();
    let absent = holder.get("/api/documents/00000000000000000000000000").must(404).shape();
    for path in
        [format!("/api/documents/{id}"), format!("/api/documents/{id}/content"), "/api/documents/x".into()]
    {
        assert_eq!(holder.get(&path).must(404).shape(), absent, "{path}");
    }
    for act in ["mask", "unmask"] {
        assert_eq!(holder.post(&format!("/api/documents/{id}/{act}"), &json!({})).must(404).shape(), absent);
    }
    let trace = holder.get("/api/trace?limit=500").must(200).text();
    assert!(!trace.contains(id) && !trace.contains(&hidden.title), "the trace does not betray it");
}

fn what_is_malformed_changes_nothing(scene: &Scene<'_>, holder: &Holder<'_>) {
    let before = holder.get("/api/record").must(200).json();
    for body in [
        json!({}),
        json!({ "person": "899" }),
        json!({ "person": scene.doctor.text("id"), "organisation": scene.doctor.text("organisation") }),
        json!({ "person": scene.doctor.text("id"), "until": "2099-01-01" }),
        json!([]),
        json!("person"),
    ] {
        for path in
            ["/api/authorise", "/api/revoke", "/api/block", "/api/unblock", "/api/attending-doctor/confirm"]
        {
            let answer = holder.post(path, &body).must(400);
            assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{path}");
        }
    }
    holder.post("/api/block", &json!({ "organisation": scene.doctor.text("organisation") })).must(400);
    holder.post("/api/emergency", &json!({ "breakGlass": "no", "regulation": true })).must(400);
    holder.get("/api/trace?limit=many").must(400);
    holder.get("/api/documents?all=true").must(400);
    assert_eq!(holder.get("/api/record").must(200).json(), before);
}

/// The letter's password opens nothing but its own change.
fn the_first_log_in_chooses_a_password(scene: &Scene<'_>) {
    let person = Person::invented(61);
    let before = last_message(scene.demo);
    scene.open(&person);
    let login = word_after(scene.demo, before, "Identifiant : ");
    let temporary = word_after(scene.demo, before, "Mot de passe temporaire : ");
    let client = Client::new(scene.demo, "portal", None);
    let before = last_message(scene.demo);
    let challenge = crate::common::holder::begin(&client, &login, &temporary);
    let code = word_after(scene.demo, before, "Votre code d'accès est ");
    let step = |own: Option<&str>| {
        let mut body = json!({ "challenge": challenge, "code": code });
        if let Some(own) = own {
            body["newPassword"] = json!(own);
        }
        crate::common::holder::post(&client, "/api/login/code", &body, &[])
    };
    let asked = step(None).must(200);
    assert_eq!(asked.json(), json!({ "next": "newPassword" }));
    assert!(asked.header("set-cookie").is_none(), "no session yet");
    step(Some("court")).must(422);
    step(Some(&temporary)).must(422);
    let signed = step(Some("une phrase de passe à moi")).must(200);
    assert!(signed.header("set-cookie").unwrap().starts_with("__Host-carnet="));
    client.get("/api/record").must(200);
    let again = Holder::log_in(scene.demo, &login, "une phrase de passe à moi", None);
    again.get("/api/record").must(200);
}

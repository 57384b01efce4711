//! Professionals on the portal, as a browser without scripts meets it: two ways in, what is refused, a whole
//! journey, and that no session serves for another's.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use serde_json::{Value, json};

use common::client::{Answer, Client, query};
use common::holder::Holder;
use common::{Actor, Demo};

/// The pairs of an address's query.
fn pairs(url: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let mut bytes = text.bytes();
        let mut out = Vec::new();
        while let Some(byte) = bytes.next() {
            match byte {
                b'%' => {
                    let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
                    out.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
                }
                b'+' => out.push(b' '),
                other => out.push(other),
            }
        }
        String::from_utf8(out).unwrap()
    };
    let query = url.split_once('?').map_or("", |(_, query)| query);
    query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

#[track_caller]
fn to(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").unwrap().to_owned()
}

/// The whole of a page.
fn page(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).unwrap()
}

/// The anti-forgery token of a page's forms.
#[track_caller]
fn token(answer: &Answer) -> String {
    let text = page(answer);
    let rest = text.split_once("name=\"anti_forgery\" value=\"").expect("a form with a token").1;
    rest.split('"').next().unwrap().to_owned()
}

/// Chooses somebody at the provider; the address the browser is sent back to.
fn choose(client: &Client<'_>, begun: &str, who: &str) -> String {
    client.get(begun).must(200);
    let mut form = pairs(begun);
    form.push(("who".into(), who.into()));
    let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    to(&client.form("/demo/oidc/authorize", &form))
}

/// A professional's browser, logged in by the provider.
fn by_provider<'d>(demo: &'d Demo, actor: &Actor) -> Client<'d> {
    let client = Client::new(demo, "portal", None);
    let begun = to(&client.get("/pro/login/provider?next=/pro"));
    let back = choose(&client, &begun, actor.text("id"));
    assert_eq!(to(&client.get(&back)), "/pro");
    client
}

/// The same, by their certificate.
fn by_certificate<'d>(demo: &'d Demo, actor: &Actor) -> Client<'d> {
    let client = Client::new(demo, "portal", Some(actor));
    let shown = client.get("/pro/login").must(200);
    assert!(page(&shown).contains(actor.text("name")), "the certificate is recognised");
    assert_eq!(to(&client.form("/pro/login/certificate", &[("next", "/pro")])), "/pro");
    client
}

/// Looks for a person; where that leads.
fn find(client: &Client<'_>, patient: &Value) -> String {
    let token = token(&client.get("/pro").must(200));
    let form = [
        ("anti_forgery", token.as_str()),
        ("ins", patient["ins"].as_str().unwrap()),
        ("authority", "INS-NIR-TEST"),
    ];
    to(&client.form("/pro/patients", &form))
}

fn authorised(client: &Client<'_>, patient: &Value) -> String {
    let access = find(client, patient);
    let record = access.strip_suffix("/access").unwrap_or(&access).to_owned();
    if record != access {
        let token = token(&client.get(&access).must(200));
        let form = [("anti_forgery", token.as_str()), ("affirm", "yes")];
        assert_eq!(to(&client.form(&format!("{record}/authorise"), &form)), record);
    }
    record
}

/// A deposit, as browsers post one.
fn deposit(client: &Client<'_>, record: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
    let form = client.get(&format!("{record}/deposit")).must(200);
    let text = page(&form);
    let lot = text.split_once("name=\"lot\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let token = token(&form);
    let mut all = vec![
        ("anti_forgery", token.as_str()),
        ("lot", lot.as_str()),
        ("kind", "11488-4"),
        ("title", "Consultation du matin"),
        ("date", "2026-11-02"),
        ("who", "all"),
    ];
    for (name, value) in fields {
        all.retain(|(it, _)| it != name);
        all.push((name, value));
    }
    send(client, record, &all, file)
}

fn send(client: &Client<'_>, record: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
    const BOUNDARY: &str = "----carnet-test-7f3a";
    let mut body = Vec::new();
    for (name, value) in fields {
        let part =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../x\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    client.send("POST", &format!("{record}/deposit"), &[("Content-Type", &kind)], Some(&body))
}

/// The address of the document that bears this title, on a record's page.
fn document(client: &Client<'_>, record: &str, title: &str) -> Option<String> {
    let text = page(&client.get(record).must(200));
    let before = text.split_once(&format!("line-title\">{title}<"))?.0;
    let href = before.rsplit_once("href=\"")?.1.split('"').next()?;
    Some(href.to_owned())
}

#[test]
fn a_professional_finds_declares_reads_deposits_and_masks() {
    let demo = Demo::start();
    let patient = demo.patient("open");
    let doctors: Vec<_> = demo
        .actors()
        .into_iter()
        .filter(|it| it.value["kind"] == "professional" && it.value["role"] == "10")
        .collect();
    let holder = Holder::of(&demo, &patient);
    journey(&by_certificate(&demo, &doctors[0]), &doctors[0], &holder, &patient);
    let colleague = by_provider(&demo, &doctors[1]);
    masked_from_others(&demo, &doctors, &colleague, &patient);
    attending(&colleague, &doctors[1], &holder, &patient);
    blocked(&colleague, &doctors[1], &holder, &patient);
    nobody_without_a_record(&colleague, &demo);
}

fn journey(client: &Client<'_>, doctor: &Actor, holder: &Holder<'_>, patient: &Value) {
    let access = find(client, patient);
    let record = access.strip_suffix("/access").expect("not authorised yet").to_owned();
    assert!(!access.contains(patient["ins"].as_str().unwrap()), "no number in an address");
    // the record, and one of its documents guessed, are not there before the act
    assert_eq!(to(&client.get(&record)), access);
    let shown = client.get(&access).must(200);
    assert!(page(&shown).contains("Déclarer l’autorisation du patient"));
    // nothing is recorded without the sentence being affirmed (EX_0.3-1010)
    let token_ = token(&shown);
    let unsaid = client.form(&format!("{record}/authorise"), &[("anti_forgery", &token_)]).must(200);
    assert!(page(&unsaid).contains("Rien n’est enregistré sans cela"));
    assert_eq!(to(&client.get(&record)), access);
    let said = [("anti_forgery", token_.as_str()), ("affirm", "yes")];
    assert_eq!(to(&client.form(&format!("{record}/authorise"), &said)), record);

    let list = client.get(&record).must(200);
    assert!(page(&list).contains("L’autorisation est enregistrée"));
    assert!(!page(&client.get(&record).must(200)).contains("L’autorisation est enregistrée"), "said once");
    assert!(list.header("content-security-policy").unwrap().contains("default-src 'none'"));
    let own = holder.get("/api/documents").must(200).json();
    let title = own["documents"][0]["title"].as_str().unwrap().to_owned();
    let href = document(client, &record, &title).expect("the holder's document");
    let read = client.get(&href).must(200);
    assert!(page(&read).contains("le titulaire vous a autorisé"), "{}", read.text());
    client.get(&format!("{href}/content?download=1")).must(200);

    // what is wrong is said beside its field, and nothing is fed
    for (fields, file, words) in [
        (&[("kind", "")][..], &b"texte"[..], "Choisissez un type"),
        (&[("kind", "REMB")], b"texte", "Choisissez un type"),
        (&[("title", " ")], b"texte", "Écrivez un titre"),
        (&[("date", "2999-01-01")], b"texte", "pas dans le futur"),
        (&[], b"", "Choisissez un fichier"),
        (&[], b"%PDF-1.4 abcd", "Ce PDF ne s’ouvre pas"),
        (&[], b"<html><script>alert(1)</script></html>", "agir quand on l’ouvre"),
        (&[], b"\x00\x01\x02\xff", "ni un PDF"),
    ] {
        let answer = deposit(client, &record, fields, file).must(422);
        assert!(page(&answer).contains(words), "{words}");
    }
    let large = vec![b'a'; (10 << 20) + 1];
    assert!(page(&deposit(client, &record, &[], &large).must(422)).contains("dépasse 10 Mo"));
    assert_eq!(document(client, &record, "Consultation du matin"), None);

    assert_eq!(to(&deposit(client, &record, &[], "Tension 12/8.".as_bytes())), record);
    let href = document(client, &record, "Consultation du matin").unwrap();
    assert!(page(&client.get(&href).must(200)).contains("vous l’avez déposé"));
    // sent twice, a deposit is one
    let form = client.get(&format!("{record}/deposit")).must(200);
    let lot =
        page(&form).split_once("name=\"lot\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let token_ = token(&form);
    let fields = [
        ("anti_forgery", token_.as_str()),
        ("lot", lot.as_str()),
        ("kind", "11488-4"),
        ("title", "Deux fois"),
        ("date", "2026-11-02"),
        ("who", "all"),
    ];
    for _ in 0..2 {
        assert_eq!(to(&send(client, &record, &fields, b"une fois")), record);
    }
    assert_eq!(page(&client.get(&record)).matches("line-title\">Deux fois<").count(), 1);

    // masked by its depositor, at the holder's request
    let token_ = token(&client.get(&href).must(200));
    assert_eq!(to(&client.form(&format!("{href}/mask"), &[("anti_forgery", &token_)])), href);
    assert!(page(&client.get(&href).must(200)).contains("Masqué"));

    let told = holder.trace();
    let name = doctor.text("name");
    assert!(told.iter().any(|it| it["text"].as_str().unwrap().contains(name)), "the holder is told");
    let accesses = page(&client.get(&format!("{record}/accesses")).must(200));
    assert!(accesses.contains("déposé un document") && accesses.contains(name), "one's own accesses");
}

fn masked_from_others(demo: &Demo, doctors: &[Actor], colleague: &Client<'_>, patient: &Value) {
    let own = by_certificate(demo, &doctors[0]);
    let record = authorised(&own, patient);
    let href = document(&own, &record, "Consultation du matin").unwrap();
    assert_eq!(authorised(colleague, patient), record);
    assert_eq!(document(colleague, &record, "Consultation du matin"), None);
    // forbidden and absent are one page, but for the number to quote
    let shape = |path: &str| {
        let text = page(&colleague.get(path).must(404));
        let (before, rest) = text.split_once("<code>").unwrap();
        format!("{before}{}", rest.split_once("</code>").unwrap().1)
    };
    let absent = format!("{record}/documents/{}", "0".repeat(26));
    assert_eq!(shape(&href), shape(&absent));
    assert_eq!(shape(&href), shape(&format!("{record}/documents/nonsense")));
    let token_ = token(&colleague.get(&record).must(200));
    for act in ["mask", "unmask"] {
        colleague.form(&format!("{href}/{act}"), &[("anti_forgery", &token_)]).must(404);
    }
    // their own session knows nothing of another's record, though its id is known
    let stranger = by_provider(demo, &doctors[2]);
    stranger.get(&record).must(403);
    stranger.get(&href).must(404);
}

fn attending(client: &Client<'_>, doctor: &Actor, holder: &Holder<'_>, patient: &Value) {
    let record = authorised(client, patient);
    let token_ = token(&client.get(&format!("{record}/access")).must(200));
    let form = [("anti_forgery", token_.as_str()), ("affirm", "yes"), ("attending", "yes")];
    assert_eq!(to(&client.form(&format!("{record}/authorise"), &form)), record);
    assert_eq!(document(client, &record, "Consultation du matin"), None, "pending, it opens nothing");
    let pending = page(&client.get(&format!("{record}/access")).must(200));
    assert!(pending.contains("ne l’a pas encore confirmé"));
    holder.post("/api/attending-doctor/confirm", &json!({ "person": doctor.text("id") })).must(200);
    let href = document(client, &record, "Consultation du matin").expect("the attending doctor sees it");
    find(client, patient);
    let shown = page(&client.get(&href).must(200));
    assert!(shown.contains("vous êtes le médecin traitant"), "{shown}");
    holder.post("/api/attending-doctor/end", &json!({ "person": doctor.text("id") })).must(200);
}

fn blocked(client: &Client<'_>, doctor: &Actor, holder: &Holder<'_>, patient: &Value) {
    let record = authorised(client, patient);
    let list = page(&client.get(&record).must(200));
    let href = list.split_once("class=\"line").unwrap().1.split_once("href=\"").unwrap().1;
    let href = href.split('"').next().unwrap().to_owned();
    holder.post("/api/block", &json!({ "person": doctor.text("id") })).must(200);
    // on the very next request, in the open session
    assert_eq!(to(&client.get(&record)), format!("{record}/access"));
    client.get(&href).must(404);
    client.get(&format!("{href}/content")).must(404);
    client.get(&format!("{record}/accesses")).must(403);
    let access = client.get(&format!("{record}/access")).must(200);
    let text = page(&access);
    assert!(text.contains("Le titulaire a bloqué votre accès") && text.contains("Lui seul peut lever"));
    let form = [("anti_forgery", token(&access)), ("affirm", "yes".into())];
    let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    client.form(&format!("{record}/authorise"), &form).must(403);
    // and still feeds (rules, W2)
    let to_ = to(&deposit(client, &record, &[("title", "Malgré tout")], b"texte"));
    assert_eq!(to_, format!("{record}/access"));
    assert!(!holder.document("Malgré tout").is_empty());
    holder.post("/api/unblock", &json!({ "person": doctor.text("id") })).must(200);
}

fn nobody_without_a_record(client: &Client<'_>, demo: &Demo) {
    let token_ = token(&client.get("/pro").must(200));
    let ask = |ins: &str, authority: &str| {
        let form = [("anti_forgery", token_.as_str()), ("ins", ins), ("authority", authority)];
        client.form("/pro/patients", &form).must(200)
    };
    let none = demo.patient("none");
    assert!(page(&ask(none["ins"].as_str().unwrap(), "INS-NIR-TEST")).contains("Aucun carnet"));
    assert!(page(&ask("12", "INS-NIR-TEST")).contains("15 caractères"));
    assert!(page(&ask("279035121518988", "INS-NIR")).contains("La clé"));
}

#[test]
fn no_answer_of_a_provider_serves_twice_or_elsewhere() {
    let demo = Demo::start();
    let doctor = demo.of_role("10");
    let login = |client: &Client<'_>| {
        let begun = to(&client.get("/pro/login/provider"));
        choose(client, &begun, doctor.text("id"))
    };
    // once
    let client = Client::new(&demo, "portal", None);
    let back = login(&client);
    assert_eq!(to(&client.get(&back)), "/pro");
    client.get("/pro").must(200);
    client.get(&back).must(403);
    // in the browser that began
    let (one, two) = (Client::new(&demo, "portal", None), Client::new(&demo, "portal", None));
    let back = login(&one);
    two.get(&back).must(403);
    assert!(to(&two.get("/pro")).starts_with("/pro/login"));
    // with the code, the state and the issuer of this login
    for (name, value) in
        [("code", "other"), ("state", "other"), ("iss", "https://evil.example"), ("error", "access_denied")]
    {
        let client = Client::new(&demo, "portal", None);
        let back = login(&client);
        let mut all = pairs(&back);
        all.retain(|(it, _)| it != name);
        all.push((name.into(), value.into()));
        let all: Vec<_> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        client.ask("/pro/login/callback", &all).must(403);
        assert!(to(&client.get("/pro")).starts_with("/pro/login"), "{name}");
    }
    codes_serve_once_at_the_provider(&demo, &doctor);
    nobody_but_a_professional(&demo);
}

fn codes_serve_once_at_the_provider(demo: &Demo, doctor: &Actor) {
    let client = Client::new(demo, "portal", None);
    let found = client.get("/demo/oidc/.well-known/openid-configuration").must(200).json();
    assert_eq!(found["id_token_signing_alg_values_supported"], json!(["ES256"]));
    let verifier = "a-verifier-of-forty-three-characters-or-more-00";
    let redirect = demo.at("portal", "/pro/login/callback");
    let challenge = BASE64URL.encode(digest(&SHA256, verifier.as_bytes()));
    let asked = [
        ("response_type", "code"),
        ("client_id", "carnet-portail"),
        ("redirect_uri", redirect.as_str()),
        ("scope", "openid scope_all"),
        ("state", "s"),
        ("nonce", "n"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    let begun = format!("{}?{}", found["authorization_endpoint"].as_str().unwrap(), query(&asked));
    let back = pairs(&choose(&client, &begun, doctor.text("id")));
    let code = &back.iter().find(|(name, _)| name == "code").unwrap().1;
    let with = [
        ("grant_type", "authorization_code"),
        ("client_id", "carnet-portail"),
        ("redirect_uri", redirect.as_str()),
        ("code", code.as_str()),
        ("code_verifier", verifier),
    ];
    let tokens = client.form("/demo/oidc/token", &with).must(200).json();
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let userinfo = || client.send("GET", "/demo/oidc/userinfo", &[("Authorization", &bearer)], None);
    assert_eq!(userinfo().must(200).json()["SubjectNameID"], doctor.text("id"));
    // its second use is an alert: what the first gave ends too (abuse A05)
    assert_eq!(client.form("/demo/oidc/token", &with).must(400).json()["error"], "invalid_grant");
    userinfo().must(401);
    // and no other address is served
    let mut elsewhere = asked;
    elsewhere[2].1 = "https://evil.example/";
    client.ask("/demo/oidc/authorize", &elsewhere).must(400);
}

fn nobody_but_a_professional(demo: &Demo) {
    let agent = Client::new(demo, "portal", Some(&demo.actor("agent")));
    let refused = agent.form("/pro/login/certificate", &[]).must(403);
    assert!(page(&refused).contains("réservé aux professionnels"));
    assert!(to(&agent.get("/pro")).starts_with("/pro/login"));
    let nobody = Client::new(demo, "portal", None);
    assert_eq!(to(&nobody.form("/pro/login/certificate", &[])), "/pro/login");
    // a doctor of an insurer may come in, and reads nothing (rules, A15)
    let insurer = demo.actor_where(|it| it["name"].as_str().is_some_and(|name| name.contains("COUBLANT")));
    let client = by_provider(demo, &insurer);
    let token_ = token(&client.get("/pro").must(200));
    let patient = demo.patient("open");
    let ins = patient["ins"].as_str().unwrap();
    let form = [("anti_forgery", token_.as_str()), ("ins", ins), ("authority", "INS-NIR-TEST")];
    client.form("/pro/patients", &form).must(403);
}

#[test]
fn no_session_serves_for_another_s_and_no_other_page_acts() {
    let demo = Demo::start();
    let (doctor, patient) = (demo.of_role("10"), demo.patient("open"));
    let by_card = by_certificate(&demo, &doctor);
    let record = authorised(&by_card, &patient);
    // without the card the session is nothing: a cookie that was stolen is not enough
    let session = by_provider(&demo, &doctor);
    let cookie_of = |answer: &Answer| {
        let cookie = answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        assert!(cookie.starts_with("__Host-carnet-pro="), "{cookie}");
        cookie
    };
    let fresh = Client::new(&demo, "portal", Some(&doctor));
    let cookie = cookie_of(&fresh.form("/pro/login/certificate", &[]));
    let thief = Client::new(&demo, "portal", None);
    let with = [("Cookie", cookie.as_str())];
    assert!(to(&thief.send("GET", "/pro", &with, None)).starts_with("/pro/login"));
    let other = Client::new(&demo, "portal", Some(&demo.of_role("60")));
    assert!(to(&other.send("GET", "/pro", &with, None)).starts_with("/pro/login"));

    // neither side's cookie opens the other
    session.get("/api/record").must(401);
    assert!(to(&session.get("/documents")).starts_with("/login"));
    let holder = Holder::of(&demo, &patient);
    assert!(to(&holder.client.get("/pro")).starts_with("/pro/login"));
    assert!(to(&holder.client.get(&record)).starts_with("/pro/login"));

    // a request from elsewhere, or without the page's token, changes nothing (abuse A06)
    let token_ = token(&by_card.get(&record).must(200));
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    let body = query(&[("anti_forgery", token_.as_str()), ("affirm", "yes")]);
    for path in [format!("{record}/authorise"), format!("{record}/revoke"), "/pro/place".into()] {
        by_card.form(&path, &[("affirm", "yes")]).must(403);
        by_card.form(&path, &[("affirm", "yes"), ("anti_forgery", &holder.anti_forgery)]).must(403);
        for from in [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")] {
            by_card.send("POST", &path, &[kind, from], Some(body.as_bytes())).must(403);
        }
    }
    send(&by_card, &record, &[("title", "Sans jeton")], b"texte").must(403);
    assert_eq!(document(&by_card, &record, "Sans jeton"), None);
    by_card.get(&record).must(200);

    // left, it is dead everywhere (abuse A14), and the other session lives
    to(&session.get("/pro/login"));
    by_card.form("/pro/logout", &[("anti_forgery", &token_)]).must(200);
    assert!(to(&by_card.get(&record)).starts_with("/pro/login"));
    session.get("/pro").must(200);

    // idle for a quarter of an hour
    let moved = json!({ "advance": "PT15M" });
    common::holder::post(&thief, "/demo/clock", &moved, &[]).must(200);
    assert!(to(&session.get("/pro")).starts_with("/pro/login"));
}

/// In this process, where the directory can be changed under an open session.
#[test]
fn struck_off_one_is_refused_on_the_next_request() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let running = (0..20)
        .find_map(|_| {
            let options = server::demo::Options {
                data: Some(folder.path().join("data")),
                port_base: common::free_ports(),
                town: 0,
                smtp: None,
            };
            runtime.block_on(server::demo::start(options)).ok()
        })
        .expect("four free ports");
    let file: Value = serde_json::from_slice(&std::fs::read(running.file()).unwrap()).unwrap();
    let agent = agent(&running.folder);
    let portal = file["portal"].as_str().unwrap();
    let send = |method: &str, path: &str, form: &str| {
        let url = if path.starts_with('/') { format!("{portal}{path}") } else { path.to_owned() };
        let request = ureq::http::Request::builder().method(method).uri(&url);
        let mut answer = if method == "POST" {
            let request = request.header("Content-Type", "application/x-www-form-urlencoded");
            agent.run(request.body(form.to_owned()).unwrap()).unwrap()
        } else {
            agent.run(request.body(()).unwrap()).unwrap()
        };
        let to = answer.headers().get("location").map(|it| it.to_str().unwrap().to_owned());
        (answer.status().as_u16(), to.unwrap_or_default(), answer.body_mut().read_to_string().unwrap())
    };
    let doctor = file["actors"].as_array().unwrap().iter().find(|it| it["role"] == "10").unwrap();
    let (_, begun, _) = send("GET", "/pro/login/provider", "");
    let mut form = begun.split_once('?').unwrap().1.to_owned();
    form.push_str(&format!("&who={}", doctor["id"].as_str().unwrap()));
    let (_, back, _) = send("POST", "/demo/oidc/authorize", &form);
    assert_eq!(send("GET", &back, "").1, "/pro");
    assert_eq!(send("GET", "/pro", "").0, 200);

    assert!(running.app.directory.strike_off(&doctor["id"].as_str().unwrap().parse().unwrap()));
    let (status, _, text) = send("GET", "/pro", "");
    assert_eq!(status, 403);
    assert!(text.contains("Votre accès est fermé"), "{text}");
    assert!(send("GET", "/pro", "").1.starts_with("/pro/login"), "the session is over");
    // nor is one let in again
    let (_, begun, _) = send("GET", "/pro/login/provider", "");
    let mut form = begun.split_once('?').unwrap().1.to_owned();
    form.push_str(&format!("&who={}", doctor["id"].as_str().unwrap()));
    let (_, back, _) = send("POST", "/demo/oidc/authorize", &form);
    assert_eq!(send("GET", &back, "").0, 403);
    runtime.block_on(running.stop());
}

fn agent(folder: &std::path::Path) -> ureq::Agent {
    use ureq::tls::{Certificate, RootCerts, TlsConfig};
    let root = Certificate::from_pem(&std::fs::read(folder.join("pki/ca.pem")).unwrap()).unwrap();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&[root]))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .build();
    let config = ureq::Agent::config_builder().tls_config(tls).http_status_as_error(false).max_redirects(0);
    config.build().new_agent()
}

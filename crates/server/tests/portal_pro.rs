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
use common::pages::whole;
use common::pro::{
    authorised, by_certificate, by_provider, choose, deposit, document, find, pairs, send, to, token,
};
use common::{Actor, Demo};

fn ins_of(patient: &Value) -> &str {
    patient["ins"].as_str().unwrap()
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
    let access = find(client, ins_of(patient));
    let record = access.strip_suffix("/access").expect("not authorised yet").to_owned();
    assert!(!access.contains(patient["ins"].as_str().unwrap()), "no number in an address");
    // the record, and one of its documents guessed, are not there before the act
    assert_eq!(to(&client.get(&record)), access);
    let shown = client.get(&access).must(200);
    assert!(whole(&shown).contains("Déclarer l’autorisation du patient"));
    // nothing is recorded without the sentence being affirmed (EX_0.3-1010)
    let token_ = token(&shown);
    let unsaid = client.form(&format!("{record}/authorise"), &[("anti_forgery", &token_)]).must(200);
    assert!(whole(&unsaid).contains("Rien n’est enregistré sans cela"));
    assert_eq!(to(&client.get(&record)), access);
    let said = [("anti_forgery", token_.as_str()), ("affirm", "yes")];
    assert_eq!(to(&client.form(&format!("{record}/authorise"), &said)), record);

    let list = client.get(&record).must(200);
    assert!(whole(&list).contains("L’autorisation est enregistrée"));
    assert!(!whole(&client.get(&record).must(200)).contains("L’autorisation est enregistrée"), "said once");
    assert!(list.header("content-security-policy").unwrap().contains("default-src 'none'"));
    let own = holder.get("/api/documents").must(200).json();
    let title = own["documents"][0]["title"].as_str().unwrap().to_owned();
    let href = document(client, &record, &title).expect("the holder's document");
    let read = client.get(&href).must(200);
    assert!(whole(&read).contains("le titulaire vous a autorisé"), "{}", read.text());
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
        assert!(whole(&answer).contains(words), "{words}");
    }
    let large = vec![b'a'; (10 << 20) + 1];
    assert!(whole(&deposit(client, &record, &[], &large).must(422)).contains("dépasse 10 Mo"));
    assert_eq!(document(client, &record, "Consultation du matin"), None);

    assert_eq!(to(&deposit(client, &record, &[], "Tension 12/8.".as_bytes())), record);
    let href = document(client, &record, "Consultation du matin").unwrap();
    assert!(whole(&client.get(&href).must(200)).contains("vous l’avez déposé"));
    // sent twice, a deposit is one
    let form = client.get(&format!("{record}/deposit")).must(200);
    let lot =
        whole(&form).split_once("name=\"lot\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
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
    assert_eq!(whole(&client.get(&record)).matches("line-title\">Deux fois<").count(), 1);

    // masked by its depositor, at the holder's request
    let token_ = token(&client.get(&href).must(200));
    assert_eq!(to(&client.form(&format!("{href}/mask"), &[("anti_forgery", &token_)])), href);
    assert!(whole(&client.get(&href).must(200)).contains("Masqué"));

    let told = holder.trace();
    let name = doctor.text("name");
    assert!(told.iter().any(|it| it["text"].as_str().unwrap().contains(name)), "the holder is told");
    let accesses = whole(&client.get(&format!("{record}/accesses")).must(200));
    assert!(accesses.contains("déposé un document") && accesses.contains(name), "one's own accesses");
}

fn masked_from_others(demo: &Demo, doctors: &[Actor], colleague: &Client<'_>, patient: &Value) {
    let own = by_certificate(demo, &doctors[0]);
    let record = authorised(&own, ins_of(patient));
    let href = document(&own, &record, "Consultation du matin").unwrap();
    assert_eq!(authorised(colleague, ins_of(patient)), record);
    assert_eq!(document(colleague, &record, "Consultation du matin"), None);
    // forbidden and absent are one page, but for the number to quote
    let shape = |path: &str| {
        let text = whole(&colleague.get(path).must(404));
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
    let record = authorised(client, ins_of(patient));
    let token_ = token(&client.get(&format!("{record}/access")).must(200));
    let form = [("anti_forgery", token_.as_str()), ("affirm", "yes"), ("attending", "yes")];
    assert_eq!(to(&client.form(&format!("{record}/authorise"), &form)), record);
    assert_eq!(document(client, &record, "Consultation du matin"), None, "pending, it opens nothing");
    let pending = whole(&client.get(&format!("{record}/access")).must(200));
    assert!(pending.contains("ne l’a pas encore confirmé"));
    holder.post("/api/attending-doctor/confirm", &json!({ "person": doctor.text("id") })).must(200);
    let href = document(client, &record, "Consultation du matin").expect("the attending doctor sees it");
    // what was found holds five minutes, and is asked again without being looked for
    common::holder::post(client, "/demo/clock", &json!({ "advance": "PT6M" }), &[]).must(200);
    let shown = whole(&client.get(&href).must(200));
    assert!(shown.contains("vous êtes le médecin traitant"), "{shown}");
    holder.post("/api/attending-doctor/end", &json!({ "person": doctor.text("id") })).must(200);
}

fn blocked(client: &Client<'_>, doctor: &Actor, holder: &Holder<'_>, patient: &Value) {
    let record = authorised(client, ins_of(patient));
    let list = whole(&client.get(&record).must(200));
    let href = list.split_once("class=\"line").unwrap().1.split_once("href=\"").unwrap().1;
    let href = href.split('"').next().unwrap().to_owned();
    holder.post("/api/block", &json!({ "person": doctor.text("id") })).must(200);
    // on the very next request, in the open session
    assert_eq!(to(&client.get(&record)), format!("{record}/access"));
    client.get(&href).must(404);
    client.get(&format!("{href}/content")).must(404);
    client.get(&format!("{record}/accesses")).must(403);
    let access = client.get(&format!("{record}/access")).must(200);
    let text = whole(&access);
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
    assert!(whole(&ask(none["ins"].as_str().unwrap(), "INS-NIR-TEST")).contains("Aucun carnet"));
    assert!(whole(&ask("12", "INS-NIR-TEST")).contains("15 caractères"));
    assert!(whole(&ask("279035121518988", "INS-NIR")).contains("La clé"));
}

#[test]
fn one_s_own_document_is_replaced_and_completed_and_nobody_else_s() {
    let demo = Demo::start();
    let patient = demo.patient("open");
    let doctors: Vec<_> = demo
        .actors()
        .into_iter()
        .filter(|it| it.value["kind"] == "professional" && it.value["role"] == "10")
        .collect();
    let client = by_provider(&demo, &doctors[0]);
    let record = authorised(&client, ins_of(&patient));
    to(&deposit(&client, &record, &[("title", "Premier jet")], b"texte"));
    let first = document(&client, &record, "Premier jet").unwrap();
    let id = first.rsplit('/').next().unwrap();

    // the form says what it is about, and knows what there was
    let shown = whole(&client.get(&first).must(200));
    assert!(
        shown.contains(&format!("deposit?replace={id}")) && shown.contains(&format!("deposit?append={id}"))
    );
    let form = whole(&client.get(&format!("{record}/deposit?replace={id}")).must(200));
    assert!(form.contains("Remplacer un document") && form.contains("value=\"Premier jet\""), "{form}");
    assert!(
        form.contains("name=\"relation\" value=\"replace\"") && form.contains(&format!("value=\"{id}\""))
    );
    // with a fault it says it still
    let replace = |title, file: &[u8]| {
        deposit(&client, &record, &[("title", title), ("relation", "replace"), ("target", id)], file)
    };
    let wrong = replace("Au propre", b"");
    assert_eq!(wrong.status, 422);
    assert!(whole(&wrong).contains("Remplacer un document") && whole(&wrong).contains("Premier jet"));

    to(&replace("Au propre", b"texte revu"));
    assert!(whole(&client.get(&record).must(200)).contains("Le document est remplacé."));
    assert_eq!(document(&client, &record, "Premier jet"), None);
    let second = document(&client, &record, "Au propre").unwrap();
    let old = whole(&client.get(&first).must(200));
    assert!(old.contains(&second) && !old.contains("deposit?replace="), "{old}");
    let twice = replace("Encore", b"autre texte");
    assert_eq!(twice.status, 422);
    assert!(whole(&twice).contains("il l’a déjà été"), "{}", twice.text());

    // completed, it stays
    let second_id = second.rsplit('/').next().unwrap();
    let append = [("title", "Complément"), ("relation", "append"), ("target", second_id)];
    to(&deposit(&client, &record, &append, b"suite"));
    assert!(
        document(&client, &record, "Au propre").is_some()
            && document(&client, &record, "Complément").is_some()
    );

    // another's, nothing, and a relation that is none
    let colleague = by_provider(&demo, &doctors[1]);
    authorised(&colleague, ins_of(&patient));
    let theirs = whole(&colleague.get(&second).must(200));
    assert!(!theirs.contains("deposit?replace="), "{theirs}");
    for (relation, target) in
        [("replace", second_id), ("append", second_id), ("replace", "nonsense"), ("transform", second_id)]
    {
        let fields = [("title", "Intrus"), ("relation", relation), ("target", target)];
        let refused = deposit(&colleague, &record, &fields, b"intrus");
        assert_eq!(refused.status, 422, "{relation} {target}: {}", refused.text());
    }
    let nobody = deposit(&colleague, &record, &[("relation", "replace"), ("target", &"0".repeat(26))], b"x");
    assert_eq!(nobody.status, 404, "{}", nobody.text());
    assert_eq!(document(&colleague, &record, "Intrus"), None);
    colleague.get(&format!("{record}/deposit?replace={}", "0".repeat(26))).must(404);
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
    assert!(whole(&refused).contains("réservé aux professionnels"));
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
    let record = authorised(&by_card, ins_of(&patient));
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
                post: server::demo::post::Ways::default(),
                viewer: None,
                issuers: Vec::new(),
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

//! Access tokens bound to an organisation's certificate, over FHIR at the care door.

use serde_json::{Value, json};

use super::issuer::{Town, claims, search, thumbprint};
use crate::common::bundle::Person;
use crate::common::client::{Answer, Client, query};
use crate::common::pro::{choose, pairs};
use crate::common::{Actor, Demo};

/// 401 with the challenge of RFC 6750, and a word of what is wrong.
#[track_caller]
fn invalid(answer: Answer, says: &str) {
    let answer = answer.must(401);
    assert!(answer.header("www-authenticate").unwrap().contains("invalid_token"), "{:?}", answer.headers);
    let said = answer.json()["issue"][0]["diagnostics"].as_str().unwrap().to_owned();
    assert!(said.contains(says), "{says}: {said}");
}

/// Asks the demo's provider for a token as practice software does: the person chooses who they are in a browser, and
/// the software exchanges the code with its own certificate. Also gives what a second exchange answers.
fn asked(demo: &Demo, house: &Actor, who: &Actor, more: &[(&str, &str)]) -> (Value, impl Fn() -> Answer) {
    const VERIFIER: &str = "a-verifier-of-forty-three-characters-or-more-0";
    const CHALLENGE: &str = "a challenge";
    let challenge = {
        use base64::Engine;
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, VERIFIER.as_bytes());
        base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(hash)
    };
    let discovered =
        Client::new(demo, "portal", None).get("/demo/oidc/.well-known/openid-configuration").json();
    assert_eq!(discovered["tls_client_certificate_bound_access_tokens"], true);
    let back = "http://127.0.0.1:49152/callback";
    let asked = query(&[
        ("response_type", "code"),
        ("client_id", house.text("id")),
        ("redirect_uri", back),
        ("scope", "openid scope_all"),
        ("state", CHALLENGE),
        ("nonce", "n"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("acr_values", "eidas1"),
    ]);
    let browser = Client::new(demo, "portal", None);
    let begun = format!("{}?{asked}", discovered["authorization_endpoint"].as_str().unwrap());
    let page = browser.get(&begun).must(200);
    assert!(
        page.header("content-security-policy")
            .unwrap()
            .contains("form-action 'self' http://127.0.0.1:49152;")
    );
    let came = choose(&browser, &begun, who.text("id"));
    assert!(came.starts_with(back), "{came}");
    let code = pairs(&came).into_iter().find(|(name, _)| name == "code").unwrap().1;
    let mut form = vec![
        ("grant_type", "authorization_code".to_owned()),
        ("client_id", house.text("id").to_owned()),
        ("redirect_uri", back.to_owned()),
        ("code", code),
        ("code_verifier", VERIFIER.to_owned()),
    ];
    form.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let endpoint = discovered["mtls_endpoint_aliases"]["token_endpoint"].as_str().unwrap().to_owned();
    let software = Client::new(demo, "care", Some(house));
    let exchange = move || {
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        software.form(&endpoint, &form)
    };
    (exchange().must(200).json(), exchange)
}

#[test]
fn software_reads_as_the_person_whom_the_demo_s_provider_proves() {
    let town = Town::new(301);
    let (tokens, again) = asked(&town.demo, &town.hospital, &town.doctor, &[]);
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let software = Client::new(&town.demo, "care", Some(&town.hospital));
    let with = [("Authorization", bearer.as_str())];
    let before = town.lines("accepted");
    let found = search(&software, &town.person, &with).must(200);
    let own = Client::new(&town.demo, "care", Some(&town.doctor));
    let by_card = search(&own, &town.person, &[]).must(200);
    assert_eq!((found.total(), by_card.total()), (1, 1));
    // the same bytes, the next moment
    let url = found.resources()[0]["content"][0]["attachment"]["url"].as_str().unwrap().to_owned();
    let read = |client: &Client<'_>, headers: &[(&str, &str)]| {
        client.send("GET", &url, headers, None).must(200).body
    };
    assert_eq!(read(&software, &with), read(&own, &[]));
    assert!(town.lines("accepted") - before >= 4);
    // the trace has the person, and the house they came through
    let events = format!("/fhir/AuditEvent?patient.identifier={}", town.person.token().replace('|', "%7C"));
    let events = software.send("GET", &events, &with, None).text();
    assert!(events.is_empty() || !events.contains("Bearer"));
    // a right recorded by the same token
    let other = Person::invented(302);
    crate::common::scene::Scene::new(&town.demo).open(&other);
    search(&software, &other, &with).must(403);
    let body = serde_json::to_vec(&other.authorise("AJOUT", None)).unwrap();
    let kind = ("Content-Type", crate::common::client::FHIR_JSON);
    software.send("POST", "/fhir/Patient/$authorise", &[with[0], kind], Some(&body)).must(200);
    search(&software, &other, &with).must(200);
    search(&own, &other, &[]).must(200);
    // A05: the code comes a second time, and what it gave is no good any more
    again().must(400);
    invalid(search(&software, &town.person, &with), "taken back");
}

#[test]
fn an_exchange_needs_the_client_s_own_certificate_and_a_purpose_that_makes_sense() {
    let town = Town::new(303);
    let other = town.demo.actor("payer");
    let refused = |house: &Actor, more: &[(&str, &str)]| {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            asked(&town.demo, house, &town.doctor, more).0
        }));
        caught.is_err()
    };
    // the last field of a name counts for nothing: the first one says who comes
    assert!(refused(&town.hospital, &[("purpose_of_use", "recherche")]));
    assert!(refused(&town.hospital, &[("purpose_of_use", "bris_de_glace")]));
    assert!(refused(&town.hospital, &[("Mode_Acces_Raison", "sans but")]));
    assert!(!refused(&other, &[]), "a house of its own gets tokens of its own");
}

#[test]
fn e15_a_token_without_its_certificate_or_not_for_this_door_reads_nothing() {
    let town = Town::new(304);
    let (demo, person) = (&town.demo, &town.person);
    let software = Client::new(demo, "care", Some(&town.hospital));
    let ask = |client: &Client<'_>, token: &str| {
        search(client, person, &[("Authorization", &format!("Bearer {token}"))])
    };
    assert_eq!(ask(&software, &town.token(|_| {})).must(200).total(), 1);
    let before = town.lines("refused");
    let mut attempts = 0;
    let mut refused = |answer: Answer, says: &str| {
        attempts += 1;
        invalid(answer, says);
    };
    // stolen, and used by another organisation, by a person, or bound to nothing
    let stolen = town.token(|_| {});
    let laboratory =
        demo.actor_where(|it| it["kind"] == "organisation" && it["id"] != town.hospital.value["id"]);
    refused(ask(&Client::new(demo, "care", Some(&laboratory)), &stolen), "not bound");
    refused(ask(&Client::new(demo, "care", Some(&town.doctor)), &stolen), "not bound");
    refused(ask(&software, &town.token(|it| it["cnf"] = Value::Null)), "not bound");
    // of another service, another time, another hand
    refused(
        ask(&software, &town.token(|it| it["aud"] = json!("https://another.example"))),
        "another service",
    );
    refused(ask(&software, &town.token(|it| it["aud"] = demo.file["feed"].clone())), "another service");
    let later =
        |it: &mut Value, name: &str, seconds: i64| it[name] = json!(it["iat"].as_i64().unwrap() + seconds);
    refused(ask(&software, &town.token(|it| later(it, "exp", -1))), "no longer valid");
    refused(ask(&software, &town.token(|it| later(it, "iat", 300))), "not valid yet");
    refused(ask(&software, &town.token(|it| later(it, "exp", 3601))), "longer than an hour");
    refused(ask(&software, &town.token(|it| it["iss"] = json!("https://evil.example"))), "issuer");
    refused(ask(&software, &town.token(|it| it["iss"] = demo.file["portal"].clone())), "issuer");
    refused(ask(&software, &town.token(|it| it["acr"] = json!("eidas0"))), "two factors");
    refused(ask(&software, &town.token(|it| it["sub"] = json!("f:0:899700024450"))), "one person");
    let folder = tempfile::tempdir().unwrap();
    let stranger = super::issuer::Issuer::new(folder.path(), "mine");
    refused(ask(&software, &stranger.sign(&claims(demo, &town.doctor, &town.hospital))), "no token");
    // A04: no token chooses its algorithm or its key
    let own = claims(demo, &town.doctor, &town.hospital);
    for header in [
        json!({ "alg": "none", "kid": "mine" }),
        json!({ "alg": "HS256", "kid": "mine" }),
        json!({ "alg": "RS256", "kid": "mine" }),
        json!({ "alg": "ES256", "kid": "mine", "jku": "https://evil.example/keys" }),
        json!({ "alg": "ES256" }),
        json!({ "alg": "ES256", "kid": "another" }),
    ] {
        refused(ask(&software, &town.issuer.sign_as(&header, &own)), "no token");
    }
    let half = town.token(|_| {});
    refused(ask(&software, half.rsplit_once('.').unwrap().0), "no token");
    refused(search(&software, person, &[("Authorization", "Basic YTpi")]), "no token");
    // and without any, the organisation is nobody who reads
    let alone = search(&software, person, &[]).must(401);
    assert_eq!(alone.header("www-authenticate"), Some("Bearer realm=\"carnet\""));
    // each attempt is a line, the organisation's
    assert_eq!(town.lines("refused") - before, attempts + 1);
}

#[test]
fn b12_b13_the_person_of_a_token_is_in_the_directory_at_the_certificate_s_organisation() {
    let town = Town::new(305);
    let demo = &town.demo;
    let software = Client::new(demo, "care", Some(&town.hospital));
    let ask = |client: &Client<'_>, token: &str| {
        search(client, &town.person, &[("Authorization", &format!("Bearer {token}"))])
    };
    let of = |who: &Actor, house: &Actor| town.issuer.sign(&claims(demo, who, house));
    // somebody real who works elsewhere, an agent, and a number nobody has
    ask(&software, &of(&demo.of_role("21"), &town.hospital)).must(403);
    ask(&software, &of(&demo.actor("agent"), &town.hospital)).must(403);
    let nobody = town.token(|it| {
        for name in ["preferred_username", "SubjectNameID"] {
            it[name] = json!("899700024450");
        }
        it["sub"] = json!("f:0:899700024450");
    });
    ask(&software, &nobody).must(403);
    // a token given to another house
    let house = |id: &Value| json!({ "ihe_iua": { "subject_organization_id": id } });
    let payer = demo.actor("payer");
    ask(&software, &town.token(|it| it["extensions"] = house(&payer.value["id"]))).must(403);
    ask(&software, &town.token(|it| it["extensions"] = house(&town.hospital.value["id"]))).must(200);
    // beside a card, a token is of the same person
    let card = Client::new(demo, "care", Some(&town.doctor));
    let bound = |who: &Actor| {
        let mut it = claims(demo, who, &town.doctor);
        it["cnf"]["x5t#S256"] = json!(thumbprint(&town.doctor));
        town.issuer.sign(&it)
    };
    ask(&card, &bound(&town.doctor)).must(200);
    ask(&card, &bound(&demo.of_role("21"))).must(403);
}

#[test]
fn a_token_s_purpose_is_the_request_s_and_a_window_is_of_person_and_certificate() {
    let town = Town::new(306);
    let demo = &town.demo;
    let software = Client::new(demo, "care", Some(&town.hospital));
    let stranger = Person::invented(307);
    crate::common::scene::Scene::new(demo).open(&stranger);
    let purpose = |it: &mut Value, code: &str| {
        let system = "urn:oid:1.2.250.1.213.1.1.4.248";
        it["extensions"] = json!({ "ihe_iua": { "purpose_of_use": [{ "system": system, "code": code }] } });
        if code == "bris_de_glace" {
            it["Mode_Acces_Raison"] = json!("inconsciente aux urgences");
        }
    };
    let of = |who: &Actor, code: &str| {
        let mut it = claims(demo, who, &town.hospital);
        purpose(&mut it, code);
        format!("Bearer {}", town.issuer.sign(&it))
    };
    let ask = |person: &Person, bearer: &str, header: Option<&str>| {
        let mut headers = vec![("Authorization", bearer)];
        headers.extend(header.map(|it| ("X-Purpose-Of-Use", it)));
        search(&software, person, &headers)
    };
    let (normal, glass) = (of(&town.doctor, "normal"), of(&town.doctor, "bris_de_glace"));
    ask(&town.person, &normal, None).must(200);
    ask(&town.person, &normal, Some("normal")).must(200);
    let before = town.lines("refused");
    ask(&town.person, &normal, Some("bris_de_glace")).must(400);
    assert_eq!(town.lines("refused") - before, 1);
    // a purpose gives nothing by itself
    ask(&stranger, &glass, None).must(403);
    let opening = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "patient", "valueIdentifier": stranger.identifier() },
        { "name": "family", "valueString": stranger.family },
        { "name": "given", "valueString": stranger.given },
        { "name": "birth-date", "valueDate": stranger.birth_date },
        { "name": "reason", "valueString": "inconsciente aux urgences" },
        { "name": "category", "valueCode": "inconscient" },
        { "name": "declaration", "valueBoolean": true },
    ]});
    let kind = ("Content-Type", crate::common::client::FHIR_JSON);
    let bytes = serde_json::to_vec(&opening).unwrap();
    software
        .send("POST", "/fhir/Patient/$break-glass", &[("Authorization", &glass), kind], Some(&bytes))
        .must(200);
    ask(&stranger, &glass, None).must(200);
    ask(&stranger, &glass, Some("bris_de_glace")).must(200);
    ask(&stranger, &normal, None).must(403);
    // a colleague through the same certificate, and the same doctor by card, find no window
    let colleague = demo.actor_where(|it| it["name"].as_str().unwrap().contains("TOURVIEUX"));
    ask(&stranger, &of(&colleague, "bris_de_glace"), None).must(403);
    let card = Client::new(demo, "care", Some(&town.doctor));
    search(&card, &stranger, &[("X-Purpose-Of-Use", "bris_de_glace")]).must(403);
}

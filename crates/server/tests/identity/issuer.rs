//! An identity provider of the test's own, whose word the demo was told to take: it signs what no honest one would.
//! And a town where a hospital's doctor is let in.

use std::path::{Path, PathBuf};
use std::process::Command;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::bundle::{Document, Person};
use crate::common::client::{Answer, Client};
use crate::common::scene::Scene;
use crate::common::{Actor, Demo};

pub const ISSUER: &str = "https://issuer.example/realms/test";

pub struct Issuer {
    pair: EcdsaKeyPair,
    file: PathBuf,
}

impl Issuer {
    pub fn new(folder: &Path, kid: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let point = pair.public_key().as_ref();
        let half = |from: usize| BASE64URL.encode(&point[from..from + 32]);
        let key =
            json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": kid, "x": half(1), "y": half(33) });
        let file = folder.join(format!("{kid}.json"));
        std::fs::write(&file, json!({ "issuer": ISSUER, "jwks": { "keys": [key] } }).to_string()).unwrap();
        Self { pair, file }
    }

    pub fn sign(&self, claims: &Value) -> String {
        self.sign_as(&json!({ "alg": "ES256", "typ": "JWT", "kid": "mine" }), claims)
    }

    pub fn sign_as(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64URL.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", BASE64URL.encode(signature))
    }
}

/// What an honest token says of this person to this house's software.
pub fn claims(demo: &Demo, who: &Actor, house: &Actor) -> Value {
    let now = crate::common::soap::now().as_millis() / 1000;
    let id = who.text("id");
    json!({
        "iss": ISSUER, "sub": format!("f:0:{id}"), "aud": demo.file["care"], "iat": now, "exp": now + 240,
        "jti": crate::common::bundle::urn(), "acr": "eidas1", "preferred_username": id, "SubjectNameID": id,
        "cnf": { "x5t#S256": thumbprint(house) },
    })
}

pub fn thumbprint(actor: &Actor) -> String {
    let certificate = CertificateDer::from_pem_file(&actor.cert).unwrap();
    BASE64URL.encode(digest(&SHA256, &certificate))
}

/// A demo that takes this issuer's word, a doctor of the hospital, and a person whom the doctor may read.
pub struct Town {
    pub demo: Demo,
    pub issuer: Issuer,
    pub hospital: Actor,
    pub doctor: Actor,
    pub person: Person,
    pub title: String,
    pub bytes: Vec<u8>,
    _folder: TempDir,
}

impl Town {
    pub fn new(number: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let issuer = Issuer::new(folder.path(), "mine");
        let file = issuer.file.to_str().unwrap().to_owned();
        let demo = Demo::start_told(&folder.path().join("data"), &["--issuer", &file]);
        let hospital = demo.actor("organisation");
        let doctor = demo.actor_where(|it| it["name"].as_str().unwrap().contains("ROUZERAC"));
        assert_eq!(doctor.value["organisation"], hospital.value["id"]);
        let person = Person::invented(number);
        let document = Document::text();
        let (title, bytes) = (document.title.clone(), document.bytes.clone());
        let scene = Scene::new(&demo);
        scene.open(&person);
        scene.fed(&person, &[document]);
        let own = Client::new(&demo, "care", Some(&doctor));
        own.post("/fhir/Patient/$authorise", &person.authorise("AJOUT", None)).must(200);
        Self { demo, issuer, hospital, doctor, person, title, bytes, _folder: folder }
    }

    /// An honest token, changed.
    pub fn token(&self, change: impl Fn(&mut Value)) -> String {
        let mut claims = claims(&self.demo, &self.doctor, &self.hospital);
        change(&mut claims);
        self.issuer.sign(&claims)
    }

    /// How many lines there are of requests that were `accepted` or `refused`. The service's own are accepted ones, and
    /// come when they come.
    pub fn lines(&self, which: &str) -> u64 {
        let ended = Command::new(env!("CARGO_BIN_EXE_carnet"))
            .args(["verify", "--json", "--data"])
            .arg(&self.demo.data)
            .output()
            .unwrap();
        let report: Value = serde_json::from_slice(&ended.stdout).unwrap();
        assert_eq!(report["faults"], json!([]), "{report}");
        report[which].as_u64().unwrap()
    }
}

/// The doctor's search of this person, with a token.
pub fn search(client: &Client<'_>, person: &Person, headers: &[(&str, &str)]) -> Answer {
    let path = format!("/fhir/DocumentReference?patient.identifier={}", person.token().replace('|', "%7C"));
    client.send("GET", &path, headers, None)
}

//! The doors from outside: whom the handshake lets through, what errors look like, how it ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{Actor, Demo};
use rustls::client::ResolvesClientCert;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::sign::CertifiedKey;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde_json::Value;
use server::chance::SystemDice;
use server::connection::{Anchor, subject_of};
use server::demo::pki::Pki;
use ureq::Agent;

/// The status and the body, or None when TLS refused.
fn get(client: &Agent, url: &str) -> Option<(u16, Value)> {
    let mut response = client.get(url).call().ok()?;
    let body = response.body_mut().read_to_string().unwrap();
    Some((response.status().as_u16(), serde_json::from_str(&body).unwrap_or(Value::Null)))
}

fn status(client: &Agent, url: &str) -> Option<u16> {
    get(client, url).map(|(status, _)| status)
}

type Row<'a> = (&'a str, Option<&'a Actor>, [Option<u16>; 4]);

#[test]
fn each_door_lets_through_whom_it_trusts() {
    let demo = Demo::start();
    let (doctor, hospital) = (demo.actor("professional"), demo.actor("organisation"));
    // who, and what each of portal, care, feed and steer answers to an unknown path
    let table: [Row<'_>; 4] = [
        ("nobody", None, [Some(404), Some(401), Some(401), Some(401)]),
        ("a doctor", Some(&doctor), [Some(404); 4]),
        ("a hospital", Some(&hospital), [None, Some(401), Some(404), None]),
        ("a revoked doctor", Some(&demo.revoked()), [None; 4]),
    ];
    for (who, actor, expected) in table {
        for (door, expected) in ["portal", "care", "feed", "steer"].into_iter().zip(expected) {
            let found = get(&demo.client(actor), &demo.at(door, "/fhir/nothing"));
            assert_eq!(found.as_ref().map(|(status, _)| *status), expected, "{who} at {door}");
            if let Some((_, body)) = found {
                assert_eq!(body["resourceType"], "OperationOutcome", "{who} at {door}");
            }
        }
    }
}

/// Keeps whose certificates a door asks for, and shows none.
#[derive(Debug, Default)]
struct Asked(Mutex<Vec<Vec<u8>>>);

impl ResolvesClientCert for Asked {
    fn resolve(&self, issuers: &[&[u8]], _: &[rustls::SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        *self.0.lock().unwrap() = issuers.iter().map(|it| it.to_vec()).collect();
        None
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// Browsers ask their user for a certificate only where they hold one of an issuer that is named: a holder's phone,
/// which has none, asks nothing.
#[test]
fn the_portal_asks_for_certificates_of_professionals_alone_and_is_read_without() {
    let demo = Demo::start();
    let root = |name: &str| CertificateDer::from_pem_file(demo.data.join("pki").join(name)).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(demo.data.join(demo.file["ca"].as_str().unwrap())).unwrap())
        .unwrap();
    let asked = Arc::new(Asked::default());
    let config = rustls::ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_client_cert_resolver(Arc::clone(&asked) as _);
    let client = rustls::ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
    let socket = TcpStream::connect(("127.0.0.1", demo.port("portal"))).unwrap();
    let mut stream = rustls::StreamOwned::new(client, socket);
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut begins = [0; 12];
    stream.read_exact(&mut begins).unwrap();
    assert_eq!(&begins, b"HTTP/1.1 200");
    assert_eq!(*asked.0.lock().unwrap(), [subject_of(&root("persons.pem")).unwrap()]);
}

#[test]
fn a_certificate_of_another_authority_is_refused() {
    let (demo, other) = (Demo::start(), Demo::start());
    let stranger = other.actor("professional");
    for door in ["portal", "care", "feed", "steer"] {
        assert_eq!(status(&demo.client(Some(&stranger)), &demo.at(door, "/")), None, "{door}");
    }
}

#[test]
fn a_certificate_revoked_while_it_runs_is_refused_in_open_connections_too() {
    let demo = Demo::start();
    let doctor = demo.actor("professional");
    let client = demo.client(Some(&doctor));
    let url = demo.at("care", "/fhir/nothing");
    assert_eq!(status(&client, &url), Some(404));

    let pki = Pki::open(&demo.data.join("pki"), &[], &SystemDice).unwrap();
    pki.revoke(Anchor::Persons, &["doctor-1", "revoked-1"]).unwrap();
    let refused = (0..300).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        status(&client, &url) != Some(404)
    });
    assert!(refused, "still let through half a minute later");
    assert_eq!(status(&demo.client(Some(&doctor)), &url), None, "a new connection");
    let another = demo.of_role("21");
    assert_eq!(status(&demo.client(Some(&another)), &url), Some(404), "the others go on");
}

#[test]
fn errors_carry_the_headers_and_no_method_is_unknown() {
    let demo = Demo::start();
    let client = demo.client(Some(&demo.actor("professional")));
    let response = client.get(demo.at("care", "/nothing")).call().unwrap();
    let header = |name: &str| response.headers().get(name).map(|it| it.to_str().unwrap());
    assert_eq!(header("x-content-type-options"), Some("nosniff"));
    assert_eq!(header("cache-control"), Some("no-store"));
    assert_eq!(header("referrer-policy"), Some("no-referrer"));
    assert!(header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    assert!(header("content-type").unwrap().starts_with("application/fhir+json"));
    let id = header("x-request-id").unwrap();
    assert!(id.len() >= 16 && id.bytes().all(|it| it.is_ascii_alphanumeric()), "{id}");
    assert_eq!(client.delete(demo.at("portal", "/demo/clock")).call().unwrap().status().as_u16(), 405);
}

#[test]
fn too_much_is_refused_with_its_own_answer() {
    let demo = Demo::start();
    let client = demo.client(None);
    let clock = demo.at("portal", "/demo/clock");
    let body = vec![b' '; 17 << 20];
    // Declared, then not: the second is cut while it is read. A client that is still sending may
    // see its connection closed before it sees the answer.
    let taken = |answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>| {
        answer.is_ok_and(|it| it.status().as_u16() != 413)
    };
    assert!(!taken(client.post(&clock).send(body.as_slice())));
    assert!(!taken(client.post(&clock).send(ureq::SendBody::from_reader(&mut body.as_slice()))));
    let long = "x".repeat(200 << 10);
    let answer = client.get(&clock).header("X-Long", &long).call();
    assert!(matches!(&answer, Ok(it) if it.status().as_u16() == 431) || answer.is_err());
    assert_eq!(status(&client, &clock), Some(200), "and it goes on");
}

#[test]
fn the_log_names_paths_by_their_template_alone() {
    let mut demo = Demo::start();
    let client = demo.client(None);
    let ins = demo.file["patients"][0]["ins"].as_str().unwrap().to_owned();
    assert_eq!(status(&client, &demo.at("portal", &format!("/demo/outbox?patient={ins}"))), Some(200));
    assert_eq!(status(&client, &demo.at("portal", &format!("/record/{ins}"))), Some(404));
    demo.terminate().expect("it ends");
    let log = fs::read_to_string(&demo.log).unwrap();
    assert!(log.contains("/demo/outbox"), "{log}");
    assert!(!log.contains(&ins) && !log.contains("patient="), "{log}");
}

#[test]
fn it_ends_on_sigterm_with_clients_hanging_on() {
    let mut demo = Demo::start();
    let client = demo.client(None);
    assert_eq!(status(&client, &demo.at("portal", "/")), Some(200), "one idle connection");
    let _silent = TcpStream::connect(("127.0.0.1", demo.port("care"))).unwrap();
    let mut half = TcpStream::connect(("127.0.0.1", demo.port("feed"))).unwrap();
    half.write_all(&[0x16, 0x03, 0x01]).unwrap();
    let ended = demo.terminate().expect("within ten seconds");
    assert!(ended.success());
}

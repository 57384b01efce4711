//! Slow and silent clients (abuse case L01), against a listener with short patience.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::{get, post};
use model::Door;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use server::chance::SystemDice;
use server::connection::Anchor;
use server::demo::pki::Pki;
use server::limits::Limits;
use server::listener::Listener;
use server::tls::{Tls, TlsFiles};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

const BIG: usize = 64 << 20;
const PATIENCE: Duration = Duration::from_millis(300);
/// Long enough for a busy machine; reached only when a test fails.
const WAIT: Duration = Duration::from_secs(60);

struct Opened {
    port: u16,
    connector: TlsConnector,
    _stop: watch::Sender<bool>,
    _folder: TempDir,
}

async fn open(limits: Limits) -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let pki = Pki::open(folder.path(), &[], &SystemDice).unwrap();
    let (certificate, key) = pki.server();
    let (root, list) = pki.anchor(Anchor::Persons);
    let files =
        TlsFiles { certificate, key, anchors: vec![(Anchor::Persons, root, list)], signers: Vec::new() };
    let router = Router::new()
        .route("/", get(|| async { "fine" }))
        .route("/big", get(|| async { vec![b'x'; BIG] }))
        .route("/take", post(|_: Bytes| async { "taken" }));
    let listener = Listener { door: Door::Care, tls: Arc::new(Tls::open(files).unwrap()), router, limits };
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(listener.serve(vec![socket], stopped));

    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(pki.certificate("ca")).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Opened { port, connector: TlsConnector::from(Arc::new(config)), _stop: stop, _folder: folder }
}

impl Opened {
    async fn tcp(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.unwrap()
    }

    async fn say(&self, text: &str) -> TlsStream<TcpStream> {
        let name = ServerName::try_from("localhost").unwrap();
        let mut stream = self.connector.connect(name, self.tcp().await).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        stream
    }
}

/// Everything that comes until the server hangs up; a connection cut short is an end too.
async fn rest(stream: &mut (impl AsyncReadExt + Unpin)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = tokio::time::timeout(WAIT, stream.read_to_end(&mut bytes)).await.expect("it never hangs up");
    bytes
}

fn impatient() -> Limits {
    Limits {
        handshake: PATIENCE,
        header: PATIENCE,
        body_idle: PATIENCE,
        write_idle: PATIENCE,
        ..Limits::of(Door::Care)
    }
}

#[tokio::test]
async fn who_says_nothing_or_half_is_hung_up_on() {
    let door = open(impatient()).await;
    assert!(rest(&mut door.tcp().await).await.is_empty(), "no handshake");
    let half = rest(&mut door.say("GET / HTTP/1.1\r\nHost: localhost\r\nX-").await).await;
    assert!(!String::from_utf8_lossy(&half).contains("fine"));
}

#[tokio::test]
async fn half_a_body_is_not_waited_for() {
    let door = open(impatient()).await;
    let head = "POST /take HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc";
    let answer = rest(&mut door.say(head).await).await;
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 4") && !answer.contains("taken"), "{answer}");
}

#[tokio::test]
async fn who_does_not_read_is_hung_up_on() {
    let door = open(impatient()).await;
    let mut stream = door.say("GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    tokio::time::sleep(PATIENCE * 4).await;
    assert!(rest(&mut stream).await.len() < BIG);
}

#[tokio::test]
async fn hundreds_of_silent_clients_leave_room_for_one_that_speaks() {
    // these wait long, so that all are there at once
    let limits = Limits { handshake: WAIT, header: WAIT, ..impatient() };
    let door = open(Limits { connections_max: 301, ..limits }).await;
    let mut silent = Vec::new();
    for _ in 0..300 {
        silent.push(door.tcp().await);
    }
    let request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let answer = rest(&mut door.say(request).await).await;
    assert!(String::from_utf8_lossy(&answer).ends_with("fine"));

    // one place is left, or none yet: of two more, one at least is turned away
    let (mut one, mut two) = (door.tcp().await, door.tcp().await);
    let turned_away = tokio::select! {
        bytes = rest(&mut one) => bytes,
        bytes = rest(&mut two) => bytes,
    };
    assert!(turned_away.is_empty());
}

//! A demo in a process of its own, and clients with its actors' certificates: what the tests
//! through the doors stand on.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod bundle;
pub mod client;
pub mod holder;
pub mod pages;
pub mod pro;
pub mod scene;
pub mod soap;

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use ureq::Agent;
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};

/// `carnet demo`, running. Killed when dropped.
pub struct Demo {
    child: Child,
    /// What `demo.json` says.
    pub file: Value,
    /// The data folder.
    pub data: PathBuf,
    /// Where its log goes.
    pub log: PathBuf,
    _temporary: Option<TempDir>,
}

/// One with a certificate, as `demo.json` tells.
#[derive(Clone, Debug)]
pub struct Actor {
    pub value: Value,
    pub cert: PathBuf,
    pub key: PathBuf,
}

impl Actor {
    pub fn text(&self, field: &str) -> &str {
        self.value[field].as_str().unwrap_or_else(|| panic!("an actor without {field}"))
    }
}

impl Demo {
    /// On a data folder of its own, removed at the end.
    pub fn start() -> Self {
        Self::start_with_town(0)
    }

    /// The same, with so many people in its town.
    pub fn start_with_town(people: u32) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let mut demo = Self::start_with(&temporary.path().join("data"), people);
        demo._temporary = Some(temporary);
        demo
    }

    /// On this data folder, which may hold the state of an earlier run. The log goes beside it.
    pub fn start_in(data: &Path) -> Self {
        Self::start_with(data, 0)
    }

    /// The same, with further arguments.
    pub fn start_told(data: &Path, arguments: &[&str]) -> Self {
        Self::start_saying(data, 0, arguments)
    }

    fn start_with(data: &Path, people: u32) -> Self {
        Self::start_saying(data, people, &[])
    }

    fn start_saying(data: &Path, people: u32, arguments: &[&str]) -> Self {
        for _ in 0..20 {
            if let Some(demo) = Self::try_start(data, people, arguments) {
                return demo;
            }
        }
        panic!("the demo does not start; its log: {}", fs::read_to_string(log_of(data)).unwrap_or_default());
    }

    /// None when it ended at once: another test was quicker to take a port.
    fn try_start(data: &Path, people: u32, arguments: &[&str]) -> Option<Self> {
        let log = log_of(data);
        // one left by a former run would be taken for this one's
        let _ = fs::remove_file(data.join("demo.json"));
        let mut child = Command::new(env!("CARGO_BIN_EXE_carnet"))
            .arg("demo")
            .arg("--data")
            .arg(data)
            .args(["--town", &people.to_string(), "--port-base", &free_ports().to_string()])
            .args(arguments)
            .env("RUST_LOG", "info")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::OpenOptions::new().create(true).append(true).open(&log).unwrap())
            .spawn()
            .unwrap();
        for _ in 0..6000 {
            if let Ok(text) = fs::read(data.join("demo.json")) {
                let file = serde_json::from_slice(&text).unwrap();
                return Some(Self { child, file, data: data.to_owned(), log, _temporary: None });
            }
            if child.try_wait().unwrap().is_some() {
                return None;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = child.kill();
        panic!("the demo did not get ready within a minute");
    }

    /// The first actor of a kind.
    pub fn actor(&self, kind: &str) -> Actor {
        self.actor_where(|it| it["kind"] == kind)
    }

    /// The first professional of a profession (`"10"`, `"21"` …).
    pub fn of_role(&self, role: &str) -> Actor {
        self.actor_where(|it| it["kind"] == "professional" && it["role"] == role)
    }

    pub fn actor_where(&self, fits: impl Fn(&Value) -> bool) -> Actor {
        let found = self.file["actors"].as_array().unwrap().iter().find(|it| fits(it));
        self.with_files(found.expect("no such actor in demo.json"))
    }

    pub fn actors(&self) -> Vec<Actor> {
        self.file["actors"].as_array().unwrap().iter().map(|it| self.with_files(it)).collect()
    }

    /// The actor whose certificate is revoked.
    pub fn revoked(&self) -> Actor {
        self.with_files(&self.file["revoked"])
    }

    /// The first patient whose record stands so: `open`, `none` or `closed`.
    pub fn patient(&self, record: &str) -> Value {
        let patients = self.file["patients"].as_array().unwrap();
        patients.iter().find(|it| it["record"] == record).expect("no such patient in demo.json").clone()
    }

    /// A client that trusts the demo and shows an actor's certificate, or none. Statuses of 400 and
    /// above are answers, not errors; cookies are kept.
    pub fn client(&self, actor: Option<&Actor>) -> Agent {
        self.client_for(actor, Duration::from_secs(60))
    }

    /// One that waits for what takes long.
    pub fn client_waiting(&self, actor: &Actor) -> Agent {
        self.client_for(Some(actor), Duration::from_secs(1200))
    }

    fn client_for(&self, actor: Option<&Actor>, patience: Duration) -> Agent {
        let root = pem(&self.data.join(self.file["ca"].as_str().unwrap()));
        let certificate = actor.map(|actor| {
            let key = PrivateKey::from_pem(&fs::read(&actor.key).unwrap()).unwrap();
            ClientCert::new_with_certs(&[pem(&actor.cert)], key)
        });
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(&[root]))
            .client_cert(certificate)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .build();
        Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(patience))
            .build()
            .new_agent()
    }

    /// An address at a door: `portal`, `care`, `feed` or `steer`.
    pub fn at(&self, door: &str, path: &str) -> String {
        format!("{}{path}", self.file[door].as_str().unwrap())
    }

    pub fn port(&self, door: &str) -> u16 {
        self.file[door].as_str().unwrap().rsplit_once(':').unwrap().1.parse().unwrap()
    }

    /// The process's id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL, as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; None when it has not ended within ten seconds.
    pub fn terminate(&mut self) -> Option<ExitStatus> {
        let sent = Command::new("kill").args(["-TERM", &self.id().to_string()]).status().unwrap();
        assert!(sent.success());
        for _ in 0..1000 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    }

    /// What `carnet verify` says of its store, which must be whole.
    pub fn verified(&self) -> Value {
        let mut verify = Command::new(env!("CARGO_BIN_EXE_carnet"));
        let said = verify.args(["verify", "--json", "--data"]).arg(&self.data).output().unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
        serde_json::from_slice(&said.stdout).unwrap()
    }

    fn with_files(&self, value: &Value) -> Actor {
        let file = |field: &str| self.data.join(value[field].as_str().unwrap());
        Actor { value: value.clone(), cert: file("cert"), key: file("key") }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first of four consecutive ports nobody listens on now. Below the range the system gives to
/// clients, so that no connection of another test comes in between.
pub fn free_ports() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    for _ in 0..3000 {
        let turn = std::process::id().wrapping_mul(97).wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let base = 20_000 + u16::try_from(turn % 3000).unwrap() * 4;
        let held: Vec<_> = (base..base + 4).map(|port| TcpListener::bind(("127.0.0.1", port))).collect();
        if held.iter().all(Result::is_ok) {
            return base;
        }
    }
    panic!("no four free ports");
}

fn log_of(data: &Path) -> PathBuf {
    data.with_extension("log")
}

fn pem(path: &Path) -> Certificate<'static> {
    Certificate::from_pem(&fs::read(path).unwrap()).unwrap()
}

//! The trace, told to a real receiver of syslog over mutual TLS: rsyslog. Every line arrives, whatever happens to
//! either side; nothing names a patient. Without rsyslog, which `cargo xtask tools` installs, these say so and pass.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use common::Demo;
use common::bundle::Person;
use common::client::Client;
use common::scene::Scene;
use serde_json::Value;

/// rsyslog, listening under the demo's root, as the documentation says to set it up.
struct Receiver {
    child: Option<Child>,
    folder: PathBuf,
    port: u16,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.kill();
    }
}

fn has_rsyslog() -> bool {
    let there = Path::new("/usr/sbin/rsyslogd").is_file()
        && fs::read_dir("/usr/lib")
            .unwrap()
            .flatten()
            .any(|it| it.path().join("rsyslog/lmnsd_gtls.so").is_file());
    if !there {
        eprintln!("SKIPPED: no rsyslog to try; `cargo xtask tools` installs one");
    }
    there
}

impl Receiver {
    /// Not listening yet.
    fn new(folder: &Path) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self { child: None, folder: folder.to_owned(), port }
    }

    fn address(&self) -> String {
        format!("localhost:{}", self.port)
    }

    fn file(&self) -> PathBuf {
        self.folder.join("received.log")
    }

    fn start(&mut self, pki: &Path) {
        let (port, folder, file) = (self.port, self.folder.display(), self.file());
        let (ca, certificate, key) = (pki.join("ca.pem"), pki.join("server.pem"), pki.join("server.key"));
        let settings = format!(
            r#"global(workDirectory="{folder}" maxMessageSize="64k"
       defaultNetstreamDriver="gtls"
       defaultNetstreamDriverCAFile="{ca}"
       defaultNetstreamDriverCertFile="{certificate}"
       defaultNetstreamDriverKeyFile="{key}")
module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="x509/certvalid")
input(type="imtcp" port="{port}")
template(name="message" type="string" string="%msg%\n")
action(type="omfile" file="{file}" template="message")
"#,
            ca = ca.display(),
            certificate = certificate.display(),
            key = key.display(),
            file = file.display(),
        );
        let path = self.folder.join("rsyslog.conf");
        fs::write(&path, settings).unwrap();
        let _ = fs::remove_file(self.folder.join("rsyslog.pid"));
        let log = fs::File::create(self.folder.join("rsyslog.said")).unwrap();
        let child = Command::new("/usr/sbin/rsyslogd")
            .arg("-n")
            .arg("-f")
            .arg(&path)
            .arg("-i")
            .arg(self.folder.join("rsyslog.pid"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        self.child = Some(child);
    }

    fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// How often each line of the log was received.
    fn lines(&self) -> BTreeMap<u64, u32> {
        let mut lines = BTreeMap::new();
        for message in self.messages() {
            let (before, _) = message
                .rsplit_once(r#"" ParticipantObjectTypeCode="2" ParticipantObjectTypeCodeRole="13""#)
                .expect("a number");
            let number = before.rsplit_once('"').unwrap().1.parse().unwrap();
            *lines.entry(number).or_default() += 1;
        }
        lines
    }

    /// Whole messages: one that a kill cut off is not one.
    fn messages(&self) -> Vec<String> {
        let bytes = fs::read(self.file()).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let whole = text.lines().filter(|it| it.ends_with("</AuditMessage>"));
        whole
            .map(|it| it.trim_start_matches([' ', '\u{feff}']).to_owned())
            .filter(|it| it.starts_with("<?xml"))
            .collect()
    }

    /// Until every line of the store is there.
    fn has_all_of(&self, demo: &Demo) -> BTreeMap<u64, u32> {
        for _ in 0..600 {
            let lines = demo.verified()["lines"].as_u64().unwrap();
            let there = self.lines();
            if (0..lines).all(|line| there.contains_key(&line)) {
                return there;
            }
            sleep(Duration::from_millis(100));
        }
        let said = fs::read_to_string(self.folder.join("rsyslog.said")).unwrap_or_default();
        let log = fs::read_to_string(&demo.log).unwrap_or_default();
        panic!("lines are missing: {:?}; {said}; {log}", self.lines().keys());
    }
}

fn service(demo: &Demo) -> Value {
    let administrator = demo.actor_where(|it| it["cert"].as_str().unwrap().contains("administrator-1"));
    Client::new(demo, "steer", Some(&administrator)).get("/service").must(200).json()
}

/// Until what is told of the service fits.
fn until(demo: &Demo, fits: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..600 {
        let said = service(demo);
        if fits(&said["audit"]) {
            return said;
        }
        sleep(Duration::from_millis(100));
    }
    panic!("{}", service(demo));
}

#[test]
fn every_line_arrives_though_the_receiver_is_away_and_falls_over() {
    if !has_rsyslog() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut receiver = Receiver::new(folder.path());
    let data = folder.path().join("data");
    let to = receiver.address();
    let mut demo = Demo::start_told(&data, &["--audit-syslog", &to]);
    let pki = data.join("pki");
    let person = Person::invented(97);

    // nobody listens: requests are answered, and the lag is told
    {
        let scene = Scene::new(&demo);
        scene.open_to_the_doctor(&person);
        let said = until(&demo, |it| it["waiting"].as_u64() > Some(4) && it["awaySince"].is_string());
        assert_eq!((&said["audit"]["confirmed"], &said["audit"]["unreadable"]), (&0.into(), &0.into()));
        assert!(fs::read_to_string(&demo.log).unwrap().contains("lines wait for the audit repository"));

        receiver.start(&pki);
        receiver.has_all_of(&demo);
        let said = until(&demo, |it| it["confirmed"].as_u64() > Some(4));
        assert!(said["audit"]["awaySince"].is_null());

        // it falls over in mid-stream, three times
        for _ in 0..3 {
            std::thread::scope(|scope| {
                let asking = scope.spawn(|| {
                    for _ in 0..60 {
                        assert_eq!(scene.search(&person, "DocumentReference", &[]).status, 200);
                    }
                });
                while !asking.is_finished() {
                    let before = receiver.lines().len();
                    while !asking.is_finished() && receiver.lines().len() < before + 5 {
                        sleep(Duration::from_millis(10));
                    }
                    receiver.kill();
                    receiver.start(&pki);
                }
            });
            receiver.has_all_of(&demo);
        }
    }

    // what was told is not told again after a restart; what came meanwhile is
    let lines = demo.verified()["lines"].as_u64();
    until(&demo, |it| it["confirmed"].as_u64() >= lines);
    assert!(demo.terminate().is_some_and(|status| status.success()));
    let before = receiver.lines();
    drop(demo);
    let demo = Demo::start_told(&data, &["--audit-syslog", &to]);
    let scene = Scene::new(&demo);
    assert_eq!(scene.search(&person, "DocumentReference", &[]).status, 200);
    let after = receiver.has_all_of(&demo);
    assert_eq!(before.get(&0), after.get(&0));
    assert!(after.len() > before.len());

    for message in receiver.messages() {
        let document = xml::Document::parse(message.as_bytes(), &xml::Limits::default()).unwrap();
        assert_eq!(document.root().name().1, "AuditMessage");
        assert!(!message.contains(&person.ins().matricule().to_string()), "{message}");
    }
    let all = receiver.messages().join("\n");
    assert!(all.contains(r#"csd-code="search""#) && all.contains(&scene.doctor.text("id").to_owned()));
}

#[test]
fn a_receiver_whose_certificate_stands_under_another_root_gets_nothing() {
    if !has_rsyslog() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let stranger =
        server::demo::pki::Pki::open(&folder.path().join("other"), &[], &server::chance::SystemDice);
    stranger.unwrap();
    let mut receiver = Receiver::new(folder.path());
    receiver.start(&folder.path().join("other"));
    let demo = Demo::start_told(&folder.path().join("data"), &["--audit-syslog", &receiver.address()]);
    until(&demo, |it| it["awaySince"].is_string());
    assert_eq!(receiver.messages(), Vec::<String>::new());
}

//! Against aiosmtpd, in a folder of Python that `cargo xtask tools` fills; without it these tests say so and pass.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use model::Instant;
use record::upkeep::notices::{Channel, Message, PostError};
use server::post::SetupError;
use server::post::smtp::{Security, Smtp, SmtpSettings};

use crate::node::message;

pub struct Server {
    child: Child,
    folder: tempfile::TempDir,
    pub port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn python() -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../python/bin/python");
    let has = |it: &PathBuf| {
        Command::new(it).args(["-c", "import aiosmtpd"]).status().is_ok_and(|status| status.success())
    };
    let found = Some(python).filter(has);
    if found.is_none() {
        eprintln!("SKIPPED: no mail server to try; `cargo xtask tools` installs one");
    }
    found
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Server {
    /// With the files of a certificate and its key, STARTTLS is asked of everybody.
    pub fn start(port: u16, tls: Option<(&Path, &Path)>) -> Option<Self> {
        let python = python()?;
        let folder = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/post/smtpd.py");
        let (cert, key) = tls.unwrap_or((Path::new("-"), Path::new("-")));
        let mut child = Command::new(python)
            .arg(script)
            .arg(folder.path())
            .arg(port.to_string())
            .args([cert, key])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        assert_eq!(ready.trim(), "ready");
        Some(Self { child, folder, port })
    }

    pub fn mails(&self) -> Vec<String> {
        let mut files: Vec<_> = fs::read_dir(self.folder.path())
            .unwrap()
            .map(|it| it.unwrap().path())
            .filter(|it| it.extension().is_some_and(|it| it == "eml"))
            .collect();
        files.sort();
        files.iter().map(|it| fs::read_to_string(it).unwrap()).collect()
    }
}

fn now() -> Instant {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

fn email(id: &str, to: &str) -> Message {
    message(id, Channel::Email, to)
}

#[test]
fn a_mail_says_what_it_must_and_nothing_more() {
    let Some(server) = Server::start(free_port(), None) else { return };
    let smtp = Smtp::on_loopback(&format!("127.0.0.1:{}", server.port)).unwrap();
    smtp.send(&email("abc", "zelie@example.org"), now()).unwrap();
    smtp.send(&email("abc", "zelie@example.org"), now()).unwrap();
    let mails = server.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0], mails[1], "the same message twice, under one name");
    for line in [
        "X-Test-To: zelie@example.org",
        "Message-ID: <abc.email@carnet.example>",
        "Date: Mon, 23 Nov 2026 09:00:00 +0000",
        "To: zelie@example.org",
        "Auto-Submitted: auto-generated",
        "Content-Type: text/plain; charset=utf-8",
    ] {
        assert!(mails[0].lines().any(|it| it == line), "{line} in\n{}", mails[0]);
    }
    assert!(!mails[0].contains("LACOMBE") && !mails[0].contains("Fictive"));
}

/// Abuse I03.
#[test]
fn nothing_given_adds_a_header_or_a_receiver() {
    let Some(server) = Server::start(free_port(), None) else { return };
    let smtp = Smtp::on_loopback(&format!("127.0.0.1:{}", server.port)).unwrap();
    for to in
        ["a@example.org\r\nBcc: b@example.org", "a@example.org, b@example.org", "A <a@example.org>", "", "a"]
    {
        assert_eq!(smtp.send(&email("abc", to), now()), Err(PostError::Refused), "{to:?}");
    }
    let mut mail = email("abc", "a@example.org");
    mail.subject = "Dr A\r\nBcc: b@example.org\r\n\r\nun autre corps".into();
    mail.text = "corps\r\n.\r\nMAIL FROM:<x@example.org>\r\n".into();
    smtp.send(&mail, now()).unwrap();
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    assert!(
        mails[0].starts_with("X-Test-To: a@example.org\n")
            || mails[0].starts_with("X-Test-To: a@example.org\r\n")
    );
    let (head, _) =
        mails[0].replace("\r\n", "\n").split_once("\n\n").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    assert!(!head.lines().any(|it| it.starts_with("Bcc")), "{head}");
}

#[test]
fn put_off_refused_and_down_are_told_apart() {
    let port = free_port();
    let Some(server) = Server::start(port, None) else { return };
    let smtp = Smtp::on_loopback(&format!("127.0.0.1:{port}")).unwrap();
    fs::write(server.folder.path().join("later"), "").unwrap();
    assert_eq!(smtp.send(&email("a", "later@example.org"), now()), Err(PostError::Later));
    fs::remove_file(server.folder.path().join("later")).unwrap();
    assert_eq!(smtp.send(&email("a", "later@example.org"), now()), Ok(()));
    assert_eq!(smtp.send(&email("b", "never@example.org"), now()), Err(PostError::Refused));
    assert_eq!(server.mails().len(), 1);
    drop(server);
    assert_eq!(smtp.send(&email("c", "zelie@example.org"), now()), Err(PostError::Down));
    let server = Server::start(port, None).unwrap();
    assert_eq!(smtp.send(&email("c", "zelie@example.org"), now()), Ok(()));
    assert_eq!(server.mails().len(), 1);
}

#[test]
fn over_tls_to_who_is_vouched_for_alone() {
    let folder = tempfile::tempdir().unwrap();
    let made = |name: &str| {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let files = ["pem", "key"].map(|it| folder.path().join(format!("{name}.{it}")));
        fs::write(&files[0], made.cert.pem()).unwrap();
        fs::write(&files[1], made.signing_key.serialize_pem()).unwrap();
        files
    };
    let ([cert, key], [stranger, _]) = (made("server"), made("stranger"));
    let Some(server) = Server::start(free_port(), Some((&cert, &key))) else { return };
    let settings = SmtpSettings {
        host: "localhost".into(),
        port: server.port,
        security: Security::StartTls,
        ca: Some(cert),
        login: None,
        from: "carnet <ne-pas-repondre@carnet.example>".into(),
    };
    let send =
        |settings: &SmtpSettings| Smtp::new(settings).unwrap().send(&email("a", "z@example.org"), now());
    assert_eq!(send(&settings), Ok(()));
    assert!(server.mails()[0].contains("X-Test-Tls: yes"));
    assert_eq!(send(&SmtpSettings { ca: Some(stranger), ..settings.clone() }), Err(PostError::Down));
    // in clear this server refuses everybody: that is no refusal of the address
    let clear = SmtpSettings { security: Security::Loopback, ..settings.clone() };
    assert_eq!(send(&clear), Err(PostError::Down));
    let outside = SmtpSettings { host: "mail.example.org".into(), ..clear };
    assert!(matches!(Smtp::new(&outside), Err(SetupError::InClear)));
    assert_eq!(server.mails().len(), 1);
    // a server that offers no STARTTLS gets nothing
    let plain = Server::start(free_port(), None).unwrap();
    assert_eq!(send(&SmtpSettings { port: plain.port, ..settings }), Err(PostError::Down));
    assert!(plain.mails().is_empty());
}

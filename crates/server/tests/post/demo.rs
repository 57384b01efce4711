//! A running demo, a real mail server, a real gateway and a real folder: who is told, by which way.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::common::Demo;
use crate::common::bundle::{Person, without};
use crate::common::scene::Scene;
use crate::smtp::{Server, free_port};

struct Gateway {
    child: Child,
    folder: tempfile::TempDir,
    port: u16,
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Gateway {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/post/gateway.py");
        let mut child = Command::new("python3")
            .arg(script)
            .arg(folder.path())
            .arg(server::demo::post::SMS_TOKEN)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
        Self { child, folder, port: port.trim().parse().unwrap() }
    }

    fn taken(&self) -> Vec<Value> {
        let lines = fs::read_to_string(self.folder.path().join("taken")).unwrap_or_default();
        lines.lines().map(|it| serde_json::from_str(it).unwrap()).collect()
    }
}

/// Opens a record for somebody who is reached so.
fn open(scene: &Scene<'_>, number: u32, reached: Option<(&str, &str)>) {
    let mut asked = without(Person::invented(number).opening(), "email");
    if let Some((name, value)) = reached {
        asked["parameter"].as_array_mut().unwrap().push(json!({ "name": name, "valueString": value }));
    }
    scene.counter.post("/fhir/Patient/$open-record", &asked).must(201);
}

/// What comes within a minute.
fn within<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    for _ in 0..1200 {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("nothing came: {what}");
}

fn outbox(demo: &Demo) -> Vec<Value> {
    let url = demo.at("portal", "/demo/outbox");
    let all: Value = demo.client(None).get(&url).call().unwrap().body_mut().read_json().unwrap();
    all["messages"].as_array().unwrap().clone()
}

/// Folders and pages in them; what a printer sees.
fn printed(letters: &Path) -> Vec<Vec<String>> {
    let names = |path: &Path| -> Vec<String> {
        fs::read_dir(path).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect()
    };
    let closed = names(letters).into_iter().filter(|it| !it.starts_with('.'));
    closed.map(|it| names(&letters.join(it))).collect()
}

#[test]
fn each_is_told_by_the_way_they_have() {
    let Some(mail) = Server::start(free_port(), None) else { return };
    let gateway = Gateway::start();
    let folder = tempfile::tempdir().unwrap();
    let letters = folder.path().join("letters");
    let url = format!("http://127.0.0.1:{}/messages", gateway.port);
    let relay = format!("127.0.0.1:{}", mail.port);
    let ways = ["--smtp", &relay, "--sms-gateway", &url, "--letters", letters.to_str().unwrap()];
    let mut demo = Demo::start_told(&folder.path().join("data"), &ways);
    let scene = Scene::new(&demo);

    open(&scene, 71, Some(("email", "hermelinde@example.org")));
    let mails = within("a mail", || Some(mail.mails()).filter(|it| !it.is_empty()));
    assert!(mails[0].contains("To: hermelinde@example.org"), "{}", mails[0]);

    fs::write(gateway.folder.path().join("down"), "").unwrap();
    open(&scene, 72, Some(("phone", "+33639980001")));
    open(&scene, 73, None);
    let pages = || fs::read_dir(letters.join(".open")).unwrap().filter(is_page).count();
    within("a page", || (pages() == 1).then_some(()));
    let texts = || outbox(&demo).iter().filter(|it| it["channel"] == "sms").count();
    assert_eq!((gateway.taken(), texts()), (Vec::new(), 0), "down: it waits");
    fs::remove_file(gateway.folder.path().join("down")).unwrap();
    turn(&demo, "PT2H");
    let taken = within("a text message", || Some(gateway.taken()).filter(|it| !it.is_empty()));
    assert_eq!((taken.len(), &taken[0]["to"]), (1, &json!("+33639980001")));
    within("the same in the outbox", || (texts() == 1).then_some(()));

    // the number will never do: a letter
    open(&scene, 74, Some(("phone", "+33639980099")));
    within("two pages", || (pages() == 2).then_some(()));
    assert!(printed(&letters).is_empty(), "nothing is closed before its day is over");
    turn(&demo, "P1D");
    let closed = within("a closed folder", || printed(&letters).pop());
    assert_eq!(closed.iter().filter(|it| it.ends_with(".pdf")).count(), 2, "{closed:?}");
    assert!(closed.iter().any(|it| it == "list.txt"));

    // logins and passwords are shown, and lie nowhere
    let secret = |it: &Value| it["text"].as_str().unwrap().contains("Mot de passe temporaire");
    assert_eq!(outbox(&demo).iter().filter(|it| secret(it)).count(), 4);
    assert!(demo.terminate().unwrap().success());
}

fn is_page(entry: &std::io::Result<fs::DirEntry>) -> bool {
    let name = entry.as_ref().unwrap().file_name().into_string().unwrap();
    name.ends_with(".pdf")
}

fn turn(demo: &Demo, by: &str) {
    let clock = demo.at("portal", "/demo/clock");
    let turned = demo.client(None).post(&clock).send_json(json!({ "advance": by })).unwrap();
    assert_eq!(turned.status().as_u16(), 200);
}

/// Fictitious people get nothing elsewhere than on this machine, and what cannot work is told at once.
#[test]
fn ways_out_of_this_machine_are_refused() {
    for (way, to, says) in [
        ("--smtp", "mail.example.org:25", "TLS alone"),
        ("--smtp", "localhost", "a host and a port"),
        ("--sms-gateway", "https://sms.example.org/messages", "on this machine"),
        ("--letters", "/dev/null/letters", "folder of letters"),
    ] {
        let demo = Command::new(env!("CARGO_BIN_EXE_carnet"))
            .args(["demo", "--town", "0", "--port-base", &crate::common::free_ports().to_string(), way, to])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&demo.stderr);
        assert!(!demo.status.success() && said.contains(says), "{way} {to}: {said}");
    }
}

//! The desk of a small house: a queue, a folder of documents, and `carnet send` typed at it.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::client::Client;
use crate::common::{Actor, Demo};

const LETTER_ID: &str = "8B6D2C0E-5F1A-4C57-9E83-2D7A41C0B9F6";

pub struct Desk<'d> {
    pub demo: &'d Demo,
    pub house: Actor,
    pub folder: TempDir,
    pub queue: PathBuf,
    /// Where it sends: the feed door, or somebody in between.
    pub to: String,
}

pub struct Said {
    pub code: i32,
    pub text: String,
}

impl Said {
    #[track_caller]
    pub fn must(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}", self.text);
        self
    }

    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(self.text.contains(words), "not `{words}`: {}", self.text);
        self
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = [output.stdout, output.stderr].concat();
        Self { code: output.status.code().unwrap_or(-1), text: String::from_utf8(text).unwrap() }
    }
}

impl<'d> Desk<'d> {
    pub fn of(demo: &'d Demo) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let queue = folder.path().join("queue");
        let to = demo.at("feed", "");
        Self { demo, house: demo.actor("organisation"), folder, queue, to }
    }

    pub fn command(&self, verb: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_carnet"));
        command.arg(verb).arg("--queue").arg(&self.queue).args(["--to", &self.to]);
        command.arg("--cert").arg(&self.house.cert).arg("--key").arg(&self.house.key);
        command.arg("--ca").arg(self.demo.data.join(self.demo.file["ca"].as_str().unwrap()));
        command.stdin(Stdio::null());
        command
    }

    pub fn send(&self, files: &[&str]) -> Said {
        self.send_with(&[], files)
    }

    pub fn send_with(&self, options: &[&str], files: &[&str]) -> Said {
        let files = files.iter().map(|it| self.path(it));
        self.command("send").args(options).args(files).output().unwrap().into()
    }

    /// In the background, its output in a file.
    pub fn start(&self, verb: &str, arguments: &[&str]) -> (Child, PathBuf) {
        let log = self.path("log");
        let out = fs::OpenOptions::new().create(true).append(true).open(&log).unwrap();
        (self.command(verb).args(arguments).stdout(out).spawn().unwrap(), log)
    }

    pub fn list(&self) -> Vec<Value> {
        let said = self.send_with(&["--list", "--json"], &[]);
        serde_json::from_str(&said.text).unwrap_or_else(|_| panic!("no JSON: {}", said.text))
    }

    /// The state of what is in the queue, and how many have arrived.
    pub fn states(&self) -> (Vec<String>, usize) {
        let (arrived, waiting): (Vec<_>, Vec<_>) =
            self.list().into_iter().partition(|it| it["state"] == "acknowledged");
        (waiting.iter().map(|it| it["state"].as_str().unwrap().to_owned()).collect(), arrived.len())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    /// A text about Maëlys, and what is to be said of it but for what `change` changes.
    pub fn text(&self, name: &str, words: &str, change: impl FnOnce(&mut Value)) {
        self.write(&format!("{name}.txt"), words);
        self.sidecar(name, change);
    }

    pub fn sidecar(&self, name: &str, change: impl FnOnce(&mut Value)) {
        let example =
            Command::new(env!("CARGO_BIN_EXE_carnet")).args(["send", "--example"]).output().unwrap();
        let mut sidecar = serde_json::from_slice(&example.stdout).unwrap();
        change(&mut sidecar);
        self.write(&format!("{name}.json"), sidecar.to_string());
    }
}

/// The letter of the tour under an id of its own.
pub fn letter(id: u32) -> String {
    sample("letter.xml").replace(LETTER_ID, &format!("8B6D2C0E-5F1A-4C57-9E83-{id:012}"))
}

pub fn sample(name: &str) -> String {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/samples");
    fs::read_to_string(samples.join(name)).unwrap()
}

/// Maëlys's record is opened, and a doctor may read it.
pub fn open(demo: &Demo) -> Client<'_> {
    let post = |client: &Client<'_>, operation: &str, name: &str, status| {
        let body: Value = serde_json::from_str(&sample(name)).unwrap();
        client.post(&format!("/fhir/Patient/{operation}"), &body).must(status);
    };
    let agent = Client::new(demo, "care", Some(&demo.actor("agent")));
    post(&agent, "$open-record", "opening.json", 201);
    let doctor = Client::new(demo, "care", Some(&demo.of_role("10")));
    post(&doctor, "$authorise", "authorise.json", 200);
    doctor
}

/// What the doctor finds of Maëlys, replaced documents too.
pub fn found(doctor: &Client<'_>) -> Vec<Value> {
    let token = "urn:oid:1.2.250.1.213.1.4.10|292099741190849";
    let pairs = [("patient.identifier", token), ("_count", "500"), ("status", "current,superseded")];
    doctor.form("/fhir/DocumentReference/_search", &pairs).must(200).resources()
}

pub fn titles(doctor: &Client<'_>) -> Vec<String> {
    let mut titles: Vec<_> = found(doctor)
        .iter()
        .map(|it| it["content"][0]["attachment"]["title"].as_str().unwrap().to_owned())
        .collect();
    titles.sort();
    titles
}

/// Every file under a folder with its permissions.
pub fn files(folder: &Path) -> Vec<(PathBuf, u32)> {
    let mut all = Vec::new();
    for it in fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()) {
        let mode = fs::metadata(&it).unwrap().permissions().mode() & 0o777;
        if it.is_dir() {
            all.extend(files(&it));
        }
        all.push((it, mode));
    }
    all
}

pub fn titled(title: &str) -> impl FnOnce(&mut Value) + use<> {
    let title = title.to_owned();
    move |it| it["title"] = json!(title)
}

//! The documents written here, held to the schematrons of the CI-SIS: the minimal structure of a French document, and
//! what its sections and entries must be. Saxon runs them, once `schematron.py` has made stylesheets of them. Without
//! the reference, Saxon or lxml (`cargo xtask tools` installs both) it says so and does nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use model::Instant;
use rehearsal::{Example, Town, WishedRecord, cast, examples, people};

const SCHEMATRONS: &str = "../../../shared/reference/cda-validation/schematrons/profils";
const SAXON: &str = "/usr/share/java/Saxon-HE.jar";
/// Set by `cargo xtask test`: what is missing is a failure.
const DEMANDED: &str = "CARNET_BROWSER_DEMANDED";

struct Tools {
    python: PathBuf,
    schematrons: PathBuf,
    work: tempfile::TempDir,
}

impl Tools {
    fn find() -> Option<Self> {
        let schematrons = Path::new(env!("CARGO_MANIFEST_DIR")).join(SCHEMATRONS);
        if !schematrons.is_dir() {
            eprintln!("SKIPPED: ../shared is absent, and the schematrons with it");
            return None;
        }
        let python = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../python/bin/python");
        let runs = |command: &mut Command| {
            command.output().is_ok_and(|it| it.status.success() || it.status.code() == Some(2))
        };
        let here = runs(Command::new(&python).args(["-c", "import lxml"]))
            && runs(Command::new("java").args(["-jar", SAXON, "-?"]));
        if !here {
            assert!(std::env::var_os(DEMANDED).is_none(), "Saxon or lxml is missing");
            eprintln!("SKIPPED: no Saxon or no lxml; `cargo xtask tools` installs them");
            return None;
        }
        Some(Self { python, schematrons, work: tempfile::tempdir().unwrap() })
    }

    fn stylesheet(&self, schematron: &str) -> PathBuf {
        let sheet = self.work.path().join("sheet.xsl");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schematron/schematron.py");
        let mut make = Command::new(&self.python);
        let made = make.arg(script).arg(self.schematrons.join(schematron)).arg(&sheet).output().unwrap();
        let said = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "{said}");
        // includes and value sets that the reference was copied without
        eprint!("{said}");
        sheet
    }

    /// What each document of a folder breaks: its name, and the words.
    fn faults(&self, schematron: &str, documents: &Path) -> Vec<(String, String)> {
        let (sheet, out) = (self.stylesheet(schematron), self.work.path().join("out"));
        let _ = fs::remove_dir_all(&out);
        fs::create_dir(&out).unwrap();
        let given = |name: &str, path: &Path| format!("-{name}:{}", path.display());
        let ran = Command::new("java")
            .args(["-jar", SAXON, &given("s", documents), &given("xsl", &sheet), &given("o", &out)])
            .output()
            .unwrap();
        assert!(ran.status.success(), "{schematron}: {}", String::from_utf8_lossy(&ran.stderr));
        let mut faults = Vec::new();
        assert_eq!(names(&out), names(documents), "each was looked at");
        for name in names(documents) {
            let text = fs::read_to_string(out.join(&name)).unwrap();
            for fault in text.split("<fault ").skip(1) {
                let (head, words) = fault.split_once('>').unwrap();
                // as its authors say: what should be, and what is only said
                if head.contains("role=\"warning\"") || head.contains("role=\"info\"") {
                    continue;
                }
                let words = words.split("</fault>").next().unwrap_or_default();
                faults.push((name.clone(), words.split_whitespace().collect::<Vec<_>>().join(" ")));
            }
        }
        faults
    }
}

fn names(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect()
}

fn now() -> Instant {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

/// The elements a document is made of.
fn shape(document: &Example) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(&document.bytes);
    let names = text.split('<').skip(1).filter_map(|it| it.split([' ', '>', '/']).next());
    names.filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

/// The demo's examples, and of the town one document of each shape.
fn written() -> Vec<Example> {
    let people = people();
    let patient = people.iter().find(|it| it.record == WishedRecord::Open).unwrap();
    let mut all = examples(&cast(), patient, 1, now());
    let mut seen = BTreeSet::new();
    for document in Town::new(1, 60, now()).documents() {
        let it = document.example;
        if it.media_type == "text/xml" && seen.insert(shape(&it)) {
            all.push(it);
        }
    }
    all.retain(|it| it.media_type == "text/xml");
    all
}

#[test]
fn what_is_written_follows_the_schematrons() {
    let Some(tools) = Tools::find() else { return };
    let documents = tempfile::tempdir().unwrap();
    let written = written();
    assert!(written.len() > 6, "{}", written.len());
    for (number, it) in written.iter().enumerate() {
        fs::write(documents.path().join(format!("{number:02}-{}.xml", it.kind.code)), &it.bytes).unwrap();
    }
    let spoilt = tempfile::tempdir().unwrap();
    let text = String::from_utf8(written.first().unwrap().bytes.clone()).unwrap();
    let without = text.replace("<languageCode code=\"fr-FR\"/>", "");
    assert_ne!(without, text);
    fs::write(spoilt.path().join("spoilt.xml"), without).unwrap();
    let mut faults = Vec::new();
    for schematron in [
        "structurationMinimale/ASIP-STRUCT-MIN-StrucMin.sch",
        "CI-SIS_ModelesDeContenusCDA.sch",
        "CI-SIS_Modeles_ANS.sch",
        "IHE.sch",
    ] {
        let found = tools.faults(schematron, documents.path());
        faults.extend(found.into_iter().map(|(name, words)| format!("{schematron}, {name}: {words}")));
        // a judge that never says no is none
        if schematron.starts_with("structuration") {
            assert!(!tools.faults(schematron, spoilt.path()).is_empty(), "nobody misses the language");
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

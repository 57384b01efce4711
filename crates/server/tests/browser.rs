//! The portal as people see it: the system's Chromium walks the journeys of `browser/*.mjs`, on a phone and on a
//! desk, with scripts and without. Every state is measured and held to the rules of accessibility, and leaves its
//! picture in `target/gallery/`. Without Node, Chromium and what `cargo xtask tools` puts beside them, it says so
//! and does nothing; `cargo xtask test` demands them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use common::Demo;
use common::bundle::Person;
use common::soap::{Card, assertion, claims};
use jiff::SignedDuration;
use serde_json::Value;

/// Set by `cargo xtask test`: what is missing is a failure.
const DEMANDED: &str = "CARNET_BROWSER_DEMANDED";
const PHONE: u32 = 390;
const DESK: u32 = 1280;
/// People of the town, where a professional looks after several: few, so that the demo is ready soon.
const TOWN: u32 = 12;

#[test]
fn a_holder_on_a_phone() {
    walk("holder", PHONE, true);
}

#[test]
fn a_holder_on_a_phone_without_scripts() {
    walk("holder", PHONE, false);
}

#[test]
fn a_holder_on_a_desk() {
    walk("holder", DESK, true);
}

#[test]
fn a_holder_on_a_desk_without_scripts() {
    walk("holder", DESK, false);
}

#[test]
fn a_holder_settling_on_a_phone() {
    walk("rights", PHONE, true);
}

#[test]
fn a_holder_settling_on_a_phone_without_scripts() {
    walk("rights", PHONE, false);
}

#[test]
fn a_holder_settling_on_a_desk() {
    walk("rights", DESK, true);
}

#[test]
fn a_holder_settling_on_a_desk_without_scripts() {
    walk("rights", DESK, false);
}

#[test]
fn a_professional_on_a_phone() {
    walk("professional", PHONE, true);
}

#[test]
fn a_professional_on_a_phone_without_scripts() {
    walk("professional", PHONE, false);
}

#[test]
fn a_professional_on_a_desk() {
    walk("professional", DESK, true);
}

#[test]
fn a_professional_on_a_desk_without_scripts() {
    walk("professional", DESK, false);
}

#[test]
fn the_counter_on_a_phone() {
    walk("counter", PHONE, true);
}

#[test]
fn the_counter_on_a_phone_without_scripts() {
    walk("counter", PHONE, false);
}

#[test]
fn the_counter_on_a_desk() {
    walk("counter", DESK, true);
}

#[test]
fn the_counter_on_a_desk_without_scripts() {
    walk("counter", DESK, false);
}

/// A walk fails when a page that is its own was not seen; here, that every page is somebody's.
#[test]
fn every_page_belongs_to_a_journey() {
    let pages: Value = serde_json::from_slice(&fs::read(scripts().join("pages.json")).unwrap()).unwrap();
    let walked: BTreeSet<String> = pages.as_object().unwrap().keys().cloned().collect();
    let mut templates = BTreeSet::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    for folder in
        [root.clone(), root.join("pro"), root.join("counter"), root.join("demo"), root.join("steering")]
    {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let Ok(text) = fs::read_to_string(&path) else { continue };
            let name = path.strip_prefix(&root).unwrap().with_extension("");
            let name = name.to_str().unwrap().to_owned();
            // a layout is no page: others extend it
            if text.starts_with("{% extends") && !name.ends_with("layout") {
                let says = format!("{{% block page %}}{name}{{% endblock %}}");
                assert!(text.contains(&says), "{name}.html must say {says} in its first line");
                templates.insert(name);
            }
        }
    }
    assert_eq!(templates, walked, "templates on the left, browser/pages.json on the right");
}

/// The lock file says what, never from where.
#[test]
fn no_address_is_locked() {
    let lock = fs::read_to_string(scripts().join("package-lock.json")).unwrap();
    assert!(lock.contains("\"integrity\"") && !lock.contains("\"resolved\"") && !lock.contains("://"));
}

fn walk(journey: &str, width: u32, with_scripts: bool) {
    let found = Tools::find();
    let tools = match found {
        Ok(tools) => tools,
        Err(missing) => {
            assert!(std::env::var_os(DEMANDED).is_none(), "{missing}");
            // past what the test runner keeps to itself
            let mut shown = std::io::stderr();
            let _ = writeln!(shown, "\nSKIPPED: the pages were not walked in a browser: {missing}\n");
            return;
        }
    };
    let demo = if journey == "professional" { Demo::start_with_town(TOWN) } else { Demo::start() };
    if journey == "professional" {
        openings(&demo);
    }
    let walked = Command::new("node")
        .arg(scripts().join("run.mjs"))
        .arg(journey)
        .arg(demo.data.join("demo.json"))
        .arg(&tools.modules)
        .arg(target().join("gallery"))
        .arg(&tools.chromium)
        .arg(width.to_string())
        .arg(if with_scripts { "on" } else { "off" })
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (said, complained) =
        (String::from_utf8_lossy(&walked.stdout), String::from_utf8_lossy(&walked.stderr));
    assert!(walked.status.success(), "{}\n{said}{complained}", walked.status);
    println!("{said}");
}

/// What practice software posts to open the portal: a walk cannot sign.
fn openings(demo: &Demo) {
    let (doctor, patient) = (demo.of_role("10"), Person::known(&demo.patient("open")));
    let card = Card::of(&doctor);
    for turn in 1..=2 {
        let mut claims = claims(&doctor, &patient);
        claims.not_on_or_after = claims.issued.plus(SignedDuration::from_mins(55));
        let posted = BASE64_STANDARD.encode(assertion(&claims, &card));
        fs::write(demo.data.join(format!("opening-{turn}.b64")), posted).unwrap();
    }
}

struct Tools {
    chromium: PathBuf,
    /// Where the packages of the lock file are.
    modules: PathBuf,
}

impl Tools {
    /// All of them, or what is missing and what to do about it.
    fn find() -> Result<Self, String> {
        let how = "`cargo xtask tools` installs it (Debian: chromium chromium-l10n nodejs npm)";
        let missing = |what: &str| format!("{what} is missing; {how}");
        on_path("node").ok_or_else(|| missing("node"))?;
        let chromium = ["chromium", "chromium-browser"].into_iter().find_map(on_path);
        let modules = target().join("browser");
        let locked = fs::read(scripts().join("package-lock.json")).unwrap();
        let there = modules.join("node_modules/playwright-core").is_dir()
            && modules.join("node_modules/axe-core").is_dir()
            && fs::read(modules.join("package-lock.json")).is_ok_and(|it| it == locked);
        if !there {
            return Err(missing("what crates/server/tests/browser/package-lock.json names"));
        }
        Ok(Self { chromium: chromium.ok_or_else(|| missing("chromium"))?, modules })
    }
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser")
}

/// Where cargo builds, wherever that is.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().to_owned()
}

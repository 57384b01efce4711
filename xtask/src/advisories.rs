//! Known faults and abandoned crates, held against the lock file.
//!
//! The RustSec database is not part of the repository, so what is known is a table here, written on
//! 21 November 2026 from the database as it stood on 21 August 2026. With `cargo audit` installed and
//! `CARNET_ADVISORY_DB` naming a copy of the database, that is asked as well.

use std::collections::BTreeSet;
use std::path::Path;

use crate::run::{self, Checked};

enum Rule {
    /// Older versions carry the fault, direct or transitive.
    AtLeast(&'static str),
    /// No version will do, direct or transitive.
    Banned,
}
use Rule::{AtLeast, Banned};

const TABLE: &[(&str, Rule, &str)] = &[
    ("backoff", Banned, "unmaintained"),
    ("bincode", Banned, "unmaintained"),
    ("diesel", AtLeast("2.3.10"), "six advisories of 2026"),
    ("fhirbolt", Banned, "unmaintained since 2023"),
    ("genpdf", Banned, "unmaintained since 2021"),
    ("helios-fhir", Banned, "pins serde to one version, nothing newer resolves beside it"),
    ("instant", Banned, "unmaintained"),
    ("lopdf", AtLeast("0.42.0"), "RUSTSEC-2026-0187"),
    ("number_prefix", Banned, "unmaintained"),
    ("paste", Banned, "unmaintained"),
    ("pkcs11", Banned, "unsound and unmaintained; cryptoki replaces it"),
    ("proc-macro-error", Banned, "unmaintained"),
    ("quick-xml", AtLeast("0.41.0"), "RUSTSEC-2026-0194 and 0195, denial of service"),
    ("rinja", Banned, "renamed back to askama"),
    ("rsa", Banned, "RUSTSEC-2023-0071, private keys leak by timing; no fixed version"),
    ("rustls-pemfile", Banned, "unmaintained; rustls-pki-types reads PEM"),
    ("sled", Banned, "no release since 2021"),
    ("tokio-postgres", AtLeast("0.7.18"), "RUSTSEC-2026-0178"),
];

/// (crate, why it is borne although banned): for one that another dependency brings along and that cannot hurt us.
/// One that is no longer in the lock file is a fault.
const TOLERATED: &[(&str, &str)] = &[];

pub fn advisories() -> Checked {
    let lock = run::root().join("Cargo.lock");
    let lock = std::fs::read_to_string(&lock).map_err(|error| format!("Cargo.lock: {error}"))?;
    let locked = locked(&lock);
    if locked.is_empty() {
        return Err("Cargo.lock names no package".to_owned());
    }
    let mut faults = faults(&locked, TOLERATED);
    println!("{} packages of Cargo.lock held against {} rules of our own table", locked.len(), TABLE.len());
    for (name, why) in TOLERATED {
        println!("borne: {name}, {why}");
    }
    faults.extend(database().err());
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

/// The RustSec database itself, when both the tool and a copy are at hand; says which is not.
fn database() -> Checked {
    let database = std::env::var("CARNET_ADVISORY_DB").ok().filter(|folder| Path::new(folder).is_dir());
    let audit = run::read(run::cargo(&["audit", "--version"])).is_ok();
    match (audit, database) {
        (true, Some(folder)) => {
            println!("and against the RustSec database, as fresh as the copy is");
            run::show(run::cargo(&["audit", "--no-fetch", "--stale", "--db", &folder]))
        }
        (audit, database) => {
            let tool = if audit { "" } else { " cargo-audit is not installed;" };
            let copy = if database.is_some() { "" } else { " CARNET_ADVISORY_DB names no folder;" };
            println!("NOT covered:{tool}{copy} so advisories outside the table were not looked for");
            Ok(())
        }
    }
}

/// The (name, version) pairs of a lock file.
fn locked(lock: &str) -> BTreeSet<(&str, &str)> {
    let mut name = None;
    let mut locked = BTreeSet::new();
    for line in lock.lines() {
        if let Some(quoted) = line.strip_prefix("name = ") {
            name = Some(quoted.trim_matches('"'));
        } else if let (Some(quoted), Some(name)) = (line.strip_prefix("version = "), name.take()) {
            locked.insert((name, quoted.trim_matches('"')));
        }
    }
    locked
}

fn faults(locked: &BTreeSet<(&str, &str)>, tolerated: &[(&str, &str)]) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, rule, why) in TABLE {
        for (_, version) in locked.iter().filter(|(locked, _)| locked == name) {
            let fault = match rule {
                Banned if tolerated.iter().any(|(borne, _)| borne == name) => None,
                Banned => Some("is banned".to_owned()),
                AtLeast(least) if at_least(version, least) => None,
                AtLeast(least) => Some(format!("must be at least {least}")),
            };
            faults.extend(fault.map(|fault| format!("{name} {version} {fault}: {why}")));
        }
    }
    for (name, _) in tolerated {
        if !locked.iter().any(|(locked, _)| locked == name) {
            faults.push(format!("{name} is borne but no longer there: remove it from the table"));
        }
    }
    faults
}

/// Whether `version` is `least` or newer. A pre-release of `least` is older than it; what cannot be read is not.
fn at_least(version: &str, least: &str) -> bool {
    let (Some((version, early)), Some((least, _))) = (numbers(version), numbers(least)) else { return false };
    version > least || (version == least && !early)
}

/// Major, minor, patch, and whether it is a pre-release.
fn numbers(version: &str) -> Option<([u64; 3], bool)> {
    let version = version.split('+').next()?;
    let (release, early) = version.split_once('-').map_or((version, false), |(release, _)| (release, true));
    let mut parts = release.split('.').map(str::parse::<u64>);
    let numbers = [parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?];
    parts.next().is_none().then_some((numbers, early))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        for (version, expected) in [
            ("0.41.0", true),
            ("0.41.0+build.7", true),
            ("0.100.0", true),
            ("1.0.0", true),
            ("0.41.1-rc.1", true),
            ("0.41.0-rc.1", false),
            ("0.40.9", false),
            ("0.9.0", false),
            ("0.41", false),
            ("nonsense", false),
        ] {
            assert_eq!(at_least(version, "0.41.0"), expected, "{version}");
        }
    }

    #[test]
    fn every_copy_in_the_lock_file_is_judged() {
        let lock = "version = 4\n\n[[package]]\nname = \"quick-xml\"\nversion = \"0.40.0\"\n\n\
                    [[package]]\nname = \"quick-xml\"\nversion = \"0.42.0\"\n\n\
                    [[package]]\nname = \"rsa\"\nversion = \"0.9.0\"\ndependencies = [\n \"paste\",\n]\n";
        let locked = locked(lock);
        assert_eq!(locked.len(), 3);
        let found = faults(&locked, &[]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().any(|fault| fault.starts_with("quick-xml 0.40.0 must")));
        assert!(found.iter().any(|fault| fault.starts_with("rsa 0.9.0 is banned")));
        assert_eq!(faults(&locked, &[("rsa", "a reason")]).len(), 1);
        assert_eq!(faults(&locked, &[("rsa", "a reason"), ("sled", "gone")]).len(), 2);
    }

    #[test]
    fn the_table_itself_can_be_read() {
        for (name, rule, why) in TABLE {
            assert!(!why.is_empty(), "{name}");
            if let AtLeast(least) = rule {
                assert!(numbers(least).is_some(), "{name}");
            }
        }
    }
}

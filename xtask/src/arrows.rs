//! Which room may know which, and which touch the world outside: the manifests and the sources of the pure rooms
//! held to one table. Why: docs/adr/0001-rooms-and-arrows.md.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::code;
use crate::metadata::{self, Package};
use crate::run::{self, Checked};

/// Each room and the rooms it may know. `ihe` and `record` meet only in `server`.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("xml", &[]),
    ("policy", &["model"]),
    ("vault", &["model"]),
    ("journal", &["model"]),
    ("store", &["model"]),
    ("ihe", &["model", "xml"]),
    ("clinical", &["model", "xml"]),
    ("paper", &["model"]),
    ("record", &["model", "xml", "policy", "vault", "journal", "store", "clinical", "paper"]),
    ("rehearsal", &["model", "xml"]),
    (
        "server",
        &[
            "model",
            "xml",
            "policy",
            "vault",
            "journal",
            "store",
            "ihe",
            "clinical",
            "paper",
            "record",
            "rehearsal",
        ],
    ),
    ("xtask", &[]),
];

/// Rooms without I/O, clock or chance: they cannot fail for an outside reason, so they are tested by the million.
const PURE: &[&str] = &["model", "xml", "policy", "journal", "ihe", "clinical"];

/// Doors to the outside and the rooms that may hold them. Not among the pure ones, whoever else does.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("axum", &["server"]),
    ("axum-server", &["server"]),
    ("clap", &["server"]),
    ("http-body-util", &["server"]),
    ("hyper", &["server"]),
    ("hyper-util", &["server"]),
    ("lettre", &["server"]),
    ("rcgen", &["server"]),
    ("reqwest", &["server"]),
    ("rustls", &["server"]),
    ("rusqlite", &["store"]),
    ("tempfile", &["server"]),
    ("tokio", &["server"]),
    ("tokio-rustls", &["server"]),
    ("tower-service", &["server"]),
    ("tracing-subscriber", &["server"]),
    ("ureq", &["server"]),
];

/// What the sources of a pure room may not name. Reading and writing what is handed in (`std::io`) is not I/O.
const NOT_IN_PURE: &[&str] = &[
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "aws_lc_rs::rand",
];

pub fn arrows() -> Checked {
    let members = metadata::members()?;
    let mut faults = faults(&members);
    let mut scanned = 0;
    for member in members.iter().filter(|member| PURE.contains(&member.name.as_str())) {
        let source = Path::new(&member.manifest).with_file_name("src");
        let files = rust_files(&source)?;
        scanned += files.len();
        faults.extend(impure(&files));
    }
    if faults.is_empty() {
        println!("{} rooms, every arrow in the table; {scanned} files of the pure rooms", members.len());
        Ok(())
    } else {
        Err(faults.join("\n"))
    }
}

/// What is wrong in the manifests. Dependencies of tests are free, but for circles.
fn faults(members: &[Package]) -> Vec<String> {
    let mut faults = Vec::new();
    for (room, _) in ARROWS {
        if !members.iter().any(|member| member.name == *room) {
            faults.push(format!("`{room}` has a row in the table but no crate"));
        }
    }
    for member in members {
        let room = member.name.as_str();
        let Some((_, may_know)) = ARROWS.iter().find(|(named, _)| *named == room) else {
            faults.push(format!("`{room}` has no row in the table of rooms: who reads it?"));
            continue;
        };
        for dependency in member.dependencies.iter().filter(|dependency| !dependency.dev) {
            let other = dependency.name.as_str();
            if dependency.ours {
                if !may_know.contains(&other) {
                    faults.push(format!("`{room}` may not know `{other}`"));
                }
            } else if let Some((_, holders)) = OUTSIDE.iter().find(|(named, _)| *named == other)
                && !holders.contains(&room)
            {
                faults.push(format!("`{room}` may not depend on {other}: only {} may", holders.join(", ")));
            }
        }
    }
    faults.extend(circle(members));
    faults
}

/// A circle among our crates, tests included: cargo lets a dependency of tests close one.
fn circle(members: &[Package]) -> Option<String> {
    let mut knows: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for member in members {
        let ours = member.dependencies.iter().filter(|dependency| dependency.ours);
        knows.insert(&member.name, ours.map(|dependency| dependency.name.as_str()).collect());
    }
    // Takes away, again and again, the rooms that know nobody left: what cannot be taken goes round.
    loop {
        let done: Vec<&str> =
            knows.iter().filter(|(_, known)| known.is_empty()).map(|(room, _)| *room).collect();
        if done.is_empty() {
            break;
        }
        for room in done {
            knows.remove(room);
            knows.values_mut().for_each(|known| {
                known.remove(room);
            });
        }
    }
    let left: Vec<&str> = knows.into_keys().collect();
    (!left.is_empty()).then(|| format!("these go round in a circle (or lead into one): {}", left.join(", ")))
}

/// What pure sources name that reaches outside. Items under `#[cfg(test)]`, and files that only such an item
/// declares, are left out: tests read fixtures.
fn impure(files: &[(PathBuf, String)]) -> Vec<String> {
    let kept: Vec<_> = files.iter().map(|(path, text)| (path, code::outside_tests(text))).collect();
    let only_tests: Vec<PathBuf> = kept.iter().flat_map(|(path, kept)| kept.test_files(path)).collect();
    let mut faults = Vec::new();
    for (path, kept) in &kept {
        if only_tests.iter().any(|test| path.starts_with(test) || **path == test.with_extension("rs")) {
            continue;
        }
        for (line, named) in kept.names(NOT_IN_PURE) {
            let shown = path.strip_prefix(run::root()).unwrap_or(path).display();
            faults.push(format!("{shown}:{line}: `{named}` in a room without I/O, clock or chance"));
        }
    }
    faults
}

fn rust_files(folder: &Path) -> Result<Vec<(PathBuf, String)>, String> {
    let mut found = Vec::new();
    let shown = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(shown)? {
        let path = entry.map_err(shown)?.path();
        if path.is_dir() {
            found.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).map_err(shown)?;
            found.push((path, text));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Dependency;

    #[test]
    fn the_workspace_keeps_to_the_table() {
        assert_eq!(arrows(), Ok(()));
    }

    fn workspace() -> Vec<Package> {
        let room = |(name, knows): &(&str, &[&str])| Package {
            name: (*name).to_owned(),
            version: String::new(),
            licence: None,
            source: None,
            manifest: String::new(),
            dependencies: knows.iter().map(|other| dependency(other, true, false)).collect(),
        };
        ARROWS.iter().map(room).collect()
    }

    fn dependency(name: &str, ours: bool, dev: bool) -> Dependency {
        Dependency { name: name.to_owned(), ours, dev }
    }

    fn with(room: &str, dependency: Dependency) -> Vec<String> {
        let mut members = workspace();
        members.iter_mut().filter(|member| member.name == room).for_each(|member| {
            member.dependencies.push(Dependency { name: dependency.name.clone(), ..dependency });
        });
        faults(&members)
    }

    #[test]
    fn siblings_never_meet_and_nobody_looks_up() {
        assert_eq!(faults(&workspace()), Vec::<String>::new());
        let siblings = ["policy", "vault", "journal", "store", "clinical"];
        for one in siblings {
            for other in siblings.into_iter().filter(|other| *other != one) {
                assert_eq!(with(one, dependency(other, true, false)).len(), 1, "{one} to {other}");
                assert_eq!(with(one, dependency(other, true, true)).len(), 0, "{one} to {other}, in tests");
            }
        }
        assert!(!with("record", dependency("ihe", true, false)).is_empty());
        assert!(!with("ihe", dependency("record", true, false)).is_empty());
        assert!(!with("model", dependency("server", true, false)).is_empty());
        let around = with("model", dependency("record", true, true)).join("\n");
        assert!(around.contains("circle"), "{around}");
    }

    #[test]
    fn the_table_itself_has_siblings_apart() {
        let siblings = ["policy", "vault", "journal", "store", "clinical"];
        for (room, may_know) in ARROWS {
            let meets = |other: &&str| siblings.contains(other);
            assert!(!siblings.contains(room) || !may_know.iter().any(meets), "{room}");
            let both = may_know.contains(&"ihe") && may_know.contains(&"record");
            assert!(!both || *room == "server", "{room}");
        }
        for (outside, holders) in OUTSIDE {
            assert!(!holders.iter().any(|holder| PURE.contains(holder)), "{outside}");
        }
    }

    #[test]
    fn doors_to_the_outside_have_one_holder() {
        for (outside, room) in [("rusqlite", "record"), ("tokio", "store"), ("axum", "ihe"), ("ureq", "xml")]
        {
            assert_eq!(with(room, dependency(outside, false, false)).len(), 1, "{room} to {outside}");
        }
        assert_eq!(with("store", dependency("rusqlite", false, false)).len(), 0);
        assert_eq!(with("server", dependency("tokio", false, false)).len(), 0);
        assert_eq!(with("record", dependency("tempfile", false, true)).len(), 0);
    }

    #[test]
    fn a_room_without_a_row_and_a_row_without_a_room_are_seen() {
        let mut members = workspace();
        members.iter_mut().filter(|member| member.name == "paper").for_each(|member| {
            member.name = "papers".to_owned();
            member.dependencies.clear();
        });
        let found = faults(&members).join("\n");
        assert!(found.contains("`paper` has a row") && found.contains("`papers` has no row"), "{found}");
    }

    #[test]
    fn impurity_is_found_in_code_and_not_in_tests() {
        let file = |path: &str, text: &str| (PathBuf::from(path), text.to_owned());
        let files = [
            file("src/lib.rs", "mod a;\n#[cfg(test)]\nmod samples;\n"),
            file("src/a.rs", "use std::{collections::BTreeMap, fs::{self, File}};\n"),
            file("src/samples.rs", "use std::fs;\n"),
            file("src/b.rs", "// std::fs\n#[cfg(test)]\nmod tests { use std::fs; }\n"),
            file("src/c.rs", "fn f() { let _ = std :: time :: SystemTime :: now(); }\n"),
        ];
        let found = impure(&files);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().any(|fault| fault.starts_with("src/a.rs:1: `std::fs`")), "{found:?}");
        assert!(found.iter().any(|fault| fault.starts_with("src/c.rs:1: `SystemTime::now`")), "{found:?}");
    }
}

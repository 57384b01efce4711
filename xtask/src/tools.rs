//! What the tests need on the machine, installed from Debian's packages when it is missing and it can be.

use std::path::Path;

use crate::run::Checked;
use crate::{browser, run};

struct Need {
    name: &'static str,
    there: fn(&str) -> bool,
    /// What Debian calls it.
    packages: &'static str,
    /// What needs it.
    what_for: &'static str,
}

const fn program(name: &'static str, packages: &'static str, what_for: &'static str) -> Need {
    Need { name, there: on_path, packages, what_for }
}

const NEEDS: &[Need] = &[
    program("cc", "gcc libc6-dev", "builds the cryptography and SQLite"),
    program("curl", "curl", "the README's tour"),
    program("jq", "jq", "the README's tour"),
    program("python3", "python3 python3-venv", "the mail server of the tests"),
    program("openssl", "openssl", "an outside eye on certificates"),
    program("xmlsec1", "xmlsec1", "another opinion on signatures"),
    program("javac", "default-jdk-headless", "a vendor's client in Java"),
    program("wsimport", "jaxws", "a vendor's client in Java"),
    Need {
        name: "Saxon-HE",
        there: |_| Path::new("/usr/share/java/Saxon-HE.jar").is_file(),
        packages: "libsaxonhe-java",
        what_for: "the schematrons of the French documents",
    },
    program("chromium", "chromium", "the pages, seen in a browser"),
    Need {
        name: "chromium's own words in French",
        there: |_| speaks_french(Path::new("/usr/lib/chromium")),
        packages: "chromium-l10n",
        what_for: "a file's button and a date's parts, as they are measured",
    },
    Need {
        name: "rsyslog with TLS",
        there: |_| receives_syslog(Path::new("/usr/sbin/rsyslogd"), Path::new("/usr/lib")),
        packages: "rsyslog rsyslog-gnutls",
        what_for: "an audit repository",
    },
    program("fc-match", "fontconfig fonts-dejavu-core", "letters for the browser"),
    program("node", "nodejs", "drives the browser"),
    program("npm", "npm", "fetches what drives the browser"),
];

/// Debian ships Chromium's languages apart; where its folder is not, they came with the program.
fn speaks_french(debian_s: &Path) -> bool {
    !debian_s.is_dir() || debian_s.join("locales/fr.pak").is_file()
}

/// The daemon, and what it speaks TLS with, in the folder of whatever machine this is.
fn receives_syslog(daemon: &Path, libraries: &Path) -> bool {
    let folders = std::fs::read_dir(libraries).into_iter().flatten().flatten();
    let mut drivers = folders.map(|it| it.path().join("rsyslog/lmnsd_gtls.so"));
    is_program(daemon) && drivers.any(|it| it.is_file())
}

pub fn tools() -> Checked {
    // the browser first: only then can its languages be missing
    for _ in 0..2 {
        let missing = missing();
        for need in &missing {
            println!("{} is missing: {}", need.name, need.what_for);
        }
        if missing.is_empty() {
            break;
        }
        let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages.split(' ')).collect();
        install(&packages)?;
    }
    if let Some(need) = missing().first() {
        return Err(format!("{} is still not there although {} was installed", need.name, need.packages));
    }
    python()?;
    let names: Vec<&str> = NEEDS.iter().map(|need| need.name).collect();
    println!("at hand: {}", names.join(", "));
    browser::modules()
}

/// What the tests need of Python, module and version: a mail server for the post, a signer of
/// assertions, a vendor's client made from the WSDL, and one that speaks FHIR.
const MODULES: &[(&str, &str)] = &[
    ("aiosmtpd", "aiosmtpd==1.4.6"),
    ("signxml", "signxml==5.2.0"),
    ("zeep", "zeep==4.3.3"),
    ("fhirpy", "fhirpy==2.3.1"),
];

/// Those modules, in a folder of Python of its own under the target folder.
fn python() -> Checked {
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let folder = Path::new(&target).join("python");
    let inside = folder.join("bin/python");
    let python = inside.to_string_lossy().into_owned();
    let imports: Vec<&str> = MODULES.iter().map(|(module, _)| *module).collect();
    let imports = format!("import {}", imports.join(", "));
    if run::read(run::program(&python, &["-c", &imports])).is_ok() {
        return Ok(());
    }
    let packages = MODULES.iter().map(|(_, package)| *package);
    let install: Vec<&str> = ["-m", "pip", "--quiet", "install"].into_iter().chain(packages).collect();
    run::show(run::program("python3", &["-m", "venv", &folder.to_string_lossy()]))?;
    run::show(run::program(&python, &install))
}

/// cargo-nextest is used when it is there and never installed: the built-in runner does as well, more slowly.
pub fn has_nextest() -> bool {
    run::read(run::cargo(&["nextest", "--version"])).is_ok()
}

fn missing() -> Vec<&'static Need> {
    NEEDS.iter().filter(|need| !(need.there)(need.name)).collect()
}

fn install(packages: &[&str]) -> Checked {
    let root = run::read(run::program("id", &["-u"])).is_ok_and(|id| id.trim() == "0");
    if !root || !on_path("apt-get") {
        let why = if root { "this machine has no apt-get" } else { "only root may install" };
        let list = packages.join(" ");
        return Err(format!("{why}; install what Debian calls: {list}\n  apt-get install {list}"));
    }
    let apt = |arguments: &[&str]| {
        let mut command = run::program("apt-get", arguments);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        run::show(command)
    };
    apt(&["-qq", "update"])?;
    apt(&[["-qq", "-y", "--no-install-recommends", "install"].as_slice(), packages].concat())
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| is_program(&folder.join(program)))
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|is| is.is_file() && is.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_of_debian_without_its_languages_is_not_enough() {
        let folder = std::env::temp_dir().join(format!("carnet-xtask-tools-{}", std::process::id()));
        assert!(speaks_french(&folder), "another's chromium");
        std::fs::create_dir_all(folder.join("locales")).unwrap();
        assert!(!speaks_french(&folder));
        std::fs::write(folder.join("locales/fr.pak"), "").unwrap();
        assert!(speaks_french(&folder));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn programs_are_found_on_the_path() {
        assert!(on_path("sh"));
        assert!(!on_path("no-such-program-here"));
        assert!(!is_program(Path::new("/")));
    }
}

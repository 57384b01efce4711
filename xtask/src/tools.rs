//! What the tests need on the machine, installed from Debian's packages when it is missing and it can be.

use std::path::Path;

use crate::run::Checked;
use crate::{browser, run};

/// (program on the path, Debian package, what needs it).
const TOOLS: &[(&str, &str, &str)] = &[
    ("cc", "gcc libc6-dev", "builds the cryptography and SQLite"),
    ("curl", "curl", "the README's tour"),
    ("jq", "jq", "the README's tour"),
    ("python3", "python3 python3-venv", "the mail server of the tests"),
    ("openssl", "openssl", "an outside eye on certificates"),
    ("xmlsec1", "xmlsec1", "another opinion on signatures"),
    ("chromium", "chromium chromium-l10n", "the pages, seen in a browser"),
    ("fc-match", "fontconfig fonts-dejavu-core", "letters for the browser"),
    ("node", "nodejs", "drives the browser"),
    ("npm", "npm", "fetches what drives the browser"),
];

pub fn tools() -> Checked {
    let missing = missing();
    for (program, _, what_for) in &missing {
        println!("{program} is missing: {what_for}");
    }
    let packages: Vec<&str> = missing.iter().flat_map(|(_, packages, _)| packages.split(' ')).collect();
    if !packages.is_empty() {
        install(&packages)?;
    }
    if let Some((program, packages, _)) = self::missing().first() {
        return Err(format!("{program} is still not on the path although {packages} was installed"));
    }
    python()?;
    let names: Vec<&str> = TOOLS.iter().map(|(program, _, _)| *program).collect();
    println!("at hand: {}", names.join(", "));
    browser::modules()
}

/// What the tests need of Python, module and version: a mail server for the post, a signer of assertions.
const MODULES: &[(&str, &str)] = &[("aiosmtpd", "aiosmtpd==1.4.6"), ("signxml", "signxml==5.2.0")];

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

fn missing() -> Vec<&'static (&'static str, &'static str, &'static str)> {
    TOOLS.iter().filter(|(program, _, _)| !on_path(program)).collect()
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
    fn programs_are_found_on_the_path() {
        assert!(on_path("sh"));
        assert!(!on_path("no-such-program-here"));
        assert!(!is_program(Path::new("/")));
    }
}

//! The licence of every dependency: permissive, or excepted here by name and with a reason.

use crate::metadata::{self, Package};
use crate::run::Checked;
use crate::spdx;

/// Licences that ask for nothing but their notice.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// (crate, its exact licence, why it is accepted). One that no longer serves is a fault.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

pub fn licences() -> Checked {
    let (packages, where_) = metadata::everything()?;
    let others = packages.iter().filter(|package| package.source.is_some()).count();
    let faults = faults(&packages, EXCEPTIONS);
    if faults.is_empty() {
        println!(
            "{others} dependencies {where_}, each under a permissive licence as its own manifest states it"
        );
        Ok(())
    } else {
        Err(faults.join("\n"))
    }
}

fn faults(packages: &[Package], exceptions: &[(&str, &str, &str)]) -> Vec<String> {
    let mut faults = Vec::new();
    for package in packages {
        let name = format!("{} {}", package.name, package.version);
        let licence = package.licence.as_deref().unwrap_or_default();
        let excepted = exceptions.iter().any(|&(named, exact, _)| named == package.name && exact == licence);
        if let Some(source) = package.source.as_deref()
            && !source.starts_with("registry+")
        {
            faults.push(format!("{name} does not come from the registry"));
        }
        match spdx::satisfied(licence, ALLOWED) {
            _ if excepted => {}
            Ok(true) => {}
            Ok(false) => faults.push(format!("{name} is under `{licence}`, which is not on the list")),
            Err(_) if licence.is_empty() => faults.push(format!("{name} states no licence")),
            Err(why) => faults.push(format!("{name}: {why}")),
        }
    }
    for (name, licence, _) in exceptions {
        let serves = packages.iter().any(|package| {
            package.name == *name
                && package.licence.as_deref().unwrap_or_default() == *licence
                && spdx::satisfied(licence, ALLOWED) != Ok(true)
        });
        if !serves {
            faults.push(format!("the exception for {name} serves no more: remove it"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, licence: Option<&str>, source: &str) -> Package {
        Package {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: licence.map(str::to_owned),
            source: Some(source.to_owned()),
            manifest: String::new(),
            dependencies: Vec::new(),
        }
    }

    #[test]
    fn only_a_stated_permissive_licence_from_the_registry_passes() {
        let registry = "registry+somewhere";
        let packages = [
            package("good", Some("MIT OR GPL-3.0-only"), registry),
            package("copyleft", Some("GPL-3.0-only"), registry),
            package("silent", None, registry),
            package("forked", Some("MIT"), "git+somewhere"),
        ];
        let found = faults(&packages, &[]).join("\n");
        assert!(!found.contains("good"), "{found}");
        for name in ["copyleft", "silent", "forked"] {
            assert!(found.contains(name), "{found}");
        }
    }

    #[test]
    fn an_exception_holds_for_one_licence_and_dies_with_its_cause() {
        let packages = [package("web", Some("MPL-2.0"), "registry+somewhere")];
        assert_eq!(faults(&packages, &[("web", "MPL-2.0", "used unmodified")]), Vec::<String>::new());
        assert_eq!(faults(&packages, &[("web", "GPL-3.0-only", "")]).len(), 2);
        assert_eq!(faults(&[], &[("web", "MPL-2.0", "")]).len(), 1);
    }
}

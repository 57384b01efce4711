//! What cargo says about the workspace, in the few words the checks need.

use std::path::PathBuf;

use serde_json::Value;

use crate::run;

/// One package: ours when it has no source.
#[derive(Debug)]
pub struct Package {
    pub name: String,
    pub version: String,
    pub licence: Option<String>,
    pub source: Option<String>,
    pub manifest: String,
    pub dependencies: Vec<Dependency>,
}

#[derive(Debug)]
pub struct Dependency {
    pub name: String,
    /// In the repository, by path.
    pub ours: bool,
    /// Only for tests, examples and benchmarks.
    pub dev: bool,
}

/// The members of the workspace with what their manifests say. Needs nothing downloaded.
pub fn members() -> Result<Vec<Package>, String> {
    packages(&["metadata", "--no-deps", "--format-version", "1", "--offline"])
}

/// Every package of the lock file on every platform, or on this one when the others were never downloaded;
/// the second value says which.
pub fn everything() -> Result<(Vec<Package>, &'static str), String> {
    let all = ["metadata", "--format-version", "1", "--offline"];
    if let Ok(packages) = packages(&all) {
        return Ok((packages, "on every platform"));
    }
    let host = host()?;
    let here = [all.as_slice(), &["--filter-platform", &host]].concat();
    packages(&here).map(|packages| (packages, "on this platform only (the others were not downloaded)"))
}

/// Where cargo builds, wherever that is.
pub fn target() -> Result<PathBuf, String> {
    let text = run::read(run::cargo(&["metadata", "--no-deps", "--format-version", "1", "--offline"]))?;
    let value: Value = serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))?;
    let folder = value.get("target_directory").and_then(Value::as_str);
    folder.map(PathBuf::from).ok_or_else(|| "cargo metadata: no target directory".to_owned())
}

fn packages(arguments: &[&str]) -> Result<Vec<Package>, String> {
    let text = run::read(run::cargo(arguments))?;
    let value: Value = serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))?;
    Ok(array(&value, "packages").iter().map(package).collect())
}

fn package(value: &Value) -> Package {
    Package {
        name: text(value, "name").unwrap_or_default(),
        version: text(value, "version").unwrap_or_default(),
        licence: text(value, "license"),
        source: text(value, "source"),
        manifest: text(value, "manifest_path").unwrap_or_default(),
        dependencies: array(value, "dependencies").iter().map(dependency).collect(),
    }
}

fn dependency(value: &Value) -> Dependency {
    Dependency {
        name: text(value, "name").unwrap_or_default(),
        ours: value.get("path").is_some_and(Value::is_string),
        dev: text(value, "kind").as_deref() == Some("dev"),
    }
}

fn host() -> Result<String, String> {
    let said = run::read(run::cargo(&["--version", "--verbose"]))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "cargo does not say what platform this is".to_owned())
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn array<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

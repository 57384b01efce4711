//! The documentation points at things that exist: relative links, paths in backticks, and samples that parse.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{self, Checked};

/// A path in backticks that begins with one of these folders means the file of that name.
const FOLDERS: &[&str] = &[".cargo", ".ci", "crates", "docs", "fuzz", "habilitation", "migrations", "xtask"];

pub fn docs() -> Checked {
    let root = run::root();
    let mut faults = Vec::new();
    let pages = files(&root, "md")?;
    let mut pointers = 0;
    for page in &pages {
        let text = fs::read_to_string(page).map_err(|error| format!("{}: {error}", page.display()))?;
        let folder = page.parent().unwrap_or(&root);
        for (line, pointer) in pointers_of(&text) {
            pointers += 1;
            if !pointer.candidates(&root, folder).iter().any(|path| path.exists()) {
                let shown = page.strip_prefix(&root).unwrap_or(page).display();
                faults.push(format!("{shown}:{line}: {} does not exist", pointer.text()));
            }
        }
    }
    let samples = samples(&root, &mut faults)?;
    if faults.is_empty() {
        println!("{} pages, {pointers} links and paths, {samples} JSON samples", pages.len());
        Ok(())
    } else {
        Err(faults.join("\n"))
    }
}

/// JSON of docs/samples parses here; what the program itself reads is parsed by the program's own tests.
fn samples(root: &Path, faults: &mut Vec<String>) -> Result<usize, String> {
    let folder = root.join("docs/samples");
    if !folder.is_dir() {
        return Ok(0);
    }
    let samples = files(&folder, "json")?;
    for sample in &samples {
        let text = fs::read_to_string(sample).map_err(|error| format!("{}: {error}", sample.display()))?;
        if let Err(error) = serde_json::from_str::<serde_json::Value>(&text) {
            faults.push(format!("{}: {error}", sample.strip_prefix(root).unwrap_or(sample).display()));
        }
    }
    Ok(samples.len())
}

#[derive(PartialEq, Eq, Debug)]
enum Pointer {
    /// From the page's folder, as a browser reads it; from the root when it begins with `/`.
    Link(String),
    /// From the root, or from the page's folder.
    Path(String),
}

impl Pointer {
    fn text(&self) -> &str {
        match self {
            Self::Link(text) | Self::Path(text) => text,
        }
    }

    fn candidates(&self, root: &Path, folder: &Path) -> Vec<PathBuf> {
        match self {
            Self::Link(target) => match target.strip_prefix('/') {
                Some(from_root) => vec![root.join(from_root)],
                None => vec![folder.join(target)],
            },
            Self::Path(path) => vec![root.join(path), folder.join(path)],
        }
    }
}

/// What a page points at inside the repository, with its line. Fenced blocks are not read: they are run elsewhere.
fn pointers_of(text: &str) -> Vec<(usize, Pointer)> {
    let mut found = Vec::new();
    let mut fence: Option<&str> = None;
    for (number, line) in text.lines().enumerate() {
        let start = line.trim_start();
        match fence {
            Some(open) if start.starts_with(open) => fence = None,
            Some(_) => {}
            None if start.starts_with("```") => fence = Some("```"),
            None if start.starts_with("~~~") => fence = Some("~~~"),
            None => found.extend(pointers_of_line(line).into_iter().map(|pointer| (number + 1, pointer))),
        }
    }
    found
}

fn pointers_of_line(line: &str) -> Vec<Pointer> {
    let mut found = Vec::new();
    let mut prose = String::new();
    for (index, part) in line.split('`').enumerate() {
        if index % 2 == 0 {
            prose.push_str(part);
        } else {
            found.extend(path(part));
        }
    }
    for after in prose.split("](").skip(1) {
        found.extend(after.split(')').next().and_then(link));
    }
    // `[name]: target`, the reference form.
    if let Some((name, target)) = prose.split_once("]: ")
        && name.starts_with('[')
        && !name.starts_with("[^")
    {
        found.extend(link(target));
    }
    found
}

fn link(target: &str) -> Option<Pointer> {
    let target = target.split_whitespace().next()?.trim_matches(['<', '>']);
    let file = target.split('#').next()?;
    let elsewhere = file.is_empty() || file.contains("://") || file.starts_with("mailto:");
    (!elsewhere).then(|| Pointer::Link(file.to_owned()))
}

fn path(quoted: &str) -> Option<Pointer> {
    let path = quoted.split("::").next()?.trim_end_matches('/');
    // `file.rs:12` points at a line.
    let path = match path.split_once(':') {
        Some((path, line)) if line.bytes().all(|byte| byte.is_ascii_digit()) => path,
        Some(_) => return None,
        None => path,
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    let (first, _) = path.split_once('/')?;
    (FOLDERS.contains(&first) && path.chars().all(plain)).then(|| Pointer::Path(path.to_owned()))
}

/// The files with this extension, but for what is built or kept by git.
fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let shown = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(shown)? {
        let path = entry.map_err(shown)?.path();
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() {
            if name != "target" && name != ".git" && !path.is_symlink() {
                found.extend(files(&path, extension)?);
            }
        } else if path.extension().is_some_and(|is| is == extension) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<Pointer> {
        pointers_of(text).into_iter().map(|(_, pointer)| pointer).collect()
    }

    #[test]
    fn links_and_paths_are_found() {
        let link = |text: &str| Pointer::Link(text.to_owned());
        let path = |text: &str| Pointer::Path(text.to_owned());
        assert_eq!(of("[a](b.md) and [c](../d/e.md#part \"title\")"), [link("b.md"), link("../d/e.md")]);
        assert_eq!(of("[`code`](/LICENSE)"), [link("/LICENSE")]);
        assert_eq!(of("[a]: b.md"), [link("b.md")]);
        assert_eq!(
            of("`crates/model/src/ids.rs:12` `crates/model/` `docs/adr`"),
            [path("crates/model/src/ids.rs"), path("crates/model"), path("docs/adr")]
        );
    }

    #[test]
    fn what_points_elsewhere_is_left_alone() {
        for text in [
            "[a](https://example.org/b.md) [b](#here) [c](mailto:a@example.org)",
            "`/fhir/Patient` `application/fhir+json` `crates/*/src` `docs/NNNN <name>` `cargo xtask test`",
            "```sh\ncat [a](missing.md) `docs/missing.md`\n```",
            "~~~\n`docs/missing.md`\n~~~",
            "`[a](missing.md)`",
            "[^1]: a note",
        ] {
            assert_eq!(of(text), [], "{text}");
        }
    }

    #[test]
    fn a_fence_ends_and_lines_are_counted() {
        let found = pointers_of("```\n[a](b.md)\n```\n\n[c](d.md)\n");
        assert_eq!(found, [(5, Pointer::Link("d.md".to_owned()))]);
    }

    #[test]
    fn a_link_is_followed_from_its_page_and_a_path_from_the_root_too() {
        let (root, folder) = (Path::new("/r"), Path::new("/r/docs"));
        let candidates = |pointer: Pointer| pointer.candidates(root, folder);
        assert_eq!(candidates(Pointer::Link("a.md".into())), [PathBuf::from("/r/docs/a.md")]);
        assert_eq!(candidates(Pointer::Link("/a.md".into())), [PathBuf::from("/r/a.md")]);
        assert_eq!(candidates(Pointer::Path("crates/x".into()))[0], PathBuf::from("/r/crates/x"));
    }
}

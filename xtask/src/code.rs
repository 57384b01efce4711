//! A crude reading of Rust sources: the code without its comments, its texts and its tests, and the paths it names.
//! It does not follow macros or renamed imports; reviewers do.

use std::path::{Path, PathBuf};

/// What is left of a source file. Same length and lines as the file: what was taken out became blanks.
pub struct Code {
    text: String,
    test_modules: Vec<String>,
}

/// Blanks comments, texts, and every item under `#[cfg(test)]`.
pub fn outside_tests(source: &str) -> Code {
    let mut text = blank(source).into_bytes();
    let mut test_modules = Vec::new();
    let mut from = 0;
    while let Some(start) = find(&text, from, b"#[cfg(test)]") {
        let end = end_of_item(&text, start);
        let item = String::from_utf8_lossy(&text[start..end]).into_owned();
        if item.ends_with(';')
            && let Some((_, name)) = item.rsplit_once("mod ")
        {
            test_modules.push(name.trim_end_matches(';').trim().to_owned());
        }
        text[start..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        from = end;
    }
    Code { text: String::from_utf8_lossy(&text).into_owned(), test_modules }
}

impl Code {
    /// Where the test modules declared in `file` but held elsewhere lie: `NAME` for `NAME.rs` and the folder.
    pub fn test_files(&self, file: &Path) -> Vec<PathBuf> {
        let folder = file.parent().unwrap_or(Path::new(""));
        let stem = file.file_stem().unwrap_or_default();
        let beside = ["lib", "main", "mod"].iter().any(|root| stem == *root);
        let folder = if beside { folder.to_path_buf() } else { folder.join(stem) };
        self.test_modules.iter().map(|name| folder.join(name)).collect()
    }

    /// The line and the path of each of `paths` that the code names, in full or through a braced `use`.
    pub fn names<'a>(&self, paths: &[&'a str]) -> Vec<(usize, &'a str)> {
        let mut found = Vec::new();
        for (line, named) in named_paths(&self.text) {
            let named = format!("::{named}::");
            let hits = paths.iter().filter(|path| named.contains(&format!("::{path}::")));
            found.extend(hits.map(|path| (line, *path)));
        }
        found.dedup();
        found
    }
}

/// Every path in the code with its line, braces spread out: `a::{b, c::{d}}` gives `a::b` and `a::c::d`.
fn named_paths(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut prefixes: Vec<String> = Vec::new();
    let mut path = String::new();
    let mut line = 1;
    let mut previous_word = false;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let word = c.is_alphanumeric() || c == '_';
        match c {
            '\n' => line += 1,
            ':' if rest.peek() == Some(&':') => {
                rest.next();
                path.push_str("::");
            }
            _ if word && (path.is_empty() || path.ends_with("::") || previous_word) => path.push(c),
            _ if c.is_whitespace() => {}
            _ => {
                note(&mut found, &prefixes, &path, line);
                match c {
                    '{' => prefixes.push(if path.ends_with("::") { path.clone() } else { String::new() }),
                    '}' => drop(prefixes.pop()),
                    _ => {}
                }
                path.clear();
                if word {
                    path.push(c);
                }
            }
        }
        previous_word = word;
    }
    note(&mut found, &prefixes, &path, line);
    found
}

fn note(found: &mut Vec<(usize, String)>, prefixes: &[String], path: &str, line: usize) {
    if !path.is_empty() && !path.ends_with("::") {
        // Only the braces that directly continue a path count; a block of code starts afresh.
        let open = prefixes.iter().rposition(String::is_empty).map_or(0, |block| block + 1);
        found.push((line, prefixes[open..].concat() + path));
    }
}

/// The end of the item that starts with an attribute at `start`: its closing brace, or its semicolon.
fn end_of_item(text: &[u8], start: usize) -> usize {
    let mut depth = 0usize;
    for (at, byte) in text.iter().enumerate().skip(start) {
        match byte {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 && *byte == b'}' {
                    return at + 1;
                }
            }
            b';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn find(text: &[u8], from: usize, wanted: &[u8]) -> Option<usize> {
    text.get(from..)?.windows(wanted.len()).position(|window| window == wanted).map(|at| from + at)
}

/// The source with comments, string and character literals turned into blanks.
fn blank(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = literal_end(bytes, at);
        if end > at {
            let hidden = out.get_mut(at..end).unwrap_or_default();
            hidden.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
            at = end;
        } else {
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Where the comment or literal that starts at `at` ends; `at` itself when none does.
fn literal_end(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    let len = bytes.len();
    let after_word = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
    if rest.starts_with(b"//") {
        return find(bytes, at, b"\n").unwrap_or(len);
    }
    if rest.starts_with(b"/*") {
        return nested_comment_end(bytes, at);
    }
    if !after_word && let Some(end) = raw_string_end(bytes, at) {
        return end;
    }
    match rest {
        [b'"', ..] => quoted_end(bytes, at, b'"'),
        // A character, not a lifetime: escaped, or closed right after one character.
        [b'\'', b'\\', ..] => quoted_end(bytes, at, b'\''),
        [b'\'', tail @ ..] => {
            let width = std::str::from_utf8(&tail[..tail.len().min(4)])
                .map_or_else(|error| error.valid_up_to(), |_| 4)
                .min(tail.len());
            let one = std::str::from_utf8(&tail[..width]).ok().and_then(|text| text.chars().next());
            match one {
                Some(c) if tail.get(c.len_utf8()) == Some(&b'\'') => at + 2 + c.len_utf8(),
                _ => at,
            }
        }
        _ => at,
    }
}

fn quoted_end(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            _ if *byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn raw_string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let rest = &bytes[start..];
    let marked = rest.strip_prefix(b"br").or_else(|| rest.strip_prefix(b"r"))?;
    let hashes = marked.iter().take_while(|byte| **byte == b'#').count();
    (marked.get(hashes) == Some(&b'"')).then_some(())?;
    let closing = [b"\"".as_slice(), &b"#".repeat(hashes)].concat();
    let open = bytes.len() - marked.len() + hashes + 1;
    Some(find(bytes, open, &closing).map_or(bytes.len(), |at| at + closing.len()))
}

fn nested_comment_end(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0usize;
    let mut at = start;
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_naming_fs(source: &str) -> Vec<usize> {
        outside_tests(source).names(&["std::fs"]).into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn a_path_is_found_however_it_is_written() {
        for source in [
            "use std::fs;",
            "use std::fs::File;",
            "use ::std::fs;",
            "use std::{io, fs};",
            "use std::{io::{Read, Write}, fs::{self}};",
            "use {std::fs, std::io};",
            "fn f() { if x { std :: fs ::\n read(p) } }",
            "let c = '\"'; std::fs::read(p)",
            "fn f<'a>(x: &'a str) { std::fs::read(x) }",
            "let r = r#\"\"#; std::fs::read(p)",
            "let s = \"\\\\\"; std::fs::read(p)",
            "/* /* */ */ use std::fs;",
            "let e = 'é'; use std::fs;",
            "mod a { use std::fs; }",
        ] {
            assert!(!lines_naming_fs(source).is_empty(), "{source}");
        }
    }

    #[test]
    fn what_only_looks_like_it_is_left_alone() {
        for source in [
            "// std::fs",
            "/// std::fs",
            "/* std::fs /* */ std::fs */",
            "let s = \"std::fs\";",
            "let s = r##\"a\"# std::fs\"##;",
            "use std::{io}; fn f() { fs::read() }",
            "use mystd::fs;",
            "use std::fsync;",
            "std::io::copy(fs)",
            "#[cfg(test)]\nmod tests {\n use std::fs; const A: &str = \"}\"; const B: char = '{';\n fn f() { std::fs::read(\"\") }\n}",
            "#[cfg(test)]\nuse std::fs;",
            "#[cfg(test)]\n#[allow(clippy::unwrap_used)]\nmod tests { mod deep { use std::fs; } }",
        ] {
            assert!(lines_naming_fs(source).is_empty(), "{source}");
        }
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let source = "//! head\n\n#[cfg(test)]\nmod tests {\n}\n\nuse std::fs;\n";
        assert_eq!(lines_naming_fs(source), [7]);
    }

    #[test]
    fn modules_of_tests_in_other_files_are_known() {
        let code = outside_tests("mod a;\n#[cfg(test)]\nmod b;\n");
        assert_eq!(code.test_files(Path::new("src/lib.rs")), [PathBuf::from("src/b")]);
        assert_eq!(code.test_files(Path::new("src/c.rs")), [PathBuf::from("src/c/b")]);
    }
}

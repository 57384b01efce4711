//! The README's tour, run as it stands: its `sh` blocks in one strict bash, against a demo of this build, each
//! compared with the `text` block under it.
//!
//! The blocks read `DATA` (the demo's folder) and `CARNET` (the program), and find ports and certificates in
//! `demo.json`. A line that is wrong in the README is a failure here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::Demo;

/// Stands in the README for what differs from one run to the next.
const ANYTHING: char = '…';
const STOPPED_HERE: &str = "<!-- the demo is stopped here -->";
/// Printed by the script after each block.
const END: &str = "=== end of a block ===";
const LONGEST: Duration = Duration::from_secs(180);

/// What a reader does, in order.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Block { line: usize, script: String, printed: Option<String> },
    StopDemo,
}

#[test]
fn every_step_of_the_readme_works_as_written() {
    let readme = root().join("README.md");
    let steps = steps(&fs::read_to_string(&readme).unwrap());
    let blocks = steps.iter().filter(|step| matches!(step, Step::Block { .. })).count();
    assert!(blocks >= 9 && steps.contains(&Step::StopDemo), "the tour has lost its steps: {steps:?}");

    let mut demo = Demo::start();
    let folder = tempfile::tempdir().unwrap();
    let (said, ended) = run(&steps, &mut demo, folder.path());
    let mut said_by_block = said.split(END).map(str::trim_start);
    for step in &steps {
        let Step::Block { line, script, printed } = step else { continue };
        let said = said_by_block.next().unwrap_or_default();
        if let Some(expected) = printed {
            assert!(
                fits(expected, said),
                "README.md:{line}: after\n{script}\nit says\n{expected}\nbut this is printed\n{said}\n{ended}"
            );
        }
    }
    assert!(ended.is_empty(), "{ended}");
}

/// What was printed, and how the script failed: empty when it did not.
fn run(steps: &[Step], demo: &mut Demo, folder: &Path) -> (String, String) {
    let (stop, stopped) = (folder.join("stop"), folder.join("stopped"));
    let mut script = String::from("set -euo pipefail\n");
    for step in steps {
        script.push_str(&match step {
            Step::Block { script, .. } => format!("{script}\necho '{END}'\n"),
            Step::StopDemo => {
                format!(
                    ": > '{}'\nuntil [ -e '{}' ]; do sleep 0.05; done\n",
                    stop.display(),
                    stopped.display()
                )
            }
        });
    }
    let (file, out, err) = (folder.join("tour.sh"), folder.join("out"), folder.join("err"));
    fs::write(&file, script).unwrap();
    let mut child = Command::new("bash")
        .arg(&file)
        .current_dir(root())
        .env("DATA", &demo.data)
        .env("CARNET", env!("CARGO_BIN_EXE_carnet"))
        .env("TMPDIR", folder)
        .stdin(Stdio::null())
        .stdout(fs::File::create(&out).unwrap())
        .stderr(fs::File::create(&err).unwrap())
        .spawn()
        .expect("the tour needs bash");
    #[allow(clippy::disallowed_methods, reason = "a bound on the whole test")]
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break Some(status);
        }
        if stop.exists() && !stopped.exists() {
            // Ctrl-C and SIGTERM end the demo the same way
            assert!(demo.terminate().expect("the demo ends within ten seconds").success());
            fs::write(&stopped, "").unwrap();
        }
        if begun.elapsed() > LONGEST {
            child.kill().unwrap();
            child.wait().unwrap();
            break None;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let said = fs::read_to_string(&out).unwrap();
    let complaints = fs::read_to_string(&err).unwrap();
    let failed = match status {
        Some(status) if status.success() => String::new(),
        Some(status) => format!("the tour ended early ({status}):\n{complaints}"),
        None => format!("the tour hung:\n{complaints}"),
    };
    (said, failed)
}

/// The blocks between the two comments, each with the output that follows it.
fn steps(readme: &str) -> Vec<Step> {
    let begin = readme.find("<!-- tour").expect("the README marks where the tour begins");
    let end = readme.find("<!-- /tour -->").expect("the README marks where the tour ends");
    let before = readme[..begin].lines().count();
    let mut steps = Vec::new();
    let mut fence: Option<(usize, &str, String)> = None;
    for (at, line) in readme[begin..end].lines().enumerate() {
        match (&mut fence, line.strip_prefix("```")) {
            (None, Some(kind)) => fence = Some((before + at + 1, kind, String::new())),
            (Some(_), Some(_)) => close(&mut steps, fence.take().unwrap()),
            (Some((_, _, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) if line == STOPPED_HERE => steps.push(Step::StopDemo),
            (None, None) => {}
        }
    }
    assert!(fence.is_none(), "a block of the tour is left open");
    steps
}

fn close(steps: &mut Vec<Step>, (line, kind, text): (usize, &str, String)) {
    match (kind, steps.last_mut()) {
        ("sh", _) => steps.push(Step::Block { line, script: text, printed: None }),
        ("text", Some(Step::Block { printed: printed @ None, .. })) => *printed = Some(text),
        _ => panic!("README.md:{line}: in the tour, a block is `sh`, or the `text` it prints"),
    }
}

/// Line by line; `…` stands for anything within a line.
fn fits(expected: &str, said: &str) -> bool {
    let (expected, said): (Vec<_>, Vec<_>) = (expected.lines().collect(), said.lines().collect());
    expected.len() == said.len()
        && expected.iter().zip(&said).all(|(expected, said)| line_fits(expected, said))
}

fn line_fits(expected: &str, said: &str) -> bool {
    let mut parts = expected.split(ANYTHING);
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = said.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(part) = last.replace(part) {
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
    }
    match last {
        Some(last) => rest.ends_with(last),
        None => rest.is_empty(),
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

#[test]
fn what_is_printed_is_held_to_the_readme() {
    for (expected, said, right) in [
        ("200\n", "200\n", true),
        ("200\n", "403\n", false),
        ("200\n", "200\n200\n", false),
        ("a … c\n", "a b c\n", true),
        ("a … c\n", "a b d\n", false),
        ("…: 1 fault\n", "record: 1 fault\n", true),
        ("…: 1 fault\n", "record: 11 faults\n", false),
        ("x … y … z\n", "x 1 y 2 z\n", true),
        ("x … y … z\n", "x 1 2 z\n", false),
        ("", "", true),
        ("", "a\n", false),
    ] {
        assert_eq!(fits(expected, said), right, "{expected:?} {said:?}");
    }
}

#[test]
fn the_tour_is_taken_apart_as_it_is_read() {
    let readme = "```sh\nnot this\n```\n<!-- tour -->\ntext\n```sh\none\n```\n\n```text\nsaid\n```\n\
                  <!-- the demo is stopped here -->\n```sh\ntwo\n```\n<!-- /tour -->\n```sh\nnor this\n```\n";
    let block = |line, script: &str, printed: Option<&str>| Step::Block {
        line,
        script: script.to_owned(),
        printed: printed.map(str::to_owned),
    };
    let expected = [block(6, "one\n", Some("said\n")), Step::StopDemo, block(14, "two\n", None)];
    assert_eq!(steps(readme), expected);
}

//! `cargo xtask soak --only mutants`: the code of three rooms, changed in one place at a time; each change must make
//! a test of the room fail. Those that no test can see stand in `xtask/mutants.txt` with the reason; any other that
//! survives is a fault. Stopped at any moment it goes on where it was, as long as the room's sources are the same.
//!
//! It works on the last commit, in a clone under the target folder that keeps what it has built: a folder that is
//! made anew each time would build the cryptography first, each time.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::run::{self, Checked};

/// Rooms, and their tests that run for each change, in turns: only what survives one turn sees the next.
pub const ROOMS: &[(&str, &[&[&str]])] = &[("journal", ALL), ("vault", ALL), ("policy", POLICY)];

const ALL: &[&[&str]] = &[&["--lib", "--tests"]];

/// The printed decisions take longer than all before them together, and the enumerations longer than those.
const POLICY: &[&[&str]] = &[
    &["--lib", "--test", "law"],
    &["--test", "data", "--test", "duties", "--test", "time"],
    &["--test", "printed"],
    &["--test", "every_case", "--test", "exhaustive"],
];

const VERSION: &str = "27.1.0";
const LISTED: &str = "xtask/mutants.txt";

/// One room, or all of them.
pub fn mutants(only: Option<&str>, fresh: bool) -> Checked {
    let program = program()?;
    let tree = tree()?;
    let listed = Listed::read(&fs::read_to_string(run::root().join(LISTED)).unwrap_or_default())?;
    let mut faults = Vec::new();
    for (room, turns) in ROOMS.iter().filter(|(room, _)| only.is_none_or(|only| only == *room)) {
        faults.extend(Room { room, turns, program: &program, tree: &tree }.run(&listed, fresh).err());
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

/// cargo-mutants: the one on the path, or one of our own under the target folder, fetched when it is missing.
fn program() -> Result<PathBuf, String> {
    if run::read(run::program("cargo-mutants", &["--version"])).is_ok() {
        return Ok("cargo-mutants".into());
    }
    let tools = run::root().join("target/tools");
    let program = tools.join("bin/cargo-mutants");
    if !program.is_file() {
        let mut install =
            run::cargo(&["install", "cargo-mutants", "--locked", "--version", VERSION, "--root"]);
        install.arg(&tools);
        run::show(install)?;
    }
    Ok(program)
}

/// The last commit, whatever a run that was stopped left there.
fn tree() -> Result<PathBuf, String> {
    let tree = run::root().join("target/soak/mutants/tree");
    let there = tree.to_string_lossy().into_owned();
    if !tree.join(".git").exists() {
        run::show(run::program("git", &["clone", "--quiet", "--shared", "--no-checkout", ".", &there]))?;
    }
    run::show(run::program("git", &["-C", &there, "fetch", "--quiet", "origin", "HEAD"]))?;
    run::show(run::program(
        "git",
        &["-C", &there, "checkout", "--quiet", "--force", "--detach", "FETCH_HEAD"],
    ))?;
    // cases that property tests wrote down while the code was wrong
    run::show(run::program("git", &["-C", &there, "clean", "--quiet", "--force", "-d"]))?;
    Ok(tree)
}

struct Room<'a> {
    room: &'a str,
    turns: &'a [&'a [&'a str]],
    program: &'a Path,
    tree: &'a Path,
}

impl Room<'_> {
    fn run(&self, listed: &Listed, fresh: bool) -> Checked {
        let room = self.room;
        let all = self.list()?;
        let folder = run::root().join("target/soak/mutants").join(room);
        let mut state = State::load(&folder.join("state.json"), &self.sources());
        if fresh || !state.resumed {
            let _ = fs::remove_dir_all(&folder);
            state.outcomes.clear();
        }
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        // of a run that was stopped
        state.absorb(&folder);
        state.save(&folder.join("state.json"))?;
        println!("\n== mutants of {room}: {}, {} looked at before", all.len(), state.among(&all).count());
        let mut ended = Ok(());
        for (turn, tests) in self.turns.iter().enumerate() {
            if turn > 0 && (state.among(&all).count() < all.len() || state.missed(&all).is_empty()) {
                break;
            }
            ended = run::show(self.command(&folder, tests));
            state.absorb(&folder);
            state.save(&folder.join("state.json"))?;
        }

        let told = state.told(room, &all);
        println!("{told}");
        let mut faults = listed.faults(room, &state, &all);
        let left = all.len() - state.among(&all).count();
        // its own status says nothing that is not told here, but for a run that never began
        if left > 0 {
            let how = ended.err().unwrap_or_else(|| "it was stopped".to_owned());
            faults.push(format!(
                "mutants of {room}: {left} were not looked at ({how}); the same command goes on"
            ));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
    }

    fn list(&self) -> Result<Vec<String>, String> {
        let mut command = run::program(&self.program.to_string_lossy(), &["mutants", "--list", "--package"]);
        command.arg(self.room).current_dir(self.tree);
        Ok(run::read(command)?.lines().map(str::to_owned).collect())
    }

    fn command(&self, folder: &Path, tests: &[&str]) -> std::process::Command {
        let mut command = run::program(&self.program.to_string_lossy(), &["mutants", "--package", self.room]);
        command.current_dir(self.tree).arg("--in-place").arg("--output").arg(folder);
        command.args(["--iterate", "--minimum-test-timeout", "120", "--profile", "mutants"]);
        command.args(["--no-times", "--colors", "never", "--"]).args(tests);
        command
    }

    /// What was killed counts as long as the room and the words it uses are the same; its tests may grow.
    fn sources(&self) -> String {
        let of = |path: String| run::read(run::program("git", &["rev-parse", &format!("HEAD:{path}")]));
        let trees = [format!("crates/{}/src", self.room), "crates/model/src".to_owned()].map(of);
        let trees: Vec<String> = trees.into_iter().map(Result::unwrap_or_default).collect();
        trees.iter().map(|it| it.trim()).collect::<Vec<_>>().join(" ")
    }
}

/// What became of each change, by the name cargo-mutants gives it.
#[derive(Default)]
struct State {
    sources: String,
    outcomes: BTreeMap<String, String>,
    resumed: bool,
}

const OUTCOMES: &[&str] = &["caught", "timeout", "unviable", "missed"];

impl State {
    fn load(file: &Path, sources: &str) -> Self {
        let kept: Option<Value> = fs::read_to_string(file).ok().and_then(|it| serde_json::from_str(&it).ok());
        let kept = kept.filter(|it| it["sources"] == sources);
        let outcomes = kept.as_ref().and_then(|it| it["outcomes"].as_object().cloned()).unwrap_or_default();
        let outcomes = outcomes.into_iter().filter_map(|(name, how)| Some((name, how.as_str()?.to_owned())));
        Self { sources: sources.to_owned(), outcomes: outcomes.collect(), resumed: kept.is_some() }
    }

    fn save(&self, file: &Path) -> Checked {
        let text = json!({ "sources": self.sources, "outcomes": self.outcomes });
        fs::write(file, format!("{text:#}\n")).map_err(|error| format!("{}: {error}", file.display()))
    }

    /// Takes over the lists of the last run: a line is there as soon as its change was judged.
    fn absorb(&mut self, folder: &Path) {
        for how in OUTCOMES {
            let list = folder.join("mutants.out").join(format!("{how}.txt"));
            for name in fs::read_to_string(list).unwrap_or_default().lines() {
                self.outcomes.insert(name.to_owned(), (*how).to_owned());
            }
        }
    }

    fn among<'a>(&'a self, all: &'a [String]) -> impl Iterator<Item = (&'a str, &'a str)> {
        all.iter().filter_map(|name| Some((name.as_str(), self.outcomes.get(name)?.as_str())))
    }

    fn missed<'a>(&'a self, all: &'a [String]) -> Vec<&'a str> {
        self.among(all).filter(|(_, how)| *how == "missed").map(|(name, _)| name).collect()
    }

    fn told(&self, room: &str, all: &[String]) -> String {
        let count = |wanted: &str| self.among(all).filter(|(_, how)| *how == wanted).count();
        let [caught, timeout, unviable] = ["caught", "timeout", "unviable"].map(count);
        let missed = self.missed(all).len();
        format!(
            "{room}: {} mutants, {} looked at: {caught} killed, {timeout} never ended, {unviable} do not build, {missed} survive",
            all.len(),
            self.among(all).count()
        )
    }
}

/// Survivors that no test can see: a line each, `file: what was changed — why nothing shows it`.
struct Listed(Vec<String>);

impl Listed {
    fn read(text: &str) -> Result<Self, String> {
        let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
        let names = lines.map(|line| match line.split_once(" — ") {
            Some((name, why)) if !why.trim().is_empty() => Ok(name.trim().to_owned()),
            _ => Err(format!("{LISTED}: no reason after « — »: {line}")),
        });
        Ok(Self(names.collect::<Result<_, _>>()?))
    }

    /// A survivor without its line, and a line whose survivor was killed since.
    fn faults(&self, room: &str, state: &State, all: &[String]) -> Vec<String> {
        let mut listed = self.0.clone();
        let mut faults = Vec::new();
        let mut unseen = false;
        for name in all {
            match state.outcomes.get(name).map(String::as_str) {
                Some("missed") => match listed.iter().position(|it| *it == without_place(name)) {
                    Some(place) => drop(listed.remove(place)),
                    None => faults.push(format!("survives: {name}")),
                },
                Some(_) => {}
                None => unseen = true,
            }
        }
        let here = format!("crates/{room}/");
        let left = listed.into_iter().filter(|name| name.starts_with(&here) && !unseen);
        faults.extend(left.map(|name| format!("{LISTED}: no longer survives: {name}")));
        faults
    }
}

/// `crates/a/src/b.rs:12:3: replace …` without line and column, which move.
fn without_place(name: &str) -> String {
    let Some((place, what)) = name.split_once(": ") else { return name.to_owned() };
    format!("{}: {what}", place.split(':').next().unwrap_or(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [&str; 3] = [
        "crates/vault/src/a.rs:1:2: replace < with <= in f",
        "crates/vault/src/a.rs:9:9: replace < with <= in f",
        "crates/vault/src/b.rs:3:4: replace g -> bool with true",
    ];

    fn state(outcomes: &[(&str, &str)]) -> State {
        let outcomes = outcomes.iter().map(|(name, how)| ((*name).to_owned(), (*how).to_owned()));
        State { outcomes: outcomes.collect(), ..State::default() }
    }

    fn faults(listed: &str, outcomes: &[(&str, &str)]) -> Vec<String> {
        let all = ALL.map(str::to_owned);
        Listed::read(listed).unwrap().faults("vault", &state(outcomes), &all)
    }

    #[test]
    fn each_survivor_has_a_line_of_its_own_and_each_line_a_survivor() {
        let listed = "# why\ncrates/vault/src/a.rs: replace < with <= in f — never equal\n";
        let one = [(ALL[0], "missed"), (ALL[1], "caught"), (ALL[2], "timeout")];
        assert_eq!(faults(listed, &one), Vec::<String>::new());
        assert_eq!(faults("", &one), [format!("survives: {}", ALL[0])]);
        let both = [(ALL[0], "missed"), (ALL[1], "missed"), (ALL[2], "caught")];
        assert_eq!(faults(listed, &both), [format!("survives: {}", ALL[1])]);
        let none = [(ALL[0], "caught"), (ALL[1], "caught"), (ALL[2], "unviable")];
        assert_eq!(faults(listed, &none).len(), 1);
        // the same before all were looked at is no news
        assert!(faults(listed, &none[..2]).is_empty());
        assert!(Listed::read("crates/vault/src/a.rs: replace < with <= in f").is_err(), "no reason");
    }

    #[test]
    fn what_a_stopped_run_had_judged_is_kept() {
        let folder = std::env::temp_dir().join(format!("carnet-xtask-mutants-{}", std::process::id()));
        fs::create_dir_all(folder.join("mutants.out")).unwrap();
        fs::write(folder.join("mutants.out/caught.txt"), format!("{}\n", ALL[0])).unwrap();
        fs::write(folder.join("mutants.out/missed.txt"), format!("{}\n", ALL[2])).unwrap();
        let mut state = State { sources: "abc".to_owned(), ..State::default() };
        state.absorb(&folder);
        let file = folder.join("state.json");
        state.save(&file).unwrap();
        let again = State::load(&file, "abc");
        assert!(again.resumed && again.outcomes == state.outcomes);
        let told = again.told("vault", &ALL.map(str::to_owned));
        assert_eq!(told, "vault: 3 mutants, 2 looked at: 1 killed, 0 never ended, 0 do not build, 1 survive");
        assert!(!State::load(&file, "abd").resumed, "other sources");
        fs::remove_dir_all(&folder).unwrap();
    }
}

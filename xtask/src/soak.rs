//! The long runs, in rounds: each round has its seed and is written to target/soak/ when it ends, so that a run
//! stopped at any moment goes on where it was. Rounds count only for the commit they ran on.

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::counts::Counts;
use crate::run::{self, Checked};
use crate::{mutants, tools};

/// One long run: a test that reads how much to do, and its seed, from the environment.
struct Soak {
    name: &'static str,
    package: &'static str,
    /// The test file of that package.
    test: &'static str,
    /// What the names of its tests hold; empty for all of them.
    named: &'static str,
    /// How it is built; empty as tests are.
    profile: &'static str,
    /// The variable that says how much one round does; the other variable is always `CARNET_SEED`.
    amount: &'static str,
    total: u64,
    round: u64,
}

impl Soak {
    const fn of(name: &'static str, package: &'static str, test: &'static str) -> Self {
        Self { name, package, test, named: "", profile: "", amount: "", total: 1, round: 1 }
    }

    const fn runs(self, amount: &'static str, total: u64, round: u64) -> Self {
        Self { amount, total, round, ..self }
    }
}

const SOAKS: &[Soak] = &[
    Soak::of("kill", "server", "kill").runs("CARNET_KILLS", 2_000, 100),
    Soak::of("histories", "record", "histories").runs("CARNET_HISTORIES", 50_000, 1_000),
    Soak::of("signatures", "xml", "oracle").runs("CARNET_MUTATIONS", 100_000, 10_000),
    // so many for each target
    Soak { profile: "fuzz", ..Soak::of("fuzz", "server", "fuzz").runs("CARNET_FUZZ", 10_000_000, 100_000) },
    // one document of so many megabytes
    Soak { named: LARGE, ..Soak::of("large", "record", "large").runs("CARNET_MEGABYTES", 1_024, 1_024) },
    Soak { named: LARGE, ..Soak::of("large-soap", "server", "soap").runs("CARNET_MEGABYTES", 1_024, 1_024) },
];

const LARGE: &str = "what_is_large_passes_in_little_memory";

/// What is not in rounds: `xtask/src/mutants.rs`.
const MUTANTS: &str = "mutants";

/// `--only NAME`, `--seed N` (the first round's; it starts afresh), `--fresh` (forgets what was done), `--of ROOM` (the
/// mutants of one room).
pub fn soak(options: &[&str]) -> Checked {
    let options = Options::read(options)?;
    let mut faults = Vec::new();
    for soak in SOAKS.iter().filter(|soak| options.only.is_none_or(|only| only == soak.name)) {
        faults.extend(soak.run(&options).err());
    }
    if options.only.is_none_or(|only| only == MUTANTS) {
        faults.extend(mutants::mutants(options.of, options.fresh).err());
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

#[derive(Default, PartialEq, Eq, Debug)]
struct Options<'a> {
    only: Option<&'a str>,
    of: Option<&'a str>,
    seed: Option<u64>,
    fresh: bool,
}

impl<'a> Options<'a> {
    fn read(options: &[&'a str]) -> Result<Self, String> {
        let mut read = Self::default();
        let mut rest = options.iter();
        while let Some(option) = rest.next() {
            match *option {
                "--fresh" => read.fresh = true,
                "--only" => {
                    let names = SOAKS.iter().map(|soak| soak.name).chain([MUTANTS]);
                    read.only = Some(one_of("--only", rest.next(), names)?);
                }
                "--of" => {
                    let rooms = mutants::ROOMS.iter().map(|(room, _)| *room);
                    read.of = Some(one_of("--of", rest.next(), rooms)?);
                }
                "--seed" => {
                    let seed = rest.next().and_then(|seed| seed.parse().ok());
                    read.seed = Some(seed.ok_or("--seed takes a whole number")?);
                }
                other => return Err(format!("soak does not know {other}")),
            }
        }
        Ok(read)
    }
}

fn one_of<'a>(
    option: &str,
    given: Option<&&'a str>,
    names: impl Iterator<Item = &'static str> + Clone,
) -> Result<&'a str, String> {
    let known = given.filter(|given| names.clone().any(|name| name == **given)).copied();
    known.ok_or_else(|| format!("{option} takes one of: {}", names.collect::<Vec<_>>().join(", ")))
}

impl Soak {
    fn run(&self, options: &Options) -> Checked {
        let code = code();
        let kept = State::load(&self.file()).filter(|state| state.code == code && !code.ends_with('+'));
        let mut state = match kept {
            Some(state) if !options.fresh && options.seed.is_none() => state,
            _ => State { code, first_seed: options.seed.unwrap_or_else(chance), rounds: Vec::new() },
        };
        let done: u64 = state.rounds.iter().map(|round| round.amount).sum();
        println!("\n== {}: {} in rounds of {}, {done} done before", self.name, self.total, self.round);
        while let Some((amount, seed)) = state.next(self.total, self.round) {
            let (passed, took) = run::timed(|| self.round(amount, seed));
            let how = if passed { "ok" } else { "FAILED" };
            println!("-- {} {amount}, seed {seed}: {how}, {:.0} s", self.name, took.as_secs_f64());
            state.rounds.push(Round { amount, seed, passed });
            state.save(&self.file())?;
        }
        self.report(&state)
    }

    /// One round, without a second chance. A round in which no test ran has not passed.
    fn round(&self, amount: u64, seed: u64) -> bool {
        let nextest = tools::has_nextest();
        let mut command = run::cargo(if nextest { &["nextest", "run", "--retries", "0"] } else { &["test"] });
        command.args(self.chosen(if nextest { "--cargo-profile" } else { "--profile" }));
        // what the test counted is shown when it passes too, and each test has a processor of its own
        command.args(if nextest {
            &["--success-output", "immediate"] as &[_]
        } else {
            &["--", "--nocapture"]
        });
        command.env(self.amount, amount.to_string()).env("CARNET_SEED", seed.to_string());
        let (said, ended) = run::show_and_keep(command);
        if let Err(fault) = self.keep_counts(&said) {
            println!("{fault}");
        }
        let counts = if nextest { Counts::of_nextest(&said) } else { Counts::of_cargo_test(&said) };
        ended.is_ok() && counts.is_some_and(|counts| counts.passed > 0 && counts.failed == 0)
    }

    fn report(&self, state: &State) -> Checked {
        let amount: u64 = state.rounds.iter().map(|round| round.amount).sum();
        let (first, last) =
            (state.first_seed, state.first_seed + state.rounds.len().saturating_sub(1) as u64);
        println!("{}: N = {amount}, seeds {first} to {last}, at {}", self.name, state.code);
        let failed: Vec<_> = state.rounds.iter().filter(|round| !round.passed).collect();
        if failed.is_empty() {
            return Ok(());
        }
        let again = failed.iter().map(|round| {
            let Round { amount, seed, .. } = round;
            let test = self.chosen("--profile").join(" ");
            format!("  CARNET_SEED={seed} {}={amount} cargo test {test}", self.amount)
        });
        let again: Vec<String> = again.collect();
        Err(format!(
            "{}: {} rounds failed; to see them again:\n{}",
            self.name,
            failed.len(),
            again.join("\n")
        ))
    }

    /// Which tests, for cargo; `profile` is how its option is called.
    fn chosen(&self, profile: &'static str) -> Vec<&'static str> {
        let mut chosen = vec!["-p", self.package, "--test", self.test];
        if !self.profile.is_empty() {
            chosen.extend([profile, self.profile]);
        }
        chosen.extend(Some(self.named).filter(|it| !it.is_empty()));
        chosen
    }

    /// What tests said they did with their seed, one line each, added to a file beside the state.
    fn keep_counts(&self, said: &str) -> Checked {
        let counts = said.lines().map(str::trim).filter(|line| line.contains(" of seed "));
        let counts: String = counts.map(|line| format!("{line}\n")).collect();
        let file = self.file().with_extension("txt");
        let fault = |error: std::io::Error| format!("{}: {error}", file.display());
        fs::create_dir_all(file.parent().unwrap_or(&file)).map_err(fault)?;
        let opened = fs::OpenOptions::new().create(true).append(true).open(&file);
        opened.and_then(|mut it| it.write_all(counts.as_bytes())).map_err(fault)
    }

    fn file(&self) -> PathBuf {
        run::root().join("target/soak").join(self.name).with_extension("json")
    }
}

#[derive(PartialEq, Eq, Debug)]
struct State {
    /// The commit, with a `+` when the folder held changes besides.
    code: String,
    first_seed: u64,
    rounds: Vec<Round>,
}

#[derive(PartialEq, Eq, Debug)]
struct Round {
    amount: u64,
    seed: u64,
    passed: bool,
}

impl State {
    /// How much the next round does and its seed: the round's number added to the first.
    fn next(&self, total: u64, round: u64) -> Option<(u64, u64)> {
        let done: u64 = self.rounds.iter().map(|round| round.amount).sum();
        let left = total.saturating_sub(done);
        (left > 0).then(|| (left.min(round), self.first_seed + self.rounds.len() as u64))
    }

    fn load(file: &PathBuf) -> Option<Self> {
        Self::of_json(&serde_json::from_str(&fs::read_to_string(file).ok()?).ok()?)
    }

    /// Written beside and then put in place, so that a stop in the middle leaves the former state.
    fn save(&self, file: &PathBuf) -> Checked {
        let fault = |error: std::io::Error| format!("{}: {error}", file.display());
        fs::create_dir_all(file.parent().unwrap_or(file)).map_err(fault)?;
        let beside = file.with_extension("new");
        fs::write(&beside, format!("{:#}\n", self.to_json())).map_err(fault)?;
        fs::rename(&beside, file).map_err(fault)
    }

    fn to_json(&self) -> Value {
        let round =
            |round: &Round| json!({ "amount": round.amount, "seed": round.seed, "passed": round.passed });
        let rounds: Vec<Value> = self.rounds.iter().map(round).collect();
        json!({ "code": self.code, "first_seed": self.first_seed, "rounds": rounds })
    }

    fn of_json(value: &Value) -> Option<Self> {
        let round = |round: &Value| {
            Some(Round {
                amount: round.get("amount")?.as_u64()?,
                seed: round.get("seed")?.as_u64()?,
                passed: round.get("passed")?.as_bool()?,
            })
        };
        Some(Self {
            code: value.get("code")?.as_str()?.to_owned(),
            first_seed: value.get("first_seed")?.as_u64()?,
            rounds: value.get("rounds")?.as_array()?.iter().map(round).collect::<Option<_>>()?,
        })
    }
}

fn code() -> String {
    let said = |arguments: &[&str]| run::read(run::program("git", arguments)).unwrap_or_default();
    let changed = !said(&["status", "--porcelain"]).trim().is_empty();
    let commit = said(&["rev-parse", "--short=12", "HEAD"]);
    format!(
        "{}{}",
        if commit.is_empty() { "no commit" } else { commit.trim() },
        if changed { "+" } else { "" }
    )
}

/// A first seed nobody chose, small enough to be typed again.
fn chance() -> u64 {
    RandomState::new().hash_one(0) % 1_000_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(rounds: &[(u64, u64, bool)]) -> State {
        let round = |&(amount, seed, passed): &(u64, u64, bool)| Round { amount, seed, passed };
        State { code: "abc".to_owned(), first_seed: 40, rounds: rounds.iter().map(round).collect() }
    }

    #[test]
    fn a_run_goes_on_where_it_stopped_and_ends_at_its_total() {
        assert_eq!(state(&[]).next(250, 100), Some((100, 40)));
        assert_eq!(state(&[(100, 40, true)]).next(250, 100), Some((100, 41)));
        let nearly = state(&[(100, 40, true), (100, 41, false)]);
        assert_eq!(nearly.next(250, 100), Some((50, 42)));
        assert_eq!(state(&[(250, 40, true)]).next(250, 100), None);
        assert_eq!(State::of_json(&nearly.to_json()), Some(nearly));
        assert_eq!(State::of_json(&json!({ "code": "abc" })), None);
    }

    #[test]
    fn a_failed_round_is_told_with_its_seed() {
        let told = SOAKS[0].report(&state(&[(100, 40, true), (100, 41, false)]));
        assert!(
            told.as_ref().is_err_and(|why| why.contains("CARNET_SEED=41") && !why.contains("=40")),
            "{told:?}"
        );
        assert_eq!(SOAKS[0].report(&state(&[(100, 40, true)])), Ok(()));
    }

    #[test]
    fn options_are_read_or_refused() {
        let read = Options::read(&["--only", "kill", "--seed", "7", "--fresh"]);
        assert_eq!(read, Ok(Options { only: Some("kill"), of: None, seed: Some(7), fresh: true }));
        let read = Options::read(&["--only", "mutants", "--of", "vault"]);
        assert_eq!(read, Ok(Options { only: Some("mutants"), of: Some("vault"), ..Options::default() }));
        for wrong in
            [&["--only"] as &[&str], &["--of", "server"], &["--only", "all"], &["--seed", "x"], &["--what"]]
        {
            assert!(Options::read(wrong).is_err(), "{wrong:?}");
        }
    }
}

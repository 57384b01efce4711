//! Everything that must hold before a change goes in. Every step runs, whatever the ones before it said; nothing is
//! tried twice; the last line is the number of tests passed, failed and skipped, for the CI to read.

use std::io::IsTerminal;
use std::time::Duration;

use crate::counts::Counts;
use crate::run::{self, Checked};
use crate::{advisories, arrows, browser, docs, licences, metadata, tools};

pub fn test() -> Checked {
    let mut report = Report::default();
    let (_, total) = run::timed(|| {
        report.step("tools", tools::tools);
        report.step("format", || run::show(run::cargo(&["fmt", "--all", "--check"])));
        report.step("lints", || {
            let targets = ["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"];
            run::show(run::cargo(&targets))
        });
        report.step("arrows", arrows::arrows);
        report.step("licences", licences::licences);
        report.step("advisories", advisories::advisories);
        report.step("docs", docs::docs);
        let nextest = tools::has_nextest();
        report.tests("tests", || if nextest { with_nextest() } else { with_cargo() });
        report.tests("doc tests", doc_tests);
    });
    if !run::root().join("../shared/reference").is_dir() {
        println!("\n../shared/reference is absent: the tests that read it said so and did nothing.");
    }
    if let Ok(target) = metadata::target() {
        println!("\nThe pages as a browser shows them: {}", target.join("gallery/index.html").display());
    }
    report.print(total);
    if report.failed() == 0 { Ok(()) } else { Err(String::new()) }
}

/// The counts printed by a run of tests, and how it ended. A run that printed none did not run.
type Tested = (Option<Counts>, Checked);

fn with_nextest() -> Tested {
    let colour = if std::io::stderr().is_terminal() { "always" } else { "never" };
    let mut command = run::cargo(&["nextest", "run", "--workspace", "--no-fail-fast", "--retries", "0"]);
    command.args(["--status-level", "slow", "--final-status-level", "slow", "--color", colour]);
    command.env(browser::DEMANDED, "1");
    let (said, ended) = run::show_and_keep(command);
    (Counts::of_nextest(&said), ended)
}

fn with_cargo() -> Tested {
    println!("cargo-nextest is not installed: the built-in runner takes longer and says less");
    let mut command =
        run::cargo(&["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast", "-q"]);
    command.env(browser::DEMANDED, "1");
    let (said, ended) = run::show_and_keep(command);
    (Counts::of_cargo_test(&said), ended)
}

fn doc_tests() -> Tested {
    let (said, ended) =
        run::show_and_keep(run::cargo(&["test", "--workspace", "--doc", "--no-fail-fast", "-q"]));
    (Counts::of_cargo_test(&said), ended)
}

#[derive(Default)]
struct Report {
    steps: Vec<(&'static str, Duration, bool)>,
    counts: Counts,
}

impl Report {
    fn step(&mut self, name: &'static str, work: impl FnOnce() -> Checked) {
        println!("\n== {name}");
        let (checked, took) = run::timed(work);
        if let Err(why) = &checked {
            println!("{why}");
        }
        let how = if checked.is_ok() { "ok" } else { "FAILED" };
        println!("-- {name}: {how}, {}", seconds(took));
        self.steps.push((name, took, checked.is_ok()));
    }

    fn tests(&mut self, name: &'static str, work: impl FnOnce() -> Tested) {
        let mut counts = Counts::default();
        self.step(name, || {
            let (counted, ended) = work();
            counts = honest(counted, ended.is_ok());
            let none = counted.is_none().then(|| "no count of tests: they did not all run".to_owned());
            ended.and(none.map_or(Ok(()), Err))
        });
        self.counts += counts;
    }

    fn failed(&self) -> usize {
        self.steps.iter().filter(|(_, _, ok)| !ok).count()
    }

    fn print(&self, total: Duration) {
        println!("\n== summary, {}", seconds(total));
        for (name, took, ok) in &self.steps {
            println!("{:6} {name} ({})", if *ok { "ok" } else { "FAILED" }, seconds(*took));
        }
        println!("{}", self.counts);
    }
}

/// A run that failed never shows as no failure at all: one that could not even be built counts as one.
fn honest(counted: Option<Counts>, ok: bool) -> Counts {
    let mut counts = counted.unwrap_or_default();
    if (!ok || counted.is_none()) && counts.failed == 0 {
        counts.failed = 1;
    }
    counts
}

fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_runs_and_one_failure_is_enough() {
        let mut report = Report::default();
        report.step("first", || Err("broken".to_owned()));
        report.step("second", || Ok(()));
        assert_eq!((report.steps.len(), report.failed()), (2, 1));
    }

    #[test]
    fn a_run_that_did_not_happen_is_a_failure_in_the_counts_too() {
        let mut report = Report::default();
        let three = Counts { passed: 3, failed: 0, skipped: 0 };
        report.tests("good", || (Some(three), Ok(())));
        assert_eq!((report.counts, report.failed()), (three, 0));
        report.tests("not built", || (None, Err("did not compile".to_owned())));
        report.tests("silent", || (None, Ok(())));
        report.tests("counted", || {
            (Some(Counts { passed: 1, failed: 2, skipped: 0 }), Err("failed".to_owned()))
        });
        assert_eq!((report.counts.failed, report.failed()), (4, 3));
        assert_eq!(report.counts.to_string(), "4 passed, 4 failed, 0 skipped");
    }
}

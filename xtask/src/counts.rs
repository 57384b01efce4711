//! How many tests passed, failed and were skipped, read from what the test runners print.

use std::fmt;
use std::ops::AddAssign;

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Counts {
    /// From the `Summary` line of cargo-nextest. None when there is no such line: nothing was run.
    /// A test that timed out or could not start has failed; the bracket after `passed` only details it.
    pub fn of_nextest(said: &str) -> Option<Self> {
        let said = without_colours(said);
        let line = said.lines().rev().find(|line| line.trim_start().starts_with("Summary ["))?;
        let (ran, counted) = line.split_once(" run:")?;
        let mut counts = Self::default();
        for part in without_brackets(counted).split(',') {
            let (number, what) = part.trim().split_once(' ')?;
            let number: u64 = number.parse().ok()?;
            match what.trim() {
                "passed" => counts.passed += number,
                "skipped" => counts.skipped += number,
                _ => counts.failed += number,
            }
        }
        counts.failed += left_out(ran);
        Some(counts)
    }

    /// From every `test result:` line of the built-in test runner, added up. None when there is no such line.
    pub fn of_cargo_test(said: &str) -> Option<Self> {
        let said = without_colours(said);
        let mut lines = said.lines().filter(|line| line.starts_with("test result:")).peekable();
        lines.peek()?;
        let mut counts = Self::default();
        for line in lines {
            let number = |what: &str| {
                let before = line.split([';', '.']).find_map(|part| part.trim().strip_suffix(what));
                before.and_then(|number| number.trim().parse::<u64>().ok()).unwrap_or(0)
            };
            counts += Self { passed: number("passed"), failed: number("failed"), skipped: number("ignored") };
        }
        Some(counts)
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// `5/10 tests` says that five never ran: they have not passed.
fn left_out(ran: &str) -> u64 {
    let part = ran.rsplit(']').next().unwrap_or_default().trim().split(' ').next().unwrap_or_default();
    let Some((ran, all)) = part.split_once('/') else { return 0 };
    match (ran.parse::<u64>(), all.parse::<u64>()) {
        (Ok(ran), Ok(all)) => all.saturating_sub(ran),
        _ => 0,
    }
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0usize;
    text.chars()
        .filter(|c| {
            match c {
                '(' => depth += 1,
                ')' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}

fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c == '\u{1b}' {
            rest.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64, skipped: u64) -> Option<Counts> {
        Some(Counts { passed, failed, skipped })
    }

    #[test]
    fn every_shape_of_nextests_summary_is_read() {
        for (line, expected) in [
            ("     Summary [   0.005s] 3 tests run: 3 passed, 0 skipped", counts(3, 0, 0)),
            ("Summary [ 1.0s] 1 test run: 1 passed, 2 skipped\n", counts(1, 0, 2)),
            (
                "Summary [ 9.9s] 9 tests run: 4 passed (1 slow, 2 leaky), 3 failed, 1 timed out, 1 exec failed, 4 skipped",
                counts(4, 5, 4),
            ),
            ("Summary [ 9.9s] 5/10 tests run: 3 passed, 2 failed, 0 skipped", counts(3, 7, 0)),
            (
                "\u{1b}[32;1m     Summary\u{1b}[0m [   0.0s] \u{1b}[1m2\u{1b}[0m tests run: \u{1b}[1m2\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, \u{1b}[1m1\u{1b}[0m \u{1b}[33;1mskipped\u{1b}[0m",
                counts(2, 0, 1),
            ),
            ("error: could not compile", None),
        ] {
            assert_eq!(Counts::of_nextest(line), expected, "{line}");
        }
    }

    #[test]
    fn the_results_of_every_crate_are_added_up() {
        let said = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s\n\
                    noise\n\
                    test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(Counts::of_cargo_test(said), counts(7, 2, 1));
        assert_eq!(Counts::of_cargo_test("nothing"), None);
        assert_eq!(Counts { passed: 7, failed: 2, skipped: 1 }.to_string(), "7 passed, 2 failed, 1 skipped");
    }
}

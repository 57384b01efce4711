//! What a developer and the CI run: `cargo xtask VERB`. One file per verb; no shell scripts besides `.ci/run`.

mod advisories;
mod arrows;
mod browser;
mod code;
mod counts;
mod docs;
mod licences;
mod metadata;
mod mutants;
mod run;
mod soak;
mod spdx;
mod test;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask VERB

  test                 everything that must hold before a change goes in, with what it needs installed first
  soak [--only NAME] [--of ROOM] [--seed N] [--fresh]
                       the long runs (kill, histories, signatures, fuzz, mutants), resumed where they stopped; state in target/soak/
  arrows               the manifests against the table of rooms, the pure rooms against I/O
  licences             the licence of every dependency against the permissive list
  advisories           the lock file against known faults and abandoned crates
  docs                 links, paths and samples of the documentation
  tools                what tests need on this machine, installed when it can be";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["test"] => test::test(),
        ["soak", options @ ..] => soak::soak(options),
        ["arrows"] => arrows::arrows(),
        ["licences"] => licences::licences(),
        ["advisories"] => advisories::advisories(),
        ["docs"] => docs::docs(),
        ["tools"] => tools::tools(),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(format!("no such verb\n\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            if !why.is_empty() {
                eprintln!("{why}");
            }
            ExitCode::FAILURE
        }
    }
}

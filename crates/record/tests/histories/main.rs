//! Whole lives of a record, drawn from a seed and lived on a real store in a temporary folder: fed, replaced,
//! masked, hidden, announced, archived, deleted; doctors authorised, declared, confirmed, blocked; parents, courts,
//! emergencies, opposition, a carer; documents that were another person's, and a record that becomes part of this one; closed, reopened, dead by mistake, destroyed because the holder asks it or because
//! ten years have passed; the clock moved by minutes or by forty
//! days, over changes of hour; the node stopped and started; lots sent twice, acts repeated after a lost answer.
//!
//! What counts as failure, at every step:
//!
//! 1. something is given with no committed line that names it, to the request and the document;
//! 2. two routes (a search, a list kept open, the sets, opening by id, *see as…*, the overview) show the same caller
//!    different things at the same instant;
//! 3. what is forbidden answers otherwise than what is absent, in kind or in words, to readers and to those who act;
//! 4. a change of rights that was acknowledged does not act on the very next request, whatever was kept open;
//! 5. something acknowledged is not there after a restart, or its line is not;
//! 6. a lot sent twice is fed twice, or answered otherwise;
//! 7. a version of a document, or the number of a line, is skipped or used twice;
//! 8. a search shows what a second, small writing of the rules (`expected`) does not, or lacks what it does;
//! 9. a change is accepted from somebody who may not make it;
//! 10. `verify` finds anything at the end;
//! 11. a document is in two records, or in none once the job that moves it is over, or lost its mask or its lines;
//! 12. a fault, or a refusal for haste, where nothing is wrong.
//!
//! `CARNET_HISTORIES` says how many (2,000 by default), from `CARNET_SEED` (1); with `CARNET_HISTORY` it is that one
//! alone. `cargo xtask soak --only histories` lives 50,000.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod act;
#[path = "../common/mod.rs"]
mod common;
mod correct;
mod drawn;
mod expected;
mod look;
mod world;

use drawn::{Drawn, History};
use world::{Checked, World};

/// Drawn steps of one history; each is a change and then a look by one route or more, so that a history is
/// about 360 acts, and never under `LEAST`.
const LENGTH: usize = 64;
const LEAST: u64 = 200;
const HISTORIES: u64 = 2_000;
/// Tests side by side, each with its share.
const SHARDS: u64 = 4;
/// A look by everybody, each so many steps.
const AROUND: usize = 32;
/// The most lives a failure costs to shrink.
const SHRINKS: usize = 300;

fn from_environment(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |said| said.parse().expect("a whole number"))
}

/// In memory where there is such a folder: what is proved here is not that the disk is synced.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// How many acts it was, or at which step it failed and why.
fn live(history: &History, steps: &[Drawn]) -> Result<u64, (usize, String)> {
    let folder = folder();
    let at = |step: usize| move |why: String| (step, why);
    let mut world = World::new(folder.path(), history).map_err(at(0))?;
    for (which, drawn) in steps.iter().enumerate() {
        world.act(drawn.step).map_err(at(which))?;
        world.look(drawn).map_err(at(which))?;
        if which % AROUND == AROUND - 1 {
            world.look_around(drawn.which).map_err(at(which))?;
        }
    }
    end(&mut world).map_err(at(steps.len()))?;
    Ok(world.acts)
}

/// When every month is over the holder knows every line.
fn end(world: &mut World) -> Checked {
    world.advance(62 * 1440);
    world.restart()?;
    world.lines_tell(true)?;
    world.verify()
}

fn shard(which: u64) {
    let (count, seed) = (from_environment("CARNET_HISTORIES", HISTORIES), from_environment("CARNET_SEED", 1));
    let alone = std::env::var("CARNET_HISTORY").is_ok().then(|| from_environment("CARNET_HISTORY", 0));
    let share = (0..count).filter(|it| it % SHARDS == which && alone.is_none());
    let (mut lived, mut acts, mut fewest) = (0_u64, 0_u64, u64::MAX);
    for number in share.chain(alone.filter(|it| it % SHARDS == which)) {
        // the histories of one seed are not those of the next
        let history = History::drawn(seed.wrapping_mul(1_000_000).wrapping_add(number), LENGTH);
        match live(&history, &history.steps) {
            Ok(took) => (acts, fewest) = (acts + took, fewest.min(took)),
            Err((step, why)) => {
                let again = format!("CARNET_SEED={seed} CARNET_HISTORY={number}");
                panic!("{again}: {}", told(&history, step, &why));
            }
        }
        lived += 1;
    }
    assert!(fewest >= LEAST, "a history of {fewest} acts");
    println!("shard {which}: {lived} histories of seed {seed}, {acts} acts, the shortest {fewest}");
}

/// Seed, step, reason, and the fewest acts found that still fail.
fn told(history: &History, step: usize, why: &str) -> String {
    let mut fewest: Vec<Drawn> = history.steps.iter().take(step + 1).copied().collect();
    let (mut why, mut left) = (why.to_owned(), SHRINKS);
    let mut size = fewest.len() / 2;
    while size > 0 && left > 0 {
        let mut from = 0;
        while from < fewest.len() && left > 0 {
            let mut fewer = fewest.clone();
            fewer.drain(from..(from + size).min(fewest.len()));
            left -= 1;
            match live(history, &fewer) {
                Err((at, other)) => {
                    fewer.truncate(at + 1);
                    (fewest, why) = (fewer, other);
                }
                Ok(_) => from += size,
            }
        }
        size /= 2;
    }
    let acts: Vec<String> = fewest.iter().map(|it| format!("  {it:?}")).collect();
    let kind = if history.child { "a child" } else { "an adult" };
    format!("{kind}, from {}, step {step}: {why}\nfewest acts found:\n{}", history.begins, acts.join("\n"))
}

#[test]
fn lives_of_the_first_quarter() {
    shard(0);
}

#[test]
fn lives_of_the_second_quarter() {
    shard(1);
}

#[test]
fn lives_of_the_third_quarter() {
    shard(2);
}

#[test]
fn lives_of_the_fourth_quarter() {
    shard(3);
}

//! Runs one target: its corpus as it is, then spoilt inputs; what fails is made smaller and told with its file.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::spoil::{Chance, LARGEST, spoilt};

type Decode = fn(&[u8]) -> String;

/// Inputs kept to go on from; further ones take the place of one of chance.
const KEPT: usize = 512;
/// Tries to make a failing input smaller.
const SHRINKS: usize = 2_000;
/// An input that is read for so long is read for ever. No measure of speed: a machine under load is a hundred times
/// quicker than that.
const ENDLESS: Duration = Duration::from_secs(120);
/// In the long run no input may take longer, and be it read again: on a machine under load one may wait once.
const LONGEST: Duration = Duration::from_secs(1);
const AGAIN: usize = 3;

pub fn run(name: &str, quick: u64, samples: &[&str], decode: Decode) {
    let (count, seed) = (environment("CARNET_FUZZ", quick), environment("CARNET_SEED", 1));
    let mut kept = corpus(name, samples);
    assert!(!kept.is_empty(), "nothing to start from: corpus/{name} is empty");
    let watch = Watch::start(name);
    let mut spent = Spent { is_long: environment("CARNET_FUZZ", 0) > 0, ..Spent::default() };
    let mut heard = BTreeSet::new();
    for input in &kept {
        heard.insert(judged(name, input, decode, &watch, &mut spent));
    }
    // each target its own stream, so that adding one changes no other
    let mut chance = name.bytes().fold(Chance::new(seed), |mut chance, byte| {
        let next = chance.next();
        Chance::new(next ^ u64::from(byte))
    });
    for _ in 0..count {
        let (base, other) = (chance.below(kept.len()), chance.below(kept.len()));
        let input = spoilt(&kept[base], &kept[other], &mut chance);
        if heard.insert(judged(name, &input, decode, &watch, &mut spent)) {
            if kept.len() < KEPT {
                kept.push(input);
            } else {
                let place = chance.below(KEPT);
                kept[place] = input;
            }
        }
    }
    println!(
        "{name}: {count} inputs of seed {seed}, {} kinds of answer; {:.0}/s, the longest {:.1} ms for {} bytes",
        heard.len(),
        count as f64 / spent.all.as_secs_f64().max(1e-9),
        spent.longest.as_secs_f64() * 1e3,
        spent.bytes
    );
}

pub fn corpora_are(names: &[&str]) {
    for folder in fs::read_dir(here("corpus")).unwrap() {
        let folder = folder.unwrap().file_name().into_string().unwrap();
        assert!(names.contains(&folder.as_str()), "corpus/{folder} belongs to no target");
    }
}

/// What reading took; on it depends no test run, and the long run alone.
#[derive(Default)]
struct Spent {
    is_long: bool,
    all: Duration,
    longest: Duration,
    /// Of the input that took longest.
    bytes: usize,
}

impl Spent {
    fn by<T>(&mut self, input: &[u8], read: impl Fn() -> T) -> T {
        let (answer, took) = timed(&read);
        self.all += took;
        if took > self.longest {
            (self.longest, self.bytes) = (took, input.len());
        }
        if self.is_long && took > LONGEST {
            let least = (0..AGAIN).map(|_| timed(&read).1).min();
            assert!(least.is_none_or(|it| it < LONGEST), "read for {} ms, each time", took.as_millis());
        }
        answer
    }
}

fn timed<T>(read: impl Fn() -> T) -> (T, Duration) {
    #[expect(clippy::disallowed_methods, reason = "a duration told to a person, and a limit of the long run")]
    let now = Instant::now;
    let begun = now();
    let answer = read();
    (answer, now().saturating_duration_since(begun))
}

/// The answer; a panic is a failure, told with the smallest input that still panics.
fn judged(name: &str, input: &[u8], decode: Decode, watch: &Watch, spent: &mut Spent) -> String {
    if std::env::var_os("CARNET_FUZZ_WRITE").is_some() {
        fs::write(file(name, "last"), input).unwrap();
    }
    let answer = panic::catch_unwind(AssertUnwindSafe(|| spent.by(input, || decode(input))));
    watch.done.fetch_add(1, Ordering::Relaxed);
    answer.unwrap_or_else(|_| {
        let small = shrunk(input, decode, watch);
        let path = file(name, "failed");
        fs::write(&path, &small).unwrap();
        panic!("{name}: {} bytes fail, put them into corpus/{name}: {}", small.len(), path.display())
    })
}

fn shrunk(input: &[u8], decode: Decode, watch: &Watch) -> Vec<u8> {
    let fails = |input: &[u8]| {
        watch.done.fetch_add(1, Ordering::Relaxed);
        panic::catch_unwind(AssertUnwindSafe(|| decode(input))).is_err()
    };
    let (mut small, mut left) = (input.to_vec(), SHRINKS);
    let mut size = small.len() / 2;
    let told = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    while size > 0 && left > 0 {
        let mut from = 0;
        while from < small.len() && left > 0 {
            let mut fewer = small.clone();
            fewer.drain(from..(from + size).min(small.len()));
            left -= 1;
            if fails(&fewer) { small = fewer } else { from += size }
        }
        size /= 2;
    }
    panic::set_hook(told);
    small
}

/// What was kept for this target, and samples kept for other tests. Folders stand for their files.
fn corpus(name: &str, samples: &[&str]) -> Vec<Vec<u8>> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let places = samples.iter().map(|sample| crates.join(sample)).chain([here("corpus").join(name)]);
    let mut files: Vec<PathBuf> = Vec::new();
    for place in places {
        if place.is_dir() {
            files.extend(fs::read_dir(&place).unwrap().map(|it| it.unwrap().path()));
        } else if place.exists() {
            files.push(place);
        }
    }
    // in the same order on every disk
    files.sort();
    let read = files.iter().map(|it| fs::read(it).unwrap());
    read.filter(|input| input.len() <= LARGEST).collect()
}

fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz").join(name)
}

fn file(name: &str, what: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fuzz");
    fs::create_dir_all(&folder).unwrap();
    folder.join(format!("{name}.{what}"))
}

fn environment(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |said| said.parse().expect("a whole number"))
}

/// Ends the process when one input takes for ever: nothing else can be done about it from outside.
struct Watch {
    done: Arc<AtomicU64>,
}

impl Watch {
    fn start(name: &str) -> Self {
        let done = Arc::new(AtomicU64::new(0));
        let (seen, name) = (Arc::downgrade(&done), name.to_owned());
        thread::spawn(move || {
            let mut before = u64::MAX;
            while let Some(now) = seen.upgrade().map(|it| it.load(Ordering::Relaxed)) {
                if now == before {
                    eprintln!("{name}: input {now} is read for ever; CARNET_FUZZ_WRITE=1 writes it down");
                    std::process::abort();
                }
                before = now;
                thread::sleep(ENDLESS);
            }
        });
        Self { done }
    }
}

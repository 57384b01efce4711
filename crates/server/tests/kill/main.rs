//! `kill -9` under load (abuse cases K01 and K08), `CARNET_KILLS` times on one data folder that is kept: whatever
//! was acknowledged is there, no submission is there by half, no answer came without its line, and a client that
//! asks again gets one submission and one answer. `CARNET_SEED` gives the same workload again; the instant of the
//! kill falls where it falls.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

#[path = "../common/mod.rs"]
mod common;
mod load;
mod process;
mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use common::bundle::Person;
use common::holder::Holder;
use common::{Demo, free_ports};
use load::{Change, Crew, Deeds, Fed, Known};
use process::{assert_whole, is_alive, log, signal};
use rehearsal::SeededDice;
use serde_json::Value;
use wire::Shown;

/// Abuse case K01.
const LONGEST_START: Duration = Duration::from_secs(10);
/// The whole store is verified, and the traces are read, each time so many kills have passed.
const EVERY: u64 = 10;
/// Records opened last, on which the clients work beside those of `demo.json`.
const LATEST: usize = 3;

#[test]
fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let kills = from_environment("CARNET_KILLS").unwrap_or(100);
    let seed =
        from_environment("CARNET_SEED").unwrap_or_else(|| RandomState::new().hash_one(0) % 1_000_000_000);
    eprintln!("CARNET_KILLS={kills} CARNET_SEED={seed}");
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut story = Story::begin(&data, seed);
    for kill in 1..=kills {
        story.round(kill);
    }
    story.end();
}

#[test]
fn a_first_start_that_is_killed_is_done_over() {
    let seed = from_environment("CARNET_SEED").unwrap_or(1);
    let dice = SeededDice::new(seed);
    let folder = tempfile::tempdir().unwrap();
    for turn in 0..6 {
        let data = folder.path().join(format!("data-{turn}"));
        let mut left = 3;
        while left > 0 && kill_while_starting(&data, Duration::from_millis(dice.below(900))) {
            left -= 1;
        }
        let demo = Demo::start_in(&data);
        for patient in demo.file["patients"].as_array().unwrap() {
            if patient["record"] == "open" {
                let holder = Holder::of(&demo, patient);
                let documents = holder.get("/api/documents").must(200).json();
                assert_eq!(documents["documents"].as_array().map(Vec::len), Some(4), "{documents}");
            }
        }
        assert_whole(&data);
    }
}

/// The one data folder over all kills, and what its clients remember.
struct Story<'a> {
    data: &'a Path,
    seed: u64,
    dice: SeededDice,
    demo: Demo,
    crew: Crew,
    /// INS of open records, with whether the changing doctor is authorised.
    open: Vec<(String, bool)>,
    fed: Vec<Fed>,
    newcomers: u32,
    /// Answered requests whose lines are still to be found, by INS.
    untraced: BTreeMap<String, BTreeSet<String>>,
    counts: Counts,
}

#[derive(Default)]
struct Counts {
    kills: u64,
    killed_starts: u64,
    longest_start: Duration,
    /// Submissions acknowledged before a kill.
    acknowledged: u64,
    unanswered: u64,
    /// Unanswered submissions that were there all the same.
    durable_unanswered: u64,
    documents: u64,
    read_under_load: u64,
    read_back: u64,
    searched: u64,
    rights: u64,
    opened: u64,
    answered: u64,
    traced: u64,
    busy: u64,
}

impl<'a> Story<'a> {
    fn begin(data: &'a Path, seed: u64) -> Self {
        let demo = Demo::start_in(data);
        let crew = Crew::of(&demo);
        let open: Vec<_> = patients(&demo).into_iter().map(|it| (ins(&it), false)).collect();
        for (ins, _) in &open {
            allow(&demo, &crew, ins);
        }
        Self {
            data,
            seed,
            dice: SeededDice::new(seed),
            demo,
            crew,
            open,
            fed: Vec::new(),
            newcomers: 0,
            untraced: BTreeMap::new(),
            counts: Counts::default(),
        }
    }

    /// Load, kill, start again, and everything the round did is looked at.
    fn round(&mut self, kill: u64) {
        let deeds = self.load_and_kill(kill);
        if self.dice.below(8) == 0 {
            let after = Duration::from_millis(self.dice.below(150));
            self.counts.killed_starts += u64::from(kill_while_starting(self.data, after));
        }
        let begun = Instant::now();
        self.demo = Demo::start_in(self.data);
        let took = begun.elapsed();
        assert!(took < LONGEST_START, "the start after kill {kill} took {took:?}");
        self.counts.longest_start = self.counts.longest_start.max(took);
        self.settle(deeds);
        if kill.is_multiple_of(EVERY) {
            self.look_at_traces();
            assert_whole(self.data);
        }
    }

    fn load_and_kill(&mut self, kill: u64) -> Deeds {
        let latest = self.open.len().saturating_sub(LATEST).max(2);
        let patients = [&self.open[..2], &self.open[latest..]].concat();
        self.newcomers += 1;
        let known = Known {
            demo: &self.demo,
            crew: &self.crew,
            patients,
            lots: self.fed.iter().collect(),
            newcomer: Some(Person::invented(self.newcomers)),
            seed: self.seed.wrapping_mul(10_000).wrapping_add(kill),
        };
        let after = Duration::from_millis(20 + self.dice.below(500));
        let process = self.demo.id();
        let deeds = known.work_until(|| {
            thread::sleep(after);
            assert!(is_alive(process), "it ended by itself; its log: {}", log(&self.demo));
            // the handle stays with the story: only the process goes
            signal(process, "KILL");
        });
        self.demo.kill();
        self.counts.kills += 1;
        deeds
    }

    /// What the round did is looked at, and what was left open is asked again.
    fn settle(&mut self, deeds: Deeds) {
        let Deeds { fed, rights, opened, answered, read, searched, busy } = deeds;
        self.counts.read_under_load += read;
        self.counts.searched += searched;
        self.counts.busy += busy;
        self.counts.answered += answered.len() as u64;
        for (ins, request) in answered {
            self.untraced.entry(ins).or_default().insert(request);
        }
        let found = self.find(&fed);
        for fed in fed {
            let fed = self.settle_lot(fed, &found);
            self.read_back(&fed, &found);
            self.counts.documents += fed.lot.documents.len() as u64;
            self.fed.push(fed);
        }
        self.settle_rights(rights);
        for opening in opened {
            self.settle_opening(opening);
        }
    }

    /// The documents of these submissions that are there, by unique id.
    fn find(&self, fed: &[Fed]) -> BTreeMap<String, Shown> {
        let mut wanted: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for Fed { lot, .. } in fed {
            let ids = lot.documents.iter().map(|it| it.unique_id.as_str());
            wanted.entry(&lot.ins).or_default().extend(ids);
        }
        let mut found = BTreeMap::new();
        for (ins, ids) in wanted {
            for some in ids.chunks(20) {
                let (answer, shown) = wire::search(&self.demo, &self.crew.reader, ins, some).unwrap();
                assert_eq!(answer.status, 200, "{}", answer.text());
                found.extend(shown.into_iter().map(|it| (it.unique_id.clone(), it)));
            }
        }
        found
    }

    /// Whole or not at all; there when acknowledged; and one submission, one answer when asked again (K08).
    fn settle_lot(&mut self, fed: Fed, found: &BTreeMap<String, Shown>) -> Fed {
        let Fed { lot, answer } = fed;
        let there = lot.documents.iter().filter(|it| found.contains_key(&it.unique_id)).count();
        if answer.is_some() {
            self.counts.acknowledged += 1;
            assert_eq!(there, lot.documents.len(), "an acknowledged submission: {}", lot.unique_id);
            return Fed { lot, answer };
        }
        self.counts.unanswered += 1;
        assert!([0, lot.documents.len()].contains(&there), "half a submission: {}", lot.unique_id);
        self.counts.durable_unanswered += u64::from(there > 0);
        let (_, client) = self.crew.houses.iter().find(|(house, _)| house.text("id") == lot.house).unwrap();
        let mut again = || {
            let answer = lot.send(&self.demo, client).unwrap();
            assert_eq!(answer.status, 200, "asked again: {}", answer.text());
            self.untraced.entry(lot.ins.clone()).or_default().insert(answer.request.clone());
            self.counts.answered += 1;
            answer
        };
        let first = again().bytes().to_vec();
        assert_eq!(first, again().bytes(), "a submission asked again twice");
        for document in lot.documents.iter().filter_map(|it| found.get(&it.unique_id)) {
            let (_, id) = document.url.rsplit_once('/').unwrap();
            let says = String::from_utf8_lossy(&first);
            assert!(says.contains(&format!("DocumentReference/{id}")), "{id} is there, the answer: {says}");
        }
        assert_eq!(wire::sets(&self.demo, &self.crew.reader, &lot).unwrap(), 1);
        Fed { lot, answer: Some(first) }
    }

    /// Byte for byte: the first document here, all of them at the end.
    fn read_back(&mut self, fed: &Fed, found: &BTreeMap<String, Shown>) {
        let first = fed.lot.documents.first();
        if let Some((document, shown)) = first.and_then(|it| Some((it, found.get(&it.unique_id)?))) {
            let answer = wire::read(&self.crew.reader, &shown.url).unwrap();
            assert_eq!(answer.status, 200, "{}", answer.text());
            assert!(answer.bytes() == document.bytes, "{} came back otherwise", document.unique_id);
            self.counts.read_back += 1;
        }
    }

    fn settle_rights(&mut self, rights: Vec<Change<(String, bool)>>) {
        let mut stands: BTreeMap<String, (bool, bool)> = BTreeMap::new();
        for Change { what: (ins, authorised), answered } in rights {
            self.counts.rights += u64::from(answered);
            stands.insert(ins, (authorised, answered));
        }
        for (ins, (authorised, answered)) in stands {
            let answer = wire::knock(&self.demo, &self.crew.changing, &ins).unwrap();
            let now = match answer.status {
                200 => true,
                403 => false,
                other => panic!("a search: {other} {}", answer.text()),
            };
            assert!(!answered || now == authorised, "an acknowledged right: {authorised}, found {now}");
            let known = self.open.iter_mut().find(|(it, _)| *it == ins).unwrap();
            known.1 = now;
        }
    }

    fn settle_opening(&mut self, Change { what: newcomer, answered }: Change<Person>) {
        let again = wire::open(&self.demo, &self.crew.counter, &newcomer).unwrap();
        let expected: &[u16] = if answered { &[409] } else { &[201, 409] };
        assert!(expected.contains(&again.status), "opened before ({answered}): {}", again.text());
        let more = wire::open(&self.demo, &self.crew.counter, &newcomer).unwrap();
        assert_eq!(more.status, 409, "{}", more.text());
        allow(&self.demo, &self.crew, &newcomer.ins);
        self.open.push((newcomer.ins, false));
        self.counts.opened += 1;
    }

    /// Each answered request has its line in the trace of the holder it was about.
    fn look_at_traces(&mut self) {
        for patient in patients(&self.demo) {
            let Some(mut wanted) = self.untraced.remove(&ins(&patient)) else { continue };
            let all = wanted.len();
            strike_traced(&Holder::of(&self.demo, &patient), &mut wanted);
            assert!(wanted.is_empty(), "{} of {all} answers without a line: {wanted:?}", wanted.len());
            self.counts.traced += all as u64;
        }
    }

    /// Everything that was ever acknowledged, once more; then a clean end.
    fn end(mut self) {
        self.look_at_traces();
        assert_whole(self.data);
        let mut expected: BTreeMap<&str, BTreeMap<&str, &[u8]>> = BTreeMap::new();
        for Fed { lot, .. } in &self.fed {
            let documents = lot.documents.iter().map(|it| (it.unique_id.as_str(), it.bytes.as_slice()));
            expected.entry(&lot.ins).or_default().extend(documents);
        }
        for (ins, mut documents) in expected {
            let (answer, shown) = wire::search(&self.demo, &self.crew.reader, ins, &[]).unwrap();
            assert_eq!(answer.status, 200, "{}", answer.text());
            let mut strangers = 0;
            for it in &shown {
                let Some(bytes) = documents.remove(it.unique_id.as_str()) else {
                    strangers += 1;
                    continue;
                };
                let answer = wire::read(&self.crew.reader, &it.url).unwrap();
                assert!(
                    answer.status == 200 && answer.bytes() == bytes,
                    "{} came back otherwise",
                    it.unique_id
                );
                self.counts.read_back += 1;
            }
            assert!(documents.is_empty(), "lost: {:?}", documents.keys());
            let seeded = if self.open.iter().take(4).any(|(it, _)| it == ins) { 4 } else { 0 };
            assert_eq!(strangers, seeded, "documents nobody fed");
        }
        let status = self.demo.terminate().expect("SIGTERM ends it within ten seconds");
        assert!(status.success(), "{status}");
        let report = assert_whole(self.data);
        let lines = report["lines"].as_u64().unwrap();
        let Counts { kills, killed_starts, longest_start, acknowledged, unanswered, .. } = self.counts;
        let Counts { durable_unanswered, documents, read_under_load, read_back, searched, .. } = self.counts;
        let Counts { rights, opened, answered, traced, busy, .. } = self.counts;
        assert!(lines >= answered, "{lines} lines, {answered} answers");
        let log = log(&self.demo);
        assert!(!log.contains("panic") && !log.contains("ERROR"), "{log}");
        eprintln!(
            "{kills} kills (and {killed_starts} while starting; longest start {} ms), seed {}: {acknowledged} \
             submissions acknowledged, {unanswered} unanswered ({durable_unanswered} of them were there), \
             {documents} documents, {rights} rights changed, {opened} records opened; {searched} searches and \
             {read_under_load} readings under load, {read_back} read back; {traced} of {answered} answers found in \
             their holder's trace, {lines} lines in all; {busy} times busy",
            longest_start.as_millis(),
            self.seed,
        );
        assert!(acknowledged > 0 && read_back > 0 && traced > 0, "nothing was done");
    }
}

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|it| it.parse().unwrap_or_else(|_| panic!("{name} is a whole number")))
}

/// Those of `demo.json` whose record is open.
fn patients(demo: &Demo) -> Vec<Value> {
    let all = demo.file["patients"].as_array().unwrap();
    all.iter().filter(|it| it["record"] == "open").cloned().collect()
}

fn ins(patient: &Value) -> String {
    patient["ins"].as_str().unwrap().to_owned()
}

/// Takes from `wanted` each request that has its line; stops when none is left or the trace ends.
fn strike_traced(holder: &Holder<'_>, wanted: &mut BTreeSet<String>) {
    let mut next = Some(String::new());
    while let Some(from) = next.filter(|_| !wanted.is_empty()) {
        let page = holder.get(&format!("/api/trace?limit=500{from}")).must(200).json();
        for line in page["lines"].as_array().unwrap() {
            wanted.remove(line["request"].as_str().unwrap());
        }
        next = page["next"].as_u64().map(|it| format!("&before={it}"));
    }
}

/// The reader is authorised.
fn allow(demo: &Demo, crew: &Crew, ins: &str) {
    let answer = wire::authorise(demo, &crew.reader, ins, "AJOUT").unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
}

/// Starts and kills so much later; false when it had ended by itself, a port being taken.
fn kill_while_starting(data: &Path, after: Duration) -> bool {
    let mut child = Command::new(env!("CARGO_BIN_EXE_carnet"))
        .args(["demo", "--town", "0", "--port-base", &free_ports().to_string(), "--data"])
        .arg(data)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    thread::sleep(after);
    let running = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    running
}

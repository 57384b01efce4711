//! Clients at work until the process is killed under them, and what each of them remembers of it.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rehearsal::SeededDice;
use ureq::Agent;

use crate::common::bundle::Person;
use crate::common::{Actor, Demo};
use crate::wire::{self, Answer, Lot, Silence};

/// Everybody who works, each with a client kept over all starts.
pub struct Crew {
    pub houses: Vec<(Actor, Agent)>,
    /// Authorised by everybody: reads, and checks.
    pub reader: Agent,
    /// Authorised and revoked again and again.
    pub changing: Agent,
    /// Never authorised.
    pub stranger: Agent,
    /// At the counter, where records are opened.
    pub counter: Agent,
}

impl Crew {
    pub fn of(demo: &Demo) -> Self {
        let houses: Vec<_> =
            demo.actors().into_iter().filter(|it| it.text("kind") == "organisation").collect();
        let doctors: Vec<_> = demo
            .actors()
            .into_iter()
            .filter(|it| it.value["role"] == "10" && it.text("kind") == "professional")
            .collect();
        let client = |actor: &Actor| demo.client(Some(actor));
        Self {
            houses: houses.into_iter().take(2).map(|it| (it.clone(), client(&it))).collect(),
            reader: client(&doctors[0]),
            changing: client(&doctors[1]),
            stranger: client(&doctors[2]),
            counter: client(&demo.actor("agent")),
        }
    }
}

/// A submission and the body of its first answer; none when there was none.
pub struct Fed {
    pub lot: Lot,
    pub answer: Option<Vec<u8>>,
}

/// What was done to a right or a record, and whether that was answered.
pub struct Change<T> {
    pub what: T,
    pub answered: bool,
}

/// What one round's clients remember.
#[derive(Default)]
pub struct Deeds {
    pub fed: Vec<Fed>,
    /// The patient's INS, and whether they authorised.
    pub rights: Vec<Change<(String, bool)>>,
    pub opened: Vec<Change<Person>>,
    /// Answered requests with the INS in whose trace they must stand.
    pub answered: Vec<(String, String)>,
    pub read: u64,
    pub searched: u64,
    /// Answers that ask to come back.
    pub busy: u64,
}

impl Deeds {
    fn note(&mut self, ins: &str, answer: &Answer) {
        self.answered.push((ins.to_owned(), answer.request.clone()));
    }

    fn take(&mut self, other: Deeds) {
        let Deeds { fed, rights, opened, answered, read, searched, busy } = other;
        self.fed.extend(fed);
        self.rights.extend(rights);
        self.opened.extend(opened);
        self.answered.extend(answered);
        self.read += read;
        self.searched += searched;
        self.busy += busy;
    }
}

/// What the clients know when they begin.
pub struct Known<'a> {
    pub demo: &'a Demo,
    pub crew: &'a Crew,
    /// The records they work on, and for each whether the changing doctor is authorised.
    pub patients: Vec<(String, bool)>,
    /// Acknowledged in earlier rounds.
    pub lots: Vec<&'a Fed>,
    pub newcomer: Option<Person>,
    pub seed: u64,
}

impl Known<'_> {
    /// Works until `end` has run, which ends the process.
    pub fn work_until(&self, end: impl FnOnce()) -> Deeds {
        let over = AtomicBool::new(false);
        let mut deeds = Deeds::default();
        std::thread::scope(|scope| {
            let over = &over;
            let mut workers = Vec::new();
            for (turn, house) in self.crew.houses.iter().enumerate() {
                workers.push(scope.spawn(move || self.feed(house, self.dice(turn as u64), over)));
            }
            for turn in 10..12 {
                workers.push(scope.spawn(move || self.read(&self.dice(turn), over)));
            }
            workers.push(scope.spawn(move || self.change(&self.dice(20), over)));
            workers.push(scope.spawn(move || self.intrude(&self.dice(30), over)));
            end();
            over.store(true, Ordering::SeqCst);
            for worker in workers {
                deeds.take(worker.join().expect("a client panicked"));
            }
        });
        deeds
    }

    fn dice(&self, turn: u64) -> SeededDice {
        SeededDice::new(self.seed.wrapping_mul(1000).wrapping_add(turn))
    }

    fn one_of<'b, T>(dice: &SeededDice, among: &'b [T]) -> Option<&'b T> {
        among.get(dice.below(among.len() as u64) as usize)
    }

    fn patient(&self, dice: &SeededDice) -> &str {
        &Self::one_of(dice, &self.patients).expect("patients").0
    }

    fn feed(&self, (house, client): &(Actor, Agent), dice: SeededDice, over: &AtomicBool) -> Deeds {
        let mut deeds = Deeds::default();
        while !over.load(Ordering::SeqCst) {
            let sizes: Vec<_> = (0..=dice.below(3)).map(|_| size(&dice)).collect();
            let lot = Lot::new(&dice, house, self.patient(&dice), &sizes);
            let told = lot.send(self.demo, client);
            let silent = told.is_err();
            let answer = told.ok().and_then(|answer| {
                deeds.note(&lot.ins, &answer);
                if answer.status == 503 {
                    deeds.busy += 1;
                    std::thread::sleep(Duration::from_millis(10));
                    return None;
                }
                assert_eq!(answer.status, 200, "a submission: {}", answer.text());
                answer.body
            });
            deeds.fed.push(Fed { lot, answer });
            if silent {
                break;
            }
            // whoever asks again gets the same answer, whichever start gave the first
            if dice.below(8) == 0
                && let Some(Fed { lot, answer: Some(first) }) = deeds.fed.last()
            {
                let Ok(again) = lot.send(self.demo, client) else { break };
                if again.status == 200 && again.body.is_some() {
                    assert_eq!(again.body.as_ref(), Some(first), "a repeated submission");
                }
                let ins = lot.ins.clone();
                deeds.note(&ins, &again);
            }
        }
        deeds
    }

    fn read(&self, dice: &SeededDice, over: &AtomicBool) -> Deeds {
        let mut deeds = Deeds::default();
        while !over.load(Ordering::SeqCst) {
            if self.read_one(dice, &mut deeds).is_err() {
                break;
            }
        }
        deeds
    }

    fn read_one(&self, dice: &SeededDice, deeds: &mut Deeds) -> Result<(), Silence> {
        let Some(fed) = Self::one_of(dice, &self.lots) else { return Err(Silence) };
        let lot = &fed.lot;
        let (answer, shown) = wire::search(self.demo, &self.crew.reader, &lot.ins, &lot.unique_ids())?;
        deeds.note(&lot.ins, &answer);
        deeds.searched += 1;
        if answer.status == 503 || answer.body.is_none() {
            deeds.busy += 1;
            return Ok(());
        }
        assert_eq!(answer.status, 200, "a search: {}", answer.text());
        assert_eq!(shown.len(), lot.documents.len(), "a search under load");
        for document in &lot.documents {
            let it = shown.iter().find(|it| it.unique_id == document.unique_id).expect("the document");
            let answer = wire::read(&self.crew.reader, &it.url)?;
            deeds.note(&lot.ins, &answer);
            match (answer.status, answer.body) {
                (200, Some(bytes)) => assert!(bytes == document.bytes, "a document read under load"),
                (200, None) | (503, _) => deeds.busy += 1,
                (other, body) => panic!("a reading: {other} {body:?}"),
            }
            deeds.read += 1;
        }
        Ok(())
    }

    /// Authorised, then not any more, and each time the next search says so.
    fn change(&self, dice: &SeededDice, over: &AtomicBool) -> Deeds {
        let mut deeds = Deeds::default();
        let mut stands = self.patients.clone();
        while !over.load(Ordering::SeqCst) {
            let at = dice.below(stands.len() as u64) as usize;
            let (ins, authorised) = &mut stands[at];
            let action = if *authorised { "SUPPRESSION" } else { "AJOUT" };
            let client = &self.crew.changing;
            let told = wire::authorise(self.demo, client, ins, action);
            let answered = told.as_ref().is_ok_and(|it| it.status == 200);
            deeds.rights.push(Change { what: (ins.clone(), !*authorised), answered });
            let Ok(answer) = told else { break };
            deeds.note(ins, &answer);
            if answer.status == 503 {
                deeds.busy += 1;
                break;
            }
            assert_eq!(answer.status, 200, "{action}: {}", answer.text());
            *authorised = !*authorised;
            let Ok(answer) = wire::knock(self.demo, client, ins) else { break };
            deeds.note(ins, &answer);
            deeds.searched += 1;
            let expected = if *authorised { 200 } else { 403 };
            assert!([expected, 503].contains(&answer.status), "after {action}: {}", answer.text());
        }
        deeds
    }

    /// Opens a record, then tries others without a right.
    fn intrude(&self, dice: &SeededDice, over: &AtomicBool) -> Deeds {
        let mut deeds = Deeds::default();
        if let Some(newcomer) = &self.newcomer {
            std::thread::sleep(Duration::from_millis(dice.below(100)));
            let told = wire::open(self.demo, &self.crew.counter, newcomer);
            let answered = told.as_ref().is_ok_and(|it| it.status == 201);
            if let Ok(answer) = &told {
                assert!([201, 503].contains(&answer.status), "opening: {}", answer.text());
            }
            deeds.opened.push(Change { what: newcomer.clone(), answered });
        }
        while !over.load(Ordering::SeqCst) {
            let ins = self.patient(dice);
            let Ok(answer) = wire::knock(self.demo, &self.crew.stranger, ins) else { break };
            deeds.note(ins, &answer);
            deeds.searched += 1;
            assert!([403, 503].contains(&answer.status), "a stranger: {}", answer.text());
            std::thread::sleep(Duration::from_millis(5));
        }
        deeds
    }
}

/// Small, and now and then too large to be a row.
fn size(dice: &SeededDice) -> usize {
    if dice.below(30) == 0 { 280_000 } else { 60 + dice.below(3000) as usize }
}

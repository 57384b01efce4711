//! Random histories replay without a fault; then each kind of tampering is tried everywhere it can be, and
//! must be found and named (M02, K05).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use journal::{
    BodyMark, Fault, Found, Hash, Head, Leaf, Line, LogAudit, Replay, Replayed, chain_after, chain_start,
    leaf_hash,
};
use model::{Instant, Mark, RecordId, RowId, RowKind};
use proptest::prelude::*;
use serde_json::json;

const RECORD: RecordId = RecordId::from_bytes([1; 16]);

fn sha(bytes: &[u8]) -> Hash {
    digest(&SHA256, bytes).as_ref().try_into().unwrap()
}

/// Stands for the keyed hash of a row.
fn row_hash(mark: &Mark) -> Hash {
    sha(&serde_json::to_vec(mark).unwrap())
}

/// The sum modulo 2²⁵⁶, computed anew each time.
fn digest_of(rows: &BTreeMap<(RowKind, RowId), Mark>) -> Hash {
    let mut columns = [0u32; 32];
    for mark in rows.values() {
        columns.iter_mut().zip(row_hash(mark)).for_each(|(column, byte)| *column += u32::from(byte));
    }
    let mut carry = 0;
    for column in columns.iter_mut().rev() {
        carry += *column;
        *column = carry & 255;
        carry >>= 8;
    }
    columns.map(|column| column as u8)
}

/// A record as a store would hold it, opened.
#[derive(Clone, Default)]
struct Store {
    lines: Vec<(u64, Vec<u8>)>,
    rows: BTreeMap<(RowKind, RowId), Mark>,
    /// Every row as it once was.
    past: Vec<Mark>,
    bodies: Vec<BodyMark>,
    head: Option<Head>,
    /// The log, shared with records of others, whose leaves are zero.
    log: Vec<Hash>,
}

/// What one commit does, from random numbers.
#[derive(Clone, Debug)]
struct Step {
    write: Vec<(u8, u8)>,
    remove: Option<u8>,
    body: bool,
    others: u8,
}

fn step() -> impl Strategy<Value = Step> {
    let write = prop::collection::vec((0..6u8, 0..3u8), 0..4);
    (write, prop::option::weighted(0.3, any::<u8>()), any::<bool>(), 0..3u8)
        .prop_map(|(write, remove, body, others)| Step { write, remove, body, others })
}

const KINDS: [RowKind; 6] = [
    RowKind::Gate,
    RowKind::Identity,
    RowKind::Rights,
    RowKind::Metadata,
    RowKind::Credential,
    RowKind::Queue,
];

impl Store {
    fn of(steps: &[Step]) -> Self {
        let mut store = Self::default();
        steps.iter().for_each(|step| store.commit(step));
        store
    }

    fn commit(&mut self, step: &Step) {
        let seq = self.lines.len() as u64 + 1;
        let mut removed = Vec::new();
        if let Some(which) = step.remove
            && let Some(key) = self.rows.keys().nth(usize::from(which) % self.rows.len().max(1)).copied()
        {
            self.rows.remove(&key);
            removed.push(key);
        }
        let mut wrote = BTreeMap::new();
        for (kind, row) in &step.write {
            let (kind, row) = (KINDS[usize::from(*kind)], RowId::from_bytes([*row; 16]));
            let version =
                self.past.iter().filter(|mark| (mark.kind, mark.row) == (kind, row)).count() as u64 + 1;
            let tag = sha(format!("{kind:?} {row} {version} {seq}").as_bytes())[..16].try_into().unwrap();
            wrote.entry((kind, row)).or_insert(Mark { kind, row, version, tag });
        }
        self.past.extend(wrote.values());
        self.rows.extend(wrote.iter());
        let body =
            BodyMark { row: RowId::from_bytes([100 + seq as u8; 16]), version: 1, sha256: sha(&[seq as u8]) };
        let bodies = Vec::from_iter(step.body.then_some(body));
        self.bodies.extend(&bodies);
        self.log.extend((0..step.others).map(|_| [0; 32]));
        let line = Line {
            format: Line::FORMAT,
            seq,
            leaf: self.log.len() as u64,
            at: Instant::from_millis(1_000 - seq as i64),
            previous: self.head.map_or(chain_start(RECORD), |head| head.chain),
            version: seq / 2,
            epoch: 1,
            digest: digest_of(&self.rows),
            wrote: wrote.into_values().collect(),
            removed,
            bodies,
            salt: sha(&seq.to_be_bytes()),
            account: json!({ "act": "consult", "objects": [seq] }),
        };
        self.append(&line);
    }

    fn append(&mut self, line: &Line) {
        let bytes = line.to_bytes().unwrap();
        let head = Head {
            record: RECORD,
            version: line.version,
            seq: line.seq,
            chain: chain_after(&line.previous, &bytes),
            digest: line.digest,
            epoch: line.epoch,
            leaf: line.leaf,
        };
        self.log.push(leaf_hash(&line.salt, &head));
        self.lines.push((line.seq, bytes));
        self.head = Some(head);
    }

    fn parsed(&self, at: usize) -> Line {
        Line::parse(&self.lines[at].1).unwrap()
    }

    fn replay(&self) -> Replayed {
        let mut replay = Replay::new(RECORD).with_digest(row_hash);
        for (seq, bytes) in &self.lines {
            if bytes.is_empty() { replay.sealed_line(*seq) } else { replay.line(*seq, bytes) }
        }
        let rows: Vec<Mark> = self.rows.values().copied().collect();
        replay.finish(&Found { head: self.head.as_ref(), rows: &rows, bodies: &self.bodies })
    }

    fn audit(&self, leaves: &[Leaf]) -> Vec<Fault> {
        let mut audit = LogAudit::new(self.log.len() as u64);
        for leaf in leaves {
            audit.claim(RECORD, leaf, self.log.get(leaf.index as usize).copied());
        }
        (0..).zip(&self.log).filter(|(_, hash)| **hash == [0; 32]).for_each(|(index, _)| audit.excuse(index));
        audit.finish()
    }

    /// All that the verifier says, replay and log.
    fn faults(&self) -> Vec<String> {
        let replayed = self.replay();
        let log = self.audit(&replayed.leaves);
        replayed.faults.iter().chain(&log).map(|fault| fault.to_string()).collect()
    }

    /// Does something to a copy, and expects to be told so in these words.
    fn tamper(&self, how: impl FnOnce(&mut Store), words: &str) {
        let mut copy = self.clone();
        how(&mut copy);
        let faults = copy.faults();
        assert!(faults.iter().any(|fault| fault.contains(words)), "wanted “{words}” in {faults:#?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_true_history_has_no_fault(steps in prop::collection::vec(step(), 0..14)) {
        let store = Store::of(&steps);
        let replayed = store.replay();
        prop_assert_eq!(replayed.faults, vec![]);
        prop_assert_eq!(replayed.leaves.len(), steps.len());
        prop_assert_eq!(store.audit(&replayed.leaves), vec![]);
    }

    #[test]
    fn a_changed_trace_is_found(steps in prop::collection::vec(step(), 1..10)) {
        let store = Store::of(&steps);
        let count = store.lines.len();
        for at in 0..count {
            let seq = at as u64 + 1;
            store.tamper(|s| { s.lines.remove(at); }, &format!("line {seq} is missing"));
            store.tamper(|s| s.lines[at].1.clear(), &format!("line {seq} does not open"));
            store.tamper(|s| s.lines[at].1 = b"{}".to_vec(), &format!("line {seq} cannot be read"));
            // one word of the account
            let mut line = store.parsed(at);
            line.account = json!({ "act": "nothing" });
            let changed = line.to_bytes().unwrap();
            store.tamper(|s| s.lines[at].1 = changed.clone(), &format!("line {seq} was changed"));
            store.tamper(|s| s.lines[at].1 = changed, "was made of another line");
            for other in (0..count).filter(|other| *other != at) {
                let in_its_place = format!("line {seq} has line {} in its place", other + 1);
                store.tamper(|s| s.lines[at].1 = store.lines[other].1.clone(), &in_its_place);
            }
            store.tamper(|s| s.lines.insert(at + 1, store.lines[at].clone()), &format!("line {seq} comes out of order, after line {seq}"));
        }
        store.tamper(|s| s.head = None, "the head is missing");
        // the end cut off, and the head put back with it: only the log knows
        let mut before = Store::of(&steps[..count - 1]);
        prop_assert_eq!(before.replay().faults, vec![]);
        before.log = store.log.clone();
        let lost = store.log.len() - 1;
        let said = before.faults();
        prop_assert!(said.iter().any(|fault| fault.contains(&format!("leaf {lost} is in no line"))), "{:?}", said);
        if count > 1 {
            store.tamper(|s| s.head = before.head, "an older head was put back");
            store.tamper(|s| { s.lines.swap(0, count - 1); }, "comes out of order");
        }
        // the head of another record, or one part of it
        let head = store.head.unwrap();
        store.tamper(|s| s.head = Some(Head { record: RecordId::from_bytes([2; 16]), ..head }), "the head is that of record");
        store.tamper(|s| s.head = Some(Head { chain: [0; 32], ..head }), "the head does not follow from it");
        store.tamper(|s| s.head = Some(Head { seq: head.seq + 2, ..head }), "are missing");
        for wrong in [
            Head { version: head.version + 1, ..head },
            Head { digest: [0xee; 32], ..head },
            Head { epoch: 2, ..head },
            Head { leaf: head.leaf + 1, ..head },
        ] {
            store.tamper(|s| s.head = Some(wrong), "the head is not the one line");
        }
    }

    #[test]
    fn a_changed_row_is_found(steps in prop::collection::vec(step(), 1..10)) {
        let store = Store::of(&steps);
        for (key, mark) in &store.rows {
            let row = format!("row {} {}", mark.kind.label(), mark.row);
            let version = mark.version;
            store.tamper(|s| { s.rows.remove(key); }, &format!("{row} is missing"));
            store.tamper(|s| s.rows.get_mut(key).unwrap().tag[0] ^= 1, &format!("{row} was changed since line"));
            let words = format!("{row} is at version {}, the trace says {version}: it was written without a line", version + 1);
            store.tamper(|s| s.rows.get_mut(key).unwrap().version += 1, &words);
            // moved: gone from here and unknown there
            let there = (mark.kind, RowId::from_bytes([77; 16]));
            let moved = Mark { row: there.1, ..*mark };
            store.tamper(|s| { s.rows.remove(key); s.rows.insert(there, moved); }, &format!("{row} is missing"));
            store.tamper(|s| { s.rows.insert(there, moved); }, &format!("row {} {} is in no line", mark.kind.label(), there.1));
        }
        for old in &store.past {
            let key = (old.kind, old.row);
            let row = format!("row {} {}", old.kind.label(), old.row);
            match store.rows.get(&key) {
                Some(now) if now.version > old.version => {
                    let words = format!("{row} is at version {}, the trace says {}: an older version was put back", old.version, now.version);
                    store.tamper(|s| { s.rows.insert(key, *old); }, &words);
                }
                Some(_) => {}
                None => store.tamper(|s| { s.rows.insert(key, *old); }, &format!("{row} is back, though line")),
            }
        }
        for at in 0..store.bodies.len() {
            let body = store.bodies[at].row;
            store.tamper(|s| { s.bodies.remove(at); }, &format!("body {body} is missing"));
            store.tamper(|s| s.bodies[at].sha256[0] ^= 1, &format!("body {body} is not the one"));
            store.tamper(|s| s.bodies.push(s.bodies[at]), &format!("body {body} is in no line"));
        }
    }
}

/// Who holds the record's key can write lines that chain; what they claim is still held together.
#[test]
fn a_line_that_chains_and_does_not_fit_is_found() {
    let step = Step { write: vec![(3, 1)], remove: None, body: false, others: 0 };
    let store = Store::of(&[step.clone(), step.clone(), step]);
    let honest = |store: &Store| Line {
        seq: 4,
        leaf: 3,
        previous: store.head.unwrap().chain,
        salt: [9; 32],
        wrote: vec![],
        ..store.parsed(2)
    };
    assert_eq!(
        {
            let mut s = store.clone();
            let l = honest(&s);
            s.append(&l);
            s.faults()
        },
        Vec::<String>::new()
    );
    let forged = |change: fn(&mut Line), words: &str| {
        store.tamper(
            |s| {
                let mut line = honest(s);
                change(&mut line);
                s.append(&line);
            },
            words,
        );
    };
    forged(|line| line.version = 0, "line 4 takes the record's version back from 1 to 0");
    forged(|line| line.epoch = 0, "line 4 takes the key epoch back from 1 to 0");
    forged(|line| line.leaf = 2, "line 4 has leaf 2, which does not come after leaf 2");
    forged(|line| line.digest[0] ^= 1, "line 4 has a digest that is not that of the rows");
    forged(|line| line.salt = sha(&2u64.to_be_bytes()), "line 4 has a salt that is not its own");
    forged(|line| line.salt = [0; 32], "line 4 has a salt that is not its own");
    forged(|line| line.previous = [0; 32], "line 3 was changed: line 4 does not follow from it");
    forged(|line| line.removed.push((RowKind::Gate, RowId::from_bytes([5; 16]))), "line 4 removes row gate");
    forged(|line| line.format = 2, "of format 2");
    forged(
        |line| {
            line.wrote.push(Mark {
                kind: RowKind::Metadata,
                row: RowId::from_bytes([1; 16]),
                version: 3,
                tag: [0; 16],
            })
        },
        "at version 3 after version 3",
    );
}

/// A document that was streamed is a body without a row: removing it takes the body, and it may not come back.
#[test]
fn a_removed_body_is_gone() {
    let step = Step { write: vec![], remove: None, body: true, others: 0 };
    let mut store = Store::of(&[step]);
    let body = store.bodies[0];
    let line = Line {
        seq: 2,
        leaf: 1,
        previous: store.head.unwrap().chain,
        salt: [9; 32],
        removed: vec![(RowKind::Document, body.row)],
        bodies: vec![],
        ..store.parsed(0)
    };
    store.append(&line);
    assert_eq!(
        store.faults(),
        [format!("record {RECORD}, body {0}: body {0} is in no line, or there twice", body.row)]
    );
    store.bodies.clear();
    assert_eq!(store.faults(), Vec::<String>::new());
}

#[test]
fn a_row_that_is_there_twice_is_found_and_heads_and_lines_are_passed_over() {
    let store = Store::of(&[Step { write: vec![(3, 1)], remove: None, body: false, others: 0 }]);
    let mark = *store.rows.values().next().unwrap();
    let own = [RowKind::Head, RowKind::Trace].map(|kind| Mark { kind, ..mark });
    let faults = |rows: &[Mark]| {
        let mut replay = Replay::new(RECORD);
        replay.line(1, &store.lines[0].1);
        replay.finish(&Found { head: store.head.as_ref(), rows, bodies: &[] }).faults
    };
    assert_eq!(faults(&[own[0], mark, own[1]]), []);
    let twice = faults(&[mark, mark]);
    assert_eq!(twice.len(), 1);
    assert!(twice[0].what.ends_with("is there twice"), "{twice:?}");
}

/// Two records that claim one leaf, and leaves beyond the log.
#[test]
fn a_leaf_has_one_line() {
    let leaf = |index| Leaf { seq: 1, index, hash: [index as u8; 32] };
    let other = RecordId::from_bytes([2; 16]);
    let mut audit = LogAudit::new(70);
    for index in 0..66 {
        audit.claim(RECORD, &leaf(index), Some([index as u8; 32]));
    }
    audit.excuse(66);
    audit.claim(other, &leaf(65), Some([65; 32]));
    audit.claim(other, &leaf(67), None);
    audit.claim(other, &leaf(70), Some([70; 32]));
    let said: Vec<_> = audit.finish().into_iter().map(|fault| fault.what).collect();
    assert_eq!(
        said,
        [
            "leaf 65 of the log is already another line's",
            "leaf 67 is missing from the log",
            "leaf 70 is beyond the log's 70 leaves",
            "leaves 67 to 69 are in no line: a record was removed or put back to an earlier state",
        ]
    );
}

/// The written form of a line, which an auditor's own verifier reads.
#[test]
fn a_line_is_frozen() {
    let bytes = br#"{"format":1,"seq":1,"leaf":7,"at":1700000000123,"previous":"0101010101010101010101010101010101010101010101010101010101010101","version":1,"epoch":1,"digest":"0202020202020202020202020202020202020202020202020202020202020202","wrote":[{"kind":"metadata","row":"01g40r40m30e209185gr38e1w8","version":1,"tag":"000102030405060708090a0b0c0d0e0f"}],"removed":[["queue","01g40r40m30e209185gr38e1w8"]],"bodies":[{"row":"01g40r40m30e209185gr38e1w8","version":1,"sha256":"0303030303030303030303030303030303030303030303030303030303030303"}],"salt":"0404040404040404040404040404040404040404040404040404040404040404","account":{"act":"feed"}}"#;
    let line = Line::parse(bytes).unwrap();
    assert_eq!(line.to_bytes().unwrap(), bytes);
    assert_eq!(format!("{line:?}"), "Line(1)");
    let text = std::str::from_utf8(bytes).unwrap();
    for (from, to) in [
        ("\"seq\":1,", ""),
        ("\"seq\":1,", "\"seq\":1,\"more\":1,"),
        ("0101", "0A01"),
        ("\"format\":1", "\"format\":2"),
    ] {
        assert!(Line::parse(text.replacen(from, to, 1).as_bytes()).is_err(), "{from} → {to}");
    }
}

/// Chain and leaf as the head of the crate describes them, computed with another implementation.
#[test]
fn chain_and_leaf_are_frozen() {
    let hex = |hash: Hash| hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let start = chain_start(RECORD);
    assert_eq!(hex(start), "6cf84080587aae9c74e287cbc37574808df9722bced6fe9ec69e65a370570f47");
    let chain = chain_after(&start, b"{}");
    assert_eq!(hex(chain), "30058f9b3a80761e4abd78b377f69cf918760c6739e5175623c5306f43ddee19");
    let head = Head { record: RECORD, version: 2, seq: 3, chain, digest: [4; 32], epoch: 5, leaf: 6 };
    assert_eq!(
        hex(leaf_hash(&[7; 32], &head)),
        "ac61b722d4716d543e5cb706da2136b60e1fc4aa0bd6eb109ffc1c33c4b00378"
    );
}

#[test]
fn what_is_printed_is_how_far_it_came() {
    assert_eq!(format!("{:?}", Replay::new(RECORD)), format!("Replay({RECORD}, line 0)"));
}

//! Reading what was tampered with: told, with its place, and never a panic (abuse cases J01, K05).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;

use common::{commit, options, record, row, row_id};
use model::{Instant, RecordId, RowKind};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use rusqlite::Connection;
use store::{Body, Fault, Job, Snapshot, Space, Store, WrappedKey};

fn filled() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&options(folder.path())).unwrap();
    for number in 1..4_u8 {
        commit(&store, record(number), move |batch| {
            batch.puts = vec![row(RowKind::Gate, 1, 1, b"gate"), row(RowKind::Metadata, 2, 1, &[7; 9000])];
            batch.bodies = vec![Body { row: row_id(2), version: 1, sealed: vec![number; 5000] }];
            batch.claims = vec![(Space::Ins, [number; 32]), (Space::Submission, [number; 32])];
            batch.jobs = vec![Job { id: row_id(1), kind: 1, due: Instant::EPOCH, sealed: vec![1] }];
            batch.counters = vec![("fed".into(), 1)];
        })
        .unwrap();
        store
            .keys()
            .put(record(number), &WrappedKey { epoch: 1, generation: 1, wrapped: vec![number; 40] })
            .unwrap();
    }
    folder
}

/// Changes the database behind the store's back, constraints and types notwithstanding.
fn tamper(folder: &tempfile::TempDir, changes: &str) {
    let conn = Connection::open(folder.path().join("data/records.db")).unwrap();
    conn.execute_batch("PRAGMA ignore_check_constraints = ON").unwrap();
    conn.execute_batch(changes).unwrap();
}

fn read_only(folder: &tempfile::TempDir) -> Snapshot {
    Store::open_read_only(&options(folder.path())).unwrap().snapshot().unwrap()
}

#[test]
fn nonsense_is_told_with_its_place_and_the_others_are_unaffected() {
    type Read = fn(&Snapshot, RecordId) -> Result<(), Fault>;
    let cases: [(&str, Read); 9] = [
        ("UPDATE head SET version = -1", |s, r| s.head(r).map(drop)),
        ("UPDATE row SET tag = x'00'", |s, r| s.marks(r).map(drop)),
        ("UPDATE row SET row = x''", |s, r| s.rows(r, &[RowKind::Gate]).map(drop)),
        ("UPDATE row SET kind = 77 WHERE kind = 2", |s, r| s.marks(r).map(drop)),
        ("UPDATE row SET version = -5", |s, r| s.row(r, RowKind::Gate, row_id(1)).map(drop)),
        ("UPDATE line SET seq = -seq", |s, r| s.last_lines(r, None, 1).map(drop)),
        ("UPDATE line SET leaf = -1", |s, r| s.leaf_of_last_line(r).map(drop)),
        ("UPDATE body SET version = -1", |s, r| s.body(r, row_id(2)).map(drop)),
        ("INSERT INTO row SELECT record, kind, row, 9, tag, sealed FROM row WHERE kind = 2", |s, r| {
            s.row(r, RowKind::Gate, row_id(1)).map(drop)
        }),
    ];
    for (change, read) in cases {
        let folder = filled();
        // the second record alone
        let change =
            if change.contains("WHERE") { format!("{change} AND") } else { format!("{change} WHERE") };
        tamper(&folder, &format!("{change} record = x'02020202020202020202020202020202'"));
        let snapshot = read_only(&folder);
        match read(&snapshot, record(2)) {
            Err(Fault::Damaged { place, .. }) => assert!(place.ends_with(&record(2).to_string()), "{place}"),
            other => panic!("{change}: {other:?}"),
        }
        assert_eq!(read(&snapshot, record(1)), Ok(()), "{change}");
        assert_eq!(read(&snapshot, record(3)), Ok(()), "{change}");
    }
}

#[test]
fn listings_pass_by_what_has_no_shape_and_the_check_tells_it() {
    let folder = filled();
    assert_eq!(read_only(&folder).integrity().unwrap(), [""; 0]);
    tamper(
        &folder,
        "UPDATE head SET record = x'0202' WHERE record = x'02020202020202020202020202020202';
         UPDATE finder SET record = x'' WHERE record = x'01010101010101010101010101010101' AND space = 1;
         INSERT INTO finder VALUES (9, zeroblob(32), zeroblob(16));",
    );
    let snapshot = read_only(&folder);
    assert_eq!(snapshot.records(None, 10).unwrap(), [record(1), record(3)]);
    let finders = snapshot.finders(None, 10).unwrap();
    assert_eq!(finders.len(), 5);
    assert!(matches!(snapshot.find(Space::Ins, &[1; 32]), Err(Fault::Damaged { .. })));
    let found = snapshot.integrity().unwrap().join("; ");
    for told in ["table head has 1 rows", "table finder has 2 rows"] {
        assert!(found.contains(told), "{found}");
    }
}

#[test]
fn pages_meet_without_overlap_or_gap() {
    let folder = filled();
    let snapshot = read_only(&folder);
    let mut records = Vec::new();
    while let Some(one) = snapshot.records(records.last().copied(), 1).unwrap().pop() {
        records.push(one);
    }
    assert_eq!(records, [record(1), record(2), record(3)]);
    let mut finders = Vec::new();
    let after = |finders: &Vec<store::Finder>| finders.last().map(|finder| (finder.space, finder.hash));
    while let Some(one) = snapshot.finders(after(&finders), 1).unwrap().pop() {
        finders.push(one);
    }
    let seen: Vec<_> = finders.iter().map(|finder| (finder.space, finder.record)).collect();
    let of = |space| (1..4).map(move |number| (space, record(number)));
    assert!(seen.into_iter().eq(of(Space::Ins).chain(of(Space::Submission))));
    let keys = Store::open_read_only(&options(folder.path())).unwrap();
    assert_eq!(keys.keys().all(Some(record(1)), 10).unwrap().len(), 2);
}

#[test]
fn lines_are_read_in_both_directions() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&options(folder.path())).unwrap();
    for _ in 0..5 {
        commit(&store, record(1), |_| ()).unwrap();
    }
    let snapshot = store.snapshot().unwrap();
    let seqs = |lines: Vec<store::LineRow>| lines.into_iter().map(|line| line.seq).collect::<Vec<_>>();
    assert_eq!(seqs(snapshot.lines(record(1), 2, 3).unwrap()), [2, 3, 4]);
    assert_eq!(seqs(snapshot.last_lines(record(1), None, 2).unwrap()), [5, 4]);
    assert_eq!(seqs(snapshot.last_lines(record(1), Some(4), 2).unwrap()), [3, 2]);
    assert_eq!(seqs(snapshot.lines(record(1), u64::MAX, 3).unwrap()), []);
    assert_eq!(seqs(snapshot.lines(record(2), 0, 3).unwrap()), []);
}

/// Everything that can be read, read; faults are answers, panics are not.
fn read_all(folder: &tempfile::TempDir) {
    let Ok(store) = Store::open_read_only(&options(folder.path())) else { return };
    let _ = store.keys().all(None, 100);
    let Ok(snapshot) = store.snapshot() else { return };
    let _ = (snapshot.integrity(), snapshot.records(None, 100), snapshot.finders(None, 100));
    let _ = (snapshot.leaves(0, 100), snapshot.leaf_count(), snapshot.counters());
    let _ = (snapshot.due_jobs(Instant::EPOCH, 100), snapshot.objects(), snapshot.find(Space::Ins, &[1; 32]));
    for number in 1..4 {
        let record = record(number);
        let _ = (snapshot.head(record), snapshot.marks(record), snapshot.rows(record, &RowKind::ALL));
        let _ = (snapshot.lines(record, 0, 100), snapshot.body(record, row_id(2)), snapshot.bodies(record));
        let _ = store.keys().get(record);
    }
}

#[test]
fn no_byte_changed_on_disk_makes_a_reader_panic() {
    let whole = filled();
    let change = (any::<prop::sample::Index>(), any::<u8>(), any::<bool>());
    let mut runner =
        TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) });
    let outcome = runner.run(&prop::collection::vec(change, 1..20), |changes| {
        let folder = tempfile::tempdir().unwrap();
        for part in ["keys", "data"] {
            fs::create_dir(folder.path().join(part)).unwrap();
        }
        for file in ["keys/keys.db", "data/records.db"] {
            fs::copy(whole.path().join(file), folder.path().join(file)).unwrap();
        }
        for (place, byte, of_keys) in changes {
            let path = folder.path().join(if of_keys { "keys/keys.db" } else { "data/records.db" });
            let mut bytes = fs::read(&path).unwrap();
            let index = place.index(bytes.len());
            bytes[index] ^= byte;
            fs::write(&path, bytes).unwrap();
        }
        read_all(&folder);
        Ok(())
    });
    outcome.unwrap();
}

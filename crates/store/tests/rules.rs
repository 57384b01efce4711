//! The rules of a batch: versions, claims, sequence, limits; all or nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::cell::Cell;
use std::collections::BTreeMap;

use common::{commit, next, options, record, row, row_id};
use model::{Instant, RecordId, RowKind};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use store::{Batch, Body, CommitError, Fault, Job, MAX_BODY, MAX_SEALED, OnceOnly, Space, Store};

fn open() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&options(folder.path())).unwrap();
    (folder, store)
}

fn job(id: u8, due: i64) -> Job {
    Job { id: row_id(id), kind: 7, due: Instant::from_millis(due), sealed: vec![id] }
}

#[test]
fn a_refused_batch_leaves_no_part_of_itself() {
    let (_folder, store) = open();
    commit(&store, record(1), |batch| batch.claims.push((Space::Login, [9; 32]))).unwrap();
    // everything in it is good but the last claim
    let outcome = commit(&store, record(2), |batch| {
        batch.puts.push(row(RowKind::Gate, 1, 1, b"x"));
        batch.bodies.push(Body { row: row_id(1), version: 1, sealed: vec![1] });
        batch.jobs.push(job(1, 0));
        batch.counters.push(("fed".into(), 1));
        batch.claims = vec![(Space::Ins, [1; 32]), (Space::Login, [9; 32])];
    });
    assert_eq!(outcome, Err(CommitError::Taken { space: Space::Login, which: 1 }));
    let snapshot = store.snapshot().unwrap();
    assert_eq!(snapshot.head(record(2)).unwrap(), None);
    assert_eq!(snapshot.marks(record(2)).unwrap(), []);
    assert_eq!(snapshot.body(record(2), row_id(1)).unwrap(), None);
    assert_eq!(snapshot.lines(record(2), 0, 10).unwrap(), []);
    assert_eq!(snapshot.find(Space::Ins, &[1; 32]).unwrap(), None);
    assert_eq!(snapshot.counters().unwrap(), []);
    assert_eq!(snapshot.due_jobs(Instant::from_millis(i64::MAX), 10).unwrap(), []);
    assert_eq!(snapshot.leaf_count().unwrap(), 1);
}

#[test]
fn a_claim_is_held_by_one_record_until_that_record_releases_it() {
    let (_folder, store) = open();
    let (claim, other_space) = ((Space::Ins, [1; 32]), (Space::Traits, [1; 32]));
    let claims = move |batch: &mut Batch| batch.claims.push(claim);
    let releases = move |batch: &mut Batch| batch.releases.push(claim);
    let taken = Err(CommitError::Taken { space: Space::Ins, which: 0 });
    commit(&store, record(1), claims).unwrap();
    commit(&store, record(1), claims).unwrap();
    assert_eq!(commit(&store, record(2), claims), taken);
    commit(&store, record(2), move |batch| batch.claims.push(other_space)).unwrap();
    commit(&store, record(2), releases).unwrap();
    assert_eq!(commit(&store, record(2), claims), taken, "another's release takes nothing away");
    commit(&store, record(1), releases).unwrap();
    commit(&store, record(2), claims).unwrap();
    assert_eq!(store.snapshot().unwrap().find(Space::Ins, &[1; 32]).unwrap(), Some(record(2)));
}

#[test]
fn a_head_written_over_another_version_is_a_conflict() {
    let (_folder, store) = open();
    for version in [0, 2, u64::MAX] {
        assert!(commit(&store, record(1), move |batch| batch.head.version = version).is_err(), "{version}");
    }
    commit(&store, record(1), |_| ()).unwrap();
    for version in [1, 3] {
        let outcome = commit(&store, record(1), move |batch| batch.head.version = version);
        assert_eq!(outcome, Err(CommitError::Conflict));
    }
    commit(&store, record(1), |batch| batch.head.version = 2).unwrap();
}

#[test]
fn lines_and_leaves_follow_without_a_gap() {
    let (_folder, store) = open();
    commit(&store, record(1), |_| ()).unwrap();
    let wrong: [fn(&mut Batch); 7] = [
        |batch| batch.line.seq += 1,
        |batch| batch.line.seq -= 1,
        |batch| batch.line.leaf += 1,
        |batch| batch.line.leaf -= 1,
        |batch| batch.log_nodes.push((1, 1, [0; 32])),
        |batch| batch.log_nodes.push((0, 1, [0; 32])),
        |batch| batch.log_nodes.push((200, u64::MAX, [0; 32])),
    ];
    for change in wrong {
        let outcome = commit(&store, record(1), change);
        assert!(matches!(outcome, Err(CommitError::Fault(Fault::OutOfSequence(_)))), "{outcome:?}");
    }
    commit(&store, record(1), |batch| batch.log_nodes.push((0, 1, batch.leaf_hash))).unwrap();
    assert_eq!(store.snapshot().unwrap().leaf_of_last_line(record(1)).unwrap(), Some(1));
    assert_eq!(store.snapshot().unwrap().leaf_owner(1).unwrap(), Some(record(1)));
}

#[test]
fn a_line_is_found_by_its_leaf() {
    let (_folder, store) = open();
    // three records take turns, unevenly
    let turns: Vec<u8> =
        (0..60_u8).map(|turn| 1 + (u16::from(turn) * u16::from(turn) / 7 % 3) as u8).collect();
    for turn in &turns {
        commit(&store, record(*turn), |_| ()).unwrap();
    }
    let snapshot = store.snapshot().unwrap();
    for (leaf, owner) in (0..).zip(&turns) {
        let line = snapshot.line_of_leaf(record(*owner), leaf).unwrap().unwrap();
        let before = turns[..leaf as usize].iter().filter(|it| *it == owner).count() as u64;
        assert_eq!((line.leaf, line.seq), (leaf, before + 1));
        assert_eq!(snapshot.line_of_leaf(record(owner % 3 + 1), leaf).unwrap(), None, "another's");
    }
    assert_eq!(snapshot.line_of_leaf(record(1), 60).unwrap(), None);
    assert_eq!(snapshot.line_of_leaf(record(9), 0).unwrap(), None);
}

#[test]
fn what_is_too_large_is_refused_at_its_limit_exactly() {
    let (_folder, store) = open();
    let bodies = |size: usize| {
        move |batch: &mut Batch| batch.bodies.push(Body { row: row_id(1), version: 1, sealed: vec![0; size] })
    };
    let rows =
        |size: usize| move |batch: &mut Batch| batch.puts.push(row(RowKind::Metadata, 1, 1, &vec![0; size]));
    let too_large = |outcome| matches!(outcome, Err(CommitError::Fault(Fault::TooLarge(_))));
    assert!(too_large(commit(&store, record(1), bodies(MAX_BODY + 1))));
    assert!(too_large(commit(&store, record(1), rows(MAX_SEALED + 1))));
    commit(&store, record(1), bodies(MAX_BODY)).unwrap();
    commit(&store, record(1), rows(MAX_SEALED)).unwrap();
    assert!(too_large(commit(&store, record(1), |batch| batch.claims = vec![(Space::Ins, [0; 32]); 10_001])));
    let snapshot = store.snapshot().unwrap();
    assert_eq!(snapshot.body(record(1), row_id(1)).unwrap().unwrap().1.len(), MAX_BODY);
}

#[test]
fn a_job_is_leased_to_one_and_done_once() {
    let (_folder, store) = open();
    let at = Instant::from_millis;
    commit(&store, record(1), |batch| batch.jobs = vec![job(1, 100), job(2, 50), job(3, 900)]).unwrap();
    let ids = |jobs: Vec<store::RecordJob>| jobs.into_iter().map(|due| due.job.id).collect::<Vec<_>>();
    assert_eq!(ids(store.lease_jobs(at(49), at(500), 10).unwrap()), []);
    assert_eq!(ids(store.lease_jobs(at(100), at(500), 1).unwrap()), [row_id(2)]);
    let leased = store.lease_jobs(at(100), at(500), 10).unwrap();
    assert_eq!(leased, [store::RecordJob { record: record(1), job: job(1, 100) }]);
    assert_eq!(ids(store.lease_jobs(at(499), at(600), 10).unwrap()), []);
    commit(&store, record(1), |batch| batch.done_jobs.push(row_id(2))).unwrap();
    let again = commit(&store, record(1), |batch| batch.done_jobs.push(row_id(2)));
    assert_eq!(again, Err(CommitError::Conflict));
    // the lease of the first ran out; a job of the same id in another record is another job
    commit(&store, record(2), |batch| batch.jobs = vec![job(1, 2000)]).unwrap();
    assert_eq!(ids(store.lease_jobs(at(500), at(600), 10).unwrap()), [row_id(1)]);
}

#[test]
fn counters_add_up() {
    let (_folder, store) = open();
    for by in [3, -1, 40] {
        commit(&store, record(1), move |batch| {
            batch.counters = vec![("fed".into(), by), ("lines".into(), 1)]
        })
        .unwrap();
    }
    let counters = store.snapshot().unwrap().counters().unwrap();
    assert_eq!(counters, [("fed".to_owned(), 42), ("lines".to_owned(), 3)]);
    // one that would wrap is refused, and the batch with it
    commit(&store, record(1), |batch| batch.counters = vec![("most".into(), i64::MAX)]).unwrap();
    assert!(commit(&store, record(1), |batch| batch.counters = vec![("most".into(), 1)]).is_err());
}

#[derive(Debug, Clone)]
enum Change {
    Put { id: u8, version: u64 },
    Remove { id: u8 },
    PutBody { id: u8, version: u64 },
    RemoveBody { id: u8 },
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (0..3_u8, 1..4_u64).prop_map(|(id, version)| Change::Put { id, version }),
        1 => (0..3_u8).prop_map(|id| Change::Remove { id }),
        3 => (0..3_u8, 1..4_u64).prop_map(|(id, version)| Change::PutBody { id, version }),
        1 => (0..3_u8).prop_map(|id| Change::RemoveBody { id }),
    ]
}

/// What must be there: version by table (false: rows, true: bodies) and id.
type Versions = BTreeMap<(bool, u8), u64>;

/// The rule in its shortest form: `None` is a conflict.
fn expected(before: &Versions, changes: &[Change]) -> Option<Versions> {
    let mut after = before.clone();
    // removals come first
    for change in changes {
        let (Change::Remove { id } | Change::RemoveBody { id }) = change else { continue };
        after.remove(&(matches!(change, Change::RemoveBody { .. }), *id))?;
    }
    for change in changes {
        let (Change::Put { id, version } | Change::PutBody { id, version }) = change else { continue };
        let key = (matches!(change, Change::PutBody { .. }), *id);
        if after.get(&key).copied().unwrap_or(0) != version - 1 {
            return None;
        }
        after.insert(key, *version);
    }
    Some(after)
}

#[test]
fn versions_follow_the_rule_and_nothing_else() {
    // one store for all cases, each with a record of its own
    let (_folder, store) = open();
    let case = Cell::new(0_u128);
    let batches = prop::collection::vec(prop::collection::vec(change(), 1..4), 1..40);
    let mut runner =
        TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) });
    let outcome = runner.run(&batches, |batches| {
        let mine = RecordId::from_bytes(case.replace(case.get() + 1).to_be_bytes());
        let mut versions = Versions::new();
        for changes in batches {
            let wanted = changes.clone();
            let outcome = store.commit(mine, move |current| {
                let mut batch = next(current);
                for change in &wanted {
                    match change {
                        Change::Put { id, version } => {
                            batch.puts.push(row(RowKind::Metadata, *id, *version, &[*id]))
                        }
                        Change::Remove { id } => batch.removes.push((RowKind::Metadata, row_id(*id))),
                        Change::PutBody { id, version } => {
                            batch.bodies.push(Body {
                                row: row_id(*id),
                                version: *version,
                                sealed: vec![*id],
                            });
                        }
                        Change::RemoveBody { id } => batch.remove_bodies.push(row_id(*id)),
                    }
                }
                Ok::<_, ()>((batch, ()))
            });
            match expected(&versions, &changes) {
                Some(after) => {
                    prop_assert_eq!(outcome, Ok(()));
                    versions = after;
                }
                None => prop_assert_eq!(outcome, Err(CommitError::Conflict)),
            }
        }
        let snapshot = store.snapshot().unwrap();
        let marks = snapshot.marks(mine).unwrap().into_iter();
        let rows = marks.map(|mark| ((false, mark.row.as_bytes()[0]), mark.version));
        let bodies = snapshot.bodies(mine).unwrap().into_iter();
        let bodies = bodies.map(|(row, version)| ((true, row.as_bytes()[0]), version));
        prop_assert_eq!(rows.chain(bodies).collect::<Versions>(), versions);
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn what_may_be_used_once_is_used_once_by_whatever_record_until_it_is_forgotten() {
    let (_folder, store) = open();
    let at = Instant::from_millis;
    let uses = |hash: u8, until: i64, now: i64| {
        move |batch: &mut Batch| {
            batch.uses = Some(OnceOnly { hash: [hash; 32], until: at(until), now: at(now) });
            batch.counters.push(("used".into(), 1));
        }
    };
    commit(&store, record(1), uses(1, 100, 0)).unwrap();
    assert_eq!(commit(&store, record(1), uses(1, 100, 0)), Err(CommitError::Used));
    assert_eq!(commit(&store, record(2), uses(1, 900, 0)), Err(CommitError::Used));
    commit(&store, record(2), uses(2, 100, 0)).unwrap();
    // a use that comes when the first is too old to matter sweeps it
    commit(&store, record(2), uses(3, 900, 101)).unwrap();
    commit(&store, record(1), uses(1, 900, 101)).unwrap();
    assert_eq!(store.snapshot().unwrap().counters().unwrap(), [("used".to_owned(), 4)]);
}

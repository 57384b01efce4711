//! Group commit: what is acknowledged is there, and no member harms another.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use common::{commit, limits, next, options, record, row, row_id};
use model::RowKind;
use store::{Body, CommitError, Fault, Store};

#[test]
fn what_sixteen_threads_were_told_is_there_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&options(folder.path())).unwrap();
    let threads: Vec<_> = (0..16)
        .map(|number: u8| {
            let store = store.clone();
            thread::spawn(move || {
                let mine = record(number / 2);
                let mut told = Vec::new();
                for turn in 0..20 {
                    // two threads share each record; every fifth row is wanted by both, and one of them loses
                    let id = if turn % 5 == 0 { 200 + turn } else { number % 2 * 100 + turn };
                    let put = row(RowKind::Metadata, id, 1, &[number, turn]);
                    match commit(&store, mine, move |batch| batch.puts.push(put.clone())) {
                        Ok(leaf) => told.push((mine, id, leaf)),
                        Err(error) => assert_eq!((turn % 5, error), (0, CommitError::Conflict)),
                    }
                }
                told
            })
        })
        .collect();
    let told: Vec<_> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    assert_eq!(told.len(), 8 * (2 * 16 + 4));
    drop(store);

    let store = Store::open(&options(folder.path())).unwrap();
    let snapshot = store.snapshot().unwrap();
    let mut lines = 0;
    for number in 0..8 {
        let of_record = snapshot.lines(record(number), 0, 100).unwrap();
        assert!(of_record.iter().map(|line| line.seq).eq(1..=of_record.len() as u64));
        assert_eq!(snapshot.head(record(number)).unwrap().unwrap().version, of_record.len() as u64);
        // one row for each line, since each commit put one
        assert_eq!(snapshot.marks(record(number)).unwrap().len(), of_record.len());
        lines += of_record.len() as u64;
    }
    for (record, id, leaf) in &told {
        assert!(snapshot.row(*record, RowKind::Metadata, row_id(*id)).unwrap().is_some());
        assert_eq!(snapshot.leaf_owner(*leaf).unwrap(), Some(*record));
    }
    assert_eq!(lines, told.len() as u64);
    let leaves = snapshot.leaves(0, 1000).unwrap();
    assert!(leaves.iter().map(|leaf| leaf.index).eq(0..lines), "the log has no gap");
    assert_eq!(snapshot.leaf_count().unwrap(), lines);
    for level in 1..=8 {
        for index in 0..lines >> level {
            assert!(snapshot.log_node(level, index).unwrap().is_some());
        }
    }
    assert!(snapshot.integrity().unwrap().is_empty());
}

/// Nine commits in one group: a first that waits until eight more are queued (the queue is full when others
/// are turned away), then one that is refused, one that panics, one that comes too late, and five good ones.
#[test]
fn a_member_that_fails_is_undone_alone_and_nobody_is_answered_before_all_is_durable() {
    let folder = tempfile::tempdir().unwrap();
    let (mut limits, said) = limits();
    limits.waiting = 8;
    let store = Store::open_with(&options(folder.path()), limits).unwrap();
    let (release, released) = channel::<()>();
    let (begun, has_begun) = channel::<()>();
    let (last, is_last) = channel::<()>();
    let (go, gone) = channel::<()>();
    let (tell, told) = channel();

    let blocker = store.clone();
    let first = thread::spawn(move || {
        // a group of which one wrote and was refused is run again: waits once
        let mut waited = false;
        blocker.commit::<_, &str, _>(record(100), move |current| {
            if !std::mem::replace(&mut waited, true) {
                begun.send(()).unwrap();
                released.recv().unwrap();
            }
            Ok((next(current), ()))
        })
    });
    has_begun.recv().unwrap();

    let turn = Arc::new(AtomicUsize::new(0));
    let gate = Arc::new(std::sync::Mutex::new((last, gone)));
    let threads: Vec<_> = (0..20)
        .map(|number: u8| {
            let (store, turn, gate, tell) = (store.clone(), turn.clone(), gate.clone(), tell.clone());
            thread::spawn(move || {
                let mut mine = None;
                let outcome = store.commit(record(number), move |current| {
                    let my_turn = *mine.get_or_insert_with(|| turn.fetch_add(1, Ordering::SeqCst));
                    let mut batch = next(current);
                    match my_turn {
                        1 => return Err("refused"),
                        3 => panic!("a panic that a test wants"),
                        5 => batch.bodies = vec![Body { row: row_id(1), version: 2, sealed: vec![1] }],
                        7 => {
                            let gate = gate.lock().unwrap();
                            gate.0.send(()).unwrap();
                            gate.1.recv().unwrap();
                        }
                        _ => {}
                    }
                    Ok((batch, my_turn))
                });
                tell.send((number, outcome)).unwrap();
            })
        })
        .collect();
    drop((tell, turn));
    for _ in 0..12 {
        assert!(
            matches!(told.recv().unwrap().1, Err(CommitError::Busy)),
            "only those turned away are answered"
        );
    }
    release.send(()).unwrap();
    is_last.recv().unwrap();
    // seven of the group are done, none is to be seen, none was answered
    assert!(told.try_recv().is_err());
    assert_eq!(store.snapshot().unwrap().records(None, 100).unwrap(), []);
    go.send(()).unwrap();

    first.join().unwrap().unwrap();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let mut there = vec![record(100)];
    let mut failed = Vec::new();
    for (number, outcome) in told {
        match outcome {
            Ok(turn) => {
                assert!([0, 2, 4, 6, 7].contains(&turn));
                there.push(record(number));
            }
            Err(error) => failed.push(format!("{error:?}")),
        }
    }
    failed.sort();
    assert_eq!(failed, ["Conflict", "Fault(Panicked)", "Refused(\"refused\")"]);
    there.sort();
    let snapshot = store.snapshot().unwrap();
    assert_eq!(snapshot.records(None, 100).unwrap(), there);
    assert_eq!(snapshot.leaf_count().unwrap(), 6);
    drop(snapshot);

    // the writer goes on
    commit(&store, record(200), |_| ()).unwrap();
    assert!(said.lock().unwrap().is_empty());
}

#[test]
fn a_closure_that_commits_is_refused_instead_of_waiting_for_itself() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&options(folder.path())).unwrap();
    let inner = store.clone();
    let outcome = store.commit(record(1), move |current| {
        let inside = commit(&inner, record(2), |_| ());
        assert_eq!(inside, Err(CommitError::Fault(Fault::Stopped)));
        Ok::<_, ()>((next(current), ()))
    });
    assert_eq!(outcome, Ok(()));
}

#[test]
fn a_member_sees_what_those_before_it_in_the_group_did() {
    let folder = tempfile::tempdir().unwrap();
    let (mut limits, _) = limits();
    limits.waiting = 4;
    let store = Store::open_with(&options(folder.path()), limits).unwrap();
    // whatever the grouping, forty increments of one row, each from what is there, lose none
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let store = store.clone();
            thread::spawn(move || {
                for _ in 0..10 {
                    let outcome = store.commit(record(1), |current| {
                        let old = current.row(RowKind::Rights, row_id(1));
                        let (version, count) = old.map_or((1, 1), |row| (row.version + 1, row.sealed[0] + 1));
                        let mut batch = next(current);
                        batch.puts.push(row(RowKind::Rights, 1, version, &[count]));
                        Ok::<_, ()>((batch, ()))
                    });
                    assert_eq!(outcome, Ok(()));
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let row = store.snapshot().unwrap().row(record(1), RowKind::Rights, row_id(1)).unwrap().unwrap();
    assert_eq!((row.version, row.sealed), (40, vec![40]));
}

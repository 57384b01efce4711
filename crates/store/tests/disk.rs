//! A disk that is full or fails: nothing acknowledged is lost, and service comes back (abuse cases K03, K04;
//! design, invariant 9).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;

use common::{commit, limits, next, options, record, row, row_id};
use model::RowKind;
use store::{Batch, Body, CommitError, Fault, MAX_BODY, Store};

fn bodies(count: u8) -> impl Fn(&mut Batch) + Send + Clone {
    move |batch| {
        let body = |id| Body { row: row_id(id), version: 1, sealed: vec![1; MAX_BODY] };
        batch.bodies = (0..count).map(body).collect();
    }
}

#[test]
fn a_full_store_refuses_cleanly_and_serves_again_when_there_is_space() {
    let folder = tempfile::tempdir().unwrap();
    let (mut limits, said) = limits();
    limits.max_pages = Some(500);
    let store = Store::open_with(&options(folder.path()), limits).unwrap();
    let no_space = Err(CommitError::Fault(Fault::NoSpace));
    let mut stored = 0;
    let refused = loop {
        match commit(&store, record(stored), bodies(1)) {
            Ok(_) => stored += 1,
            refused => break refused,
        }
    };
    assert_eq!(refused, no_space);
    assert!(stored > 3, "{stored}");
    let snapshot = store.snapshot().unwrap();
    assert_eq!(snapshot.head(record(stored)).unwrap(), None);
    assert_eq!(snapshot.leaf_count().unwrap(), u64::from(stored));
    drop(snapshot);

    commit(&store, record(0), |_| ()).expect("what fits is still taken");
    commit(&store, record(0), |batch| batch.remove_bodies = vec![row_id(0)]).unwrap();
    commit(&store, record(stored), bodies(1)).expect("space came back");
    assert!(store.snapshot().unwrap().integrity().unwrap().is_empty());
    assert!(said.lock().unwrap().is_empty(), "a full disk ends nothing");
}

/// A full disk makes the engine give up the whole transaction: the others of the group must not feel it.
#[test]
fn the_group_of_one_that_does_not_fit_is_committed_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let (mut limits, said) = limits();
    limits.max_pages = Some(500);
    limits.waiting = 4;
    let store = Store::open_with(&options(folder.path()), limits).unwrap();
    let (begun, has_begun) = channel::<()>();
    let (release, released) = channel::<()>();
    let blocker = store.clone();
    let first = thread::spawn(move || {
        blocker.commit::<_, (), _>(record(100), move |current| {
            // run again after the group is given up, when nobody waits at the other end any more
            let _ = begun.send(());
            let _ = released.recv();
            Ok((next(current), ()))
        })
    });
    has_begun.recv().unwrap();
    let (tell, told) = channel();
    let threads: Vec<_> = (0..12_u8)
        .map(|number| {
            let (store, tell) = (store.clone(), tell.clone());
            thread::spawn(move || {
                // every one of them is too large, or none: which are queued is chance, so that is decided inside
                let outcome = store.commit::<_, (), _>(record(number), move |current| {
                    let mut batch = next(current);
                    batch.puts.push(row(RowKind::Gate, 1, 1, b"small"));
                    if current.next_leaf == 2 {
                        bodies(20)(&mut batch);
                    }
                    Ok((batch, ()))
                });
                tell.send(outcome).unwrap();
            })
        })
        .collect();
    drop(tell);
    for _ in 0..8 {
        assert_eq!(told.recv().unwrap(), Err(CommitError::Busy));
    }
    drop(release);
    first.join().unwrap().unwrap();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let mut outcomes: Vec<_> = told.into_iter().collect();
    outcomes.sort_by_key(Result::is_err);
    // the third leaf is too large for whoever would have it: one gets in, three are told
    let no_space = Err(CommitError::Fault(Fault::NoSpace));
    assert_eq!(outcomes, [Ok(()), no_space.clone(), no_space.clone(), no_space]);
    assert_eq!(store.snapshot().unwrap().leaf_count().unwrap(), 2);
    assert!(said.lock().unwrap().is_empty());
}

/// Runs only as a process of its own, started by the test below, under a limit on the size of files.
#[test]
fn writes_until_the_disk_fails() {
    let Ok(folder) = std::env::var("STORE_TEST_FOLDER") else { return };
    let store = Store::open(&options(folder.as_ref())).unwrap();
    for number in 0..=255 {
        commit(&store, record(number), |batch| batch.puts = vec![row(RowKind::Gate, 1, 1, &[1; 20_000])])
            .unwrap();
        println!("\nacknowledged {number}");
    }
}

/// A file that may not grow fails with an error that is not "full": as a failing disk does.
#[test]
fn a_failing_commit_ends_the_process_and_loses_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let program = std::env::current_exe().unwrap();
    let mut child = Command::new("sh")
        .arg("-c")
        .arg("trap '' XFSZ; ulimit -f 2000; exec \"$0\" --exact writes_until_the_disk_fails --nocapture")
        .arg(program)
        .env("STORE_TEST_FOLDER", folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap());
    let acknowledged: Vec<u8> = said
        .lines()
        .filter_map(|line| line.unwrap().strip_prefix("acknowledged ").map(|number| number.parse().unwrap()))
        .collect();
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(70), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("the store stops"));
    assert!(acknowledged.len() > 5, "{acknowledged:?}");

    let store = Store::open(&options(folder.path())).unwrap();
    let snapshot = store.snapshot().unwrap();
    for number in acknowledged {
        let row = snapshot.row(record(number), RowKind::Gate, row_id(1)).unwrap().unwrap();
        assert_eq!(row.sealed, [1; 20_000]);
    }
    assert!(snapshot.integrity().unwrap().is_empty());
}

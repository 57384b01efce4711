//! Opening and closing: one writer, readers beside it, nothing left behind (abuse case K07).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use common::{Counting, commit, options, record};
use model::{Instant, ObjectId};
use store::{CommitError, Fault, OpenError, Options, Store};

#[test]
fn a_second_writer_is_refused_until_the_first_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(folder.path());
    let store = Store::open(&options).unwrap();
    let refused = Store::open(&options).err().unwrap();
    assert_eq!(refused, OpenError::InUse { folder: options.data.clone() });
    assert!(refused.to_string().starts_with("another process already uses the folder"));

    // other data with the same keys is refused as well
    let elsewhere = Options { data: folder.path().join("elsewhere"), keys: options.keys.clone() };
    assert_eq!(Store::open(&elsewhere).err().unwrap(), OpenError::InUse { folder: options.keys.clone() });

    // a snapshot keeps the store open
    let snapshot = store.snapshot().unwrap();
    drop(store);
    assert!(Store::open(&options).is_err());
    drop(snapshot);
    Store::open(&options).unwrap();
}

#[test]
fn a_reader_works_beside_the_writer_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(folder.path());
    assert!(matches!(Store::open_read_only(&options), Err(OpenError::NoStore { .. })));
    assert!(!options.data.exists());

    let store = Store::open(&options).unwrap();
    let key = store::WrappedKey { epoch: 1, generation: 1, wrapped: vec![1] };
    store.keys().put(record(1), &key).unwrap();
    store.anchor().append(b"one").unwrap();
    commit(&store, record(1), |_| ()).unwrap();
    let reader = Store::open_read_only(&options).unwrap();
    let snapshot = reader.snapshot().unwrap();
    commit(&store, record(2), |_| ()).unwrap();
    assert_eq!(snapshot.records(None, 10).unwrap(), [record(1)], "a snapshot stands still");
    assert_eq!(reader.snapshot().unwrap().records(None, 10).unwrap(), [record(1), record(2)]);
    assert_eq!(reader.keys().get(record(1)).unwrap(), Some(key.clone()));
    assert_eq!(reader.anchor().last().unwrap(), Some(b"one".to_vec()));

    assert_eq!(commit(&reader, record(3), |_| ()), Err(CommitError::Fault(Fault::ReadOnly)));
    assert_eq!(reader.keys().put(record(3), &key), Err(Fault::ReadOnly));
    assert_eq!(reader.keys().remove(record(1)), Err(Fault::ReadOnly));
    assert_eq!(reader.anchor().append(b"two"), Err(Fault::ReadOnly));
    assert_eq!(reader.lease_jobs(Instant::EPOCH, Instant::EPOCH, 1).err(), Some(Fault::ReadOnly));
    assert_eq!(reader.object_writer(&Counting::default()).err(), Some(Fault::ReadOnly));
    assert_eq!(reader.remove_object(ObjectId::from_bytes([0; 16])), Err(Fault::ReadOnly));
    drop((snapshot, store));

    // the writer is gone: the reader reads on, and a new one opens what is stopped
    assert_eq!(reader.snapshot().unwrap().records(None, 10).unwrap().len(), 2);
    drop(reader);
    assert_eq!(Store::open_read_only(&options).unwrap().snapshot().unwrap().leaf_count().unwrap(), 2);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

#[test]
fn what_a_killed_process_left_opens_for_reading_and_for_writing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&options(folder.path())).unwrap();
    commit(&store, record(1), |_| ()).unwrap();
    // the files as they lie under a running writer are what a kill leaves
    let left = tempfile::tempdir().unwrap();
    copy(folder.path(), left.path());
    let _ = fs::remove_file(left.path().join("data/records.db-shm"));
    assert!(left.path().join("data/records.db-wal").metadata().unwrap().len() > 0);
    let options = options(left.path());
    assert_eq!(Store::open_read_only(&options).unwrap().snapshot().unwrap().leaf_count().unwrap(), 1);
    let reopened = Store::open(&options).unwrap();
    assert_eq!(commit(&reopened, record(1), |_| ()), Ok(1));
}

#[test]
fn a_clean_close_leaves_no_log_behind() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&options(folder.path())).unwrap();
    commit(&store, record(1), |_| ()).unwrap();
    let snapshot = store.snapshot().unwrap();
    drop(store);
    drop(snapshot);
    for left in ["data/records.db-wal", "data/records.db-shm", "keys/keys.db-wal", "keys/keys.db-shm"] {
        assert!(!folder.path().join(left).exists(), "{left}");
    }
}

#[test]
fn keys_are_their_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(folder.path());
    fs::create_dir(&options.keys).unwrap();
    fs::set_permissions(&options.keys, fs::Permissions::from_mode(0o755)).unwrap();
    let store = Store::open(&options).unwrap();
    store.anchor().append(b"one").unwrap();
    let key = store::WrappedKey { epoch: 1, generation: 1, wrapped: vec![1] };
    store.keys().put(record(1), &key).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&options.keys), 0o700);
    let files: Vec<_> = fs::read_dir(&options.keys).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 3);
    for path in files {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    assert_eq!(mode(&options.data.join("records.db")), 0o600);
}

#[test]
fn a_snapshot_too_many_waits_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (mut limits, _) = common::limits();
    limits.readers = 2;
    limits.reader_wait = std::time::Duration::ZERO;
    let store = Store::open_with(&options(folder.path()), limits).unwrap();
    let held = (store.snapshot().unwrap(), store.snapshot().unwrap());
    assert_eq!(store.snapshot().err(), Some(Fault::Busy));
    drop(held.0);
    store.snapshot().unwrap();
}

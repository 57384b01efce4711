//! What lies beside the records: objects and keys.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::io::{Read, Write};

use common::{Counting, options, record};
use model::{ObjectId, RecordId};
use store::{Fault, Store, WrappedKey};

fn open() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&options(folder.path())).unwrap();
    (folder, store)
}

#[test]
fn an_object_is_there_once_finished_and_gone_once_removed() {
    let (folder, store) = open();
    let dice = Counting::default();
    let mut ids = Vec::new();
    for size in [0, 1, 3_000_000] {
        let mut writer = store.object_writer(&dice).unwrap();
        let id = writer.id();
        writer.write_all(&vec![5; size]).unwrap();
        assert_eq!(store.object(id).err(), Some(Fault::Absent), "not before it is finished");
        assert_eq!(writer.finish().unwrap(), id);
        let mut bytes = Vec::new();
        store.object(id).unwrap().read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, vec![5; size]);
        ids.push(id);
    }
    ids.sort();
    assert_eq!(
        store.snapshot().unwrap().objects().unwrap(),
        store::ObjectList { ids: ids.clone(), strangers: 0 }
    );
    drop(store);
    let store = Store::open(&options(folder.path())).unwrap();
    store.remove_object(ids[0]).unwrap();
    assert_eq!(store.object(ids[0]).err(), Some(Fault::Absent));
    assert_eq!(store.remove_object(ids[0]), Err(Fault::Absent));
    assert_eq!(store.snapshot().unwrap().objects().unwrap().ids, ids[1..]);
}

#[test]
fn an_unfinished_object_leaves_nothing() {
    let (folder, store) = open();
    let incoming = folder.path().join("data/objects/incoming");
    let left = || fs::read_dir(&incoming).unwrap().count();
    let mut writer = store.object_writer(&Counting::default()).unwrap();
    writer.write_all(b"half").unwrap();
    assert_eq!(left(), 1);
    drop(writer);
    assert_eq!(left(), 0);
    // one that a crash left is swept at the next start
    drop(store);
    fs::write(incoming.join(ObjectId::from_bytes([1; 16]).to_string()), b"half").unwrap();
    let store = Store::open(&options(folder.path())).unwrap();
    assert_eq!(left(), 0);
    assert_eq!(store.snapshot().unwrap().objects().unwrap().ids, []);
}

#[test]
fn files_that_are_no_objects_are_counted_not_listed() {
    let (folder, store) = open();
    let objects = folder.path().join("data/objects");
    let id = ObjectId::from_bytes([1; 16]).to_string();
    fs::write(objects.join("01").join(&id), b"in its place").unwrap();
    fs::write(objects.join("02").join(&id), b"in another's place").unwrap();
    fs::write(objects.join("02").join("nonsense"), b"").unwrap();
    fs::write(objects.join("nonsense"), b"").unwrap();
    let list = store.snapshot().unwrap().objects().unwrap();
    assert_eq!((list.ids, list.strangers), (vec![ObjectId::from_bytes([1; 16])], 3));
}

fn key(epoch: u32, generation: u32, byte: u8) -> WrappedKey {
    WrappedKey { epoch, generation, wrapped: vec![byte; 60] }
}

#[test]
fn a_key_only_moves_forward() {
    let (_folder, store) = open();
    let keys = store.keys();
    let backwards = Err(Fault::OutOfSequence("a wrapped key"));
    keys.put(record(1), &key(2, 5, 1)).unwrap();
    keys.put(record(1), &key(2, 5, 1)).expect("the same again changes nothing");
    for older in [key(1, 5, 1), key(2, 4, 1), key(3, 4, 1), key(2, 5, 2)] {
        assert_eq!(keys.put(record(1), &older), backwards);
    }
    keys.put(record(1), &key(2, 6, 3)).unwrap();
    keys.put(record(1), &key(3, 6, 4)).unwrap();
    assert_eq!(keys.get(record(1)).unwrap(), Some(key(3, 6, 4)));
    assert_eq!(keys.get(record(2)).unwrap(), None);
    assert!(keys.integrity().unwrap().is_empty());
    assert_eq!(format!("{:?}", key(3, 6, 4)), "WrappedKey(epoch 3, generation 6)");
}

#[test]
fn the_log_of_keys_does_not_grow_for_ever() {
    let (folder, store) = open();
    for number in 0..600_u128 {
        let record = RecordId::from_bytes(number.to_be_bytes());
        store.keys().put(record, &WrappedKey { epoch: 1, generation: 1, wrapped: vec![1; 4000] }).unwrap();
    }
    // 600 keys of one or two pages and an index page each, were they all still in the log
    let log = fs::metadata(folder.path().join("keys/keys.db-wal")).unwrap().len();
    assert!(log < 600 * 4096, "{log}");
}

#[test]
fn a_removed_key_is_in_no_file() {
    let (folder, store) = open();
    let wanted: Vec<u8> = (100..160).collect();
    let found = || {
        let files = fs::read_dir(folder.path().join("keys")).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|path| fs::read(path).unwrap().windows(60).any(|window| window == wanted)).count()
    };
    for number in 0..10 {
        store.keys().put(record(number), &key(1, 1, number)).unwrap();
    }
    store.keys().put(record(100), &WrappedKey { epoch: 1, generation: 1, wrapped: wanted.clone() }).unwrap();
    assert!(found() > 0);
    assert_eq!(store.keys().remove(record(100)), Ok(true));
    assert_eq!(found(), 0);
    assert_eq!(store.keys().remove(record(100)), Ok(false));
    assert_eq!(store.keys().all(None, 100).unwrap().len(), 10);
    // and one that was written anew under the next generation is gone in its first form
    store.keys().put(record(100), &WrappedKey { epoch: 1, generation: 1, wrapped: wanted.clone() }).unwrap();
    store.keys().put(record(100), &key(1, 2, 9)).unwrap();
    drop(store);
    assert_eq!(found(), 0);
}

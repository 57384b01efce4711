//! The key file and what its keeper answers (J01, J03, J05).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use common::{Counting, RECORD, hex, place};
use model::{RecordId, RowKind};
use vault::{FileKeeper, KeeperError, KeyKeeper, RecordKey, TagDomain, Wrapped};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Two keys are the same when one opens what the other sealed.
fn same(one: &RecordKey, other: &RecordKey) -> bool {
    let at = place(RowKind::Head, 1);
    let sealed = one.keyring(RECORD).sealer(RowKind::Head).seal(&at, b"", &Counting::default()).unwrap();
    other.keyring(RECORD).opener(RowKind::Head).open(&at, &sealed.bytes).is_ok()
}

/// Computed with another implementation (Python's `cryptography`).
#[test]
fn what_the_keeper_answers_is_frozen() {
    let (folder, dice) = (folder(), Counting::default());
    let keeper = FileKeeper::create(folder.path().join("keys"), &dice).unwrap();
    let key = RecordKey::generate(&dice);
    let wrapped = keeper.wrap(RECORD, 4, &key, &dice).unwrap();
    assert_eq!(
        hex(&wrapped.bytes),
        "01808182838485868788898a8b00c40c78257787f6f6e27f5b2a1ec44ad72fc78c7ec57b7d5584fab3ca81438b78b556b0f15bb95ffb43d01078e6b517"
    );
    assert_eq!((wrapped.epoch, wrapped.generation), (4, 1));
    assert_eq!(
        hex(&keeper.tag(TagDomain::Ins, b"some data").unwrap()),
        "32c0198fb447891c96961f8ee4ce46906e39976013ebc8bed006e44e73bca5d5"
    );
    assert_eq!(hex(&keeper.public_key()), "2543b92ff1095511476adc8369db6ddc933665a11978dda1404ee1066ca9559d");
    assert_eq!(
        hex(&keeper.sign(b"carnet").unwrap()),
        "742ce6e0c4e2d3076984973100525ee0e4dfee3297cd3e9f130914da4e816dd83ee2f835a767100d3223cbb62879eed31db0d6bb1b7f59ea97c77a530dfe4604"
    );
}

#[test]
fn a_wrapped_key_opens_for_its_record_alone_and_every_bit_counts() {
    let (folder, dice) = (folder(), Counting::default());
    let keeper = FileKeeper::create(folder.path().join("keys"), &dice).unwrap();
    keeper.add_generation(&dice).unwrap();
    let key = RecordKey::generate(&dice);
    let wrapped = keeper.wrap(RECORD, 1, &key, &dice).unwrap();
    assert!(same(&keeper.unwrap(RECORD, &wrapped).unwrap(), &key));

    let refused =
        |record, wrapped: &Wrapped| matches!(keeper.unwrap(record, wrapped), Err(KeeperError::Refused));
    assert!(refused(RecordId::from_bytes([0x12; 16]), &wrapped));
    assert!(refused(RECORD, &Wrapped { epoch: 2, ..wrapped.clone() }));
    assert!(refused(RECORD, &Wrapped { generation: 1, ..wrapped.clone() }));
    for bit in 0..wrapped.bytes.len() * 8 {
        let mut changed = wrapped.clone();
        changed.bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(refused(RECORD, &changed), "bit {bit}");
    }
    for end in 0..wrapped.bytes.len() {
        assert!(refused(RECORD, &Wrapped { bytes: wrapped.bytes[..end].to_vec(), ..wrapped.clone() }));
    }
}

#[test]
fn generations_are_added_and_retired_across_restarts() {
    let (folder, dice) = (folder(), Counting::default());
    let path = folder.path().join("keys");
    let keeper = FileKeeper::create(&path, &dice).unwrap();
    let key = RecordKey::generate(&dice);
    let first = keeper.wrap(RECORD, 1, &key, &dice).unwrap();

    // another process rotates; this one unwraps what that one wrapped without being told
    let other = FileKeeper::open(&path).unwrap();
    assert_eq!(other.add_generation(&dice).unwrap(), 2);
    let second = other.wrap(RECORD, 1, &key, &dice).unwrap();
    assert_eq!(second.generation, 2);
    assert!(same(&keeper.unwrap(RECORD, &second).unwrap(), &key));
    assert_eq!(keeper.generation(), 2);
    assert!(same(&other.unwrap(RECORD, &first).unwrap(), &key));
    other.add_generation(&dice).unwrap();
    assert_eq!(keeper.wrap(RECORD, 1, &key, &dice).unwrap().generation, 3, "never the one being retired");

    assert!(matches!(other.retire(3), Err(KeeperError::CurrentGeneration(3))));
    assert!(matches!(other.retire(4), Err(KeeperError::UnknownGeneration(4))));
    other.retire(1).unwrap();
    keeper.reload().unwrap();
    for keeper in [&keeper, &other, &FileKeeper::open(&path).unwrap()] {
        assert!(matches!(keeper.unwrap(RECORD, &first), Err(KeeperError::UnknownGeneration(1))));
        assert!(same(&keeper.unwrap(RECORD, &second).unwrap(), &key));
    }
    assert_eq!(other.add_generation(&dice).unwrap(), 4, "a number is not used again");

    // what is known to be retired is not looked for in the file again, whatever became of it
    let four = other.wrap(RECORD, 1, &key, &dice).unwrap();
    fs::remove_file(&path).unwrap();
    assert!(matches!(keeper.unwrap(RECORD, &first), Err(KeeperError::UnknownGeneration(1))));
    assert!(matches!(keeper.unwrap(RECORD, &four), Err(KeeperError::Unreachable(_))));
    assert_eq!(format!("{keeper:?}"), "FileKeeper(generation 3)");
}

#[test]
fn finders_and_signature_stay_across_restarts_and_domains_differ() {
    let (folder, dice) = (folder(), Counting::default());
    let path = folder.path().join("keys");
    let before = FileKeeper::create(&path, &dice).unwrap();
    before.add_generation(&dice).unwrap();
    let after = FileKeeper::open(&path).unwrap();
    let domains = [
        TagDomain::Ins,
        TagDomain::Traits,
        TagDomain::Login,
        TagDomain::DocumentUniqueId,
        TagDomain::Submission,
        TagDomain::Cursor,
        TagDomain::Budget,
    ];
    let mut tags = domains.map(|domain| before.tag(domain, b"same data").unwrap()).to_vec();
    assert_eq!(tags, domains.map(|domain| after.tag(domain, b"same data").unwrap()));
    tags.sort_unstable();
    tags.dedup();
    assert_eq!(tags.len(), domains.len());

    let key = UnparsedPublicKey::new(&ED25519, before.public_key());
    key.verify(b"checkpoint", &after.sign(b"checkpoint").unwrap()).unwrap();
}

#[test]
fn an_open_key_file_is_refused_and_none_is_ever_replaced() {
    let (folder, dice) = (folder(), Counting::default());
    let path = folder.path().join("keys");
    FileKeeper::create(&path, &dice).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let written = fs::read(&path).unwrap();
    assert!(matches!(FileKeeper::create(&path, &dice), Err(KeeperError::Exists)));
    assert_eq!(fs::read(&path).unwrap(), written);

    for mode in [0o640, 0o620, 0o610, 0o604, 0o602, 0o601] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        assert!(matches!(FileKeeper::open(&path), Err(KeeperError::NotPrivate)), "{mode:o}");
    }
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    assert!(FileKeeper::open(&path).is_ok());
    assert!(matches!(FileKeeper::open(folder.path().join("none")), Err(KeeperError::Unreachable(_))));
}

/// A crash leaves at worst a half written file beside the real one.
#[test]
fn what_a_crash_left_is_not_read() {
    let (folder, dice) = (folder(), Counting::default());
    let path = folder.path().join("keys");
    let keeper = FileKeeper::create(&path, &dice).unwrap();
    fs::write(folder.path().join("keys.new"), b"carnet keys 1\ngenera").unwrap();
    assert_eq!(FileKeeper::open(&path).unwrap().generation(), 1);
    keeper.add_generation(&dice).unwrap();
    assert_eq!(FileKeeper::open(&path).unwrap().generation(), 2);
    assert!(!folder.path().join("keys.new").exists());
}

#[test]
fn a_file_with_other_roots_is_not_taken_over() {
    let (folder, dice) = (folder(), Counting::default());
    let path = folder.path().join("keys");
    let keeper = FileKeeper::create(&path, &dice).unwrap();
    fs::remove_file(&path).unwrap();
    FileKeeper::create(&path, &Counting::default()).unwrap();
    keeper.reload().unwrap(); // the same dice make the same file
    fs::remove_file(&path).unwrap();
    FileKeeper::create(&path, &dice).unwrap();
    assert!(matches!(keeper.reload(), Err(KeeperError::Replaced)));
    let written = fs::read(&path).unwrap();
    assert!(matches!(keeper.add_generation(&dice), Err(KeeperError::Replaced)));
    assert_eq!(fs::read(&path).unwrap(), written, "left alone");
}

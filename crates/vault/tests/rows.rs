//! A sealed row opens at its one place, unchanged, and nowhere else (J01, J02, J03, J07, J10).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::HashSet;

use common::{Counting, RECORD, hex, neighbours, place};
use model::{Mark, Place, RecordId, RowKind};
use proptest::prelude::*;
use vault::{MAX_ROW, OpenError, RecordKey, SEALS_PER_SUBKEY, SealError};

/// Computed with another implementation (Python's `cryptography`) from the text of `seal.rs`. If this test
/// fails, what is in people's stores no longer opens: give the envelope another version instead.
#[test]
fn the_envelope_is_frozen() {
    let dice = Counting::default();
    let keyring = RecordKey::generate(&dice).keyring(RECORD);
    let at = place(RowKind::Metadata, 3);
    let sealed = keyring.sealer(RowKind::Metadata).seal(&at, b"a sealed row", &dice).unwrap();
    assert_eq!(
        hex(&sealed.bytes),
        "01202122232425262728292a2b2bfba089f86c5f77c0af7019d8c1492ef1f4d3109cd3016027dd2cdd"
    );
    assert_eq!(sealed.bytes[25..], sealed.tag);
    let mark = Mark { kind: at.kind, row: at.row, version: at.version, tag: sealed.tag };
    assert_eq!(
        hex(keyring.digester().of(RECORD, &mark).as_bytes()),
        "3f1d945830f080e015127234ba82a37fa525ddbf925483ecbf943e9388faac9b"
    );
}

#[test]
fn every_bit_and_every_length_counts() {
    let dice = Counting::default();
    let keyring = RecordKey::generate(&dice).keyring(RECORD);
    let at = place(RowKind::Rights, 1);
    let sealed = keyring.sealer(RowKind::Rights).seal(&at, b"who may see", &dice).unwrap().bytes;
    let opener = keyring.opener(RowKind::Rights);
    assert_eq!(*opener.open(&at, &sealed).unwrap(), b"who may see");
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(opener.open(&at, &changed), Err(OpenError), "bit {bit}");
    }
    for end in 0..sealed.len() {
        assert_eq!(opener.open(&at, &sealed[..end]), Err(OpenError), "cut at {end}");
    }
    assert_eq!(opener.open(&at, &[&sealed[..], &[0]].concat()), Err(OpenError));
}

/// Even with the very key that sealed: the subkey is asked as if it owned the neighbour.
#[test]
fn a_row_opens_nowhere_else() {
    let dice = Counting::default();
    let key = RecordKey::generate(&dice);
    for kind in RowKind::ALL {
        let at = place(kind, 5);
        let sealed = key.keyring(RECORD).sealer(kind).seal(&at, b"here", &dice).unwrap().bytes;
        assert!(key.keyring(RECORD).opener(kind).open(&at, &sealed).is_ok());
        for other in neighbours(at) {
            let opener = key.keyring(other.record).opener(other.kind);
            assert_eq!(opener.open(&other, &sealed), Err(OpenError), "{other:?}");
        }
    }
    let stranger = RecordKey::generate(&dice).keyring(RECORD);
    let at = place(RowKind::Head, 1);
    let sealed = stranger.sealer(RowKind::Head).seal(&at, b"", &dice).unwrap().bytes;
    assert_eq!(key.keyring(RECORD).opener(RowKind::Head).open(&at, &sealed), Err(OpenError));
}

#[test]
fn a_sealer_refuses_what_is_not_its_own_or_beyond_its_bounds() {
    let dice = Counting::default();
    let keyring = RecordKey::generate(&dice).keyring(RECORD);
    let sealer = keyring.sealer(RowKind::Gate);
    let at = place(RowKind::Gate, 1);
    let elsewhere = Place { record: RecordId::from_bytes([9; 16]), ..at };
    for wrong in [place(RowKind::Head, 1), elsewhere] {
        assert!(matches!(sealer.seal(&wrong, b"", &dice), Err(SealError::WrongPlace)));
        assert!(matches!(sealer.stream(&wrong, &dice), Err(SealError::WrongPlace)));
    }
    assert!(sealer.seal(&place(RowKind::Gate, SEALS_PER_SUBKEY), b"", &dice).is_ok());
    let beyond = place(RowKind::Gate, SEALS_PER_SUBKEY + 1);
    assert!(matches!(sealer.seal(&beyond, b"", &dice), Err(SealError::Exhausted)));
    let large = vec![0; MAX_ROW + 1];
    assert!(matches!(sealer.seal(&at, &large, &dice), Err(SealError::TooLarge)));
    assert!(sealer.seal(&at, &large[1..], &dice).is_ok());
}

/// The nonce is what the dice said, thrown anew for each seal: never a counter that a restart would reset.
#[test]
fn each_seal_throws_its_nonce() {
    struct Real;
    impl model::Dice for Real {
        fn fill(&self, bytes: &mut [u8]) {
            aws_lc_rs::rand::fill(bytes).unwrap();
        }
    }
    let keyring = RecordKey::generate(&Real).keyring(RECORD);
    let sealer = keyring.sealer(RowKind::Trace);
    let at = place(RowKind::Trace, 1);
    let nonces: HashSet<_> =
        (0..20_000).map(|_| sealer.seal(&at, b"", &Real).unwrap().bytes[1..13].to_vec()).collect();
    assert_eq!(nonces.len(), 20_000);
}

proptest! {
    #[test]
    fn what_is_sealed_comes_back(plain in prop::collection::vec(any::<u8>(), 0..2000), version in 1..1000u64) {
        let dice = Counting::default();
        let keyring = RecordKey::generate(&dice).keyring(RECORD);
        let at = place(RowKind::Document, version);
        let sealed = keyring.sealer(RowKind::Document).seal(&at, &plain, &dice).unwrap();
        prop_assert_eq!(sealed.bytes.len(), plain.len() + 29);
        prop_assert_eq!(&*keyring.opener(RowKind::Document).open(&at, &sealed.bytes).unwrap(), &plain);
    }

    /// Whatever bytes the store hands over, opening answers and does not panic.
    #[test]
    fn noise_is_refused(noise in prop::collection::vec(any::<u8>(), 0..200)) {
        let keyring = RecordKey::generate(&Counting::default()).keyring(RECORD);
        let opened = keyring.opener(RowKind::Document).open(&place(RowKind::Document, 1), &noise);
        prop_assert_eq!(opened, Err(OpenError));
    }
}

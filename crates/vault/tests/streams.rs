//! A sealed stream comes out whole and in order, or says that it does not (J01, J02, J03, J10, K05).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::io::{self, Read, Write};

use aws_lc_rs::digest::{SHA256, digest};
use common::{Counting, RECORD, hex, neighbours, place};
use model::{Place, RowKind};
use proptest::prelude::*;
use vault::{CHUNK, Keyring, RecordKey, SealError, StreamError, StreamSummary};

const FRAME: usize = CHUNK + 16;
const HEADER: usize = 33;

fn keyring(dice: &Counting) -> Keyring {
    RecordKey::generate(dice).keyring(RECORD)
}

fn here() -> Place {
    place(RowKind::Document, 1)
}

fn seal(keyring: &Keyring, dice: &Counting, plain: &[u8], piece: usize) -> (Vec<u8>, StreamSummary) {
    let mut out = Vec::new();
    let mut sealer = keyring.sealer(RowKind::Document).stream(&here(), dice).unwrap();
    for piece in plain.chunks(piece) {
        sealer.push(piece, &mut out).unwrap();
    }
    let summary = sealer.finish(&mut out).unwrap();
    (out, summary)
}

/// All the plain bytes, or how many came out before the refusal.
fn open(keyring: &Keyring, at: &Place, sealed: &[u8], expected: &StreamSummary) -> Result<Vec<u8>, usize> {
    let mut plain = Vec::new();
    let Ok(mut stream) = keyring.opener(at.kind).stream(at, sealed, expected) else { return Err(0) };
    match stream.read_to_end(&mut plain) {
        Ok(_) => Ok(plain),
        Err(error) => {
            assert_eq!(error.kind(), io::ErrorKind::InvalidData);
            assert!(matches!(stream.next_chunk(), Err(StreamError::Refused(_))), "a refusal stays");
            Err(plain.len())
        }
    }
}

fn sample(len: usize) -> Vec<u8> {
    (0..len).map(|at| (at % 251) as u8).collect()
}

/// Computed with another implementation (Python's `cryptography`) from the text of `stream.rs`.
#[test]
fn the_stream_envelope_is_frozen() {
    let dice = Counting::default();
    let keyring = keyring(&dice);
    // the row's nonce was thrown first when this was computed
    model::Dice::fill(&dice, &mut [0; 12]);
    let (sealed, summary) = seal(&keyring, &dice, &sample(CHUNK + 5), 1000);
    assert_eq!(sealed.len(), 65_606);
    assert_eq!(summary.sealed_len(), 65_606);
    assert_eq!(
        hex(digest(&SHA256, &sealed).as_ref()),
        "2609d527f1d7e0b88b57a1d6c304e72ef51649b40b739fdd2c380d3b02453008"
    );
    assert_eq!(
        serde_json::to_string(&summary).unwrap(),
        r#"{"chunks":2,"plain_len":65541,"tags_digest":"2c36358a9c00473066dc7e395683022c66a92c5a3f41d09a29e118ad292c8b18"}"#
    );
    assert_eq!(
        serde_json::from_str::<StreamSummary>(&serde_json::to_string(&summary).unwrap()).unwrap(),
        summary
    );
}

#[test]
fn lengths_around_a_chunk_come_back() {
    let dice = Counting::default();
    let keyring = keyring(&dice);
    for len in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7] {
        let plain = sample(len);
        for piece in [999, CHUNK, 4 * CHUNK] {
            let (sealed, summary) = seal(&keyring, &dice, &plain, piece);
            assert_eq!(summary.chunks as usize, len.div_ceil(CHUNK).max(1));
            assert_eq!(summary.sealed_len(), sealed.len() as u64);
            assert!(open(&keyring, &here(), &sealed, &summary) == Ok(plain.clone()), "{len} by {piece}");
        }
    }
}

#[test]
fn every_bit_counts() {
    let dice = Counting::default();
    let keyring = keyring(&dice);
    let (sealed, summary) = seal(&keyring, &dice, b"a short document", 5);
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(open(&keyring, &here(), &changed, &summary), Err(0), "bit {bit}");
    }
    for end in 0..sealed.len() {
        assert_eq!(open(&keyring, &here(), &sealed[..end], &summary), Err(0), "cut at {end}");
    }
}

/// In a longer stream: what comes out before the refusal is a true beginning, chunk by chunk.
#[test]
fn chunks_cannot_be_moved_dropped_repeated_or_added() {
    let dice = Counting::default();
    let keyring = keyring(&dice);
    let plain = sample(3 * CHUNK + 100);
    let (sealed, summary) = seal(&keyring, &dice, &plain, CHUNK);
    let header = &sealed[..HEADER];
    let chunks: Vec<&[u8]> = sealed[HEADER..].chunks(FRAME).collect();
    assert_eq!(chunks.len(), 4);
    let build = |order: &[usize]| {
        let mut bytes = header.to_vec();
        order.iter().for_each(|chunk| bytes.extend_from_slice(chunks[*chunk]));
        bytes
    };
    assert!(open(&keyring, &here(), &build(&[0, 1, 2, 3]), &summary) == Ok(plain.clone()));
    for (order, whole_chunks) in [
        (&[1, 0, 2, 3][..], 0),
        (&[0, 2, 1, 3], 1),
        (&[0, 1, 3], 2),
        (&[0, 1, 1, 3], 2),
        (&[0, 1, 2], 3),
        (&[0, 1, 2, 2], 3),
        (&[0, 1, 2, 3, 3], 3),
        (&[0, 1, 2, 3, 0], 3),
        (&[], 0),
    ] {
        assert_eq!(open(&keyring, &here(), &build(order), &summary), Err(whole_chunks * CHUNK), "{order:?}");
    }
    // a summary made to fit what was cut off does not make a middle chunk the last
    let shorter = StreamSummary { chunks: 3, plain_len: 3 * CHUNK as u64, ..summary.clone() };
    assert_eq!(open(&keyring, &here(), &build(&[0, 1, 2]), &shorter), Err(2 * CHUNK));
}

/// Two sealings of one document at one place: their chunks do not mix, and one does not pass for the other.
#[test]
fn two_sealings_do_not_mix() {
    let dice = Counting::default();
    let keyring = keyring(&dice);
    let (one, summary) = seal(&keyring, &dice, &sample(CHUNK + 9), CHUNK);
    let (two, _) = seal(&keyring, &dice, &sample(CHUNK + 9), CHUNK);
    let mixed = [&one[..HEADER + FRAME], &two[HEADER + FRAME..]].concat();
    assert_eq!(open(&keyring, &here(), &mixed, &summary), Err(CHUNK));
    assert_eq!(open(&keyring, &here(), &two, &summary), Err(CHUNK), "the last chunk never leaves");
}

#[test]
fn a_stream_opens_nowhere_else_and_is_no_row() {
    let dice = Counting::default();
    let key = RecordKey::generate(&dice);
    let keyring = key.keyring(RECORD);
    let (sealed, summary) = seal(&keyring, &dice, b"here", 4);
    for other in neighbours(here()) {
        let keyring = key.keyring(other.record);
        assert_eq!(open(&keyring, &other, &sealed, &summary), Err(0), "{other:?}");
    }
    assert!(keyring.opener(RowKind::Document).open(&here(), &sealed).is_err());
    let row = keyring.sealer(RowKind::Document).seal(&here(), b"here", &dice).unwrap();
    assert_eq!(open(&keyring, &here(), &row.bytes, &summary), Err(0));
}

#[test]
fn impossible_summaries_are_refused() {
    let dice = Counting::default();
    let keyring = keyring(&dice);
    let (sealed, right) = seal(&keyring, &dice, b"four", 4);
    for (chunks, plain_len) in [
        (0, 0),
        (1, 5),
        (1, 3),
        (2, 4),
        (2, CHUNK as u64),
        (1, CHUNK as u64 + 1),
        (u32::MAX, u64::MAX),
        (1, u64::MAX),
    ] {
        let wrong = StreamSummary { chunks, plain_len, ..right.clone() };
        assert_eq!(open(&keyring, &here(), &sealed, &wrong), Err(0), "{chunks} {plain_len}");
    }
    let other_tags = StreamSummary { tags_digest: [0; 32], ..right };
    assert_eq!(open(&keyring, &here(), &sealed, &other_tags), Err(0));
}

/// A disk that fails is told from bytes that do not open, and a stream whose write failed cannot be finished.
#[test]
fn a_failing_disk_shows() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("EIO"))
        }
    }
    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::other("ENOSPC"))
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let dice = Counting::default();
    let keyring = keyring(&dice);
    let (sealed, summary) = seal(&keyring, &dice, b"four", 4);
    let opener = keyring.opener(RowKind::Document);
    let mut stream = opener.stream(&here(), sealed[..HEADER + 3].chain(Broken), &summary).unwrap();
    assert!(matches!(stream.next_chunk(), Err(StreamError::Read(_))));

    let mut sealer = keyring.sealer(RowKind::Document).stream(&here(), &dice).unwrap();
    assert!(matches!(sealer.push(&sample(CHUNK + 1), &mut Broken), Err(SealError::Write(_))));
    assert!(matches!(sealer.finish(&mut Vec::new()), Err(SealError::Refused)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Any change of the stored bytes is refused, and what came out before is a beginning of the truth.
    #[test]
    fn tampering_is_refused(len in 0..3 * CHUNK, at in any::<prop::sample::Index>(), bit in 0..8u8, cut in any::<bool>()) {
        let dice = Counting::default();
        let keyring = keyring(&dice);
        let plain = sample(len);
        let (mut sealed, summary) = seal(&keyring, &dice, &plain, 7000);
        let at = at.index(sealed.len());
        if cut { sealed.truncate(at) } else { sealed[at] ^= 1 << bit }
        let out = open(&keyring, &here(), &sealed, &summary).expect_err("refused");
        prop_assert_eq!(out, at.saturating_sub(HEADER) / FRAME * CHUNK);
    }
}

#[test]
fn what_is_printed_holds_no_byte() {
    let dice = Counting::default();
    let keyring = keyring(&dice);
    let sealer = keyring.sealer(RowKind::Document).stream(&here(), &dice).unwrap();
    assert_eq!(format!("{sealer:?}"), "StreamSealer(0 chunks)");
    let (sealed, summary) = seal(&keyring, &dice, &sample(CHUNK + 5), 1000);
    let mut stream = keyring.opener(RowKind::Document).stream(&here(), &sealed[..], &summary).unwrap();
    assert_eq!(format!("{stream:?}"), "StreamOpener(0 of 2 chunks)");
    stream.next_chunk().unwrap();
    assert_eq!(format!("{stream:?}"), "StreamOpener(1 of 2 chunks)");
}

//! A checkpoint reads back in both forms, and every character of it counts (M02).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::convert::Infallible;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use journal::tree::{Frontier, root};
use journal::{Checkpoint, CheckpointError, Hash, SignedCheckpoint, check_anchor};
use model::Instant;

fn keys(seed: u8) -> (Ed25519KeyPair, [u8; 32]) {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
    let public = pair.public_key().as_ref().try_into().unwrap();
    (pair, public)
}

fn signed(checkpoint: Checkpoint) -> SignedCheckpoint {
    let (pair, _) = keys(1);
    checkpoint.sign(|text| Ok::<_, Infallible>(pair.sign(text).as_ref().try_into().unwrap())).unwrap()
}

fn sample() -> SignedCheckpoint {
    let at = Instant::from_millis(1_700_000_000_123);
    signed(Checkpoint::new("carnet.example.org/log", 42, [7; 32], at).unwrap())
}

#[test]
fn the_written_forms_are_frozen() {
    let (_, public) = keys(1);
    let root = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
    let text = format!("carnet.example.org/log\n42\n{root}\nat 2023-11-14T22:13:20.123Z\n");
    assert_eq!(sample().checkpoint.text(), text);
    assert_eq!(
        sample().to_note(&public),
        format!(
            "{text}\n— carnet.example.org/log 1uZrKtc88xV6r4PTa3HroImj/We0TmRFIYXdwriKEDd3k6uVVmzvjt9OBBPIsLCIbCiKJURVffCDyl5pjgz2clUSFwc=\n"
        )
    );
    assert_eq!(
        sample().to_line(),
        format!(
            "carnet-checkpoint-1 carnet.example.org/log 42 {root} 2023-11-14T22:13:20.123Z 1zzzFXqvg9NrceugiaP9Z7ROZEUhhd3CuIoQN3eTq5VWbO+O304EE8iwsIhsKIolRFV98IPKXmmODPZyVRIXBw=="
        )
    );
}

#[test]
fn both_forms_read_back_and_every_bit_counts() {
    let (_, public) = keys(1);
    let (note, line) = (sample().to_note(&public), sample().to_line());
    assert_eq!(SignedCheckpoint::from_note(&note, &public), Ok(sample()));
    assert_eq!(SignedCheckpoint::from_line(&line), Ok(sample()));
    assert_eq!(sample().verify(&public), Ok(()));

    for bit in 0..note.len() * 8 {
        let Some(changed) = flip(&note, bit) else { continue };
        assert!(SignedCheckpoint::from_note(&changed, &public).is_err(), "bit {bit}: {changed}");
    }
    for bit in 0..line.len() * 8 {
        let Some(changed) = flip(&line, bit) else { continue };
        let read = SignedCheckpoint::from_line(&changed).and_then(|signed| signed.verify(&public));
        assert!(read.is_err(), "bit {bit}: {changed}");
    }
    for end in 0..note.len() {
        // without its last newline the note says the same
        let cut = note.get(..end).map(|cut| SignedCheckpoint::from_note(cut, &public));
        assert!(end == note.len() - 1 || cut.is_none_or(|read| read.is_err()), "cut at {end}");
    }
}

fn flip(text: &str, bit: usize) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    String::from_utf8(bytes).ok()
}

#[test]
fn another_key_does_not_pass_and_witnesses_may_stand_beside() {
    let ((_, public), (_, other)) = (keys(1), keys(2));
    assert_eq!(sample().verify(&other), Err(CheckpointError::Signature));
    let note = sample().to_note(&public);
    assert_eq!(SignedCheckpoint::from_note(&note, &other), Err(CheckpointError::Signature));
    // the name and key id of the other key on our signature
    assert!(SignedCheckpoint::from_note(&sample().to_note(&other), &other).is_err());
    let (text, own) = note.split_once("\n\n").unwrap();
    let witnessed = format!("{text}\n\n— witness.example.org AAAAAAAA\n{own}");
    assert_eq!(SignedCheckpoint::from_note(&witnessed, &public), Ok(sample()));
}

#[test]
fn names_that_would_break_the_note_are_refused() {
    let at = Instant::EPOCH;
    for wrong in ["", "two words", "a\nb", "a+b", "é", &"x".repeat(101)] {
        assert_eq!(Checkpoint::new(wrong, 0, [0; 32], at), Err(CheckpointError::Origin), "{wrong}");
    }
}

#[test]
fn a_log_that_was_put_back_or_rewritten_shows_against_its_anchor() {
    let nodes = |leaves: &[u8]| {
        let mut frontier = Frontier::default();
        let mut nodes = std::collections::HashMap::new();
        for (index, leaf) in leaves.iter().enumerate() {
            nodes.insert((0, index as u64), [*leaf; 32]);
            for (level, index, hash) in frontier.push([*leaf; 32]) {
                nodes.insert((level, index), hash);
            }
        }
        move |level: u8, index: u64| Ok::<Hash, Infallible>(nodes[&(level, index)])
    };
    let anchored = root(5, nodes(&[1, 2, 3, 4, 5])).unwrap();
    let anchor = Checkpoint::new("log", 5, anchored, Instant::EPOCH).unwrap();
    let fault = |size, leaves: &[u8]| check_anchor(&anchor, size, nodes(leaves)).unwrap().map(|f| f.what);
    assert_eq!(fault(5, &[1, 2, 3, 4, 5]), None);
    assert_eq!(fault(7, &[1, 2, 3, 4, 5, 6, 7]), None);
    assert_eq!(
        fault(4, &[1, 2, 3, 4]).unwrap(),
        "the log has 4 leaves, its anchor has seen 5: the store was put back"
    );
    let rewritten = "the first 5 leaves are not those the anchor has seen: the log was rewritten";
    assert_eq!(fault(5, &[1, 2, 3, 4, 6]).unwrap(), rewritten);
    assert_eq!(fault(6, &[1, 2, 9, 4, 5, 6]).unwrap(), rewritten);
}

/// A note from elsewhere is read up to its size, and no further.
#[test]
fn a_note_has_its_size() {
    let (_, public) = keys(1);
    let note = sample().to_note(&public);
    let padded = |size: usize| format!("{note}{}", "x".repeat(size - note.len()));
    let read = |size| SignedCheckpoint::from_note(&padded(size), &public);
    assert_eq!(read(16 << 10), Ok(sample()));
    assert_eq!(read((16 << 10) + 1), Err(CheckpointError::NotACheckpoint));
    assert_eq!(read(1 << 20), Err(CheckpointError::NotACheckpoint));
    assert_eq!(sample().checkpoint.origin(), "carnet.example.org/log");
}

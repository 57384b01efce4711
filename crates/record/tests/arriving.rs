//! Documents that arrive as streams: who may not feed is refused before any byte, what is large is sealed as it
//! passes, what is abandoned leaves nothing (issue "The wire", 1).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use common::*;
use model::*;
use record::account::Verdict;
use record::{Arrival, ArrivalError, Arrived, Content, Failure, Submission};

const PIECE: usize = 64 << 10;

/// A DICOM file of so many bytes, in pieces.
fn dicom(size: usize) -> impl Iterator<Item = Vec<u8>> {
    (0..size.div_ceil(PIECE)).map(move |which| {
        let mut piece: Vec<u8> = (0..PIECE.min(size - which * PIECE)).map(|at| (at % 251) as u8).collect();
        if which == 0 {
            piece[..128].fill(0);
            piece[128..136].copy_from_slice(b"DICM\x02\0\0\0");
        }
        piece
    })
}

/// A lot of one DICOM document that has yet to come.
fn awaited(ins: &str, unique: &str) -> Submission {
    let mut new = text_document(&format!("{unique}.1"), b"x");
    new.description.mime_type = "application/dicom".into();
    new.content = Content::Awaited;
    lot(ins, unique, vec![new])
}

fn arrive(
    arrival: &mut Arrival,
    media_type: &str,
    pieces: impl Iterator<Item = Vec<u8>>,
) -> Result<Arrived, ArrivalError> {
    let mut arriving = arrival.begin(media_type);
    for piece in pieces {
        arriving.push(&piece)?;
    }
    arriving.end()
}

fn settle(lot: &mut Submission, arrived: Arrived) {
    let new = &mut lot.documents[0];
    (new.description.hash, new.description.size) = (arrived.sha1, arrived.size);
    new.content = arrived.content;
}

fn objects(node: &Node) -> usize {
    walk(&node.folder.join("data/objects"))
}

fn walk(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    entries.map(|it| if it.is_dir() { walk(&it) } else { 1 }).sum()
}

fn lines(node: &Node, record: RecordId) -> usize {
    trace(node, Caller::holder(record), record).len()
}

#[test]
fn a_large_document_passes_and_comes_back_as_it_was() {
    let Fed { node, record, .. } = fed();
    let call = node.call(hospital());
    let mut lot = awaited(PATIENT, "1.2.250.1.999.80");
    let mut arrival = node.records.arrival(&call, &lot).unwrap();
    let arrived = arrive(&mut arrival, "application/dicom", dicom(20 << 20)).unwrap();
    let sent: Vec<u8> = dicom(20 << 20).flatten().collect();
    assert_eq!(arrived.sha1, digest(&SHA1_FOR_LEGACY_USE_ONLY, &sent).as_ref());
    assert_eq!(arrived.size, sent.len() as u64);
    assert!(matches!(arrived.content, Content::Sealed(_)), "it was held");
    let sha256: String = digest(&SHA256, &sent).as_ref().iter().map(|it| format!("{it:02x}")).collect();
    assert_eq!(arrived.content.sha256(), sha256);
    // whatever commits meanwhile
    lines(&node, record);
    settle(&mut lot, arrived);
    let fed = node.records.feed(&call, &lot).unwrap().into_inner();
    drop(lot);
    assert_eq!(objects(&node), 1);
    assert!(read(&node, Caller::holder(record), record, fed.documents[0]).unwrap() == sent);
    assert_eq!(node.verify().faults, []);
}

#[test]
fn small_ones_are_held_and_opened_whole() {
    let Fed { node, .. } = fed();
    let call = node.call(hospital());
    let lot = awaited(PATIENT, "1.2.250.1.999.81");
    let mut arrival = node.records.arrival(&call, &lot).unwrap();
    let held = arrive(&mut arrival, "application/dicom", dicom(1 << 20)).unwrap();
    assert!(matches!(held.content, Content::Whole(_)));
    // a lot holds so much in all: what can pass does, what must be opened whole is refused
    let text = |size: usize| std::iter::repeat_n(vec![b'x'; 1 << 20], size);
    assert!(matches!(arrive(&mut arrival, "text/plain", text(63)).unwrap().content, Content::Whole(_)));
    assert!(matches!(arrive(&mut arrival, "text/xml", text(1)), Err(ArrivalError::NotWhole)));
    let passed = arrive(&mut arrival, "application/dicom", dicom(1 << 20)).unwrap();
    assert!(matches!(passed.content, Content::Sealed(_)));
    drop((passed, arrival));
    assert_eq!(objects(&node), 0);
}

#[test]
fn what_is_not_what_it_says_or_is_abandoned_leaves_nothing() {
    let Fed { node, record, .. } = fed();
    let call = node.call(hospital());
    let mut lot = awaited(PATIENT, "1.2.250.1.999.82");
    let before = lines(&node, record);
    let mut arrival = node.records.arrival(&call, &lot).unwrap();
    let mut arriving = arrival.begin("application/dicom");
    for piece in dicom(9 << 20) {
        arriving.push(&piece).unwrap();
    }
    assert_eq!(objects(&node), 1);
    drop(arriving);
    assert_eq!(objects(&node), 0, "an arrival that was cut off");
    let junk = std::iter::repeat_n(vec![7; 1 << 20], 9);
    lot.documents[0].content = arrive(&mut arrival, "application/dicom", junk).unwrap().content;
    assert_eq!(objects(&node), 1);
    let Err(Failure::Refused(no)) = node.records.feed(&call, &lot) else { panic!("junk is fed") };
    assert!(no.problems[0].element.ends_with("content.attachment"), "{no:?}");
    drop(lot);
    assert_eq!(objects(&node), 0, "what is refused");
    // one line for the refusal; the other is the first reading's own
    assert_eq!(lines(&node, record), before + 2);
    assert_eq!(node.verify().faults, []);
}

#[test]
fn who_may_not_feed_is_refused_before_any_byte_and_once() {
    let Fed { node, record, .. } = fed();
    let strangers = awaited("279035121518989", "1.2.250.1.999.83");
    assert!(matches!(node.records.arrival(&node.call(hospital()), &strangers), Err(Failure::Refused(_))));
    let before = lines(&node, record);
    let mut payers = awaited(PATIENT, "1.2.250.1.999.84");
    payers.documents[0].description.type_code = coding(code::TRE_A05, "REMB");
    let mut another = awaited(PATIENT, "1.2.250.1.999.86");
    another.documents[0].said.birth_date = Some("1950-01-01".parse().unwrap());
    for lot in [payers, another] {
        assert!(matches!(node.records.arrival(&node.call(hospital()), &lot), Err(Failure::Refused(_))));
    }
    let all = trace(&node, Caller::holder(record), record);
    assert_eq!(all.len(), before + 3);
    assert!(all[before + 1..].iter().all(|it| it.account.verdict != Verdict::Accepted));
}

#[test]
fn the_same_lot_again_gets_the_first_answer_and_keeps_one_copy() {
    let Fed { node, .. } = fed();
    let feed = || {
        let call = node.call(hospital());
        let mut lot = awaited(PATIENT, "1.2.250.1.999.87");
        let mut arrival = node.records.arrival(&call, &lot).unwrap();
        let arrived = arrive(&mut arrival, "application/dicom", dicom(9 << 20)).unwrap();
        lot.digest = arrived.content.sha256();
        settle(&mut lot, arrived);
        node.records.feed(&call, &lot).unwrap().into_inner()
    };
    let (first, again) = (feed(), feed());
    assert!(!first.repeated && again.repeated);
    assert_eq!(first.documents, again.documents);
    assert_eq!(objects(&node), 1);
    assert_eq!(node.verify().faults, []);
}

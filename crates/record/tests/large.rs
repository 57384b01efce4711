//! A document larger than what is held passes as a stream, in little memory (issue "The wire", 1). Alone in its file:
//! the memory of a whole process is measured.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use model::*;
use record::Content;

const PIECE: usize = 64 << 10;

/// A DICOM file of so many bytes, in pieces.
fn dicom(size: usize) -> impl Iterator<Item = Vec<u8>> {
    (0..size.div_ceil(PIECE)).map(move |which| {
        let mut piece = vec![0x5a; PIECE.min(size - which * PIECE)];
        if which == 0 {
            piece[..128].fill(0);
            piece[128..136].copy_from_slice(b"DICM\x02\0\0\0");
        }
        piece
    })
}

/// The most this process ever held, in kB.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|it| it.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// `CARNET_MEGABYTES` of them: sixty without it, a gigabyte in the long run.
#[test]
fn what_is_large_passes_in_little_memory() {
    let megabytes = std::env::var("CARNET_MEGABYTES").map_or(60, |it| it.parse().expect("a whole number"));
    let size: usize = megabytes << 20;
    let Fed { node, record, .. } = fed();
    let call = node.call(hospital());
    let mut new = text_document("1.2.250.1.999.88.1", b"x");
    new.description.mime_type = "application/dicom".into();
    new.content = Content::Awaited;
    let mut lot = lot(PATIENT, "1.2.250.1.999.88", vec![new]);
    let mut arrival = node.records.arrival(&call, &lot).unwrap();
    let before = peak();
    let mut arriving = arrival.begin("application/dicom");
    for piece in dicom(size) {
        arriving.push(&piece).unwrap();
    }
    let arrived = arriving.end().unwrap();
    assert_eq!(arrived.size, size as u64);
    let new = &mut lot.documents[0];
    (new.description.hash, new.description.size) = (arrived.sha1, arrived.size);
    new.content = arrived.content;
    let fed = node.records.feed(&call, &lot).unwrap().into_inner();
    let holder = node.call(Caller::holder(record));
    let mut document = node.records.consult(&holder, record, fed.documents[0]).unwrap().into_inner();
    let mut read = 0;
    while let Some(chunk) = document.next_chunk().unwrap() {
        read += chunk.len();
    }
    assert_eq!(read, size);
    let grown = peak() - before;
    println!("{megabytes} MB in and out: {} MB more at the peak", grown >> 10);
    assert!(grown < 32 << 10, "{grown} kB");
}

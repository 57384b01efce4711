//! Dice that fall 0, 1, 2, … and a place to seal at.
#![allow(dead_code)]

use std::sync::Mutex;

use model::{Dice, Place, RecordId, RowId, RowKind};

#[derive(Default)]
pub struct Counting(Mutex<u8>);

impl Dice for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        let mut next = self.0.lock().unwrap();
        for byte in bytes {
            *byte = *next;
            *next = next.wrapping_add(1);
        }
    }
}

pub const RECORD: RecordId = RecordId::from_bytes([0x11; 16]);

pub fn place(kind: RowKind, version: u64) -> Place {
    Place { record: RECORD, kind, row: RowId::from_bytes([0x22; 16]), version }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every place that differs from this one in one part.
pub fn neighbours(place: Place) -> Vec<Place> {
    let kinds = RowKind::ALL.into_iter().filter(|kind| *kind != place.kind);
    let mut others: Vec<_> = kinds.map(|kind| Place { kind, ..place }).collect();
    for bit in 0..128 {
        let flip = |bytes: &[u8; 16]| (u128::from_be_bytes(*bytes) ^ (1 << bit)).to_be_bytes();
        others.push(Place { record: RecordId::from_bytes(flip(place.record.as_bytes())), ..place });
        others.push(Place { row: RowId::from_bytes(flip(place.row.as_bytes())), ..place });
    }
    others.extend((0..64).map(|bit| Place { version: place.version ^ (1 << bit), ..place }));
    others
}

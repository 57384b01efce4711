//! The incremental digest over a record's rows that its sealed head carries (design, invariant 7).
//!
//! A row counts as HMAC-SHA-256(digest subkey, record, kind, row, version, tag); the digest is the sum of the
//! rows' hashes modulo 2²⁵⁶, so that writing one row costs one subtraction and one addition however large the
//! record is.
//!
//! **Why a sum is enough here.** Sums of *public* hashes fall to linear algebra or to Wagner's generalised
//! birthday attack: one looks for another set with the same sum. Both need the hashes of single rows. Here
//! they are outputs of a keyed pseudo-random function whose key whoever writes to the store does not have, and
//! the sum itself lies inside the sealed head: the attacker sees neither terms nor total, and a store with any
//! other set of rows matches with chance 2⁻²⁵⁶ per try. (This is the multiset hash MSet-Add-Hash of Clarke,
//! Devadas, van Dijk, Gassend and Suh, 2003.) Addition rather than XOR, so that a row present twice does not
//! cancel itself. Who holds the record's key could seal another head anyway: against them stand the chain of
//! trace lines and the log, not this digest.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use model::{Mark, Place, RecordId};

use crate::primitive::{Secret, hmac_of};

/// Hashes rows for the digest, under a subkey of the record.
pub struct Digester(hmac::Key);

/// What one row adds to the digest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RowHash([u8; 32]);

/// The sum over a set of rows.
#[derive(Clone, Copy, Default)]
pub struct SetDigest([u8; 32]);

impl Digester {
    pub(crate) fn new(key: &Secret) -> Self {
        Self(key.hmac())
    }

    pub fn of(&self, record: RecordId, mark: &Mark) -> RowHash {
        let place = Place { record, kind: mark.kind, row: mark.row, version: mark.version };
        RowHash(hmac_of(&self.0, &[&place.associated_data(), &mark.tag]))
    }

    /// The digest of a whole set, from nothing: what opening and `verify` compare with the head's.
    pub fn recompute<'a>(&self, record: RecordId, marks: impl IntoIterator<Item = &'a Mark>) -> SetDigest {
        let mut digest = SetDigest::empty();
        for mark in marks {
            digest.add(&self.of(record, mark));
        }
        digest
    }
}

impl RowHash {
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl SetDigest {
    pub const fn empty() -> Self {
        Self([0; 32])
    }

    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub fn add(&mut self, row: &RowHash) {
        let mut carry = 0;
        for (sum, term) in self.0.iter_mut().zip(row.0).rev() {
            let total = u16::from(*sum) + u16::from(term) + carry;
            *sum = total as u8;
            carry = total >> 8;
        }
    }

    /// Undoes one [`add`](Self::add) of the same row.
    pub fn remove(&mut self, row: &RowHash) {
        let mut borrow = 0;
        for (sum, term) in self.0.iter_mut().zip(row.0).rev() {
            let total = 256 + u16::from(*sum) - u16::from(term) - borrow;
            *sum = total as u8;
            borrow = 1 - (total >> 8);
        }
    }
}

/// In constant time: the digest is a secret of the head.
impl PartialEq for SetDigest {
    fn eq(&self, other: &Self) -> bool {
        verify_slices_are_equal(&self.0, &other.0).is_ok()
    }
}

impl Eq for SetDigest {}

impl fmt::Debug for Digester {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digester")
    }
}

impl fmt::Debug for RowHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RowHash")
    }
}

impl fmt::Debug for SetDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetDigest")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use model::{RowId, RowKind};
    use proptest::prelude::*;

    use super::*;
    use crate::keyring::RecordKey;
    use crate::primitive::tests::Counting;

    fn digester() -> Digester {
        RecordKey::generate(&Counting::from(0)).keyring(RecordId::from_bytes([1; 16])).digester()
    }

    fn mark() -> impl Strategy<Value = Mark> {
        (0..9usize, any::<[u8; 16]>(), 1..5u64, any::<[u8; 16]>()).prop_map(|(kind, row, version, tag)| {
            Mark { kind: RowKind::ALL[kind], row: RowId::from_bytes(row), version, tag }
        })
    }

    proptest! {
        #[test]
        fn order_does_not_count_and_removing_undoes(marks in prop::collection::vec(mark(), 1..12), gone in any::<prop::sample::Index>()) {
            let (digester, record) = (digester(), RecordId::from_bytes([1; 16]));
            let whole = digester.recompute(record, &marks);
            prop_assert_eq!(digester.recompute(record, marks.iter().rev()), whole);
            let mut rest = marks.clone();
            let removed = rest.remove(gone.index(marks.len()));
            let mut digest = whole;
            digest.remove(&digester.of(record, &removed));
            prop_assert_eq!(digest, digester.recompute(record, &rest));
            prop_assert_ne!(digest, whole);
        }

        #[test]
        fn every_part_of_a_mark_counts(mark in mark()) {
            let digester = digester();
            let record = RecordId::from_bytes([1; 16]);
            let hash = digester.of(record, &mark);
            let mut other_tag = mark;
            other_tag.tag[15] ^= 1;
            let mut other_row = *mark.row.as_bytes();
            other_row[0] ^= 1;
            let others = [
                digester.of(RecordId::from_bytes([2; 16]), &mark),
                digester.of(record, &Mark { version: mark.version + 1, ..mark }),
                digester.of(record, &Mark { row: RowId::from_bytes(other_row), ..mark }),
                digester.of(record, &Mark { kind: RowKind::from_number(mark.kind.number() % 9 + 1).unwrap(), ..mark }),
                digester.of(record, &other_tag),
            ];
            for other in others {
                prop_assert_ne!(other, hash);
            }
        }
    }

    #[test]
    fn what_is_printed_holds_nothing() {
        let row = RowHash([7; 32]);
        let said = format!("{:?} {row:?} {:?}", digester(), SetDigest::empty());
        assert_eq!(said, "Digester RowHash SetDigest");
    }

    #[test]
    fn the_sum_carries_and_borrows_and_a_row_counts_twice() {
        let (one, most) = (RowHash(std::array::from_fn(|at| u8::from(at == 31))), RowHash([255; 32]));
        let mut digest = SetDigest::empty();
        digest.add(&most);
        digest.add(&one);
        assert_eq!(digest, SetDigest::empty());
        digest.remove(&one);
        assert_eq!(digest, SetDigest::from_bytes([255; 32]));
        digest.remove(&most);
        digest.add(&one);
        digest.add(&one);
        assert_eq!(digest.as_bytes()[31], 2);
    }
}

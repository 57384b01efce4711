//! A record's key and what it becomes: one pair of subkeys per kind of row, and a digest key.

use std::fmt;
use std::sync::Arc;

use model::{Dice, RecordId, RowKind};

use crate::digest::Digester;
use crate::primitive::{Extracted, Secret};
use crate::seal::{Opener, Sealer, Subkeys};

/// The random key of one record ("une clé propre à chaque assuré"). It seals nothing itself: it is wrapped by
/// the keeper, and derives. It depends on nothing of the holder (J08). It does not print:
///
/// ```compile_fail
/// fn prints<T: std::fmt::Debug>() {}
/// prints::<vault::RecordKey>();
/// ```
#[derive(Clone)]
pub struct RecordKey(pub(crate) Secret);

impl RecordKey {
    pub fn generate(dice: &dyn Dice) -> Self {
        Self(Secret::random(dice))
    }

    pub fn keyring(&self, record: RecordId) -> Keyring {
        Keyring { record, key: self.0.extract(record.as_bytes()) }
    }
}

/// All that one record's key derives: HKDF-SHA-256, the record id as salt, the kind's label as info. Subkeys
/// are derived when asked for (some microseconds), so that a cached keyring is 32 secret bytes.
pub struct Keyring {
    record: RecordId,
    key: Extracted,
}

impl Keyring {
    pub fn record(&self) -> RecordId {
        self.record
    }

    pub fn sealer(&self, kind: RowKind) -> Sealer {
        Sealer(self.subkeys(kind))
    }

    pub fn opener(&self, kind: RowKind) -> Opener {
        Opener(self.subkeys(kind))
    }

    pub fn digester(&self) -> Digester {
        Digester::new(&self.key.expand(&[b"carnet/1/digest"]))
    }

    /// The part of the keyring the feed door may hold (design, invariant 6).
    pub fn for_feeding(&self) -> FeedKeys {
        let sealers = RowKind::ALL.map(|kind| self.sealer(kind));
        let opener = |kind: RowKind| Opener(Arc::clone(&sealers[kind.number() as usize - 1].0));
        FeedKeys {
            gate: opener(RowKind::Gate),
            head: opener(RowKind::Head),
            digester: self.digester(),
            sealers,
        }
    }

    fn subkeys(&self, kind: RowKind) -> Arc<Subkeys> {
        Arc::new(Subkeys::derive(&self.key, self.record, kind))
    }
}

/// What feeding needs: seal any row, count it in the digest, and open nothing but the gate and the head.
/// There is no way from here to another opener, nor back to the record's key:
///
/// ```compile_fail
/// fn read(keys: vault::FeedKeys) { keys.opener(model::RowKind::Metadata); }
/// ```
pub struct FeedKeys {
    gate: Opener,
    head: Opener,
    sealers: [Sealer; RowKind::ALL.len()],
    digester: Digester,
}

impl FeedKeys {
    pub fn gate(&self) -> &Opener {
        &self.gate
    }

    pub fn head(&self) -> &Opener {
        &self.head
    }

    pub fn sealer(&self, kind: RowKind) -> &Sealer {
        // in the order of RowKind::ALL, which is that of the numbers (tested)
        &self.sealers[kind.number() as usize - 1]
    }

    pub fn digester(&self) -> &Digester {
        &self.digester
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring({})", self.record)
    }
}

impl fmt::Debug for FeedKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FeedKeys")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use model::{Place, RowId};

    use super::*;
    use crate::primitive::tests::Counting;

    fn place(record: RecordId, kind: RowKind) -> Place {
        Place { record, kind, row: RowId::from_bytes([3; 16]), version: 1 }
    }

    #[test]
    fn each_kind_of_each_record_has_keys_of_its_own() {
        let dice = Counting::from(0);
        let key = RecordKey::generate(&dice);
        let records = [RecordId::from_bytes([1; 16]), RecordId::from_bytes([2; 16])];
        let mut seen = Vec::new();
        for record in records {
            for kind in RowKind::ALL {
                for purpose in [b"carnet/1/row/".as_slice(), b"carnet/1/stream/"] {
                    seen.push(*key.0.derive(record.as_bytes(), &[purpose, kind.label().as_bytes()]).bytes());
                }
            }
            seen.push(*key.0.derive(record.as_bytes(), &[b"carnet/1/digest"]).bytes());
        }
        let all = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), all);
    }

    #[test]
    fn feeding_seals_what_reading_opens() {
        let dice = Counting::from(0);
        let record = RecordId::from_bytes([1; 16]);
        let keyring = RecordKey::generate(&dice).keyring(record);
        let feed = keyring.for_feeding();
        // of the right kinds, and not only each of its own
        assert_eq!((feed.gate().kind(), feed.head().kind()), (RowKind::Gate, RowKind::Head));
        for kind in RowKind::ALL {
            assert_eq!(feed.sealer(kind).kind(), kind);
            let sealed = feed.sealer(kind).seal(&place(record, kind), b"seen", &dice).unwrap();
            assert_eq!(*keyring.opener(kind).open(&place(record, kind), &sealed.bytes).unwrap(), b"seen");
            for door in [feed.gate(), feed.head()] {
                let opens = door.open(&place(record, kind), &sealed.bytes).is_ok();
                assert_eq!(opens, door.kind() == kind);
            }
        }
    }

    #[test]
    fn what_is_printed_holds_no_key() {
        let record = RecordId::from_bytes([1; 16]);
        let keyring = RecordKey::generate(&Counting::from(0)).keyring(record);
        assert_eq!(format!("{keyring:?} {:?}", keyring.for_feeding()), format!("Keyring({record}) FeedKeys"));
        let (sealer, opener) = (keyring.sealer(RowKind::Head), keyring.opener(RowKind::Gate));
        assert_eq!(format!("{sealer:?} {opener:?}"), "Sealer(head) Opener(gate)");
    }
}

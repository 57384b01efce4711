//! Associations as they are answered: made from what sets and entries say, never stored. Their ids are made from
//! what they join, so that the same association always bears the same id.

use aws_lc_rs::digest::{SHA256, digest};
use model::{DocumentEntry, EntryId, RelationKind, SubmissionSet};

use super::names;
use super::set::set_id;
use crate::ebrim::{Kind, RegistryObject, Slot};

/// One association between objects that are both answered to the caller.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Association {
    pub id: EntryId,
    pub kind: &'static str,
    pub source: EntryId,
    pub target: EntryId,
}

impl Association {
    /// `stable`: ids that do not change with the versions of what is joined.
    fn new(kind: &'static str, ends: (EntryId, EntryId), stable: (EntryId, EntryId)) -> Self {
        let mut text = Vec::from(kind.as_bytes());
        text.extend_from_slice(stable.0.as_bytes());
        text.extend_from_slice(stable.1.as_bytes());
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(digest(&SHA256, &text).as_ref()).for_each(|(to, from)| *to = *from);
        // a UUID of version 8 (RFC 9562)
        bytes[6] = bytes[6] & 0x0f | 0x80;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        Self { id: EntryId::from_bytes(bytes), kind, source: ends.0, target: ends.1 }
    }

    pub(super) fn object(&self) -> RegistryObject {
        let kind = Kind::Association {
            kind: self.kind.to_owned(),
            source: self.source.urn(),
            target: self.target.urn(),
        };
        let mut out = RegistryObject::new(kind, self.id.urn());
        out.lid = Some(self.id.urn());
        out.object_type = Some(names::ASSOCIATION.to_owned());
        out.status = Some(names::APPROVED.to_owned());
        out.version = Some("1".to_owned());
        if self.kind == names::HAS_MEMBER {
            out.slots.push(Slot::one("SubmissionSetStatus", "Original"));
        }
        out
    }
}

/// Every association between these objects. An entry names others by their logicalId; what is not among `entries`
/// is not named.
pub fn associations(entries: &[&DocumentEntry], sets: &[&SubmissionSet]) -> Vec<Association> {
    let by_logical_id: std::collections::HashMap<_, _> =
        entries.iter().map(|it| (it.logical_id, it.id)).collect();
    let mut found = Vec::new();
    for set in sets {
        let source = set_id(set);
        for member in &set.members {
            if let Some(target) = by_logical_id.get(member) {
                found.push(Association::new(names::HAS_MEMBER, (source, *target), (source, *member)));
            }
        }
    }
    for entry in entries {
        for (kind, target) in relations(entry) {
            if let Some(current) = by_logical_id.get(&target) {
                let stable = (entry.logical_id, target);
                found.push(Association::new(kind, (entry.id, *current), stable));
            }
        }
    }
    found
}

/// The associations of an entry: a transformation that also replaces is one.
fn relations(entry: &DocumentEntry) -> Vec<(&'static str, EntryId)> {
    let has = |kind, target| entry.relations.iter().any(|it| it.kind == kind && it.target == target);
    let both = |target| has(RelationKind::Transforms, target) && has(RelationKind::Replaces, target);
    let kinds = entry.relations.iter().filter_map(|it| match it.kind {
        RelationKind::Transforms if both(it.target) => Some((names::XFRM_RPLC, it.target)),
        RelationKind::Replaces if both(it.target) => None,
        RelationKind::Replaces => Some((names::RPLC, it.target)),
        RelationKind::Appends => Some((names::APND, it.target)),
        RelationKind::Transforms => Some((names::XFRM, it.target)),
        RelationKind::Signs => Some((names::SIGNS, it.target)),
    });
    kinds.collect()
}

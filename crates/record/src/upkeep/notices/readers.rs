//! Accesses by professionals: which ones the holder is told of, and how five hundred in a minute become a few
//! messages and not five hundred (abuse I04).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::SignedDuration;
use model::{Instant, Purpose, RecordId, RowKind};

use super::{Notice, Open};
use crate::attempt::Loaded;
use crate::call::Call;
use crate::circle::AccessNotices;
use crate::commit::Change;
use crate::failure::Failure;
use crate::records::{Records, reader_row};
use crate::rows::KnownReader;

/// After a message about an access, the next ones of the same record are told together.
const TOGETHER: SignedDuration = SignedDuration::from_mins(10);
/// Bounded: beyond this many records, the memory starts anew.
const MOST: usize = 100_000;

/// When each record was last told of an access. Lost at a restart: then a message leaves sooner, none is lost.
#[derive(Default)]
pub(crate) struct Recent(Mutex<HashMap<RecordId, Instant>>);

/// Those that one message can tell of, side by side; the others alone.
pub(super) fn together(open: Vec<Open>) -> Vec<Vec<Open>> {
    let mut groups: Vec<Vec<Open>> = Vec::new();
    for it in open {
        let same = |group: &&mut Vec<Open>| {
            group.first().is_some_and(|lead| {
                is_access(lead)
                    && lead.waiting.to == it.waiting.to
                    && lead.waiting.refused == it.waiting.refused
            })
        };
        match groups.iter_mut().find(same).filter(|_| is_access(&it)) {
            Some(group) => group.push(it),
            None => groups.push(vec![it]),
        }
    }
    for group in &mut groups {
        // the oldest names the message, whatever order they came in
        group.sort_by_key(|it| (it.due, it.id));
    }
    groups
}

fn is_access(open: &Open) -> bool {
    matches!(open.waiting.notice, Notice::Access { .. })
}

impl Records {
    /// An access is told while the last one is fresh: until when it waits, then.
    pub(super) fn too_soon(&self, loaded: &Loaded, lead: &Open, now: Instant) -> Option<Instant> {
        if !is_access(lead) || !lead.waiting.refused.is_empty() {
            return None;
        }
        let recent = self.inner().recent.0.lock().unwrap_or_else(PoisonError::into_inner);
        let until = recent.get(&loaded.record())?.plus(TOGETHER);
        (now < until).then_some(until)
    }

    pub(super) fn left(&self, loaded: &Loaded, lead: &Open, now: Instant) {
        if is_access(lead) {
            let mut recent = self.inner().recent.0.lock().unwrap_or_else(PoisonError::into_inner);
            if recent.len() >= MOST {
                recent.clear();
            }
            recent.insert(loaded.record(), now);
        }
    }

    /// What an access gives rise to: by default the first of a professional is told, at once (rules, "Notices").
    pub(crate) fn note_reader(
        &self,
        call: &Call,
        loaded: &Loaded,
        change: &mut Change,
    ) -> Result<(), Failure> {
        let Some(professional) = call.caller.professional() else { return Ok(()) };
        let base = &loaded.readable.base;
        let row = reader_row(&*self.parts().keeper, base.record, &professional.id)?;
        let known = base.mark(RowKind::Identity, row).is_some();
        let prefers = loaded.identity.circle.preferences.accesses;
        if known && prefers != AccessNotices::Every {
            return Ok(());
        }
        let now = self.now();
        let today = now.in_paris().date();
        let mut since = now;
        if known {
            let before: KnownReader = loaded.readable.must(RowKind::Identity, row)?;
            if before.told == Some(today) {
                return Ok(());
            }
            since = before.since;
        }
        let told = (prefers == AccessNotices::Every).then_some(today);
        let reader = KnownReader { reader: professional.id.clone(), since, told };
        change.put(self, Some(base), RowKind::Identity, row, &reader)?;
        // an emergency is told by its own notice, whatever is preferred
        if prefers != AccessNotices::Emergencies && call.purpose == Purpose::Normal {
            let (by, reader) = (professional.name.clone(), professional.id.clone());
            change.tell(self, Notice::Access { by, reader, first: !known })?;
        }
        Ok(())
    }
}

//! Identity corrections that move documents from one record to another (rules, W14): two records of one person become
//! one, or documents of another person go to theirs. Two agents decide it on the record they leave. From that commit
//! on nobody reads them there; a job writes them where they belong, with their masks and the lines about them, and
//! takes them out of here (`upkeep/moving.rs`). Neither person ever sees the other's.

use model::rights::ClosingReason;
use model::{DocumentStatus, EntryId, Instant, RecordedBy, RowId, RowKind};
use store::Space;

use crate::acts::block::shut_out;
use crate::acts::life_change::Stage;
use crate::attempt::Loaded;
use crate::commit::Change;
use crate::failure::Failure;
use crate::life::Life;
use crate::records::{Records, unique_id_hash};
use crate::rows::{GateRow, RightsRow};
use crate::two_agents::{Correction, Departure, Leaving, TwoAgents};
use crate::upkeep::clock::Due;

impl Records {
    /// The documents leave: unread here from this commit on, their names free for where they go.
    pub(crate) fn depart(
        &self,
        loaded: &Loaded,
        two: &mut TwoAgents,
        (id, what): (RowId, &Correction),
        change: &mut Change,
    ) -> Result<(), Failure> {
        let now = self.now();
        let base = &loaded.readable.base;
        let (to, merged, named) = match what {
            Correction::Merge { into } => (*into, true, None),
            Correction::Split { to, documents } => (*to, false, Some(documents)),
            _ => return Ok(()),
        };
        let mut leaving = Vec::new();
        for mut state in self.states(loaded)? {
            let goes = named.is_none_or(|it| it.contains(&state.logical_id));
            if !goes || state.recalled.is_some() {
                continue;
            }
            leaving.push(Leaving {
                document: state.logical_id,
                status: state.status.clone(),
                before_deletion: state.before_deletion.clone(),
            });
            state.status = DocumentStatus::Deleted { at: now };
            state.recalled = Some(now);
            state.unnamed = true;
            state.next_version(EntryId::random(self.dice()), now);
            change.release(Space::DocumentUniqueId, unique_id_hash(&*self.parts().keeper, &state.unique_id)?);
            let row = state.logical_id.into();
            change.put(self, Some(base), RowKind::Gate, row, &GateRow::Document(Box::new(state)))?;
        }
        two.leaving.push(Departure { id, to, merged, documents: leaving });
        change.bump();
        change.due(self, now, &Due::Move { departure: id })?;
        if merged {
            let life = Life::of(base)?;
            let status = loaded.status.status.clone();
            let mut stage = Stage { loaded, life, status, rights: None, change, note: None, now };
            self.end(&mut stage, "service", ClosingReason::Merged)?;
            let Stage { life, status, change, .. } = stage;
            self.write_life(loaded, change, &life, &status, None)?;
        }
        Ok(())
    }
}

/// What one person settled in two records, in one: whoever is shut out of either is shut out, what is opposed in
/// either is opposed, and an emergency opens it only where both said so. Whom the other let in is not carried over:
/// the holder lets in again (choice).
pub(crate) fn united(
    rights: &RightsRow,
    life: &Life,
    other: (&RightsRow, &Life),
    now: Instant,
) -> (RightsRow, Life) {
    let (mut rights, mut life) = (rights.clone(), life.clone());
    let (their_rights, their_life) = other;
    for block in their_rights.rights.blocks.iter().filter(|it| it.is_in_force(now)) {
        if !rights.rights.is_blocked(&block.person, now) {
            // a mandate of the other record names nobody here
            let by = match &block.by {
                RecordedBy::Representative(_) => RecordedBy::Holder,
                by => by.clone(),
            };
            shut_out(&mut rights.rights, &block.person, by, now);
        }
    }
    for opposition in their_life.oppositions.iter().filter(|it| it.is_in_force(now)) {
        if !life.oppositions.iter().any(|it| it.to == opposition.to && it.is_in_force(now)) {
            life.oppositions.push(opposition.clone());
        }
    }
    life.refused_heirs |= their_life.refused_heirs;
    let theirs = their_rights.rights.emergency;
    rights.rights.emergency.break_glass &= theirs.break_glass;
    rights.rights.emergency.regulation &= theirs.regulation;
    (rights, life)
}

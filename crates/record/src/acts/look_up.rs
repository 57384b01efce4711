//! Documents and submission sets in one look, as the stored queries of XDS ask for them (TD3.1a, ITI-18): what is
//! picked is picked among what the caller may see; the trace also tells what would have been picked beyond.

use model::{DocumentEntry, EntryId, QualifiedIdentity, SubmissionSet};
use policy::Verdict;

use crate::acts::search::{Asked, object};
use crate::attempt::Target;
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::records::Records;

/// What a query is after, for the trace: documents by their logical ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picked {
    pub documents: Vec<EntryId>,
}

/// What a caller may see of a record, documents and sets the newest first. A set has the members they may see.
pub struct InSight<'a> {
    pub identity: &'a QualifiedIdentity,
    pub documents: &'a [DocumentEntry],
    pub sets: &'a [SubmissionSet],
}

impl Records {
    /// `pick` says what a query is after, `make` makes the answer of what this caller may see. `with_sets`: whether
    /// they look at sets at all.
    pub fn look_up<T>(
        &self,
        call: &Call,
        target: &Target,
        asked: Asked,
        with_sets: bool,
        pick: impl Fn(&InSight<'_>) -> Picked,
        make: impl Fn(&InSight<'_>) -> T,
    ) -> Result<Disclosed<T>, Failure> {
        self.target_tested(call, target)?;
        let mut kept = true;
        let found = self.attempt(|_| {
            let kept = std::mem::take(&mut kept);
            self.on_documents(call, target, asked, kept, |view, listed, sets| {
                let identity = &view.identity()?;
                let sets = if with_sets { view.sets(self, &sets)? } else { Vec::new() };
                let mut all = Vec::with_capacity(listed.len());
                let mut visible = Vec::new();
                for (listed, decision) in &listed {
                    let entry = listed.entry()?.into_owned();
                    if decision.verdict == Verdict::Allow {
                        visible.push(entry.clone());
                    }
                    all.push(entry);
                }
                visible.sort_by_key(|it| std::cmp::Reverse((it.deposited, it.logical_id)));
                let mut seen: Vec<SubmissionSet> =
                    sets.iter().filter_map(|set| among(set, &visible)).collect();
                seen.sort_by_key(|set| std::cmp::Reverse((set.accepted, set.id)));
                let in_sight = InSight { identity, documents: &visible, sets: &seen };
                let picked = pick(&in_sight);
                let beyond = pick(&InSight { identity, documents: &all, sets: &sets });
                let account = all
                    .iter()
                    .zip(&listed)
                    .filter_map(|(entry, (_, decision))| {
                        let id = &entry.logical_id;
                        let shown = picked.documents.contains(id) && decision.verdict == Verdict::Allow;
                        let code = &entry.description.type_code.code;
                        (shown || beyond.documents.contains(id)).then(|| object(*id, code, shown, decision))
                    })
                    .collect();
                Ok(((view.record(), make(&in_sight)), account))
            })
        })?;
        self.touched(call, found.get().0);
        Ok(found.map(|(_, made)| made))
    }
}

/// The set with the members that are visible; none where none is (rules, A3).
fn among(set: &SubmissionSet, visible: &[DocumentEntry]) -> Option<SubmissionSet> {
    let mut set = set.clone();
    set.members.retain(|member| visible.iter().any(|it| it.logical_id == *member));
    (!set.members.is_empty()).then_some(set)
}

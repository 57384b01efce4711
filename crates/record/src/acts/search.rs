//! Finding documents and submission sets (TD3.1a, ITI-67, ITI-66): every object is decided for itself.

use model::SubmissionSet;
use model::{
    Act, Description, DocumentEntry, DocumentStatus, EntryId, Instant, QualifiedIdentity, RecordId, Request,
    RowId, RowKind,
};
use policy::Verdict;

use crate::account::{Account, Fate, ObjectAccount, numbers};
use crate::attempt::{Decided, Loaded, Question, Target, refusal};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, RefusalKind};
use crate::records::Records;
use crate::rows::{DocumentDetails, DocumentState, MetadataRow};

/// Statuses asked for expressly, besides what is approved (rules, A3).
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    pub deprecated: bool,
    pub archived: bool,
}

/// The documents a caller may see, newest first.
#[derive(Clone, Debug)]
pub struct Found {
    pub record: RecordId,
    pub identity: QualifiedIdentity,
    pub entries: Vec<DocumentEntry>,
}

/// The submission sets a caller may see, through their visible members.
#[derive(Clone, Debug)]
pub struct FoundSets {
    pub record: RecordId,
    pub identity: QualifiedIdentity,
    pub sets: Vec<SubmissionSet>,
}

impl Records {
    /// The documents that `wanted` lets through and the rules let this caller see.
    pub fn search(
        &self,
        call: &Call,
        target: &Target,
        asked: Asked,
        wanted: impl Fn(RecordId, &DocumentEntry) -> bool,
    ) -> Result<Disclosed<Found>, Failure> {
        self.target_tested(call, target)?;
        let found = self.attempt(|_| {
            self.on_documents(call, target, Act::Search, asked, |loaded, entries, _| {
                let mut account = Vec::new();
                let mut shown = Vec::new();
                for (entry, decision) in entries {
                    if !wanted(loaded.record(), &entry) {
                        continue;
                    }
                    let allowed = decision.verdict == Verdict::Allow;
                    account.push(object(entry.logical_id, &entry.description, allowed, &decision));
                    if allowed {
                        shown.push(entry);
                    }
                }
                shown.sort_by_key(|entry| std::cmp::Reverse((entry.deposited, entry.logical_id)));
                let identity = loaded.identity.identity.clone();
                Ok((Found { record: loaded.record(), identity, entries: shown }, account))
            })
        })?;
        self.touched(call, found.get().record);
        Ok(found)
    }

    /// The submission sets that `wanted` lets through, each for those who can read one of its documents.
    pub fn search_sets(
        &self,
        call: &Call,
        target: &Target,
        wanted: impl Fn(RecordId, &SubmissionSet) -> bool,
    ) -> Result<Disclosed<FoundSets>, Failure> {
        self.target_tested(call, target)?;
        let found = self.attempt(|_| {
            // a set stands for its members whatever became of them since, save deletion
            let asked = Asked { deprecated: true, archived: true };
            self.on_documents(call, target, Act::Search, asked, |loaded, entries, sets| {
                let mut account = Vec::new();
                let mut visible: Vec<EntryId> = Vec::new();
                for (entry, decision) in &entries {
                    let allowed = decision.verdict == Verdict::Allow;
                    account.push(object(entry.logical_id, &entry.description, allowed, decision));
                    if allowed {
                        visible.push(entry.logical_id);
                    }
                }
                let rows: Vec<MetadataRow> = loaded.readable.some(RowKind::Metadata, &sets)?;
                let mut shown: Vec<SubmissionSet> = rows
                    .into_iter()
                    .filter_map(|row| match row {
                        MetadataRow::Set(set) => Some(*set),
                        MetadataRow::Document(_) => None,
                    })
                    .filter_map(|mut set| {
                        set.members.retain(|member| visible.contains(member));
                        (!set.members.is_empty() && wanted(loaded.record(), &set)).then_some(set)
                    })
                    .collect();
                shown.sort_by_key(|set| std::cmp::Reverse((set.accepted, set.id)));
                let identity = loaded.identity.identity.clone();
                Ok((FoundSets { record: loaded.record(), identity, sets: shown }, account))
            })
        })?;
        self.touched(call, found.get().record);
        Ok(found)
    }

    /// Loads a record, decides the act on it, then on each of its documents, and hands all to `give`.
    fn on_documents<T>(
        &self,
        call: &Call,
        target: &Target,
        act: Act,
        asked: Asked,
        give: impl FnOnce(
            &Loaded,
            Vec<(DocumentEntry, policy::Decision)>,
            Vec<RowId>,
        ) -> Result<(T, Vec<ObjectAccount>), Failure>,
    ) -> Result<Decided<T>, Failure> {
        let now = self.now();
        let request = Request {
            asked_deprecated: asked.deprecated,
            asked_archived: asked.archived,
            ..Request::default()
        };
        let Some(loaded) = self.load(target)? else {
            return Ok(self.on_no_record(call, act, &request, now));
        };
        let account: Account = self.account(call, act);
        let mut change = Change::on(&loaded.readable.base);
        let question = self.question(call, act, &loaded.facts, &request, now);
        let whole = self.decide(&question, None);
        if whole.verdict == Verdict::Refuse {
            let account = account.refused(&whole.refused_by);
            let outcome = Err(refusal(whole.refused_by, RefusalKind::Denied));
            return Ok(Decided { change, account, outcome });
        }
        let (decided, sets) = self.look_over(call, &loaded, &question, now)?;
        let (given, objects) = give(&loaded, decided, sets)?;
        self.note_reader(call, &loaded, &mut change)?;
        let mut account = account.accepted(&whole.allowed_by);
        account.objects = objects;
        Ok(Decided { change, account, outcome: Ok(given) })
    }

    /// Every document that is there, each decided for the caller of `question`, and the sets they came in: what
    /// a search gives, and what *see as…* shows of somebody else's.
    #[expect(clippy::type_complexity, reason = "two lists")]
    pub(crate) fn look_over(
        &self,
        call: &Call,
        loaded: &Loaded,
        question: &Question<'_>,
        now: Instant,
    ) -> Result<(Vec<(DocumentEntry, policy::Decision)>, Vec<RowId>), Failure> {
        let mut decided = Vec::new();
        let mut sets = Vec::new();
        let states = self.states(loaded)?;
        let related: Vec<EntryId> = states.iter().flat_map(targets).collect();
        let hidden = self.hidden_among(call, loaded, &states, &related, now);
        let mut details = loaded.readable.details()?;
        for state in states {
            if matches!(state.status, DocumentStatus::Deleted { .. }) {
                continue;
            }
            if !sets.contains(&state.submission) {
                sets.push(state.submission);
            }
            let decision = self.decide(question, Some(&state.facts()));
            let details = details.remove(&state.logical_id.into());
            let details = details.ok_or(crate::base::damaged(loaded.record(), "a document's row"))?;
            let mut entry = state.into_entry(details.description);
            entry.relations.retain(|it| !hidden.contains(&it.target));
            decided.push((entry, decision));
        }
        Ok((decided, sets))
    }

    /// Those of `related` that this caller may not know of: an entry does not name them.
    pub(crate) fn hidden_among(
        &self,
        call: &Call,
        loaded: &Loaded,
        states: &[DocumentState],
        related: &[EntryId],
        now: Instant,
    ) -> Vec<EntryId> {
        let request = Request { asked_deprecated: true, asked_archived: true, ..Request::default() };
        let may_know = |id: &EntryId| {
            states.iter().find(|it| it.logical_id == *id).is_some_and(|state| {
                self.decision(call, Act::Search, &loaded.facts, Some(&state.facts()), &request, now)
                    .is_allowed()
            })
        };
        related.iter().filter(|id| !may_know(id)).copied().collect()
    }

    /// The state of every document of a record.
    pub(crate) fn states(&self, loaded: &Loaded) -> Result<Vec<DocumentState>, Failure> {
        Ok(loaded.readable.base.states()?)
    }

    /// What a document is, besides its state.
    pub(crate) fn details(&self, loaded: &Loaded, state: &DocumentState) -> Result<DocumentDetails, Failure> {
        match loaded.readable.must(RowKind::Metadata, state.logical_id.into())? {
            MetadataRow::Document(details) => Ok(*details),
            MetadataRow::Set(_) => Err(crate::base::damaged(loaded.record(), "a document's row").into()),
        }
    }
}

/// The documents a document names.
pub(crate) fn targets(state: &DocumentState) -> impl Iterator<Item = EntryId> {
    state.relations.iter().map(|it| it.target)
}

pub(crate) fn object(
    id: EntryId,
    description: &Description,
    shown: bool,
    decision: &policy::Decision,
) -> ObjectAccount {
    ObjectAccount {
        document: Some(id),
        type_code: description.type_code.code.clone(),
        fate: if shown { Fate::Shown } else { Fate::Withheld },
        rules: if shown { Vec::new() } else { numbers(&decision.refused_by) },
    }
}

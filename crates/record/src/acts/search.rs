//! Finding documents and submission sets (TD3.1a, ITI-67, ITI-66): every object is decided for itself.

use std::borrow::Cow;
use std::sync::Arc;

use model::{
    Act, DocumentEntry, DocumentFacts, DocumentStatus, EntryId, Instant, QualifiedIdentity, RecordFacts,
    RecordId, Request, RowId, RowKind, SubmissionSet,
};
use policy::{Decision, Verdict};
use zeroize::Zeroizing;

use crate::account::{Account, Fate, ObjectAccount, numbers};
use crate::attempt::{Decided, Loaded, Question, Target};
use crate::base::damaged;
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Fault, RefusalKind};
use crate::opened::{Kept, Opened};
use crate::records::Records;
use crate::rows::{DocumentDetails, DocumentState, MetadataRow};
use crate::view::{Piece, View};

/// What is given, and what the trace says of each object.
type Given<T> = Result<(T, Vec<ObjectAccount>), Failure>;

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

/// A document a caller may see, as a list of them needs it: most of it is opened when asked for.
pub struct Listed {
    record: RecordId,
    kept: Arc<Kept>,
    /// The whole entry, where it is at hand, or where relations were taken out of it.
    entry: Option<Box<DocumentEntry>>,
    whole: bool,
}

/// The documents of a record, each with what was decided of it, and the sets they came in.
pub(crate) struct Looked {
    pub(crate) documents: Vec<(Listed, Decision)>,
    sets: Vec<RowId>,
    /// Something was opened that was not open before.
    more: bool,
}

/// The documents a caller may see, newest first.
pub struct List {
    pub record: RecordId,
    pub documents: Vec<Listed>,
    opened: Arc<Opened>,
}

impl Asked {
    fn request(self) -> Request {
        Request { asked_deprecated: self.deprecated, asked_archived: self.archived, ..Request::default() }
    }
}

/// A record of more documents is not decided upon between two other things.
const AT_ONCE: usize = 200;

/// Those that are wanted and may be shown, the newest first, and what the trace says of each wanted one.
fn listed(
    view: &View,
    entries: Vec<(Listed, Decision)>,
    wanted: &impl Fn(RecordId, &Listed) -> Result<bool, Fault>,
) -> Given<List> {
    let mut account = Vec::with_capacity(entries.len());
    let mut shown = Vec::with_capacity(entries.len());
    for (listed, decision) in entries {
        if !wanted(view.record(), &listed)? {
            continue;
        }
        let allowed = decision.verdict == Verdict::Allow;
        let code = &listed.kept.facts.type_code.code;
        account.push(object(listed.kept.logical_id, code, allowed, &decision));
        if allowed {
            shown.push(listed);
        }
    }
    shown.sort_by_key(|it| std::cmp::Reverse((it.kept.deposited, it.kept.logical_id)));
    Ok((List { record: view.record(), documents: shown, opened: Arc::clone(&view.opened) }, account))
}

impl List {
    pub fn identity(&self) -> Result<QualifiedIdentity, Fault> {
        self.opened.identity()
    }
}

impl Listed {
    fn of(view: &View, piece: Piece, hidden: &[EntryId]) -> Result<Self, Failure> {
        let whole = !piece.kept.relations.iter().any(|it| hidden.contains(&it.target));
        let Piece { kept, read } = piece;
        let entry = read.map(|(state, details)| Box::new(state.into_entry(details.description)));
        let mut listed = Self { record: view.record(), kept, entry, whole };
        if !whole {
            let mut entry = listed.entry()?.into_owned();
            entry.relations.retain(|it| !hidden.contains(&it.target));
            listed.entry = Some(Box::new(entry));
        }
        Ok(listed)
    }

    pub fn status(&self) -> &DocumentStatus {
        &self.kept.facts.status
    }

    /// When it was made, what it is about began, it last changed; and its id.
    pub fn order(&self) -> (jiff::Timestamp, jiff::Timestamp, Instant, EntryId) {
        (self.kept.created, self.kept.service_start, self.kept.updated, self.kept.entry)
    }

    pub fn entry(&self) -> Result<Cow<'_, DocumentEntry>, Fault> {
        if let Some(entry) = &self.entry {
            return Ok(Cow::Borrowed(entry));
        }
        let (state, details) = self.kept.read().map_err(|_| damaged(self.record, "a row"))?;
        Ok(Cow::Owned(state.into_entry(details.description)))
    }

    pub(crate) fn into_entry(self) -> Result<DocumentEntry, Fault> {
        match self.entry {
            Some(entry) => Ok(*entry),
            None => Ok(self.entry()?.into_owned()),
        }
    }

    /// The entry as `write` writes it, which must do so alike for everybody: what it wrote once is kept with the
    /// record, but where this caller may not know of something in it.
    pub fn written<E: From<Fault>>(
        &self,
        out: &mut Vec<u8>,
        write: impl FnOnce(&DocumentEntry, &mut Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        if !self.whole {
            return write(&*self.entry()?, out);
        }
        if let Some(written) = self.kept.written.get() {
            out.extend_from_slice(written);
            return Ok(());
        }
        let begins = out.len();
        write(&*self.entry()?, out)?;
        let written = out.get(begins..).unwrap_or_default().to_vec();
        let _ = self.kept.written.set(Zeroizing::new(written));
        Ok(())
    }
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
        let list = self.list(call, target, asked, |record, listed| Ok(wanted(record, &*listed.entry()?)))?;
        list.try_map(|list| {
            let identity = list.identity()?;
            let entries = list.documents.into_iter().map(Listed::into_entry).collect::<Result<_, _>>()?;
            Ok(Found { record: list.record, identity, entries })
        })
    }

    /// The same, each document opened as far as it is looked at.
    pub fn list(
        &self,
        call: &Call,
        target: &Target,
        asked: Asked,
        wanted: impl Fn(RecordId, &Listed) -> Result<bool, Fault>,
    ) -> Result<Disclosed<List>, Failure> {
        self.target_tested(call, target)?;
        let mut kept = true;
        let found = self.attempt(|_| {
            self.on_documents(call, target, asked, std::mem::take(&mut kept), |view, entries, _| {
                listed(view, entries, &wanted)
            })
        })?;
        self.touched(call, found.get().record);
        Ok(found)
    }

    /// The same of a record kept open, without waiting for anything; `done` is told when the line is durable. Told
    /// nothing, or dropped untold, it means: ask [`Self::list`].
    pub fn list_kept(
        &self,
        call: &Call,
        target: &Target,
        asked: Asked,
        wanted: impl Fn(RecordId, &Listed) -> Result<bool, Fault>,
        done: impl FnOnce(Option<Result<Disclosed<List>, Failure>>) + Send + 'static,
    ) {
        let few = |view: &View| view.opened.all().is_some_and(|all| all.len() <= AT_ONCE);
        let Ok(Some(view)) = self.kept(call, target) else { return };
        if !few(&view) || self.target_tested(call, target).is_err() {
            return;
        }
        let mut give = |view: &View, entries, _| listed(view, entries, &wanted);
        let decided = self.on_view(call, &view, &asked.request(), self.now(), &mut give);
        let Some(decided) = decided.ok().filter(|it| it.outcome.is_ok()) else { return };
        let (records, call) = (self.clone(), call.clone());
        self.settle_later(decided, move |told| {
            if let Some(Ok(list)) = &told {
                records.touched(&call, list.get().record);
            }
            done(told);
        });
    }

    /// The submission sets that `wanted` lets through, each for those who can read one of its documents.
    pub fn search_sets(
        &self,
        call: &Call,
        target: &Target,
        wanted: impl Fn(RecordId, &SubmissionSet) -> bool,
    ) -> Result<Disclosed<FoundSets>, Failure> {
        self.target_tested(call, target)?;
        let wanted = &wanted;
        let found = self.attempt(|_| {
            // a set stands for its members whatever became of them since, save deletion
            let asked = Asked { deprecated: true, archived: true };
            self.on_documents(call, target, asked, false, |view, entries, sets| {
                let mut account = Vec::new();
                let mut visible: Vec<EntryId> = Vec::new();
                for (listed, decision) in &entries {
                    let allowed = decision.verdict == Verdict::Allow;
                    let code = &listed.kept.facts.type_code.code;
                    account.push(object(listed.kept.logical_id, code, allowed, decision));
                    if allowed {
                        visible.push(listed.kept.logical_id);
                    }
                }
                let loaded = view.loaded()?;
                let rows: Vec<MetadataRow> = loaded.readable.some(RowKind::Metadata, &sets)?;
                let mut shown: Vec<SubmissionSet> = rows
                    .into_iter()
                    .filter_map(|row| match row {
                        MetadataRow::Set(set) => Some(*set),
                        MetadataRow::Document(_) => None,
                    })
                    .filter_map(|mut set| {
                        set.members.retain(|member| visible.contains(member));
                        (!set.members.is_empty() && wanted(view.record(), &set)).then_some(set)
                    })
                    .collect();
                shown.sort_by_key(|set| std::cmp::Reverse((set.accepted, set.id)));
                Ok((FoundSets { record: view.record(), identity: view.identity()?, sets: shown }, account))
            })
        })?;
        self.touched(call, found.get().record);
        Ok(found)
    }

    /// A search on the record kept open where `kept` says so and it permits, else on the record read now.
    pub(super) fn on_documents<T>(
        &self,
        call: &Call,
        target: &Target,
        asked: Asked,
        kept: bool,
        mut give: impl FnMut(&View, Vec<(Listed, Decision)>, Vec<RowId>) -> Given<T>,
    ) -> Result<Decided<T>, Failure> {
        let now = self.now();
        let request = asked.request();
        if kept
            && let Some(view) = self.kept(call, target)?
            && let Ok(decided) = self.on_view(call, &view, &request, now, &mut give)
            && decided.outcome.is_ok()
        {
            return Ok(decided);
        }
        match self.fresh(target)? {
            Some(view) => self.on_view(call, &view, &request, now, &mut give),
            None => Ok(self.on_no_record(call, Act::Search, &request, now)),
        }
    }

    /// Decides the search on a record, then on each of its documents, and hands all to `give`.
    fn on_view<T>(
        &self,
        call: &Call,
        view: &View,
        request: &Request,
        now: Instant,
        give: &mut impl FnMut(&View, Vec<(Listed, Decision)>, Vec<RowId>) -> Given<T>,
    ) -> Result<Decided<T>, Failure> {
        let account: Account = self.account(call, Act::Search);
        let mut change = view.change();
        let facts = &view.opened.facts;
        let question = self.question(call, Act::Search, facts, request, now);
        let whole = self.decide(&question, None);
        if whole.verdict == Verdict::Refuse {
            return Ok(Decided::refused(change, account, whole.refused_by, RefusalKind::Denied));
        }
        let Looked { documents, sets, more } = self.look_over(call, view, &question, now)?;
        let (given, objects) = give(view, documents, sets)?;
        if let Some(loaded) = &view.loaded {
            self.note_reader(call, loaded, &mut change)?;
        }
        if more || view.more_sets.get() {
            self.keep_open(view)?;
        }
        let mut account = account.accepted(&whole.allowed_by);
        account.objects = objects;
        Ok(Decided { change, account, outcome: Ok(given) })
    }

    /// Every document that is there, each decided for the caller of `question`: what a search gives, and what
    /// *see as…* shows of somebody else's.
    pub(crate) fn look_over(
        &self,
        call: &Call,
        view: &View,
        question: &Question<'_>,
        now: Instant,
    ) -> Result<Looked, Failure> {
        let (pieces, more) = view.documents(self)?;
        let related = pieces.iter().flat_map(|it| it.kept.relations.iter().map(|to| to.target));
        let known = |id: EntryId| pieces.iter().find(|it| it.kept.logical_id == id);
        let hidden =
            self.hidden_among(call, question.record(), related, |id| Some(&known(id)?.kept.facts), now);
        let mut sets = Vec::new();
        let mut documents = Vec::with_capacity(pieces.len());
        for piece in pieces {
            if matches!(piece.kept.facts.status, DocumentStatus::Deleted { .. }) {
                continue;
            }
            if !sets.contains(&piece.kept.submission) {
                sets.push(piece.kept.submission);
            }
            let decision = self.decide(question, Some(&piece.kept.facts));
            documents.push((Listed::of(view, piece, &hidden)?, decision));
        }
        Ok(Looked { documents, sets, more })
    }

    /// Those of `related` that this caller may not know of: an entry does not name them.
    pub(crate) fn hidden_among<'a>(
        &self,
        call: &Call,
        record: &RecordFacts,
        related: impl Iterator<Item = EntryId>,
        known: impl Fn(EntryId) -> Option<&'a DocumentFacts>,
        now: Instant,
    ) -> Vec<EntryId> {
        let request = Request { asked_deprecated: true, asked_archived: true, ..Request::default() };
        let may_know = |id: &EntryId| {
            known(*id).is_some_and(|facts| {
                self.decision(call, Act::Search, record, Some(facts), &request, now).is_allowed()
            })
        };
        related.filter(|id| !may_know(id)).collect()
    }

    /// The state of every document of a record, with what it would reveal.
    pub(crate) fn states(&self, loaded: &Loaded) -> Result<Vec<DocumentState>, Failure> {
        let mut states = loaded.readable.base.states()?;
        self.note_revealing(loaded, &mut states)?;
        Ok(states)
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

pub(crate) fn object(id: EntryId, type_code: &str, shown: bool, decision: &Decision) -> ObjectAccount {
    ObjectAccount {
        document: Some(id),
        type_code: type_code.to_owned(),
        fate: if shown { Fate::Shown } else { Fate::Withheld },
        rules: if shown { Vec::new() } else { numbers(&decision.refused_by) },
    }
}

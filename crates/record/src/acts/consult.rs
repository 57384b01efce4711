//! Opening one document (TD3.2, ITI-68), and reading its entry by id. Absent and forbidden answer alike.

use std::collections::HashMap;
use std::io::Read;

use model::{
    Act, DocumentEntry, DocumentFacts, EntryId, Instant, Place, QualifiedIdentity, RecordId, Request, RowKind,
};
use policy::Verdict;
use vault::{StreamOpener, StreamSummary};
use zeroize::Zeroizing;

use crate::acts::search::{object, targets};
use crate::attempt::{Decided, Loaded, Target, refusal};
use crate::base::damaged;
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Fault, RefusalKind};
use crate::records::Records;
use crate::rows::{BodyPlace, DocumentDetails, DocumentState};
use crate::view::{Piece, View};

/// A document on its way out: its entry, and its bytes, each chunk authenticated as it leaves.
pub struct Document {
    pub entry: DocumentEntry,
    record: RecordId,
    bytes: StreamOpener<Box<dyn Read + Send>>,
}

impl Document {
    /// The next bytes, none at the end. A chunk that is not what was sealed ends it with a fault.
    pub fn next_chunk(&mut self) -> Result<Option<Zeroizing<Vec<u8>>>, Fault> {
        self.bytes.next_chunk().map_err(|_| damaged(self.record, "a document's bytes"))
    }
}

/// What was granted: made only from a decision that allows, usable only behind a durable line.
pub struct Granted {
    entry: DocumentEntry,
    place: BodyPlace,
    /// The sealed bytes, where they are a row.
    sealed: Option<Vec<u8>>,
    opener: vault::Opener,
    record: RecordId,
}

impl Records {
    /// One document's bytes.
    pub fn consult(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
    ) -> Result<Disclosed<Document>, Failure> {
        let mut kept = true;
        let granted = self.attempt(|_| self.grant(call, record, id, std::mem::take(&mut kept)))?;
        self.touched(call, record);
        self.open_granted(granted)
    }

    /// The same for who does not wait for the line; `done` is told when it is durable. Told nothing, or dropped
    /// untold, it means: ask [`Self::consult`]. Reads, and so may block.
    pub fn consult_then(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
        done: impl FnOnce(Option<Result<Disclosed<Granted>, Failure>>) + Send + 'static,
    ) {
        let Ok(decided) = self.grant(call, record, id, true) else { return };
        // an object is a file to be opened
        if decided.outcome.as_ref().is_ok_and(|granted| granted.sealed.is_none()) {
            return;
        }
        let (records, call) = (self.clone(), call.clone());
        self.settle_later(decided, move |told| {
            if let Some(Ok(_)) = &told {
                records.touched(&call, record);
            }
            done(told);
        });
    }

    /// What was granted, on its way out.
    pub fn open_granted(&self, granted: Disclosed<Granted>) -> Result<Disclosed<Document>, Failure> {
        granted.try_map(|granted| self.open_body(granted))
    }

    fn grant(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
        kept: bool,
    ) -> Result<Decided<Granted>, Failure> {
        self.on_document(call, record, id, Act::Consult, kept, |view, state, details| {
            self.grant_of(view, state, details)
        })
    }

    /// What is granted of a document that was decided. Its entry names no other.
    pub(super) fn granted(&self, view: &View, state: &DocumentState) -> Result<Granted, Failure> {
        let details = self.details(view.loaded()?, state)?;
        let state = DocumentState { relations: Vec::new(), ..state.clone() };
        self.grant_of(view, state, details)
    }

    /// The same of a document found by its row.
    pub(super) fn granted_piece(&self, view: &View, piece: Piece) -> Result<Granted, Failure> {
        let (state, details) = piece.into_rows(view.record())?;
        self.grant_of(view, DocumentState { relations: Vec::new(), ..state }, details)
    }

    fn grant_of(
        &self,
        view: &View,
        state: DocumentState,
        details: DocumentDetails,
    ) -> Result<Granted, Failure> {
        let record = view.record();
        let place = details.body;
        // sealed, and from the same moment as the decision, or after it and known by the digest of its
        // chunks; an object is read as it leaves
        let sealed = match (place.object, &view.loaded) {
            (Some(_), _) => None,
            (None, Some(loaded)) => loaded.readable.base.snapshot.body(record, place.row)?,
            (None, None) => self.parts().store.body(record, place.row)?,
        };
        if sealed.is_none() && place.object.is_none() {
            return Err(damaged(record, "a document's bytes").into());
        }
        Ok(Granted {
            entry: state.into_entry(details.description),
            place,
            sealed: sealed.map(|(_, sealed)| sealed),
            opener: view.opened.bodies.clone(),
            record,
        })
    }

    /// One document's entry.
    pub fn read_entry(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
    ) -> Result<Disclosed<(QualifiedIdentity, DocumentEntry)>, Failure> {
        let mut kept = true;
        let read = self.attempt(|_| {
            let kept = std::mem::take(&mut kept);
            self.on_document(call, record, id, Act::Search, kept, |view, state, details| {
                Ok((view.identity()?, state.into_entry(details.description)))
            })
        })?;
        self.touched(call, record);
        Ok(read)
    }

    fn on_document<T>(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
        act: Act,
        kept: bool,
        mut give: impl FnMut(&View, DocumentState, DocumentDetails) -> Result<T, Failure>,
    ) -> Result<Decided<T>, Failure> {
        let now = self.now();
        // an id was named: a replaced or archived document is asked for expressly (rules, A3)
        let request = Request { asked_deprecated: true, asked_archived: true, ..Request::default() };
        let target = Target::Record(record);
        if kept
            && let Some(view) = self.kept(call, &target)?
            && let Ok(Some(decided)) = self.on_shown(call, &view, id, act, (&request, now), &mut give)
        {
            return Ok(decided);
        }
        let not_found = |decided: Decided<T>| Decided {
            outcome: decided.outcome.map_err(|mut no| {
                if no.kind == RefusalKind::Denied {
                    no.kind = RefusalKind::NotFound;
                }
                no
            }),
            ..decided
        };
        let Some(view) = self.fresh(&target)? else {
            return Ok(not_found(self.on_no_record(call, act, &request, now)));
        };
        if let Some(decided) = self.on_shown(call, &view, id, act, (&request, now), &mut give)? {
            return Ok(decided);
        }
        self.on_any(call, &view, id, act, (&request, now), &mut give)
    }

    /// What may be shown is found by its row. None for what may not, what is not there under this id, and what
    /// names other documents, which this caller may have to be kept from knowing.
    fn on_shown<T>(
        &self,
        call: &Call,
        view: &View,
        id: EntryId,
        act: Act,
        (request, now): (&Request, Instant),
        give: &mut impl FnMut(&View, DocumentState, DocumentDetails) -> Result<T, Failure>,
    ) -> Result<Option<Decided<T>>, Failure> {
        let Some((piece, more)) = view.document(self, id)? else { return Ok(None) };
        let question = self.question(call, act, &view.opened.facts, request, now);
        let decision = self.decide(&question, Some(&piece.kept.facts));
        if !decision.is_allowed() || !piece.kept.relations.is_empty() {
            return Ok(None);
        }
        let code = &piece.kept.facts.type_code.code;
        let objects = vec![object(piece.kept.logical_id, code, true, &decision)];
        let (state, details) = piece.into_rows(view.record())?;
        let given = give(view, state, details)?;
        let mut change = view.change();
        if let Some(loaded) = &view.loaded {
            self.note_reader(call, loaded, &mut change)?;
        }
        if more {
            self.keep_open(view)?;
        }
        let mut account = self.account(call, act).accepted(&decision.allowed_by);
        account.objects = objects;
        Ok(Some(Decided { change, account, outcome: Ok(given) }))
    }

    /// A look at every document: what may not be shown and what is not there cost alike.
    fn on_any<T>(
        &self,
        call: &Call,
        view: &View,
        id: EntryId,
        act: Act,
        (request, now): (&Request, Instant),
        give: &mut impl FnMut(&View, DocumentState, DocumentDetails) -> Result<T, Failure>,
    ) -> Result<Decided<T>, Failure> {
        let loaded = view.loaded.as_ref().ok_or(view.damaged())?;
        let mut change = view.change();
        let account = self.account(call, act);
        let question = self.question(call, act, &loaded.facts, request, now);
        let states = self.states(loaded)?;
        let Some(mut state) = states.iter().find(|it| it.is_known_as(id)).cloned() else {
            let decision = self.decide(&question, None);
            let account = account.refused(&decision.refused_by);
            let outcome = Err(refusal(decision.refused_by, RefusalKind::NotFound));
            return Ok(Decided { change, account, outcome });
        };
        let decision = self.decide(&question, Some(&state.facts()));
        let details = self.details(loaded, &state)?;
        let allowed = decision.verdict == Verdict::Allow;
        let code = &details.description.type_code.code;
        let objects = vec![object(state.logical_id, code, allowed, &decision)];
        if !allowed {
            let mut account = account.refused(&decision.refused_by);
            account.objects = objects;
            let outcome = Err(refusal(decision.refused_by, RefusalKind::NotFound));
            return Ok(Decided { change, account, outcome });
        }
        if !state.relations.is_empty() {
            let facts: HashMap<EntryId, DocumentFacts> =
                states.iter().map(|it| (it.logical_id, it.facts())).collect();
            let related = targets(&state);
            let hidden = self.hidden_among(call, &loaded.facts, related, |id| facts.get(&id), now);
            state.relations.retain(|it| !hidden.contains(&it.target));
        }
        let given = give(view, state, details)?;
        self.note_reader(call, loaded, &mut change)?;
        let mut account = account.accepted(&decision.allowed_by);
        account.objects = objects;
        Ok(Decided { change, account, outcome: Ok(given) })
    }

    pub(super) fn open_body(&self, granted: Granted) -> Result<Document, Failure> {
        let Granted { entry, place, sealed, opener, record } = granted;
        let bytes = self.stream_of(record, &place, sealed, &opener)?;
        Ok(Document { entry, record, bytes })
    }

    fn stream_of(
        &self,
        record: RecordId,
        place: &BodyPlace,
        sealed: Option<Vec<u8>>,
        opener: &vault::Opener,
    ) -> Result<StreamOpener<Box<dyn Read + Send>>, Failure> {
        let reader: Box<dyn Read + Send> = match (place.object, sealed) {
            (Some(object), _) => Box::new(self.parts().store.object(object)?),
            (None, Some(sealed)) => Box::new(std::io::Cursor::new(sealed)),
            (None, None) => return Err(damaged(record, "a document's bytes").into()),
        };
        let summary: &StreamSummary = &place.stream;
        let at = Place { record, kind: RowKind::Document, row: place.row, version: 1 };
        Ok(opener.stream(&at, reader, summary).map_err(|_| damaged(record, "a document's bytes"))?)
    }

    /// A document's bytes, to be sealed anew in the record it goes to (rules, W14): they leave the store for nobody.
    pub(crate) fn read_body(
        &self,
        loaded: &Loaded,
        place: &BodyPlace,
    ) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let record = loaded.record();
        let sealed = loaded.readable.base.snapshot.body(record, place.row)?.map(|(_, sealed)| sealed);
        let opener = loaded.readable.keyring.opener(RowKind::Document);
        let mut bytes = self.stream_of(record, place, sealed, &opener)?;
        let mut plain = Zeroizing::new(Vec::new());
        while let Some(chunk) = bytes.next_chunk().map_err(|_| damaged(record, "a document's bytes"))? {
            plain.extend_from_slice(&chunk);
        }
        Ok(plain)
    }
}

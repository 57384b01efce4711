//! Opening one document (TD3.2, ITI-68), and reading its entry by id. Absent and forbidden answer alike.

use std::io::Read;

use model::{Act, DocumentEntry, EntryId, Place, QualifiedIdentity, RecordId, Request, RowKind};
use policy::Verdict;
use vault::{StreamOpener, StreamSummary};
use zeroize::Zeroizing;

use crate::acts::search::{object, targets};
use crate::attempt::{Decided, Loaded, Target, refusal};
use crate::base::damaged;
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Fault, RefusalKind};
use crate::records::Records;
use crate::rows::{BodyPlace, DocumentDetails, DocumentState};

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
struct Granted {
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
        let granted = self.attempt(|_| {
            self.on_document(call, record, id, Act::Consult, |loaded, state, details| {
                let place = details.body;
                // sealed, and from the same moment as the decision; an object is read as it leaves
                let sealed = match place.object {
                    Some(_) => None,
                    None => loaded.readable.base.snapshot.body(record, place.row)?.map(|(_, sealed)| sealed),
                };
                Ok(Granted {
                    entry: state.into_entry(details.description),
                    place,
                    sealed,
                    opener: loaded.readable.keyring.opener(RowKind::Document),
                    record,
                })
            })
        })?;
        self.touched(call, record);
        granted.try_map(|granted| self.open_body(granted))
    }

    /// One document's entry.
    pub fn read_entry(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
    ) -> Result<Disclosed<(QualifiedIdentity, DocumentEntry)>, Failure> {
        let read = self.attempt(|_| {
            self.on_document(call, record, id, Act::Search, |loaded, state, details| {
                Ok((loaded.identity.identity.clone(), state.into_entry(details.description)))
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
        give: impl FnOnce(&Loaded, DocumentState, DocumentDetails) -> Result<T, Failure>,
    ) -> Result<Decided<T>, Failure> {
        let now = self.now();
        // an id was named: a replaced or archived document is asked for expressly (rules, A3)
        let request = Request { asked_deprecated: true, asked_archived: true, ..Request::default() };
        let not_found = |decided: Decided<T>| Decided {
            outcome: decided.outcome.map_err(|mut no| {
                if no.kind == RefusalKind::Denied {
                    no.kind = RefusalKind::NotFound;
                }
                no
            }),
            ..decided
        };
        let Some(loaded) = self.load(&Target::Record(record))? else {
            return Ok(not_found(self.on_no_record(call, act, &request, now)));
        };
        let mut change = Change::on(&loaded.readable.base);
        let account = self.account(call, act);
        let question = self.question(call, act, &loaded.facts, &request, now);
        let decide = |state: &DocumentState| self.decide(&question, Some(&state.facts()));
        // what may be shown is found by its row; only what may not, and what is not there, costs a look at every
        // document, so that the two cost alike
        let direct = loaded.readable.base.state(id)?.filter(|state| decide(state).is_allowed());
        let found = match direct {
            Some(state) => Some(state),
            None => self.states(&loaded)?.into_iter().find(|it| it.is_known_as(id)),
        };
        let Some(mut state) = found else {
            let decision = self.decide(&question, None);
            let account = account.refused(&decision.refused_by);
            let outcome = Err(refusal(decision.refused_by, RefusalKind::NotFound));
            return Ok(Decided { change, account, outcome });
        };
        let decision = decide(&state);
        let details = self.details(&loaded, &state)?;
        let allowed = decision.verdict == Verdict::Allow;
        let objects = vec![object(state.logical_id, &details.description, allowed, &decision)];
        if !allowed {
            let mut account = account.refused(&decision.refused_by);
            account.objects = objects;
            let outcome = Err(refusal(decision.refused_by, RefusalKind::NotFound));
            return Ok(Decided { change, account, outcome });
        }
        let related: Vec<EntryId> = targets(&state).collect();
        if !related.is_empty() {
            let hidden = self.hidden_among(call, &loaded, &self.states(&loaded)?, &related, now);
            state.relations.retain(|it| !hidden.contains(&it.target));
        }
        let given = give(&loaded, state, details)?;
        self.note_reader(call, &loaded, &mut change)?;
        let mut account = account.accepted(&decision.allowed_by);
        account.objects = objects;
        Ok(Decided { change, account, outcome: Ok(given) })
    }

    fn open_body(&self, granted: Granted) -> Result<Document, Failure> {
        let Granted { entry, place, sealed, opener, record } = granted;
        let reader: Box<dyn Read + Send> = match (place.object, sealed) {
            (Some(object), _) => Box::new(self.parts().store.object(object)?),
            (None, Some(sealed)) => Box::new(std::io::Cursor::new(sealed)),
            (None, None) => return Err(damaged(record, "a document's bytes").into()),
        };
        let summary: StreamSummary = place.stream;
        let at = Place { record, kind: RowKind::Document, row: place.row, version: 1 };
        let bytes =
            opener.stream(&at, reader, &summary).map_err(|_| damaged(record, "a document's bytes"))?;
        Ok(Document { entry, record, bytes })
    }
}

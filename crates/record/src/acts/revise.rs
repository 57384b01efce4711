//! One change of a document by who says what it is to become, and so must know what it is (ITI-57, PATCH): the reading
//! and the change are one act, with one line, the change's. Where nothing is to change, or what is asked is not to be
//! done, it was a reading.

use model::{Act, DocumentEntry, EntryId, QualifiedIdentity, RecordId, Request};

use crate::account::{Fate, ObjectAccount};
use crate::acts::announce::shown_to_holder;
use crate::acts::document_change::{DocumentChange, Managed, not_found};
use crate::acts::{archive, delete, hide, visible};
use crate::attempt::{Decided, Target};
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Fault, Refusal, RefusalKind};
use crate::records::Records;
use crate::rows::DocumentState;

/// What becomes of a document: each is an act of its own, with its rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Revision {
    Delete,
    Restore,
    Archive,
    Unarchive,
    Mask,
    Unmask,
    ShowToHolder { announced: bool },
    HideFromRepresentatives { minor_agreed: bool },
    ShowToRepresentatives { minor_agreed: bool },
}

/// The entry as it now stands, and whose it is.
#[derive(Clone, Debug)]
pub struct Revised {
    pub identity: QualifiedIdentity,
    pub entry: DocumentEntry,
}

/// A document under a change is read again this many times, then the caller is asked to come back.
const TRIES: usize = 8;

impl Records {
    /// `choose` is told the entry; nothing where the caller reads none under this id, and then only a deleted document
    /// can be put back. What it answers instead of a revision is answered after the line of the reading.
    pub fn revise<E>(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
        mut choose: impl FnMut(Option<&DocumentEntry>) -> Result<Option<Revision>, E>,
    ) -> Result<Disclosed<Result<Revised, E>>, Failure> {
        let revised = self.attempt(|_| {
            for _ in 0..TRIES {
                if let Some(decided) = self.decide_revision(call, record, id, &mut choose)? {
                    return Ok(decided);
                }
            }
            Err(Refusal::new(RefusalKind::Busy).into())
        })?;
        self.touched(call, record);
        Ok(revised)
    }

    /// None where the document changed between the reading and the change.
    fn decide_revision<E>(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
        choose: &mut impl FnMut(Option<&DocumentEntry>) -> Result<Option<Revision>, E>,
    ) -> Result<Option<Decided<Result<Revised, E>>>, Failure> {
        let read = self.on_document(call, record, id, Act::Search, false, |view, state, details| {
            Ok((view.identity()?, state.into_entry(details.description)))
        })?;
        let Decided { change, account, outcome } = read;
        let (identity, mut entry) = match outcome {
            Ok(read) => read,
            Err(no) => {
                // what was deleted is read by nobody: it is put back by who may
                let put_back =
                    no.kind == RefusalKind::NotFound && matches!(choose(None), Ok(Some(Revision::Restore)));
                return match put_back {
                    true => self.put_back_by(call, record, id).map(Some),
                    false => Ok(Some(Decided { change, account, outcome: Err(no) })),
                };
            }
        };
        let revision = match choose(Some(&entry)) {
            Ok(Some(revision)) => revision,
            Ok(None) => {
                let outcome = Ok(Ok(Revised { identity, entry }));
                return Ok(Some(Decided { change, account, outcome }));
            }
            Err(no) => return Ok(Some(Decided { change, account, outcome: Ok(Err(no)) })),
        };
        let shown = account.objects;
        let mut decided = self.revising(call, record, id, revision)?;
        let outcome = match decided.outcome {
            Ok(now) if now.version > entry.version + 1 => return Ok(None),
            Ok(now) => {
                decided.account.objects.extend(shown);
                if let Some(loaded) = self.load(&Target::Record(record))? {
                    self.note_reader(call, &loaded, &mut decided.change)?;
                }
                now.tell(&mut entry);
                Ok(Ok(Revised { identity, entry }))
            }
            Err(no) => Err(no),
        };
        Ok(Some(Decided { change: decided.change, account: decided.account, outcome }))
    }

    /// One change, decided by the rules of its act.
    fn revising(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
        revision: Revision,
    ) -> Result<Decided<Managed>, Failure> {
        let run = |change: &DocumentChange<'_>| {
            let Decided { change, account, outcome } = self.decide_documents(call, record, &[id], change)?;
            let outcome = match outcome.map(|all| all.into_iter().next()) {
                Ok(Some(one)) => Ok(one),
                Ok(None) => return Err(Fault::Unwritable { what: "an act on no document" }.into()),
                Err(no) => Err(no),
            };
            Ok(Decided { change, account, outcome })
        };
        let masking = |act| {
            let Decided { change, account, outcome } = self.decide_mask(call, record, id, act)?;
            let outcome = outcome.map(|entry| Managed::of_entry(record, entry)).map_err(not_found);
            Ok(Decided { change, account, outcome })
        };
        match revision {
            Revision::Delete => self.deleting(run),
            Revision::Restore => run(&delete::restored()),
            Revision::Archive => run(&archive::archived()),
            Revision::Unarchive => run(&archive::taken_back()),
            Revision::Mask => masking(Act::Mask),
            Revision::Unmask => masking(Act::Unmask),
            Revision::ShowToHolder { announced } => run(&shown_to_holder(Act::MakeVisible, announced)),
            Revision::HideFromRepresentatives { minor_agreed } => run(&hide::hidden(minor_agreed)),
            Revision::ShowToRepresentatives { minor_agreed } => run(&visible::shown(minor_agreed)),
        }
    }

    /// A deleted document is what it was again, and shown to who put it back where they may read it.
    fn put_back_by<E>(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
    ) -> Result<Decided<Result<Revised, E>>, Failure> {
        let Decided { change, mut account, outcome } = self.revising(call, record, id, Revision::Restore)?;
        let now = match outcome {
            Ok(now) => now,
            Err(no) => return Ok(Decided { change, account, outcome: Err(no) }),
        };
        let gone = || Refusal::new(RefusalKind::NotFound);
        let Some(loaded) = self.load(&Target::Record(record))? else {
            return Ok(Decided { change, account, outcome: Err(gone()) });
        };
        let Some(found) = self.states(&loaded)?.into_iter().find(|it| it.logical_id == now.logical_id) else {
            return Ok(Decided { change, account, outcome: Err(gone()) });
        };
        let state = DocumentState { status: now.status.clone(), relations: Vec::new(), ..found };
        let request = Request { asked_deprecated: true, asked_archived: true, ..Request::default() };
        let (facts, at) = (state.facts(), self.now());
        let reads = self.decision(call, Act::Search, &loaded.facts, Some(&facts), &request, at);
        if !reads.is_allowed() {
            // done, and nothing of it is shown
            return Ok(Decided { change, account, outcome: Err(gone()) });
        }
        let details = self.details(&loaded, &state)?;
        account.objects.push(ObjectAccount {
            document: Some(state.logical_id),
            type_code: state.type_code.code.clone(),
            fate: Fate::Shown,
            rules: Vec::new(),
        });
        let mut entry = state.into_entry(details.description);
        now.tell(&mut entry);
        let identity = loaded.identity.identity.clone();
        Ok(Decided { change, account, outcome: Ok(Ok(Revised { identity, entry })) })
    }
}

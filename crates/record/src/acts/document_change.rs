//! What every act on documents does, on one mostly: find it, decide, write its next version with the line (rules, W5 to W9).
//! On the feed door it knows the gate rows alone, and gives back nothing it would have to read elsewhere.

use model::{
    Act, DocumentEntry, DocumentStatus, Door, EntryId, Instant, RecordFacts, RecordId, RecordedBy,
    RelationKind, Request, RowKind, Visibility,
};
use policy::{Duty, Verdict};

use crate::account::{Fate, ObjectAccount, numbers};
use crate::attempt::{Decided, Loaded, Target, refusal};
use crate::base::Base;
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Fault, Refusal, RefusalKind};
use crate::gate::Gate;
use crate::records::Records;
use crate::rows::{Contacts, DocumentState, GateRow};

/// A document after an act on it: its state, and nothing of what it says.
#[derive(Clone, Debug)]
pub struct Managed {
    pub record: RecordId,
    /// The id of the version that now stands.
    pub entry: EntryId,
    pub logical_id: EntryId,
    pub version: u32,
    pub status: DocumentStatus,
    pub visibility: Visibility,
    /// The holder says it is wrong, and its depositor has not answered.
    pub disputed: bool,
    pub at: Instant,
}

impl Managed {
    pub(crate) fn of_entry(record: RecordId, entry: DocumentEntry) -> Self {
        Self {
            record,
            disputed: entry.is_disputed(),
            entry: entry.id,
            logical_id: entry.logical_id,
            version: entry.version,
            status: entry.status,
            visibility: entry.visibility,
            at: entry.updated,
        }
    }

    /// An entry that was read before the act, as it now stands.
    pub fn tell(self, entry: &mut DocumentEntry) {
        entry.id = self.entry;
        entry.version = self.version;
        entry.status = self.status;
        entry.visibility = self.visibility;
        entry.updated = self.at;
    }
}

/// An act on a document: its name, what is said with it, and what it does.
pub(crate) struct DocumentChange<'a> {
    pub(crate) act: Act,
    pub(crate) request: Request,
    pub(crate) reach: Reach,
    /// Changes one document; an error is a rule the sender may know.
    pub(crate) apply: &'a dyn Fn(&mut DocumentState, &Turn) -> Result<(), Refusal>,
    /// What must follow, in the same commit.
    pub(crate) follow: &'a dyn Fn(&mut Change, &DocumentState) -> Result<(), Failure>,
}

/// Which documents an act on one changes (rules, W5).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    One,
    /// And those it replaced: what hides.
    Chain,
    /// And those that replaced it: what ends a hiding they share.
    Lineage,
}

/// Who acts, and when.
pub(crate) struct Turn {
    pub(crate) now: Instant,
    pub(crate) by: RecordedBy,
    /// A minor decides this for themself.
    pub(crate) minors_own: bool,
}

/// The record as this door knows it.
enum View {
    Gate(Box<Gate>),
    Whole(Box<Loaded>),
}

impl View {
    fn base(&self) -> &Base {
        match self {
            Self::Gate(gate) => &gate.base,
            Self::Whole(loaded) => &loaded.readable.base,
        }
    }

    fn facts(&self) -> &RecordFacts {
        match self {
            Self::Gate(gate) => &gate.facts,
            Self::Whole(loaded) => &loaded.facts,
        }
    }

    fn contacts(&self) -> Option<&Contacts> {
        match self {
            Self::Gate(_) => None,
            Self::Whole(loaded) => Some(&loaded.identity.contacts),
        }
    }
}

pub(crate) fn nothing_follows(_: &mut Change, _: &DocumentState) -> Result<(), Failure> {
    Ok(())
}

impl Records {
    pub(crate) fn change_document(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
        change: &DocumentChange<'_>,
    ) -> Result<Disclosed<Managed>, Failure> {
        let changed = self.change_documents(call, record, &[id], change)?;
        let none = || Fault::Unwritable { what: "an act on no document" };
        changed.try_map(|all| all.into_iter().next().ok_or_else(none)).map_err(Failure::Fault)
    }

    /// The same on several: all or nothing, with one line.
    pub(crate) fn change_documents(
        &self,
        call: &Call,
        record: RecordId,
        ids: &[EntryId],
        change: &DocumentChange<'_>,
    ) -> Result<Disclosed<Vec<Managed>>, Failure> {
        let changed = self.attempt(|_| self.decide_documents(call, record, ids, change))?;
        self.touched(call, record);
        Ok(changed)
    }

    fn view(&self, call: &Call, record: RecordId) -> Result<Option<View>, Failure> {
        if call.caller.door != Door::Feed {
            return Ok(self.load(&Target::Record(record))?.map(|it| View::Whole(Box::new(it))));
        }
        let gate = self.gate_of(record)?.map(|mut gate| {
            gate.facts.birth_date = Some(gate.status.identity.traits.birth_date);
            View::Gate(Box::new(gate))
        });
        Ok(gate)
    }

    pub(super) fn decide_documents(
        &self,
        call: &Call,
        record: RecordId,
        ids: &[EntryId],
        asked: &DocumentChange<'_>,
    ) -> Result<Decided<Vec<Managed>>, Failure> {
        let (act, now) = (asked.act, self.now());
        // an id was named: replaced and archived documents are asked for expressly (rules, A3)
        let request = Request { asked_deprecated: true, asked_archived: true, ..asked.request.clone() };
        let Some(view) = self.view(call, record)? else {
            let mut decided: Decided<Vec<Managed>> = self.on_no_record(call, act, &request, now);
            decided.outcome = decided.outcome.map_err(not_found);
            return Ok(decided);
        };
        let mut account = self.account(call, act);
        let mut change = Change::on(view.base());
        let states = match &view {
            View::Gate(gate) => gate.base.states()?,
            View::Whole(loaded) => self.states(loaded)?,
        };
        let turn =
            Turn { now, by: call.recorded_by(), minors_own: self.is_minors_own(call, view.facts(), now) };
        let mut given: Vec<Managed> = Vec::new();
        let (mut allowed_by, mut tells) = (Vec::new(), false);
        for id in ids {
            let found = states.iter().find(|it| it.is_known_as(*id) && it.recalled.is_none());
            let document = found.map(DocumentState::facts);
            let decision = self.decision(call, act, view.facts(), document.as_ref(), &request, now);
            let Some(state) = found.filter(|_| decision.verdict == Verdict::Allow) else {
                // nothing is done to those before it either
                account.objects.iter_mut().for_each(|it| it.fate = Fate::Refused);
                let rules = numbers(&decision.refused_by);
                account.objects.extend(found.map(|it| object(it, Fate::Refused, rules)));
                let account = account.refused(&decision.refused_by);
                let outcome = Err(refusal(decision.refused_by, RefusalKind::NotFound));
                return Ok(Decided { change: Change::on(view.base()), account, outcome });
            };
            if let Err(stale) = call.meets(state.version) {
                let account = self.account(call, act).rejected("another version");
                return Ok(Decided { change: Change::on(view.base()), account, outcome: Err(stale) });
            }
            let rejected = |no: Refusal| {
                let account = self.account(call, act).rejected("nothing to change");
                Decided { change: Change::on(view.base()), account, outcome: Err(no) }
            };
            let mut one = state.clone();
            for mut link in reached(&states, state, asked.reach) {
                if account.objects.iter().any(|it| it.document == Some(link.logical_id)) {
                    return Ok(rejected(Refusal::because("document", "it stands twice")));
                }
                let before = (link.status.clone(), link.visibility, link.dispute.clone());
                if let Err(no) = (asked.apply)(&mut link, &turn) {
                    return Ok(rejected(no));
                }
                if before != (link.status.clone(), link.visibility, link.dispute.clone()) {
                    link.next_version(EntryId::random(self.dice()), now);
                    let row = GateRow::Document(Box::new(link.clone()));
                    change.put(self, Some(view.base()), RowKind::Gate, link.logical_id.into(), &row)?;
                    change.bump();
                }
                account.objects.push(object(&link, Fate::Written, Vec::new()));
                if link.logical_id == one.logical_id {
                    one = link;
                }
            }
            (asked.follow)(&mut change, &one)?;
            tells |= decision.duties.contains(&Duty::TellHolder);
            allowed_by.extend(decision.allowed_by);
            given.push(managed(record, one, now));
        }
        if tells {
            self.tell_of(call, view.contacts(), act, &mut change)?;
        }
        allowed_by.sort();
        allowed_by.dedup();
        Ok(Decided { change, account: account.accepted(&allowed_by), outcome: Ok(given) })
    }

    /// A minor decides for themself, by their own account (rules, A7 and W8).
    pub(crate) fn is_minors_own(&self, call: &Call, facts: &RecordFacts, now: Instant) -> bool {
        let majority = self.policy().profile.majority_age;
        let minor = facts.birth_date.is_some_and(|it| now < policy::age_reached(it, majority));
        let emancipated = facts.emancipated.is_some_and(|at| at <= now);
        minor && !emancipated && facts.record.is_some_and(|record| call.caller.is_holder_of(record))
    }
}

pub(crate) fn reached(states: &[DocumentState], from: &DocumentState, reach: Reach) -> Vec<DocumentState> {
    match reach {
        Reach::One => vec![from.clone()],
        Reach::Chain => super::mask::chain_of(states, from),
        Reach::Lineage => {
            let mut lineage = super::mask::chain_of(states, from);
            let mut place = 0;
            while let Some(id) = lineage.get(place).map(|it| it.logical_id) {
                let replaces = |it: &&DocumentState| {
                    it.relations.iter().any(|it| it.kind == RelationKind::Replaces && it.target == id)
                };
                for after in states.iter().filter(replaces) {
                    let deleted = matches!(after.status, DocumentStatus::Deleted { .. });
                    if !deleted && !lineage.iter().any(|it| it.logical_id == after.logical_id) {
                        lineage.push(after.clone());
                    }
                }
                place += 1;
            }
            lineage
        }
    }
}

fn object(state: &DocumentState, fate: Fate, rules: Vec<String>) -> ObjectAccount {
    ObjectAccount { document: Some(state.logical_id), type_code: state.type_code.code.clone(), fate, rules }
}

fn managed(record: RecordId, state: DocumentState, at: Instant) -> Managed {
    Managed {
        record,
        entry: state.entry,
        logical_id: state.logical_id,
        version: state.version,
        status: state.status,
        visibility: state.visibility,
        disputed: state.dispute.is_some_and(|it| it.is_open()),
        at,
    }
}

pub(super) fn not_found(mut no: Refusal) -> Refusal {
    if no.kind == RefusalKind::Denied {
        no.kind = RefusalKind::NotFound;
    }
    no
}

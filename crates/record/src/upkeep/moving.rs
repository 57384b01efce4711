//! A correction of identity is carried out (rules, W14): what two agents decided on one record is written in the
//! other, a commit for each document, then the lines about them, then what was settled; last, it is taken out of where
//! it was. Each step is seen to be done before it is done again, so that an interruption at any of them is gone on
//! from. What is carried out was decided; that a record closed meanwhile does not hold it up.

use std::collections::HashMap;

use model::{
    Act, Caller, DocumentStatus, EntryId, Fact, Instant, Person, Place, Purpose, RecordId, Relation, Request,
    RowId, RowKind, SourcePatient,
};
use store::Space;
use vault::TagDomain;

use crate::account::{Account, Carried, Fate, ObjectAccount};
use crate::acts::merge::united;
use crate::attempt::{Decided, Loaded, Target};
use crate::base::damaged;
use crate::call::Call;
use crate::commit::{Change, line_row};
use crate::failure::Failure;
use crate::life::Life;
use crate::records::{Records, derived_row, unique_id_hash};
use crate::rows::{DocumentDetails, DocumentState, GateRow, MetadataRow, STATUS};
use crate::two_agents::{Arrival, Departure};
use crate::upkeep::clock::Due;

/// So many lines come along in one line.
const LINES_AT_ONCE: usize = 200;
/// Trace lines opened at once.
const CHUNK: usize = 500;

/// A departure, and what each of its documents is called where it goes.
struct Move {
    departure: Departure,
    from: RecordId,
    names: HashMap<EntryId, EntryId>,
    call: Call,
}

impl Move {
    fn act(&self) -> Act {
        if self.departure.merged { Act::Merge } else { Act::Split }
    }
}

impl Records {
    /// Goes on with a correction, from wherever it stands; done when it leaves the queue.
    pub(crate) fn move_documents(&self, record: RecordId, job: RowId, id: RowId) -> Result<bool, Failure> {
        let Some(loaded) = self.load(&Target::Record(record))? else { return Ok(false) };
        let two = loaded.readable.two_agents()?;
        let Some(departure) = two.leaving.into_iter().find(|it| it.id == id) else {
            return self.moot(record, job);
        };
        let mut names = HashMap::new();
        for leaving in &departure.documents {
            if let Some(state) = loaded.readable.base.state(leaving.document)? {
                let keeper = &*self.parts().keeper;
                let row = derived_row(keeper, TagDomain::DocumentUniqueId, departure.to, &state.unique_id)?;
                names.insert(leaving.document, EntryId::from_bytes(*row.as_bytes()));
            }
        }
        drop(loaded);
        let call = Call::new(Caller::upkeep(), RowId::random(self.dice()));
        let moving = Move { departure, from: record, names, call };
        if self.load(&Target::Record(moving.departure.to))?.is_none() {
            return self.put_back(&moving, job);
        }
        for place in 0..moving.departure.documents.len() {
            self.arrive(&moving, place)?;
        }
        self.carry_lines(&moving)?;
        self.leave(&moving, job)
    }

    /// One document, where it belongs: under a name of that record's own, sealed with its key, as hidden as it was.
    fn arrive(&self, moving: &Move, place: usize) -> Result<(), Failure> {
        let Some(leaving) = moving.departure.documents.get(place) else { return Ok(()) };
        let Some(name) = moving.names.get(&leaving.document).copied() else { return Ok(()) };
        let there = self.there(moving)?;
        if there.readable.base.state(name)?.is_some() {
            return Ok(());
        }
        drop(there);
        let Some(here) = self.load(&Target::Record(moving.from))? else { return Ok(()) };
        let Some(mut state) = here.readable.base.state(leaving.document)? else { return Ok(()) };
        let mut details = self.details(&here, &state)?;
        let plain = self.read_body(&here, &details.body)?;
        let related = |id: EntryId| moving.names.get(&id).copied();
        state.logical_id = name;
        state.entry = name;
        state.earlier.clear();
        state.version = 1;
        state.recalled = None;
        state.status = match &leaving.status {
            DocumentStatus::Deprecated { at, by } => {
                DocumentStatus::Deprecated { at: *at, by: related(*by).unwrap_or(*by) }
            }
            other => other.clone(),
        };
        state.before_deletion.clone_from(&leaving.before_deletion);
        let kept = state.relations.iter().filter_map(|it| related(it.target).map(|to| (it.kind, to)));
        state.relations = kept.map(|(kind, target)| Relation { kind, target }).collect();
        // who it was said to be of is what was wrong
        details.description.source_patient = SourcePatient::default();
        self.attempt(|taken| {
            let now = self.now();
            let there = self.there(moving)?;
            let base = &there.readable.base;
            let mut change = Change::on(base);
            let mut account = self.decided(moving, &there, now);
            if base.state(name)?.is_some() {
                return Ok(Decided { change, account: account.rejected("there already"), outcome: Ok(()) });
            }
            let state = DocumentState { updated: now, unnamed: taken.is_some(), ..state.clone() };
            let body = self.store_body(base, &plain, &mut change)?;
            let details = DocumentDetails { description: details.description.clone(), body };
            self.bring_set(moving, &here, &there, &state, &mut change)?;
            // a name that somebody took meanwhile is theirs: the document is found by its record all the same
            if taken.is_none() {
                let hash = unique_id_hash(&*self.parts().keeper, &state.unique_id)?;
                change.claim(Space::DocumentUniqueId, hash);
            }
            if state.visibility.hidden_from_holder {
                let over = self.policy().profile.hidden_until(state.hidden_since);
                change.due(self, over, &Due::EndHiding { document: name })?;
            }
            account.objects = vec![object(&state)];
            change.bump();
            let rows = (GateRow::Document(Box::new(state)), MetadataRow::Document(Box::new(details)));
            change.put(self, Some(base), RowKind::Gate, name.into(), &rows.0)?;
            change.put(self, Some(base), RowKind::Metadata, name.into(), &rows.1)?;
            Ok(Decided { change, account, outcome: Ok(()) })
        })?;
        Ok(())
    }

    /// The lot a document came in, with those of its members that come along.
    fn bring_set(
        &self,
        moving: &Move,
        here: &Loaded,
        there: &Loaded,
        state: &DocumentState,
        change: &mut Change,
    ) -> Result<(), Failure> {
        let base = &there.readable.base;
        if base.mark(RowKind::Metadata, state.submission).is_some() {
            return Ok(());
        }
        let rows: Vec<MetadataRow> = here.readable.some(RowKind::Metadata, &[state.submission])?;
        let Some(MetadataRow::Set(mut set)) = rows.into_iter().next() else { return Ok(()) };
        set.members = set.members.iter().filter_map(|it| moving.names.get(it).copied()).collect();
        change.put(self, Some(base), RowKind::Metadata, state.submission, &MetadataRow::Set(set))?;
        Ok(())
    }

    /// What was done with the documents comes along, under one line of the record they are in now. Whoever came as the
    /// other person, or for them, is nobody in particular here.
    fn carry_lines(&self, moving: &Move) -> Result<(), Failure> {
        let all = self.lines_about(moving)?;
        loop {
            let finished = self.attempt(|_| {
                let now = self.now();
                let there = self.there(moving)?;
                let mut two = there.readable.two_agents()?;
                let mut change = Change::on(&there.readable.base);
                let mut account = self.decided(moving, &there, now);
                let known = two.arrival(moving.departure.id).cloned();
                if known.as_ref().is_some_and(|it| it.done) {
                    return Ok(Decided {
                        change,
                        account: account.rejected("there already"),
                        outcome: Ok(true),
                    });
                }
                let from = known.map_or(0, |it| it.lines);
                let some: Vec<Carried> = all.iter().skip(from).take(LINES_AT_ONCE).cloned().collect();
                let (lines, done) = (from + some.len(), from + some.len() >= all.len());
                account.carried = some;
                two.arrived.retain(|it| it.id != moving.departure.id);
                two.arrived.push(Arrival { id: moving.departure.id, lines, done });
                if done {
                    self.settle_there(moving, &there, &mut change, now)?;
                    let contacts = Some(&there.identity.contacts);
                    self.tell_of(&moving.call, contacts, moving.act(), &mut change)?;
                }
                self.put_two_agents(&there.readable, &mut change, &two)?;
                Ok(Decided { change, account, outcome: Ok(done) })
            })?;
            if *finished.get() {
                return Ok(());
            }
        }
    }

    /// Of a person who had two records, what they settled in either.
    fn settle_there(
        &self,
        moving: &Move,
        there: &Loaded,
        change: &mut Change,
        now: Instant,
    ) -> Result<(), Failure> {
        if !moving.departure.merged {
            return Ok(());
        }
        let Some(here) = self.load(&Target::Record(moving.from))? else { return Ok(()) };
        let (ours, theirs) = (Life::of(&there.readable.base)?, Life::of(&here.readable.base)?);
        let (rights, life) = united(&there.rights, &ours, (&here.rights, &theirs), now);
        let base = Some(&there.readable.base);
        change.put_rights(self, there, &rights)?;
        self.write_life(there, change, &life, &there.status.status, None)?;
        if rights.rights.attending != there.rights.rights.attending {
            let mut status = there.status.clone();
            status.attending.clone_from(&rights.rights.attending);
            change.put(self, base, RowKind::Gate, STATUS, &GateRow::Status(Box::new(status)))?;
        }
        Ok(self.end_windows(&there.readable, change, &rights.rights, now)?)
    }

    /// The lines of the record they leave that name these documents, the oldest first, of these documents alone.
    fn lines_about(&self, moving: &Move) -> Result<Vec<Carried>, Failure> {
        let Some(here) = self.load(&Target::Record(moving.from))? else { return Ok(Vec::new()) };
        let record = moving.from;
        let opener = here.readable.keyring.opener(RowKind::Trace);
        let (mut found, mut before) = (Vec::new(), None);
        loop {
            let rows = here.readable.base.snapshot.last_lines(record, before, CHUNK)?;
            let Some(last) = rows.last().map(|row| row.seq) else { break };
            for row in rows {
                let place = Place { record, kind: RowKind::Trace, row: line_row(row.seq), version: 1 };
                let unread = || damaged(record, "a trace line");
                let plain = opener.open(&place, &row.sealed).map_err(|_| unread())?;
                let line = journal::Line::parse(&plain).map_err(|_| unread())?;
                let mut account: Account = serde_json::from_value(line.account).map_err(|_| unread())?;
                // what came here with an earlier correction goes on with it
                let earlier = std::mem::take(&mut account.carried);
                found.extend(moving.of_these(Carried { at: line.at, account }));
                found.extend(earlier.into_iter().rev().filter_map(|it| moving.of_these(it)));
            }
            before = Some(last);
        }
        found.reverse();
        Ok(found)
    }

    /// Takes the documents out of where they were: rows, bytes, and the lots of which nothing is left.
    fn leave(&self, moving: &Move, job: RowId) -> Result<bool, Failure> {
        self.attempt(|_| {
            let now = self.now();
            let Some(here) = self.load(&Target::Record(moving.from))? else {
                let none: Decided<()> =
                    self.on_no_record(&moving.call, moving.act(), &Request::default(), now);
                return Ok(none);
            };
            let base = &here.readable.base;
            let mut change = Change::on(base);
            let mut two = here.readable.two_agents()?;
            let mut account = self.decided(moving, &here, now);
            let states = self.states(&here)?;
            let goes = |it: &DocumentState| moving.names.contains_key(&it.logical_id);
            for state in states.iter().filter(|it| goes(it)) {
                let details = self.details(&here, state)?;
                account.objects.push(object(state));
                change.remove(base, RowKind::Gate, state.logical_id.into());
                change.remove(base, RowKind::Metadata, state.logical_id.into());
                change.remove_body(&details.body);
                two.gone.push(state.logical_id);
            }
            let mut sets: Vec<RowId> = states.iter().filter(|it| goes(it)).map(|it| it.submission).collect();
            sets.sort_unstable();
            sets.dedup();
            sets.retain(|set| !states.iter().any(|it| it.submission == *set && !goes(it)));
            for set in sets {
                let rows: Vec<MetadataRow> = here.readable.some(RowKind::Metadata, &[set])?;
                if let Some(MetadataRow::Set(whole)) = rows.into_iter().next() {
                    let keeper = &*self.parts().keeper;
                    let said = derived_row(keeper, TagDomain::Submission, moving.from, &whole.unique_id)?;
                    change.remove(base, RowKind::Gate, said);
                }
                change.remove(base, RowKind::Metadata, set);
            }
            two.leaving.retain(|it| it.id != moving.departure.id);
            self.put_two_agents(&here.readable, &mut change, &two)?;
            change.done(job);
            Ok(Decided { change, account, outcome: Ok(()) })
        })
        .map(|_| true)
    }

    /// The other record is no more: the documents are what they were, where they were.
    fn put_back(&self, moving: &Move, job: RowId) -> Result<bool, Failure> {
        self.attempt(|taken| {
            let now = self.now();
            let Some(here) = self.load(&Target::Record(moving.from))? else {
                let none: Decided<()> =
                    self.on_no_record(&moving.call, moving.act(), &Request::default(), now);
                return Ok(none);
            };
            let base = &here.readable.base;
            let mut change = Change::on(base);
            let mut two = here.readable.two_agents()?;
            for leaving in &moving.departure.documents {
                let Some(mut state) = base.state(leaving.document)? else { continue };
                state.status.clone_from(&leaving.status);
                state.before_deletion.clone_from(&leaving.before_deletion);
                state.recalled = None;
                state.unnamed = taken.is_some();
                state.next_version(EntryId::random(self.dice()), now);
                if taken.is_none() {
                    let hash = unique_id_hash(&*self.parts().keeper, &state.unique_id)?;
                    change.claim(Space::DocumentUniqueId, hash);
                }
                let row = GateRow::Document(Box::new(state));
                change.put(self, Some(base), RowKind::Gate, leaving.document.into(), &row)?;
            }
            two.leaving.retain(|it| it.id != moving.departure.id);
            self.put_two_agents(&here.readable, &mut change, &two)?;
            change.done(job);
            let account = self.account(&moving.call, moving.act()).rejected("the other record is no more");
            Ok(Decided { change, account, outcome: Ok(()) })
        })
        .map(|_| true)
    }

    fn moot(&self, record: RecordId, job: RowId) -> Result<bool, Failure> {
        let call = Call::new(Caller::upkeep(), RowId::random(self.dice()));
        self.attempt(|_| {
            let Some(here) = self.load(&Target::Record(record))? else {
                let none: Decided<()> = self.on_no_record(&call, Act::Split, &Request::default(), self.now());
                return Ok(none);
            };
            let mut change = Change::on(&here.readable.base);
            change.done(job);
            let account = self.account(&call, Act::Split).rejected("it no longer applies");
            Ok(Decided { change, account, outcome: Ok(()) })
        })
        .map(|_| true)
    }

    fn there(&self, moving: &Move) -> Result<Loaded, Failure> {
        let there = self.load(&Target::Record(moving.departure.to))?;
        there.ok_or_else(|| damaged(moving.departure.to, "the record a correction goes to").into())
    }

    /// A line of the service's: that it recomputes is its word to carry out what was decided.
    fn decided(&self, moving: &Move, loaded: &Loaded, now: Instant) -> Account {
        let request = Request::default();
        let decision = self.decision(&moving.call, Act::Recompute, &loaded.facts, None, &request, now);
        let account = self.account(&moving.call, moving.act());
        let mut account = account.accepted(&decision.allowed_by);
        account.note = Some("identity corrected".into());
        account
    }
}

impl Move {
    /// A line as it is told in the other record: of these documents alone, by the names they have there.
    fn of_these(&self, carried: Carried) -> Option<Carried> {
        let Carried { at, mut account } = carried;
        account.objects.retain_mut(|object| {
            let name = object.document.and_then(|id| self.names.get(&id).copied());
            object.document = name;
            name.is_some()
        });
        if account.objects.is_empty() {
            return None;
        }
        // why an emergency was said to be one was said of the other person
        if let (false, Purpose::BreakGlass { reason }) = (self.departure.merged, &mut account.purpose) {
            reason.clear();
        }
        let merged = self.departure.merged.then_some(self.departure.to);
        let private = matches!(
            account.caller.person.proved(),
            Some(
                Person::Holder { .. }
                    | Person::Representative { .. }
                    | Person::Relative { .. }
                    | Person::Heir { .. }
            )
        );
        if private {
            account.address = None;
            account.caller.session = None;
            account.caller.person = match (merged, account.caller.person) {
                (Some(record), Fact::Proved(Person::Holder { .. })) => {
                    Fact::Proved(Person::Holder { record })
                }
                (Some(record), Fact::Proved(Person::Representative { mandate, .. })) => {
                    Fact::Proved(Person::Representative { record, mandate })
                }
                _ => Fact::Absent,
            };
        }
        Some(Carried { at, account })
    }
}

fn object(state: &DocumentState) -> ObjectAccount {
    ObjectAccount {
        document: Some(state.logical_id),
        type_code: state.type_code.code.clone(),
        fate: Fate::Written,
        rules: Vec::new(),
    }
}

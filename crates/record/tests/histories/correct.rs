//! Corrections of identity (rules, W14): documents of this record go to another person's, come back, or the other
//! record becomes part of this one; by two agents, or not at all. Between the second word and the job nobody reads them
//! anywhere; after it they are in one record, as hidden as they were, and the lines about them with them.

use model::*;
use record::{Asked, Call, Failure, Records, RelatesTo, SecondWord, SeenByAgent, TakesTwo, Target};
use vault::{FileKeeper, KeyKeeper, TagDomain};

use crate::common::{counter, hospital, ins, lot, opening, text_document};
use crate::drawn::{Moves, Who, Word};
use crate::expected::{Doc, Expected, State, Through};
use crate::world::{Checked, Told, World};

const OTHER: &str = "284026311300314";
const SEEN: SeenByAgent = SeenByAgent { identified: true, proved: true };

/// The other person's record.
pub struct Elsewhere {
    record: RecordId,
    docs: Vec<Doc>,
    /// What was given of them where they were: requests, and the document.
    told: Vec<(RowId, EntryId)>,
    /// It became part of this one.
    merged: bool,
}

/// Documents that two agents sent on their way.
pub struct Underway {
    here: bool,
    docs: Vec<Doc>,
    told: Vec<(RowId, EntryId)>,
}

fn second_agent() -> Caller {
    let mut caller = counter();
    if let Fact::Proved(Person::Agent(agent)) = &mut caller.person {
        agent.id = "310B0000005/8".parse().unwrap();
    }
    caller
}

impl World {
    pub fn correct(&mut self, what: Moves, which: usize, word: Word) -> Checked {
        // one correction after the other
        if !self.underway.is_empty() {
            self.upkeep()?;
        }
        self.open_elsewhere()?;
        let Some(other) = &self.other else { return Ok(()) };
        let (elsewhere, merged) = (other.record, other.merged);
        let (from_here, asked, leaving) = match what {
            Moves::Away => {
                let Some(doc) = self.pick(which) else { return Ok(()) };
                let named = RelatesTo::Entry(self.record, doc.id);
                (true, TakesTwo::Split(ins(OTHER), vec![named]), self.expected.lineage(doc.id))
            }
            Moves::Back => {
                let Some(doc) = other.docs.get(which % other.docs.len().max(1)) else { return Ok(()) };
                let named = RelatesTo::Entry(elsewhere, doc.id);
                let there = Expected { docs: other.docs.clone(), ..Expected::default() };
                (false, TakesTwo::Split(ins(self.number), vec![named]), there.lineage(doc.id))
            }
            Moves::Joins => {
                let all = other.docs.iter().map(|it| it.id).collect();
                (false, TakesTwo::Merge(ins(self.number)), all)
            }
        };
        let there = Target::Ins(ins(OTHER));
        let target = if from_here { self.target.clone() } else { there };
        let may = !self.expected.closed && !self.expected.destroyed && !merged;
        let said = self.by_agent(from_here, counter(), |records, call| {
            Ok(records.ask_two_agents(call, &target, &asked, SEEN)?.get().id)
        })?;
        let id = match said {
            Some(id) if may => id,
            None if !may => return Ok(()),
            other => return Err(format!("{what:?}: {} where it may: {may}", other.is_some())),
        };
        let (by, says) = match word {
            Word::Confirmed => (second_agent(), SecondWord::Confirm),
            Word::Refused => (second_agent(), SecondWord::Refuse),
            Word::Withdrawn => (counter(), SecondWord::Withdraw),
            Word::ByOne => (counter(), SecondWord::Confirm),
            Word::Waits => return Ok(()),
        };
        let said = self.by_agent(from_here, by, |records, call| {
            records.answer_two_agents(call, &target, id, says, SEEN).map(drop)
        })?;
        match (word, said) {
            (Word::ByOne, Some(())) => Err("one agent was two".into()),
            (Word::ByOne, None) => Ok(()),
            (_, None) => Err(format!("{word:?} is not taken")),
            (Word::Confirmed, Some(())) => {
                self.leave(from_here, &leaving, what == Moves::Joins);
                self.look_elsewhere()
            }
            _ => Ok(()),
        }
    }

    /// A request of an agent's, to this record or to the other; none where it is refused.
    fn by_agent<T>(
        &mut self,
        here: bool,
        caller: Caller,
        act: impl FnOnce(&Records, &Call) -> Result<T, Failure>,
    ) -> Checked<Option<T>> {
        let call = self.spare_call(caller, Through::Care);
        if here {
            self.forget_lines();
        }
        match act(self.records(), &call) {
            Ok(given) => Ok(Some(given)),
            Err(Failure::Refused(_)) => Ok(None),
            Err(Failure::Fault(fault)) => Err(format!("a fault: {fault}")),
        }
    }

    /// With one document of its own, masked.
    fn open_elsewhere(&mut self) -> Checked {
        if self.other.is_some() {
            return Ok(());
        }
        let failed = |failure: Failure| format!("{failure:?}");
        let call = self.spare_call(hospital(), Through::Care);
        let opened = self.records().open_record(&call, &opening(OTHER, "AUTRE-TEST")).map_err(failed)?;
        let record = opened.into_inner().record;
        let unique = "1.2.250.1.998.1.1";
        let mut document = text_document(unique, b"De quelqu'un d'autre.");
        document.visibility.masked = true;
        let call = self.spare_call(hospital(), Through::Care);
        let sent = lot(OTHER, "1.2.250.1.998.1", vec![document]);
        let fed = self.records().feed(&call, &sent).map_err(failed)?;
        let doc = Doc {
            id: fed.get().documents[0],
            unique: unique.into(),
            kind: 0,
            by: Who::Hospital,
            state: State::Current,
            deleted: false,
            masked: true,
            hidden_since: None,
            hidden_from_parents: false,
            replaces: None,
            version: Some(1),
        };
        self.other = Some(Elsewhere { record, docs: vec![doc], told: Vec::new(), merged: false });
        Ok(())
    }

    fn leave(&mut self, from_here: bool, leaving: &[EntryId], merged: bool) {
        let goes = |doc: &Doc| leaving.contains(&doc.id);
        let Some(other) = &mut self.other else { return };
        let (docs, told) = if from_here {
            self.moved = true;
            self.last_lot.take_if(|(.., documents)| documents.iter().any(|it| leaving.contains(it)));
            let mut told = Vec::new();
            for line in &mut self.told {
                let gone = line.documents.iter().filter(|it| leaving.contains(it));
                told.extend(gone.map(|id| (line.request, *id)));
                line.documents.retain(|it| !leaving.contains(it));
            }
            (&mut self.expected.docs, told)
        } else {
            let told = other.told.extract_if(.., |it| leaving.contains(&it.1)).collect();
            (&mut other.docs, told)
        };
        let docs = docs.extract_if(.., |it| goes(it)).collect();
        self.underway.push(Underway { here: !from_here, docs, told });
        other.merged |= merged;
    }

    /// The service was there: what was under way has arrived.
    pub fn arrived(&mut self) -> Checked {
        let Some(elsewhere) = self.other.as_ref().map(|it| it.record) else { return Ok(()) };
        for Underway { here, docs, told } in std::mem::take(&mut self.underway) {
            // what was due first was done first: a record that ends now had them, or had sent them, before
            let to = if here { self.record } else { elsewhere };
            let keeper = FileKeeper::open(self.keeper_file()).unwrap();
            let name = |doc: &Doc| {
                let said = format!("{to}|urn:oid:{}", doc.unique);
                let tag = keeper.tag(TagDomain::DocumentUniqueId, said.as_bytes()).unwrap();
                EntryId::from_bytes(tag[..16].try_into().unwrap())
            };
            let names: Vec<(EntryId, EntryId)> = docs.iter().map(|it| (it.id, name(it))).collect();
            let now_called = |id: EntryId| names.iter().find(|it| it.0 == id).map(|it| it.1);
            let told: Vec<_> = told.into_iter().filter_map(|(by, id)| Some((by, now_called(id)?))).collect();
            let docs = docs.into_iter().map(|it| Doc {
                id: now_called(it.id).unwrap(),
                replaces: it.replaces.and_then(now_called),
                // the end of a month may have come at once
                version: it.hidden_since.is_none().then_some(1),
                ..it
            });
            if here {
                self.expected.docs.extend(docs);
                self.told.extend(told.into_iter().map(|(request, id)| Told {
                    line: None,
                    request,
                    documents: vec![id],
                }));
            } else if let Some(other) = &mut self.other {
                other.docs.extend(docs);
                other.told.extend(told);
            }
        }
        self.look_elsewhere()
    }

    /// What the other holder finds, masked as it was, with its lines; and that nobody else finds any of it.
    fn look_elsewhere(&mut self) -> Checked {
        let Some(other) = &self.other else { return Ok(()) };
        let (record, merged, target) = (other.record, other.merged, Target::Ins(ins(OTHER)));
        let (docs, told, now) = (other.docs.clone(), other.told.clone(), self.now());
        let asked = Asked { deprecated: true, archived: true };
        let call = self.spare_call(self.caller(Who::Doctor(0)), Through::Care);
        if self.records().search(&call, &target, asked, |_, _| true).is_ok() {
            return Err("a doctor nobody let in finds the other person's documents".into());
        }
        let call = self.spare_call(Caller::holder(record), Through::Care);
        let found = self.records().search(&call, &target, asked, |_, _| true);
        let found = match found {
            Ok(found) if !merged => found.into_inner().entries,
            Err(Failure::Refused(_)) if merged => return Ok(()),
            other => return Err(format!("the other record answers {:?}, merged: {merged}", other.err())),
        };
        let known: Vec<&Doc> =
            docs.iter().filter(|it| !it.deleted && !Expected::is_hidden(it, now)).collect();
        let mut seen: Vec<(EntryId, bool)> =
            found.iter().map(|it| (it.logical_id, it.visibility.masked)).collect();
        let mut expected: Vec<(EntryId, bool)> = known.iter().map(|it| (it.id, it.masked)).collect();
        seen.sort();
        expected.sort();
        if seen != expected {
            return Err(format!("the other holder finds {seen:?} and not {expected:?}"));
        }
        let call = self.spare_call(Caller::holder(record), Through::Care);
        let lines = self.records().history(&call, record, None, 10_000);
        let lines = lines.map_err(|failure| format!("{failure:?}"))?.into_inner().lines;
        for (request, id) in told.iter().filter(|it| known.iter().any(|doc| doc.id == it.1)) {
            let names = |it: &record::account::TraceEntry| {
                it.account.request == *request
                    && it.account.objects.iter().any(|object| object.document == Some(*id))
            };
            if !lines.iter().any(names) {
                return Err("what was given of a document did not come along with it".into());
            }
        }
        Ok(())
    }
}

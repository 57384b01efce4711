//! Looking at a record by every route, for one caller at one instant: each must show the same.

use std::collections::BTreeSet;
use std::sync::mpsc;

use model::*;
use record::account::{Fate, TraceEntry};
use record::{Asked, Records, Target, Viewer};

use crate::common::ins;
use crate::drawn::{Drawn, Who};
use crate::expected::{Grant, Through};
use crate::world::{Checked, NOWHERE, World, outside};

/// The routes besides the search they are compared with.
pub const ROUTES: u8 = 6;
const EVERYTHING: Asked = Asked { deprecated: true, archived: true };

impl World {
    pub fn look(&mut self, drawn: &Drawn) -> Checked {
        let through = self.through(drawn);
        let asked = if drawn.everything { EVERYTHING } else { Asked::default() };
        let seen = self.found(drawn.viewer, through, asked)?;
        self.route(drawn, through, asked, &seen)
    }

    /// Everybody, each by another route.
    pub fn look_around(&mut self, from: usize) -> Checked {
        for (place, viewer) in Who::ALL.into_iter().enumerate() {
            let turn = from + place;
            let drawn = Drawn {
                step: crate::drawn::Step::Nothing,
                viewer,
                emergency: turn.is_multiple_of(2),
                everything: turn.is_multiple_of(3),
                route: (turn % usize::from(ROUTES)) as u8,
                which: turn,
            };
            self.look(&drawn).map_err(|why| format!("{viewer:?} by route {}: {why}", drawn.route))?;
        }
        Ok(())
    }

    fn through(&self, drawn: &Drawn) -> Through {
        let windows = &self.expected.windows;
        let own = windows.iter().rev().find(|(who, ..)| *who == drawn.viewer && drawn.emergency);
        own.map_or(Through::Care, |(_, kind, _)| *kind)
    }

    /// What a search finds, which is what the rules let this caller see; or the one refusal.
    fn found(&mut self, who: Who, through: Through, asked: Asked) -> Checked<Option<Vec<EntryId>>> {
        let (target, caller, now) = (self.target.clone(), self.caller(who), self.now());
        let found = self.ask_as(caller.clone(), through, |records, call| {
            records.search(call, &target, asked, |_, _| true)
        })?;
        let may_ask = self.expected.may_ask(who, through, now);
        match found {
            Ok((found, mut told)) => {
                let mut ids: Vec<EntryId> = found.entries.iter().map(|it| it.logical_id).collect();
                ids.sort();
                let expected = self.expected.visible(who, through, now, asked.deprecated);
                if !may_ask || ids != expected {
                    let docs = &self.expected.docs;
                    let extra: Vec<_> = docs.iter().filter(|it| ids.contains(&it.id)).collect();
                    let missing: Vec<_> =
                        docs.iter().filter(|it| expected.contains(&it.id) && !ids.contains(&it.id)).collect();
                    let extra: Vec<_> = extra.into_iter().filter(|it| !expected.contains(&it.id)).collect();
                    return Err(format!(
                        "a search shows {who:?} ({through:?}, may ask: {may_ask}) what it should not: {extra:?}, \
                         or not what it should: {missing:?}"
                    ));
                }
                for entry in &found.entries {
                    let doc = self.expected.doc(entry.logical_id);
                    if doc.version.is_some_and(|version| version != entry.version) {
                        return Err(format!("version {} where it is {:?}", entry.version, doc.version));
                    }
                    doc.version = Some(entry.version);
                    if entry.relations.iter().any(|it| !self.knows(who, through, it.target)) {
                        return Err("an entry names what its reader may not know of".into());
                    }
                }
                told.documents.clone_from(&ids);
                self.told.push(told);
                Ok(Some(ids))
            }
            Err(no) => {
                if may_ask {
                    return Err(format!(
                        "a search is refused to {who:?} ({through:?}), who may: {:?}",
                        no.rules
                    ));
                }
                // as where there is no record at all
                let nowhere = Target::Ins(ins(NOWHERE));
                let call = self.spare_call(caller, through);
                let absent = self.records().search(&call, &nowhere, asked, |_, _| true);
                match absent {
                    Err(record::Failure::Refused(absent)) if outside(&absent) == outside(&no) => Ok(None),
                    other => Err(format!("forbidden {no:?} is not as absent: {:?}", other.err())),
                }
            }
        }
    }

    fn knows(&self, who: Who, through: Through, id: EntryId) -> bool {
        self.expected.visible(who, through, self.now(), true).contains(&id)
    }

    fn route(
        &mut self,
        drawn: &Drawn,
        through: Through,
        asked: Asked,
        seen: &Option<Vec<EntryId>>,
    ) -> Checked {
        let (who, record) = (drawn.viewer, self.record);
        let caller = self.caller(who);
        match drawn.route {
            // by its id, perhaps kept open
            0 => {
                let target = Target::Record(record);
                let listed = self.ask_as(caller, through, |records, call| {
                    records.list(call, &target, asked, |_, _| Ok(true))
                })?;
                let ids = listed.ok().map(|(list, _)| ids_of(&list));
                same("a list", &ids, seen)
            }
            1 => {
                let (told, tells) = mpsc::channel();
                let call = self.spare_call(caller, through);
                let target = Target::Record(record);
                self.records().list_kept(
                    &call,
                    &target,
                    asked,
                    |_, _| Ok(true),
                    move |list| {
                        let _ = told.send(list);
                    },
                );
                // told nothing, or dropped untold: the ordinary way, which was taken already
                let Ok(Some(Ok(list))) = tells.recv() else {
                    self.forget_lines();
                    return Ok(());
                };
                self.forget_lines();
                same("what was kept open", &Some(ids_of(list.get())), seen)
            }
            2 => {
                let target = self.target.clone();
                let all = if asked.deprecated { seen.clone() } else { self.found(who, through, EVERYTHING)? };
                let sets = self.ask_as(caller, through, |records, call| {
                    records.search_sets(call, &target, |_, _| true)
                })?;
                let sets = sets.ok().map(|(found, mut told)| {
                    let members = found.sets.iter().flat_map(|it| it.members.clone());
                    let ids: Vec<EntryId> = members.collect::<BTreeSet<_>>().into_iter().collect();
                    told.documents.clone_from(&ids);
                    self.told.push(told);
                    ids
                });
                same("the sets", &sets, &all)
            }
            3 | 4 => self.opened(drawn, through),
            _ if who.is_professional() => self.seen_as(who, asked),
            _ => self.overview(who),
        }
    }

    /// One document by its id; one that may not be seen answers as one that is not there.
    fn opened(&mut self, drawn: &Drawn, through: Through) -> Checked {
        let (who, record) = (drawn.viewer, self.record);
        let Some(doc) = self.pick(drawn.which) else { return Ok(()) };
        let caller = self.caller(who);
        let sees = self.knows(who, through, doc.id);
        let read_entry = drawn.route == 4;
        let open = |records: &Records, call: &record::Call, id| match read_entry {
            true => Ok(crate::world::Done::of(&records.read_entry(call, record, id)?)),
            false => {
                let given = records.consult(call, record, id)?;
                let line = crate::world::Done::of(&given);
                let mut document = given.into_inner();
                while document.next_chunk()?.is_some() {}
                Ok(line)
            }
        };
        let opened = self.ask_as(caller.clone(), through, |records, call| open(records, call, doc.id))?;
        match opened {
            Ok((_, mut told)) if sees => {
                told.documents = vec![doc.id];
                self.told.push(told);
                Ok(())
            }
            Ok(_) => Err(format!("{who:?} opens what a search does not show: {doc:?}")),
            Err(no) if sees => Err(format!("{who:?} may not open what a search shows: {no:?} {doc:?}")),
            Err(no) => {
                let absent = self.random_entry();
                let other = self.ask_as(caller, through, |records, call| open(records, call, absent))?;
                match other {
                    Err(other) if outside(&other) == outside(&no) => Ok(()),
                    other => Err(format!("forbidden {no:?} is not as absent: {:?}", other.err())),
                }
            }
        }
    }

    /// What the holder is shown of somebody's view: that view, less what the holder may not know of.
    fn seen_as(&mut self, who: Who, asked: Asked) -> Checked {
        let asker = if self.expected.child { Who::Parent } else { Who::Holder };
        let theirs = self.found(who, Through::Care, asked)?.unwrap_or_default();
        let (record, viewer) = (self.record, Viewer::Person(Box::new(self.caller(who))));
        let seen = self.ask(asker, |records, call| records.see_as(call, record, &viewer, asked))?;
        let may = self.expected.may_ask(asker, Through::Care, self.now());
        let ids = seen.ok().map(|(seen, mut told)| {
            let mut ids: Vec<EntryId> = seen.entries.iter().map(|it| it.logical_id).collect();
            ids.sort();
            told.documents.clone_from(&ids);
            self.told.push(told);
            ids
        });
        let known: Vec<EntryId> =
            theirs.into_iter().filter(|id| self.knows(asker, Through::Care, *id)).collect();
        same("seen as", &ids, &may.then_some(known))
    }

    /// The holder's own page says what is in force.
    fn overview(&mut self, who: Who) -> Checked {
        let (record, now) = (self.record, self.now());
        let seen = self.ask(who, |records, call| records.overview(call, record))?;
        // what is settled is no business of a carer's
        let may = self.expected.may_ask(who, Through::Care, now) && who != Who::Carer;
        let Ok((view, _)) = seen else {
            return if may { Err(format!("{who:?} has no overview")) } else { Ok(()) };
        };
        if !may {
            return Err(format!("{who:?} has an overview"));
        }
        let everybody: Vec<(Who, PsIdNat)> =
            Who::PROFESSIONALS.iter().map(|it| (*it, self.id(*it))).collect();
        let house = Grantee::Organisation("10B0000001".parse().unwrap());
        for (one, id) in &everybody {
            let to = Grantee::Person(id.clone());
            let in_force =
                |to: &Grantee| view.authorisations.iter().any(|it| it.to == *to && it.is_in_force(now));
            let granted = |grant| self.expected.grants.get(&grant).is_some_and(|until| now < *until);
            let same = in_force(&to) == granted(Grant::To(*one))
                && in_force(&house) == granted(Grant::ToHospital)
                && view.blocks.iter().any(|it| it.person == *id && it.is_in_force(now))
                    == self.expected.blocked.contains(one)
                && view.attending.iter().any(|it| it.person == *id && it.is_in_force(now))
                    == (self.expected.attending.get(one) == Some(&true));
            if !same {
                return Err(format!("the overview is wrong about {one:?}"));
            }
        }
        let choices = (view.emergency.break_glass, view.emergency.regulation);
        match choices == (self.expected.may_break_glass, self.expected.may_regulate) {
            true => Ok(()),
            false => Err("the overview is wrong about emergencies".into()),
        }
    }

    /// Everything that was given has its line, which names it; where the reader knows all of them, with no gap.
    pub fn lines_tell(&mut self, whole: bool) -> Checked {
        let reader = if self.expected.child { Who::Parent } else { Who::Holder };
        let now = self.now();
        let readable = match reader {
            Who::Holder => !self.expected.dead && !self.expected.destroyed,
            _ => self.expected.may_ask(reader, Through::Care, now),
        };
        if !readable {
            return Ok(());
        }
        let lines = self.trace(reader)?;
        if whole && reader == Who::Holder && !self.moved {
            let mut numbers: Vec<u64> = lines.iter().map(|it| it.seq).collect();
            // those that came along stand under the line that brought them
            numbers.dedup();
            let highest = numbers.first().copied().unwrap_or(0);
            if numbers.iter().copied().ne((1..=highest).rev()) {
                return Err(format!("the lines have gaps: {numbers:?}"));
            }
        }
        let known: Vec<EntryId> = self
            .expected
            .docs
            .iter()
            .filter(|doc| match reader {
                Who::Holder => !crate::expected::Expected::is_hidden(doc, now),
                _ => {
                    !doc.deleted
                        && !crate::expected::Expected::is_hidden(doc, now)
                        && !doc.hidden_from_parents
                }
            })
            .map(|doc| doc.id)
            .collect();
        for told in &self.told {
            let owed: Vec<&EntryId> = told.documents.iter().filter(|id| known.contains(id)).collect();
            if owed.is_empty() {
                continue;
            }
            // what comes back from another record by and by brings the line of its request each time, for itself
            let of_it: Vec<_> = lines
                .iter()
                .filter(|it| {
                    told.line.is_none_or(|line| it.seq == line) && it.account.request == told.request
                })
                .collect();
            if of_it.is_empty() {
                return Err(format!("no line {:?} of what was given", told.line));
            }
            let shown = |id: &EntryId| {
                let mut objects = of_it.iter().flat_map(|line| &line.account.objects);
                objects.any(|it| it.document == Some(*id) && it.fate == Fate::Shown)
            };
            if owed.iter().any(|id| !shown(id)) {
                return Err(format!("line {:?} does not name what was given", told.line));
            }
        }
        Ok(())
    }

    fn trace(&mut self, reader: Who) -> Checked<Vec<TraceEntry>> {
        let (record, mut before, mut lines) = (self.record, None, Vec::new());
        loop {
            let page = self.ask(reader, |records, call| records.history(call, record, before, 10_000))?;
            let Ok((page, _)) = page else { return Err("the trace is refused to its reader".into()) };
            lines.extend(page.lines);
            before = page.next;
            if before.is_none() {
                return Ok(lines);
            }
        }
    }
}

fn ids_of(list: &record::List) -> Vec<EntryId> {
    let mut ids: Vec<EntryId> = list.documents.iter().map(|it| it.entry().unwrap().logical_id).collect();
    ids.sort();
    ids
}

fn same(what: &str, one: &Option<Vec<EntryId>>, other: &Option<Vec<EntryId>>) -> Checked {
    if one == other { Ok(()) } else { Err(format!("{what} shows {one:?}, a search {other:?}")) }
}

//! Doing what was drawn, and believing what was acknowledged.

use model::rights::EmergencyChoices;
use model::*;
use record::{
    Call, EmergencyRequest, MandateChange, NewClose, NewTie, ReasonCategory, Records, RefusalKind, RelatesTo,
};

use crate::common::{coding, feeding, ins, lot, text_document};
use crate::drawn::{Opposes, Right, Step, Verb, Who};
use crate::expected::{Doc, Expected, KINDS, State, Through};
use crate::world::{Checked, Done, Sent, World, outside};

impl World {
    pub fn act(&mut self, step: Step) -> Checked {
        match step {
            Step::Feed { by, kind, hides } => self.feed(by, kind, hides, None),
            Step::Replace { by, which, hides } => {
                let Some(before) = self.pick(which) else { return Ok(()) };
                self.feed(by, before.kind, hides, Some(before.id))
            }
            Step::Again => self.again(),
            Step::Change { by, feeding, verb, which, twice } => {
                self.change(by, feeding, verb, which)?;
                if twice { self.change(by, feeding, verb, which) } else { Ok(()) }
            }
            Step::Rights { by, right, about, twice } => {
                self.right(by, right, about)?;
                if twice { self.right(by, right, about) } else { Ok(()) }
            }
            Step::Oppose { by, to, lift } => self.oppose(by, to, lift),
            Step::Choices { by, break_glass, regulation } => {
                let (target, choices) = (self.target.clone(), EmergencyChoices { break_glass, regulation });
                let set =
                    self.ask(by, |records, call| records.set_emergency_choices(call, &target, choices))?;
                if set.is_ok() {
                    self.must(self.expected.may_choose(by), "emergency choices by who may not")?;
                    self.expected.choose(break_glass, regulation);
                }
                Ok(())
            }
            Step::BreakGlass { by, declares } => self.break_glass(by, declares),
            Step::Regulate { by } => self.regulate(by),
            Step::Court { restricts } => self.court(restricts),
            Step::Close { by } => {
                let target = self.target.clone();
                let closed = self.ask(by, |records, call| records.close(call, &target, None))?;
                if closed.is_ok() {
                    self.must(self.expected.may_choose(by), "closed by who may not")?;
                    self.closed();
                }
                Ok(())
            }
            Step::Reopen { by, consent } => {
                let target = self.target.clone();
                let reopened = self.ask(by, |records, call| records.reopen(call, &target, consent))?;
                if reopened.is_ok() {
                    let may = self.expected.closed && !self.expected.dead && !self.expected.destroyed;
                    self.must(may, "reopened what may not be")?;
                    self.expected.closed = false;
                    self.expected.destruction_asked = false;
                }
                Ok(())
            }
            Step::Death => {
                let target = self.target.clone();
                let told = self.ask(Who::Agent, |records, call| records.notice_death(call, &target, true))?;
                if told.is_ok() {
                    self.upkeep()?;
                    self.expected.dead = true;
                    self.closed();
                }
                Ok(())
            }
            Step::DeathWasWrong => {
                let target = self.target.clone();
                let told =
                    self.ask(Who::Agent, |records, call| records.correct_death(call, &target, true))?;
                if told.is_ok() {
                    self.must(self.expected.dead, "a death corrected that never was")?;
                    self.expected.dead = false;
                }
                Ok(())
            }
            Step::AskDestruction { by } => {
                let target = self.target.clone();
                let asked = self.ask(by, |records, call| records.ask_destruction(call, &target))?;
                if asked.is_ok() {
                    self.must(by == Who::Holder && !self.expected.child, "destruction asked by who may not")?;
                    self.expected.destruction_asked = true;
                }
                Ok(())
            }
            Step::Carer { by, ends } => self.carer(by, ends),
            Step::TenYears { short } => self.ten_years(short),
            Step::Jump { minutes, upkeep } => {
                self.advance(minutes);
                if upkeep { self.upkeep() } else { Ok(()) }
            }
            Step::Correct { what, which, word } => self.correct(what, which, word),
            Step::Restart => self.restarted(),
            Step::Nothing => Ok(()),
        }
    }

    fn must(&self, holds: bool, else_: &str) -> Checked {
        if holds { Ok(()) } else { Err(else_.to_owned()) }
    }

    pub fn pick(&self, which: usize) -> Option<Doc> {
        let docs = &self.expected.docs;
        (!docs.is_empty()).then(|| docs[which % docs.len()].clone())
    }

    fn feed(&mut self, by: Who, kind: usize, hides: u8, replaces: Option<EntryId>) -> Checked {
        self.lots += 1;
        let set = format!("1.2.250.1.999.{}", self.lots);
        let mut document =
            text_document(&format!("{set}.1"), format!("Compte rendu {}.", self.lots).as_bytes());
        document.description.type_code = coding("http://loinc.org", KINDS[kind]);
        document.visibility.masked = hides == 1;
        document.visibility.hidden_from_holder = hides == 2;
        document.visibility.hidden_from_representatives = hides == 3;
        if let Some(before) = replaces {
            document.relates.push((RelationKind::Replaces, RelatesTo::Entry(self.record, before)));
        }
        let sent = lot(self.number, &set, vec![document]);
        let caller = feeding(&self.caller(by));
        let fed = self.ask_as(caller, Through::Care, |records, call| records.feed(call, &sent))?;
        let Ok((fed, _)) = fed else { return Ok(()) };
        let now = self.now();
        let open = !self.expected.closed && !self.expected.destroyed;
        self.must(open && by != Who::Payer, "fed what may not be")?;
        let mut new = Doc {
            id: fed.documents[0],
            unique: format!("{set}.1"),
            kind,
            by,
            state: State::Current,
            deleted: false,
            masked: hides == 1,
            hidden_since: (hides == 2).then_some(now),
            hidden_from_parents: hides == 3,
            replaces,
            version: Some(1),
        };
        if let Some(id) = replaces {
            let before = self.expected.doc(id);
            if before.by != by || before.deleted || before.state != State::Current {
                return Err("replaced what may not be".into());
            }
            new.masked |= before.masked;
            new.hidden_from_parents |= before.hidden_from_parents;
            new.hidden_since = before.hidden_since.filter(|_| Expected::is_hidden(before, now));
            before.state = State::Replaced;
            before.version = before.version.map(|version| version + 1);
        }
        self.expected.docs.push(new);
        self.last_lot = Some((by, sent, fed.documents));
        Ok(())
    }

    /// A duplicate gets the first answer, and changes nothing.
    fn again(&mut self) -> Checked {
        let Some((by, sent, documents)) = self.last_lot.clone() else { return Ok(()) };
        let caller = feeding(&self.caller(by));
        let fed = self.ask_as(caller, Through::Care, |records, call| records.feed(call, &sent))?;
        match fed {
            Ok((fed, _)) if fed.repeated && fed.documents == documents => Ok(()),
            Ok(_) => Err("the same lot was fed twice".into()),
            Err(_) => Ok(()),
        }
    }

    fn change(&mut self, by: Who, at_feed: bool, verb: Verb, which: usize) -> Checked {
        let Some(doc) = self.pick(which) else { return Ok(()) };
        let (record, now) = (self.record, self.now());
        let mut caller = self.caller(by);
        if at_feed && by.is_professional() {
            caller = feeding(&caller);
        }
        let done = self.ask_as(caller.clone(), Through::Care, |records, call| {
            changes(records, call, record, verb, doc.id)
        })?;
        match done {
            Ok(_) => {
                let may = self.expected.may_change(by, verb, &doc, now);
                self.must(may, &format!("{verb:?} by {by:?}, who may not: {doc:?}"))?;
                self.expected.changed(verb, doc.id);
                Ok(())
            }
            // whoever may neither see it nor change it learns nothing of it
            Err(no) => {
                let sees = self.expected.sees(by, Through::Care, now, &doc, true) || doc.by == by;
                if sees || self.expected.destroyed {
                    return Ok(());
                }
                let absent = self.random_entry();
                let other = self.ask_as(caller, Through::Care, |records, call| {
                    changes(records, call, record, verb, absent)
                })?;
                let alike = other.as_ref().is_err_and(|other| outside(other) == outside(&no));
                self.must(alike, &format!("{verb:?} tells {by:?} forbidden from absent: {no:?}"))
            }
        }
    }

    fn right(&mut self, by: Who, right: Right, about: Who) -> Checked {
        let (target, id, now) = (self.target.clone(), self.id(about), self.now());
        let person = Grantee::Person(id.clone());
        let house = Grantee::Organisation("10B0000001".parse().unwrap());
        let done = self.ask(by, |records, call| match right {
            Right::Authorise => Ok(Done::of(&records.authorise(call, &target, &person)?)),
            Right::AuthoriseHospital => Ok(Done::of(&records.authorise(call, &target, &house)?)),
            Right::Revoke => Ok(Done::of(&records.revoke(call, &target, &person)?)),
            Right::RevokeHospital => Ok(Done::of(&records.revoke(call, &target, &house)?)),
            Right::Block => Ok(Done::of(&records.block(call, &target, &id)?)),
            Right::Unblock => Ok(Done::of(&records.unblock(call, &target, &id)?)),
            Right::Declare => Ok(Done::of(&records.declare_attending(call, &target, &id)?)),
            Right::Confirm => Ok(Done::of(&records.confirm_attending(call, &target, &id)?)),
            Right::End => Ok(Done::of(&records.end_attending(call, &target, &id)?)),
        })?;
        if done.is_ok() {
            let may = self.expected.may_set(by, right, about);
            self.must(may, &format!("{right:?} by {by:?} about {about:?}, who may not"))?;
            self.expected.set(right, about, now);
        }
        Ok(())
    }

    fn oppose(&mut self, by: Who, to: Opposes, lift: bool) -> Checked {
        let opposed = match to {
            Opposes::Person(who) => Opposed::Professional(self.id(who)),
            Opposes::Hospital => Opposed::Organisation("10B0000001".parse().unwrap()),
            Opposes::Type => Opposed::Type(coding("http://loinc.org", KINDS[1])),
        };
        let target = self.target.clone();
        let done = self.ask(by, |records, call| match lift {
            true => records.lift_opposition(call, &target, &opposed),
            false => records.oppose(call, &target, &opposed, Some("motif")),
        })?;
        let may = done.is_err() || self.expected.may_choose(by);
        self.must(may, "opposed by who may not")
    }

    fn break_glass(&mut self, by: Who, declares: bool) -> Checked {
        let child = self.expected.child;
        let asked = EmergencyRequest {
            ins: ins(self.number),
            family: "lacombe test".into(),
            given: "Zelie".into(),
            birth_date: if child { "2012-05-04" } else { "1984-02-29" }.parse().unwrap(),
            reason: "trouvée inconsciente".into(),
            category: ReasonCategory::Unconscious,
            cannot_consent: declares,
            immediate_risk: true,
        };
        let opened = self.ask(by, |records, call| records.break_glass(call, &asked))?;
        if opened.is_ok() {
            let open = !self.expected.closed && !self.expected.destroyed && self.expected.may_break_glass;
            let may = open && declares && by != Who::Occupational && !self.expected.blocked.contains(&by);
            self.must(may, "a glass broken by who may not")?;
            let now = self.now();
            self.expected.windows.push((by, Through::BrokenGlass, now));
        }
        Ok(())
    }

    fn regulate(&mut self, by: Who) -> Checked {
        let number = ins(self.number);
        let opened = self.ask(by, |records, call| records.regulate(call, &number))?;
        if opened.is_ok() {
            let may = by == Who::Regulator && !self.expected.closed && self.expected.may_regulate;
            self.must(may, "regulated by who may not")?;
            let now = self.now();
            self.expected.windows.push((by, Through::Regulation, now));
        }
        Ok(())
    }

    fn court(&mut self, restricts: bool) -> Checked {
        let Some(mandate) = self.mandate else { return Ok(()) };
        let change = if restricts { MandateChange::Restrict { until: None } } else { MandateChange::End };
        let target = self.target.clone();
        let done = self.ask(Who::Agent, |records, call| {
            records.change_representative(call, &target, mandate, &change, "jugement")
        })?;
        self.expected.mandate_over |= done.is_ok();
        Ok(())
    }

    fn closed(&mut self) {
        if !self.expected.closed {
            self.expected.closed_at = Some(self.now());
        }
        self.expected.closed = true;
    }

    fn carer(&mut self, by: Who, ends: bool) -> Checked {
        let target = self.target.clone();
        let kind = NewTie::Carer { acts: [Act::Search, Act::Consult].into() };
        let done = match (self.tie, ends) {
            (None, false) => {
                let new = NewClose {
                    name: Name::new("FICTIF").unwrap(),
                    kind,
                    email: Some("aidant@example.org".into()),
                    phone: None,
                    until: None,
                };
                let added = self.ask(by, |records, call| records.add_close(call, &target, &new))?;
                if let Ok((view, _)) = &added {
                    self.tie = view.ones.last().map(|it| it.tie.id);
                }
                added.is_ok()
            }
            (Some(tie), true) => {
                self.ask(by, |records, call| records.end_close(call, &target, tie, &kind))?.is_ok()
            }
            _ => return Ok(()),
        };
        if done {
            self.must(self.expected.may_choose(by), "a carer added or ended by who may not")?;
            self.expected.carer = !ends;
        }
        Ok(())
    }

    /// A record that was closed lives ten years, and no day longer.
    fn ten_years(&mut self, short: bool) -> Checked {
        self.act(Step::Close { by: Who::Holder })?;
        let Expected { dead, destroyed, destruction_asked, .. } = self.expected;
        let Some(over) = self.expected.ten_years_over().filter(|_| !dead && !destroyed && !destruction_asked)
        else {
            return Ok(());
        };
        let day = if short { -1440 } else { 1440 };
        let minutes = over.since(self.now()).as_secs() / 60;
        self.advance(minutes + day);
        self.upkeep()?;
        let target = self.target.clone();
        if short {
            self.act(Step::Reopen { by: Who::Holder, consent: true })?;
            return self.must(!self.expected.closed, "gone, or shut, before its ten years are over");
        }
        // what is not there may not be asked for again
        let asked = self.ask(Who::Holder, |records, call| records.ask_destruction(call, &target))?;
        self.expected.destroyed = asked.is_err_and(|no| no.kind == RefusalKind::Denied);
        self.must(self.expected.destroyed, "there still, ten years after it was closed")
    }

    /// The service does what is due; lines of its own go between.
    pub fn upkeep(&mut self) -> Checked {
        let fault = |failure| format!("upkeep: {failure:?}");
        self.records().keep_time(&Sent).map_err(fault)?;
        self.records().send_notices(&Sent).map_err(fault)?;
        self.forget_lines();
        let now = self.now();
        self.expected.upkeep(now);
        if self.expected.destruction_asked && !self.expected.dead && !self.expected.destroyed {
            let target = self.target.clone();
            let again = self.ask(Who::Holder, |records, call| records.ask_destruction(call, &target))?;
            self.expected.destroyed = again.is_err_and(|no| no.kind == RefusalKind::Denied);
        }
        self.arrived()
    }

    /// What was acknowledged is there after a restart.
    fn restarted(&mut self) -> Checked {
        self.restart()?;
        self.lines_tell(false)
    }
}

fn changes(
    records: &Records,
    call: &Call,
    record: RecordId,
    verb: Verb,
    id: EntryId,
) -> Result<Done, record::Failure> {
    Ok(match verb {
        Verb::Mask => Done::of(&records.mask(call, record, id)?),
        Verb::Unmask => Done::of(&records.unmask(call, record, id)?),
        Verb::Archive => Done::of(&records.archive(call, record, id)?),
        Verb::Unarchive => Done::of(&records.unarchive(call, record, id)?),
        Verb::Delete => Done::of(&records.delete(call, record, id)?),
        Verb::Restore => Done::of(&records.restore(call, record, id)?),
        Verb::Announce => Done::of(&records.announce(call, record, id)?),
        Verb::MakeVisible => Done::of(&records.make_visible(call, record, id, true)?),
        Verb::HideFromParents => Done::of(&records.hide_from_representatives(call, record, id, true)?),
        Verb::ShowToParents => Done::of(&records.make_visible_to_representatives(call, record, id, true)?),
    })
}

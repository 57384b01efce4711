//! Who may see what, written a second time from the rules, for the acts that are drawn: no word of it is shared
//! with `policy`. It believes what was acknowledged and nothing else.

use std::collections::{HashMap, HashSet};

use jiff::ToSpan;
use model::{EntryId, Instant, Purpose};

use crate::drawn::{Right, Verb, Who};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Current,
    Replaced,
    Archived,
}

#[derive(Clone, Debug)]
pub struct Doc {
    pub id: EntryId,
    /// Its unique id, an OID.
    pub unique: String,
    pub kind: usize,
    pub by: Who,
    pub state: State,
    pub deleted: bool,
    pub masked: bool,
    pub hidden_since: Option<Instant>,
    pub hidden_from_parents: bool,
    pub replaces: Option<EntryId>,
    /// None until it is seen again: what time does is done when the service is there.
    pub version: Option<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Grant {
    To(Who),
    ToHospital,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Through {
    Care,
    BrokenGlass,
    Regulation,
}

impl Through {
    pub fn purpose(self) -> Purpose {
        match self {
            Through::Care => Purpose::Normal,
            Through::BrokenGlass => Purpose::BreakGlass { reason: String::new() },
            Through::Regulation => Purpose::Regulation,
        }
    }
}

#[derive(Clone, Default, Debug)]
pub struct Expected {
    pub child: bool,
    pub closed: bool,
    pub dead: bool,
    pub destruction_asked: bool,
    pub destroyed: bool,
    pub mandate_over: bool,
    /// A carer's tie is in force.
    pub carer: bool,
    pub closed_at: Option<Instant>,
    pub docs: Vec<Doc>,
    pub grants: HashMap<Grant, Instant>,
    pub blocked: HashSet<Who>,
    /// Whether the holder confirmed it.
    pub attending: HashMap<Who, bool>,
    pub may_break_glass: bool,
    pub may_regulate: bool,
    pub windows: Vec<(Who, Through, Instant)>,
}

/// The third is not for pharmacists.
pub const KINDS: [&str; 3] = ["11488-4", "57833-6", "34842-5"];
const YEAR: jiff::SignedDuration = jiff::SignedDuration::from_hours(24 * 365);
const WINDOW: jiff::SignedDuration = jiff::SignedDuration::from_hours(2);

impl Expected {
    /// A6: until the same day of the next month, at the same local time.
    pub fn is_hidden(doc: &Doc, now: Instant) -> bool {
        doc.hidden_since.is_some_and(|since| {
            let over = since.in_paris().checked_add(1.month()).unwrap();
            now.in_paris().timestamp() < over.timestamp()
        })
    }

    /// W13: ten years after closing, on the same day in France.
    pub fn ten_years_over(&self) -> Option<Instant> {
        let closed = self.closed_at.filter(|_| self.closed)?;
        Some(closed.in_paris().checked_add(10.years()).unwrap().timestamp().into())
    }

    pub fn is_authorised(&self, who: Who, now: Instant) -> bool {
        let until = |grant| self.grants.get(&grant).is_some_and(|until| now < *until);
        until(Grant::To(who)) || (who == Who::HospitalDoctor && until(Grant::ToHospital))
    }

    pub fn is_attending(&self, who: Who) -> bool {
        let doctor = matches!(who, Who::Doctor(_) | Who::HospitalDoctor);
        doctor && self.attending.get(&who) == Some(&true) && !self.blocked.contains(&who)
    }

    /// Whether anything at all is answered.
    pub fn may_ask(&self, who: Who, through: Through, now: Instant) -> bool {
        if self.closed || self.destroyed {
            return false;
        }
        match who {
            Who::Holder => !self.child,
            Who::Parent => self.child && !self.mandate_over,
            Who::Carer => self.carer,
            Who::OtherHolder | Who::Hospital | Who::HospitalAtCare | Who::Payer | Who::Agent => false,
            Who::Occupational => false,
            _ if self.blocked.contains(&who) => false,
            _ => match through {
                Through::Care => self.is_authorised(who, now) || self.is_attending(who),
                Through::BrokenGlass => self.may_break_glass && self.has_window(who, through, now),
                Through::Regulation => {
                    who == Who::Regulator && self.may_regulate && self.has_window(who, through, now)
                }
            },
        }
    }

    fn has_window(&self, who: Who, through: Through, now: Instant) -> bool {
        self.windows.iter().any(|(by, kind, at)| *by == who && *kind == through && now.since(*at) < WINDOW)
    }

    pub fn sees(&self, who: Who, through: Through, now: Instant, doc: &Doc, everything: bool) -> bool {
        let there = !doc.deleted && (everything || doc.state == State::Current);
        if !there || !self.may_ask(who, through, now) {
            return false;
        }
        match who {
            Who::Holder => !Self::is_hidden(doc, now),
            Who::Parent | Who::Carer => !Self::is_hidden(doc, now) && !doc.hidden_from_parents,
            _ => {
                let attends = self.is_attending(who);
                let care = self.is_authorised(who, now) || attends;
                let house = doc.by == Who::Hospital && who == Who::HospitalDoctor && care;
                let depositor = doc.by == who || house;
                let type_given = who != Who::Pharmacist || doc.kind != 2 || depositor;
                type_given && (!doc.masked || attends || depositor)
            }
        }
    }

    pub fn visible(&self, who: Who, through: Through, now: Instant, everything: bool) -> Vec<EntryId> {
        let seen = self.docs.iter().filter(|doc| self.sees(who, through, now, doc, everything));
        let mut ids: Vec<EntryId> = seen.map(|doc| doc.id).collect();
        ids.sort();
        ids
    }

    pub fn doc(&mut self, id: EntryId) -> &mut Doc {
        self.docs.iter_mut().find(|doc| doc.id == id).unwrap()
    }

    fn speaks_for_the_holder(&self, who: Who) -> bool {
        (who == Who::Holder && !self.child) || (who == Who::Parent && self.child && !self.mandate_over)
    }

    /// Whether a change that was accepted could be: what is false here is a fault wherever it was let through.
    pub fn may_change(&self, who: Who, verb: Verb, doc: &Doc, now: Instant) -> bool {
        if self.closed || self.destroyed || (doc.deleted && verb != Verb::Restore) {
            return false;
        }
        let own = doc.by == who;
        let house = doc.by == Who::Hospital && who == Who::HospitalDoctor && self.is_authorised(who, now);
        let let_in = who.is_professional()
            && !self.blocked.contains(&who)
            && (self.is_authorised(who, now) || self.is_attending(who));
        let holder = self.speaks_for_the_holder(who);
        match verb {
            Verb::Mask | Verb::Unmask => holder || own || house || self.is_attending(who),
            Verb::Archive | Verb::Unarchive => holder || own,
            Verb::Delete | Verb::Restore => own,
            Verb::Announce => let_in,
            Verb::MakeVisible => let_in || own,
            Verb::HideFromParents => self.child && (own || house),
            Verb::ShowToParents => own || house || self.is_attending(who),
        }
    }

    pub fn may_set(&self, who: Who, right: Right, about: Who) -> bool {
        if self.closed || self.destroyed {
            return false;
        }
        let holder = self.speaks_for_the_holder(who);
        // what an agent asks of rights is a form the holder signed (W14): `record` takes it so
        let form = who == Who::Agent;
        let self_ = who == about && who.is_professional() && !self.blocked.contains(&who);
        match right {
            Right::Authorise | Right::Revoke => holder || form || self_,
            Right::Declare => self_ && matches!(who, Who::Doctor(_) | Who::HospitalDoctor),
            Right::Block => holder || form || self.is_attending(who),
            _ => holder || form,
        }
    }

    pub fn may_choose(&self, who: Who) -> bool {
        !self.closed && !self.destroyed && (who == Who::Agent || self.speaks_for_the_holder(who))
    }

    /// A document and those it replaced, as far as there is something to hide.
    fn chain(&self, id: EntryId) -> Vec<EntryId> {
        let mut chain = vec![id];
        while let Some(before) =
            chain.last().and_then(|id| self.docs.iter().find(|it| it.id == *id)?.replaces)
        {
            // deleted, or another person's
            if self.docs.iter().find(|it| it.id == before).is_none_or(|it| it.deleted) {
                break;
            }
            chain.push(before);
        }
        chain
    }

    /// The chain, and those that replaced any of it.
    pub fn lineage(&self, id: EntryId) -> Vec<EntryId> {
        let mut all = self.chain(id);
        let mut place = 0;
        while let Some(id) = all.get(place).copied() {
            let after = self.docs.iter().filter(|it| it.replaces == Some(id) && !it.deleted).map(|it| it.id);
            all.extend(after.filter(|id| !all.contains(id)).collect::<Vec<_>>());
            place += 1;
        }
        all
    }

    pub fn changed(&mut self, verb: Verb, id: EntryId) {
        let reach = match verb {
            Verb::Mask | Verb::HideFromParents => self.chain(id),
            Verb::Announce | Verb::MakeVisible => self.lineage(id),
            _ => vec![id],
        };
        for id in reach {
            let doc = self.doc(id);
            let before = (doc.state, doc.deleted, doc.masked, doc.hidden_since, doc.hidden_from_parents);
            match verb {
                Verb::Mask => doc.masked = true,
                Verb::Unmask => doc.masked = false,
                Verb::Archive => doc.state = State::Archived,
                Verb::Unarchive => doc.state = State::Current,
                Verb::Delete => doc.deleted = true,
                Verb::Restore => doc.deleted = false,
                Verb::Announce | Verb::MakeVisible => doc.hidden_since = None,
                Verb::HideFromParents => doc.hidden_from_parents = true,
                Verb::ShowToParents => doc.hidden_from_parents = false,
            }
            if before != (doc.state, doc.deleted, doc.masked, doc.hidden_since, doc.hidden_from_parents) {
                doc.version = doc.version.map(|version| version + 1);
            }
        }
    }

    pub fn set(&mut self, right: Right, about: Who, now: Instant) {
        match right {
            Right::Authorise => drop(self.grants.insert(Grant::To(about), now.plus(YEAR))),
            Right::AuthoriseHospital => drop(self.grants.insert(Grant::ToHospital, now.plus(YEAR))),
            Right::Revoke => drop(self.grants.remove(&Grant::To(about))),
            Right::RevokeHospital => drop(self.grants.remove(&Grant::ToHospital)),
            Right::Block => {
                self.blocked.insert(about);
                self.attending.remove(&about);
                self.grants.remove(&Grant::To(about));
                self.windows.retain(|(who, ..)| *who != about);
            }
            Right::Unblock => drop(self.blocked.remove(&about)),
            Right::Declare => {
                self.attending.entry(about).or_insert(false);
                let until = self.grants.get(&Grant::To(about)).copied().filter(|until| now < *until);
                self.grants.insert(Grant::To(about), until.unwrap_or(now.plus(YEAR)));
            }
            Right::Confirm => drop(self.attending.insert(about, true)),
            Right::End => drop(self.attending.remove(&about)),
        }
    }

    pub fn choose(&mut self, break_glass: bool, regulation: bool) {
        (self.may_break_glass, self.may_regulate) = (break_glass, regulation);
        self.windows.retain(|(_, kind, _)| match kind {
            Through::BrokenGlass => break_glass,
            _ => regulation,
        });
    }

    /// The service was there: the month of some is over for good.
    pub fn upkeep(&mut self, now: Instant) {
        for doc in self.docs.iter_mut().filter(|it| it.hidden_since.is_some()) {
            if !Self::is_hidden(doc, now) {
                doc.version = None;
            }
        }
    }
}

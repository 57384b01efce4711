//! "My patients" (TD0.4): those who let the caller in, from the caller's book and their house's. A book only says
//! where to look: each record is opened, decided and traced, and who no longer lets them in is not there.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use model::{Act, DocumentStatus, Grantee, Ins, Instant, RecordId, Request, Traits};

use super::search::object;
use crate::attempt::{Decided, Target};
use crate::books::let_in_since;
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Refusal, RefusalKind};
use crate::records::Records;

/// At most so many on a page (design, "Storage").
pub const PATIENTS_AT_ONCE: usize = 50;

/// Since when what happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Latest {
    /// They let the caller in.
    #[default]
    Authorisation,
    /// A document came that the caller may read.
    Document,
}

/// What is asked of one's list.
#[derive(Clone, Copy, Debug, Default)]
pub struct PatientsAsked {
    pub by: Latest,
    /// From that day on, in France.
    pub since: Option<Date>,
    /// Where the page before ended.
    pub after: Option<PageEnd>,
}

/// Where a page ended: the last patient on it. It tells a caller nothing that the page did not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageEnd {
    since: Instant,
    record: RecordId,
}

/// A page of one's patients, who let the caller in last first.
#[derive(Clone, Debug)]
pub struct MyPatients {
    pub patients: Vec<MyPatient>,
    /// There are more.
    pub next: Option<PageEnd>,
}

#[derive(Clone, Debug)]
pub struct MyPatient {
    pub ins: Ins,
    pub traits: Traits,
    /// The caller is the attending doctor in force.
    pub attending: bool,
    /// When they last let the caller, or their house, in.
    pub let_in: Instant,
    /// Of the last document the caller may read; only where it was asked for.
    pub last_document: Option<Instant>,
}

impl Records {
    /// A page of the caller's patients.
    pub fn my_patients(&self, call: &Call, asked: &PatientsAsked) -> Result<MyPatients, Failure> {
        let from = asked.since.map(|day| policy::age_reached(day, 0));
        let mut waiting = self.look_in_books(call)?.into_inner().into_iter().filter(|it| {
            let late_enough = asked.by != Latest::Authorisation || from.is_none_or(|at| at <= it.since);
            late_enough && asked.after.is_none_or(|end| it.follows(end))
        });
        // what came with the request counts once, and was counted
        let each = Call { once: None, ..call.clone() };
        let mut page = MyPatients { patients: Vec::new(), next: None };
        let mut last = None;
        while page.patients.len() < PATIENTS_AT_ONCE {
            let Some(one) = waiting.next() else { return Ok(page) };
            match self.one_patient(&each, one, asked.by) {
                Ok(patient) => {
                    self.touched(&each, one.record);
                    let patient = patient.into_inner();
                    let late_enough = asked.by != Latest::Document
                        || from.is_none_or(|at| patient.last_document.is_some_and(|it| at <= it));
                    if late_enough {
                        page.patients.push(patient);
                        last = Some(one);
                    }
                }
                Err(Failure::Refused(no)) if no.kind != RefusalKind::TooMany => {}
                Err(failure) => return Err(failure),
            }
        }
        // who would not be shown is no reason to turn the page
        for one in waiting {
            if self.would_show(&each, one.record)? {
                page.next = last;
                break;
            }
        }
        Ok(page)
    }

    /// What the books of the caller say, the latest first. The line of the request stands in the caller's book, or in
    /// the ledger where they have none.
    fn look_in_books(&self, call: &Call) -> Result<Disclosed<Vec<PageEnd>>, Failure> {
        let owners = owners(call);
        self.attempt(|_| {
            let (act, request, now) = (Act::ListPatients, Request::default(), self.now());
            let decision = self.decision(call, act, &model::RecordFacts::absent(), None, &request, now);
            let account = self.account(call, act);
            if !decision.is_allowed() {
                let change = Change::ledger(self);
                return Ok(Decided::refused(change, account, decision.refused_by, RefusalKind::Denied));
            }
            let mut listed: BTreeMap<RecordId, Instant> = BTreeMap::new();
            let mut change = None;
            for owner in &owners {
                let Some(book) = self.book(owner)? else { continue };
                for it in self.in_book(&book)? {
                    let since = listed.entry(it.let_in_by).or_insert(it.since);
                    *since = (*since).max(it.since);
                }
                change.get_or_insert_with(|| Change::on(&book.base));
            }
            let mut all: Vec<_> =
                listed.into_iter().map(|(record, since)| PageEnd { since, record }).collect();
            all.sort_by_key(|it| std::cmp::Reverse((it.since, it.record)));
            let change = change.unwrap_or_else(|| Change::ledger(self));
            Ok(Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(all) })
        })
    }

    /// One of them: the record says whether it still lets the caller in.
    fn one_patient(&self, call: &Call, one: PageEnd, by: Latest) -> Result<Disclosed<MyPatient>, Failure> {
        self.attempt(|_| {
            let (request, now) = (Request::default(), self.now());
            let Some(loaded) = self.load(&Target::Record(one.record))? else {
                return Ok(self.on_no_record(call, Act::Search, &request, now));
            };
            let change = Change::on(&loaded.readable.base);
            // the list gives nothing that a search would not
            let question = self.question(call, Act::Search, &loaded.facts, &request, now);
            let decision = self.decide(&question, None);
            let mut account = self.account(call, Act::ListPatients);
            if !decision.is_allowed() {
                return Ok(Decided::refused(change, account, decision.refused_by, RefusalKind::Denied));
            }
            let mut last_document = None;
            if by == Latest::Document {
                for state in self.states(&loaded)? {
                    if matches!(state.status, DocumentStatus::Deleted { .. }) {
                        continue;
                    }
                    let decision = self.decide(&question, Some(&state.facts()));
                    let allowed = decision.is_allowed();
                    let code = &state.type_code.code;
                    account.objects.push(object(state.logical_id, code, allowed, &decision));
                    if allowed {
                        last_document = last_document.max(Some(state.deposited));
                    }
                }
            }
            let me = call.caller.professional().map(|it| &it.id);
            let let_in = owners(call).iter().filter_map(|it| let_in_since(&loaded.rights, it, now)).max();
            let patient = MyPatient {
                ins: loaded.status.ins().clone(),
                traits: loaded.identity.identity.traits.clone(),
                attending: me.is_some_and(|it| loaded.rights.rights.is_attending(it, now)),
                let_in: let_in.unwrap_or(one.since),
                last_document,
            };
            Ok(Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(patient) })
        })
    }

    fn would_show(&self, call: &Call, record: RecordId) -> Result<bool, Failure> {
        let Some(loaded) = self.load(&Target::Record(record))? else { return Ok(false) };
        let request = Request::default();
        let question = self.question(call, Act::Search, &loaded.facts, &request, self.now()).unhurried();
        Ok(self.decide(&question, None).is_allowed())
    }
}

/// Whose books a caller looks in: their own, and that of the house which is proved.
fn owners(call: &Call) -> Vec<Grantee> {
    let own = call.caller.professional().map(|it| Grantee::Person(it.id.clone()));
    let house = call.caller.organisation.proved().map(|it| Grantee::Organisation(it.id.clone()));
    own.into_iter().chain(house).collect()
}

impl PageEnd {
    fn follows(&self, end: Self) -> bool {
        (self.since, self.record) < (end.since, end.record)
    }
}

impl fmt::Display for PageEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.since.as_millis(), self.record)
    }
}

impl FromStr for PageEnd {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let no = || Refusal::because("page", "it is none that was given");
        let (since, record) = text.split_once('-').ok_or_else(no)?;
        let since = since.parse().map_err(|_| no())?;
        Ok(Self { since: Instant::from_millis(since), record: record.parse().map_err(|_| no())? })
    }
}

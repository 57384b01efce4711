//! The trace, told to the audit repository that the operator named (IHE ITI-20). The queue is the log itself: a cursor
//! over its leaves says what was told, nothing is written a second time, and nothing of a request waits for it.
//!
//! Only the subkey of the trace is opened, and of a line only what [`outward`] leaves: who, what act, on which record
//! and documents by their opaque ids, and what came of it. That telling began, and from which line, is itself a line
//! of the ledger before the first one leaves (rules, W16).

use std::collections::HashMap;

use model::{
    Act, Caller, Instant, Place, Purpose, RecordFacts, RecordId, RecordStatus, Request, RowId, RowKind,
};
use vault::Keyring;

use crate::account::Account;
use crate::attempt::Decided;
use crate::call::Call;
use crate::commit::{Change, line_row};
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Fault, Refusal, RefusalKind};
use crate::records::{Records, unwrap};

/// The right to tell lines: made by a durable line that says so.
pub struct Telling(Disclosed<Records>);

/// One line, as others are told it.
pub struct Told {
    /// Its number in the log of the whole service.
    pub leaf: u64,
    pub at: Instant,
    /// None for what reached no record.
    pub record: Option<RecordId>,
    pub account: Account,
}

/// Some lines of the log in their order.
pub struct Page {
    pub lines: Vec<Told>,
    /// Where the next page begins.
    pub next: u64,
    /// Lines that could not be opened: damaged. Those of records that were destroyed are not among them.
    pub unreadable: u64,
}

impl Records {
    /// How many lines there are in all.
    pub fn lines_in_all(&self) -> Result<u64, Fault> {
        Ok(self.parts().store.snapshot()?.leaf_count()?)
    }

    /// Begins to tell, from this line of the log on.
    pub fn begin_telling(&self, from: u64) -> Result<Telling, Failure> {
        let call = Call::new(Caller::upkeep(), RowId::random(self.dice()));
        let act = Act::SendNotice;
        let begun = self.attempt(|_| {
            let (now, request) = (self.now(), Request::default());
            // no record in particular: as of one that is there
            let facts = RecordFacts { status: RecordStatus::Open { since: now }, ..RecordFacts::absent() };
            let decision = self.decision(&call, act, &facts, None, &request, now);
            let (change, account) = (Change::ledger(self), self.account(&call, act));
            if !decision.is_allowed() {
                return Ok(Decided::refused(change, account, decision.refused_by, RefusalKind::Denied));
            }
            let mut account = account.accepted(&decision.allowed_by);
            account.note = Some(format!("the trace to the audit repository, from line {from}"));
            Ok(Decided { change, account, outcome: Ok::<_, Refusal>(self.clone()) })
        })?;
        Ok(Telling(begun))
    }
}

impl Telling {
    /// At most so many lines, from this one on. What cannot be opened is left out, counted, and said in the log.
    pub fn page(&self, from: u64, most: usize) -> Result<Page, Fault> {
        let records = self.0.get();
        let parts = records.parts();
        let ledger = records.inner().ledger.record;
        let snapshot = parts.store.snapshot()?;
        let leaves = snapshot.leaves(from, most)?;
        let next = leaves.last().map_or(from, |leaf| leaf.index.saturating_add(1));
        let mut page = Page { lines: Vec::with_capacity(leaves.len()), next, unreadable: 0 };
        let mut keyrings: HashMap<RecordId, Keyring> = HashMap::new();
        for leaf in leaves {
            // of a record that was destroyed: there is no line any more
            let Some(record) = leaf.owner else { continue };
            let found = snapshot.line_of_leaf(record, leaf.index)?;
            if !keyrings.contains_key(&record)
                && let Some(stored) = parts.store.keys().get(record)?
                && let Ok(key) = unwrap(&*parts.keeper, record, &stored)
            {
                keyrings.insert(record, key.keyring(record));
            }
            let opened = found.zip(keyrings.get(&record)).and_then(|(row, keyring)| {
                let place = Place { record, kind: RowKind::Trace, row: line_row(row.seq), version: 1 };
                let plain = keyring.opener(RowKind::Trace).open(&place, &row.sealed).ok()?;
                let line = journal::Line::parse(&plain).ok().filter(|line| line.leaf == leaf.index)?;
                Some((line.at, serde_json::from_value::<Account>(line.account).ok()?))
            });
            match opened {
                Some((at, account)) => {
                    let record = (record != ledger).then_some(record);
                    let account = outward(account, record);
                    page.lines.push(Told { leaf: leaf.index, at, record, account });
                }
                None => {
                    tracing::error!(
                        leaf = leaf.index,
                        "a trace line cannot be opened: it is not told to the audit repository"
                    );
                    page.unreadable += 1;
                }
            }
        }
        Ok(page)
    }
}

/// What leaves of an account. No free words, no type of a document, no hint at other people; no address of somebody
/// whose record it may be.
fn outward(mut account: Account, record: Option<RecordId>) -> Account {
    account.note = None;
    account.about = None;
    account.assertion = None;
    account.destroyed = None;
    account.carried = Vec::new();
    if let Purpose::BreakGlass { reason } = &mut account.purpose {
        reason.clear();
    }
    for object in &mut account.objects {
        object.type_code.clear();
        object.rules.clear();
    }
    let caller = &account.caller;
    let at_work = caller.professional().is_some() || caller.agent().is_some() || caller.official().is_some();
    if record.is_some() && !at_work && caller.organisation.proved().is_none() {
        account.address = None;
    }
    account
}

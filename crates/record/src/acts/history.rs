//! The trace, as each may read it (rules, A22): the holder every line, the attending doctor those of other
//! professionals, a professional their own. What a viewer may not see is as if it had never been (A5).

use model::{Act, EntryId, Instant, Place, RecordFacts, RecordId, RecordStatus, Request, RowKind};
use policy::{TraceScope, trace_scope};

use crate::account::{Account, Carried, Fate, ObjectAccount, TraceEntry, Verdict};
use crate::attempt::{Decided, Loaded, Target, refusal};
use crate::base::damaged;
use crate::call::Call;
use crate::commit::{Change, line_row};
use crate::cursor;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, RefusalKind};
use crate::records::Records;

/// A page of the trace, newest first.
#[derive(Clone, Debug)]
pub struct Seen {
    pub record: RecordId,
    pub lines: Vec<TraceEntry>,
    /// Where the next page begins, to be given back as it is; none at the end.
    pub next: Option<u64>,
}

/// How many lines are opened at once while looking for those that may be shown.
const CHUNK: usize = 100;

impl Records {
    /// At most `limit` lines, the newest first, from where the page before ended.
    pub fn history(
        &self,
        call: &Call,
        record: RecordId,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Disclosed<Seen>, Failure> {
        self.history_where(call, &Target::Record(record), before, limit, |_, _, _| true)
    }

    /// The same, of the lines that `wanted` lets through: it is asked of what the viewer may see of each.
    pub fn history_where(
        &self,
        call: &Call,
        target: &Target,
        before: Option<u64>,
        limit: usize,
        wanted: impl Fn(RecordId, &Account, Instant) -> bool,
    ) -> Result<Disclosed<Seen>, Failure> {
        self.target_tested(call, target)?;
        let seen = self.attempt(|_| {
            let now = self.now();
            let request = Request::default();
            let act = Act::ReadTrace;
            let Some(loaded) = self.load(target)? else {
                return Ok(self.on_no_record(call, act, &request, now));
            };
            let decision = self.decision(call, act, &loaded.facts, None, &request, now);
            let account = self.account(call, act);
            let change = Change::on(&loaded.readable.base);
            if !decision.is_allowed() {
                let account = account.refused(&decision.refused_by);
                let outcome = Err(refusal(decision.refused_by, RefusalKind::Denied));
                return Ok(Decided { change, account, outcome });
            }
            let volume = self.volume(call, act, &loaded.facts, now);
            let facts = model::Facts { record: &loaded.facts, document: None, request: &request, volume };
            let scope = trace_scope(&call.caller, &facts, now).unwrap_or(TraceScope::Own);
            let hidden = self.hidden_from(call, &loaded)?;
            let seen = self.read_trace(&loaded, before, limit, |account, at| {
                shown(account, call, scope, &hidden).filter(|it| wanted(loaded.record(), it, at))
            })?;
            Ok(Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(seen) })
        })?;
        self.touched(call, seen.get().record);
        Ok(seen)
    }

    /// The documents this viewer may not know of: each decided as a search decides.
    fn hidden_from(&self, call: &Call, loaded: &Loaded) -> Result<Vec<EntryId>, Failure> {
        let now = self.now();
        let request = Request { asked_deprecated: true, asked_archived: true, ..Request::default() };
        // whose trace remains after closing (rules, A2) reads of every document they knew before
        let facts = RecordFacts { status: RecordStatus::Open { since: now }, ..loaded.facts.clone() };
        // of what was another person's, nothing is told here (rules, W14)
        let mut hidden: Vec<EntryId> = loaded.readable.two_agents()?.elsewhere().collect();
        for state in self.states(loaded)? {
            let decision = self.decision(call, Act::Search, &facts, Some(&state.facts()), &request, now);
            // what was deleted stays in the trace of those who knew it
            let deleted = matches!(state.status, model::DocumentStatus::Deleted { .. });
            if !decision.is_allowed() && !deleted && !hidden.contains(&state.logical_id) {
                hidden.push(state.logical_id);
            }
        }
        Ok(hidden)
    }

    fn read_trace(
        &self,
        loaded: &Loaded,
        before: Option<u64>,
        limit: usize,
        keep: impl Fn(Account, Instant) -> Option<Account>,
    ) -> Result<Seen, Failure> {
        let record = loaded.record();
        let opener = loaded.readable.keyring.opener(RowKind::Trace);
        let mut lines = Vec::new();
        // the head says how many lines there are: one that is missing is damage, not silence
        let mut expected = loaded.readable.base.head.seq;
        let keeper = &*self.parts().keeper;
        let mut before = before.map(|cursor| cursor::show(keeper, record, cursor)).transpose()?;
        if let Some(before) = before {
            expected = expected.min(before.saturating_sub(1));
        }
        loop {
            let rows = loaded.readable.base.snapshot.last_lines(record, before, CHUNK)?;
            let Some(last) = rows.last().map(|row| row.seq) else {
                return if expected == 0 {
                    Ok(Seen { record, lines, next: None })
                } else {
                    Err(damaged(record, "a trace line").into())
                };
            };
            for row in rows {
                if row.seq != expected {
                    return Err(damaged(record, "a trace line").into());
                }
                expected = expected.saturating_sub(1);
                let place = Place { record, kind: RowKind::Trace, row: line_row(row.seq), version: 1 };
                let plain = opener.open(&place, &row.sealed).map_err(|_| damaged(record, "a trace line"))?;
                let line = journal::Line::parse(&plain).map_err(|_| damaged(record, "a trace line"))?;
                let mut account: Account =
                    serde_json::from_value(line.account).map_err(|_| damaged(record, "a trace line"))?;
                // what came along from another record is told under the line that brought it
                let carried = std::mem::take(&mut account.carried);
                let whole = std::iter::once(Carried { at: line.at, account });
                let told: Vec<TraceEntry> = whole
                    .chain(carried.into_iter().rev())
                    .filter_map(|it| Some((it.at, keep(it.account, it.at)?)))
                    .map(|(at, account)| TraceEntry { seq: row.seq, at, account })
                    .collect();
                if !told.is_empty() && lines.len() >= limit {
                    let next = Some(cursor::hide(keeper, record, row.seq + 1)?);
                    return Ok(Seen { record, lines, next });
                }
                lines.extend(told);
            }
            before = Some(last);
        }
    }
}

/// The account as this viewer may know it, or none.
fn shown(mut account: Account, call: &Call, scope: TraceScope, hidden: &[EntryId]) -> Option<Account> {
    let mine = |account: &Account| {
        let me = call.caller.professional().map(|it| &it.id);
        me.is_some() && account.caller.professional().map(|it| &it.id) == me
    };
    let by_a_professional = account.caller.professional().is_some();
    let in_scope = match scope {
        TraceScope::All | TraceScope::Represented => true,
        TraceScope::Others => by_a_professional,
        TraceScope::Own => mine(&account),
    };
    // that there is a secret is part of the secret (rules, A9)
    let secret = matches!(account.act, Act::DeclareSecretAct | Act::HideFromRepresentatives);
    if !in_scope || (secret && scope == TraceScope::Represented) {
        return None;
    }
    let own = mine(&account) || (scope == TraceScope::All && account.caller.person == call.caller.person);
    let had_objects = !account.objects.is_empty();
    let visible = |object: &ObjectAccount| !object.document.is_some_and(|id| hidden.contains(&id));
    account.objects.retain(visible);
    if scope == TraceScope::Own {
        // what was answered as absent stays absent
        account.objects.retain(|object| !matches!(object.fate, Fate::Withheld | Fate::Refused));
    }
    if own
        && account.verdict != Verdict::Accepted
        && account.act.is_about_a_document()
        && account.act != Act::Search
        && account.objects.is_empty()
    {
        return Some(as_absent(account));
    }
    // a feeding or consultation of nothing but what may not be known did not happen, for this viewer
    let nothing_left = had_objects && account.objects.is_empty() && account.act != Act::Search;
    if nothing_left { None } else { Some(account) }
}

/// A refusal as its own maker sees it again: of a document that is not there and of one that may not be known,
/// the same line (rules, "How a decision is made").
fn as_absent(account: Account) -> Account {
    Account { verdict: Verdict::Refused, rules: Vec::new(), objects: Vec::new(), note: None, ..account }
}

//! ITI-81: the trace of one record as AuditEvents, as far as the caller may see it (rules, A22): an attending doctor
//! those of other professionals, a professional their own; at the portal's door, the holder all of them
//! (`api::audit_events`). To search it is a line, too.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use ihe::atna::{Event, Object, Outcome as Came};
use ihe::fhir::audit_event::search::Query;
use ihe::fhir::audit_event::{Context, encode};
use ihe::fhir::id_pair;
use ihe::fhir::paging::{Page, next_page, searchset};
use ihe::fhir::search::Pairs;
use model::{Instant, RecordId};
use record::Call;
use record::account::{Account, Fate, Verdict};

use super::answer::{Answer, fhir};
use super::cursor::Cursor;
use super::incoming::{Incoming, Sought};
use super::paged::meets;
use super::target::target;
use crate::app::App;
use crate::blocking::act;

const OF: &str = "AuditEvent";

pub(super) async fn search(Sought { incoming, pairs }: Sought) -> Result<Response, Answer> {
    let Incoming { app, call, .. } = incoming;
    let base = app.addresses.care_fhir.clone();
    answer(app, call, pairs, &base, None).await
}

/// `own`: the record meant where none is named.
pub(crate) async fn answer(
    app: Arc<App>,
    call: Call,
    pairs: Pairs,
    base: &str,
    own: Option<RecordId>,
) -> Result<Response, Answer> {
    // the place in the trace where the page before ended, sealed with the query
    let (mut pairs, before) = match next_page(&pairs) {
        Some(word) => {
            let Cursor { pairs, skip, .. } = app.cursors.open(word, OF)?;
            (pairs, u64::try_from(skip).ok())
        }
        None => (pairs, None),
    };
    let names_somebody = |(name, value): &(String, String)| {
        name.starts_with("patient")
            || (name.starts_with("entity") && !value.starts_with("DocumentReference/"))
    };
    if let Some(own) = own.filter(|_| !pairs.iter().any(names_somebody)) {
        pairs.push(("patient".to_owned(), own.to_string()));
    }
    let query = Query::read(&pairs)?;
    let named = query.patient().clone();
    let target = target(&named, &*app.dice).ok_or_else(|| ihe::fhir::Outcome::missing("http.patient"))?;
    let (query, seen) = act(&app, move |records| {
        let seen = records.history_where(&call, &target, before, query.count(), |record, account, at| {
            meets(query.patient(), record) && matches(&query, record, account, at)
        })?;
        Ok((query, seen))
    })
    .await?;
    let seen = seen.into_inner();
    let context = Context { base, record: seen.record, ins: named.ins.as_ref() };
    let events: Vec<_> = seen
        .lines
        .iter()
        .map(|line| {
            let objects = objects(&line.account);
            let of = event(&line.account, line.at, &objects);
            encode(&Event { record: Some(seen.record), ..of }, &context)
        })
        .collect();
    let next = seen
        .next
        .and_then(|before| usize::try_from(before).ok())
        .map(|skip| Cursor { of: OF.to_owned(), pairs: query.to_pairs(), skip })
        .and_then(|cursor| app.cursors.seal(&cursor, &*app.dice));
    let page = Page { base, of_type: OF, pairs: &pairs, total: 0, next: next.as_deref() };
    let mut body = searchset(&page, events).to_value();
    // how many there are in all would tell of lines not shown
    if let Some(fields) = body.as_object_mut() {
        fields.remove("total");
    }
    Ok(fhir(StatusCode::OK, &body))
}

fn matches(query: &Query, record: RecordId, account: &Account, at: Instant) -> bool {
    let objects = objects(account);
    let of = event(account, at, &objects);
    query.matches(&Event { record: Some(record), ..of }, |id| id_pair::format(record, id))
}

pub(crate) fn objects(account: &Account) -> Vec<Object<'_>> {
    let given = |fate| matches!(fate, Fate::Shown | Fate::Written);
    account
        .objects
        .iter()
        .map(|it| Object { document: it.document, type_code: &it.type_code, given: given(it.fate) })
        .collect()
}

/// Of which record, and where it was asked from, is told by those who may.
pub(crate) fn event<'a>(account: &'a Account, at: Instant, objects: &'a [Object<'a>]) -> Event<'a> {
    Event {
        at,
        request: account.request,
        act: account.act,
        outcome: match account.verdict {
            Verdict::Accepted => Came::Done,
            Verdict::Refused => Came::Refused(&account.rules),
            Verdict::Rejected => Came::Rejected,
        },
        caller: &account.caller,
        address: None,
        purpose: &account.purpose,
        record: None,
        ins: None,
        objects,
        line: None,
    }
}

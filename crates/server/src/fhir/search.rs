//! ITI-67 (TD3.1a): the documents of one patient that the caller may see.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use ihe::fhir::document_reference::{Context, encode};
use ihe::fhir::iti67::DocumentQuery;
use ihe::fhir::paging::{Page, next_page, searchset};
use ihe::fhir::search::Pairs;
use record::Asked;

use super::answer::{Answer, fhir};
use super::cursor::Cursor;
use super::incoming::Incoming;
use super::target::target;
use crate::blocking::act;

const OF: &str = "DocumentReference";

pub(super) async fn by_get(incoming: Incoming) -> Result<Response, Answer> {
    let pairs = incoming.pairs()?;
    search(incoming, pairs).await
}

pub(super) async fn by_post(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let pairs = incoming.form(request).await?;
    search(incoming, pairs).await
}

async fn search(incoming: Incoming, pairs: Pairs) -> Result<Response, Answer> {
    let Incoming { app, call, .. } = incoming;
    let (pairs, skip) = match next_page(&pairs) {
        Some(word) => {
            let cursor = app.cursors.open(word, OF)?;
            (cursor.pairs, cursor.skip)
        }
        None => (pairs, 0),
    };
    let query = DocumentQuery::parse(&pairs)?;
    let named = query.patient();
    let target = target(named, &*app.dice).ok_or_else(|| ihe::fhir::Outcome::missing("http.patient"))?;
    let asked = Asked { deprecated: query.asked_deprecated(), archived: query.asked_archived() };
    let named_record = named.record;
    let (query, found) = act(&app, move |records| {
        let found = records.search(&call, &target, asked, |record, entry| {
            // an INS and a record's id, where both are given, must meet
            let meets = named_record.is_none_or(|it| it == ihe::fhir::subject::RecordRef::Id(record));
            meets && query.matches(record, entry)
        })?;
        Ok((query, found))
    })
    .await?;
    let mut found = found.into_inner();
    found.entries.sort_by(|one, other| query.compare(one, other));
    let total = found.entries.len();
    let count = query.count();
    let next = (skip + count < total)
        .then(|| Cursor { of: OF.into(), pairs: query.to_pairs(), skip: skip + count })
        .and_then(|cursor| app.cursors.seal(&cursor, &*app.dice));
    let context = Context { base: &app.addresses.care_fhir, record: found.record, ins: &found.identity.ins };
    let shown = found.entries.iter().skip(skip).take(count).map(|entry| encode(entry, &context)).collect();
    let pairs = query.to_pairs();
    let page =
        Page { base: &app.addresses.care_fhir, of_type: OF, pairs: &pairs, total, next: next.as_deref() };
    Ok(fhir(StatusCode::OK, &searchset(&page, shown)))
}

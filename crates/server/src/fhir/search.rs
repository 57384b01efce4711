//! ITI-67 (TD3.1a): the documents of one patient that the caller may see.

use axum::extract::Request;
use axum::response::Response;
use ihe::fhir::document_reference::{Context, write};
use ihe::fhir::iti67::DocumentQuery;
use ihe::fhir::search::Pairs;
use record::Asked;

use super::answer::Answer;
use super::incoming::Incoming;
use super::paged::{Wanted, meets};
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
    let wanted = Wanted::read(&app, OF, pairs)?;
    let query = DocumentQuery::parse(&wanted.pairs)?;
    let target =
        target(query.patient(), &*app.dice).ok_or_else(|| ihe::fhir::Outcome::missing("http.patient"))?;
    let asked = Asked { deprecated: query.asked_deprecated(), archived: query.asked_archived() };
    let (query, found) = act(&app, move |records| {
        let found = records.search(&call, &target, asked, |record, entry| {
            meets(query.patient(), record) && query.matches(record, entry)
        })?;
        Ok((query, found))
    })
    .await?;
    let mut found = found.into_inner();
    found.entries.sort_by(|one, other| query.compare(one, other));
    let context = Context { base: &app.addresses.care_fhir, record: found.record, ins: &found.identity.ins };
    Ok(wanted.page(&app, OF, query.count(), &found.entries, |entry| write(entry, &context)))
}

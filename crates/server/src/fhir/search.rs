//! ITI-67 (TD3.1a): the documents of one patient that the caller may see.

use std::sync::Arc;

use axum::response::Response;
use ihe::fhir::document_reference::{Context, write};
use ihe::fhir::iti67::DocumentQuery;
use ihe::fhir::paging::write_entry;
use record::{Asked, Failure, Listed};

use super::answer::Answer;
use super::incoming::{Incoming, Sought};
use super::paged::{Wanted, meets};
use super::target::target;
use crate::blocking::{act, told};
use crate::outcome::Outcome;

const OF: &str = "DocumentReference";

pub(super) async fn search(Sought { incoming, pairs }: Sought) -> Result<Response, Answer> {
    let Incoming { app, call, .. } = incoming;
    let wanted = Wanted::read(&app, OF, pairs)?;
    let query = DocumentQuery::parse(&wanted.pairs)?;
    let target =
        target(query.patient(), &*app.dice).ok_or_else(|| ihe::fhir::Outcome::missing("http.patient"))?;
    let asked = Asked { deprecated: query.asked_deprecated(), archived: query.asked_archived() };
    let query = Arc::new(query);
    let wanted_by = |query: &DocumentQuery, record, listed: &Listed| {
        let status = meets(query.patient(), record) && query.matches_status(listed.status());
        Ok(status && (query.is_of_status_alone() || query.matches(record, &*listed.entry()?)))
    };
    let kept = told(|done| {
        app.records.list_kept(&call, &target, asked, |record, it| wanted_by(&query, record, it), done);
    });
    let found = match kept.await {
        Some(told) => told?,
        None => {
            let query = Arc::clone(&query);
            act(&app, move |records| {
                records.list(&call, &target, asked, |record, it| wanted_by(&query, record, it))
            })
            .await?
        }
    };
    let mut found = found.into_inner();
    found.documents.sort_by(|one, other| query.compare(&one.order(), &other.order()));
    let base = &app.addresses.care_fhir;
    let (record, mut ins) = (found.record, None);
    let identity = || found.identity().map(|it| it.ins).map_err(Failure::Fault);
    wanted.page_written(&app, OF, query.count(), &found.documents, |listed, out| {
        listed.written(out, |entry, out| {
            let ins = match &mut ins {
                Some(ins) => ins,
                None => ins.insert(identity()?),
            };
            let context = Context { base, record, ins };
            Ok(write_entry(out, base, OF, write(entry, &context)).map_err(|_| Outcome::FAULT)?)
        })
    })
}

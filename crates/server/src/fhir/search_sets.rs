//! ITI-66: the submission sets of one patient, each for those who may see one of its documents.

use axum::response::Response;
use ihe::fhir::iti66::ListQuery;
use ihe::fhir::list::encode;
use model::SubmissionSet;

use super::answer::Answer;
use super::incoming::{Incoming, Sought};
use super::paged::{Wanted, meets};
use super::target::target;
use crate::blocking::act;

const OF: &str = "List";

pub(super) async fn search(Sought { incoming, pairs }: Sought) -> Result<Response, Answer> {
    let Incoming { app, call, .. } = incoming;
    let wanted = Wanted::read(&app, OF, pairs)?;
    let query = ListQuery::parse(&wanted.pairs)?;
    let target =
        target(query.patient(), &*app.dice).ok_or_else(|| ihe::fhir::Outcome::missing("http.patient"))?;
    let (query, found) = act(&app, move |records| {
        let found = records.search_sets(&call, &target, |record, set| {
            meets(query.patient(), record) && query.matches(record, set)
        })?;
        Ok((query, found))
    })
    .await?;
    let mut found = found.into_inner();
    found.sets.sort_by(|one, other| query.compare(one, other));
    let (record, ins) = (found.record, &found.identity.ins);
    let write = |set: &SubmissionSet| encode(set, record, ins, &set.members);
    Ok(wanted.page(&app, OF, query.count(), &found.sets, write))
}

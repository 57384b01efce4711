//! `DocumentReference/$manage`: a document that is there, managed by its depositor or by who cares (rules, W5 to W9).

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use ihe::fhir::id_pair;
use ihe::fhir::operations::manage::{self, Action};
use model::{DocumentStatus, EntryId};

use super::answer::{Answer, fhir};
use super::incoming::Incoming;
use super::read::ids;
use crate::blocking::act;

const BYTES_MAX: usize = 64 << 10;

pub(super) async fn manage(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let asked = manage::decode(&body)?;
    let Incoming { app, call, .. } = incoming;
    let (record, id) = ids::<EntryId>(&asked.document, || EntryId::random(&*app.dice), &app);
    let (announced, agreed, word) = (asked.announced, asked.minor_agreed, asked.word);
    let managed = act(&app, move |records| match asked.action {
        Action::Archive => records.archive(&call, record, id),
        Action::Unarchive => records.unarchive(&call, record, id),
        Action::Delete => records.delete(&call, record, id),
        Action::Restore => records.restore(&call, record, id),
        Action::Announce => records.announce(&call, record, id),
        Action::ShowToHolder => records.make_visible(&call, record, id, announced),
        Action::HideFromRepresentatives => records.hide_from_representatives(&call, record, id, agreed),
        Action::ShowToRepresentatives => records.make_visible_to_representatives(&call, record, id, agreed),
        Action::UpholdDispute => records.answer_dispute(&call, record, id, true, word.as_deref()),
        Action::AcceptDispute => records.answer_dispute(&call, record, id, false, word.as_deref()),
        // two agents' correction needs both of them proved: not by this message
        Action::Recall => records.recall(&call, record, id),
    })
    .await?
    .into_inner();
    let status = match managed.status {
        DocumentStatus::Approved => "approved",
        DocumentStatus::Deprecated { .. } => "deprecated",
        DocumentStatus::Archived { .. } => "archived",
        DocumentStatus::Deleted { .. } => "deleted",
    };
    let document = id_pair::format(managed.record, managed.logical_id);
    Ok(fhir(StatusCode::OK, &manage::encode(&document, managed.version, status, managed.disputed)))
}

//! Reading an entry or a submission set by its id. Malformed, absent and forbidden ids answer alike.

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ihe::fhir::document_reference::{Context, encode};
use ihe::fhir::{id_pair, list, negotiate};
use model::{EntryId, RecordId, RowId};
use record::{Failure, RefusalKind, Target};

use super::answer::{Answer, fhir};
use super::incoming::Incoming;
use crate::blocking::act;
use crate::outcome::Outcome;

pub(super) async fn document_reference(
    incoming: Incoming,
    Path(id): Path<String>,
) -> Result<Response, Answer> {
    incoming.wants_fhir()?;
    let known = incoming.header(header::IF_NONE_MATCH).map(str::to_owned);
    let Incoming { app, call, .. } = incoming;
    let (record, entry) = ids::<EntryId>(&id, || EntryId::random(&*app.dice), &app);
    let (identity, entry) =
        act(&app, move |records| records.read_entry(&call, record, entry)).await?.into_inner();
    let context = Context { base: &app.addresses.care_fhir, record, ins: &identity.ins };
    // decided and traced like any other reading: that nothing changed is told to who may know
    let mut response = match negotiate::none_match(known.as_deref(), entry.version) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => fhir(StatusCode::OK, &encode(&entry, &context)),
    };
    if let Ok(etag) = HeaderValue::from_str(&format!("W/\"{}\"", entry.version)) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    Ok(response)
}

pub(super) async fn list(incoming: Incoming, Path(id): Path<String>) -> Result<Response, Answer> {
    incoming.wants_fhir()?;
    let Incoming { app, call, .. } = incoming;
    let (record, wanted) = ids::<RowId>(&id, || RowId::random(&*app.dice), &app);
    let found = act(&app, move |records| {
        records.search_sets(&call, &Target::Record(record), |_, set| set.id == wanted)
    })
    .await
    .map_err(not_found)?
    .into_inner();
    match found.sets.first() {
        Some(set) => {
            let body = list::encode(set, found.record, &found.identity.ins, &set.members);
            Ok(fhir(StatusCode::OK, &body))
        }
        None => Err(Outcome::NOT_FOUND.into()),
    }
}

/// The two halves of an id; a malformed one becomes one that nobody has, and costs and answers the same.
pub(super) fn ids<T: std::str::FromStr>(
    text: &str,
    nobody: impl FnOnce() -> T,
    app: &crate::app::App,
) -> (RecordId, T) {
    id_pair::parse(text).unwrap_or_else(|| (RecordId::random(&*app.dice), nobody()))
}

fn not_found(failure: Failure) -> Answer {
    match failure {
        Failure::Refused(no) if no.kind == RefusalKind::Denied => Outcome::NOT_FOUND.into(),
        other => other.into(),
    }
}

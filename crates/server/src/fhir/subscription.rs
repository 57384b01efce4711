//! What is new for a patient, asked for by practice software (IHE DSUBm, pulled). Nothing is kept of a subscription,
//! and nothing is sent: each pull is a search like another, decided and traced.

use axum::extract::{Path, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use ihe::fhir::document_reference::Context;
use ihe::fhir::subscription::{self, Asked, Since};
use model::{DocumentEntry, RecordId};
use record::{Failure, Found, RefusalKind, Target};

use super::answer::{Answer, fhir};
use super::incoming::Incoming;
use super::paged::meets;
use super::target::target;
use crate::blocking::act;
use crate::outcome::Outcome;

const BYTES_MAX: usize = 64 << 10;

/// ITI-110: from now on. Who may not search a patient's documents is told so here.
pub(super) async fn subscribe(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let patient = subscription::decode(&body)?;
    let Incoming { app, call, .. } = incoming;
    let target = target(&patient, &*app.dice).ok_or_else(|| ihe::fhir::Outcome::missing("criteria"))?;
    let from = app.clock.now();
    let asked = record::Asked { deprecated: false, archived: false };
    let found = act(&app, move |records| records.search(&call, &target, asked, |_, _| false)).await?;
    let record = found.get().record;
    if !meets(&patient, record) {
        return Err(Outcome::NOT_FOUND.into());
    }
    let since = Since { record, from };
    let mut response = fhir(StatusCode::CREATED, &subscription::encode_subscription(&since));
    let location = format!("{}/Subscription/{}", app.addresses.care_fhir, since.id());
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

pub(super) async fn read(incoming: Incoming, Path(id): Path<String>) -> Result<Response, Answer> {
    incoming.wants_fhir()?;
    let (since, _) = pulled(&incoming, &id, |_, _| false).await?;
    Ok(fhir(StatusCode::OK, &subscription::encode_subscription(&since)))
}

pub(super) async fn status(incoming: Incoming, Path(id): Path<String>) -> Result<Response, Answer> {
    incoming.wants_fhir()?;
    let (since, found) = pulled(&incoming, &id, |since, entry| entry.updated >= since.from).await?;
    let last = found.entries.iter().map(|it| it.updated).max();
    Ok(fhir(StatusCode::OK, &subscription::status(&since, &incoming.app.addresses.care_fhir, last)))
}

pub(super) async fn events(incoming: Incoming, Path(id): Path<String>) -> Result<Response, Answer> {
    let asked = Asked::read(&incoming.pairs()?)?;
    let (since, found) =
        pulled(&incoming, &id, move |since, entry| asked.wants(since, entry.updated)).await?;
    let Found { record, identity, entries } = found;
    let context = Context { base: &incoming.app.addresses.care_fhir, record, ins: &identity.ins };
    Ok(fhir(StatusCode::OK, &subscription::events(&since, &asked, entries, &context)))
}

/// Those of the record that the id names. An id that is not ours, and one whose record the caller may not search, are
/// answered alike.
async fn pulled(
    incoming: &Incoming,
    id: &str,
    wanted: impl Fn(&Since, &DocumentEntry) -> bool + Send + 'static,
) -> Result<(Since, Found), Answer> {
    let Incoming { app, call, .. } = incoming;
    let nobody = || Since { record: RecordId::random(&*app.dice), from: app.clock.now() };
    let (since, call) = (Since::parse(id).unwrap_or_else(nobody), call.clone());
    let asked = record::Asked { deprecated: false, archived: false };
    let found = act(app, move |records| {
        records.search(&call, &Target::Record(since.record), asked, |_, entry| wanted(&since, entry))
    })
    .await;
    match found {
        Ok(found) => Ok((since, found.into_inner())),
        Err(Failure::Refused(no)) if no.kind == RefusalKind::Denied => Err(Outcome::NOT_FOUND.into()),
        Err(other) => Err(other.into()),
    }
}

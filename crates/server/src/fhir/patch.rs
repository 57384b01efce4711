//! PATCH of a DocumentReference (PDSm flow 3; TD3.3a to d): one change at a time, each by the act that has its rules.
//! What cannot be changed is 405, a document out of reach 404. At the feed door a depositor manages what it fed, and
//! reads nothing back but its state.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{Path, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use ihe::fhir::document_reference::{Context, Unread, encode, encode_unread};
use ihe::fhir::patch::{self, Media, Patch, Status, Whom};
use ihe::fhir::{IssueCode, Outcome as FhirOutcome, negotiate};
use model::{DocumentEntry, DocumentStatus, Door, EntryId, Ins, RecordId};
use record::{Call, Revised, Revision};

use super::answer::{Answer, fhir};
use super::incoming::Incoming;
use super::read::ids;
use crate::app::App;
use crate::blocking::act;
use crate::outcome::Outcome;

const BYTES_MAX: usize = 64 << 10;

pub(super) async fn by_id(
    incoming: Incoming,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Answer> {
    let asked = asked(&incoming, request).await?;
    let at = ids::<EntryId>(&id, || EntryId::random(&*incoming.app.dice), &incoming.app);
    patch(incoming, at, asked).await
}

/// `PATCH DocumentReference?identifier=`
pub(super) async fn by_identifier(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let pairs = incoming.pairs()?;
    let (whom, patient) = patch::target(&pairs)?;
    let asked = asked(&incoming, request).await?;
    let at = place_of(&incoming, whom, patient).await?;
    patch(incoming, at, asked).await
}

/// An id nobody has stands for a document that is not there: it costs and answers the same. An entryUUID is known in
/// its record alone: it is found where the patient is named too.
async fn place_of(
    incoming: &Incoming,
    whom: Whom,
    patient: Option<Ins>,
) -> Result<(RecordId, EntryId), Answer> {
    let Incoming { app, call, .. } = incoming;
    let call = call.clone();
    let found = act(app, move |records| {
        let (unique, entry) = match whom {
            Whom::Unique(unique) => (unique, None),
            Whom::Uuid(unique, entry) => (unique, Some(entry)),
        };
        let named = match &patient {
            Some(ins) => Some(records.record_named(&call, ins)?),
            None => None,
        };
        let by_unique = records.place_of(&unique)?.filter(|(at, _)| named.is_none_or(|it| it == Some(*at)));
        Ok(by_unique.or_else(|| Some((named.flatten()?, entry?))))
    })
    .await?;
    Ok(found.unwrap_or_else(|| (RecordId::random(&*app.dice), EntryId::random(&*app.dice))))
}

async fn asked(incoming: &Incoming, request: Request) -> Result<Patch, Answer> {
    let media = patch::media(incoming.header(header::CONTENT_TYPE))?;
    let body = match media {
        Media::FhirPath => incoming.json(request, BYTES_MAX).await?,
        Media::Json => {
            incoming.wants_fhir()?;
            to_bytes(request.into_body(), BYTES_MAX).await.map_err(|_| Outcome::TOO_LARGE)?
        }
    };
    Ok(patch::decode(media, &body)?)
}

async fn patch(incoming: Incoming, at: (RecordId, EntryId), asked: Patch) -> Result<Response, Answer> {
    let expected = negotiate::if_match(incoming.header(header::IF_MATCH))?;
    let Incoming { app, call, .. } = incoming;
    if call.caller.door == Door::Feed {
        return unread(&app, Call { if_version: expected, ..call }, at, &asked).await;
    }
    let (record, id) = at;
    // the reading and the change are one act, with one line
    let revised = act(&app, move |records| {
        records.revise(&call, record, id, |entry| {
            let Some(entry) = entry else {
                return Ok((asked.status == Some(Status::Current)).then_some(Revision::Restore));
            };
            if expected.is_some_and(|version| version != entry.version) {
                return Err(Answer::Fhir(stale()));
            }
            one(changes(&asked, entry)?)
        })
    });
    let Revised { identity, entry } = revised.await?.into_inner()?;
    let context = Context { base: &app.addresses.care_fhir, record, ins: &identity.ins };
    Ok(with_version(fhir(StatusCode::OK, &encode(&entry, &context)), entry.version))
}

fn stale() -> FhirOutcome {
    FhirOutcome::new(412, IssueCode::Conflict, "the document has another version than If-Match says")
}

fn with_version(mut response: Response, version: u32) -> Response {
    if let Ok(etag) = HeaderValue::from_str(&format!("W/\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}

/// A depositor at the feed door: status and archiving, of what it fed.
async fn unread(
    app: &Arc<App>,
    call: Call,
    at: (RecordId, EntryId),
    asked: &Patch,
) -> Result<Response, Answer> {
    if !asked.labels.is_empty() {
        let says = "labels are the care door's: this one reads none";
        return Err(FhirOutcome::new(422, IssueCode::NotSupported, says).into());
    }
    let status = asked.status.map(|it| match it {
        Status::EnteredInError => Revision::Delete,
        Status::Current => Revision::Restore,
    });
    let archived = asked.archived.map(|yes| if yes { Revision::Archive } else { Revision::Unarchive });
    let change = one(status.into_iter().chain(archived).collect())?
        .ok_or_else(|| FhirOutcome::new(422, IssueCode::BusinessRule, "nothing is changed"))?;
    let (record, id) = at;
    let done = act(app, move |records| match change {
        Revision::Delete => records.delete(&call, record, id),
        Revision::Restore => records.restore(&call, record, id),
        Revision::Archive => records.archive(&call, record, id),
        _ => records.unarchive(&call, record, id),
    });
    let done = done.await?.into_inner();
    let body = encode_unread(&Unread {
        record: done.record,
        logical_id: done.logical_id,
        version: done.version,
        entry: done.entry,
        status: &done.status,
        unique_id: None,
    });
    Ok(with_version(fhir(StatusCode::OK, &body), done.version))
}

/// What the patch changes of the entry as it is.
fn changes(asked: &Patch, entry: &DocumentEntry) -> Result<Vec<Revision>, Answer> {
    let mut changes = Vec::new();
    match (asked.status, &entry.status) {
        (Some(Status::EnteredInError), _) => changes.push(Revision::Delete),
        (Some(Status::Current), DocumentStatus::Deprecated { .. }) => {
            let says = "a document that was replaced stays so";
            return Err(Answer::Fhir(FhirOutcome::rule("DocumentReference.status", says)));
        }
        _ => {}
    }
    let archived = matches!(entry.status, DocumentStatus::Archived { .. });
    match asked.archived {
        Some(true) if !archived => changes.push(Revision::Archive),
        Some(false) if archived => changes.push(Revision::Unarchive),
        _ => {}
    }
    let wanted = asked.labels.resolve(entry.description.confidentiality, entry.visibility)?;
    let now = entry.visibility;
    // a patch cannot say that it was announced, or that a minor agreed: `$manage` can
    let mut push = |before: bool, after: bool, [on, off]: [Option<Revision>; 2]| {
        if before != after {
            changes.push(if after { on } else { off }.ok_or_else(hidden_later)?);
        }
        Ok::<_, Answer>(())
    };
    push(now.masked, wanted.masked, [Some(Revision::Mask), Some(Revision::Unmask)])?;
    push(
        now.hidden_from_holder,
        wanted.hidden_from_holder,
        [None, Some(Revision::ShowToHolder { announced: false })],
    )?;
    push(
        now.hidden_from_representatives,
        wanted.hidden_from_representatives,
        [
            Some(Revision::HideFromRepresentatives { minor_agreed: false }),
            Some(Revision::ShowToRepresentatives { minor_agreed: false }),
        ],
    )?;
    Ok(changes)
}

/// EX_3.3-1045: what a holder could see is not hidden from them afterwards.
fn hidden_later() -> Answer {
    let says = "a document is hidden from the holder when it is fed, and not later";
    Answer::Fhir(FhirOutcome::rule("DocumentReference.securityLabel", says))
}

/// One act is one line, all or nothing: two would not be.
fn one(changes: Vec<Revision>) -> Result<Option<Revision>, Answer> {
    match changes.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(*only)),
        _ => Err(Answer::Fhir(FhirOutcome::new(
            422,
            IssueCode::NotSupported,
            "one change at a time: each is an act of its own, with its own rules",
        ))),
    }
}

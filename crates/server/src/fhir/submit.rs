//! ITI-65 (TD2): a lot of documents, all or nothing; ITI-105: one document with its bytes inside.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use ihe::fhir::IssueCode;
use ihe::fhir::document_reference::RelationTarget;
use ihe::fhir::iti65::{self, DocumentDraft, Stored};
use ihe::fhir::iti105;
use ihe::fhir::patch::{self, Whom};
use ihe::fhir::subject::RecordRef;
use model::{EntryId, Ins, RecordId, UniqueId};
use record::{Disclosed, Failure, Fed, NewDocument, Refusal, RefusalKind, RelatesTo, Submission};

use tokio::time::timeout;

use super::answer::{Answer, fhir};
use super::incoming::Incoming;
use crate::blocking::act;
use crate::outcome::Outcome;

const BYTES_MAX: usize = 128 << 20;
/// A submission is held in memory while it is decoded and sealed: this many MiB of them at once.
pub(crate) const MIB_AT_ONCE: usize = 512;
const MIB: usize = 1 << 20;
/// How long a submission waits for room before it is told to come back.
const WAIT: Duration = Duration::from_secs(5);

pub(super) async fn submit(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let Taken { fed, answers, notes, .. } = take(incoming, request, iti65::decode, None).await?;
    let fed = fed?;
    let stored =
        Stored { record: fed.record, set: fed.set, documents: &fed.documents, accepted: fed.accepted };
    Ok(fhir(StatusCode::OK, &iti65::response(&answers, &stored, &notes)))
}

/// `POST DocumentReference`, once where the sender says so (`If-None-Exist: identifier=` the document's own id).
pub(super) async fn publish(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let once = incoming.header(IF_NONE_EXIST).map(once).transpose()?;
    let (app, call) = (Arc::clone(&incoming.app), incoming.call.clone());
    let Taken { fed, notes, base, named, .. } =
        take(incoming, request, iti105::decode, once.as_ref()).await?;
    let placed = |status, record, document: &EntryId, version: u32| {
        let mut response = fhir(status, &iti105::response(&notes));
        if let Ok(location) = HeaderValue::from_str(&iti105::location(&base, record, document)) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        if let Ok(tag) = HeaderValue::from_str(&format!("W/\"{version}\"")) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    };
    let refused = match (fed, once, named) {
        (Ok(fed), ..) => {
            let document = fed.documents.first().ok_or(Outcome::FAULT)?;
            return Ok(placed(StatusCode::CREATED, fed.record, document, 1));
        }
        // refused for being there, and the sender wanted it once: where it is, to whom that may be told
        (Err(Failure::Refused(no)), Some(_), Some((ins, own)))
            if no.kind == RefusalKind::Conflict && !other_bytes(&no) =>
        {
            let found = act(&app, move |records| records.locate(&call, &ins, &own)).await?.into_inner();
            match found {
                Some(it) => return Ok(placed(StatusCode::OK, it.record, &it.logical_id, it.version)),
                None => Failure::Refused(no),
            }
        }
        (Err(failure), ..) => failure,
    };
    Err(refused.into())
}

/// What was sent is not what is there: to say that it is would lose it.
fn other_bytes(no: &Refusal) -> bool {
    no.problems.iter().any(|it| it.says == record::OTHER_BYTES)
}

const IF_NONE_EXIST: HeaderName = HeaderName::from_static("if-none-exist");

/// The one document that a condition names. This door does not search: it may name what is sent and nothing else.
fn once(condition: &str) -> Result<UniqueId, ihe::fhir::Outcome> {
    let pairs = ihe::fhir::search::pairs(condition.trim_start_matches('?'))?;
    match patch::target(&pairs)?.0 {
        Whom::Unique(unique) | Whom::Uuid(unique, _) => Ok(unique),
    }
}

type Read = fn(&[u8], &str) -> ihe::fhir::Read<iti65::Submission>;

/// A submission that was read, and what came of it.
struct Taken {
    fed: Result<Fed, Failure>,
    answers: Vec<iti65::Slot>,
    notes: Vec<ihe::fhir::Issue>,
    base: String,
    /// The patient, and the first document's own id.
    named: Option<(Ins, UniqueId)>,
}

async fn take(
    incoming: Incoming,
    request: Request,
    read: Read,
    once: Option<&UniqueId>,
) -> Result<Taken, Answer> {
    let declared = incoming.header(header::CONTENT_LENGTH).and_then(|it| it.parse().ok());
    if declared.is_some_and(|it| it > BYTES_MAX) {
        return Err(Outcome::TOO_LARGE.into());
    }
    let weight = declared.unwrap_or(BYTES_MAX).min(BYTES_MAX).div_ceil(MIB).max(1);
    let room =
        Arc::clone(&incoming.app.feed_room).acquire_many_owned(u32::try_from(weight).unwrap_or(u32::MAX));
    let Ok(Ok(_room)) = timeout(WAIT, room).await else { return Err(Outcome::BUSY.into()) };
    let body = incoming.json(request, BYTES_MAX).await?;
    let Incoming { app, call, .. } = incoming;
    let base = app.addresses.feed_fhir.clone();
    let own = base.clone();
    // large, and all computing: on a thread of its own
    let (lot, answers, notes) = tokio::task::spawn_blocking(move || decode(&body, &own, read))
        .await
        .map_err(|_| Outcome::FAULT)??;
    let named = lot.documents.first().map(|it| (lot.ins.clone(), it.description.unique_id.clone()));
    if once.is_some_and(|once| named.as_ref().is_none_or(|(_, own)| own != once)) {
        let says = "the condition may name the document that is sent, by its own id, and no other";
        return Err(ihe::fhir::Outcome::at(422, IssueCode::NotSupported, "http.If-None-Exist", says).into());
    }
    let fed = act(&app, move |records| records.feed(&call, &lot)).await.map(Disclosed::into_inner);
    Ok(Taken { fed, answers, notes, base, named })
}

/// A submission as the feed door reads it, for who feeds without a door.
pub(crate) fn submission(body: &[u8], base: &str) -> Option<Submission> {
    decode(body, base, iti65::decode).ok().map(|(lot, ..)| lot)
}

/// The same, and where it cannot be read, why: for who is about to send it.
pub(crate) fn submission_or_why(body: &[u8], base: &str) -> Result<Submission, ihe::fhir::Outcome> {
    decode(body, base, iti65::decode).map(|(lot, ..)| lot).map_err(|answer| match answer {
        Answer::Unreadable(outcome) | Answer::Fhir(outcome) => outcome,
        Answer::Plain(_) | Answer::Unproved(_) | Answer::Failed(_) => {
            ihe::fhir::Outcome::malformed("Bundle", "it cannot be read")
        }
    })
}

type Decoded = (Submission, Vec<iti65::Slot>, Vec<ihe::fhir::Issue>);

fn decode(body: &[u8], base: &str, read: Read) -> Result<Decoded, Answer> {
    let lot = read(body, base)?;
    let ins = lot.patient.ins.ok_or_else(|| {
        ihe::fhir::Outcome::rule("DocumentReference.subject", "the patient is to be named by their INS")
    })?;
    let submission = Submission {
        ins,
        said: lot.traits,
        record: lot.patient.record.map(|it| match it {
            RecordRef::Id(record) => record,
            // an id nobody has: absent, like any other
            RecordRef::Unknown => RecordId::from_bytes([0; 16]),
        }),
        unique_id: lot.set.unique_id,
        source_id: lot.set.source_id,
        content_type: lot.set.content_type,
        title: lot.set.title,
        comments: lot.set.comments,
        submitted: lot.set.submitted,
        author: lot.set.author,
        recipients: lot.set.recipients,
        documents: lot.documents.into_iter().map(document).collect(),
        digest: digest(&SHA256, body).as_ref().iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    Ok((submission, lot.answers, lot.notes))
}

fn document(draft: DocumentDraft) -> NewDocument {
    NewDocument {
        description: draft.description,
        visibility: draft.visibility,
        category: draft.category,
        relates: draft
            .relates
            .into_iter()
            .map(|(kind, target)| {
                let target = match target {
                    RelationTarget::Entry(record, entry) => RelatesTo::Entry(record, entry),
                    RelationTarget::Unique(unique) => RelatesTo::Unique(unique),
                    RelationTarget::Unknown => {
                        RelatesTo::Entry(RecordId::from_bytes([0; 16]), EntryId::from_bytes([0; 16]))
                    }
                };
                (kind, target)
            })
            .collect(),
        content: draft.content.into(),
        said: draft.subject_traits,
        author_organisations: draft.author_organisations,
        element: draft.expression,
    }
}

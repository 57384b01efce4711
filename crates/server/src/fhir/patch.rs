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
use model::{DocumentEntry, DocumentStatus, Door, EntryId, Ins, QualifiedIdentity, RecordId};
use record::{Call, Failure, Managed, Records, Refusal, RefusalKind};

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

/// One act of `record`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Delete,
    Restore,
    Archive,
    Unarchive,
    Mask,
    Unmask,
    ShowToHolder,
    HideFromRepresentatives,
    ShowToRepresentatives,
}

async fn patch(incoming: Incoming, at: (RecordId, EntryId), asked: Patch) -> Result<Response, Answer> {
    let mut expected = negotiate::if_match(incoming.header(header::IF_MATCH))?;
    let Incoming { app, call, .. } = incoming;
    if call.caller.door == Door::Feed {
        return unread(&app, Call { if_version: expected, ..call }, at, &asked).await;
    }
    let (record, id) = at;
    let (identity, mut entry) = match read(&app, call.clone(), at).await {
        Err(Failure::Refused(no))
            if no.kind == RefusalKind::NotFound && asked.status == Some(Status::Current) =>
        {
            // what was deleted is read by nobody: it is put back first, by who may
            let again = Call { if_version: expected.take(), ..call.clone() };
            act(&app, move |records| records.restore(&again, record, id)).await?;
            read(&app, call.clone(), at).await?
        }
        other => other?,
    };
    // of what is read; the act itself compares again, since another may have come between
    if expected.is_some_and(|version| version != entry.version) {
        return Err(Failure::from(Refusal::new(RefusalKind::Stale)).into());
    }
    let call = Call { if_version: expected, ..call };
    let change = one(changes(&asked, &entry)?)?;
    if let Some(change) = change {
        let acted = act(&app, move |records| run(records, &call, at, change)).await?;
        acted.tell(&mut entry);
    }
    let context = Context { base: &app.addresses.care_fhir, record, ins: &identity.ins };
    Ok(with_version(fhir(StatusCode::OK, &encode(&entry, &context)), entry.version))
}

type Entry = (QualifiedIdentity, DocumentEntry);

async fn read(app: &Arc<App>, call: Call, (record, id): (RecordId, EntryId)) -> Result<Entry, Failure> {
    Ok(act(app, move |records| records.read_entry(&call, record, id)).await?.into_inner())
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
        Status::EnteredInError => Change::Delete,
        Status::Current => Change::Restore,
    });
    let archived = asked.archived.map(|yes| if yes { Change::Archive } else { Change::Unarchive });
    let change = one(status.into_iter().chain(archived).collect())?
        .ok_or_else(|| FhirOutcome::new(422, IssueCode::BusinessRule, "nothing is changed"))?;
    let Acted::Managed(done) = act(app, move |records| run(records, &call, at, change)).await? else {
        return Err(Outcome::FAULT.into());
    };
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
fn changes(asked: &Patch, entry: &DocumentEntry) -> Result<Vec<Change>, Answer> {
    let mut changes = Vec::new();
    match (asked.status, &entry.status) {
        (Some(Status::EnteredInError), _) => changes.push(Change::Delete),
        (Some(Status::Current), DocumentStatus::Deprecated { .. }) => {
            let says = "a document that was replaced stays so";
            return Err(Answer::Fhir(FhirOutcome::rule("DocumentReference.status", says)));
        }
        _ => {}
    }
    let archived = matches!(entry.status, DocumentStatus::Archived { .. });
    match asked.archived {
        Some(true) if !archived => changes.push(Change::Archive),
        Some(false) if archived => changes.push(Change::Unarchive),
        _ => {}
    }
    let wanted = asked.labels.resolve(entry.description.confidentiality, entry.visibility)?;
    let now = entry.visibility;
    let mut push = |before: bool, after: bool, [on, off]: [Option<Change>; 2]| {
        if before != after {
            changes.push(if after { on } else { off }.ok_or_else(hidden_later)?);
        }
        Ok::<_, Answer>(())
    };
    push(now.masked, wanted.masked, [Some(Change::Mask), Some(Change::Unmask)])?;
    push(now.hidden_from_holder, wanted.hidden_from_holder, [None, Some(Change::ShowToHolder)])?;
    push(
        now.hidden_from_representatives,
        wanted.hidden_from_representatives,
        [Some(Change::HideFromRepresentatives), Some(Change::ShowToRepresentatives)],
    )?;
    Ok(changes)
}

/// EX_3.3-1045: what a holder could see is not hidden from them afterwards.
fn hidden_later() -> Answer {
    let says = "a document is hidden from the holder when it is fed, and not later";
    Answer::Fhir(FhirOutcome::rule("DocumentReference.securityLabel", says))
}

/// One act is one line, all or nothing: two would not be.
fn one(changes: Vec<Change>) -> Result<Option<Change>, Answer> {
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

/// What an act gave.
enum Acted {
    Managed(Managed),
    Entry(Box<DocumentEntry>),
}

impl Acted {
    /// The entry as it now stands, without reading it again: what was deleted cannot be.
    fn tell(self, entry: &mut DocumentEntry) {
        match self {
            Self::Entry(now) => *entry = *now,
            Self::Managed(now) => {
                entry.id = now.entry;
                entry.version = now.version;
                entry.status = now.status;
                entry.visibility = now.visibility;
                entry.updated = now.at;
            }
        }
    }
}

fn run(
    records: &Records,
    call: &Call,
    (record, id): (RecordId, EntryId),
    change: Change,
) -> Result<Acted, Failure> {
    let managed = match change {
        Change::Mask => return entry(records.mask(call, record, id)?),
        Change::Unmask => return entry(records.unmask(call, record, id)?),
        Change::Delete => records.delete(call, record, id),
        Change::Restore => records.restore(call, record, id),
        Change::Archive => records.archive(call, record, id),
        Change::Unarchive => records.unarchive(call, record, id),
        // a patch cannot say that it was announced, or that a minor agreed: `$manage` can
        Change::ShowToHolder => records.make_visible(call, record, id, false),
        Change::HideFromRepresentatives => records.hide_from_representatives(call, record, id, false),
        Change::ShowToRepresentatives => records.make_visible_to_representatives(call, record, id, false),
    };
    Ok(Acted::Managed(managed?.into_inner()))
}

fn entry(done: record::Disclosed<DocumentEntry>) -> Result<Acted, Failure> {
    Ok(Acted::Entry(Box::new(done.into_inner())))
}

//! ITI-41 (TD2.1, TD2.2): a lot of documents, all or nothing. The lot is decided before its documents come; each is
//! taken as a stream.

use std::collections::HashMap;

use aws_lc_rs::digest::{Context, SHA256};
use ihe::soap::Fault;
use ihe::xds::iti41::{self, Content as Said, Parts as Due, Which};
use ihe::xds::submission::Submission as Draft;
use ihe::xds::{DocumentDraft, ErrorCode, RegistryError, registry_response};
use record::{Arrival, ArrivalError, Arrived, Arriving, Content, NewDocument, RelatesTo, Submission};

use super::answer::Done;
use super::exchange::{Parts, Unreadable};
use super::signature;
use super::talk::{Asked, Not, Talk, unwritten};
use super::told::{Of, Told, told};

/// Documents in the envelope itself, all together.
const INLINE_MAX: usize = 2 << 20;
/// The signature of the lot.
const SIGNATURE_MAX: usize = 1 << 20;

pub(super) fn provide(talk: &Talk, asked: &Asked<'_>, mut parts: Parts) -> Result<Done, Not> {
    let provided = iti41::decode(&asked.request.body(), INLINE_MAX)?;
    asked.same_patient(&provided.submission.patient, Of::Providing)?;
    let records = &talk.app.records;
    let mut lot = lot(&provided.submission);
    hidden_as_connected(asked, &lot)?;
    let mut arrival = records.arrival(asked.call, &lot).map_err(|it| Not::by(it, Of::Providing))?;

    let mut signature = match &provided.signature {
        Some(Said::Inline(bytes)) => Some(bytes.clone()),
        _ => None,
    };
    let mut due = Due::of(&provided);
    let mut arrived: HashMap<usize, Arrived> = HashMap::new();
    let media_type = |place: usize| lot.documents.get(place).map_or("", |it| &it.description.mime_type);
    for (place, content) in provided.contents.iter().enumerate() {
        if let Said::Inline(bytes) = content {
            let mut arriving = arrival.begin(media_type(place));
            arriving.push(bytes).map_err(not_arrived)?;
            arrived.insert(place, arriving.end().map_err(not_arrived)?);
        }
    }
    while let Some(head) = parts.part().map_err(Fault::from)? {
        match due.take(&head.content_id)? {
            Which::Document(place) => {
                let document = receive(&mut arrival, media_type(place), &mut parts)?;
                arrived.insert(place, document);
            }
            Which::Signature => signature = Some(parts.bytes(SIGNATURE_MAX).map_err(Fault::from)?),
        }
    }
    due.finish()?;

    let mut notes = provided.submission.notes;
    let drafts = provided.submission.documents;
    let mut errors = Vec::new();
    for (place, (draft, new)) in drafts.into_iter().zip(&mut lot.documents).enumerate() {
        let missing =
            || RegistryError::at(ErrorCode::XDSMissingDocument, new.element.as_str(), "it did not come");
        let document = arrived.remove(&place).ok_or_else(missing)?;
        match draft.described.complete(document.sha1, document.size) {
            Ok(description) => (new.description, new.content) = (description, document.content),
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(Told::Errors(errors).into());
    }
    let checked = signature.map(|bytes| signature::check(talk, &lot, &bytes)).transpose()?;
    let signed = checked.map(|(signed, told)| {
        notes.extend(told);
        signed
    });
    lot.digest = digest(&lot).ok_or_else(unwritten)?;
    records.feed_signed(asked.call, &lot, signed.as_ref()).map_err(|it| Not::by(it, Of::Providing))?;
    Ok(Done::body(registry_response(&notes).map_err(|_| unwritten())?))
}

/// The bytes of one part.
fn receive(arrival: &mut Arrival, media_type: &str, parts: &mut Parts) -> Result<Arrived, Told> {
    let mut arriving: Arriving<'_> = arrival.begin(media_type);
    while let Some(chunk) = parts.chunk().map_err(|it: Unreadable| Fault::from(it))? {
        arriving.push(&chunk).map_err(not_arrived)?;
    }
    arriving.end().map_err(not_arrived)
}

fn not_arrived(error: ArrivalError) -> Told {
    match error {
        ArrivalError::Fault(fault) => told(record::Failure::Fault(fault), Of::Providing),
        too_large => RegistryError::new(ErrorCode::XDSRepositoryOutOfResources, too_large.to_string()).into(),
    }
}

/// Under a minor's secret connection only what is hidden from representatives is fed (EX_2.1-1050).
fn hidden_as_connected(asked: &Asked<'_>, lot: &Submission) -> Result<(), Told> {
    let open = lot.documents.iter().find(|it| !it.visibility.hidden_from_representatives);
    match open.filter(|_| asked.vihf.hidden_from_representatives) {
        None => Ok(()),
        Some(new) => {
            let says = "the connection is a minor's secret: INVISIBLE_REPRESENTANTS_LEGAUX is required";
            let place = format!("{}.confidentialityCode", new.element);
            Err(RegistryError::at(ErrorCode::XDSRepositoryMetadataError, place, says).into())
        }
    }
}

fn lot(draft: &Draft) -> Submission {
    let set = &draft.set;
    Submission {
        ins: draft.patient.clone(),
        said: model::SaidTraits::default(),
        record: None,
        unique_id: set.unique_id.clone(),
        source_id: set.source_id.clone(),
        content_type: set.content_type.clone(),
        title: set.title.clone(),
        comments: set.comments.clone(),
        submitted: set.submitted,
        author: set.author.clone(),
        recipients: set.recipients.clone(),
        documents: draft.documents.iter().map(document).collect(),
        digest: String::new(),
    }
}

fn document(draft: &DocumentDraft) -> NewDocument {
    NewDocument {
        description: draft.described.about().clone(),
        visibility: draft.visibility,
        category: Some(draft.category.clone()),
        relates: draft.relates.iter().map(|(kind, entry)| (*kind, RelatesTo::Known(*entry))).collect(),
        content: Content::Awaited,
        said: draft.subject_traits.clone(),
        author_organisations: draft.author_organisations.clone(),
        element: draft.element.clone(),
    }
}

/// What was said, and the documents' hashes: the envelope around may differ, and is another at each sending.
fn digest(lot: &Submission) -> Option<String> {
    let mut context = Context::new(&SHA256);
    let mut add = |said: serde_json::Result<Vec<u8>>| {
        let bytes = said.ok()?;
        context.update(&(bytes.len() as u64).to_be_bytes());
        context.update(&bytes);
        Some(())
    };
    let set = (&lot.ins, &lot.unique_id, &lot.source_id, &lot.content_type, &lot.title, &lot.comments);
    add(serde_json::to_vec(&set))?;
    add(serde_json::to_vec(&(&lot.submitted, &lot.author, &lot.recipients)))?;
    for new in &lot.documents {
        let relates: Vec<_> =
            new.relates.iter().map(|(kind, target)| (kind, format!("{target:?}"))).collect();
        add(serde_json::to_vec(&(&new.description, &new.visibility, &new.category, relates)))?;
        add(serde_json::to_vec(&(&new.author_organisations, new.content.sha256())))?;
    }
    Some(context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
}

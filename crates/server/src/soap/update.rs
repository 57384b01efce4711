//! ITI-57 (TD3.3a to d): a document that is there. A status by an association (archive, take back, delete, restore);
//! at the care door also the visibility, by a next version of the metadata. Each update is an act with its line.

use ihe::xds::entry::EntryStatus;
use ihe::xds::iti57::{self, Update, visibility_change};
use ihe::xds::{DocumentDraft, ErrorCode, RegistryError, RegistryErrors, registry_response};
use model::{EntryId, RecordId, Visibility};
use record::{Failure, Revision};

use super::Service;
use super::answer::Done;
use super::talk::{Asked, Not, Talk, unwritten};
use super::told::Of;

pub(super) fn update(talk: &Talk, asked: &Asked<'_>) -> Result<Done, Not> {
    let message = iti57::decode(&asked.request.body())?;
    asked.same_patient(&message.patient, Of::Updating)?;
    let (update, more) = match message.updates.as_slice() {
        [update, more @ ..] => (update, more),
        [] => return Err(operation("SubmissionSet", "no update is asked for").into()),
    };
    // each is an act of its own: all or nothing would need them to be one
    if !more.is_empty() {
        return Err(operation("SubmissionSet", "one update a message: send each by itself").into());
    }
    let record = talk.app.records.whereabouts(asked.patient()?);
    let record = record.map_err(|fault| Not::by(Failure::Fault(fault), Of::Updating))?;
    match update {
        Update::Status { entry, from, to, element } => {
            status(talk, asked, record, (*entry, *from, *to), element)?;
        }
        Update::Metadata { logical_id, previous_version, entry, .. } => {
            metadata(talk, asked, record, (*logical_id, *previous_version), entry)?;
        }
    }
    Ok(Done::body(registry_response(&message.notes).map_err(|_| unwritten())?))
}

fn status(
    talk: &Talk,
    asked: &Asked<'_>,
    record: RecordId,
    (id, from, to): (EntryId, EntryStatus, EntryStatus),
    element: &str,
) -> Result<(), Not> {
    let (records, call) = (&talk.app.records, asked.call);
    let changed = match (from, to) {
        (EntryStatus::Approved, EntryStatus::Archived) => records.archive(call, record, id),
        (EntryStatus::Archived, EntryStatus::Approved) => records.unarchive(call, record, id),
        (_, EntryStatus::Deleted) => records.delete(call, record, id),
        (EntryStatus::Deleted, _) => records.restore(call, record, id),
        _ => return Err(operation(element, "not a change of status that is done here").into()),
    };
    changed.map(drop).map_err(|it| Not::by(it, Of::Updating))
}

/// The next version is held against the current one: its visibility may differ, by one step.
fn metadata(
    talk: &Talk,
    asked: &Asked<'_>,
    record: RecordId,
    (id, version): (EntryId, u32),
    after: &DocumentDraft,
) -> Result<(), Not> {
    let (records, call) = (&talk.app.records, asked.call);
    if talk.service == Service::FeedRegistry {
        let says = "visibility is changed at the care door; this one changes a status";
        return Err(operation(&after.element, says).into());
    }
    // the reading and the change are one act, with one line
    let revised = records.revise(call, record, id, |before| {
        let Some(before) = before else { return Ok(None) };
        match visibility_change(before, version, after)? {
            Some(now) => Ok(Some(step(&before.visibility, now, &after.element)?)),
            None => Ok(None),
        }
    });
    let revised = revised.map_err(|it| Not::by(it, Of::Updating))?.into_inner();
    revised.map(drop).map_err(|it: RegistryErrors| Not::Lined(it.into()))
}

/// One step of visibility.
fn step(was: &Visibility, now: Visibility, element: &str) -> Result<Revision, RegistryError> {
    let masked = was.masked != now.masked;
    let holder = was.hidden_from_holder != now.hidden_from_holder;
    let representatives = was.hidden_from_representatives != now.hidden_from_representatives;
    let no = |says: &str| operation(&format!("{element}.confidentialityCode"), says);
    match (masked, holder, representatives) {
        (true, false, false) if now.masked => Ok(Revision::Mask),
        (true, false, false) => Ok(Revision::Unmask),
        // whoever makes it visible says by this that it was announced (R.1111-53)
        (false, true, false) if !now.hidden_from_holder => Ok(Revision::ShowToHolder { announced: true }),
        (false, false, true) if now.hidden_from_representatives => {
            Ok(Revision::HideFromRepresentatives { minor_agreed: true })
        }
        // irreversible, and nothing in the message says that the minor agreed
        (false, false, true) => {
            Err(no("needs the minor's agreement, which is said by DocumentReference/$manage"))
        }
        (false, true, false) => {
            Err(no("a document is hidden from the holder when it is fed, and not later (EX_3.3-1045)"))
        }
        _ => Err(no("one change at a time")),
    }
}

fn operation(place: &str, says: &str) -> RegistryError {
    RegistryError::at(ErrorCode::XDSMetadataUpdateOperationError, place, says)
}

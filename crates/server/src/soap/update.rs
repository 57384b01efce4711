//! ITI-57 (TD3.3a to d): a document that is there. A status by an association (archive, take back, delete, restore);
//! at the care door also the visibility, by a next version of the metadata. A message is an act with its line: one change
//! of status, of as many documents as it names, or the visibility of one.

use ihe::xds::entry::EntryStatus;
use ihe::xds::iti57::{self, Update, visibility_change};
use ihe::xds::{DocumentDraft, ErrorCode, RegistryError, registry_response};
use model::{EntryId, RecordId, Visibility};
use record::Failure;

use super::Service;
use super::answer::Done;
use super::talk::{Asked, Not, Talk, unwritten};
use super::told::{Of, Told};

pub(super) fn update(talk: &Talk, asked: &Asked<'_>) -> Result<Done, Not> {
    let message = iti57::decode(&asked.request.body())?;
    asked.same_patient(&message.patient, Of::Updating)?;
    let record = talk.app.records.whereabouts(asked.patient()?);
    let record = record.map_err(|fault| Not::by(Failure::Fault(fault), Of::Updating))?;
    match message.updates.as_slice() {
        [Update::Metadata { logical_id, previous_version, entry, .. }] => {
            metadata(talk, asked, record, (*logical_id, *previous_version), entry)?;
        }
        updates => statuses(talk, asked, record, updates)?,
    }
    Ok(Done::body(registry_response(&message.notes).map_err(|_| unwritten())?))
}

/// A change of status.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turns {
    Archived,
    Unarchived,
    Deleted,
    Restored,
}

/// One change of status of one document or several, all or nothing: an act has one line.
fn statuses(talk: &Talk, asked: &Asked<'_>, record: RecordId, updates: &[Update]) -> Result<(), Not> {
    let (records, call) = (&talk.app.records, asked.call);
    let mut turns = None;
    let mut ids: Vec<EntryId> = Vec::with_capacity(updates.len());
    for update in updates {
        let Update::Status { entry, from, to, element } = update else {
            let says = "the metadata of one document a message: send each by itself";
            return Err(operation("SubmissionSet", says).into());
        };
        let turn = match (from, to) {
            (EntryStatus::Approved, EntryStatus::Archived) => Turns::Archived,
            (EntryStatus::Archived, EntryStatus::Approved) => Turns::Unarchived,
            (_, EntryStatus::Deleted) => Turns::Deleted,
            (EntryStatus::Deleted, _) => Turns::Restored,
            _ => return Err(operation(element, "not a change of status that is done here").into()),
        };
        if *turns.get_or_insert(turn) != turn {
            return Err(
                operation(element, "one kind of change a message: send the others by themselves").into()
            );
        }
        ids.push(*entry);
    }
    let changed = match turns {
        Some(Turns::Archived) => records.archive_all(call, record, &ids),
        Some(Turns::Unarchived) => records.unarchive_all(call, record, &ids),
        Some(Turns::Deleted) => records.delete_all(call, record, &ids),
        Some(Turns::Restored) => records.restore_all(call, record, &ids),
        None => return Err(operation("SubmissionSet", "no update is asked for").into()),
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
    let (_, before) =
        records.read_entry(call, record, id).map_err(|it| Not::by(it, Of::Updating))?.into_inner();
    let changed = visibility_change(&before, version, after).map_err(|it| Not::Lined(it.into()))?;
    let Some(now) = changed else { return Ok(()) };
    step(talk, asked, record, &before.visibility, now, (before.logical_id, &after.element))
        .map_err(Not::Lined)?
        .map_err(|it| Not::by(it, Of::Updating))
}

fn step(
    talk: &Talk,
    asked: &Asked<'_>,
    record: RecordId,
    was: &Visibility,
    now: Visibility,
    (id, element): (EntryId, &str),
) -> Result<Result<(), Failure>, Told> {
    let (records, call) = (&talk.app.records, asked.call);
    let masked = was.masked != now.masked;
    let holder = was.hidden_from_holder != now.hidden_from_holder;
    let representatives = was.hidden_from_representatives != now.hidden_from_representatives;
    Ok(match (masked, holder, representatives) {
        (true, false, false) if now.masked => records.mask(call, record, id).map(drop),
        (true, false, false) => records.unmask(call, record, id).map(drop),
        // whoever makes it visible says by this that it was announced (R.1111-53)
        (false, true, false) if !now.hidden_from_holder => {
            records.make_visible(call, record, id, true).map(drop)
        }
        (false, false, true) if now.hidden_from_representatives => {
            records.hide_from_representatives(call, record, id, true).map(drop)
        }
        // irreversible, and nothing in the message says that the minor agreed
        (false, false, true) => {
            let says = "needs the minor's agreement, which is said by DocumentReference/$manage";
            return Err(operation(&format!("{element}.confidentialityCode"), says).into());
        }
        (false, true, false) => {
            let says = "a document is hidden from the holder when it is fed, and not later (EX_3.3-1045)";
            return Err(operation(&format!("{element}.confidentialityCode"), says).into());
        }
        _ => return Err(operation(&format!("{element}.confidentialityCode"), "one change at a time").into()),
    })
}

fn operation(place: &str, says: &str) -> RegistryError {
    RegistryError::at(ErrorCode::XDSMetadataUpdateOperationError, place, says)
}

//! ITI-18 (TD3.1a): the stored queries. At the feed door one of them alone (TD3.1b): the entryUUID of what the caller
//! fed itself, by its uniqueId; it answers a reference and nothing else.

use ihe::xds::iti18::{self, Found, Query, StoredQuery, Visible};
use ihe::xds::{Context, ErrorCode, RegistryError};
use model::EntryId;
use record::{InSight, Picked, Target};

use super::Service;
use super::answer::Done;
use super::talk::{Asked, Not, Talk, repository, unwritten};
use super::told::Of;

pub(super) fn query(talk: &Talk, asked: &Asked<'_>) -> Result<Done, Not> {
    let stored = iti18::decode(&asked.request.body())?;
    if let Some(said) = stored.query.patient() {
        asked.same_patient(said, Of::Asking)?;
    }
    if talk.service == Service::FeedRegistry {
        return locate(talk, asked, &stored);
    }
    let target = Target::Ins(asked.patient()?.clone());
    let StoredQuery { query, returns } = &stored;
    let statuses = record::Asked { deprecated: query.asked_deprecated(), archived: query.asked_archived() };
    let repository = repository()?;
    let answer = talk.app.records.look_up(
        asked.call,
        &target,
        statuses,
        query.needs_sets(),
        |seen| picked(query, seen),
        |seen| {
            let context = Context { ins: &seen.identity.ins, repository: &repository };
            iti18::answer(&select(query, seen), *returns, &context, &[])
        },
    );
    let answer = answer.map_err(|it| Not::by(it, Of::Asking))?.into_inner();
    Ok(Done::body(answer.map_err(|_| unwritten())?))
}

fn select<'a>(query: &Query, seen: &InSight<'a>) -> Found<'a> {
    query.select(Visible { entries: seen.documents, sets: seen.sets })
}

/// The documents a query names: those it answers, those its associations join, those of its sets.
fn picked(query: &Query, seen: &InSight<'_>) -> Picked {
    let found = select(query, seen);
    let joined = |id: &EntryId| found.associations.iter().any(|it| it.source == *id || it.target == *id);
    let member = |id: &EntryId| found.sets.iter().any(|it| it.members.contains(id));
    let named = |id: &EntryId| found.documents.iter().any(|it| it.id == *id);
    let documents =
        seen.documents.iter().filter(|it| named(&it.id) || joined(&it.id) || member(&it.logical_id));
    Picked { documents: documents.map(|it| it.logical_id).collect() }
}

fn locate(talk: &Talk, asked: &Asked<'_>, stored: &StoredQuery) -> Result<Done, Not> {
    let Some(unique_id) = stored.query.located() else {
        let says =
            "this door answers GetDocuments by one uniqueId, with a reference to what you fed yourself";
        return Err(RegistryError::new(ErrorCode::XDSUnknownStoredQuery, says).into());
    };
    let ins = asked.patient()?;
    let found = talk.app.records.locate(asked.call, ins, unique_id).map_err(|it| Not::by(it, Of::Asking))?;
    let ids: Vec<EntryId> = found.get().iter().map(|it| it.entry).collect();
    Ok(Done::body(iti18::answer_refs(&ids).map_err(|_| unwritten())?))
}

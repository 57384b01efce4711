//! `Patient/$two-agents`, `$heir`, `$at-counter`: what takes two agents, what an heir asks for at a counter, and what a
//! counter may know of a record (rules, A2, W11 and W14). Each agent sends a message of their own: a message proves one
//! caller.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use ihe::fhir::operations::two_agents::{
    self, DocumentName, Doing, HeirDoing, HeirLine, MandateLine, WaitingLine,
};
use model::{Act, EntryId, RecordId};
use record::{HeirCopy, RelatesTo, SecondWord, SeenByAgent, TakesTwo, Target, WhyAtCounter};

use super::answer::{Answer, fhir};
use super::binary::{RESOURCE_BYTES_MAX, raw};
use super::incoming::Incoming;
use crate::app::App;
use crate::blocking::act;
use crate::streaming;

const BYTES_MAX: usize = 64 << 10;

/// What is first asked, and what is said of what was asked.
enum Word {
    First(TakesTwo),
    Second(model::RowId, SecondWord),
}

fn document(app: &App, name: DocumentName) -> RelatesTo {
    match name {
        DocumentName::Unique(id) => RelatesTo::Unique(id),
        DocumentName::Entry(record, id) => RelatesTo::Entry(record, id),
        // looked for like any other, and found by nobody
        DocumentName::Nobodys => RelatesTo::Entry(RecordId::random(&*app.dice), EntryId::random(&*app.dice)),
    }
}

pub(super) async fn two_agents(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let asked = two_agents::decode(&body)?;
    let Incoming { app, call, .. } = incoming;
    let target = Target::Ins(asked.patient);
    let seen = SeenByAgent { identified: asked.identified, proved: asked.proved };
    let word = match asked.doing {
        Doing::Recall(name) => Word::First(TakesTwo::Recall(document(&app, name))),
        Doing::Merge(into) => Word::First(TakesTwo::Merge(into)),
        Doing::Split(to, names) => {
            let names = names.into_iter().map(|it| document(&app, it)).collect();
            Word::First(TakesTwo::Split(to, names))
        }
        Doing::Release(request) => Word::First(TakesTwo::Release(request)),
        Doing::Fraud => Word::First(TakesTwo::Fraud),
        Doing::Confirm(request) => Word::Second(request, SecondWord::Confirm),
        Doing::Refuse(request) => Word::Second(request, SecondWord::Refuse),
        Doing::Withdraw(request) => Word::Second(request, SecondWord::Withdraw),
    };
    let state = match &word {
        Word::Second(_, SecondWord::Refuse) => "refused",
        Word::Second(_, SecondWord::Withdraw) => "withdrawn",
        _ => "done",
    };
    let said = act(&app, move |records| match word {
        Word::First(what) => records.ask_two_agents(&call, &target, &what, seen),
        Word::Second(request, word) => records.answer_two_agents(&call, &target, request, word, seen),
    })
    .await?;
    let said = said.get();
    let state = if said.waits_until.is_some() { "waiting" } else { state };
    Ok(fhir(StatusCode::OK, &two_agents::encode(&said.id, state, said.waits_until)))
}

pub(super) async fn heir(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let asked = two_agents::decode_heir(&body)?;
    let Incoming { app, call, .. } = incoming;
    let (target, proved) = (Target::Ins(asked.patient), asked.proved);
    match asked.doing {
        HeirDoing::Ask(name, purpose) => {
            let name = document(&app, name);
            let entered =
                act(&app, move |records| records.ask_as_heir(&call, &target, &name, purpose, proved)).await?;
            Ok(fhir(StatusCode::OK, &two_agents::encode_heir(&entered.get().request.id)))
        }
        HeirDoing::Deliver(request) => {
            let copy =
                act(&app, move |records| records.deliver_to_heir(&call, &target, request, proved)).await?;
            handed_over(copy.into_inner()).await
        }
    }
}

/// The copy; as it is where it is too large to stand in a resource.
async fn handed_over(copy: HeirCopy) -> Result<Response, Answer> {
    let described = copy.document.entry.description.clone();
    if described.size > RESOURCE_BYTES_MAX {
        return Ok(raw(streaming::Begun::from(copy.document), &described.mime_type, described.size));
    }
    let bytes = streaming::whole(copy.document).await?;
    let body = two_agents::encode_copy(&described.title, &described.mime_type, &bytes, copy.left);
    Ok(fhir(StatusCode::OK, &body))
}

pub(super) async fn at_counter(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let whys = WhyAtCounter::ALL.map(|(word, _)| word);
    let asked = two_agents::decode_look(&body, &whys)?;
    let Incoming { app, call, .. } = incoming;
    let target = Target::Ins(asked.patient);
    let why = asked.why.and_then(|why| WhyAtCounter::ALL.into_iter().find(|(word, _)| *word == why));
    let why = why.map(|(_, why)| why);
    let seen = act(&app, move |records| records.look_at_counter(&call, &target, why)).await?.into_inner();
    let mandates: Vec<_> = seen
        .mandates
        .iter()
        .map(|it| MandateLine {
            id: &it.id,
            kind: it.kind,
            family: it.family.as_str(),
            given: it.given.as_str(),
            from: it.from,
            until: it.until,
            restricted: it.restrictions.iter().any(|it| it.until.is_none_or(|at| seen.at < at)),
        })
        .collect();
    let waiting: Vec<_> = seen
        .waiting
        .iter()
        .map(|it| WaitingLine {
            id: &it.id,
            what: action(it.what.act()),
            by: it.by.to_string(),
            until: it.until,
        })
        .collect();
    let heirs: Vec<_> = seen
        .heirs
        .iter()
        .map(|it| HeirLine {
            id: &it.id,
            purpose: it.purpose.into(),
            asked: it.asked,
            released: it.released.is_some(),
            copies: it.released.as_ref().map_or(0, |it| it.copies),
        })
        .collect();
    Ok(fhir(StatusCode::OK, &two_agents::encode_look(&mandates, &waiting, &heirs)))
}

/// As `$two-agents` names what is asked.
fn action(act: Act) -> &'static str {
    match act {
        Act::Recall => "RECALL",
        Act::Merge => "MERGE",
        Act::Split => "SPLIT",
        Act::ReleaseToHeir => "RELEASE",
        _ => "FRAUD",
    }
}

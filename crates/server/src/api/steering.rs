//! At the steering door: the review of emergencies and their rate, kill switches, another policy (rules, A21, V1,
//! P1). Who may is the rules' word; each request leaves its line. A browser gets a page where there is one.

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use model::{Emergency, PsIdNat, RecordId, RowId, StructIdNat};
use record::{Call, HouseRate, Proposal, Proposed, ReviewFinding, Switch, SwitchedOff, ToReview};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Problem;
use crate::app::App;
use crate::audit::Standing;
use crate::blocking::act;
use crate::caller::Calling;
use crate::guard::RequestId;
use crate::outcome::Outcome;
use crate::portal::layout::wants_page;
use crate::portal::steering as pages;

pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/reviews", get(reviews))
        .route("/emergencies", get(emergencies))
        .route("/reviews/{record}/{access}", post(review))
        .route("/service", get(service))
        .route("/switches", get(switches))
        .route("/switches/off", post(off))
        .route("/switches/on", post(on))
        .route("/policy", post(policy))
        .route("/proposals/{id}/approve", post(approve))
}

/// Whoever showed a person's certificate at this door.
pub(crate) struct Steerer {
    pub(crate) app: Arc<App>,
    pub(crate) call: Call,
}

impl FromRequestParts<Arc<App>> for Steerer {
    type Rejection = Outcome;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Outcome> {
        let calling = Calling::from_request_parts(parts, app).await?;
        let request = parts.extensions.get::<RequestId>().ok_or(Outcome::FAULT)?.0;
        let mut call = Call::new(calling.caller, request);
        call.address = Some(calling.peer.ip().to_string());
        Ok(Self { app: Arc::clone(app), call })
    }
}

/// What the page says once, after a word from it.
#[derive(Deserialize, Default)]
struct Said {
    said: Option<u8>,
}

async fn reviews(
    steerer: Steerer,
    headers: HeaderMap,
    Query(Said { said }): Query<Said>,
) -> Result<Response, Problem> {
    if wants_page(&headers) {
        return Ok(pages::reviews(steerer, said.is_some()).await);
    }
    let Steerer { app, call } = steerer;
    let waiting = act(&app, move |records| records.reviews(&call)).await?;
    let waiting: Vec<_> = waiting.iter().map(|it| to_review(it.get())).collect();
    Ok(Json(json!({ "reviews": waiting })).into_response())
}

/// Emergencies among all accesses of the last thirty days, by organisation.
async fn emergencies(steerer: Steerer, headers: HeaderMap) -> Result<Response, Problem> {
    if wants_page(&headers) {
        return Ok(pages::rates(steerer).await);
    }
    let Steerer { app, call } = steerer;
    let rates = act(&app, move |records| records.emergency_rates(&call)).await?.into_inner();
    let house = |it: &HouseRate| {
        json!({
            "organisation": it.organisation.to_string(),
            "accesses": it.accesses,
            "emergencies": it.emergencies,
        })
    };
    let houses: Vec<_> = rates.houses.iter().map(house).collect();
    Ok(Json(json!({ "from": rates.from.to_string(), "organisations": houses })).into_response())
}

/// The service as a whole: how far its trace was told to an audit repository, and what is counted about nobody.
async fn service(Steerer { app, call }: Steerer) -> Result<Json<Value>, Problem> {
    let figures = act(&app, move |records| records.service_figures(&call)).await?.into_inner();
    let audit = app.audit.as_ref().map(|it| {
        let Standing { confirmed, sent, unreadable, away_since } = it.standing();
        json!({
            "confirmed": confirmed,
            "sent": sent,
            "waiting": figures.lines.saturating_sub(confirmed),
            "unreadable": unreadable,
            "awaySince": away_since.map(|it| it.to_string()),
        })
    });
    Ok(Json(json!({
        "lines": figures.lines,
        "audit": audit,
        "legacySignatures": figures.legacy_signatures,
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Word {
    finding: ReviewFinding,
}

async fn review(
    Steerer { app, call }: Steerer,
    Path((record, access)): Path<(String, String)>,
    body: Result<Json<Word>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let expected = || Problem::malformed("attendu : {\"finding\": \"justified|not_justified|inquiry\"}");
    let Json(Word { finding }) = body.map_err(|_| expected())?;
    let record = record.parse::<RecordId>().map_err(|_| Problem::not_found())?;
    let access = access.parse::<RowId>().map_err(|_| Problem::not_found())?;
    let reviewed = act(&app, move |records| records.review_emergency(&call, record, access, finding)).await?;
    Ok(Json(to_review(reviewed.get())))
}

fn to_review(it: &ToReview) -> Value {
    json!({
        "record": it.record.to_string(),
        "access": it.access.to_string(),
        "kind": match it.kind { Emergency::BreakGlass => "break_glass", Emergency::Regulation => "regulation" },
        "person": { "id": it.person.to_string(), "name": it.name },
        "organisation": it.organisation.as_ref().map(ToString::to_string),
        "at": it.at.to_string(),
        "category": it.category,
        "contested": it.contested,
        "last": it.last,
    })
}

async fn switches(Steerer { app, call }: Steerer) -> Result<Json<Value>, Problem> {
    let standing = act(&app, move |records| records.switches(&call)).await?.into_inner();
    let (off, waiting): (Vec<_>, Vec<_>) =
        (standing.0.iter().map(switched).collect(), standing.1.iter().map(proposal).collect());
    Ok(Json(json!({ "off": off, "proposals": waiting })))
}

/// One of the three.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whom {
    person: Option<PsIdNat>,
    organisation: Option<StructIdNat>,
    software: Option<String>,
}

fn whom(body: Result<Json<Whom>, JsonRejection>) -> Result<Switch, Problem> {
    let expected = || {
        Problem::malformed(
            "attendu : {\"person\": \"8…\"}, {\"organisation\": \"1…\"} ou {\"software\": \"…\"}",
        )
    };
    let Json(whom) = body.map_err(|_| expected())?;
    match (whom.person, whom.organisation, whom.software) {
        (Some(person), None, None) => Ok(Switch::Person(person)),
        (None, Some(organisation), None) => Ok(Switch::Organisation(organisation)),
        (None, None, Some(software)) if (1..=100).contains(&software.len()) => Ok(Switch::Software(software)),
        _ => Err(expected()),
    }
}

async fn off(
    Steerer { app, call }: Steerer,
    body: Result<Json<Whom>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let whom = whom(body)?;
    let off = act(&app, move |records| records.switch_off(&call, &whom)).await?;
    Ok(Json(switched(off.get())))
}

async fn on(
    Steerer { app, call }: Steerer,
    body: Result<Json<Whom>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let whom = whom(body)?;
    let waiting = act(&app, move |records| records.propose_switching_on(&call, &whom)).await?;
    Ok(Json(proposal(waiting.get())))
}

/// The texts of two files.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Texts {
    profile: String,
    matrix: String,
}

async fn policy(
    Steerer { app, call }: Steerer,
    body: Result<Json<Texts>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let expected = || Problem::malformed("attendu : {\"profile\", \"matrix\"}, les textes des deux fichiers");
    let Json(Texts { profile, matrix }) = body.map_err(|_| expected())?;
    let waiting = act(&app, move |records| records.propose_policy(&call, &profile, &matrix)).await?;
    Ok(Json(proposal(waiting.get())))
}

async fn approve(Steerer { app, call }: Steerer, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let id = id.parse::<RowId>().map_err(|_| Problem::not_found())?;
    let approved = act(&app, move |records| records.approve(&call, id)).await?;
    Ok(Json(proposal(approved.get())))
}

fn switched(it: &SwitchedOff) -> Value {
    json!({ "whom": it.whom.to_string(), "since": it.since.to_string(), "by": it.by.to_string() })
}

fn proposal(it: &Proposal) -> Value {
    let what = match &it.what {
        Proposed::SwitchOn(whom) => format!("switch_on {whom}"),
        Proposed::Policy { .. } => "change_policy".to_owned(),
    };
    json!({ "id": it.id.to_string(), "what": what, "by": it.by.to_string(), "at": it.at.to_string() })
}

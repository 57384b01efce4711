//! A record's life, as its holder decides it: what may not be fed, closing and its certificate, reopening, the
//! request to destroy.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use model::rights::ClosingReason;
use model::{Coding, Opposed, PsIdNat, RecordStatus, StructIdNat};
use record::{Closing, LifeView, Target};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Problem;
use super::signed_in::SignedIn;
use crate::blocking::act;

/// One of the three, and why.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Opposition {
    #[serde(default)]
    person: Option<PsIdNat>,
    #[serde(default)]
    organisation: Option<StructIdNat>,
    /// System and code of a document's type.
    #[serde(default, rename = "type")]
    kind: Option<Kind>,
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    system: String,
    code: String,
}

type Body = Result<Json<Opposition>, JsonRejection>;

const REASON_MAX: usize = 500;

fn opposed(body: Body) -> Result<(Opposed, Option<String>), Problem> {
    let expected = || {
        Problem::malformed(
            "attendu : {\"person\": \"8…\"}, {\"organisation\": \"1…\"} ou {\"type\": {\"system\": …, \"code\": …}}, \
             et s'il le faut {\"reason\": \"…\"}",
        )
    };
    let Json(it) = body.map_err(|_| expected())?;
    let reason = it.reason.filter(|it| it.chars().count() <= REASON_MAX);
    let to = match (it.person, it.organisation, it.kind) {
        (Some(person), None, None) => Opposed::Professional(person),
        (None, Some(organisation), None) => Opposed::Organisation(organisation),
        (None, None, Some(kind)) => {
            Opposed::Type(Coding::new(&kind.system, &kind.code, None).map_err(|_| expected())?)
        }
        _ => return Err(expected()),
    };
    Ok((to, reason))
}

pub(super) async fn oppose(signed: SignedIn, body: Body) -> Result<Json<Value>, Problem> {
    let (SignedIn { app, call, record }, (to, reason)) = (signed, opposed(body)?);
    let target = Target::Record(record);
    let all = act(&app, move |records| records.oppose(&call, &target, &to, reason.as_deref())).await?;
    Ok(Json(oppositions(all.get(), app.clock.now())))
}

pub(super) async fn lift(signed: SignedIn, body: Body) -> Result<Json<Value>, Problem> {
    let (SignedIn { app, call, record }, (to, _)) = (signed, opposed(body)?);
    let all = act(&app, move |records| records.lift_opposition(&call, &Target::Record(record), &to)).await?;
    Ok(Json(oppositions(all.get(), app.clock.now())))
}

fn oppositions(all: &[model::Opposition], now: model::Instant) -> Value {
    let told = |it: &model::Opposition| {
        let since = it.since.to_string();
        match &it.to {
            Opposed::Professional(person) => json!({ "person": person.to_string(), "since": since }),
            Opposed::Organisation(house) => json!({ "organisation": house.to_string(), "since": since }),
            Opposed::Type(kind) => {
                json!({ "type": { "system": kind.system, "code": kind.code }, "since": since })
            }
            Opposed::Document(_) => json!({ "document": true, "since": since }),
        }
    };
    let in_force: Vec<_> = all.iter().filter(|it| it.is_in_force(now)).map(told).collect();
    json!({ "oppositions": in_force })
}

pub(super) async fn close(SignedIn { app, call, record }: SignedIn) -> Result<Json<Value>, Problem> {
    let closing = act(&app, move |records| records.close(&call, &Target::Record(record), None)).await?;
    Ok(Json(match closing.get() {
        Closing::Closed { at, destroyed_on, .. } => {
            json!({ "closed": true, "at": at.to_string(), "destroyedOn": destroyed_on.to_string() })
        }
        Closing::Waits => json!({ "closed": false, "waitsForOthers": true }),
    }))
}

/// The certificate that the record was closed.
pub(super) async fn closure(SignedIn { app, call, record }: SignedIn) -> Result<Json<Value>, Problem> {
    let closure = act(&app, move |records| records.closure(&call, record)).await?.into_inner();
    let traits = &closure.identity.traits;
    Ok(Json(json!({
        "record": closure.record.to_string(),
        "holder": { "birthName": traits.birth_name.as_str(), "given": traits.first_given.as_str() },
        "closed": closure.closed.to_string(),
        "by": closure.by,
        "reason": match closure.reason {
            ClosingReason::Request => "request",
            ClosingReason::Death => "death",
            ClosingReason::DeathInError => "deathInError",
            ClosingReason::Fraud => "fraud",
            ClosingReason::Merged => "merged",
        },
        "words": closure.words,
        "destroyedOn": closure.destroyed_on.to_string(),
        "destructionAsked": closure.destruction_asked.map(|it| it.to_string()),
        "issued": closure.at.to_string(),
    })))
}

pub(super) async fn reopen(SignedIn { app, call, record }: SignedIn) -> Result<Json<Value>, Problem> {
    let view = act(&app, move |records| records.reopen(&call, &Target::Record(record), true)).await?;
    Ok(Json(life(view.get())))
}

pub(super) async fn destroy(SignedIn { app, call, record }: SignedIn) -> Result<Json<Value>, Problem> {
    let view = act(&app, move |records| records.ask_destruction(&call, &Target::Record(record))).await?;
    Ok(Json(life(view.get())))
}

pub(super) async fn keep(SignedIn { app, call, record }: SignedIn) -> Result<Json<Value>, Problem> {
    let view = act(&app, move |records| records.withdraw_destruction(&call, &Target::Record(record))).await?;
    Ok(Json(life(view.get())))
}

fn life(view: &LifeView) -> Value {
    json!({
        "open": matches!(view.status, RecordStatus::Open { .. }),
        "destructionAsked": view.life.destruction_asked.map(|it| it.to_string()),
    })
}

//! Whose record: one's own, and those one acts in as representative; and changing from one to another.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::response::Response;
use model::RecordId;
use record::Disclosed;
use record::circle::AccountOf;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Problem;
use super::log_in::begun;
use super::sessions::Who;
use super::signed_in::{SignedIn, Visitor};
use crate::blocking::act;

pub(super) async fn list(SignedIn { app, call, record }: SignedIn) -> Result<Json<Value>, Problem> {
    let listed = act(&app, move |records| records.whose(&call)).await?;
    let all: Vec<_> = listed
        .iter()
        .map(Disclosed::get)
        .map(|it| {
            json!({
                "record": it.record.to_string(),
                "given": it.given.as_str(),
                "family": it.family.as_str(),
                "as": match it.account {
                    AccountOf::Holder => "holder",
                    AccountOf::Representative(_) => "representative",
                    AccountOf::Relative(_) => "relative",
                },
                "current": it.record == record,
            })
        })
        .collect();
    Ok(Json(json!({ "records": all })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct To {
    record: RecordId,
}

/// The session there was ends: another begins, for another record.
pub(super) async fn change(
    SignedIn { app, call, .. }: SignedIn,
    Visitor { token, .. }: Visitor,
    body: Result<Json<To>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(To { record }) = body.map_err(|_| Problem::malformed("attendu : {\"record\"}"))?;
    let account = act(&app, move |records| records.act_in(&call, record)).await?;
    if let Some(token) = token {
        app.sessions.end(&token);
    }
    Ok(begun(&app, Who::of(record, account)))
}

//! The two emergency answers, changed at any time (requirements, R85), and "ce n'était pas une urgence".

use axum::Json;
use axum::extract::rejection::JsonRejection;
use model::{EmergencyChoices, RowId};
use record::Target;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Problem;
use super::rights::rights_json;
use super::signed_in::SignedIn;
use crate::blocking::act;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Choices {
    break_glass: bool,
    regulation: bool,
}

pub(super) async fn emergency(
    SignedIn { app, call, record }: SignedIn,
    body: Result<Json<Choices>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let Json(Choices { break_glass, regulation }) =
        body.map_err(|_| Problem::malformed("attendu : {\"breakGlass\": bool, \"regulation\": bool}"))?;
    let choices = EmergencyChoices { break_glass, regulation };
    let rights =
        act(&app, move |records| records.set_emergency_choices(&call, &Target::Record(record), choices))
            .await?;
    Ok(Json(rights_json(rights.get())))
}

/// The access, by the `request` of its line in the trace.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Contested {
    request: String,
}

pub(super) async fn contest(
    SignedIn { app, call, record }: SignedIn,
    body: Result<Json<Contested>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let expected = || Problem::malformed("attendu : {\"request\": \"…\"}, celui d'une ligne de la trace");
    let Json(Contested { request }) = body.map_err(|_| expected())?;
    let access = request.parse::<RowId>().map_err(|_| expected())?;
    let contested = act(&app, move |records| records.contest_emergency(&call, record, access)).await?;
    let access = contested.get();
    Ok(Json(json!({
        "request": access.id.to_string(),
        "person": { "id": access.window.person.to_string(), "name": access.name },
        "organisation": access.organisation.as_ref().map(ToString::to_string),
        "at": access.window.opened.to_string(),
        "reason": access.reason,
        "contested": access.contested.map(|at| at.to_string()),
    })))
}

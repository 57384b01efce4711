//! The two emergency answers, changed at any time (requirements, R85).

use axum::Json;
use axum::extract::rejection::JsonRejection;
use model::EmergencyChoices;
use record::Target;
use serde::Deserialize;
use serde_json::Value;

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

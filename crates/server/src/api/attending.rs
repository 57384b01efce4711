//! The attending doctor: confirmed or designated, and ended, by the holder.

use axum::Json;
use record::Target;
use serde_json::Value;

use super::answer::Problem;
use super::rights::{Body, person, rights_json};
use super::signed_in::SignedIn;
use crate::blocking::act;

pub(super) async fn confirm(signed: SignedIn, body: Body) -> Result<Json<Value>, Problem> {
    let (SignedIn { app, call, record }, who) = (signed, person(body)?);
    let rights =
        act(&app, move |records| records.confirm_attending(&call, &Target::Record(record), &who)).await?;
    Ok(Json(rights_json(rights.get())))
}

pub(super) async fn end(signed: SignedIn, body: Body) -> Result<Json<Value>, Problem> {
    let (SignedIn { app, call, record }, who) = (signed, person(body)?);
    let rights =
        act(&app, move |records| records.end_attending(&call, &Target::Record(record), &who)).await?;
    Ok(Json(rights_json(rights.get())))
}

//! Authorise, revoke, block, unblock: the holder's word on one professional or organisation (rules, W10).

use axum::Json;
use axum::extract::rejection::JsonRejection;
use model::{Grantee, PsIdNat, StructIdNat};
use record::{RightsView, Target};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Problem;
use super::overview::grantee;
use super::signed_in::SignedIn;
use crate::blocking::act;

/// One of the two.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Whom {
    #[serde(default)]
    person: Option<PsIdNat>,
    #[serde(default)]
    organisation: Option<StructIdNat>,
}

pub(super) type Body = Result<Json<Whom>, JsonRejection>;

pub(super) async fn authorise(signed: SignedIn, body: Body) -> Result<Json<Value>, Problem> {
    let (SignedIn { app, call, record }, to) = (signed, either(body)?);
    let rights = act(&app, move |records| records.authorise(&call, &Target::Record(record), &to)).await?;
    Ok(Json(rights_json(rights.get())))
}

pub(super) async fn revoke(signed: SignedIn, body: Body) -> Result<Json<Value>, Problem> {
    let (SignedIn { app, call, record }, to) = (signed, either(body)?);
    let rights = act(&app, move |records| records.revoke(&call, &Target::Record(record), &to)).await?;
    Ok(Json(rights_json(rights.get())))
}

pub(super) async fn block(signed: SignedIn, body: Body) -> Result<Json<Value>, Problem> {
    let (SignedIn { app, call, record }, who) = (signed, person(body)?);
    let rights = act(&app, move |records| records.block(&call, &Target::Record(record), &who)).await?;
    Ok(Json(rights_json(rights.get())))
}

pub(super) async fn unblock(signed: SignedIn, body: Body) -> Result<Json<Value>, Problem> {
    let (SignedIn { app, call, record }, who) = (signed, person(body)?);
    let rights = act(&app, move |records| records.unblock(&call, &Target::Record(record), &who)).await?;
    Ok(Json(rights_json(rights.get())))
}

pub(super) fn person(body: Body) -> Result<PsIdNat, Problem> {
    match either(body)? {
        Grantee::Person(person) => Ok(person),
        Grantee::Organisation(_) => Err(expected()),
    }
}

fn either(body: Body) -> Result<Grantee, Problem> {
    let Json(whom) = body.map_err(|_| expected())?;
    match (whom.person, whom.organisation) {
        (Some(person), None) => Ok(Grantee::Person(person)),
        (None, Some(organisation)) => Ok(Grantee::Organisation(organisation)),
        _ => Err(expected()),
    }
}

fn expected() -> Problem {
    Problem::malformed(
        "attendu : {\"person\": \"8…\"}, l'identifiant national d'un professionnel ; ou, pour autoriser et \
         retirer, {\"organisation\": \"1…\"}",
    )
}

/// The rights in force.
pub(super) fn rights_json(view: &RightsView) -> Value {
    let (rights, now) = (&view.rights, view.at);
    let in_force = rights.authorisations.iter().filter(|it| it.is_in_force(now));
    json!({
        "authorisations": in_force
            .map(|it| json!({ "to": grantee(&it.to), "until": it.until.to_string() }))
            .collect::<Vec<_>>(),
        "blocks": rights
            .blocks
            .iter()
            .filter(|it| it.is_in_force(now))
            .map(|it| json!({ "person": it.person.to_string() }))
            .collect::<Vec<_>>(),
        "attendingDoctors": rights
            .attending
            .iter()
            .filter(|it| it.is_in_force(now) || it.is_pending(now))
            .map(|it| json!({ "person": it.person.to_string(), "confirmed": it.confirmed.is_some() }))
            .collect::<Vec<_>>(),
        "emergency": {
            "breakGlass": rights.emergency.break_glass,
            "regulation": rights.emergency.regulation,
        },
    })
}

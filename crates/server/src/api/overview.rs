//! The holder's record at a glance: who they are, who may see, since when.

use axum::Json;
use model::{Grantee, RecordedBy, Sex};
use serde_json::{Value, json};

use super::answer::Problem;
use super::signed_in::SignedIn;
use crate::blocking::act;

pub(super) async fn overview(SignedIn { app, call, record }: SignedIn) -> Result<Json<Value>, Problem> {
    let it = act(&app, move |records| records.overview(&call, record)).await?.into_inner();
    let traits = &it.identity.traits;
    let authorisations: Vec<_> = it
        .authorisations
        .iter()
        .map(|right| {
            json!({
                "to": grantee(&right.to),
                "from": right.from.to_string(),
                "until": right.until.to_string(),
                "inForce": right.is_in_force(it.at),
                "by": by(&right.by),
            })
        })
        .collect();
    let blocks: Vec<_> = it
        .blocks
        .iter()
        .filter(|block| block.is_in_force(it.at))
        .map(|block| json!({ "person": block.person.to_string(), "since": block.since.to_string() }))
        .collect();
    let attending: Vec<_> = it
        .attending
        .iter()
        .filter(|doctor| doctor.is_in_force(it.at) || doctor.is_pending(it.at))
        .map(|doctor| {
            json!({
                "person": doctor.person.to_string(),
                "declared": doctor.declared.to_string(),
                "confirmed": doctor.confirmed.map(|at| at.to_string()),
            })
        })
        .collect();
    Ok(Json(json!({
        "holder": {
            "birthName": traits.birth_name.as_str(),
            "usedName": traits.used_name.as_ref().map(|it| it.as_str()),
            "given": traits.first_given.as_str(),
            "birthDate": traits.birth_date.to_string(),
            "sex": match traits.sex { Sex::Female => "female", Sex::Male => "male", Sex::Unknown => "unknown" },
        },
        "contacts": {
            "email": it.contacts.email, "phone": it.contacts.phone, "address": it.contacts.address,
        },
        "open": it.status.is_open(),
        "authorisations": authorisations,
        "blocks": blocks,
        "attendingDoctors": attending,
        "emergency": { "breakGlass": it.emergency.break_glass, "regulation": it.emergency.regulation },
    })))
}

pub(super) fn grantee(to: &Grantee) -> Value {
    match to {
        Grantee::Person(person) => json!({ "person": person.to_string() }),
        Grantee::Organisation(organisation) => json!({ "organisation": organisation.to_string() }),
    }
}

fn by(by: &RecordedBy) -> Value {
    match by {
        RecordedBy::Holder => json!("holder"),
        RecordedBy::Representative(_) => json!("representative"),
        RecordedBy::Professional(person) | RecordedBy::Agent(person) => json!(person.to_string()),
    }
}

//! "Voir comme…", "pourquoi ?" and the receipts: what somebody would see, by which rule, and what they did see.

use axum::Json;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use jiff::civil::Date;
use model::{Caller, Door, EntryId, Profession, PsIdNat, Strength, StructIdNat};
use policy::Reason;
use record::{Asked, Viewer};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Problem;
use super::documents;
use super::signed_in::SignedIn;
use super::trace;
use crate::app::App;
use crate::blocking::act;
use crate::caller::person_at;

/// A professional, from one of their places, or a profession.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Whom {
    person: Option<PsIdNat>,
    organisation: Option<StructIdNat>,
    profession: Option<String>,
    specialty: Option<String>,
    document: Option<String>,
    #[serde(default)]
    replaced: bool,
    #[serde(default)]
    archived: bool,
}

type Asking = Result<Query<Whom>, QueryRejection>;

const EXPECTED: &str = "attendu : person=8… (et organisation=1…), ou profession=10 (et specialty=SM26) ; pour le \
                        pourquoi, document=…";

pub(super) async fn see_as(
    SignedIn { app, call, record }: SignedIn,
    whom: Asking,
) -> Result<Json<Value>, Problem> {
    let Query(whom) = whom.map_err(|_| Problem::malformed(EXPECTED))?;
    let viewer = viewer(&app, &whom)?;
    let asked = Asked { deprecated: whom.replaced, archived: whom.archived };
    let seen = act(&app, move |records| records.see_as(&call, record, &viewer, asked)).await?;
    let documents: Vec<_> = seen.get().entries.iter().map(documents::document).collect();
    Ok(Json(json!({ "documents": documents, "reasons": reasons(&seen.get().reasons) })))
}

pub(super) async fn why(
    SignedIn { app, call, record }: SignedIn,
    whom: Asking,
) -> Result<Json<Value>, Problem> {
    let Query(whom) = whom.map_err(|_| Problem::malformed(EXPECTED))?;
    let viewer = viewer(&app, &whom)?;
    let document: Option<EntryId> = whom.document.map(|id| documents::read(&id, &*app.dice));
    let why = act(&app, move |records| records.why(&call, record, &viewer, document)).await?;
    Ok(Json(json!({ "sees": why.get().sees, "reasons": reasons(&why.get().reasons) })))
}

/// Whose accesses, on which day of Paris.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Day {
    person: PsIdNat,
    day: Date,
}

pub(super) async fn receipts(
    SignedIn { app, call, record }: SignedIn,
    day: Result<Query<Day>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Query(Day { person, day }) =
        day.map_err(|_| Problem::malformed("attendu : person=8…&day=2026-05-03"))?;
    let seen = act(&app, move |records| records.what_was_visible(&call, record, &person, day)).await?;
    let lines: Vec<_> = seen.get().iter().map(trace::line).collect();
    Ok(Json(json!({ "lines": lines })))
}

fn viewer(app: &App, whom: &Whom) -> Result<Viewer, Problem> {
    match (&whom.person, &whom.profession) {
        (Some(id), None) => Ok(at_work(app, id, whom.organisation.clone())),
        (None, Some(code)) if whom.organisation.is_none() => {
            Ok(Viewer::Profession { profession: Profession::health(code), specialty: whom.specialty.clone() })
        }
        _ => Err(Problem::malformed(EXPECTED)),
    }
}

/// A person as the directory has them now, with their certificate at the care door.
pub(crate) fn at_work(app: &App, id: &PsIdNat, place: Option<StructIdNat>) -> Viewer {
    let (person, organisation) = person_at(id.clone(), Ok(place), &app.directory);
    let strength = Strength::Certificate;
    Viewer::Person(Box::new(Caller { strength, person, organisation, ..Caller::nobody(Door::Care) }))
}

fn reasons(reasons: &[Reason]) -> Vec<Value> {
    let one = |it: &Reason| {
        json!({
            "rule": it.rule.number(),
            "permits": it.permits,
            "words": it.sentence,
            "source": it.source,
            "liftedBy": it.lifted_by.map(|by| by.words_fr()),
        })
    };
    reasons.iter().map(one).collect()
}

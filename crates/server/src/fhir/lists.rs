//! `Patient/$my-patients` (TD0.4) and `Patient/$authorised` (TD1.6).

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use ihe::fhir::operations::lists::{self, AuthorisedLine, By, PatientLine};
use model::Grantee;
use record::{Latest, PageEnd, PatientsAsked, Target};

use super::answer::{Answer, fhir};
use super::incoming::Incoming;
use crate::blocking::act;

const BYTES_MAX: usize = 64 << 10;

pub(super) async fn my_patients(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let asked = lists::decode_my_patients::<PageEnd>(&body)?;
    let Incoming { app, call, .. } = incoming;
    let by = match asked.by {
        By::Authorisation => Latest::Authorisation,
        By::Document => Latest::Document,
    };
    let wanted = PatientsAsked { by, since: asked.since, after: asked.page };
    let page = act(&app, move |records| records.my_patients(&call, &wanted)).await?;
    let lines: Vec<_> = page
        .patients
        .iter()
        .map(|it| PatientLine {
            patient: &it.ins,
            traits: &it.traits,
            attending: it.attending,
            let_in: it.let_in,
            last_document: it.last_document,
        })
        .collect();
    let next = page.next.map(|it| it.to_string());
    Ok(fhir(StatusCode::OK, &lists::encode_my_patients(&lines, next.as_deref())))
}

pub(super) async fn authorised(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let target = Target::Ins(lists::decode_authorised(&body)?);
    let Incoming { app, call, .. } = incoming;
    let listed = act(&app, move |records| records.list_authorised(&call, &target)).await?;
    let lines: Vec<_> = listed
        .get()
        .iter()
        .map(|it| {
            let (id, is_organisation, name) = match &it.who {
                Grantee::Person(id) => (id.to_string(), false, app.directory.person(id).map(|it| it.name)),
                Grantee::Organisation(id) => {
                    (id.to_string(), true, app.directory.organisation(id).map(|it| it.name))
                }
            };
            AuthorisedLine {
                id,
                is_organisation,
                name: name.unwrap_or_default(),
                blocked: it.blocked,
                attending: it.attending,
                since: it.since,
                until: it.until,
            }
        })
        .collect();
    Ok(fhir(StatusCode::OK, &lists::encode_authorised(&lines)))
}

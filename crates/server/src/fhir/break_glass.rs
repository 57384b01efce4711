//! `Patient/$break-glass`, `$regulate` and `$end-emergency`: a window of emergency (rules, A18 and A19). The caller then
//! reads by the ordinary routes, and names the purpose in each request (`incoming.rs`).

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use ihe::fhir::operations::break_glass::{self, Category};
use ihe::fhir::operations::life::recorded;
use ihe::fhir::operations::regulate;
use record::{EmergencyRequest, ReasonCategory, Target};

use super::answer::{Answer, fhir};
use super::incoming::Incoming;
use crate::blocking::act;

const BYTES_MAX: usize = 64 << 10;

pub(super) async fn break_glass(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let said = break_glass::decode(&body)?;
    let Incoming { app, call, .. } = incoming;
    // one declaration says both: that the person cannot express their will, and that the risk is immediate
    let declared = said.declaration == Some(true);
    let asked = EmergencyRequest {
        ins: said.patient,
        family: said.family,
        given: said.given,
        birth_date: said.birth_date,
        reason: said.reason.unwrap_or_default(),
        category: match said.category {
            Category::Unconscious => ReasonCategory::Unconscious,
            Category::Confused => ReasonCategory::Confused,
            Category::VitalRisk => ReasonCategory::VitalRisk,
            Category::Other => ReasonCategory::Other,
        },
        cannot_consent: declared,
        immediate_risk: declared,
    };
    let opened = act(&app, move |records| records.break_glass(&call, &asked)).await?;
    Ok(fhir(StatusCode::OK, &break_glass::encode(opened.get().until)))
}

pub(super) async fn regulate(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let patient = regulate::decode(&body)?;
    let Incoming { app, call, .. } = incoming;
    let opened = act(&app, move |records| records.regulate(&call, &patient)).await?;
    Ok(fhir(StatusCode::OK, &break_glass::encode(opened.get().until)))
}

pub(super) async fn end(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let target = Target::Ins(regulate::decode(&body)?);
    let Incoming { app, call, .. } = incoming;
    act(&app, move |records| records.end_emergency(&call, &target)).await?;
    Ok(fhir(StatusCode::OK, &recorded()))
}

//! The trace as a professional may read it: their own accesses; the attending doctor, those of the others too
//! (rules, A22).

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;

use super::error::ProError;
use super::find::{found, record_id, record_path};
use super::frame::{Head, Patient, page};
use super::session::Pro;
use crate::portal::layout::Page;
use crate::portal::messages::messages;
use crate::portal::session::InQuery;
use crate::portal::tell::{Told, told};

const LINES: usize = 200;

#[derive(Template)]
#[template(path = "pro/accesses.html")]
struct AccessesPage {
    page: Page,
    head: Head,
    patient: Option<Patient>,
    path: String,
    attending: bool,
    sentences: Vec<Told>,
    older: Option<String>,
    newest: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Before {
    before: Option<u64>,
}

pub async fn accesses(
    pro: Pro,
    Path(record): Path<String>,
    InQuery(Before { before }): InQuery<Before>,
) -> Result<Response, ProError> {
    let record = record_id(&pro, &record);
    let ins = found(&pro, record)?.ins;
    let view = pro.act(move |records, call| records.know_status(call, &ins)).await?.into_inner();
    let seen = pro.act(move |records, call| records.history(call, record, before, LINES)).await?.into_inner();
    let m = messages();
    let title = if view.attending { m.t("pro.accesses.all") } else { m.t("pro.accesses.own") };
    let (page, head) = page(&pro, title);
    let mut sentences = told(&seen.lines, page.now);
    for sentence in &mut sentences {
        // who gave what right is said to the holder, in the holder's words
        sentence.why = "";
        for object in sentence.lines.iter_mut().flat_map(|it| it.objects.iter_mut()) {
            object.href = object.href.as_ref().map(|it| format!("{}{it}", record_path(record)));
        }
    }
    let sentences = folded(sentences);
    let path = record_path(record);
    Ok(Page::show(&AccessesPage {
        patient: view.identity.as_ref().map(|it| Patient::of(it, page.now)),
        attending: view.attending,
        sentences,
        older: seen.next.map(|it| format!("{path}/accesses?before={it}")),
        newest: before.map(|_| format!("{path}/accesses")),
        path,
        page,
        head,
    }))
}

/// The same said of the same person several times running is said once, and opens into each.
fn folded(sentences: Vec<Told>) -> Vec<Told> {
    let mut out: Vec<Told> = Vec::new();
    for next in sentences {
        match out.last_mut() {
            Some(last) if (&last.who, &last.did, last.look) == (&next.who, &next.did, next.look) => {
                last.lines.extend(next.lines);
            }
            _ => out.push(next),
        }
    }
    out
}

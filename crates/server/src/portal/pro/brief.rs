//! What a doctor needs first: allergies, treatments and problems as the newest medical summary says them, and the last
//! prescription, analysis and report. The summary is read like any document: by the rules, and with its line.

use clinical::render::{self, Body, Frame, French, Limits, Narrative, Section};
use clinical::spaces::Space;
use model::{DocumentEntry, DocumentStatus, RecordId};
use record::Failure;

use super::error::ProError;
use super::find::record_path;
use super::record::Lines;
use super::session::Pro;
use crate::portal::lines::{Line, author_of};
use crate::portal::messages::messages;
use crate::portal::spaces;
use crate::portal::when;
use crate::streaming;

/// The type of a medical summary (volet de synthèse médicale).
const SUMMARY: &str = "SYNTH";
/// LOINC codes of its sections.
const ALLERGIES: &[&str] = &["48765-2"];
const TREATMENTS: &[&str] = &["10160-0", "29549-3"];
const PROBLEMS: &[&str] = &["11450-4"];
const BYTES_MAX: u64 = 2 << 20;
/// Of these, the last document of each is named.
const LAST: [Space; 3] = [Space::Treatments, Space::Analyses, Space::Reports];

const FEW: usize = 8;

pub struct Brief {
    pub summary: Option<Summary>,
    pub last: Vec<Line>,
}

pub struct Summary {
    pub href: String,
    /// "Selon la synthèse du 3 mai 2026, Dr …".
    pub from: String,
    pub parts: Vec<Part>,
}

pub struct Part {
    pub title: &'static str,
    /// What can hurt: set apart.
    pub alert: bool,
    /// HTML made by `clinical`; empty where the summary says nothing of it.
    pub html: String,
}

/// None for a record that shows nothing.
pub async fn brief(
    pro: &Pro,
    record: RecordId,
    entries: &[DocumentEntry],
) -> Result<Option<Brief>, ProError> {
    if entries.is_empty() {
        return Ok(None);
    }
    let current = || entries.iter().filter(|it| it.status == DocumentStatus::Approved);
    let newest = |it: &&DocumentEntry| (it.description.service_start, it.deposited, it.logical_id);
    let summary = current().filter(|it| it.description.type_code.code == SUMMARY).max_by_key(newest);
    let summary = match summary {
        Some(entry) => read(pro, record, entry).await?,
        None => None,
    };
    let lines = Lines { pro, record, visited: None };
    // of a few documents the list itself is the answer
    let many = current().count() > FEW;
    let last = LAST
        .into_iter()
        .filter(|_| many)
        .filter_map(|space| current().filter(|it| spaces::of(it) == Some(space)).max_by_key(newest));
    Ok(Some(Brief { summary, last: last.map(|it| lines.line(it)).collect() }))
}

async fn read(pro: &Pro, record: RecordId, entry: &DocumentEntry) -> Result<Option<Summary>, ProError> {
    let m = messages();
    let (id, size) = (entry.logical_id, entry.description.size);
    let href = format!("{}/documents/{id}", record_path(record));
    let from = m.t2("pro.brief.from", when::day_of(entry.description.service_start), author_of(entry).0);
    let mut summary = Summary { href, from, parts: Vec::new() };
    if size > BYTES_MAX {
        return Ok(Some(summary));
    }
    let document = match pro.try_read(record, move |records, call| records.consult(call, record, id)).await {
        Ok(document) => document.into_inner(),
        // gone meanwhile: the list is shown all the same
        Err(Failure::Refused(_)) => return Ok(None),
        Err(failure) => return Err(pro.wrong(failure)),
    };
    let Ok(bytes) = streaming::whole(document).await else { return Ok(Some(summary)) };
    if let Ok(view) = render::cda(&bytes, &Limits::default())
        && let Body::Narrative(narrative) = view.body
    {
        let wanted = [
            (m.t("pro.brief.allergies"), true, ALLERGIES),
            (m.t("pro.brief.treatments"), false, TREATMENTS),
            (m.t("pro.brief.problems"), false, PROBLEMS),
        ];
        let part = |(place, (title, alert, codes)): (usize, (&'static str, bool, &[&str]))| Part {
            title,
            alert,
            html: html(&narrative.sections, codes, ["b0", "b1", "b2"].get(place).copied().unwrap_or("b")),
        };
        summary.parts = wanted.into_iter().enumerate().map(part).collect();
    }
    Ok(Some(summary))
}

/// The text of the sections of these codes, without their titles: ours stand above.
fn html(sections: &[Section], codes: &[&str], ids: &str) -> String {
    let of_code = |it: &&Section| it.code.as_deref().is_some_and(|code| codes.contains(&code));
    let found = sections.iter().filter(of_code).map(|it| Section { title: None, ..it.clone() });
    let narrative = Narrative { sections: found.collect(), cut: false };
    match Frame::new(3, ids, &French) {
        Ok(frame) if !narrative.sections.is_empty() => narrative.html(&[], &frame),
        _ => String::new(),
    }
}

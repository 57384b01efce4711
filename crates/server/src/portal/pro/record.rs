//! The record as a professional reads it: the essential, what came since they were last here, then the documents by
//! space. What the rules withhold is not there at all.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use clinical::spaces::Space;
use model::{Act, DocumentEntry, DocumentStatus, Instant, QualifiedIdentity, RecordId};
use record::account::Verdict;
use record::{Asked, Failure, Found, RefusalKind, Target};
use serde::Deserialize;

use super::brief::{Brief, brief};
use super::emergency::{Band, band};
use super::error::{ProError, ProWrong};
use super::find::{record_id, record_path};
use super::frame::{Head, Patient, page};
use super::session::Pro;
use super::sessions;
use crate::portal::layout::{Page, go, in_query};
use crate::portal::lines::{Chip, Line, Month, answers, months};
use crate::portal::messages::messages;
use crate::portal::session::InQuery;
use crate::portal::spaces;
use crate::portal::when;

/// Lines of the trace read to know when one was last here.
const LINES: usize = 60;

#[derive(Template)]
#[template(path = "pro/record.html")]
struct RecordPage {
    page: Page,
    head: Head,
    patient: Patient,
    nav: Nav,
    title: &'static str,
    since: Option<String>,
    /// Nothing at all came since then, whatever is filtered.
    fresh: Vec<Line>,
    months: Vec<Month>,
    count: usize,
    is_empty: bool,
    attending: bool,
    window: Option<Band>,
    /// What answers first, on the first page alone.
    brief: Option<Brief>,
    /// What was replaced or archived is shown, and nothing else.
    old: bool,
}

/// The spaces with their counts, on the left of every page of the record.
pub struct Nav {
    pub path: String,
    pub shelves: Vec<Shelf>,
    pub query: String,
    pub total: usize,
    pub is_all: bool,
}

pub struct Shelf {
    pub key: &'static str,
    pub name: &'static str,
    pub href: String,
    pub count: usize,
    pub fresh: usize,
    pub is_on: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    space: String,
    q: String,
    old: String,
}

pub async fn record(
    pro: Pro,
    Path(record): Path<String>,
    InQuery(wanted): InQuery<Wanted>,
) -> Result<Response, ProError> {
    let record = record_id(&pro, &record);
    let begun = pro.app.clock.now();
    let old = wanted.old == "1";
    let asked = Asked { deprecated: old, archived: old };
    let Some(found) = search(&pro, record, asked).await? else {
        return Ok(go(&format!("{}/access", record_path(record))));
    };
    let known = known(&pro, record, &found.identity, begun).await?;
    let visited = known.visited.flatten();
    let space = Space::from_code(&wanted.space);
    let query: String = wanted.q.trim().chars().take(80).collect();
    let (page, head) = page(&pro, messages().t("pro.record.title"));
    let brief = match space.is_none() && query.is_empty() && !old {
        true => brief(&pro, record, &found.entries).await?,
        false => None,
    };
    let wanted = |it: &&DocumentEntry| {
        is_current(it) != old
            && (space.is_none_or(|space| spaces::of(it) == Some(space)))
            && answers(it, &query)
    };
    let shown: Vec<_> = found.entries.iter().filter(wanted).cloned().collect();
    let is_fresh = |it: &DocumentEntry| !old && visited.is_some_and(|since| it.deposited > since);
    let (mut fresh, older): (Vec<_>, Vec<_>) = shown.into_iter().partition(is_fresh);
    fresh.sort_by_key(|it| std::cmp::Reverse((it.deposited, it.logical_id)));
    let lines = Lines { pro: &pro, record, visited };
    Ok(Page::show(&RecordPage {
        patient: Patient::of(&found.identity, page.now),
        nav: Nav { is_all: space.is_none() && !old, ..nav(&found, record, space, &query, visited) },
        title: match old {
            true => messages().t("pro.old"),
            false => messages().of("space", space.map_or("all", spaces::key)).unwrap_or_default(),
        },
        since: visited.filter(|_| !old).map(|it| when::moment_from(it, page.now)),
        count: fresh.len() + older.len(),
        fresh: fresh.iter().map(|it| lines.line(it)).collect(),
        months: lines.months(&older),
        is_empty: !old && found.entries.is_empty(),
        attending: known.attending,
        window: band(&pro, record),
        brief,
        old,
        page,
        head,
    }))
}

fn is_current(entry: &DocumentEntry) -> bool {
    entry.status == DocumentStatus::Approved
}

/// The documents this professional may see. None, for the page that says why, where this session knows the
/// record's status already; else the refusal.
pub(super) async fn search(pro: &Pro, record: RecordId, asked: Asked) -> Result<Option<Found>, ProError> {
    let target = Target::Record(record);
    let found =
        pro.try_read(record, move |records, call| records.search(call, &target, asked, |_, _| true)).await;
    match found {
        Ok(found) => Ok(Some(found.into_inner())),
        Err(Failure::Refused(no)) if no.kind == RefusalKind::Denied => {
            match pro.app.pro.sessions.patient(&pro.token, record) {
                Some(_) if pro.is_active().is_ok() => Ok(None),
                _ => Err(pro.wrong(ProWrong::Denied)),
            }
        }
        Err(failure) => Err(pro.wrong(failure)),
    }
}

/// What the session knows of the record: attending or not, asked again when it is not fresh, and when one was last
/// here before this session. At most one line of status for a page.
pub(super) async fn known(
    pro: &Pro,
    record: RecordId,
    identity: &QualifiedIdentity,
    begun: Instant,
) -> Result<sessions::Patient, ProError> {
    let sessions = &pro.app.pro.sessions;
    let known = sessions.patient(&pro.token, record);
    let is_fresh = |it: &&sessions::Patient| it.is_fresh(begun);
    if let Some(known) = known.as_ref().filter(is_fresh).filter(|it| it.visited.is_some()) {
        return Ok(known.clone());
    }
    let ins = identity.ins.clone();
    let attending = match known.as_ref().filter(is_fresh) {
        Some(known) => known.attending,
        None => {
            let asked = ins.clone();
            pro.act(move |records, call| records.know_status(call, &asked)).await?.get().attending
        }
    };
    // a window serves no reading of traces: when one was here before stays unasked
    if pro.window(record).is_some() {
        return Ok(sessions::Patient { ins, attending, visited: None, used: pro.app.clock.now() });
    }
    let visited = match known.and_then(|it| it.visited) {
        Some(visited) => visited,
        None => visited(pro, record, begun).await?,
    };
    let patient = sessions::Patient { ins, attending, visited: Some(visited), used: pro.app.clock.now() };
    sessions.know(&pro.token, record, patient.clone());
    Ok(patient)
}

/// When this professional last read in this record.
async fn visited(pro: &Pro, record: RecordId, begun: Instant) -> Result<Option<Instant>, ProError> {
    let seen = pro.act(move |records, call| records.history(call, record, None, LINES)).await?.into_inner();
    let mine = |account: &record::account::Account| {
        account.caller.professional().is_some_and(|it| it.id == pro.who.id)
            && matches!(account.act, Act::Search | Act::Consult)
            && account.verdict == Verdict::Accepted
    };
    Ok(seen.lines.iter().find(|it| it.at < begun && mine(&it.account)).map(|it| it.at))
}

/// Lines of this record, as this professional's pages show them.
pub(super) struct Lines<'a> {
    pub(super) pro: &'a Pro,
    pub(super) record: RecordId,
    pub(super) visited: Option<Instant>,
}

impl Lines<'_> {
    pub(super) fn line(&self, entry: &DocumentEntry) -> Line {
        self.ours(Line::of(entry, self.visited), entry)
    }

    fn months(&self, entries: &[DocumentEntry]) -> Vec<Month> {
        let mut months = months(entries, self.visited);
        for line in months.iter_mut().flat_map(|it| it.lines.iter_mut()) {
            let id = line.href.rsplit('/').next().unwrap_or_default();
            if let Some(entry) = entries.iter().find(|it| it.logical_id.to_string() == id) {
                let old = std::mem::take(line);
                *line = self.ours(old, entry);
            }
        }
        months
    }

    fn ours(&self, mut line: Line, entry: &DocumentEntry) -> Line {
        line.href = format!("{}/documents/{}", record_path(self.record), entry.logical_id);
        for chip in line.chips.iter_mut().filter(|it| it.look == "own") {
            chip.word = messages().t("pro.chip.patient");
        }
        if entry.depositor.person.as_ref() == Some(&self.pro.who.id) {
            line.chips.push(Chip { look: "own", word: messages().t("pro.chip.own") });
        }
        if self.pro.app.records.hidden_until(entry).is_some() {
            line.chips.push(Chip { look: "hidden", word: messages().t("chip.hidden") });
        }
        line
    }
}

pub(super) fn nav(
    found: &Found,
    record: RecordId,
    on: Option<Space>,
    query: &str,
    visited: Option<Instant>,
) -> Nav {
    let path = record_path(record);
    let words = if query.is_empty() { String::new() } else { format!("&q={}", in_query(query)) };
    let shelf = |space: Space| {
        let of_it =
            |it: &&DocumentEntry| is_current(it) && spaces::of(it) == Some(space) && answers(it, query);
        let inside: Vec<_> = found.entries.iter().filter(of_it).collect();
        Shelf {
            key: spaces::key(space),
            name: messages().of("space", spaces::key(space)).unwrap_or_default(),
            href: format!("{path}?space={}{words}", space.code()),
            count: inside.len(),
            fresh: inside.iter().filter(|it| visited.is_some_and(|since| it.deposited > since)).count(),
            is_on: on == Some(space),
        }
    };
    Nav {
        shelves: Space::ALL.into_iter().map(shelf).collect(),
        query: query.to_owned(),
        total: found.entries.iter().filter(|it| is_current(it) && answers(it, query)).count(),
        is_all: on.is_none(),
        path,
    }
}

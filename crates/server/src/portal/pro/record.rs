//! The record as a professional reads it: what came since they were last here, then the documents by space; one
//! document, why they see it, and what they may do with it. What the rules withhold is not there at all.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use clinical::spaces::Space;
use model::{Act, DocumentEntry, DocumentStatus, EntryId, Instant, QualifiedIdentity, RecordId};
use record::account::Verdict;
use record::{Asked, Failure, Found, RefusalKind, Target};
use serde::Deserialize;

use super::emergency::{Band, band};
use super::error::{ProError, ProWrong};
use super::find::{record_id, record_path};
use super::frame::{Head, Patient, page};
use super::session::{PostedPro, Pro};
use super::sessions;
use crate::portal::content::{self, Content, How};
use crate::portal::document::Shown;
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
}

#[derive(Template)]
#[template(path = "pro/document.html")]
struct DocumentPage {
    page: Page,
    head: Head,
    patient: Patient,
    nav: Nav,
    it: Shown,
    content: Content,
    neighbours: Vec<Line>,
    newer: Option<String>,
    /// It is one's own and the newest: it can be replaced or completed.
    may_change: bool,
    may_mask: bool,
    may_unmask: bool,
    window: Option<Band>,
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
}

pub async fn record(
    pro: Pro,
    Path(record): Path<String>,
    InQuery(wanted): InQuery<Wanted>,
) -> Result<Response, ProError> {
    let record = record_id(&pro, &record);
    let begun = pro.app.clock.now();
    let Some(found) = search(&pro, record, Asked::default()).await? else {
        return Ok(go(&format!("{}/access", record_path(record))));
    };
    let known = known(&pro, record, &found.identity, begun).await?;
    let visited = known.visited.flatten();
    let space = Space::from_code(&wanted.space);
    let query: String = wanted.q.trim().chars().take(80).collect();
    let (page, head) = page(&pro, messages().t("pro.record.title"));
    let wanted =
        |it: &&DocumentEntry| space.is_none_or(|space| spaces::of(it) == Some(space)) && answers(it, &query);
    let shown: Vec<_> = found.entries.iter().filter(wanted).cloned().collect();
    let is_fresh = |it: &DocumentEntry| visited.is_some_and(|since| it.deposited > since);
    let (mut fresh, older): (Vec<_>, Vec<_>) = shown.into_iter().partition(is_fresh);
    fresh.sort_by_key(|it| std::cmp::Reverse((it.deposited, it.logical_id)));
    let lines = Lines { pro: &pro, record, visited };
    Ok(Page::show(&RecordPage {
        patient: Patient::of(&found.identity, page.now),
        nav: nav(&found, record, space, &query, visited),
        title: messages().of("space", space.map_or("all", spaces::key)).unwrap_or_default(),
        since: visited.map(|it| when::moment_from(it, page.now)),
        count: fresh.len() + older.len(),
        fresh: fresh.iter().map(|it| lines.line(it)).collect(),
        months: lines.months(&older),
        is_empty: found.entries.is_empty(),
        attending: known.attending,
        window: band(&pro, record),
        page,
        head,
    }))
}

/// The documents this professional may see. None, for the page that says why, where this session knows the
/// record's status already; else the refusal.
async fn search(pro: &Pro, record: RecordId, asked: Asked) -> Result<Option<Found>, ProError> {
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
async fn known(
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
struct Lines<'a> {
    pro: &'a Pro,
    record: RecordId,
    visited: Option<Instant>,
}

impl Lines<'_> {
    fn line(&self, entry: &DocumentEntry) -> Line {
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
        line
    }
}

fn nav(found: &Found, record: RecordId, on: Option<Space>, query: &str, visited: Option<Instant>) -> Nav {
    let path = record_path(record);
    let words = if query.is_empty() { String::new() } else { format!("&q={}", in_query(query)) };
    let shelf = |space: Space| {
        let of_it = |it: &&DocumentEntry| spaces::of(it) == Some(space) && answers(it, query);
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
        total: found.entries.iter().filter(|it| answers(it, query)).count(),
        is_all: on.is_none(),
        path,
    }
}

pub async fn document(pro: Pro, Path((record, id)): Path<(String, String)>) -> Result<Response, ProError> {
    let record = record_id(&pro, &record);
    let id = content::read(&id, &pro.app);
    let begun = pro.app.clock.now();
    let (identity, entry) = pro
        .try_read(record, move |records, call| records.read_entry(call, record, id))
        .await
        .map_err(|failure| pro.wrong(failure))?
        .into_inner();
    let reading = pro.reading(record);
    let content = content::shown(&reading, entry.logical_id, &entry.description)
        .await
        .map_err(|failure| pro.wrong(failure))?;
    let found = search(&pro, record, Asked::default()).await?.ok_or_else(|| pro.wrong(ProWrong::Denied))?;
    let known = known(&pro, record, &identity, begun).await?;
    let mut it = Shown::of(&identity, &entry);
    it.href = format!("{}/documents/{}", record_path(record), entry.logical_id);
    let space = spaces::of(&entry);
    it.space_href = match space {
        Some(space) => format!("{}?space={}", record_path(record), space.code()),
        None => record_path(record),
    };
    let mine = entry.depositor.person.as_ref() == Some(&pro.who.id);
    it.why = match pro.window(record) {
        Some(_) => messages().t("pro.why.emergency"),
        None => why(known.attending, mine, entry.visibility.masked),
    };
    let visited = known.visited.flatten();
    let lines = Lines { pro: &pro, record, visited };
    let near = |other: &&DocumentEntry| spaces::of(other) == space;
    let mut neighbours: Vec<_> = found.entries.iter().filter(near).collect();
    neighbours.sort_by_key(|it| std::cmp::Reverse((it.description.service_start, it.logical_id)));
    let (page, head) = page(&pro, it.title.clone());
    let newer = match &entry.status {
        DocumentStatus::Deprecated { by, .. } => Some(format!("{}/documents/{by}", record_path(record))),
        _ => None,
    };
    Ok(Page::show(&DocumentPage {
        patient: Patient::of(&identity, page.now),
        nav: nav(&found, record, space, "", visited),
        neighbours: neighbours.into_iter().map(|it| lines.line(it)).collect(),
        newer,
        may_change: mine && matches!(entry.status, DocumentStatus::Approved),
        may_mask: !it.masked && (mine || known.attending),
        may_unmask: it.masked && (mine || known.attending),
        window: band(&pro, record),
        content,
        it,
        page,
        head,
    }))
}

fn why(attending: bool, mine: bool, masked: bool) -> &'static str {
    let m = messages();
    match (attending, mine, masked) {
        (true, _, true) => m.t("pro.why.attending.masked"),
        (true, ..) => m.t("pro.why.attending"),
        (_, true, true) => m.t("pro.why.own.masked"),
        (_, true, _) => m.t("pro.why.own"),
        _ => m.t("pro.why.authorised"),
    }
}

pub async fn file(
    pro: Pro,
    Path((record, id)): Path<(String, String)>,
    InQuery(how): InQuery<How>,
) -> Result<Response, ProError> {
    let reading = pro.reading(record_id(&pro, &record));
    content::file(&reading, &id, how).await.map_err(|wrong| pro.wrong(wrong))
}

pub async fn media(
    pro: Pro,
    Path((record, id, number)): Path<(String, String, usize)>,
) -> Result<Response, ProError> {
    let reading = pro.reading(record_id(&pro, &record));
    content::enclosed(&reading, &id, number).await.map_err(|wrong| pro.wrong(wrong))
}

pub async fn mask(
    Path(ids): Path<(String, String)>,
    PostedPro { pro, .. }: PostedPro,
) -> Result<Response, ProError> {
    let (record, id) = both(&pro, &ids);
    pro.act(move |records, call| records.mask(call, record, id)).await?;
    Ok(pro.done("pro.done.masked", &format!("{}/documents/{id}", record_path(record))))
}

pub async fn unmask(
    Path(ids): Path<(String, String)>,
    PostedPro { pro, .. }: PostedPro,
) -> Result<Response, ProError> {
    let (record, id) = both(&pro, &ids);
    pro.act(move |records, call| records.unmask(call, record, id)).await?;
    Ok(pro.done("pro.done.unmasked", &format!("{}/documents/{id}", record_path(record))))
}

fn both(pro: &Pro, (record, id): &(String, String)) -> (RecordId, EntryId) {
    (record_id(pro, record), content::read(id, &pro.app))
}

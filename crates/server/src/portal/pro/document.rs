//! One document as a professional reads it: what it is, why they see it, its content, and what they may do with it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use model::{DocumentEntry, DocumentStatus, EntryId, RecordId};
use record::Asked;

use super::emergency::{Band, band};
use super::error::{ProError, ProWrong};
use super::find::{record_id, record_path};
use super::frame::{Head, Patient, page};
use super::record::{Lines, Nav, known, nav, search};
use super::session::{PostedPro, Pro};
use crate::portal::content::{self, Content, How};
use crate::portal::document::Shown;
use crate::portal::layout::Page;
use crate::portal::lines::Line;
use crate::portal::manage::Disputed;
use crate::portal::messages::messages;
use crate::portal::session::InQuery;
use crate::portal::spaces;
use crate::portal::when;

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
    /// One's own and archived: it can be taken back.
    may_unarchive: bool,
    may_delete: bool,
    /// Hidden from the holder until then, and one may end it.
    hidden: Option<String>,
    disputed: Option<Disputed>,
    may_answer: bool,
    may_mask: bool,
    may_unmask: bool,
    window: Option<Band>,
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
        may_unarchive: mine && it.archived,
        may_delete: mine,
        hidden: pro.app.records.hidden_until(&entry).map(|until| when::day_of(until.timestamp())),
        may_answer: mine && entry.is_disputed(),
        disputed: Disputed::of(&entry, &pro.app.directory).map(|it| if mine { it.mine(&entry) } else { it }),
        may_mask: !it.masked && pro.app.records.hidden_until(&entry).is_none() && (mine || known.attending),
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

pub(super) fn both(pro: &Pro, (record, id): &(String, String)) -> (RecordId, EntryId) {
    (record_id(pro, record), content::read(id, &pro.app))
}

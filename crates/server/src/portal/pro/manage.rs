//! What a professional does with a document they deposited, or that is hidden from its holder: announces it, archives
//! it and takes it back, deletes and restores it, answers who says that it is wrong (rules, W5 to W9). What each does
//! is said on a page of its own, before.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use model::{DocumentEntry, DocumentStatus, EntryId, QualifiedIdentity, RecordId};
use record::{Call, Disclosed, Failure, Managed, Records};

use super::document::both;
use super::error::ProError;
use super::find::{found, record_id, record_path};
use super::frame::{Head, Patient, page};
use super::session::{PostedPro, Pro};
use crate::portal::content;
use crate::portal::errors::Wrong;
use crate::portal::layout::Page;
use crate::portal::manage::{Before, Gone};
use crate::portal::messages::messages;

#[derive(Template)]
#[template(path = "pro/before.html")]
struct BeforePage {
    page: Page,
    head: Head,
    patient: Patient,
    it: Before,
}

#[derive(Template)]
#[template(path = "pro/announce.html")]
struct AnnouncePage {
    page: Page,
    head: Head,
    patient: Patient,
    it: Before,
    /// They may show it without an announcement: its depositor, the attending doctor.
    freely: bool,
    error: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "pro/answer.html")]
struct AnswerPage {
    page: Page,
    head: Head,
    patient: Patient,
    it: Before,
    replace: String,
    error: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "pro/deleted.html")]
struct DeletedPage {
    page: Page,
    head: Head,
    path: String,
    all: Vec<Gone>,
}

/// A document to be acted on, as its page is framed.
struct About {
    record: RecordId,
    identity: QualifiedIdentity,
    entry: DocumentEntry,
}

impl About {
    async fn of(pro: &Pro, (record, id): &(String, String)) -> Result<Self, ProError> {
        let (record, id) = (record_id(pro, record), content::read(id, &pro.app));
        let read = pro.act(move |records, call| records.read_entry(call, record, id)).await?;
        let (identity, entry) = read.into_inner();
        Ok(Self { record, identity, entry })
    }

    fn href(&self) -> String {
        format!("{}/documents/{}", record_path(self.record), self.entry.logical_id)
    }

    fn is_of(&self, pro: &Pro) -> bool {
        self.entry.depositor.person.as_ref() == Some(&pro.who.id)
    }

    fn before(&self, verb: &str, go: &'static str, danger: bool, points: &[&str]) -> Before {
        Before {
            title: self.entry.description.title.clone(),
            to: format!("{}/{verb}", self.href()),
            href: self.href(),
            points: points.iter().map(|it| (*it).to_owned()).collect(),
            go,
            danger,
        }
    }

    fn show(&self, pro: &Pro, title: &'static str, it: Before) -> Response {
        let (page, head) = page(pro, title);
        let patient = Patient::of(&self.identity, page.now);
        Page::show(&BeforePage { page, head, patient, it })
    }
}

/// What cannot be done as things stand: the page that offered it is too old.
fn too_late(pro: &Pro) -> ProError {
    pro.wrong(Wrong::Rule)
}

pub async fn ask_archive(pro: Pro, Path(ids): Path<(String, String)>) -> Result<Response, ProError> {
    let about = About::of(&pro, &ids).await?;
    if !about.is_of(&pro) || about.entry.status != DocumentStatus::Approved {
        return Err(too_late(&pro));
    }
    let m = messages();
    let points = [m.t("pro.archive.lists"), m.t("pro.archive.stays"), m.t("pro.archive.back")];
    let it = about.before("archive", m.t("archive.go"), false, &points);
    Ok(about.show(&pro, m.t("pro.archive.title"), it))
}

pub async fn ask_delete(pro: Pro, Path(ids): Path<(String, String)>) -> Result<Response, ProError> {
    let about = About::of(&pro, &ids).await?;
    if !about.is_of(&pro) {
        return Err(too_late(&pro));
    }
    let m = messages();
    let points = [
        m.t("pro.delete.nobody"),
        m.t("pro.delete.back"),
        m.t("pro.delete.trace"),
        m.t("pro.delete.instead"),
    ];
    let it = about.before("delete", m.t("delete.go"), true, &points);
    Ok(about.show(&pro, m.t("pro.delete.title"), it))
}

pub async fn ask_announce(pro: Pro, Path(ids): Path<(String, String)>) -> Result<Response, ProError> {
    announcing(&pro, &ids, None).await
}

async fn announcing(
    pro: &Pro,
    ids: &(String, String),
    error: Option<&'static str>,
) -> Result<Response, ProError> {
    let about = About::of(pro, ids).await?;
    if pro.app.records.hidden_until(&about.entry).is_none() {
        return Err(too_late(pro));
    }
    let attending = pro.app.pro.sessions.patient(&pro.token, about.record).is_some_and(|it| it.attending);
    let m = messages();
    let it = about.before(
        "announce",
        m.t("pro.announce.go"),
        false,
        &[m.t("pro.announce.now"), m.t("pro.announce.final")],
    );
    let (page, head) = page(pro, m.t("pro.announce.title"));
    let patient = Patient::of(&about.identity, page.now);
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let freely = about.is_of(pro) || attending;
    Ok(Page::show_as(status, &AnnouncePage { page, head, patient, it, freely, error }))
}

pub async fn announce(
    Path(ids): Path<(String, String)>,
    PostedPro { pro, form }: PostedPro,
) -> Result<Response, ProError> {
    let announced = match form.text("said") {
        "announced" => true,
        "needless" => false,
        _ => return announcing(&pro, &ids, Some(messages().t("pro.announce.error"))).await,
    };
    let (record, id) = both(&pro, &ids);
    pro.act(move |records, call| match announced {
        true => records.announce(call, record, id),
        false => records.make_visible(call, record, id, false),
    })
    .await?;
    Ok(pro.done("pro.done.announced", &format!("{}/documents/{id}", record_path(record))))
}

pub async fn ask_answer(pro: Pro, Path(ids): Path<(String, String)>) -> Result<Response, ProError> {
    answering(&pro, &ids, None).await
}

async fn answering(
    pro: &Pro,
    ids: &(String, String),
    error: Option<&'static str>,
) -> Result<Response, ProError> {
    let about = About::of(pro, ids).await?;
    if !about.is_of(pro) || !about.entry.is_disputed() {
        return Err(too_late(pro));
    }
    let m = messages();
    let it = about.before("answer", m.t("pro.answer.go"), false, &[]);
    let replace = format!("{}/deposit?replace={}", record_path(about.record), about.entry.logical_id);
    let (page, head) = page(pro, m.t("pro.answer.title"));
    let patient = Patient::of(&about.identity, page.now);
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(Page::show_as(status, &AnswerPage { page, head, patient, it, replace, error }))
}

pub async fn answer(
    Path(ids): Path<(String, String)>,
    PostedPro { pro, form }: PostedPro,
) -> Result<Response, ProError> {
    let upheld = match form.text("answer") {
        "upheld" => true,
        "accepted" => false,
        _ => return answering(&pro, &ids, Some(messages().t("pro.answer.error"))).await,
    };
    let (record, id) = both(&pro, &ids);
    let word = form.text("word").to_owned();
    pro.act(move |records, call| records.answer_dispute(call, record, id, upheld, Some(&word))).await?;
    Ok(pro.done("pro.done.answered", &format!("{}/documents/{id}", record_path(record))))
}

/// What one deleted here and may take back.
pub async fn deleted(pro: Pro, Path(record): Path<String>) -> Result<Response, ProError> {
    let record = record_id(&pro, &record);
    found(&pro, record)?;
    let gone = pro.act(move |records, call| records.restorable(call, record)).await?;
    let (page, head) = page(&pro, messages().t("deleted.title"));
    let all = gone.get().iter().map(|it| Gone::of(it, page.now)).collect();
    Ok(Page::show(&DeletedPage { page, head, path: record_path(record), all }))
}

type Verb = fn(&Records, &Call, RecordId, EntryId) -> Result<Disclosed<Managed>, Failure>;

/// Does it; the path of the document.
async fn managed(pro: &Pro, ids: &(String, String), verb: Verb) -> Result<String, ProError> {
    let (record, id) = both(pro, ids);
    pro.act(move |records, call| verb(records, call, record, id)).await?;
    Ok(format!("{}/documents/{id}", record_path(record)))
}

pub async fn archive(
    Path(ids): Path<(String, String)>,
    PostedPro { pro, .. }: PostedPro,
) -> Result<Response, ProError> {
    let to = managed(&pro, &ids, Records::archive).await?;
    Ok(pro.done("pro.done.archived", &to))
}

pub async fn unarchive(
    Path(ids): Path<(String, String)>,
    PostedPro { pro, .. }: PostedPro,
) -> Result<Response, ProError> {
    let to = managed(&pro, &ids, Records::unarchive).await?;
    Ok(pro.done("pro.done.unarchived", &to))
}

pub async fn delete(
    Path(ids): Path<(String, String)>,
    PostedPro { pro, .. }: PostedPro,
) -> Result<Response, ProError> {
    managed(&pro, &ids, Records::delete).await?;
    let (record, _) = both(&pro, &ids);
    Ok(pro.done("pro.done.deleted", &format!("{}/deleted", record_path(record))))
}

pub async fn restore(
    Path(ids): Path<(String, String)>,
    PostedPro { pro, .. }: PostedPro,
) -> Result<Response, ProError> {
    let to = managed(&pro, &ids, Records::restore).await?;
    Ok(pro.done("pro.done.restored", &to))
}

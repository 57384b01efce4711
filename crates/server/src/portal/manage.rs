//! What a holder does with a document besides reading and masking: says that it is wrong, archives it, deletes and
//! restores what is their own (rules, W5 to W7). What each does is said on a page of its own, before.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use model::{Depositor, DocumentEntry, DocumentStatus, EntryId, QualifiedIdentity};
use record::{Disclosed, Managed, Restorable};

use super::content;
use super::document::Shown;
use super::errors::{PageError, Wrong};
use super::home::person;
use super::layout::{Here, Page};
use super::lines::kind_by_code;
use super::messages::messages;
use super::session::{Holder, Posted};
use super::when;
use crate::directory::Directory;

/// What is said before something is done: to what, what it does, and the two ways on.
pub struct Before {
    pub title: String,
    pub href: String,
    pub points: Vec<String>,
    pub go: &'static str,
    pub to: String,
    pub danger: bool,
}

#[derive(Template)]
#[template(path = "before.html")]
struct BeforePage {
    page: Page,
    it: Before,
    /// Where else one could turn: a way that hides it from the others.
    mask: bool,
}

#[derive(Template)]
#[template(path = "deleted.html")]
struct DeletedPage {
    page: Page,
    all: Vec<Gone>,
}

/// A deleted document that can be taken back.
pub struct Gone {
    pub id: EntryId,
    pub kind: String,
    pub when: String,
    pub until: String,
}

impl Gone {
    pub fn of(it: &Restorable, now: model::Instant) -> Self {
        Self {
            id: it.id,
            kind: kind_by_code(&it.type_code),
            when: when::moment_from(it.deleted, now),
            until: when::day_of(it.until.timestamp()),
        }
    }
}

/// What the page of a document says of a dispute.
pub struct Disputed {
    pub words: String,
}

impl Disputed {
    /// For whoever reads it: since when, and what its depositor answered.
    pub fn of(entry: &DocumentEntry, directory: &Directory) -> Option<Self> {
        let m = messages();
        let dispute = entry.dispute.as_ref()?;
        let (who, since) = (depositor(directory, &entry.depositor), when::day_of(dispute.since.timestamp()));
        let words = match dispute.answered {
            None => m.t2("dispute.open", since, who),
            Some(at) if dispute.upheld => m.t2("dispute.upheld", who, when::day_of(at.timestamp())),
            Some(at) => m.t2("dispute.accepted", who, when::day_of(at.timestamp())),
        };
        let words = dispute.word.iter().fold(words, |words, word| m.t2("dispute.word", words, word));
        Some(Self { words })
    }

    /// For its depositor, whose answer is awaited.
    pub fn mine(self, entry: &DocumentEntry) -> Self {
        match entry.dispute.as_ref().filter(|it| it.answered.is_none()) {
            Some(it) => Self { words: messages().t1("pro.dispute.mine", when::day_of(it.since.timestamp())) },
            None => self,
        }
    }
}

/// Who deposited a document, and so answers for it: not who the document says wrote it.
pub fn depositor(directory: &Directory, depositor: &Depositor) -> String {
    let house = depositor.organisation.as_ref();
    let house = house.map(|id| directory.organisation(id).map_or_else(|| id.to_string(), |it| it.name));
    match (&depositor.person, house) {
        (Some(id), _) => person(directory, id).name,
        (None, Some(house)) => house,
        (None, None) => messages().t("dispute.depositor").to_owned(),
    }
}

async fn entry(holder: &Holder, id: &str) -> Result<(QualifiedIdentity, DocumentEntry), PageError> {
    let id = content::read(id, &holder.app);
    let found = holder.act(move |records, call, record| records.read_entry(call, record, id)).await?;
    Ok(found.into_inner())
}

fn before(
    holder: &Holder,
    (identity, entry): &(QualifiedIdentity, DocumentEntry),
    (title, go, danger): (&'static str, &'static str, bool),
    verb: &str,
    points: Vec<String>,
) -> Response {
    let shown = Shown::of(identity, entry);
    let to = format!("{}/{verb}", shown.href);
    let it = Before { title: shown.title, href: shown.href, points, go, to, danger };
    let page = Page::of(holder, Here::Elsewhere, title);
    Page::show(&BeforePage { page, it, mask: verb == "dispute" && !entry.visibility.masked })
}

pub async fn ask_dispute(holder: Holder, Path(id): Path<String>) -> Result<Response, PageError> {
    let found = entry(&holder, &id).await?;
    // what one wrote oneself is deleted, and nobody is told twice
    if found.1.depositor.holder || found.1.is_disputed() {
        return Err(holder.wrong(Wrong::Rule));
    }
    let m = messages();
    let who = depositor(&holder.app.directory, &found.1.depositor);
    let points = vec![
        m.t1("dispute.told", who),
        m.t("dispute.flag").to_owned(),
        m.t("dispute.stays").to_owned(),
        m.t("dispute.final").to_owned(),
    ];
    Ok(before(&holder, &found, (m.t("dispute.title"), m.t("dispute.go"), false), "dispute", points))
}

pub async fn ask_archive(holder: Holder, Path(id): Path<String>) -> Result<Response, PageError> {
    let found = entry(&holder, &id).await?;
    if found.1.status != DocumentStatus::Approved {
        return Err(holder.wrong(Wrong::Rule));
    }
    let m = messages();
    let points = vec![
        m.t("archive.lists").to_owned(),
        m.t("archive.stays").to_owned(),
        m.t("archive.back").to_owned(),
    ];
    Ok(before(&holder, &found, (m.t("archive.title"), m.t("archive.go"), false), "archive", points))
}

pub async fn ask_delete(holder: Holder, Path(id): Path<String>) -> Result<Response, PageError> {
    let found = entry(&holder, &id).await?;
    if !found.1.depositor.holder {
        return Err(holder.wrong(Wrong::Rule));
    }
    let m = messages();
    let points =
        vec![m.t("delete.nobody").to_owned(), m.t("delete.back").to_owned(), m.t("delete.trace").to_owned()];
    Ok(before(&holder, &found, (m.t("delete.title"), m.t("delete.go"), true), "delete", points))
}

/// What one deleted in one's personal space, and may take back.
pub async fn deleted(holder: Holder) -> Result<Response, PageError> {
    let found = holder.act(|records, call, record| records.restorable(call, record)).await?;
    let page = Page::of(&holder, Here::Documents, messages().t("deleted.title"));
    let all = found.get().iter().map(|it| Gone::of(it, page.now)).collect();
    Ok(Page::show(&DeletedPage { page, all }))
}

type Verb = fn(
    &record::Records,
    &record::Call,
    model::RecordId,
    EntryId,
) -> Result<Disclosed<Managed>, record::Failure>;

async fn managed(holder: &Holder, id: &str, verb: Verb) -> Result<String, PageError> {
    let id = content::read(id, &holder.app);
    let managed = holder.act(move |records, call, record| verb(records, call, record, id)).await?;
    Ok(format!("/documents/{}", managed.get().logical_id))
}

pub async fn dispute(
    Path(id): Path<String>,
    Posted { by, .. }: Posted<Holder>,
) -> Result<Response, PageError> {
    let to = managed(&by, &id, record::Records::dispute).await?;
    Ok(by.done("done.disputed", &to))
}

pub async fn archive(
    Path(id): Path<String>,
    Posted { by, .. }: Posted<Holder>,
) -> Result<Response, PageError> {
    let to = managed(&by, &id, record::Records::archive).await?;
    Ok(by.done("done.archived", &to))
}

pub async fn unarchive(
    Path(id): Path<String>,
    Posted { by, .. }: Posted<Holder>,
) -> Result<Response, PageError> {
    let to = managed(&by, &id, record::Records::unarchive).await?;
    Ok(by.done("done.unarchived", &to))
}

pub async fn delete(
    Path(id): Path<String>,
    Posted { by, .. }: Posted<Holder>,
) -> Result<Response, PageError> {
    managed(&by, &id, record::Records::delete).await?;
    Ok(by.done("done.deleted", "/documents/deleted"))
}

pub async fn restore(
    Path(id): Path<String>,
    Posted { by, .. }: Posted<Holder>,
) -> Result<Response, PageError> {
    let to = managed(&by, &id, record::Records::restore).await?;
    Ok(by.done("done.restored", &to))
}

//! One document: what it is, why one sees it, its content, and what the holder can do with it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use model::{Attending, DocumentEntry, DocumentStatus, EntryId, Grantee, QualifiedIdentity, RelationKind};
use record::{Asked, Target};

use super::content::{self, Content};
use super::errors::PageError;
use super::home::{Person, person};
use super::layout::{Here, Page};
use super::lines::{Line, author_of};
use super::manage::Disputed;
use super::messages::messages;
use super::session::{Holder, Posted};
use super::spaces;
use super::when;

#[derive(Template)]
#[template(path = "document.html")]
struct DocumentPage {
    page: Page,
    it: Shown,
    content: Content,
    versions: Vec<Line>,
    disputed: Option<Disputed>,
    /// What else can be done with it, as it stands.
    may: May,
    /// The document that replaced this one.
    newer: Option<String>,
}

/// What its holder, or who acts for them, can do with a document besides masking it.
struct May {
    archive: bool,
    unarchive: bool,
    delete: bool,
    dispute: bool,
}

/// What stands above a document's content.
pub struct Shown {
    pub id: EntryId,
    /// Its page.
    pub href: String,
    pub title: String,
    pub kind: Option<String>,
    pub who: String,
    pub from: String,
    pub day: String,
    pub machine: String,
    pub deposited: String,
    pub why: &'static str,
    pub masked: bool,
    pub replaced: bool,
    pub archived: bool,
    pub own: bool,
    pub icon: &'static str,
    pub space: &'static str,
    pub space_href: String,
    /// Whose it is, for paper.
    pub patient: String,
    pub born: String,
    pub sex: char,
}

impl Shown {
    pub fn of(identity: &QualifiedIdentity, entry: &DocumentEntry) -> Self {
        let line = Line::of(entry, None);
        let space = spaces::of(entry);
        let (who, from) = author_of(entry);
        let key = space.map_or("all", spaces::key);
        Self {
            id: entry.logical_id,
            href: line.href,
            title: line.title,
            kind: line.kind,
            who,
            from,
            day: line.day,
            machine: line.machine,
            deposited: when::day_of(entry.deposited.timestamp()),
            why: if entry.visibility.masked {
                messages().t("document.why.masked")
            } else {
                messages().t("document.why")
            },
            masked: entry.visibility.masked,
            replaced: matches!(entry.status, DocumentStatus::Deprecated { .. }),
            archived: matches!(entry.status, DocumentStatus::Archived { .. }),
            own: entry.depositor.holder,
            icon: line.icon,
            space: messages().of("space", key).unwrap_or_default(),
            space_href: space.map_or("/documents".to_owned(), |it| format!("/spaces/{}", it.code())),
            patient: super::session::shown_name(&identity.traits),
            born: when::day(identity.traits.birth_date),
            sex: super::session::agreement(identity.traits.sex),
        }
    }
}

pub async fn document(holder: Holder, Path(id): Path<String>) -> Result<Response, PageError> {
    let id = content::read(&id, &holder.app);
    let (identity, entry) =
        holder.act(move |records, call, record| records.read_entry(call, record, id)).await?.into_inner();
    let content = content::shown(&holder.reading(), entry.logical_id, &entry.description)
        .await
        .map_err(|failure| holder.wrong(failure))?;
    let versions =
        if replaces(&entry).next().is_some() { earlier(&holder, &entry).await? } else { Vec::new() };
    let newer = match &entry.status {
        DocumentStatus::Deprecated { by, .. } => Some(format!("/documents/{by}")),
        _ => None,
    };
    let it = Shown::of(&identity, &entry);
    let page = Page::of(&holder, Here::Elsewhere, it.title.clone());
    let for_another = page.head.as_ref().is_some_and(|it| it.for_another);
    let may = May {
        archive: entry.status == DocumentStatus::Approved,
        unarchive: it.archived,
        delete: it.own && !for_another,
        dispute: !it.own && !entry.is_disputed(),
    };
    let disputed = Disputed::of(&entry, &holder.app.directory);
    Ok(Page::show(&DocumentPage { page, it, content, versions, disputed, may, newer }))
}

fn replaces(entry: &DocumentEntry) -> impl Iterator<Item = EntryId> {
    entry.relations.iter().filter(|it| it.kind == RelationKind::Replaces).map(|it| it.target)
}

/// The documents this one stands in for, the newest first.
async fn earlier(holder: &Holder, entry: &DocumentEntry) -> Result<Vec<Line>, PageError> {
    let asked = Asked { deprecated: true, archived: true };
    let replaced = |_, entry: &DocumentEntry| matches!(entry.status, DocumentStatus::Deprecated { .. });
    let found = holder
        .act(move |records, call, record| records.search(call, &Target::Record(record), asked, replaced))
        .await?
        .into_inner();
    let mut chain = Vec::new();
    let mut wanted: Vec<EntryId> = replaces(entry).collect();
    while let Some(id) = wanted.pop() {
        let before = found.entries.iter().find(|it| it.logical_id == id || it.id == id);
        if let Some(before) = before
            && !chain.iter().any(|it: &&DocumentEntry| it.logical_id == before.logical_id)
        {
            wanted.extend(replaces(before));
            chain.push(before);
        }
    }
    Ok(chain.into_iter().map(|it| Line::of(it, None)).collect())
}

#[derive(Template)]
#[template(path = "who.html")]
struct WhoPage {
    page: Page,
    it: Shown,
    attending: Vec<Person>,
    authorised: Vec<Person>,
    blocked: Vec<Person>,
    break_glass: bool,
    regulation: bool,
}

/// Who may see this document, in words: the rules are told, nothing is decided here.
pub async fn who_may_see(holder: Holder, Path(id): Path<String>) -> Result<Response, PageError> {
    let id = content::read(&id, &holder.app);
    let (identity, entry) =
        holder.act(move |records, call, record| records.read_entry(call, record, id)).await?.into_inner();
    let rights = holder.act(|records, call, record| records.overview(call, record)).await?.into_inner();
    let directory = &holder.app.directory;
    let in_force = |it: &&Attending| it.is_in_force(rights.at);
    let is_attending =
        |id: &_| rights.attending.iter().any(|it| it.is_in_force(rights.at) && it.person == *id);
    // who reads as the attending doctor is named once, with what that role opens
    let besides = |to: &Grantee| !matches!(to, Grantee::Person(id) if is_attending(id));
    let authorised = rights.authorisations.iter().filter(|it| it.is_in_force(rights.at) && besides(&it.to));
    let it = Shown::of(&identity, &entry);
    let page = WhoPage {
        page: Page::of(&holder, Here::Elsewhere, messages().t("who.title")),
        attending: rights.attending.iter().filter(in_force).map(|it| person(directory, &it.person)).collect(),
        authorised: authorised
            .map(|it| match &it.to {
                Grantee::Person(id) => person(directory, id),
                Grantee::Organisation(id) => Person {
                    name: directory.organisation(id).map_or_else(|| id.to_string(), |it| it.name),
                    id: id.to_string(),
                    profession: messages().t("access.organisation").to_owned(),
                    place: String::new(),
                    when: String::new(),
                },
            })
            .collect(),
        blocked: rights
            .blocks
            .iter()
            .filter(|it| it.is_in_force(rights.at))
            .map(|it| person(directory, &it.person))
            .collect(),
        break_glass: rights.emergency.break_glass,
        regulation: rights.emergency.regulation,
        it,
    };
    Ok(Page::show(&page))
}

pub async fn mask(
    Path(id): Path<String>,
    Posted { by: holder, .. }: Posted<Holder>,
) -> Result<Response, PageError> {
    let id = content::read(&id, &holder.app);
    let entry = holder.act(move |records, call, record| records.mask(call, record, id)).await?;
    Ok(holder.done("done.masked", &format!("/documents/{}", entry.get().logical_id)))
}

pub async fn unmask(
    Path(id): Path<String>,
    Posted { by: holder, .. }: Posted<Holder>,
) -> Result<Response, PageError> {
    let id = content::read(&id, &holder.app);
    let entry = holder.act(move |records, call, record| records.unmask(call, record, id)).await?;
    Ok(holder.done("done.unmasked", &format!("/documents/{}", entry.get().logical_id)))
}

//! The holder's home: what is new, who looked, what waits for an answer, the nine spaces. For who is not logged
//! in, what this is and where to go.

use askama::Template;
use axum::response::Response;
use clinical::spaces::Space;
use jiff::SignedDuration;
use model::{Act, DocumentEntry, Instant, PsIdNat, RecordId};
use record::account::{TraceEntry, Verdict};
use record::{Asked, Failure, Overview, RefusalKind, Target};

use super::errors::PageError;
use super::layout::{Here, Page, go};
use super::lines::Line;
use super::messages::messages;
use super::session::{Holder, Visitor, capitals};
use super::spaces;
use super::tell::{Told, told};
use super::when;
use crate::app::App;
use crate::directory::Directory;

/// Documents and accesses named on the home page; the rest is one link away.
const NEW_SHOWN: usize = 5;
const ACCESSES_SHOWN: usize = 3;
/// People of the demo named to a visitor.
const PEOPLE_SHOWN: usize = 3;
/// How far back the trace is read for the home page.
const LINES: usize = 200;
/// What is new for somebody who was never here before.
const FIRST_VISIT: SignedDuration = SignedDuration::from_hours(24 * 30);

#[derive(Template)]
#[template(path = "welcome.html")]
struct WelcomePage {
    page: Page,
    people: Vec<Invented>,
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    page: Page,
    given: String,
    born: String,
    age: String,
    sex: char,
    /// Nothing is looked for here yet.
    query: &'static str,
    since: String,
    new: Vec<Line>,
    new_more: usize,
    accesses: Vec<Told>,
    last_login: Option<(String, Instant)>,
    waiting: Vec<Person>,
    spaces: Vec<Shelf>,
    total: usize,
}

/// A professional as the public directory shows them.
pub struct Person {
    pub id: String,
    pub name: String,
    pub profession: String,
    pub place: String,
    /// Since when, where a page needs it.
    pub when: String,
}

impl Person {
    /// A person, and not a house.
    pub fn is_somebody(&self) -> bool {
        self.id.parse::<PsIdNat>().is_ok()
    }
}

struct Shelf {
    key: &'static str,
    code: &'static str,
    name: &'static str,
    count: usize,
    new: usize,
}

pub async fn home(visitor: Visitor) -> Result<Response, PageError> {
    let Some(token) = crate::api::signed_in::token(&visitor.headers) else {
        return Ok(welcome(&visitor.app));
    };
    match visitor.who().and_then(|it| it.private()) {
        Some((record, account)) => {
            let call = record::Call { caller: account.caller(record), ..visitor.call };
            own_home(Holder { app: visitor.app, call, record, token }).await
        }
        _ => Ok(welcome(&visitor.app)),
    }
}

fn welcome(app: &App) -> Response {
    let page = Page::open(app, messages().t("welcome.title"));
    let people = if app.demo.is_some() { invented() } else { Vec::new() };
    Page::show(&WelcomePage { page, people })
}

/// Somebody of the demo, with the secrets everybody may know.
struct Invented {
    name: String,
    login: String,
    password: String,
}

/// A few of the demo's people who have a record.
fn invented() -> Vec<Invented> {
    let has_record = |it: &rehearsal::Patient| it.record == rehearsal::WishedRecord::Open;
    rehearsal::people()
        .into_iter()
        .filter(has_record)
        .take(PEOPLE_SHOWN)
        .map(|it| Invented { name: named(&it), login: it.login, password: it.password })
        .collect()
}

/// Of a child, the parent whose login it is.
fn named(it: &rehearsal::Patient) -> String {
    let name = super::session::shown_name(&it.identity.traits);
    match rehearsal::parent_of(&it.slug) {
        Some((family, given)) => {
            let parent = format!("{} {family}", super::session::capitals(given));
            messages().t2("welcome.demo.parent", parent, name)
        }
        None => name,
    }
}

async fn own_home(holder: Holder) -> Result<Response, PageError> {
    let all = |records: &record::Records, call: &record::Call, record: RecordId| {
        let overview = records.overview(call, record)?.into_inner();
        let found =
            records.search(call, &Target::Record(record), Asked::default(), |_, _| true)?.into_inner();
        let seen = records.history(call, record, None, LINES)?.into_inner();
        Ok((overview, found.entries, seen.lines))
    };
    let (overview, entries, lines) = match holder.try_act(all).await {
        Ok(all) => all,
        // closed: a page says what remains, or that nothing does
        Err(Failure::Refused(no)) if no.kind == RefusalKind::Denied && holder.is_closed().await => {
            return Ok(go("/closed"));
        }
        Err(failure) => return Err(holder.wrong(failure)),
    };
    let shown = super::session::shown_name(&overview.identity.traits);
    let logins = logins(&lines);
    let visited = holder
        .app
        .sessions
        .with_notes(&holder.token, |notes| {
            notes.shown = Some(shown);
            *notes.visited.get_or_insert_with(|| {
                logins.get(1).map_or_else(|| overview.at.minus(FIRST_VISIT), |(_, at)| *at)
            })
        })
        .unwrap_or_else(|| overview.at.minus(FIRST_VISIT));
    let page = Page::of(&holder, Here::Home, messages().t("home.title"));
    Ok(Page::show(&home_page(&holder, page, &overview, &entries, &lines, visited, logins.get(1).cloned())))
}

fn home_page(
    holder: &Holder,
    page: Page,
    overview: &Overview,
    entries: &[DocumentEntry],
    lines: &[TraceEntry],
    visited: Instant,
    last_login: Option<(String, Instant)>,
) -> HomePage {
    let traits = &overview.identity.traits;
    let is_new = |entry: &&DocumentEntry| entry.deposited > visited;
    let mut new: Vec<_> = entries.iter().filter(is_new).collect();
    new.sort_by_key(|it| std::cmp::Reverse((it.deposited, it.logical_id)));
    let shelf = |space: Space| {
        let inside: Vec<_> = entries.iter().filter(|it| spaces::of(it) == Some(space)).collect();
        Shelf {
            key: spaces::key(space),
            code: space.code(),
            name: messages().of("space", spaces::key(space)).unwrap_or_default(),
            count: inside.len(),
            new: inside.into_iter().filter(is_new).count(),
        }
    };
    let waiting = overview.attending.iter().filter(|it| it.is_pending(overview.at));
    HomePage {
        given: capitals(traits.used_given.as_ref().unwrap_or(&traits.first_given).as_str()),
        born: when::day(traits.birth_date),
        age: messages()
            .n("home.years", u64::try_from(when::age(traits.birth_date, overview.at)).unwrap_or(0)),
        sex: super::session::agreement(traits.sex),
        query: "",
        since: match &last_login {
            Some(_) => messages().t1("home.since", when::moment_from(visited, overview.at)),
            None => messages().t("home.since.first").to_owned(),
        },
        new_more: new.len().saturating_sub(NEW_SHOWN),
        new: new.iter().take(NEW_SHOWN).map(|it| Line::of(it, None)).collect(),
        accesses: told(lines, overview.at)
            .into_iter()
            .filter(|it| it.is_others() && it.is_access() && !it.is_technical())
            .take(ACCESSES_SHOWN)
            .collect(),
        last_login,
        waiting: waiting
            .map(|it| Person {
                when: when::moment_from(it.declared, overview.at),
                ..person(&holder.app.directory, &it.person)
            })
            .collect(),
        spaces: Space::ALL.into_iter().map(shelf).collect(),
        total: entries.len(),
        page,
    }
}

/// When sessions were opened, the newest first.
fn logins(lines: &[TraceEntry]) -> Vec<(String, Instant)> {
    lines
        .iter()
        .filter(|it| it.account.act == Act::LogIn && it.account.verdict == Verdict::Accepted)
        .filter(|it| {
            !matches!(
                it.account.note.as_deref(),
                Some("code asked for" | "a new password is asked for" | "whose record")
            )
        })
        .map(|it| (it.account.request.to_string(), it.at))
        .collect()
}

/// A professional by their number, as the public directory knows them.
pub fn person(directory: &Directory, id: &PsIdNat) -> Person {
    let entry = directory.person(id);
    let profession = match entry.as_ref().map(|it| &it.role) {
        Some(crate::directory::Role::Professional { profession, .. }) => profession.label(),
        _ => "",
    };
    let place = entry
        .as_ref()
        .and_then(|it| it.situations.iter().find(|it| it.active))
        .and_then(|it| directory.organisation(&it.organisation));
    Person {
        id: id.to_string(),
        name: entry.map_or_else(|| messages().t1("person.unknown", id), |it| it.name),
        profession: profession.to_owned(),
        place: place.map(|it| it.name).unwrap_or_default(),
        when: String::new(),
    }
}

//! "Voir comme…": the record as somebody else sees it, under a band that says through whose eyes; and for one
//! document, why they see it or not. The same function decides as for their own reading (rules, A5).

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use model::{Grantee, Profession, PsIdNat};
use policy::Reason;
use record::{Asked, Viewer};
use serde::Deserialize;

use super::content;
use super::document::Shown;
use super::errors::PageError;
use super::home::{Person, person};
use super::layout::{Here, Page};
use super::lines::{Month, months};
use super::messages::{messages, spaced};
use super::session::{Holder, InQuery};
use crate::api::see_as::at_work;

/// Those who ask to see records day by day, by their code in the matrix.
const PROFESSIONS: [&str; 6] = ["10", "21", "60", "50", "70", "40"];

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Whom {
    person: String,
    profession: String,
}

/// Through whose eyes.
pub struct Eyes {
    pub name: String,
    pub as_what: String,
    /// What names them in an address: `person=8…`.
    pub asked: String,
    viewer: Viewer,
}

/// Why, in words.
pub struct Because {
    pub permits: bool,
    pub number: String,
    pub sentence: String,
    pub source: String,
    pub lifted_by: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "see_as.html")]
struct ChoosePage {
    page: Page,
    people: Vec<Person>,
    professions: Vec<(&'static str, &'static str)>,
    typed: String,
    error: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "seen_as.html")]
struct SeenPage {
    page: Page,
    eyes: Eyes,
    months: Vec<Month>,
    count: usize,
    because: Vec<Because>,
}

#[derive(Template)]
#[template(path = "why.html")]
struct WhyPage {
    page: Page,
    eyes: Eyes,
    it: Shown,
    because: Vec<Because>,
}

pub async fn see_as(holder: Holder, InQuery(whom): InQuery<Whom>) -> Result<Response, PageError> {
    if whom.person.trim().is_empty() && whom.profession.is_empty() {
        return choose(&holder, String::new(), None).await;
    }
    let Some(eyes) = eyes(&holder, &whom) else {
        let typed = whom.person.chars().take(80).collect();
        return choose(&holder, typed, Some(messages().t("access.error.unknown"))).await;
    };
    let viewer = eyes.viewer.clone();
    let seen = holder
        .act(move |records, call, record| records.see_as(call, record, &viewer, Asked::default()))
        .await?
        .into_inner();
    let mut months = months(&seen.entries, None);
    for line in months.iter_mut().flat_map(|it| it.lines.iter_mut()) {
        line.href = format!("{}/why?{}", line.href, eyes.asked);
    }
    let page = Page::of(&holder, Here::Access, messages().t1("seeas.title", &eyes.name));
    let because = because(&seen.reasons);
    Ok(Page::show(&SeenPage { page, eyes, months, count: seen.entries.len(), because }))
}

async fn choose(holder: &Holder, typed: String, error: Option<&'static str>) -> Result<Response, PageError> {
    let it = holder.act(|records, call, record| records.overview(call, record)).await?.into_inner();
    let attending = it.attending.iter().filter(|one| one.is_in_force(it.at)).map(|one| one.person.clone());
    let authorised = it.authorisations.iter().filter(|one| one.is_in_force(it.at));
    let persons = authorised.filter_map(|one| match &one.to {
        Grantee::Person(id) => Some(id.clone()),
        Grantee::Organisation(_) => None,
    });
    let blocked = it.blocks.iter().filter(|one| one.is_in_force(it.at)).map(|one| one.person.clone());
    let mut people: Vec<Person> = Vec::new();
    for id in attending.chain(persons).chain(blocked) {
        let one = person(&holder.app.directory, &id);
        if people.iter().all(|known| known.id != one.id) {
            people.push(one);
        }
    }
    let professions = PROFESSIONS.map(|code| (code, Profession::health(code).label())).to_vec();
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = Page::of(holder, Here::Access, messages().t("seeas.choose"));
    Ok(Page::show_as(status, &ChoosePage { page, people, professions, typed, error }))
}

/// A professional of the directory, or a profession; none for whom nobody knows.
fn eyes(holder: &Holder, whom: &Whom) -> Option<Eyes> {
    if whom.person.trim().is_empty() {
        let profession = PROFESSIONS.into_iter().find(|it| *it == whom.profession).map(Profession::health)?;
        let name = profession.label().to_owned();
        let as_what = messages().t("seeas.profession").to_owned();
        let asked = format!("profession={}", profession.code);
        return Some(Eyes {
            name,
            as_what,
            asked,
            viewer: Viewer::Profession { profession, specialty: None },
        });
    }
    let id: String = whom.person.chars().filter(|it| !it.is_whitespace()).collect();
    // many know their RPPS without the 8 before it
    let id: PsIdNat = id.parse().or_else(|_| format!("8{id}").parse()).ok()?;
    holder.app.directory.person(&id)?;
    let Person { name, profession, place, .. } = person(&holder.app.directory, &id);
    let as_what = [profession, place].into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(", ");
    Some(Eyes { name, as_what, asked: format!("person={id}"), viewer: at_work(&holder.app, &id, None) })
}

fn because(reasons: &[Reason]) -> Vec<Because> {
    let one = |it: &Reason| Because {
        permits: it.permits,
        number: it.rule.number().to_string(),
        sentence: spaced(it.sentence),
        source: spaced(it.source),
        lifted_by: it.lifted_by.map(|by| by.words_fr()),
    };
    reasons.iter().map(one).collect()
}

/// "Pourquoi cette personne peut-elle voir ce document ?"
pub async fn why(
    holder: Holder,
    Path(id): Path<String>,
    InQuery(whom): InQuery<Whom>,
) -> Result<Response, PageError> {
    let id = content::read(&id, &holder.app);
    let eyes = eyes(&holder, &whom).ok_or_else(|| holder.wrong(super::errors::Wrong::Missing))?;
    let viewer = eyes.viewer.clone();
    let (identity, entry) =
        holder.act(move |records, call, record| records.read_entry(call, record, id)).await?.into_inner();
    let why = holder
        .act(move |records, call, record| records.why(call, record, &viewer, Some(id)))
        .await?
        .into_inner();
    let title = match why.sees {
        true => messages().t1("why.sees", &eyes.name),
        false => messages().t1("why.sees-not", &eyes.name),
    };
    let page = Page::of(&holder, Here::Access, title);
    let it = Shown::of(&identity, &entry);
    Ok(Page::show(&WhyPage { page, eyes, it, because: because(&why.reasons) }))
}

//! Who may see: people in words, until when, and the holder's say over each (rules, W10).

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use model::{EmergencyChoices, Grantee, PsIdNat, RecordedBy};
use record::{Failure, Overview, RefusalKind, Target};
use serde::Deserialize;

use super::errors::{PageError, Wrong};
use super::home::{Person, person};
use super::layout::{Here, Page};
use super::messages::messages;
use super::session::{Holder, InQuery, Posted};
use super::when;
use crate::app::App;

#[derive(Template)]
#[template(path = "access.html")]
struct AccessPage {
    page: Page,
    waiting: Vec<Person>,
    attending: Vec<Person>,
    cards: Vec<Card>,
    blocked: Vec<Person>,
    break_glass: bool,
    regulation: bool,
    /// What was typed, and why it was not taken.
    typed: String,
    error: Option<&'static str>,
}

/// Somebody authorised.
pub struct Card {
    pub who: Person,
    pub is_organisation: bool,
    pub until: String,
    pub by: &'static str,
}

pub async fn access(holder: Holder) -> Result<Response, PageError> {
    show(&holder, StatusCode::OK, String::new(), None).await
}

async fn show(
    holder: &Holder,
    status: StatusCode,
    typed: String,
    error: Option<&'static str>,
) -> Result<Response, PageError> {
    let it = holder.act(|records, call, record| records.overview(call, record)).await?.into_inner();
    let people = |id: &PsIdNat| person(&holder.app.directory, id);
    let since = |it: &Overview, at: model::Instant| when::day_of(at.min(it.at).timestamp());
    let page = AccessPage {
        page: Page::of(holder, Here::Access, messages().t("access.title")),
        waiting: it
            .attending
            .iter()
            .filter(|right| right.is_pending(it.at))
            .map(|right| Person { when: when::moment_from(right.declared, it.at), ..people(&right.person) })
            .collect(),
        attending: it
            .attending
            .iter()
            .filter(|right| right.is_in_force(it.at))
            .map(|right| Person {
                when: since(&it, right.confirmed.unwrap_or(right.declared)),
                ..people(&right.person)
            })
            .collect(),
        cards: it
            .authorisations
            .iter()
            .filter(|right| right.is_in_force(it.at))
            .map(|right| card(&holder.app, right))
            .collect(),
        blocked: it
            .blocks
            .iter()
            .filter(|block| block.is_in_force(it.at))
            .map(|block| Person { when: since(&it, block.since), ..people(&block.person) })
            .collect(),
        break_glass: it.emergency.break_glass,
        regulation: it.emergency.regulation,
        typed,
        error,
    };
    Ok(Page::show_as(status, &page))
}

fn card(app: &App, right: &model::Authorisation) -> Card {
    let m = messages();
    let (who, is_organisation) = match &right.to {
        Grantee::Person(id) => (person(&app.directory, id), false),
        Grantee::Organisation(id) => {
            let entry = app.directory.organisation(id);
            let name = entry.map_or_else(|| m.t1("person.unknown", id), |it| it.name);
            let (profession, place) = (m.t("access.organisation").to_owned(), String::new());
            (Person { id: id.to_string(), name, profession, place, when: String::new() }, true)
        }
    };
    Card {
        who,
        is_organisation,
        until: when::day_of(right.until.timestamp()),
        by: match right.by {
            RecordedBy::Holder => m.t("access.by.you"),
            RecordedBy::Professional(_) | RecordedBy::Agent(_) | RecordedBy::Representative(_) => {
                m.t("access.by.them")
            }
        },
    }
}

/// A person or an organisation, by the national identifier typed in: spaces are for readers.
fn grantee(text: &str) -> Option<Grantee> {
    let id: String = text.chars().filter(|it| !it.is_whitespace()).collect();
    let person = id.parse().or_else(|fault| {
        // many know their RPPS without the 8 before it
        if id.len() == 11 { format!("8{id}").parse() } else { Err(fault) }
    });
    match (person, id.parse()) {
        (Ok(person), _) => Some(Grantee::Person(person)),
        (Err(_), Ok(organisation)) => Some(Grantee::Organisation(organisation)),
        _ => None,
    }
}

fn named(form: &super::form::Form, holder: &Holder) -> Result<PsIdNat, PageError> {
    form.text("person").parse().map_err(|_| holder.wrong(Wrong::Malformed))
}

pub async fn authorise(Posted { by: holder, form }: Posted<Holder>) -> Result<Response, PageError> {
    let typed: String = form.text("id").chars().take(80).collect();
    let m = messages();
    let Some(to) = grantee(&typed) else {
        return show(&holder, StatusCode::UNPROCESSABLE_ENTITY, typed, Some(m.t("access.error.shape"))).await;
    };
    let known = match &to {
        Grantee::Person(id) => holder.app.directory.person(id).is_some(),
        Grantee::Organisation(id) => holder.app.directory.organisation(id).is_some(),
    };
    if !known {
        return show(&holder, StatusCode::UNPROCESSABLE_ENTITY, typed, Some(m.t("access.error.unknown")))
            .await;
    }
    holder.act(move |records, call, record| records.authorise(call, &Target::Record(record), &to)).await?;
    Ok(holder.done("done.authorised", "/access"))
}

pub async fn revoke(Posted { by: holder, form }: Posted<Holder>) -> Result<Response, PageError> {
    let to = grantee(form.text("id")).ok_or_else(|| holder.wrong(Wrong::Malformed))?;
    let done =
        holder.try_act(move |records, call, record| records.revoke(call, &Target::Record(record), &to)).await;
    settled(&holder, done, "done.revoked")
}

#[derive(Template)]
#[template(path = "block.html")]
struct BlockPage {
    page: Page,
    who: Person,
}

#[derive(Deserialize, Default)]
pub struct Whom {
    #[serde(default)]
    person: String,
}

/// Blocking wins over everything: it is said what it does before it is done.
pub async fn block_page(holder: Holder, InQuery(whom): InQuery<Whom>) -> Result<Response, PageError> {
    let id: PsIdNat = whom.person.trim().parse().map_err(|_| holder.wrong(Wrong::Missing))?;
    let page = Page::of(&holder, Here::Access, messages().t("block.title"));
    Ok(Page::show(&BlockPage { page, who: person(&holder.app.directory, &id) }))
}

pub async fn block(Posted { by: holder, form }: Posted<Holder>) -> Result<Response, PageError> {
    let who = named(&form, &holder)?;
    let done =
        holder.try_act(move |records, call, record| records.block(call, &Target::Record(record), &who)).await;
    settled(&holder, done, "done.blocked")
}

pub async fn unblock(Posted { by: holder, form }: Posted<Holder>) -> Result<Response, PageError> {
    let who = named(&form, &holder)?;
    let done = holder
        .try_act(move |records, call, record| records.unblock(call, &Target::Record(record), &who))
        .await;
    settled(&holder, done, "done.unblocked")
}

pub async fn confirm_attending(Posted { by: holder, form }: Posted<Holder>) -> Result<Response, PageError> {
    let who = named(&form, &holder)?;
    let done = holder
        .try_act(move |records, call, record| records.confirm_attending(call, &Target::Record(record), &who))
        .await;
    settled(&holder, done, "done.confirmed")
}

pub async fn end_attending(Posted { by: holder, form }: Posted<Holder>) -> Result<Response, PageError> {
    let who = named(&form, &holder)?;
    let done = holder
        .try_act(move |records, call, record| records.end_attending(call, &Target::Record(record), &who))
        .await;
    settled(&holder, done, "done.ended")
}

pub async fn emergency(Posted { by: holder, form }: Posted<Holder>) -> Result<Response, PageError> {
    let choices =
        EmergencyChoices { break_glass: form.yes("break_glass"), regulation: form.yes("regulation") };
    holder
        .act(move |records, call, record| {
            records.set_emergency_choices(call, &Target::Record(record), choices)
        })
        .await?;
    Ok(holder.done("done.emergency", "/access"))
}

/// What was so already (a form sent twice, another window) is no error for who asked.
fn settled<T>(holder: &Holder, done: Result<T, Failure>, key: &'static str) -> Result<Response, PageError> {
    match done {
        Ok(_) => Ok(holder.done(key, "/access")),
        Err(Failure::Refused(no)) if no.kind == RefusalKind::Rule => {
            Ok(holder.done("done.already", "/access"))
        }
        Err(failure) => Err(holder.wrong(failure)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_taken_as_people_write_them() {
        let person = |text: &str| matches!(grantee(text), Some(Grantee::Person(id)) if id.to_string() == "899700366240");
        assert!(person("899700366240") && person("99700366240") && person("8 9970 0366 240"));
        assert!(matches!(grantee("1750100125"), Some(Grantee::Organisation(_))));
        for wrong in ["", "Dr Fabre", "899700366241"] {
            assert!(grantee(wrong).is_none(), "{wrong}");
        }
    }
}

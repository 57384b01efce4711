//! What the holder settles for themself, one thing a page: of what they are told, how they are reached, whom to
//! call, whom they trust, their position on organ donation, their notes.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use model::{Name, RowId, TieKind};
use record::circle::{AccessNotices, AccountOf, EmergencyContact, Preferences};
use record::{Around, DONATION_NOTICE, Failure, NewClose, NewTie, RefusalKind, Target};

use super::errors::{PageError, Wrong};
use super::layout::{Here, Page};
use super::messages::messages;
use super::session::{Holder, Posted};
use super::when;
use crate::api::around::reachable;

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    page: Page,
}

pub async fn page(holder: Holder) -> Response {
    Page::show(&SettingsPage { page: Page::of(&holder, Here::Elsewhere, messages().t("settings.title")) })
}

async fn around(holder: &Holder) -> Result<Around, PageError> {
    Ok(holder.act(|records, call, record| records.around(call, record)).await?.into_inner())
}

/// A refusal by what is there already is said on the page; any other is its own page.
fn settled<T>(
    holder: &Holder,
    done: Result<T, Failure>,
    key: &'static str,
    path: &str,
) -> Result<Response, PageError> {
    match done {
        Ok(_) => Ok(holder.done(key, path)),
        Err(failure) => Err(holder.wrong(failure)),
    }
}

#[derive(Template)]
#[template(path = "setting_notices.html")]
struct NoticesPage {
    page: Page,
    accesses: &'static str,
    digest: bool,
}

pub async fn notices(holder: Holder) -> Result<Response, PageError> {
    let now = around(&holder).await?.preferences;
    let accesses = match now.accesses {
        AccessNotices::First => "first",
        AccessNotices::Every => "every",
        AccessNotices::Emergencies => "emergencies",
    };
    let page = Page::of(&holder, Here::Elsewhere, messages().t("settings.notices"));
    Ok(Page::show(&NoticesPage { page, accesses, digest: !now.no_digest }))
}

pub async fn set_notices(Posted { by: holder, form }: Posted<Holder>) -> Result<Response, PageError> {
    let accesses = match form.text("accesses") {
        "every" => AccessNotices::Every,
        "emergencies" => AccessNotices::Emergencies,
        _ => AccessNotices::First,
    };
    let wishes = Preferences { accesses, no_digest: !form.yes("digest") };
    let done = holder
        .try_act(move |records, call, record| records.set_preferences(call, &Target::Record(record), wishes))
        .await;
    settled(&holder, done, "done.settings", "/settings")
}

#[derive(Template)]
#[template(path = "setting_contacts.html")]
struct ContactsPage {
    page: Page,
    email: String,
    phone: String,
    error: Option<&'static str>,
}

pub async fn contacts(holder: Holder) -> Result<Response, PageError> {
    let it = holder.act(|records, call, record| records.overview(call, record)).await?.into_inner();
    let page = Page::of(&holder, Here::Elsewhere, messages().t("settings.contacts"));
    let (email, phone) = (it.contacts.email.unwrap_or_default(), it.contacts.phone.unwrap_or_default());
    Ok(Page::show(&ContactsPage { page, email, phone, error: None }))
}

/// Both old and new are told, and the new ones carry no code for three days.
pub async fn set_contacts(Posted { by: holder, form }: Posted<Holder>) -> Result<Response, PageError> {
    let m = messages();
    let email: String = form.text("email").chars().take(254).collect();
    let phone: String = form.text("phone").chars().filter(|it| !" .-".contains(*it)).take(20).collect();
    let error = match reachable(Some(email.clone()), Some(phone.clone())) {
        Some((None, None)) => m.t("settings.contacts.error.none"),
        None => m.t("settings.contacts.error.shape"),
        Some((email, phone)) => {
            let whose = AccountOf::of(&holder.call.caller);
            let done = holder
                .try_act(move |records, call, record| {
                    let target = Target::Record(record);
                    records.set_contacts(call, &target, whose, email.as_deref(), phone.as_deref())
                })
                .await;
            return settled(&holder, done, "done.contacts", "/settings");
        }
    };
    let page = Page::of(&holder, Here::Elsewhere, m.t("settings.contacts"));
    let shown = ContactsPage { page, email, phone, error: Some(error) };
    Ok(Page::show_as(StatusCode::UNPROCESSABLE_ENTITY, &shown))
}

struct ToCall {
    name: String,
    phone: String,
}

struct Trusted {
    id: String,
    name: String,
    reached: String,
    signed: bool,
    may_read: bool,
    activated: bool,
}

#[derive(Template)]
#[template(path = "setting_call.html")]
struct CallPage {
    page: Page,
    people: Vec<ToCall>,
    error: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "setting_trusted.html")]
struct TrustedPage {
    page: Page,
    people: Vec<Trusted>,
    error: Option<&'static str>,
}

pub async fn to_call(holder: Holder) -> Result<Response, PageError> {
    call_page(&holder, None).await
}

async fn call_page(holder: &Holder, error: Option<&'static str>) -> Result<Response, PageError> {
    let it = around(holder).await?;
    let to_call = |it: &EmergencyContact| ToCall { name: it.name.as_str().into(), phone: it.phone.clone() };
    let page = Page::of(holder, Here::Elsewhere, messages().t("settings.call"));
    let people = it.emergency_contacts.iter().map(to_call).collect();
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(Page::show_as(status, &CallPage { page, people, error }))
}

/// One more to call, or one less.
pub async fn set_to_call(Posted { by: holder, form }: Posted<Holder>) -> Result<Response, PageError> {
    let mut all = around(&holder).await?.emergency_contacts;
    if let Ok(place) = form.text("remove").parse::<usize>() {
        // by name too: the list may have changed since the page was made
        if all.get(place).is_some_and(|it| it.name.as_str() == form.text("name")) {
            all.remove(place);
        }
    } else {
        let phone: String = form.text("phone").chars().filter(|it| !" .-".contains(*it)).take(20).collect();
        let phone = reachable(None, Some(phone)).and_then(|(_, phone)| phone);
        let (Ok(name), Some(phone)) = (Name::new(form.text("name")), phone) else {
            return call_page(&holder, Some(messages().t("settings.call.error"))).await;
        };
        all.push(EmergencyContact { name, phone });
    }
    let done = holder
        .try_act(move |records, call, record| {
            records.set_emergency_contacts(call, &Target::Record(record), &all)
        })
        .await;
    settled(&holder, done, "done.settings", "/settings/call")
}

pub async fn trusted(holder: Holder) -> Result<Response, PageError> {
    trusted_page(&holder, None).await
}

async fn trusted_page(holder: &Holder, error: Option<&'static str>) -> Result<Response, PageError> {
    let it = around(holder).await?;
    let mut people = Vec::new();
    for one in it.close.iter().filter(|one| one.tie.is_in_force(it.at)) {
        let TieKind::TrustedPerson { signed, may_read, activated } = &one.tie.kind else { continue };
        let reached = [&one.contacts.email, &one.contacts.phone].into_iter().flatten();
        people.push(Trusted {
            id: one.tie.id.to_string(),
            name: one.name.as_str().to_owned(),
            reached: reached.map(String::as_str).collect::<Vec<_>>().join(", "),
            signed: *signed,
            may_read: *may_read,
            activated: activated.is_some(),
        });
    }
    let page = Page::of(holder, Here::Elsewhere, messages().t("settings.trusted"));
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(Page::show_as(status, &TrustedPage { page, people, error }))
}

pub async fn set_trusted(Posted { by: holder, form }: Posted<Holder>) -> Result<Response, PageError> {
    let phone: String = form.text("phone").chars().filter(|it| !" .-".contains(*it)).take(20).collect();
    let reached = reachable(Some(form.text("email").to_owned()), Some(phone));
    let (Ok(name), Some((email, phone))) = (Name::new(form.text("name")), reached) else {
        return trusted_page(&holder, Some(messages().t("settings.trusted.error"))).await;
    };
    let kind = NewTie::TrustedPerson { signed: form.yes("signed"), may_read: form.yes("may_read") };
    let new = NewClose { name, kind, email, phone, until: None };
    let done = holder
        .try_act(move |records, call, record| records.add_close(call, &Target::Record(record), &new))
        .await;
    match done {
        Err(Failure::Refused(no)) if no.kind == RefusalKind::Rule => {
            trusted_page(&holder, Some(messages().t("settings.trusted.error.one"))).await
        }
        done => settled(&holder, done, "done.trusted", "/settings/trusted"),
    }
}

pub async fn end_trusted(Posted { by: holder, form }: Posted<Holder>) -> Result<Response, PageError> {
    let id: RowId = form.text("id").parse().map_err(|_| holder.wrong(Wrong::Malformed))?;
    let kind = NewTie::TrustedPerson { signed: false, may_read: false };
    let done = holder
        .try_act(move |records, call, record| records.end_close(call, &Target::Record(record), id, &kind))
        .await;
    settled(&holder, done, "done.trusted.end", "/settings/trusted")
}

#[derive(Template)]
#[template(path = "setting_donation.html")]
struct DonationPage {
    page: Page,
    said: &'static str,
    since: Option<String>,
    notice: &'static str,
}

pub async fn donation(holder: Holder) -> Result<Response, PageError> {
    let said = around(&holder).await?.donation;
    let page = Page::of(&holder, Here::Elsewhere, messages().t("settings.donation"));
    let since = said.as_ref().map(|it| when::day_of(it.said.timestamp()));
    let said = match said.map(|it| it.agrees) {
        Some(true) => "yes",
        Some(false) => "no",
        None => "nothing",
    };
    Ok(Page::show(&DonationPage { page, said, since, notice: DONATION_NOTICE }))
}

pub async fn set_donation(Posted { by: holder, form }: Posted<Holder>) -> Result<Response, PageError> {
    let agrees = match form.text("agrees") {
        "yes" => Some(true),
        "no" => Some(false),
        "nothing" => None,
        _ => return Err(holder.wrong(Wrong::Malformed)),
    };
    let done = holder
        .try_act(move |records, call, record| {
            records.set_donation_position(call, &Target::Record(record), agrees)
        })
        .await;
    settled(&holder, done, "done.settings", "/settings")
}

struct Written {
    id: String,
    text: String,
    when: String,
    mine: bool,
}

#[derive(Template)]
#[template(path = "setting_notes.html")]
struct NotesPage {
    page: Page,
    notes: Vec<Written>,
    typed: String,
    error: Option<&'static str>,
}

pub async fn notes(holder: Holder) -> Result<Response, PageError> {
    notes_page(&holder, String::new(), None).await
}

async fn notes_page(
    holder: &Holder,
    typed: String,
    error: Option<&'static str>,
) -> Result<Response, PageError> {
    let it = around(holder).await?;
    let own = matches!(holder.call.caller.person.proved(), Some(model::Person::Holder { .. }));
    let written = |note: &record::circle::Note| Written {
        id: note.id.to_string(),
        text: note.text.clone(),
        when: when::moment_from(note.written, it.at),
        mine: own == (note.by == model::RecordedBy::Holder),
    };
    let notes = it.notes.iter().rev().map(written).collect();
    let page = Page::of(holder, Here::Elsewhere, messages().t("settings.notes"));
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(Page::show_as(status, &NotesPage { page, notes, typed, error }))
}

/// Written, or taken away: a note without words.
pub async fn write_note(Posted { by: holder, form }: Posted<Holder>) -> Result<Response, PageError> {
    let id = form.text("id").parse::<RowId>().ok();
    let text = form.text("text").to_owned();
    let typed = text.clone();
    let done = holder
        .try_act(move |records, call, record| records.write_note(call, &Target::Record(record), id, &text))
        .await;
    match done {
        Err(Failure::Refused(no)) if no.kind == RefusalKind::Rule => {
            notes_page(&holder, typed, Some(messages().t("settings.notes.error"))).await
        }
        done => settled(&holder, done, "done.settings", "/settings/notes"),
    }
}

//! The holder's own way in: where they are logged in, and another password.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use record::{Failure, RefusalKind};

use super::errors::PageError;
use super::layout::{Here, Page, go, set_cookie};
use super::messages::messages;
use super::session::{Holder, Posted};
use crate::api::sessions::Told;
use crate::api::signed_in::COOKIE;

/// A session where the password is given wrong this often ends: it may have been found open.
const WRONG_MAX: u8 = 5;

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    page: Page,
    sessions: Vec<Told>,
    error: Option<&'static str>,
}

pub async fn page(holder: Holder) -> Response {
    shown(&holder, StatusCode::OK, None)
}

fn shown(holder: &Holder, status: StatusCode, error: Option<&'static str>) -> Response {
    let page = Page::of(holder, Here::Elsewhere, messages().t("account.title"));
    let sessions = holder.app.sessions.of(holder.record, &holder.token, page.now);
    Page::show_as(status, &AccountPage { page, sessions, error })
}

/// Another password: every session ends, and this browser goes on in a new one (abuse A03).
pub async fn change(Posted { by: holder, form }: Posted<Holder>) -> Result<Response, PageError> {
    let m = messages();
    let (old, new) = (form.raw("old").to_owned(), form.raw("new").to_owned());
    let wrong = |error| Ok(shown(&holder, StatusCode::UNPROCESSABLE_ENTITY, Some(error)));
    if !(10..=128).contains(&new.chars().count()) || old.len() > 512 {
        return wrong(m.t("password.error.length"));
    }
    if new != form.raw("again") {
        return wrong(m.t("password.error.again"));
    }
    let done =
        holder.try_act(move |records, call, record| records.change_password(call, record, &old, &new)).await;
    match done {
        Ok(_) => {}
        Err(Failure::Refused(no)) if no.kind == RefusalKind::NotProved => {
            let count = |notes: &mut crate::api::sessions::Notes| {
                notes.wrong_passwords = notes.wrong_passwords.saturating_add(1);
                notes.wrong_passwords
            };
            if holder.app.sessions.with_notes(&holder.token, count).is_some_and(|it| it >= WRONG_MAX) {
                holder.app.sessions.end(&holder.token);
                return Ok(go("/login"));
            }
            return wrong(m.t("account.error.old"));
        }
        Err(Failure::Refused(no)) if no.kind == RefusalKind::Rule => {
            return wrong(m.t("account.error.same"));
        }
        Err(failure) => return Err(holder.wrong(failure)),
    }
    let sessions = &holder.app.sessions;
    let visited = sessions.with_notes(&holder.token, |notes| notes.visited).flatten();
    sessions.end_all(holder.record);
    let issued = sessions.begin(holder.record, holder.app.clock.now(), &*holder.app.dice);
    sessions.with_notes(&issued.token, |notes| notes.visited = visited);
    let renewed = Holder { token: issued.token, ..holder };
    let mut response = renewed.done("done.password", "/account");
    set_cookie(&mut response, COOKIE, &renewed.token, None);
    Ok(response)
}

/// Logged out everywhere, here too.
pub async fn end(Posted { by: holder, .. }: Posted<Holder>) -> Response {
    holder.app.sessions.end_all(holder.record);
    super::login::left(&holder.app)
}

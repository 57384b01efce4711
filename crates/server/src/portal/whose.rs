//! "De qui est ce carnet": one's own, and those one acts in as representative. Each is asked again at each change;
//! the way back to one's own stays in the session, whose two factors were proved for it.

use askama::Template;
use axum::response::Response;
use model::RecordId;
use record::circle::AccountOf;
use record::{Call, Disclosed};

use super::errors::{PageError, Wrong};
use super::layout::{Here, Page, go, set_cookie};
use super::messages::messages;
use super::session::{Holder, Posted, capitals};
use crate::api::sessions::Who;
use crate::api::signed_in::COOKIE;

struct One {
    record: String,
    name: String,
    is_own: bool,
    is_here: bool,
}

#[derive(Template)]
#[template(path = "whose.html")]
struct WhosePage {
    page: Page,
    all: Vec<One>,
}

/// Whose factors opened this session, and how they call.
fn own(holder: &Holder) -> Option<((RecordId, AccountOf), Call)> {
    let kept = holder.app.sessions.with_notes(&holder.token, |notes| notes.own).flatten();
    let own = match kept {
        Some(own) => own,
        None => holder.app.sessions.private(&holder.token, holder.app.clock.now())?,
    };
    Some((own, Call { caller: own.1.caller(own.0), ..holder.call.clone() }))
}

pub async fn page(holder: Holder) -> Result<Response, PageError> {
    let (own, as_own) = own(&holder).ok_or_else(|| holder.wrong(Wrong::Missing))?;
    let listed = holder.act(move |records, _, _| records.whose(&as_own)).await?;
    let one = |it: &record::Whose| One {
        record: it.record.to_string(),
        name: format!("{} {}", capitals(it.given.as_str()), it.family.as_str()),
        is_own: it.record == own.0,
        is_here: it.record == holder.record,
    };
    let all = listed.iter().map(Disclosed::get).map(one).collect();
    let page = Page::of(&holder, Here::Elsewhere, messages().t("whose.title"));
    Ok(Page::show(&WhosePage { page, all }))
}

/// The session there was ends: another begins, for another record.
pub async fn change(Posted { by: holder, form }: Posted<Holder>) -> Result<Response, PageError> {
    let to: RecordId = form.text("record").parse().map_err(|_| holder.wrong(Wrong::Missing))?;
    let (own, as_own) = own(&holder).ok_or_else(|| holder.wrong(Wrong::Missing))?;
    let account = holder.act(move |records, _, _| records.act_in(&as_own, to)).await?;
    let (app, now) = (&holder.app, holder.app.clock.now());
    app.sessions.end(&holder.token);
    let issued = app.sessions.begin_as(Who::of(to, account), now, &*app.dice);
    app.sessions.with_notes(&issued.token, |notes| notes.own = Some(own));
    let mut response = go("/");
    set_cookie(&mut response, COOKIE, &issued.token, None);
    Ok(response)
}

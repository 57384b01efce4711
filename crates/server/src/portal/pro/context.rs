//! The portal opened from practice software (TD0.9): its window posts an assertion that names a person and a patient,
//! and the person is before that patient's page, without any number in an address.
//!
//! The post comes from another site by design, so that no cookie of ours comes with it, and nothing is done with it
//! but remembering what is wanted under a fresh cookie. The page that answers leads on by itself ([`enter`]): a step
//! within this site, where the person proves who they are as at any login, by the card their browser shows or at the
//! identity provider, and must be whom the assertion names. An assertion sent through somebody else's browser opens
//! nothing there: it begins no session of its author's (login CSRF; SECURITY.md).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use aws_lc_rs::digest::{SHA256, digest};
use axum::body::to_bytes;
use axum::extract::{Extension, Request, State};
use axum::response::Response;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use model::chance::throw;
use model::{Caller, Dice, Door, Fact, Ins, Instant, Person, PsIdNat, Purpose, RowId, StructIdNat};
use record::{Call, Failure, Once, RefusalKind};

use super::error::{ProError, ProWrong};
use super::find;
use super::login::{to_provider, welcome};
use super::session::{Pro, by_certificate, signed_in};
use crate::api::signed_in::cookie;
use crate::app::App;
use crate::blocking::act;
use crate::connection::Connection;
use crate::guard::RequestId;
use crate::portal::errors::Wrong;
use crate::portal::form::{BYTES_MAX, Form, unread};
use crate::portal::layout::{Page, go, set_cookie};
use crate::portal::messages::messages;
use crate::portal::session::Visitor;
use crate::soap::identity::{AssertionFault, alone};
use crate::tls::Settings;

/// Where practice software posts, and where the page that answers leads on.
pub const PATH: &str = "/pro/open";
/// Ties what is wanted to the browser that posted it. Set by an answer to another site's post, sent within this one.
const COOKIE: &str = "__Host-carnet-pro-open";
/// As long as a login may take.
const LIFE: SignedDuration = SignedDuration::from_mins(10);
const MOST: usize = 10_000;

/// What an assertion asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opening {
    pub person: PsIdNat,
    pub place: StructIdNat,
    pub ins: Option<Ins>,
    pub page: Wanted,
}

/// The page of the record that is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    Record,
    Access,
    Accesses,
    Deposit,
    Emergency,
}

/// What is wanted, by the hash of the cookie.
#[derive(Default)]
pub struct Openings(Mutex<HashMap<[u8; 32], (Opening, Instant)>>);

impl Openings {
    fn put(&self, opening: Opening, now: Instant, dice: &dyn Dice) -> Option<String> {
        let ticket = BASE64_URL_SAFE_NO_PAD.encode(throw::<32>(dice));
        let mut openings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        openings.retain(|_, (_, until)| now < *until);
        (openings.len() < MOST).then(|| {
            openings.insert(hash(&ticket), (opening, now.plus(LIFE)));
            ticket
        })
    }

    /// Once.
    fn take(&self, ticket: &str, now: Instant) -> Option<Opening> {
        let mut openings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        openings.remove(&hash(ticket)).filter(|(_, until)| now < *until).map(|(opening, _)| opening)
    }
}

fn hash(text: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
    hash
}

/// Why an opening is not taken.
enum Not {
    /// Nobody known signed it: there is nobody to name in a line.
    Unsigned(&'static str),
    /// Somebody known did, and it does not fit.
    Unfit(Box<Caller>, &'static str),
}

#[derive(Template)]
#[template(path = "pro/opening.html")]
struct OpeningPage {
    page: Page,
    /// The software that opens, as it calls itself.
    software: String,
    path: &'static str,
}

/// From practice software, by a form of its own: `vihf`, and `page` where it is not the record's first.
pub async fn come(State(app): State<Arc<App>>, request: Request) -> Result<Response, ProError> {
    let (parts, body) = request.into_parts();
    let extension = &parts.extensions;
    let id = extension.get::<RequestId>().map_or(RowId::from_bytes([0; 16]), |it| it.0);
    let wrong = |what: ProWrong| ProError::new(&app, id, what);
    let (Some(connection), Some(settings)) =
        (extension.get::<Connection>(), extension.get::<Arc<Settings>>())
    else {
        return Err(wrong(Wrong::Fault.into()));
    };
    let bytes = to_bytes(body, BYTES_MAX).await.map_err(|fault| wrong(unread(&fault).into()))?;
    let form = Form::read(&bytes).ok_or_else(|| wrong(ProWrong::Malformed))?;
    let page = wanted(form.text("page")).ok_or_else(|| wrong(ProWrong::Malformed))?;

    let address = Some(connection.peer.ip().to_string());
    let call = Call { address, ..record::visitor(id) };
    let come = match read(&app, settings, form.raw("vihf"), page) {
        Ok(come) => come,
        Err(Not::Unsigned(why)) => {
            tracing::warn!(why, request = %id, "an opening by practice software was refused");
            return Err(wrong(ProWrong::Opening));
        }
        Err(Not::Unfit(caller, why)) => {
            tracing::warn!(why, request = %id, "an opening by practice software was refused");
            let call = Call { caller: *caller, ..call };
            act(&app, move |records| records.reject(&call)).await.map_err(|it| wrong(it.into()))?;
            return Err(wrong(ProWrong::Opening));
        }
    };
    let call = Call { caller: come.caller, once: Some(come.once), ..call };
    let used = act(&app, move |records| match records.software_opens(&call) {
        Err(Failure::Refused(no)) if no.kind == RefusalKind::Replayed => {
            records.replayed(&call).map(|()| true)
        }
        other => other.map(|()| false),
    });
    if used.await.map_err(|it| wrong(it.into()))? {
        return Err(wrong(ProWrong::Used));
    }
    let ticket = app.pro.openings.put(come.opening, app.clock.now(), &*app.dice);
    let ticket = ticket.ok_or_else(|| wrong(Wrong::Busy.into()))?;
    let page = Page::open(&app, messages().t("pro.opening.title"));
    let mut response = Page::show(&OpeningPage { page, software: come.software, path: PATH });
    set_cookie(&mut response, COOKIE, &ticket, Some(600));
    Ok(response)
}

struct Come {
    caller: Caller,
    once: Once,
    opening: Opening,
    software: String,
}

/// The assertion, base64 as SAML's own forms have it, or as it is.
fn read(app: &App, settings: &Settings, sent: &str, page: Wanted) -> Result<Come, Not> {
    let sent = sent.trim();
    let text = match sent.starts_with('<') {
        true => sent.as_bytes().to_vec(),
        false => {
            let packed: String = sent.split_whitespace().collect();
            BASE64_STANDARD.decode(packed).map_err(|_| Not::Unsigned("it is neither XML nor base64"))?
        }
    };
    let address = format!("{}{PATH}", app.addresses.portal);
    let names = [address.as_str(), app.addresses.portal.as_str()];
    let (vihf, proved) = alone(&text, app, settings, &names).map_err(|fault| match fault {
        AssertionFault::Unsigned => Not::Unsigned("the assertion is not one, or not signed by anybody known"),
        AssertionFault::Unfit(caller) => Not::Unfit(
            Box::new(claimed(*caller)),
            "the assertion is not its signer's, or says what is not so",
        ),
    })?;
    let place = vihf.organisation.clone();
    let caller = claimed(proved);
    let page = match &vihf.purpose {
        Purpose::Normal => page,
        // an emergency is declared on its own page: a window opens there and nowhere else
        Purpose::BreakGlass { .. } | Purpose::Regulation => Wanted::Emergency,
    };
    let known = vihf
        .patient
        .as_ref()
        .is_none_or(|it| find::authorities(app.demo.is_some()).contains(&it.authority()));
    if !known {
        return Err(Not::Unfit(Box::new(caller), "its patient's number is of no kind known here"));
    }
    Ok(Come {
        once: Once::new(&vihf.id, vihf.replay_key(), vihf.forget_after()),
        opening: Opening { person: vihf.person.clone(), place, ins: vihf.patient.clone(), page },
        software: vihf.software.name.chars().take(60).collect(),
        caller,
    })
}

/// What the assertion proves of its signer is no more than a claim about who sits at the browser.
fn claimed(proved: Caller) -> Caller {
    let person = match proved.person {
        Fact::Proved(it @ Person::Professional(_)) => Fact::Claimed(it),
        _ => Fact::Absent,
    };
    let organisation = match proved.organisation {
        Fact::Proved(it) => Fact::Claimed(it),
        other => other,
    };
    Caller { person, organisation, software: proved.software, ..Caller::nobody(Door::Portal) }
}

fn wanted(text: &str) -> Option<Wanted> {
    Some(match text {
        "" | "record" => Wanted::Record,
        "access" => Wanted::Access,
        "accesses" => Wanted::Accesses,
        "deposit" => Wanted::Deposit,
        "emergency" => Wanted::Emergency,
        _ => return None,
    })
}

/// The next step, within this site: who sits here proves that they are whom the assertion names.
pub async fn enter(
    visitor: Visitor,
    connection: Option<Extension<Connection>>,
) -> Result<Response, ProError> {
    let app = &visitor.app;
    let wrong = |what| ProError::new(app, visitor.call.request, what);
    let connection = connection.map(|Extension(it)| it);
    let ticket = cookie(&visitor.headers, COOKIE).unwrap_or_default();
    let opening = app.pro.openings.take(&ticket, app.clock.now());
    let opening = opening.ok_or_else(|| wrong(ProWrong::Go("/pro".into())))?;
    // their own session goes on, with what its other windows know
    if let Some(pro) = signed_in(&visitor, connection.as_ref()).filter(|it| it.who.id == opening.person) {
        app.pro.sessions.act_from(&pro.token, opening.place.clone());
        app.pro.sessions.lead(&pro.token, opening);
        return Ok(forgotten(go("/pro/opened")));
    }
    match connection.as_ref().and_then(|it| by_certificate(app, it)) {
        Some((card, person)) if card.id == opening.person => {
            Ok(forgotten(welcome(&visitor, card, &person, "/pro/opened", Some(opening))?))
        }
        Some(_) => Err(wrong(ProWrong::Opening)),
        None => Ok(forgotten(to_provider(&visitor, "/pro/opened", Some(opening))?)),
    }
}

fn forgotten(mut response: Response) -> Response {
    set_cookie(&mut response, COOKIE, "", Some(0));
    response
}

/// With a session: to the page that was asked for, by the record's opaque id.
pub async fn opened(pro: Pro) -> Result<Response, ProError> {
    pro.is_active()?;
    match pro.app.pro.sessions.led(&pro.token) {
        Some(Opening { ins: Some(ins), page, .. }) => find::show(&pro, ins, page).await,
        _ => Ok(go("/pro")),
    }
}

/// Whether a session of this browser is of whom the provider proved: the opening of another is not theirs.
pub fn is_theirs(opening: Option<&Opening>, person: &PsIdNat) -> bool {
    opening.is_none_or(|it| it.person == *person)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::chance::SystemDice;

    #[test]
    fn what_is_wanted_is_kept_for_one_browser_for_ten_minutes_and_given_once() {
        let at = |minutes| Instant::EPOCH.plus(SignedDuration::from_mins(minutes));
        let opening = Opening {
            person: "899700366240".parse().unwrap(),
            place: "10D0000101".parse().unwrap(),
            ins: None,
            page: Wanted::Record,
        };
        let openings = Openings::default();
        let ticket = openings.put(opening.clone(), at(0), &SystemDice).unwrap();
        assert_eq!(openings.take("another", at(1)), None);
        assert_eq!(openings.take(&ticket, at(9)), Some(opening.clone()));
        assert_eq!(openings.take(&ticket, at(9)), None);
        let late = openings.put(opening, at(10), &SystemDice).unwrap();
        assert_eq!(openings.take(&late, at(20)), None);
    }
}

//! Who stands behind the counter: an agent whose certificate and directory entry are looked at on each request.

use std::sync::Arc;

use askama::Template;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::chance::throw;
use model::{Caller, Dice, Person, Standing};
use record::Call;

use super::letters::Letters;
use crate::app::App;
use crate::caller::caller;
use crate::connection::Connection;
use crate::portal::errors::{PageError, Side, Wrong};
use crate::portal::layout::Page;
use crate::portal::messages::messages;
use crate::portal::session::{Poster, Visitor};

/// What the counter keeps in this process: a key for its forms, and letters that wait.
pub struct Desk {
    key: hmac::Key,
    pub letters: Letters,
}

impl Desk {
    pub fn new(dice: &dyn Dice) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &throw::<32>(dice));
        Self { key, letters: Letters::default() }
    }

    /// The anti-forgery token of a certificate: there is no session to derive it from (abuse A06).
    fn anti_forgery(&self, certificate: &[u8; 32]) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, certificate))
    }
}

/// An agent at work, as certificate and directory prove them at this instant.
pub struct AtCounter {
    pub app: Arc<App>,
    pub call: Call,
    pub desk: Arc<Desk>,
    /// SHA-256 of the certificate: whose letter waits.
    pub certificate: [u8; 32],
    pub name: String,
    pub place: String,
}

/// What the counter's pages say of whose counter it is, and the token their forms carry.
pub struct Head {
    pub name: String,
    pub place: String,
    anti_forgery: String,
}

impl Head {
    /// The hidden field of each form. HTML; the token is of letters, digits, `-` and `_`.
    pub fn anti_forgery(&self) -> String {
        format!("<input type=\"hidden\" name=\"anti_forgery\" value=\"{}\">", self.anti_forgery)
    }
}

impl AtCounter {
    pub fn head(&self) -> Head {
        let anti_forgery = self.desk.anti_forgery(&self.certificate);
        Head { name: self.name.clone(), place: self.place.clone(), anti_forgery }
    }

    pub fn wrong(&self, what: impl Into<Wrong>) -> PageError {
        PageError::new(&self.app, self.call.request, what.into()).among(Side::Counter).behind(self.head())
    }
}

impl FromRequestParts<Arc<App>> for AtCounter {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, PageError> {
        let Visitor { app, call, headers } = Visitor::from_request_parts(parts, app).await?;
        let wrong = |what| PageError::new(&app, call.request, what).among(Side::Counter);
        let desk = parts.extensions.get::<Arc<Desk>>().cloned().ok_or_else(|| wrong(Wrong::Fault))?;
        let connection = parts.extensions.get::<Connection>().ok_or_else(|| wrong(Wrong::Fault))?;
        let proved = caller(connection, &headers, &app.directory, app.clock.now()).ok();
        let (Some(caller), Some(certificate)) = (proved, &connection.certificate) else {
            return Err(PageError::go(&app, call.request, "/counter/card".to_owned()));
        };
        let (name, place) = at_work(&caller).ok_or_else(|| wrong(Wrong::Denied))?;
        let certificate = certificate.sha256;
        let call = Call { caller, ..call };
        Ok(Self { app, call, desk, certificate, name, place })
    }
}

/// An agent's name and house.
fn at_work(caller: &Caller) -> Option<(String, String)> {
    let name = match caller.person.proved()? {
        Person::Agent(agent) if agent.standing == Standing::Active => agent.name.clone(),
        _ => return None,
    };
    Some((name, caller.organisation.proved().map(|it| it.name.clone()).unwrap_or_default()))
}

/// Whose counter it is, for a page without a form.
pub fn desk(visitor: &Visitor, connection: &Connection) -> Option<Head> {
    let app = &visitor.app;
    let (name, place) =
        at_work(&caller(connection, &visitor.headers, &app.directory, app.clock.now()).ok()?)?;
    Some(Head { name, place, anti_forgery: String::new() })
}

impl Poster for AtCounter {
    fn refuse(&self, what: Wrong) -> PageError {
        self.wrong(what)
    }

    fn owns(&self, anti_forgery: &str) -> bool {
        let own = self.desk.anti_forgery(&self.certificate);
        verify_slices_are_equal(own.as_bytes(), anti_forgery.as_bytes()).is_ok()
    }
}

#[derive(Template)]
#[template(path = "counter/card.html")]
struct CardPage {
    page: Page,
}

/// For whoever shows no certificate, or one that is not valid any more.
pub async fn no_card(visitor: Visitor) -> Response {
    let page = Page::open(&visitor.app, messages().t("counter.card.title"));
    Page::show_as(StatusCode::UNAUTHORIZED, &CardPage { page })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SystemDice;

    #[test]
    fn a_token_is_of_one_certificate_and_one_process() {
        let (desk, other) = (Desk::new(&SystemDice), Desk::new(&SystemDice));
        let token = desk.anti_forgery(&[1; 32]);
        assert_eq!(token, desk.anti_forgery(&[1; 32]));
        assert_ne!(token, desk.anti_forgery(&[2; 32]));
        assert_ne!(token, other.anti_forgery(&[1; 32]));
    }
}

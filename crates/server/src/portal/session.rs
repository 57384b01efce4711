//! Who stands before a page: a visitor, or a holder with a session; and for what changes something, the form
//! with its anti-forgery token from a page of our own (abuse A06).

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use model::{RecordId, RowId};
use record::{Call, Failure, Records, RefusalKind};
use serde::de::DeserializeOwned;

use super::content::Reading;
use super::errors::{PageError, Side, Wrong};
use super::form::{BYTES_MAX, Form, own_path, unread};
use super::layout::{go, in_query};
use crate::api::sessions::{Notes, Who};
use crate::api::signed_in::{of_our_origin, token};
use crate::app::App;
use crate::blocking::act;
use crate::connection::Connection;
use crate::guard::RequestId;

/// Somebody who has proved nothing.
pub struct Visitor {
    pub app: Arc<App>,
    pub call: Call,
    pub headers: HeaderMap,
}

/// A holder whose two factors were proved in this session.
pub struct Holder {
    pub app: Arc<App>,
    pub call: Call,
    pub record: RecordId,
    pub token: String,
}

/// A form from a page of ours, by whom it is from: [`Visitor`] or [`Holder`].
pub struct Posted<By> {
    pub by: By,
    pub form: Form,
}

impl FromRequestParts<Arc<App>> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, PageError> {
        let request = parts.extensions.get::<RequestId>().map(|it| it.0);
        let request = request.ok_or_else(|| PageError::new(app, RowId::from_bytes([0; 16]), Wrong::Fault))?;
        let address = parts.extensions.get::<Connection>().map(|it| it.peer.ip().to_string());
        let call = Call { address, ..record::visitor(request) };
        if parts.method == Method::POST && !is_from_here(&parts.headers, &app.addresses.portal) {
            return Err(PageError::new(app, request, Wrong::Foreign).among(Side::of(parts.uri.path())));
        }
        Ok(Self { app: Arc::clone(app), call, headers: parts.headers.clone() })
    }
}

impl FromRequestParts<Arc<App>> for Holder {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, PageError> {
        let Visitor { app, call, headers } = Visitor::from_request_parts(parts, app).await?;
        let found = token(&headers).and_then(|token| {
            let (record, account) = app.sessions.private(&token, app.clock.now())?;
            Some((token, record, account))
        });
        let Some((token, record, account)) = found else {
            let path = parts.uri.path_and_query().map_or("/", |it| it.as_str());
            let back = if parts.method == Method::GET { own_path(path) } else { None };
            let to =
                back.map_or("/login?lost=1".to_owned(), |path| format!("/login?next={}", in_query(path)));
            return Err(PageError::go(&app, call.request, to));
        };
        let call = Call { caller: account.caller(record), ..call };
        let holder = Self { app, call, record, token };
        holder.know_the_name().await?;
        Ok(holder)
    }
}

impl<By> FromRequest<Arc<App>> for Posted<By>
where
    By: FromRequestParts<Arc<App>, Rejection = PageError> + Poster + Send + Sync,
{
    type Rejection = PageError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, PageError> {
        let (mut parts, body) = request.into_parts();
        let by = By::from_request_parts(&mut parts, app).await?;
        let bytes = to_bytes(body, BYTES_MAX).await.map_err(|fault| by.refuse(unread(&fault)))?;
        let form = Form::read(&bytes).ok_or_else(|| by.refuse(Wrong::Malformed))?;
        if !by.owns(form.raw("anti_forgery")) {
            return Err(by.refuse(Wrong::Foreign));
        }
        Ok(Self { by, form })
    }
}

/// What the address asks for; what cannot be read is as if it were not there.
pub struct InQuery<T>(pub T);

impl<T: DeserializeOwned + Default, S: Sync> FromRequestParts<S> for InQuery<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(Query::try_from_uri(&parts.uri).map(|Query(it)| it).unwrap_or_default()))
    }
}

/// Who may post a form.
pub trait Poster {
    /// A form that is not taken, as a page among theirs.
    fn refuse(&self, what: Wrong) -> PageError;

    /// Whether the form's anti-forgery token is of this session.
    fn owns(&self, anti_forgery: &str) -> bool;
}

impl Poster for Visitor {
    fn refuse(&self, what: Wrong) -> PageError {
        self.wrong(what)
    }

    /// Without a session there is nothing to forge: origin and SameSite hold alone.
    fn owns(&self, _: &str) -> bool {
        true
    }
}

impl Poster for Holder {
    fn refuse(&self, what: Wrong) -> PageError {
        self.wrong(what)
    }

    fn owns(&self, anti_forgery: &str) -> bool {
        self.app.sessions.is_own(&self.token, anti_forgery)
    }
}

impl Visitor {
    pub fn wrong(&self, what: impl Into<Wrong>) -> PageError {
        PageError::new(&self.app, self.call.request, what.into())
    }

    /// Whose session this is, if anybody's.
    pub fn who(&self) -> Option<Who> {
        self.app.sessions.who(&token(&self.headers)?, self.app.clock.now())
    }
}

impl Holder {
    /// Runs an act of the story as this holder; a refusal or a fault is a page.
    pub async fn act<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Records, &Call, RecordId) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, PageError> {
        self.try_act(work).await.map_err(|failure| self.wrong(failure))
    }

    /// The same, for a page that says itself what was refused.
    pub async fn try_act<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Records, &Call, RecordId) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let (call, record) = (self.call.clone(), self.record);
        act(&self.app, move |records| work(records, &call, record)).await
    }

    pub fn wrong(&self, what: impl Into<Wrong>) -> PageError {
        PageError::new(&self.app, self.call.request, what.into()).signed(&self.token)
    }

    /// The holder's own documents, under the portal's first addresses.
    pub fn reading(&self) -> Reading {
        let (app, call) = (Arc::clone(&self.app), self.call.clone());
        Reading { app, call, record: self.record, base: String::new() }
    }

    /// After a change: to another page, which says once what was done.
    pub fn done(&self, key: &'static str, path: &str) -> Response {
        self.app.sessions.with_notes(&self.token, |notes| notes.done = Some(key));
        go(path)
    }

    /// Whether the certificate that it was closed can be had.
    pub async fn is_closed(&self) -> bool {
        self.try_act(|records, call, record| records.closure(call, record)).await.is_ok()
    }

    /// The name at the head of each page, looked up once a session.
    async fn know_the_name(&self) -> Result<(), PageError> {
        let known = |notes: &mut Notes| notes.shown.is_some();
        if self.app.sessions.with_notes(&self.token, known).unwrap_or(true) {
            return Ok(());
        }
        let found = self.try_act(|records, call, record| records.overview(call, record)).await;
        let (shown, closed) = match found {
            Ok(it) => (shown_name(&it.get().identity.traits), false),
            // of a record that is closed its certificate remains
            Err(Failure::Refused(no)) if no.kind == RefusalKind::Denied => {
                match self.try_act(|records, call, record| records.closure(call, record)).await {
                    Ok(it) => (shown_name(&it.get().identity.traits), true),
                    Err(_) => return Err(self.wrong(Failure::Refused(no))),
                }
            }
            Err(failure) => return Err(self.wrong(failure)),
        };
        self.app.sessions.with_notes(&self.token, |notes| {
            notes.shown = Some(shown);
            notes.closed = closed;
        });
        Ok(())
    }
}

/// As the holder is called: first given name or the one in use, then the name in use.
pub fn shown_name(traits: &model::Traits) -> String {
    let given = traits.used_given.as_ref().unwrap_or(&traits.first_given);
    let family = traits.used_name.as_ref().unwrap_or(&traits.birth_name);
    format!("{} {}", capitals(given.as_str()), family.as_str())
}

/// How French agrees with a person: `f` or `m`.
pub fn agreement(sex: model::Sex) -> char {
    if sex == model::Sex::Female { 'f' } else { 'm' }
}

/// "ODILE-ANNE" as "Odile-Anne".
pub fn capitals(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut first = true;
    for letter in name.chars() {
        if first {
            out.extend(letter.to_uppercase());
        } else {
            out.extend(letter.to_lowercase());
        }
        first = !letter.is_alphabetic();
    }
    out
}

/// A browser names the origin of what changes something, and whether the page was of this site.
pub fn is_from_here(headers: &HeaderMap, portal: &str) -> bool {
    let site = headers.get("sec-fetch-site");
    of_our_origin(headers, portal) && site.is_none_or(|it| it == "same-origin" || it == "none")
}

#[cfg(test)]
mod tests {
    use super::capitals;

    #[test]
    fn names_are_shown_as_one_writes_them() {
        for (given, shown) in [("ODILE", "Odile"), ("ZOÉ-LOU", "Zoé-Lou"), ("D'ARTAGNAN", "D'Artagnan")] {
            assert_eq!(capitals(given), shown);
        }
    }
}

//! Who stands before a professional's page: session, proof and directory are asked anew at each request, so that
//! somebody struck off, gone from the house or with a revoked certificate is refused on the very next one
//! (rules, A11; abuse A10, A14).

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use model::{
    Caller, Door, Emergency, Organisation, Person, Professional, Purpose, RecordId, RowId, Standing, Strength,
};
use record::{Call, Failure, Records};

use super::error::{ProError, ProWrong};
use super::sessions::{Proof, SignedIn, Window};
use crate::api::signed_in::cookie;
use crate::app::App;
use crate::blocking::act;
use crate::caller::person_at;
use crate::connection::{Anchor, Connection};
use crate::portal::content::Reading;
use crate::portal::form::{BYTES_MAX, Form, own_path, unread};
use crate::portal::layout::{go, in_query};
use crate::portal::session::Visitor;

/// Apart from the holder's: a doctor is somebody's patient too, in the same browser.
pub const COOKIE: &str = "__Host-carnet-pro";

/// A professional with a live session, as proof and directory have them at this instant.
pub struct Pro {
    pub app: Arc<App>,
    pub call: Call,
    pub token: String,
    pub who: Professional,
    pub place: Option<Organisation>,
}

/// A form from a page of ours, by a professional.
pub struct PostedPro {
    pub pro: Pro,
    pub form: Form,
}

impl FromRequestParts<Arc<App>> for Pro {
    type Rejection = ProError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ProError> {
        let visitor = Visitor::from_request_parts(parts, app).await?;
        let connection = parts.extensions.get::<Connection>().cloned();
        match signed_in(&visitor, connection.as_ref()) {
            Some(pro) => Ok(pro),
            None => {
                let path = parts.uri.path_and_query().map_or("/pro", |it| it.as_str());
                let back = if parts.method == Method::GET { own_path(path) } else { None };
                let to = back
                    .map_or("/pro/login?lost=1".to_owned(), |it| format!("/pro/login?next={}", in_query(it)));
                Err(ProError::new(app, visitor.call.request, ProWrong::Go(to)))
            }
        }
    }
}

/// The professional whose session this request belongs to.
pub fn signed_in(visitor: &Visitor, connection: Option<&Connection>) -> Option<Pro> {
    let app = &visitor.app;
    let token = token(&visitor.headers)?;
    let signed_in = app.pro.sessions.who(&token, app.clock.now())?;
    let session = app.pro.sessions.session_id(&token);
    let caller = Caller { session, ..caller(app, connection?, &signed_in)? };
    let who = caller.professional()?.clone();
    let place = caller.organisation.proved().cloned();
    let call = Call { caller, ..visitor.call.clone() };
    Some(Pro { app: Arc::clone(app), call, token, who, place })
}

/// The caller as the directory has them now. None where the proof the session began with is there no more.
fn caller(app: &App, connection: &Connection, signed_in: &SignedIn) -> Option<Caller> {
    let (strength, certificate) = match &signed_in.proof {
        Proof::Certificate(sha256) => {
            let shown = connection.certificate.as_ref().filter(|it| it.sha256 == *sha256)?;
            if app.clock.now() > shown.not_after {
                return None;
            }
            (Strength::Certificate, Some(shown.id.clone()))
        }
        Proof::Provider => (Strength::TwoFactors, None),
    };
    let (person, organisation) = person_at(signed_in.id.clone(), Ok(signed_in.place.clone()), &app.directory);
    Some(Caller { strength, certificate, person, organisation, ..Caller::nobody(Door::Portal) })
}

/// The person whose valid certificate this connection came with, whatever they are.
pub fn by_certificate(app: &App, connection: &Connection) -> Option<(SignedIn, Person)> {
    let shown = connection.certificate.as_ref().filter(|it| it.anchor == Anchor::Persons)?;
    let id = shown.common_name.parse().ok()?;
    let signed_in = SignedIn { id, place: None, proof: Proof::Certificate(shown.sha256) };
    let person = caller(app, connection, &signed_in)?.person.proved()?.clone();
    Some((signed_in, person))
}

impl FromRequest<Arc<App>> for PostedPro {
    type Rejection = ProError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ProError> {
        let (mut parts, body) = request.into_parts();
        let pro = Pro::from_request_parts(&mut parts, app).await?;
        let bytes = to_bytes(body, BYTES_MAX).await.map_err(|fault| pro.wrong(unread(&fault)))?;
        let form = Form::read(&bytes).ok_or_else(|| pro.wrong(ProWrong::Malformed))?;
        pro.owns(form.raw("anti_forgery"))?;
        Ok(Self { pro, form })
    }
}

impl Pro {
    pub fn request(&self) -> RowId {
        self.call.request
    }

    /// Whether the form's anti-forgery token is of this session (abuse A06).
    pub fn owns(&self, anti_forgery: &str) -> Result<(), ProError> {
        match self.app.pro.sessions.is_own(&self.token, anti_forgery) {
            true => Ok(()),
            false => Err(self.wrong(ProWrong::Foreign)),
        }
    }

    /// For pages that ask nothing of any record, and so are decided by no rule: A11 alone.
    pub fn is_active(&self) -> Result<(), ProError> {
        let house = self.place.as_ref().map_or(Standing::Active, |it| it.standing);
        match (self.who.standing, house) {
            (Standing::Active, Standing::Active) => Ok(()),
            _ => Err(self.wrong(ProWrong::Denied)),
        }
    }

    pub async fn act<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Records, &Call) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, ProError> {
        self.try_act(work).await.map_err(|failure| self.wrong(failure))
    }

    pub async fn try_act<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Records, &Call) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let call = self.call.clone();
        act(&self.app, move |records| work(records, &call)).await
    }

    /// The window of emergency this session has open on this record.
    pub fn window(&self, record: RecordId) -> Option<Window> {
        self.app.pro.sessions.window(&self.token, record, self.app.clock.now())
    }

    /// For reading documents alone: a window serves nothing else (rules, A18).
    pub fn reads(&self, record: RecordId) -> Call {
        let purpose = match self.window(record) {
            Some(Window { kind: Emergency::BreakGlass, reason, .. }) => Purpose::BreakGlass { reason },
            Some(Window { kind: Emergency::Regulation, .. }) => Purpose::Regulation,
            None => Purpose::Normal,
        };
        Call { purpose, ..self.call.clone() }
    }

    /// Reads a record's documents, by the window where there is one.
    pub async fn try_read<T: Send + 'static>(
        &self,
        record: RecordId,
        work: impl FnOnce(&Records, &Call) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let call = self.reads(record);
        act(&self.app, move |records| work(records, &call)).await
    }

    /// A refusal. That of somebody whom the directory no longer has at work ends the session.
    pub fn wrong(&self, what: impl Into<ProWrong>) -> ProError {
        let house = self.place.as_ref().map_or(Standing::Active, |it| it.standing);
        let gone = self.who.standing != Standing::Active || house != Standing::Active;
        match what.into() {
            ProWrong::Denied | ProWrong::Missing if gone => {
                self.app.pro.sessions.end(&self.token);
                ProError::new(&self.app, self.request(), ProWrong::Gone)
            }
            what => ProError::new(&self.app, self.request(), what).signed(self),
        }
    }

    /// After a change: to another page, which says once what was done.
    pub fn done(&self, key: &'static str, path: &str) -> Response {
        self.app.pro.sessions.say(&self.token, key);
        go(path)
    }

    /// A record's documents, under the addresses of its pages here.
    pub fn reading(&self, record: RecordId) -> Reading {
        Reading {
            app: Arc::clone(&self.app),
            call: self.reads(record),
            record,
            base: format!("/pro/records/{record}"),
        }
    }
}

pub fn token(headers: &HeaderMap) -> Option<String> {
    cookie(headers, COOKIE)
}

//! The professional's pages: who has no software of their own finds a person by INS, records that they were
//! authorised, reads, deposits and masks, under the same rules as on the care and feed doors.
//!
//! One comes by the certificate of one's card or by an identity provider ([`oidc`]); the session is apart from
//! holders' ([`sessions`]), and [`session::Pro`] asks proof and directory anew at each request. No page decides:
//! each calls an act of `record` and shows what it gave, or the refusal ([`error`]).

mod accesses;
mod brief;
mod context;
mod deposit;
mod document;
mod draft;
mod emergency;
mod error;
mod find;
mod frame;
mod login;
mod manage;
pub(crate) mod oidc;
mod record;
mod session;
pub(crate) mod sessions;

use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

pub(crate) use super::form::Form;
pub(crate) use super::home::person;
pub(crate) use super::layout::{go, in_query};
pub(crate) use super::session::is_from_here;

use super::errors::Wrong;
use super::session::Visitor;
use crate::app::App;
use crate::connection::Connection;

/// What the server keeps for professionals on the portal, in memory.
#[derive(Default)]
pub struct Professionals {
    pub(crate) sessions: sessions::Sessions,
    pub(crate) logins: oidc::Logins,
    /// What practice software asked for, until its person has proved who they are.
    pub(crate) openings: context::Openings,
}

/// What went wrong before anybody was looked at, or around it.
pub(crate) fn wrong(visitor: &Visitor, connection: Option<&Connection>, what: Wrong) -> Response {
    let what = error::ProWrong::Other(what);
    match session::signed_in(visitor, connection) {
        Some(pro) => pro.wrong(what).into_response(),
        None => error::ProError::new(&visitor.app, visitor.call.request, what).into_response(),
    }
}

pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/pro", get(find::home))
        .route("/pro/", get(login::home_slash))
        .route("/pro/login", get(login::page))
        .route("/pro/login/certificate", post(login::certificate))
        .route("/pro/login/provider", get(login::provider))
        .route("/pro/login/callback", get(login::callback))
        .route("/pro/open", get(context::enter).post(context::come))
        .route("/pro/opened", get(context::opened))
        .route("/pro/logout", post(login::log_out))
        .route("/pro/place", post(login::place))
        .route("/pro/patients", post(find::find))
        .route("/pro/records/{record}", get(record::record))
        .route("/pro/records/{record}/documents/{id}", get(document::document))
        .route("/pro/records/{record}/documents/{id}/content", get(document::file))
        .route("/pro/records/{record}/documents/{id}/media/{number}", get(document::media))
        .route("/pro/records/{record}/documents/{id}/mask", post(document::mask))
        .route("/pro/records/{record}/documents/{id}/unmask", post(document::unmask))
        .route(
            "/pro/records/{record}/documents/{id}/announce",
            get(manage::ask_announce).post(manage::announce),
        )
        .route("/pro/records/{record}/documents/{id}/archive", get(manage::ask_archive).post(manage::archive))
        .route("/pro/records/{record}/documents/{id}/unarchive", post(manage::unarchive))
        .route("/pro/records/{record}/documents/{id}/delete", get(manage::ask_delete).post(manage::delete))
        .route("/pro/records/{record}/documents/{id}/restore", post(manage::restore))
        .route("/pro/records/{record}/documents/{id}/answer", get(manage::ask_answer).post(manage::answer))
        .route("/pro/records/{record}/deleted", get(manage::deleted))
        .route("/pro/records/{record}/accesses", get(accesses::accesses))
        .route("/pro/records/{record}/deposit", get(deposit::page).post(deposit::deposit))
        .route("/pro/records/{record}/access", get(find::access))
        .route("/pro/records/{record}/emergency", get(emergency::ask).post(emergency::break_glass))
        .route("/pro/records/{record}/emergency/regulation", post(emergency::regulate))
        .route("/pro/records/{record}/emergency/end", post(emergency::end))
        .route("/pro/records/{record}/authorise", post(find::authorise))
        .route("/pro/records/{record}/revoke", post(find::revoke))
}

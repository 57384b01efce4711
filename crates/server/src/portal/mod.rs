//! The pages people open in a browser: rendered here, without a script, under a policy that lets none in.
//!
//! # How to add a page
//!
//! 1. Write its words in `templates/messages/fr.txt`, one `key = text` a line. A test fails for a key that is
//!    used and not there, or there and not used.
//! 2. Write `templates/NAME.html`, which `{% extends "layout.html" %}{% block page %}NAME{% endblock %}` in its
//!    first line (so that tests know the page when they see it) and fills `{% block main %}`. Words come
//!    from `{{ page.t("key") }}`, `{{ page.t1("key", value) }}` (`{}` in the text stands for the value),
//!    `{{ page.n("key", count) }}` (`key.one`, `key.many`). Everything else is escaped by askama. Each form that
//!    posts holds `{{ page.anti_forgery()|safe }}`. Icons: `{{ page.icon("name")|safe }}`.
//! 3. Write a handler that takes [`session::Holder`] to show and [`session::Posted`] to change: neither can be
//!    had without a session, nor `Posted` without the anti-forgery token and our own origin. A professional's
//!    pages get extractors of their own over `Sessions::who`. It calls one act of `record` through
//!    `blocking::act`, and answers [`Page::show`] or, after a change, [`session::Posted::done`], which goes
//!    back with 303 and says once what was done. Errors are [`errors::PageError`]: `?` does it.
//! 4. Give it a route below.
//! 5. Give it to a journey in `tests/browser/pages.json`, and walk there in that journey's `.mjs`, once for each
//!    of its states: a test fails until then. Look at it in `target/gallery/index.html`.
//!
//! No page decides and none reads anything but through `record`.

mod access;
mod account;
mod assets;
mod closing;
mod content;
mod counter;
mod document;
mod errors;
mod form;
mod home;
mod icons;
pub(crate) mod layout;
mod lines;
mod login;
mod manage;
mod messages;
mod own_document;
mod print;
pub(crate) mod pro;
mod restrict;
mod search;
mod see_as;
mod session;
mod settings;
mod space;
mod spaces;
pub(crate) mod steering;
mod tell;
mod trace;
pub mod viewer;
mod when;
mod whose;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

pub use assets::{STYLE_PATH, style};
pub use errors::missing;
pub use layout::{POLICY, Page};
pub use messages::messages;
pub use tell::{in_one, whoever};

pub use steering::router as steering_pages;

use session::Visitor;

use crate::app::App;
use crate::connection::Connection;
use crate::guard::Pages;

/// Makes a page of every error a browser meets at this door, whoever answered it.
pub fn pages(app: Arc<App>) -> Pages {
    Arc::new(move |request| {
        let side = errors::side_of(request.uri().path(), request.headers())?;
        let (app, headers) = (Arc::clone(&app), request.headers().clone());
        let connection = request.extensions().get::<Connection>().cloned();
        Some(Box::new(move |request, answer| {
            let visitor = Visitor { app, call: record::visitor(request), headers };
            errors::page_for(&visitor, connection.as_ref(), side, answer)
        }))
    })
}

/// The same at the steering door.
pub fn pages_of_steering(app: Arc<App>) -> Pages {
    Arc::new(move |request| {
        if !layout::wants_page(request.headers()) {
            return None;
        }
        let (app, headers) = (Arc::clone(&app), request.headers().clone());
        Some(Box::new(move |request, answer| {
            let visitor = Visitor { app, call: record::visitor(request), headers };
            errors::page_for(&visitor, None, errors::Side::Steering, answer)
        }))
    })
}

pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route(STYLE_PATH.as_str(), get(style))
        .route("/icon.svg", get(assets::icon))
        .route("/", get(home::home))
        .route("/login", get(login::page).post(login::begin))
        .route("/login/code", get(login::code_page).post(login::finish))
        .route("/login/password", get(login::password_page).post(login::choose))
        .route("/logout", post(login::log_out))
        .route("/spaces/{space}", get(space::space))
        .route("/documents", get(space::all))
        .route("/search", get(search::page).post(search::search))
        .route("/documents/{id}", get(document::document))
        .route("/documents/{id}/content", get(content::content))
        .route("/documents/{id}/media/{number}", get(content::media))
        .route("/documents/{id}/print", get(print::print))
        .route("/documents/{id}/who", get(document::who_may_see))
        .route("/documents/{id}/why", get(see_as::why))
        .route("/see-as", get(see_as::see_as))
        .route("/documents/{id}/mask", post(document::mask))
        .route("/documents/{id}/unmask", post(document::unmask))
        .route("/documents/deleted", get(manage::deleted))
        .route("/documents/{id}/dispute", get(manage::ask_dispute).post(manage::dispute))
        .route("/documents/{id}/archive", get(manage::ask_archive).post(manage::archive))
        .route("/documents/{id}/unarchive", post(manage::unarchive))
        .route("/documents/{id}/delete", get(manage::ask_delete).post(manage::delete))
        .route("/documents/{id}/restore", post(manage::restore))
        .route("/account", get(account::page))
        .route("/account/password", post(account::change))
        .route("/account/end", post(account::end))
        .route("/trace", get(trace::trace))
        .route("/trace/{line}/not-me", get(trace::not_me))
        .route("/trace/{line}/contest", get(trace::contest_page).post(trace::contest))
        .route("/access", get(access::access))
        .route("/access/authorise", post(access::authorise))
        .route("/access/revoke", post(access::revoke))
        .route("/access/block", get(access::block_page).post(access::block))
        .route("/access/unblock", post(access::unblock))
        .route("/access/attending/confirm", post(access::confirm_attending))
        .route("/access/attending/end", post(access::end_attending))
        .route("/access/emergency", post(access::emergency))
        .route("/settings", get(settings::page))
        .route("/settings/notices", get(settings::notices).post(settings::set_notices))
        .route("/settings/contacts", get(settings::contacts).post(settings::set_contacts))
        .route("/settings/call", get(settings::to_call).post(settings::set_to_call))
        .route("/settings/trusted", get(settings::trusted).post(settings::set_trusted))
        .route("/settings/trusted/end", post(settings::end_trusted))
        .route("/settings/donation", get(settings::donation).post(settings::set_donation))
        .route("/settings/notes", get(settings::notes).post(settings::write_note))
        .route("/settings/document", get(own_document::page).post(own_document::write))
        .route("/settings/close", get(closing::page).post(closing::close))
        .route("/closed", get(closing::closed))
        .route("/closed/reopen", post(closing::reopen))
        .route("/records", get(whose::page))
        .route("/records/change", post(whose::change))
        .route("/r/{token}", get(restrict::page).post(restrict::confirm))
        .merge(counter::router())
        .merge(pro::router())
}

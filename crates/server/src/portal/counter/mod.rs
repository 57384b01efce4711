//! The counter: an agent opens a record with the person in front of them, and hands the letter with the secrets
//! over (look, shape 8; rules, W1 and W14). One dense page, its answer, and the next person's turn starts clean.
//!
//! There is no session: the certificate is shown and looked up at each request. Nothing of a person is kept but
//! the letter that waits to be printed ([`letters`]), in memory, minutes long. No page shows anything of a record.

mod agent;
mod answers;
mod fields;
mod letters;
mod open;
mod opened;

use std::sync::Arc;

use axum::routing::{get, post};
use axum::{Extension, Router};

pub use agent::{Head, desk};

use crate::app::App;
use crate::chance::SystemDice;

pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/counter", get(open::page).post(open::open))
        .route("/counter/card", get(agent::no_card))
        .route("/counter/opened/{id}", get(opened::page))
        .route("/counter/opened/{id}/letter", post(opened::letter))
        .route("/counter/next", post(opened::next))
        .layer(Extension(Arc::new(agent::Desk::new(&SystemDice))))
}

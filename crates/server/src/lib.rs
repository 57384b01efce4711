//! The server: doors, listeners, who calls, and the demo that runs it all on a laptop.
//!
//! A request comes in like this: `listener` (TLS, who is connected) → `guard` (limits, headers, log)
//! → a door's router in `doors` → `caller` (certificate and directory make a [`model::Caller`]) →
//! the handler. `demo` puts everything together.

pub mod api;
pub mod app;
pub mod audit;
#[allow(clippy::disallowed_methods, reason = "a bench measures with the machine's clock")]
pub mod bench;
mod blocking;
pub mod caller;
pub mod chance;
pub mod connection;
pub mod demo;
pub mod directory;
pub mod doors;
pub mod fhir;
pub mod guard;
pub mod kit;
pub mod limits;
pub mod listener;
pub mod node;
pub mod outcome;
pub mod page;
mod patience;
pub mod portal;
pub mod post;
pub mod proof;
pub mod soap;
mod streaming;
pub mod tls;
pub mod upkeep;
pub mod verify;

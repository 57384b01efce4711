//! The server: doors, listeners, who calls, and the demo that runs it all on a laptop.
//!
//! A request comes in like this: `listener` (TLS, who is connected) → `guard` (limits, headers, log)
//! → a door's router in `doors` → `caller` (certificate and directory make a [`model::Caller`]) →
//! the handler. `demo` puts everything together.

pub mod app;
pub mod caller;
pub mod chance;
pub mod connection;
pub mod demo;
pub mod directory;
pub mod doors;
pub mod guard;
pub mod limits;
pub mod listener;
pub mod outcome;
pub mod page;
mod patience;
pub mod tls;

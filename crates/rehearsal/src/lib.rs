//! Synthetic people and documents: nobody here exists, and nothing here was ever said by a doctor.
//!
//! The demo is filled from this crate, and tests and simulations draw from it. Everything is
//! deterministic: the same seed gives the same bytes. Read in this order: `numbers` (identifiers
//! with their keys), `people` (holders), `cast` (those who work), `cda` and `pdf` (how a document
//! is written), `examples` (what is written about whom), `town` (many people, families and stories).

pub mod cast;
pub mod cda;
pub mod chance;
pub mod examples;
mod numbers;
pub mod pdf;
pub mod people;
mod specialty;
pub mod town;

pub use cast::{Actor, ActorKind, Cast, House, Situation, Who, cast};
pub use chance::SeededDice;
pub use examples::{Example, Feeder, examples};
pub use people::{Patient, WishedRecord, parent_of, people};
pub use town::{Citizen, Town, TownDocument};

//! The jobs the service does as a caller of its own (rules, W16), each idempotent.

pub mod anchor;
pub mod audit;
pub mod clock;
mod clock_jobs;
mod lists;
mod moving;
pub mod notices;

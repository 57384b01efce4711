//! The story: one file per act, named by a verb a doctor or a holder would use, and the jobs of upkeep.
//! Between the doors and the tables; it does not know it is spoken in SOAP, FHIR or HTML.
//!
//! Every act reads, decides by `policy`, commits with its one trace line, and only then gives
//! ([`Disclosed`]). Refusals take the same path.

pub mod account;
mod acts;
mod attempt;
mod base;
mod books;
mod call;
pub mod circle;
mod commit;
mod cursor;
mod disclosed;
mod emergencies;
mod failure;
mod gate;
pub mod life;
mod opened;
mod records;
mod revealing;
pub mod rows;
mod seen;
mod steering;
mod tally;
mod two_agents;
pub mod upkeep;
mod verify;
mod view;
mod volume;

pub use acts::*;
pub use attempt::Target;
pub use call::{Call, Once};
pub use disclosed::Disclosed;
pub use emergencies::{EmergencyAccess, ReasonCategory, Review, ReviewFinding};
pub use failure::{Failure, Fault, Problem, Refusal, RefusalKind};
pub use records::{Parts, Records};
pub use steering::{Proposal, Proposed, Switch, SwitchedOff};
pub use two_agents::{Correction, Waiting};
pub use upkeep::notices::link::LinkToken;
pub use verify::{Report, verify};

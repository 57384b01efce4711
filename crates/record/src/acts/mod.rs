//! One file per act.

mod attending;
mod authorise;
mod block;
mod break_glass;
mod consult;
mod contacts;
mod credential;
mod emergency_choices;
mod feed;
mod history;
mod identity_change;
mod know_status;
mod locate;
mod log_in;
mod mask;
mod open_record;
mod overview;
mod preferences;
mod reject;
mod restrict;
mod rights_change;
mod search;

pub use authorise::Authorised;
pub use consult::Document;
pub use contacts::NewContacts;
pub use feed::{Fed, NewDocument, RelatesTo, Submission};
pub use history::Seen;
pub use identity_change::Reach;
pub use know_status::{AuthorisationStatus, StatusView};
pub use locate::Located;
pub use log_in::{LogInStep, PendingLogIn, Session, visitor};
pub use open_record::{Letter, OpenRequest, Opened, Secrets, WORDING};
pub use overview::{Overview, OwnDocument};
pub use restrict::Restriction;
pub use rights_change::RightsView;
pub use search::{Asked, Found, FoundSets};

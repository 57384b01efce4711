//! One file per act.

mod attending;
mod authorise;
mod block;
mod break_glass;
mod consult;
mod contest;
mod credential;
mod emergency_choices;
mod feed;
mod history;
mod know_status;
mod locate;
mod log_in;
mod mask;
mod open_record;
mod overview;
mod reject;
mod rights_change;
mod review;
mod rights_change;
mod representatives;
mod search;


pub use authorise::Authorised;
pub use break_glass::{EmergencyRequest, OpenedWindow};
pub use authorise::Authorised;
mod settle;
mod whose;
pub use consult::Document;
pub use feed::{Fed, NewDocument, RelatesTo, Submission};
pub use history::Seen;
pub use know_status::{AuthorisationStatus, StatusView};
pub use locate::Located;
pub use log_in::{LogInStep, PendingLogIn, Session, visitor};
pub use open_record::{Letter, OpenRequest, Opened, Secrets, WORDING};
pub use overview::{Overview, OwnDocument};
pub use review::ToReview;
pub use representatives::{MandateChange, MandateView, NewRepresentative};
pub use whose::Whose;

//! What every handler may use.

use std::sync::Arc;

use model::{Clock, Dice, Instant};
use record::Records;
use tokio::sync::Semaphore;

use crate::api::sessions::Sessions;
use crate::audit::Progress;
use crate::demo::Demo;
use crate::directory::Directory;
use crate::fhir::cursor::Cursors;
use crate::portal::pro::Professionals;
use crate::portal::viewer::Viewer;
use crate::proof::issuers::Issuers;

/// The state of the server, one for all doors.
pub struct App {
    pub directory: Arc<Directory>,
    pub clock: Arc<dyn Clock>,
    pub dice: Arc<dyn Dice>,
    pub records: Records,
    pub addresses: Addresses,
    pub sessions: Sessions,
    /// Whose word of who somebody is counts at the care door.
    pub issuers: Issuers,
    pub cursors: Cursors,
    /// Professionals on the portal: their sessions, and their logins under way.
    pub pro: Professionals,
    /// Room for submissions under way, in MiB.
    pub feed_room: Arc<Semaphore>,
    /// Where images open, when whoever runs the service has chosen a viewer.
    pub viewer: Option<Viewer>,
    /// How far the trace was told to an audit repository, where there is one.
    pub audit: Option<Arc<Progress>>,
    pub started: Instant,
    /// Present in demo mode alone.
    pub demo: Option<Demo>,
}

/// Where this server is reached, as its answers say.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// The portal's origin: `https://localhost:8443`.
    pub portal: String,
    /// FHIR at the care door: `https://localhost:8444/fhir`.
    pub care_fhir: String,
    pub feed_fhir: String,
    /// The steering door's origin.
    pub steer: String,
}

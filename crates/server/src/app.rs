//! What every handler may use.

use std::sync::Arc;

use model::{Clock, Dice};

use crate::demo::Demo;
use crate::directory::Directory;

/// The state of the server, one for all doors.
pub struct App {
    pub directory: Arc<Directory>,
    pub clock: Arc<dyn Clock>,
    pub dice: Arc<dyn Dice>,
    /// Present in demo mode alone.
    pub demo: Option<Demo>,
}

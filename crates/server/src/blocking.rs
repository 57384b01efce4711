//! Running the synchronous story on threads that may block (ADR 4).

use std::sync::Arc;

use record::{Failure, Records};

use crate::app::App;

/// Runs an act; a panic inside it is a fault.
pub(crate) async fn act<T: Send + 'static>(
    app: &Arc<App>,
    work: impl FnOnce(&Records) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let app = Arc::clone(app);
    match tokio::task::spawn_blocking(move || work(&app.records)).await {
        Ok(done) => done,
        Err(_) => Err(Failure::Fault(record::Fault::Unwritable { what: "an act that panicked" })),
    }
}

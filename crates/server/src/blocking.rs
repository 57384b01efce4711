//! Running the synchronous story on threads that may block (ADR 4).

use std::sync::Arc;

use record::{Disclosed, Failure, Records};
use tokio::sync::oneshot;

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

/// Waits for what an act tells once its line is durable. Nothing, where it goes the ordinary way.
pub(crate) async fn told<T: Send + 'static>(
    begin: impl FnOnce(Told<T>),
) -> Option<Result<Disclosed<T>, Failure>> {
    let (tell, told) = oneshot::channel();
    // whoever waited may be gone: what is durable stays
    begin(Box::new(move |it| drop(tell.send(it))));
    told.await.ok().flatten()
}

/// Called at most once, on the store's thread.
pub(crate) type Told<T> = Box<dyn FnOnce(Option<Result<Disclosed<T>, Failure>>) + Send>;

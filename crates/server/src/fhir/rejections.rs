//! A request that was refused before any act, because it could not be read, is a line too: who sent it, and when.
//! Durable before the answer, like every line. Whoever proved nothing is answered 401 and written in the
//! technical log alone: there is nobody to name, and a stranger shall not make the ledger grow.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use record::Call;

use super::answer::Answer;
use crate::app::App;
use crate::blocking::act;
use crate::caller;
use crate::connection::Connection;
use crate::guard::RequestId;

/// Marks an answer given before any line was written.
#[derive(Clone, Copy)]
pub(super) struct Untraced;

pub(super) async fn trace(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let call = call(&app, request.headers(), request.extensions().get(), request.extensions().get());
    let response = next.run(request).await;
    let Some(call) = call.filter(|_| response.extensions().get::<Untraced>().is_some()) else {
        return response;
    };
    match act(&app, move |records| records.reject(&call)).await {
        Ok(()) => response,
        Err(failure) => Answer::from(failure).into_response(),
    }
}

fn call(
    app: &App,
    headers: &HeaderMap,
    connection: Option<&Connection>,
    request: Option<&RequestId>,
) -> Option<Call> {
    let connection = connection?;
    let caller = caller::caller(connection, headers, &app.directory, app.clock.now()).ok()?;
    Some(Call { address: Some(connection.peer.ip().to_string()), ..Call::new(caller, request?.0) })
}

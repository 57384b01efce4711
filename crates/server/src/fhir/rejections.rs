//! A request that was refused before any act, because it could not be read, is a line too: who sent it, and when.
//! Durable before the answer, like every line. Whoever proved nothing is answered 401 and written in the
//! technical log alone: there is nobody to name, and a stranger shall not make the ledger grow.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use record::Call;

use super::answer::Answer;
use crate::app::App;
use crate::blocking::act;
use crate::connection::Connection;
use crate::guard::RequestId;
use crate::proof::bound::{Known, Refused, known};

/// Marks an answer given before any line was written.
#[derive(Clone, Copy)]
pub(super) struct Untraced;

pub(super) async fn trace(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let known = request.extensions().get::<Connection>().map(|it| known(it, request.headers(), &app));
    let call = known.as_ref().and_then(|it| call(it, request.extensions().get(), request.extensions().get()));
    if let Some(known) = known {
        // the extractor need not ask again
        request.extensions_mut().insert(known);
    }
    let response = next.run(request).await;
    let Some(call) = call.filter(|_| response.extensions().get::<Untraced>().is_some()) else {
        return response;
    };
    match act(&app, move |records| records.reject(&call)).await {
        Ok(()) => response,
        Err(failure) => Answer::from(failure).into_response(),
    }
}

/// Of whom a token does not prove, the certificate still says something.
fn call(
    known: &Result<Known, Refused>,
    connection: Option<&Connection>,
    request: Option<&RequestId>,
) -> Option<Call> {
    let connection = connection?;
    let caller = match known {
        Ok(known) => known.caller.clone(),
        Err(refused) => refused.caller.clone()?,
    };
    Some(Call { address: Some(connection.peer.ip().to_string()), ..Call::new(caller, request?.0) })
}

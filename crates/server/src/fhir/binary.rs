//! ITI-68 (TD3.2): a document's bytes, raw by default, as a Binary resource when one of FHIR's types is preferred.

use std::sync::Arc;

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use ihe::fhir::iti68;
use ihe::fhir::negotiate::{BinaryForm, binary as form};
use model::{EntryId, RecordId};
use record::{Call, Failure};

use super::answer::{Answer, fhir};
use super::incoming::Incoming;
use super::read::ids;
use crate::app::App;
use crate::blocking::{Told, act, told};
use crate::streaming::{self, Begun};

/// A Binary resource is JSON in memory: beyond this, the raw form is the only one.
pub(super) const RESOURCE_BYTES_MAX: u64 = 32 << 20;

pub(super) async fn binary(incoming: Incoming, Path(id): Path<String>) -> Result<Response, Answer> {
    let accept = incoming.header(header::ACCEPT).map(str::to_owned);
    let Incoming { app, call, .. } = incoming;
    let (record, entry) = ids::<EntryId>(&id, || EntryId::random(&*app.dice), &app);
    let begun = begun(&app, call, record, entry).await?;
    let described = &begun.document.entry;
    let (description, id) = (&described.description, described.logical_id);
    let (mime_type, size) = (description.mime_type.clone(), description.size);
    let answer = match form(accept.as_deref(), &mime_type).map_err(Answer::Fhir)? {
        BinaryForm::Resource(_) if size <= RESOURCE_BYTES_MAX => {
            let bytes = streaming::whole(begun).await?;
            fhir(StatusCode::OK, &iti68::resource(record, id, &mime_type, &bytes))
        }
        BinaryForm::Resource(_) => return Err(Answer::Fhir(ihe::fhir::Outcome::not_acceptable())),
        BinaryForm::Raw => raw(begun, &mime_type, size),
    };
    Ok(answer)
}

/// The bytes as they are.
pub(super) fn raw(begun: Begun, mime_type: &str, size: u64) -> Response {
    let mut response = Response::new(begun.into_body());
    let headers = response.headers_mut();
    let own = HeaderValue::from_str(mime_type);
    headers.insert(header::CONTENT_TYPE, own.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    // never opened in the origin of the service, whatever it holds (abuse F05, G06)
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    response
}

/// The document, behind its line. The thread that reads it does not wait for the line: who answers does.
async fn begun(app: &Arc<App>, call: Call, record: RecordId, id: EntryId) -> Result<Begun, Failure> {
    let call = Arc::new(call);
    let (asking, asked) = (Arc::clone(app), Arc::clone(&call));
    let begin = move |done: Told<_>| {
        tokio::task::spawn_blocking(move || asking.records.consult_then(&asked, record, id, done));
    };
    if let Some(granted) = told(begin).await {
        // no larger than a row, and in memory
        let document = app.records.open_granted(granted?)?.into_inner();
        return Begun::read(document).map_err(Failure::Fault);
    }
    act(app, move |records| {
        let document = records.consult(&call, record, id)?.into_inner();
        Begun::read(document).map_err(Failure::Fault)
    })
    .await
}

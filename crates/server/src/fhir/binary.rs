//! ITI-68 (TD3.2): a document's bytes, raw by default, as a Binary resource when FHIR's JSON is preferred.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use ihe::fhir::iti68;
use ihe::fhir::negotiate::{BinaryForm, binary as form};
use model::EntryId;

use super::answer::{Answer, fhir};
use super::incoming::Incoming;
use super::read::ids;
use crate::blocking::act;
use crate::streaming;

/// A Binary resource is JSON in memory: beyond this, the raw form is the only one.
const RESOURCE_BYTES_MAX: u64 = 32 << 20;

pub(super) async fn binary(incoming: Incoming, Path(id): Path<String>) -> Result<Response, Answer> {
    let accept = incoming.header(header::ACCEPT).map(str::to_owned);
    let Incoming { app, call, .. } = incoming;
    let (record, entry) = ids::<EntryId>(&id, || EntryId::random(&*app.dice), &app);
    let document = act(&app, move |records| records.consult(&call, record, entry)).await?.into_inner();
    let description = &document.entry.description;
    let (mime_type, size) = (description.mime_type.clone(), description.size);
    let answer = match form(accept.as_deref(), &mime_type).map_err(Answer::Fhir)? {
        BinaryForm::Resource if size <= RESOURCE_BYTES_MAX => {
            let id = document.entry.logical_id;
            let bytes = streaming::whole(document).await?;
            fhir(StatusCode::OK, &iti68::resource(record, id, &mime_type, &bytes))
        }
        BinaryForm::Resource => return Err(Answer::Fhir(ihe::fhir::Outcome::not_acceptable())),
        BinaryForm::Raw => {
            let mut response = Response::new(Body::from_stream(streaming::chunks(document)));
            let headers = response.headers_mut();
            let own = HeaderValue::from_str(&mime_type);
            headers.insert(
                header::CONTENT_TYPE,
                own.unwrap_or(HeaderValue::from_static("application/octet-stream")),
            );
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
            // never opened in the origin of the service, whatever it holds (abuse F05, G06)
            headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
            response
        }
    };
    Ok(answer)
}

//! FHIR in XML, at the very edge: what the handlers answer in JSON is turned into XML for who asked for it. No
//! handler knows of it.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ihe::fhir::negotiate::{self, Form};
use ihe::fhir::{search, xml};

use crate::outcome::Outcome;

/// No answer is larger: a page of 500 documents is about 2 MB, a Binary resource at most 43 MB.
const BYTES_MAX: usize = 64 << 20;

pub(super) async fn answer(request: Request, next: Next) -> Response {
    let form = form(&request);
    let response = next.run(request).await;
    if form != Some(Form::Xml) || !is_fhir_json(&response) {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, BYTES_MAX).await else { return Outcome::FAULT.into_response() };
    let written = tokio::task::spawn_blocking(move || xml::from_json(&bytes)).await;
    let text = match written {
        Ok(Ok(text)) => text,
        Ok(Err(fault)) => {
            tracing::error!(%fault, "an answer could not be written as xml");
            return Outcome::FAULT.into_response();
        }
        Err(_) => return Outcome::FAULT.into_response(),
    };
    let xml = HeaderValue::from_static("application/fhir+xml; charset=utf-8");
    head.headers.insert(header::CONTENT_TYPE, xml);
    head.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(head, Body::from(text))
}

/// `_format` wins over `Accept`. What cannot be understood is answered by the handler, in JSON.
fn form(request: &Request) -> Option<Form> {
    let query = request.uri().query().unwrap_or_default();
    let said = search::pairs(query).ok()?.into_iter().find(|(name, _)| name == "_format");
    if let Some((_, format)) = said {
        return negotiate::format(&format).ok();
    }
    let accept = request.headers().get(header::ACCEPT).and_then(|it| it.to_str().ok());
    negotiate::answer(accept).ok()
}

fn is_fhir_json(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    kind.is_some_and(|it| it.starts_with(negotiate::FHIR_JSON))
}

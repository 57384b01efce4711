//! Answers on their way out: an envelope alone, or with documents beside it as parts, each chunk authenticated as it
//! leaves. A chunk that is not what was sealed breaks the answer off.

use std::io;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ihe::mtom::Writer;
use ihe::soap::{Fault, Reply};
use model::Dice;
use record::Document;
use tokio::sync::mpsc;

use super::talk::unwritten;

/// Chunks under way between the opener and the socket.
const WAITING: usize = 2;

/// What a transaction gives: the one element of the Body, and the documents it names.
pub(super) struct Done {
    body: String,
    parts: Option<(Writer, Vec<Part>)>,
}

/// A document beside the envelope.
pub(super) struct Part {
    pub(super) content_id: String,
    pub(super) media_type: String,
    pub(super) document: Document,
}

impl Done {
    pub(super) fn body(body: String) -> Self {
        Self { body, parts: None }
    }

    pub(super) fn with(body: String, writer: Writer, parts: Vec<Part>) -> Self {
        Self { body, parts: Some((writer, parts)) }
    }
}

/// A whole answer.
pub(super) struct Answer {
    status: u16,
    envelope: String,
    parts: Option<(Writer, Vec<Part>)>,
}

/// Stands in an envelope for its body, which is written already.
const BODY: &str = "body-of-the-answer";

impl Answer {
    pub(super) fn of(reply: &Reply, done: Done) -> Result<Self, Fault> {
        let around = reply.write(|out| {
            out.start(BODY).end();
        });
        let around = around.map_err(|_| unwritten())?;
        let (before, after) = around.split_once(&format!("<{BODY}/>")).ok_or_else(unwritten)?;
        let envelope = [before, &done.body, after].concat();
        Ok(Self { status: 200, envelope, parts: done.parts })
    }

    pub(super) fn fault(fault: &Fault, relates_to: Option<&str>, dice: &dyn Dice) -> Self {
        // a fault holds nothing that cannot be written
        let envelope = fault.write(relates_to, dice).unwrap_or_default();
        Self { status: fault.http_status(), envelope, parts: None }
    }

    pub(super) fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let (content_type, body) = match self.parts {
            None => ("application/soap+xml; charset=utf-8".to_owned(), Body::from(self.envelope)),
            Some((writer, parts)) => {
                (writer.content_type(), Body::from_stream(stream(writer, self.envelope, parts)))
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let value = HeaderValue::from_str(&content_type);
        let usual = HeaderValue::from_static("application/soap+xml; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, value.unwrap_or(usual));
        response
    }
}

fn stream(
    writer: Writer,
    envelope: String,
    parts: Vec<Part>,
) -> impl futures_core::Stream<Item = io::Result<Bytes>> + Send {
    let (out, chunks) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let send = |bytes: Bytes| out.blocking_send(Ok(bytes)).is_ok();
        if !send(Bytes::from(format!("{}{envelope}", writer.envelope()))) {
            return;
        }
        for Part { content_id, media_type, mut document } in parts {
            if !send(Bytes::from(writer.part(&content_id, &media_type))) {
                return;
            }
            loop {
                match document.next_chunk() {
                    Ok(Some(chunk)) => {
                        if !send(Bytes::from_owner(chunk)) {
                            return;
                        }
                    }
                    Ok(None) => break,
                    Err(fault) => {
                        tracing::error!(%fault, "a fault");
                        let cut = io::Error::other("the document cannot be read to its end");
                        let _ = out.blocking_send(Err(cut));
                        return;
                    }
                }
            }
        }
        send(Bytes::from(writer.end()));
    });
    crate::streaming::Receiving::new(chunks)
}

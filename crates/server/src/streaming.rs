//! Bytes on their way out: chunks opened one by one on a thread that may block, handed over as they are
//! authenticated. A chunk that is not what was sealed breaks the answer off; nothing false is ever sent.

use std::io;

use axum::body::{Body, Bytes};
use record::Document;
use tokio::sync::mpsc;

use crate::outcome::Outcome;

/// Chunks under way between the opener and the socket.
const WAITING: usize = 2;

/// A document, and those of its chunks that were opened on the thread that decided: most documents have no more,
/// and are answered without another thread.
pub struct Begun {
    pub document: Document,
    opened: Vec<Bytes>,
    whole: bool,
}

impl Begun {
    /// Opens up to two chunks. Blocks.
    pub fn read(mut document: Document) -> Result<Self, record::Fault> {
        let mut opened = Vec::new();
        while opened.len() < WAITING {
            match document.next_chunk()? {
                Some(chunk) => opened.push(Bytes::from_owner(chunk)),
                None => return Ok(Self { document, opened, whole: true }),
            }
        }
        Ok(Self { document, opened, whole: false })
    }

    /// The document's bytes, at once or as a stream.
    pub fn into_body(mut self) -> Body {
        match self.opened.len() {
            0 | 1 if self.whole => Body::from(self.opened.pop().unwrap_or_default()),
            _ => Body::from_stream(chunks(self)),
        }
    }
}

impl From<Document> for Begun {
    fn from(document: Document) -> Self {
        Self { document, opened: Vec::new(), whole: false }
    }
}

/// The document's bytes as a stream.
pub fn chunks(begun: impl Into<Begun>) -> impl futures_core::Stream<Item = io::Result<Bytes>> + Send {
    let Begun { mut document, opened, .. } = begun.into();
    let (out, chunks) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        for chunk in opened {
            if out.blocking_send(Ok(chunk)).is_err() {
                return;
            }
        }
        loop {
            let chunk = match document.next_chunk() {
                Ok(Some(chunk)) => Ok(Bytes::from_owner(chunk)),
                Ok(None) => return,
                Err(fault) => {
                    tracing::error!(%fault, "a fault");
                    Err(io::Error::other("the document cannot be read to its end"))
                }
            };
            let ended = chunk.is_err();
            if out.blocking_send(chunk).is_err() || ended {
                return;
            }
        }
    });
    Receiving(chunks)
}

/// The document's bytes at once, for those small enough.
pub async fn whole(begun: impl Into<Begun>) -> Result<Vec<u8>, Outcome> {
    let Begun { mut document, opened, .. } = begun.into();
    let read = tokio::task::spawn_blocking(move || {
        let mut bytes = opened.concat();
        while let Some(chunk) = document.next_chunk()? {
            bytes.extend_from_slice(&chunk);
        }
        Ok::<_, record::Fault>(bytes)
    });
    match read.await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(fault)) => {
            tracing::error!(%fault, "a fault");
            Err(Outcome::FAULT)
        }
        Err(_) => Err(Outcome::FAULT),
    }
}

/// What a thread sends, as a stream.
pub(crate) struct Receiving(mpsc::Receiver<io::Result<Bytes>>);

impl Receiving {
    pub(crate) fn new(chunks: mpsc::Receiver<io::Result<Bytes>>) -> Self {
        Self(chunks)
    }
}

impl futures_core::Stream for Receiving {
    type Item = io::Result<Bytes>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(cx)
    }
}

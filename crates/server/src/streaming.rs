//! Bytes on their way out: chunks opened one by one on a thread that may block, handed over as they are
//! authenticated. A chunk that is not what was sealed breaks the answer off; nothing false is ever sent.

use std::io;

use axum::body::Bytes;
use record::Document;
use tokio::sync::mpsc;

use crate::outcome::Outcome;

/// Chunks under way between the opener and the socket.
const WAITING: usize = 2;

/// The document's bytes as a stream.
pub fn chunks(mut document: Document) -> impl futures_core::Stream<Item = io::Result<Bytes>> + Send {
    let (out, chunks) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        loop {
            let chunk = match document.next_chunk() {
                Ok(Some(chunk)) => Ok(Bytes::copy_from_slice(&chunk)),
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
pub async fn whole(mut document: Document) -> Result<Vec<u8>, Outcome> {
    let read = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
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

struct Receiving(mpsc::Receiver<io::Result<Bytes>>);

impl futures_core::Stream for Receiving {
    type Item = io::Result<Bytes>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(cx)
    }
}

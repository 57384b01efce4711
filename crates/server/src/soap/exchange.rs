//! One SOAP exchange: the pieces of a request on their way to a thread that may block, and the answer back. The
//! thread reads the envelope, plain or as the first part of an MTOM message; what follows is taken piece by piece.

use axum::body::{Body, Bytes};
use axum::http::header::{self, HeaderMap};
use http_body_util::BodyExt;
use ihe::mtom::{ContentType, Error, Event, Limits, PartHead, Related, Splitter};
use ihe::soap::{Fault, Transport, limits};
use tokio::sync::mpsc;

/// Pieces under way between the socket and the thread.
const WAITING: usize = 4;
/// What is still read of a request that was answered before its end, so that its sender reads the answer.
const DRAINED: usize = 4 << 20;

/// The pieces of a request's body as they come.
pub(super) struct Pieces(mpsc::Receiver<Result<Bytes, ()>>);

impl Pieces {
    /// Forwards a body; the sender's half lives in a task of its own, which ends with the body.
    pub(super) fn of(body: Body) -> Self {
        let (send, receive) = mpsc::channel(WAITING);
        tokio::spawn(forward(body, send));
        Self(receive)
    }

    /// The next piece, none at the end; an error where the connection was cut, or the limit met.
    fn next(&mut self) -> Result<Option<Bytes>, Unreadable> {
        self.0.blocking_recv().transpose().map_err(|()| Unreadable::Cut)
    }
}

async fn forward(mut body: Body, send: mpsc::Sender<Result<Bytes, ()>>) {
    let mut drained = 0;
    while let Some(frame) = body.frame().await {
        let piece = match frame.map(hyper::body::Frame::into_data) {
            Ok(Ok(piece)) => Ok(piece),
            // trailers say nothing here
            Ok(Err(_)) => continue,
            Err(_) => Err(()),
        };
        let (cut, length) = (piece.is_err(), piece.as_ref().map_or(0, Bytes::len));
        if send.send(piece).await.is_err() {
            drained += length;
            if drained > DRAINED {
                return;
            }
        }
        if cut {
            return;
        }
    }
}

/// Why a message cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("the message ends before its end, or is larger than this door takes")]
    Cut,
    #[error("{0}")]
    Parts(#[from] Error),
    #[error("the content type is not one of soap 1.2")]
    NotSoap,
    #[error("the envelope is larger than accepted")]
    TooLong,
}

impl From<Unreadable> for Fault {
    fn from(unreadable: Unreadable) -> Self {
        Fault::sender(match unreadable {
            Unreadable::Cut => "the message ends before its end, or is larger than this door takes",
            Unreadable::Parts(_) => "the message is not a multipart message of soap 1.2 with mtom",
            Unreadable::NotSoap => "the content type is not one of soap 1.2",
            Unreadable::TooLong => "the envelope is larger than accepted",
        })
    }
}

/// A message whose envelope was read; its further parts are still to come.
pub(super) struct Message {
    pub(super) envelope: Vec<u8>,
    pub(super) transport: Transport,
    pub(super) parts: Parts,
}

/// What stands beside the envelope.
pub(super) struct Parts {
    pieces: Pieces,
    /// None for a plain message.
    splitter: Option<Splitter>,
}

impl Message {
    /// Reads the envelope.
    pub(super) fn read(headers: &HeaderMap, pieces: Pieces) -> Result<Self, Unreadable> {
        let text = |name| headers.get(name).and_then(|it| it.to_str().ok());
        let declared = text(header::CONTENT_TYPE).ok_or(Unreadable::NotSoap)?;
        let content_type = ContentType::parse(declared)?;
        let related = Related::of(&content_type)?;
        let splitter = related.as_ref().map(|it| Splitter::new(it, Limits::default()));
        let mut parts = Parts { pieces, splitter };
        let (envelope, transport) = match &related {
            None => (parts.plain()?, Transport::of_content_type(declared).map_err(|_| Unreadable::NotSoap)?),
            Some(related) => {
                let head = parts.part()?.ok_or(Unreadable::Parts(Error::Truncated))?;
                let transport = of_root(&head).and_action(related.action.as_deref().unwrap_or_default());
                (parts.bytes(limits().bytes)?, transport)
            }
        };
        let action = text(header::HeaderName::from_static("soapaction")).unwrap_or_default();
        Ok(Self { envelope, transport: transport.and_action(action), parts })
    }
}

/// What the root part says of the envelope.
fn of_root(head: &PartHead) -> Transport {
    let Some(kind) = &head.content_type else { return Transport::default() };
    let inner = kind.parameter("type").and_then(|it| ContentType::parse(it).ok());
    let transport =
        Transport { charset: kind.parameter("charset").map(str::to_owned), ..Transport::default() };
    let named = inner.as_ref().and_then(|it| it.parameter("action")).unwrap_or_default();
    transport.and_action(named).and_action(kind.parameter("action").unwrap_or_default())
}

impl Parts {
    /// The head of the next part; none when the message has ended, and ended well.
    pub(super) fn part(&mut self) -> Result<Option<PartHead>, Unreadable> {
        match self.event()? {
            Some(Event::Part(head)) => Ok(Some(head)),
            None | Some(Event::End) => Ok(None),
            Some(_) => Err(Unreadable::Parts(Error::Truncated)),
        }
    }

    /// The next bytes of the part that began; none at its end.
    pub(super) fn chunk(&mut self) -> Result<Option<Vec<u8>>, Unreadable> {
        match self.event()? {
            Some(Event::Bytes(bytes)) => Ok(Some(bytes)),
            Some(Event::PartEnd) => Ok(None),
            _ => Err(Unreadable::Parts(Error::Truncated)),
        }
    }

    /// The part that began, whole.
    pub(super) fn bytes(&mut self, most: usize) -> Result<Vec<u8>, Unreadable> {
        let mut whole = Vec::new();
        while let Some(chunk) = self.chunk()? {
            if whole.len() + chunk.len() > most {
                return Err(Unreadable::TooLong);
            }
            whole.extend_from_slice(&chunk);
        }
        Ok(whole)
    }

    /// Nothing stands beside the envelope.
    pub(super) fn none(&mut self) -> Result<(), Unreadable> {
        match self.part()? {
            None => Ok(()),
            Some(_) => Err(Unreadable::Parts(Error::TooManyParts)),
        }
    }

    fn plain(&mut self) -> Result<Vec<u8>, Unreadable> {
        let mut whole = Vec::new();
        while let Some(piece) = self.pieces.next()? {
            if whole.len() + piece.len() > limits().bytes {
                return Err(Unreadable::TooLong);
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole)
    }

    /// The next event; none once a message has ended, and for one that is plain.
    fn event(&mut self) -> Result<Option<Event>, Unreadable> {
        let Some(splitter) = &mut self.splitter else { return Ok(None) };
        loop {
            match splitter.next()? {
                // the last boundary: whatever follows must be nothing
                Some(Event::End) => {
                    while let Some(piece) = self.pieces.next()? {
                        splitter.push(&piece);
                        splitter.next()?;
                    }
                    splitter.next()?;
                    splitter.finish()?;
                    return Ok(Some(Event::End));
                }
                Some(event) => return Ok(Some(event)),
                None => match self.pieces.next()? {
                    Some(piece) => splitter.push(&piece),
                    None => {
                        splitter.finish()?;
                        return Ok(None);
                    }
                },
            }
        }
    }
}

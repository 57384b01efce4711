//! Cutting a multipart message as it arrives. What is kept is the header being read, or the few bytes that may
//! begin a boundary; a part's bytes leave as they come.

use std::collections::HashSet;
use std::io::BufRead as _;

use super::Error;
use super::content_type::{ContentType, Related};
use super::head::{self, PartHead};
use super::transfer::Decoder;

/// How much a message may hold beside its documents (abuse case D05).
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub parts: usize,
    /// Bytes of one part's header.
    pub header: usize,
    /// Bytes before the first boundary, and after the last.
    pub outside: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { parts: 1_000, header: 8 << 10, outside: 1 << 10 }
    }
}

/// What the message is, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    Part(PartHead),
    /// Bytes of the part, decoded.
    Bytes(Vec<u8>),
    PartEnd,
    /// The last boundary has come.
    End,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Before the first boundary.
    Preamble,
    /// After a boundary: `--`, or the rest of its line.
    Delimiter,
    Header,
    /// Before the line end that parts the header from the body.
    BodyStart,
    Body,
    /// The boundary that ends a part has come; its end is yet to be told.
    PartEnd,
    End,
    Epilogue,
}

/// Feed it with [`push`](Self::push), take events with [`next`](Self::next) until there is none, and so on; at the
/// end of the bytes, [`finish`](Self::finish).
#[derive(Debug)]
pub struct Splitter {
    /// CRLF, two hyphens and the boundary.
    delimiter: Vec<u8>,
    start: Option<String>,
    limits: Limits,
    state: State,
    buffer: Vec<u8>,
    /// What of the buffer is done with.
    done: usize,
    /// Bytes of this header that were searched for its end: however few come at a time, none is read twice.
    searched: usize,
    parts: usize,
    ids: HashSet<String>,
    decoder: Decoder,
    outside: usize,
    fault: Option<Error>,
}

impl Splitter {
    pub fn new(related: &Related, limits: Limits) -> Self {
        Self {
            delimiter: format!("\r\n--{}", related.boundary).into_bytes(),
            start: related.start.clone(),
            limits,
            state: State::Preamble,
            // as if a line had ended before the first byte
            buffer: b"\r\n".to_vec(),
            done: 0,
            searched: 0,
            parts: 0,
            ids: HashSet::new(),
            decoder: Decoder::new(super::transfer::Encoding::Binary),
            outside: 0,
            fault: None,
        }
    }

    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.done);
        self.done = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next event, or none until more bytes are pushed. An error stays.
    #[expect(clippy::should_implement_trait, reason = "it goes on after None, when more is pushed")]
    pub fn next(&mut self) -> Result<Option<Event>, Error> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        self.step().inspect_err(|fault| self.fault = Some(*fault))
    }

    /// There are no more bytes: all events must have been taken, the last boundary among them.
    pub fn finish(&self) -> Result<(), Error> {
        match (self.fault, self.state) {
            (Some(fault), _) => Err(fault),
            (None, State::Epilogue) => Ok(()),
            (None, _) => Err(Error::Truncated),
        }
    }

    fn left(&self) -> &[u8] {
        self.buffer.get(self.done..).unwrap_or_default()
    }

    fn step(&mut self) -> Result<Option<Event>, Error> {
        loop {
            match self.state {
                State::Preamble => {
                    let found = find(self.left(), &self.delimiter);
                    self.outside += found.before;
                    self.done += found.before;
                    if self.outside > self.limits.outside {
                        return Err(Error::OutsideParts);
                    }
                    if !found.whole {
                        return Ok(None);
                    }
                    self.done += self.delimiter.len();
                    self.state = State::Delimiter;
                }
                State::Delimiter => match self.delimited()? {
                    None => return Ok(None),
                    Some(next) => self.state = next,
                },
                State::Header => {
                    let Some(event) = self.header()? else { return Ok(None) };
                    return Ok(Some(event));
                }
                State::BodyStart => {
                    let left = self.left();
                    if left.starts_with(&self.delimiter) {
                        self.done += self.delimiter.len();
                        self.state = State::PartEnd;
                    } else if self.delimiter.starts_with(left) {
                        return Ok(None);
                    } else {
                        self.done += 2;
                        self.state = State::Body;
                    }
                }
                State::Body => {
                    let found = find(self.left(), &self.delimiter);
                    let (from, until) = (self.done, self.done + found.before);
                    self.done = until;
                    if found.whole {
                        self.done += self.delimiter.len();
                        self.state = State::PartEnd;
                    }
                    let bytes = self.decoder.push(self.buffer.get(from..until).unwrap_or_default())?;
                    if !bytes.is_empty() {
                        return Ok(Some(Event::Bytes(bytes)));
                    }
                    if !found.whole {
                        return Ok(None);
                    }
                }
                State::PartEnd => {
                    self.decoder.finish()?;
                    self.state = State::Delimiter;
                    return Ok(Some(Event::PartEnd));
                }
                State::End => {
                    self.state = State::Epilogue;
                    self.outside = 0;
                    return Ok(Some(Event::End));
                }
                State::Epilogue => {
                    let left = self.left();
                    let (blank, length) = (left.iter().all(u8::is_ascii_whitespace), left.len());
                    self.outside += length;
                    self.done += length;
                    return match blank && self.outside <= self.limits.outside {
                        true => Ok(None),
                        false => Err(Error::OutsideParts),
                    };
                }
            }
        }
    }

    /// What follows a boundary: the end of all, or of its line (with spaces before it: RFC 2046 5.1.1).
    fn delimited(&mut self) -> Result<Option<State>, Error> {
        let left = self.left();
        if left.starts_with(b"--") {
            self.done += 2;
            return if self.parts == 0 { Err(Error::Truncated) } else { Ok(Some(State::End)) };
        }
        let spaces = left.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let rest = left.get(spaces..).unwrap_or_default();
        if spaces > self.limits.outside {
            return Err(Error::Delimiter);
        }
        match rest {
            [b'\r', b'\n', ..] => {
                // the line end stays: an empty header begins with the line end that ends it
                self.done += spaces;
                Ok(Some(State::Header))
            }
            [] | [b'\r'] => Ok(None),
            [b'-'] if spaces == 0 => Ok(None),
            _ => Err(Error::Delimiter),
        }
    }

    fn header(&mut self) -> Result<Option<Event>, Error> {
        let left = self.left();
        let from = self.searched.saturating_sub(3);
        let mut places = left.windows(4).enumerate().take(self.limits.header + 1).skip(from);
        let Some((end, _)) = places.find(|(_, it)| it == b"\r\n\r\n") else {
            let length = left.len();
            self.searched = length;
            return if length > self.limits.header + 4 { Err(Error::HeaderTooLong) } else { Ok(None) };
        };
        if self.parts == self.limits.parts {
            return Err(Error::TooManyParts);
        }
        let head = head::read(left.get(..end).unwrap_or_default(), self.parts)?;
        self.check(&head)?;
        self.parts += 1;
        // the line end before the body stays: a part without a body is a boundary right after its header
        self.done += end + 2;
        self.searched = 0;
        self.decoder = Decoder::new(head.encoding);
        self.state = State::BodyStart;
        Ok(Some(Event::Part(head)))
    }

    fn check(&mut self, head: &PartHead) -> Result<(), Error> {
        if head.is_envelope() {
            let media =
                |text: &str| ContentType::parse(text).is_ok_and(|it| it.media == "application/soap+xml");
            let right = head.content_type.as_ref().is_some_and(|it| {
                it.media == "application/xop+xml"
                    && it.parameter("type").is_some_and(media)
                    && it.parameter("charset").is_none_or(|it| it.eq_ignore_ascii_case("utf-8"))
            });
            if !right {
                return Err(Error::NotXop);
            }
            if self.start.as_ref().is_some_and(|start| *start != head.content_id) {
                return Err(Error::Start);
            }
        }
        match head.content_id.is_empty() || self.ids.insert(head.content_id.clone()) {
            true => Ok(()),
            false => Err(Error::TwoContentIds),
        }
    }
}

struct Found {
    /// Bytes that are surely before the delimiter.
    before: usize,
    /// The delimiter stands there, whole.
    whole: bool,
}

/// The first place where the delimiter stands, or may begin to.
fn find(bytes: &[u8], delimiter: &[u8]) -> Found {
    let mut at = 0;
    loop {
        let mut rest = bytes.get(at..).unwrap_or_default();
        // to the next carriage return; this search is the machine's own, and a slice reads without fail
        at += rest.skip_until(b'\r').unwrap_or(0);
        if bytes.get(at.wrapping_sub(1)) != Some(&b'\r') {
            return Found { before: bytes.len(), whole: false };
        }
        let from_here = bytes.get(at - 1..).unwrap_or_default();
        if from_here.starts_with(delimiter) {
            return Found { before: at - 1, whole: true };
        }
        if delimiter.starts_with(from_here) {
            return Found { before: at - 1, whole: false };
        }
    }
}

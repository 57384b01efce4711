//! Sealing what is too large to be a row: a document in chunks, in and out without being held in memory.
//!
//! ```text
//! envelope version 2 (1) ‖ salt (32) ‖ chunk 0 ‖ chunk 1 ‖ … ‖ last chunk
//! chunk = ciphertext (65,536 bytes of plain; the last may be shorter) ‖ tag (16)
//! ```
//!
//! Each stream has a key of its own, HKDF-SHA-256(stream subkey of the kind, salt, place), so chunks of two
//! sealings of one document cannot be mixed even at the same place. Under it the nonce counts: 7 zero bytes,
//! the chunk's index (4), the last flag (1); so no nonce repeats under a key (J07). The same index and flag are
//! authenticated with envelope version and place, as the row form does. A chunk that was swapped, dropped,
//! repeated, cut or appended to does not open; and the [`StreamSummary`], which the document's own sealed
//! entry keeps, fixes the number of chunks, the length and every tag.

use std::fmt;
use std::io::{self, Read, Write};

use aws_lc_rs::digest::{Context, SHA256};
use model::{Dice, Place};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::primitive::{Aes, NONCE, Secret, TAG};
use crate::seal::{OpenError, Opener, SealError, Sealer, Subkeys, associated};

/// Plain bytes in a chunk.
pub const CHUNK: usize = 64 << 10;

/// The longest stream: 4 GiB.
pub const MAX_CHUNKS: u32 = 1 << 16;

const ENVELOPE_STREAM: u8 = 2;
const SALT: usize = 32;

/// What must come out again. Kept sealed with the document's entry; without it a stream does not open.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StreamSummary {
    /// At least 1: an empty document is one empty chunk.
    pub chunks: u32,
    /// Bytes of plain text.
    pub plain_len: u64,
    /// SHA-256 over the chunks' tags in order.
    #[serde(with = "crate::hex32")]
    pub tags_digest: [u8; 32],
}

impl StreamSummary {
    /// The bytes the stream takes where it is stored.
    pub fn sealed_len(&self) -> u64 {
        (1 + SALT) as u64 + self.plain_len + u64::from(self.chunks) * TAG as u64
    }
}

/// A stream does not come out.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    #[error(transparent)]
    Refused(#[from] OpenError),
    #[error("the sealed bytes could not be read")]
    Read(#[from] io::Error),
}

impl Sealer {
    /// Begins a stream. Push the plain bytes in pieces of any size, then finish; what was not finished does
    /// not open.
    pub fn stream(&self, place: &Place, dice: &dyn Dice) -> Result<StreamSealer, SealError> {
        self.check(place)?;
        let mut header = [0; 1 + SALT];
        let (version, salt) = header.split_at_mut(1);
        version.fill(ENVELOPE_STREAM);
        dice.fill(salt);
        let chunks = Chunks::new(&self.0, place, salt);
        let waiting = Zeroizing::new(Vec::with_capacity(CHUNK));
        Ok(StreamSealer { chunks, header: Some(header), waiting, failed: false })
    }
}

/// Seals a stream as it passes. Holds one chunk.
pub struct StreamSealer {
    chunks: Chunks,
    header: Option<[u8; 1 + SALT]>,
    waiting: Zeroizing<Vec<u8>>,
    failed: bool,
}

impl StreamSealer {
    /// After an error the stream is lost, and every further call says so: start again.
    pub fn push(&mut self, mut plain: &[u8], out: &mut impl Write) -> Result<(), SealError> {
        while !plain.is_empty() {
            // a full chunk waits until it is known not to be the last
            if self.waiting.len() == CHUNK {
                self.emit(false, out)?;
            }
            let (now, later) = plain.split_at(plain.len().min(CHUNK - self.waiting.len()));
            self.waiting.extend_from_slice(now);
            plain = later;
        }
        Ok(())
    }

    pub fn finish(mut self, out: &mut impl Write) -> Result<StreamSummary, SealError> {
        self.emit(true, out)?;
        Ok(self.chunks.summary())
    }

    fn emit(&mut self, last: bool, out: &mut impl Write) -> Result<(), SealError> {
        if self.failed {
            return Err(SealError::Refused);
        }
        if self.chunks.count >= MAX_CHUNKS {
            return Err(SealError::TooLarge);
        }
        self.failed = true;
        if let Some(header) = self.header.take() {
            out.write_all(&header)?;
        }
        let (nonce, aad) = self.chunks.next(last);
        let plain_len = self.waiting.len();
        let tag = self.chunks.key.seal(nonce, &aad, &mut self.waiting)?;
        self.chunks.passed(plain_len, &tag);
        out.write_all(&self.waiting)?;
        out.write_all(&tag)?;
        self.waiting.clear();
        self.failed = false;
        Ok(())
    }
}

impl Opener {
    /// Begins to open a stream; each chunk is authenticated before it leaves.
    pub fn stream<R: Read>(
        &self,
        place: &Place,
        mut reader: R,
        expected: &StreamSummary,
    ) -> Result<StreamOpener<R>, StreamError> {
        let full = u64::from(expected.chunks.saturating_sub(1)) * CHUNK as u64;
        let fits = match expected.plain_len.checked_sub(full) {
            Some(0) => expected.chunks == 1,
            Some(rest) => rest <= CHUNK as u64,
            None => false,
        };
        if !self.0.owns(place) || !fits || !(1..=MAX_CHUNKS).contains(&expected.chunks) {
            return Err(OpenError.into());
        }
        let mut header = [0; 1 + SALT];
        read_exactly(&mut reader, &mut header)?;
        let (version, salt) = header.split_at(1);
        if version != [ENVELOPE_STREAM] {
            return Err(OpenError.into());
        }
        Ok(StreamOpener {
            chunks: Chunks::new(&self.0, place, salt),
            expected: expected.clone(),
            reader,
            failed: false,
            current: Zeroizing::default(),
            read: 0,
        })
    }
}

/// Opens a stream as it passes. The last chunk is given only after the whole was compared with the summary
/// and the stored bytes were seen to end there: who received the end received all of it. As a [`Read`], a
/// refusal is an error of kind `InvalidData`, never an early end.
pub struct StreamOpener<R> {
    chunks: Chunks,
    expected: StreamSummary,
    reader: R,
    failed: bool,
    current: Zeroizing<Vec<u8>>,
    read: usize,
}

impl<R: Read> StreamOpener<R> {
    /// The next authenticated chunk; `None` after the last. After an error, the same refusal for ever.
    pub fn next_chunk(&mut self) -> Result<Option<Zeroizing<Vec<u8>>>, StreamError> {
        if self.failed {
            return Err(OpenError.into());
        }
        if self.chunks.count == self.expected.chunks {
            return Ok(None);
        }
        let chunk = self.open_one();
        self.failed = chunk.is_err();
        chunk.map(Some)
    }

    fn open_one(&mut self) -> Result<Zeroizing<Vec<u8>>, StreamError> {
        let last = self.chunks.count + 1 == self.expected.chunks;
        let plain_len = if last { (self.expected.plain_len - self.chunks.plain_len) as usize } else { CHUNK };
        let (wanted, mut sealed) = (plain_len + TAG, Vec::with_capacity(plain_len + TAG));
        (&mut self.reader).take(wanted as u64).read_to_end(&mut sealed)?;
        let tag = *sealed.split_last_chunk::<TAG>().filter(|_| sealed.len() == wanted).ok_or(OpenError)?.1;
        let (nonce, aad) = self.chunks.next(last);
        let plain = self.chunks.key.open_owned(nonce, &aad, sealed).map_err(OpenError::from)?;
        self.chunks.passed(plain.len(), &tag);
        if last && (self.chunks.summary() != self.expected || !at_end(&mut self.reader)?) {
            return Err(OpenError.into());
        }
        Ok(plain)
    }
}

impl<R: Read> Read for StreamOpener<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.read == self.current.len() && !buffer.is_empty() {
            self.read = 0;
            self.current.zeroize();
            match self.next_chunk() {
                Ok(Some(chunk)) => self.current = chunk,
                Ok(None) => return Ok(0),
                Err(StreamError::Read(error)) => return Err(error),
                Err(refused) => return Err(io::Error::new(io::ErrorKind::InvalidData, refused)),
            }
        }
        let rest = self.current.get(self.read..).unwrap_or_default();
        let taken = rest.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(rest) {
            *to = *from;
        }
        self.read += taken;
        Ok(taken)
    }
}

/// What both directions keep: the stream's key, where it is, and the tags so far.
struct Chunks {
    key: Aes,
    associated: [u8; 42],
    count: u32,
    plain_len: u64,
    tags: Context,
}

impl Chunks {
    fn new(subkeys: &Subkeys, place: &Place, salt: &[u8]) -> Self {
        let associated = associated(ENVELOPE_STREAM, place);
        let key: Secret = subkeys.streams.derive(salt, &[&associated]);
        Self { key: key.aes(), associated, count: 0, plain_len: 0, tags: Context::new(&SHA256) }
    }

    /// Nonce and associated data of the next chunk.
    fn next(&self, last: bool) -> ([u8; NONCE], [u8; 47]) {
        let mut counter = [0; 5];
        let (index, flag) = counter.split_at_mut(4);
        index.copy_from_slice(&self.count.to_be_bytes());
        flag.fill(u8::from(last));
        let mut nonce = [0; NONCE];
        nonce.split_at_mut(NONCE - 5).1.copy_from_slice(&counter);
        let mut aad = [0; 47];
        let (place, chunk) = aad.split_at_mut(42);
        place.copy_from_slice(&self.associated);
        chunk.copy_from_slice(&counter);
        (nonce, aad)
    }

    fn passed(&mut self, plain_len: usize, tag: &[u8; TAG]) {
        self.count += 1;
        self.plain_len += plain_len as u64;
        self.tags.update(tag);
    }

    fn summary(&self) -> StreamSummary {
        let mut tags_digest = [0; 32];
        tags_digest.copy_from_slice(self.tags.clone().finish().as_ref());
        StreamSummary { chunks: self.count, plain_len: self.plain_len, tags_digest }
    }
}

/// Too few bytes are a refusal like any other, not a fault of the disk.
fn read_exactly(reader: &mut impl Read, buffer: &mut [u8]) -> Result<(), StreamError> {
    reader.read_exact(buffer).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => OpenError.into(),
        _ => error.into(),
    })
}

fn at_end(reader: &mut impl Read) -> Result<bool, StreamError> {
    match read_exactly(reader, &mut [0]) {
        Ok(()) => Ok(false),
        Err(StreamError::Refused(_)) => Ok(true),
        Err(error) => Err(error),
    }
}

impl fmt::Debug for StreamSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StreamSealer({} chunks)", self.chunks.count)
    }
}

impl<R> fmt::Debug for StreamOpener<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StreamOpener({} of {} chunks)", self.chunks.count, self.expected.chunks)
    }
}

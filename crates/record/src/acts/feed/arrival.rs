//! A lot whose documents arrive one after the other, each as a stream: who may not feed is refused before any
//! byte is read; what is large is sealed as it passes and never held; what is abandoned leaves nothing.
//!
//! Up to [`HELD`] bytes a document is held and opened whole, as any other. Beyond, kinds whose form shows at both
//! ends (`clinical::Passing`) are sealed into the object store chunk by chunk; the others are held up to
//! [`WHOLE`], and refused beyond. All that a lot holds is [`WHOLE`] too.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use aws_lc_rs::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256};
use clinical::Passing;
use model::{Place, RecordId, RowId, RowKind};
use store::ObjectWriter;
use vault::{FeedKeys, StreamSealer};

use super::check::{self, hex};
use super::content::{Content, Sealed};
use super::decide::Feeding;
use super::{Submission, unusable};
use crate::account::Account;
use crate::attempt::Decided;
use crate::call::Call;
use crate::commit::Change;
use crate::failure::{Failure, Fault, Refusal, RefusalKind};
use crate::gate::Gate;
use crate::records::Records;
use crate::rows::GateRow;

/// A document up to this size is held whole, whatever it is.
pub const HELD: usize = 8 << 20;
/// The most of what must be opened whole, of one lot together.
pub const WHOLE: usize = 64 << 20;
/// The largest document.
pub const LARGEST: u64 = 2 << 30;

/// A lot that may be fed, as far as can be known before its documents.
pub struct Arrival {
    records: Records,
    record: RecordId,
    epoch: u32,
    keys: Arc<FeedKeys>,
    /// Bytes held of the documents so far.
    held: usize,
}

/// A document that is arriving.
pub struct Arriving<'a> {
    arrival: &'a mut Arrival,
    media_type: String,
    size: u64,
    sha1: Context,
    sha256: Context,
    so_far: SoFar,
}

enum SoFar {
    Held(Vec<u8>),
    Passing(Box<Stream>),
}

/// One on its way into the object store.
struct Stream {
    row: RowId,
    sealer: StreamSealer,
    writer: ObjectWriter,
    passing: Passing,
}

/// A document that has arrived.
pub struct Arrived {
    pub content: Content,
    pub sha1: [u8; 20],
    pub size: u64,
}

/// Why a document does not arrive.
#[derive(Debug, thiserror::Error)]
pub enum ArrivalError {
    #[error(
        "a document of this type is taken up to 64 MiB, with the others of its lot: larger ones must be PDF, JPEG or DICOM"
    )]
    NotWhole,
    #[error("a document is taken up to 2 GiB")]
    TooLarge,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Records {
    /// Decides a lot before its documents come. A refusal is the ordinary one, with its line; what is let through has
    /// its line when it is fed, or rejected.
    pub fn arrival(&self, call: &Call, lot: &Submission) -> Result<Arrival, Failure> {
        self.identity_tested(call, &lot.ins)?;
        let now = self.now();
        let gate = self.gate(&lot.ins)?;
        let change = gate.as_ref().map_or_else(|| Change::ledger(self), |gate| Change::on(&gate.base));
        let gate = match self.may_feed(call, lot, gate, change, now)? {
            Ok(gate) => gate,
            Err(Decided { change, account, outcome: Err(no) }) => {
                return Err(self.refuse(change, &account, no));
            }
            Err(_) => return Err(Fault::LostRaces.into()),
        };
        if let Some((account, no)) = self.wrong_before(call, lot, &gate)? {
            return Err(self.refuse(Change::on(&gate.base), &account, no));
        }
        let (record, epoch) = (gate.base.record, gate.base.head.epoch);
        Ok(Arrival { records: self.clone(), record, epoch, keys: Arc::clone(&gate.base.keys), held: 0 })
    }

    /// What can be seen to be wrong with a lot before its documents: metadata, traits, and what the rules say of each
    /// document. A lot that may be a repetition is not judged before it is known to be one.
    fn wrong_before(
        &self,
        call: &Call,
        lot: &Submission,
        gate: &Gate,
    ) -> Result<Option<(Account, Refusal)>, Failure> {
        let account = || self.account(call, model::Act::Feed);
        let unusable =
            |problems| Some((account().rejected("what was sent cannot be used"), unusable(problems)));
        let (documents, problems) = lot.documents.iter().map(|it| check::before_bytes(it, call)).fold(
            (Vec::new(), Vec::new()),
            |(mut good, mut wrong), it| {
                match it {
                    Ok(checked) => good.push(checked),
                    Err(problems) => wrong.extend(problems),
                }
                (good, wrong)
            },
        );
        if !problems.is_empty() {
            return Ok(unusable(problems));
        }
        let disagreements = check::with_record(lot, &documents, &gate.status.identity.traits);
        if !disagreements.is_empty() {
            return Ok(unusable(disagreements));
        }
        if let Some(unique_id) = &lot.unique_id
            && gate.base.gate::<GateRow>(self.submission_row(gate, unique_id)?)?.is_some()
        {
            return Ok(None);
        }
        let mut feeding = Feeding {
            call,
            gate,
            set: RowId::random(self.dice()),
            now: self.now(),
            states: Vec::new(),
            replaced: Vec::new(),
        };
        for (new, checked) in lot.documents.iter().zip(&documents) {
            if let Err(unfed) = self.decide_one(&mut feeding, new, checked)? {
                // which of the two it is, the bytes say
                if unfed.no.kind == RefusalKind::Conflict {
                    return Ok(None);
                }
                let mut account = match unfed.account {
                    Some(why) => account().rejected(why),
                    None => account().refused(&unfed.no.rules),
                };
                account.objects.extend(unfed.object);
                return Ok(Some((account, unfed.no)));
            }
        }
        Ok(None)
    }
}

impl Arrival {
    /// The next document begins.
    pub fn begin(&mut self, media_type: &str) -> Arriving<'_> {
        Arriving {
            arrival: self,
            media_type: media_type.to_owned(),
            size: 0,
            sha1: Context::new(&SHA1_FOR_LEGACY_USE_ONLY),
            sha256: Context::new(&SHA256),
            so_far: SoFar::Held(Vec::new()),
        }
    }
}

impl Arriving<'_> {
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), ArrivalError> {
        self.size += bytes.len() as u64;
        if self.size > LARGEST {
            return Err(ArrivalError::TooLarge);
        }
        self.sha1.update(bytes);
        self.sha256.update(bytes);
        if let SoFar::Held(held) = &mut self.so_far {
            let with = held.len() + bytes.len();
            let passes = clinical::passes(&self.media_type);
            let most = if passes { HELD } else { WHOLE };
            if with <= most && self.arrival.held + with <= WHOLE {
                held.extend_from_slice(bytes);
                return Ok(());
            }
            let passing = Passing::begin(&self.media_type).ok_or(ArrivalError::NotWhole)?;
            let mut stream = Box::new(self.arrival.stream(passing)?);
            stream.push(held)?;
            self.so_far = SoFar::Passing(stream);
        }
        match &mut self.so_far {
            SoFar::Passing(stream) => stream.push(bytes),
            SoFar::Held(_) => Ok(()),
        }
    }

    /// It has arrived: durable, where it is an object.
    pub fn end(self) -> Result<Arrived, ArrivalError> {
        let mut sha1 = [0; 20];
        sha1.copy_from_slice(self.sha1.finish().as_ref());
        let content = match self.so_far {
            SoFar::Held(bytes) => {
                self.arrival.held += bytes.len();
                Content::Whole(bytes)
            }
            SoFar::Passing(stream) => {
                let sha256 = hex(self.sha256.finish().as_ref());
                Content::Sealed(Arc::new(stream.end(self.arrival, sha256)?))
            }
        };
        Ok(Arrived { content, sha1, size: self.size })
    }
}

impl Arrival {
    fn stream(&self, passing: Passing) -> Result<Stream, Fault> {
        let dice = self.records.dice();
        let row = RowId::random(dice);
        let place = Place { record: self.record, kind: RowKind::Document, row, version: 1 };
        let sealer = self.keys.sealer(RowKind::Document).stream(&place, dice).map_err(|_| unwritable())?;
        Ok(Stream { row, sealer, writer: self.records.parts().store.object_writer(dice)?, passing })
    }
}

impl Stream {
    fn push(&mut self, bytes: &[u8]) -> Result<(), ArrivalError> {
        self.passing.push(bytes);
        let pushed = self.sealer.push(bytes, &mut self.writer);
        pushed.map_err(|_| self.writer.fault().map_or_else(unwritable, Fault::Store).into())
    }

    fn end(self, arrival: &Arrival, sha256: String) -> Result<Sealed, Fault> {
        let Self { row, sealer, mut writer, passing } = self;
        let sealed = sealer
            .finish(&mut writer)
            .map_err(|_| ())
            .and_then(|it| writer.flush().map(|()| it).map_err(|_| ()));
        // dropped before it is finished, the writer leaves nothing
        let stream = sealed.map_err(|()| writer.fault().map_or_else(unwritable, Fault::Store))?;
        Ok(Sealed {
            records: arrival.records.clone(),
            record: arrival.record,
            epoch: arrival.epoch,
            row,
            object: writer.finish()?,
            stream,
            sha256,
            checked: passing.end(),
            kept: AtomicBool::new(false),
        })
    }
}

fn unwritable() -> Fault {
    Fault::Unwritable { what: "a document's bytes" }
}

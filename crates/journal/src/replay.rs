//! The heart of the independent verifier: a record's lines, read from the first, say what must be there.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use model::{Mark, RecordId, RowId, RowKind};

use crate::fault::Fault;
use crate::found::Found;
use crate::hash::Hash;
use crate::head::{Head, leaf_hash};
use crate::line::{BodyMark, Line, chain_after, chain_start};

/// Replays one record. Feed it the stored lines in the order of their numbers, then what was found.
pub struct Replay<'a> {
    pub(crate) record: RecordId,
    /// The keyed hash of a row, for the digest; only who holds the record's key has it.
    row_hash: Option<RowHash<'a>>,
    /// The number of the last line fed, readable or not.
    pub(crate) reached: u64,
    /// The chain after it; unknown where a line is missing.
    pub(crate) chain: Option<Hash>,
    /// The last line that could be read.
    pub(crate) last: Option<Line>,
    digest: Hash,
    salts: HashSet<[u8; 32]>,
    pub(crate) rows: BTreeMap<(RowKind, RowId), Written<Mark>>,
    pub(crate) removed: BTreeMap<(RowKind, RowId), u64>,
    pub(crate) bodies: BTreeMap<RowId, Written<BodyMark>>,
    leaves: Vec<Leaf>,
    faults: Vec<Fault>,
}

/// What came out.
#[derive(Debug)]
pub struct Replayed {
    /// Empty when all is whole.
    pub faults: Vec<Fault>,
    /// The leaf each readable line must have in the log.
    pub leaves: Vec<Leaf>,
}

/// One leaf of the log as a line says it must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Leaf {
    /// The line's number in its record.
    pub seq: u64,
    /// The leaf's number in the log.
    pub index: u64,
    pub hash: Hash,
}

type RowHash<'a> = Box<dyn Fn(&Mark) -> Hash + 'a>;

pub(crate) struct Written<T> {
    pub(crate) mark: T,
    /// The line that wrote it last.
    pub(crate) by: u64,
}

impl<'a> Replay<'a> {
    pub fn new(record: RecordId) -> Self {
        Self {
            record,
            row_hash: None,
            reached: 0,
            chain: Some(chain_start(record)),
            last: None,
            digest: [0; 32],
            salts: HashSet::new(),
            rows: BTreeMap::new(),
            removed: BTreeMap::new(),
            bodies: BTreeMap::new(),
            leaves: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Also checks each line's digest, with the keyed hash of a row.
    pub fn with_digest(mut self, row_hash: impl Fn(&Mark) -> Hash + 'a) -> Self {
        self.row_hash = Some(Box::new(row_hash));
        self
    }

    /// The line stored as number `seq`, opened.
    pub fn line(&mut self, seq: u64, bytes: &[u8]) {
        if !self.advance(seq) {
            return;
        }
        let line = match Line::parse(bytes) {
            Ok(line) if line.seq == seq => line,
            Ok(line) => {
                self.at_line(seq, format_args!("has line {} in its place", line.seq));
                return self.chain = None;
            }
            Err(error) => {
                self.at_line(seq, format_args!("cannot be read: {error}"));
                return self.chain = None;
            }
        };
        self.check_order(&line);
        self.apply_rows(&line);
        self.check_digest(&line);
        let chain = chain_after(&line.previous, bytes);
        self.chain = Some(chain);
        let head = head_after(self.record, &line, chain);
        self.leaves.push(Leaf { seq, index: line.leaf, hash: leaf_hash(&line.salt, &head) });
        self.last = Some(line);
    }

    /// Something is stored as line `seq` and does not open.
    pub fn sealed_line(&mut self, seq: u64) {
        if self.advance(seq) {
            self.at_line(seq, "does not open: it was changed, or another was put in its place");
            self.chain = None;
        }
    }

    /// After the last line: compares with what was found.
    pub fn finish(mut self, found: &Found<'_>) -> Replayed {
        self.check_head(found.head);
        self.check_rows(found.rows);
        self.check_bodies(found.bodies);
        Replayed { faults: self.faults, leaves: self.leaves }
    }

    /// Whether this line comes next; says which are missing before it.
    fn advance(&mut self, seq: u64) -> bool {
        if seq <= self.reached {
            let reached = self.reached;
            self.at_line(seq, format_args!("comes out of order, after line {reached}"));
            return false;
        }
        self.missing(seq - 1);
        self.reached = seq;
        true
    }

    /// The lines up to `until` that did not come.
    pub(crate) fn missing(&mut self, until: u64) {
        let first = self.reached + 1;
        if until >= first {
            self.chain = None;
            if until == first {
                self.at_record(format_args!("line {first} is missing"));
            } else {
                self.at_record(format_args!("lines {first} to {until} are missing"));
            }
        }
    }

    fn check_order(&mut self, line: &Line) {
        match self.chain {
            Some(chain) if chain != line.previous && line.seq == 1 => {
                self.at_line(1, "does not begin this record's chain: it was changed or is another record's");
            }
            Some(chain) if chain != line.previous => {
                let before = line.seq - 1;
                self.at_line(before, format_args!("was changed: line {} does not follow from it", line.seq));
            }
            _ => {}
        }
        if line.salt == [0; 32] || !self.salts.insert(line.salt) {
            self.at_line(line.seq, "has a salt that is not its own");
        }
        let Some((version, epoch, leaf)) =
            self.last.as_ref().map(|last| (last.version, last.epoch, last.leaf))
        else {
            return;
        };
        if line.version < version {
            self.at_line(
                line.seq,
                format_args!("takes the record's version back from {version} to {}", line.version),
            );
        }
        if line.epoch < epoch {
            self.at_line(line.seq, format_args!("takes the key epoch back from {epoch} to {}", line.epoch));
        }
        if line.leaf <= leaf {
            self.at_line(
                line.seq,
                format_args!("has leaf {}, which does not come after leaf {leaf}", line.leaf),
            );
        }
    }

    fn apply_rows(&mut self, line: &Line) {
        for &(kind, row) in &line.removed {
            let body = kind == RowKind::Document && self.bodies.remove(&row).is_some();
            match self.rows.remove(&(kind, row)) {
                Some(before) => self.sum(&before.mark, false),
                // a streamed document is a body without a row
                None if body => {}
                None => {
                    self.at_line(
                        line.seq,
                        format_args!("removes row {}, which no line wrote", name(kind, row)),
                    );
                }
            }
            self.removed.insert((kind, row), line.seq);
        }
        for &mark in &line.wrote {
            let key = (mark.kind, mark.row);
            self.sum(&mark, true);
            self.removed.remove(&key);
            if let Some(before) = self.rows.insert(key, Written { mark, by: line.seq }) {
                self.sum(&before.mark, false);
                if mark.version <= before.mark.version {
                    let (row, old) = (name(mark.kind, mark.row), before.mark.version);
                    let what =
                        format_args!("writes row {row} at version {} after version {old}", mark.version);
                    self.at_line(line.seq, what);
                }
            }
        }
        for &mark in &line.bodies {
            self.bodies.insert(mark.row, Written { mark, by: line.seq });
        }
    }

    /// Adds or takes away a row's hash, modulo 2²⁵⁶.
    fn sum(&mut self, mark: &Mark, plus: bool) {
        let Some(row_hash) = &self.row_hash else { return };
        let mut carry = u16::from(!plus);
        for (sum, term) in self.digest.iter_mut().zip(row_hash(mark)).rev() {
            let total = u16::from(*sum) + u16::from(if plus { term } else { !term }) + carry;
            *sum = total as u8;
            carry = total >> 8;
        }
    }

    fn check_digest(&mut self, line: &Line) {
        if self.row_hash.is_some() && self.digest != line.digest {
            // after a gap nobody knows the rows: the next line is the new beginning
            if self.chain.is_some() {
                self.at_line(line.seq, "has a digest that is not that of the rows written up to it");
            }
            self.digest = line.digest;
        }
    }

    pub(crate) fn at_record(&mut self, what: impl fmt::Display) {
        self.faults.push(Fault::new(format_args!("record {}", self.record), what));
    }

    pub(crate) fn at_line(&mut self, seq: u64, what: impl fmt::Display) {
        self.at(&format!("line {seq}"), what);
    }

    pub(crate) fn at(&mut self, subject: &str, what: impl fmt::Display) {
        let location_in_record = format_args!("record {}, {subject}", self.record);
        self.faults.push(Fault::new(location_in_record, format_args!("{subject} {what}")));
    }
}

impl fmt::Debug for Replay<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Replay({}, line {})", self.record, self.reached)
    }
}

pub(crate) fn head_after(record: RecordId, line: &Line, chain: Hash) -> Head {
    let Line { version, seq, digest, epoch, leaf, .. } = *line;
    Head { record, version, seq, chain, digest, epoch, leaf }
}

pub(crate) fn name(kind: RowKind, row: RowId) -> String {
    format!("{} {row}", kind.label())
}

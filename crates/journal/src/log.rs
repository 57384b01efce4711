//! The log against the lines: every leaf belongs to exactly one line, and the log reaches its anchor.

use model::RecordId;

use crate::checkpoint::Checkpoint;
use crate::fault::Fault;
use crate::hash::Hash;
use crate::replay::Leaf;
use crate::tree;

/// Ticks off the log's leaves while the records are replayed, in any order. A bit per leaf.
#[derive(Debug)]
pub struct LogAudit {
    size: u64,
    claimed: Vec<u64>,
    faults: Vec<Fault>,
}

impl LogAudit {
    pub fn new(size: u64) -> Self {
        Self { size, claimed: vec![0; size.div_ceil(64) as usize], faults: Vec::new() }
    }

    /// A line says this leaf is its own; `stored` is what the log has there.
    pub fn claim(&mut self, record: RecordId, leaf: &Leaf, stored: Option<Hash>) {
        let line = format!("record {record}, line {}", leaf.seq);
        let index = leaf.index;
        match stored {
            _ if index >= self.size => {
                let size = self.size;
                self.fault(line, format_args!("leaf {index} is beyond the log's {size} leaves"));
            }
            None => self.fault(line, format_args!("leaf {index} is missing from the log")),
            Some(hash) if hash != leaf.hash => self.fault(
                line,
                format_args!("leaf {index} of the log was made of another line: one of the two was changed"),
            ),
            Some(_) if self.tick(index) => {
                self.fault(line, format_args!("leaf {index} of the log is already another line's"));
            }
            Some(_) => {}
        }
    }

    /// This leaf belongs to a line that can no longer be opened, rightly: its record was destroyed.
    pub fn excuse(&mut self, index: u64) {
        if index < self.size {
            self.tick(index);
        }
    }

    /// All that is wrong, with the leaves that belong to no line.
    pub fn finish(mut self) -> Vec<Fault> {
        let mut index = 0;
        while index < self.size {
            let first = index;
            while index < self.size && !self.is_claimed(index) {
                index += 1;
            }
            let what = "in no line: a record was removed or put back to an earlier state";
            match index - first {
                0 => index += 1,
                1 => self.fault("log".into(), format_args!("leaf {first} is {what}")),
                _ => self.fault("log".into(), format_args!("leaves {first} to {} are {what}", index - 1)),
            }
        }
        self.faults
    }

    /// Whether it was ticked before.
    fn tick(&mut self, index: u64) -> bool {
        let before = self.is_claimed(index);
        if let Some(word) = self.claimed.get_mut((index / 64) as usize) {
            *word |= 1 << (index % 64);
        }
        before
    }

    fn is_claimed(&self, index: u64) -> bool {
        self.claimed.get((index / 64) as usize).is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    fn fault(&mut self, location: String, what: std::fmt::Arguments<'_>) {
        self.faults.push(Fault::new(location, what));
    }
}

/// Whether a log of `size` leaves reaches the anchor's checkpoint and is the same up to there. The anchor's
/// signature is checked before.
pub fn check_anchor<E>(
    anchor: &Checkpoint,
    size: u64,
    get: impl FnMut(u8, u64) -> Result<Hash, E>,
) -> Result<Option<Fault>, E> {
    let reached = anchor.size();
    if size < reached {
        let what =
            format_args!("the log has {size} leaves, its anchor has seen {reached}: the store was put back");
        return Ok(Some(Fault::new("log", what)));
    }
    let same = tree::root(reached, get)? == *anchor.root();
    let what =
        format_args!("the first {reached} leaves are not those the anchor has seen: the log was rewritten");
    Ok((!same).then(|| Fault::new("log", what)))
}

//! What the store's tests share: dice that can be thrown again, and batches that follow what is there.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::sync::{Arc, Mutex};

use model::{Dice, RecordId, RowId, RowKind};
use store::{Batch, CommitError, Current, HeadRow, Limits, LineRow, Options, Row, Store};

/// Dice that count: every throw differs, every run is the same.
#[derive(Default)]
pub struct Counting(Mutex<u64>);

impl Dice for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        let mut count = self.0.lock().unwrap();
        for byte in bytes {
            *count = count.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            *byte = (*count >> 56) as u8;
        }
    }
}

pub fn options(folder: &Path) -> Options {
    Options { data: folder.join("data"), keys: folder.join("keys") }
}

/// Limits under which a fatal fault is remembered instead of ending the tests.
pub fn limits() -> (Limits, Arc<Mutex<Vec<String>>>) {
    let said = Arc::new(Mutex::new(Vec::new()));
    let listener = said.clone();
    let on_fatal = Arc::new(move |sentence: &str| listener.lock().unwrap().push(sentence.to_owned()));
    (Limits { on_fatal, ..Limits::default() }, said)
}

pub fn record(number: u8) -> RecordId {
    RecordId::from_bytes([number; 16])
}

pub fn row_id(number: u8) -> RowId {
    RowId::from_bytes([number; 16])
}

pub fn row(kind: RowKind, id: u8, version: u64, sealed: &[u8]) -> Row {
    Row { kind, row: row_id(id), version, tag: [version as u8; 16], sealed: sealed.to_vec() }
}

/// The least batch that follows what is there, with the log's nodes.
pub fn next(current: &Current<'_>) -> Batch {
    let version = current.head.as_ref().map_or(1, |head| head.version + 1);
    let (seq, leaf) = (current.next_seq, current.next_leaf);
    let head = HeadRow { version, sealed: format!("head {version}").into_bytes() };
    let line = LineRow { seq, leaf, sealed: format!("line {seq}").into_bytes() };
    let mut batch = Batch::new(head, line, [leaf as u8; 32]);
    let mut level = 0;
    while (leaf + 1).is_multiple_of(2 << level) {
        level += 1;
        batch.log_nodes.push((level, ((leaf + 1) >> level) - 1, [level; 32]));
    }
    batch
}

/// Commits the least batch after a change of it; nothing is refused.
pub fn commit(
    store: &Store,
    record: RecordId,
    change: impl Fn(&mut Batch) + Send + 'static,
) -> Result<u64, CommitError<()>> {
    store.commit(record, move |current| {
        let mut batch = next(current);
        change(&mut batch);
        let leaf = batch.line.leaf;
        Ok((batch, leaf))
    })
}

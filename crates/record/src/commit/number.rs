//! Inside the commit: a change meets the record as it stands there, and its line is numbered, chained and sealed.
//! Pure: everything it uses was handed in, and it may run more than once.

use journal::{Head, Line};
use model::{Instant, Mark, Place, RecordId, RowId, RowKind};
use store::{Batch, Current, HeadRow, LineRow};
use vault::SetDigest;

use super::Change;
use crate::account::Destroyed;
use crate::base::HEAD;
use crate::records::EPOCH;

/// Why a change is not to be made on what stands.
pub(super) enum Unnumbered {
    Stale,
    Damaged(&'static str),
}

/// Checks the head, numbers, chains and seals the line, and makes the new head and its leaf.
pub(super) fn number(
    change: &Change,
    current: &Current<'_>,
    account: &[u8],
    (salt, floor): ([u8; 32], u64),
    now: Instant,
    dice: &dyn model::Dice,
) -> Result<(Batch, u64), Unnumbered> {
    let record = change.record;
    let before = match &current.head {
        None => first_head(record),
        Some(row) => {
            let place = Place { record, kind: RowKind::Head, row: HEAD, version: row.version };
            let plain =
                change.keys.head().open(&place, &row.sealed).map_err(|_| Unnumbered::Damaged("the head"))?;
            Head::parse(&plain).map_err(|_| Unnumbered::Damaged("the head"))?
        }
    };
    // nothing begins a record but its opening: this one was destroyed meanwhile
    if current.head.is_none() && change.expected != Some(0) && !change.is_ledgers {
        return Err(Unnumbered::Stale);
    }
    // older than what this process has seen: put back (design, invariant 7)
    if before.seq < floor {
        return Err(Unnumbered::Damaged("the head"));
    }
    let unlike = |kept: ([u8; 32], u32)| kept != (before.digest, before.epoch);
    if change.expected.is_some_and(|expected| expected != before.version) || change.kept.is_some_and(unlike) {
        return Err(Unnumbered::Stale);
    }
    let destroying = change.destroys.as_ref().map(|it| telling_destroyed(account, it.record, current));
    let account = match &destroying {
        Some(told) => told.as_deref().ok_or(Unnumbered::Damaged("a trace line"))?,
        None => account,
    };
    if before.seq + 1 != current.next_seq {
        return Err(Unnumbered::Damaged("the last trace line"));
    }
    let wrote: Vec<Mark> = change
        .puts
        .iter()
        .map(|put| Mark { kind: put.kind, row: put.row, version: put.version, tag: put.tag })
        .collect();
    let mut digest = SetDigest::from_bytes(before.digest);
    for mark in &change.replaced {
        digest.remove(&change.keys.digester().of(record, mark));
    }
    for mark in &wrote {
        digest.add(&change.keys.digester().of(record, mark));
    }
    let gone = change.remove_bodies.iter().chain(change.removed_objects.iter().map(|(row, _)| row));
    let removed = change.removes.iter().copied().chain(gone.map(|row| (RowKind::Document, *row))).collect();
    let bodies =
        change.bodies.iter().map(|(_, mark)| mark).chain(change.objects.iter().map(|(_, mark)| mark));
    let bodies = bodies.chain(&change.arrived).cloned().collect();
    let line = Line {
        format: Line::FORMAT,
        seq: current.next_seq,
        leaf: current.next_leaf,
        at: now,
        previous: before.chain,
        version: before.version + u64::from(change.bumps),
        epoch: before.epoch,
        digest: *digest.as_bytes(),
        wrote,
        removed,
        bodies,
        salt,
        account: serde_json::Value::Null,
    };
    let plain = line.to_bytes_telling(account).map_err(|_| Unnumbered::Damaged("a trace line"))?;
    let plain = zeroize::Zeroizing::new(plain);
    let Line { version, seq, leaf, epoch, digest, .. } = line;
    let head = Head {
        record,
        version,
        seq,
        chain: journal::chain_after(&before.chain, &plain),
        digest,
        epoch,
        leaf,
    };
    let line_place = Place { record, kind: RowKind::Trace, row: line_row(seq), version: 1 };
    let sealed_line = change
        .keys
        .sealer(RowKind::Trace)
        .seal(&line_place, &plain, dice)
        .map_err(|_| Unnumbered::Damaged("a trace line"))?;
    let head_place = Place { record, kind: RowKind::Head, row: HEAD, version: head.seq };
    let sealed_head = change
        .keys
        .sealer(RowKind::Head)
        .seal(&head_place, &head.to_bytes(), dice)
        .map_err(|_| Unnumbered::Damaged("the head"))?;
    let leaf_hash = journal::leaf_hash(&salt, &head);
    let above = |level, index| current.log_node(level, index).ok_or(Unnumbered::Damaged("the log"));
    let log_nodes = journal::tree::append(leaf, leaf_hash, above)?;
    let mut batch = Batch::new(
        HeadRow { version: head.seq, sealed: sealed_head.bytes },
        LineRow { seq, leaf, sealed: sealed_line.bytes },
        leaf_hash,
    );
    batch.log_nodes = log_nodes;
    batch.puts = change.puts.clone();
    batch.bodies = change.bodies.iter().map(|(body, _)| body.clone()).collect();
    batch.removes = change.removes.clone();
    batch.remove_bodies = change.remove_bodies.clone();
    batch.releases = change.releases.clone();
    batch.claims = change.claims.clone();
    batch.jobs = change.jobs.clone();
    batch.jobs.extend(change.once.iter().filter(|job| !current.has_job(job.id)).cloned());
    batch.done_jobs = change.done_jobs.clone();
    batch.counters = change.counters.clone();
    batch.destroys = change.destroys;
    Ok((batch, seq))
}

/// The account of a line that ends another record, with which leaves of the log were its own.
fn telling_destroyed(account: &[u8], record: RecordId, current: &Current<'_>) -> Option<Vec<u8>> {
    let mut account: serde_json::Value = serde_json::from_slice(account).ok()?;
    let leaves = runs(&current.leaves_of(record));
    account.as_object_mut()?.insert("destroyed".into(), serde_json::json!(Destroyed { record, leaves }));
    serde_json::to_vec(&account).ok()
}

/// Leaves in their order, as first and how many.
fn runs(leaves: &[u64]) -> Vec<(u64, u64)> {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for leaf in leaves {
        match runs.last_mut() {
            Some((first, count)) if *first + *count == *leaf => *count += 1,
            _ => runs.push((*leaf, 1)),
        }
    }
    runs
}

/// What comes before the first line: nothing, at version 0.
fn first_head(record: RecordId) -> Head {
    Head {
        record,
        version: 0,
        seq: 0,
        chain: journal::chain_start(record),
        digest: *SetDigest::empty().as_bytes(),
        epoch: EPOCH,
        leaf: 0,
    }
}

/// A trace line's place: its number is its row.
pub(crate) fn line_row(seq: u64) -> RowId {
    let mut bytes = *b"line............";
    bytes[8..].copy_from_slice(&seq.to_be_bytes());
    RowId::from_bytes(bytes)
}

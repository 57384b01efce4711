//! Where a page of the trace ends, told without telling how many lines lie between: the numbers of lines a
//! viewer may not know of would show as gaps (rules, A5: numbering).

use model::RecordId;
use vault::{KeyKeeper, TagDomain};

use crate::failure::Fault;

/// Cursors are numbers a browser can hold exactly.
const HALF: u32 = 26;
const MASK: u64 = (1 << HALF) - 1;
const ROUNDS: u8 = 4;

/// A line's number as the outside knows it: the same each time, and in no order.
pub(crate) fn hide(keeper: &dyn KeyKeeper, record: RecordId, seq: u64) -> Result<u64, Fault> {
    let (mut left, mut right) = ((seq >> HALF) & MASK, seq & MASK);
    for round in 0..ROUNDS {
        (left, right) = (right, left ^ mix(keeper, record, round, right)?);
    }
    Ok((left << HALF) | right)
}

/// The line's number again; any number means some line, there or not.
pub(crate) fn show(keeper: &dyn KeyKeeper, record: RecordId, cursor: u64) -> Result<u64, Fault> {
    let (mut left, mut right) = ((cursor >> HALF) & MASK, cursor & MASK);
    for round in (0..ROUNDS).rev() {
        (left, right) = (right ^ mix(keeper, record, round, left)?, left);
    }
    Ok((left << HALF) | right)
}

fn mix(keeper: &dyn KeyKeeper, record: RecordId, round: u8, half: u64) -> Result<u64, Fault> {
    let tag = keeper.tag(TagDomain::Cursor, format!("trace|{record}|{round}|{half}").as_bytes())?;
    let [a, b, c, d, ..] = tag;
    Ok(u64::from(u32::from_be_bytes([a, b, c, d])) & MASK)
}

//! The trace that nobody can quietly rewrite: lines, their chain, the log of heads, checkpoints, and an
//! independent verifier. Pure: bytes in, bytes or faults out. This text is enough to write another verifier.
//!
//! All hashes are SHA-256; integers are big-endian; ‖ is concatenation; `"text"` its ASCII bytes.
//!
//! # In a record (sealed, read by its holder and by `verify`)
//!
//! **Lines** ([`Line`]): one JSON object per request, numbered `seq` 1, 2, 3, … without a gap. Its bytes are
//! sealed as they are, and hashed as they are: no canonical form is needed. Fields, all required:
//!
//! | field | is |
//! |---|---|
//! | `format` | 1 |
//! | `seq` | the line's number in its record |
//! | `leaf` | the number, from 0, of the leaf this commit added to the log |
//! | `at` | when, in milliseconds since 1970-01-01T00:00:00Z. Clocks jump: order is `seq`'s, never `at`'s |
//! | `previous` | the chain before this line, 64 hexadecimal digits |
//! | `version` | the record's version after it: grows when rights or documents change, stays when read |
//! | `epoch` | the record's key epoch after it; never goes back |
//! | `digest` | the digest of all rows after it, 64 hexadecimal digits |
//! | `wrote` | the rows this commit wrote: `kind`, `row`, `version` (grows at each writing), `tag` (32 digits) |
//! | `removed` | the rows it removed: `[kind, row]`; `document` also removes the body of that id |
//! | `bodies` | the document bodies it stored: `row`, `version`, `sha256` (of the sealed row, or of the tags of a stream's chunks) |
//! | `salt` | 32 random bytes as 64 digits, never twice the same: why the hashes below say nothing to outsiders |
//! | `account` | what happened (caller, act, verdict, objects, rules): JSON that means nothing to the journal |
//!
//! **Chain**: before line 1 it is SHA-256(`"carnet chain 1 begins"` ‖ record id, 16 bytes); after a line it is
//! SHA-256(`"carnet chain 1"` ‖ chain before ‖ SHA-256(the line's bytes)). A line that was changed, dropped or
//! moved does not fit the `previous` of the next, and the last is held by the head.
//!
//! **Head** ([`Head`]), 109 bytes: 1 (the layout) ‖ record id (16) ‖ version (8) ‖ seq (8) ‖ chain (32) ‖
//! digest (32) ‖ epoch (4) ‖ leaf (8), all as after the last line.
//!
//! **Rows**: the rows of a record, but its lines and its head, are exactly those its lines wrote and did not
//! remove, at the version and with the tag of the last writing. Their digest is keyed (see the vault): the
//! verifier is handed the hash of a row as a function, and adds modulo 2²⁵⁶. [`Replay`] checks all this.
//!
//! # Of all records (public, says nothing about anybody)
//!
//! **Log**: a Merkle tree as in RFC 6962, section 2.1 ([`tree`]). Leaf hash = SHA-256(0x00 ‖ salt of the line ‖
//! head after the line); inner node = SHA-256(0x01 ‖ left ‖ right). Every commit adds one leaf, without a gap,
//! so each leaf belongs to exactly one line of one record ([`LogAudit`]): a record put back to an earlier state
//! leaves leaves that belong to no line.
//!
//! **Checkpoint** ([`Checkpoint`]): the log's size and root, signed, as a C2SP signed note (`tlog-checkpoint`)
//! with one extension line, `at` and the RFC 3339 instant. Checkpoints go to an anchor kept apart from the
//! data, one line each ([`SignedCheckpoint::to_line`]); a store whose log is shorter than its anchor, or has
//! another root at the anchor's size, was put back or rewritten ([`check_anchor`]).

mod checkpoint;
mod fault;
mod found;
mod hash;
mod head;
mod line;
mod log;
mod replay;
pub mod tree;

pub use checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
pub use fault::Fault;
pub use found::Found;
pub use hash::Hash;
pub use head::{Head, NotAHead, leaf_hash};
pub use line::{BodyMark, Line, LineError, chain_after, chain_start};
pub use log::{LogAudit, check_anchor};
pub use replay::{Leaf, Replay, Replayed};

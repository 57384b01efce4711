//! Where sealed bytes lie: SQLite behind one concrete, blocking interface, large objects in a folder, wrapped
//! keys in a database of their own, and the anchor file.
//!
//! The store sees opaque ids, keyed hashes and sealed bytes, and nothing else (design, invariant 2). It never
//! waits for the network and knows no clock and no dice of its own. One process writes; others may read.

mod anchor;
mod apply;
mod database;
mod error;
mod keys;
mod objects;
mod read;
mod shapes;
mod snapshot;
mod sql;
mod store;
mod work;
mod writer;

pub use anchor::{Anchor, AnchorLines, MAX_ANCHOR_LINE};
pub use apply::Current;
pub use error::{CommitError, Fault, OpenError};
pub use keys::Keys;
pub use objects::ObjectWriter;
pub use shapes::{
    Batch, Body, Destroys, Finder, HeadRow, Job, Leaf, LineRow, MAX_BODY, MAX_PAGE, MAX_PER_BATCH,
    MAX_SEALED, ObjectList, OnceOnly, PARKED, RecordJob, Row, Space, WrappedKey,
};
pub use snapshot::Snapshot;
pub use store::{Limits, Options, Store};

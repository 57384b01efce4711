//! The records of one node: the parts every act works with, handed in at the start.

use std::sync::Arc;

use model::{Clock, Dice, Ins, Instant, RecordId, RowId, UniqueId};
use policy::Policy;
use store::{Space, Store};
use vault::{FeedKeys, KeyKeeper, RecordKey, TagDomain, Wrapped};

use crate::failure::{Failure, Fault};
use crate::opened::Cache;
use crate::seen::Seen;
use crate::tally::Tally;
use crate::upkeep::notices::Recent;
use crate::volume::Budgets;

/// What a node is made of.
#[derive(Clone)]
pub struct Parts {
    pub store: Store,
    pub keeper: Arc<dyn KeyKeeper>,
    pub clock: Arc<dyn Clock>,
    pub dice: Arc<dyn Dice>,
    pub policy: Arc<Policy>,
}

/// The story's one object: each act is a method of it, in a file of its own under `acts`.
#[derive(Clone)]
pub struct Records(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) parts: Parts,
    /// Hashes of profile and matrix, for every trace line.
    pub(crate) hashes: (String, String),
    pub(crate) ledger: Ledger,
    pub(crate) seen: Seen,
    pub(crate) budgets: Budgets,
    pub(crate) cache: Cache,
    pub(crate) recent: Recent,
    pub(crate) tally: Tally,
}

/// The node's own record: lines of attempts that reach no record (design, "Storage").
pub(crate) struct Ledger {
    pub(crate) record: RecordId,
    pub(crate) keys: Arc<FeedKeys>,
}

/// What is hashed to name the ledger of a deployment: the keeper's secret makes it its own.
const LEDGER: &str = "the ledger of this node";

impl Records {
    /// Starts on a store: refuses one that is behind its anchor, makes the ledger when it is new.
    pub fn start(parts: Parts) -> Result<Self, Failure> {
        crate::upkeep::anchor::check(&parts)?;
        let record = ledger_id(&*parts.keeper)?;
        let key = match parts.store.keys().get(record)? {
            Some(wrapped) => unwrap(&*parts.keeper, record, &wrapped)?,
            None => new_key(&parts, record)?,
        };
        let keyring = key.keyring(record);
        let keys = Arc::new(keyring.for_feeding());
        let mut records = Self::with(parts.clone(), Ledger { record, keys: Arc::clone(&keys) });
        // what two administrators chose goes before what the node was started with (rules, P1)
        if let Some(chosen) = records.chosen_policy()? {
            records = Self::with(Parts { policy: Arc::new(chosen), ..parts }, Ledger { record, keys });
        }
        records.look_at_switches()?;
        Ok(records)
    }

    fn with(parts: Parts, ledger: Ledger) -> Self {
        let (hashes, budgets) = (parts.policy.hashes(), Budgets::new());
        let (seen, cache, recent) = (Seen::new(), Cache::default(), Recent::default());
        let tally = Tally::default();
        Self(Arc::new(Inner { parts, hashes, ledger, seen, budgets, cache, recent, tally }))
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.0.parts
    }

    pub(crate) fn now(&self) -> Instant {
        self.0.parts.clock.now()
    }

    pub(crate) fn dice(&self) -> &dyn Dice {
        &*self.0.parts.dice
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.0.parts.policy
    }

    /// The record that claims to be this person's. A hint: whoever opens it compares the sealed INS.
    pub(crate) fn find_by_ins(&self, ins: &Ins) -> Result<Option<RecordId>, Fault> {
        let hash = ins_hash(&*self.0.parts.keeper, ins)?;
        Ok(self.0.parts.store.snapshot()?.find(Space::Ins, &hash)?)
    }
}

pub(crate) fn ledger_id(keeper: &dyn KeyKeeper) -> Result<RecordId, Fault> {
    Ok(RecordId::from_bytes(first_half(keeper.tag(TagDomain::Budget, LEDGER.as_bytes())?)))
}

pub(crate) fn ins_hash(keeper: &dyn KeyKeeper, ins: &Ins) -> Result<[u8; 32], Fault> {
    Ok(keeper.tag(TagDomain::Ins, ins.canonical().as_bytes())?)
}

/// Of a birth name and a birth date, as the finder has it of the first who bears them, the second, …
pub(crate) fn traits_hash(keeper: &dyn KeyKeeper, canonical: &str, namesake: u8) -> Result<[u8; 32], Fault> {
    Ok(keeper.tag(TagDomain::Traits, format!("{canonical}|{namesake}").as_bytes())?)
}

pub(crate) fn unique_id_hash(keeper: &dyn KeyKeeper, id: &UniqueId) -> Result<[u8; 32], Fault> {
    Ok(keeper.tag(TagDomain::DocumentUniqueId, id.to_string().as_bytes())?)
}

/// The row id of something known by a unique id: keyed, so that it says nothing, and found without a search.
pub(crate) fn derived_row(
    keeper: &dyn KeyKeeper,
    domain: TagDomain,
    record: RecordId,
    id: &UniqueId,
) -> Result<RowId, Fault> {
    let named = format!("{record}|{id}");
    Ok(RowId::from_bytes(first_half(keeper.tag(domain, named.as_bytes())?)))
}

/// The row that says this professional has read: keyed, so that it says nothing.
pub(crate) fn reader_row(
    keeper: &dyn KeyKeeper,
    record: RecordId,
    reader: &model::PsIdNat,
) -> Result<RowId, Fault> {
    let named = format!("reader|{record}|{reader}");
    Ok(RowId::from_bytes(first_half(keeper.tag(TagDomain::Budget, named.as_bytes())?)))
}

pub(crate) fn first_half(bytes: [u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&bytes[..16]);
    half
}

/// Makes, wraps and stores the key of a record to come: written and synced before the record is.
pub(crate) fn new_key(parts: &Parts, record: RecordId) -> Result<RecordKey, Fault> {
    let key = RecordKey::generate(&*parts.dice);
    let wrapped = parts.keeper.wrap(record, EPOCH, &key, &*parts.dice)?;
    let stored =
        store::WrappedKey { epoch: wrapped.epoch, generation: wrapped.generation, wrapped: wrapped.bytes };
    parts.store.keys().put(record, &stored)?;
    Ok(key)
}

/// The first epoch of a record's key.
pub(crate) const EPOCH: u32 = 1;

pub(crate) fn unwrap(
    keeper: &dyn KeyKeeper,
    record: RecordId,
    stored: &store::WrappedKey,
) -> Result<RecordKey, Fault> {
    let wrapped =
        Wrapped { epoch: stored.epoch, generation: stored.generation, bytes: stored.wrapped.clone() };
    Ok(keeper.unwrap(record, &wrapped)?)
}

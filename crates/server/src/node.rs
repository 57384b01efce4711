//! A node's parts from a data folder: the store in `store/`, the keys apart in `keys/` (design, "Storage").

use std::path::Path;
use std::sync::Arc;

use model::{Clock, Dice};
use policy::Policy;
use record::Parts;
use store::{Options, Store};
use vault::FileKeeper;

/// Why a node did not start. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    #[error("the store does not open")]
    Store(#[from] store::OpenError),
    #[error("the keys do not open")]
    Keeper(#[from] vault::KeeperError),
    #[error("there is no carnet in this folder: no keys/keeper file")]
    NoKeeper,
    #[error("the rules cannot be loaded")]
    Policy(#[from] policy::PolicyError),
    #[error("the records do not open")]
    Records(#[source] record::Fault),
    #[error("the machine's cryptography does not work")]
    Cryptography,
}

/// Opens the parts for work, making what is not there yet.
pub fn open(
    folder: &Path,
    clock: Arc<dyn Clock>,
    dice: Arc<dyn Dice>,
    policy: Policy,
) -> Result<Parts, NodeError> {
    let options = options(folder);
    let store = Store::open(&options)?;
    let file = keeper(&options);
    let keeper = if file.exists() { FileKeeper::open(&file)? } else { FileKeeper::create(&file, &*dice)? };
    Ok(Parts { store, keeper: Arc::new(keeper), clock, dice, policy: Arc::new(policy) })
}

/// Opens the parts to read them, beside a process that may be running on them.
pub fn open_read_only(
    folder: &Path,
    clock: Arc<dyn Clock>,
    dice: Arc<dyn Dice>,
    policy: Policy,
) -> Result<Parts, NodeError> {
    let options = options(folder);
    let file = keeper(&options);
    if !file.exists() {
        return Err(NodeError::NoKeeper);
    }
    let store = Store::open_read_only(&options)?;
    let keeper = Arc::new(FileKeeper::open(&file)?);
    Ok(Parts { store, keeper, clock, dice, policy: Arc::new(policy) })
}

fn options(folder: &Path) -> Options {
    Options { data: folder.join("store"), keys: folder.join("keys") }
}

fn keeper(options: &Options) -> std::path::PathBuf {
    options.keys.join("keeper")
}

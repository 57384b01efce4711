//! A request that could not be read: nothing was decided, and the attempt is a line of the ledger.

use model::Act;

use crate::call::Call;
use crate::commit::Change;
use crate::failure::Failure;
use crate::records::Records;

impl Records {
    pub fn reject(&self, call: &Call) -> Result<(), Failure> {
        let account = self.account(call, Act::Unreadable).rejected("what was sent could not be read");
        self.trace(Change::ledger(self), &account)?;
        Ok(())
    }
}

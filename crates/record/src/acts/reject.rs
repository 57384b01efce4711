//! A request that could not be read: nothing was decided, and the attempt is a line of the ledger.

use model::Act;

use crate::account::Account;
use crate::call::Call;
use crate::commit::Change;
use crate::failure::Failure;
use crate::records::Records;

impl Records {
    /// An assertion that was used before: told as what it is, and used up no second time.
    pub fn replayed(&self, call: &Call) -> Result<(), Failure> {
        let account = self.account(call, Act::Unreadable).rejected("replay");
        self.trace(Change::ledger(self), &Account { once: None, ..account })?;
        Ok(())
    }

    pub fn reject(&self, call: &Call) -> Result<(), Failure> {
        let account = self.account(call, Act::Unreadable).rejected("what was sent could not be read");
        self.trace(Change::ledger(self), &account)?;
        Ok(())
    }
}

//! Practice software opens the portal for somebody (TD0.9): of no record yet, so a line of the ledger, which uses the
//! assertion up. Who it is, their browser proves after that.

use model::Act;

use crate::account::Account;
use crate::call::Call;
use crate::commit::Change;
use crate::failure::Failure;
use crate::records::Records;

impl Records {
    pub fn software_opens(&self, call: &Call) -> Result<(), Failure> {
        let account = self.account(call, Act::LogIn).accepted(&[]);
        let account = Account { note: Some("opened by practice software".to_owned()), ..account };
        self.trace(Change::ledger(self), &account)?;
        Ok(())
    }
}

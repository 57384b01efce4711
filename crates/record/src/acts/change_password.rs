//! A holder who is in changes their password: with the old one, so that a session left open gives it to nobody.

use model::{Act, RecordId, Request, RowKind};
use policy::{Rule, Verdict};

use crate::acts::credential::{hash_password, verify};
use crate::acts::log_in::{FAILURES_A_DAY, PASSWORD_LENGTHS};
use crate::attempt::Decided;
use crate::base::damaged;
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Refusal, RefusalKind};
use crate::records::Records;
use crate::rows::CREDENTIAL;
use crate::upkeep::notices::Notice;

impl Records {
    /// Wrong old passwords count among the failures of a day, as wrong codes do. A code under way dies; the holder
    /// is told. Ending the sessions there are is the caller's.
    pub fn change_password(
        &self,
        call: &Call,
        record: RecordId,
        old: &str,
        new: &str,
    ) -> Result<Disclosed<()>, Failure> {
        if !PASSWORD_LENGTHS.contains(&new.chars().count()) {
            return Err(Refusal::because("newPassword", "a password has 10 to 128 characters").into());
        }
        // compared before the view below is taken, since that takes its time
        let verified =
            self.holders_credential(record)?.map(|(_, it)| it.password).filter(|it| verify(it, old));
        let verifier = hash_password(self, new)?;
        self.attempt(|_| {
            let now = self.now();
            let act = Act::ChangeSecrets;
            let Some((loaded, mut credential)) = self.holders_credential(record)? else {
                return Err(damaged(record, "the credential").into());
            };
            let decision = self.decision(call, act, &loaded.facts, None, &Request::default(), now);
            let account = self.account(call, act);
            let base = Some(&loaded.readable.base);
            let mut change = Change::on(&loaded.readable.base);
            if decision.verdict == Verdict::Refuse {
                return Ok(Decided::refused(change, account, decision.refused_by, RefusalKind::Denied));
            }
            credential.forget_yesterday(now);
            let within = credential.failed < FAILURES_A_DAY;
            if !within || verified.as_ref() != Some(&credential.password) {
                credential.failed = credential.failed.saturating_add(u32::from(within));
                change.put(self, base, RowKind::Credential, CREDENTIAL, &credential)?;
                let kind = if within { RefusalKind::NotProved } else { RefusalKind::TooMany };
                let outcome = Err(Refusal::by(kind, vec![Rule::A4]));
                return Ok(Decided { change, account: account.refused(&[Rule::A4]), outcome });
            }
            if old == new {
                let no = Refusal::because("newPassword", "choose another password than the one there is");
                return Ok(Decided {
                    change,
                    account: account.rejected("the same password"),
                    outcome: Err(no),
                });
            }
            credential.password.clone_from(&verifier);
            credential.must_change = false;
            credential.challenge = None;
            change.put(self, base, RowKind::Credential, CREDENTIAL, &credential)?;
            change.tell(self, Notice::PasswordChanged)?;
            Ok(Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(()) })
        })
    }
}

//! How a holder proves who they are (rules, A4): password, then a one-time code. Known and unknown logins, right
//! and wrong passwords answer alike until the code is right (abuse A08, A12).

use jiff::SignedDuration;
use model::chance::throw;
use model::{Act, Caller, Door, Instant, RecordId, Request, RowId, RowKind, Strength};
use policy::Rule;
use store::Space;
use vault::TagDomain;
use zeroize::Zeroizing;

use crate::acts::credential::{DUMMY, hash_password, login_hash, verify};
use crate::attempt::{Decided, Loaded, Target};
use crate::call::Call;
use crate::circle::AccountOf;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Fault, Refusal, RefusalKind};
use crate::records::{Records, first_half};
use crate::rows::{CREDENTIAL, Challenge, Credential};
use crate::upkeep::notices::Notice;

/// What the first step answers, whoever asked.
#[derive(Clone, Debug)]
pub struct PendingLogIn {
    pub record: RecordId,
    pub challenge: RowId,
}

/// Where the second step leads.
#[derive(Clone, Debug)]
pub enum LogInStep {
    In(Session),
    /// The password is the temporary one: send a new one with the same code.
    MustChange,
}

/// A proved holder, or who speaks for them: each has an account of their own (rules, A4, A7, A10).
#[derive(Clone, Debug)]
pub struct Session {
    pub record: RecordId,
    pub account: AccountOf,
}

/// A code lives this long (abuse A02) and bears this many tries (A01).
const CODE_LENGTH: SignedDuration = SignedDuration::from_mins(10);
const TRIES: u8 = 5;
/// Wrong codes a day; beyond it the account waits for the next day: success stays under 10⁻⁴ a day.
pub(super) const FAILURES_A_DAY: u32 = 50;
pub(super) const PASSWORD_LENGTHS: std::ops::RangeInclusive<usize> = 10..=128;

impl Records {
    pub fn begin_log_in(&self, call: &Call, login: &str, password: &str) -> Result<PendingLogIn, Failure> {
        let hash = login_hash(self, login)?;
        let found = self.parts().store.snapshot()?.find(Space::Login, &hash)?;
        let known = match found {
            Some(record) => self.credential(record, |it| it.login == login)?,
            None => None,
        };
        // a login that is not known costs the same
        let verifier = known.as_ref().map_or(DUMMY, |it| it.credential.password.as_str());
        let right = verify(verifier, password) && known.is_some();
        let challenge = RowId::random(self.dice());
        let code = Zeroizing::new(format!("{:06}", u32::from_be_bytes(throw(self.dice())) % 1_000_000));
        // the view it was read in is let go: another is taken below, and there are only so many
        let known = known.map(|it| (it.loaded.record(), it.account, it.credential.password));
        let Some((record, whose, verified)) = known else {
            let account = self.account(call, Act::LogIn).refused(&[Rule::A4]);
            self.trace(Change::ledger(self), &account)?;
            return Ok(PendingLogIn { record: decoy(self, login)?, challenge });
        };
        let code_hash = code_hash(self, challenge, &code)?;
        self.attempt(|_| {
            let now = self.now();
            let Some(Known { loaded, mut credential, .. }) =
                self.credential(record, |it| it.login == login)?
            else {
                return Err(crate::base::damaged(record, "the credential").into());
            };
            let mut change = Change::on(&loaded.readable.base);
            credential.forget_yesterday(now);
            let right = right && credential.password == verified;
            let within = credential.failed < FAILURES_A_DAY;
            // a wrong password puts nobody's code out of use, and is answered like a right one
            if right && within {
                credential.challenge = Some(Challenge {
                    id: challenge,
                    code: code_hash.clone(),
                    expires: now.plus(CODE_LENGTH),
                    tries: 0,
                });
            }
            let base = Some(&loaded.readable.base);
            change.put(self, base, RowKind::Credential, whose.row(), &credential)?;
            let contacts = loaded.identity.code_contacts(whose, now);
            if right && within && contacts.trusted {
                change.tell_at(self, contacts, Notice::Code { code: code.to_string() })?;
            }
            let mut account = self.account(call, Act::LogIn);
            account.note = Some("code asked for".into());
            let account = if right { account.accepted(&[]) } else { account.refused(&[Rule::A4]) };
            Ok(Decided { change, account, outcome: Ok(()) })
        })?;
        Ok(PendingLogIn { record, challenge })
    }

    pub fn finish_log_in(
        &self,
        call: &Call,
        pending: &PendingLogIn,
        code: &str,
        new_password: Option<&str>,
    ) -> Result<Disclosed<LogInStep>, Failure> {
        if let Some(password) = new_password
            && !PASSWORD_LENGTHS.contains(&password.chars().count())
        {
            return Err(Refusal::because("newPassword", "a password has 10 to 128 characters").into());
        }
        let new = match new_password {
            Some(password) => Some(NewPassword { password, verifier: hash_password(self, password)? }),
            None => None,
        };
        let code = code_hash(self, pending.challenge, code)?;
        self.attempt(|_| {
            let now = self.now();
            let asked = |it: &Credential| it.challenge.as_ref().is_some_and(|it| it.id == pending.challenge);
            let found = match self.credential(pending.record, asked)? {
                Some(found) => Some(found),
                // no account waits for this code: refused as the holder's would be
                None => self.credential(pending.record, |_| true)?,
            };
            let Some(known) = found else {
                let account = self.account(call, Act::LogIn).refused(&[Rule::A4]);
                return Ok(Decided { change: Change::ledger(self), account, outcome: Err(not_proved()) });
            };
            self.decide_code(call, pending, known, &code, new.as_ref(), now)
        })
    }

    fn decide_code(
        &self,
        call: &Call,
        pending: &PendingLogIn,
        Known { loaded, account: whose, mut credential }: Known,
        code: &str,
        new: Option<&NewPassword<'_>>,
        now: Instant,
    ) -> Result<Decided<LogInStep>, Failure> {
        let record = loaded.record();
        let base = Some(&loaded.readable.base);
        let mut change = Change::on(&loaded.readable.base);
        let account = self.account(call, Act::LogIn);
        let right = match &mut credential.challenge {
            Some(it) if it.id == pending.challenge && now < it.expires && it.tries < TRIES => {
                it.tries += 1;
                let (mine, said) = (it.code.as_bytes(), code.as_bytes());
                Some(aws_lc_rs::constant_time::verify_slices_are_equal(mine, said).is_ok())
            }
            _ => None,
        };
        if right != Some(true) {
            credential.forget_yesterday(now);
            // only a guess that could have been right counts: nobody shuts a holder out without their password
            credential.failed = credential.failed.saturating_add(u32::from(right.is_some()));
            if credential.challenge.as_ref().is_some_and(|it| it.tries >= TRIES) {
                credential.challenge = None;
                // who guesses a code has the password: the holder is told (abuse A01)
                let contacts = loaded.identity.code_contacts(whose, now);
                change.tell_at(self, contacts, Notice::Guessed)?;
            }
            change.put(self, base, RowKind::Credential, whose.row(), &credential)?;
            let account = account.refused(&[Rule::A4]);
            return Ok(Decided { change, account, outcome: Err(not_proved()) });
        }
        let holder = Call {
            caller: Caller { strength: Strength::TwoFactors, ..whose.caller(record) },
            ..call.clone()
        };
        let decision = self.decision(&holder, Act::LogIn, &loaded.facts, None, &Request::default(), now);
        let mut account = self.account(&holder, Act::LogIn);
        if !decision.is_allowed() {
            let account = account.refused(&decision.refused_by);
            return Ok(Decided { change, account, outcome: Err(not_proved()) });
        }
        if credential.must_change && new.is_some_and(|it| verify(&credential.password, it.password)) {
            change.put(self, base, RowKind::Credential, whose.row(), &credential)?;
            let no = Refusal::because("newPassword", "choose another password than the temporary one");
            return Ok(Decided { change, account: account.rejected("the same password"), outcome: Err(no) });
        }
        let step = match (credential.must_change, new) {
            (true, None) => {
                // the code stays good for the new password, within its tries and its time
                account.note = Some("a new password is asked for".into());
                LogInStep::MustChange
            }
            (_, new) => {
                if let Some(new) = new {
                    credential.password.clone_from(&new.verifier);
                    credential.must_change = false;
                    account.note = Some("password changed".into());
                }
                // single use
                credential.challenge = None;
                LogInStep::In(Session { record, account: whose })
            }
        };
        change.put(self, base, RowKind::Credential, whose.row(), &credential)?;
        Ok(Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(step) })
    }

    pub(super) fn holders_credential(&self, record: RecordId) -> Result<Option<(Loaded, Credential)>, Fault> {
        let Some(loaded) = self.load(&Target::Record(record))? else { return Ok(None) };
        let opener = loaded.readable.keyring.opener(RowKind::Credential);
        let found = loaded.readable.base.one(&opener, RowKind::Credential, CREDENTIAL)?;
        Ok(found.map(|credential| (loaded, credential)))
    }

    /// The account of a record whose credential is the one looked for.
    fn credential(
        &self,
        record: RecordId,
        is_it: impl Fn(&Credential) -> bool,
    ) -> Result<Option<Known>, Fault> {
        let Some(loaded) = self.load(&Target::Record(record))? else { return Ok(None) };
        let opener = loaded.readable.keyring.opener(RowKind::Credential);
        for account in loaded.accounts() {
            let found: Option<Credential> =
                loaded.readable.base.one(&opener, RowKind::Credential, account.row())?;
            if let Some(credential) = found.filter(|it| is_it(it)) {
                return Ok(Some(Known { loaded, account, credential }));
            }
        }
        Ok(None)
    }
}

/// An account that was found, and its record.
struct Known {
    loaded: Loaded,
    account: AccountOf,
    credential: Credential,
}

/// The password a holder chooses, and what is kept of it.
struct NewPassword<'a> {
    password: &'a str,
    verifier: String,
}

impl Credential {
    pub(super) fn forget_yesterday(&mut self, now: Instant) {
        if self.failed_day != now.day() {
            self.failed_day = now.day();
            self.failed = 0;
        }
    }
}

fn code_hash(records: &Records, challenge: RowId, code: &str) -> Result<String, Fault> {
    let named = format!("code|{challenge}|{code}");
    let tag = records.parts().keeper.tag(TagDomain::Login, named.as_bytes())?;
    Ok(super::feed::hex(&tag))
}

/// What a login nobody has leads to: the same each time, as a known one's record is.
fn decoy(records: &Records, login: &str) -> Result<RecordId, Fault> {
    let tag = records.parts().keeper.tag(TagDomain::Login, format!("nobody|{login}").as_bytes())?;
    Ok(RecordId::from_bytes(first_half(tag)))
}

fn not_proved() -> Refusal {
    Refusal::by(RefusalKind::NotProved, vec![Rule::A4])
}

/// A caller at the portal who has proved nothing yet.
pub fn visitor(request: RowId) -> Call {
    Call::new(Caller::nobody(Door::Portal), request)
}

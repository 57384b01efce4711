//! What every act goes through that changes who is around the holder, or what is known of them: read, decide, let
//! the act change its draft, write back the rows it touched with the line, and tell the holder (rules, W10).

use model::{Act, Instant, RecordedBy, Request, RowId, RowKind};
use policy::Duty;

use super::credential::{login_hash as login_hash_of, new_credential};
use crate::attempt::{Decided, Loaded, Target};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Refusal, RefusalKind};
use crate::records::Records;
use crate::rows::{Contacts, Credential, GateRow, GateStatus, IDENTITY, Identity, RightsRow, STATUS};
use crate::upkeep::notices::{NOTICE, Notice, SecretsLetter};

use super::open_record::{Letter, Secrets};

/// An act, and what is said of it.
pub(crate) struct Settling<'a, F> {
    pub(crate) act: Act,
    pub(crate) request: Request,
    /// A word or two for the line.
    pub(crate) note: Option<&'a str>,
    /// Changes the draft; a refusal is a rule the caller may know, and writes nothing but its line.
    pub(crate) apply: F,
}

/// What an act may change, and what it changed.
pub(crate) struct Draft<'a> {
    pub(crate) records: &'a Records,
    pub(crate) loaded: &'a Loaded,
    pub(crate) call: &'a Call,
    pub(crate) by: RecordedBy,
    pub(crate) now: Instant,
    rights: Option<RightsRow>,
    identity: Option<Identity>,
    status: Option<GateStatus>,
    change: Change,
}

impl Records {
    pub(crate) fn settle<T, F>(
        &self,
        call: &Call,
        target: &Target,
        settling: &Settling<'_, F>,
    ) -> Result<Disclosed<T>, Failure>
    where
        F: Fn(&mut Draft<'_>) -> Result<T, Failure>,
    {
        self.target_tested(call, target)?;
        let mut record = None;
        let settled = self.attempt(|_| self.decide_settling(call, target, settling, &mut record))?;
        if let Some(record) = record {
            self.touched(call, record);
        }
        Ok(settled)
    }

    fn decide_settling<T, F>(
        &self,
        call: &Call,
        target: &Target,
        Settling { act, request, note, apply }: &Settling<'_, F>,
        record: &mut Option<model::RecordId>,
    ) -> Result<Decided<T>, Failure>
    where
        F: Fn(&mut Draft<'_>) -> Result<T, Failure>,
    {
        let now = self.now();
        let Some(loaded) = self.load(target)? else {
            return Ok(self.on_no_record(call, *act, request, now));
        };
        *record = Some(loaded.record());
        let decision = self.decision(call, *act, &loaded.facts, None, request, now);
        let mut account = self.account(call, *act);
        account.about.clone_from(&request.about);
        account.note = note.map(str::to_owned);
        let change = Change::on(&loaded.readable.base);
        if !decision.is_allowed() {
            return Ok(Decided::refused(change, account, decision.refused_by, RefusalKind::Denied));
        }
        let mut draft = Draft {
            records: self,
            loaded: &loaded,
            call,
            by: call.recorded_by(),
            now,
            rights: None,
            identity: None,
            status: None,
            change,
        };
        let given = match apply(&mut draft) {
            Ok(given) => given,
            Err(Failure::Refused(no)) => {
                let change = Change::on(&loaded.readable.base);
                return Ok(Decided {
                    change,
                    account: account.rejected("nothing to change"),
                    outcome: Err(no),
                });
            }
            Err(fault) => return Err(fault),
        };
        let mut change = draft.written()?;
        if decision.duties.contains(&Duty::TellHolder) {
            let contacts = loaded.identity.contacts.clone();
            let notice = Notice::RightsRecorded { contacts, by: named(call), act: *act };
            change.job(self, NOTICE, now, &notice)?;
        }
        Ok(Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(given) })
    }
}

impl Draft<'_> {
    pub(crate) fn rights(&mut self) -> &mut RightsRow {
        self.rights.get_or_insert_with(|| self.loaded.rights.clone())
    }

    pub(crate) fn identity(&mut self) -> &mut Identity {
        self.identity.get_or_insert_with(|| self.loaded.identity.clone())
    }

    pub(crate) fn status(&mut self) -> &mut GateStatus {
        self.status.get_or_insert_with(|| self.loaded.status.clone())
    }

    /// What must be told, at once.
    pub(crate) fn tell(&mut self, notice: &Notice) -> Result<(), Failure> {
        Ok(self.change.job(self.records, NOTICE, self.now, notice)?)
    }

    pub(crate) fn new_id(&self) -> RowId {
        RowId::random(self.records.dice())
    }

    /// A login and a temporary password for one account, in place of those it had: by a letter in the post, or
    /// handed over by who stands before them.
    pub(crate) fn new_secrets(&mut self, account: RowId, letter: Letter) -> Result<Option<Secrets>, Failure> {
        let (credential, password, login_hash) = new_credential(self.records, None)?;
        let login = credential.login.clone();
        // the login it had leads nowhere from now on
        if let Some(before) = self.secrets_of(account)? {
            self.change.release(store::Space::Login, login_hash_of(self.records, &before.login)?);
        }
        let base = Some(&self.loaded.readable.base);
        self.change.put(self.records, base, RowKind::Credential, account, &credential)?;
        self.change.claim(store::Space::Login, login_hash);
        let handed = letter == Letter::Handed && self.call.caller.agent().is_some();
        if handed {
            return Ok(Some(Secrets { login, password }));
        }
        self.tell(&Notice::Secrets(SecretsLetter { login, password }))?;
        Ok(None)
    }

    /// An account's secrets as they were.
    pub(crate) fn secrets_of(&self, account: RowId) -> Result<Option<Credential>, Failure> {
        let opener = self.loaded.readable.keyring.opener(RowKind::Credential);
        Ok(self.loaded.readable.base.one(&opener, RowKind::Credential, account)?)
    }

    /// An account's secrets as they now are.
    pub(crate) fn credential(&mut self, account: RowId, credential: &Credential) -> Result<(), Failure> {
        let base = Some(&self.loaded.readable.base);
        Ok(self.change.put(self.records, base, RowKind::Credential, account, credential)?)
    }

    /// Where an account is reached from now on.
    pub(crate) fn reach(&mut self, account: RowId, contacts: Contacts) {
        self.identity().circle.reach(account, contacts);
    }

    fn written(self) -> Result<Change, Failure> {
        let Self { records, loaded, mut rights, identity, mut status, mut change, .. } = self;
        let base = Some(&loaded.readable.base);
        // the gate knows the attending doctors as the rights do (rules, W4)
        if let Some(now) = &mut rights
            && now.rights.attending != loaded.rights.rights.attending
        {
            let status = status.get_or_insert_with(|| loaded.status.clone());
            status.attending.clone_from(&now.rights.attending);
        }
        if rights.is_some() || identity.is_some() || status.is_some() {
            change.bump();
        }
        if let Some(rights) = &rights {
            change.put_rights(records, loaded, rights)?;
        }
        if let Some(identity) = &identity {
            change.put(records, base, RowKind::Identity, IDENTITY, identity)?;
        }
        if let Some(status) = status {
            change.put(records, base, RowKind::Gate, STATUS, &GateRow::Status(Box::new(status)))?;
        }
        Ok(change)
    }
}

/// Who did it, in a notice.
pub(crate) fn named(call: &Call) -> String {
    use model::Person;
    match call.caller.person.proved() {
        Some(Person::Professional(it)) => it.name.clone(),
        Some(Person::Agent(it)) => it.name.clone(),
        Some(Person::Representative { .. }) => "votre représentant".into(),
        Some(Person::Relative { .. }) => "un proche".into(),
        _ => call.caller.organisation.proved().map_or_else(|| "le service".into(), |it| it.name.clone()),
    }
}

/// A rule the caller may know.
pub(crate) fn no<T>(element: &str, says: &str) -> Result<T, Failure> {
    Err(Refusal::because(element, says).into())
}

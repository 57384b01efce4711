//! What holders are told (rules, "Notices"): jobs of the commit that caused them, sealed under the record's
//! key, handed to the post when due, at least once. A message holds no health data, no identifier, no title and
//! no link that logs in.

use jiff::SignedDuration;
use model::{Act, Caller, Place, Request, RowId, RowKind};
use serde::{Deserialize, Serialize};

use crate::attempt::{Loaded, Target};
use crate::base::damaged;
use crate::call::Call;
use crate::commit::{Attempt, Change};
use crate::failure::{Failure, Fault};
use crate::records::{Records, reader_row};
use crate::rows::{Contacts, KnownReader};

/// The kind of job a notice is.
pub(crate) const NOTICE: u8 = 1;
/// A job taken and not done is free again after this.
const LEASE: SignedDuration = SignedDuration::from_mins(2);
const AT_ONCE: usize = 64;

/// Something to tell, and to whom.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "about")]
pub(crate) enum Notice {
    Opened { contacts: Contacts },
    FirstAccess { contacts: Contacts, by: String },
    Emergency { contacts: Contacts, by: String },
    /// To the attending doctor.
    PatientEmergency { doctor: model::PsIdNat },
    RightsRecorded { contacts: Contacts, by: String, act: Act },
    Code { contacts: Contacts, code: String },
    /// Wrong codes were tried until none was left.
    Guessed { contacts: Contacts },
    PasswordChanged { contacts: Contacts },
    Secrets(SecretsLetter),
}

/// The letter with the secrets, printed once and handed over (requirements, R29).
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SecretsLetter {
    pub(crate) login: String,
    pub(crate) password: String,
}

/// A message ready to leave.
#[derive(Clone)]
pub struct Message {
    /// Stable for one event and channel: a duplicate can be told.
    pub id: String,
    pub channel: Channel,
    /// An address or a number; empty for a letter that is handed over.
    pub to: String,
    pub subject: String,
    pub text: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Channel {
    Email,
    Sms,
    Letter,
}

/// Who carries messages: the demo's outbox, a mail server, a printer.
pub trait Post: Send + Sync {
    /// An error leaves the message due.
    fn send(&self, message: &Message) -> Result<(), PostError>;
}

/// The post did not take a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the post did not take the message")]
pub struct PostError;

impl Records {
    /// Sends what is due; how many messages left.
    pub fn send_notices(&self, post: &dyn Post) -> Result<usize, Failure> {
        let now = self.now();
        if self.parts().store.snapshot()?.due_jobs(now, 1)?.is_empty() {
            return Ok(0);
        }
        let jobs = self.parts().store.lease_jobs(now, now.plus(LEASE), AT_ONCE)?;
        let mut sent = 0;
        for due in jobs.into_iter().filter(|due| due.job.kind == NOTICE) {
            match self.send_one(&due, post) {
                Ok(left) => sent += usize::from(left),
                // what is wrong with one record keeps no other's notices back (abuse J01)
                Err(Failure::Fault(fault @ Fault::Damaged { .. })) => {
                    tracing::error!(record = %due.record, %fault, "a notice cannot be sent");
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(sent)
    }

    /// Whether a message left.
    fn send_one(&self, due: &store::RecordJob, post: &dyn Post) -> Result<bool, Failure> {
        let Some(loaded) = self.load(&Target::Record(due.record))? else { return Ok(false) };
        let notice = open(&loaded, due.job.id, &due.job.sealed)?;
        let message = message(due.job.id, &notice);
        if let Some(message) = &message
            && post.send(message).is_err()
        {
            return Ok(false);
        }
        self.done(&loaded, due.job.id)?;
        Ok(message.is_some())
    }

    /// The job leaves the queue with its own trace line (rules, W16).
    fn done(&self, loaded: &Loaded, job: RowId) -> Result<(), Failure> {
        let call = Call::new(Caller::upkeep(), RowId::random(self.dice()));
        let decision =
            self.decision(&call, Act::SendNotice, &loaded.facts, None, &Request::default(), self.now());
        let account = self.account(&call, Act::SendNotice).accepted(&decision.allowed_by);
        let mut change = Change::on(&loaded.readable.base).whatever_changed();
        change.done(job);
        match self.commit(change, &account)? {
            Attempt::Done(_) | Attempt::Stale | Attempt::Taken(_) => Ok(()),
        }
    }

    /// An emergency access is told at once to the holder and to each attending doctor in force (rules, A21).
    pub(crate) fn tell_of_emergency(
        &self,
        call: &Call,
        loaded: &Loaded,
        change: &mut Change,
    ) -> Result<(), Fault> {
        let Some(professional) = call.caller.professional() else { return Ok(()) };
        let now = self.now();
        let (contacts, by) = (loaded.identity.contacts.clone(), professional.name.clone());
        change.job(self, NOTICE, now, &Notice::Emergency { contacts, by })?;
        let attending = loaded.rights.rights.attending.iter().filter(|it| it.is_in_force(now));
        for doctor in attending.filter(|it| it.person != professional.id) {
            change.job(self, NOTICE, now, &Notice::PatientEmergency { doctor: doctor.person.clone() })?;
        }
        Ok(())
    }

    /// The first access of a professional is told to the holder (rules, "Notices").
    pub(crate) fn note_reader(
        &self,
        call: &Call,
        loaded: &Loaded,
        change: &mut Change,
    ) -> Result<(), Failure> {
        let Some(professional) = call.caller.professional() else { return Ok(()) };
        let base = &loaded.readable.base;
        let row = reader_row(&*self.parts().keeper, base.record, &professional.id)?;
        if base.mark(RowKind::Identity, row).is_some() {
            return Ok(());
        }
        let now = self.now();
        let known = KnownReader { reader: professional.id.clone(), since: now };
        change.put(self, Some(base), RowKind::Identity, row, &known)?;
        let contacts = loaded.identity.contacts.clone();
        let notice = Notice::FirstAccess { contacts, by: professional.name.clone() };
        change.job(self, NOTICE, now, &notice)?;
        Ok(())
    }
}

fn open(loaded: &Loaded, job: RowId, sealed: &[u8]) -> Result<Notice, Fault> {
    let record = loaded.record();
    let place = Place { record, kind: RowKind::Queue, row: job, version: 1 };
    let plain = loaded
        .readable
        .keyring
        .opener(RowKind::Queue)
        .open(&place, sealed)
        .map_err(|_| damaged(record, "a job"))?;
    serde_json::from_slice(&plain).map_err(|_| damaged(record, "a job"))
}

/// The words, and the way: e-mail, else SMS, else a letter. Nothing where the holder cannot be reached and the
/// message is worth nothing on paper.
fn message(job: RowId, notice: &Notice) -> Option<Message> {
    let (contacts, words) = match notice {
        Notice::Opened { contacts } => (contacts, paper::notices::opened()),
        Notice::FirstAccess { contacts, by } => (contacts, paper::notices::first_access(by)),
        Notice::RightsRecorded { contacts, by, act } => {
            (contacts, paper::notices::rights_recorded(by, &act_words(*act)))
        }
        Notice::Code { contacts, code } => (contacts, paper::notices::code(code)),
        Notice::Guessed { contacts } => (contacts, paper::notices::guessed()),
        Notice::PasswordChanged { contacts } => (contacts, paper::notices::password_changed()),
        Notice::Emergency { contacts, by } => (contacts, paper::notices::emergency(by)),
        Notice::PatientEmergency { doctor } => {
            let words = paper::notices::patient_emergency();
            let (subject, text) = (words.subject, words.text);
            let (channel, to) = (Channel::Letter, doctor.to_string());
            return Some(Message { id: job.to_string(), channel, to, subject, text });
        }
        Notice::Secrets(letter) => {
            let words = paper::notices::secrets(&letter.login, &letter.password);
            let (subject, text) = (words.subject, words.text);
            let (channel, to) = (Channel::Letter, String::new());
            return Some(Message { id: job.to_string(), channel, to, subject, text });
        }
    };
    let (channel, to) = match (&contacts.email, &contacts.phone) {
        (Some(email), _) => (Channel::Email, email.clone()),
        (None, Some(phone)) => (Channel::Sms, phone.clone()),
        (None, None) if matches!(notice, Notice::Code { .. }) => return None,
        (None, None) => (Channel::Letter, String::new()),
    };
    Some(Message { id: job.to_string(), channel, to, subject: words.subject, text: words.text })
}

fn act_words(act: Act) -> String {
    match act {
        Act::Authorise => "une autorisation d'accès",
        Act::Revoke => "le retrait d'une autorisation d'accès",
        Act::DeclareAttending => "une déclaration de médecin traitant, qui attend votre réponse",
        Act::Block => "le blocage d'un professionnel",
        _ => "un changement de vos droits d'accès",
    }
    .to_owned()
}

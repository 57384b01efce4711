//! What there is to tell, to whom, and the acts that give rise to it. What is sealed in the queue names nobody's
//! address where the record will know it on the day: who changed it meanwhile is reached where they are.

use jiff::ToSpan;
use model::{Act, Dice, EntryId, Instant, PsIdNat, RowId};
use serde::{Deserialize, Serialize};

use super::{Channel, digest};
use crate::attempt::Loaded;
use crate::base::Base;
use crate::call::Call;
use crate::commit::Change;
use crate::failure::Fault;
use crate::records::Records;
use crate::rows::{Contacts, DocumentState};

/// The kind of job a notice is.
pub(crate) const NOTICE: u8 = 1;

/// Something to tell.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "about")]
pub(crate) enum Notice {
    Opened,
    /// A professional's access: the first, or each, as the holder prefers.
    Access {
        by: String,
        reader: PsIdNat,
        first: bool,
    },
    Emergency {
        by: String,
        reader: PsIdNat,
    },
    /// The same, to the attending doctor.
    PatientEmergency,
    /// By a professional, who can be shut out for it.
    RightsBy {
        by: String,
        who: PsIdNat,
        act: Act,
    },
    /// By anybody else. Contacts that changed are told at both: these are which.
    RightsRecorded {
        contacts: Contacts,
        by: String,
        act: Act,
    },
    /// New documents, of a day.
    Documents {
        since: Instant,
        until: Instant,
    },
    /// Hidden from the holder for two weeks (rules, A6).
    Hidden {
        documents: Vec<EntryId>,
    },
    /// The depositor of a document the holder said is wrong has answered.
    DisputeAnswered,
    Code {
        code: String,
    },
    /// Wrong codes were tried until none was left.
    Guessed,
    PasswordChanged,
    Secrets(SecretsLetter),
}

/// The letter with the secrets, printed once and handed over (requirements, R29).
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SecretsLetter {
    pub(crate) login: String,
    pub(crate) password: String,
}

/// Whom to tell. Who that is and where they are reached is looked up on the day.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Recipient {
    /// The holder; of a minor without an account, each representative.
    #[default]
    Home,
    /// One representative, by their mandate.
    Representative(RowId),
    /// These contacts and no others: an old one, or the one a code was asked by.
    At(Contacts),
    Doctor(PsIdNat),
}

/// A notice in the queue.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Waiting {
    /// Names the event in every message about it; none: the job does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    event: Option<RowId>,
    #[serde(default)]
    pub(super) to: Recipient,
    /// Channels whose address was refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) refused: Vec<Channel>,
    #[serde(flatten)]
    pub(super) notice: Notice,
}

impl Waiting {
    pub(super) fn event(&self, job: RowId) -> RowId {
        self.event.unwrap_or(job)
    }

    /// For one of several recipients: an event of its own.
    pub(super) fn sent_to(&self, to: Recipient, dice: &dyn Dice) -> Self {
        Self { event: Some(RowId::random(dice)), to, ..self.clone() }
    }

    /// By another channel than this.
    pub(super) fn without(&self, channel: Channel, job: RowId) -> Self {
        let mut refused = self.refused.clone();
        refused.push(channel);
        Self { event: Some(self.event(job)), refused, ..self.clone() }
    }
}

impl From<Notice> for Waiting {
    fn from(notice: Notice) -> Self {
        Self { event: None, to: Recipient::Home, refused: Vec::new(), notice }
    }
}

impl Change {
    /// Tells the holder, or who answers for them, as soon as may be.
    pub(crate) fn tell(&mut self, records: &Records, notice: Notice) -> Result<(), Fault> {
        self.job(records, NOTICE, records.now(), &Waiting::from(notice))
    }

    /// Tells at these contacts and no others.
    pub(crate) fn tell_at(&mut self, records: &Records, at: Contacts, notice: Notice) -> Result<(), Fault> {
        let waiting = Waiting { to: Recipient::At(at), ..notice.into() };
        self.job(records, NOTICE, records.now(), &waiting)
    }
}

impl Records {
    /// An emergency access is told at once to the holder and to each attending doctor in force (rules, A21).
    pub(crate) fn tell_of_emergency(
        &self,
        call: &Call,
        loaded: &Loaded,
        change: &mut Change,
    ) -> Result<(), Fault> {
        let Some(professional) = call.caller.professional() else { return Ok(()) };
        let now = self.now();
        let (by, reader) = (professional.name.clone(), professional.id.clone());
        change.tell(self, Notice::Emergency { by, reader })?;
        let attending = loaded.rights.rights.attending.iter().filter(|it| it.is_in_force(now));
        for doctor in attending.filter(|it| it.person != professional.id) {
            let to = Recipient::Doctor(doctor.person.clone());
            change.job(self, NOTICE, now, &Waiting { to, ..Notice::PatientEmergency.into() })?;
        }
        Ok(())
    }

    /// What a lot gives rise to: the message of the day, and in two weeks a word about what is hidden from the
    /// holder. The feed door writes this without knowing where the holder is reached, or what they prefer.
    pub(crate) fn tell_of_documents(
        &self,
        base: &Base,
        change: &mut Change,
        states: &[DocumentState],
        now: Instant,
    ) -> Result<(), Fault> {
        if states.iter().any(|it| !it.depositor.holder) {
            let day = digest::Day::of(base.record, now);
            let row = day.row(&*self.parts().keeper)?;
            let notice = Notice::Documents { since: day.since, until: day.until };
            change.job_once(self, row, NOTICE, day.due, &Waiting::from(notice))?;
        }
        let hidden = states.iter().filter(|it| it.visibility.hidden_from_holder && !it.depositor.holder);
        let mut days: Vec<(Instant, Vec<EntryId>)> = Vec::new();
        for (day, id) in hidden.map(|it| (two_weeks_after(it.hidden_since), it.logical_id)) {
            match days.iter_mut().find(|(known, _)| *known == day) {
                Some((_, documents)) => documents.push(id),
                None => days.push((day, vec![id])),
            }
        }
        // what replaces a document that was told of already is no news
        for (day, documents) in days.into_iter().filter(|(day, _)| *day > now) {
            change.job(self, NOTICE, day, &Waiting::from(Notice::Hidden { documents }))?;
        }
        Ok(())
    }
}

/// The same hour a fortnight later, on the clocks of France (rules, A6).
fn two_weeks_after(from: Instant) -> Instant {
    from.in_paris().checked_add(14.days()).map_or(Instant::from_millis(i64::MAX), |it| it.timestamp().into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn two_weeks_are_days_of_the_calendar() {
        for (from, to) in [
            ("2026-03-20T10:00:00+01:00", "2026-04-03T10:00:00+02:00"),
            ("2026-10-20T10:00:00+02:00", "2026-11-03T10:00:00+01:00"),
            ("2028-02-20T10:00:00+01:00", "2028-03-05T10:00:00+01:00"),
        ] {
            assert_eq!(two_weeks_after(from.parse().unwrap()), to.parse().unwrap());
        }
    }
}

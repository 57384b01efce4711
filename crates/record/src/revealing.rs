//! What would reveal a secret is kept from representatives with it (rules, A9; CSP R.1111-50): a reimbursement that
//! bears a protected act's code, or is of the day of something hidden from them.
//!
//! It is found whenever facts are made, and stands nowhere: so it holds from the very moment either of the two is
//! there, whichever came first, ends when the other does, and follows the list of protected acts. A reimbursement
//! does not say where care was given: the day alone is enough.

use jiff::civil::Date;
use model::{ClassCode, Description, EntryId, Instant};

use crate::attempt::Loaded;
use crate::circle::SecretAct;
use crate::failure::Failure;
use crate::records::Records;
use crate::rows::DocumentState;

/// The days of care in France, from the first to the last.
pub(crate) struct Days(Date, Date);

impl Days {
    pub(crate) fn of(it: &Description) -> Self {
        let day = |at: jiff::Timestamp| Instant::from(at).in_paris().date();
        let first = day(it.service_start);
        Self(first, it.service_stop.map_or(first, day).max(first))
    }

    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.0 <= other.1 && other.0 <= self.1
    }

    pub(crate) fn covers(&self, day: Date) -> bool {
        self.0 <= day && day <= self.1
    }
}

/// What of a document matters here.
struct Neighbour {
    id: EntryId,
    reimbursement: bool,
    hidden: bool,
    protected: bool,
    days: Days,
}

/// The documents of a record, as far as one may reveal another.
pub(crate) struct Neighbours<'a> {
    records: &'a Records,
    secrets: Vec<Date>,
    known: Vec<Neighbour>,
}

impl<'a> Neighbours<'a> {
    pub(crate) fn new(records: &'a Records, secrets: &[Date]) -> Self {
        Self { records, secrets: secrets.to_vec(), known: Vec::new() }
    }

    pub(crate) fn add(&mut self, state: &DocumentState, description: &Description) {
        let reimbursement = state.class == ClassCode::Reimbursement;
        let profile = &self.records.policy().profile;
        let protected =
            reimbursement && description.events.iter().any(|it| profile.is_protected_act(&it.code));
        let hidden = self.records.is_hidden(state);
        self.known.push(Neighbour {
            id: state.logical_id,
            reimbursement,
            hidden,
            protected,
            days: Days::of(description),
        });
    }

    /// The reimbursements that would reveal what is hidden.
    pub(crate) fn revealing(&self) -> Vec<EntryId> {
        let of_a_secret = |days: &Days| {
            self.secrets.iter().any(|day| days.covers(*day))
                || self.known.iter().any(|it| (it.hidden || it.protected) && it.days.meets(days))
        };
        let lines = self.known.iter().filter(|it| it.reimbursement);
        lines.filter(|it| it.protected || of_a_secret(&it.days)).map(|it| it.id).collect()
    }
}

/// The days of what a minor keeps secret, wherever it was.
pub(crate) fn secret_days(acts: &[SecretAct]) -> Vec<Date> {
    acts.iter().map(|it| it.day).collect()
}

impl Records {
    /// Hidden from representatives, or still from the holder, and so from them too.
    fn is_hidden(&self, state: &DocumentState) -> bool {
        let waits = self.now() < self.policy().profile.hidden_until(state.hidden_since);
        state.visibility.hidden_from_representatives || (state.visibility.hidden_from_holder && waits)
    }

    /// Notes in each state whether it reveals something. Where nothing is reimbursed, nothing is opened.
    pub(crate) fn note_revealing(
        &self,
        loaded: &Loaded,
        states: &mut [DocumentState],
    ) -> Result<(), Failure> {
        let is_line = |it: &DocumentState| it.class == ClassCode::Reimbursement;
        if !states.iter().any(is_line) {
            return Ok(());
        }
        let mut neighbours = Neighbours::new(self, &secret_days(&loaded.status.secret_acts));
        for state in states.iter().filter(|it| is_line(it) || self.is_hidden(it)) {
            neighbours.add(state, &self.details(loaded, state)?.description);
        }
        let revealing = neighbours.revealing();
        states.iter_mut().for_each(|it| it.reveals_hidden = revealing.contains(&it.logical_id));
        Ok(())
    }
}

//! The emergency accesses of one record, in a row of their own: who opened a window, in which session, why they
//! said, and what was said of it afterwards (rules, A18 to A21).

use model::{Emergency, Instant, PsIdNat, Rights, RowId, RowKind, StructIdNat, Window};
use serde::{Deserialize, Serialize};

use crate::base::Readable;
use crate::commit::Change;
use crate::failure::Fault;
use crate::records::Records;
use crate::rows::Plain;

/// Kind `rights`: there is one, from the first emergency on.
pub(crate) const EMERGENCIES: RowId = RowId::from_bytes(*b"emergencies.....");

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Emergencies {
    pub(crate) accesses: Vec<EmergencyAccess>,
}

/// One window, and what became of it.
#[derive(Clone, Serialize, Deserialize)]
pub struct EmergencyAccess {
    /// The request that opened it, as the trace names it.
    pub id: RowId,
    pub window: Window,
    /// The person's public name.
    pub name: String,
    pub organisation: Option<StructIdNat>,
    /// As it was given; none for regulation. For the holder, never for a reviewer.
    pub reason: Option<String>,
    pub category: ReasonCategory,
    /// When the holder said that it was no emergency.
    pub contested: Option<Instant>,
    pub reviews: Vec<Review>,
}

/// Why, in a word that says nothing of the person's health: all that a reviewer sees of the reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonCategory {
    Unconscious,
    Confused,
    VitalRisk,
    #[default]
    Other,
    /// A call to a regulation centre: no reason is asked.
    Regulation,
}

/// A reviewer's word.
#[derive(Clone, Serialize, Deserialize)]
pub struct Review {
    pub at: Instant,
    pub by: PsIdNat,
    pub finding: ReviewFinding,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewFinding {
    Justified,
    NotJustified,
    /// The organisation is asked.
    Inquiry,
}

impl Plain for Emergencies {
    fn read(plain: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(plain)
    }
}

impl Emergencies {
    pub(crate) fn windows(&self) -> Vec<Window> {
        self.accesses.iter().map(|it| it.window.clone()).collect()
    }

    pub(crate) fn access(&mut self, id: RowId) -> Option<&mut EmergencyAccess> {
        self.accesses.iter_mut().find(|it| it.id == id)
    }

    /// Ends the windows these rights leave no room for: an opposition or a block that is taken back does not
    /// bring them back (rules, A18). Whether one ended.
    fn end_by(&mut self, rights: &Rights, now: Instant) -> bool {
        let mut ended = false;
        for window in self.accesses.iter_mut().map(|it| &mut it.window).filter(|it| it.ended.is_none()) {
            let opposed = match window.kind {
                Emergency::BreakGlass => !rights.emergency.break_glass,
                Emergency::Regulation => !rights.emergency.regulation,
            };
            if opposed || rights.is_blocked(&window.person, now) {
                window.ended = Some(now);
                ended = true;
            }
        }
        ended
    }
}

impl Readable {
    pub(crate) fn emergencies(&self) -> Result<Emergencies, Fault> {
        if self.base.mark(RowKind::Rights, EMERGENCIES).is_none() {
            return Ok(Emergencies::default());
        }
        self.must(RowKind::Rights, EMERGENCIES)
    }
}

impl Records {
    pub(crate) fn put_emergencies(
        &self,
        readable: &Readable,
        change: &mut Change,
        emergencies: &Emergencies,
    ) -> Result<(), Fault> {
        change.bump();
        change.put(self, Some(&readable.base), RowKind::Rights, EMERGENCIES, emergencies)
    }

    /// To be called by whatever changes rights, with the rights as they will stand.
    pub(crate) fn end_windows(
        &self,
        readable: &Readable,
        change: &mut Change,
        rights: &Rights,
        now: Instant,
    ) -> Result<(), Fault> {
        let mut emergencies = readable.emergencies()?;
        if emergencies.end_by(rights, now) {
            self.put_emergencies(readable, change, &emergencies)?;
        }
        Ok(())
    }
}

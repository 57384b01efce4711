//! Representatives: who acts for somebody who cannot, by what right, how far and how long (rules, A8 to A10).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::act::Act;
use crate::chance::Instant;
use crate::ids::RowId;
use crate::person::Name;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MandateError {
    #[error("a mandate ends after it begins")]
    Dates,
    #[error("the quality of a representative is proved by something")]
    Proof,
}

/// A representative's mandate: who, of what kind, from when to when, for what (rules, A8).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Mandate {
    pub id: RowId,
    pub kind: MandateKind,
    pub family: Name,
    pub given: Name,
    pub from: Instant,
    pub until: Option<Instant>,
    /// What it permits, within what its kind permits.
    #[serde(default)]
    pub acts: MandateActs,
    /// What courts have decided.
    #[serde(default)]
    pub restrictions: Vec<Restriction>,
    /// Since when the protected person consents: what a curator needs.
    #[serde(default)]
    pub consented: Option<Instant>,
    /// The quality was proved (family record book, judgment).
    pub proved_by: String,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MandateKind {
    ParentalAuthority,
    /// Tutelle with representation in personal matters, or a guardian of a minor.
    Guardian,
    /// Tutelle without it: opens nothing here.
    GuardianOfProperty,
    /// Curatelle: only with the protected person's express consent.
    Curator,
    /// Habilitation familiale in personal matters.
    FamilyAuthority,
}

/// Which acts a mandate permits, within what its kind does.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MandateActs {
    #[default]
    All,
    Only(BTreeSet<Act>),
}

impl MandateActs {
    pub fn permit(&self, act: Act) -> bool {
        match self {
            Self::All => true,
            Self::Only(acts) => acts.contains(&act),
        }
    }
}

/// A court's decision against the use of a mandate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Restriction {
    pub since: Instant,
    pub until: Option<Instant>,
}

impl Restriction {
    pub fn is_in_force(&self, now: Instant) -> bool {
        self.since <= now && self.until.is_none_or(|end| now < end)
    }
}

/// One representative refuses access that another would give (rules, A10).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Disagreement {
    /// The mandate of who refuses.
    pub by: RowId,
    pub since: Instant,
    pub settled: Option<Instant>,
}

impl Disagreement {
    pub fn stands(&self, now: Instant) -> bool {
        self.since <= now && self.settled.is_none_or(|at| now < at)
    }
}

impl Mandate {
    /// A mandate that makes sense: dates in order, quality proved.
    pub fn checked(self) -> Result<Self, MandateError> {
        if self.until.is_some_and(|until| until <= self.from) {
            return Err(MandateError::Dates);
        }
        if self.proved_by.trim().is_empty() {
            return Err(MandateError::Proof);
        }
        Ok(self)
    }

    /// Between its dates, and no court says otherwise. Majority is not its business (`policy`, A8).
    pub fn is_in_force(&self, now: Instant) -> bool {
        self.from <= now && self.until.is_none_or(|until| now < until) && !self.is_restricted(now)
    }

    pub fn is_restricted(&self, now: Instant) -> bool {
        self.restrictions.iter().any(|it| it.is_in_force(now))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn mandate() -> Mandate {
        Mandate {
            id: RowId::from_bytes([1; 16]),
            kind: MandateKind::ParentalAuthority,
            family: Name::new("Essai").unwrap(),
            given: Name::new("Lou").unwrap(),
            from: Instant::from_millis(10),
            until: Some(Instant::from_millis(20)),
            acts: MandateActs::All,
            restrictions: Vec::new(),
            consented: None,
            proved_by: "livret de famille".into(),
        }
    }

    #[test]
    fn it_holds_between_its_dates_and_outside_restrictions() {
        let mut it = mandate();
        let at = Instant::from_millis;
        let holds = |it: &Mandate| [9, 10, 19, 20].map(|now| it.is_in_force(at(now)));
        assert_eq!(holds(&it), [false, true, true, false]);
        it.restrictions.push(Restriction { since: at(19), until: None });
        assert_eq!(holds(&it), [false, true, false, false]);
        it.restrictions = vec![Restriction { since: at(5), until: Some(at(19)) }];
        assert_eq!(holds(&it), [false, false, true, false]);
    }

    #[test]
    fn one_that_ends_before_it_begins_or_that_nothing_proves_is_refused() {
        assert!(mandate().checked().is_ok());
        let backwards = Mandate { until: Some(Instant::from_millis(10)), ..mandate() };
        assert_eq!(backwards.checked(), Err(MandateError::Dates));
        assert_eq!(Mandate { proved_by: " ".into(), ..mandate() }.checked(), Err(MandateError::Proof));
    }
}

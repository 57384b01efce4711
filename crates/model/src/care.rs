//! Caring and acting for another: teams, declarations of care, delegations, windows of emergency
//! (rules, A14, A18, A19, W15).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::chance::Instant;
use crate::people::{Organisation, OrganisationKind, Professional, PsIdNat, StructIdNat};
use crate::text::checked_text;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CareError {
    #[error("a unit's code has 1 to 32 letters, digits, hyphens or dots")]
    Unit,
    #[error("a whole hospital is no care team")]
    WholeHospital,
    #[error("a session is named by 1 to 64 letters, digits or hyphens")]
    Session,
    #[error("a delegation ends after it begins")]
    Dates,
}

fn plain(text: &str, most: usize, more: &[u8]) -> bool {
    (1..=most).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
}

checked_text! {
    /// A unit of an establishment, as its directory codes it.
    UnitCode, CareError::Unit, |text| plain(text, 32, b"-.")
}
checked_text! {
    /// The session a request comes in: what a window of emergency is bound to. Not a secret.
    SessionId, CareError::Session, |text| plain(text, 64, b"-")
}

/// A care team as the directory knows it: a unit, or a house small enough to be one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Team {
    pub house: StructIdNat,
    pub unit: Option<UnitCode>,
}

impl Team {
    /// The unit of a house, or a house as a whole; never a whole hospital (rules, A14).
    pub fn of(house: &Organisation, unit: Option<UnitCode>) -> Result<Self, CareError> {
        let large = matches!(house.kind, OrganisationKind::Hospital | OrganisationKind::Clinic);
        if unit.is_none() && large {
            return Err(CareError::WholeHospital);
        }
        Ok(Self { house: house.id.clone(), unit })
    }
}

/// "I, or my team, care for this person": traced, told, and over by itself (rules, A14).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CareDeclaration {
    pub by: PsIdNat,
    pub team: Option<Team>,
    pub since: Instant,
    pub until: Instant,
    pub ended: Option<Instant>,
}

impl CareDeclaration {
    pub fn is_in_force(&self, now: Instant) -> bool {
        self.since <= now && now < self.until && self.ended.is_none_or(|at| now < at)
    }
}

/// How somebody acts for another (rules, W15).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DelegationKind {
    /// A doctor in another's stead.
    Replacement,
    /// Under a named professional: the intersection of their rights.
    Assistant,
    /// With a named senior: the intersection of their rights (A15).
    Student,
}

/// For whom the caller acts, as the directory proves it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Delegation {
    pub kind: DelegationKind,
    /// The doctor replaced, the named professional, the senior.
    pub principal: Professional,
    pub from: Instant,
    pub until: Instant,
}

impl Delegation {
    pub fn new(
        kind: DelegationKind,
        principal: Professional,
        from: Instant,
        until: Instant,
    ) -> Result<Self, CareError> {
        if until <= from { Err(CareError::Dates) } else { Ok(Self { kind, principal, from, until }) }
    }

    pub fn is_in_force(&self, now: Instant) -> bool {
        self.from <= now && now < self.until
    }
}

/// What the directory says of the caller at this instant, beyond their entry.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Situation {
    /// The care teams it places them in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<Team>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegation: Option<Delegation>,
    /// Coordinating doctor of a care home (médecin coordonnateur d'EHPAD).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub coordinating: bool,
    /// On duty out of hours (permanence des soins).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub out_of_hours: bool,
}

impl Situation {
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

/// The holder was told that somebody replaces their attending doctor (rules, W15).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReplacementTold {
    pub replacement: PsIdNat,
    pub replaced: PsIdNat,
    pub told: Instant,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Emergency {
    BreakGlass,
    Regulation,
}

/// A window of emergency: of one person, in one session (rules, A18 and A19).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Window {
    pub kind: Emergency,
    pub person: PsIdNat,
    pub session: SessionId,
    pub opened: Instant,
    /// Logged out, or ended by the holder.
    pub ended: Option<Instant>,
}

impl fmt::Display for Team {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.unit {
            Some(unit) => write!(f, "{} / {unit}", self.house),
            None => write!(f, "{}", self.house),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::people::Standing;

    #[test]
    fn a_whole_hospital_is_no_team_but_its_unit_is_and_a_practice_is() {
        let house = |kind| Organisation {
            id: "10B0000001".parse().unwrap(),
            name: "Essai".into(),
            kind,
            standing: Standing::Active,
        };
        let unit = || Some("MED-2".parse::<UnitCode>().unwrap());
        for kind in [OrganisationKind::Hospital, OrganisationKind::Clinic] {
            assert_eq!(Team::of(&house(kind), None), Err(CareError::WholeHospital));
            assert!(Team::of(&house(kind), unit()).is_ok());
        }
        assert!(Team::of(&house(OrganisationKind::Practice), None).is_ok());
    }

    #[test]
    fn hostile_codes_are_refused() {
        for wrong in ["", "a b", "é", "a\n", &"x".repeat(33)] {
            assert_eq!(wrong.parse::<UnitCode>(), Err(CareError::Unit));
        }
        assert!("".parse::<SessionId>().is_err() && "a.b".parse::<SessionId>().is_err());
        assert!("5f-3a".parse::<SessionId>().is_ok());
    }
}

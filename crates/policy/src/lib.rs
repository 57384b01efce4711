//! The access rules as code: facts in, decision and reasons out. Read it beside the project's rules; each
//! file under `rules/` is one of its paragraphs, each function one rule with its article.
//!
//! Pure and total: no clock, no I/O, no chance, no panic. Nothing is allowed that no rule permits, and a
//! prohibition beats a permission (design, invariant 3). What may be changed without changing the law's
//! reading is data: the profile (`data/profile-*.json`) and the matrix of habilitation (`data/matrix-*.json`).

mod care;
mod case;
mod decision;
mod duty;
mod fingerprint;
mod habilitation;
mod powers;
mod profile;
mod rule;
mod rules;
mod time;
mod why;
mod words;

use model::{Act, Caller, Facts, Instant, Purpose};

pub use decision::{Decision, Detail, Finding, Verdict};
pub use duty::Duty;
pub use habilitation::{Matrix, MatrixRow, Reading};
pub use profile::{BudgetKind, Budgets, Limits, Profile, ProfileName};
pub use rule::{NoSuchRule, Rule};
pub use rules::rules;
pub use rules::trace::{TraceScope, trace_scope};
pub use time::{age_reached, days_later, months_later, within_minutes, years_later};
pub use why::{Lifter, Reason};

use case::Case;

/// Why a profile or a matrix was not loaded. Names the field or the row, never a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    #[error("the profile cannot be read: {0}")]
    ProfileForm(String),
    #[error("the profile's {field} is out of bounds: {why}")]
    ProfileValue { field: &'static str, why: &'static str },
    #[error("the matrix cannot be read: {0}")]
    MatrixForm(String),
    #[error("the matrix row {row:?}: {why}")]
    MatrixRow { row: String, why: String },
    #[error("the profile names the matrix {named:?}, but the one given is {given:?}")]
    OtherMatrix { named: String, given: String },
}

/// A profile and the matrix it names: all that decisions depend on besides facts.
#[derive(Clone, Debug)]
pub struct Policy {
    pub profile: Profile,
    pub matrix: Matrix,
}

impl Policy {
    /// A profile that comes with the program, with the provisional matrix.
    pub fn builtin(name: ProfileName) -> Result<Self, PolicyError> {
        Self::from_text(name.text(), Matrix::PROVISIONAL)
    }

    /// A profile and a matrix from the text of their files; refused where either is unclear.
    pub fn from_text(profile: &str, matrix: &str) -> Result<Self, PolicyError> {
        let profile = Profile::from_text(profile)?;
        let matrix = Matrix::from_text(matrix)?;
        if profile.matrix != matrix.version {
            return Err(PolicyError::OtherMatrix { named: profile.matrix, given: matrix.version });
        }
        Ok(Self { profile, matrix })
    }

    /// SHA-256 of the profile's and of the matrix's text, in hexadecimal: what a trace line carries.
    pub fn hashes(&self) -> (String, String) {
        (self.profile.fingerprint().to_owned(), self.matrix.fingerprint().to_owned())
    }

    /// The one decision. Every rule is asked; a prohibition beats a permission; nothing permits = refused.
    ///
    /// An act about a document is decided with that document. `Search` and `Feed` may also be decided for the
    /// record alone (may this caller list, or feed, at all?); the others are refused without one.
    /// `Replace`, `Append` and `Transform` are decided on the older document, the new one by `Feed`.
    pub fn decide(
        &self,
        caller: &Caller,
        act: Act,
        purpose: &Purpose,
        facts: &Facts<'_>,
        now: Instant,
    ) -> Decision {
        let case = Case { policy: self, caller, act, purpose, facts, now };
        let mut decision = Decision::undecided();
        for row in rules::TABLE {
            match (row.decide)(&case) {
                Finding::Silent => {}
                Finding::Permit => {
                    if case.may_be_permitted_by(row.rule) {
                        decision.allowed_by.push(row.rule);
                    }
                }
                Finding::Forbid => decision.refused_by.push(row.rule),
                Finding::ForbidFor(details) => {
                    decision.refused_by.push(row.rule);
                    decision.details.extend(details);
                }
            }
        }
        let mut decision = decision.close();
        if decision.is_allowed() {
            decision.duties = duty::duties(&case);
        }
        decision
    }
}

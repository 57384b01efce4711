//! What a decision says: the verdict, and every rule that spoke.

use serde::{Deserialize, Serialize};

use crate::duty::Duty;
use crate::rule::Rule;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Allow,
    Refuse,
}

/// The verdict and its reasons, in the order of the rules.
#[must_use = "a decision that is not looked at protects nobody"]
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    pub verdict: Verdict,
    /// The rules that permit; kept also where another forbids.
    pub allowed_by: Vec<Rule>,
    /// Every rule that refuses; [`Rule::Default`] alone where none permits and none forbids.
    pub refused_by: Vec<Rule>,
    /// What was missing from the request. Empty as soon as a rule refuses that does not concern the
    /// request's form: only who was entitled to ask may be told more than "no".
    pub details: Vec<Detail>,
    /// What an allowed act brings with it; empty where it is refused.
    pub duties: Vec<Duty>,
}

/// What the server may say of a refused request to the one who made it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// No consent recorded (W1).
    Consent,
    /// The identity is not qualified, or does not agree (W1, W2).
    Identity,
    /// The two emergency answers are not given (W1).
    EmergencyAnswers,
    /// Neither contacts nor the statement that there are none (W1).
    Contacts,
    /// A record exists already (W1, `DMPFound`). Only said of a request that is otherwise complete.
    DmpFound,
}

/// What one rule says of one case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Finding {
    Permit,
    Forbid,
    /// Forbids, and says what the request lacks.
    ForbidFor(Vec<Detail>),
    /// The rule does not concern this case.
    Silent,
}

impl Finding {
    pub(crate) fn permit_if(holds: bool) -> Self {
        if holds { Self::Permit } else { Self::Silent }
    }

    pub(crate) fn forbid_if(holds: bool) -> Self {
        if holds { Self::Forbid } else { Self::Silent }
    }
}

impl Decision {
    pub fn is_allowed(&self) -> bool {
        self.verdict == Verdict::Allow
    }

    pub(crate) fn undecided() -> Self {
        Self {
            verdict: Verdict::Refuse,
            allowed_by: Vec::new(),
            refused_by: Vec::new(),
            details: Vec::new(),
            duties: Vec::new(),
        }
    }

    /// All rules have spoken: a prohibition beats a permission, and nothing permits = refused.
    pub(crate) fn close(mut self) -> Self {
        if self.refused_by.is_empty() {
            if self.allowed_by.is_empty() {
                self.refused_by.push(Rule::Default);
            } else {
                self.verdict = Verdict::Allow;
            }
        }
        if self.refused_by.iter().any(|rule| !matches!(rule, Rule::W1 | Rule::W2)) {
            self.details.clear();
        }
        self
    }
}

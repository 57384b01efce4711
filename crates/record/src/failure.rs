//! Two families of errors, never mixed: a *refusal* is an answer, already traced; a *fault* is ours.

use policy::Rule;

/// Why an act gave nothing.
#[derive(Debug)]
pub enum Failure {
    Refused(Refusal),
    Fault(Fault),
}

/// An answer that is no. It never names a person, a title or an identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub kind: RefusalKind,
    /// The rules that refuse, for the trace; shown outside only where the kind allows it.
    pub rules: Vec<Rule>,
    /// What is wrong and where, when the caller may know: a FHIRPath-like place and a sentence.
    pub problems: Vec<Problem>,
}

/// One thing wrong with what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub element: String,
    pub says: String,
}

/// What a refusal looks like from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// Absent or forbidden: one answer for both (rules, "How a decision is made").
    NotFound,
    /// Every refusal about a record: absent, closed, blocked, not authorised, all alike.
    Denied,
    /// What was sent breaks a rule the sender may know: 422.
    Rule,
    /// The same thing with other content exists already: 409.
    Conflict,
    /// The document has another version than the caller says they change: 412.
    Stale,
    /// `DMPFound`: a record exists already: 409.
    RecordFound,
    /// The caller's budget is spent: 429.
    TooMany,
    /// Too much is going on: 503, try again.
    Busy,
    /// What may be used once, the caller's assertion, was used before.
    Replayed,
    /// The secrets do not prove a holder: 401.
    NotProved,
}

impl Refusal {
    pub fn new(kind: RefusalKind) -> Self {
        Self { kind, rules: Vec::new(), problems: Vec::new() }
    }

    pub fn by(kind: RefusalKind, rules: Vec<Rule>) -> Self {
        Self { kind, rules, problems: Vec::new() }
    }

    pub fn because(element: impl Into<String>, says: impl Into<String>) -> Self {
        Self {
            kind: RefusalKind::Rule,
            rules: Vec::new(),
            problems: vec![Problem { element: element.into(), says: says.into() }],
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What went wrong on our side. Logged once at the edge, opaque outside; holds no personal data.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("the store failed")]
    Store(#[from] store::Fault),
    #[error("the key keeper failed")]
    Keeper(#[from] vault::KeeperError),
    #[error("{what} of record {record} is not what was written")]
    Damaged { record: model::RecordId, what: &'static str },
    #[error("{what} could not be written")]
    Unwritable { what: &'static str },
    /// Start and `verify` refuse it (design, invariant 7). The words say what and where, and hold no secret.
    #[error("the store is not the one its anchor has seen: {0}")]
    BehindAnchor(String),
    #[error("the record keeps changing: too many lost races")]
    LostRaces,
}

impl Fault {
    /// The disk is full: nothing is lost, and it goes on once there is room.
    pub fn is_no_space(&self) -> bool {
        matches!(self, Self::Store(store::Fault::NoSpace))
    }
}

impl<T: Into<Fault>> From<T> for Failure {
    fn from(fault: T) -> Self {
        Self::Fault(fault.into())
    }
}

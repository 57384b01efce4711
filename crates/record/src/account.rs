//! What a trace line tells: who did what, on what, and what was decided. One line per request; it is sealed
//! with the record, so that nobody reads it but those the rules let (rules, A22).

use model::{Act, Caller, EntryId, Instant, PsIdNat, Purpose, RecordId, RowId};
use serde::{Deserialize, Serialize};

use crate::call::{Call, Once};

/// The account of one request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Account {
    pub request: RowId,
    pub caller: Caller,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    pub act: Act,
    pub purpose: Purpose,
    pub verdict: Verdict,
    /// Numbers of the rules that refused, or permitted, the request as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// Every object decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<ObjectAccount>,
    /// The professional an act on rights is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<PsIdNat>,
    /// A word or two where the act needs them: the channel of an opening, "repeated".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The record that ended with this line: of the ledger's lines alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destroyed: Option<Destroyed>,
    /// The id of the assertion the caller came with, as they wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assertion: Option<String>,
    /// What is used up with this line.
    #[serde(skip)]
    pub once: Option<Once>,
    /// Earlier lines of another record, about documents that were this person's (rules, W14): they came with them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carried: Vec<Carried>,
    /// Hashes of the profile and the matrix that decided.
    pub profile: String,
    pub matrix: String,
}

/// A line of another record, as it is told in this one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Carried {
    pub at: Instant,
    pub account: Account,
}

/// A record that was destroyed: what remains of it are salted commitments, the leaves of its lines.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Destroyed {
    pub record: RecordId,
    /// First, and how many: the leaves that from then on are in no line.
    pub leaves: Vec<(u64, u64)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Accepted,
    Refused,
    /// Nothing was decided: what was sent could not be used.
    Rejected,
}

/// One object of a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ObjectAccount {
    /// The document's logical id; none for one that was refused before it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<EntryId>,
    pub type_code: String,
    pub fate: Fate,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Shown,
    Withheld,
    Written,
    Refused,
}

/// An account as a trace line holds it, with when and in what order.
#[derive(Clone, Debug)]
pub struct TraceEntry {
    /// The line's number in the record. Gaps would tell of lines not shown: it is for tests and proofs, and is
    /// shown to nobody (rules, A5).
    pub seq: u64,
    pub at: Instant,
    pub account: Account,
}

impl Account {
    /// The beginning of an account: the caller's half.
    pub(crate) fn of(call: &Call, act: Act, hashes: &(String, String)) -> Self {
        Self {
            request: call.request,
            caller: call.caller.clone(),
            address: call.address.clone(),
            act,
            purpose: call.purpose.clone(),
            verdict: Verdict::Refused,
            rules: Vec::new(),
            objects: Vec::new(),
            about: None,
            note: None,
            destroyed: None,
            assertion: call.once.as_ref().map(|it| it.name().to_owned()),
            once: call.once.clone(),
            carried: Vec::new(),
            profile: hashes.0.clone(),
            matrix: hashes.1.clone(),
        }
    }

    pub(crate) fn accepted(mut self, rules: &[policy::Rule]) -> Self {
        self.verdict = Verdict::Accepted;
        self.rules = numbers(rules);
        self
    }

    pub(crate) fn refused(mut self, rules: &[policy::Rule]) -> Self {
        self.verdict = Verdict::Refused;
        self.rules = numbers(rules);
        self
    }

    pub(crate) fn rejected(mut self, why: &str) -> Self {
        self.verdict = Verdict::Rejected;
        self.note = Some(why.to_owned());
        self
    }
}

pub(crate) fn numbers(rules: &[policy::Rule]) -> Vec<String> {
    rules.iter().map(|rule| rule.number().to_string()).collect()
}

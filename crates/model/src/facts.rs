//! What is known when a decision is made: the record, the document, the volume. Facts are read in the same
//! commit as the trace line and handed to `policy`, which knows nothing else (design, invariant 3).

use crate::chance::Instant;
use crate::code::{ClassCode, Coding};
use crate::document::{Depositor, DocumentEntry, DocumentStatus, Visibility};
use crate::ids::RecordId;
use crate::people::PsIdNat;
use crate::rights::{RecordStatus, Rights};

/// The facts of a record. For an absent record: [`RecordFacts::absent`].
#[derive(Clone, Debug)]
pub struct RecordFacts {
    /// None where no record answers to what was asked for.
    pub record: Option<RecordId>,
    pub status: RecordStatus,
    pub rights: Rights,
    /// Professionals known to be the holder or a representative: refused on the care door (rules, A17).
    pub kin: Vec<PsIdNat>,
    /// The holder's express agreement to an occupational doctor (rules, A15).
    pub occupational_consent: bool,
}

impl RecordFacts {
    pub fn absent() -> Self {
        let none = crate::rights::EmergencyChoices { break_glass: false, regulation: false };
        Self {
            record: None,
            status: RecordStatus::Absent,
            rights: Rights::new(none),
            kin: Vec::new(),
            occupational_consent: false,
        }
    }
}

/// The facts of one document; of one to be fed, with status `Approved` and the caller as depositor.
#[derive(Clone, Debug)]
pub struct DocumentFacts {
    pub type_code: Coding,
    pub class: ClassCode,
    pub status: DocumentStatus,
    pub visibility: Visibility,
    pub depositor: Depositor,
    pub deposited: Instant,
}

impl From<&DocumentEntry> for DocumentFacts {
    fn from(entry: &DocumentEntry) -> Self {
        Self {
            type_code: entry.description.type_code.clone(),
            class: entry.class,
            status: entry.status.clone(),
            visibility: entry.visibility,
            depositor: entry.depositor.clone(),
            deposited: entry.deposited,
        }
    }
}

/// How much the caller has asked for lately, against what the profile allows (rules, "Volume").
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Volume {
    pub records_touched: u64,
    pub identities_tested: u64,
    pub records_opened: u64,
    /// A kill switch is on for the person, the organisation or the software.
    pub switched_off: bool,
}

/// What an act needs to say beyond its name.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Statuses beyond `Approved` that were asked for expressly (rules, A3).
    pub asked_deprecated: bool,
    pub asked_archived: bool,
    /// About whom: the person to authorise, block, designate.
    pub about: Option<PsIdNat>,
    /// Consent was recorded (opening, W1).
    pub consent: bool,
    /// Identity is qualified: INS with its five traits (W1, W2).
    pub qualified_identity: bool,
    /// What the identity in certificate, assertion, metadata and document says agrees (W2).
    pub identity_agrees: bool,
    /// The two emergency answers were given (W1).
    pub emergency_answers: bool,
    /// Contacts were given, or the statement that there are none (W1).
    pub contacts_stated: bool,
}

/// Everything a decision may look at.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub record: &'a RecordFacts,
    /// Present when the act is decided for a document.
    pub document: Option<&'a DocumentFacts>,
    pub request: &'a Request,
    pub volume: Volume,
}

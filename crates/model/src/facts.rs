//! What is known when a decision is made: the record, the document, the volume. Facts are read in the same
//! commit as the trace line and handed to `policy`, which knows nothing else (design, invariant 3).

use jiff::civil::Date;

use crate::care::{CareDeclaration, ReplacementTold, Window};
use crate::chance::Instant;
use crate::code::{ClassCode, Coding};
use crate::document::{Depositor, DocumentEntry, DocumentStatus, Visibility};
use crate::ids::{RecordId, RowId};
use crate::mandate::{Disagreement, Mandate};
use crate::opposition::Opposed;
use crate::people::PsIdNat;
use crate::rights::{RecordStatus, Rights};
use crate::tie::Tie;

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
    /// None where it is not looked at: then nobody is known to be a minor, and no parental authority counts.
    pub birth_date: Option<Date>,
    pub emancipated: Option<Instant>,
    /// Since when a minor has an account of their own (rules, A7).
    pub own_account: Option<Instant>,
    pub mandates: Vec<Mandate>,
    pub disagreements: Vec<Disagreement>,
    pub ties: Vec<Tie>,
    /// Declarations of care (rules, A14).
    pub care: Vec<CareDeclaration>,
    /// Of whom the holder was told that they replace whom (rules, W15).
    pub replacements: Vec<ReplacementTold>,
    pub windows: Vec<Window>,
    /// A death, or a fraud, was notified to the service (rules, W11).
    pub death_noticed: Option<Instant>,
    pub fraud_found: Option<Instant>,
    /// The holder refused, while alive, that heirs be given anything (rules, A2).
    pub refused_heirs: bool,
    /// When the holder expressly asked that the record be destroyed (rules, W13).
    pub destruction_asked: Option<Instant>,
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
            birth_date: None,
            emancipated: None,
            own_account: None,
            mandates: Vec::new(),
            disagreements: Vec::new(),
            ties: Vec::new(),
            care: Vec::new(),
            replacements: Vec::new(),
            windows: Vec::new(),
            death_noticed: None,
            fraud_found: None,
            refused_heirs: false,
            destruction_asked: None,
        }
    }

    pub fn mandate(&self, id: RowId) -> Option<&Mandate> {
        self.mandates.iter().find(|it| it.id == id)
    }

    pub fn tie(&self, id: RowId) -> Option<&Tie> {
        self.ties.iter().find(|it| it.id == id)
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
    pub marks: Marks,
}

/// What else is known of a document, by its history and its neighbours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Marks {
    /// The holder opposed this very document (rules, W3).
    pub opposed: bool,
    /// It would reveal what is hidden from representatives: it bears a protected act's code, or shares
    /// provider and date with a hidden document (rules, A9).
    pub reveals_hidden: bool,
    /// The mask, or the secret, is a minor's own (rules, W8).
    pub minors_own: bool,
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
            marks: Marks::default(),
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

/// What an act needs to say beyond its name. What is left out is not said.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Statuses beyond `Approved` that were asked for expressly (rules, A3).
    pub asked_deprecated: bool,
    pub asked_archived: bool,
    /// About whom: the person to authorise, block, designate.
    pub about: Option<PsIdNat>,
    /// Consent was recorded (opening, W1), afresh (reopening, W12), of the minor (own account, A7).
    pub consent: bool,
    /// The consent is a representative's.
    pub by_representative: bool,
    /// The quality of representative, heir or whoever acts was proved by a document.
    pub quality_proved: bool,
    /// Identity is qualified: INS with its five traits (W1, W2).
    pub qualified_identity: bool,
    /// What the identity in certificate, assertion, metadata and document says agrees (W2).
    pub identity_agrees: bool,
    /// The two emergency answers were given (W1).
    pub emergency_answers: bool,
    /// Contacts were given, or the statement that there are none (W1).
    pub contacts_stated: bool,
    /// When the service informed the person that a record would be opened (W1).
    pub informed: Option<Instant>,
    /// The person opposed that opening (W1).
    pub opposed_opening: bool,
    /// The declarations of break-glass: cannot express their will, and immediate risk (A18).
    pub cannot_consent: bool,
    pub immediate_risk: bool,
    /// Birth or used name, first name and date of birth match (A18).
    pub traits_match: bool,
    /// What is opposed, and whether a legitimate reason was given (W3).
    pub opposed: Option<Opposed>,
    pub legitimate_reason: bool,
    /// The announcement was made (W9).
    pub announced: bool,
    /// The minor asked for the secret, or agreed that it end (W9).
    pub minor_agreed: bool,
    /// A doctor attests that the holder cannot express their will (W15).
    pub incapacity_attested: bool,
    /// The other holders of parental authority who agreed (W11), by their mandates.
    pub agreed: Vec<RowId>,
    /// A form the holder signed, entered by an agent (W14).
    pub form: Option<SignedForm>,
    /// For what an heir asks (A2).
    pub heir_purpose: Option<HeirPurpose>,
    /// Who released what they asked for (A2).
    pub heir_release: Option<HeirRelease>,
    /// The second person who releases or approves, as proved.
    pub second: Option<PsIdNat>,
    /// The day back to which proofs are asked for (A22).
    pub back_to: Option<Instant>,
}

/// A paper form signed by the holder (rules, W14).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SignedForm {
    /// It names persons, or nothing.
    Plain,
    /// It names a document by a code that stands on the holder's latest printed list.
    WithCode,
}

/// The three purposes for which heirs may ask (CSP L.1110-4 V).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum HeirPurpose {
    CauseOfDeath,
    MemoryOfTheDeceased,
    OwnRights,
}

/// What two agents released to an heir, and how many copies were handed over since (A2).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeirRelease {
    pub at: Instant,
    pub by: [PsIdNat; 2],
    pub copies: u32,
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

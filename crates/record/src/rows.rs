//! What the sealed rows of a record hold. JSON inside the seal: an auditor with the key can read it, and a
//! field can be added without rewriting a country. Each row has a fixed id or one derived from what it is.

use std::fmt;

use jiff::civil::Date;
use model::{
    Attending, CareDeclaration, ClassCode, Coding, Depositor, Description, Disputed, DocumentEntry,
    DocumentStatus, EntryId, Ins, Instant, Mandate, Name, PsIdNat, QualifiedIdentity, RecordStatus, Relation,
    ReplacementTold, Rights, RowId, SubmissionSet, UniqueId, Visibility,
};
use serde::{Deserialize, Serialize};
use vault::StreamSummary;

pub use crate::life::{Dispute, Life};

use crate::circle::{Circle, SecretAct};
use crate::upkeep::notices::link::Links;

/// The rows there is one of in each record.
pub const STATUS: RowId = RowId::from_bytes(*b"status..........");
pub const IDENTITY: RowId = RowId::from_bytes(*b"identity........");
pub const RIGHTS: RowId = RowId::from_bytes(*b"rights..........");
pub const CREDENTIAL: RowId = RowId::from_bytes(*b"credential......");
/// The links of notices.
pub const LINKS: RowId = RowId::from_bytes(*b"links...........");
pub const LIFE: RowId = RowId::from_bytes(*b"life............");

/// Kind `gate`, row [`STATUS`]: what feeding must know of the record (design, invariant 6).
#[derive(Clone, Serialize, Deserialize)]
pub struct GateStatus {
    pub status: RecordStatus,
    pub identity: QualifiedIdentity,
    /// The attending doctors, who alone may feed a VSM (rules, W4); the same as in the rights row.
    pub attending: Vec<Attending>,
    /// What stays secret from a minor's representatives, for what is fed of it (rules, W9).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secret_acts: Vec<SecretAct>,
}

/// Kind `gate`, row = the logical id: the state of one document. What changes about it lives here, so that
/// the feed door can replace a document it cannot read.
#[derive(Clone, Serialize, Deserialize)]
pub struct DocumentState {
    pub unique_id: UniqueId,
    pub logical_id: EntryId,
    /// The entry's id now, and those it had before.
    pub entry: EntryId,
    #[serde(default)]
    pub earlier: Vec<EntryId>,
    pub version: u32,
    pub status: DocumentStatus,
    pub visibility: Visibility,
    /// When hiding from the holder began: a replacement keeps its predecessor's instant (rules, W5).
    pub hidden_since: Instant,
    pub type_code: Coding,
    pub class: ClassCode,
    #[serde(default)]
    pub relations: Vec<Relation>,
    pub depositor: Depositor,
    pub deposited: Instant,
    pub updated: Instant,
    pub submission: RowId,
    /// SHA-256 of the plain bytes, to tell the same document fed again from another.
    pub sha256: String,
    /// "Ce document est faux": flagged until its depositor answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispute: Option<Dispute>,
    /// What it was before it was deleted, to be restored to (rules, W6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_deletion: Option<DocumentStatus>,
    /// Fed under a wrong identity: on its way out of the record (rules, W14).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recalled: Option<Instant>,
    /// The mask, or the secret, is a minor's own: no representative undoes it (rules, W8).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub minors_own: bool,
    /// No finder leads here by its unique id: it is on its way to another record, or that name was taken meanwhile.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unnamed: bool,
    /// It would reveal what is hidden from representatives: found anew each time (`crate::revealing`), never written.
    #[serde(skip)]
    pub(crate) reveals_hidden: bool,
}

/// Kind `gate`, row derived from the submission's uniqueId: what was answered, to answer it again.
#[derive(Clone, Serialize, Deserialize)]
pub struct SubmissionState {
    pub unique_id: UniqueId,
    pub depositor: Depositor,
    /// SHA-256 of what was submitted.
    pub digest: String,
    pub set: RowId,
    pub documents: Vec<EntryId>,
    pub accepted: Instant,
}

/// Kind `document`, row of the submission set: the signature of the lot as it came, in Base64.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LotSignature {
    pub(crate) signature: String,
}

/// The rows of kind `gate`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "row")]
pub enum GateRow {
    Status(Box<GateStatus>),
    Document(Box<DocumentState>),
    Submission(Box<SubmissionState>),
    Life(Box<Life>),
}

/// The rows of kind `metadata`: written once at feeding, never changed.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "row")]
pub enum MetadataRow {
    Document(Box<DocumentDetails>),
    Set(Box<SubmissionSet>),
}

/// The plain bytes of a sealed row, read. The two tagged kinds look at their tag first: the derived reading copies
/// the whole row before it knows which one it is, which was a third of what opening a record cost.
pub(crate) trait Plain: Sized {
    fn read(plain: &[u8]) -> serde_json::Result<Self>;
}

macro_rules! plain {
    ($($row:ty),*) => {
        $(impl Plain for $row {
            fn read(plain: &[u8]) -> serde_json::Result<Self> {
                serde_json::from_slice(plain)
            }
        })*
    };
}

plain!(Identity, RightsRow, KnownReader, Credential, Links);

impl Plain for GateRow {
    fn read(plain: &[u8]) -> serde_json::Result<Self> {
        match &*serde_json::from_slice::<Tag<'_>>(plain)?.row {
            "document" => serde_json::from_slice(plain).map(Self::Document),
            "submission" => serde_json::from_slice(plain).map(Self::Submission),
            "status" => serde_json::from_slice(plain).map(Self::Status),
            "life" => serde_json::from_slice(plain).map(Self::Life),
            _ => serde_json::from_slice(plain),
        }
    }
}

impl Plain for MetadataRow {
    fn read(plain: &[u8]) -> serde_json::Result<Self> {
        match &*serde_json::from_slice::<Tag<'_>>(plain)?.row {
            "document" => serde_json::from_slice(plain).map(Self::Document),
            "set" => serde_json::from_slice(plain).map(Self::Set),
            _ => serde_json::from_slice(plain),
        }
    }
}

#[derive(Deserialize)]
struct Tag<'a> {
    #[serde(borrow)]
    row: std::borrow::Cow<'a, str>,
}

/// What a document is, and where its bytes lie.
#[derive(Clone, Serialize, Deserialize)]
pub struct DocumentDetails {
    pub description: Description,
    pub body: BodyPlace,
}

/// Where a document's sealed bytes are.
#[derive(Clone, Serialize, Deserialize)]
pub struct BodyPlace {
    /// The row its place names, in a body or in an object.
    pub row: RowId,
    /// Set when the bytes are an object of their own (over 256 kB).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<model::ObjectId>,
    pub stream: StreamSummary,
}

/// Kind `identity`, row [`IDENTITY`].
#[derive(Clone, Serialize, Deserialize)]
pub struct Identity {
    pub identity: QualifiedIdentity,
    /// How many had this birth name and birth date already, when a finder was made that leads here by them; none:
    /// no finder does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namesake: Option<u8>,
    pub contacts: Contacts,
    /// Professionals known to be the holder or a representative (rules, A17).
    #[serde(default)]
    pub kin: Vec<PsIdNat>,
    #[serde(default)]
    pub mandates: Vec<Mandate>,
    /// Those close, and what the holder says of themself.
    #[serde(default)]
    pub circle: Circle,
}

/// Kind `identity`, row derived from the professional: who has read already, to tell the holder of a first
/// access (rules, "Notices"). A row each, so that new readers do not conflict (design, invariant 4).
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownReader {
    pub reader: PsIdNat,
    pub since: Instant,
    /// The last day the holder was told of, where they are told of every access.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Date>,
}

/// How the holder is reached. Whether they may serve to log in depends on who gave them (rules, W1).
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Contacts {
    pub email: Option<String>,
    pub phone: Option<String>,
    /// Given by, or confirmed by, an individually authenticated person: they may carry a one-time code.
    pub trusted: bool,
    /// The lines of a postal address, without the name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub address: Vec<String>,
}

/// Kind `rights`, row [`RIGHTS`].
#[derive(Clone, Serialize, Deserialize)]
pub struct RightsRow {
    pub rights: Rights,
    pub openings: Vec<Opening>,
    /// Declarations of care (rules, A14).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub care: Vec<CareDeclaration>,
    /// Who replaces an attending doctor, and since when the holder knows it (rules, W15).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replacements: Vec<ReplacementTold>,
    /// Successors that attending doctors who leave have proposed (rules, W15).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub successors: Vec<Successor>,
    #[serde(default)]
    pub occupational_consent: bool,
}

/// An attending doctor who leaves proposes another; only the holder agrees (rules, W15).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Successor {
    pub leaving: PsIdNat,
    pub proposed: PsIdNat,
    pub at: Instant,
    pub answered: Option<Instant>,
}

/// The consent an opening rests on: each answer with who, when, where and by what channel (rules, W1).
#[derive(Clone, Serialize, Deserialize)]
pub struct Opening {
    pub at: Instant,
    /// The person and organisation that recorded the answers, as proved.
    pub by: String,
    pub channel: String,
    pub consent: bool,
    pub break_glass: bool,
    pub regulation: bool,
    pub contacts: bool,
    /// Version of the wording that was shown.
    pub wording: String,
    /// Who answered for the holder; none: the holder did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub representative: Option<Representative>,
}

/// Who answered for the holder at an opening, and in what quality, the proof of which the opener saw
/// (requirements, R33). Written beside the consent; gives no right (rules, A5 is a mandate's).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Representative {
    pub name: Name,
    /// First name, where the opener gave it apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<Name>,
    pub quality: Quality,
    /// The quality was proved by a document.
    #[serde(default)]
    pub proved: bool,
}

/// In what quality somebody answers for another.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// Holder of parental authority.
    Parent,
    /// Guardian named by a judge.
    Guardian,
    /// By a mandate for future protection, or a judge's authorisation to a relative.
    Mandate,
}

/// Kind `credential`, row [`CREDENTIAL`]: how the holder logs in (rules, A4).
#[derive(Clone, Serialize, Deserialize)]
pub struct Credential {
    pub login: String,
    /// Argon2id verifier in PHC form.
    pub password: String,
    pub must_change: bool,
    #[serde(default)]
    pub challenge: Option<Challenge>,
    /// One-time codes tried and failed since midnight UTC of `failed_day`.
    #[serde(default)]
    pub failed: u32,
    #[serde(default)]
    pub failed_day: i64,
}

/// A one-time code under way, asked for with the right password. The code itself is not kept.
#[derive(Clone, Serialize, Deserialize)]
pub struct Challenge {
    pub id: RowId,
    /// Keyed hash of the code, hexadecimal.
    pub code: String,
    pub expires: Instant,
    pub tries: u8,
}

impl DocumentState {
    /// The entry as the outside knows it: the state and what does not change.
    pub fn entry(&self, details: &DocumentDetails) -> DocumentEntry {
        self.clone().into_entry(details.description.clone())
    }

    /// The same, where neither half is needed any more.
    pub fn into_entry(self, description: Description) -> DocumentEntry {
        DocumentEntry {
            id: self.entry,
            logical_id: self.logical_id,
            version: self.version,
            status: self.status,
            visibility: self.visibility,
            class: self.class,
            description,
            relations: self.relations,
            depositor: self.depositor,
            deposited: self.deposited,
            updated: self.updated,
            submission: self.submission,
            dispute: self.dispute.map(Disputed::from),
        }
    }

    /// A new version of the entry, under a new id (dmp-facts, c: entryUUID changes at each modification).
    pub fn next_version(&mut self, id: EntryId, now: Instant) {
        let before = std::mem::replace(&mut self.entry, id);
        self.earlier.push(before);
        self.version += 1;
        self.updated = now;
    }

    pub fn is_known_as(&self, id: EntryId) -> bool {
        self.logical_id == id || self.entry == id || self.earlier.contains(&id)
    }

    pub fn facts(&self) -> model::DocumentFacts {
        model::DocumentFacts {
            type_code: self.type_code.clone(),
            class: self.class,
            status: self.status.clone(),
            visibility: self.visibility,
            depositor: self.depositor.clone(),
            deposited: self.hidden_since,
            marks: model::Marks {
                minors_own: self.minors_own,
                reveals_hidden: self.reveals_hidden,
                ..model::Marks::default()
            },
        }
    }
}

impl RightsRow {
    pub fn new(rights: Rights, opening: Opening) -> Self {
        Self {
            rights,
            openings: vec![opening],
            care: Vec::new(),
            replacements: Vec::new(),
            successors: Vec::new(),
            occupational_consent: false,
        }
    }
}

impl GateStatus {
    pub fn ins(&self) -> &Ins {
        &self.identity.ins
    }
}

impl fmt::Debug for Contacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Contacts(…)")
    }
}

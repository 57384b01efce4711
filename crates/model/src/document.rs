//! A document's entry in the record: the words of XDS and MHD (ITI TF-3 4.2.3.2, PDSm 3.1.1).

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::chance::Instant;
use crate::code::{ClassCode, Coding, Confidentiality};
use crate::ids::{EntryId, RowId};
use crate::oid::UniqueId;
use crate::people::{PsIdNat, StructIdNat};

/// Where a document stands (JDV_J52). Leaving a state is an act of its own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum DocumentStatus {
    Approved,
    /// Replaced by a newer document.
    Deprecated {
        at: Instant,
        by: EntryId,
    },
    Archived {
        at: Instant,
    },
    /// Logical: nobody reads it any more (rules, A3).
    Deleted {
        at: Instant,
    },
}

/// From whom a document is hidden. None of them = visible by the ordinary rules (N).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash, Serialize, Deserialize)]
pub struct Visibility {
    /// MASQUE_PS: only its depositor and the attending doctor among professionals (rules, A16).
    pub masked: bool,
    /// INVISIBLE_PATIENT: until announced, or by itself one month after the deposit (rules, A6).
    pub hidden_from_holder: bool,
    /// INVISIBLE_REPRESENTANTS_LEGAUX (rules, A9).
    pub hidden_from_representatives: bool,
}

impl Visibility {
    pub const MASKED: &'static str = "MASQUE_PS";
    pub const HIDDEN_FROM_HOLDER: &'static str = "INVISIBLE_PATIENT";
    pub const HIDDEN_FROM_REPRESENTATIVES: &'static str = "INVISIBLE_REPRESENTANTS_LEGAUX";

    /// The codes of TRE_A07 it stands for.
    pub fn codes(self) -> Vec<&'static str> {
        [
            (self.masked, Self::MASKED),
            (self.hidden_from_holder, Self::HIDDEN_FROM_HOLDER),
            (self.hidden_from_representatives, Self::HIDDEN_FROM_REPRESENTATIVES),
        ]
        .into_iter()
        .filter_map(|(set, code)| set.then_some(code))
        .collect()
    }

    /// Adds the code's meaning; false when the code is not one of visibility.
    pub fn add(&mut self, code: &str) -> bool {
        match code {
            Self::MASKED => self.masked = true,
            Self::HIDDEN_FROM_HOLDER => self.hidden_from_holder = true,
            Self::HIDDEN_FROM_REPRESENTATIVES => self.hidden_from_representatives = true,
            _ => return false,
        }
        true
    }
}

/// Who deposited, as proved when the document was accepted (rules, "Words"). Gives rights; authors do not.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Depositor {
    /// The organisation of the certificate, where it was one's.
    pub organisation: Option<StructIdNat>,
    /// The person the certificate or the verified assertion names, placed there by the directory.
    pub person: Option<PsIdNat>,
    /// The holder or a representative, through the portal.
    #[serde(default)]
    pub holder: bool,
}

/// Who the metadata says wrote a document. Claimed, kept and shown; it gives no right.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Author {
    pub person_id: Option<(String, String)>,
    pub family: Option<String>,
    pub given: Option<String>,
    pub prefix: Option<String>,
    pub role: Option<Coding>,
    pub specialty: Option<Coding>,
    /// Identifier (system, value) of the organisation.
    pub organisation_id: Option<(String, String)>,
    pub organisation_name: Option<String>,
    /// A device, where the author is one.
    pub device: Option<String>,
    /// The patient themself.
    #[serde(default)]
    pub is_patient: bool,
}

impl fmt::Debug for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Author(…)")
    }
}

/// An identifier of something else the document refers to (XDS `referenceIdList`, JDV_J231).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReferenceId {
    pub kind: String,
    pub system: Option<String>,
    pub value: String,
}

/// How one document relates to another (XDS associations RPLC, APND, XFRM, signs).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    Replaces,
    Appends,
    Transforms,
    Signs,
}

impl RelationKind {
    pub const fn fhir(self) -> &'static str {
        match self {
            Self::Replaces => "replaces",
            Self::Appends => "appends",
            Self::Transforms => "transforms",
            Self::Signs => "signs",
        }
    }

    pub fn from_fhir(code: &str) -> Option<Self> {
        [Self::Replaces, Self::Appends, Self::Transforms, Self::Signs]
            .into_iter()
            .find(|kind| kind.fhir() == code)
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Relation {
    pub kind: RelationKind,
    pub target: EntryId,
}

/// The person as the producer knew them when the document was made (XDS `sourcePatientInfo`). Never updated.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SourcePatient {
    pub ids: Vec<(String, String)>,
    pub family: Option<String>,
    pub given: Vec<String>,
    pub birth_date: Option<jiff::civil::Date>,
    pub sex: Option<crate::person::Sex>,
}

impl fmt::Debug for SourcePatient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SourcePatient(…)")
    }
}

/// What a producer says of a document it feeds, checked for form (XDS DocumentEntry less what the registry sets).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    pub unique_id: UniqueId,
    /// Other business identifiers of the producer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<(String, String)>,
    pub type_code: Coding,
    pub format: Coding,
    /// Media type in lower case without parameters: `text/xml`, `application/pdf` …
    pub mime_type: String,
    pub language: String,
    pub title: String,
    pub comments: Option<String>,
    pub confidentiality: Confidentiality,
    /// XDS `creationTime`, FHIR `date`.
    pub created: Timestamp,
    pub service_start: Timestamp,
    pub service_stop: Option<Timestamp>,
    pub facility_type: Coding,
    pub practice_setting: Coding,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Coding>,
    pub authors: Vec<Author>,
    pub authenticator: Option<Author>,
    pub custodian: Option<Author>,
    pub source_patient: SourcePatient,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<ReferenceId>,
    /// SHA-1 of the bytes, as XDS and FHIR define `hash`.
    pub hash: [u8; 20],
    /// Bytes.
    pub size: u64,
}

impl fmt::Debug for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Description({}, …)", self.type_code.code)
    }
}

/// One version of a document's entry, as the registry holds it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentEntry {
    /// XDS `entryUUID`: changes at each change of metadata.
    pub id: EntryId,
    /// XDS `logicalId`: the first version's id; stable while the document is the same.
    pub logical_id: EntryId,
    /// 1 for the first version of the entry.
    pub version: u32,
    pub status: DocumentStatus,
    pub visibility: Visibility,
    /// The class the type is filed under, whatever the producer wrote.
    pub class: ClassCode,
    pub description: Description,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    pub depositor: Depositor,
    pub deposited: Instant,
    /// When this version of the entry was written.
    pub updated: Instant,
    /// The submission set it came with.
    pub submission: RowId,
    /// "Ce document est faux": what the holder said, and what became of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispute: Option<Disputed>,
}

/// The holder says that a document is wrong; its depositor answers (rules, W5).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Disputed {
    pub since: Instant,
    /// None while the document is flagged.
    pub answered: Option<Instant>,
    /// The depositor stands by it.
    pub upheld: bool,
    /// What the depositor says to the holder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
}

impl DocumentEntry {
    /// Somebody says that it is wrong, and its depositor has not answered.
    pub fn is_disputed(&self) -> bool {
        self.dispute.as_ref().is_some_and(|it| it.answered.is_none())
    }
}

impl fmt::Debug for DocumentEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DocumentEntry({}, version {})", self.id, self.version)
    }
}

/// A lot of documents fed together (XDS SubmissionSet).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmissionSet {
    pub id: RowId,
    pub unique_id: UniqueId,
    pub source_id: UniqueId,
    /// XDS `contentTypeCode`: what event brought the lot about.
    pub content_type: Coding,
    pub title: Option<String>,
    pub comments: Option<String>,
    pub submitted: Timestamp,
    pub author: Author,
    pub recipients: Vec<Author>,
    pub depositor: Depositor,
    pub accepted: Instant,
    /// The logical ids of its documents.
    pub members: Vec<EntryId>,
}

impl fmt::Debug for SubmissionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SubmissionSet({})", self.id)
    }
}

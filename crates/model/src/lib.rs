//! The words of carnet: identities, documents, people, acts and facts.
//!
//! Every constructor validates, so a value that exists is valid. No I/O, no clock, no chance: both are
//! passed in as [`Clock`] and [`Dice`]. Names are the field's own (IHE, FHIR, HL7); French is kept only
//! where it is the legal term.

pub mod act;
pub mod caller;
pub mod care;
pub mod chance;
pub mod code;
pub mod day;
pub mod document;
pub mod facts;
pub mod ids;
pub mod ins;
pub mod mandate;
pub mod oid;
pub mod opposition;
pub mod people;
pub mod person;
pub mod place;
pub mod rights;
mod text;
pub mod tie;

pub use act::{Act, Purpose};
pub use caller::{Caller, CertificateId, Door, Fact, Person, Software, Strength};
pub use care::{
    CareDeclaration, Delegation, DelegationKind, Emergency, ReplacementTold, SessionId, Situation, Team,
    UnitCode, Window,
};
pub use chance::{Clock, Dice, Instant};
pub use code::{ClassCode, Coding, Confidentiality};
pub use document::{
    Author, Depositor, Description, Disputed, DocumentEntry, DocumentStatus, ReferenceId, Relation,
    RelationKind, SourcePatient, SubmissionSet, Visibility,
};
pub use facts::{
    DocumentFacts, Facts, HeirPurpose, HeirRelease, Marks, RecordFacts, Request, SignedForm, Volume,
};
pub use ids::{EntryId, ObjectId, RecordId, RowId};
pub use ins::{Ins, InsAuthority};
pub use mandate::{Disagreement, Mandate, MandateActs, MandateKind, Restriction};
pub use oid::{Oid, UniqueId};
pub use opposition::{Opposed, Opposition};
pub use people::{
    ActingFor, Agent, Organisation, OrganisationKind, Profession, ProfessionTable, Professional, PsIdNat,
    Standing, StructIdNat,
};
pub use person::{BirthPlace, Name, QualifiedIdentity, SaidTraits, Sex, Traits};
pub use place::{Mark, Place, RowKind};
pub use rights::{
    Attending, Authorisation, Block, ClosingReason, EmergencyChoices, Grantee, RecordStatus, RecordedBy,
    Rights,
};
pub use tie::{Tie, TieKind};

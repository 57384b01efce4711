//! What a caller can ask for: one word for each act, and the purpose it is asked for.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The enumeration, and the list of all of it, from one text.
macro_rules! acts {
    ($($(#[$doc:meta])* $act:ident,)*) => {
        /// Every act on a record. One name for each; what no rule permits is refused (rules, "How a decision
        /// is made").
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Act {
            $($(#[$doc])* $act,)*
        }

        impl Act {
            pub const ALL: [Act; [$(stringify!($act)),*].len()] = [$(Self::$act),*];
        }
    };
}

acts! {
    // reading
    /// Whether a record exists, its status, the caller's authorisation (TD0.2).
    KnowStatus,
    /// The entryUUID of what the caller fed, by its exact uniqueId (TD3.1b).
    LocateOwn,
    /// The list of documents or submission sets (TD3.1a, ITI-66, ITI-67).
    Search,
    /// One document's bytes (TD3.2, ITI-68).
    Consult,
    /// The trace of accesses.
    ReadTrace,
    /// Identity and rights of one's own record.
    ReadRights,
    /// One's own patients: those who let one in (TD0.4). Each record is then decided for itself.
    ListPatients,
    /// Whom the holder let in and shut out (TD1.6).
    ListAuthorised,
    /// Contacts and places of care of the holder and of the other representatives (A10).
    ReadContacts,
    /// The certificate that a record was closed (A2).
    ReadClosure,
    /// Proofs that the trace is complete (A22).
    ProveTrace,
    /// What a given professional, or profession, would see.
    SeeAs,
    /// Why somebody sees a document, rule by rule.
    Why,

    // the life of a record
    OpenRecord,
    Reopen,
    Close,
    /// A death was notified: closing follows (W11).
    NoticeDeath,
    /// A death had been notified in error: reopening may follow (W12).
    CorrectDeath,
    /// A fraud was found: closing follows, and the holder keeps the trace (W11).
    NoticeFraud,
    /// The holder expressly asks that the record be destroyed (W13).
    AskDestruction,
    /// And changes their mind before it is carried out.
    WithdrawDestruction,
    Destroy,
    /// An heir, spouse or partner asks for one named document (A2).
    AskAsHeir,
    /// Two persons release it (A2).
    ReleaseToHeir,

    // rights
    Authorise,
    Revoke,
    Block,
    Unblock,
    /// A professional declares that they, or their team, care for the holder (A14).
    DeclareCare,
    /// The same, out of hours: shorter (A14).
    DeclareOutOfHours,
    /// A doctor declares themself attending doctor; pending until the holder confirms (W10).
    DeclareAttending,
    /// The holder designates, or confirms what was declared.
    ConfirmAttending,
    EndAttending,
    /// An attending doctor who leaves proposes a successor; the holder agrees or not (W15).
    HandOver,
    /// The attending doctor's reading, without block or summary, for somebody authorised (W10).
    GiveSameReading,
    EndSameReading,
    SetEmergencyChoices,
    SetContacts,
    /// Whom to call: not the trusted person.
    SetEmergencyContact,
    SetPreferences,
    /// Opposition to feeding: of one document, a professional, an organisation, a type (W3).
    Oppose,
    LiftOpposition,
    /// Express consent to occupational doctors (A15).
    ConsentToOccupational,
    WithdrawFromOccupational,
    AddRepresentative,
    /// A court restricts a mandate.
    RestrictRepresentative,
    EndRepresentative,

    // documents
    Feed,
    Replace,
    Append,
    Transform,
    Mask,
    Unmask,
    /// The announcement was made: what was hidden from the holder is shown (W9).
    Announce,
    /// Shown to the holder before the month is over.
    MakeVisible,
    /// A minor's secret, on a document that is there (W9).
    HideFromRepresentatives,
    MakeVisibleToRepresentatives,
    /// An act that is to stay secret from the representatives: what follows from it is fed so (W9).
    DeclareSecretAct,
    Archive,
    Unarchive,
    Delete,
    Restore,
    /// "Ce document est faux": told to its depositor, flagged until answered.
    Dispute,
    AnswerDispute,
    /// What was fed under a wrong identity is taken out of the record (W14).
    Recall,

    // what the holder writes
    WriteDirectives,
    /// A position on organ donation; the national register of refusals prevails.
    SetDonationPosition,
    EditPersonalData,
    WriteNote,

    // those close to the holder
    DesignateTrustedPerson,
    /// A doctor attests that the holder cannot express their will (W15).
    ActivateTrustedPerson,
    EndTrustedPerson,
    AddCarer,
    EndCarer,
    AddHelper,
    EndHelper,

    // acting for another
    NameReplacement,
    NameAssistant,
    NameStudent,
    EndDelegation,

    // emergency
    BreakGlass,
    Regulate,
    /// Whoever opened a window ends it: at logout, or before (A18).
    EndEmergency,
    /// "Ce n'était pas une urgence."
    ContestEmergency,
    /// By a reviewer, who sees no content.
    ReviewEmergency,

    // the account
    LogIn,
    ChangeSecrets,
    OpenMinorAccount,
    /// The list of one's own documents with a code for each, for paper forms (W14).
    PrintList,
    ReissueSecrets,
    /// What a counter must know of a record to serve it, and no content: mandates, what waits for a second agent
    /// (W14).
    LookAtCounter,
    /// A lost factor is taken off the account; the old contact is told (W14).
    ResetFactor,

    // identity
    Merge,
    Split,

    // the service
    SendNotice,
    /// The month is over: what was hidden from the holder is shown (A6).
    EndHiding,
    Recompute,
    /// Another profile, or another matrix.
    ChangePolicy,
    SwitchOff,
    SwitchOn,
    /// What was sent could not be read: nothing was decided, and the attempt is a line all the same.
    Unreadable,
}

impl Act {
    /// Whether the act is decided for each document, besides the record.
    pub const fn is_about_a_document(self) -> bool {
        matches!(
            self,
            Self::LocateOwn
                | Self::Search
                | Self::Consult
                | Self::Why
                | Self::AskAsHeir
                | Self::ReleaseToHeir
                | Self::Feed
                | Self::Replace
                | Self::Append
                | Self::Transform
                | Self::Mask
                | Self::Unmask
                | Self::Announce
                | Self::MakeVisible
                | Self::HideFromRepresentatives
                | Self::MakeVisibleToRepresentatives
                | Self::Archive
                | Self::Unarchive
                | Self::Delete
                | Self::Restore
                | Self::Dispute
                | Self::AnswerDispute
                | Self::Recall
                | Self::EndHiding
        )
    }

    /// Acts on the service itself or on one's own practice, of no record in particular.
    pub const fn is_about_no_record(self) -> bool {
        matches!(
            self,
            Self::ListPatients
                | Self::NameReplacement
                | Self::NameAssistant
                | Self::NameStudent
                | Self::EndDelegation
                | Self::ChangePolicy
                | Self::SwitchOff
                | Self::SwitchOn
        )
    }
}

/// Why a record is read (TRE_R248).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    #[default]
    Normal,
    /// bris_de_glace, with the reason given.
    BreakGlass { reason: String },
    /// centre_15
    Regulation,
}

/// The name it bears in the trace, the matrix and the counters: `know_status`.
impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, character) in format!("{self:?}").char_indices() {
            if character.is_ascii_uppercase() && place > 0 {
                f.write_str("_")?;
            }
            write!(f, "{}", character.to_ascii_lowercase())?;
        }
        Ok(())
    }
}

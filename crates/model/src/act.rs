//! What a caller can ask for: one word for each act, and the purpose it is asked for.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Every act on a record. One name for each; what no rule permits yet is refused (rules, "How a decision is made").
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
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
    /// Identity, rights, contacts of one's own record.
    ReadRights,
    // rights
    OpenRecord,
    Reopen,
    Close,
    Destroy,
    Authorise,
    Revoke,
    Block,
    Unblock,
    /// A doctor declares themself attending doctor; pending until the holder confirms (W10).
    DeclareAttending,
    /// The holder designates, or confirms what was declared.
    ConfirmAttending,
    EndAttending,
    SetEmergencyChoices,
    SetContacts,
    Oppose,
    // documents
    Feed,
    Replace,
    Append,
    Mask,
    Unmask,
    MakeVisible,
    Archive,
    Unarchive,
    Delete,
    Restore,
    // emergency
    BreakGlass,
    Regulate,
    // the account
    LogIn,
    ChangeSecrets,
    // the service
    SendNotice,
    /// What was sent could not be read: nothing was decided, and the attempt is a line all the same.
    Unreadable,
}

impl Act {
    pub const ALL: [Act; 36] = [
        Self::KnowStatus,
        Self::LocateOwn,
        Self::Search,
        Self::Consult,
        Self::ReadTrace,
        Self::ReadRights,
        Self::OpenRecord,
        Self::Reopen,
        Self::Close,
        Self::Destroy,
        Self::Authorise,
        Self::Revoke,
        Self::Block,
        Self::Unblock,
        Self::DeclareAttending,
        Self::ConfirmAttending,
        Self::EndAttending,
        Self::SetEmergencyChoices,
        Self::SetContacts,
        Self::Oppose,
        Self::Feed,
        Self::Replace,
        Self::Append,
        Self::Mask,
        Self::Unmask,
        Self::MakeVisible,
        Self::Archive,
        Self::Unarchive,
        Self::Delete,
        Self::Restore,
        Self::BreakGlass,
        Self::Regulate,
        Self::LogIn,
        Self::ChangeSecrets,
        Self::SendNotice,
        Self::Unreadable,
    ];

    /// Whether the act is decided for each document, besides the record.
    pub const fn is_about_a_document(self) -> bool {
        matches!(
            self,
            Self::LocateOwn
                | Self::Search
                | Self::Consult
                | Self::Feed
                | Self::Replace
                | Self::Append
                | Self::Mask
                | Self::Unmask
                | Self::MakeVisible
                | Self::Archive
                | Self::Unarchive
                | Self::Delete
                | Self::Restore
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

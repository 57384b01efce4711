//! Those around the holder, and what the holder says of themself: sealed with the identity (rules, A7 to A10, W9,
//! W10, W15). Who has an account, and how each is reached.

use std::fmt;

use jiff::civil::Date;
use model::{Caller, Disagreement, Instant, Name, Person, RecordId, RowId, StructIdNat, Tie, TieKind};
use serde::{Deserialize, Serialize};

use crate::attempt::Loaded;
use crate::rows::{CREDENTIAL, Contacts, Identity};

/// What the identity row holds besides identity, contacts and mandates. Every field may be missing in a row
/// written before it was known.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Circle {
    pub disagreements: Vec<Disagreement>,
    /// Since when a minor has an account of their own.
    pub own_account: Option<Instant>,
    pub emancipated: Option<Instant>,
    pub ties: Vec<Close>,
    /// How those who have an account, but the holder, are reached.
    pub reached: Vec<Reached>,
    /// Where one-time codes still go after the holder's contacts changed (abuse I02).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub former: Option<Former>,
    pub emergency_contacts: Vec<EmergencyContact>,
    pub preferences: Preferences,
    pub donation: Option<DonationPosition>,
    pub personal: PersonalData,
    pub notes: Vec<Note>,
    /// Records of others whose representative the holder is: hints, each checked on use.
    pub represents: Vec<Represented>,
    /// The holder's latest printed list, by which a paper form names a document (rules, W14).
    pub printed: Option<PrintedList>,
}

/// Somebody tied to the holder, by name.
#[derive(Clone, Serialize, Deserialize)]
pub struct Close {
    pub tie: Tie,
    pub name: Name,
    pub contacts: Contacts,
    pub by: model::RecordedBy,
}

/// The contacts of a representative or of somebody close.
#[derive(Clone, Serialize, Deserialize)]
pub struct Reached {
    pub account: RowId,
    pub contacts: Contacts,
}

/// The contacts before a change, and until when they carry the codes.
#[derive(Clone, Serialize, Deserialize)]
pub struct Former {
    pub contacts: Contacts,
    pub until: Instant,
}

/// Whom to call: no right comes with it, and it is not the trusted person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmergencyContact {
    pub name: Name,
    pub phone: String,
}

/// Of what the holder wishes to be told (rules, "Notices").
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessNotices {
    /// The first access of each professional.
    #[default]
    First,
    Every,
    /// None but emergencies.
    Emergencies,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    pub accesses: AccessNotices,
    /// No digest of new documents.
    pub no_digest: bool,
}

/// What the holder says of the donation of their organs; the national register of refusals prevails.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DonationPosition {
    pub agrees: bool,
    pub said: Instant,
}

/// What the holder writes of themself.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonalData {
    pub allergies: Option<String>,
    pub blood_group: Option<String>,
    pub weight_kg: Option<String>,
    pub height_cm: Option<String>,
    pub more: Option<String>,
}

/// A note of the holder's, always shown as theirs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub id: RowId,
    pub text: String,
    pub written: Instant,
    pub by: model::RecordedBy,
}

/// A record in which the holder of this one has a mandate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Represented {
    pub record: RecordId,
    pub mandate: RowId,
}

/// Codes, one for each document, good until the next list is printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintedList {
    pub printed: Instant,
    pub codes: Vec<(String, model::EntryId)>,
}

/// An act that stays secret from the representatives: what is fed of it is hidden from them (rules, W9).
/// Stands in the gate row, where feeding can see it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretAct {
    /// The day of care, in France.
    pub day: Date,
    /// Where; none: wherever on that day.
    pub house: Option<StructIdNat>,
    pub declared: Instant,
}

/// Somebody who logs in to a record.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountOf {
    Holder,
    /// By their mandate.
    Representative(RowId),
    /// By their tie.
    Relative(RowId),
}

impl AccountOf {
    /// The credential's row.
    pub fn row(self) -> RowId {
        match self {
            Self::Holder => CREDENTIAL,
            Self::Representative(id) | Self::Relative(id) => id,
        }
    }

    /// Whose account a private caller uses.
    pub fn of(caller: &Caller) -> Self {
        match caller.person.proved() {
            Some(Person::Representative { mandate, .. }) => Self::Representative(*mandate),
            Some(Person::Relative { tie, .. }) => Self::Relative(*tie),
            _ => Self::Holder,
        }
    }

    /// Who calls, once both factors are proved.
    pub fn caller(self, record: RecordId) -> Caller {
        let person = match self {
            Self::Holder => Person::Holder { record },
            Self::Representative(mandate) => Person::Representative { record, mandate },
            Self::Relative(tie) => Person::Relative { record, tie },
        };
        Caller { person: model::Fact::Proved(person), ..Caller::holder(record) }
    }
}

impl Circle {
    pub fn ties(&self) -> Vec<Tie> {
        self.ties.iter().map(|it| it.tie.clone()).collect()
    }

    pub fn contacts_of(&self, account: RowId) -> Option<&Contacts> {
        self.reached.iter().find(|it| it.account == account).map(|it| &it.contacts)
    }

    pub fn reach(&mut self, account: RowId, contacts: Contacts) {
        self.reached.retain(|it| it.account != account);
        self.reached.push(Reached { account, contacts });
    }
}

impl Identity {
    /// Where an account's one-time codes go: a contact that was just put in does not keep the holder out.
    pub(crate) fn code_contacts(&self, account: AccountOf, now: Instant) -> Contacts {
        let former = self.circle.former.as_ref().filter(|it| account == AccountOf::Holder && now < it.until);
        former.map_or_else(|| self.contacts_of(account), |it| it.contacts.clone())
    }

    /// How an account is reached.
    pub fn contacts_of(&self, account: AccountOf) -> Contacts {
        match account {
            AccountOf::Holder => self.contacts.clone(),
            other => self.circle.contacts_of(other.row()).cloned().unwrap_or_default(),
        }
    }
}

impl Loaded {
    /// All who may have an account of this record.
    pub(crate) fn accounts(&self) -> Vec<AccountOf> {
        let mandates = self.identity.mandates.iter().map(|it| AccountOf::Representative(it.id));
        let ties = self.identity.circle.ties.iter().filter(|it| !matches!(it.tie.kind, TieKind::Helper));
        std::iter::once(AccountOf::Holder)
            .chain(mandates)
            .chain(ties.map(|it| AccountOf::Relative(it.tie.id)))
            .collect()
    }
}

impl SecretAct {
    /// Whether what is fed of this day, by this house, is of this act. What says no house is.
    pub fn covers(&self, day: Date, house: Option<&StructIdNat>) -> bool {
        self.day == day && (self.house.is_none() || house.is_none() || self.house.as_ref() == house)
    }
}

impl fmt::Debug for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Circle(…)")
    }
}

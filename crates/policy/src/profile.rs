//! A profile: the parameters of the rules, as data a jurist can change. Every key stands in the file; one
//! that is missing or unknown is an error, never a default.

use model::{Act, Instant, Volume};
use serde::Deserialize;

use crate::PolicyError;
use crate::fingerprint::fingerprint;
use crate::time::months_later;

/// The profiles that come with the program.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ProfileName {
    /// Express consent to everything.
    Dmp2018,
    /// Opened after information and six weeks, care team presumed.
    Mes2026,
}

impl ProfileName {
    pub const ALL: [ProfileName; 2] = [Self::Dmp2018, Self::Mes2026];

    /// The text of its file.
    pub fn text(self) -> &'static str {
        match self {
            Self::Dmp2018 => include_str!("../data/profile-dmp-2018.json"),
            Self::Mes2026 => include_str!("../data/profile-mes-2026.json"),
        }
    }
}

/// The parameters. Loaded from text only, so that the fingerprint is the file's.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    pub name: String,
    pub version: String,
    pub source: String,
    /// The version of the matrix it decides with.
    pub matrix: String,
    /// How long an authorisation lasts (A14).
    pub authorisation_days: u32,
    /// The care team is deemed authorised (A14).
    pub presumes_care_team: bool,
    /// How long a declaration of care lasts (A14).
    pub care_team_days: u32,
    /// After how many months a document hidden from the holder is shown (A6).
    pub hidden_from_holder_months: u8,
    /// After how many days the holder is told to see a professional (A6).
    pub hidden_from_holder_told_after_days: u32,
    /// Occupational doctors read on the holder's express consent (A15); else never.
    pub occupational_doctors_with_consent: bool,
    /// Students read what their profession will, with a senior (A15); else nothing.
    pub students_read_as_their_profession: bool,
    /// From which age one is of age (A8).
    pub majority_age: u8,
    /// Guardians of adults decide rights as a minor's representatives do (W10); else they read.
    pub guardians_decide_rights: bool,
    /// What a minor with an account of their own leaves to their representatives, or to later (A7).
    pub minors_do_not: Vec<Act>,
    /// Codes of acts that reveal what a minor may keep secret (A9). Provisional: no official list was read.
    pub protected_acts: Vec<String>,
    /// From which age a minor has an account of their own (A7).
    pub minor_own_account_age: u8,
    /// How long a broken glass stays broken (A18).
    pub break_glass_minutes: u32,
    /// How long a regulation doctor reads (A19).
    pub regulation_minutes: u32,
    /// A block holds in regulation too (A13).
    pub block_wins_over_regulation: bool,
    /// In an emergency masked documents stay masked (A20).
    pub emergency_keeps_masks: bool,
    /// In an emergency the matrix holds (A20).
    pub emergency_keeps_matrix: bool,
    /// How long a declaration of care out of hours lasts (A14).
    pub out_of_hours_hours: u32,
    /// How far back proofs of completeness go (A22).
    pub proofs_back_days: u32,
    /// Within how many months a destruction the holder asked for is carried out (W13).
    pub destruction_months: u8,
    /// What an agent may enter from a form the holder signed (W14).
    pub by_signed_form: Vec<Act>,
    /// Merging, splitting and recalling need two agents (W14).
    pub corrections_by_two: bool,
    /// Undoing a kill switch needs two administrators (V1).
    pub switching_on_by_two: bool,
    /// After how many days without opposition the service opens a record; null = never (W1).
    pub opened_by_the_service_after_days: Option<u32>,
    /// A VSM comes only from an attending doctor (W4).
    pub vsm_only_by_attending_doctor: bool,
    /// The holder's own documents stand beside the professionals', by class; else in the personal space (W4).
    pub holder_documents_by_class: bool,
    /// How long the depositor may restore what they deleted (W6).
    pub restore_days: u32,
    /// A document may be both masked and hidden from the holder (W9).
    pub masked_and_hidden_combine: bool,
    /// How long after closing a record may reopen, and is then destroyed (W12, W13).
    pub kept_after_closing_years: u8,
    /// What may be asked for within an hour (V1).
    pub budgets: Budgets,
    #[serde(skip)]
    fingerprint: String,
}

/// The budgets of each kind of caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budgets {
    pub person: Limits,
    pub organisation: Limits,
    pub software: Limits,
}

/// The most that may be asked for within an hour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub records_touched_per_hour: u64,
    pub identities_tested_per_hour: u64,
    pub records_opened_per_hour: u64,
}

/// Whose budget a use counts against.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BudgetKind {
    Person,
    Organisation,
    Software,
}

impl BudgetKind {
    /// The kind of a key of `Caller::budget_keys`: `person …`, `organisation …`, `software …`.
    pub fn of_key(key: &str) -> Option<Self> {
        match key.split(' ').next()? {
            "person" => Some(Self::Person),
            "organisation" => Some(Self::Organisation),
            "software" => Some(Self::Software),
            _ => None,
        }
    }
}

impl Profile {
    pub fn from_text(text: &str) -> Result<Self, PolicyError> {
        let mut profile: Self =
            serde_json::from_str(text).map_err(|error| PolicyError::ProfileForm(error.to_string()))?;
        profile.check()?;
        profile.fingerprint = fingerprint(text);
        Ok(profile)
    }

    /// Whether an act's code is one a minor may keep secret (A9).
    pub fn is_protected_act(&self, code: &str) -> bool {
        self.protected_acts.iter().any(|it| it.eq_ignore_ascii_case(code.trim()))
    }

    /// When what was deposited hidden from the holder is shown to them by itself (A6).
    pub fn hidden_until(&self, deposited: Instant) -> Instant {
        months_later(deposited, self.hidden_from_holder_months)
    }

    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    fn check(&self) -> Result<(), PolicyError> {
        let bounds = [
            ("name", !self.name.is_empty(), "it is empty"),
            ("version", !self.version.is_empty(), "it is empty"),
            ("authorisation_days", within(self.authorisation_days, 1, 3660), "1 to 3660 days"),
            ("care_team_days", within(self.care_team_days, 1, 3660), "1 to 3660 days"),
            (
                "hidden_from_holder_months",
                within(self.hidden_from_holder_months.into(), 1, 1),
                "the law says one month",
            ),
            (
                "hidden_from_holder_told_after_days",
                within(self.hidden_from_holder_told_after_days, 1, 14),
                "the law says two weeks",
            ),
            ("minor_own_account_age", within(self.minor_own_account_age.into(), 0, 18), "0 to 18 years"),
            ("majority_age", within(self.majority_age.into(), 18, 18), "the law says eighteen"),
            ("out_of_hours_hours", within(self.out_of_hours_hours, 1, 168), "1 to 168 hours"),
            ("proofs_back_days", within(self.proofs_back_days, 1, 32), "1 to 32 days"),
            ("destruction_months", within(self.destruction_months.into(), 1, 3), "the law says three months"),
            (
                "by_signed_form",
                self.by_signed_form.iter().all(|act| !reads(*act)),
                "an agent sees no content",
            ),
            ("break_glass_minutes", within(self.break_glass_minutes, 1, 1440), "1 to 1440 minutes"),
            ("regulation_minutes", within(self.regulation_minutes, 1, 1440), "1 to 1440 minutes"),
            (
                "opened_by_the_service_after_days",
                self.opened_by_the_service_after_days.is_none_or(|days| days >= 42),
                "the law says six weeks",
            ),
            ("restore_days", within(self.restore_days, 0, 366), "0 to 366 days"),
            (
                "kept_after_closing_years",
                within(self.kept_after_closing_years.into(), 10, 10),
                "the law says ten years",
            ),
            ("budgets", self.budgets.are_set(), "a budget of nothing would stop all care"),
        ];
        match bounds.into_iter().find(|(_, holds, _)| !holds) {
            Some((field, _, why)) => Err(PolicyError::ProfileValue { field, why }),
            None => Ok(()),
        }
    }
}

/// Acts that show something of the record, which no form opens to an agent (W14).
fn reads(act: Act) -> bool {
    matches!(
        act,
        Act::Search
            | Act::Consult
            | Act::ReadTrace
            | Act::ReadRights
            | Act::ListPatients
            | Act::ListAuthorised
            | Act::ReadContacts
            | Act::ProveTrace
            | Act::SeeAs
            | Act::Why
    )
}

fn within(value: u32, least: u32, most: u32) -> bool {
    (least..=most).contains(&value)
}

impl Limits {
    pub fn are_exceeded(&self, volume: &Volume) -> bool {
        volume.records_touched > self.records_touched_per_hour
            || volume.identities_tested > self.identities_tested_per_hour
            || volume.records_opened > self.records_opened_per_hour
    }

    fn are_set(&self) -> bool {
        self.records_touched_per_hour > 0
            && self.identities_tested_per_hour > 0
            && self.records_opened_per_hour > 0
    }
}

impl Budgets {
    pub fn limits(&self, kind: BudgetKind) -> &Limits {
        match kind {
            BudgetKind::Person => &self.person,
            BudgetKind::Organisation => &self.organisation,
            BudgetKind::Software => &self.software,
        }
    }

    /// The worst of several uses, each against its own kind's budget, put on the scale of a person's: what
    /// belongs in `Facts::volume`. It exceeds a person's budget exactly where some use exceeds its own.
    pub fn worst(&self, uses: impl IntoIterator<Item = (BudgetKind, Volume)>) -> Volume {
        uses.into_iter().fold(Volume::default(), |worst, (kind, used)| {
            let own = self.limits(kind);
            let scale = |used: u64, own: u64, person: u64| {
                let scaled = (u128::from(used) * u128::from(person)).div_ceil(u128::from(own).max(1));
                u64::try_from(scaled).unwrap_or(u64::MAX)
            };
            let touched = scale(
                used.records_touched,
                own.records_touched_per_hour,
                self.person.records_touched_per_hour,
            );
            let tested = scale(
                used.identities_tested,
                own.identities_tested_per_hour,
                self.person.identities_tested_per_hour,
            );
            let opened =
                scale(used.records_opened, own.records_opened_per_hour, self.person.records_opened_per_hour);
            Volume {
                records_touched: worst.records_touched.max(touched),
                identities_tested: worst.identities_tested.max(tested),
                records_opened: worst.records_opened.max(opened),
                switched_off: worst.switched_off || used.switched_off,
            }
        })
    }

    fn are_set(&self) -> bool {
        self.person.are_set() && self.organisation.are_set() && self.software.are_set()
    }
}

//! The holder, and who speaks for them: representatives, those close, agents with a signed form.

use model::{Act, Agent, Door, Mandate, MandateKind, Person, SignedForm, Strength, Tie};

use crate::case::Case;
use crate::time::age_reached;

/// What a representative in force may do as the holder does (A8).
const AS_THE_HOLDER: &[Act] = &[
    Act::Search,
    Act::Consult,
    Act::ReadTrace,
    Act::ReadRights,
    Act::ReadContacts,
    Act::SeeAs,
    Act::Why,
    Act::Feed,
    Act::Dispute,
    Act::ContestEmergency,
];

/// What a representative does for a minor (W7, W8, W10, W11, W15).
const FOR_A_MINOR: &[Act] = &[
    Act::Close,
    Act::Authorise,
    Act::Revoke,
    Act::Block,
    Act::Unblock,
    Act::ConfirmAttending,
    Act::EndAttending,
    Act::GiveSameReading,
    Act::EndSameReading,
    Act::SetEmergencyChoices,
    Act::SetContacts,
    Act::SetEmergencyContact,
    Act::SetPreferences,
    Act::Oppose,
    Act::LiftOpposition,
    Act::ConsentToOccupational,
    Act::WithdrawFromOccupational,
    Act::AddRepresentative,
    Act::RestrictRepresentative,
    Act::EndRepresentative,
    Act::Mask,
    Act::Unmask,
    Act::Archive,
    Act::Unarchive,
    Act::EditPersonalData,
    Act::WriteNote,
    Act::AddCarer,
    Act::EndCarer,
    Act::AddHelper,
    Act::EndHelper,
    Act::PrintList,
];

impl<'a> Case<'a> {
    /// By the portal, with two factors (A4).
    fn comes_with_two_factors(&self) -> bool {
        self.at(Door::Portal) && self.caller.strength == Strength::TwoFactors
    }

    /// The holder of this very record.
    pub fn is_holder(&self) -> bool {
        let own = |record| self.caller.is_holder_of(record);
        self.comes_with_two_factors() && self.record().record.is_some_and(own)
    }

    /// The holder, by the single-use link of a notice, for what can only restrict: shut a professional out,
    /// contest an access (rules, "Notices"). Nothing else is open to a link.
    pub fn restricts_by_link(&self) -> bool {
        let own = |record| self.caller.is_holder_of(record);
        self.at(Door::Portal)
            && self.caller.strength == Strength::Link
            && self.record().record.is_some_and(own)
            && matches!(self.act, Act::Block | Act::ContestEmergency)
    }

    /// True when a holder calls, of this record or of another, however proved.
    pub fn calls_as_holder(&self) -> bool {
        matches!(self.caller.person.proved(), Some(Person::Holder { .. }))
    }

    pub fn calls_as_representative(&self) -> bool {
        matches!(self.caller.person.proved(), Some(Person::Representative { .. }))
    }

    pub fn calls_as_relative(&self) -> bool {
        matches!(self.caller.person.proved(), Some(Person::Relative { .. }))
    }

    /// The holder is known to be under age, and not emancipated (A7, A8).
    pub fn holder_is_minor(&self) -> bool {
        let record = self.record();
        let majority = record.birth_date.map(|it| age_reached(it, self.policy.profile.majority_age));
        let emancipated = record.emancipated.is_some_and(|at| at <= self.now);
        majority.is_some_and(|at| self.now < at) && !emancipated
    }

    pub fn holder_has_reached(&self, years: u8) -> bool {
        self.record().birth_date.is_some_and(|it| age_reached(it, years) <= self.now)
    }

    /// The minor's own account is open (A7).
    pub fn has_own_account(&self) -> bool {
        self.record().own_account.is_some_and(|at| at <= self.now)
    }

    /// In force for this person at this instant, by dates, courts, majority and consent (A8).
    pub fn is_usable(&self, mandate: &Mandate) -> bool {
        mandate.is_in_force(self.now)
            && match mandate.kind {
                MandateKind::ParentalAuthority => self.holder_is_minor(),
                MandateKind::Guardian | MandateKind::FamilyAuthority => true,
                MandateKind::GuardianOfProperty => false,
                MandateKind::Curator => mandate.consented.is_some_and(|at| at <= self.now),
            }
    }

    /// The mandate the caller uses, proved and in force.
    pub fn mandate(&self) -> Option<&'a Mandate> {
        match self.caller.person.proved() {
            Some(Person::Representative { record, mandate })
                if self.comes_with_two_factors() && self.record().record == Some(*record) =>
            {
                self.record().mandate(*mandate).filter(|it| self.is_usable(it))
            }
            _ => None,
        }
    }

    /// A representative in force, whose mandate and its kind permit this act (A8).
    pub fn represents(&self) -> bool {
        self.mandate().is_some_and(|mandate| {
            let guardian = mandate.kind != MandateKind::Curator;
            let decides = guardian && (self.holder_is_minor() || self.policy.profile.guardians_decide_rights);
            let by_kind = AS_THE_HOLDER.contains(&self.act) || (FOR_A_MINOR.contains(&self.act) && decides);
            by_kind && mandate.acts.permit(self.act)
        })
    }

    /// The tie the caller uses, in force.
    pub fn tie(&self) -> Option<&'a Tie> {
        match self.caller.person.proved() {
            Some(Person::Relative { record, tie })
                if self.comes_with_two_factors() && self.record().record == Some(*record) =>
            {
                self.record().tie(*tie).filter(|it| it.is_in_force(self.now))
            }
            _ => None,
        }
    }

    /// An heir of this record's holder, their quality proved (A2).
    pub fn is_heir(&self) -> bool {
        let own = matches!(self.caller.person.proved(),
            Some(Person::Heir { record }) if self.record().record == Some(*record));
        own && self.comes_with_two_factors() && self.facts.request.quality_proved
    }

    /// Somebody identified who opens their own first record (W1).
    pub fn is_applicant(&self) -> bool {
        matches!(self.caller.person.proved(), Some(Person::Applicant)) && self.comes_with_two_factors()
    }

    /// An agent at a counter, by certificate.
    pub fn counter(&self) -> Option<&'a Agent> {
        let at_counter = matches!(self.caller.door, Door::Care | Door::Portal) && self.has_certificate();
        self.agent().filter(|_| at_counter)
    }

    /// An agent enters a form the holder signed (W14): of the acts the profile lists, a document named by its
    /// code on the holder's printed list.
    pub fn enters_a_form(&self) -> bool {
        let enough = match self.facts.request.form {
            None => false,
            Some(SignedForm::Plain) => !self.act.is_about_a_document(),
            Some(SignedForm::WithCode) => true,
        };
        enough && self.counter().is_some() && self.policy.profile.by_signed_form.contains(&self.act)
    }

    /// The holder, if only by the link of a notice, a representative for this act, or an agent with the
    /// holder's signed form.
    pub fn speaks_for_the_holder(&self) -> bool {
        self.is_holder() || self.restricts_by_link() || self.represents() || self.enters_a_form()
    }

    /// Who runs the service, at the steering door.
    pub fn administrator(&self) -> Option<&'a Agent> {
        match self.caller.person.proved() {
            Some(Person::Administrator(it)) if self.steers() => Some(it),
            _ => None,
        }
    }

    pub fn reviewer(&self) -> Option<&'a Agent> {
        match self.caller.person.proved() {
            Some(Person::Reviewer(it)) if self.steers() => Some(it),
            _ => None,
        }
    }

    fn steers(&self) -> bool {
        self.at(Door::Steer)
            && matches!(self.caller.strength, Strength::TwoFactors | Strength::Bound | Strength::Certificate)
    }

    /// A second person, proved, who is not the caller.
    pub fn has_a_second(&self) -> bool {
        let second = self.facts.request.second.as_ref();
        let first = self.caller.official().map(|it| &it.id);
        second.is_some() && second != first
    }
}

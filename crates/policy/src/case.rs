//! One case to decide: who asks what of which record, and the questions the rules ask about it.
//! Every question looks at proved facts alone. Holders and who speaks for them: `powers.rs`.

use model::{
    Act, Agent, Caller, Depositor, DocumentFacts, Door, Facts, Instant, Organisation, Person, Professional,
    Purpose, RecordFacts, Rights, Strength,
};

use crate::Policy;
use crate::habilitation::MatrixRow;
use crate::rule::Rule;

pub struct Case<'a> {
    pub policy: &'a Policy,
    pub caller: &'a Caller,
    pub act: Act,
    pub purpose: &'a Purpose,
    pub facts: &'a Facts<'a>,
    pub now: Instant,
}

impl<'a> Case<'a> {
    /// Whether a permission of this rule counts at all. What is decided for a document is not decided without
    /// it. For an emergency's purpose only the rules of emergencies permit, and the status may be asked.
    pub fn may_be_permitted_by(&self, rule: Rule) -> bool {
        let decided_for_the_record = matches!(self.act, Act::Search | Act::Feed | Act::Why);
        let complete = !self.act.is_about_a_document() || decided_for_the_record || self.document().is_some();
        complete && (!self.is_emergency() || matches!(rule, Rule::A1 | Rule::A18 | Rule::A19))
    }

    pub fn is_emergency(&self) -> bool {
        *self.purpose != Purpose::Normal
    }

    pub fn record(&self) -> &'a RecordFacts {
        self.facts.record
    }

    pub fn rights(&self) -> &'a Rights {
        &self.facts.record.rights
    }

    pub fn document(&self) -> Option<&'a DocumentFacts> {
        self.facts.document
    }

    pub fn at(&self, door: Door) -> bool {
        self.caller.door == door
    }

    /// Acts by which something in the record is read.
    pub fn is_reading(&self) -> bool {
        matches!(
            self.act,
            Act::Search
                | Act::Consult
                | Act::ReadTrace
                | Act::ReadRights
                | Act::ListPatients
                | Act::ListAuthorised
                | Act::ReadContacts
                | Act::ReadClosure
                | Act::ProveTrace
                | Act::SeeAs
                | Act::Why
        )
    }

    /// Acts by which documents are read.
    pub fn is_reading_documents(&self) -> bool {
        matches!(self.act, Act::Search | Act::Consult)
    }

    /// The proved professional, at whatever door: what prohibitions look at.
    pub fn professional(&self) -> Option<&'a Professional> {
        self.caller.professional()
    }

    pub fn agent(&self) -> Option<&'a Agent> {
        self.caller.agent()
    }

    pub fn organisation(&self) -> Option<&'a Organisation> {
        self.caller.organisation.proved()
    }

    /// A certificate: a person's own, or an organisation's with the person bound to it.
    pub fn has_certificate(&self) -> bool {
        matches!(self.caller.strength, Strength::Certificate | Strength::Bound)
    }

    /// Somebody who comes for themself or their kin, not as a professional.
    pub fn comes_privately(&self) -> bool {
        matches!(
            self.caller.person.proved(),
            Some(
                Person::Holder { .. }
                    | Person::Representative { .. }
                    | Person::Relative { .. }
                    | Person::Heir { .. }
                    | Person::Applicant
            )
        )
    }

    /// Where professionals come to care: the care door, and the portal for whoever does not come privately.
    pub fn comes_to_care(&self) -> bool {
        self.at(Door::Care) || (self.at(Door::Portal) && !self.comes_privately())
    }

    /// The professional who comes to care and whom their own certificate proves, or an organisation's with
    /// the person bound to it, or, on the portal alone, an identity provider's two factors: what permissions
    /// look at.
    pub fn care_professional(&self) -> Option<&'a Professional> {
        self.professional().filter(|_| match (self.caller.door, self.caller.strength) {
            (Door::Care | Door::Portal, Strength::Certificate) => true,
            (Door::Care | Door::Portal, Strength::Bound) => self.organisation().is_some(),
            (door, strength) => door == Door::Portal && strength == Strength::TwoFactors,
        })
    }

    /// The row of the matrix. Students read as the profession they train for, where the profile says so (A15).
    pub fn row(&self) -> Option<&'a MatrixRow> {
        let as_their_profession = self.policy.profile.students_read_as_their_profession;
        self.professional().and_then(|it| self.policy.matrix.row(it, as_their_profession))
    }

    /// Acts by which something is put into the record.
    pub fn is_depositing(&self) -> bool {
        matches!(self.act, Act::Feed | Act::Replace | Act::Append | Act::Transform)
    }

    /// A professional on the portal, without software, puts something into the record.
    pub fn deposits_by_hand(&self) -> bool {
        self.at(Door::Portal) && self.care_professional().is_some() && self.is_depositing()
    }

    /// What the blocked may still do: on the feed door whatever reads nothing; by hand a deposit, and whatever
    /// manages one's own deposits (W2).
    pub fn is_feeding(&self) -> bool {
        let manages =
            matches!(self.act, Act::Delete | Act::Restore | Act::Archive | Act::Unarchive | Act::Recall);
        let by_hand = self.at(Door::Portal) && self.care_professional().is_some();
        (self.at(Door::Feed) && !self.is_reading()) || (by_hand && (manages || self.is_depositing()))
    }

    pub fn is_blocked(&self) -> bool {
        self.professional().is_some_and(|it| self.rights().is_blocked(&it.id, self.now))
    }

    /// Attending doctor in force, or replacing one of whom the holder was told (W15).
    pub fn is_attending(&self) -> bool {
        crate::care::attends(self.caller, self.record(), self.now)
    }

    /// The attending doctor, or a professional to whom the holder gave the same reading (W10).
    pub fn reads_as_attending(&self) -> bool {
        self.is_attending()
            || self.professional().is_some_and(|it| self.rights().same_reading.contains(&it.id))
    }

    /// Let in by the holder, or deemed so with the team that cares for them (A14).
    pub fn is_authorised(&self) -> bool {
        crate::care::is_let_in(self)
    }

    /// Depositor as a reader: the person; where an organisation deposited without a person, its
    /// professionals who care for the holder now (A16).
    pub fn is_depositor(&self) -> bool {
        let Some(Depositor { organisation, person, .. }) = self.document().map(|it| &it.depositor) else {
            return false;
        };
        match (person, organisation) {
            (Some(person), _) => self.professional().is_some_and(|it| it.id == *person),
            (None, Some(organisation)) => {
                self.organisation().is_some_and(|it| it.id == *organisation)
                    && (self.is_authorised() || self.is_attending())
            }
            (None, None) => false,
        }
    }

    /// Depositor as a feeder: the organisation manages what its certificate fed, the person what they fed,
    /// the holder what they fed, colleagues nothing (W5). A person who feeds speaks for themself, never for
    /// the organisation.
    pub fn manages_document(&self) -> bool {
        let Some(depositor) = self.document().map(|it| &it.depositor) else {
            return false;
        };
        if self.is_holder() {
            return depositor.holder;
        }
        let by_certificate = self.at(Door::Feed) && self.has_certificate();
        let on_the_portal = self.at(Door::Portal) && self.care_professional().is_some();
        if !by_certificate && !on_the_portal {
            return false;
        }
        match (self.professional(), self.organisation()) {
            (Some(person), _) => depositor.person.as_ref() == Some(&person.id),
            (None, Some(organisation)) if self.caller.person.proved().is_none() => {
                depositor.organisation.as_ref() == Some(&organisation.id)
            }
            (None, Some(_)) => false,
            (None, None) => false,
        }
    }

    /// Depositor, whether they come to feed or to care.
    pub fn deposited_it(&self) -> bool {
        self.manages_document() || (self.care_professional().is_some() && self.is_depositor())
    }

    /// Hidden from the holder now: neither announced nor a month old (A6).
    pub fn is_still_hidden(&self) -> bool {
        self.document().is_some_and(|it| {
            it.visibility.hidden_from_holder && self.now < self.policy.profile.hidden_until(it.deposited)
        })
    }
}

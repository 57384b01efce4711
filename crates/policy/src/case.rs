//! One case to decide: who asks what of which record, and the questions the rules ask about it.
//! Every question looks at proved facts alone.

use model::{
    Act, ActingFor, Agent, Caller, Depositor, DocumentFacts, Door, Facts, Instant, Organisation, Person,
    Professional, Purpose, RecordFacts, Rights, Strength,
};

use crate::Policy;

pub struct Case<'a> {
    pub policy: &'a Policy,
    pub caller: &'a Caller,
    pub act: Act,
    pub purpose: &'a Purpose,
    pub facts: &'a Facts<'a>,
    pub now: Instant,
}

impl<'a> Case<'a> {
    /// Whether a permission counts at all. No emergency rule is built yet, so none serves another purpose
    /// than the normal one; and what is decided for a document is not decided without it.
    pub fn may_be_permitted(&self) -> bool {
        let decided_for_the_record = matches!(self.act, Act::Search | Act::Feed);
        let complete = !self.act.is_about_a_document() || decided_for_the_record || self.document().is_some();
        *self.purpose == Purpose::Normal && complete
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
        matches!(self.act, Act::Search | Act::Consult | Act::ReadTrace | Act::ReadRights)
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

    pub fn has_certificate(&self) -> bool {
        self.caller.strength == Strength::Certificate
    }

    /// Where professionals come to care: the care door, and the portal for whoever is not a holder.
    pub fn comes_to_care(&self) -> bool {
        self.at(Door::Care) || (self.at(Door::Portal) && !self.calls_as_holder())
    }

    /// The professional who comes to care and whom their own certificate proves, or, on the portal alone, an
    /// identity provider's two factors: what permissions look at.
    pub fn care_professional(&self) -> Option<&'a Professional> {
        self.professional().filter(|_| match self.caller.door {
            Door::Care => self.has_certificate(),
            Door::Portal => matches!(self.caller.strength, Strength::Certificate | Strength::TwoFactors),
            Door::Feed | Door::Steer | Door::Upkeep => false,
        })
    }

    /// Acts by which something is put into the record.
    pub fn is_depositing(&self) -> bool {
        matches!(self.act, Act::Feed | Act::Replace | Act::Append)
    }

    /// A professional on the portal, without software, puts something into the record.
    pub fn deposits_by_hand(&self) -> bool {
        self.at(Door::Portal) && self.care_professional().is_some() && self.is_depositing()
    }

    /// What the blocked may still do: on the feed door whatever reads nothing, by hand a deposit alone (W2).
    pub fn is_feeding(&self) -> bool {
        (self.at(Door::Feed) && !self.is_reading()) || self.deposits_by_hand()
    }

    /// The holder of this very record, by the portal and two factors (A4).
    pub fn is_holder(&self) -> bool {
        let own = |record| self.caller.is_holder_of(record);
        self.at(Door::Portal)
            && self.caller.strength == Strength::TwoFactors
            && self.record().record.is_some_and(own)
    }

    /// True when a holder calls, of this record or of another, however proved.
    pub fn calls_as_holder(&self) -> bool {
        matches!(self.caller.person.proved(), Some(Person::Holder { .. }))
    }

    pub fn is_blocked(&self) -> bool {
        self.professional().is_some_and(|it| self.rights().is_blocked(&it.id, self.now))
    }

    /// See [`attends`].
    pub fn is_attending(&self) -> bool {
        self.professional().is_some_and(|it| attends(it, self.rights(), self.now))
    }

    /// The attending doctor, or a professional to whom the holder gave the same reading (W10).
    pub fn reads_as_attending(&self) -> bool {
        self.is_attending()
            || self.professional().is_some_and(|it| self.rights().same_reading.contains(&it.id))
    }

    /// Authorised by the holder, in person or with the organisation that is proved (A14).
    pub fn is_authorised(&self) -> bool {
        let organisation = self.organisation().map(|it| &it.id);
        self.professional()
            .is_some_and(|it| self.rights().authorisation(&it.id, organisation, self.now).is_some())
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
            (None, Some(organisation)) => depositor.organisation.as_ref() == Some(&organisation.id),
            (None, None) => false,
        }
    }
}

/// Attending doctor in force: a doctor, in a situation of care, confirmed by the holder, not blocked.
/// A declaration that waits for confirmation gives nothing here (W10).
pub fn attends(professional: &Professional, rights: &Rights, now: Instant) -> bool {
    professional.profession.is_doctor()
        && professional.acting_for == ActingFor::Care
        && rights.is_attending(&professional.id, now)
        && !rights.is_blocked(&professional.id, now)
}

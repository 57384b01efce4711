//! The people, records and documents the tests of the rules speak of, and a case made of them. Nobody here exists.
#![allow(dead_code, clippy::unwrap_used)]

pub mod callers;
pub mod documents;
pub mod records;

use model::{
    Act, Caller, DocumentFacts, Facts, HeirPurpose, HeirRelease, Instant, PsIdNat, Purpose, RecordFacts,
    RecordId, Request, RowId, StructIdNat, Volume,
};
use policy::{Decision, Policy, ProfileName};

#[allow(unused_imports)]
pub use self::{callers::*, documents::*, records::*};

pub fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub fn now() -> Instant {
    at("2026-11-21T12:00:00+01:00")
}

pub fn dmp_2018() -> Policy {
    Policy::builtin(ProfileName::Dmp2018).unwrap()
}

pub fn mes_2026() -> Policy {
    Policy::builtin(ProfileName::Mes2026).unwrap()
}

pub fn record_id() -> RecordId {
    RecordId::from_bytes([1; 16])
}

/// People of the directory, by a number of the tests' own.
pub fn ps(number: u32) -> PsIdNat {
    format!("0{number:09}").parse().unwrap()
}

pub fn house(number: u32) -> StructIdNat {
    format!("0{number:09}").parse().unwrap()
}

pub fn row(number: u8) -> RowId {
    RowId::from_bytes([number; 16])
}

/// A request that lacks nothing.
pub fn request() -> Request {
    Request {
        asked_deprecated: false,
        asked_archived: false,
        about: None,
        consent: true,
        qualified_identity: true,
        identity_agrees: true,
        emergency_answers: true,
        contacts_stated: true,
        quality_proved: true,
        legitimate_reason: true,
        announced: true,
        minor_agreed: true,
        incapacity_attested: true,
        cannot_consent: true,
        immediate_risk: true,
        traits_match: true,
        heir_purpose: Some(HeirPurpose::OwnRights),
        second: Some(ps(98)),
        heir_release: Some(HeirRelease {
            at: at("2026-11-20T00:00:00Z"),
            by: [ps(AGENT), ps(98)],
            copies: 0,
        }),
        agreed: vec![row(MOTHER), row(FATHER)],
        informed: Some(at("2026-01-01T00:00:00Z")),
        opposed: Some(model::Opposed::Organisation(house(OTHER_HOSPITAL))),
        ..Request::default()
    }
}

/// One case, ready to be changed in one point.
pub struct Scene {
    pub caller: Caller,
    pub purpose: Purpose,
    pub record: RecordFacts,
    pub document: Option<DocumentFacts>,
    pub request: Request,
    pub volume: Volume,
    pub now: Instant,
}

impl Scene {
    pub fn new(caller: Caller, record: RecordFacts) -> Self {
        Self {
            caller,
            purpose: Purpose::Normal,
            record,
            document: None,
            request: request(),
            volume: Volume::default(),
            now: now(),
        }
    }

    pub fn with(self, document: DocumentFacts) -> Self {
        Self { document: Some(document), ..self }
    }

    pub fn about(mut self, number: u32) -> Self {
        self.request.about = Some(ps(number));
        self
    }

    pub fn asking(mut self, change: impl FnOnce(&mut Request)) -> Self {
        change(&mut self.request);
        self
    }

    pub fn facts(&self) -> Facts<'_> {
        Facts {
            record: &self.record,
            document: self.document.as_ref(),
            request: &self.request,
            volume: self.volume,
        }
    }

    pub fn decide(&self, policy: &Policy, act: Act) -> Decision {
        policy.decide(&self.caller, act, &self.purpose, &self.facts(), self.now)
    }
}

//! What a VIHF says, in types: each value was of its table and of its form.

use aws_lc_rs::digest;
use model::{Coding, Ins, Instant, Profession, PsIdNat, Purpose, StructIdNat};
use xml::signature::Certificate;

/// The version written in it. Both are in the field and mean the same here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    V3,
    V4,
}

/// How the person was authenticated, which decides what certificate must have signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// By their own card.
    Direct,
    /// By the organisation, which vouches: feeding only.
    Indirect,
    /// By the organisation and an identity provider (AIR).
    IndirectReinforced,
}

/// What the person is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// A profession; with a specialty for doctors, a section for pharmacists, a role for those known by it.
    Profession { profession: Profession, detail: Option<String> },
    /// TRE_A00: a software or a device that feeds, a secretariat: `AUTOMATE`.
    Other(String),
}

/// The software that made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticeSoftware {
    pub name: String,
    pub version: Option<String>,
    pub installation: Option<String>,
    pub homologation: String,
}

/// When and how the person was authenticated by the software.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authentication {
    pub at: Instant,
    /// One of the classes of SAML 2.0, without its prefix: `TLSClient`, `SmartcardPKI` …
    pub class: String,
    /// Always there in [`Mode::IndirectReinforced`].
    pub declaration: Option<String>,
}

/// The claims of an assertion whose signature, grammar and conditions are right. Only [`super::read`] makes one.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Vihf {
    pub id: String,
    pub issued: Instant,
    pub version: Version,
    pub mode: Mode,
    /// The person: a claim, to be bound to the certificate (DIRECTE) or to the directory.
    pub person: PsIdNat,
    /// How the software names them. For the trace.
    pub person_name: String,
    /// The organisation: a claim, to be bound to the certificate or to the directory.
    pub organisation: StructIdNat,
    pub sector: Coding,
    pub role: Role,
    /// The person whose record is asked for: to be the same as in the message.
    pub patient: Option<Ins>,
    pub purpose: Purpose,
    /// A minor's consultation hidden from legal representatives.
    pub hidden_from_representatives: bool,
    pub software: PracticeSoftware,
    pub authentication: Authentication,
    pub(super) certificate: Certificate,
    pub(super) forget_after: Instant,
}

impl Vihf {
    /// The certificate whose key signed: the one thing proved.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// By which a second use of this assertion is known. Two signers cannot take each other's ids.
    pub fn replay_key(&self) -> [u8; 32] {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(digest::digest(&digest::SHA256, self.certificate.der()).as_ref());
        context.update(self.id.as_bytes());
        let mut key = [0; 32];
        key.copy_from_slice(context.finish().as_ref());
        key
    }

    /// From then on the assertion is refused for its age alone, and its use may be forgotten.
    pub fn forget_after(&self) -> Instant {
        self.forget_after
    }
}

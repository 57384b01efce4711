//! Who calls over SOAP: the certificate of the connection first, then the VIHF, which must say the same of the same
//! person and house, and the directory at this instant (abuse B12, B13, B16).
//!
//! - DIRECTE: the connection, the signature and the name are one person's; profession and house are theirs in the
//!   directory.
//! - INDIRECTE: the connection and the signature are one organisation's, at the feed door alone. Whom it names is a
//!   claim, held against the directory where the number is a national one, and noted as depositor beside the
//!   organisation; it permits nothing.
//! - INDIRECTE_RENFORCEE: the connection and the signature are one organisation's, and an identity provider's token
//!   bound to its certificate proves the person (`proof`), at the care door alone. The token is the AuthnContextDecl,
//!   or comes beside the message as `Authorization: Bearer`; a word in its place proves nothing.

use std::mem::discriminant;
use std::net::SocketAddr;

use axum::http::HeaderMap;
use ihe::soap::{Fault, Subcode};
use ihe::vihf::{Expected, Mode, Role, Vihf};
use model::{Caller, Fact, Instant, Organisation, Person, Professional, PsIdNat, Software, Standing};
use record::{Call, Once};
use xml::signature::{Certificate, Trust};

use crate::app::App;
use crate::caller;
use crate::connection::{Anchor, Connection, PeerCertificate};
use crate::directory::{Directory, Role as Listed};
use crate::proof::{Proof, ProofFault, bound};
use crate::tls::Settings;

/// The anchors and lists of the door the request came through.
struct Door<'a> {
    settings: &'a Settings,
    now: Instant,
}

impl Trust for Door<'_> {
    fn trusts(&self, certificate: &Certificate, others: &[Vec<u8>]) -> bool {
        self.settings.signer(certificate.der(), others, self.now).is_some()
    }
}

/// What a VIHF is read with.
pub(super) fn read(
    security: xml::Node<'_>,
    settings: &Settings,
    now: Instant,
    names: &[&str],
) -> Result<Vihf, Fault> {
    let expected = Expected { names, ..Expected::at(now) };
    ihe::vihf::read(security, &expected, &Door { settings, now }).map_err(|error| error.fault())
}

/// Why an assertion that comes alone is not taken.
pub(crate) enum AssertionFault {
    /// It is none, or nobody known here signed it: it proves nobody.
    Unsigned,
    /// Somebody known did, and it says what is not so.
    Unfit(Box<Caller>),
}

/// An assertion without a message or a connection of its signer's around it (TD0.9): what it says, and whom it proves
/// to have signed it: the person by their card, or by their organisation with their token.
pub(crate) fn alone(
    bytes: &[u8],
    app: &App,
    settings: &Settings,
    names: &[&str],
) -> Result<(Vihf, Caller), AssertionFault> {
    let (now, directory) = (app.clock.now(), &*app.directory);
    let document = xml::Document::parse(bytes, &ihe::soap::limits()).map_err(|_| AssertionFault::Unsigned)?;
    let expected = Expected { names, ..Expected::at(now) };
    let vihf = ihe::vihf::read_alone(&document, &expected, &Door { settings, now })
        .map_err(|_| AssertionFault::Unsigned)?;
    let signer = settings.signer(vihf.certificate().der(), &[], now).ok_or(AssertionFault::Unsigned)?;
    // as if the signer held the connection: what they could prove there, they may say here
    let as_if = Connection {
        peer: SocketAddr::from(([0, 0, 0, 0], 0)),
        door: model::Door::Portal,
        certificate: Some(signer.clone()),
    };
    let at = Ok(Some(vihf.organisation.clone()));
    let proved =
        caller::proved(&as_if, at, software(&vihf), directory, now).map_err(|_| AssertionFault::Unsigned)?;
    let unfit = |_| AssertionFault::Unfit(Box::new(proved.clone()));
    let caller = match (vihf.mode, signer.anchor) {
        (Mode::Direct, Anchor::Persons) => direct(proved.clone(), &vihf, directory).map_err(unfit)?,
        (Mode::IndirectReinforced, Anchor::Organisations) => {
            let headers = HeaderMap::new();
            let token = token(&vihf, &headers).map_err(unfit)?;
            let proof = bound::verified(token, &signer, app).map_err(not_proved).map_err(unfit)?;
            reinforced(proved.clone(), &vihf, &proof, &signer, directory).map_err(unfit)?
        }
        _ => return Err(unfit(not_bound())),
    };
    match caller.professional() {
        Some(_) => Ok((vihf, caller)),
        None => Err(unfit(not_theirs())),
    }
}

/// The software that made it, as it calls itself.
fn software(vihf: &Vihf) -> Fact<Software> {
    Fact::Claimed(Software {
        name: vihf.software.name.chars().take(100).collect(),
        version: vihf.software.version.as_ref().map(|it| it.chars().take(100).collect()),
    })
}

/// What came beside the message.
pub(super) struct Beside<'a> {
    pub(super) app: &'a App,
    pub(super) connection: &'a Connection,
    pub(super) settings: &'a Settings,
    pub(super) headers: &'a HeaderMap,
}

/// The caller as connection, assertion and directory prove them together.
pub(super) fn bind(call: Call, vihf: &Vihf, beside: &Beside<'_>, now: Instant) -> Result<Call, Fault> {
    let Beside { connection, settings, .. } = *beside;
    let directory = &*beside.app.directory;
    let shown = connection.certificate.as_ref().ok_or_else(not_bound)?;
    let signer = settings.signer(vihf.certificate().der(), &[], now).ok_or_else(not_bound)?;
    let anchor = match (vihf.mode, connection.door) {
        (Mode::Direct, _) => Anchor::Persons,
        (Mode::Indirect, model::Door::Feed) | (Mode::IndirectReinforced, model::Door::Care) => {
            Anchor::Organisations
        }
        // B16: what is missing, and how to come with more
        (Mode::Indirect, _) => return Err(Fault::security(Subcode::FailedAuthentication, FEEDS_ALONE)),
        (Mode::IndirectReinforced, _) => {
            return Err(Fault::security(Subcode::UnsupportedSecurityToken, READS_ALONE));
        }
    };
    if !is_one(shown, &signer, anchor) {
        return Err(not_bound());
    }
    let at = Ok(Some(vihf.organisation.clone()));
    let proved = caller::proved(connection, at, software(vihf), directory, now).map_err(|_| not_bound())?;
    let caller = match vihf.mode {
        Mode::Direct => direct(proved, vihf, directory)?,
        Mode::Indirect => indirect(proved, vihf, shown, directory)?,
        Mode::IndirectReinforced => {
            let token = token(vihf, beside.headers)?;
            let proof = bound::verified(token, shown, beside.app).map_err(not_proved)?;
            reinforced(proved, vihf, &proof, shown, directory)?
        }
    };
    let once = Once::new(&vihf.id, vihf.replay_key(), vihf.forget_after());
    Ok(Call { caller, purpose: vihf.purpose.clone(), once: Some(once), ..call })
}

/// The certificate of the connection and the one that signed name the same, under the anchor the mode wants.
fn is_one(shown: &PeerCertificate, signer: &PeerCertificate, anchor: Anchor) -> bool {
    shown.anchor == anchor && signer.anchor == anchor && shown.common_name == signer.common_name
}

fn direct(caller: Caller, vihf: &Vihf, directory: &Directory) -> Result<Caller, Fault> {
    let active = directory.person(&vihf.person).is_some_and(|it| it.standing == Standing::Active);
    let placed = caller.organisation.proved().is_some_and(|it| it.id == vihf.organisation);
    let itself = match caller.person.proved() {
        // whom the directory does not know, or no longer, is the rules' to refuse: with a line of their own
        Some(Person::Professional(it)) if !active => it.id == vihf.person,
        Some(Person::Professional(it)) => it.id == vihf.person && placed && fits(&vihf.role, it),
        Some(Person::Agent(it) | Person::Administrator(it) | Person::Reviewer(it)) => {
            it.id == vihf.person && placed && matches!(vihf.role, Role::Other(_))
        }
        _ => false,
    };
    if itself { Ok(caller) } else { Err(not_theirs()) }
}

/// Whom the token proves is whom the assertion names, of its profession and at its house, for its purpose.
fn reinforced(
    house: Caller,
    vihf: &Vihf,
    proof: &Proof,
    shown: &PeerCertificate,
    directory: &Directory,
) -> Result<Caller, Fault> {
    if vihf.person != proof.person || vihf.organisation.to_string() != shown.common_name {
        return Err(not_theirs());
    }
    if proof.purpose.as_ref().is_some_and(|it| discriminant(it) != discriminant(&vihf.purpose)) {
        return Err(Fault::security(
            Subcode::InvalidSecurityToken,
            "the assertion's purpose of use is not the one for which the token was given",
        ));
    }
    let caller = bound::bound(proof, shown, &house, directory).map_err(|_| not_theirs())?;
    match caller.professional() {
        Some(it) if it.standing != Standing::Active || fits(&vihf.role, it) => Ok(caller),
        _ => Err(not_theirs()),
    }
}

/// The identity provider's token. Where it comes twice, it is the same.
fn token<'a>(vihf: &'a Vihf, headers: &'a HeaderMap) -> Result<&'a str, Fault> {
    let within = vihf.authentication.declaration.as_deref().filter(|it| it.split('.').count() == 3);
    match (bound::bearer(headers), within) {
        (Ok(Some(beside)), None) => Ok(beside),
        (Ok(Some(beside)), Some(within)) if beside == within => Ok(within),
        (Ok(None), Some(within)) => Ok(within),
        (Ok(None), None) => Err(Fault::security(
            Subcode::InvalidSecurityToken,
            "INDIRECTE_RENFORCEE needs the person's access token, bound to the connection's certificate: as \
             AuthnContextDecl or as Authorization: Bearer",
        )),
        _ => Err(Fault::security(
            Subcode::InvalidSecurityToken,
            "Authorization is not the one token of AuthnContextDecl",
        )),
    }
}

/// B16 among others: what is wrong with the token is told as FHIR is told it.
fn not_proved(fault: ProofFault) -> Fault {
    let subcode = match fault {
        ProofFault::Expired | ProofFault::TooEarly => Subcode::MessageExpired,
        ProofFault::TooLong | ProofFault::Id | ProofFault::Purpose => Subcode::InvalidSecurityToken,
        _ => Subcode::FailedAuthentication,
    };
    Fault::security(subcode, bound::says(fault))
}

const FEEDS_ALONE: &str = "INDIRECTE feeds, at the feed door: to read, come with the person's own certificate \
                           (DIRECTE) or with their access token (INDIRECTE_RENFORCEE)";
const READS_ALONE: &str = "INDIRECTE_RENFORCEE reads, at the care door: to feed, INDIRECTE or DIRECTE";

fn indirect(
    caller: Caller,
    vihf: &Vihf,
    shown: &PeerCertificate,
    directory: &Directory,
) -> Result<Caller, Fault> {
    if vihf.organisation.to_string() != shown.common_name {
        return Err(not_theirs());
    }
    let named = named(vihf, directory)?;
    Ok(Caller { person: named.map_or(Fact::Absent, |it| Fact::Claimed(Person::Professional(it))), ..caller })
}

/// Whom an organisation names. A national number is in the directory, at this house and of this profession; an
/// internal one, or a machine's, is the organisation's own affair, and nobody is noted.
fn named(vihf: &Vihf, directory: &Directory) -> Result<Option<Professional>, Fault> {
    let Role::Profession { .. } = &vihf.role else { return Ok(None) };
    if !is_national(&vihf.person) {
        return Ok(None);
    }
    match directory.person(&vihf.person).map(|it| it.role) {
        Some(Listed::Professional { .. }) => {}
        _ => return Err(not_theirs()),
    }
    let at = Ok(Some(vihf.organisation.clone()));
    let (person, organisation) = caller::person_at(vihf.person.clone(), at, directory);
    let placed = organisation.proved().is_some_and(|it: &Organisation| it.id == vihf.organisation);
    match person {
        Fact::Proved(Person::Professional(it)) if placed && fits(&vihf.role, &it) => Ok(Some(it)),
        _ => Err(not_theirs()),
    }
}

/// ADELI and RPPS numbers: `0…` and `8…`.
fn is_national(id: &PsIdNat) -> bool {
    let text = id.to_string();
    text.starts_with('0') || text.starts_with('8')
}

/// The profession asserted is the directory's; so is the specialty, where both say one.
fn fits(role: &Role, person: &Professional) -> bool {
    let Role::Profession { profession, detail } = role else { return false };
    let specialty = match (detail, &person.specialty) {
        (Some(asserted), Some(listed)) => asserted == listed,
        _ => true,
    };
    *profession == person.profession && specialty
}

fn not_bound() -> Fault {
    Fault::security(
        Subcode::FailedAuthentication,
        "the assertion is not signed by who holds this connection, or not in the mode this door serves",
    )
}

fn not_theirs() -> Fault {
    Fault::security(
        Subcode::FailedAuthentication,
        "person, profession and structure are not those of the certificate and the directory",
    )
}

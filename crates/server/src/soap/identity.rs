//! Who calls over SOAP: the certificate of the connection first, then the VIHF, which must say the same of the same
//! person and house, and the directory at this instant (abuse B12, B13, B16).
//!
//! - DIRECTE: the connection, the signature and the name are one person's; profession and house are theirs in the
//!   directory.
//! - INDIRECTE: the connection and the signature are one organisation's, at the feed door alone. Whom it names is a
//!   claim, held against the directory where the number is a national one, and noted as depositor beside the
//!   organisation; it permits nothing.
//! - INDIRECTE_RENFORCEE: needs an identity provider's proof bound to the connection, which no door takes yet.

use ihe::soap::{Fault, Subcode};
use ihe::vihf::{Expected, Mode, Role, Vihf};
use model::{Caller, Fact, Instant, Organisation, Person, Professional, PsIdNat, Software, Standing};
use record::{Call, Once};
use xml::signature::{Certificate, Trust};

use crate::caller;
use crate::connection::{Anchor, Connection, PeerCertificate};
use crate::directory::{Directory, Role as Listed};
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

/// The caller as connection, assertion and directory prove them together.
pub(super) fn bind(
    call: Call,
    vihf: &Vihf,
    connection: &Connection,
    settings: &Settings,
    directory: &Directory,
    now: Instant,
) -> Result<Call, Fault> {
    let shown = connection.certificate.as_ref().ok_or_else(not_bound)?;
    let signer = settings.signer(vihf.certificate().der(), &[], now).ok_or_else(not_bound)?;
    let anchor = match vihf.mode {
        Mode::Direct => Anchor::Persons,
        Mode::Indirect => Anchor::Organisations,
        Mode::IndirectReinforced => {
            return Err(Fault::security(
                Subcode::UnsupportedSecurityToken,
                "INDIRECTE_RENFORCEE is not served here: come with the person's own certificate (DIRECTE)",
            ));
        }
    };
    if !is_one(shown, &signer, anchor) {
        return Err(not_bound());
    }
    let software = Fact::Claimed(Software {
        name: vihf.software.name.chars().take(100).collect(),
        version: vihf.software.version.as_ref().map(|it| it.chars().take(100).collect()),
    });
    let at = Ok(Some(vihf.organisation.clone()));
    let proved = caller::proved(connection, at, software, directory, now).map_err(|_| not_bound())?;
    let caller = match vihf.mode {
        Mode::Direct => direct(proved, vihf, directory)?,
        _ => indirect(proved, vihf, shown, directory)?,
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

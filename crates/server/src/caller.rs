//! The one extractor of who calls: certificate and directory in, [`Caller`] out.
//!
//! Only these two prove anything here; and at the care door, beside an organisation's certificate, an identity
//! provider's token bound to it (`proof`). What a request says of itself is kept as a claim (its
//! software, by `User-Agent`) or chooses among what is proved (`X-Organisation`, one of the places
//! where the directory has the person work). `X-Forwarded-For` and its like are not read: no proxy
//! is configured (abuse case A11).

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use model::{
    ActingFor, Agent, Caller, Fact, Instant, Organisation, OrganisationKind, Person, Profession,
    ProfessionTable, Professional, PsIdNat, Purpose, SessionId, Software, Standing, Strength, StructIdNat,
};

use crate::app::App;
use crate::connection::{Anchor, Connection, PeerCertificate};
use crate::directory::{Directory, PersonEntry, Role};
use crate::outcome::Outcome;
use crate::proof::bound::{Known, Refused, known};

/// Names the place a person acts from, where they have several: Struct_IdNat.
pub const X_ORGANISATION: HeaderName = HeaderName::from_static("x-organisation");

/// The longest `User-Agent` kept.
const SOFTWARE_CHARS_MAX: usize = 100;

/// Who calls, and from where. A handler that takes it cannot be reached without a valid certificate.
#[derive(Clone, Debug)]
pub struct Calling {
    pub caller: Caller,
    /// Why, where an identity provider's token says so.
    pub purpose: Option<Purpose>,
    /// The address of the connection itself.
    pub peer: SocketAddr,
}

/// Why nobody is proved. All are answered alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotProved {
    #[error("no certificate was shown, or it was revoked since")]
    NoCertificate,
    #[error("the certificate has expired")]
    Expired,
    #[error("the certificate's name is no national identifier")]
    Name,
}

impl<S> FromRequestParts<S> for Calling
where
    Arc<App>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Outcome;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Outcome> {
        let app = Arc::<App>::from_ref(state);
        // only the listener makes connections: without one, the server is put together wrongly
        let connection = parts.extensions.get::<Connection>().ok_or(Outcome::FAULT)?;
        // what surrounds the routes may have asked already
        let known = match parts.extensions.get::<Result<Known, Refused>>() {
            Some(known) => known.clone(),
            None => known(connection, &parts.headers, &app),
        };
        let Known { caller, purpose } = known.map_err(|refused| refused.outcome)?;
        Ok(Self { caller, purpose, peer: connection.peer })
    }
}

/// The caller as certificate and directory prove them at this instant.
pub fn caller(
    connection: &Connection,
    headers: &HeaderMap,
    directory: &Directory,
    now: Instant,
) -> Result<Caller, NotProved> {
    proved(connection, wanted(headers), software(headers), directory, now)
}

/// The same, `wanted` naming the place a person acts from: none for their first, an error for one that cannot be
/// read.
pub fn proved(
    connection: &Connection,
    wanted: Result<Option<StructIdNat>, ()>,
    software: Fact<Software>,
    directory: &Directory,
    now: Instant,
) -> Result<Caller, NotProved> {
    let certificate = connection.certificate.as_ref().ok_or(NotProved::NoCertificate)?;
    if now > certificate.not_after {
        return Err(NotProved::Expired);
    }
    let (person, organisation) = match certificate.anchor {
        Anchor::Persons => person(certificate, wanted, directory)?,
        Anchor::Organisations => (Fact::Absent, Fact::Proved(organisation(certificate, directory)?)),
    };
    Ok(Caller {
        strength: Strength::Certificate,
        certificate: Some(certificate.id.clone()),
        person,
        organisation,
        software,
        session: session(certificate),
        ..Caller::nobody(connection.door)
    })
}

/// Where there is no session but the card's, the certificate is it (ADR 9): a window of emergency outlives a
/// connection, and no other card finds it.
fn session(certificate: &PeerCertificate) -> Option<SessionId> {
    let first = certificate.sha256.iter().take(16).map(|byte| format!("{byte:02x}"));
    format!("card-{}", first.collect::<String>()).parse().ok()
}

fn person(
    certificate: &PeerCertificate,
    wanted: Result<Option<StructIdNat>, ()>,
    directory: &Directory,
) -> Result<(Fact<Person>, Fact<Organisation>), NotProved> {
    let id: PsIdNat = certificate.common_name.parse().map_err(|_| NotProved::Name)?;
    Ok(person_at(id, wanted, directory))
}

/// A person whose number is proved, and the place they act from, as the directory has them at this instant.
/// `wanted`: the place they name, none for their first, an error for one that cannot be read.
pub fn person_at(
    id: PsIdNat,
    wanted: Result<Option<StructIdNat>, ()>,
    directory: &Directory,
) -> (Fact<Person>, Fact<Organisation>) {
    let Some(entry) = directory.person(&id) else {
        return (Fact::Proved(Person::Professional(stranger(id))), Fact::Absent);
    };
    let placed = place(&entry, wanted, directory);
    let standing = if entry.standing == Standing::Active { placed.standing } else { entry.standing };
    let person = match entry.role {
        Role::Professional { profession, specialty } => Person::Professional(Professional {
            id: entry.id,
            name: entry.name,
            profession,
            specialty,
            acting_for: placed.acting_for,
            standing,
        }),
        Role::Agent => Person::Agent(Agent { id: entry.id, name: entry.name, standing }),
        Role::Administrator => Person::Administrator(Agent { id: entry.id, name: entry.name, standing }),
        Role::Reviewer => Person::Reviewer(Agent { id: entry.id, name: entry.name, standing }),
    };
    (Fact::Proved(person), placed.organisation)
}

/// A person's certificate the directory knows nothing of.
fn stranger(id: PsIdNat) -> Professional {
    Professional {
        name: id.to_string(),
        id,
        profession: Profession { table: ProfessionTable::Role, code: String::new() },
        specialty: None,
        acting_for: ActingFor::Administration,
        standing: Standing::Unknown,
    }
}

struct Placed {
    organisation: Fact<Organisation>,
    acting_for: ActingFor,
    standing: Standing,
}

/// The place they act from: the one they name, if the directory has them there, else the first.
fn place(entry: &PersonEntry, wanted: Result<Option<StructIdNat>, ()>, directory: &Directory) -> Placed {
    let Ok(wanted) = wanted else { return nowhere(Fact::Absent) };
    let situation = entry
        .situations
        .iter()
        .find(|it| it.active && wanted.as_ref().is_none_or(|wanted| *wanted == it.organisation));
    let found = situation.and_then(|it| Some((it, directory.organisation(&it.organisation)?)));
    match found {
        Some((situation, organisation)) => Placed {
            organisation: Fact::Proved(organisation.into()),
            acting_for: situation.acting_for,
            standing: Standing::Active,
        },
        None => {
            let named = wanted.and_then(|wanted| directory.organisation(&wanted));
            nowhere(named.map_or(Fact::Absent, |it| Fact::Claimed(it.into())))
        }
    }
}

fn nowhere(organisation: Fact<Organisation>) -> Placed {
    Placed { organisation, acting_for: ActingFor::Administration, standing: Standing::LeftOrganisation }
}

/// The place the request names: none, one, or an unreadable answer.
fn wanted(headers: &HeaderMap) -> Result<Option<StructIdNat>, ()> {
    let mut values = headers.get_all(X_ORGANISATION).iter();
    let Some(first) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(());
    }
    first.to_str().ok().and_then(|text| text.trim().parse().ok()).map(Some).ok_or(())
}

fn organisation(certificate: &PeerCertificate, directory: &Directory) -> Result<Organisation, NotProved> {
    let id: StructIdNat = certificate.common_name.parse().map_err(|_| NotProved::Name)?;
    Ok(match directory.organisation(&id) {
        Some(entry) => entry.into(),
        None => Organisation {
            name: id.to_string(),
            id,
            kind: OrganisationKind::Practice,
            standing: Standing::Unknown,
        },
    })
}

/// `Name/1.2 (…)` as name and version: claimed, and cut to a length fit for the trace.
pub(crate) fn software(headers: &HeaderMap) -> Fact<Software> {
    let Some(text) = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()) else {
        return Fact::Absent;
    };
    let text: String = text.trim().chars().take(SOFTWARE_CHARS_MAX).collect();
    let product = text.split_whitespace().next().unwrap_or_default();
    match product.split_once('/') {
        Some((name, version)) if !name.is_empty() && !version.is_empty() => {
            Fact::Claimed(Software { name: name.to_owned(), version: Some(version.to_owned()) })
        }
        _ if text.is_empty() => Fact::Absent,
        _ => Fact::Claimed(Software { name: text, version: None }),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use model::{CertificateId, Door};

    use super::*;
    use crate::directory::{OrganisationEntry, Situation};

    const PERSON: &str = "899700366240";
    const QUAY: &str = "10D0000103";
    const MOOR: &str = "10D0000104";
    const ELSEWHERE: &str = "10D0000105";

    fn house(id: &str) -> OrganisationEntry {
        OrganisationEntry {
            id: id.parse().unwrap(),
            name: format!("Maison {id}"),
            kind: OrganisationKind::Practice,
            standing: Standing::Active,
        }
    }

    fn directory() -> Directory {
        let directory = Directory::default();
        let situation =
            |id: &str, acting_for| Situation { organisation: id.parse().unwrap(), acting_for, active: true };
        for id in [QUAY, MOOR, ELSEWHERE] {
            directory.put_organisation(house(id));
        }
        directory.put_person(PersonEntry {
            id: PERSON.parse().unwrap(),
            name: "Dr Personne".into(),
            role: Role::Professional { profession: Profession::health("10"), specialty: Some("SM26".into()) },
            situations: vec![situation(QUAY, ActingFor::Care), situation(MOOR, ActingFor::Insurer)],
            standing: Standing::Active,
            email: None,
        });
        directory
    }

    fn connection(anchor: Anchor, common_name: &str) -> Connection {
        Connection {
            peer: SocketAddr::from(([127, 0, 0, 1], 40_000)),
            door: Door::Care,
            certificate: Some(PeerCertificate {
                anchor,
                id: CertificateId { issuer: "CN=root".into(), serial: "01".into() },
                common_name: common_name.into(),
                organisation: None,
                not_after: Instant::from_millis(1000),
                sha256: [0; 32],
            }),
        }
    }

    fn called(directory: &Directory, headers: &[(&'static str, &str)]) -> Caller {
        let headers = headers.iter().map(|(name, value)| {
            (HeaderName::from_static(name), axum::http::HeaderValue::from_str(value).unwrap())
        });
        let mut map = HeaderMap::new();
        headers.for_each(|(name, value)| {
            map.append(name, value);
        });
        caller(&connection(Anchor::Persons, PERSON), &map, directory, Instant::EPOCH).unwrap()
    }

    fn place_of(caller: &Caller) -> Option<String> {
        caller.organisation.proved().map(|it| it.id.to_string())
    }

    fn standing_of(caller: &Caller) -> Standing {
        caller.professional().unwrap().standing
    }

    #[test]
    fn a_person_acts_from_the_first_place_or_the_one_they_name() {
        let directory = directory();
        let first = called(&directory, &[]);
        assert_eq!((place_of(&first).as_deref(), standing_of(&first)), (Some(QUAY), Standing::Active));
        let named = called(&directory, &[("x-organisation", MOOR)]);
        assert_eq!(place_of(&named).as_deref(), Some(MOOR));
        assert_eq!(named.professional().unwrap().acting_for, ActingFor::Insurer);
    }

    #[test]
    fn a_place_where_they_do_not_work_proves_nothing() {
        let directory = directory();
        let twice = [("x-organisation", QUAY), ("x-organisation", QUAY)];
        let wrong: [&[(&'static str, &str)]; 5] = [
            &[("x-organisation", ELSEWHERE)],
            &[("x-organisation", "10D9999999")],
            &[("x-organisation", "nonsense")],
            &[("x-organisation", "")],
            &twice,
        ];
        for headers in wrong {
            let caller = called(&directory, headers);
            assert_eq!(place_of(&caller), None, "{headers:?}");
            assert_eq!(standing_of(&caller), Standing::LeftOrganisation, "{headers:?}");
        }
    }

    #[test]
    fn the_directory_decides_at_each_request() {
        let directory = directory();
        let id: PsIdNat = PERSON.parse().unwrap();
        assert!(directory.leave(&id, &QUAY.parse().unwrap()));
        assert_eq!(place_of(&called(&directory, &[])).as_deref(), Some(MOOR));
        assert!(directory.close(&MOOR.parse().unwrap()));
        let closed = called(&directory, &[]);
        assert_eq!(closed.organisation.proved().unwrap().standing, Standing::Ended);
        assert!(directory.leave(&id, &MOOR.parse().unwrap()));
        assert_eq!(standing_of(&called(&directory, &[])), Standing::LeftOrganisation);
        assert!(directory.strike_off(&id));
        assert_eq!(standing_of(&called(&directory, &[])), Standing::Ended);
    }

    #[test]
    fn a_name_counts_under_its_own_anchor_alone() {
        let (directory, none) = (directory(), HeaderMap::new());
        let ask = |connection: &Connection, now| caller(connection, &none, &directory, now);
        let house = ask(&connection(Anchor::Organisations, QUAY), Instant::EPOCH).unwrap();
        assert_eq!((&house.person, place_of(&house).as_deref()), (&Fact::Absent, Some(QUAY)));
        for wrong in [connection(Anchor::Organisations, PERSON), connection(Anchor::Persons, "Dr Personne")] {
            assert_eq!(ask(&wrong, Instant::EPOCH), Err(NotProved::Name));
        }
        let right = connection(Anchor::Persons, PERSON);
        assert_eq!(ask(&right, Instant::from_millis(1001)), Err(NotProved::Expired));
        let bare = Connection { certificate: None, ..right };
        assert_eq!(ask(&bare, Instant::EPOCH), Err(NotProved::NoCertificate));
    }

    fn house_of(id: &str, directory: &Directory) -> Caller {
        caller(&connection(Anchor::Organisations, id), &HeaderMap::new(), directory, Instant::EPOCH).unwrap()
    }

    #[test]
    fn strangers_are_proved_and_unknown() {
        let empty = Directory::default();
        assert_eq!(standing_of(&called(&empty, &[])), Standing::Unknown);
        let house = house_of(QUAY, &empty);
        assert_eq!(house.organisation.proved().unwrap().standing, Standing::Unknown);
    }

    #[test]
    fn software_is_a_claim_of_bounded_length() {
        let directory = directory();
        let caller = called(&directory, &[("user-agent", "Cabinet/4.2 (Linux)")]);
        let cabinet = Software { name: "Cabinet".into(), version: Some("4.2".into()) };
        assert_eq!(caller.software, Fact::Claimed(cabinet));
        let long = called(&directory, &[("user-agent", &"x".repeat(5000))]);
        assert!(matches!(long.software, Fact::Claimed(it) if it.name.len() == SOFTWARE_CHARS_MAX));
        assert_eq!(called(&directory, &[]).software, Fact::Absent);
    }
}

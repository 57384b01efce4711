//! The caller as connection, token and directory prove them together: an organisation's certificate proves the
//! house, the token bound to it proves the person, and the directory says what they are and that they work there.
//! Then they are that person at the care door, as by a card of their own.

use aws_lc_rs::digest::{Context, SHA256};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use model::{Caller, Door, Fact, Person, Purpose, SessionId, Standing, Strength};

use super::{Expected, Proof, ProofFault};
use crate::app::App;
use crate::caller::{self, person_at};
use crate::connection::{Anchor, Connection, PeerCertificate};
use crate::directory::Directory;
use crate::outcome::Outcome;

/// Who calls, as far as certificate and token prove it.
#[derive(Clone, Debug)]
pub struct Known {
    pub caller: Caller,
    /// Why, where a token says so.
    pub purpose: Option<Purpose>,
}

/// Nobody is let in.
#[derive(Clone, Debug)]
pub struct Refused {
    pub outcome: Outcome,
    /// Whom the certificate alone proves: for the line.
    pub caller: Option<Caller>,
}

/// A person whom the token proves, and whom the directory does not have at this organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the person of the token does not work at the organisation of the certificate, as the directory has them"
)]
pub struct NotTheirs;

const NEEDED: Outcome = bearer_outcome(
    "an organisation alone reads nothing: bring the person's access token, bound to this certificate \
     (Authorization: Bearer, RFC 8705), or come with the person's own certificate",
    "Bearer realm=\"carnet\"",
);
const NOT_THEIRS: Outcome = Outcome::new(
    StatusCode::FORBIDDEN,
    "forbidden",
    "the person of the token is not the certificate's, or does not work at its organisation",
);
const INVALID: &str = "Bearer realm=\"carnet\", error=\"invalid_token\"";

const fn bearer_outcome(diagnostics: &'static str, challenge: &'static str) -> Outcome {
    Outcome { challenge: Some(challenge), ..Outcome::new(StatusCode::UNAUTHORIZED, "login", diagnostics) }
}

/// The caller of a request, whichever door it came through. A token counts at the care door alone; elsewhere nobody
/// looks at one.
pub fn known(connection: &Connection, headers: &HeaderMap, app: &App) -> Result<Known, Refused> {
    let now = app.clock.now();
    let alone = caller::caller(connection, headers, &app.directory, now)
        .map_err(|_| Refused { outcome: Outcome::CERTIFICATE, caller: None })?;
    let (Door::Care, Some(shown)) = (connection.door, &connection.certificate) else {
        return Ok(Known { caller: alone, purpose: None });
    };
    let refused = |outcome, caller: &Caller| Refused { outcome, caller: Some(caller.clone()) };
    let token = match (shown.anchor, bearer(headers)) {
        (_, Err(())) => return Err(refused(told(ProofFault::Token(super::jws::TokenFault::Shape)), &alone)),
        (Anchor::Persons, Ok(None)) => return Ok(Known { caller: alone, purpose: None }),
        (Anchor::Organisations, Ok(None)) => return Err(refused(NEEDED, &alone)),
        (_, Ok(Some(token))) => token,
    };
    let proof = verified(token, shown, app).map_err(|fault| refused(told(fault), &alone))?;
    let purpose = proof.purpose.clone();
    match shown.anchor {
        // a card needs no token; one that comes beside it is of the same person
        Anchor::Persons => {
            let place = alone.organisation.proved().map(|it| &it.id);
            let theirs = proof.house.is_none() || proof.house.as_ref() == place;
            match theirs && shown.common_name == proof.person.to_string() {
                true => Ok(Known { caller: alone, purpose }),
                false => Err(refused(NOT_THEIRS, &alone)),
            }
        }
        Anchor::Organisations => match bound(&proof, shown, &alone, &app.directory) {
            Ok(caller) => Ok(Known { caller, purpose }),
            Err(NotTheirs) => Err(refused(NOT_THEIRS, &alone)),
        },
    }
}

/// What this token proves to who holds that certificate, at this service.
pub fn verified(token: &str, shown: &PeerCertificate, app: &App) -> Result<Proof, ProofFault> {
    let fhir = app.addresses.care_fhir.as_str();
    let audiences = [fhir.strip_suffix("/fhir").unwrap_or(fhir), fhir];
    let expected = Expected { certificate: &shown.sha256, audiences: &audiences, now: app.clock.now() };
    app.issuers.verified(token, &expected)
}

/// The person of a proof at the organisation of a certificate. `alone` is whom the certificate proves.
pub fn bound(
    proof: &Proof,
    shown: &PeerCertificate,
    alone: &Caller,
    directory: &Directory,
) -> Result<Caller, NotTheirs> {
    let house = alone.organisation.proved().filter(|_| shown.anchor == Anchor::Organisations);
    let house = house.map(|it| it.id.clone()).ok_or(NotTheirs)?;
    if proof.house.as_ref().is_some_and(|it| *it != house) {
        return Err(NotTheirs);
    }
    let (person, place) = person_at(proof.person.clone(), Ok(Some(house.clone())), directory);
    let placed = place.proved().is_some_and(|it| it.id == house);
    match person.proved() {
        // who was struck off is the rules' to refuse, with a line of their own
        Some(Person::Professional(it)) if placed || it.standing == Standing::Ended => {}
        _ => return Err(NotTheirs),
    }
    let session = session(shown, proof);
    let organisation = if placed { place } else { Fact::Absent };
    Ok(Caller { strength: Strength::Bound, person, organisation, session, ..alone.clone() })
}

/// What a window of emergency belongs to: this person through this certificate. A colleague who comes through the
/// same certificate does not find it.
fn session(shown: &PeerCertificate, proof: &Proof) -> Option<SessionId> {
    let mut context = Context::new(&SHA256);
    context.update(&shown.sha256);
    context.update(proof.person.to_string().as_bytes());
    let hash = context.finish();
    let first = hash.as_ref().iter().take(16).map(|byte| format!("{byte:02x}"));
    format!("bound-{}", first.collect::<String>()).parse().ok()
}

/// The token of `Authorization: Bearer …`; an error for a header that is something else.
pub fn bearer(headers: &HeaderMap) -> Result<Option<&str>, ()> {
    let mut sent = headers.get_all::<&HeaderName>(&header::AUTHORIZATION).iter();
    let Some(first) = sent.next() else { return Ok(None) };
    if sent.next().is_some() {
        return Err(());
    }
    let (scheme, token) = first.to_str().ok().and_then(|it| it.split_once(' ')).ok_or(())?;
    let token = token.trim();
    if scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty() { Ok(Some(token)) } else { Err(()) }
}

/// 401, and what to cure.
fn told(fault: ProofFault) -> Outcome {
    bearer_outcome(says(fault), INVALID)
}

/// What is wrong, and so what to cure: it is told to who holds the certificate, of a token they hold.
pub fn says(fault: ProofFault) -> &'static str {
    match fault {
        ProofFault::Token(_) => "there is no token that an issuer known here signed (Bearer, ES256 or RS256)",
        ProofFault::Issuer => "the token's issuer is not the one whose key signed it",
        ProofFault::Audience => "the token is for another service: aud must name this door",
        ProofFault::Expired => "the token is no longer valid",
        ProofFault::TooEarly => "the token is not valid yet",
        ProofFault::TooLong => "the token is valid for longer than an hour",
        ProofFault::NotBound => "the token is not bound to this certificate: cnf must hold its x5t#S256",
        ProofFault::Level => "the token does not tell of two factors: acr must be eidas1",
        ProofFault::Person => "the token does not name one person: sub ends with their PS_IdNat",
        ProofFault::Id => "the token has no jti",
        ProofFault::Purpose => {
            "the token's purpose of use is unknown, contradicts itself, or is an emergency without a reason"
        }
        ProofFault::Ended => "the token was taken back by its issuer",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn one_bearer_and_nothing_else_is_a_token() {
        let read = |sent: &[&str]| {
            let mut headers = HeaderMap::new();
            for it in sent {
                headers.append(header::AUTHORIZATION, HeaderValue::from_str(it).unwrap());
            }
            bearer(&headers).map(|it| it.map(str::to_owned))
        };
        assert_eq!(read(&[]), Ok(None));
        for right in ["Bearer a.b.c", "bearer a.b.c", "Bearer  a.b.c "] {
            assert_eq!(read(&[right]), Ok(Some("a.b.c".into())), "{right}");
        }
        for wrong in [
            &["Basic YTpi"][..],
            &["Bearer"],
            &["Bearer "],
            &["a.b.c"],
            &["DPoP a"],
            &["Bearer a", "Bearer a"],
        ] {
            assert_eq!(read(wrong), Err(()), "{wrong:?}");
        }
    }
}

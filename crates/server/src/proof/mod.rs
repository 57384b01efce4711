//! An identity provider's proof of a person, bound to a connection (INDIRECTE_RENFORCEE; RFC 8705): an access token
//! whose `cnf` is the certificate it may be used with. Who steals it without the certificate's key has nothing
//! (abuse E15).
//!
//! The token proves a number, and for what the person comes; what they are and where they work, the directory says
//! ([`bound`]). Issuers and their keys are files of this machine's: nothing is fetched, whatever a token names
//! (abuse A04). Read in this order: `jws` (the signature), this file (the claims), `purpose`, `bound` (the caller),
//! `issuers` (whose word counts).

pub mod bound;
pub mod issuers;
pub mod jws;
mod purpose;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use jiff::SignedDuration;
use model::{Instant, PsIdNat, Purpose, StructIdNat};
use serde::Deserialize;

use issuers::Issuers;
use jws::TokenFault;
use purpose::Said;

/// What a code or an id is remembered by.
pub(crate) fn hash(text: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
    hash
}

/// The level of assurance asked of Pro Santé Connect, and one above it that it gives.
const LEVELS: [&str; 2] = ["eidas1", "eidas3"];
/// Clocks of two machines may differ by this much. What is over is over: none for the end.
const LEEWAY: SignedDuration = SignedDuration::from_secs(30);
/// The longest an access token may live (IHE IUA: an hour or less).
const LONGEST: SignedDuration = SignedDuration::from_hours(1);
/// The longest name a token may give itself.
const ID_CHARS_MAX: usize = 200;

/// What a token proved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proof {
    pub person: PsIdNat,
    /// The organisation it was given to, where it says so.
    pub house: Option<StructIdNat>,
    /// Why they come, where it says so.
    pub purpose: Option<Purpose>,
}

/// What a token must fit.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// SHA-256 of the certificate it comes with.
    pub certificate: &'a [u8; 32],
    /// The names of this service.
    pub audiences: &'a [&'a str],
    pub now: Instant,
}

/// Why a token proves nothing. Never what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofFault {
    #[error(transparent)]
    Token(#[from] TokenFault),
    #[error("the token's issuer is not the one whose key signed it")]
    Issuer,
    #[error("the token is for another service: its aud must name this door")]
    Audience,
    #[error("the token is no longer valid")]
    Expired,
    #[error("the token is not valid yet")]
    TooEarly,
    #[error("the token is valid for longer than an hour")]
    TooLong,
    #[error("the token is not bound to the certificate it comes with: cnf must hold its x5t#S256")]
    NotBound,
    #[error("the token does not tell of two factors: acr must be eidas1")]
    Level,
    #[error("the token does not name one person: sub ends with their PS_IdNat")]
    Person,
    #[error("the token has no jti of its own")]
    Id,
    #[error("the token's purpose of use is unknown, contradicts itself, or is an emergency without a reason")]
    Purpose,
    #[error("the token was taken back by its issuer")]
    Ended,
}

/// The claims that are looked at.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    jti: Option<String>,
    acr: Option<String>,
    cnf: Option<Confirmation>,
    preferred_username: Option<String>,
    #[serde(rename = "SubjectNameID")]
    subject_name_id: Option<String>,
    #[serde(flatten)]
    said: Said,
}

/// RFC 8705, 3.1.
#[derive(Deserialize)]
struct Confirmation {
    #[serde(rename = "x5t#S256")]
    sha256: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn names(&self, ours: &[&str]) -> bool {
        match self {
            Self::One(it) => ours.contains(&it.as_str()),
            Self::Many(all) => all.iter().any(|it| ours.contains(&it.as_str())),
        }
    }
}

impl Issuers {
    /// What this token proves to who has that certificate, every claim checked.
    pub fn verified(&self, token: &str, expected: &Expected<'_>) -> Result<Proof, ProofFault> {
        let (issuer, claims) = self.signed::<Claims>(token)?;
        if claims.iss != issuer.name {
            return Err(ProofFault::Issuer);
        }
        let id = claims.jti.as_deref().filter(|it| !it.is_empty() && it.len() <= ID_CHARS_MAX);
        if issuer.ended.has(id.ok_or(ProofFault::Id)?) {
            return Err(ProofFault::Ended);
        }
        proof(&claims, expected)
    }
}

fn proof(claims: &Claims, expected: &Expected<'_>) -> Result<Proof, ProofFault> {
    let seconds = |at: Instant| at.as_millis().div_euclid(1000);
    if !claims.aud.names(expected.audiences) {
        return Err(ProofFault::Audience);
    }
    if claims.exp <= seconds(expected.now) {
        return Err(ProofFault::Expired);
    }
    let newest = seconds(expected.now.plus(LEEWAY));
    if claims.iat > newest || claims.nbf.is_some_and(|it| it > newest) {
        return Err(ProofFault::TooEarly);
    }
    if claims.exp.saturating_sub(claims.iat) > LONGEST.as_secs() {
        return Err(ProofFault::TooLong);
    }
    let own = BASE64URL.encode(expected.certificate);
    let said = claims.cnf.as_ref().and_then(|it| it.sha256.as_deref()).unwrap_or_default();
    if verify_slices_are_equal(own.as_bytes(), said.as_bytes()).is_err() {
        return Err(ProofFault::NotBound);
    }
    if !claims.acr.as_deref().is_some_and(|it| LEVELS.contains(&it)) {
        return Err(ProofFault::Level);
    }
    // `f:<uuid>:<PS_IdNat>`; whoever names them again names the same
    let number = claims.sub.rsplit(':').next().unwrap_or_default();
    let again = [&claims.preferred_username, &claims.subject_name_id];
    if again.into_iter().flatten().any(|it| it != number) {
        return Err(ProofFault::Person);
    }
    Ok(Proof {
        person: number.parse().map_err(|_| ProofFault::Person)?,
        house: claims.said.house()?,
        purpose: claims.said.purpose()?,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::{Value, json};

    use super::issuers::Issuer;
    use super::jws::Signer;
    use super::*;

    const ISSUER: &str = "https://issuer.example";
    const DOOR: &str = "https://localhost:8444";
    const PERSON: &str = "899700366240";
    const HOUSE: &str = "10D0000101";
    const CERTIFICATE: [u8; 32] = [7; 32];

    fn claims() -> Value {
        json!({
            "iss": ISSUER, "sub": format!("f:0:{PERSON}"), "aud": [DOOR], "exp": 1300, "iat": 1000, "jti": "a",
            "acr": "eidas1", "cnf": { "x5t#S256": BASE64URL.encode(CERTIFICATE) },
            "preferred_username": PERSON, "SubjectNameID": PERSON, "Acces_Regulation_Medicale": "FAUX",
        })
    }

    fn read(claims: &Value) -> Result<Proof, ProofFault> {
        let signer = Signer::generate().unwrap();
        let issuers = Issuers::new(vec![Issuer::new(ISSUER, vec![signer.public().clone()])]);
        let now = Instant::from_millis(1_001_000);
        let expected = Expected { certificate: &CERTIFICATE, audiences: &[DOOR], now };
        issuers.verified(&signer.sign(claims).unwrap(), &expected)
    }

    #[test]
    fn every_claim_is_checked() {
        let proof = Proof { person: PERSON.parse().unwrap(), house: None, purpose: None };
        assert_eq!(read(&claims()), Ok(proof));
        let other = BASE64URL.encode([8; 32]);
        let wrong = [
            ("iss", json!("https://evil.example"), ProofFault::Issuer),
            ("aud", json!("https://another.example"), ProofFault::Audience),
            ("aud", json!([]), ProofFault::Audience),
            ("exp", json!(1001), ProofFault::Expired),
            ("exp", json!(1000 + 3601), ProofFault::TooLong),
            ("exp", json!(i64::MAX), ProofFault::TooLong),
            ("iat", json!(1032), ProofFault::TooEarly),
            ("nbf", json!(1032), ProofFault::TooEarly),
            ("jti", Value::Null, ProofFault::Id),
            ("jti", json!(""), ProofFault::Id),
            ("jti", json!("x".repeat(201)), ProofFault::Id),
            ("acr", Value::Null, ProofFault::Level),
            ("acr", json!("eidas0"), ProofFault::Level),
            ("cnf", Value::Null, ProofFault::NotBound),
            ("cnf", json!({}), ProofFault::NotBound),
            ("cnf", json!({ "jkt": other }), ProofFault::NotBound),
            ("cnf", json!({ "x5t#S256": other }), ProofFault::NotBound),
            ("sub", json!("f:0:899700366241"), ProofFault::Person),
            ("sub", json!(""), ProofFault::Person),
            ("preferred_username", json!("899700024450"), ProofFault::Person),
            ("SubjectNameID", json!("899700024450"), ProofFault::Person),
            ("Acces_Regulation_Medicale", json!("peut-être"), ProofFault::Purpose),
            ("Acces_Regulation_Medicale", json!(true), ProofFault::Token(TokenFault::Claims)),
        ];
        for (name, value, fault) in wrong {
            let mut claims = claims();
            claims[name] = value.clone();
            assert_eq!(read(&claims), Err(fault), "{name}: {value}");
        }
        for name in ["iss", "sub", "aud", "exp", "iat"] {
            let mut claims = claims();
            claims.as_object_mut().unwrap().remove(name);
            assert_eq!(read(&claims), Err(ProofFault::Token(TokenFault::Claims)), "{name}");
        }
    }

    #[test]
    fn house_and_purpose_are_read_where_they_are_said() {
        let with = |more: &[(&str, Value)]| {
            let mut claims = claims();
            for (name, value) in more {
                claims[*name] = value.clone();
            }
            read(&claims)
        };
        let iua = |value: Value| ("extensions", json!({ "ihe_iua": value }));
        let for_this = |code: &str| json!({ "system": "urn:oid:1.2.250.1.213.1.1.4.248", "code": code });
        let reason = ("Mode_Acces_Raison", json!("inconsciente aux urgences"));

        let house = with(&[iua(json!({ "subject_organization_id": HOUSE }))]).unwrap();
        assert_eq!(house.house, Some(HOUSE.parse().unwrap()));
        let normal = with(&[iua(json!({ "purpose_of_use": for_this("normal") }))]).unwrap();
        assert_eq!(normal.purpose, Some(Purpose::Normal));
        let glass = iua(json!({ "purpose_of_use": [for_this("bris_de_glace")] }));
        let emergency = Purpose::BreakGlass { reason: "inconsciente aux urgences".into() };
        assert_eq!(with(&[glass.clone(), reason.clone()]).unwrap().purpose, Some(emergency));
        let call = ("Acces_Regulation_Medicale", json!("VRAI"));
        assert_eq!(with(std::slice::from_ref(&call)).unwrap().purpose, Some(Purpose::Regulation));

        let normal = || iua(json!({ "purpose_of_use": [for_this("normal")] }));
        for wrong in [
            vec![glass],
            vec![normal(), call],
            vec![normal(), reason.clone()],
            vec![reason],
            vec![iua(json!({ "purpose_of_use": [for_this("normal"), for_this("normal")] }))],
            vec![iua(json!({ "purpose_of_use": [for_this("recherche")] }))],
            vec![iua(json!({ "purpose_of_use": [{ "system": "urn:oid:1.2.3", "code": "normal" }] }))],
        ] {
            assert_eq!(with(&wrong), Err(ProofFault::Purpose), "{wrong:?}");
        }
        assert_eq!(with(&[iua(json!({ "subject_organization_id": "?" }))]), Err(ProofFault::Person));
    }
}

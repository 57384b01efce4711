//! A small identity provider of the French shape (after Pro Santé Connect's documentation), in the demo alone: an
//! authorization code with PKCE, tokens signed by ES256, the claims a professional's identity comes with. Its clients
//! are the portal, and the software of the demo's organisations ([`access`]). One chooses who one is; nobody in it
//! exists.

mod access;
pub(crate) mod pages;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use jiff::SignedDuration;
use model::chance::throw;
use model::{Dice, Instant, PsIdNat};
use rehearsal::{Actor, Cast, Who};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::connection::PeerCertificate;
use crate::proof::issuers::{Ended, Issuer};
use crate::proof::jws::{PublicKey, Signer};

/// The client that has no certificate: this very portal.
pub const CLIENT: &str = "carnet-portail";
/// Where, under the portal's address, the client takes its codes.
pub const CALLBACK: &str = "/pro/login/callback";
/// The level of assurance asked for and given.
pub const ACR: &str = "eidas1";

const CODE_LIFE: SignedDuration = SignedDuration::from_secs(60);
const TOKEN_LIFE: SignedDuration = SignedDuration::from_secs(120);
/// Codes and tokens kept; the oldest go first.
const MOST: usize = 10_000;
const PARAMETER_CHARS_MAX: usize = 512;

/// What a client asks for, by the address of the page where one says who one is.
#[derive(Clone, Deserialize, Serialize, Default)]
#[serde(default)]
pub struct Asked {
    pub response_type: String,
    pub client_id: String,
    pub redirect_uri: String,
    pub scope: String,
    pub state: String,
    pub nonce: String,
    pub code_challenge: String,
    pub code_challenge_method: String,
    pub acr_values: String,
}

/// What a code is exchanged with.
#[derive(Clone, Deserialize, Default)]
#[serde(default)]
pub struct Exchange {
    pub grant_type: String,
    pub client_id: String,
    pub redirect_uri: String,
    pub code: String,
    pub code_verifier: String,
    /// Why the person comes: `normal`, `bris_de_glace`, `centre_15`.
    pub purpose_of_use: String,
    /// The reason of an emergency.
    pub mode_acces_raison: String,
}

#[derive(Clone, Serialize)]
pub struct Tokens {
    pub access_token: String,
    pub token_type: &'static str,
    pub expires_in: i64,
    pub id_token: String,
}

/// Errors of RFC 6749, 4.1.2.1 and 5.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OidcError {
    #[error("invalid_request")]
    Request,
    #[error("unauthorized_client")]
    Client,
    #[error("invalid_grant")]
    Grant,
    #[error("unsupported_grant_type")]
    GrantType,
    #[error("server_error")]
    Server,
}

/// The provider: keys made at start, codes and tokens in memory.
pub struct Provider {
    issuer: String,
    callback: String,
    /// The door that access tokens of software are for.
    care: String,
    signer: Signer,
    cast: Cast,
    codes: Mutex<HashMap<String, Code>>,
    tokens: Mutex<HashMap<String, Given>>,
    /// Tokens that were taken back, as the doors hear of them.
    ended: Arc<Ended>,
}

/// An access token.
struct Given {
    who: PsIdNat,
    until: Instant,
    id: String,
}

struct Code {
    who: PsIdNat,
    asked: Asked,
    until: Instant,
    /// Once exchanged: the name of the access token it gave.
    used: Option<String>,
}

impl Provider {
    pub fn new(portal: &str, care: &str, cast: &Cast) -> Option<Self> {
        Some(Self {
            issuer: format!("{portal}/demo/oidc"),
            callback: format!("{portal}{CALLBACK}"),
            care: care.to_owned(),
            signer: Signer::generate()?,
            cast: cast.clone(),
            codes: Mutex::default(),
            tokens: Mutex::default(),
            ended: Arc::default(),
        })
    }

    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// As the care door knows it.
    pub fn as_issuer(&self) -> Issuer {
        Issuer::new(&self.issuer, self.keys()).with_ended(Arc::clone(&self.ended))
    }

    pub fn keys(&self) -> Vec<PublicKey> {
        vec![self.signer.public().clone()]
    }

    /// OpenID Connect Discovery 1.0.
    pub fn discovery(&self) -> Value {
        let at = |path: &str| format!("{}/{path}", self.issuer);
        json!({
            "issuer": self.issuer,
            "authorization_endpoint": at("authorize"),
            "token_endpoint": at("token"),
            "userinfo_endpoint": at("userinfo"),
            "jwks_uri": at("jwks"),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none", "tls_client_auth"],
            "tls_client_certificate_bound_access_tokens": true,
            "mtls_endpoint_aliases": { "token_endpoint": format!("{}{}", self.care, pages::TOKEN) },
            "scopes_supported": ["openid", "scope_all"],
            "acr_values_supported": [ACR],
            "authorization_response_iss_parameter_supported": true,
        })
    }

    pub fn jwks(&self) -> Value {
        json!({ "keys": self.keys().iter().map(PublicKey::jwk).collect::<Vec<_>>() })
    }

    /// The professionals of the demo one may choose to be.
    pub fn professionals(&self) -> impl Iterator<Item = (&Actor, &PsIdNat)> {
        self.cast.actors.iter().filter(|it| !it.revoked).filter_map(|actor| match &actor.who {
            Who::Person { id, profession: Some(_), .. } => Some((actor, id)),
            _ => None,
        })
    }

    pub fn cast(&self) -> &Cast {
        &self.cast
    }

    /// Whether a request may be shown the page. One that may not is not sent back either: it may be a trap.
    pub fn takes(&self, asked: &Asked) -> Result<(), OidcError> {
        let back = match asked.client_id == CLIENT {
            true => asked.redirect_uri == self.callback,
            false => self.is_software(&asked.client_id) && access::is_loopback(&asked.redirect_uri),
        };
        if !back {
            return Err(OidcError::Client);
        }
        let texts = [&asked.state, &asked.nonce, &asked.code_challenge, &asked.scope];
        let right = asked.response_type == "code"
            && asked.code_challenge_method == "S256"
            && asked.code_challenge.len() == 43
            && asked.scope.split(' ').any(|it| it == "openid")
            && !asked.state.is_empty()
            && !asked.nonce.is_empty()
            && texts.iter().all(|it| it.len() <= PARAMETER_CHARS_MAX);
        if right { Ok(()) } else { Err(OidcError::Request) }
    }

    /// Somebody said who they are: a code, for a minute and for one use.
    pub fn authorize(
        &self,
        asked: &Asked,
        who: &PsIdNat,
        now: Instant,
        dice: &dyn Dice,
    ) -> Result<String, OidcError> {
        self.takes(asked)?;
        if !self.professionals().any(|(_, id)| id == who) {
            return Err(OidcError::Request);
        }
        let code = random(dice);
        let mut codes = lock(&self.codes);
        // a used code is remembered as long as its token: its second use ends the token
        codes.retain(|_, it| now.since(it.until) < access::LIFE);
        if codes.len() < MOST {
            let until = now.plus(CODE_LIFE);
            codes.insert(code.clone(), Code { who: who.clone(), asked: asked.clone(), until, used: None });
        }
        Ok(code)
    }

    /// Tokens for a code, once. A second use ends what the first one gave (abuse A05; RFC 6749, 4.1.2). Software
    /// comes with its certificate, and what it is given is bound to that.
    pub fn exchange(
        &self,
        with: &Exchange,
        shown: Option<&PeerCertificate>,
        now: Instant,
        dice: &dyn Dice,
    ) -> Result<Tokens, OidcError> {
        if with.grant_type != "authorization_code" {
            return Err(OidcError::GrantType);
        }
        let mut codes = lock(&self.codes);
        let code = codes.get_mut(&with.code).ok_or(OidcError::Grant)?;
        if let Some(given) = &code.used {
            lock(&self.tokens).retain(|_, it| it.id != *given);
            self.ended.put(given, now.plus(access::LIFE), now);
            return Err(OidcError::Grant);
        }
        let challenge = BASE64URL.encode(digest(&SHA256, with.code_verifier.as_bytes()));
        let own = with.client_id == code.asked.client_id
            && with.redirect_uri == code.asked.redirect_uri
            && now < code.until
            && verify_slices_are_equal(challenge.as_bytes(), code.asked.code_challenge.as_bytes()).is_ok();
        let id = random(dice);
        // whatever comes of it, this code is spent
        code.used = Some(id.clone());
        if !own {
            return Err(OidcError::Grant);
        }
        let (who, nonce) = (code.who.clone(), code.asked.nonce.clone());
        let (access_token, life) = match with.client_id == CLIENT {
            true => (random(dice), TOKEN_LIFE),
            false => {
                let shown = Self::certificate_of(with, shown)?;
                let claims = self.access_claims(&who, shown, with, &id, now)?;
                (self.signer.sign(&claims).ok_or(OidcError::Server)?, access::LIFE)
            }
        };
        let seconds = now.as_millis() / 1000;
        let claims = json!({
            "iss": self.issuer,
            "sub": subject(&who),
            "aud": with.client_id,
            "exp": seconds + TOKEN_LIFE.as_secs(),
            "iat": seconds,
            "auth_time": seconds,
            "nonce": nonce,
            "acr": ACR,
            "preferred_username": who.to_string(),
        });
        let id_token = self.signer.sign(&claims).ok_or(OidcError::Server)?;
        let mut tokens = lock(&self.tokens);
        tokens.retain(|_, it| now < it.until);
        if tokens.len() < MOST {
            tokens.insert(access_token.clone(), Given { who, until: now.plus(life), id });
        }
        Ok(Tokens { access_token, token_type: "Bearer", expires_in: life.as_secs(), id_token })
    }

    /// The claims of the person an access token stands for (dmp-facts, section h).
    pub fn userinfo(&self, token: &str, now: Instant) -> Option<Value> {
        let who = lock(&self.tokens).get(token).filter(|it| now < it.until)?.who.clone();
        let (actor, id) = self.professionals().find(|(_, id)| **id == who)?;
        let Who::Person { given, family, profession, specialty, situations, .. } = &actor.who else {
            return None;
        };
        let code = profession.as_ref().map(|it| it.code.clone()).unwrap_or_default();
        let activities: Vec<_> = situations
            .iter()
            .map(|it| {
                let house = self.cast.house(&it.organisation);
                json!({
                    "identifiantTechniqueDeLaStructure": it.organisation.to_string(),
                    "raisonSocialeSite": house.map(|it| it.name),
                })
            })
            .collect();
        Some(json!({
            "sub": subject(id),
            "SubjectNameID": id.to_string(),
            "preferred_username": id.to_string(),
            "given_name": given,
            "family_name": family,
            "SubjectRole": [format!("{code}^1.2.250.1.213.1.1.5.5")],
            "SubjectOrganizationID": situations.first().map(|it| it.organisation.to_string()),
            "SubjectRefPro": {
                "exercices": [{
                    "codeProfession": code,
                    "nomDexercice": family,
                    "prenomDexercice": given,
                    "codeSavoirFaire": specialty,
                    "activities": activities,
                }],
            },
            "otherIds": [{ "identifiant": id.to_string().get(1..), "origine": "RPPS", "qualite": 1 }],
            "Palier_Authentification": "APPPRIP3^1.2.250.1.213.1.5.1.1.1",
            "Acces_Regulation_Medicale": "FAUX",
            "UITVersion": "1.0",
            "authMode": "CARD",
        }))
    }
}

/// `f:<uuid>:<PS_IdNat>`, the uuid being the provider's own store of people.
fn subject(id: &PsIdNat) -> String {
    format!("f:00000000-0000-4000-8000-00000000de30:{id}")
}

fn random(dice: &dyn Dice) -> String {
    BASE64URL.encode(throw::<32>(dice))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::chance::SystemDice;

    const PORTAL: &str = "https://localhost:8443";
    const CARE: &str = "https://localhost:8444";
    const VERIFIER: &str = "a-verifier-of-forty-three-characters-or-more-0";

    fn asked() -> Asked {
        Asked {
            response_type: "code".into(),
            client_id: CLIENT.into(),
            redirect_uri: format!("{PORTAL}{CALLBACK}"),
            scope: "openid scope_all".into(),
            state: "state".into(),
            nonce: "nonce".into(),
            code_challenge: BASE64URL.encode(digest(&SHA256, VERIFIER.as_bytes())),
            code_challenge_method: "S256".into(),
            acr_values: ACR.into(),
        }
    }

    fn exchange(code: &str) -> Exchange {
        Exchange {
            grant_type: "authorization_code".into(),
            client_id: CLIENT.into(),
            redirect_uri: format!("{PORTAL}{CALLBACK}"),
            code: code.into(),
            code_verifier: VERIFIER.into(),
            ..Exchange::default()
        }
    }

    fn at(seconds: i64) -> Instant {
        Instant::from_millis(seconds * 1000)
    }

    #[test]
    fn a_code_serves_once_and_its_second_use_ends_the_token() {
        let provider = Provider::new(PORTAL, CARE, &rehearsal::cast()).unwrap();
        let who = provider.professionals().next().unwrap().1.clone();
        let code = provider.authorize(&asked(), &who, at(0), &SystemDice).unwrap();
        let tokens = provider.exchange(&exchange(&code), None, at(1), &SystemDice).unwrap();
        let told = provider.userinfo(&tokens.access_token, at(2)).unwrap();
        assert_eq!(told["SubjectNameID"], who.to_string());
        assert_eq!(
            provider.exchange(&exchange(&code), None, at(3), &SystemDice).err(),
            Some(OidcError::Grant)
        );
        assert_eq!(provider.userinfo(&tokens.access_token, at(4)), None);
    }

    #[test]
    fn a_code_is_for_its_own_client_verifier_and_minute() {
        let provider = Provider::new(PORTAL, CARE, &rehearsal::cast()).unwrap();
        let who = provider.professionals().next().unwrap().1.clone();
        let wrong: [fn(&mut Exchange); 4] = [
            |it| it.code_verifier.push('x'),
            |it| it.redirect_uri.push('x'),
            |it| it.client_id.push('x'),
            |it| it.code.push('x'),
        ];
        for change in wrong {
            let code = provider.authorize(&asked(), &who, at(0), &SystemDice).unwrap();
            let mut with = exchange(&code);
            change(&mut with);
            assert_eq!(provider.exchange(&with, None, at(1), &SystemDice).err(), Some(OidcError::Grant));
        }
        let code = provider.authorize(&asked(), &who, at(0), &SystemDice).unwrap();
        assert_eq!(
            provider.exchange(&exchange(&code), None, at(60), &SystemDice).err(),
            Some(OidcError::Grant)
        );
    }

    #[test]
    fn no_other_client_nor_address_is_served_nor_anybody_unknown() {
        let provider = Provider::new(PORTAL, CARE, &rehearsal::cast()).unwrap();
        let who = provider.professionals().next().unwrap().1.clone();
        let wrong: [fn(&mut Asked); 8] = [
            |it| it.client_id = "other".into(),
            |it| it.redirect_uri = "https://evil.example/".into(),
            |it| it.redirect_uri.push('x'),
            |it| it.response_type = "token".into(),
            |it| it.code_challenge_method = "plain".into(),
            |it| it.code_challenge.clear(),
            |it| it.nonce.clear(),
            |it| it.state.clear(),
        ];
        for change in wrong {
            let mut asked = asked();
            change(&mut asked);
            assert!(provider.authorize(&asked, &who, at(0), &SystemDice).is_err());
        }
        let nobody = "899700024450".parse().unwrap();
        assert!(provider.authorize(&asked(), &nobody, at(0), &SystemDice).is_err());
    }
}

//! Logging in by an identity provider: authorization code, PKCE, state and nonce (OpenID Connect Core 1.0, 3.1;
//! RFC 9700). What the provider says proves a number; what that person may do, the directory and the rules say.
//!
//! The one provider there is runs in the demo's own process: its keys are read there, and nothing is fetched.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use jiff::SignedDuration;
use model::chance::throw;
use model::{Dice, Instant, PsIdNat};
use serde::Deserialize;

use super::context::Opening;
use crate::demo::oidc::{ACR, Asked, CALLBACK, CLIENT, Exchange, OidcError, Provider};
use crate::portal::layout::in_query;
use crate::proof::hash;
use crate::proof::jws::{PublicKey, TokenFault, verified};

/// How long one may take to say who one is.
const LOGIN_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Clocks of two machines may differ by this much.
const LEEWAY: SignedDuration = SignedDuration::from_secs(30);
/// A token older than this is not of this login.
const TOKEN_AGE: SignedDuration = SignedDuration::from_mins(5);
/// Logins under way; beyond these, new ones are told to come back.
const MOST: usize = 10_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoginFault {
    #[error("no login is under way under this state, in this browser, now")]
    State,
    #[error("another provider answers")]
    Provider,
    #[error("the provider says no")]
    Refused,
    #[error(transparent)]
    Exchange(#[from] OidcError),
    #[error(transparent)]
    Token(#[from] TokenFault),
    #[error("the token is not for this login: {0}")]
    Claim(&'static str),
    #[error("too many logins are under way")]
    TooMany,
}

/// Logins under way, by the hash of their state.
#[derive(Default)]
pub struct Logins(Mutex<HashMap<[u8; 32], Pending>>);

struct Pending {
    /// The hash of what the browser that began was given.
    browser: [u8; 32],
    nonce: String,
    verifier: String,
    next: String,
    /// What practice software asked for, of one person alone.
    opening: Option<Opening>,
    until: Instant,
}

/// A login that came back.
#[derive(Debug, PartialEq, Eq)]
pub struct Finished {
    pub who: PsIdNat,
    pub next: String,
    pub opening: Option<Opening>,
}

/// A login begun: where to go, and what ties it to this browser.
pub struct Begun {
    pub url: String,
    pub browser: String,
}

/// What the provider sends back by the browser.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Answer {
    pub code: String,
    pub state: String,
    pub iss: Option<String>,
    pub error: Option<String>,
}

/// The claims of an id token that are looked at.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nonce: Option<String>,
    acr: Option<String>,
    preferred_username: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// What a token must say to be taken.
struct Expected<'a> {
    issuer: &'a str,
    nonce: &'a str,
    now: Instant,
}

impl Logins {
    pub fn begin(
        &self,
        portal: &str,
        provider: &Provider,
        next: &str,
        opening: Option<Opening>,
        now: Instant,
        dice: &dyn Dice,
    ) -> Result<Begun, LoginFault> {
        let random = || BASE64URL.encode(throw::<32>(dice));
        let (state, nonce, verifier, browser) = (random(), random(), random(), random());
        let asked = Asked {
            response_type: "code".into(),
            client_id: CLIENT.into(),
            redirect_uri: format!("{portal}{CALLBACK}"),
            scope: "openid scope_all".into(),
            state: state.clone(),
            nonce: nonce.clone(),
            code_challenge: BASE64URL.encode(hash(&verifier)),
            code_challenge_method: "S256".into(),
            acr_values: ACR.into(),
        };
        let pending = Pending {
            browser: hash(&browser),
            nonce,
            verifier,
            next: next.to_owned(),
            opening,
            until: now.plus(LOGIN_LIFE),
        };
        let mut logins = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        logins.retain(|_, it| now < it.until);
        if logins.len() >= MOST {
            return Err(LoginFault::TooMany);
        }
        logins.insert(hash(&state), pending);
        Ok(Begun { url: format!("{}/authorize?{}", provider.issuer(), query(&asked)), browser })
    }

    /// Who the provider says came back, and where they wanted to go. Whatever comes of it, the login is over.
    pub fn finish(
        &self,
        portal: &str,
        provider: &Provider,
        answer: &Answer,
        browser: Option<&str>,
        now: Instant,
        dice: &dyn Dice,
    ) -> Result<Finished, LoginFault> {
        let pending = {
            let mut logins = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            logins.remove(&hash(&answer.state)).filter(|it| now < it.until).ok_or(LoginFault::State)?
        };
        let same = |browser: &str| verify_slices_are_equal(&hash(browser), &pending.browser).is_ok();
        if !browser.is_some_and(same) {
            return Err(LoginFault::State);
        }
        // RFC 9207: an answer of another provider is not taken for this one's
        if answer.iss.as_deref() != Some(provider.issuer()) {
            return Err(LoginFault::Provider);
        }
        if answer.error.is_some() {
            return Err(LoginFault::Refused);
        }
        let with = Exchange {
            grant_type: "authorization_code".into(),
            client_id: CLIENT.into(),
            redirect_uri: format!("{portal}{CALLBACK}"),
            code: answer.code.clone(),
            code_verifier: pending.verifier,
            ..Exchange::default()
        };
        let tokens = provider.exchange(&with, None, now, dice)?;
        let expected = Expected { issuer: provider.issuer(), nonce: &pending.nonce, now };
        let who = who(&tokens.id_token, &provider.keys(), &expected)?;
        Ok(Finished { who, next: pending.next, opening: pending.opening })
    }
}

/// The person an id token is about, every claim checked (OpenID Connect Core 1.0, 3.1.3.7).
fn who(token: &str, keys: &[PublicKey], expected: &Expected<'_>) -> Result<PsIdNat, LoginFault> {
    let claims: Claims = verified(token, keys)?;
    let wrong = |what| Err(LoginFault::Claim(what));
    let seconds = |at: Instant| at.as_millis() / 1000;
    let for_us = match &claims.aud {
        Audience::One(client) => client == CLIENT,
        Audience::Many(clients) => {
            clients.iter().any(|it| it == CLIENT) && claims.azp.as_deref() == Some(CLIENT)
        }
    };
    let nonce = claims.nonce.unwrap_or_default();
    if claims.iss != expected.issuer {
        return wrong("iss");
    }
    if !for_us || claims.azp.is_some_and(|it| it != CLIENT) {
        return wrong("aud");
    }
    if claims.exp <= seconds(expected.now) {
        return wrong("exp");
    }
    let (oldest, newest) = (expected.now.minus(TOKEN_AGE), expected.now.plus(LEEWAY));
    if claims.iat < seconds(oldest) || claims.iat > seconds(newest) {
        return wrong("iat");
    }
    if verify_slices_are_equal(nonce.as_bytes(), expected.nonce.as_bytes()).is_err() {
        return wrong("nonce");
    }
    if claims.acr.as_deref() != Some(ACR) {
        return wrong("acr");
    }
    // `f:<uuid>:<PS_IdNat>`, and the same number once more
    let number = claims.sub.rsplit(':').next().unwrap_or_default();
    if claims.preferred_username.is_some_and(|it| it != number) {
        return wrong("sub");
    }
    number.parse().map_err(|_| LoginFault::Claim("sub"))
}

fn query(asked: &Asked) -> String {
    let pairs = [
        ("response_type", &asked.response_type),
        ("client_id", &asked.client_id),
        ("redirect_uri", &asked.redirect_uri),
        ("scope", &asked.scope),
        ("state", &asked.state),
        ("nonce", &asked.nonce),
        ("code_challenge", &asked.code_challenge),
        ("code_challenge_method", &asked.code_challenge_method),
        ("acr_values", &asked.acr_values),
    ];
    pairs.map(|(name, value)| format!("{name}={}", in_query(value))).join("&")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::chance::SystemDice;
    use crate::proof::jws::Signer;

    const PORTAL: &str = "https://localhost:8443";
    const CARE: &str = "https://localhost:8444";
    const ISSUER: &str = "https://localhost:8443/demo/oidc";
    const PERSON: &str = "899700366240";

    fn at(seconds: i64) -> Instant {
        Instant::from_millis(seconds * 1000)
    }

    fn claims() -> Value {
        json!({
            "iss": ISSUER, "sub": format!("f:0:{PERSON}"), "aud": CLIENT, "exp": 1120, "iat": 1000,
            "nonce": "n", "acr": ACR, "preferred_username": PERSON,
        })
    }

    fn read(claims: &Value) -> Result<PsIdNat, LoginFault> {
        let signer = Signer::generate().unwrap();
        let token = signer.sign(claims).unwrap();
        let expected = Expected { issuer: ISSUER, nonce: "n", now: at(1001) };
        who(&token, &[signer.public().clone()], &expected)
    }

    #[test]
    fn every_claim_is_checked() {
        assert_eq!(read(&claims()).unwrap().to_string(), PERSON);
        let wrong = [
            ("iss", json!("https://evil.example"), "iss"),
            ("aud", json!("another"), "aud"),
            ("aud", json!([CLIENT, "another"]), "aud"),
            ("aud", json!([]), "aud"),
            ("azp", json!("another"), "aud"),
            ("exp", json!(1001), "exp"),
            ("exp", json!(0), "exp"),
            ("iat", json!(600), "iat"),
            ("iat", json!(1100), "iat"),
            ("nonce", json!("m"), "nonce"),
            ("nonce", json!(""), "nonce"),
            ("nonce", Value::Null, "nonce"),
            ("acr", json!("eidas0"), "acr"),
            ("acr", Value::Null, "acr"),
            ("sub", json!("f:0:899700366241"), "sub"),
            ("sub", json!(""), "sub"),
            ("preferred_username", json!("899700024450"), "sub"),
        ];
        for (name, value, fault) in wrong {
            let mut claims = claims();
            claims[name] = value.clone();
            assert_eq!(read(&claims), Err(LoginFault::Claim(fault)), "{name}: {value}");
        }
        for name in ["iss", "sub", "aud", "exp", "iat"] {
            let mut claims = claims();
            claims.as_object_mut().unwrap().remove(name);
            assert_eq!(read(&claims), Err(LoginFault::Token(TokenFault::Claims)), "{name}");
        }
        let mut several = claims();
        several["aud"] = json!(["another", CLIENT]);
        several["azp"] = json!(CLIENT);
        assert!(read(&several).is_ok());
    }

    fn parameter(url: &str, name: &str) -> String {
        let pairs = url.split_once('?').unwrap().1.split('&').map(|it| it.split_once('=').unwrap());
        let raw = pairs.into_iter().find(|(it, _)| *it == name).unwrap().1;
        raw.replace("%3A", ":").replace("%2F", "/").replace("%20", " ")
    }

    /// A login up to the provider's answer.
    fn begun(logins: &Logins, provider: &Provider) -> (Answer, String, PsIdNat) {
        let begun = logins.begin(PORTAL, provider, "/pro", None, at(0), &SystemDice).unwrap();
        let of = |name: &str| parameter(&begun.url, name);
        let asked = Asked {
            response_type: of("response_type"),
            client_id: of("client_id"),
            redirect_uri: of("redirect_uri"),
            scope: of("scope"),
            state: of("state"),
            nonce: of("nonce"),
            code_challenge: of("code_challenge"),
            code_challenge_method: of("code_challenge_method"),
            acr_values: of("acr_values"),
        };
        let who = provider.professionals().next().unwrap().1.clone();
        let code = provider.authorize(&asked, &who, at(1), &SystemDice).unwrap();
        let answer = Answer { code, state: asked.state, iss: Some(ISSUER.into()), error: None };
        (answer, begun.browser, who)
    }

    #[test]
    fn a_login_is_of_one_browser_one_provider_and_one_time() {
        let provider = Provider::new(PORTAL, CARE, &rehearsal::cast()).unwrap();
        let logins = Logins::default();
        let finish = |answer: &Answer, browser: Option<&str>, now| {
            logins.finish(PORTAL, &provider, answer, browser, now, &SystemDice)
        };
        let (answer, browser, who) = begun(&logins, &provider);
        assert_eq!(
            finish(&answer, Some(&browser), at(2)),
            Ok(Finished { who, next: "/pro".into(), opening: None })
        );
        assert_eq!(finish(&answer, Some(&browser), at(3)), Err(LoginFault::State), "once");

        let (answer, _, _) = begun(&logins, &provider);
        assert_eq!(finish(&answer, Some("another"), at(2)), Err(LoginFault::State));
        let (answer, _, _) = begun(&logins, &provider);
        assert_eq!(finish(&answer, None, at(2)), Err(LoginFault::State));
        let (answer, browser, _) = begun(&logins, &provider);
        assert_eq!(finish(&answer, Some(&browser), at(600)), Err(LoginFault::State), "too late");
        for iss in [None, Some("https://evil.example".to_owned())] {
            let (answer, browser, _) = begun(&logins, &provider);
            let other = Answer { iss, ..answer };
            assert_eq!(finish(&other, Some(&browser), at(2)), Err(LoginFault::Provider));
        }
        // the code of one login is no good in another
        let (first, _, _) = begun(&logins, &provider);
        let (second, browser, _) = begun(&logins, &provider);
        let mixed = Answer { code: first.code, ..second };
        assert_eq!(finish(&mixed, Some(&browser), at(2)), Err(LoginFault::Exchange(OidcError::Grant)));
    }
}

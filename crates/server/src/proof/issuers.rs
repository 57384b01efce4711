//! Whose word counts: the identity providers this node was told of, each with its keys, held here. What one of them
//! took back is remembered as long as it could still be used.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use model::Instant;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::hash;
use super::jws::{PublicKey, TokenFault, verified};

/// The largest file of an issuer.
const FILE_BYTES_MAX: u64 = 256 << 10;
/// Tokens taken back that are remembered.
const MOST: usize = 100_000;

#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    #[error("the issuer's file cannot be read: {0}")]
    File(PathBuf),
    #[error("the issuer's file is not {{\"issuer\": \"https://…\", \"jwks\": {{\"keys\": […]}}}}: {0}")]
    Form(PathBuf),
    #[error("the issuer has no key that tokens can be checked with (ES256 or RS256, each with its kid): {0}")]
    Keys(PathBuf),
}

/// An identity provider whose tokens are taken.
#[derive(Clone)]
pub struct Issuer {
    pub(super) name: String,
    keys: Vec<PublicKey>,
    pub(super) ended: Arc<Ended>,
}

/// All of them.
#[derive(Clone, Default)]
pub struct Issuers(Vec<Issuer>);

/// Tokens that were taken back before their time, by the hash of their `jti`.
#[derive(Default)]
pub struct Ended(Mutex<HashMap<[u8; 32], Instant>>);

#[derive(Deserialize)]
struct Told {
    issuer: String,
    jwks: Keys,
}

#[derive(Deserialize)]
struct Keys {
    keys: Vec<Value>,
}

impl Issuer {
    pub fn new(name: &str, keys: Vec<PublicKey>) -> Self {
        Self { name: name.to_owned(), keys, ended: Arc::default() }
    }

    /// The same, taking back what is put there.
    pub fn with_ended(self, ended: Arc<Ended>) -> Self {
        Self { ended, ..self }
    }

    /// `{"issuer": …, "jwks": …}`: the keys as the provider publishes them, fetched and looked at by whoever runs
    /// this node.
    pub fn read(file: &Path) -> Result<Self, IssuerError> {
        let unread = |_| IssuerError::File(file.to_owned());
        if fs::metadata(file).map_err(unread)?.len() > FILE_BYTES_MAX {
            return Err(IssuerError::Form(file.to_owned()));
        }
        let bytes = fs::read(file).map_err(unread)?;
        let told: Told = serde_json::from_slice(&bytes).map_err(|_| IssuerError::Form(file.to_owned()))?;
        let keys: Vec<_> = told.jwks.keys.iter().filter_map(PublicKey::from_jwk).collect();
        match keys.is_empty() || told.issuer.is_empty() {
            true => Err(IssuerError::Keys(file.to_owned())),
            false => Ok(Self::new(&told.issuer, keys)),
        }
    }
}

impl Issuers {
    pub fn new(issuers: Vec<Issuer>) -> Self {
        Self(issuers)
    }

    /// The claims, and whose key signed them.
    pub(super) fn signed<T: DeserializeOwned>(&self, token: &str) -> Result<(&Issuer, T), TokenFault> {
        let mut fault = TokenFault::Key;
        for issuer in &self.0 {
            match verified(token, &issuer.keys) {
                Ok(claims) => return Ok((issuer, claims)),
                Err(TokenFault::Key) => {}
                Err(other) => fault = other,
            }
        }
        Err(fault)
    }
}

impl Ended {
    /// Until then this token is refused; after that, its age refuses it.
    pub fn put(&self, id: &str, until: Instant, now: Instant) {
        let mut ended = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ended.retain(|_, until| now <= *until);
        if ended.len() < MOST {
            ended.insert(hash(id), until);
        }
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&hash(id))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::super::jws::Signer;
    use super::*;

    #[test]
    fn a_file_gives_an_issuer_with_its_keys_or_says_what_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("issuer.json");
        let signer = Signer::generate().unwrap();
        let key = signer.public().jwk();
        let read = |told: &Value| {
            fs::write(&file, told.to_string()).unwrap();
            Issuer::read(&file)
        };
        let sealing = json!({ "kty": "RSA", "use": "enc", "kid": "e", "n": "AQAB", "e": "AQAB" });
        let issuer =
            read(&json!({ "issuer": "https://i.example", "jwks": { "keys": [sealing, key] } })).unwrap();
        let token = signer.sign(&json!({ "sub": "essai" })).unwrap();
        let issuers = Issuers::new(vec![issuer]);
        assert_eq!(issuers.signed::<Value>(&token).unwrap().0.name, "https://i.example");
        assert!(matches!(read(&json!({ "jwks": { "keys": [key] } })), Err(IssuerError::Form(_))));
        for wrong in [json!([]), json!([sealing]), json!([{ "kty": "oct", "k": "AAAA", "kid": "s" }])] {
            let told = json!({ "issuer": "https://i.example", "jwks": { "keys": wrong } });
            assert!(matches!(read(&told), Err(IssuerError::Keys(_))), "{told}");
        }
        assert!(matches!(Issuer::read(&folder.path().join("none")), Err(IssuerError::File(_))));
    }

    #[test]
    fn each_issuer_s_keys_speak_for_it_alone_also_under_one_name() {
        let (one, two) = (Signer::generate().unwrap(), Signer::generate().unwrap());
        let issuer = |name: &str, signer: &Signer| {
            let mut key = signer.public().clone();
            key.kid = "the same".into();
            Issuer::new(name, vec![key])
        };
        let issuers = Issuers::new(vec![issuer("one", &one), issuer("two", &two)]);
        let token = two.sign_named("the same", &json!({})).unwrap();
        assert_eq!(issuers.signed::<Value>(&token).unwrap().0.name, "two");
        let stranger = Signer::generate().unwrap().sign_named("the same", &json!({})).unwrap();
        assert_eq!(issuers.signed::<Value>(&stranger).err(), Some(TokenFault::Signature));
    }

    #[test]
    fn what_was_taken_back_is_remembered_until_its_end() {
        let (ended, at) = (Ended::default(), |seconds: i64| Instant::from_millis(seconds * 1000));
        ended.put("a", at(10), at(0));
        assert!(ended.has("a") && !ended.has("b"));
        ended.put("b", at(30), at(20));
        assert!(!ended.has("a") && ended.has("b"));
    }
}

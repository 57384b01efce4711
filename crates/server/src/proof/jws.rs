//! Signed tokens of an identity provider: JWS in compact form (RFC 7515), by ES256 or RS256 (RFC 7518, 3.3 and 3.4).
//!
//! Each key has its one algorithm, so that no token chooses how it is checked; keys only from the provider's own set,
//! by `kid`. A header that names a key or its address (`jwk`, `jku`, `x5u`, `x5c`) or a critical extension is refused,
//! and nothing is ever fetched (abuse A04).

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The longest token read.
const TOKEN_BYTES_MAX: usize = 16 << 10;
/// An uncompressed point of P-256: 4, x, y.
const POINT_BYTES: usize = 65;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    #[error("the token is not a compact JWS")]
    Shape,
    #[error("the token's algorithm is not its key's: ES256 or RS256")]
    Algorithm,
    #[error("the token's header names a key of its own or an extension")]
    Header,
    #[error("the token's key is not one of the provider's")]
    Key,
    #[error("the token's signature is wrong")]
    Signature,
    #[error("the token's claims cannot be read")]
    Claims,
}

/// A key tokens are checked with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicKey {
    pub kid: String,
    kind: Kind,
}

/// What a key is, and with it the one way to check by it.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Kind {
    /// An uncompressed point of P-256.
    Es256(Vec<u8>),
    /// Modulus and exponent. Under 2,048 bits nothing it signs is taken.
    Rs256 { n: Vec<u8>, e: Vec<u8> },
}

/// A key tokens are signed with. Does not print.
pub struct Signer {
    pair: EcdsaKeyPair,
    public: PublicKey,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    jwk: Option<Value>,
    jku: Option<Value>,
    x5u: Option<Value>,
    x5c: Option<Value>,
    crit: Option<Value>,
}

/// The claims of a token that one of these keys signed. Says nothing of who may use it, nor until when.
pub fn verified<T: DeserializeOwned>(token: &str, keys: &[PublicKey]) -> Result<T, TokenFault> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(TokenFault::Shape);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenFault::Shape)?;
    let (header, claims) = signed.split_once('.').ok_or(TokenFault::Shape)?;
    let read = |part: &str| BASE64URL.decode(part).map_err(|_| TokenFault::Shape);
    let header: Header = serde_json::from_slice(&read(header)?).map_err(|_| TokenFault::Shape)?;
    let own = [header.jwk, header.jku, header.x5u, header.x5c, header.crit];
    if own.iter().any(Option::is_some) {
        return Err(TokenFault::Header);
    }
    let key = keys.iter().find(|it| Some(&it.kid) == header.kid.as_ref()).ok_or(TokenFault::Key)?;
    if header.alg != key.algorithm() {
        return Err(TokenFault::Algorithm);
    }
    let (signed, signature) = (signed.as_bytes(), read(signature)?);
    let checked = match &key.kind {
        Kind::Es256(point) => {
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, &signature)
        }
        Kind::Rs256 { n, e } => {
            RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, signed, &signature)
        }
    };
    checked.map_err(|_| TokenFault::Signature)?;
    serde_json::from_slice(&read(claims)?).map_err(|_| TokenFault::Claims)
}

impl PublicKey {
    /// As a set of keys publishes it (RFC 7517).
    pub fn jwk(&self) -> Value {
        match &self.kind {
            Kind::Es256(point) => {
                let (x, y) = coordinates(point);
                json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": self.kid, "x": x, "y": y })
            }
            Kind::Rs256 { n, e } => {
                let (n, e) = (BASE64URL.encode(n), BASE64URL.encode(e));
                json!({ "kty": "RSA", "alg": "RS256", "use": "sig", "kid": self.kid, "n": n, "e": e })
            }
        }
    }

    /// One of a published set; none where it is for sealing, of another algorithm, nameless or malformed.
    pub fn from_jwk(jwk: &Value) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let bytes = |name: &str| BASE64URL.decode(text(name)?).ok();
        if text("use").is_some_and(|it| it != "sig") {
            return None;
        }
        let kind = match (text("kty")?, text("crv")) {
            ("EC", Some("P-256")) => {
                let (x, y) = (bytes("x")?, bytes("y")?);
                let point = [&[4][..], &x, &y].concat();
                (x.len() == 32 && point.len() == POINT_BYTES).then_some(Kind::Es256(point))?
            }
            ("RSA", None) => Kind::Rs256 { n: bytes("n")?, e: bytes("e")? },
            _ => return None,
        };
        let key = Self { kid: text("kid").filter(|it| !it.is_empty())?.to_owned(), kind };
        text("alg").is_none_or(|it| it == key.algorithm()).then_some(key)
    }

    fn algorithm(&self) -> &'static str {
        match self.kind {
            Kind::Es256(_) => "ES256",
            Kind::Rs256 { .. } => "RS256",
        }
    }
}

fn coordinates(point: &[u8]) -> (String, String) {
    let half = |from: usize| BASE64URL.encode(point.get(from..from + 32).unwrap_or_default());
    (half(1), half(33))
}

impl Signer {
    /// A fresh key; none where the machine makes none.
    pub fn generate() -> Option<Self> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok()?;
        let point = pair.public_key().as_ref().to_vec();
        if point.len() != POINT_BYTES {
            return None;
        }
        let (x, y) = coordinates(&point);
        // RFC 7638: the key's own name
        let canonical = format!("{{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"{x}\",\"y\":\"{y}\"}}");
        let kid = BASE64URL.encode(digest(&SHA256, canonical.as_bytes()));
        Some(Self { pair, public: PublicKey { kid, kind: Kind::Es256(point) } })
    }

    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    pub fn sign(&self, claims: &Value) -> Option<String> {
        self.sign_named(&self.public.kid, claims)
    }

    pub(super) fn sign_named(&self, kid: &str, claims: &Value) -> Option<String> {
        self.sign_as(&json!({ "alg": "ES256", "typ": "JWT", "kid": kid }), claims)
    }

    fn sign_as(&self, header: &Value, claims: &Value) -> Option<String> {
        let part = |value: &Value| BASE64URL.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).ok()?;
        Some(format!("{signed}.{}", BASE64URL.encode(signature)))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use aws_lc_rs::signature::RSA_PKCS1_SHA256;
    use aws_lc_rs::{hmac, rsa};

    use super::*;

    fn read(token: &str, signer: &Signer) -> Result<Value, TokenFault> {
        verified(token, std::slice::from_ref(signer.public()))
    }

    fn part(value: &Value) -> String {
        BASE64URL.encode(value.to_string())
    }

    #[test]
    fn what_was_signed_is_read_and_nothing_else() {
        let (signer, other) = (Signer::generate().unwrap(), Signer::generate().unwrap());
        let claims = json!({ "sub": "essai" });
        let token = signer.sign(&claims).unwrap();
        assert_eq!(read(&token, &signer), Ok(claims.clone()));
        assert_eq!(read(&token, &other), Err(TokenFault::Key));
        let forged = other.sign_as(&json!({ "alg": "ES256", "kid": signer.public().kid }), &claims).unwrap();
        assert_eq!(read(&forged, &signer), Err(TokenFault::Signature));
        for place in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(bytes).unwrap();
            assert!(read(&other, &signer).is_err(), "byte {place}");
        }
    }

    #[test]
    fn no_token_chooses_its_algorithm_or_its_key() {
        let signer = Signer::generate().unwrap();
        let (kid, claims) = (signer.public().kid.clone(), json!({ "sub": "essai" }));
        for alg in ["none", "None", "HS256", "RS256", "ES384", ""] {
            let signed = format!("{}.{}", part(&json!({ "alg": alg, "kid": kid })), part(&claims));
            assert_eq!(read(&format!("{signed}."), &signer), Err(TokenFault::Algorithm), "{alg}");
            // the public key as a shared secret
            let Kind::Es256(point) = &signer.public().kind else { unreachable!() };
            let key = hmac::Key::new(hmac::HMAC_SHA256, point);
            let tag = BASE64URL.encode(hmac::sign(&key, signed.as_bytes()));
            assert_eq!(read(&format!("{signed}.{tag}"), &signer), Err(TokenFault::Algorithm), "{alg}");
        }
        let own = Signer::generate().unwrap();
        let named = |name: &str, value: Value| {
            let mut header = json!({ "alg": "ES256", "kid": kid });
            header[name] = value;
            own.sign_as(&header, &claims).unwrap()
        };
        let address = json!("https://evil.example/keys");
        for (name, value) in [
            ("jwk", own.public().jwk()),
            ("jku", address.clone()),
            ("x5u", address),
            ("x5c", json!(["AA=="])),
            ("crit", json!(["exp"])),
        ] {
            assert_eq!(read(&named(name, value), &signer), Err(TokenFault::Header), "{name}");
        }
        let unnamed = signer.sign_as(&json!({ "alg": "ES256" }), &claims).unwrap();
        assert_eq!(read(&unnamed, &signer), Err(TokenFault::Key));
    }

    #[test]
    fn a_key_checks_by_its_own_algorithm_alone_whatever_the_token_says() {
        let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap();
        // RSAPublicKey in DER, of 2,048 bits: n after nine bytes and a zero, e the last three
        let der = pair.public_key().as_ref();
        assert_eq!((der.len(), &der[..9]), (270, &[0x30, 0x82, 1, 10, 2, 0x82, 1, 1, 0][..]));
        let number = |bytes: &[u8]| BASE64URL.encode(bytes);
        let jwk = json!({
            "kty": "RSA", "kid": "r", "use": "sig", "alg": "RS256",
            "n": number(&der[9..265]), "e": number(&der[267..]),
        });
        let key = PublicKey::from_jwk(&jwk).unwrap();
        assert_eq!(key.jwk(), jwk);
        let sign = |alg: &str| {
            let signed =
                format!("{}.{}", part(&json!({ "alg": alg, "kid": "r" })), part(&json!({ "sub": 1 })));
            let mut tag = vec![0; pair.public_modulus_len()];
            pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut tag).unwrap();
            format!("{signed}.{}", BASE64URL.encode(tag))
        };
        let read = |token: &str| verified::<Value>(token, std::slice::from_ref(&key));
        assert!(read(&sign("RS256")).is_ok());
        for other in ["ES256", "PS256", "none", "HS256"] {
            assert_eq!(read(&sign(other)), Err(TokenFault::Algorithm), "{other}");
        }
        // a point published under the name of the other algorithm is no key at all
        let mut crossed = Signer::generate().unwrap().public().jwk();
        crossed["alg"] = json!("RS256");
        assert_eq!(PublicKey::from_jwk(&crossed), None);
    }

    #[test]
    fn other_shapes_are_refused() {
        let signer = Signer::generate().unwrap();
        for wrong in ["", ".", "..", "a.b.c", "e30.e30.", "e30.e30", &"a".repeat(TOKEN_BYTES_MAX + 1)] {
            assert!(read(wrong, &signer).is_err(), "{wrong}");
        }
    }
}

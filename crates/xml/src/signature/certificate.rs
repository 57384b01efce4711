//! A signing certificate, read: what names its holder, and its key. Nothing here believes it.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, UnparsedPublicKey};
use x509_parser::prelude::{FromDer, X509Certificate, X509Name};
use x509_parser::public_key::PublicKey;

use super::SignatureError;
use super::method::{KeyKind, SignatureMethod};

/// A certificate of X.509 version 3, strictly in DER and with nothing behind it.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    /// The kind of its key and its bits, when it is of a kind that may sign here.
    key: Option<(KeyKind, usize)>,
    key_bytes: Vec<u8>,
    subject: Vec<(String, String)>,
    issuer: String,
    serial: String,
    not_before: i64,
    not_after: i64,
}

/// Bytes that are not one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the certificate cannot be read")]
pub struct UnreadableCertificate;

/// The object identifier of a common name.
const COMMON_NAME: &str = "2.5.4.3";
const P256: &str = "1.2.840.10045.3.1.7";
const P384: &str = "1.3.132.0.34";

impl Certificate {
    pub fn parse(der: &[u8]) -> Result<Self, UnreadableCertificate> {
        let (rest, certificate) = X509Certificate::from_der(der).map_err(|_| UnreadableCertificate)?;
        if !rest.is_empty() {
            return Err(UnreadableCertificate);
        }
        let spki = certificate.public_key();
        let key = match spki.parsed().map_err(|_| UnreadableCertificate)? {
            PublicKey::RSA(rsa) => Some((KeyKind::Rsa, rsa.key_size())),
            PublicKey::EC(_) => {
                spki.algorithm.parameters.as_ref().and_then(|parameters| parameters.as_oid().ok()).and_then(
                    |curve| match curve.to_id_string().as_str() {
                        P256 => Some((KeyKind::P256, 256)),
                        P384 => Some((KeyKind::P384, 384)),
                        _ => None,
                    },
                )
            }
            _ => None,
        };
        let milliseconds = |seconds: i64| seconds.saturating_mul(1000);
        Ok(Self {
            der: der.to_vec(),
            key,
            key_bytes: spki.subject_public_key.data.to_vec(),
            subject: attributes(certificate.subject()),
            issuer: certificate.issuer().to_string(),
            serial: certificate.raw_serial_as_string(),
            not_before: milliseconds(certificate.validity().not_before.timestamp()),
            not_after: milliseconds(certificate.validity().not_after.timestamp()),
        })
    }

    /// The bytes of its key, if it may sign by this method.
    pub(crate) fn key_for(&self, method: SignatureMethod) -> Result<&[u8], SignatureError> {
        match self.key {
            None => Err(SignatureError::WeakKey),
            Some((KeyKind::Rsa, bits)) if !(2048..=8192).contains(&bits) => Err(SignatureError::WeakKey),
            Some((kind, _)) if kind != method.key() => Err(SignatureError::Algorithm),
            Some(_) => Ok(&self.key_bytes),
        }
    }

    /// Whether its key signed these bytes, for signatures of other forms than the one checked here.
    pub fn signed(&self, method: SignatureMethod, bytes: &[u8], signature: &[u8]) -> bool {
        self.key_for(method).is_ok_and(|key| method.verify(key, bytes, signature).is_ok())
    }

    /// The same by RSA with SHA-1: for what is tolerated as legacy and counted, the signature of a lot. An
    /// assertion never comes here.
    pub fn signed_with_sha1(&self, bytes: &[u8], signature: &[u8]) -> bool {
        let Ok(key) = self.key_for(SignatureMethod::RsaSha256) else { return false };
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, key)
            .verify(bytes, signature)
            .is_ok()
    }

    /// The whole certificate, for whoever builds its chain or compares it with another.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The attributes of its subject in the order written: object identifier and value.
    pub fn subject(&self) -> &[(String, String)] {
        &self.subject
    }

    /// The one common name of its subject; none when there are several.
    pub fn common_name(&self) -> Option<&str> {
        let mut names = self.subject.iter().filter(|(kind, _)| kind == COMMON_NAME);
        let (_, name) = names.next()?;
        names.next().is_none().then_some(name)
    }

    /// Issuer and serial number, written as the server writes those of its connections.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// First and last moment of its validity, in milliseconds since 1970.
    pub fn validity(&self) -> (i64, i64) {
        (self.not_before, self.not_after)
    }
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificate").field("serial", &self.serial).finish_non_exhaustive()
    }
}

fn attributes(name: &X509Name<'_>) -> Vec<(String, String)> {
    name.iter_attributes()
        .filter_map(|attribute| {
            Some((attribute.attr_type().to_id_string(), attribute.as_str().ok()?.to_owned()))
        })
        .collect()
}

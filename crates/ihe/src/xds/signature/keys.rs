//! The prover of the program: canonical forms and keys as `xml` has them.

use xml::signature::{Certificate, SignatureMethod};
use xml::{Form, Node, canonical_as};

use super::{Canonicalisation, Method, Prover};

/// Longer than any signature that is read.
const LONGEST: usize = 4 << 20;

/// Proves with the key in the certificate. Whether that certificate is to be trusted is asked elsewhere.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keys;

impl Prover for Keys {
    fn canonical(&self, node: Node<'_>, form: Canonicalisation) -> Option<Vec<u8>> {
        let form = match form {
            Canonicalisation::Inclusive { comments } => Form::Inclusive { comments },
            Canonicalisation::Exclusive { comments } => Form::Exclusive { prefixes: &[], comments },
        };
        canonical_as(node, form, None, LONGEST).ok().map(String::into_bytes)
    }

    fn is_signed(&self, method: Method, certificate: &[u8], bytes: &[u8], signature: &[u8]) -> bool {
        let Ok(certificate) = Certificate::parse(certificate) else { return false };
        match method {
            Method::RsaSha1 => certificate.signed_with_sha1(bytes, signature),
            Method::RsaSha256 => certificate.signed(SignatureMethod::RsaSha256, bytes, signature),
            Method::EcdsaSha256 => certificate.signed(SignatureMethod::EcdsaSha256, bytes, signature),
        }
    }
}

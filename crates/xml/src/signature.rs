//! One enveloped XML signature: checked against a fixed grammar first, by cryptography second (ADR 10).
//!
//! [`Signed`] is the only thing that comes out, and it holds the document parsed again from the canonical bytes
//! that were digested: nobody can read what was not signed. Whether the certificate is to be believed is the
//! caller's to say, through [`Trust`]; this room knows no anchors, no clock and no revocation list.

mod certificate;
mod grammar;
mod method;
mod write;

use aws_lc_rs::constant_time::verify_slices_are_equal;

pub use certificate::{Certificate, UnreadableCertificate};
pub use method::{DigestMethod, SignatureMethod};
pub use write::{CannotSign, SigningKey, sign};

use crate::canonical::{NotCanonical, canonical};
use crate::document::{Document, Node};
use crate::limits::Limits;

/// The namespace of XML signatures.
pub const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
/// Exclusive canonicalisation without comments, the only one there is here.
pub const EXCLUSIVE_C14N: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
pub(crate) const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// The longest canonical form of what is signed.
const LONGEST: usize = 512 * 1024;

/// Why a signature does not count. Says nothing of what was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum SignatureError {
    /// There is none (B01).
    #[error("the element is not signed")]
    Missing,
    /// Something stands where the one accepted form has nothing, or the reverse (B02, B10).
    #[error("the signature is not of the one accepted form")]
    Grammar,
    /// A comment or processing instruction inside (B08).
    #[error("a comment or processing instruction inside what is signed")]
    Remark,
    /// The reference is not to the element around, or another bears the same id (B02, B10).
    #[error("the signature does not refer to the element that contains it, and to it alone")]
    Reference,
    /// SHA-1, MD5, HMAC, PSS, or one never heard of (B09).
    #[error("an algorithm that is not accepted")]
    Algorithm,
    /// The certificate does not parse.
    #[error("the signing certificate cannot be used")]
    Certificate,
    /// RSA under 2048 bits or over 8192, another curve (B09).
    #[error("the signing key is too weak or of an unknown kind")]
    WeakKey,
    /// What was read is not what was digested.
    #[error("the digest does not match")]
    Digest,
    /// The key of the certificate did not sign this.
    #[error("the signature does not match")]
    Signature,
    /// The caller's [`Trust`] said no (B03).
    #[error("the signing certificate is not trusted")]
    Untrusted,
    /// More than is accepted.
    #[error("what is signed is too long")]
    TooLong,
}

/// The caller's word on a signing certificate: chain up to its own anchors, validity at its own time, revocation.
///
/// It is asked last, once the signature itself is right, and its no is final. `server` answers with the verifier
/// its listeners use.
pub trait Trust {
    /// `others` is empty as long as the one form carries one certificate: intermediate authorities are the
    /// caller's to know.
    fn trusts(&self, certificate: &Certificate, others: &[Vec<u8>]) -> bool;
}

/// What was signed, as it was signed. Only [`verify`] makes one. Does not print its content.
#[derive(Debug)]
pub struct Signed {
    document: Document,
    certificate: Certificate,
    method: SignatureMethod,
    id: String,
}

impl Signed {
    /// The signed element without its signature, parsed from the very bytes that were digested.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The certificate whose key signed.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    pub fn method(&self) -> SignatureMethod {
        self.method
    }

    /// The id of the element, by which the signature refers to it.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// Checks the one signature that stands directly inside `element` and covers it.
///
/// `id` is the name of the attribute that identifies the element (`ID` in SAML). The whole document around is
/// looked at for a second bearer of that id.
pub fn verify(
    element: Node<'_>,
    id: &str,
    limits: &Limits,
    trust: &dyn Trust,
) -> Result<Signed, SignatureError> {
    let found = grammar::read(element, id)?;
    let certificate = Certificate::parse(&found.certificate).map_err(|_| SignatureError::Certificate)?;
    let key = certificate.key_for(found.method)?;

    let prefixes: Vec<&str> = found.prefixes.iter().map(String::as_str).collect();
    let bytes = canonical(element, &prefixes, Some(found.signature), LONGEST).map_err(uncanonical)?;
    let digest = found.digest_method.of(bytes.as_bytes());
    verify_slices_are_equal(&digest, &found.digest).map_err(|_| SignatureError::Digest)?;

    let prefixes: Vec<&str> = found.info_prefixes.iter().map(String::as_str).collect();
    let info = canonical(found.info, &prefixes, None, LONGEST).map_err(uncanonical)?;
    found.method.verify(key, info.as_bytes(), &found.value).map_err(|()| SignatureError::Signature)?;

    if !trust.trusts(&certificate, &[]) {
        return Err(SignatureError::Untrusted);
    }
    // What parsed once parses again; a limit of the caller may still say no.
    let document = Document::parse(bytes.as_bytes(), limits).map_err(|_| SignatureError::TooLong)?;
    Ok(Signed { document, certificate, method: found.method, id: found.id })
}

fn uncanonical(why: NotCanonical) -> SignatureError {
    match why {
        NotCanonical::TooLong => SignatureError::TooLong,
        NotCanonical::Namespace => SignatureError::Grammar,
    }
}

//! The signing half: for demonstration clients, for sending, and for the tests of the other half.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::method::{DigestMethod, SignatureMethod};
use super::{DSIG, ENVELOPED, EXCLUSIVE_C14N, LONGEST};
use crate::canonical::canonical;
use crate::document::{Document, Node};
use crate::limits::Limits;

/// A key that signs, wherever it is kept: in memory, on a card, in a hardware module.
pub trait SigningKey {
    fn method(&self) -> SignatureMethod;
    /// Its certificate in DER, first; others are not written.
    fn certificates(&self) -> &[Vec<u8>];
    /// RSA PKCS#1 v1.5 bytes, or for ECDSA the two numbers side by side.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CannotSign>;
}

/// Nothing was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the document cannot be signed")]
pub struct CannotSign;

/// Signs the root element of a document: the signature comes behind its first child, where SAML wants it. `id`
/// names the attribute that identifies the root.
pub fn sign(source: &str, id: &str, key: &dyn SigningKey) -> Result<String, CannotSign> {
    let document = parse(source)?;
    let root = document.root();
    let named = root.attribute(id).ok_or(CannotSign)?;
    let first = root.children().next().ok_or(CannotSign)?;
    let bytes = canonical(root, &[], None, LONGEST).map_err(|_| CannotSign)?;
    let digest = STANDARD.encode(DigestMethod::Sha256.of(bytes.as_bytes()));

    let (before, after) = document.source().split_at_checked(first.range().end).ok_or(CannotSign)?;
    let with = |value: &str| format!("{before}{}{after}", signature(key, named, &digest, value));
    // The signed part of the signature does not depend on the value: canonicalise it where it will stand.
    let unsigned = parse(&with(""))?;
    let info = signature_of(&unsigned).and_then(|it| it.child(DSIG, "SignedInfo")).ok_or(CannotSign)?;
    let info = canonical(info, &[], None, LONGEST).map_err(|_| CannotSign)?;
    let value = STANDARD.encode(key.sign(info.as_bytes())?);
    Ok(with(&value))
}

fn parse(source: &str) -> Result<Document, CannotSign> {
    Document::parse(source.as_bytes(), &Limits::default()).map_err(|_| CannotSign)
}

fn signature_of(document: &Document) -> Option<Node<'_>> {
    document.root().child(DSIG, "Signature")
}

fn signature(key: &dyn SigningKey, id: &str, digest: &str, value: &str) -> String {
    let id = crate::escape_attribute(id);
    let method = key.method().uri();
    let digest_method = DigestMethod::Sha256.uri();
    let certificates: String = key
        .certificates()
        .iter()
        .take(1)
        .map(|der| format!("<ds:X509Certificate>{}</ds:X509Certificate>", STANDARD.encode(der)))
        .collect();
    format!(
        "<ds:Signature xmlns:ds=\"{DSIG}\"><ds:SignedInfo>\
         <ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE_C14N}\"/><ds:SignatureMethod Algorithm=\"{method}\"/>\
         <ds:Reference URI=\"#{id}\"><ds:Transforms><ds:Transform Algorithm=\"{ENVELOPED}\"/>\
         <ds:Transform Algorithm=\"{EXCLUSIVE_C14N}\"/></ds:Transforms>\
         <ds:DigestMethod Algorithm=\"{digest_method}\"/><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>\
         </ds:SignedInfo><ds:SignatureValue>{value}</ds:SignatureValue>\
         <ds:KeyInfo><ds:X509Data>{certificates}</ds:X509Data></ds:KeyInfo></ds:Signature>"
    )
}

//! The signature of a lot: a XAdES document beside the others whose manifest names the submission set and the
//! digest of each document (dmp-facts, c; ITI TF-3 5.5).
//!
//! Three steps, each of its own: [`LotSignature::decode`] says what is claimed, [`LotSignature::covers`] holds it
//! against what was sent, [`LotSignature::prove`] holds it against the certificate, with a [`Prover`] that knows
//! canonical forms and keys: [`Keys`], in the program. SHA-1 is tolerated on input as legacy, and [`LotSignature::is_legacy`] counts it.

mod grammar;
mod keys;

pub use keys::Keys;

use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use model::UniqueId;
use xml::{Document, Limits, Node};

/// Why a signature of a lot is refused. Names no value.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SignatureError {
    #[error("the signature is not XML that is read here")]
    Unreadable,
    #[error("not a XAdES signature with a manifest: {0}")]
    Grammar(&'static str),
    #[error("an algorithm that is not accepted")]
    Algorithm,
    #[error("the manifest names another submission set, or none")]
    OtherSet,
    #[error("the manifest does not name every document of the lot")]
    NotCovered,
    #[error("the manifest names what is not in the lot")]
    NotSent,
    #[error("a document is not the one that was signed")]
    OtherDocument,
    #[error("what the signature refers to is not what was signed")]
    Reference,
    #[error("the certificate is not the one the signed properties name")]
    OtherCertificate,
    #[error("the signature does not hold under its certificate")]
    NotProved,
}

/// A digest of the manifest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Digest {
    Sha1([u8; 20]),
    Sha256([u8; 32]),
}

/// A document the manifest names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedDocument {
    pub unique_id: UniqueId,
    pub digest: Digest,
    /// The manifest says that the canonical form was digested; producers say so and digest the bytes.
    pub canonical: bool,
}

/// How an element is made into bytes before it is digested.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Canonicalisation {
    /// Canonical XML 1.0.
    Inclusive { comments: bool },
    /// Exclusive XML Canonicalization 1.0.
    Exclusive { comments: bool },
}

/// `SignatureMethod`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// Legacy.
    RsaSha1,
    RsaSha256,
    EcdsaSha256,
}

/// What proves a signature: canonical forms, and the key in a certificate. Whether the certificate itself is to be
/// trusted (chain, validity, revocation) is its caller's to ask.
pub trait Prover {
    /// The canonical form of an element where it stands in its document; none where it has none.
    fn canonical(&self, node: Node<'_>, form: Canonicalisation) -> Option<Vec<u8>>;
    /// Whether `signature` is that of `bytes` by the key of `certificate` (DER).
    fn is_signed(&self, method: Method, certificate: &[u8], bytes: &[u8], signature: &[u8]) -> bool;
}

/// A document of the lot as it came.
#[derive(Clone)]
pub struct Sent {
    pub unique_id: UniqueId,
    pub sha1: [u8; 20],
    pub sha256: [u8; 32],
    /// SHA-1 of its canonical form, where the caller made one.
    pub canonical_sha1: Option<[u8; 20]>,
}

/// Whether every document was compared.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Covered {
    /// Those whose canonical form was signed, and not at hand.
    pub not_compared: Vec<UniqueId>,
}

/// What a signature of a lot says. A claim until it is proved.
pub struct LotSignature {
    document: Document,
    pub set: UniqueId,
    pub documents: Vec<SignedDocument>,
    /// The signer's certificate, DER.
    pub certificate: Vec<u8>,
    /// `SigningTime` as it is written.
    pub signing_time: Option<String>,
    pub method: Method,
    canonicalisation: Canonicalisation,
    value: Vec<u8>,
    certificate_digest: Digest,
    /// Of the manifest, of the signed properties.
    references: [Digest; 2],
}

impl LotSignature {
    /// Reads the document that signs. One grammar, refused where it is left.
    pub fn decode(bytes: &[u8]) -> Result<Self, SignatureError> {
        let limits = Limits { bytes: 1 << 20, depth: 32, nodes: 20_000, ..Limits::default() };
        let document = Document::parse(bytes, &limits).map_err(|_| SignatureError::Unreadable)?;
        let read = grammar::read(&document.root())?;
        Ok(Self {
            set: read.set,
            documents: read.documents,
            certificate: read.certificate,
            signing_time: read.signing_time,
            method: read.method,
            canonicalisation: read.canonicalisation,
            value: read.value,
            certificate_digest: read.certificate_digest,
            references: read.references.map(|it| it.1),
            document,
        })
    }

    /// SHA-1 stands somewhere in it: accepted, and to be counted.
    pub fn is_legacy(&self) -> bool {
        let weak = |digest: &Digest| matches!(digest, Digest::Sha1(_));
        self.method == Method::RsaSha1
            || self.references.iter().any(weak)
            || self.documents.iter().any(|it| weak(&it.digest))
    }

    /// Holds the manifest against the lot: this set, all its documents, no other.
    pub fn covers(&self, set: &UniqueId, lot: &[Sent]) -> Result<Covered, SignatureError> {
        if self.set != *set {
            return Err(SignatureError::OtherSet);
        }
        if lot.iter().any(|sent| !self.documents.iter().any(|it| it.unique_id == sent.unique_id)) {
            return Err(SignatureError::NotCovered);
        }
        let mut covered = Covered::default();
        for signed in &self.documents {
            let sent = lot.iter().find(|it| it.unique_id == signed.unique_id);
            let sent = sent.ok_or(SignatureError::NotSent)?;
            let as_it_came = match signed.digest {
                Digest::Sha1(digest) => digest == sent.sha1,
                Digest::Sha256(digest) => digest == sent.sha256,
            };
            match (signed.canonical, sent.canonical_sha1) {
                _ if as_it_came => {}
                (true, Some(form)) if Digest::Sha1(form) == signed.digest => {}
                (true, None) => covered.not_compared.push(signed.unique_id.clone()),
                _ => return Err(SignatureError::OtherDocument),
            }
        }
        Ok(covered)
    }

    /// Holds the signature against its certificate: both references, then the signed information.
    pub fn prove(&self, prover: &dyn Prover) -> Result<(), SignatureError> {
        let read = grammar::read(&self.document.root())?;
        if digest_of(&self.certificate_digest, &self.certificate) != self.certificate_digest {
            return Err(SignatureError::OtherCertificate);
        }
        // without transforms, XML Signature takes Canonical XML without comments for what is in the same document
        let form = Canonicalisation::Inclusive { comments: false };
        for (node, said) in read.references {
            let bytes = prover.canonical(node, form).ok_or(SignatureError::Reference)?;
            if digest_of(&said, &bytes) != said {
                return Err(SignatureError::Reference);
            }
        }
        let bytes =
            prover.canonical(read.signed_info, self.canonicalisation).ok_or(SignatureError::Reference)?;
        match prover.is_signed(self.method, &self.certificate, &bytes, &self.value) {
            true => Ok(()),
            false => Err(SignatureError::NotProved),
        }
    }
}

/// The digest of these bytes, of the same kind.
fn digest_of(kind: &Digest, bytes: &[u8]) -> Digest {
    fn of<const N: usize>(algorithm: &'static Algorithm, bytes: &[u8]) -> [u8; N] {
        digest(algorithm, bytes).as_ref().try_into().unwrap_or([0; N])
    }
    match kind {
        Digest::Sha1(_) => Digest::Sha1(of(&SHA1_FOR_LEGACY_USE_ONLY, bytes)),
        Digest::Sha256(_) => Digest::Sha256(of(&SHA256, bytes)),
    }
}

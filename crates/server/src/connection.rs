//! What the handshake proved: put into each request's extensions by the listener, and by nothing else.

use std::fmt;
use std::net::SocketAddr;

use model::{CertificateId, Door, Instant};
use rustls_pki_types::CertificateDer;
use x509_parser::prelude::{FromDer, X509Certificate, X509Name};

/// The connection a request came through.
#[derive(Clone, Debug)]
pub struct Connection {
    pub peer: SocketAddr,
    pub door: Door,
    pub certificate: Option<PeerCertificate>,
}

/// Under which anchor a certificate was verified. A name under one never counts as a name under the other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Anchor {
    Persons,
    Organisations,
}

/// A client's certificate, verified by the handshake under an anchor of the door.
#[derive(Clone, PartialEq, Eq)]
pub struct PeerCertificate {
    pub anchor: Anchor,
    pub id: CertificateId,
    /// CN: PS_IdNat under the persons' anchor, Struct_IdNat under the organisations'.
    pub common_name: String,
    /// O, where there is one.
    pub organisation: Option<String>,
    pub not_after: Instant,
    /// SHA-256 of the whole certificate.
    pub sha256: [u8; 32],
}

#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    #[error("the certificate cannot be read")]
    Unreadable,
    #[error("the certificate has not exactly one common name")]
    CommonName,
    #[error("the certificate's issuer is no anchor of this door")]
    Issuer,
}

impl PeerCertificate {
    /// Reads a certificate the handshake has verified; `anchors` are the door's, each with the
    /// subject of its root, in DER.
    pub fn read(der: &CertificateDer<'_>, anchors: &[(Anchor, Vec<u8>)]) -> Result<Self, CertificateError> {
        let (rest, certificate) = X509Certificate::from_der(der).map_err(|_| CertificateError::Unreadable)?;
        if !rest.is_empty() {
            return Err(CertificateError::Unreadable);
        }
        let issuer = certificate.issuer();
        let anchor = anchors
            .iter()
            .find(|(_, subject)| subject.as_slice() == issuer.as_raw())
            .map(|(anchor, _)| *anchor)
            .ok_or(CertificateError::Issuer)?;
        let subject = certificate.subject();
        let common_name = single(subject).ok_or(CertificateError::CommonName)?;
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, der).as_ref());
        Ok(Self {
            anchor,
            id: CertificateId { issuer: issuer.to_string(), serial: certificate.raw_serial_as_string() },
            common_name,
            organisation: subject
                .iter_organization()
                .next()
                .and_then(|it| it.as_str().ok())
                .map(str::to_owned),
            not_after: Instant::from_millis(
                certificate.validity().not_after.timestamp().saturating_mul(1000),
            ),
            sha256,
        })
    }
}

/// The subject of a root, in DER, as its leaves name their issuer.
pub fn subject_of(der: &CertificateDer<'_>) -> Result<Vec<u8>, CertificateError> {
    let (_, certificate) = X509Certificate::from_der(der).map_err(|_| CertificateError::Unreadable)?;
    Ok(certificate.subject().as_raw().to_vec())
}

fn single(subject: &X509Name<'_>) -> Option<String> {
    let mut names = subject.iter_common_name();
    let name = names.next()?.as_str().ok()?;
    names.next().is_none().then(|| name.to_owned())
}

impl fmt::Debug for PeerCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PeerCertificate")
            .field("anchor", &self.anchor)
            .field("id", &self.id)
            .field("common_name", &self.common_name)
            .finish_non_exhaustive()
    }
}

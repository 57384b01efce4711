//! Who is let through a door's handshake: trust anchors, revocation lists, protocol versions.
//!
//! A client certificate is never demanded by the handshake (its absence is answered by 401, which
//! says more than a broken connection), but one that is shown must stand under an anchor of this
//! very door and not be revoked. Sessions are not resumed: a resumed one would carry a certificate
//! that was verified long ago.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use jiff::SignedDuration;
use model::Instant;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer, UnixTime};
use x509_parser::prelude::{CertificateRevocationList, FromDer};

use crate::connection::{Anchor, PeerCertificate, subject_of};

#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("cannot be read as PEM: {0}")]
    Pem(PathBuf),
    #[error("the certificates do not fit together")]
    Rustls(#[from] rustls::Error),
    #[error("the trust anchors cannot be used")]
    Verifier(#[from] rustls::server::VerifierBuilderError),
}

/// Where a door's certificates lie.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
    /// Each anchor of the door with its root and its revocation list.
    pub anchors: Vec<(Anchor, PathBuf, PathBuf)>,
    /// Further ones, for what is signed alone: no connection is opened under them.
    pub signers: Vec<(Anchor, PathBuf, PathBuf)>,
}

/// A door's TLS as it stands now; revocation lists are read again when they change.
pub struct Tls {
    files: TlsFiles,
    now: RwLock<Arc<Settings>>,
}

/// What one reading of the files gave.
pub struct Settings {
    pub config: Arc<ServerConfig>,
    /// The door's anchors and further signers', each with the subject of its root in DER.
    pub subjects: Vec<(Anchor, Vec<u8>)>,
    revoked: BTreeSet<(Anchor, String)>,
    /// Of what is signed; a connection's is in `config`.
    verifier: Arc<dyn ClientCertVerifier>,
    signers: Signers,
    /// When the revocation lists were last written.
    written: Vec<Option<SystemTime>>,
}

impl Settings {
    /// True when the certificate was revoked since its handshake, or before.
    pub fn is_revoked(&self, anchor: Anchor, serial: &str) -> bool {
        self.revoked.contains(&(anchor, serial.to_owned()))
    }
}

impl Settings {
    /// A certificate that signs something, under the same anchors and lists as one that opens a connection; none for
    /// one that proves nothing at this instant.
    pub fn signer(&self, der: &[u8], others: &[Vec<u8>], now: Instant) -> Option<PeerCertificate> {
        if others.is_empty()
            && let Some(known) = self.signers.known(der, now)
        {
            return Some(known);
        }
        let whole = der;
        let der = CertificateDer::from(der);
        let others: Vec<_> = others.iter().map(|it| CertificateDer::from(it.as_slice())).collect();
        let since = Duration::from_millis(u64::try_from(now.as_millis()).ok()?);
        self.verifier.verify_client_cert(&der, &others, UnixTime::since_unix_epoch(since)).ok()?;
        let certificate = PeerCertificate::read(&der, &self.subjects).ok()?;
        if self.is_revoked(certificate.anchor, &certificate.id.serial) {
            return None;
        }
        if others.is_empty() {
            self.signers.keep(whole, &certificate, now);
        }
        Some(certificate)
    }
}

/// Signers verified within the last second: a message has its signer verified to read it and to bind it to the
/// connection, and the next message of the same card follows at once. A revocation makes new settings, and forgets
/// them all.
#[derive(Default)]
struct Signers(Mutex<HashMap<Vec<u8>, (PeerCertificate, Instant)>>);

const KNOWN: SignedDuration = SignedDuration::from_secs(1);
/// No more are kept; then all are forgotten.
const KNOWN_MOST: usize = 256;

impl Signers {
    fn known(&self, der: &[u8], now: Instant) -> Option<PeerCertificate> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (certificate, at) = known.get(der)?;
        let age = now.since(*at);
        let holds = !age.is_negative() && age < KNOWN && now < certificate.not_after;
        holds.then(|| certificate.clone())
    }

    fn keep(&self, der: &[u8], certificate: &PeerCertificate, now: Instant) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KNOWN_MOST {
            known.clear();
        }
        known.insert(der.to_vec(), (certificate.clone(), now));
    }
}

impl Tls {
    pub fn open(files: TlsFiles) -> Result<Self, TlsError> {
        let settings = read(&files)?;
        Ok(Self { files, now: RwLock::new(Arc::new(settings)) })
    }

    pub fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the files again if a revocation list changed; true when it did.
    /// On an error the former settings stay.
    pub fn refresh(&self) -> Result<bool, TlsError> {
        if written(&self.files) == self.settings().written {
            return Ok(false);
        }
        let fresh = Arc::new(read(&self.files)?);
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(true)
    }
}

fn read(files: &TlsFiles) -> Result<Settings, TlsError> {
    let written = written(files);
    let mut roots = RootCertStore::empty();
    let mut signers = RootCertStore::empty();
    let mut lists = Vec::new();
    let mut subjects = Vec::new();
    let mut revoked = BTreeSet::new();
    let known = files.anchors.iter().map(|it| (it, true)).chain(files.signers.iter().map(|it| (it, false)));
    for ((anchor, root, list), connects) in known {
        let der = CertificateDer::from_pem_file(root).map_err(|_| TlsError::Pem(root.clone()))?;
        subjects.push((*anchor, subject_of(&der).map_err(|_| TlsError::Pem(root.clone()))?));
        signers.add(der.clone())?;
        if connects {
            roots.add(der)?;
        }
        let der =
            CertificateRevocationListDer::from_pem_file(list).map_err(|_| TlsError::Pem(list.clone()))?;
        let (_, parsed) =
            CertificateRevocationList::from_der(&der).map_err(|_| TlsError::Pem(list.clone()))?;
        revoked.extend(parsed.iter_revoked_certificates().map(|it| (*anchor, it.raw_serial_as_string())));
        lists.push(der);
    }

    let provider = Arc::new(default_provider());
    let verifier = |roots, lists| {
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .with_crls(lists)
            .allow_unauthenticated()
            .build()
    };
    let connecting = verifier(roots, lists.clone())?;
    let verifier = verifier(signers, lists)?;
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|_| TlsError::Pem(files.certificate.clone()))?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|_| TlsError::Pem(files.key.clone()))?;
    let mut config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_client_cert_verifier(connecting)
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(Settings {
        config: Arc::new(config),
        subjects,
        revoked,
        verifier,
        signers: Signers::default(),
        written,
    })
}

fn written(files: &TlsFiles) -> Vec<Option<SystemTime>> {
    let changed = |path: &Path| path.metadata().and_then(|it| it.modified()).ok();
    files.anchors.iter().chain(&files.signers).map(|(_, _, list)| changed(list)).collect()
}

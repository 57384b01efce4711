//! The demo's own certificates: three roots (of the server, of persons, of organisations), one
//! certificate for each actor, and a revocation list under each root that signs clients.
//!
//! Made once, then found again: a data folder keeps its keys. Valid from 2020 to 2049, so that
//! moving the demo's clock breaks nothing. Nothing here protects anybody; a production server
//! refuses these roots (design, invariant 9).

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use model::Dice;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
    RevocationReason, RevokedCertParams, SerialNumber, date_time_ymd,
};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::connection::Anchor;

/// Names the certificate by which the demo is known to an audit repository.
pub const AUDIT: &str = "audit";

#[derive(Debug, thiserror::Error)]
pub enum PkiError {
    #[error("the demo's certificates cannot be read or written")]
    File(#[from] io::Error),
    #[error("a certificate of the demo cannot be made")]
    Make(#[from] rcgen::Error),
    #[error("a file of the demo's certificates is damaged: {0}")]
    Damaged(String),
}

/// A client certificate to have.
#[derive(Debug, Clone)]
pub struct Client {
    /// Names the files: `slug.pem`, `slug.key`.
    pub slug: String,
    pub anchor: Anchor,
    /// PS_IdNat or Struct_IdNat.
    pub common_name: String,
    pub revoked: bool,
}

/// The folder with everything in it.
#[derive(Debug, Clone)]
pub struct Pki {
    folder: PathBuf,
}

impl Pki {
    /// Makes what is missing in `folder`, and keeps what is there.
    pub fn open(folder: &Path, clients: &[Client], dice: &dyn Dice) -> Result<Self, PkiError> {
        fs::create_dir_all(folder)?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        let pki = Self { folder: folder.to_owned() };

        let server_root = pki.root("ca", "carnet demo server root")?;
        pki.leaf("server", &server_root, server_params(dice)?)?;
        pki.leaf(AUDIT, &server_root, client_params("carnet, démonstration", dice)?)?;
        for anchor in [Anchor::Persons, Anchor::Organisations] {
            let root = pki.root(root_name(anchor), root_title(anchor))?;
            let mut revoked = Vec::new();
            for client in clients.iter().filter(|client| client.anchor == anchor) {
                pki.leaf(&client.slug, &root, client_params(&client.common_name, dice)?)?;
                if client.revoked {
                    revoked.push(pki.serial(&client.slug)?);
                }
            }
            pki.revocations(anchor, &root, &revoked)?;
        }
        Ok(pki)
    }

    /// The server's certificate chain and key.
    pub fn server(&self) -> (PathBuf, PathBuf) {
        (self.certificate("server"), self.key("server"))
    }

    pub fn certificate(&self, slug: &str) -> PathBuf {
        self.folder.join(format!("{slug}.pem"))
    }

    pub fn key(&self, slug: &str) -> PathBuf {
        self.folder.join(format!("{slug}.key"))
    }

    /// The root and the revocation list of an anchor for clients.
    pub fn anchor(&self, anchor: Anchor) -> (PathBuf, PathBuf) {
        let name = root_name(anchor);
        (self.certificate(name), self.folder.join(format!("{name}.crl")))
    }

    /// Writes the list of an anchor anew: exactly these are revoked. Doors read it within seconds.
    pub fn revoke(&self, anchor: Anchor, slugs: &[&str]) -> Result<(), PkiError> {
        let root = self.root(root_name(anchor), root_title(anchor))?;
        let serials = slugs.iter().map(|slug| self.serial(slug)).collect::<Result<Vec<_>, _>>()?;
        self.write_revocations(anchor, &root, &serials)
    }

    fn root(&self, name: &str, title: &str) -> Result<Root, PkiError> {
        let params = root_params(title)?;
        if self.certificate(name).exists() && self.key(name).exists() {
            let key = KeyPair::from_pem(&fs::read_to_string(self.key(name))?)?;
            return Ok(Root { issuer: Issuer::new(params, key), fresh: false });
        }
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        write(&self.key(name), &key.serialize_pem(), 0o600)?;
        write(&self.certificate(name), &params.self_signed(&key)?.pem(), 0o644)?;
        Ok(Root { issuer: Issuer::new(params, key), fresh: true })
    }

    fn leaf(&self, slug: &str, root: &Root, params: CertificateParams) -> Result<(), PkiError> {
        if !root.fresh && self.certificate(slug).exists() && self.key(slug).exists() {
            return Ok(());
        }
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        write(&self.key(slug), &key.serialize_pem(), 0o600)?;
        write(&self.certificate(slug), &params.signed_by(&key, &root.issuer)?.pem(), 0o644)?;
        Ok(())
    }

    fn serial(&self, slug: &str) -> Result<Vec<u8>, PkiError> {
        let damaged = || PkiError::Damaged(format!("{slug}.pem"));
        let der = CertificateDer::from_pem_file(self.certificate(slug)).map_err(|_| damaged())?;
        let (_, certificate) = X509Certificate::from_der(&der).map_err(|_| damaged())?;
        Ok(certificate.raw_serial().to_vec())
    }

    /// Kept when it is there: the operator of a demo may have written a longer one.
    fn revocations(&self, anchor: Anchor, root: &Root, serials: &[Vec<u8>]) -> Result<(), PkiError> {
        let (_, file) = self.anchor(anchor);
        if !root.fresh && file.exists() {
            return Ok(());
        }
        self.write_revocations(anchor, root, serials)
    }

    fn write_revocations(&self, anchor: Anchor, root: &Root, serials: &[Vec<u8>]) -> Result<(), PkiError> {
        let revoked = |serial: &Vec<u8>| RevokedCertParams {
            serial_number: SerialNumber::from_slice(serial),
            revocation_time: date_time_ymd(2020, 1, 2),
            reason_code: Some(RevocationReason::KeyCompromise),
            invalidity_date: None,
        };
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2020, 1, 2),
            next_update: date_time_ymd(2049, 12, 31),
            crl_number: SerialNumber::from_slice(&[1]),
            issuing_distribution_point: None,
            revoked_certs: serials.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let (_, file) = self.anchor(anchor);
        Ok(write(&file, &list.signed_by(&root.issuer)?.pem()?, 0o644)?)
    }
}

struct Root {
    issuer: Issuer<'static, KeyPair>,
    /// Made just now: whatever was signed by its predecessor must be made again.
    fresh: bool,
}

const fn root_name(anchor: Anchor) -> &'static str {
    match anchor {
        Anchor::Persons => "persons",
        Anchor::Organisations => "organisations",
    }
}

const fn root_title(anchor: Anchor) -> &'static str {
    match anchor {
        Anchor::Persons => "carnet demo persons root",
        Anchor::Organisations => "carnet demo organisations root",
    }
}

fn params(common_name: &str) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2049, 12, 31);
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, "FR");
    params.distinguished_name.push(DnType::OrganizationName, "demo");
    params.distinguished_name.push(DnType::CommonName, common_name);
    Ok(params)
}

fn root_params(title: &str) -> Result<CertificateParams, rcgen::Error> {
    let mut params = params(title)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

fn leaf_params(
    common_name: &str,
    usage: ExtendedKeyUsagePurpose,
    dice: &dyn Dice,
) -> Result<CertificateParams, rcgen::Error> {
    let mut params = params(common_name)?;
    let mut serial = model::chance::throw::<16>(dice);
    // positive and of full length (RFC 5280, 4.1.2.2)
    if let Some(first) = serial.first_mut() {
        *first = (*first & 0x3f) | 0x40;
    }
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![usage];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn server_params(dice: &dyn Dice) -> Result<CertificateParams, rcgen::Error> {
    let mut params = leaf_params("localhost", ExtendedKeyUsagePurpose::ServerAuth, dice)?;
    let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec();
    params.subject_alt_names = CertificateParams::new(names)?.subject_alt_names;
    Ok(params)
}

fn client_params(common_name: &str, dice: &dyn Dice) -> Result<CertificateParams, rcgen::Error> {
    leaf_params(common_name, ExtendedKeyUsagePurpose::ClientAuth, dice)
}

/// Whole or not at all, with these permissions from the first byte on.
fn write(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let fresh = path.with_extension("new");
    if fresh.exists() {
        fs::remove_file(&fresh)?;
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(&fresh)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&fresh, path)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::chance::SystemDice;

    fn clients() -> Vec<Client> {
        let client = |slug: &str, anchor, revoked| Client {
            slug: slug.to_owned(),
            anchor,
            common_name: format!("8{slug}"),
            revoked,
        };
        vec![
            client("good", Anchor::Persons, false),
            client("bad", Anchor::Persons, true),
            client("house", Anchor::Organisations, false),
        ]
    }

    #[test]
    fn what_was_made_is_found_again_and_keys_are_private() {
        let folder = tempfile::tempdir().unwrap();
        let list = |folder: &Path| {
            let mut files: Vec<_> = fs::read_dir(folder)
                .unwrap()
                .map(|it| it.unwrap().path())
                .map(|path| (path.clone(), fs::read(path).unwrap()))
                .collect();
            files.sort();
            files
        };
        Pki::open(folder.path(), &clients(), &SystemDice).unwrap();
        let first = list(folder.path());
        Pki::open(folder.path(), &clients(), &SystemDice).unwrap();
        assert!(first == list(folder.path()), "nothing may change");
        for (path, _) in &first {
            let mode = fs::metadata(path).unwrap().permissions().mode() & 0o777;
            let private = path.extension().is_some_and(|it| it == "key");
            assert_eq!(mode, if private { 0o600 } else { 0o644 }, "{path:?}");
        }
    }

    #[test]
    fn a_lost_root_is_made_again_with_everything_under_it() {
        let folder = tempfile::tempdir().unwrap();
        let pki = Pki::open(folder.path(), &clients(), &SystemDice).unwrap();
        let before = fs::read(pki.certificate("good")).unwrap();
        let other = fs::read(pki.certificate("house")).unwrap();
        fs::remove_file(pki.key("persons")).unwrap();
        Pki::open(folder.path(), &clients(), &SystemDice).unwrap();
        assert_ne!(before, fs::read(pki.certificate("good")).unwrap());
        assert_eq!(other, fs::read(pki.certificate("house")).unwrap());
    }
}

//! Keys, certificates and trust for the tests of signatures, here and in `ihe`.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256,
    RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RsaKeyPair,
};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256, RsaKeySize, date_time_ymd,
};
use xml::signature::{CannotSign, Certificate, SignatureMethod, SigningKey, Trust};

/// A root that signs certificates.
pub struct Root {
    pub der: Vec<u8>,
    pub pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Root {
    pub fn new(name: &str) -> Self {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let mut params = params(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key).unwrap();
        Self { der: certificate.der().to_vec(), pem: certificate.pem(), issuer: Issuer::new(params, key) }
    }

    pub fn key(&self, name: &str, method: SignatureMethod) -> Key {
        let pair = match method {
            SignatureMethod::EcdsaSha256 => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256),
            SignatureMethod::EcdsaSha384 => KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384),
            _ => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048),
        };
        self.key_of(name, method, &pair.unwrap())
    }

    pub fn key_of(&self, name: &str, method: SignatureMethod, pair: &KeyPair) -> Key {
        let certificate = params(name).signed_by(pair, &self.issuer).unwrap();
        Key {
            method,
            certificates: vec![certificate.der().to_vec()],
            pkcs8: pair.serialize_der(),
            key_pem: pair.serialize_pem(),
            certificate_pem: certificate.pem(),
        }
    }
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2049, 12, 31);
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, "FR");
    params.distinguished_name.push(DnType::OrganizationName, "Maison d'essai");
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

/// A key in memory.
pub struct Key {
    pub method: SignatureMethod,
    pub certificates: Vec<Vec<u8>>,
    pub pkcs8: Vec<u8>,
    pub key_pem: String,
    pub certificate_pem: String,
}

impl SigningKey for Key {
    fn method(&self) -> SignatureMethod {
        self.method
    }

    fn certificates(&self) -> &[Vec<u8>] {
        &self.certificates
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CannotSign> {
        let chance = SystemRandom::new();
        let rsa = match self.method {
            SignatureMethod::RsaSha256 => &RSA_PKCS1_SHA256,
            SignatureMethod::RsaSha384 => &RSA_PKCS1_SHA384,
            SignatureMethod::RsaSha512 => &RSA_PKCS1_SHA512,
            method => {
                let algorithm = match method {
                    SignatureMethod::EcdsaSha256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
                    _ => &ECDSA_P384_SHA384_FIXED_SIGNING,
                };
                let key = EcdsaKeyPair::from_pkcs8(algorithm, &self.pkcs8).map_err(|_| CannotSign)?;
                return key.sign(&chance, message).map(|it| it.as_ref().to_vec()).map_err(|_| CannotSign);
            }
        };
        let key = RsaKeyPair::from_pkcs8(&self.pkcs8).map_err(|_| CannotSign)?;
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(rsa, &chance, message, &mut signature).map_err(|_| CannotSign)?;
        Ok(signature)
    }
}

/// Believes exactly these certificates: the chain is the business of whoever implements [`Trust`].
pub struct Known(pub Vec<Vec<u8>>);

impl Known {
    pub fn only(key: &Key) -> Self {
        Self(vec![key.certificates[0].clone()])
    }
}

impl Trust for Known {
    fn trusts(&self, certificate: &Certificate, _: &[Vec<u8>]) -> bool {
        self.0.iter().any(|known| known == certificate.der())
    }
}

/// A program on the path, or nothing and a word that the test is skipped.
pub fn tool(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|it| it.is_file());
    if found.is_none() {
        eprintln!("skipped: {name} is not installed");
    }
    found
}

/// A folder for one test, under the target folder, empty.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Chance that can be had again: xorshift from a seed, which `CARNET_SEED` moves.
pub struct Chance {
    pub seed: u64,
    state: u64,
}

impl Chance {
    pub fn of_environment(own: u64) -> Self {
        let seed = std::env::var("CARNET_SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(0_u64);
        let state = (seed ^ (own << 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        Self { seed, state }
    }

    pub fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        ((self.next() >> 33) as usize) % bound.max(1)
    }

    pub fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    pub fn pick<'a, T: ?Sized>(&mut self, among: &'a [&'a T]) -> &'a T {
        among[self.below(among.len())]
    }
}

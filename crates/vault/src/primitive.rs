//! The few things this crate asks of aws-lc, each in one function, so that the rest reads as a protocol.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::{hkdf, hmac};
use model::Dice;
use zeroize::Zeroizing;

pub(crate) const NONCE: usize = 12;
pub(crate) const TAG: usize = 16;

/// The library refused. Carries nothing: why an authenticated opening fails must not show.
#[derive(Debug)]
pub(crate) struct Refused;

impl From<aws_lc_rs::error::Unspecified> for Refused {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self
    }
}

/// 256 secret bits. Boxed, so that a move moves a pointer and leaves no copy behind; zeroed when dropped;
/// does not print.
#[derive(Clone)]
pub(crate) struct Secret(Box<Zeroizing<[u8; 32]>>);

impl Secret {
    pub(crate) fn zero() -> Self {
        Self(Box::new(Zeroizing::new([0; 32])))
    }

    pub(crate) fn random(dice: &dyn Dice) -> Self {
        let mut secret = Self::zero();
        dice.fill(secret.bytes_mut());
        secret
    }

    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut secret = Self::zero();
        if bytes.len() != secret.bytes().len() {
            return None;
        }
        secret.bytes_mut().copy_from_slice(bytes);
        Some(secret)
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8; 32] {
        &mut self.0
    }

    /// HKDF-SHA-256 with this secret as input key: `salt` names whose key it is, `info` what for.
    pub(crate) fn derive(&self, salt: &[u8], info: &[&[u8]]) -> Secret {
        self.extract(salt).expand(info)
    }

    /// HKDF's first half (RFC 5869, 2.2), apart for who derives many keys of one salt.
    pub(crate) fn extract(&self, salt: &[u8]) -> Extracted {
        let mut extracted = Self::zero();
        *extracted.bytes_mut() = hmac_of(&hmac::Key::new(hmac::HMAC_SHA256, salt), &[self.bytes()]);
        Extracted(extracted)
    }

    #[expect(clippy::expect_used, reason = "fails for other key lengths only, and this one is fixed")]
    pub(crate) fn aes(&self) -> Aes {
        let key = UnboundKey::new(&AES_256_GCM, self.bytes()).expect("AES-256 takes 32 bytes");
        Aes(LessSafeKey::new(key))
    }

    pub(crate) fn hmac(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, self.bytes())
    }
}

/// What HKDF extracted: a key that only expands.
#[derive(Clone)]
pub(crate) struct Extracted(Secret);

impl Extracted {
    /// HKDF's second half (RFC 5869, 2.3).
    #[expect(
        clippy::expect_used,
        reason = "fails for outputs above 8,160 bytes only; to go on without is worse"
    )]
    pub(crate) fn expand(&self, info: &[&[u8]]) -> Secret {
        let mut derived = Secret::zero();
        hkdf::Prk::new_less_safe(hkdf::HKDF_SHA256, self.0.bytes())
            .expand(info, ThirtyTwo)
            .and_then(|key| key.fill(derived.bytes_mut()))
            .expect("32 bytes are within HKDF's bound");
        derived
    }
}

struct ThirtyTwo;

impl hkdf::KeyType for ThirtyTwo {
    fn len(&self) -> usize {
        32
    }
}

/// An AES-256-GCM key ready for use.
pub(crate) struct Aes(LessSafeKey);

impl Aes {
    /// Encrypts in place; returns the tag.
    pub(crate) fn seal(&self, nonce: [u8; NONCE], aad: &[u8], text: &mut [u8]) -> Result<[u8; TAG], Refused> {
        let tag =
            self.0.seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), text)?;
        tag.as_ref().try_into().map_err(|_| Refused)
    }

    /// Decrypts ciphertext and tag into memory that is zeroed when dropped.
    pub(crate) fn open(
        &self,
        nonce: [u8; NONCE],
        aad: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Refused> {
        self.open_owned(nonce, aad, sealed.to_vec())
    }

    /// The same in the memory it is handed.
    pub(crate) fn open_owned(
        &self,
        nonce: [u8; NONCE],
        aad: &[u8],
        sealed: Vec<u8>,
    ) -> Result<Zeroizing<Vec<u8>>, Refused> {
        let mut text = Zeroizing::new(sealed);
        let plain =
            self.0.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut text)?.len();
        text.truncate(plain);
        Ok(text)
    }
}

/// HMAC-SHA-256 over the concatenation of parts.
pub(crate) fn hmac_of(key: &hmac::Key, parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(part);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.sign().as_ref());
    hash
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::sync::Mutex;

    use super::*;

    /// Dice that fall 0, 1, 2, … so that what is sealed can be frozen.
    pub(crate) struct Counting(Mutex<u8>);

    impl Counting {
        pub(crate) fn from(start: u8) -> Self {
            Self(Mutex::new(start))
        }
    }

    impl Dice for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            let mut next = self.0.lock().unwrap();
            for byte in bytes {
                *byte = *next;
                *next = next.wrapping_add(1);
            }
        }
    }

    pub(crate) fn unhex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    }

    /// The algorithm is the one of the books: test cases 14 and 16 of McGrew and Viega, "The Galois/Counter
    /// Mode of Operation" (the AES-256 cases NIST took over for SP 800-38D).
    #[test]
    fn aes_256_gcm_is_that_of_the_books() {
        let cases = [
            ("00".repeat(32), "00".repeat(12), String::new(), "00".repeat(16),
             "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"),
            ("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308".into(),
             "cafebabefacedbaddecaf888".into(),
             "feedfacedeadbeeffeedfacedeadbeefabaddad2".into(),
             "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39".into(),
             "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
             "76fc6ece0f4e1768cddf8853bb2d551b"),
        ];
        for (key, nonce, aad, plain, cipher, tag) in cases {
            let aes = Secret::from_slice(&unhex(&key)).unwrap().aes();
            let nonce: [u8; NONCE] = unhex(&nonce).try_into().unwrap();
            let mut text = unhex(&plain);
            assert_eq!(aes.seal(nonce, &unhex(&aad), &mut text).unwrap().to_vec(), unhex(tag));
            assert_eq!(text, unhex(cipher));
            text.extend(unhex(tag));
            assert_eq!(*aes.open(nonce, &unhex(&aad), &text).unwrap(), unhex(&plain));
        }
    }

    /// Computed with Python's `cryptography`: the vectors of RFC 5869 take inputs of other lengths than ours.
    #[test]
    fn hkdf_is_that_of_another_implementation() {
        let key = Secret::from_slice(&std::array::from_fn::<u8, 32, _>(|at| at as u8)).unwrap();
        let derived = key.derive(&[7; 16], &[b"carnet/1/row/", b"head"]);
        assert_eq!(
            derived.bytes().to_vec(),
            unhex("76fad8c9af54be596f0ea79ac4427f568c7111f497ba3a8bfc3a30a9f256fb5d")
        );
    }

    /// RFC 4231, test case 2, through our concatenation of parts.
    #[test]
    fn hmac_is_that_of_the_books() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"Jefe");
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hmac_of(&key, &[b"what do ya ", b"want ", b"for nothing?"]).to_vec(), unhex(expected));
    }
}

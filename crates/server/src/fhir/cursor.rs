//! The `next` link of a search: an opaque word, sealed under a key that lives as long as the process. It holds
//! the query, so that the link holds no identifier; each page is decided and traced anew.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ihe::fhir::Outcome;
use ihe::fhir::search::Pairs;
use model::Dice;
use model::chance::throw;
use serde::{Deserialize, Serialize};

/// Where the next page of a search begins.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// `DocumentReference` or `List`.
    pub of: String,
    pub pairs: Pairs,
    pub skip: usize,
}

pub struct Cursors(LessSafeKey);

impl Cursors {
    /// None only when the machine's cryptography fails.
    pub fn new(dice: &dyn Dice) -> Option<Self> {
        let key = UnboundKey::new(&AES_256_GCM, &throw::<32>(dice)).ok()?;
        Some(Self(LessSafeKey::new(key)))
    }

    pub fn seal(&self, cursor: &Cursor, dice: &dyn Dice) -> Option<String> {
        let mut bytes = serde_json::to_vec(cursor).ok()?;
        let nonce: [u8; NONCE_LEN] = throw(dice);
        let aad = Aad::from(b"carnet cursor");
        self.0.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut bytes).ok()?;
        let mut whole = nonce.to_vec();
        whole.append(&mut bytes);
        Some(BASE64_URL_SAFE_NO_PAD.encode(whole))
    }

    /// 400 for a word that is not of this process: the search is to be begun again.
    pub fn open(&self, word: &str, of: &str) -> Result<Cursor, Outcome> {
        let again = || Outcome::parameter("_page", "this page is no longer there: begin the search again");
        let whole = BASE64_URL_SAFE_NO_PAD.decode(word).map_err(|_| again())?;
        let (nonce, sealed) = whole.split_first_chunk::<NONCE_LEN>().ok_or_else(again)?;
        let mut bytes = sealed.to_vec();
        let plain = self
            .0
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(b"carnet cursor"), &mut bytes)
            .map_err(|_| again())?;
        let cursor: Cursor = serde_json::from_slice(plain).map_err(|_| again())?;
        if cursor.of == of { Ok(cursor) } else { Err(again()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SystemDice;

    #[test]
    fn a_word_opens_where_it_was_made_and_nowhere_else() {
        let (Some(here), Some(there)) = (Cursors::new(&SystemDice), Cursors::new(&SystemDice)) else {
            panic!("no cryptography")
        };
        let pairs =
            vec![("patient.identifier".to_owned(), "1.2.250.1.213.1.4.10|284026311300112".to_owned())];
        let cursor = Cursor { of: "List".into(), pairs, skip: 20 };
        let word = here.seal(&cursor, &SystemDice).unwrap_or_default();
        assert_eq!(here.open(&word, "List").ok(), Some(cursor));
        assert!(here.open(&word, "DocumentReference").is_err());
        assert!(there.open(&word, "List").is_err());
        assert!(here.open(&word.replacen(|it: char| it.is_alphabetic(), "0", 1), "List").is_err());
    }
}

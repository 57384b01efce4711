//! The holder's secrets at rest: a login, and a password kept as an Argon2id verifier (rules, A4).

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use model::chance::throw;
use vault::TagDomain;

use crate::failure::{Failure, Fault};
use crate::records::Records;
use crate::rows::Credential;

/// A login and a temporary password, for a letter handed over: the password is kept as a verifier alone.
pub(super) fn new_credential(
    records: &Records,
    wished: Option<&str>,
) -> Result<(Credential, String, [u8; 32]), Failure> {
    let login = wished.map_or_else(|| words_of(records, 8), str::to_owned);
    let password = words_of(records, 12);
    let hash = login_hash(records, &login)?;
    let verifier = hash_password(records, &password)?;
    let credential = Credential {
        login,
        password: verifier,
        must_change: true,
        challenge: None,
        failed: 0,
        failed_day: 0,
    };
    Ok((credential, password, hash))
}

/// Letters and digits that cannot be taken for one another on paper.
fn words_of(records: &Records, length: usize) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567899";
    let bytes: [u8; 32] = throw(records.dice());
    bytes
        .iter()
        .take(length)
        .filter_map(|byte| LETTERS.get(usize::from(byte % 32)))
        .map(|it| char::from(*it))
        .collect()
}

pub(super) fn login_hash(records: &Records, login: &str) -> Result<[u8; 32], Fault> {
    Ok(records.parts().keeper.tag(TagDomain::Login, login.as_bytes())?)
}

/// The verifier of no password, for logins nobody has: same parameters, same time.
pub(super) const DUMMY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$z2jZJXk2mZBLxRrRyvpYyl7d6i1L1U8h1D1kE2xkq0o";

pub(super) fn verify(verifier: &str, password: &str) -> bool {
    PasswordHash::new(verifier)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

pub(super) fn hash_password(records: &Records, password: &str) -> Result<String, Fault> {
    let unwritable = |_| Fault::Unwritable { what: "a password's verifier" };
    let salt = SaltString::encode_b64(&throw::<16>(records.dice())).map_err(unwritable)?;
    Ok(Argon2::default().hash_password(password.as_bytes(), &salt).map_err(unwritable)?.to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    /// A decoy that does not parse would be compared in no time, and tell which logins exist.
    #[test]
    fn the_decoy_costs_what_a_real_verifier_costs() {
        let decoy = PasswordHash::new(DUMMY).unwrap();
        let salt = SaltString::encode_b64(&[7; 16]).unwrap();
        let real = Argon2::default().hash_password(b"a password", &salt).unwrap();
        assert_eq!((decoy.algorithm, decoy.version), (real.algorithm, real.version));
        assert_eq!(decoy.params, real.params);
        let lengths = |it: &PasswordHash<'_>| {
            (it.salt.unwrap().decode_b64(&mut [0; 64]).unwrap().len(), it.hash.unwrap().len())
        };
        assert_eq!(lengths(&decoy), lengths(&real));
        // it goes to the end and finds the password wrong; any other error would be an earlier way out
        let outcome = Argon2::default().verify_password(b"a password", &decoy);
        assert_eq!(outcome, Err(argon2::password_hash::Error::Password));
    }
}

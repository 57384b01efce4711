//! Access tokens for practice software: bound to the certificate of the organisation they are given to (RFC 8705), in
//! the claims of Pro Santé Connect and of IHE IUA. The software proves itself by that certificate, and says why the
//! person comes when it exchanges the code, as it would in a VIHF: a reason stands in no address.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use jiff::SignedDuration;
use model::{Instant, PsIdNat};
use rehearsal::Who;
use serde_json::{Value, json};

use super::{ACR, Exchange, OidcError, Provider, subject};
use crate::connection::{Anchor, PeerCertificate};

/// As long as Pro Santé Connect's.
pub const LIFE: SignedDuration = SignedDuration::from_mins(5);
const REASON_CHARS_MAX: usize = 256;
const PURPOSE: &str = "urn:oid:1.2.250.1.213.1.1.4.248";

impl Provider {
    /// Whether this is an organisation of the demo, whose certificate is the client's secret.
    pub(super) fn is_software(&self, client: &str) -> bool {
        self.cast.actors.iter().any(|it| matches!(&it.who, Who::Organisation(id) if id.to_string() == client))
    }

    /// The certificate of an exchange: of the client it names, or the code is not its.
    pub(super) fn certificate_of<'c>(
        with: &Exchange,
        shown: Option<&'c PeerCertificate>,
    ) -> Result<&'c PeerCertificate, OidcError> {
        let fits =
            |it: &&PeerCertificate| it.anchor == Anchor::Organisations && it.common_name == with.client_id;
        shown.filter(fits).ok_or(OidcError::Client)
    }

    /// The claims of an access token under this name.
    pub(super) fn access_claims(
        &self,
        who: &PsIdNat,
        shown: &PeerCertificate,
        with: &Exchange,
        id: &str,
        now: Instant,
    ) -> Result<Value, OidcError> {
        let (actor, _) = self.professionals().find(|(_, id)| *id == who).ok_or(OidcError::Grant)?;
        let Who::Person { profession: Some(profession), .. } = &actor.who else {
            return Err(OidcError::Grant);
        };
        let house =
            shown.common_name.parse().ok().and_then(|id| self.cast.house(&id)).ok_or(OidcError::Client)?;
        let reason = with.mode_acces_raison.trim();
        let purpose = match (with.purpose_of_use.as_str(), reason.is_empty()) {
            ("" | "normal", true) => "normal",
            ("centre_15", true) => "centre_15",
            ("bris_de_glace", false) if reason.chars().count() <= REASON_CHARS_MAX => "bris_de_glace",
            _ => return Err(OidcError::Request),
        };
        let seconds = now.as_millis().div_euclid(1000);
        let mut claims = json!({
            "iss": self.issuer,
            "sub": subject(who),
            "aud": [self.care],
            "client_id": with.client_id,
            "exp": seconds + LIFE.as_secs(),
            "iat": seconds,
            "auth_time": seconds,
            "jti": id,
            "scope": "openid scope_all",
            "acr": ACR,
            "cnf": { "x5t#S256": BASE64URL.encode(shown.sha256) },
            "preferred_username": who.to_string(),
            "SubjectNameID": who.to_string(),
            "SubjectRole": [format!("{}^1.2.250.1.213.1.1.5.5", profession.code)],
            "SubjectOrganization": house.name,
            "SubjectOrganizationID": house.id.to_string(),
            "Palier_Authentification": "APPPRIP3^1.2.250.1.213.1.5.1.1.1",
            "Acces_Regulation_Medicale": if purpose == "centre_15" { "VRAI" } else { "FAUX" },
            "extensions": { "ihe_iua": {
                "subject_name": actor.shown(&self.cast),
                "subject_organization": house.name,
                "subject_organization_id": house.id.to_string(),
                "purpose_of_use": [{ "system": PURPOSE, "code": purpose }],
            } },
        });
        if let Some(all) = claims.as_object_mut().filter(|_| !reason.is_empty()) {
            all.insert("Mode_Acces_Raison".into(), reason.into());
        }
        Ok(claims)
    }
}

/// Where software on the person's own machine takes its code (RFC 8252, 7.3): loopback, any port, nothing that could
/// be read in two ways.
pub(super) fn is_loopback(uri: &str) -> bool {
    let rest = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
        .into_iter()
        .find_map(|it| uri.strip_prefix(it));
    let Some((port, path)) = rest.and_then(|it| it.strip_prefix(':')).and_then(|it| it.split_once('/'))
    else {
        return false;
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    port.parse::<u16>().is_ok()
        && port.bytes().all(|it| it.is_ascii_digit())
        && path.len() <= 100
        && path.bytes().all(plain)
}

/// The origin of such an address.
pub(super) fn origin(uri: &str) -> Option<&str> {
    let end = uri.strip_prefix("http://")?.find('/')?;
    uri.get(..end + "http://".len()).filter(|_| is_loopback(uri))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn software_takes_its_codes_on_its_own_machine_alone() {
        for right in ["http://127.0.0.1:49152/", "http://localhost:9000/callback", "http://[::1]:80/a/b"] {
            assert!(is_loopback(right), "{right}");
        }
        assert_eq!(origin("http://localhost:9000/callback"), Some("http://localhost:9000"));
        for wrong in [
            "https://evil.example/",
            "http://127.0.0.1.evil.example:80/",
            "http://127.0.0.1@evil.example:80/",
            "http://127.0.0.1:80@evil.example/",
            "http://127.0.0.1:+80/",
            "http://127.0.0.1:99999/",
            "http://127.0.0.1/",
            "http://127.0.0.1:80/?a=b",
            "http://127.0.0.1:80/#a",
            "http://127.0.0.1:80/\r\nX: y",
            "",
        ] {
            assert!(!is_loopback(wrong) && origin(wrong).is_none(), "{wrong}");
        }
    }
}

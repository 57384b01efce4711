//! What a token says beside who: for which house, why, and with which reason. Two vocabularies say it in the field,
//! the JWT extension of IHE IUA (`extensions.ihe_iua`) and Pro Santé Connect's own claims; where both do, they agree.

use ihe::vihf::PURPOSE_OIDS;
use model::{Purpose, StructIdNat};
use serde::Deserialize;

use super::ProofFault;

/// The longest reason kept.
const REASON_CHARS_MAX: usize = 256;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Said {
    #[serde(rename = "Mode_Acces_Raison")]
    reason: Option<String>,
    /// `VRAI` or `FAUX`.
    #[serde(rename = "Acces_Regulation_Medicale")]
    regulation: Option<String>,
    extensions: Option<Extensions>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Extensions {
    ihe_iua: Iua,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Iua {
    subject_organization_id: Option<String>,
    purpose_of_use: Option<Coded>,
}

/// One code, or a list of one: both are written.
#[derive(Deserialize)]
#[serde(untagged)]
enum Coded {
    One(Code),
    Many(Vec<Code>),
}

#[derive(Deserialize)]
struct Code {
    system: String,
    code: String,
}

impl Said {
    pub(super) fn house(&self) -> Result<Option<StructIdNat>, ProofFault> {
        let said = self.extensions.as_ref().and_then(|it| it.ihe_iua.subject_organization_id.as_deref());
        said.map(|it| it.parse().map_err(|_| ProofFault::Person)).transpose()
    }

    pub(super) fn purpose(&self) -> Result<Option<Purpose>, ProofFault> {
        let reason = self.reason.as_deref().map(str::trim).filter(|it| !it.is_empty());
        let for_regulation = match self.regulation.as_deref() {
            None | Some("" | "FAUX") => false,
            Some("VRAI") => true,
            Some(_) => return Err(ProofFault::Purpose),
        };
        let code = match self.extensions.as_ref().and_then(|it| it.ihe_iua.purpose_of_use.as_ref()) {
            None => None,
            Some(Coded::One(it)) => Some(it.known()?),
            Some(Coded::Many(all)) => match all.as_slice() {
                [] => None,
                [it] => Some(it.known()?),
                _ => return Err(ProofFault::Purpose),
            },
        };
        match (code, for_regulation, reason) {
            (None, false, None) => Ok(None),
            (Some("normal"), false, None) => Ok(Some(Purpose::Normal)),
            (None | Some("centre_15"), true, None) | (Some("centre_15"), false, None) => {
                Ok(Some(Purpose::Regulation))
            }
            // H06: an emergency says why; and a reason for anything else is a contradiction
            (Some("bris_de_glace"), false, Some(reason)) => {
                let reason = reason.chars().take(REASON_CHARS_MAX).collect();
                Ok(Some(Purpose::BreakGlass { reason }))
            }
            _ => Err(ProofFault::Purpose),
        }
    }
}

impl Code {
    fn known(&self) -> Result<&str, ProofFault> {
        let system = self.system.strip_prefix("urn:oid:").unwrap_or(&self.system);
        if PURPOSE_OIDS.contains(&system) { Ok(&self.code) } else { Err(ProofFault::Purpose) }
    }
}

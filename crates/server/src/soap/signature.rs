//! The signature of the lot: what its manifest names is what was sent, the signature holds, and the certificate is one
//! this door trusts. It is checked as the lot is taken, and kept with it. SHA-1 is tolerated as legacy, counted, and told.

use ihe::xds::signature::{Keys, LotSignature, Sent, SignatureError};
use ihe::xds::{ErrorCode, RegistryError};
use record::{Signed, Submission};

use super::talk::Talk;

/// What is kept, with a warning for what is tolerated; an error where the signature does not count.
pub(super) fn check(
    talk: &Talk,
    lot: &Submission,
    bytes: &[u8],
) -> Result<(Signed, Vec<RegistryError>), RegistryError> {
    let wrong = |error: SignatureError| {
        RegistryError::at(ErrorCode::InvalidDocumentContent, "signature of the lot", error)
    };
    let signature = LotSignature::decode(bytes).map_err(wrong)?;
    let set = lot.unique_id.as_ref().ok_or_else(|| wrong(SignatureError::OtherSet))?;
    let sent: Vec<Sent> = lot.documents.iter().map(sent).collect();
    let covered = signature.covers(set, &sent).map_err(wrong)?;
    signature.prove(&Keys).map_err(wrong)?;
    let trusted = talk.settings.signer(&signature.certificate, &[], talk.app.clock.now());
    trusted.ok_or_else(|| wrong(SignatureError::OtherCertificate))?;
    let note = |says: &str| RegistryError::new(ErrorCode::XDSExtraMetadataNotSaved, says);
    let mut notes = Vec::new();
    let is_legacy = signature.is_legacy();
    if is_legacy {
        notes.push(note("the lot is signed with SHA-1, which is tolerated for now"));
    }
    if !covered.not_compared.is_empty() {
        notes.push(note("the manifest digests canonical forms, which were not compared"));
    }
    Ok((Signed { bytes: bytes.to_vec(), is_legacy }, notes))
}

fn sent(new: &record::NewDocument) -> Sent {
    let mut sha256 = [0; 32];
    let hex = new.content.sha256();
    for (to, pair) in sha256.iter_mut().zip(hex.as_bytes().chunks(2)) {
        let byte = std::str::from_utf8(pair).ok().and_then(|it| u8::from_str_radix(it, 16).ok());
        *to = byte.unwrap_or_default();
    }
    let description = &new.description;
    Sent { unique_id: description.unique_id.clone(), sha1: description.hash, sha256, canonical_sha1: None }
}

//! Which door may be used for what.

use model::{Act, Door, OrganisationKind};

use crate::case::Case;
use crate::decision::Finding;

/// **A1.** Feed credentials never read: no content, no metadata. A feeder may learn a record's status, and
/// the entryUUID of what it fed itself (TD0.2, TD3.1b). A professional may ask who let them in (TD0.4), which shows
/// nothing of a record that is not then decided for itself. The care door reads for a person proved by
/// certificate (DIRECTE), or by an identity provider bound to an organisation's (INDIRECTE_RENFORCEE), the
/// portal for its holder and for a professional proved by certificate or by an identity provider's two factors; an organisation's certificate alone never reads. The payer reads nothing at any
/// door.
pub fn feeding_never_reads(case: &Case<'_>) -> Finding {
    let payer = case.organisation().is_some_and(|it| it.kind == OrganisationKind::Payer);
    match (case.caller.door, case.act) {
        (Door::Feed, _) if case.is_reading() => Finding::Forbid,
        (Door::Feed, Act::LocateOwn) if case.manages_document() => Finding::Permit,
        (_, Act::LocateOwn) => Finding::Forbid,
        (Door::Feed, Act::KnowStatus) => {
            let proved = case.organisation().is_some() || case.professional().is_some();
            Finding::permit_if(case.has_certificate() && proved)
        }
        (_, Act::KnowStatus) if case.comes_to_care() => {
            Finding::permit_if(case.care_professional().is_some() && !payer)
        }
        (_, Act::ListPatients) if case.comes_to_care() => {
            if case.care_professional().is_some() && !payer {
                Finding::Permit
            } else {
                Finding::Forbid
            }
        }
        _ if case.comes_to_care() && case.is_reading() => {
            Finding::forbid_if(case.care_professional().is_none() || payer)
        }
        _ => Finding::Silent,
    }
}

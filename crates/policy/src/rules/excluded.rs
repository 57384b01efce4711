//! Who is kept out for whom they act.

use model::{ActingFor, ProfessionTable};

use crate::case::Case;
use crate::decision::Finding;

/// **A15.** (CSP L.1111-18) Acting for an insurer or an administration: always refused. Occupational
/// doctors do anything but feed only on the holder's express consent, and only where the profile knows it
/// (`occupational_doctors_with_consent`), emergencies included. Students: refused until a named senior
/// can be proved.
pub fn insurers_occupational_doctors_students(case: &Case<'_>) -> Finding {
    let Some(professional) = case.professional() else {
        return Finding::Silent;
    };
    let consented =
        case.policy.profile.occupational_doctors_with_consent && case.record().occupational_consent;
    let kept_out = match professional.acting_for {
        ActingFor::Insurer | ActingFor::Administration => true,
        ActingFor::OccupationalHealth => !case.is_feeding() && !consented,
        ActingFor::Care | ActingFor::RegulationCentre => false,
    };
    Finding::forbid_if(kept_out || professional.profession.table == ProfessionTable::Training)
}

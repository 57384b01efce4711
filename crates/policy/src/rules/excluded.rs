//! Who is kept out for whom they act.

use model::{Act, ActingFor, DelegationKind, ProfessionTable};

use crate::case::Case;
use crate::decision::Finding;

/// **A15.** (CSP L.1111-18) Acting for an insurer or an administration: always refused. Occupational
/// doctors do anything but feed only on the holder's express consent, and only where the profile knows it
/// (`occupational_doctors_with_consent`), emergencies included. Students need a named senior whom the
/// directory proves; that they may no more than the senior is W15's.
pub fn insurers_occupational_doctors_students(case: &Case<'_>) -> Finding {
    let known = case.policy.profile.occupational_doctors_with_consent;
    if case.act == Act::ConsentToOccupational && !known {
        return Finding::Forbid;
    }
    let Some(professional) = case.professional() else {
        return Finding::Silent;
    };
    let kept_out = match professional.acting_for {
        ActingFor::Insurer | ActingFor::Administration => true,
        ActingFor::OccupationalHealth => {
            let agreed = known && case.record().occupational_consent;
            !agreed && !case.is_feeding()
        }
        ActingFor::Care | ActingFor::RegulationCentre => false,
    };
    let with_a_senior = || {
        let delegation = case.caller.delegation();
        delegation.is_some_and(|it| it.kind == DelegationKind::Student && it.is_in_force(case.now))
    };
    let alone = professional.profession.table == ProfessionTable::Training && !with_a_senior();
    Finding::forbid_if(kept_out || alone)
}

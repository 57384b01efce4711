//! Who cares for the holder now: attending doctors, those let in, their replacements and teams (A14, W15).

use model::{
    ActingFor, Caller, DelegationKind, Grantee, Instant, OrganisationKind, Professional, PsIdNat,
    RecordFacts, Rights, Standing,
};

use crate::case::Case;

/// Attending doctor in force: a doctor, in a situation of care, confirmed by the holder, not blocked.
/// A declaration that waits for confirmation gives nothing here (W10).
fn is_attending_doctor(professional: &Professional, rights: &Rights, now: Instant) -> bool {
    professional.profession.is_doctor()
        && professional.acting_for == ActingFor::Care
        && rights.is_attending(&professional.id, now)
        && !rights.is_blocked(&professional.id, now)
}

/// The caller attends, or replaces an attending doctor and the holder was told of it (W15).
pub fn attends(caller: &Caller, record: &RecordFacts, now: Instant) -> bool {
    let Some(professional) = caller.professional() else { return false };
    if is_attending_doctor(professional, &record.rights, now) {
        return true;
    }
    let Some(delegation) = caller.delegation().filter(|it| it.is_in_force(now)) else { return false };
    let told = |replaced: &PsIdNat| {
        record
            .replacements
            .iter()
            .any(|it| it.replacement == professional.id && it.replaced == *replaced && it.told <= now)
    };
    delegation.kind == DelegationKind::Replacement
        && professional.profession.is_doctor()
        && professional.acting_for == ActingFor::Care
        && delegation.principal.standing == Standing::Active
        && is_attending_doctor(&delegation.principal, &record.rights, now)
        && told(&delegation.principal.id)
}

/// Authorised by the holder, in person or with the organisation that is proved; or, where the profile
/// presumes it, of the team that declared to care; or acting for somebody who is (A14, W15).
pub fn is_let_in(case: &Case<'_>) -> bool {
    let Some(professional) = case.professional() else { return false };
    let for_another = || {
        case.caller.delegation().is_some_and(|it| {
            it.is_in_force(case.now)
                && it.principal.standing == Standing::Active
                && !case.rights().is_blocked(&it.principal.id, case.now)
                && person_is_let_in(case, &it.principal.id, false)
        })
    };
    person_is_let_in(case, &professional.id, true) || for_another()
}

/// `with_teams`: a principal's teams are theirs, not those of who acts for them.
fn person_is_let_in(case: &Case<'_>, person: &PsIdNat, with_teams: bool) -> bool {
    let situation = &case.caller.situation;
    let organisation = case.organisation();
    if situation.coordinating {
        // asks the resident's own agreement, and has it in the home alone (requirements, R72)
        let at_home = organisation.is_some_and(|it| it.kind == OrganisationKind::CareHome);
        let theirs = |to: &Grantee| *to == Grantee::Person(person.clone());
        let authorisations = &case.rights().authorisations;
        return at_home && authorisations.iter().any(|it| theirs(&it.to) && it.is_in_force(case.now));
    }
    let authorised = case.rights().authorisation(person, organisation.map(|it| &it.id), case.now).is_some();
    let small = |kind| !matches!(kind, OrganisationKind::Hospital | OrganisationKind::Clinic);
    // a house as a whole is a team only where it is proved, and small
    let is_a_team = |team: &model::Team| {
        team.unit.is_some() || organisation.is_some_and(|it| it.id == team.house && small(it.kind))
    };
    let in_team = |team: &model::Team| with_teams && situation.teams.contains(team) && is_a_team(team);
    let cares = || {
        let declared = case.record().care.iter().filter(|it| it.is_in_force(case.now));
        declared.into_iter().any(|it| it.by == *person || it.team.as_ref().is_some_and(in_team))
    };
    authorised || (case.policy.profile.presumes_care_team && cares())
}

//! Acting for another: replacements, assistants, students, those close to the holder.

use model::{Act, ActingFor, DelegationKind, ProfessionTable, TieKind};

use crate::case::Case;
use crate::decision::Finding;

/// What an assistant or a student does under a named professional.
const UNDER_ANOTHER: &[Act] = &[
    Act::KnowStatus,
    Act::LocateOwn,
    Act::Search,
    Act::Consult,
    Act::Feed,
    Act::Replace,
    Act::Append,
    Act::Transform,
];

/// **W15.** (CSP R.4127-65, L.1111-6, L.1111-6-1; choice) A doctor names who replaces them, a health
/// professional their assistants and students; assistants and students do nothing their principal could not
/// do. The attending doctor who leaves proposes a successor, and only the holder agrees (W10). The holder
/// designates the trusted person, who reads where that was granted beforehand and once a doctor who is let in
/// attests the incapacity; carers, who read within their scope; and helpers, who see nothing.
pub fn acting_for_another(case: &Case<'_>) -> Finding {
    if case.calls_as_relative() {
        return by_a_relative(case);
    }
    if exceeds_the_principal(case) {
        return Finding::Forbid;
    }
    let professional = case.care_professional();
    let treats = professional
        .is_some_and(|it| it.profession.table == ProfessionTable::Health && it.acting_for == ActingFor::Care);
    let doctor = treats && professional.is_some_and(|it| it.profession.is_doctor());
    let permitted = match case.act {
        Act::NameReplacement => doctor && for_themself(case),
        Act::NameAssistant | Act::NameStudent | Act::EndDelegation => treats && for_themself(case),
        Act::HandOver => {
            let about = case.facts.request.about.as_ref();
            let another = about.is_some_and(|it| professional.is_some_and(|own| own.id != *it));
            doctor && another && case.is_attending() && for_themself(case)
        }
        Act::ActivateTrustedPerson => {
            let let_in = case.is_authorised() || case.is_attending();
            doctor && let_in && case.facts.request.incapacity_attested
        }
        Act::DesignateTrustedPerson
        | Act::EndTrustedPerson
        | Act::AddCarer
        | Act::EndCarer
        | Act::AddHelper
        | Act::EndHelper => case.speaks_for_the_holder(),
        _ => return Finding::Silent,
    };
    if permitted { Finding::Permit } else { Finding::Forbid }
}

/// Nobody delegates what is delegated to them.
fn for_themself(case: &Case<'_>) -> bool {
    case.caller.delegation().is_none_or(|it| !it.is_in_force(case.now))
}

fn by_a_relative(case: &Case<'_>) -> Finding {
    let opens = |act| case.tie().is_some_and(|it| it.opens(act, case.now));
    let carer = matches!(case.tie().map(|it| &it.kind), Some(TieKind::Carer { .. }));
    let permitted = match case.act {
        Act::Search | Act::Consult => opens(case.act),
        Act::LogIn | Act::ChangeSecrets => carer || opens(Act::Search),
        _ => false,
    };
    if permitted { Finding::Permit } else { Finding::Forbid }
}

/// Assistants and students: the act is theirs, and the principal in the same place could do it.
fn exceeds_the_principal(case: &Case<'_>) -> bool {
    let delegation = case.caller.delegation().filter(|it| it.is_in_force(case.now));
    let delegation = delegation.filter(|_| case.professional().is_some());
    let Some(delegation) = delegation.filter(|it| it.kind != DelegationKind::Replacement) else {
        return false;
    };
    if !UNDER_ANOTHER.contains(&case.act) || case.is_emergency() {
        return true;
    }
    let mut principal = case.caller.clone();
    principal.person = model::Fact::Proved(model::Person::Professional(delegation.principal.clone()));
    principal.delegator = model::Fact::Absent;
    principal.situation = model::Situation::default();
    !case.policy.decide(&principal, case.act, case.purpose, case.facts, case.now).is_allowed()
}

//! Agents, administrators, and what a paper form can do.

use model::Act;

use crate::case::Case;
use crate::decision::Finding;

/// What agents, administrators and reviewers do without a form of the holder's; each act has its own rule.
const OFFICES: &[Act] = &[
    Act::OpenRecord,
    Act::Reopen,
    Act::NoticeDeath,
    Act::CorrectDeath,
    Act::NoticeFraud,
    Act::AskAsHeir,
    Act::ReleaseToHeir,
    Act::DeliverToHeir,
    Act::OpenMinorAccount,
    Act::Merge,
    Act::Split,
    Act::Recall,
    Act::LookAtCounter,
    Act::ReviewEmergency,
    Act::ChangePolicy,
    Act::SwitchOff,
    Act::SwitchOn,
];

/// **W14.** (choice) Agents and administrators change no right and see no content, but for the copy that two of them
/// released to an heir (A2). On the holder's signed
/// request an agent reissues secrets, resets a lost factor after proof of identity, prints the list of codes,
/// and enters a signed form, documents being named by codes on the holder's printed list. Identity corrections
/// are an agent's with a second one (`corrections_by_two`); the depositor recalls what they fed under a wrong
/// identity. The holder prints their own list. An agent who says why (abuse M08) looks at what there is to
/// serve: mandates, and what waits for a second agent.
pub fn counters_and_corrections(case: &Case<'_>) -> Finding {
    let request = case.facts.request;
    if case.caller.official().is_some() && !OFFICES.contains(&case.act) && !with_a_form(case) {
        return Finding::Forbid;
    }
    let by_two = case.has_a_second() || !case.policy.profile.corrections_by_two;
    let corrects = case.counter().is_some() && request.qualified_identity && by_two;
    let permitted = match case.act {
        Act::Merge | Act::Split => corrects,
        Act::Recall => corrects || case.manages_document(),
        Act::ReissueSecrets | Act::ResetFactor => with_a_form(case),
        Act::LookAtCounter => case.counter().is_some() && request.legitimate_reason,
        Act::PrintList => case.speaks_for_the_holder(),
        _ => return Finding::Silent,
    };
    if permitted { Finding::Permit } else { Finding::Forbid }
}

/// A signed form; for secrets and factors also the proof of identity.
fn with_a_form(case: &Case<'_>) -> bool {
    match case.act {
        Act::ReissueSecrets | Act::ResetFactor => {
            case.counter().is_some()
                && case.facts.request.form.is_some()
                && case.facts.request.qualified_identity
        }
        _ => case.enters_a_form(),
    }
}

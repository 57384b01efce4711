//! Opening a record.

use model::{Act, Door, OrganisationKind, ProfessionTable, RecordStatus};

use crate::case::Case;
use crate::decision::{Detail, Finding};
use crate::time::days_later;

/// **W1.** (CSP L.1111-14, R.1111-28, R.1111-40) Opened by the person themself on the portal, by an agent or
/// a health professional on the care door, an agent at the counter (the portal), or an organisation or a
/// health professional on the feed door. Calls for the express consent, the holder's or that of a
/// representative whose quality is proved; a qualified identity; the two emergency answers; and contacts or
/// the statement that there are none. Where the profile says so, also by the service, so many days after the
/// person was informed and did not oppose. The payer and the ministry open none. A record that exists is told
/// (`DMPFound`) only to a request that lacks nothing.
pub fn opening_a_record(case: &Case<'_>) -> Finding {
    if case.act != Act::OpenRecord {
        return Finding::Silent;
    }
    if case.at(Door::Upkeep) {
        return by_the_service(case);
    }
    if !is_opener(case) {
        return Finding::Silent;
    }
    let request = case.facts.request;
    let consent = request.consent && (!request.by_representative || request.quality_proved);
    let mut lacking: Vec<Detail> = [
        (consent, Detail::Consent),
        (request.qualified_identity, Detail::Identity),
        (request.emergency_answers, Detail::EmergencyAnswers),
        (request.contacts_stated, Detail::Contacts),
    ]
    .into_iter()
    .filter_map(|(given, detail)| (!given).then_some(detail))
    .collect();
    if lacking.is_empty() && case.record().status != RecordStatus::Absent {
        lacking.push(Detail::DmpFound);
    }
    if lacking.is_empty() { Finding::Permit } else { Finding::ForbidFor(lacking) }
}

fn is_opener(case: &Case<'_>) -> bool {
    let health = case.professional().is_some_and(|it| it.profession.table == ProfessionTable::Health);
    let kind = case.organisation().map(|it| it.kind);
    if case.is_applicant() {
        return true;
    }
    if !case.has_certificate() || matches!(kind, Some(OrganisationKind::Payer | OrganisationKind::Ministry)) {
        return false;
    }
    match case.caller.door {
        Door::Care => case.agent().is_some() || health,
        Door::Feed => health || (kind.is_some() && case.caller.person.proved().is_none()),
        Door::Portal => case.agent().is_some(),
        Door::Steer | Door::Upkeep => false,
    }
}

fn by_the_service(case: &Case<'_>) -> Finding {
    let request = case.facts.request;
    let after = case.policy.profile.opened_by_the_service_after_days;
    let due = after.zip(request.informed).is_some_and(|(days, told)| days_later(told, days) <= case.now);
    let opens = due
        && !request.opposed_opening
        && request.qualified_identity
        && case.record().status == RecordStatus::Absent;
    if opens { Finding::Permit } else { Finding::Forbid }
}

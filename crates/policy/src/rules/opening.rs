//! Opening a record.

use model::{Act, Door, OrganisationKind, ProfessionTable, RecordStatus};

use crate::case::Case;
use crate::decision::{Detail, Finding};

/// **W1.** (CSP L.1111-14, R.1111-28) Opened by an agent or a health professional on the care door, an agent
/// at the counter (the portal), or an organisation or a health professional on the feed door. Calls for the express consent, a qualified
/// identity, the two emergency answers, and contacts or the statement that there are none. The payer and
/// the ministry open none. A record that exists is told (`DMPFound`) only to a request that lacks nothing.
pub fn opening_a_record(case: &Case<'_>) -> Finding {
    if case.act != Act::OpenRecord || !is_opener(case) {
        return Finding::Silent;
    }
    let request = case.facts.request;
    let mut lacking: Vec<Detail> = [
        (request.consent, Detail::Consent),
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
    if !case.has_certificate() || matches!(kind, Some(OrganisationKind::Payer | OrganisationKind::Ministry)) {
        return false;
    }
    match case.caller.door {
        Door::Care => case.agent().is_some() || health,
        Door::Feed => health || (kind.is_some() && case.professional().is_none()),
        Door::Portal => case.agent().is_some(),
        Door::Steer | Door::Upkeep => false,
    }
}

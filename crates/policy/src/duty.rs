//! What an allowed act brings with it: whom to tell, what to note, what to review (A21, W10, W14, W15).

use model::{Act, Purpose};
use serde::{Deserialize, Serialize};

use crate::case::Case;

/// Something that must be done in the same commit as the act.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// The line says that it was an emergency (A21).
    TraceAsEmergency,
    /// At once (A21, W10).
    TellHolder,
    /// At once (A21).
    TellAttendingDoctor,
    /// Enters the review queue (A21).
    Review,
    /// Both names in the line: who acts, and for whom (W15).
    NameBoth,
    /// The contact that was there before is told (W14).
    TellOldContact,
}

/// The duties of an act that was allowed.
pub fn duties(case: &Case<'_>) -> Vec<Duty> {
    let emergency = case.is_emergency() && case.act != Act::KnowStatus;
    let broken = matches!(case.purpose, Purpose::BreakGlass { .. });
    let by_somebody_else = !case.is_holder() && !case.restricts_by_link() && changes_rights(case.act);
    // that a record closes and reopens is told whoever asked for it (rules, "Notices")
    let life = matches!(case.act, Act::Close | Act::Reopen);
    let contact = matches!(case.act, Act::SetContacts | Act::ResetFactor | Act::ChangeSecrets);
    let delegated = case.caller.delegation().is_some_and(|it| it.is_in_force(case.now));
    [
        (emergency, Duty::TraceAsEmergency),
        (emergency || by_somebody_else || life, Duty::TellHolder),
        (emergency, Duty::TellAttendingDoctor),
        (emergency && broken, Duty::Review),
        (delegated, Duty::NameBoth),
        (contact, Duty::TellOldContact),
    ]
    .into_iter()
    .filter_map(|(due, duty)| due.then_some(duty))
    .collect()
}

/// What the holder learns of when somebody else records it.
fn changes_rights(act: Act) -> bool {
    matches!(
        act,
        Act::OpenRecord
            | Act::Reopen
            | Act::Close
            | Act::Authorise
            | Act::Revoke
            | Act::Block
            | Act::Unblock
            | Act::DeclareCare
            | Act::DeclareOutOfHours
            | Act::DeclareAttending
            | Act::ConfirmAttending
            | Act::EndAttending
            | Act::HandOver
            | Act::GiveSameReading
            | Act::EndSameReading
            | Act::SetEmergencyChoices
            | Act::SetContacts
            | Act::SetEmergencyContact
            | Act::SetPreferences
            | Act::Oppose
            | Act::LiftOpposition
            | Act::ConsentToOccupational
            | Act::WithdrawFromOccupational
            | Act::AddRepresentative
            | Act::RestrictRepresentative
            | Act::EndRepresentative
            | Act::Mask
            | Act::Unmask
            | Act::DesignateTrustedPerson
            | Act::ActivateTrustedPerson
            | Act::EndTrustedPerson
            | Act::AddCarer
            | Act::EndCarer
            | Act::AddHelper
            | Act::EndHelper
            | Act::ReissueSecrets
            | Act::ResetFactor
            | Act::Merge
            | Act::Split
            | Act::Recall
    )
}

//! Those close to the holder: the trusted person, carers, helpers, and whom to call (rules, W15). Only the first two
//! ever read, and only what the holder granted beforehand.

use std::collections::BTreeSet;

use model::{Act, Instant, Name, RecordId, Request, RowId, Tie, TieKind};

use crate::acts::open_record::Letter;
use crate::acts::settle::{Draft, Settling, no};
use crate::attempt::Target;
use crate::call::Call;
use crate::circle::{Close, EmergencyContact};
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::records::Records;
use crate::rows::Contacts;
use crate::upkeep::notices::Notice;

/// What somebody is to the holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewTie {
    /// They signed the designation, or not: shown either way. Reading is granted beforehand, or never.
    TrustedPerson { signed: bool, may_read: bool },
    /// What they may read: the list, the documents.
    Carer { acts: BTreeSet<Act> },
    /// Sees nothing.
    Helper,
}

/// Somebody close, to be recorded.
#[derive(Clone)]
pub struct NewClose {
    pub name: Name,
    pub kind: NewTie,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub until: Option<Instant>,
}

/// What stands.
#[derive(Clone)]
pub struct CloseView {
    pub record: RecordId,
    pub ones: Vec<Close>,
    pub at: Instant,
}

/// The acts a carer may have: reading, and no right over rights.
const CARERS_READ: [Act; 2] = [Act::Search, Act::Consult];
const EMERGENCY_CONTACTS_MAX: usize = 5;
const CLOSE_MAX: usize = 20;

impl Records {
    /// Designates a trusted person (one at a time), adds a carer or a helper.
    pub fn add_close(
        &self,
        call: &Call,
        target: &Target,
        new: &NewClose,
    ) -> Result<Disclosed<CloseView>, Failure> {
        let act = match new.kind {
            NewTie::TrustedPerson { .. } => Act::DesignateTrustedPerson,
            NewTie::Carer { .. } => Act::AddCarer,
            NewTie::Helper => Act::AddHelper,
        };
        let apply = |draft: &mut Draft<'_>| {
            let (now, id, by) = (draft.now, draft.new_id(), draft.by.clone());
            if new.until.is_some_and(|until| until <= now) {
                return no("until", "it ends before it begins");
            }
            let kind = match &new.kind {
                NewTie::TrustedPerson { signed, may_read } => {
                    TieKind::TrustedPerson { signed: *signed, may_read: *may_read, activated: None }
                }
                NewTie::Carer { acts }
                    if acts.is_empty() || !acts.iter().all(|it| CARERS_READ.contains(it)) =>
                {
                    return no("acts", "a carer reads the list, or the documents, or both");
                }
                NewTie::Carer { acts } => TieKind::Carer { acts: acts.clone() },
                NewTie::Helper => TieKind::Helper,
            };
            let has_account = matches!(kind, TieKind::Carer { .. });
            if has_account && new.email.is_none() && new.phone.is_none() {
                return no("contacts", "a code must reach a carer: an e-mail address or a number");
            }
            let contacts = Contacts {
                email: new.email.clone(),
                phone: new.phone.clone(),
                trusted: true,
                ..Contacts::default()
            };
            let ties = &mut draft.identity().circle.ties;
            if ties.iter().filter(|it| it.tie.is_in_force(now)).count() >= CLOSE_MAX {
                return no("close", "there are too many already");
            }
            if act == Act::DesignateTrustedPerson {
                // the new one takes the place of the one before
                for it in ties.iter_mut().filter(|it| is_trusted(it) && it.tie.is_in_force(now)) {
                    it.tie.until = Some(now);
                }
            }
            let tie = Tie { id, kind, from: now, until: new.until };
            ties.push(Close { tie, name: new.name.clone(), contacts: contacts.clone(), by });
            if has_account {
                draft.reach(id, contacts);
                draft.new_secrets(id, Letter::Posted)?;
            }
            Ok(view(draft))
        };
        let request = Request { form: call.agent_s_form(), ..Request::default() };
        self.settle(call, target, &Settling { act, request, note: None, apply })
    }

    /// Ends a tie, whichever it is.
    pub fn end_close(
        &self,
        call: &Call,
        target: &Target,
        id: RowId,
        kind: &NewTie,
    ) -> Result<Disclosed<CloseView>, Failure> {
        let act = match kind {
            NewTie::TrustedPerson { .. } => Act::EndTrustedPerson,
            NewTie::Carer { .. } => Act::EndCarer,
            NewTie::Helper => Act::EndHelper,
        };
        let apply = |draft: &mut Draft<'_>| {
            let now = draft.now;
            let ties = &mut draft.identity().circle.ties;
            let same = |it: &Close| {
                matches!(
                    (&it.tie.kind, kind),
                    (TieKind::TrustedPerson { .. }, NewTie::TrustedPerson { .. })
                        | (TieKind::Carer { .. }, NewTie::Carer { .. })
                        | (TieKind::Helper, NewTie::Helper)
                )
            };
            let Some(it) = ties.iter_mut().find(|it| it.tie.id == id && same(it) && it.tie.is_in_force(now))
            else {
                return no("id", "there is nobody of this kind by this id");
            };
            it.tie.until = Some(now);
            Ok(view(draft))
        };
        let request = Request { form: call.agent_s_form(), ..Request::default() };
        self.settle(call, target, &Settling { act, request, note: None, apply })
    }

    /// A doctor attests that the holder cannot express their will: who was trusted beforehand is told, and reads
    /// where that was granted.
    pub fn activate_trusted_person(
        &self,
        call: &Call,
        target: &Target,
        attested: bool,
    ) -> Result<Disclosed<CloseView>, Failure> {
        let apply = |draft: &mut Draft<'_>| {
            let now = draft.now;
            let ties = &mut draft.identity().circle.ties;
            let Some(it) = ties.iter_mut().find(|it| is_trusted(it) && it.tie.is_in_force(now)) else {
                return no("trusted-person", "the holder designated nobody");
            };
            let (id, contacts) = (it.tie.id, it.contacts.clone());
            let TieKind::TrustedPerson { may_read, activated, .. } = &mut it.tie.kind else {
                return no("trusted-person", "the holder designated nobody");
            };
            if activated.is_some() {
                return no("trusted-person", "it was attested already");
            }
            *activated = Some(now);
            if *may_read {
                draft.reach(id, contacts.clone());
                draft.new_secrets(id, Letter::Posted)?;
            }
            let by = call.caller.professional().map_or_else(String::new, |it| it.name.clone());
            draft.tell(&Notice::RightsRecorded { contacts, by, act: Act::ActivateTrustedPerson })?;
            Ok(view(draft))
        };
        let request = Request { incapacity_attested: attested, ..Request::default() };
        self.settle(call, target, &Settling { act: Act::ActivateTrustedPerson, request, note: None, apply })
    }

    /// Whom to call; the whole list, in the order to call them.
    pub fn set_emergency_contacts(
        &self,
        call: &Call,
        target: &Target,
        contacts: &[EmergencyContact],
    ) -> Result<Disclosed<()>, Failure> {
        let apply = |draft: &mut Draft<'_>| {
            if contacts.len() > EMERGENCY_CONTACTS_MAX {
                return no("contacts", "at most five");
            }
            draft.identity().circle.emergency_contacts = contacts.to_vec();
            Ok(())
        };
        let request = Request { form: call.agent_s_form(), ..Request::default() };
        self.settle(call, target, &Settling { act: Act::SetEmergencyContact, request, note: None, apply })
    }
}

fn is_trusted(it: &Close) -> bool {
    matches!(it.tie.kind, TieKind::TrustedPerson { .. })
}

fn view(draft: &mut Draft<'_>) -> CloseView {
    let (record, at) = (draft.loaded.record(), draft.now);
    CloseView { record, ones: draft.identity().circle.ties.clone(), at }
}

//! What a message says, once its reader is known; nothing where, on the day, there is nothing to tell them.

use model::{Act, PsIdNat, RowId};
use paper::notices::{self, Words};

use super::link::NewLink;
use super::route::{Addressee, Eyes};
use super::{Notice, Open, Round};
use crate::attempt::Loaded;
use crate::failure::Failure;
use crate::records::Records;

/// A message names this many professionals, and counts the others.
const NAMED: usize = 5;

pub(super) struct Told {
    pub(super) words: Words,
    /// Good once the message has left.
    pub(super) links: Vec<NewLink>,
    /// Jobs this message makes superfluous.
    pub(super) merged: Vec<RowId>,
}

impl From<Words> for Told {
    fn from(words: Words) -> Self {
        Self { words, links: Vec::new(), merged: Vec::new() }
    }
}

impl Records {
    pub(super) fn told(
        &self,
        loaded: &Loaded,
        group: &[Open],
        to: &Addressee,
        round: &Round<'_>,
    ) -> Result<Option<Told>, Failure> {
        let Some(lead) = group.first() else { return Ok(None) };
        Ok(Some(match &lead.waiting.notice {
            Notice::Opened => notices::opened().into(),
            Notice::Access { .. } => {
                let mut readers: Vec<(&str, &PsIdNat, RowId)> = Vec::new();
                let mut all_first = true;
                for open in group {
                    if let Notice::Access { by, reader, first } = &open.waiting.notice
                        && !readers.iter().any(|(_, known, _)| *known == reader)
                    {
                        readers.push((by, reader, open.waiting.event(open.id)));
                        all_first &= first;
                    }
                }
                let others = readers.len().saturating_sub(NAMED);
                readers.truncate(NAMED);
                let names: Vec<&str> = readers.iter().map(|(by, ..)| *by).collect();
                let whom = readers.iter().map(|(by, reader, event)| (*by, *reader, *event));
                self.linked(loaded, notices::accesses(&names, others, all_first), whom, false, round)?
            }
            Notice::Emergency { by, reader } => {
                let whom = [(by.as_str(), reader, lead.waiting.event(lead.id))];
                self.linked(loaded, notices::emergency(by), whom, true, round)?
            }
            Notice::PatientEmergency => notices::patient_emergency().into(),
            Notice::RightsBy { by, who, act } => {
                let whom = [(by.as_str(), who, lead.waiting.event(lead.id))];
                self.linked(loaded, notices::rights_recorded(by, act_words(*act)), whom, false, round)?
            }
            Notice::RightsRecorded { act: Act::SetContacts, .. } => notices::contacts_changed().into(),
            Notice::RightsRecorded { act: Act::Close, .. } => notices::closed().into(),
            Notice::RightsRecorded { act: Act::Reopen, .. } => notices::reopened().into(),
            Notice::RightsRecorded { act: Act::NoticeFraud, .. } => notices::closed_for_fraud().into(),
            Notice::RightsRecorded { act: Act::Destroy, .. } => notices::to_be_destroyed().into(),
            Notice::RightsRecorded { act: Act::AskDestruction, .. } => notices::destruction_asked().into(),
            Notice::RightsRecorded { act: Act::WithdrawDestruction, .. } => {
                notices::destruction_withdrawn().into()
            }
            Notice::RightsRecorded { act: Act::Merge | Act::Split | Act::Recall, .. } => {
                notices::identity_corrected().into()
            }
            Notice::RightsRecorded { act: Act::ResetFactor | Act::ChangeSecrets, .. } => {
                notices::factor_changed().into()
            }
            Notice::RightsRecorded { by, act, .. } => notices::rights_recorded(by, act_words(*act)).into(),
            Notice::Documents { since, until } => {
                let merged = self.merge_days(loaded, *until, round.now)?;
                let wanted = !loaded.identity.circle.preferences.no_digest;
                let new = self.new_documents(loaded, to.eyes, *since, merged.until)?;
                if new == 0 || !wanted {
                    // the later days have their own turn
                    return Ok(None);
                }
                Told { merged: merged.jobs, ..notices::documents(new).into() }
            }
            Notice::Hidden { documents } => {
                if to.eyes != Eyes::Holder || !self.is_still_hidden(loaded, documents)? {
                    return Ok(None);
                }
                notices::updated_see_a_professional().into()
            }
            Notice::DisputeAnswered => notices::dispute_answered().into(),
            Notice::Code { code } => notices::code(code).into(),
            Notice::Guessed => notices::guessed().into(),
            Notice::PasswordChanged => notices::password_changed().into(),
            Notice::Secrets(letter) => notices::secrets(&letter.login, &letter.password).into(),
        }))
    }

    /// Whether one of these is, today, what the holder waits for (rules, A6).
    fn is_still_hidden(&self, loaded: &Loaded, documents: &[model::EntryId]) -> Result<bool, Failure> {
        let now = self.now();
        let states = self.states(loaded)?;
        Ok(states.iter().filter(|it| documents.contains(&it.logical_id)).any(|it| {
            it.visibility.hidden_from_holder
                && it.status == model::DocumentStatus::Approved
                && now < self.policy().profile.hidden_until(it.hidden_since)
        }))
    }

    /// The words, and under them a link for each professional, where the portal can be reached.
    fn linked<'a>(
        &self,
        loaded: &Loaded,
        words: Words,
        whom: impl IntoIterator<Item = (&'a str, &'a PsIdNat, RowId)>,
        emergency: bool,
        round: &Round<'_>,
    ) -> Result<Told, Failure> {
        let mut told = Told::from(words);
        let Some(portal) = round.post.portal() else { return Ok(told) };
        for (by, about, event) in whom {
            let link = self.new_link(loaded.record(), about, event, emergency)?;
            told.words.text.push_str(&notices::restrict(by, &format!("{portal}/r/{}", link.token())));
            told.links.push(link);
        }
        Ok(told)
    }
}

fn act_words(act: Act) -> &'static str {
    match act {
        Act::Authorise => "une autorisation d'accès",
        Act::Revoke => "le retrait d'une autorisation d'accès",
        Act::DeclareAttending => "une déclaration de médecin traitant, qui attend votre réponse",
        Act::Block => "le blocage d'un professionnel",
        _ => "un changement de vos droits d'accès",
    }
}

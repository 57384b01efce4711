//! Lists: the caller's patients (TD0.4), and whom a holder let in and shut out (TD1.6). The same verbs as
//! `Patient/$my-patients` and `$authorised` over FHIR.

use ihe::dmp::Status;
use ihe::dmp::authorisation::{self, Listed, Mode};
use ihe::dmp::patients::{self, By, Patient};
use model::{Grantee, ProfessionTable};
use record::{Latest, PatientsAsked, Target};

use super::answer::Done;
use super::services::{body, malformed, refused};
use super::talk::{Asked, Not, Talk};
use crate::directory::Role;

/// The message has no way to turn the page.
const MORE: &str = "the latest fifty: ask from a later day, or page by page (Patient/$my-patients)";

/// TD0.4: of no patient in particular, whomever the assertion names.
pub(super) fn patients(talk: &Talk, asked: &Asked<'_>) -> Result<Done, Not> {
    let list = patients::decode(asked.request.body()).map_err(malformed)?;
    let by = match list.by {
        By::LastAuthorisation => Latest::Authorisation,
        By::LastDocument => Latest::Document,
    };
    let wanted = PatientsAsked { by, since: Some(list.since), after: None };
    let page = match talk.app.records.my_patients(asked.call, &wanted) {
        Ok(page) => page,
        Err(failure) => {
            let (word, says) = refused(failure)?;
            return body(|out| patients::encode(Err(Status::Refused(word, says)), None, out));
        }
    };
    let all: Vec<_> = page
        .patients
        .iter()
        .map(|it| Patient {
            ins: &it.ins,
            traits: &it.traits,
            attending: it.attending,
            last_authorisation: Some(it.let_in),
            last_document: it.last_document,
            message: None,
        })
        .collect();
    body(|out| patients::encode(Ok(&all), page.next.map(|_| MORE), out))
}

/// TD1.6.
pub(super) fn authorised(talk: &Talk, asked: &Asked<'_>) -> Result<Done, Not> {
    let mode = authorisation::decode_list(asked.request.body()).map_err(malformed)?;
    let target = Target::Ins(asked.patient()?.clone());
    let listed = match talk.app.records.list_authorised(asked.call, &target) {
        Ok(listed) => listed.into_inner(),
        Err(failure) => {
            let (word, says) = refused(failure)?;
            return body(|out| authorisation::encode_list(Err(Status::Refused(word, says)), out));
        }
    };
    let wanted = |blocked: bool| match mode {
        Mode::Authorised => !blocked,
        Mode::Blocked => blocked,
        Mode::All => true,
    };
    let directory = &talk.app.directory;
    let named: Vec<_> = listed
        .iter()
        .filter(|it| wanted(it.blocked))
        .map(|it| match &it.who {
            Grantee::Person(id) => {
                let entry = directory.person(id);
                let profession = entry.as_ref().and_then(|it| profession(&it.role));
                (it, id.to_string(), entry.map(|it| it.name).unwrap_or_default(), profession)
            }
            Grantee::Organisation(id) => {
                let name = directory.organisation(id).map(|it| it.name).unwrap_or_default();
                (it, id.to_string(), name, None)
            }
        })
        .collect();
    let all: Vec<_> = named
        .iter()
        .map(|(it, id, name, profession)| Listed {
            id: id.clone(),
            is_organisation: matches!(it.who, Grantee::Organisation(_)),
            name,
            profession: profession.clone(),
            blocked: it.blocked,
            attending: it.attending,
            since: it.since,
            until: it.until,
        })
        .collect();
    body(|out| authorisation::encode_list(Ok(&all), out))
}

/// `G15_10/SM26`, of health professions.
fn profession(role: &Role) -> Option<String> {
    match role {
        Role::Professional { profession, specialty } if profession.table == ProfessionTable::Health => {
            let specialty = specialty.as_ref().map(|it| format!("/{it}")).unwrap_or_default();
            Some(format!("G15_{}{specialty}", profession.code))
        }
        _ => None,
    }
}

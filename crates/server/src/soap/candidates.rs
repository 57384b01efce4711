//! TD0.5, a patient sought by birth name and birth date, or by INS: answered to who may read their record, and to
//! everybody else as if there were nobody (rules, A1; abuse A07).

use ihe::hl7v3::candidates::{self, Candidate, Query};
use ihe::hl7v3::wrapper::Acknowledged;
use model::person::normalise;
use model::{Ins, QualifiedIdentity, SaidTraits};
use record::{Failure, Sought};

use super::answer::Done;
use super::patients::{fresh, reply};
use super::services::{DENIED, body, malformed};
use super::talk::{Asked, Not, Talk};
use super::word::said;

pub(super) fn candidates(talk: &Talk, asked: &Asked<'_>) -> Result<Done, Not> {
    let query = candidates::decode(asked.request.body()).map_err(malformed)?;
    let found = match found(talk, asked, &query) {
        Ok(found) => Ok(found.filter(|it| asked.vihf.patient.as_ref().is_none_or(|named| *named == it.ins))),
        Err(failure) => Err(said(failure, DENIED)?),
    };
    let id = fresh(talk);
    let reply = reply(talk, &id, &query.wrapper);
    let candidate = found.as_ref().ok().and_then(Option::as_ref).map(|it| Candidate {
        ins: &it.ins,
        open: true,
        traits: &it.traits,
    });
    let answer = match &found {
        Ok(_) => Ok(candidate.as_slice()),
        Err(no) => Err(Acknowledged::Refused(no.word, &no.says)),
    };
    body(|out| candidates::encode(&query, &reply, answer, out))
}

/// Whom the caller may know, and who is all that is said. Postal code and town are not compared.
fn found(talk: &Talk, asked: &Asked<'_>, query: &Query) -> Result<Option<QualifiedIdentity>, Failure> {
    let records = &talk.app.records;
    if let Some(ins) = &query.ins {
        return by_ins(talk, asked, query, ins);
    }
    // one or the other is there: the decoder asks for them
    let (Some(family), Some(birth_date)) = (query.family.clone(), query.birth_date) else { return Ok(None) };
    let sought = Sought { family, birth_date, given: query.given.clone(), sex: query.sex };
    Ok(records.find_by_traits(asked.call, &sought)?.into_inner().map(|it| it.identity))
}

fn by_ins(
    talk: &Talk,
    asked: &Asked<'_>,
    query: &Query,
    ins: &Ins,
) -> Result<Option<QualifiedIdentity>, Failure> {
    let view = talk.app.records.know_status(asked.call, ins)?.into_inner();
    let said = SaidTraits {
        birth_name: query.family.clone(),
        birth_date: query.birth_date,
        sex: query.sex,
        ..SaidTraits::default()
    };
    let given = query.given.as_deref().map(normalise);
    Ok(view.identity.filter(|_| view.status.is_open()).filter(|it| {
        let named = given.as_ref().is_none_or(|given| it.traits.first_given.normalised() == *given);
        named && it.traits.disagreements(&said).is_empty()
    }))
}

//! The DMP's own services: existence, status and authorisation of a record (TD0.2), and what a professional records of
//! their own authorisation (TD0.3). The same verbs as `Patient` and `Patient/$authorise` over FHIR.

use ihe::dmp::authorisation::{self, Action};
use ihe::dmp::{Error, Status};
use ihe::fhir::patient::AuthorisationStatus;
use ihe::hl7v3::Word;
use ihe::hl7v3::demographics::{self, Answer, Found};
use ihe::hl7v3::person::Consents;
use ihe::hl7v3::wrapper::Acknowledged;
use ihe::soap::Fault;
use model::{Door, Grantee, RecordStatus};
use record::{Failure, Refusal, RefusalKind, Target};
use xml::Writer;

use super::answer::Done;
use super::patients::{fresh, reply};
use super::talk::{Asked, Not, Talk, unwritten};
use super::told::{Of, Told};

/// What every refusal about a record says.
pub(super) const DENIED: &str = "refused: there is no open record of this patient that you may do this with";

/// TD0.2, and what TD1.3 reads: the same answer, as over FHIR. Contacts and emergency choices are the holder's own to
/// read, and are in neither.
pub(super) fn status(talk: &Talk, asked: &Asked<'_>) -> Result<Done, Not> {
    let query = demographics::decode(asked.request.body()).map_err(malformed)?;
    asked.is_about(&query.patient)?;
    let (app, call) = (&talk.app, asked.call);
    let id = fresh(talk);
    let reply = reply(talk, &id, &query.wrapper);
    let view = match app.records.know_status(call, &query.patient) {
        Ok(view) => view.into_inner(),
        Err(failure) => {
            let (word, says) = refused(failure)?;
            return body(|out| demographics::refuse(&query, &reply, Acknowledged::Refused(word, says), out));
        }
    };
    let by_professional = call.caller.door == Door::Care;
    let there = !matches!(view.status, RecordStatus::Absent | RecordStatus::Destroyed { .. });
    let answer = Answer {
        found: there.then(|| Found {
            status: &view.status,
            closing_words: None,
            traits: view.identity.as_ref().map(|it| &it.traits),
            email: None,
            phone: None,
            consents: Consents::default(),
            account: None,
        }),
        authorisation: by_professional.then_some(match view.authorisation {
            record::AuthorisationStatus::Valid => AuthorisationStatus::Valide,
            record::AuthorisationStatus::Expired => AuthorisationStatus::Expire,
            record::AuthorisationStatus::None => AuthorisationStatus::NonExiste,
            record::AuthorisationStatus::Forbidden => AuthorisationStatus::Interdit,
        }),
        attending: by_professional.then_some(view.attending),
    };
    body(|out| demographics::encode(&query, &reply, &answer, out))
}

/// TD0.3: for themself alone.
pub(super) fn authorise(talk: &Talk, asked: &Asked<'_>) -> Result<Done, Not> {
    let set = authorisation::decode_set(asked.request.body()).map_err(malformed)?;
    let target = Target::Ins(asked.patient()?.clone());
    let (records, call) = (&talk.app.records, asked.call);
    let done = match call.caller.professional().map(|it| it.id.clone()) {
        // nobody whom a holder could let in: refused as anybody is
        None => Err(Failure::from(Refusal::new(RefusalKind::Denied))),
        Some(me) => {
            let to = Grantee::Person(me.clone());
            match (set.action, set.as_attending) {
                (Action::Add, true) => records.declare_attending(call, &target, &me).map(drop),
                (Action::Add, false) => records.authorise(call, &target, &to).map(drop),
                (Action::Remove, true) => records.leave_as_attending(call, &target).map(drop),
                (Action::Remove, false) => records.revoke(call, &target, &to).map(drop),
            }
        }
    };
    match done {
        Ok(()) => body(|out| authorisation::encode_set(Status::Done, out)),
        Err(failure) => {
            let unasked = call.caller.professional().is_none();
            let (word, says) = refused(failure)?;
            if unasked {
                talk.app.records.reject(call).map_err(|failure| Not::by(failure, Of::Updating))?;
            }
            body(|out| authorisation::encode_set(Status::Refused(word, says), out))
        }
    }
}

pub(super) fn body(write: impl FnOnce(&mut Writer)) -> Result<Done, Not> {
    let mut out = Writer::new();
    write(&mut out);
    Ok(Done::body(out.finish().map_err(|_| unwritten())?))
}

/// The word of a refusal; a fault, where it is none of the caller's.
pub(super) fn refused(failure: Failure) -> Result<(Word, &'static str), Not> {
    let kind = match &failure {
        Failure::Refused(no) => no.kind,
        Failure::Fault(_) => return Err(Not::by(failure, Of::Updating)),
    };
    match kind {
        RefusalKind::Denied | RefusalKind::NotFound | RefusalKind::NotProved => Ok((Word::Forbidden, DENIED)),
        RefusalKind::Rule | RefusalKind::Conflict | RefusalKind::Stale | RefusalKind::RecordFound => {
            Ok((Word::InvalidRequest, "there is nothing in force to change so"))
        }
        RefusalKind::Busy | RefusalKind::TooMany => {
            Err(Not::Lined(Told::Fault(Fault::receiver("too much is going on: send it again later"))))
        }
        RefusalKind::Replayed => Err(Not::Replayed),
    }
}

/// A fault says what is wrong in general: its words are fixed, and the place may quote a name.
pub(super) fn malformed(error: Error) -> Fault {
    Fault::sender(match error.kind {
        ihe::dmp::Kind::Structure => "the message has not the shape of its interaction",
        ihe::dmp::Kind::Required => "something the message must have is missing",
        ihe::dmp::Kind::Value => "a value of the message is none that is taken here",
    })
}

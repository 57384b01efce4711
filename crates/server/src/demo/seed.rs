//! What the demo puts into the store before its doors open: records and example documents, by the acts anybody
//! else would use: a counter opens, the holder logs in with the letter's password and chooses their own, the
//! houses feed.

use std::sync::Mutex;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use model::{
    ActingFor, Author, Caller, Confidentiality, Description, Door, Fact, Instant, Name, Organisation, Person,
    Professional, RowId, SaidTraits, SourcePatient, Standing, Strength, UniqueId, Visibility,
};
use record::rows::{Quality, Representative};
use record::upkeep::notices::{Channel, Message, Post, PostError};
use record::{Call, Failure, LogInStep, NewDocument, OpenRequest, Records, RefusalKind, Submission};
use rehearsal::{Actor, Cast, Example, Patient, Who, WishedRecord};
use serde::Serialize;

use crate::chance::{SystemClock, SystemDice};

/// How a person's record stands when the demo has started.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordState {
    Open,
    None,
}

/// Brings the store to what the demo promises, once; tells how each record truly stands. Closing comes with a
/// later issue: who wishes it closed has it open.
pub fn seed(
    records: &Records,
    cast: &Cast,
    people: Vec<Patient>,
) -> Result<Vec<(Patient, RecordState)>, String> {
    let now = model::Clock::now(&SystemClock);
    let mut stand = Vec::new();
    for (place, patient) in people.into_iter().enumerate() {
        let state = match patient.record {
            WishedRecord::None => RecordState::None,
            WishedRecord::Open | WishedRecord::Closed => {
                if open(records, cast, &patient)? {
                    for example in rehearsal::examples(cast, &patient, place as u64 + 1, now) {
                        feed(records, cast, &patient, &example, Visibility::default())?;
                    }
                }
                RecordState::Open
            }
        };
        stand.push((patient, state));
    }
    Ok(stand)
}

/// Who answers for a child: the account that opening makes is theirs (rules, A7 and A10).
fn parent(patient: &Patient) -> Result<Option<Representative>, String> {
    let Some((family, _)) = rehearsal::parent_of(&patient.slug) else { return Ok(None) };
    let name = Name::new(family).map_err(|error| error.to_string())?;
    Ok(Some(Representative { name, given: None, quality: Quality::Parent, proved: true }))
}

/// Opens at the counter and logs in; false when a former run did it.
fn open(records: &Records, cast: &Cast, patient: &Patient) -> Result<bool, String> {
    let agent = cast.actor("agent-1").ok_or("the cast has no agent")?;
    let asked = OpenRequest {
        ins: patient.identity.ins.clone(),
        traits: patient.identity.traits.clone(),
        qualified: true,
        consent: true,
        break_glass: Some(true),
        regulation: Some(true),
        channel: "accueil".into(),
        email: Some(patient.email.clone()),
        phone: Some(patient.phone.clone()),
        address: Vec::new(),
        login: Some(patient.login.clone()),
        kin: Vec::new(),
        representative: parent(patient)?,
        letter: record::Letter::Posted,
    };
    match records.open_record(&call(caller(cast, agent, Door::Care)), &asked) {
        Ok(_) => {}
        Err(Failure::Refused(no)) if no.kind == RefusalKind::RecordFound => return Ok(false),
        Err(failure) => return Err(said("opening", failure)),
    }
    let post = Letterbox::default();
    records.send_notices(&post).map_err(|failure| said("posting", failure))?;
    let temporary = post.after("Mot de passe temporaire : ").ok_or("no letter with the secrets")?;
    let visitor = || record::visitor(RowId::random(&SystemDice));
    let pending = records
        .begin_log_in(&visitor(), &patient.login, &temporary)
        .map_err(|failure| said("logging in", failure))?;
    records.send_notices(&post).map_err(|failure| said("posting", failure))?;
    let code = post.after("Votre code d'accès est ").ok_or("no one-time code")?;
    let step = records
        .finish_log_in(&visitor(), &pending, &code, Some(&patient.password))
        .map_err(|failure| said("logging in", failure))?;
    match step.get() {
        LogInStep::In(_) => Ok(true),
        LogInStep::MustChange => Err("the new password was not taken".into()),
    }
}

pub(super) fn feed(
    records: &Records,
    cast: &Cast,
    patient: &Patient,
    example: &Example,
    visibility: Visibility,
) -> Result<(), String> {
    let house = cast.actor(example.feeder.organisation).ok_or("the cast has no such house")?;
    let author = author(cast, example);
    let unique_id =
        UniqueId::from_urn(&format!("urn:uuid:{}", example.unique_id)).map_err(|error| error.to_string())?;
    let description = Description {
        unique_id: unique_id.clone(),
        identifiers: Vec::new(),
        type_code: example.kind.clone(),
        format: example.format.clone(),
        mime_type: example.media_type.into(),
        language: "fr-FR".into(),
        title: example.title.clone(),
        comments: None,
        confidentiality: Confidentiality::Normal,
        created: example.written.timestamp(),
        service_start: example.service_from.timestamp(),
        service_stop: example.service_to.map(Instant::timestamp),
        facility_type: example.facility.clone(),
        practice_setting: example.practice_setting.clone(),
        events: Vec::new(),
        authors: vec![author.clone()],
        authenticator: Some(author.clone()),
        custodian: None,
        source_patient: source(patient),
        references: Vec::new(),
        hash: sha1(&example.bytes),
        size: example.bytes.len() as u64,
    };
    let document = NewDocument {
        description,
        visibility,
        category: None,
        relates: Vec::new(),
        content: example.bytes.clone().into(),
        said: SaidTraits::default(),
        author_organisations: Vec::new(),
        element: "DocumentReference".into(),
    };
    let lot = Submission {
        ins: patient.identity.ins.clone(),
        said: SaidTraits::default(),
        record: None,
        unique_id: None,
        source_id: UniqueId::from_urn("urn:oid:1.2.250.1.213.1.999").map_err(|error| error.to_string())?,
        content_type: example.facility.clone(),
        title: None,
        comments: None,
        submitted: example.written.timestamp(),
        author,
        recipients: Vec::new(),
        documents: vec![document],
        digest: hex(digest(&SHA256, &example.bytes).as_ref()),
    };
    records.feed(&call(caller(cast, house, Door::Feed)), &lot).map_err(|failure| said("feeding", failure))?;
    Ok(())
}

fn author(cast: &Cast, example: &Example) -> Author {
    let Some(actor) = cast.actor(example.feeder.author) else { return Author::default() };
    let house = actor.organisation().and_then(|id| cast.house(id));
    let is_person = matches!(actor.who, Who::Person { .. });
    Author {
        person_id: is_person.then(|| (format!("urn:oid:{}", model::people::PS_IDNAT_OID), actor.id())),
        family: is_person.then(|| actor.shown(cast)),
        organisation_id: house
            .map(|it| (format!("urn:oid:{}", model::people::STRUCT_IDNAT_OID), it.id.to_string())),
        organisation_name: house.map(|it| it.name.to_owned()),
        ..Author::default()
    }
}

fn source(patient: &Patient) -> SourcePatient {
    let traits = &patient.identity.traits;
    SourcePatient {
        ids: vec![(patient.identity.ins.system(), patient.identity.ins.matricule().to_owned())],
        family: Some(traits.birth_name.as_str().to_owned()),
        given: traits.given_names.iter().map(|name| name.as_str().to_owned()).collect(),
        birth_date: Some(traits.birth_date),
        sex: Some(traits.sex),
    }
}

/// An actor as the extractor would prove them.
pub(super) fn caller(cast: &Cast, actor: &Actor, door: Door) -> Caller {
    let house = actor.organisation().and_then(|id| cast.house(id));
    let organisation = house.map_or(Fact::Absent, |it| {
        Fact::Proved(Organisation {
            id: it.id.clone(),
            name: it.name.to_owned(),
            kind: it.kind,
            standing: Standing::Active,
        })
    });
    let person = match &actor.who {
        Who::Organisation(_) => Fact::Absent,
        Who::Person { id, profession: None, .. } => Fact::Proved(Person::Agent(model::Agent {
            id: id.clone(),
            name: actor.shown(cast),
            standing: Standing::Active,
        })),
        Who::Person { id, profession: Some(profession), specialty, situations, .. } => {
            Fact::Proved(Person::Professional(Professional {
                id: id.clone(),
                name: actor.shown(cast),
                profession: profession.clone(),
                specialty: specialty.map(str::to_owned),
                acting_for: situations.first().map_or(ActingFor::Administration, |it| it.acting_for),
                standing: Standing::Active,
            }))
        }
    };
    Caller { strength: Strength::Certificate, person, organisation, ..Caller::nobody(door) }
}

pub(super) fn call(caller: Caller) -> Call {
    Call::new(caller, RowId::random(&SystemDice))
}

pub(super) fn said(doing: &str, failure: Failure) -> String {
    match failure {
        Failure::Refused(no) => {
            let problems: Vec<_> =
                no.problems.iter().map(|it| format!("{}: {}", it.element, it.says)).collect();
            format!("{doing} was refused: {:?} {:?} {}", no.kind, no.rules, problems.join("; "))
        }
        Failure::Fault(fault) => format!("{doing} failed: {fault}"),
    }
}

fn sha1(bytes: &[u8]) -> [u8; 20] {
    let mut hash = [0; 20];
    hash.copy_from_slice(digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref());
    hash
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where the secrets of the seeding arrive: read once, shown nowhere.
#[derive(Default)]
pub(super) struct Letterbox(Mutex<Vec<Message>>);

impl Post for Letterbox {
    fn send(&self, message: &Message) -> Result<(), PostError> {
        self.0.lock().map_err(|_| PostError::Later)?.push(message.clone());
        Ok(())
    }
}

impl Letterbox {
    /// The word after this lead, in the newest message that has it.
    fn after(&self, lead: &str) -> Option<String> {
        let messages = self.0.lock().ok()?;
        let text = messages.iter().rev().find(|it| it.channel != Channel::Sms && it.text.contains(lead))?;
        let word = text.text.split(lead).nth(1)?.split_whitespace().next()?;
        Some(word.trim_end_matches('.').to_owned())
    }
}

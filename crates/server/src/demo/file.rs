//! `demo.json`: where the doors are and with whose certificates to knock, for any client or test
//! (design, "What a person starts").

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::{fs, io};

use model::Profession;
use rehearsal::{Actor, Cast, Citizen, Patient, Town, Who};
use serde::Serialize;

use super::seed::RecordState;

pub const FILE: &str = "demo.json";

#[derive(Serialize)]
pub struct DemoFile {
    portal: String,
    care: String,
    feed: String,
    steer: String,
    outbox: String,
    ca: &'static str,
    actors: Vec<ActorLine>,
    patients: Vec<PatientLine>,
    /// The people of the town: they have a record each, and no login yet.
    town: Vec<CitizenLine>,
    /// One more actor, whose certificate was revoked: every door refuses it.
    revoked: Option<ActorLine>,
}

#[derive(Serialize)]
struct ActorLine {
    name: String,
    kind: &'static str,
    id: String,
    role: Option<String>,
    specialty: Option<String>,
    organisation: Option<String>,
    cert: String,
    key: String,
}

#[derive(Serialize)]
struct PatientLine {
    name: String,
    ins: String,
    oid: &'static str,
    birth_date: String,
    /// Of the holder; of a child, of who answers for them.
    login: String,
    password: String,
    /// Whose login it is, where it is not the holder's.
    parent: Option<String>,
    record: RecordState,
}

#[derive(Serialize)]
struct CitizenLine {
    name: String,
    ins: String,
    oid: &'static str,
    birth_date: String,
    attending: Option<String>,
    documents: usize,
}

impl DemoFile {
    pub fn new(port_base: u16, cast: &Cast, people: &[(Patient, RecordState)], town: &Town) -> Self {
        let door = |place: u16| format!("https://localhost:{}", u32::from(port_base) + u32::from(place));
        let (revoked, actors): (Vec<_>, Vec<_>) = cast.actors.iter().partition(|actor| actor.revoked);
        Self {
            portal: door(0),
            care: door(1),
            feed: door(2),
            steer: door(3),
            outbox: format!("{}/demo/outbox", door(0)),
            ca: "pki/ca.pem",
            actors: actors.into_iter().map(|actor| actor_line(actor, cast)).collect(),
            patients: people.iter().map(patient_line).collect(),
            town: town.people.iter().map(|it| citizen_line(it, cast)).collect(),
            revoked: revoked.first().map(|actor| actor_line(actor, cast)),
        }
    }

    /// Written whole, readable by its owner alone: it holds passwords and names.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let fresh = folder.join("demo.json.new");
        let mut file =
            fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        fs::rename(fresh, folder.join(FILE))
    }
}

fn actor_line(actor: &Actor, cast: &Cast) -> ActorLine {
    let (profession, specialty): (Option<&Profession>, _) = match &actor.who {
        Who::Person { profession, specialty, .. } => (profession.as_ref(), *specialty),
        Who::Organisation(_) => (None, None),
    };
    ActorLine {
        name: actor.shown(cast),
        kind: actor.kind.word(),
        id: actor.id(),
        role: profession.map(|it| it.code.clone()),
        specialty: specialty.map(str::to_owned),
        organisation: actor.organisation().map(ToString::to_string),
        cert: format!("pki/{}.pem", actor.slug),
        key: format!("pki/{}.key", actor.slug),
    }
}

fn citizen_line(citizen: &Citizen, cast: &Cast) -> CitizenLine {
    let identity = &citizen.patient.identity;
    CitizenLine {
        name: citizen.patient.shown(),
        ins: identity.ins.matricule().to_owned(),
        oid: identity.ins.authority().oid(),
        birth_date: identity.traits.birth_date.to_string(),
        attending: citizen.attending.and_then(|slug| cast.actor(slug)).map(|it| it.shown(cast)),
        documents: citizen.documents,
    }
}

fn patient_line((patient, record): &(Patient, RecordState)) -> PatientLine {
    let ins = &patient.identity.ins;
    PatientLine {
        name: patient.shown(),
        ins: ins.matricule().to_owned(),
        oid: ins.authority().oid(),
        birth_date: patient.identity.traits.birth_date.to_string(),
        login: patient.login.clone(),
        password: patient.password.clone(),
        parent: rehearsal::parent_of(&patient.slug).map(|(family, given)| format!("{given} {family}")),
        record: *record,
    }
}

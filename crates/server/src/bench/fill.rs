//! Filling the node by the acts anybody else would use: a house opens the records, a doctor is let in, each
//! document is a submission of its own.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use axum::http::HeaderMap;
use model::{Caller, CertificateId, Door, EntryId, Grantee, QualifiedIdentity, RecordId, RowId};
use record::upkeep::notices::{Message, Post, PostError};
use record::{Asked, Call, Failure, OpenRequest, Target};

use super::letter::{House, person};
use super::{DOCTOR, HOUSE, Stop};
use crate::app::App;
use crate::chance::SystemDice;
use crate::connection::{Anchor, Connection, PeerCertificate};
use crate::demo::Running;

/// Documents of a record, and so of a search's answer.
pub(super) const PER_RECORD: usize = 20;

/// A record that was filled.
pub(super) struct Filled {
    pub(super) person: QualifiedIdentity,
    pub(super) record: RecordId,
    pub(super) documents: Vec<EntryId>,
    /// entryUUIDs of the same, and of the sets they came in.
    pub(super) entries: Vec<EntryId>,
    pub(super) sets: Vec<EntryId>,
    /// What the first of them are known by where they came from, as XDS writes it.
    pub(super) unique_ids: Vec<String>,
}

/// Who acts, as the one extractor proves them.
pub(super) struct Actors {
    doctor: Caller,
    house: Caller,
    pub(super) house_id: String,
    base: String,
}

impl Actors {
    pub(super) fn of(running: &Running) -> Result<Self, Stop> {
        let app = &running.app;
        let id = |slug: &str| {
            let actor = running.cast.actor(slug).ok_or(Stop::Broken(format!("the cast has no {slug}")))?;
            Ok::<_, Stop>(actor.id())
        };
        let house_id = id(HOUSE)?;
        Ok(Self {
            doctor: caller(app, Door::Care, Anchor::Persons, &id(DOCTOR)?)?,
            house: caller(app, Door::Feed, Anchor::Organisations, &house_id)?,
            house_id,
            base: app.addresses.feed_fhir.clone(),
        })
    }

    pub(super) fn doctor(&self) -> Call {
        Call::new(self.doctor.clone(), RowId::random(&SystemDice))
    }

    fn house(&self) -> Call {
        Call::new(self.house.clone(), RowId::random(&SystemDice))
    }

    /// A record with so many documents, which the doctor has been let into and has looked at.
    pub(super) fn record(&self, app: &App, number: usize, documents: usize) -> Result<Filled, Stop> {
        let person = person(number)?;
        let asked = OpenRequest {
            ins: person.ins.clone(),
            traits: person.traits.clone(),
            qualified: true,
            consent: true,
            break_glass: Some(true),
            regulation: Some(true),
            channel: "etablissement".into(),
            email: None,
            phone: None,
            address: Vec::new(),
            login: None,
            kin: Vec::new(),
            representative: None,
            letter: record::Letter::Posted,
        };
        let records = &app.records;
        let record = again(|| records.open_record(&self.house(), &asked))?.into_inner().record;
        let target = Target::Record(record);
        if let Some(doctor) = self.doctor.professional() {
            let to = Grantee::Person(doctor.id.clone());
            again(|| records.authorise(&self.doctor(), &target, &to))?;
        }
        let house = House(self.house_id.clone());
        let mut filled = Filled {
            person,
            record,
            documents: Vec::with_capacity(documents),
            entries: Vec::new(),
            sets: Vec::with_capacity(documents),
            unique_ids: Vec::new(),
        };
        for _ in 0..documents {
            let bundle = house.bundle(&filled.person);
            let lot = crate::fhir::submission(&bundle, &self.base)
                .ok_or(Stop::Broken("our own submission cannot be read".into()))?;
            let fed = again(|| records.feed(&self.house(), &lot))?.into_inner();
            filled.documents.extend(fed.documents);
            filled.sets.push(EntryId::from_bytes(*fed.set.as_bytes()));
        }
        // a first access has the holder told: once, before anything is measured
        let found = again(|| records.search(&self.doctor(), &target, Asked::default(), |_, _| true))?;
        let entries = found.into_inner().entries;
        filled.entries = entries.iter().map(|it| it.id).collect();
        let unique_ids = entries.iter().take(5).map(|it| it.description.unique_id.to_string());
        filled.unique_ids = unique_ids.map(|it| bare(&it).to_owned()).collect();
        Ok(filled)
    }

    /// So many records, from this number on, on a few threads; `progress` is told how many are done.
    pub(super) fn records(
        &self,
        app: &App,
        numbers: std::ops::Range<usize>,
        documents: usize,
        progress: impl Fn(usize),
    ) -> Result<Vec<Filled>, Stop> {
        let (next, done) = (AtomicUsize::new(numbers.start), AtomicUsize::new(0));
        let broken = AtomicBool::new(false);
        let work = || {
            let mut filled = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= numbers.end || broken.load(Ordering::Relaxed) {
                    return Ok(filled);
                }
                filled.push(self.record(app, number, documents).inspect_err(|_| {
                    broken.store(true, Ordering::Relaxed);
                })?);
                done.fetch_add(1, Ordering::Relaxed);
            }
        };
        let all: Result<Vec<Vec<Filled>>, Stop> = thread::scope(|scope| {
            let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(work)).collect();
            while workers.iter().any(|it| !it.is_finished()) {
                progress(done.load(Ordering::Relaxed));
                thread::sleep(Duration::from_millis(100));
            }
            let panicked = |_| Stop::Broken("filling panicked".into());
            workers.into_iter().map(|it| it.join().map_err(panicked)?).collect()
        });
        Ok(all?.into_iter().flatten().collect())
    }
}

/// Without `urn:oid:` or `urn:uuid:`.
fn bare(urn: &str) -> &str {
    urn.strip_prefix("urn:oid:").or_else(|| urn.strip_prefix("urn:uuid:")).unwrap_or(urn)
}

/// Sends every notice the filling has called for, so that none is sent while something is measured.
pub(super) fn settle(app: &App) -> Result<(), Stop> {
    super::phase("sending the notices");
    while again(|| app.records.send_notices(&Nobody))? > 0 {}
    // those upkeep had taken meanwhile
    thread::sleep(Duration::from_secs(1));
    Ok(())
}

/// A post that carries nothing anywhere.
struct Nobody;

impl Post for Nobody {
    fn send(&self, _: &Message) -> Result<(), PostError> {
        Ok(())
    }
}

/// More than there are processors, so that commits come in groups.
const WORKERS: usize = 8;

/// An act that was told to come back comes back, for a while.
fn again<T>(act: impl Fn() -> Result<T, Failure>) -> Result<T, Stop> {
    let begun = Instant::now();
    loop {
        match act() {
            Ok(given) => return Ok(given),
            Err(Failure::Refused(no))
                if no.kind == record::RefusalKind::Busy && begun.elapsed().as_secs() < 10 =>
            {
                thread::sleep(Duration::from_millis(10));
            }
            Err(Failure::Refused(no)) => {
                let why: Vec<_> =
                    no.problems.iter().map(|it| format!("{}: {}", it.element, it.says)).collect();
                return Err(Stop::Broken(format!(
                    "refused: {:?} {:?} {}",
                    no.kind,
                    no.rules,
                    why.join("; ")
                )));
            }
            Err(Failure::Fault(fault)) => return Err(Stop::Broken(fault.to_string())),
        }
    }
}

fn caller(app: &App, door: Door, anchor: Anchor, common_name: &str) -> Result<Caller, Stop> {
    let now = app.clock.now();
    let certificate = PeerCertificate {
        anchor,
        id: CertificateId { issuer: "CN=bench".into(), serial: "01".into() },
        common_name: common_name.to_owned(),
        organisation: None,
        not_after: now,
        sha256: [0; 32],
    };
    let peer = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let connection = Connection { peer, door, certificate: Some(certificate) };
    crate::caller::caller(&connection, &HeaderMap::new(), &app.directory, now)
        .map_err(|error| Stop::Broken(error.to_string()))
}

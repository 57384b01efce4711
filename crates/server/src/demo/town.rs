//! The town in the store: its people's records opened, their rights given by themselves, and what was written
//! about them fed by those who wrote it, all by the ordinary acts, several people at a time.

use std::io::{self, IsTerminal, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, thread};

use jiff::SignedDuration;
use model::{Caller, Door, Fact, Grantee, Instant, Person, RecordId};
use record::rows::{Quality, Representative};
use record::{Failure, OpenRequest, Records, RefusalKind, Target};
use rehearsal::{Citizen, Town, TownDocument, Who, WishedRecord};

use super::seed::{Letterbox, call, caller, feed, said};

/// When the town was first built. Ages and stories are told from then on, so that a later start finds the same
/// people.
pub fn born(folder: &Path, now: Instant) -> io::Result<Instant> {
    let file = folder.join("town");
    match fs::read_to_string(&file) {
        Ok(text) => Ok(text.trim().parse().unwrap_or(now)),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => {
            fs::write(&file, format!("{now}\n"))?;
            Ok(now)
        }
        Err(fault) => Err(fault),
    }
}

/// Progress is shown this often.
const EVERY: usize = 50;

/// Brings the town into the store; what a former run brought stays as it is.
pub fn settle(records: &Records, town: &Town) -> Result<(), String> {
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let hands = thread::available_parallelism().map_or(2, NonZero::get) * 2;
    thread::scope(|scope| {
        let working: Vec<_> = (0..hands).map(|_| scope.spawn(|| work(records, town, &next, &done))).collect();
        working.into_iter().try_for_each(|it| it.join().unwrap_or_else(|_| Err("a panic".to_owned())))
    })?;
    // what the town was told while it was built is not for the outbox
    let post = Letterbox::default();
    let mut evening = SignedDuration::from_hours(48);
    while records.send_notices_due(&post, evening).map_err(|failure| said("posting", failure))? > 0 {
        // what waits to be told together is told too
        evening += SignedDuration::from_hours(1);
    }
    if io::stderr().is_terminal() {
        eprint!("\r\x1b[K");
    }
    Ok(())
}

fn work(records: &Records, town: &Town, next: &AtomicUsize, done: &AtomicUsize) -> Result<(), String> {
    loop {
        let place = next.fetch_add(1, Ordering::SeqCst);
        let Some(citizen) = town.people.get(place) else { return Ok(()) };
        if citizen.wished.record == WishedRecord::None {
            continue;
        }
        let Some((record, speaks)) = open(records, town, citizen)? else { continue };
        rights(records, town, citizen, (record, speaks))?;
        for TownDocument { example, visibility, .. } in town.documents_of(place) {
            feed(records, &town.cast, &citizen.patient, &example, visibility)?;
            show(done.fetch_add(1, Ordering::SeqCst) + 1, town.document_count());
        }
    }
}

/// A hospital opens: it hands no secrets over, so that nobody of the town has a login yet. Answers the record and
/// who speaks for it, the holder or a child's parent; none when a former run opened it.
fn open(records: &Records, town: &Town, citizen: &Citizen) -> Result<Option<(RecordId, Caller)>, String> {
    let hospital = town.cast.actor("hospital-1").ok_or("the cast has no hospital")?;
    let patient = &citizen.patient;
    let parent = citizen.parents.first().and_then(|place| town.people.get(*place));
    let representative = parent.map(|it| Representative {
        name: it.patient.identity.traits.birth_name.clone(),
        given: Some(it.patient.identity.traits.first_given.clone()),
        quality: Quality::Parent,
        proved: true,
    });
    let asked = OpenRequest {
        ins: patient.identity.ins.clone(),
        traits: patient.identity.traits.clone(),
        qualified: true,
        consent: true,
        break_glass: Some(citizen.wished.break_glass),
        regulation: Some(citizen.wished.regulation),
        channel: "etablissement".into(),
        email: Some(patient.email.clone()),
        phone: Some(patient.phone.clone()),
        address: Vec::new(),
        login: None,
        kin: Vec::new(),
        representative,
        letter: record::Letter::Posted,
    };
    match records.open_record(&call(caller(&town.cast, hospital, Door::Feed)), &asked) {
        Ok(opened) => {
            let (record, mandate) = (opened.get().record, opened.get().mandate);
            let holder = Caller::holder(record);
            let speaks = match mandate.map(|mandate| Person::Representative { record, mandate }) {
                Some(parent) => Caller { person: Fact::Proved(parent), ..holder },
                None => holder,
            };
            Ok(Some((record, speaks)))
        }
        Err(Failure::Refused(no)) if no.kind == RefusalKind::RecordFound => Ok(None),
        Err(failure) => Err(said("opening", failure)),
    }
}

/// What the holder said, or a child's parent: who attends, who may read, who may not.
fn rights(
    records: &Records,
    town: &Town,
    citizen: &Citizen,
    (record, speaks): (RecordId, Caller),
) -> Result<(), String> {
    let holder = || call(speaks.clone());
    let target = Target::Record(record);
    let grantee = |slug: &str| {
        town.cast.actor(slug).map(|it| match &it.who {
            Who::Person { id, .. } => Grantee::Person(id.clone()),
            Who::Organisation(id) => Grantee::Organisation(id.clone()),
        })
    };
    let wrong = |failure| said("giving rights", failure);
    if let Some(Grantee::Person(doctor)) = citizen.attending.and_then(grantee) {
        records.confirm_attending(&holder(), &target, &doctor).map_err(wrong)?;
    }
    for to in citizen.authorised.iter().filter_map(|slug| grantee(slug)) {
        records.authorise(&holder(), &target, &to).map_err(wrong)?;
    }
    for slug in &citizen.blocked {
        if let Some(Grantee::Person(person)) = grantee(slug) {
            records.block(&holder(), &target, &person).map_err(wrong)?;
        }
    }
    Ok(())
}

fn show(fed: usize, of: usize) {
    let mut out = io::stderr();
    if fed.is_multiple_of(EVERY) && out.is_terminal() {
        let _ = write!(out, "\r{fed} documents sur {of}");
        let _ = out.flush();
    }
}

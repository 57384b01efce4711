//! What is computed behind the doors: the decision alone, and a large record opened, decided and listed.

use std::time::Instant;

use ihe::fhir::document_reference::{Context, write};
use ihe::fhir::paging::write_entry;
use jiff::SignedDuration;
use model::{
    Act, Authorisation, DocumentFacts, EmergencyChoices, Facts, Grantee, Purpose, RecordFacts, RecordStatus,
    RecordedBy, Request, Rights, Volume,
};
use policy::{Policy, ProfileName};
use record::{Asked, List, Target};

use super::Stop;
use super::fill::{Actors, Filled};
use super::report::Pure;
use crate::app::App;

const DECISIONS: u32 = 200_000;
const LISTINGS: usize = 41;

pub(super) fn measure(app: &App, actors: &Actors, large: &Filled) -> Result<Pure, Stop> {
    let broken = |_| Stop::Broken("the large record cannot be searched".into());
    let target = Target::Record(large.record);
    let list =
        || app.records.list(&actors.doctor(), &target, Asked::default(), |_, _| Ok(true)).map_err(broken);
    let (mut decided, mut listed) = (Vec::new(), Vec::new());
    for _ in 0..LISTINGS {
        let begun = Instant::now();
        let found = list()?.into_inner();
        decided.push(begun.elapsed().as_secs_f64() * 1000.0);
        std::hint::black_box(encoded(app, &found)?);
        listed.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    // the record is kept open from the first of these on
    let first = listed.first().copied().unwrap_or_default();
    let found = list()?.into_inner();

    let entries: Result<Vec<_>, _> = found.documents.iter().map(|it| it.entry()).collect();
    let entries = entries.map_err(|error| Stop::Broken(error.to_string()))?;
    let documents: Vec<DocumentFacts> = entries.iter().map(|it| DocumentFacts::from(&**it)).collect();
    Ok(Pure {
        decision_us: decisions(actors, large, &documents)?,
        decided_ms: median(decided),
        listed_ms: median(listed),
        listed_first_ms: first,
        listed_documents: found.documents.len(),
    })
}

/// The entries as the door answers them.
fn encoded(app: &App, found: &List) -> Result<Vec<u8>, Stop> {
    let broken = |error: record::Fault| Stop::Broken(error.to_string());
    let ins = found.identity().map_err(broken)?.ins;
    let context = Context { base: &app.addresses.care_fhir, record: found.record, ins: &ins };
    let mut out = Vec::new();
    for listed in &found.documents {
        let written = listed.written(&mut out, |entry, out| -> Result<(), record::Fault> {
            write_entry(out, context.base, "DocumentReference", write(entry, &context))
                .map_err(|_| record::Fault::Unwritable { what: "an entry" })
        });
        written.map_err(broken)?;
    }
    Ok(out)
}

/// A doctor whom the holder authorised asks for one document after the other.
fn decisions(actors: &Actors, large: &Filled, documents: &[DocumentFacts]) -> Result<f64, Stop> {
    let policy = Policy::builtin(ProfileName::Dmp2018).map_err(|error| Stop::Broken(error.to_string()))?;
    let caller = actors.doctor().caller;
    let (request, now) = (Request::default(), model::Instant::EPOCH);
    let mut rights = Rights::new(EmergencyChoices { break_glass: true, regulation: true });
    let doctor = caller.professional().ok_or(Stop::Broken("the doctor is nobody".into()))?;
    rights.authorisations.push(Authorisation {
        to: Grantee::Person(doctor.id.clone()),
        from: now,
        until: now.plus(SignedDuration::from_hours(24)),
        by: RecordedBy::Holder,
        revoked: None,
    });
    let record = RecordFacts {
        record: Some(large.record),
        status: RecordStatus::Open { since: now },
        rights,
        ..RecordFacts::absent()
    };
    let mut allowed = 0;
    let begun = Instant::now();
    for document in documents.iter().cycle().take(DECISIONS as usize) {
        let facts =
            Facts { record: &record, document: Some(document), request: &request, volume: Volume::default() };
        let decision = policy.decide(&caller, Act::Search, &Purpose::Normal, &facts, now);
        allowed += u32::from(std::hint::black_box(decision).is_allowed());
    }
    let took = begun.elapsed().as_secs_f64() * 1e6 / f64::from(DECISIONS);
    if allowed != DECISIONS {
        return Err(Stop::Broken(format!("{allowed} of {DECISIONS} decisions allowed")));
    }
    Ok(took)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

//! From the patient as a request names them to the record an act is about.

use ihe::fhir::subject::{PatientRef, RecordRef};
use model::{Dice, RecordId};
use record::Target;

/// By the id of the record where there is one: a read by id touches one shard. An id that is not ours becomes
/// one that nobody has, and answers as an absent record does.
pub(super) fn target(patient: &PatientRef, dice: &dyn Dice) -> Option<Target> {
    match (&patient.record, &patient.ins) {
        (Some(RecordRef::Unknown), _) => Some(Target::Record(RecordId::random(dice))),
        (_, Some(ins)) => Some(Target::Ins(ins.clone())),
        (Some(RecordRef::Id(record)), None) => Some(Target::Record(*record)),
        (None, None) => None,
    }
}

//! What the demo puts into the store before its doors open: records and example documents.

use rehearsal::Patient;
use serde::Serialize;

use crate::app::App;

/// How a person's record stands when the demo has started.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordState {
    Open,
    None,
    Closed,
}

/// Brings the store to what the demo promises, once; tells how each record truly stands.
/// The story of a record is not told yet: nobody has one.
pub async fn seed(_app: &App, people: Vec<Patient>) -> Vec<(Patient, RecordState)> {
    people.into_iter().map(|patient| (patient, RecordState::None)).collect()
}

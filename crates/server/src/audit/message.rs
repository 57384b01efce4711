//! A line of the trace as a DICOM audit message in its frame.

use ihe::atna::{self, Event};
use record::upkeep::audit::Told;

use crate::fhir::audit::{event, objects};

/// The frame of one line; none for one that cannot be written, which no line is.
pub(super) fn frame(told: &Told, source: &str, process: &str) -> Option<Vec<u8>> {
    let objects = objects(&told.account);
    let account = &told.account;
    let event = Event {
        record: told.record,
        address: account.address.as_deref(),
        line: Some(told.leaf),
        ..event(account, told.at, &objects)
    };
    let text = atna::encode(&event, source).ok()?;
    Some(atna::frame(&atna::Sender { host: source, process }, told.at, &text))
}

//! Public ids carry their record, so that a read by id touches one shard (design, invariant 5):
//! two ids of 26 characters joined by a hyphen, 53 characters, a valid FHIR `id`.

use std::fmt;
use std::str::FromStr;

use model::RecordId;

/// `<record>-<what>`.
pub fn format(record: RecordId, what: impl fmt::Display) -> String {
    format!("{record}-{what}")
}

/// Malformed ids answer as absent ones: no reason is given.
pub fn parse<T: FromStr>(text: &str) -> Option<(RecordId, T)> {
    let (record, what) = text.split_once('-')?;
    Some((record.parse().ok()?, what.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use model::EntryId;

    use super::*;

    #[test]
    fn a_pair_reads_back_and_nothing_else_does() {
        let (record, entry) = (RecordId::from_bytes([7; 16]), EntryId::from_bytes([250; 16]));
        let text = format(record, entry);
        assert_eq!(text.len(), 53);
        assert_eq!(parse::<EntryId>(&text), Some((record, entry)));
        for wrong in ["", "-", &text[1..], &text.to_uppercase(), &format!("{text}-"), &format!("{text} ")] {
            assert_eq!(parse::<EntryId>(wrong), None, "{wrong}");
        }
    }
}

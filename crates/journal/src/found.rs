//! What the lines say must be there, against what was found.

use std::collections::HashSet;

use model::{Mark, RowKind};

use crate::head::Head;
use crate::line::BodyMark;
use crate::replay::{Replay, Written, head_after, name};

/// What the store holds of the record, as read from the sealed bytes themselves.
#[derive(Debug, Default)]
pub struct Found<'a> {
    pub head: Option<&'a Head>,
    /// Every row. Heads and trace lines among them are passed over: they are checked as such.
    pub rows: &'a [Mark],
    pub bodies: &'a [BodyMark],
}

impl Replay<'_> {
    pub(crate) fn check_head(&mut self, found: Option<&Head>) {
        let reached = self.reached;
        let head = match found {
            None if reached == 0 => return,
            None => return self.at_record("the head is missing"),
            Some(head) => head,
        };
        if head.record != self.record {
            return self.at_record(format_args!("the head is that of record {}", head.record));
        }
        if head.seq > reached {
            return self.missing(head.seq);
        }
        if head.seq < reached {
            let what = format_args!(
                "the head stands at line {}, the lines reach {reached}: an older head was put back",
                head.seq
            );
            return self.at_record(what);
        }
        // where the last line does not open, that has been said
        let (Some(chain), Some(last)) = (self.chain, &self.last) else { return };
        let expected = head_after(self.record, last, chain);
        if head.chain != expected.chain {
            self.at_line(reached, "was changed: the head does not follow from it");
        } else if *head != expected {
            self.at_record(format_args!("the head is not the one line {reached} left"));
        }
    }

    pub(crate) fn check_rows(&mut self, found: &[Mark]) {
        let mut expected = std::mem::take(&mut self.rows);
        let mut seen = HashSet::new();
        for mark in found {
            if matches!(mark.kind, RowKind::Head | RowKind::Trace) {
                continue;
            }
            let key = (mark.kind, mark.row);
            let row = format!("row {}", name(mark.kind, mark.row));
            if !seen.insert(key) {
                self.at(&row, "is there twice");
                continue;
            }
            let Some(Written { mark: written, by }) = expected.remove(&key) else {
                match self.removed.get(&key) {
                    Some(by) => self.at(&row, format!("is back, though line {by} removed it")),
                    None => self.at(&row, "is in no line"),
                }
                continue;
            };
            let (is, says) = (mark.version, written.version);
            if is < says {
                self.at(
                    &row,
                    format!("is at version {is}, the trace says {says}: an older version was put back"),
                );
            } else if is > says {
                self.at(
                    &row,
                    format!("is at version {is}, the trace says {says}: it was written without a line"),
                );
            } else if mark.tag != written.tag {
                self.at(&row, format!("was changed since line {by} wrote it"));
            }
        }
        for ((kind, row), Written { mark, by }) in expected {
            let what = format!("is missing: line {by} wrote its version {}", mark.version);
            self.at(&format!("row {}", name(kind, row)), what);
        }
    }

    pub(crate) fn check_bodies(&mut self, found: &[BodyMark]) {
        let mut expected = std::mem::take(&mut self.bodies);
        for body in found {
            let location = format!("body {}", body.row);
            match expected.remove(&body.row) {
                None => self.at(&location, "is in no line, or there twice"),
                Some(Written { mark, by }) if mark != *body => {
                    self.at(&location, format!("is not the one line {by} stored"));
                }
                Some(_) => {}
            }
        }
        for (row, Written { by, .. }) in expected {
            self.at(&format!("body {row}"), format!("is missing: line {by} stored it"));
        }
    }
}

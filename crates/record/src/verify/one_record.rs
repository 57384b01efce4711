//! One record: its key, its head, its lines replayed into the rows that must be there, every row opened, every
//! document read to its last byte.

use std::io::Read;

use aws_lc_rs::digest::Context;
use journal::{BodyMark, Fault as Found, Head, LogAudit, Replay};
use model::{Mark, Place, RecordId, RowId, RowKind};
use store::{Snapshot, Space};
use vault::{Keyring, TagDomain};

use super::{Finders, PAGE, Report};
use crate::account::{Account, Destroyed, Verdict};
use crate::base::HEAD;
use crate::commit::line_row;
use crate::failure::Fault;
use crate::records::{Parts, ins_hash, traits_hash, unique_id_hash, unwrap};
use crate::rows::{
    Credential, DocumentDetails, GateRow, Identity, KnownReader, LotSignature, MetadataRow, RightsRow,
};
use crate::upkeep::notices::link::Links;

pub(super) fn verify(
    parts: &Parts,
    snapshot: &Snapshot,
    record: RecordId,
    audit: &mut LogAudit,
    finders: &mut Finders,
    report: &mut Report,
) -> Result<(), Fault> {
    let is_ledger = record == crate::records::ledger_id(&*parts.keeper)?;
    report.records += u64::from(!is_ledger);
    let place = format!("record {record}");
    let Some(stored) = parts.store.keys().get(record)? else {
        report.faults.push(Found::new(place, "its key is missing"));
        return Ok(());
    };
    let Ok(key) = unwrap(&*parts.keeper, record, &stored) else {
        report
            .faults
            .push(Found::new(place, "its key does not open: it was changed, or is another record's"));
        return Ok(());
    };
    let keyring = key.keyring(record);
    let digester = keyring.digester();
    let mut replay = Replay::new(record).with_digest(|mark| *digester.of(record, mark).as_bytes());
    let ended = lines(snapshot, record, &keyring, &mut replay, report)?;
    if is_ledger {
        super::destroyed::check(parts, snapshot, &ended, audit, report)?;
    }
    let marks = snapshot.marks(record)?;
    // a book holds rights alone, or nothing any more: it is no record of a person
    if !is_ledger && marks.iter().all(|it| it.kind == RowKind::Rights) {
        report.records = report.records.saturating_sub(1);
    }
    let mut one = Contents { parts, snapshot, record, keyring: &keyring, finders, report };
    one.rows(&marks)?;
    let bodies = one.bodies()?;
    let head = head(snapshot, record, &keyring, report)?;
    let replayed = replay.finish(&journal::Found { head: head.as_ref(), rows: &marks, bodies: &bodies });
    report.faults.extend(replayed.faults);
    for leaf in &replayed.leaves {
        audit.claim(record, leaf, snapshot.log_node(0, leaf.index)?);
        // a destroyed record's leaves have no owner any more; this one is there
        if snapshot.leaf_owner(leaf.index)?.is_some_and(|owner| owner != record) {
            let location = format!("record {record}, line {}", leaf.seq);
            let what = format!("leaf {} of the log is said to be another record's", leaf.index);
            report.faults.push(Found::new(location, what));
        }
    }
    Ok(())
}

fn lines(
    snapshot: &Snapshot,
    record: RecordId,
    keyring: &Keyring,
    replay: &mut Replay<'_>,
    report: &mut Report,
) -> Result<Vec<Destroyed>, Fault> {
    let mut ended = Vec::new();
    let opener = keyring.opener(RowKind::Trace);
    let mut from = 1;
    loop {
        let page = snapshot.lines(record, from, PAGE)?;
        let Some(last) = page.last().map(|line| line.seq) else { return Ok(ended) };
        for line in page {
            report.lines += 1;
            let place = Place { record, kind: RowKind::Trace, row: line_row(line.seq), version: 1 };
            match opener.open(&place, &line.sealed) {
                Ok(plain) => {
                    replay.line(line.seq, &plain);
                    ended.extend(count(&plain, report));
                    if journal::Line::parse(&plain).is_ok_and(|parsed| parsed.leaf != line.leaf) {
                        let location = format!("record {record}, line {}", line.seq);
                        let what = format!("line {} is stored with the leaf of another", line.seq);
                        report.faults.push(Found::new(location, what));
                    }
                }
                Err(_) => replay.sealed_line(line.seq),
            }
        }
        from = last.saturating_add(1);
    }
}

/// Counts a line; gives back the record that it says ended with it.
fn count(plain: &[u8], report: &mut Report) -> Option<Destroyed> {
    let account: Option<Account> =
        journal::Line::parse(plain).ok().and_then(|line| serde_json::from_value(line.account).ok());
    match account.as_ref().map(|account| account.verdict) {
        Some(Verdict::Accepted) => report.accepted += 1,
        Some(Verdict::Refused | Verdict::Rejected) => report.refused += 1,
        None => {}
    }
    account.and_then(|account| account.destroyed)
}

fn head(
    snapshot: &Snapshot,
    record: RecordId,
    keyring: &Keyring,
    report: &mut Report,
) -> Result<Option<Head>, Fault> {
    let Some(row) = snapshot.head(record)? else { return Ok(None) };
    let place = Place { record, kind: RowKind::Head, row: HEAD, version: row.version };
    let plain = keyring.opener(RowKind::Head).open(&place, &row.sealed).ok();
    let head = plain.and_then(|plain| Head::parse(&plain).ok());
    let head = head.filter(|head| head.record == record && head.seq == row.version);
    if head.is_none() {
        let what = "the head does not open: it was changed, or is another record's";
        report.faults.push(Found::new(format!("record {record}"), what));
    }
    Ok(head)
}

/// What a record's rows hold, opened one by one.
struct Contents<'a> {
    parts: &'a Parts,
    snapshot: &'a Snapshot,
    record: RecordId,
    keyring: &'a Keyring,
    finders: &'a mut Finders,
    report: &'a mut Report,
}

impl Contents<'_> {
    fn fault(&mut self, what: String) {
        self.report.faults.push(Found::new(format!("record {}", self.record), what));
    }

    fn rows(&mut self, marks: &[Mark]) -> Result<(), Fault> {
        for mark in marks {
            let Some(row) = self.snapshot.row(self.record, mark.kind, mark.row)? else { continue };
            let place = Place { record: self.record, kind: mark.kind, row: mark.row, version: mark.version };
            let opened = self.keyring.opener(mark.kind).open(&place, &row.sealed);
            let holds = match opened {
                Ok(plain) => self.holds(mark.kind, &plain)?,
                Err(_) => false,
            };
            if !holds {
                let (kind, row) = (mark.kind.label(), mark.row);
                self.fault(format!("row {kind} {row} does not open: it was changed or moved here"));
            }
        }
        Ok(())
    }

    /// Whether the row holds what rows of its kind hold; takes note of the finders that must lead here.
    fn holds(&mut self, kind: RowKind, plain: &[u8]) -> Result<bool, Fault> {
        let keeper = &*self.parts.keeper;
        Ok(match kind {
            RowKind::Gate => match serde_json::from_slice::<GateRow>(plain) {
                Ok(GateRow::Document(state)) if state.unnamed => true,
                Ok(GateRow::Document(state)) => {
                    let hash = unique_id_hash(keeper, &state.unique_id)?;
                    self.finders.expect(Space::DocumentUniqueId, hash, self.record, self.report);
                    true
                }
                Ok(GateRow::Status(status)) => {
                    let hash = ins_hash(keeper, status.ins())?;
                    self.finders.expect(Space::Ins, hash, self.record, self.report);
                    true
                }
                Ok(GateRow::Submission(_) | GateRow::Life(_)) => true,
                Err(_) => false,
            },
            RowKind::Identity => match serde_json::from_slice::<Identity>(plain) {
                Ok(identity) => {
                    if let Some(namesake) = identity.namesake {
                        let hash = traits_hash(keeper, &identity.identity.traits.canonical(), namesake)?;
                        self.finders.expect(Space::Traits, hash, self.record, self.report);
                    }
                    true
                }
                Err(_) => serde_json::from_slice::<KnownReader>(plain).is_ok(),
            },
            RowKind::Rights => {
                serde_json::from_slice::<RightsRow>(plain).is_ok()
                    || serde_json::from_slice::<crate::emergencies::Emergencies>(plain).is_ok()
                    || serde_json::from_slice::<crate::steering::Steering>(plain).is_ok()
                    || serde_json::from_slice::<crate::two_agents::TwoAgents>(plain).is_ok()
                    || serde_json::from_slice::<crate::books::InBook>(plain).is_ok()
            }
            RowKind::Metadata => serde_json::from_slice::<MetadataRow>(plain).is_ok(),
            RowKind::Credential => match serde_json::from_slice::<Credential>(plain) {
                Ok(credential) => {
                    let hash = keeper.tag(TagDomain::Login, credential.login.as_bytes())?;
                    self.finders.expect(Space::Login, hash, self.record, self.report);
                    true
                }
                Err(_) => serde_json::from_slice::<Links>(plain).is_ok(),
            },
            // the document's bytes are no row: this is what signs a lot
            RowKind::Document => serde_json::from_slice::<LotSignature>(plain).is_ok(),
            RowKind::Head | RowKind::Trace | RowKind::Queue => false,
        })
    }

    /// Reads every document; what comes out whole is what is there.
    fn bodies(&mut self) -> Result<Vec<BodyMark>, Fault> {
        let mut there = Vec::new();
        let mut known: Vec<RowId> = Vec::new();
        for row in self.snapshot.rows(self.record, &[RowKind::Metadata])? {
            let place = Place { record: self.record, kind: row.kind, row: row.row, version: row.version };
            let Ok(plain) = self.keyring.opener(RowKind::Metadata).open(&place, &row.sealed) else {
                continue;
            };
            let Ok(MetadataRow::Document(details)) = serde_json::from_slice(&plain) else { continue };
            self.report.documents += 1;
            known.push(details.body.row);
            match self.body(&details)? {
                Body::Whole => there.push(BodyMark {
                    row: details.body.row,
                    version: 1,
                    sha256: details.body.stream.tags_digest,
                }),
                Body::Missing => {}
                Body::Changed => {
                    self.fault(format!("the bytes of document {} are not what was sealed", row.row));
                    let sha256 = details.body.stream.tags_digest;
                    there.push(BodyMark { row: details.body.row, version: 1, sha256 });
                }
            }
        }
        for (row, version) in self.snapshot.bodies(self.record)? {
            if !known.contains(&row) || version != 1 {
                self.fault(format!("body {row} belongs to no document"));
            }
        }
        Ok(there)
    }

    fn body(&self, details: &DocumentDetails) -> Result<Body, Fault> {
        let place = Place { record: self.record, kind: RowKind::Document, row: details.body.row, version: 1 };
        let reader: Box<dyn Read> = match details.body.object {
            Some(object) => match self.parts.store.object(object) {
                Ok(file) => Box::new(file),
                Err(_) => return Ok(Body::Missing),
            },
            None => match self.snapshot.body(self.record, details.body.row)? {
                Some((1, sealed)) => Box::new(std::io::Cursor::new(sealed)),
                Some(_) => return Ok(Body::Changed),
                None => return Ok(Body::Missing),
            },
        };
        let opener = self.keyring.opener(RowKind::Document);
        let Ok(mut stream) = opener.stream(&place, reader, &details.body.stream) else {
            return Ok(Body::Changed);
        };
        let mut size = 0_u64;
        let mut hash = Context::new(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY);
        loop {
            match stream.next_chunk() {
                Ok(Some(chunk)) => {
                    size += chunk.len() as u64;
                    hash.update(&chunk);
                }
                Ok(None) => break,
                Err(_) => return Ok(Body::Changed),
            }
        }
        let same = size == details.description.size && hash.finish().as_ref() == details.description.hash;
        Ok(if same { Body::Whole } else { Body::Changed })
    }
}

enum Body {
    Whole,
    Changed,
    Missing,
}

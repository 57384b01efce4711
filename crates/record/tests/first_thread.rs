//! One document fed, one reader refused then authorised, one trace: through every room but the doors.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use model::{Act, Caller, Grantee};
use record::account::{Fate, Verdict};
use record::{Asked, RefusalKind};

#[test]
fn a_document_is_fed_decided_read_and_traced() {
    let Fed { node, record, document, target } = fed();
    let records = &node.records;
    let reader = doctor(0);

    // the hospital that fed it cannot read it
    assert_eq!(refused(read(&node, hospital(), record, document)).kind, RefusalKind::NotFound);
    // nor a doctor nobody authorised; the list answers as for a record that is not there
    let all = |_, _: &model::DocumentEntry| true;
    let no = refused(records.search(&node.call(reader.clone()), &target, Asked::default(), all));
    let absent = record::Target::Ins(ins("284026311300113"));
    let nobody = refused(records.search(&node.call(reader.clone()), &absent, Asked::default(), all));
    assert_eq!((no.kind, no.problems), (nobody.kind, nobody.problems));
    assert_eq!(no.kind, RefusalKind::Denied);

    let me = Grantee::Person(DOCTORS[0].parse().unwrap());
    records.authorise(&node.call(reader.clone()), &target, &me).unwrap();
    let found = records.search(&node.call(reader.clone()), &target, Asked::default(), all).unwrap();
    assert_eq!(found.get().entries.len(), 1);
    assert_eq!(read(&node, reader.clone(), record, document).unwrap(), CONTENT);

    // masked: gone for the reader, there for the holder
    let holder = Caller::holder(record);
    records.mask(&node.call(holder.clone()), record, document).unwrap();
    assert_eq!(refused(read(&node, reader.clone(), record, document)).kind, RefusalKind::NotFound);
    assert_eq!(read(&node, holder.clone(), record, document).unwrap(), CONTENT);
    records.unmask(&node.call(holder.clone()), record, document).unwrap();

    // blocked: nothing any more, whatever the authorisation
    records.block(&node.call(holder.clone()), &target, &DOCTORS[0].parse().unwrap()).unwrap();
    assert_eq!(refused(read(&node, reader.clone(), record, document)).kind, RefusalKind::NotFound);

    let lines = records.history(&node.call(holder), record, None, 100).unwrap().into_inner().lines;
    let told: Vec<(Act, Verdict)> =
        lines.iter().rev().map(|line| (line.account.act, line.account.verdict)).collect();
    use Act::*;
    use Verdict::*;
    assert_eq!(
        told,
        [
            (OpenRecord, Accepted),
            (Feed, Accepted),
            (Consult, Refused),
            (Search, Refused),
            (Authorise, Accepted),
            (Search, Accepted),
            (Consult, Accepted),
            (Mask, Accepted),
            (Consult, Refused),
            (Consult, Accepted),
            (Unmask, Accepted),
            (Block, Accepted),
            (Consult, Refused),
        ]
    );
    let consulted = lines.iter().find(|line| line.account.act == Consult && line.account.verdict == Accepted);
    assert_eq!(consulted.unwrap().account.objects[0].fate, Fate::Shown);

    node.records.anchor().unwrap();
    let report = node.verify();
    assert_eq!(report.faults, []);
    assert_eq!((report.records, report.documents, report.lines), (1, 1, 15));
}

#[test]
fn nothing_readable_lies_on_the_disk() {
    let Fed { node, .. } = fed();
    node.records.anchor().unwrap();
    let mut pending = vec![node.folder.clone()];
    let mut read = 0;
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            read += bytes.len();
            for secret in ["LACOMBE", "Zélie", PATIENT, "reconnaissable", "zelie@", "1.2.250.1.999.1.1"] {
                let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                assert!(!found, "{secret} lies in {}", path.display());
            }
        }
    }
    assert!(read > 10_000);
}

#[test]
fn the_same_lot_again_gets_the_first_answer_again() {
    let Fed { node, document, .. } = fed();
    let again = || lot(PATIENT, "1.2.250.1.999.1", vec![text_document("1.2.250.1.999.1.1", CONTENT)]);
    let fed = node.records.feed(&node.call(hospital()), &again()).unwrap().into_inner();
    assert!(fed.repeated);
    assert_eq!(fed.documents, [document]);
    let mut other = again();
    other.digest = "other".into();
    assert_eq!(refused(node.records.feed(&node.call(hospital()), &other)).kind, RefusalKind::Conflict);
    // another depositor learns nothing of it
    let stranger = refused(node.records.feed(&node.call(payer()), &again()));
    assert_eq!(stranger.kind, RefusalKind::Rule);
}

//! Many at once on one record: nothing is lost, nothing is served after it was taken back, no line is missing
//! (design, invariant 4; abuse H12).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use common::*;
use model::*;
use record::account::Verdict;
use record::{Failure, RefusalKind};

/// A doctor of a test's own: a number with its Luhn key.
fn nth_doctor(n: u64) -> Caller {
    let body = format!("9970{n:06}");
    let key = (0..10).find(|key| format!("8{body}{key}").parse::<PsIdNat>().is_ok()).unwrap();
    professional(&format!("8{body}{key}"), "10", Some("SM26"), "10B0000002")
}

/// Again while the record is busy: what a client does on 503.
fn insist<T>(mut act: impl FnMut() -> Result<T, Failure>) -> Result<T, Failure> {
    loop {
        match act() {
            Err(Failure::Refused(no)) if no.kind == RefusalKind::Busy => thread::yield_now(),
            other => return other,
        }
    }
}

#[test]
fn readers_do_not_conflict_with_readers() {
    const READERS: u64 = 64;
    let Fed { node, record, document, target } = fed();
    let holder = Caller::holder(record);
    let house = Grantee::Organisation("10B0000002".parse().unwrap());
    node.records.authorise(&node.call(holder.clone()), &target, &house).unwrap();
    let before = trace(&node, holder.clone(), record).len();
    // all come for the first time, so that each is noted as a new reader of this record
    let barrier = Barrier::new(READERS as usize);
    thread::scope(|scope| {
        for reader in 0..READERS {
            let (node, barrier) = (&node, &barrier);
            scope.spawn(move || {
                barrier.wait();
                assert_eq!(read(node, nth_doctor(reader), record, document).unwrap(), CONTENT, "{reader}");
            });
        }
    });
    let lines = trace(&node, holder, record);
    assert_eq!(lines.len(), before + 1 + READERS as usize);
    assert!(lines.windows(2).all(|pair| pair[1].seq == pair[0].seq + 1));
    assert_eq!(verify(&node.folder).faults, []);
}

#[test]
fn sixteen_at_once_lose_nothing() {
    const ROUNDS: u64 = 6;
    let Fed { node, record, document, target } = fed();
    let holder = || node.call(Caller::holder(record));
    let fed_documents = AtomicU64::new(0);
    thread::scope(|scope| {
        for worker in 0..4 {
            let (node, target, fed_documents) = (&node, &target, &fed_documents);
            // readers that come and go
            scope.spawn(move || {
                for _ in 0..ROUNDS {
                    let read = insist(|| read(node, nth_doctor(worker), record, document));
                    assert!(!matches!(read, Err(Failure::Fault(_))), "{:?}", read.err());
                }
            });
            // each authorises another doctor at each round
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    let doctor = nth_doctor(100 + worker * ROUNDS + round).professional().unwrap().id.clone();
                    let to = Grantee::Person(doctor);
                    insist(|| node.records.authorise(&node.call(Caller::holder(record)), target, &to))
                        .unwrap();
                }
            });
            // each feeds a document at each round
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    let id = format!("1.2.250.1.999.{}", 5000 + worker * ROUNDS + round);
                    let lot = lot(PATIENT, &format!("{id}.1"), vec![text_document(&id, id.as_bytes())]);
                    insist(|| node.records.feed(&node.call(hospital()), &lot)).unwrap();
                    fed_documents.fetch_add(1, Ordering::Relaxed);
                }
            });
            // each blocks, and masks what it finds
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    let call = || node.call(Caller::holder(record));
                    let doctor = nth_doctor(200 + worker * ROUNDS + round).professional().unwrap().id.clone();
                    insist(|| node.records.block(&call(), target, &doctor)).unwrap();
                    insist(|| node.records.mask(&call(), record, document)).unwrap();
                    insist(|| node.records.unmask(&call(), record, document)).unwrap();
                }
            });
        }
    });
    let overview = node.records.overview(&holder(), record).unwrap().into_inner();
    assert_eq!(overview.authorisations.len() as u64, 4 * ROUNDS);
    assert_eq!(overview.blocks.len() as u64, 4 * ROUNDS);
    assert_eq!(found(&node, Caller::holder(record), &target).len() as u64, 1 + fed_documents.into_inner());
    let lines = trace(&node, Caller::holder(record), record);
    assert_eq!(lines[0].seq, 1);
    assert!(lines.windows(2).all(|pair| pair[1].seq == pair[0].seq + 1), "a line is missing");
    let accepted = |act: Act| {
        let lines =
            lines.iter().filter(|it| it.account.act == act && it.account.verdict == Verdict::Accepted);
        lines.count() as u64
    };
    assert_eq!(accepted(Act::Authorise), 4 * ROUNDS);
    assert_eq!(accepted(Act::Block), 4 * ROUNDS);
    assert_eq!(accepted(Act::Feed), 1 + 4 * ROUNDS);
    node.records.anchor().unwrap();
    assert_eq!(verify(&node.folder).faults, []);
}

#[test]
fn once_a_block_has_returned_nothing_is_read() {
    for round in 0..5 {
        let Fed { node, record, document, target } = fed();
        authorise_self(&node, &target, 0);
        let blocked = AtomicBool::new(false);
        let served = AtomicU64::new(0);
        thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    loop {
                        // read before the asking: what is asked after the block returned must fail
                        let too_late = blocked.load(Ordering::SeqCst);
                        match insist(|| read(&node, doctor(0), record, document)) {
                            Ok(_) if too_late => panic!("read after the block had returned"),
                            Ok(_) => drop(served.fetch_add(1, Ordering::SeqCst)),
                            Err(Failure::Refused(no)) => assert_eq!(no.kind, RefusalKind::NotFound),
                            Err(fault) => panic!("{fault:?}"),
                        }
                        if too_late {
                            break;
                        }
                    }
                });
            }
            while served.load(Ordering::SeqCst) < 10 + round {
                thread::yield_now();
            }
            let holder = node.call(Caller::holder(record));
            insist(|| node.records.block(&holder, &target, &id_of(0))).unwrap();
            blocked.store(true, Ordering::SeqCst);
        });
        // and the trace says the same: after the block's line, none is accepted
        let lines = trace(&node, Caller::holder(record), record);
        let block = lines.iter().position(|it| it.account.act == Act::Block).unwrap();
        let mut after = lines[block..].iter().filter(|it| it.account.act == Act::Consult);
        assert!(after.all(|it| it.account.verdict == Verdict::Refused));
    }
}

#[test]
fn two_openings_of_one_person_give_one_record_and_no_orphan() {
    for _ in 0..4 {
        let node = Node::new();
        let barrier = Barrier::new(8);
        let outcomes: Vec<_> = thread::scope(|scope| {
            let workers: Vec<_> = (0..8)
                .map(|n| {
                    let (node, barrier) = (&node, &barrier);
                    scope.spawn(move || {
                        barrier.wait();
                        insist(|| {
                            node.records
                                .open_record(&node.call(nth_doctor(n)), &opening(PATIENT, "LACOMBE-TEST"))
                        })
                    })
                })
                .collect();
            workers.into_iter().map(|it| it.join().unwrap()).collect()
        });
        let opened = outcomes.iter().filter(|it| it.is_ok()).count();
        let told = outcomes
            .iter()
            .filter(|it| matches!(it, Err(Failure::Refused(no)) if no.kind == RefusalKind::RecordFound));
        assert_eq!((opened, told.count()), (1, 7));
        let conn = rusqlite::Connection::open(node.folder.join("keys/keys.db")).unwrap();
        let keys: u32 = conn.query_row("SELECT count(*) FROM wrapped_key", [], |row| row.get(0)).unwrap();
        assert_eq!(keys, 2, "the record's and the ledger's");
        let report = verify(&node.folder);
        assert_eq!((report.records, report.faults), (1, Vec::new()));
    }
}

/// More than there are views of the store: none waits for a view while holding one.
#[test]
fn many_log_in_at_once() {
    let Fed { node, .. } = fed();
    let (login, password) = secrets(&sent(&node));
    let barrier = Barrier::new(24);
    thread::scope(|scope| {
        for _ in 0..24 {
            scope.spawn(|| {
                barrier.wait();
                let call = record::visitor(RowId::random(&*node.dice));
                insist(|| node.records.begin_log_in(&call, &login, &password)).unwrap();
            });
        }
    });
    assert_eq!(verify(&node.folder).faults, []);
}

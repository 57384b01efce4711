//! What runs refuses to serve what was tampered with, and goes on serving everybody else (J01).

use model::{Act, Caller, RowKind};
use record::{Asked, Failure, Fault};

use crate::common::*;
use crate::scene::*;

/// Everything a caller may ask of a record, each as a whole: the fault, if any.
fn asked(node: &Node, one: &One) -> Vec<(&'static str, Option<Fault>)> {
    let fault = |result: Result<(), Failure>| match result {
        Err(Failure::Fault(fault)) => Some(fault),
        _ => None,
    };
    let holder = || node.call(Caller::holder(one.record));
    let every = |_: model::RecordId, _: &model::DocumentEntry| true;
    let records = &node.records;
    vec![
        ("search", fault(records.search(&holder(), &one.target, Asked::default(), every).map(drop))),
        ("consult", fault(read(node, Caller::holder(one.record), one.record, one.first).map(drop))),
        ("trace", fault(records.history(&holder(), one.record, None, 1000).map(drop))),
        ("overview", fault(records.overview(&holder(), one.record).map(drop))),
        ("status", fault(records.know_status(&node.call(doctor(0)), &ins(PATIENT)).map(drop))),
        ("rights", fault(records.authorise(&holder(), &one.target, &grantee(2)).map(drop))),
        (
            "feed",
            fault(
                records
                    .feed(
                        &node.call(hospital()),
                        &lot(PATIENT, "1.2.250.1.999.77", vec![text_document("1.2.250.1.999.78", b"encore")]),
                    )
                    .map(drop),
            ),
        ),
    ]
}

fn all_well(node: &Node) {
    let theirs = &SCENE.theirs;
    let holder = Caller::holder(theirs.record);
    assert_eq!(read(node, holder.clone(), theirs.record, theirs.first).unwrap(), SMALL);
    assert_eq!(found(node, holder.clone(), &theirs.target).len(), 3);
    assert!(trace(node, holder, theirs.record).iter().any(|line| line.account.act == Act::Mask));
    let more = lot(OTHER, "1.2.250.1.999.87", vec![text_document("1.2.250.1.999.88", b"encore")]);
    node.records.feed(&node.call(hospital()), &more).unwrap();
}

#[test]
fn a_record_whose_rows_or_head_were_touched_serves_nothing() {
    let mine = SCENE.mine.record;
    let same = "o.record = row.record AND o.kind = row.kind AND o.row = row.row";
    let cases = [
        format!("UPDATE row SET (version, tag, sealed) = (SELECT version, tag, sealed FROM old.row o WHERE {same}) \
                 WHERE record = ?1 AND {} AND EXISTS (SELECT 1 FROM old.row o WHERE {same})", kind(RowKind::Rights)),
        format!("DELETE FROM row WHERE record = ?1 AND {}", kind(RowKind::Rights)),
        format!("UPDATE row SET tag = zeroblob(16) WHERE record = ?1 AND {}", kind(RowKind::Metadata)),
        "UPDATE head SET (version, sealed) = (SELECT version, sealed FROM old.head o WHERE o.record = head.record) \
         WHERE record = ?1".to_owned(),
        "UPDATE head SET sealed = zeroblob(200) WHERE record = ?1".to_owned(),
    ];
    for statement in cases {
        let copy = Copy::new();
        change(&copy.records(), mine, &statement);
        let node = copy.node(3);
        for (act, fault) in asked(&node, &SCENE.mine) {
            assert!(
                matches!(fault, Some(Fault::Damaged { record, .. }) if record == mine),
                "{act}, {statement}: {fault:?}"
            );
        }
        all_well(&node);
    }
}

#[test]
fn a_key_of_another_opens_nothing() {
    let copy = Copy::new();
    let exchange = "UPDATE wrapped_key SET wrapped = (SELECT wrapped FROM wrapped_key o WHERE o.record = ?2) WHERE record = ?1";
    change(&copy.keys(), SCENE.mine.record, exchange);
    let node = copy.node(3);
    for (act, fault) in asked(&node, &SCENE.mine) {
        assert!(fault.is_some(), "{act}");
    }
    all_well(&node);
}

#[test]
fn a_sealed_byte_a_document_a_line_a_finder() {
    let mine = &SCENE.mine;
    let holder = Caller::holder(mine.record);

    let copy = Copy::new();
    let changed = format!(
        "UPDATE row SET sealed = zeroblob(length(sealed)) WHERE record = ?1 AND {}",
        kind(RowKind::Metadata)
    );
    change(&copy.records(), mine.record, &changed);
    let node = copy.node(3);
    faulty(read(&node, holder.clone(), mine.record, mine.first));
    all_well(&node);

    let copy = Copy::new();
    change(
        &copy.records(),
        mine.record,
        "UPDATE body SET sealed = zeroblob(length(sealed)) WHERE record = ?1",
    );
    for object in copy.objects() {
        let mut bytes = std::fs::read(&object).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&object, bytes).unwrap();
    }
    let node = copy.node(3);
    faulty(read(&node, holder.clone(), mine.record, mine.first));
    faulty(read(&node, holder.clone(), mine.record, mine.large));
    all_well(&node);

    for removed in ["seq = 1", "seq = 4", "seq = (SELECT max(seq) FROM line o WHERE o.record = line.record)"]
    {
        let copy = Copy::new();
        change(&copy.records(), mine.record, &format!("DELETE FROM line WHERE record = ?1 AND {removed}"));
        let node = copy.node(3);
        faulty(node.records.history(&node.call(holder.clone()), mine.record, None, 1000));
        all_well(&node);
    }

    let copy = Copy::new();
    change(&copy.records(), mine.record, "UPDATE finder SET record = ?2 WHERE record = ?1 AND space = 1");
    let node = copy.node(3);
    faulty(node.records.know_status(&node.call(doctor(0)), &ins(PATIENT)));
    faulty(node.records.feed(
        &node.call(hospital()),
        &lot(PATIENT, "1.2.250.1.999.77", vec![text_document("1.2.250.1.999.78", b"encore")]),
    ));
    all_well(&node);
}

/// A record put back while the process runs: it has seen further.
#[test]
fn a_record_put_back_under_a_running_node() {
    let copy = Copy::new();
    let node = copy.node(3);
    all_well(&node);
    let mine = &SCENE.mine;
    found(&node, Caller::holder(mine.record), &mine.target);
    let conn = copy.records();
    for table in ["head", "row", "line", "body"] {
        conn.execute(&format!("DELETE FROM {table} WHERE record = ?1"), [mine.record.as_bytes()]).unwrap();
        let back = format!("INSERT INTO {table} SELECT * FROM old.{table} WHERE record = ?1");
        conn.execute(&back, [mine.record.as_bytes()]).unwrap();
    }
    drop(conn);
    for (act, fault) in asked(&node, mine) {
        assert!(fault.is_some(), "{act}");
    }
    // what was masked since is not given to whom it was open before
    faulty(read(&node, doctor(0), mine.record, mine.first));
    assert_eq!(
        read(&node, Caller::holder(SCENE.theirs.record), SCENE.theirs.record, SCENE.theirs.first).unwrap(),
        SMALL
    );
}

#[test]
fn an_untouched_store_is_whole_while_a_writer_runs_beside() {
    let Fed { node, .. } = fed();
    let folder = node.folder.clone();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut round = 0;
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                round += 1;
                let large = long_text(if round % 5 == 0 { 300 * 1024 } else { 500 });
                let id = format!("1.2.250.1.999.{}", 1000 + round);
                let lot = lot(PATIENT, &format!("{id}.1"), vec![text_document(&id, &large)]);
                node.records.feed(&node.call(hospital()), &lot).unwrap();
                node.records.anchor().unwrap();
            }
        });
        let mut documents = 0;
        // however slow the machine, something is written meanwhile
        for round in 0..1000 {
            let report = verify(&folder);
            assert_eq!(report.faults, []);
            assert!(report.documents >= documents);
            documents = report.documents;
            if round >= 7 && documents > 1 {
                break;
            }
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    assert!(verify(&folder).documents > 1);
}

/// What a record kept open gives is what was sealed, for some minutes; then, or after a restart, nothing; and
/// `verify` says so at once (ADR 8).
#[test]
fn a_sealed_byte_changed_under_a_record_kept_open() {
    let copy = Copy::new();
    let mine = &SCENE.mine;
    let holder = || Caller::holder(mine.record);
    let node = copy.node(3);
    let before = found(&node, holder(), &mine.target);
    let blanked = format!(
        "UPDATE row SET sealed = zeroblob(length(sealed)) WHERE record = ?1 AND {}",
        kind(RowKind::Metadata)
    );
    change(&copy.records(), mine.record, &blanked);

    let every = |_: model::RecordId, _: &model::DocumentEntry| true;
    let asked = Asked { deprecated: true, archived: true };
    let search = |node: &Node| node.records.search(&node.call(holder()), &mine.target, asked, every);
    assert!(search(&node).unwrap().get().entries == before);
    assert!(copy.faults().iter().any(|fault| fault.contains(&mine.record.to_string())));

    node.advance(jiff::SignedDuration::from_secs(299));
    assert!(search(&node).unwrap().get().entries == before);
    node.advance(jiff::SignedDuration::from_secs(1));
    faulty(search(&node));
    faulty(search(&node));
    drop(node);
    faulty(search(&copy.node(4)));
}

/// A record kept open is decided on as long as nothing in it changes: the next request sees what changed.
#[test]
fn what_changes_is_seen_by_the_next_request() {
    let Fed { node, record, document, target } = fed();
    authorise_self(&node, &target, 0);
    for _ in 0..2 {
        assert_eq!(found(&node, doctor(0), &target).len(), 1);
        read(&node, doctor(0), record, document).unwrap();
    }
    node.records.mask(&node.call(Caller::holder(record)), record, document).unwrap();
    assert_eq!(found(&node, doctor(0), &target).len(), 0);
    assert!(matches!(read(&node, doctor(0), record, document), Err(Failure::Refused(_))));
    let more = lot(PATIENT, "1.2.250.1.999.77", vec![text_document("1.2.250.1.999.78", b"encore")]);
    node.records.feed(&node.call(hospital()), &more).unwrap();
    assert_eq!(found(&node, doctor(0), &target).len(), 1);
}

#[test]
fn a_record_removed_under_a_running_node_is_damage_and_not_a_destruction() {
    let copy = Copy::new();
    let node = copy.node(3);
    let mine = &SCENE.mine;
    read(&node, Caller::holder(mine.record), mine.record, mine.first).unwrap();
    let conn = copy.records();
    for table in ["head", "row", "line", "body", "finder", "job"] {
        conn.execute(&format!("DELETE FROM {table} WHERE record = ?1"), [mine.record.as_bytes()]).unwrap();
    }
    drop(conn);
    for _ in 0..2 {
        faulty(read(&node, Caller::holder(mine.record), mine.record, mine.first));
    }
}

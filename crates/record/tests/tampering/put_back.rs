//! Earlier states put back whole: a head, a record, the store, and a log that was forked.

use std::fs;

use record::{Failure, Fault};

use crate::common::*;
use crate::found_in;
use crate::scene::*;

#[test]
fn a_head_put_back() {
    let copy = Copy::new();
    let statement = "UPDATE head SET (version, sealed) = \
                     (SELECT version, sealed FROM old.head o WHERE o.record = head.record) WHERE record = ?1";
    change(&copy.records(), SCENE.mine.record, statement);
    found_in(&copy, "put back", "an older head was put back");
}

/// All rows of a record as they were, in every table but the log's.
fn put_record_back(copy: &Copy) {
    let conn = copy.records();
    for table in ["head", "row", "line", "body", "finder", "job"] {
        let record = SCENE.mine.record;
        conn.execute(&format!("DELETE FROM {table} WHERE record = ?1"), [record.as_bytes()]).unwrap();
        let back = format!("INSERT INTO {table} SELECT * FROM old.{table} WHERE record = ?1");
        conn.execute(&back, [record.as_bytes()]).unwrap();
    }
}

#[test]
fn a_whole_record_put_back() {
    let copy = Copy::new();
    put_record_back(&copy);
    found_in(&copy, "put back", "in no line: a record was removed or put back to an earlier state");

    // and when the log's note of its owners is rubbed out, it is still found
    copy.records().execute("UPDATE log_node SET record = NULL", []).unwrap();
    let faults = copy.faults();
    assert!(faults.iter().any(|it| it.contains("in no line")), "{faults:#?}");
}

#[test]
fn a_whole_record_removed() {
    let copy = Copy::new();
    let conn = copy.records();
    for table in ["head", "row", "line", "body", "finder", "job"] {
        let record = SCENE.mine.record;
        conn.execute(&format!("DELETE FROM {table} WHERE record = ?1"), [record.as_bytes()]).unwrap();
    }
    found_in(&copy, "removed", "in no line");
}

#[test]
fn the_whole_store_put_back_while_keys_and_anchor_are_kept() {
    let copy = Copy::new();
    fs::remove_dir_all(copy.path().join("data")).unwrap();
    crate::scene::copy(&SCENE.before.path().join("data"), &copy.path().join("data"));
    let faults = copy.faults();
    assert!(
        faults.iter().any(|it| it.starts_with("log") && it.contains("the store was put back")),
        "{faults:#?}"
    );
    let started = Node::try_at(copy.path().to_owned(), 3);
    assert!(matches!(started, Err(Failure::Fault(Fault::BehindAnchor(_)))));
}

#[test]
fn a_store_put_back_that_grew_past_its_anchor() {
    let copy = Copy::new();
    fs::remove_dir_all(copy.path().join("data")).unwrap();
    crate::scene::copy(&SCENE.before.path().join("data"), &copy.path().join("data"));
    let anchor = copy.path().join("keys/anchor.log");
    let kept = fs::read(&anchor).unwrap();
    fs::remove_file(&anchor).unwrap();
    let node = copy.node(4);
    let lines = verify(SCENE.after.path()).lines;
    for _ in 0..lines {
        let nobody = node.call(doctor(0));
        let _ = node.records.search(&nobody, &SCENE.mine.target, record::Asked::default(), |_, _| true);
    }
    drop(node);
    fs::write(&anchor, kept).unwrap();
    let faults = copy.faults();
    assert!(faults.iter().any(|it| it.contains("the log was rewritten")), "{faults:#?}");
    let started = Node::try_at(copy.path().to_owned(), 5);
    assert!(matches!(started, Err(Failure::Fault(Fault::BehindAnchor(_)))));
}

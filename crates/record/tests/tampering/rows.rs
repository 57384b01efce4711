//! Lines, sealed rows, documents, finders, keys and the log, one at a time.

use std::fs;

use model::RowKind;

use crate::common::verify;
use crate::found_in;
use crate::scene::*;

#[test]
fn trace_lines_removed_changed_swapped() {
    let cases = [
        ("the first removed", "DELETE FROM line WHERE record = ?1 AND seq = 1", "line 1 is missing"),
        ("one removed", "DELETE FROM line WHERE record = ?1 AND seq = 4", "line 4 is missing"),
        (
            "the last removed",
            "DELETE FROM line WHERE record = ?1 AND seq = (SELECT max(seq) FROM line WHERE record = ?1)",
            "is missing",
        ),
        ("all removed", "DELETE FROM line WHERE record = ?1", "are missing"),
        (
            "one changed",
            "UPDATE line SET sealed = CAST(substr(sealed, 1, 40) || x'00' || substr(sealed, 42) AS BLOB) WHERE record = ?1 AND seq = 3",
            "line 3 does not open",
        ),
        (
            "two swapped",
            "UPDATE line SET sealed = (SELECT sealed FROM old.line o WHERE o.record = ?1 AND o.seq = 3 - line.seq) \
             WHERE record = ?1 AND seq IN (1, 2)",
            "line 1 does not open",
        ),
        ("renumbered", "UPDATE line SET seq = 1000 WHERE record = ?1 AND seq = 5", "line 1000 does not open"),
        ("given another leaf", "UPDATE line SET leaf = leaf + 1 WHERE record = ?1 AND seq = 2", "line 2"),
    ];
    for (case, statement, says) in cases {
        let copy = Copy::new();
        change(&copy.records(), SCENE.mine.record, statement);
        found_in(&copy, case, says);
    }
}

#[test]
fn sealed_rows_put_back_moved_deleted_added() {
    let (mine, theirs) = (SCENE.mine.record, SCENE.theirs.record);
    for sealed in [RowKind::Gate, RowKind::Rights, RowKind::Credential] {
        let (kind, label) = (kind(sealed), sealed.label());
        let same = "o.record = row.record AND o.kind = row.kind AND o.row = row.row";
        let older = format!("EXISTS (SELECT 1 FROM old.row o WHERE {same} AND o.version < row.version)");
        let with = format!(
            "UPDATE row SET (version, tag, sealed) = (SELECT version, tag, sealed FROM old.row o WHERE {same}) \
             WHERE record = ?1 AND {kind} AND {older}"
        );
        let without = format!(
            "UPDATE row SET (tag, sealed) = (SELECT tag, sealed FROM old.row o WHERE {same}) \
             WHERE record = ?1 AND {kind} AND {older}"
        );
        for (case, statement, says) in
            [("with its version", with, "an older version was put back"), ("without", without, "was changed")]
        {
            let copy = Copy::new();
            change(&copy.records(), mine, &statement);
            found_in(&copy, &format!("{label} put back {case}"), says);
            found_in(&copy, &format!("{label} put back {case}"), label);
        }
    }
    let all = [RowKind::Gate, RowKind::Rights, RowKind::Metadata, RowKind::Identity, RowKind::Credential];
    for sealed in all {
        let (kind, label) = (kind(sealed), sealed.label());
        let one = format!("rowid = (SELECT min(rowid) FROM row WHERE record = ?1 AND {kind})");

        let copy = Copy::new();
        change(&copy.records(), mine, &format!("DELETE FROM row WHERE {one}"));
        found_in(&copy, &format!("{label} deleted"), "is missing");

        let copy = Copy::new();
        let moved = format!(
            "UPDATE row SET (tag, sealed) = (SELECT tag, sealed FROM row o WHERE o.record = ?2 AND o.{kind}) \
             WHERE {one}"
        );
        change(&copy.records(), mine, &moved);
        found_in(&copy, &format!("{label} of another put here"), "was changed");

        let copy = Copy::new();
        let added = format!(
            "INSERT INTO row SELECT ?1, kind, zeroblob(16), version, tag, sealed FROM row \
             WHERE record = ?2 AND {kind} LIMIT 1"
        );
        change(&copy.records(), mine, &added);
        found_in(&copy, &format!("{label} added"), "is in no line");
    }
    // a row that leaves: where it was it is missed, where it comes it is a stranger
    let copy = Copy::new();
    let moved = format!(
        "UPDATE row SET record = ?2, row = zeroblob(16) WHERE record = ?1 AND kind = {}",
        RowKind::Credential.number()
    );
    change(&copy.records(), mine, &moved);
    let faults = copy.faults();
    let says = |record: model::RecordId, what: &str| {
        faults.iter().any(|it| it.contains(&record.to_string()) && it.contains(what))
    };
    assert!(says(mine, "is missing") && says(theirs, "is in no line"), "{faults:#?}");
}

#[test]
fn documents_changed_cut_moved_removed() {
    let mine = SCENE.mine.record;
    let one = "rowid = (SELECT min(rowid) FROM body WHERE record = ?1)";
    let cases = [
        (
            "changed",
            format!(
                "UPDATE body SET sealed = CAST(substr(sealed, 1, length(sealed) - 1) || x'00' AS BLOB) WHERE {one}"
            ),
        ),
        ("cut", format!("UPDATE body SET sealed = substr(sealed, 1, length(sealed) - 1) WHERE {one}")),
        ("emptied", format!("UPDATE body SET sealed = x'' WHERE {one}")),
        ("made longer", format!("UPDATE body SET sealed = CAST(sealed || x'00' AS BLOB) WHERE {one}")),
        ("of another version", format!("UPDATE body SET version = 2 WHERE {one}")),
        (
            "exchanged with another's",
            "UPDATE body SET sealed = (SELECT sealed FROM body o WHERE o.record = ?1 AND o.row <> body.row) \
             WHERE record = ?1"
                .to_owned(),
        ),
    ];
    for (case, statement) in cases {
        let copy = Copy::new();
        change(&copy.records(), mine, &statement);
        found_in(&copy, case, "are not what was sealed");
    }
    let copy = Copy::new();
    change(&copy.records(), mine, &format!("DELETE FROM body WHERE {one}"));
    found_in(&copy, "removed", "is missing");
    let copy = Copy::new();
    change(
        &copy.records(),
        mine,
        "INSERT INTO body SELECT record, zeroblob(16), 1, sealed FROM body WHERE record = ?1 LIMIT 1",
    );
    found_in(&copy, "added", "belongs to no document");
}

#[test]
fn objects_changed_cut_removed_exchanged() {
    let is_told = |copy: &Copy, case: &str, says: &str| {
        let faults = copy.faults();
        assert!(faults.iter().any(|it| it.contains(says)), "{case}: {faults:#?}");
    };
    let copy = Copy::new();
    let objects = copy.objects();
    assert_eq!(objects.len(), 2);
    let whole = fs::read(&objects[0]).unwrap();
    for at in [0, whole.len() / 2, whole.len() - 1] {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(&objects[0], &changed).unwrap();
        is_told(&copy, &format!("byte {at}"), "are not what was sealed");
    }
    for length in [0, 1, whole.len() / 2, whole.len() - 1] {
        fs::write(&objects[0], &whole[..length]).unwrap();
        is_told(&copy, &format!("cut at {length}"), "are not what was sealed");
    }
    fs::write(&objects[0], fs::read(&objects[1]).unwrap()).unwrap();
    is_told(&copy, "another's", "are not what was sealed");
    fs::write(&objects[0], &whole).unwrap();
    assert_eq!(copy.faults(), [""; 0]);
    fs::remove_file(&objects[0]).unwrap();
    is_told(&copy, "removed", "is missing");
}

#[test]
fn finders_pointed_elsewhere_removed_added() {
    let (mine, theirs) = (SCENE.mine.record, SCENE.theirs.record);
    for space in [1, 2, 3] {
        let copy = Copy::new();
        let conn = copy.records();
        let there: i64 =
            conn.query_row("SELECT count(*) FROM finder WHERE space = ?1", [space], |it| it.get(0)).unwrap();
        if there == 0 {
            continue;
        }
        let elsewhere = format!("UPDATE finder SET record = ?2 WHERE record = ?1 AND space = {space}");
        change(&conn, mine, &elsewhere);
        let faults = copy.faults();
        let told = format!("record {mine}: a finder that should lead to it leads to record {theirs}");
        assert!(faults.contains(&told), "space {space}: {faults:#?}");
    }
    let copy = Copy::new();
    change(&copy.records(), mine, "DELETE FROM finder WHERE record = ?1");
    found_in(&copy, "removed", "a finder that should lead to it is missing");
    let copy = Copy::new();
    change(&copy.records(), mine, "INSERT INTO finder VALUES (1, zeroblob(32), ?1)");
    found_in(&copy, "added", "a finder leads to it that is not its own");
}

#[test]
fn wrapped_keys_changed_exchanged_removed() {
    let mine = SCENE.mine.record;
    let other = "UPDATE wrapped_key SET wrapped = (SELECT wrapped FROM wrapped_key o WHERE o.record = ?2) \
         WHERE record = ?1";
    let cases = [
        ("another's", other, "its key does not open"),
        ("another epoch", "UPDATE wrapped_key SET epoch = 2 WHERE record = ?1", "its key does not open"),
        (
            "another generation",
            "UPDATE wrapped_key SET generation = 9 WHERE record = ?1",
            "its key does not open",
        ),
        ("emptied", "UPDATE wrapped_key SET wrapped = x'' WHERE record = ?1", "its key does not open"),
        ("removed", "DELETE FROM wrapped_key WHERE record = ?1", "its key is missing"),
    ];
    for (case, statement, says) in cases {
        let copy = Copy::new();
        change(&copy.keys(), mine, statement);
        found_in(&copy, case, says);
    }
}

#[test]
fn heads_exchanged_removed() {
    let mine = SCENE.mine.record;
    let copy = Copy::new();
    let other = "UPDATE head SET sealed = (SELECT sealed FROM head o WHERE o.record = ?2) WHERE record = ?1";
    change(&copy.records(), mine, other);
    found_in(&copy, "another's", "the head does not open");
    let copy = Copy::new();
    change(&copy.records(), mine, "UPDATE head SET version = version + 1 WHERE record = ?1");
    found_in(&copy, "another version", "the head does not open");
    let copy = Copy::new();
    change(&copy.records(), mine, "DELETE FROM head WHERE record = ?1");
    found_in(&copy, "removed", "in no line");
}

#[test]
fn the_log_changed() {
    let mine = SCENE.mine.record;
    let cases = [
        (
            "a leaf changed",
            "UPDATE log_node SET hash = zeroblob(32) WHERE level = 0 AND record = ?1 AND position = \
            (SELECT min(position) FROM log_node WHERE level = 0 AND record = ?1)",
        ),
        ("a leaf removed", "DELETE FROM log_node WHERE level = 0 AND position = 3 AND ?1 = ?1"),
        (
            "the last leaf removed",
            "DELETE FROM log_node WHERE level = 0 AND ?1 = ?1 AND position = \
            (SELECT max(position) FROM log_node WHERE level = 0)",
        ),
        (
            "a leaf added",
            "INSERT INTO log_node SELECT 0, max(position) + 1, zeroblob(32), ?1 FROM log_node WHERE level = 0",
        ),
        (
            "a node changed",
            "UPDATE log_node SET hash = zeroblob(32) WHERE level = 2 AND position = 0 AND ?1 = ?1",
        ),
        ("a node removed", "DELETE FROM log_node WHERE level = 1 AND position = 0 AND ?1 = ?1"),
        ("a leaf given to another", "UPDATE log_node SET record = ?1 WHERE level = 0 AND record <> ?1"),
        ("all of it removed", "DELETE FROM log_node WHERE ?1 = ?1"),
    ];
    for (case, statement) in cases {
        let copy = Copy::new();
        change(&copy.records(), mine, statement);
        let faults = copy.faults();
        let told =
            faults.iter().any(|it| it.starts_with("log") || it.contains("leaf") || it.contains("anchor"));
        assert!(told, "{case}: {faults:#?}");
    }
}

#[test]
fn an_anchor_that_cannot_be_read_or_is_forged_is_told() {
    for (case, text) in [
        ("nonsense", "nonsense\n".to_owned()),
        ("forged", {
            let copy = Copy::new();
            let lines = fs::read_to_string(copy.path().join("keys/anchor.log")).unwrap();
            let last = lines.lines().last().unwrap().to_owned();
            let middle = last.len() - 10;
            format!(
                "{}{}{}\n",
                &last[..middle],
                if &last[middle..=middle] == "A" { "B" } else { "A" },
                &last[middle + 1..]
            )
        }),
    ] {
        let copy = Copy::new();
        fs::write(copy.path().join("keys/anchor.log"), text).unwrap();
        let faults = copy.faults();
        assert!(faults.iter().any(|it| it.contains("anchor")), "{case}: {faults:#?}");
        assert!(crate::common::Node::try_at(copy.path().to_owned(), 3).is_err(), "{case}");
    }
}

/// Rows whose very shape is wrong do not end the verification: the other record is still looked at.
#[test]
fn nonsense_in_one_record_does_not_hide_the_other() {
    let (mine, theirs) = (SCENE.mine.record, SCENE.theirs.record);
    for statement in [
        "UPDATE row SET kind = 200 WHERE record = ?1 AND kind = 2",
        "UPDATE row SET version = -1 WHERE record = ?1 AND kind = 2",
        "UPDATE head SET version = -1 WHERE record = ?1",
        "UPDATE line SET leaf = -1 WHERE record = ?1 AND seq = 2",
        "UPDATE line SET seq = -seq WHERE record = ?1 AND seq = 2",
        "UPDATE body SET version = -1 WHERE record = ?1",
        "INSERT INTO row SELECT record, kind, row, version + 1, tag, sealed FROM row WHERE record = ?1 LIMIT 1",
    ] {
        let copy = Copy::new();
        change(&copy.records(), mine, statement);
        let report = verify(copy.path());
        assert!(
            report.faults.iter().any(|it| it.location.contains(&mine.to_string())),
            "{statement}: {:#?}",
            report.faults
        );
        assert!(!report.faults.iter().any(|it| it.to_string().contains(&theirs.to_string())), "{statement}");
        assert!(report.documents >= 3, "{statement}: the other's documents are read");
    }
}

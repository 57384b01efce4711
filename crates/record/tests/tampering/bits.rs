//! Single bits: whichever is flipped in whatever is stored, verify names the record (J01).

use model::RowKind;

use crate::common::verify;
use crate::scene::*;

/// One place at a time would take an hour: a bit of each place is flipped in the same round, and each must be
/// told by a sentence of its own.
#[test]
fn flipped_bits_are_found_and_named() {
    let copy = Copy::new();
    let (records, keys) = (copy.records(), copy.keys());
    let mine = SCENE.mine.record;
    let kinds = [RowKind::Gate, RowKind::Rights, RowKind::Identity, RowKind::Credential, RowKind::Metadata];
    let mut places: Vec<(&str, &str, i64, String)> = Vec::new();
    for sealed in kinds {
        // the last of its kind: of the metadata, the set's, so that the document's body is still known
        let last =
            format!("rowid = (SELECT max(o.rowid) FROM row o WHERE o.record = ?1 AND o.{})", kind(sealed));
        let row = rowid(&records, "row", &last, mine);
        places.push(("row", "sealed", row, format!("row {}", sealed.label())));
    }
    places.push(("line", "sealed", rowid(&records, "line", "seq = 2", mine), "line 2".into()));
    places.push(("body", "sealed", rowid(&records, "body", "1", mine), "the bytes of document".into()));
    places.push(("log_node", "hash", rowid(&records, "log_node", "1", mine), "leaf".into()));
    places.push(("finder", "hash", rowid(&records, "finder", "1", mine), "a finder".into()));
    let longest = 400 * 8;
    for bit in (0..29 * 8).step_by(3).chain((29 * 8..longest).step_by(127)) {
        let flipped: Vec<_> = places
            .iter()
            .filter(|(table, column, row, _)| flip(&records, table, column, *row, bit))
            .collect();
        let report = verify(copy.path());
        for (table, .., says) in &flipped {
            let told = report
                .faults
                .iter()
                .any(|it| it.to_string().contains(&mine.to_string()) && it.what.contains(says.as_str()));
            assert!(told, "bit {bit} of {table} ({says}): {:#?}", report.faults);
        }
        for (table, column, row, _) in &flipped {
            assert!(flip(&records, table, column, *row, bit));
        }
    }
    // the last bits: tags lie at the ends
    for (table, column, row, says) in &places {
        let length: u32 = records
            .query_row(&format!("SELECT length({column}) FROM {table} WHERE rowid = ?1"), [row], |it| {
                it.get(0)
            })
            .unwrap();
        for bit in (8 * length as usize - 128..8 * length as usize).step_by(23) {
            assert!(flip(&records, table, column, *row, bit));
            let report = verify(copy.path());
            assert!(report.faults.iter().any(|it| it.what.contains(says.as_str())), "bit {bit} of {table}");
            flip(&records, table, column, *row, bit);
        }
    }
    let head = rowid(&records, "head", "1", mine);
    let key = rowid(&keys, "wrapped_key", "1", mine);
    for bit in (0..61 * 8).step_by(11) {
        for (conn, table, column, row) in
            [(&records, "head", "sealed", head), (&keys, "wrapped_key", "wrapped", key)]
        {
            if flip(conn, table, column, row, bit) {
                let faults = copy.faults();
                assert!(
                    faults.iter().any(|it| it.contains(&mine.to_string())),
                    "bit {bit} of {table}: {faults:#?}"
                );
                flip(conn, table, column, row, bit);
            }
        }
    }
    assert_eq!(copy.faults(), [""; 0]);
}

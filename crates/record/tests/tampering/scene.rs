//! Two records with a history, as they were before and after it, and the hands that tamper with them. The two
//! states are made once; each case works on a copy.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use model::{Caller, EntryId, RecordId, RowKind};
use record::Target;
use rusqlite::{Connection, params};

use crate::common::*;

pub const OTHER: &str = "284057127014558";
pub const SMALL: &[u8] = b"Un premier compte rendu.";

/// A record and its three documents: two that are rows, one that is an object.
#[derive(Clone)]
pub struct One {
    pub record: RecordId,
    pub first: EntryId,
    pub large: EntryId,
    pub target: Target,
}

/// Both states, and whose records they hold.
pub struct Scene {
    pub before: tempfile::TempDir,
    pub after: tempfile::TempDir,
    pub mine: One,
    pub theirs: One,
}

pub static SCENE: LazyLock<Scene> = LazyLock::new(|| {
    let (before, after) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let node = Node::at(after.path().to_owned(), 1);
    let mine = open(&node, PATIENT, "LACOMBE-TEST", "1.2.250.1.999.10");
    let theirs = open(&node, OTHER, "MONTCLAR-TEST", "1.2.250.1.999.20");
    node.records.anchor().unwrap();
    drop(node);
    copy(after.path(), before.path());

    let node = Node::at(after.path().to_owned(), 2);
    for one in [&mine, &theirs] {
        let holder = Caller::holder(one.record);
        node.records.mask(&node.call(holder.clone()), one.record, one.first).unwrap();
        authorise_self(&node, &one.target, 0);
        node.records.confirm_attending(&node.call(holder), &one.target, &id_of(1)).unwrap();
        assert_eq!(found(&node, doctor(0), &one.target).len(), 2);
        read(&node, doctor(0), one.record, one.large).unwrap();
    }
    // a login under way: the credential has a second version
    for letter in sent(&node).iter().filter(|it| it.text.contains("Identifiant")) {
        let (login, password) = secrets(std::slice::from_ref(letter));
        let call = record::visitor(node.call(doctor(0)).request);
        node.records.begin_log_in(&call, &login, &password).unwrap();
    }
    node.records.anchor().unwrap();
    drop(node);
    assert_eq!(verify(after.path()).faults, []);
    assert_eq!(verify(before.path()).faults, []);
    Scene { before, after, mine, theirs }
});

fn open(node: &Node, number: &str, family: &str, oid: &str) -> One {
    let opened = node.records.open_record(&node.call(doctor(2)), &opening(number, family)).unwrap();
    let large = long_text(300 * 1024);
    let documents = vec![
        text_document(&format!("{oid}.1"), SMALL),
        text_document(&format!("{oid}.2"), b"Un second compte rendu, plus long que le premier."),
        text_document(&format!("{oid}.3"), &large),
    ];
    let lot = lot(number, &format!("{oid}.9"), documents);
    let fed = node.records.feed(&node.call(hospital()), &lot).unwrap().into_inner();
    let [first, _, large] = fed.documents[..] else { panic!("three documents") };
    One { record: opened.get().record, first, large, target: Target::Ins(ins(number)) }
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (entry, to) = (entry.as_ref().unwrap().path(), to.join(entry.as_ref().unwrap().file_name()));
        if entry.is_dir() {
            copy(&entry, &to);
        } else {
            fs::copy(&entry, &to).unwrap();
        }
    }
}

/// A copy of the later state, to be tampered with.
pub struct Copy {
    folder: tempfile::TempDir,
}

impl Copy {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(SCENE.after.path(), folder.path());
        Self { folder }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The records, with the earlier state beside them as `old`.
    pub fn records(&self) -> Connection {
        attached(&self.path().join("data/records.db"), &SCENE.before.path().join("data/records.db"))
    }

    pub fn keys(&self) -> Connection {
        attached(&self.path().join("keys/keys.db"), &SCENE.before.path().join("keys/keys.db"))
    }

    pub fn node(&self, seed: u64) -> Node {
        Node::at(self.path().to_owned(), seed)
    }

    /// What verify says, `where: what`.
    pub fn faults(&self) -> Vec<String> {
        verify(self.path()).faults.iter().map(ToString::to_string).collect()
    }

    /// The large documents' files.
    pub fn objects(&self) -> Vec<PathBuf> {
        let folders = fs::read_dir(self.path().join("data/objects")).unwrap().map(|it| it.unwrap().path());
        let files = folders.filter(|it| it.is_dir()).flat_map(|it| fs::read_dir(it).unwrap());
        files.map(|it| it.unwrap().path()).collect()
    }
}

fn attached(file: &Path, old: &Path) -> Connection {
    let conn = Connection::open(file).unwrap();
    conn.execute_batch("PRAGMA ignore_check_constraints = ON").unwrap();
    conn.execute("ATTACH ?1 AS old", [old.to_str().unwrap()]).unwrap();
    conn
}

/// Runs a statement about one record (`?1`) and the other (`?2`) that must change something.
pub fn change(conn: &Connection, record: RecordId, statement: &str) {
    let (one, other) = (record.as_bytes(), SCENE.theirs.record);
    let changed = match statement.contains("?2") {
        true => conn.execute(statement, params![one, other.as_bytes()]).unwrap(),
        false => conn.execute(statement, params![one]).unwrap(),
    };
    assert!(changed > 0, "nothing changed: {statement}");
}

/// Flips one bit of a blob that a query names by table, column and row.
pub fn flip(conn: &Connection, table: &str, column: &str, row: i64, bit: usize) -> bool {
    let query = format!("SELECT {column} FROM {table} WHERE rowid = ?1");
    let mut bytes: Vec<u8> = conn.query_row(&query, [row], |it| it.get(0)).unwrap();
    let Some(byte) = bytes.get_mut(bit / 8) else { return false };
    *byte ^= 1 << (bit % 8);
    conn.execute(&format!("UPDATE {table} SET {column} = ?2 WHERE rowid = ?1"), params![row, bytes]).unwrap();
    true
}

/// The rowid of the one row a condition finds.
pub fn rowid(conn: &Connection, table: &str, condition: &str, record: RecordId) -> i64 {
    let query = format!("SELECT min(rowid) FROM {table} WHERE record = ?1 AND {condition}");
    conn.query_row(&query, params![record.as_bytes()], |it| it.get(0)).unwrap()
}

pub fn kind(kind: RowKind) -> String {
    format!("kind = {}", kind.number())
}

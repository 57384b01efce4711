//! Opening a database file: settings, permissions, and the numbered steps that make its schema.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::{Fault, OpenError, engine};
use crate::objects::sync_folder;

/// How long a connection waits for another program that holds the file.
pub(crate) const WAIT: Duration = Duration::from_secs(5);

/// One kind of database: its mark in the file's header, and its steps, only ever added to.
pub(crate) struct Schema {
    pub(crate) application_id: i32,
    pub(crate) steps: &'static [&'static str],
}

pub(crate) const RECORDS: Schema = Schema {
    application_id: 0x6361_726e, // "carn"
    steps: &[
        include_str!("../migrations/sqlite/001_first.sql"),
        include_str!("../migrations/sqlite/002_used.sql"),
    ],
};

pub(crate) const KEYS: Schema = Schema {
    application_id: 0x6361_726b, // "cark"
    steps: &[include_str!("../migrations/keys/001_first.sql")],
};

/// Opens for writing; creates when absent, private to its owner, and brings the schema up to date.
pub(crate) fn open(file: &Path, schema: &Schema) -> Result<Connection, OpenError> {
    create_private(file)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut conn = Connection::open_with_flags(file, flags).map_err(engine("open the database"))?;
    settle(&conn).map_err(engine("set up the database"))?;
    check_owner(&conn, file, schema)?;
    let mode: String = conn
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .map_err(engine("set the journal mode"))?;
    if mode != "wal" {
        return Err(Fault::Engine { doing: "keep a write-ahead log here", code: 0 }.into());
    }
    conn.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;
         PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -16384;",
    )
    .map_err(engine("set up the database"))?;
    migrate(&mut conn, file, schema)?;
    if let Some(folder) = file.parent() {
        sync_folder(folder)?;
    }
    Ok(conn)
}

/// Opens for reading, beside a writer or alone.
pub(crate) fn open_reader(file: &Path, schema: &Schema) -> Result<Connection, OpenError> {
    if !file.is_file() {
        let folder = file.parent().unwrap_or(file).to_path_buf();
        return Err(OpenError::NoStore { folder });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(file, flags).map_err(engine("open the database"))?;
    settle(&conn).map_err(engine("set up a reader"))?;
    conn.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -1024;")
        .map_err(engine("set up a reader"))?;
    let (found, known) = (version(&conn)?, schema.steps.len() as u32);
    let file = file.to_path_buf();
    if application_id(&conn)? != schema.application_id {
        return Err(OpenError::Foreign { file });
    }
    match found {
        _ if found > known => Err(OpenError::Newer { file, found, known }),
        _ if found < known => Err(OpenError::Older { file, found, known }),
        _ => Ok(conn),
    }
}

/// What every connection has. Memory mapping stays off: a disk error would then kill the process by a signal
/// where an error can be answered.
fn settle(conn: &Connection) -> rusqlite::Result<()> {
    conn.busy_timeout(WAIT)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // without this, the engine prepares a statement anew whenever another record's id is bound to it
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.set_prepared_statement_cache_capacity(64);
    conn.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;")
}

fn create_private(file: &Path) -> Result<(), OpenError> {
    let refuse = |error: std::io::Error| OpenError::Path { path: file.to_path_buf(), kind: error.kind() };
    let created =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(file);
    created.map_err(refuse)?;
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).map_err(refuse)
}

fn application_id(conn: &Connection) -> Result<i32, Fault> {
    conn.query_row("PRAGMA application_id", [], |row| row.get(0)).map_err(engine("read the file's header"))
}

/// A file with tables that are not ours is left as it is.
fn check_owner(conn: &Connection, file: &Path, schema: &Schema) -> Result<(), OpenError> {
    let tables: i64 = conn
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(engine("read the schema"))?;
    if tables > 0 && application_id(conn)? != schema.application_id {
        return Err(OpenError::Foreign { file: file.to_path_buf() });
    }
    Ok(())
}

/// How many steps the file has been through.
fn version(conn: &Connection) -> Result<u32, Fault> {
    let known: bool = conn
        .query_row("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'meta'", [], |row| {
            row.get(0)
        })
        .map_err(engine("read the schema"))?;
    if !known {
        return Ok(0);
    }
    let text: String = conn
        .query_row("SELECT value FROM meta WHERE name = 'schema'", [], |row| row.get(0))
        .map_err(engine("read the schema's version"))?;
    text.parse().map_err(|_| Fault::Damaged { what: "the schema's version", place: "table meta".into() })
}

/// Each step with its number in one transaction: a crash leaves the step done or not begun (abuse case K10).
fn migrate(conn: &mut Connection, file: &Path, schema: &Schema) -> Result<(), OpenError> {
    let (found, known) = (version(conn)?, schema.steps.len() as u32);
    if found > known {
        return Err(OpenError::Newer { file: file.to_path_buf(), found, known });
    }
    for (step, number) in schema.steps.iter().zip(1_u32..).skip(found as usize) {
        let migration = engine("migrate");
        let transaction = conn.transaction().map_err(&migration)?;
        transaction.execute_batch(step).map_err(&migration)?;
        transaction
            .execute(
                "INSERT INTO meta (name, value) VALUES ('schema', ?1)
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                [number.to_string()],
            )
            .map_err(&migration)?;
        transaction.pragma_update(None, "application_id", schema.application_id).map_err(&migration)?;
        transaction.commit().map_err(&migration)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    /// Every table and index as declared, without comments and spacing.
    fn declared(conn: &Connection) -> Vec<(String, String, String)> {
        let mut statement = conn
            .prepare("SELECT type, name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name")
            .unwrap();
        let rows =
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?))).unwrap();
        rows.map(|row| {
            let (kind, name, sql): (String, String, String) = row.unwrap();
            let sql: String = sql.lines().map(|line| line.split("--").next().unwrap_or("")).collect();
            (kind, name, sql.split_whitespace().collect::<Vec<_>>().concat())
        })
        .collect()
    }

    #[test]
    fn the_sum_of_the_steps_is_the_declared_schema() {
        for (schema, whole) in [
            (RECORDS, include_str!("../migrations/sqlite/schema.sql")),
            (KEYS, include_str!("../migrations/keys/schema.sql")),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let migrated = open(&folder.path().join("a.db"), &schema).unwrap();
            let at_once = Connection::open_in_memory().unwrap();
            at_once.execute_batch(whole).unwrap();
            assert_eq!(declared(&migrated), declared(&at_once));
            assert!(declared(&migrated).len() > 2);
        }
    }

    #[test]
    fn every_step_file_is_run() {
        for (schema, folder) in [(RECORDS, "migrations/sqlite"), (KEYS, "migrations/keys")] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
            let names =
                fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
            let numbered =
                names.filter(|name| name.starts_with(|first: char| first.is_ascii_digit())).count();
            assert_eq!(numbered, schema.steps.len());
        }
    }

    #[test]
    fn a_newer_or_foreign_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let newer = folder.path().join("newer.db");
        open(&newer, &RECORDS).unwrap().execute("UPDATE meta SET value = '99'", []).unwrap();
        assert!(matches!(open(&newer, &RECORDS), Err(OpenError::Newer { found: 99, .. })));
        assert!(matches!(open_reader(&newer, &RECORDS), Err(OpenError::Newer { found: 99, .. })));

        let foreign = folder.path().join("foreign.db");
        Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE theirs (a)").unwrap();
        assert!(matches!(open(&foreign, &RECORDS), Err(OpenError::Foreign { .. })));
        assert!(matches!(open(&folder.path().join("newer.db"), &KEYS), Err(OpenError::Foreign { .. })));
    }
}

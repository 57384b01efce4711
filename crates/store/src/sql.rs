//! Every statement of the record database, in one place, so that a DBA reads them at one sitting, a test
//! asks the engine how it answers each (no scan on the hot path), and another engine has one file to match.

/// How a statement may be answered.
#[cfg(test)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Plan {
    /// By an index alone: on the way of requests.
    Index,
    /// May walk a whole table: only for `verify`, reports and start.
    Walk,
}

macro_rules! statements {
    ($($plan:ident $name:ident = $sql:literal;)*) => {
        $(pub(crate) const $name: &str = $sql;)*

        #[cfg(test)]
        pub(crate) const ALL: &[(&str, Plan, &str)] = &[$((stringify!($name), Plan::$plan, $sql)),*];
    };
}

statements! {
    // reading one record
    Index HEAD = "SELECT version, sealed FROM head WHERE record = ?1";
    Index ROW = "SELECT kind, row, version, tag, sealed FROM row WHERE record = ?1 AND kind = ?2 AND row = ?3";
    Index ROWS = "SELECT kind, row, version, tag, sealed FROM row WHERE record = ?1 AND kind = ?2 ORDER BY row";
    Index PAIRS = "SELECT a.kind, a.row, a.version, a.tag, a.sealed, b.kind, b.row, b.version, b.tag, b.sealed \
                   FROM row a CROSS JOIN row b ON b.record = a.record AND b.kind = ?3 AND b.row = a.row \
                   WHERE a.record = ?1 AND a.kind = ?2 ORDER BY a.row";
    Index MARKS = "SELECT kind, row, version, tag FROM row WHERE record = ?1 ORDER BY kind, row";
    Index LINES = "SELECT seq, leaf, sealed FROM line WHERE record = ?1 AND seq >= ?2 ORDER BY seq LIMIT ?3";
    Index LAST_LINES = "SELECT seq, leaf, sealed FROM line WHERE record = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3";
    Index LAST_SEQ = "SELECT seq, leaf FROM line WHERE record = ?1 ORDER BY seq DESC LIMIT 1";
    Index LINE_LEAF = "SELECT leaf FROM line WHERE record = ?1 AND seq = ?2";
    Index BODY = "SELECT version, sealed FROM body WHERE record = ?1 AND row = ?2";
    Index BODIES = "SELECT row, version FROM body WHERE record = ?1 ORDER BY row";
    Index BODY_VERSION = "SELECT version FROM body WHERE record = ?1 AND row = ?2";
    Index FIND = "SELECT record FROM finder WHERE space = ?1 AND hash = ?2";
    Index JOB = "SELECT 1 FROM job WHERE record = ?1 AND id = ?2";

    // the log
    Index LAST_LEAF = "SELECT position FROM log_node WHERE level = 0 ORDER BY position DESC LIMIT 1";
    Index LOG_NODE = "SELECT hash FROM log_node WHERE level = ?1 AND position = ?2";
    Index LEAF = "SELECT position, hash, record FROM log_node WHERE level = 0 AND position = ?1";
    Index LEAVES = "SELECT position, hash, record FROM log_node WHERE level = 0 AND position >= ?1 \
                    ORDER BY position LIMIT ?2";

    // jobs
    Index DUE_JOBS = "SELECT record, id, kind, due, sealed FROM job WHERE ready <= ?1 ORDER BY ready LIMIT ?2";
    Index PARKED_JOBS = "SELECT record, id, kind, due, sealed FROM job WHERE ready >= ?1 ORDER BY ready LIMIT ?2";
    Index PARKED_JOBS_OF = "SELECT record, id, kind, due, sealed FROM job WHERE record = ?1 AND due >= ?2";
    Index LEASE_JOB = "UPDATE job SET ready = ?3 WHERE record = ?1 AND id = ?2";

    // what may be used once
    Index USE = "INSERT INTO used (hash, until) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    Index USED_SWEEP = "DELETE FROM used WHERE hash IN (SELECT hash FROM used WHERE until < ?1 ORDER BY until LIMIT ?2)";

    // writing one record; each changes exactly one row, or the version there was another
    Index HEAD_FIRST = "INSERT INTO head (record, version, sealed) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    Index HEAD_NEXT = "UPDATE head SET version = ?2, sealed = ?3 WHERE record = ?1 AND version = ?2 - 1";
    Index ROW_FIRST = "INSERT INTO row (record, kind, row, version, tag, sealed) SELECT ?1, ?2, ?3, ?4, ?5, ?6 \
                       WHERE NOT EXISTS (SELECT 1 FROM row WHERE record = ?1 AND kind = ?2 AND row = ?3)";
    Index ROW_NEXT = "UPDATE row SET version = ?4, tag = ?5, sealed = ?6 \
                      WHERE record = ?1 AND kind = ?2 AND row = ?3 AND version = ?4 - 1";
    Index ROW_REMOVE = "DELETE FROM row WHERE record = ?1 AND kind = ?2 AND row = ?3";
    Index BODY_FIRST = "INSERT INTO body (record, row, version, sealed) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    Index BODY_NEXT = "UPDATE body SET version = ?3, sealed = ?4 WHERE record = ?1 AND row = ?2 AND version = ?3 - 1";
    Index BODY_REMOVE = "DELETE FROM body WHERE record = ?1 AND row = ?2";
    Index LINE_ADD = "INSERT INTO line (record, seq, leaf, sealed) VALUES (?1, ?2, ?3, ?4)";
    Index LOG_ADD = "INSERT INTO log_node (level, position, hash, record) VALUES (?1, ?2, ?3, ?4)";
    Index CLAIM = "INSERT INTO finder (space, hash, record) VALUES (?1, ?2, ?3)";
    Index RELEASE = "DELETE FROM finder WHERE space = ?1 AND hash = ?2 AND record = ?3";
    Index JOB_ADD = "INSERT INTO job (record, id, kind, due, ready, sealed) VALUES (?1, ?2, ?3, ?4, ?4, ?5)";
    Index JOB_DONE = "DELETE FROM job WHERE record = ?1 AND id = ?2";
    Index LEAVES_OF = "SELECT leaf FROM line WHERE record = ?1 ORDER BY seq";

    // what is due by time; asked for by the worker, which walks what is due and nothing else
    Index DUE_JOBS_OF = "SELECT record, id, kind, due, sealed FROM job WHERE ready <= ?2 AND kind = ?1 \
                         ORDER BY ready LIMIT ?3";

    // ending a record: its leaves belong to nobody, and nothing else of it stays
    Index DESTROY_LEAVES = "UPDATE log_node SET record = NULL WHERE level = 0 \
                            AND position IN (SELECT leaf FROM line WHERE record = ?1) AND record = ?1";
    Index DESTROY_ROWS = "DELETE FROM row WHERE record = ?1";
    Index DESTROY_BODIES = "DELETE FROM body WHERE record = ?1";
    Index DESTROY_LINES = "DELETE FROM line WHERE record = ?1";
    Index DESTROY_JOBS = "DELETE FROM job WHERE record = ?1";
    Walk DESTROY_FINDERS = "DELETE FROM finder WHERE record = ?1";
    Index DESTROY_HEAD = "DELETE FROM head WHERE record = ?1";
    Index COUNT = "INSERT INTO counter (name, value) VALUES (?1, ?2) \
                   ON CONFLICT (name) DO UPDATE SET value = value + excluded.value";

    // listings; rows of a wrong shape are left out here and told by the integrity check
    Index RECORDS = "SELECT record FROM head WHERE record > ?1 AND length(record) = 16 ORDER BY record LIMIT ?2";
    Index FINDERS = "SELECT space, hash, record FROM finder WHERE (space, hash) > (?1, ?2) \
                     AND space BETWEEN 1 AND 5 AND length(hash) = 32 AND length(record) = 16 \
                     ORDER BY space, hash LIMIT ?3";
    Walk COUNTERS = "SELECT name, value FROM counter ORDER BY name";
    // the engine's own check passes over CHECK constraints on a connection that only reads, hence these
    Walk SHAPES = "\
        SELECT 'head', count(*) FROM head WHERE length(record) <> 16 OR version < 1 UNION ALL \
        SELECT 'row', count(*) FROM row WHERE length(record) <> 16 OR length(row) <> 16 OR version < 1 \
            OR kind NOT BETWEEN 1 AND 255 OR length(tag) <> 16 UNION ALL \
        SELECT 'line', count(*) FROM line WHERE length(record) <> 16 OR seq < 1 OR leaf < 0 UNION ALL \
        SELECT 'body', count(*) FROM body WHERE length(record) <> 16 OR length(row) <> 16 OR version < 1 UNION ALL \
        SELECT 'finder', count(*) FROM finder WHERE length(record) <> 16 OR length(hash) <> 32 \
            OR space NOT BETWEEN 1 AND 5 UNION ALL \
        SELECT 'log_node', count(*) FROM log_node WHERE length(hash) <> 32 OR length(record) <> 16 \
            OR level NOT BETWEEN 0 AND 62 OR position < 0 UNION ALL \
        SELECT 'job', count(*) FROM job WHERE length(record) <> 16 OR length(id) <> 16 \
            OR kind NOT BETWEEN 0 AND 255";
    Walk INTEGRITY = "PRAGMA integrity_check(100)";
    Walk PIN = "SELECT value FROM meta WHERE name = 'schema'";
}

/// In this order: the leaves are known by the lines.
pub(crate) const DESTROY: [&str; 7] = [
    DESTROY_LEAVES,
    DESTROY_ROWS,
    DESTROY_BODIES,
    DESTROY_LINES,
    DESTROY_JOBS,
    DESTROY_FINDERS,
    DESTROY_HEAD,
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use rusqlite::Connection;

    fn plan(conn: &Connection, sql: &str) -> Vec<String> {
        let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        // unbound parameters are null, which the planner does not look at
        let mut rows = statement.raw_query();
        let mut steps = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            steps.push(row.get::<_, String>(3).unwrap());
        }
        steps
    }

    #[test]
    fn the_hot_path_never_walks_a_table() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(include_str!("../migrations/sqlite/schema.sql")).unwrap();
        for (name, expected, sql) in ALL {
            let steps = plan(&conn, sql);
            let walks = steps.iter().any(|step| {
                (step.contains("SCAN") && !step.contains("SCAN CONSTANT ROW"))
                    || step.contains("USE TEMP B-TREE")
            });
            if *expected == Plan::Index {
                assert!(!walks, "{name}: {steps:?}");
            }
        }
        assert!(plan(&conn, "SELECT sealed FROM row ORDER BY tag").iter().any(|step| step.contains("SCAN")));
    }

    #[test]
    fn marks_are_read_from_the_index_alone() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(include_str!("../migrations/sqlite/schema.sql")).unwrap();
        let steps = plan(&conn, MARKS);
        assert!(steps.iter().all(|step| step.contains("COVERING INDEX")), "{steps:?}");
    }
}

-- The declared schema: what the sum of the numbered steps must give (a test holds it). Read this, run those.
-- Nothing here is readable: ids are random, hashes are keyed, everything else is sealed.

CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,                                      -- what is said of the store, e.g. 'schema'
    value TEXT NOT NULL                                                   -- and what it is, e.g. '1'
) STRICT;

CREATE TABLE head (
    record  BLOB    NOT NULL PRIMARY KEY CHECK (length(record) = 16),     -- the record: a random id
    version INTEGER NOT NULL CHECK (version >= 1),                        -- +1 at each commit of the record
    sealed  BLOB    NOT NULL CHECK (length(sealed) <= 4194304)            -- chain, digest, state version: sealed
) STRICT;

-- The key holds version and tag although (record, kind, row) is what must be unique: reading every mark of a
-- record, which each opening of it does, is then answered by the index alone. Uniqueness is held by the writer,
-- which puts version v only over version v-1.
CREATE TABLE row (
    record  BLOB    NOT NULL CHECK (length(record) = 16),                 -- the record it belongs to
    kind    INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 255),              -- what kind of thing (model::RowKind)
    row     BLOB    NOT NULL CHECK (length(row) = 16),                    -- its id inside the record
    version INTEGER NOT NULL CHECK (version >= 1),                        -- 1, then one more at each writing
    tag     BLOB    NOT NULL CHECK (length(tag) = 16),                    -- its authentication tag
    sealed  BLOB    NOT NULL CHECK (length(sealed) <= 4194304),           -- the thing itself, sealed
    PRIMARY KEY (record, kind, row, version, tag)
) STRICT;

CREATE TABLE line (
    record BLOB    NOT NULL CHECK (length(record) = 16),                  -- the record traced
    seq    INTEGER NOT NULL CHECK (seq >= 1),                             -- 1, 2, 3… without a gap in the record
    leaf   INTEGER NOT NULL CHECK (leaf >= 0),                            -- the leaf of the log its commit added
    sealed BLOB    NOT NULL CHECK (length(sealed) <= 4194304),            -- the trace line, sealed
    PRIMARY KEY (record, seq)
) STRICT;

CREATE TABLE body (
    record  BLOB    NOT NULL CHECK (length(record) = 16),                 -- the record it belongs to
    row     BLOB    NOT NULL CHECK (length(row) = 16),                    -- the document's row
    version INTEGER NOT NULL CHECK (version >= 1),                        -- 1, then one more at each sealing
    sealed  BLOB    NOT NULL CHECK (length(sealed) <= 266240),            -- a document's bytes, sealed (256 kB and its seal)
    PRIMARY KEY (record, row)
) STRICT;

CREATE TABLE finder (
    space  INTEGER NOT NULL CHECK (space BETWEEN 1 AND 255),              -- what the hash is of (store::Space)
    hash   BLOB    NOT NULL CHECK (length(hash) = 32),                    -- keyed hash of an identifier
    record BLOB    NOT NULL CHECK (length(record) = 16),                  -- a hint: the record that holds it
    PRIMARY KEY (space, hash)
) STRICT;

CREATE TABLE log_node (
    level    INTEGER NOT NULL CHECK (level BETWEEN 0 AND 62),             -- 0 for a leaf, above it the complete subtrees
    position INTEGER NOT NULL CHECK (position >= 0),                      -- from the left, gap-free at level 0
    hash     BLOB    NOT NULL CHECK (length(hash) = 32),                  -- a salted hash: says nothing of the record
    record   BLOB    CHECK (record IS NULL OR (length(record) = 16 AND level = 0)), -- whose commit added the leaf; null above, or once destroyed
    PRIMARY KEY (level, position)
) STRICT;

CREATE TABLE job (
    record BLOB    NOT NULL CHECK (length(record) = 16),                  -- the record whose commit asked for it
    id     BLOB    NOT NULL CHECK (length(id) = 16),                      -- its id inside the record
    kind   INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 255),               -- who does it
    due    INTEGER NOT NULL,                                              -- from when, milliseconds, rounded by the caller
    ready  INTEGER NOT NULL,                                              -- due, or the end of the lease that holds it
    sealed BLOB    NOT NULL CHECK (length(sealed) <= 4194304),            -- what to do, sealed
    PRIMARY KEY (record, id)
) STRICT;

CREATE INDEX job_ready ON job (ready);

CREATE TABLE counter (
    name  TEXT    NOT NULL PRIMARY KEY CHECK (length(name) <= 200),       -- what is counted, about nobody
    value INTEGER NOT NULL                                                -- how many
) STRICT;

CREATE TABLE used (
    hash  BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),         -- hash of what may be used once
    until INTEGER NOT NULL                                                -- when it may be forgotten, milliseconds, rounded by the caller
) STRICT;

CREATE INDEX used_until ON used (until);

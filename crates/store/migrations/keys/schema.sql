-- The declared schema: what the sum of the numbered steps must give (a test holds it). Read this, run those.

CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,                                      -- what is said of the store, e.g. 'schema'
    value TEXT NOT NULL                                                   -- and what it is, e.g. '1'
) STRICT;

CREATE TABLE wrapped_key (
    record     BLOB    NOT NULL PRIMARY KEY CHECK (length(record) = 16),  -- the record it opens
    epoch      INTEGER NOT NULL CHECK (epoch BETWEEN 0 AND 4294967295),   -- which key of the record
    generation INTEGER NOT NULL CHECK (generation BETWEEN 0 AND 4294967295), -- which key-encryption key wraps it
    wrapped    BLOB    NOT NULL CHECK (length(wrapped) <= 4096)           -- the key, wrapped
) STRICT;

-- What may be used once: the assertions callers came with. Kept until they are refused for their age alone.

CREATE TABLE used (
    hash  BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),         -- hash of what may be used once
    until INTEGER NOT NULL                                                -- when it may be forgotten, milliseconds, rounded by the caller
) STRICT;

CREATE INDEX used_until ON used (until);

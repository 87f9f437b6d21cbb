-- +goose Up

-- What this file is, drawn at its making: a log that a crash left belongs to it, or to another.
CREATE TABLE file (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id BLOB NOT NULL,
    mark BLOB NOT NULL, -- drawn anew by each write
    mark_before BLOB NOT NULL, -- the write before drew it
    head BLOB NOT NULL -- of the journal: SHA-256 of the file's id with the number and the hash of the last line
) STRICT;
INSERT INTO file (one, id, mark, mark_before, head) VALUES (1, randomblob(16), randomblob(16), zeroblob(16), zeroblob(32));

-- Holds a row while many rows are loaded at once, never when that is committed: the rules that a trigger checks row by row stand aside, and are checked
-- once, over all rows (db.Tx.Load).
CREATE TABLE loading (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    since INTEGER NOT NULL -- the instant of the transaction
) STRICT;

-- The firm: the practice or the company that runs Habilis. One row.
CREATE TABLE firm (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
    registry TEXT NOT NULL,
    sirene_key TEXT NOT NULL,
    idle_minutes INTEGER NOT NULL CHECK (idle_minutes BETWEEN 1 AND 30),
    sample INTEGER NOT NULL CHECK (sample IN (0, 1)),
    sample_phrase TEXT NOT NULL DEFAULT '' CHECK (sample = 1 OR sample_phrase = ''),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

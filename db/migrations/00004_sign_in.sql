-- +goose Up

-- The sealed identity of a sign-in: an age X25519 identity under argon2id(passphrase). The passphrase is right iff it opens.
CREATE TABLE sign_ins (
    user_id INTEGER PRIMARY KEY REFERENCES users (id),
    salt BLOB NOT NULL,
    memory_kib INTEGER NOT NULL,
    passes INTEGER NOT NULL,
    lanes INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    sealed BLOB NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

-- What failed at the door, for every address that was typed: a restart ends no delay, nor tells which addresses are known. The window counts for itself:
-- strangers at browsers hold nobody up there.
CREATE TABLE attempts (
    account BLOB NOT NULL, -- SHA-256 of the address
    place TEXT NOT NULL,
    failures INTEGER NOT NULL,
    wait_ms INTEGER NOT NULL,
    waited_at INTEGER NOT NULL,
    PRIMARY KEY (account, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_waited ON attempts (waited_at);

-- The browsers at which somebody entered: strangers hold nobody up there either.
CREATE TABLE browsers (
    user_id INTEGER NOT NULL REFERENCES users (id),
    place TEXT NOT NULL, -- SHA-256 of what the browser keeps
    entered_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, place)
) STRICT, WITHOUT ROWID;

-- A code that lets an invited person choose a passphrase; only its hash is kept.
CREATE TABLE activations (
    user_id INTEGER PRIMARY KEY REFERENCES users (id),
    code_hash BLOB NOT NULL,
    shown_to INTEGER REFERENCES users (id), -- who was shown it
    line INTEGER NOT NULL, -- of the journal
    expires_at INTEGER NOT NULL
) STRICT;

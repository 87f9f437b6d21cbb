-- +goose Up

-- Accounts. same_as links the accounts of one person; contact_email is empty where it is the address of sign-in; uid is a UUIDv7, unique
-- by its making.
CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    uid BLOB NOT NULL,
    email TEXT NOT NULL, -- in lower case
    contact_email TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    phone TEXT NOT NULL,
    kind TEXT NOT NULL,
    pigp INTEGER NOT NULL CHECK (pigp IN (0, 1)),
    language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
    sign_in TEXT NOT NULL,
    same_as INTEGER REFERENCES users (id),
    created_at INTEGER NOT NULL,
    last_sign_in_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_by_email ON users (email);
CREATE INDEX users_by_name ON users (name_key); -- and then the id, as every index
CREATE INDEX users_by_same_as ON users (same_as) WHERE same_as IS NOT NULL;

CREATE TABLE user_states (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    state TEXT NOT NULL CHECK (state IN ('active', 'disabled')),
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    opened_by INTEGER NOT NULL,
    CHECK (until_at >= from_at)
) STRICT;
CREATE INDEX user_states_by_user ON user_states (user_id);
CREATE INDEX user_states_disabled ON user_states (until_at, from_at) WHERE state = 'disabled';

CREATE VIRTUAL TABLE user_search USING fts5(
    words, content='', contentless_delete=1, detail=none, prefix='2 3', tokenize='unicode61 remove_diacritics 2'
);

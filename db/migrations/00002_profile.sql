-- +goose Up

-- Families of profiles and whether the firm uses them.
CREATE TABLE families (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    in_use INTEGER NOT NULL CHECK (in_use IN (0, 1))
) STRICT;

CREATE TABLE profiles (
    id INTEGER PRIMARY KEY,
    family_id INTEGER NOT NULL REFERENCES families (id),
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    audience TEXT NOT NULL,
    fixed INTEGER NOT NULL CHECK (fixed IN (0, 1)),
    version INTEGER NOT NULL,
    UNIQUE (family_id, key)
) STRICT;

-- What a profile contains, over a period. permissions: "permission=value" pairs separated by spaces, stated ones only;
-- value is all, own, option or option-own.
CREATE TABLE profile_contents (
    id INTEGER PRIMARY KEY,
    profile_id INTEGER NOT NULL REFERENCES profiles (id),
    permissions TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    opened_by INTEGER NOT NULL,
    CHECK (until_at >= from_at)
) STRICT;
CREATE INDEX profile_contents_by_profile ON profile_contents (profile_id, from_at);

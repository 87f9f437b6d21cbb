-- +goose Up

-- What the official list of registered platforms says, as the firm last pasted it.
CREATE TABLE registered_platforms (
    matricule TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    state TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A contract of services between a platform and a client structure: what the platform may do for it, between two days. powers are separated
-- by spaces. until_on is empty while it has no end.
CREATE TABLE contracts (
    id INTEGER PRIMARY KEY,
    uid BLOB NOT NULL,
    platform_id INTEGER NOT NULL REFERENCES structures (id),
    client_id INTEGER NOT NULL REFERENCES structures (id),
    reference TEXT NOT NULL,
    powers TEXT NOT NULL,
    from_on TEXT NOT NULL,
    until_on TEXT NOT NULL,
    opened_by INTEGER NOT NULL,
    ended_by INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX contracts_by_platform ON contracts (platform_id, from_on);
CREATE INDEX contracts_by_client ON contracts (client_id, from_on);

-- +goose Up

-- Structures, whole. first_name and last_name: of a particulier. mandate: the billing mandate, holder and days. responsible: who answers requests:
-- the principal manager, the firm, or a user (responsible_id). moa: whether a project owner takes part in works invoices. registration: a
-- platform's. sign: the enseigne, which tells the establishments of one unit apart. found_by: what a search finds the structure by; found_as: what of
-- it finds it for one who sees its identity only. cancelled_at: the creation was cancelled; its identifier is free again. active and managed follow structure_states and principals, for lists.
CREATE TABLE structures (
    id INTEGER PRIMARY KEY,
    uid BLOB NOT NULL,
    sphere TEXT NOT NULL,
    identifier_type TEXT NOT NULL,
    identifier TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    label TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    address1 TEXT NOT NULL,
    address2 TEXT NOT NULL,
    address3 TEXT NOT NULL,
    postcode TEXT NOT NULL,
    town TEXT NOT NULL,
    town_key TEXT NOT NULL,
    country TEXT NOT NULL,
    vat TEXT NOT NULL,
    rcs TEXT NOT NULL,
    activity TEXT NOT NULL,
    activity_list TEXT NOT NULL,
    legal_category TEXT NOT NULL,
    verdict TEXT NOT NULL,
    verdict_reason TEXT NOT NULL,
    verdict_source TEXT NOT NULL,
    verified_at INTEGER NOT NULL,
    closed_on TEXT NOT NULL,
    partial_diffusion INTEGER NOT NULL CHECK (partial_diffusion IN (0, 1)),
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    label_key TEXT NOT NULL DEFAULT '',
    first_name TEXT NOT NULL DEFAULT '',
    last_name TEXT NOT NULL DEFAULT '',
    pacage TEXT NOT NULL DEFAULT '',
    technical_account TEXT NOT NULL DEFAULT '',
    connections TEXT NOT NULL DEFAULT '',
    mandate_holder TEXT NOT NULL DEFAULT '',
    mandate_from TEXT NOT NULL DEFAULT '',
    mandate_until TEXT NOT NULL DEFAULT '',
    responsible TEXT NOT NULL DEFAULT 'principal',
    responsible_id INTEGER REFERENCES users (id),
    edi INTEGER NOT NULL DEFAULT 0 CHECK (edi IN (0, 1)),
    code_required INTEGER NOT NULL DEFAULT 0 CHECK (code_required IN (0, 1)),
    commitment_required INTEGER NOT NULL DEFAULT 0 CHECK (commitment_required IN (0, 1)),
    commitment_or_code INTEGER NOT NULL DEFAULT 0 CHECK (commitment_or_code IN (0, 1)),
    payment_hidden INTEGER NOT NULL DEFAULT 0 CHECK (payment_hidden IN (0, 1)),
    moa TEXT NOT NULL DEFAULT 'none',
    registration TEXT NOT NULL DEFAULT '',
    predecessor_id INTEGER REFERENCES structures (id),
    cancelled_at INTEGER NOT NULL DEFAULT 0,
    sign TEXT NOT NULL DEFAULT '',
    activity_2025 TEXT NOT NULL DEFAULT '',
    found_by TEXT NOT NULL DEFAULT '',
    found_as TEXT NOT NULL DEFAULT '',
    active INTEGER NOT NULL DEFAULT 0 CHECK (active IN (0, 1)),
    managed INTEGER NOT NULL DEFAULT 0 CHECK (managed IN (0, 1))
) STRICT;

CREATE TABLE structure_states (
    id INTEGER PRIMARY KEY,
    structure_id INTEGER NOT NULL REFERENCES structures (id),
    state TEXT NOT NULL CHECK (state IN ('active', 'inactive')),
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    opened_by INTEGER NOT NULL,
    CHECK (until_at >= from_at)
) STRICT;
CREATE INDEX structure_states_by_structure ON structure_states (structure_id);

-- Search: accents and case aside, by the first letters of each word.
CREATE VIRTUAL TABLE structure_search USING fts5(
    words, content='', contentless_delete=1, detail=none, prefix='2 3', tokenize='unicode61 remove_diacritics 2'
);
CREATE UNIQUE INDEX structures_identity ON structures (identifier_type, identifier) WHERE cancelled_at = 0;
CREATE INDEX structures_by_responsible ON structures (responsible_id) WHERE responsible_id IS NOT NULL;
CREATE UNIQUE INDEX structures_by_predecessor ON structures (predecessor_id) WHERE predecessor_id IS NOT NULL;

-- +goose StatementBegin
CREATE TRIGGER structure_states_are_followed_on_insert AFTER INSERT ON structure_states
WHEN NOT EXISTS (SELECT 1 FROM loading) BEGIN
    UPDATE structures SET active = (NEW.state = 'active')
    WHERE id = NEW.structure_id AND NEW.until_at = 253402300799999 AND active <> (NEW.state = 'active');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER structure_states_are_followed_on_update AFTER UPDATE OF until_at ON structure_states WHEN NEW.until_at < 253402300799999 BEGIN
    UPDATE structures SET active = 0 WHERE id = NEW.structure_id AND active = 1;
END;
-- +goose StatementEnd

-- Orders and filters of the list: each order with the id behind it, each filter with the default order behind it, and whether the creation was
-- cancelled, so that a page is found without reading a row. Filters that let few rows through hold the other orders too.
CREATE INDEX structures_by_name ON structures (name_key, id, cancelled_at);
CREATE INDEX structures_by_identifier ON structures (identifier, id, cancelled_at);
CREATE INDEX structures_by_town ON structures (town_key, id, cancelled_at);
CREATE INDEX structures_by_label ON structures (label_key, id, cancelled_at);
CREATE INDEX structures_by_type ON structures (identifier_type, name_key, id, cancelled_at);
CREATE INDEX structures_by_sphere ON structures (sphere, name_key, id, cancelled_at);
CREATE INDEX structures_by_state ON structures (active, name_key, id, cancelled_at);
CREATE INDEX structures_unmanaged ON structures (name_key, id, town_key, label_key, identifier, active, managed, cancelled_at) WHERE managed = 0;
CREATE INDEX structures_closed ON structures (name_key, id, town_key, label_key, identifier, active, verdict, cancelled_at) WHERE verdict = 'closed';
CREATE INDEX structures_to_verify ON structures (name_key, id, town_key, label_key, identifier, active, verdict, cancelled_at)
WHERE verdict IN ('unknown', 'unverifiable');

-- What counts need, and nothing else.
CREATE INDEX structures_traits ON structures (cancelled_at, active, sphere, identifier_type, verdict, managed, id);

-- Identifiers that a structure had before: a provisional one, until its SIRET came.
CREATE TABLE former_identifiers (
    id INTEGER PRIMARY KEY,
    structure_id INTEGER NOT NULL REFERENCES structures (id),
    identifier_type TEXT NOT NULL,
    identifier TEXT NOT NULL,
    until_at INTEGER NOT NULL
) STRICT;
CREATE INDEX former_identifiers_by_structure ON former_identifiers (structure_id, until_at);
CREATE INDEX former_identifiers_by_identifier ON former_identifiers (identifier, structure_id);

-- Labels (étiquettes), for groups of structures. Each spelling is a label of its own, so that none tells how somebody else wrote one that is hidden;
-- filters take them together.
CREATE TABLE labels (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    name_key TEXT NOT NULL
) STRICT;
CREATE INDEX labels_by_key ON labels (name_key);

CREATE TABLE structure_labels (
    label_id INTEGER NOT NULL REFERENCES labels (id),
    structure_id INTEGER NOT NULL REFERENCES structures (id),
    PRIMARY KEY (label_id, structure_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX structure_labels_by_structure ON structure_labels (structure_id);

-- Search by any part of a name, label, town or identifier, three letters or more.
CREATE VIRTUAL TABLE structure_parts USING fts5(
    parts, content='', contentless_delete=1, detail=none, tokenize='trigram'
);

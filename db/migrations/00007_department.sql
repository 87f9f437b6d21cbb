-- +goose Up

CREATE TABLE departments (
    id INTEGER PRIMARY KEY,
    uid BLOB NOT NULL,
    structure_id INTEGER NOT NULL REFERENCES structures (id),
    code TEXT NOT NULL,
    code_key TEXT NOT NULL,
    label TEXT NOT NULL,
    description TEXT NOT NULL,
    address TEXT NOT NULL,
    phone TEXT NOT NULL,
    commitment_required INTEGER NOT NULL CHECK (commitment_required IN (0, 1)),
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (structure_id, code_key)
) STRICT;

-- state is the manager's switch; validity the dates between which the department works. It is active when both say so.
CREATE TABLE department_states (
    id INTEGER PRIMARY KEY,
    department_id INTEGER NOT NULL REFERENCES departments (id),
    state TEXT NOT NULL CHECK (state IN ('active', 'inactive')),
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    opened_by INTEGER NOT NULL,
    CHECK (until_at >= from_at)
) STRICT;
CREATE INDEX department_states_by_department ON department_states (department_id);

CREATE TABLE department_validities (
    id INTEGER PRIMARY KEY,
    department_id INTEGER NOT NULL REFERENCES departments (id),
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    opened_by INTEGER NOT NULL,
    CHECK (until_at >= from_at)
) STRICT;
CREATE INDEX department_validities_by_department ON department_validities (department_id);

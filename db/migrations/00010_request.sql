-- +goose Up

-- A request stores the Change that its approval runs. closed: its object has gone. One who cannot see a structure names it by an identifier, and a
-- department by its code: they are kept as they were typed, whether there is such a structure or not, and are looked for again at the decision.
CREATE TABLE requests (
    id INTEGER PRIMARY KEY,
    uid BLOB NOT NULL,
    state TEXT NOT NULL,
    subject TEXT NOT NULL,
    change_kind TEXT NOT NULL,
    change_input TEXT NOT NULL,
    beneficiary_id INTEGER NOT NULL REFERENCES users (id),
    requester_id INTEGER NOT NULL REFERENCES users (id),
    typed_by INTEGER NOT NULL REFERENCES users (id),
    structure_id INTEGER REFERENCES structures (id),
    department_id INTEGER REFERENCES departments (id),
    identifier_type TEXT NOT NULL,
    identifier TEXT NOT NULL,
    department_code TEXT NOT NULL,
    comment TEXT NOT NULL,
    received_on TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    decided_by INTEGER REFERENCES users (id),
    decision_comment TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX requests_by_state ON requests (state, asked_at, id);
CREATE INDEX requests_decided ON requests (decided_at, id) WHERE state <> 'pending';
CREATE INDEX requests_by_structure ON requests (structure_id, state, asked_at, id);
CREATE INDEX requests_by_department ON requests (department_id) WHERE department_id IS NOT NULL;
CREATE INDEX requests_by_beneficiary ON requests (beneficiary_id, asked_at, id);
CREATE INDEX requests_by_requester ON requests (requester_id, asked_at, id);
CREATE INDEX requests_by_typist ON requests (typed_by);
CREATE INDEX requests_by_decider ON requests (decided_by) WHERE decided_by IS NOT NULL;

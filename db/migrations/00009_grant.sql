-- +goose Up

-- A grant gives a profile at the firm (no structure), a structure, or one of its departments. options: ticked boxes,
-- separated by spaces. reason: how it came to be, where not plainly given: request, secondary,
-- setup, import.
CREATE TABLE grants (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    profile_id INTEGER NOT NULL REFERENCES profiles (id),
    structure_id INTEGER REFERENCES structures (id),
    department_id INTEGER REFERENCES departments (id),
    membership_id INTEGER REFERENCES memberships (id),
    options TEXT NOT NULL,
    reason TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    opened_by INTEGER NOT NULL,
    CHECK (until_at >= from_at),
    CHECK ((structure_id IS NULL) = (membership_id IS NULL)),
    CHECK (department_id IS NULL OR structure_id IS NOT NULL)
) STRICT;
CREATE INDEX grants_by_user ON grants (user_id, profile_id);
CREATE INDEX grants_by_structure ON grants (structure_id, until_at);
CREATE INDEX grants_by_profile ON grants (profile_id);
CREATE INDEX grants_by_department ON grants (department_id) WHERE department_id IS NOT NULL;
CREATE INDEX grants_ending ON grants (until_at) WHERE until_at < 253402300799999;

-- What ends on a known day: grants, and memberships, which have no profile. Both say of each column that it is a number: the engine then follows
-- their two indexes side by side.
CREATE VIEW endings AS
SELECT CAST(id * 2 AS INTEGER) AS id, user_id, profile_id, structure_id, department_id, CAST(0 AS INTEGER) AS membership_id, until_at FROM grants
WHERE until_at < 253402300799999 AND from_at < until_at
UNION ALL
SELECT CAST(id * 2 + 1 AS INTEGER), user_id, CAST(NULL AS INTEGER), structure_id, department_id, id, until_at FROM memberships
WHERE until_at < 253402300799999 AND from_at < until_at;

-- The principal manager's periods; one at a time in a structure. reason: created, transferred, setup, duplicated.
CREATE TABLE principals (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    structure_id INTEGER NOT NULL REFERENCES structures (id),
    reason TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    opened_by INTEGER NOT NULL,
    CHECK (until_at >= from_at)
) STRICT;
CREATE INDEX principals_by_user ON principals (user_id, structure_id);
CREATE INDEX principals_by_structure ON principals (structure_id, from_at);

-- The modules switched on in a structure, separated by spaces. No row: everything is on.
CREATE TABLE ceilings (
    id INTEGER PRIMARY KEY,
    structure_id INTEGER NOT NULL REFERENCES structures (id),
    modules TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    opened_by INTEGER NOT NULL,
    CHECK (until_at >= from_at)
) STRICT;
CREATE INDEX ceilings_by_structure ON ceilings (structure_id, from_at);

-- A grant lies within its membership, in scope and in time (A11).
-- +goose StatementBegin
CREATE TRIGGER grants_lie_within_their_membership_on_insert BEFORE INSERT ON grants
WHEN NEW.membership_id IS NOT NULL AND NEW.until_at > NEW.from_at AND NOT EXISTS (SELECT 1 FROM loading) BEGIN
    SELECT RAISE(ABORT, 'grant.membership') WHERE NOT EXISTS (
        SELECT 1 FROM memberships m
        WHERE m.id = NEW.membership_id AND m.user_id = NEW.user_id AND m.structure_id = NEW.structure_id
        AND (m.department_id IS NULL OR m.department_id IS NEW.department_id)
        AND m.from_at <= NEW.from_at AND m.until_at >= NEW.until_at
    );
END;
-- +goose StatementEnd

-- A grant lies within its membership, in scope and in time (A11).
-- +goose StatementBegin
CREATE TRIGGER grants_lie_within_their_membership_on_update BEFORE UPDATE OF until_at ON grants WHEN NEW.membership_id IS NOT NULL AND NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'grant.membership') WHERE NOT EXISTS (
        SELECT 1 FROM memberships m
        WHERE m.id = NEW.membership_id AND m.user_id = NEW.user_id AND m.structure_id = NEW.structure_id
        AND (m.department_id IS NULL OR m.department_id IS NEW.department_id)
        AND m.from_at <= NEW.from_at AND m.until_at >= NEW.until_at
    );
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER principals_are_followed_on_insert AFTER INSERT ON principals
WHEN NOT EXISTS (SELECT 1 FROM loading) BEGIN
    UPDATE structures SET managed = 1 WHERE id = NEW.structure_id AND NEW.until_at = 253402300799999 AND managed = 0;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER principals_are_followed_on_update AFTER UPDATE OF until_at ON principals WHEN NEW.until_at < 253402300799999 BEGIN
    UPDATE structures SET managed = 0 WHERE id = NEW.structure_id AND managed = 1;
END;
-- +goose StatementEnd

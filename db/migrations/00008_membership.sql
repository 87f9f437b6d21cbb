-- +goose Up

-- A membership covers a structure, or one department of it.
CREATE TABLE memberships (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    structure_id INTEGER NOT NULL REFERENCES structures (id),
    department_id INTEGER REFERENCES departments (id),
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    opened_by INTEGER NOT NULL,
    CHECK (until_at >= from_at)
) STRICT;
CREATE INDEX memberships_by_user ON memberships (user_id, structure_id);
CREATE INDEX memberships_by_structure ON memberships (structure_id, user_id);
CREATE INDEX memberships_by_department ON memberships (department_id) WHERE department_id IS NOT NULL;
CREATE INDEX memberships_ending ON memberships (until_at) WHERE until_at < 253402300799999;

-- Ending a membership ends its grants first; one left behind is refused (A34).
-- +goose StatementBegin
CREATE TRIGGER memberships_outlive_their_grants BEFORE UPDATE OF until_at ON memberships BEGIN
    SELECT RAISE(ABORT, 'membership.grants') WHERE EXISTS (
        SELECT 1 FROM grants g WHERE g.user_id = NEW.user_id AND g.membership_id = NEW.id AND g.until_at > g.from_at AND g.until_at > NEW.until_at
    );
END;
-- +goose StatementEnd

-- A membership that a wider one covers is refused (A15).
-- +goose StatementBegin
CREATE TRIGGER memberships_are_not_covered BEFORE INSERT ON memberships
WHEN NEW.department_id IS NOT NULL AND NEW.until_at > NEW.from_at AND NOT EXISTS (SELECT 1 FROM loading) BEGIN
    SELECT RAISE(ABORT, 'membership.covered') WHERE EXISTS (
        SELECT 1 FROM memberships m
        WHERE m.user_id = NEW.user_id AND m.structure_id = NEW.structure_id AND m.department_id IS NULL
        AND m.until_at > m.from_at AND m.from_at <= NEW.from_at AND m.until_at >= NEW.until_at
    ) AND NOT EXISTS ( -- one that goes on from a row that its own line cancelled is carried (A40)
        SELECT 1 FROM memberships o
        JOIN moved_ends e ON e.kind = 'memberships' AND e.row_id = o.id AND e.moved_by = NEW.opened_by
        WHERE o.user_id = NEW.user_id AND o.department_id = NEW.department_id AND o.until_at = o.from_at
    );
END;
-- +goose StatementEnd

-- Nor is one prolonged into the time of a wider one (A15), by more than zones differ (A40).
-- +goose StatementBegin
CREATE TRIGGER memberships_are_not_covered_on_update BEFORE UPDATE OF until_at ON memberships
WHEN NEW.department_id IS NOT NULL AND NEW.until_at > OLD.until_at + 93600000 BEGIN
    SELECT RAISE(ABORT, 'membership.covered') WHERE EXISTS (
        SELECT 1 FROM memberships m
        WHERE m.user_id = NEW.user_id AND m.structure_id = NEW.structure_id AND m.department_id IS NULL
        AND m.until_at > m.from_at AND m.from_at <= NEW.from_at AND m.until_at >= NEW.until_at
    );
END;
-- +goose StatementEnd

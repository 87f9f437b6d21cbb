-- +goose Up

-- Each move of an end: the table and the row whose until_at was moved, what it was before, and the line of the journal that moved it. A row with
-- none ends as it was opened.
CREATE TABLE moved_ends (
    id INTEGER PRIMARY KEY,
    moved_by INTEGER NOT NULL,
    kind TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    was INTEGER NOT NULL,
    until_at INTEGER NOT NULL
) STRICT;
CREATE INDEX moved_ends_by_row ON moved_ends (kind, row_id);
CREATE INDEX moved_ends_by_line ON moved_ends (moved_by);

-- The journal: a chain. details holds ids and enums only; personal and free-text values stand in journal_values.
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor_id INTEGER,
    session TEXT NOT NULL,
    action TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id INTEGER NOT NULL,
    structure_id INTEGER,
    person_id INTEGER,
    details TEXT NOT NULL,
    prev BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX journal_by_structure ON journal (structure_id, seq) WHERE structure_id IS NOT NULL;
CREATE INDEX journal_by_person ON journal (person_id, seq) WHERE person_id IS NOT NULL;

-- The lines that moved ends, for whoever looks whether an end was taken back.
CREATE INDEX journal_moves_by_structure ON journal (structure_id, seq) WHERE instr(details, '"moved_ends"') > 0;
CREATE INDEX journal_moves_by_person ON journal (person_id, seq) WHERE instr(details, '"moved_ends"') > 0;
CREATE INDEX journal_by_actor ON journal (actor_id, seq) WHERE actor_id IS NOT NULL;
CREATE INDEX journal_by_action ON journal (action, seq);

CREATE TABLE journal_values (
    seq INTEGER NOT NULL REFERENCES journal (seq),
    field TEXT NOT NULL,
    salt BLOB NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (seq, field)
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal BEGIN
    SELECT RAISE(ABORT, 'journal.immutable');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER journal_is_never_deleted BEFORE DELETE ON journal BEGIN
    SELECT RAISE(ABORT, 'journal.immutable');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER journal_values_are_only_blanked BEFORE UPDATE ON journal_values
WHEN NEW.seq <> OLD.seq OR NEW.field <> OLD.field OR NEW.value <> '' OR length(NEW.salt) <> 0 BEGIN
    SELECT RAISE(ABORT, 'journal.immutable');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER journal_values_are_never_deleted BEFORE DELETE ON journal_values BEGIN
    SELECT RAISE(ABORT, 'journal.immutable');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER moved_ends_are_never_changed BEFORE UPDATE ON moved_ends BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER moved_ends_are_never_deleted BEFORE DELETE ON moved_ends BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd

-- name: JournalHead :one
SELECT seq, at, hash FROM journal
ORDER BY seq DESC
LIMIT 1;

-- name: JournalInstant :one
SELECT at FROM journal
WHERE seq = @seq;

-- name: AddJournalLine :exec
INSERT INTO journal (seq, at, actor_id, session, action, object_kind, object_id, structure_id, person_id, details, prev, hash)
VALUES (@seq, @at, @actor_id, @session, @action, @object_kind, @object_id, @structure_id, @person_id, @details, @prev, @hash);

-- name: AddJournalValue :exec
INSERT INTO journal_values (seq, field, salt, value)
VALUES (@seq, @field, @salt, @value);

-- name: JournalAfter :many
SELECT * FROM journal
WHERE seq > @seq
ORDER BY seq
LIMIT @size;

-- name: JournalValuesBetween :many
SELECT * FROM journal_values
WHERE seq > @after AND seq <= @upto
ORDER BY seq, field;

-- name: JournalLine :one
SELECT * FROM journal
WHERE seq = @seq;

-- name: JournalLineWithNext :many
SELECT * FROM journal
WHERE seq BETWEEN CAST(@seq AS INTEGER) AND CAST(@seq AS INTEGER) + 1
ORDER BY seq;

-- name: MovesOfPersonAfter :many
SELECT * FROM journal
WHERE person_id = @person_id AND seq > @after AND instr(details, '"moved_ends"') > 0
ORDER BY seq;

-- name: MovesOfStructureAfter :many
-- Those about the structure itself, or its principal manager: what is about somebody else moved nothing of theirs.
SELECT * FROM journal
WHERE structure_id = @structure_id AND seq > @after AND instr(details, '"moved_ends"') > 0
AND (person_id IS NULL OR action LIKE 'principal.%' OR action LIKE 'structure.%')
ORDER BY seq;

-- name: SignInLines :many
SELECT seq, action, person_id, details FROM journal
WHERE action IN ('firm.set_up', 'user.added', 'user.sign_in', 'user.activated') AND person_id IS NOT NULL
ORDER BY seq;

-- name: JournalValuesIn :many
SELECT * FROM journal_values
WHERE seq IN (SELECT value FROM json_each(@seqs))
ORDER BY seq, field;

-- name: LinesBeforeFirst :many
SELECT seq FROM journal
WHERE seq < 1
ORDER BY seq
LIMIT 1;

-- name: ValuesOfNoLine :many
SELECT v.seq FROM journal_values v
WHERE NOT EXISTS (
    SELECT 1 FROM journal j
    WHERE j.seq = v.seq
)
ORDER BY v.seq
LIMIT 1;

-- name: DepartmentLabels :many
SELECT id, label FROM departments
WHERE id IN (SELECT value FROM json_each(@departments));

-- name: LastAct :one
-- The instant of the last line that somebody signed in left: a refused attempt must not set the clock right.
SELECT at FROM journal
WHERE action NOT IN ('session.refused', 'session.waited')
ORDER BY seq DESC
LIMIT 1;

-- name: ZoneAtLine :one
-- The firm's time zone when a line was written.
SELECT CAST(coalesce(json_extract(details, '$.details.timeZone'), '') AS TEXT) FROM journal
WHERE action IN ('firm.set_up', 'firm.edited') AND seq < @line
ORDER BY seq DESC
LIMIT 1;

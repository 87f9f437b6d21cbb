-- name: AddFollowUps :exec
-- steps: rows as JSON, each a user, a family, then what is to be done with which profile.
INSERT INTO follow_ups (seq, user_id, structure_id, family_key, steps, created_at, done_at, done_by)
SELECT CAST(@seq AS INTEGER), json_extract(value, '$[0]'), nullif(CAST(@structure_id AS INTEGER), 0), json_extract(value, '$[1]'),
    json_extract(value, '$[2]'), CAST(@created_at AS INTEGER), 0, NULL
FROM json_each(@steps);

-- name: OpenFollowUps :many
SELECT * FROM follow_ups
WHERE done_at = 0
ORDER BY created_at, id
LIMIT @size;

-- name: OpenFollowUpsIn :many
-- The plus keeps the planner off the index of everything that is open.
SELECT * FROM follow_ups
WHERE structure_id IN (SELECT value FROM json_each(@structures)) AND +done_at = 0
ORDER BY created_at, id
LIMIT @size;

-- name: FollowUpsOf :many
SELECT f.* FROM follow_ups f
JOIN journal j ON j.seq = f.seq
WHERE f.done_at = 0 AND f.created_at >= @since AND j.actor_id = @actor
ORDER BY f.id
LIMIT @size;

-- name: FollowUpRow :one
SELECT * FROM follow_ups
WHERE id = @id;

-- name: FinishFollowUp :execrows
UPDATE follow_ups
SET done_at = @done_at, done_by = @done_by
WHERE id = @id AND done_at = 0;

-- name: GrantsEndingBefore :many
SELECT * FROM grants
WHERE until_at < 253402300799999 AND until_at > @at AND until_at <= @before AND from_at < until_at
ORDER BY until_at, id
LIMIT @size;

-- name: GrantsEndingIn :many
SELECT * FROM grants
WHERE structure_id IN (SELECT value FROM json_each(@structures)) AND until_at > @at AND until_at <= @before AND from_at < until_at
ORDER BY until_at, id
LIMIT @size;

-- name: CountUsersNow :one
-- Those who are not disabled at an instant.
SELECT (SELECT count(*) FROM users) - (
    SELECT count(*) FROM user_states WHERE state = 'disabled' AND until_at > @at AND from_at <= @at
) AS n;

-- name: MembershipsWithNames :many
SELECT m.*, s.name AS structure_name, s.identifier_type AS identifier_type, s.identifier AS identifier, d.code AS department_code,
    d.label AS department_label
FROM memberships m
JOIN structures s ON s.id = m.structure_id
LEFT JOIN departments d ON d.id = m.department_id
WHERE m.user_id = @user_id
ORDER BY m.until_at DESC, m.from_at DESC, m.id DESC;

-- name: GrantsWithNames :many
SELECT g.*, s.name AS structure_name, d.label AS department_label
FROM grants g
LEFT JOIN structures s ON s.id = g.structure_id
LEFT JOIN departments d ON d.id = g.department_id
WHERE g.user_id = @user_id
ORDER BY g.until_at DESC, g.from_at DESC, g.id DESC;

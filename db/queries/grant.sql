-- name: AddFollowUp :exec
INSERT INTO follow_ups (seq, user_id, structure_id, department_id, family_key, what, profile_id, grant_id, membership_id, holds_from, holds_until,
    created_at, done_at, done_by, withdrawn_at)
VALUES (@seq, @user_id, @structure_id, @department_id, @family_key, @what, @profile_id, @grant_id, @membership_id, @holds_from, @holds_until,
    @created_at, 0, NULL, 0);

-- name: FollowUpsOfGrant :many
-- What was asked and still waits, and what was done, for a grant.
SELECT * FROM follow_ups
WHERE grant_id = @grant_id AND withdrawn_at = 0
ORDER BY id;

-- name: FollowUpsOfMembership :many
SELECT * FROM follow_ups
WHERE membership_id = @membership_id AND withdrawn_at = 0
ORDER BY id;

-- name: TransferStepsOf :many
SELECT * FROM follow_ups
WHERE structure_id = @structure_id AND what = 'transfer' AND withdrawn_at = 0
ORDER BY id;

-- name: WithdrawFollowUp :exec
UPDATE follow_ups
SET withdrawn_at = @withdrawn_at
WHERE id = @id AND done_at = 0;

-- name: FollowUpsOf :many
SELECT f.* FROM follow_ups f
JOIN journal j ON j.seq = f.seq
WHERE f.done_at = 0 AND f.withdrawn_at = 0 AND f.created_at >= @since AND j.actor_id = @actor
ORDER BY f.id
LIMIT @size;

-- name: FollowUpsOfUser :many
SELECT * FROM follow_ups
WHERE user_id = @user_id AND withdrawn_at = 0
ORDER BY id DESC;

-- name: FollowUpRow :one
SELECT * FROM follow_ups
WHERE id = @id;

-- name: FinishFollowUp :execrows
UPDATE follow_ups
SET done_at = @done_at, done_by = @done_by
WHERE id = @id AND done_at = 0 AND withdrawn_at = 0;

-- name: ReopenFollowUp :execrows
UPDATE follow_ups
SET done_at = 0, done_by = NULL
WHERE id = @id AND done_at <> 0;

-- name: CommentsOfLines :many
SELECT seq, value FROM journal_values
WHERE seq IN (SELECT value FROM json_each(@lines)) AND field = 'comment';

-- name: CountUsersNow :one
-- Those who are not disabled at an instant, and until when that number holds if nothing is written.
SELECT
    (SELECT count(*) FROM users) - (
        SELECT count(*) FROM user_states WHERE state = 'disabled' AND until_at > CAST(@at AS INTEGER) AND from_at <= CAST(@at AS INTEGER)
    ) AS n,
    CAST(coalesce((
        SELECT min(CASE WHEN from_at > CAST(@at AS INTEGER) THEN from_at ELSE until_at END)
        FROM user_states WHERE state = 'disabled' AND until_at > CAST(@at AS INTEGER)
    ), 253402300799999) AS INTEGER) AS holds;

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

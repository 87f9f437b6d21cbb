-- name: AddRequest :one
INSERT INTO requests (uid, state, subject, change_kind, change_input, beneficiary_id, requester_id, typed_by, structure_id, department_id,
    comment, received_on, asked_at, decided_at, decided_by, decision_comment, version)
VALUES (@uid, 'pending', @subject, @change_kind, @change_input, @beneficiary_id, @requester_id, @typed_by, @structure_id, @department_id,
    @comment, @received_on, @asked_at, 0, NULL, '', 1)
RETURNING id;

-- name: RequestRow :one
SELECT * FROM requests
WHERE id = @id;

-- name: DecideRequest :execrows
UPDATE requests
SET state = @state, decided_at = @decided_at, decided_by = @decided_by, decision_comment = @decision_comment, version = version + 1
WHERE id = @id AND state = 'pending';

-- name: PendingRequests :many
SELECT * FROM requests
WHERE state = 'pending'
ORDER BY asked_at DESC, id DESC;

-- name: PendingTwins :many
SELECT * FROM requests
WHERE beneficiary_id = @beneficiary_id AND structure_id = @structure_id AND state = 'pending'
ORDER BY id;

-- name: RequestsMine :many
SELECT * FROM requests
WHERE requester_id = @user_id OR beneficiary_id = @user_id OR typed_by = @user_id
ORDER BY asked_at DESC, id DESC
LIMIT @size;

-- name: CloseRequestsOf :exec
UPDATE requests
SET state = 'closed', decided_at = @decided_at, version = version + 1
WHERE structure_id = @structure_id AND state = 'pending';

-- name: RequestsDecided :many
SELECT * FROM requests
WHERE state IN ('approved', 'refused', 'closed')
ORDER BY asked_at DESC, id DESC
LIMIT @size;

-- name: RequestsDecidedIn :many
SELECT * FROM requests
WHERE structure_id IN (SELECT value FROM json_each(@structures)) AND state IN ('approved', 'refused', 'closed')
ORDER BY asked_at DESC, id DESC
LIMIT @size;

-- name: CloseRequestsOfDepartment :exec
UPDATE requests
SET state = 'closed', decided_at = @decided_at, version = version + 1
WHERE department_id = @department_id AND state = 'pending';

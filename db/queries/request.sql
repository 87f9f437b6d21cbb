-- name: AddRequest :one
INSERT INTO requests (uid, state, subject, change_kind, change_input, beneficiary_id, requester_id, typed_by, structure_id, department_id,
    identifier_type, identifier, department_code, comment, received_on, asked_at, decided_at, decided_by, decision_comment, version)
VALUES (@uid, 'pending', @subject, @change_kind, @change_input, @beneficiary_id, @requester_id, @typed_by, @structure_id, @department_id,
    @identifier_type, @identifier, @department_code, @comment, @received_on, @asked_at, 0, NULL, '', 1)
RETURNING id;

-- name: RequestRow :one
SELECT * FROM requests
WHERE id = @id;

-- name: DecideRequest :execrows
UPDATE requests
SET state = @state, decided_at = @decided_at, decided_by = @decided_by, decision_comment = @decision_comment, version = version + 1
WHERE id = @id AND state = 'pending';

-- name: PlacesOfPending :many
-- The structures about which requests wait.
SELECT DISTINCT CAST(structure_id AS INTEGER) AS structure_id FROM requests
WHERE state = 'pending' AND structure_id IS NOT NULL;

-- name: PendingTwins :many
SELECT * FROM requests
WHERE beneficiary_id = @beneficiary_id AND structure_id = @structure_id AND state = 'pending'
ORDER BY id;

-- name: CountTyped :one
SELECT count(*) FROM requests
WHERE typed_by = @typed_by AND state = 'pending';

-- name: ApprovedOf :many
SELECT decided_at, typed_by, decided_by FROM requests
WHERE beneficiary_id = @beneficiary_id AND state = 'approved' AND decided_by IS NOT NULL;

-- name: PendingBlind :many
-- What waits for a person in places that were named by what was typed.
SELECT * FROM requests
WHERE beneficiary_id = @beneficiary_id AND identifier <> '' AND state = 'pending'
ORDER BY id;

-- name: PlaceRequest :exec
UPDATE requests
SET structure_id = @structure_id, department_id = @department_id
WHERE id = @id;

-- name: CloseRequestsOf :many
UPDATE requests
SET state = 'closed', decided_at = @decided_at, version = version + 1
WHERE structure_id = @structure_id AND state = 'pending'
RETURNING *;

-- name: CloseRequestsOfDepartment :many
UPDATE requests
SET state = 'closed', decided_at = @decided_at, version = version + 1
WHERE department_id = @department_id AND state = 'pending'
RETURNING *;

-- name: CloseRequestsRunOut :many
-- Those on a department that is not valid now, its dates run out or not begun: nobody could see or answer them.
UPDATE requests
SET state = 'closed', decided_at = @decided_at, version = version + 1
WHERE state = 'pending' AND department_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM department_validities v
    WHERE v.department_id = requests.department_id AND v.from_at <= @decided_at AND v.until_at > @decided_at
)
RETURNING *;

-- name: AnyRequestRunOut :one
SELECT EXISTS (
    SELECT 1 FROM requests r
    WHERE r.state = 'pending' AND r.department_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM department_validities v
        WHERE v.department_id = r.department_id AND v.from_at <= CAST(@at AS INTEGER) AND v.until_at > CAST(@at AS INTEGER)
    )
);

-- name: AddUser :one
INSERT INTO users (uid, email, contact_email, first_name, last_name, name_key, phone, kind, pigp, language, sign_in, same_as,
    created_at, last_sign_in_at, version)
VALUES (@uid, @email, @contact_email, @first_name, @last_name, @name_key, @phone, @kind, 0, @language, 'none', NULL,
    @created_at, 0, 1)
RETURNING id;

-- name: SetPIGP :exec
UPDATE users
SET pigp = @pigp, version = version + 1
WHERE id = @id;

-- name: SetSameAs :exec
UPDATE users
SET same_as = @same_as, version = version + 1
WHERE id = @id;

-- name: UsersIn :many
SELECT * FROM users
WHERE id IN (SELECT value FROM json_each(@users))
ORDER BY name_key, id;

-- name: MembershipsCurrentIn :many
-- Those in force and those to come.
SELECT m.*, u.first_name AS first_name, u.last_name AS last_name, u.email AS email, u.kind AS kind, d.code AS department_code,
    d.label AS department_label
FROM memberships m
JOIN users u ON u.id = m.user_id
LEFT JOIN departments d ON d.id = m.department_id
WHERE m.structure_id = @structure_id AND m.until_at > @at AND m.until_at > m.from_at
ORDER BY u.name_key, u.id, m.id;

-- name: NamesOfUsers :many
SELECT id, first_name, last_name FROM users
WHERE id IN (SELECT value FROM json_each(@users));

-- name: StructureRow :one
SELECT * FROM structures
WHERE id = @id;

-- name: StructureByIdentifier :one
SELECT * FROM structures
WHERE identifier_type = @identifier_type AND identifier = @identifier;

-- name: AddStructure :one
INSERT INTO structures (uid, sphere, identifier_type, identifier, name, name_key, label, email, phone, address1, address2, address3, postcode,
    town, town_key, country, vat, rcs, activity, activity_list, legal_category, verdict, verdict_reason, verdict_source, verified_at, closed_on,
    partial_diffusion, created_at, version)
VALUES (@uid, @sphere, @identifier_type, @identifier, @name, @name_key, @label, @email, @phone, @address1, @address2, @address3, @postcode,
    @town, @town_key, @country, @vat, @rcs, @activity, @activity_list, @legal_category, @verdict, @verdict_reason, @verdict_source, @verified_at,
    @closed_on, @partial_diffusion, @created_at, 1)
RETURNING id;

-- name: StructuresIn :many
SELECT * FROM structures
WHERE id IN (SELECT value FROM json_each(@structures))
ORDER BY name_key, id;

-- name: AddDepartment :one
INSERT INTO departments (uid, structure_id, code, code_key, label, description, address, phone, commitment_required, created_at, version)
VALUES (@uid, @structure_id, @code, @code_key, @label, '', '', '', 0, @created_at, 1)
RETURNING id;

-- name: DepartmentsOf :many
SELECT d.*,
    EXISTS (
        SELECT 1 FROM department_states s
        WHERE s.department_id = d.id AND s.state = 'active' AND s.from_at <= @at AND s.until_at > @at
    ) AND EXISTS (
        SELECT 1 FROM department_validities v
        WHERE v.department_id = d.id AND v.from_at <= @at AND v.until_at > @at
    ) AS active,
    (
        SELECT count(DISTINCT m.user_id) FROM memberships m
        WHERE m.department_id = d.id AND m.from_at <= @at AND m.until_at > @at
    ) AS people
FROM departments d
WHERE d.structure_id = @structure_id
ORDER BY d.code_key, d.id;

-- name: RenameDepartment :execrows
UPDATE departments
SET label = @label, version = version + 1
WHERE id = @id AND version = @version;

-- name: DepartmentsIn :many
SELECT * FROM departments
WHERE id IN (SELECT value FROM json_each(@departments))
ORDER BY id;

-- name: CountStructures :one
SELECT count(*) FROM structures;

-- name: CountToVerify :one
SELECT count(*) FROM structures
WHERE verdict IN ('unknown', 'unverifiable', 'closed');

-- name: RefreshStructure :exec
UPDATE structures
SET name = @name, name_key = @name_key, address1 = @address1, address2 = @address2, postcode = @postcode, town = @town, town_key = @town_key,
    activity = @activity, activity_list = @activity_list, legal_category = @legal_category, verdict = @verdict, verdict_reason = @verdict_reason,
    verdict_source = @verdict_source, verified_at = @verified_at, closed_on = @closed_on, partial_diffusion = @partial_diffusion,
    version = version + 1
WHERE id = @id;

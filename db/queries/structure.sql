-- name: StructureRow :one
SELECT * FROM structures
WHERE id = @id AND cancelled_at = 0;

-- name: StructureByIdentifier :one
SELECT * FROM structures
WHERE identifier_type = @identifier_type AND identifier = @identifier AND cancelled_at = 0;

-- name: AddStructure :one
INSERT INTO structures (uid, sphere, identifier_type, identifier, name, name_key, label, label_key, email, phone, address1, address2, address3,
    postcode, town, town_key, country, vat, rcs, activity, activity_list, activity_2025, sign, legal_category, verdict, verdict_reason, verdict_source,
    verified_at, closed_on, partial_diffusion, first_name, last_name, pacage, mandate_holder, mandate_from, mandate_until, technical_account, connections,
    responsible, responsible_id, edi, code_required, commitment_required, commitment_or_code, payment_hidden, moa, registration, predecessor_id,
    created_at, version)
VALUES (@uid, @sphere, @identifier_type, @identifier, @name, @name_key, @label, @label_key, @email, @phone, @address1, @address2, @address3,
    @postcode, @town, @town_key, @country, @vat, @rcs, @activity, @activity_list, @activity_2025, @sign, @legal_category, @verdict,
    @verdict_reason, @verdict_source, @verified_at, @closed_on, @partial_diffusion, @first_name, @last_name, @pacage, @mandate_holder, @mandate_from, @mandate_until,
    @technical_account, @connections, @responsible, @responsible_id, @edi, @code_required, @commitment_required, @commitment_or_code,
    @payment_hidden, @moa, @registration, @predecessor_id, @created_at, 1)
RETURNING id;

-- name: EditStructure :execrows
UPDATE structures
SET name = @name, name_key = @name_key, label = @label, label_key = @label_key, email = @email, phone = @phone, address1 = @address1,
    address2 = @address2, address3 = @address3, postcode = @postcode, town = @town, town_key = @town_key, country = @country, vat = @vat, rcs = @rcs,
    first_name = @first_name, last_name = @last_name, pacage = @pacage, mandate_holder = @mandate_holder, mandate_from = @mandate_from,
    mandate_until = @mandate_until, technical_account = @technical_account, connections = @connections, responsible = @responsible,
    responsible_id = @responsible_id, edi = @edi, code_required = @code_required, commitment_required = @commitment_required,
    commitment_or_code = @commitment_or_code, payment_hidden = @payment_hidden, moa = @moa, version = version + 1
WHERE id = @id AND version = @version;

-- name: StructuresIn :many
SELECT * FROM structures
WHERE id IN (SELECT value FROM json_each(@structures)) AND cancelled_at = 0
ORDER BY name_key, id;

-- name: SuccessorOf :one
SELECT id FROM structures
WHERE predecessor_id = @predecessor_id;

-- name: TouchStructure :exec
-- What is kept beside the row has changed: a form that read it before must not write over that.
UPDATE structures
SET version = version + 1
WHERE id = @id;

-- name: FindableStructure :exec
UPDATE structures
SET found_by = @found_by, found_as = @found_as
WHERE id = @id;

-- name: CancelStructure :exec
UPDATE structures
SET cancelled_at = @cancelled_at, version = version + 1
WHERE id = @id;

-- name: IdentifyStructure :exec
UPDATE structures
SET identifier_type = @identifier_type, identifier = @identifier, vat = @vat, version = version + 1
WHERE id = @id;

-- name: AddFormerIdentifier :exec
INSERT INTO former_identifiers (structure_id, identifier_type, identifier, until_at)
VALUES (@structure_id, @identifier_type, @identifier, @until_at);

-- name: FormerIdentifiersOf :many
SELECT * FROM former_identifiers
WHERE structure_id = @structure_id
ORDER BY until_at DESC, id DESC;

-- name: LastIndividual :one
SELECT identifier FROM structures
WHERE identifier_type = 'individual'
ORDER BY id DESC LIMIT 1;

-- name: RegisterStructure :exec
UPDATE structures
SET registration = @registration, version = version + 1
WHERE id = @id;

-- name: Label :one
INSERT INTO labels (name, name_key)
VALUES (@name, @name_key)
ON CONFLICT (name) DO UPDATE SET name_key = excluded.name_key
RETURNING id;

-- name: AllLabels :many
SELECT * FROM labels
ORDER BY name_key;

-- name: LabelsOf :many
SELECT l.* FROM structure_labels s
JOIN labels l ON l.id = s.label_id
WHERE s.structure_id = @structure_id
ORDER BY l.name_key;

-- name: AddStructureLabel :exec
INSERT INTO structure_labels (label_id, structure_id)
VALUES (@label_id, @structure_id)
ON CONFLICT DO NOTHING;

-- name: RemoveStructureLabel :exec
DELETE FROM structure_labels
WHERE label_id = @label_id AND structure_id = @structure_id;

-- name: RemoveUnusedLabels :exec
DELETE FROM labels
WHERE NOT EXISTS (SELECT 1 FROM structure_labels s WHERE s.label_id = labels.id);

-- name: AddDepartment :one
INSERT INTO departments (uid, structure_id, code, code_key, label, description, address, phone, commitment_required, created_at, version)
VALUES (@uid, @structure_id, @code, @code_key, @label, @description, @address, @phone, @commitment_required, @created_at, 1)
RETURNING id;

-- name: DepartmentsOf :many
SELECT d.*,
    EXISTS (
        SELECT 1 FROM department_states s
        WHERE s.department_id = d.id AND s.state = 'active' AND s.from_at <= @at AND s.until_at > @at
    ) AS switched,
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
    ) AS people,
    CAST(coalesce((
        SELECT max(v.from_at) FROM department_validities v
        WHERE v.department_id = d.id AND v.until_at > v.from_at
    ), 0) AS INTEGER) AS valid_from,
    CAST(coalesce((
        SELECT max(v.until_at) FROM department_validities v
        WHERE v.department_id = d.id AND v.until_at > v.from_at
    ), 0) AS INTEGER) AS valid_until
FROM departments d
WHERE d.structure_id = @structure_id
ORDER BY d.code_key, d.id;

-- name: EditDepartment :execrows
UPDATE departments
SET label = @label, description = @description, address = @address, phone = @phone, commitment_required = @commitment_required,
    version = version + 1
WHERE id = @id AND version = @version;

-- name: DepartmentsIn :many
SELECT * FROM departments
WHERE id IN (SELECT value FROM json_each(@departments))
ORDER BY id;

-- name: CountStructures :one
SELECT count(*) FROM structures
WHERE cancelled_at = 0;

-- name: CountToVerify :one
SELECT count(*) FROM structures
WHERE verdict IN ('unknown', 'unverifiable') AND +cancelled_at = 0; -- the plus keeps the planner off the index of all that are not cancelled

-- name: ToVerify :many
SELECT id, identifier FROM structures
WHERE verdict IN ('unknown', 'unverifiable') AND identifier_type = 'siret' AND cancelled_at = 0 AND id > @after
ORDER BY id
LIMIT @size;

-- name: RefreshStructure :exec
UPDATE structures
SET name = @name, name_key = @name_key, sign = @sign, address1 = @address1, address2 = @address2, address3 = @address3, postcode = @postcode,
    town = @town, town_key = @town_key, country = @country, activity = @activity, activity_list = @activity_list, activity_2025 = @activity_2025,
    legal_category = @legal_category, verdict = @verdict, verdict_reason = @verdict_reason,
    verdict_source = @verdict_source, verified_at = @verified_at, closed_on = @closed_on, partial_diffusion = @partial_diffusion,
    version = version + 1
WHERE id = @id;

-- name: AddContract :one
INSERT INTO contracts (uid, platform_id, client_id, reference, powers, from_on, until_on, opened_by, ended_by, version)
VALUES (@uid, @platform_id, @client_id, @reference, @powers, @from_on, @until_on, @opened_by, 0, 1)
RETURNING id;

-- name: ContractRow :one
SELECT * FROM contracts
WHERE id = @id;

-- name: ContractsWith :many
SELECT * FROM contracts
WHERE platform_id = @structure_id OR client_id = @structure_id
ORDER BY from_on, id;

-- name: EndContract :execrows
UPDATE contracts
SET until_on = @until_on, ended_by = @ended_by, version = version + 1
WHERE id = @id AND version = @version;

-- name: RegisteredPlatform :one
SELECT * FROM registered_platforms
WHERE matricule = @matricule;

-- name: RegisteredPlatforms :many
SELECT * FROM registered_platforms
ORDER BY matricule;

-- name: ForgetRegisteredPlatforms :exec
DELETE FROM registered_platforms;

-- name: AddRegisteredPlatform :exec
INSERT INTO registered_platforms (matricule, name, state)
VALUES (@matricule, @name, @state);

-- name: LabelsIn :many
SELECT DISTINCT l.name FROM structure_labels s
JOIN labels l ON l.id = s.label_id
WHERE s.structure_id IN (SELECT value FROM json_each(@structures))
ORDER BY l.name_key;

-- name: ValiditiesOfDepartment :many
SELECT * FROM department_validities
WHERE department_id = @department_id
ORDER BY from_at, id;

-- name: StatesOfDepartment :many
SELECT * FROM department_states
WHERE department_id = @department_id
ORDER BY from_at, id;

-- name: ManagersOf :many
SELECT p.structure_id, u.id, u.first_name, u.last_name FROM principals p
JOIN users u ON u.id = p.user_id
WHERE p.structure_id IN (SELECT value FROM json_each(@structures)) AND p.from_at <= @at AND p.until_at > @at
ORDER BY p.structure_id, p.id;

-- name: CountCopies :one
SELECT
    (SELECT count(*) FROM departments d WHERE d.structure_id = @structure_id) AS departments,
    (SELECT count(*) FROM memberships m WHERE m.structure_id = @structure_id AND m.until_at > @at AND m.until_at > m.from_at) AS memberships,
    (SELECT count(*) FROM grants g WHERE g.structure_id = @structure_id AND g.until_at > @at AND g.until_at > g.from_at) AS grants,
    (SELECT count(*) FROM ceilings c WHERE c.structure_id = @structure_id AND c.until_at > @at AND c.until_at > c.from_at) AS ceilings,
    (SELECT count(*) FROM structure_labels l WHERE l.structure_id = @structure_id) AS labels,
    (SELECT count(*) FROM contracts x WHERE x.client_id = @structure_id) AS contracts,
    (SELECT count(*) FROM requests r WHERE r.structure_id = @structure_id AND r.state = 'pending') AS requests;

-- name: AttachedIn :many
SELECT DISTINCT m.structure_id, u.id, u.first_name, u.last_name, u.pigp, u.name_key FROM memberships m
JOIN users u ON u.id = m.user_id
WHERE m.structure_id IN (SELECT value FROM json_each(@structures)) AND m.from_at <= @at AND m.until_at > @at
AND EXISTS (
    SELECT 1 FROM user_states s
    WHERE s.user_id = u.id AND s.state = 'active' AND s.from_at <= @at AND s.until_at > @at
)
ORDER BY u.name_key, u.id;

-- name: CountLabelled :one
SELECT count(*) FROM (
    SELECT 1 FROM labels l
    JOIN structure_labels x ON x.label_id = l.id
    WHERE l.name_key = @name_key
    LIMIT @most
);

-- name: NamesOfPlaces :many
-- The names of structures, and of departments with those of their structures.
SELECT s.id AS structure_id, CAST(0 AS INTEGER) AS department_id, s.name, CAST('' AS TEXT) AS label FROM structures s
WHERE s.id IN (SELECT value FROM json_each(@structures))
UNION ALL
SELECT d.structure_id, d.id, s.name, d.label FROM departments d
JOIN structures s ON s.id = d.structure_id
WHERE d.id IN (SELECT value FROM json_each(@departments));

-- name: NamesOfDepartments :many
SELECT d.id, d.structure_id, d.label, s.name FROM departments d
JOIN structures s ON s.id = d.structure_id
WHERE d.id IN (SELECT value FROM json_each(@ids));

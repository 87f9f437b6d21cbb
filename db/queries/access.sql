-- name: UserRow :one
SELECT * FROM users
WHERE id = @id;

-- name: PrincipalsOfUser :many
SELECT * FROM principals
WHERE user_id = @user_id
ORDER BY id;

-- name: StatesOfUsersIn :many
SELECT s.* FROM user_states s
WHERE s.user_id IN (SELECT value FROM json_each(@users))
ORDER BY s.user_id, s.from_at, s.id;

-- name: MembershipsInStructure :many
SELECT * FROM memberships
WHERE structure_id = @structure_id
ORDER BY user_id, id;

-- name: GrantsInStructure :many
SELECT * FROM grants
WHERE structure_id = @structure_id
ORDER BY id;

-- name: GrantsReaching :many
SELECT * FROM grants
WHERE structure_id = @structure_id OR structure_id IS NULL
ORDER BY user_id, id;

-- name: GrantsAtFirm :many
SELECT * FROM grants
WHERE structure_id IS NULL
ORDER BY user_id, id;

-- name: PrincipalsInStructure :many
SELECT * FROM principals
WHERE structure_id = @structure_id
ORDER BY from_at, id;

-- name: DepartmentRow :one
SELECT * FROM departments
WHERE id = @id;

-- name: AllProfiles :many
SELECT p.*, f.key AS family_key, f.in_use AS in_use FROM profiles p
JOIN families f ON f.id = p.family_id
ORDER BY p.id;

-- name: AllContents :many
SELECT * FROM profile_contents
ORDER BY profile_id, from_at, id;

-- name: HoldersOfProfile :many
SELECT * FROM grants
WHERE profile_id = @profile_id
ORDER BY user_id, id;

-- name: GrantsOutlasting :many
SELECT * FROM grants
WHERE user_id = @user_id AND membership_id = @membership_id AND until_at > @until AND until_at > from_at
ORDER BY id;

-- name: EndGrantsOutlasting :exec
UPDATE grants
SET until_at = max(CAST(@until AS INTEGER), from_at)
WHERE user_id = @user_id AND membership_id = @membership_id AND until_at > @until AND until_at > from_at;

-- name: DatedMemberships :many
SELECT * FROM memberships
WHERE until_at > from_at AND until_at > CAST(@at AS INTEGER) AND (until_at < 253402300799999 OR from_at > CAST(@at AS INTEGER))
ORDER BY id;

-- name: DatedGrants :many
SELECT * FROM grants
WHERE until_at > from_at AND until_at > CAST(@at AS INTEGER) AND (until_at < 253402300799999 OR from_at > CAST(@at AS INTEGER))
ORDER BY id;

-- name: DatedValidities :many
SELECT sqlc.embed(v), d.structure_id FROM department_validities v
JOIN departments d ON d.id = v.department_id
WHERE v.until_at > v.from_at AND v.until_at > CAST(@at AS INTEGER) AND (v.until_at < 253402300799999 OR v.from_at > CAST(@at AS INTEGER))
ORDER BY v.id;

-- name: DatedFollowUps :many
SELECT id, holds_from, holds_until FROM follow_ups
WHERE withdrawn_at = 0
AND (holds_from > CAST(@at AS INTEGER) OR holds_until > CAST(@at AS INTEGER) AND holds_until < 253402300799999);

-- name: AnnounceFollowUps :exec
-- The row that continues another takes its steps over; 0 is none.
UPDATE follow_ups
SET grant_id = iif(CAST(@grant AS INTEGER) <> 0, CAST(@grant_anew AS INTEGER), grant_id),
    membership_id = iif(CAST(@membership AS INTEGER) <> 0, CAST(@membership_anew AS INTEGER), membership_id)
WHERE withdrawn_at = 0 AND (grant_id = CAST(@grant AS INTEGER) OR membership_id = CAST(@membership AS INTEGER));

-- name: WithdrawAnnounced :exec
UPDATE follow_ups
SET withdrawn_at = CAST(@at AS INTEGER)
WHERE done_at = 0 AND withdrawn_at = 0 AND (grant_id = CAST(@grant AS INTEGER) OR membership_id = CAST(@membership AS INTEGER));

-- name: MoveFollowUp :exec
UPDATE follow_ups
SET holds_from = @holds_from, holds_until = @holds_until
WHERE id = @id;

-- name: AddMovedEnd :one
INSERT INTO moved_ends (moved_by, kind, row_id, was, until_at)
VALUES (@moved_by, @kind, @row_id, @was, @until_at)
RETURNING id;

-- name: MovesBy :many
SELECT * FROM moved_ends
WHERE moved_by IN (SELECT value FROM json_each(@lines))
ORDER BY id;

-- name: MovedEnds :many
SELECT * FROM moved_ends
WHERE kind = @kind AND row_id BETWEEN CAST(@first AS INTEGER) AND CAST(@last AS INTEGER)
ORDER BY id;

-- name: SetSignIn :exec
UPDATE users
SET sign_in = @sign_in
WHERE id = @id;

-- name: StatesOfStructuresIn :many
SELECT * FROM structure_states
WHERE structure_id IN (SELECT value FROM json_each(@structures))
ORDER BY structure_id, from_at, id;

-- name: CeilingsOfStructuresIn :many
SELECT * FROM ceilings
WHERE structure_id IN (SELECT value FROM json_each(@structures))
ORDER BY structure_id, from_at, id;

-- name: StatesOfDepartmentsOf :many
SELECT s.*, d.structure_id AS structure_id FROM departments d
JOIN department_states s ON s.department_id = d.id
WHERE d.structure_id IN (SELECT value FROM json_each(@structures))
ORDER BY s.department_id, s.from_at, s.id;

-- name: ValiditiesOfDepartmentsOf :many
SELECT v.*, d.structure_id AS structure_id FROM departments d
JOIN department_validities v ON v.department_id = d.id
WHERE d.structure_id IN (SELECT value FROM json_each(@structures))
ORDER BY v.department_id, v.from_at, v.id;

-- name: MembershipsOfUsersIn :many
SELECT * FROM memberships
WHERE user_id IN (SELECT value FROM json_each(@users))
ORDER BY user_id, id;

-- name: GrantsOfUsersIn :many
SELECT * FROM grants
WHERE user_id IN (SELECT value FROM json_each(@users))
ORDER BY user_id, id;

-- name: PrincipalsOfUsersIn :many
SELECT * FROM principals
WHERE user_id IN (SELECT value FROM json_each(@users))
ORDER BY user_id, id;

-- name: PeopleLinks :many
SELECT id, same_as FROM users
WHERE same_as IS NOT NULL;

-- name: AdministratorGrants :many
SELECT g.* FROM grants g
JOIN profiles p ON p.id = g.profile_id
JOIN families f ON f.id = p.family_id
WHERE f.key = 'habilis' AND p.key = 'Administrateur' AND g.structure_id IS NULL
ORDER BY g.user_id, g.id;

-- name: SignInsOf :many
SELECT id, sign_in FROM users
WHERE id IN (SELECT value FROM json_each(@users));

-- name: StatesOfStructure :many
SELECT * FROM structure_states
WHERE structure_id = @structure_id
ORDER BY from_at, id;

-- name: CeilingsOfStructure :many
SELECT * FROM ceilings
WHERE structure_id = @structure_id
ORDER BY from_at, id;

-- name: MembershipsOfUserIn :many
SELECT * FROM memberships
WHERE user_id = @user_id AND structure_id = @structure_id AND until_at > @at
ORDER BY id;

-- name: PrincipalsNowIn :many
SELECT * FROM principals
WHERE structure_id IN (SELECT value FROM json_each(@structures)) AND from_at <= @at AND until_at > @at
ORDER BY structure_id, id;

-- name: HeldSince :one
-- The first instant of which anything is held: contents of profiles begin with the data.
SELECT CAST(coalesce(min(from_at), 0) AS INTEGER) FROM profile_contents;

-- name: ShutStructures :many
-- Those that are inactive, and those under a ceiling now.
SELECT id FROM structures WHERE active = 0
UNION
SELECT structure_id FROM ceilings
WHERE from_at <= CAST(@at AS INTEGER) AND until_at > CAST(@at AS INTEGER);

-- name: RestingOn :many
-- The rows besides grants and their memberships on which somebody's right in a place rests at an instant. kind is the table.
SELECT CAST('user_states' AS TEXT) AS kind, id, opened_by FROM user_states
WHERE user_states.user_id = @user_id AND user_states.from_at <= CAST(@at AS INTEGER) AND user_states.until_at > CAST(@at AS INTEGER)
UNION ALL
SELECT 'structure_states', id, opened_by FROM structure_states
WHERE structure_states.structure_id = CAST(@structure AS INTEGER) AND structure_states.from_at <= CAST(@at AS INTEGER) AND structure_states.until_at > CAST(@at AS INTEGER)
UNION ALL
SELECT 'ceilings', id, opened_by FROM ceilings
WHERE ceilings.structure_id = CAST(@structure AS INTEGER) AND ceilings.from_at <= CAST(@at AS INTEGER) AND ceilings.until_at > CAST(@at AS INTEGER)
UNION ALL
SELECT 'department_states', id, opened_by FROM department_states
WHERE department_states.department_id = CAST(@department AS INTEGER) AND department_states.from_at <= CAST(@at AS INTEGER) AND department_states.until_at > CAST(@at AS INTEGER)
UNION ALL
SELECT 'department_validities', id, opened_by FROM department_validities
WHERE department_validities.department_id = CAST(@department AS INTEGER) AND department_validities.from_at <= CAST(@at AS INTEGER) AND department_validities.until_at > CAST(@at AS INTEGER)
UNION ALL
SELECT 'memberships', id, opened_by FROM memberships
WHERE memberships.user_id = @user_id AND memberships.structure_id = CAST(@managed AS INTEGER) AND memberships.department_id IS NULL
AND memberships.from_at <= CAST(@at AS INTEGER) AND memberships.until_at > CAST(@at AS INTEGER);

-- name: DepartmentMoved :one
-- A state of a department whose line is about another structure than the department says.
SELECT CAST(coalesce(min(s.opened_by), 0) AS INTEGER) FROM department_states s
JOIN departments d ON d.id = s.department_id
JOIN journal j ON j.seq = s.opened_by
WHERE s.department_id = @department AND j.structure_id IS NOT NULL AND j.structure_id <> d.structure_id;

-- name: AnyDepartmentMoved :one
SELECT CAST(coalesce(min(s.opened_by), 0) AS INTEGER) FROM department_states s
JOIN departments d ON d.id = s.department_id
JOIN journal j ON j.seq = s.opened_by
WHERE j.structure_id IS NOT NULL AND j.structure_id <> d.structure_id;

-- name: SignIns :many
SELECT id, sign_in FROM users
ORDER BY id;

-- name: GrantCancelledBy :one
-- The grant of the same person, profile and place that a line cancelled, from which another goes on.
SELECT o.* FROM grants g
CROSS JOIN grants o
CROSS JOIN moved_ends e
WHERE g.id = @id AND o.user_id = g.user_id AND o.profile_id = g.profile_id AND o.id <> g.id AND o.until_at = o.from_at
AND o.structure_id IS g.structure_id AND o.department_id IS g.department_id AND o.options = g.options
AND e.kind = 'grants' AND e.row_id = o.id AND e.moved_by = CAST(@line AS INTEGER)
ORDER BY abs(o.from_at - g.from_at), o.id
LIMIT 1;

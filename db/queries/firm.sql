-- name: MarkFile :exec
UPDATE file
SET mark_before = mark, mark = @mark, head = @head
WHERE one = 1;

-- name: FileRow :one
SELECT * FROM file
WHERE one = 1;

-- name: Firm :one
SELECT * FROM firm
WHERE id = 1;

-- name: AddFirm :exec
INSERT INTO firm (id, name, kind, time_zone, language, registry, sirene_key, idle_minutes, sample, version, created_at)
VALUES (1, @name, @kind, @time_zone, @language, @registry, @sirene_key, @idle_minutes, @sample, 1, @created_at);

-- name: MarkSample :exec
UPDATE firm
SET sample = 1, sample_phrase = @sample_phrase
WHERE id = 1;

-- name: EditFirm :execrows
UPDATE firm
SET name = @name, time_zone = @time_zone, language = @language, registry = @registry, sirene_key = @sirene_key,
    idle_minutes = @idle_minutes, version = version + 1
WHERE id = 1 AND version = @version;

-- name: AddFamily :one
INSERT INTO families (key, in_use)
VALUES (@key, @in_use)
RETURNING id;

-- name: UseFamily :exec
UPDATE families
SET in_use = @in_use
WHERE key = @key;

-- name: AddProfile :one
INSERT INTO profiles (family_id, key, name, audience, fixed, version)
VALUES (@family_id, @key, @name, @audience, @fixed, 1)
RETURNING id;

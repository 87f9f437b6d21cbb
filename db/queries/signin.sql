-- name: SignIn :one
SELECT * FROM sign_ins
WHERE user_id = @user_id;

-- name: SaveSignIn :exec
INSERT INTO sign_ins (user_id, salt, memory_kib, passes, lanes, recipient, sealed, failures, wait_ms, waited_at, changed_at)
VALUES (@user_id, @salt, @memory_kib, @passes, @lanes, @recipient, @sealed, 0, 0, 0, @changed_at)
ON CONFLICT (user_id) DO UPDATE
SET salt = excluded.salt, memory_kib = excluded.memory_kib, passes = excluded.passes, lanes = excluded.lanes,
    recipient = excluded.recipient, sealed = excluded.sealed, failures = 0, wait_ms = 0, waited_at = 0, changed_at = excluded.changed_at;

-- name: CountFailure :exec
UPDATE sign_ins
SET failures = @failures, wait_ms = @wait_ms, waited_at = @waited_at
WHERE user_id = @user_id;

-- name: RememberSignIn :exec
UPDATE users
SET last_sign_in_at = @last_sign_in_at
WHERE id = @id;

-- name: UserByEmail :one
SELECT * FROM users
WHERE email = @email;

-- name: SaveActivation :exec
INSERT INTO activations (user_id, code_hash, expires_at)
VALUES (@user_id, @code_hash, @expires_at)
ON CONFLICT (user_id) DO UPDATE
SET code_hash = excluded.code_hash, expires_at = excluded.expires_at;

-- name: Activation :one
SELECT * FROM activations
WHERE user_id = @user_id;

-- name: SpendActivation :exec
DELETE FROM activations
WHERE user_id = @user_id;

-- name: ActiveUser :one
SELECT EXISTS (
    SELECT 1 FROM user_states
    WHERE user_id = @user_id AND state = 'active' AND from_at <= CAST(@at AS INTEGER) AND until_at > CAST(@at AS INTEGER)
);

-- name: CodeShown :one
-- The last time that somebody was shown a code of a person since an instant.
SELECT at, actor_id FROM journal
WHERE person_id = @person_id AND action = 'user.sign_in' AND at > @since AND json_extract(details, '$.details.signIn') = 'invited'
ORDER BY seq DESC
LIMIT 1;

-- name: SignIn :one
SELECT * FROM sign_ins
WHERE user_id = @user_id;

-- name: CostOfAny :one
-- The cost of the nth sealed identity: an address that cannot be entered costs as much as one that can.
SELECT memory_kib, passes, lanes FROM sign_ins
ORDER BY user_id
LIMIT 1 OFFSET CAST(@n AS INTEGER) % (SELECT max(1, count(*)) FROM sign_ins);

-- name: SaveSignIn :exec
INSERT INTO sign_ins (user_id, salt, memory_kib, passes, lanes, recipient, sealed, changed_at)
VALUES (@user_id, @salt, @memory_kib, @passes, @lanes, @recipient, @sealed, @changed_at)
ON CONFLICT (user_id) DO UPDATE
SET salt = excluded.salt, memory_kib = excluded.memory_kib, passes = excluded.passes, lanes = excluded.lanes,
    recipient = excluded.recipient, sealed = excluded.sealed, changed_at = excluded.changed_at;

-- name: Attempts :one
SELECT * FROM attempts
WHERE account = @account AND place = @place;

-- name: CountFailure :exec
-- No delay that runs is ever made to end earlier.
INSERT INTO attempts (account, place, failures, wait_ms, waited_at)
VALUES (@account, @place, 1, @wait_ms, @waited_at)
ON CONFLICT (account, place) DO UPDATE
SET failures = failures + 1,
    wait_ms = max(excluded.wait_ms, wait_ms - abs(excluded.waited_at - waited_at)), waited_at = excluded.waited_at;

-- name: ForgetFailures :exec
DELETE FROM attempts
WHERE account = @account;

-- name: ForgetFailuresAt :exec
DELETE FROM attempts
WHERE account = @account AND place = @place;

-- name: ForgetOldFailures :exec
DELETE FROM attempts
WHERE waited_at < (SELECT a.waited_at FROM attempts a ORDER BY a.waited_at DESC LIMIT 1 OFFSET CAST(@most AS INTEGER));

-- name: KnownBrowser :one
SELECT EXISTS (SELECT 1 FROM browsers WHERE user_id = @user_id AND place = @place);

-- name: RememberBrowser :exec
INSERT INTO browsers (user_id, place, entered_at)
VALUES (@user_id, @place, @entered_at)
ON CONFLICT (user_id, place) DO UPDATE
SET entered_at = excluded.entered_at;

-- name: ForgetOldBrowsers :exec
DELETE FROM browsers
WHERE browsers.user_id = @user_id AND browsers.place NOT IN (
    SELECT b.place FROM browsers b WHERE b.user_id = @user_id ORDER BY b.entered_at DESC LIMIT CAST(@most AS INTEGER)
);

-- name: RememberSignIn :exec
UPDATE users
SET last_sign_in_at = @last_sign_in_at
WHERE id = @id;

-- name: UserByEmail :one
SELECT * FROM users
WHERE email = @email;

-- name: SaveActivation :exec
INSERT INTO activations (user_id, code_hash, shown_to, line, expires_at)
VALUES (@user_id, @code_hash, @shown_to, @line, @expires_at)
ON CONFLICT (user_id) DO UPDATE
SET code_hash = excluded.code_hash, shown_to = excluded.shown_to, line = excluded.line, expires_at = excluded.expires_at;

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

-- name: CodesShown :many
-- Who was shown a code of a person since an instant, and when last, the latest first; one line is left out.
SELECT CAST(max(at) AS INTEGER) AS at, actor_id FROM journal
WHERE person_id = @person_id AND action = 'user.sign_in' AND at > @since AND seq <> @but AND json_extract(details, '$.details.signIn') = 'invited'
GROUP BY actor_id
ORDER BY 1 DESC
LIMIT 5;

-- name: DisabledAmong :many
SELECT DISTINCT user_id FROM user_states
WHERE user_id IN (SELECT value FROM json_each(@users)) AND state = 'disabled'
AND from_at <= CAST(@at AS INTEGER) AND until_at > CAST(@at AS INTEGER);

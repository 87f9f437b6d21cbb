package signin_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db/dbtest"
	"habilis/internal/fault"
	"habilis/internal/signin"
)

// ladder is the delay in seconds after each failure: four are free, then it doubles up to five minutes.
var ladder = []int{0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300}

// assertWait asserts that an attempt with the right phrase is refused for so many seconds yet.
func (w *world) assertWait(seconds int, email, phrase string) {
	w.t.Helper()
	session, err := w.try(email, phrase)
	assert.Empty(w.t, session)
	if assert.Error(w.t, err) {
		assert.True(w.t, fault.Is(err, fault.Invalid))
		assert.Equal(w.t, "passphrase", problem(w.t, err).Field)
		assert.Equal(w.t, seconds, waiting(w.t, err), "seconds to wait: %v", err)
	}
}

// TestEnterDelays walks the ladder: an attempt is refused, the right phrase too, until the last millisecond of a delay, and tried after it.
func TestEnterDelays(t *testing.T) {
	w := newWorld(t)
	for n, seconds := range ladder {
		_, err := w.try(clerk, wrongPhrase)
		require.Equal(t, "signin.wrong", key(t, err), "failure %d is tried", n+1)
		if seconds == 0 {
			continue
		}
		failed, whole := w.clock.At, time.Duration(seconds)*time.Second

		for _, x := range []struct {
			after   time.Duration
			seconds int
		}{{time.Millisecond, seconds}, {whole / 2, (seconds + 1) / 2}, {whole - time.Millisecond, 1}} {
			w.clock.At = failed.Add(x.after)
			w.assertWait(x.seconds, clerk, clerkPhrase)
			w.assertWait(x.seconds, clerk, wrongPhrase)
		}

		w.clock.At = failed.Add(whole)
	}
	w.enter(clerk, clerkPhrase)
	assert.EqualValues(t, len(ladder), w.lines("session.refused", clerkID), "what was not tried does not count")
}

// TestEnterDelaysOneAccount: other accounts know nothing of it.
func TestEnterDelaysOneAccount(t *testing.T) {
	w := newWorld(t)
	w.fail(clerk, 8)

	w.enter(admin, adminPhrase)

	w.assertWait(8, clerk, clerkPhrase)
}

// TestEnterResets: a right phrase makes the next four failures free again.
func TestEnterResets(t *testing.T) {
	for name, failures := range map[string]int{"before a delay": 4, "after a delay": 9} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.fail(clerk, failures)
			w.clock.At = w.clock.At.Add(time.Duration(ladder[failures-1]) * time.Second)

			w.enter(clerk, clerkPhrase)

			for range 5 {
				_, err := w.try(clerk, wrongPhrase)
				require.Equal(t, "signin.wrong", key(t, err))
			}
			w.assertWait(1, clerk, clerkPhrase)
			w.restart()
			w.assertWait(1, clerk, clerkPhrase)
		})
	}
}

// TestEnterDelaysAcrossARestart: neither the count nor the delay ends with the process, and the process adds nothing.
func TestEnterDelaysAcrossARestart(t *testing.T) {
	walks(t)
	w := newWorld(t)
	w.fail(clerk, 3)
	w.restart()
	w.fail(clerk, 5)
	failed := w.clock.At

	w.clock.At = failed.Add(3 * time.Second)
	w.restart()
	w.assertWait(5, clerk, clerkPhrase)
	w.clock.At = failed.Add(8*time.Second - time.Millisecond)
	w.restart()
	w.assertWait(1, clerk, clerkPhrase)
	w.assertWait(1, clerk, wrongPhrase)
	w.clock.At = failed.Add(8 * time.Second)
	_, err := w.try(clerk, wrongPhrase)
	assert.Equal(t, "signin.wrong", key(t, err))
	w.restart()
	w.assertWait(16, clerk, clerkPhrase)
	w.clock.At = failed.Add(24 * time.Second)
	w.enter(clerk, clerkPhrase)
}

// TestEnterDelaysAcrossAClockSetBack: after a restart under a clock that was set back the whole delay runs again, once, and ends by itself.
func TestEnterDelaysAcrossAClockSetBack(t *testing.T) {
	walks(t)
	for _, back := range []time.Duration{2 * time.Second, time.Hour, 400 * day} {
		t.Run(back.String(), func(t *testing.T) {
			w := newWorld(t)
			w.fail(admin, 8)
			w.clock.At = w.clock.At.Add(time.Second - back)
			w.restart()

			set := w.clock.At
			for _, after := range []time.Duration{0, time.Second, 4 * time.Second, 8*time.Second - time.Millisecond} {
				w.clock.At = set.Add(after)
				_, err := w.tryDespite(admin, adminPhrase)
				assert.Positive(t, waiting(t, err), "after %v", after)
				assert.LessOrEqual(t, waiting(t, err), 8, "after %v", after)
			}
			w.clock.At = set.Add(10 * time.Second) // a clock set back by little may count from the failure
			session, err := w.tryDespite(admin, adminPhrase)

			require.NoError(t, err)
			w.assertIn(session, adminID)
		})
	}
}

// TestEnterDelaysByTheProcessClock: while the process runs, setting the computer's clock neither shortens a delay nor lengthens it.
func TestEnterDelaysByTheProcessClock(t *testing.T) {
	for name, wall := range map[string]time.Duration{"set forward": 6 * time.Hour, "set back": -6 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			clock := newTwin(t)
			w := worldUnder(t, clock.Now)
			for n := range 8 {
				_, err := w.try(clerk, wrongPhrase)
				require.Equal(t, "signin.wrong", key(t, err))
				if n < 7 {
					clock.moves(time.Duration(ladder[n])*time.Second, time.Duration(ladder[n])*time.Second)
				}
			}

			clock.moves(wall, time.Second)

			_, err := w.try(clerk, clerkPhrase)
			assert.Contains(t, []int{7, 8}, waiting(t, err))
			clock.moves(6*time.Second, 6*time.Second)
			_, err = w.try(clerk, clerkPhrase)
			assert.Contains(t, []int{1, 2}, waiting(t, err))
			clock.moves(2*time.Second, 2*time.Second)
			w.enter(clerk, clerkPhrase)
		})
	}
}

// TestEnterNeverLocksForGood: however often somebody fails, the last administrator enters five minutes later.
func TestEnterNeverLocksForGood(t *testing.T) {
	w := newWorld(t)
	w.exec(fmt.Sprintf("INSERT INTO attempts VALUES (x'%x', 'window', 9223372036854775000, 0, 0)", sha256.Sum256([]byte(admin))))
	for range 3 {
		_, err := w.try(admin, wrongPhrase)
		require.Equal(t, "signin.wrong", key(t, err))
		w.clock.At = w.clock.At.Add(time.Millisecond)
		w.assertWait(300, admin, adminPhrase)
		w.clock.At = w.clock.At.Add(5 * time.Minute)
	}

	session := w.enter(admin, adminPhrase)

	w.assertIn(session, adminID)
	assert.EqualValues(t, 1, w.number("SELECT sign_in = 'open' FROM users WHERE id = 1"))
}

// TestUnlockDelays: the phrase that unlocks is guessed as slowly as the one that enters.
func TestUnlockDelays(t *testing.T) {
	w := newWorld(t)
	session := w.enter(clerk, clerkPhrase)
	w.in.Sessions().Lock(session)
	for range 2 {
		_, err := w.try(clerk, wrongPhrase)
		require.Equal(t, "signin.wrong", key(t, err))
	}
	for range 3 {
		require.Equal(t, "signin.wrong", key(t, w.in.Unlock(t.Context(), session, wrongPhrase)))
	}

	err := w.in.Unlock(t.Context(), session, clerkPhrase)

	assert.Equal(t, "signin.wait", key(t, err))
	w.assertOut(session, "session.locked")
	w.clock.At = w.clock.At.Add(time.Millisecond)
	w.assertWait(1, clerk, clerkPhrase)
	assert.EqualValues(t, 5, w.lines("session.refused", clerkID))
	w.clock.At = w.clock.At.Add(time.Second)
	require.NoError(t, w.in.Unlock(t.Context(), session, clerkPhrase))
	w.assertIn(session, clerkID)
	w.fail(clerk, 4)
	w.enter(clerk, clerkPhrase)
}

// TestEnterRecordsRefusals: a line for each, that names the user by their number, and neither their address nor what was typed.
func TestEnterRecordsRefusals(t *testing.T) {
	w := newWorld(t)

	w.fail(clerk, 6)
	w.fail(admin, 2)
	_, err := w.try(clerkPhrase, clerkPhrase) // typed into the wrong field

	require.Error(t, err)
	assert.EqualValues(t, 6, w.lines("session.refused", clerkID))
	assert.EqualValues(t, 2, w.lines("session.refused", adminID))
	assert.Zero(t, w.lines("session.opened", clerkID))
	kept := w.dump("journal") + w.dump("journal_values")
	require.Contains(t, kept, "session.refused")
	for _, secret := range []string{clerk, "claire", admin, "patron", wrongPhrase, clerkPhrase} {
		assert.NotContains(t, kept, secret)
	}
}

// TestEnterAtOnce: fifty attempts at once are no way round the delays.
func TestEnterAtOnce(t *testing.T) {
	for name, attempt := range map[string]func(w *world, session string, i int) error{
		"entering": func(w *world, _ string, _ int) error {
			_, err := w.try(clerk, wrongPhrase)
			return err
		},
		"entering and unlocking": func(w *world, session string, i int) error {
			if i%2 == 0 {
				return w.in.Unlock(context.Background(), session, wrongPhrase)
			}
			_, err := w.try(clerk, wrongPhrase)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			session := w.enter(clerk, clerkPhrase)
			w.in.Sessions().Lock(session)

			answers := atOnce(t, 50, func(i int) error { return attempt(w, session, i) })

			tried := answers["signin.wrong"]
			assert.Equal(t, 50, tried+answers["signin.wait"], "%v", answers)
			assert.Positive(t, tried)
			assert.LessOrEqual(t, tried, 5, "a delay stands after the fifth")
			assert.EqualValues(t, tried, w.number("SELECT failures FROM attempts"), "each that was tried counts")
			assert.EqualValues(t, tried, w.lines("session.refused", clerkID))
		})
	}
}

// TestEnterAtOnceAfterADelay: of those who waited for the end of a delay only one has their turn.
func TestEnterAtOnceAfterADelay(t *testing.T) {
	w := newWorld(t)
	w.fail(clerk, 8)
	w.clock.At = w.clock.At.Add(8 * time.Second)

	answers := atOnce(t, 20, func(int) error {
		_, err := w.try(clerk, wrongPhrase)
		return err
	})

	assert.Equal(t, map[string]int{"signin.wrong": 1, "signin.wait": 19}, answers)
	assert.EqualValues(t, 9, w.number("SELECT failures FROM attempts"))
	w.clock.At = w.clock.At.Add(time.Millisecond)
	w.assertWait(16, clerk, clerkPhrase)
}

// TestEnterTellsNothing: an unknown address, and one that cannot enter, answer as a wrong phrase does, byte for byte.
func TestEnterTellsNothing(t *testing.T) {
	dbtest.Single(t)
	w := newWorld(t)
	w.person("sans@exemple.example", "")
	w.person("invitee@exemple.example", "")
	w.invite(w.number("SELECT id FROM users WHERE email = 'invitee@exemple.example'"))
	locked := w.person("fermee@exemple.example", adminPhrase)
	w.setSignIn(locked, "locked", "")
	w.disable(w.person("partie@exemple.example", adminPhrase))
	want := &fault.Error{Code: fault.Invalid, Problems: []fault.Problem{{Field: "passphrase", Key: "signin.wrong"}}}
	for name, email := range map[string]string{
		"a wrong phrase":      clerk,
		"an unknown address":  "inconnue@exemple.example",
		"no address":          "",
		"no address at all":   "%' OR 1=1 --",
		"without a sign-in":   "sans@exemple.example",
		"invited":             "invitee@exemple.example",
		"locked":              "fermee@exemple.example",
		"disabled":            "partie@exemple.example",
		"an absurd address":   long(1_000_000, "aZ3kQ9!vB7xR5w"),
		"a malformed address": "\xff\xfe@\x00",
	} {
		for phrase, typed := range map[string]string{"": wrongPhrase, ", without a phrase": "", ", with an absurd phrase": long(1_000_000, "aZ3kQ9!vB7xR5w")} {
			t.Run(name+phrase, func(t *testing.T) {
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)

				session, err := w.in.Enter(t.Context(), signin.Credentials{Email: email, Passphrase: typed, AcceptClock: true})

				assert.Empty(t, session)
				f, told := fault.As(err)
				if assert.True(t, told, "%v", err) {
					assert.Equal(t, want, f)
				}
				runtime.ReadMemStats(&after)
				assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(512<<10), "an absurd text is not even copied")
			})
		}
	}
}

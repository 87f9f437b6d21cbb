package signin_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/fault"
	"habilis/internal/signin"
)

func (w *world) moves(by time.Duration) { w.clock.At = w.clock.At.Add(by) }

// assertLocked asserts that a session is there, and locked whoever asks.
func (w *world) assertLocked(session string, user int64) {
	w.t.Helper()
	w.assertOut(session, "session.locked")
	_, err := w.in.Sessions().Glance(session)
	assert.Equal(w.t, "session.locked", key(w.t, err))
	got, locked := w.in.Sessions().Peek(session)
	assert.Equal(w.t, user, got)
	assert.True(w.t, locked)
}

func TestUse(t *testing.T) {
	w := newWorld(t)
	session := w.enter(clerk, clerkPhrase)

	w.assertIn(session, clerkID)

	user, err := w.in.Sessions().Glance(session)
	require.NoError(t, err)
	assert.Equal(t, clerkID, user)
	user, locked := w.in.Sessions().Peek(session)
	assert.Equal(t, clerkID, user)
	assert.False(t, locked)
}

func TestUseRefuses(t *testing.T) {
	w := newWorld(t)
	w.enter(clerk, clerkPhrase)
	closed := w.enter(clerk, clerkPhrase)
	w.in.Sessions().Close(closed)
	elsewhere := w.enter(clerk, clerkPhrase)
	w.restart()
	for name, session := range map[string]string{"no session": "", "an invented one": "AAAAAAAAAAAAAAAAAAAAAAAAAA", "a closed one": closed, "one of a process before": elsewhere} {
		t.Run(name, func(t *testing.T) {
			w.assertOut(session, "session.none")

			_, err := w.in.Sessions().Glance(session)
			assert.Equal(t, "session.none", key(t, err))
			user, locked := w.in.Sessions().Peek(session)
			assert.Zero(t, user)
			assert.False(t, locked)
			w.in.Sessions().Lock(session)
			assert.True(t, fault.Is(w.in.Unlock(t.Context(), session, clerkPhrase), fault.Unauthenticated))
			w.assertOut(session, "session.none")
		})
	}
}

// TestLock: by hand, one session and no other; the phrase alone unlocks it.
func TestLock(t *testing.T) {
	w := newWorld(t)
	session, other := w.enter(clerk, clerkPhrase), w.enter(clerk, clerkPhrase)

	w.in.Sessions().Lock(session)

	w.assertLocked(session, clerkID)
	w.assertIn(other, clerkID)
	for _, phrase := range []string{"", wrongPhrase, adminPhrase} {
		err := w.in.Unlock(t.Context(), session, phrase)
		assert.Equal(t, "signin.wrong", key(t, err))
		w.assertLocked(session, clerkID)
	}
	require.NoError(t, w.in.Unlock(t.Context(), session, clerkPhrase))
	w.assertIn(session, clerkID)
}

// TestIdle: a session locks after the firm's minutes without a call, and stays locked.
func TestIdle(t *testing.T) {
	walks(t)
	for _, minutes := range []time.Duration{time.Minute, 10 * time.Minute, 30 * time.Minute} {
		t.Run(minutes.String(), func(t *testing.T) {
			w := newWorld(t)
			w.idle = minutes
			session := w.enter(clerk, clerkPhrase)
			for range 3 {
				w.moves(minutes - time.Second)
				w.assertIn(session, clerkID)
			}

			w.moves(minutes + time.Second)

			w.assertLocked(session, clerkID)
			w.moves(-minutes)
			w.assertLocked(session, clerkID)
			require.NoError(t, w.in.Unlock(t.Context(), session, clerkPhrase))
			w.moves(minutes - time.Second)
			w.assertIn(session, clerkID)
		})
	}
}

// TestIdleFollowsTheFirm: the setting holds for sessions that are open already.
func TestIdleFollowsTheFirm(t *testing.T) {
	w := newWorld(t)
	session := w.enter(clerk, clerkPhrase)
	w.idle = 2 * time.Minute

	w.moves(3 * time.Minute)

	w.assertLocked(session, clerkID)
}

// TestIdleIgnores what a page asks by itself.
func TestIdleIgnores(t *testing.T) {
	w := newWorld(t)
	session := w.enter(clerk, clerkPhrase)
	for range 3 {
		w.moves(3 * time.Minute)
		_, err := w.in.Sessions().Glance(session)
		require.NoError(t, err)
		_, locked := w.in.Sessions().Peek(session)
		require.False(t, locked)
	}

	w.moves(2 * time.Minute)

	w.assertLocked(session, clerkID)
}

// TestExpires: twelve hours after it was opened a session ends, whatever was done meanwhile.
func TestExpires(t *testing.T) {
	walks(t)
	for name, meanwhile := range map[string]func(w *world, session string){
		"awake": func(w *world, session string) { w.assertIn(session, clerkID) },
		"locked and unlocked": func(w *world, session string) {
			w.in.Sessions().Lock(session)
			require.NoError(w.t, w.in.Unlock(w.t.Context(), session, clerkPhrase))
		},
		"locked": func(w *world, session string) { w.in.Sessions().Lock(session) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			session := w.enter(clerk, clerkPhrase)
			for range 12*6 - 1 {
				w.moves(10*time.Minute - time.Second)
				meanwhile(w, session)
			}
			w.clock.At = w.clock.At.Add(71*time.Second + 10*time.Minute - time.Millisecond)
			user, _ := w.in.Sessions().Peek(session)
			require.Equal(t, clerkID, user, "a millisecond before")

			w.moves(time.Millisecond)

			w.assertOut(session, "session.expired")
			assert.True(t, fault.Is(w.in.Unlock(t.Context(), session, clerkPhrase), fault.Unauthenticated))
			_, err := w.in.Sessions().Use(session)
			assert.True(t, fault.Is(err, fault.Unauthenticated))
			user, _ = w.in.Sessions().Peek(session)
			assert.Zero(t, user)
		})
	}
}

// TestEndAll: every session of a user ends at once, locked ones too, and nobody else's.
func TestEndAll(t *testing.T) {
	w := newWorld(t)
	one, locked, other := w.enter(clerk, clerkPhrase), w.enter(clerk, clerkPhrase), w.enter(admin, adminPhrase)
	w.in.Sessions().Lock(locked)

	w.in.Sessions().EndAll(clerkID)

	w.assertOut(one, "session.none")
	w.assertOut(locked, "session.none")
	w.assertIn(other, adminID)
}

// TestChangeSignInEnds: who may no longer enter is out at once; a preview ends nothing, nor does a change that is refused.
func TestChangeSignInEnds(t *testing.T) {
	for _, value := range []string{"locked", "none"} {
		t.Run(value, func(t *testing.T) {
			w := newWorld(t)
			session, other := w.enter(clerk, clerkPhrase), w.enter(admin, adminPhrase)
			_, err := w.changes.Preview(w.admin, w.in.ChangeSignIn(clerkID, value, ""))
			require.NoError(t, err)
			w.assertIn(session, clerkID)
			require.Error(t, w.changes.Run(w.admin, w.in.ChangeSignIn(clerkID, value, ""), w.in.ChangeSignIn(clerkID, "nonsense", "")))
			w.assertIn(session, clerkID)

			w.setSignIn(clerkID, value, "")

			w.assertOut(session, "session.none")
			w.assertIn(other, adminID)
		})
	}
}

// TestSleep: while a computer sleeps, the monotonic clock stands still and the wall's goes on. And where somebody sets the wall's back, the
// monotonic one goes on. A session counts by whichever counted more.
func TestSleep(t *testing.T) {
	walks(t)
	for name, x := range map[string]struct {
		wall, mono time.Duration
		want       string
	}{
		"a short sleep":                             {9 * time.Minute, time.Second, ""},
		"asleep for eleven minutes":                 {11 * time.Minute, time.Second, "session.locked"},
		"asleep for a night":                        {9 * time.Hour, time.Second, "session.locked"},
		"asleep for twelve hours":                   {12 * time.Hour, time.Second, "session.expired"},
		"asleep for a week":                         {7 * day, 0, "session.expired"},
		"the clock set back":                        {-time.Hour, time.Minute, ""},
		"idle for eleven minutes, the clock a bit":  {-time.Minute, 11 * time.Minute, "session.locked"},
		"idle for eleven minutes, the clock a day":  {-day + time.Hour, 11 * time.Minute, "session.locked"},
		"open for twelve hours, the clock set back": {-time.Hour, 12 * time.Hour, "session.expired"},
		"both": {11 * time.Minute, 11 * time.Minute, "session.locked"},
	} {
		t.Run(name, func(t *testing.T) {
			clock := newTwin(t)
			w := worldUnder(t, clock.Now)
			session := w.enter(clerk, clerkPhrase)

			clock.moves(x.wall, x.mono)

			if x.want == "" {
				w.assertIn(session, clerkID)
				return
			}
			w.assertOut(session, x.want)
			if x.want == "session.locked" {
				clock.moves(-x.wall, time.Second)
				w.assertLocked(session, clerkID)
				require.NoError(t, w.in.Unlock(t.Context(), session, clerkPhrase))
				w.assertIn(session, clerkID)
			}
		})
	}
}

// TestSleepAfterUse: what counts is the time since the last call.
func TestSleepAfterUse(t *testing.T) {
	clock := newTwin(t)
	w := worldUnder(t, clock.Now)
	session := w.enter(clerk, clerkPhrase)
	for range 4 {
		clock.moves(9*time.Minute, 5*time.Minute)
		w.assertIn(session, clerkID)
	}

	clock.moves(11*time.Minute, time.Second)

	w.assertOut(session, "session.locked")
}

// TestWallTime: a clock that shows the wall's time alone does as well.
func TestWallTime(t *testing.T) {
	opened := time.Now()
	at := opened
	sessions := signin.NewSessions(func() time.Time { return at }, func() time.Duration { return 10 * time.Minute })
	w := worldUnder(t, func() time.Time { return at })
	w.in = signin.NewService(w.d, func() time.Time { return at }, func() signin.Cost { return cheap }, cheap, sessions)
	session := w.enter(clerk, clerkPhrase)

	at = opened.Round(0).Add(9 * time.Minute)
	w.assertIn(session, clerkID)
	at = at.Add(11 * time.Minute)
	w.assertOut(session, "session.locked")
	at = opened.Round(0).Add(12 * time.Hour)
	w.assertOut(session, "session.expired")
}

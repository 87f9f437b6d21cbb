package signin_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db/dbtest"
	"habilis/internal/fault"
	"habilis/internal/signin"
)

// TestEnterRefusesAnEmptyFile: there is no default account.
func TestEnterRefusesAnEmptyFile(t *testing.T) {
	d, clock := dbtest.Open(t)
	sessions := signin.NewSessions(clock.Now, func() time.Duration { return time.Hour })
	in := signin.NewService(d, clock.Now, func() signin.Cost { return cheap }, cheap, sessions)
	for _, email := range []string{"", "admin", "administrateur", "root", "admin@habilis.example"} {
		for _, phrase := range []string{"", "admin", "habilis", "changeme"} {
			session, err := in.Enter(t.Context(), signin.Credentials{Email: email, Passphrase: phrase, AcceptClock: true})

			assert.Empty(t, session)
			assert.Equal(t, "signin.wrong", key(t, err))
		}
	}
}

// TestEnterRecords: an entry has its line, and its instant.
func TestEnterRecords(t *testing.T) {
	w := newWorld(t)

	one, other := w.enter(clerk, clerkPhrase), w.enter(clerk, clerkPhrase)

	assert.NotEqual(t, one, other)
	assert.GreaterOrEqual(t, len(one), 20, "it cannot be guessed")
	assert.EqualValues(t, 2, w.lines("session.opened", clerkID))
	assert.InDelta(t, w.clock.At.UnixMilli(), w.number("SELECT last_sign_in_at FROM users WHERE id = ?", clerkID), 10)
	kept := w.dump("journal") + w.dump("journal_values")
	assert.NotContains(t, kept, one)
	assert.NotContains(t, kept, clerkPhrase)
}

// TestEnterRefusesStates: the right phrase opens nothing to who is désactivé, or whose sign-in is not open. Who does not know it learns nothing of that.
func TestEnterRefusesStates(t *testing.T) {
	walks(t)
	for name, x := range map[string]struct {
		want   string
		become func(w *world)
	}{
		"disabled":            {"signin.disabled", func(w *world) { w.disable(clerkID) }},
		"none":                {"signin.not_open", func(w *world) { w.setSignIn(clerkID, "none", "") }},
		"locked":              {"signin.not_open", func(w *world) { w.setSignIn(clerkID, "locked", "") }},
		"invited":             {"signin.not_open", func(w *world) { w.setSignIn(clerkID, "none", ""); w.invite(clerkID) }},
		"locked and disabled": {"", func(w *world) { w.setSignIn(clerkID, "locked", ""); w.disable(clerkID) }},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			x.become(w)

			session, err := w.try(clerk, clerkPhrase)

			assert.Empty(t, session)
			if assert.Error(t, err) {
				assert.True(t, fault.Is(err, fault.Forbidden))
			}
			if x.want != "" {
				assert.Equal(t, x.want, key(t, err))
			}
			_, err = w.try(clerk, wrongPhrase)
			assert.Equal(t, "signin.wrong", key(t, err))
			assert.Zero(t, w.lines("session.opened", clerkID))
			assert.Zero(t, w.number("SELECT last_sign_in_at FROM users WHERE id = ?", clerkID))
			w.enter(admin, adminPhrase)
		})
	}
}

// meanwhile lets something happen once, while an identity is next sealed: the service asks then what that may cost.
func (w *world) meanwhile(happens func()) {
	var once sync.Once
	dearer := signin.Cost{MemoryKiB: 16, Passes: 1, Lanes: 1}
	w.in = signin.NewService(w.d, w.now, func() signin.Cost {
		once.Do(happens)
		return dearer
	}, dearer, w.in.Sessions())
}

// TestEnterRefusesMeanwhile: who loses their access while their passphrase is being tried, for a third of a second, does not enter.
func TestEnterRefusesMeanwhile(t *testing.T) {
	for name, become := range map[string]func(w *world){
		"disabled": func(w *world) { w.disable(clerkID); w.in.Sessions().EndAll(clerkID) },
		"none":     func(w *world) { w.setSignIn(clerkID, "none", "") },
		"locked":   func(w *world) { w.setSignIn(clerkID, "locked", "") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			happened := false
			w.meanwhile(func() { become(w); happened = true })

			session, err := w.try(clerk, clerkPhrase)

			require.True(t, happened)
			assert.Empty(t, session)
			assert.True(t, fault.Is(err, fault.Forbidden), "%v", err)
			assert.Zero(t, w.lines("session.opened", clerkID))
		})
	}
}

// TestUnlockRefusesStates: nor does it open again what was open before.
func TestUnlockRefusesStates(t *testing.T) {
	for name, become := range map[string]func(w *world){
		"disabled": func(w *world) { w.disable(clerkID); w.in.Sessions().EndAll(clerkID) },
		"locked":   func(w *world) { w.setSignIn(clerkID, "locked", "") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			session := w.enter(clerk, clerkPhrase)
			w.in.Sessions().Lock(session)
			become(w)

			err := w.in.Unlock(t.Context(), session, clerkPhrase)

			assert.True(t, fault.Is(err, fault.Unauthenticated))
			w.assertOut(session, "session.none")
		})
	}
}

func (w *world) tryDespite(email, phrase string) (string, error) {
	return w.in.Enter(context.Background(), signin.Credentials{Email: email, Passphrase: phrase, AcceptClock: true})
}

// set makes the clock show a time so far from the journal's last instant, and begins a new process.
func (w *world) set(off time.Duration) {
	w.t.Helper()
	last := w.number("SELECT at FROM journal ORDER BY seq DESC LIMIT 1")
	w.clock.At = time.UnixMilli(last).UTC().Add(off)
	w.restart()
}

// odd are the clocks of which a sign-in speaks.
var odd = map[string]struct {
	off  time.Duration
	want string
}{
	"a day and a minute behind": {-day - time.Minute, "clock.behind"},
	"a year behind":             {-365 * day, "clock.behind"},
	"twenty years behind":       {-20 * 365 * day, "clock.behind"},
	"a year and a day ahead":    {366*day + time.Minute, "clock.ahead"},
	"ten years ahead":           {3652 * day, "clock.ahead"},
}

// TestEnterSpeaksOfTheClock: more than a day behind the journal's last instant, or more than a year ahead of it. A firm administrator alone goes
// on, where they say so, and the journal tells.
func TestEnterSpeaksOfTheClock(t *testing.T) {
	walks(t)
	for name, x := range odd {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.set(x.off)

			for _, enter := range []func() (string, error){
				func() (string, error) { return w.try(clerk, clerkPhrase) },
				func() (string, error) { return w.tryDespite(clerk, clerkPhrase) },
				func() (string, error) { return w.try(admin, adminPhrase) },
				func() (string, error) { return w.try(clerk, clerkPhrase) },
			} {
				session, err := enter()
				assert.Empty(t, session)
				assert.Equal(t, x.want, key(t, err))
			}
			assert.Zero(t, w.number("SELECT count(*) FROM journal WHERE action LIKE 'session.opened%'"))

			session, err := w.tryDespite(admin, adminPhrase)
			require.NoError(t, err)
			w.assertIn(session, adminID)
			assert.EqualValues(t, 1, w.lines("session.opened_despite_clock", adminID))
			assert.Zero(t, w.lines("session.opened", adminID))
		})
	}
}

// TestEnterKeepsTheClock: an attempt that fails does not make an odd clock a right one.
func TestEnterKeepsTheClock(t *testing.T) {
	walks(t)
	for name, x := range odd {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.set(x.off)
			_, err := w.try(clerk, wrongPhrase)
			require.Equal(t, "signin.wrong", key(t, err))

			session, err := w.try(clerk, clerkPhrase)

			assert.Empty(t, session)
			assert.Equal(t, x.want, key(t, err))
		})
	}
}

// TestEnterByTheClock: within these bounds it says nothing, whatever one accepts.
func TestEnterByTheClock(t *testing.T) {
	walks(t)
	for name, off := range map[string]time.Duration{
		"a day behind": -day + time.Second, "an hour behind": -time.Hour, "a minute ahead": time.Minute, "a year ahead": 365*day - time.Second,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.set(off)

			w.enter(clerk, clerkPhrase)
			session, err := w.tryDespite(admin, adminPhrase)

			require.NoError(t, err)
			w.assertIn(session, adminID)
			assert.EqualValues(t, 1, w.lines("session.opened", clerkID))
			assert.EqualValues(t, 1, w.lines("session.opened", adminID))
			assert.Zero(t, w.lines("session.opened_despite_clock", adminID))
		})
	}
}

package attack_test

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/signin"
)

// attempt tries a passphrase at a browser.
func (v *visitor) attempt(email, phrase string) reply {
	v.t.Helper()
	return v.call("Session.Enter", object{"email": email, "passphrase": phrase})
}

// seconds is how long an answer asks to wait, 0 where it does not.
func (r reply) seconds() int {
	if r.key() != "signin.wait" {
		return 0
	}
	n, _ := strconv.Atoi(r.fault.Problems[0].Params["seconds"])
	return n
}

// storm makes wrong attempts from browsers of nobody, each once the delay of the one before is over: as fast as the program lets.
func (s *site) storm(email string, times int) {
	s.t.Helper()
	mallory := s.visitor()
	for i := range times {
		if i%50 == 0 {
			mallory = s.visitor() // a new seat costs nothing
		}
		a := mallory.attempt(email, wrong)
		if n := a.seconds(); n > 0 {
			s.clock.move(time.Duration(n) * time.Second)
			a = mallory.attempt(email, wrong)
		}
		require.True(s.t, a.refused())
	}
}

// TestAStrangerKeepsNobodyOutOfTheirSession: H3, D3. While somebody without a session fails at the sign-in page as often as the
// program lets them, whoever sits at an open session unlocks it at once.
func TestAStrangerKeepsNobodyOutOfTheirSession(t *testing.T) {
	for name, lock := range map[string]func(s *site, v *visitor){
		"locked by idleness": func(s *site, _ *visitor) { s.clock.move(11 * time.Minute) },
		"locked by hand":     func(_ *site, v *visitor) { v.must("Session.Lock") },
	} {
		for who, failures := range map[string]int{"admin": 2500, "clerk": 30} {
			t.Run(name+"/"+who, func(t *testing.T) {
				// given somebody signed in
				s := firmOf(t)
				s.person("clerk")
				v := s.enter(who)
				lock(s, v)

				// when a stranger fails, also at the very moment before the unlocking
				if failures > 100 {
					// Ten in the right order first, then what the counter would be after the rest: a test has no week.
					s.storm(address(who), 10)
					s.exec("UPDATE attempts SET failures = ?, wait_ms = 300000, waited_at = ?", failures-1, s.clock.Now().UnixMilli())
					s.clock.move(301 * time.Second)
				}
				s.storm(address(who), failures%100+3)

				// then they are in again with the first right passphrase
				require.Equal(t, "session.locked", v.call("Firm.Me").key())
				assert.Empty(t, v.call("Session.Unlock", passphrase).Error)
				assert.Equal(t, address(who), v.me())
			})
		}
	}
}

// TestFailuresAtASessionCountThere: a seat's own counter delays who guesses at somebody's locked session.
func TestFailuresAtASessionCountThere(t *testing.T) {
	// given a locked session, and somebody at its keyboard
	s := firmOf(t)
	v := s.enter("admin")
	v.must("Session.Lock")

	// when they guess
	waits := 0
	for range 12 {
		if v.call("Session.Unlock", wrong).seconds() > 0 {
			waits++
		}
	}

	// then they have to wait as at the sign-in page
	assert.Positive(t, waits)
}

// TestTheLastAdministratorHasAWay: H3. A stranger who never stops does not keep the only administrator out: not of the browser
// that they used before, whose session has ended, nor of a new one.
func TestTheLastAdministratorHasAWay(t *testing.T) {
	for name, browser := range map[string]func(s *site) *visitor{
		"where they signed in before": func(s *site) *visitor {
			v := s.enter("admin")
			s.clock.move(13 * time.Hour)
			return v
		},
		"at a new browser": func(s *site) *visitor { return s.visitor() },
	} {
		t.Run(name, func(t *testing.T) {
			// given the only administrator, and a stranger who tries each second, before them
			s := firmOf(t)
			v, mallory := browser(s), s.visitor()
			s.storm(address("admin"), 15)
			in := false

			// when they try each second too, for a quarter of an hour
			for i := 0; i < 900 && !in; i++ {
				if i%100 == 0 {
					mallory = s.visitor()
				}
				mallory.attempt(address("admin"), wrong)
				in = !v.attempt(address("admin"), passphrase).refused()
				s.clock.move(time.Second)
			}

			// then they are in
			assert.True(t, in)
		})
	}
}

// TestGuessingStaysSlow: what lets people in opens no way to guess: over many seats together, an account is tried no oftener.
func TestGuessingStaysSlow(t *testing.T) {
	for _, seats := range []int{1, 7, 100} {
		t.Run(fmt.Sprint(seats), func(t *testing.T) {
			// given a stranger with many browsers
			s := firmOf(t)
			var visitors []*visitor
			for range seats {
				visitors = append(visitors, s.visitor())
			}

			// when they try for two minutes, as often as they can
			tried := 0
			for range 120 {
				for i := range min(seats, 5) {
					v := visitors[(tried+i)%seats]
					if a := v.attempt(address("admin"), wrong); a.key() == "signin.wrong" {
						tried++
					}
				}
				s.clock.move(time.Second)
			}

			// then few attempts were looked at: some at once, then after 1, 2, 4 … seconds
			assert.LessOrEqual(t, tried, 40)
		})
	}
}

// accounts are addresses at the sign-in page, by what the program knows of them.
var accounts = map[string]func(s *site, name string) string{
	"known": func(s *site, name string) string {
		s.person(name)
		s.enter(name)
		return address(name)
	},
	"uninvited": func(s *site, name string) string {
		s.person(name)
		return address(name)
	},
	"invited": func(s *site, name string) string {
		s.person(name)
		s.invite(name)
		return address(name)
	},
	"locked": func(s *site, name string) string {
		s.person(name)
		s.enter(name)
		s.submit(object{"signIn": object{"user": s.people[name], "signIn": "locked"}})
		return address(name)
	},
	"disabled": func(s *site, name string) string {
		s.person(name)
		s.enter(name)
		s.disable(name)
		return address(name)
	},
	"unknown":             func(_ *site, name string) string { return address(name) },
	"no address":          func(_ *site, name string) string { return name },
	"of the longest size": func(_ *site, name string) string { return strings.Repeat("a", 5000) + address(name) },
	"empty":               func(*site, string) string { return "" },
}

// disable makes somebody désactivé with a database editor: no page does it yet.
func (s *site) disable(name string) {
	s.t.Helper()
	now := s.number("SELECT max(at) FROM journal")
	s.exec("UPDATE user_states SET until_at = ? WHERE user_id = ? AND until_at > ?", now+1, s.people[name], now)
	s.exec("INSERT INTO user_states (user_id, state, from_at, until_at, opened_by) VALUES (?, 'disabled', ?, 253402300799999, 1)",
		s.people[name], now+1)
	s.clock.move(time.Second)
}

// TestNobodyLearnsWhichAddressesAreKnown: D3. Whatever is known of an address, each attempt is answered in the same words, after
// the same delays.
func TestNobodyLearnsWhichAddressesAreKnown(t *testing.T) {
	talk := func(t *testing.T, kind string) []string {
		// given an address
		s := firmOf(t)
		email := accounts[kind](s, "someone")
		mallory := s.visitor()

		// when somebody tries it many times, then waits as they are told, and tries again
		var said []string
		for range 14 {
			a := mallory.attempt(email, wrong)
			said = append(said, fmt.Sprint(a.Status, a.Error))
			if n := a.seconds(); n > 0 {
				s.clock.move(time.Duration(n) * time.Second)
			}
		}
		other := s.visitor()
		a := other.attempt(email, wrong)
		return append(said, "elsewhere "+fmt.Sprint(a.Status, a.Error))
	}
	want := talk(t, "known")
	require.Contains(t, strings.Join(want, " "), "signin.wait", "there are delays to compare")
	for kind := range accounts {
		t.Run(kind, func(t *testing.T) {
			assert.Equal(t, want, talk(t, kind))
		})
	}
}

// TestActivationTellsNothing: nor does the page where a code is typed.
func TestActivationTellsNothing(t *testing.T) {
	talk := func(t *testing.T, kind string) []string {
		s := firmOf(t)
		email := accounts[kind](s, "someone")
		mallory := s.visitor()
		var said []string
		for _, phrase := range []string{passphrase, "short", ""} {
			for _, code := range []string{"AAAA-BBBB-CCCC-DDDD", "", "x"} {
				a := mallory.call("Session.Activate", object{"email": email, "code": code, "passphrase": phrase})
				said = append(said, fmt.Sprint(a.Status, a.Error))
			}
		}
		return said
	}
	want := talk(t, "invited")
	for kind := range accounts {
		t.Run(kind, func(t *testing.T) {
			assert.Equal(t, want, talk(t, kind))
		})
	}
}

// TestEveryAttemptCostsTheSame: D3. Whatever is known of an address, an attempt makes as many keys, and leaves as much behind.
// Keys are counted by the memory that they take, never by time.
func TestEveryAttemptCostsTheSame(t *testing.T) {
	const perKey = 8 << 20
	dear := signin.Cost{MemoryKiB: perKey >> 10, Passes: 1, Lanes: 1}
	cost := func(t *testing.T, kind string) (keys []int64, written []bool) {
		s := open(t, dear)
		s.setUp()
		s.serve()
		email := accounts[kind](s, "someone")
		mallory := s.visitor()
		mallory.must("Session.State")
		for range 3 {
			var before, after runtime.MemStats
			version := s.number("PRAGMA data_version")
			runtime.ReadMemStats(&before)
			mallory.attempt(email, wrong)
			runtime.ReadMemStats(&after)
			keys = append(keys, int64(after.TotalAlloc-before.TotalAlloc)/perKey) //nolint:gosec // small
			written = append(written, s.number("PRAGMA data_version") != version)
			s.clock.move(time.Minute)
		}
		return keys, written
	}
	keys, written := cost(t, "known")
	require.Equal(t, []int64{1, 1, 1}, keys)
	for kind := range accounts {
		t.Run(kind, func(t *testing.T) {
			k, w := cost(t, kind)
			assert.Equal(t, keys, k, "keys made")
			assert.Equal(t, written, w, "whether the file was written")
		})
	}
}

// TestAnInvitationOutlivesARefusal: D4. What refuses an activation for another reason does not spend its code.
func TestAnInvitationOutlivesARefusal(t *testing.T) {
	for name, refuse := range map[string]func(s *site, v *visitor, code string){
		"a weak passphrase": func(_ *site, v *visitor, code string) {
			v.call("Session.Activate", object{"email": address("guest"), "code": code, "passphrase": "weak"})
		},
		"a wrong code": func(_ *site, v *visitor, _ string) {
			v.call("Session.Activate", object{"email": address("guest"), "code": "AAAA-BBBB-CCCC-DDDD", "passphrase": passphrase})
		},
		"a disabled account": func(s *site, v *visitor, code string) {
			s.disable("guest")
			v.call("Session.Activate", object{"email": address("guest"), "code": code, "passphrase": passphrase})
			now := s.number("SELECT max(from_at) FROM user_states WHERE user_id = ?", s.people["guest"])
			s.exec("UPDATE user_states SET until_at = ? WHERE user_id = ? AND state = 'disabled'", now+10, s.people["guest"])
			s.exec(`INSERT INTO user_states (user_id, state, from_at, until_at, opened_by) VALUES (?, 'active', ?, 253402300799999, 1)`,
				s.people["guest"], now+10)
			s.clock.move(time.Second)
		},
		"an odd clock": func(s *site, v *visitor, code string) {
			s.clock.move(-50 * time.Hour)
			v.call("Session.Activate", object{"email": address("guest"), "code": code, "passphrase": passphrase})
			s.clock.move(50 * time.Hour)
		},
	} {
		t.Run(name, func(t *testing.T) {
			// given an invitation
			s := firmOf(t)
			s.person("guest")
			code, v := s.invite("guest"), s.visitor()

			// when it is refused for another reason than itself
			refuse(s, v, code)
			require.Empty(t, v.me())

			// then the code still works
			assert.Empty(t, v.call("Session.Activate", object{"email": address("guest"), "code": code, "passphrase": passphrase}).Error)
			assert.Equal(t, address("guest"), v.me())
		})
	}
}

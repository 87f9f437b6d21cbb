package attack_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/bridge"
	"habilis/internal/serve"
)

// methods lists what is published, without the methods that need no session.
func (s *site) methods() []string {
	var list []string
	for handler, names := range serve.Methods(s.s) {
		for _, name := range names {
			method := strings.TrimPrefix(handler, "bridge.") + "." + name
			if !slices.Contains(bridge.Open(), method) {
				list = append(list, method)
			}
		}
	}
	slices.Sort(list)
	return list
}

// enterings are what signs somebody in at a browser.
var enterings = map[string]func(s *site, v *visitor){
	"Enter": func(_ *site, v *visitor) {
		v.must("Session.Enter", object{"email": address("admin"), "passphrase": passphrase})
	},
	"Activate": func(s *site, v *visitor) {
		s.person("guest")
		v.must("Session.Activate", object{"email": address("guest"), "code": s.invite("guest"), "passphrase": passphrase})
	},
	"Enter over an open session": func(s *site, v *visitor) {
		s.person("guest")
		v.must("Session.Activate", object{"email": address("guest"), "code": s.invite("guest"), "passphrase": passphrase})
		v.must("Session.Enter", object{"email": address("admin"), "passphrase": passphrase})
	},
	"Enter after leaving": func(_ *site, v *visitor) {
		v.must("Session.Enter", object{"email": address("admin"), "passphrase": passphrase})
		v.must("Session.Leave")
		v.must("Session.Enter", object{"email": address("admin"), "passphrase": passphrase})
	},
}

// TestAPlantedCookieIsNobody: H2, D2. A seat that somebody else knew before the sign-in is not the one that is signed in.
func TestAPlantedCookieIsNobody(t *testing.T) {
	for name, enter := range enterings {
		t.Run(name, func(t *testing.T) {
			// given a browser in which somebody has put the seat that they made
			s := firmOf(t)
			mallory := s.visitor()
			mallory.must("Session.State")
			victim := s.visitor()
			victim.jar = maps.Clone(mallory.jar)

			// when its person signs in
			enter(s, victim)

			// then whoever planted it is nobody, and it is not what the browser holds
			assert.Empty(t, mallory.me(), "with the token that the planter was given")
			assert.Empty(t, mallory.thief().me(), "with the cookie alone")
			assert.NotEqual(t, mallory.jar, victim.jar)
			assert.NotEmpty(t, victim.me(), "and the person is in")
		})
	}
}

// TestEachEntryIsANewSeat: the seat before an entry or a departure is over, cookie and token, and the new one is unguessable.
func TestEachEntryIsANewSeat(t *testing.T) {
	for name, step := range map[string]func(s *site, v *visitor){
		"Enter": func(_ *site, v *visitor) {
			v.must("Session.Enter", object{"email": address("other"), "passphrase": passphrase})
		},
		"Enter as the same": func(_ *site, v *visitor) {
			v.must("Session.Enter", object{"email": address("admin"), "passphrase": passphrase})
		},
		"Activate": func(s *site, v *visitor) {
			s.person("guest")
			v.must("Session.Activate", object{"email": address("guest"), "code": s.invite("guest"), "passphrase": passphrase})
		},
		"Leave": func(_ *site, v *visitor) { v.must("Session.Leave") },
	} {
		t.Run(name, func(t *testing.T) {
			// given somebody signed in, and a copy of all that their browser holds
			s := firmOf(t)
			s.person("other")
			s.enter("other")
			v := s.enter("admin")
			before := v.tab()
			before.jar = maps.Clone(v.jar)
			require.Equal(t, address("admin"), before.me())

			// when somebody enters there, or they leave
			step(s, v)

			// then the copy is nobody's
			assert.Empty(t, before.me())
			assert.NotEqual(t, before.jar, v.jar, "another cookie")
			for _, value := range v.jar {
				assert.GreaterOrEqual(t, len(value), 24, "of 120 bits at least")
			}
		})
	}
}

// TestSetUpMakesANewSeat: nor is the seat of the first administrator one that was known before.
func TestSetUpMakesANewSeat(t *testing.T) {
	// given a page that was there before the set-up, whose seat somebody knows
	s := open(t, cheap)
	s.serve()
	victim := s.first()
	victim.must("Session.State")
	planted := victim.tab()
	planted.jar = maps.Clone(victim.jar)

	// when the firm is set up there
	victim.must("Session.SetUp", s.firstWish())

	// then what was known before is nobody's
	require.Equal(t, address("admin"), victim.me())
	assert.Empty(t, planted.me())
}

// TestTheCookieAloneIsNoProof: H2, D2. Another program on this computer receives the cookie, since cookies know no port; it
// gets nothing with it, whatever it calls, and leaves the session as it is.
func TestTheCookieAloneIsNoProof(t *testing.T) {
	// given somebody signed in, and the cookie that another port received
	s := firmOf(t)
	v := s.enter("admin")
	other := s.visitor()
	other.must("Session.State")
	for name, token := range map[string]string{"no token": "", "another seat's": other.token, "a made-up one": strings.Repeat("A", 26)} {
		t.Run(name, func(t *testing.T) {
			for _, method := range append(s.methods(), "Session.Unlock", "Session.Leave", "Session.State", "Session.Enter") {
				thief := v.thief()
				thief.token = token

				// when it calls with that
				a := thief.call(method, zero(t, s, method)...)

				// then it is nobody
				if !slices.Contains(bridge.Open(), method) {
					assert.True(t, a.refused(), "%s answered: %s", method, short(a.Text))
					assert.Contains(t, []string{"unauthenticated", "protocol", ""}, a.code(), "%s: %s", method, short(a.Text))
				}
				assert.NotContains(t, a.Text, canary("admin"), method)
				assert.NotContains(t, string(a.Result), `"signedIn":true`, method)
			}
			assert.Equal(t, address("admin"), v.me(), "and the session goes on")
		})
	}
	t.Run("the token without the cookie", func(t *testing.T) {
		assert.NotEmpty(t, v.token, "a token beside the cookie, in the body of an answer")
		alone := &visitor{t: t, origin: s.origin, jar: jar{}, token: v.token}
		assert.Empty(t, alone.me())
	})
	t.Run("the token in the place of the cookie", func(t *testing.T) {
		moved := &visitor{t: t, origin: s.origin, jar: jar{}}
		for name := range v.jar {
			moved.jar[name] = v.token
		}
		assert.Empty(t, moved.me())
	})
	t.Run("the cookie in the place of the token", func(t *testing.T) {
		moved := v.thief()
		for _, value := range v.jar {
			moved.token = value
		}
		assert.Empty(t, moved.me(), "the token is not made of the cookie")
	})
}

// TestAnotherPageSignsNobodyInOrOut: what comes without the origin's token changes no session: nobody is signed in as
// somebody else, locked or signed out.
func TestAnotherPageSignsNobodyInOrOut(t *testing.T) {
	for _, method := range []string{"Session.Leave", "Session.Lock", "Session.Enter", "Session.Unlock"} {
		t.Run(method, func(t *testing.T) {
			// given somebody signed in, and another who has an account
			s := firmOf(t)
			s.person("mallory")
			s.enter("mallory")
			v := s.enter("admin")
			thief := v.thief()

			// when a page with the cookie alone calls in their place
			switch method {
			case "Session.Enter":
				thief.call(method, object{"email": address("mallory"), "passphrase": passphrase})
			case "Session.Unlock":
				for range 30 {
					thief.call(method, wrong)
				}
			default:
				thief.call(method)
			}

			// then the page of the one signed in is as it was
			assert.Equal(t, address("admin"), v.me())
			v.call("Session.Lock")
			assert.Empty(t, v.call("Session.Unlock", passphrase).Error, "nor made to wait")
		})
	}
}

// TestTwoServersInOneBrowser: two programs on two ports of this computer sign each other's people neither in nor out.
func TestTwoServersInOneBrowser(t *testing.T) {
	// given one browser, with the pages of two programs
	one, two := firmOf(t), firmOf(t)
	shared := jar{}
	first := &visitor{t: t, origin: one.origin, jar: shared}
	second := &visitor{t: t, origin: two.origin, jar: shared}

	// when their people sign in, one after the other
	first.must("Session.Enter", object{"email": address("admin"), "passphrase": passphrase})
	second.must("Session.Enter", object{"email": address("admin"), "passphrase": passphrase})

	// then both are in, and leaving one leaves the other
	assert.Equal(t, address("admin"), first.me())
	assert.Equal(t, address("admin"), second.me())
	first.must("Session.Leave")
	assert.Empty(t, first.me())
	assert.Equal(t, address("admin"), second.me())
}

// TestASecondTabIsSignedIn: the pages of one origin share cookie and token.
func TestASecondTabIsSignedIn(t *testing.T) {
	s := firmOf(t)
	v := s.enter("admin")

	assert.Equal(t, address("admin"), v.tab().me())
}

// TestAnotherPersonInAnotherTab: D1. After somebody else signed in in tab B, what tab A sends is not done as that person, and
// tells nothing of theirs.
func TestAnotherPersonInAnotherTab(t *testing.T) {
	// given two tabs of one person
	s := firmOf(t)
	s.person("plain")
	s.enter("plain")
	s.structure("alpha")
	a := s.visitor()
	a.must("Session.Enter", object{"email": address("plain"), "passphrase": passphrase})
	b := a.tab()

	// when the administrator signs in in the second
	b.must("Session.Enter", object{"email": address("admin"), "passphrase": passphrase})

	// then the first sends nothing in their name
	stale := a.tab()
	assert.Empty(t, stale.me())
	stale = a.tab()
	list := stale.call("Structures.List", object{})
	assert.True(t, list.refused(), short(list.Text))
	assert.NotContains(t, list.Text, canary("alpha"))
	stale = a.tab()
	done := stale.call("Changes.Submit", object{"setState": object{"structure": s.structures["alpha"], "active": false}})
	assert.True(t, done.refused(), short(done.Text))
	assert.Equal(t, "unauthenticated", done.code())
	assert.Equal(t, address("admin"), b.me())
}

// TestEveryAnswerCarriesWhoseItIs: D1. Beside the result, or the error, stands whose session answered.
func TestEveryAnswerCarriesWhoseItIs(t *testing.T) {
	// given two people signed in, each twice
	s := firmOf(t)
	s.person("plain")
	s.enter("plain")
	pages := map[string][]*visitor{}
	for _, name := range []string{"admin", "plain"} {
		for range 2 {
			v := s.visitor()
			v.must("Session.Enter", object{"email": address(name), "passphrase": passphrase})
			pages[name] = append(pages[name], v)
		}
	}
	identity := func(v *visitor, method string, args ...any) string {
		body := v.call(method, args...).Body
		list := []string{}
		for _, name := range slices.Sorted(maps.Keys(body)) {
			if name != "result" && name != "error" {
				list = append(list, name+"="+string(body[name]))
			}
		}
		return strings.Join(list, " ")
	}
	for _, c := range []struct {
		method string
		args   []any
	}{
		{"Session.State", nil}, {"Firm.Me", nil}, {"Structures.List", []any{object{}}}, {"People.Get", []any{987654}},
		{"Firm.Nothing", nil}, {"Changes.Submit", []any{object{}}}, {"Requests.Count", nil},
	} {
		t.Run(c.method, func(t *testing.T) {
			// when each calls
			admin, plain := identity(pages["admin"][0], c.method, c.args...), identity(pages["plain"][0], c.method, c.args...)

			// then the answers tell them apart
			assert.NotEmpty(t, admin)
			assert.NotEqual(t, admin, plain)
			assert.Equal(t, admin, identity(pages["admin"][0], c.method, c.args...), "and a person is told as the same")
		})
	}
}

// TestAFilesHandleIsItsOwnProof: a handle goes once, to a browser that has the seat's cookie; nobody learns one by asking.
func TestAFilesHandleIsItsOwnProof(t *testing.T) {
	offered := func(t *testing.T, v *visitor) string {
		t.Helper()
		return decoded[struct {
			Handle string `json:"handle"`
		}](t, v.must("Files.Keep", object{"name": "plan.svg", "handle": v.sent()}).Result).Handle
	}
	get := func(v *visitor, handle string) reply {
		r := v.request(http.MethodGet, "/files/"+handle, nil)
		r.Header.Del(seatHeader) // a download cannot carry it
		return v.send(r)
	}
	s := firmOf(t)
	v := s.enter("admin")
	t.Run("once", func(t *testing.T) {
		handle := offered(t, v)
		assert.Equal(t, "<svg/>", get(v, handle).Text)
		assert.Equal(t, http.StatusNotFound, get(v, handle).Status)
	})
	t.Run("not without the cookie", func(t *testing.T) {
		handle := offered(t, v)
		assert.Equal(t, http.StatusNotFound, get(s.visitor(), handle).Status)
		assert.Equal(t, http.StatusNotFound, get(s.enter("admin"), handle).Status, "nor at another seat of the same person")
	})
	t.Run("unguessable", func(t *testing.T) {
		assert.GreaterOrEqual(t, len(offered(t, v)), 24)
		assert.NotEqual(t, offered(t, v), offered(t, v))
	})
	t.Run("not after leaving", func(t *testing.T) {
		w := s.enter("admin")
		handle, before := offered(t, w), maps.Clone(w.jar)
		w.must("Session.Leave")
		assert.Equal(t, http.StatusNotFound, get(w, handle).Status)
		w.jar = before
		assert.Equal(t, http.StatusNotFound, get(w, handle).Status)
	})
}

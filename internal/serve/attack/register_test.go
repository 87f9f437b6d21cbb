package attack_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSetUpBelongsToThePrintedAddress: H4. Who calls first is not the administrator: the printed address carries a one-time
// token, and without it nothing is set up.
func TestSetUpBelongsToThePrintedAddress(t *testing.T) {
	for name, wish := range map[string]func() object{
		"no token":      setUpWish,
		"an empty one":  func() object { w := setUpWish(); w["token"] = ""; return w },
		"a made-up one": func() object { w := setUpWish(); w["token"] = "AAAAAAAAAAAAAAAAAAAAAAAAAA"; return w },
		"the example": func() object {
			w := setUpWish()
			w["kind"] = "sample"
			return w
		},
	} {
		t.Run(name, func(t *testing.T) {
			// given an empty file that is served
			s := open(t, cheap)
			s.serve()
			stranger := s.visitor()
			stranger.must("Session.State")

			// when a stranger sets it up
			a := stranger.call("Session.SetUp", wish())

			// then there is no firm
			assert.True(t, a.refused())
			assert.Zero(t, s.number("SELECT count(*) FROM firm"))
			assert.Empty(t, stranger.me())
		})
	}
}

// TestThePrintedAddressSetsUpOnce: with the token it works, once.
func TestThePrintedAddressSetsUpOnce(t *testing.T) {
	s := open(t, cheap)
	s.serve()
	require.GreaterOrEqual(t, len(s.firstToken()), 16, s.printed)
	page := s.first()
	page.must("Session.State")

	page.must("Session.SetUp", s.firstWish())

	assert.Equal(t, address("admin"), page.me())
	again := s.first()
	assert.True(t, again.call("Session.SetUp", s.firstWish()).refused())
}

// TestNoRegisterIsAskedForAStranger: H4. Before the set-up, a page that was not opened with the printed address has nothing
// asked of a register: this computer's address and what somebody typed would leave it.
func TestNoRegisterIsAskedForAStranger(t *testing.T) {
	s := open(t, cheap)
	s.serve()
	stranger := s.visitor()
	stranger.must("Session.State")
	for _, registry := range []string{"annuaire", "sirene", "none", ""} {
		stranger.call("Session.LookFirst", object{"type": "siret", "identifier": siret(1), "registry": registry, "sireneKey": "k"})
		wish := setUpWish()
		wish["structure"] = object{"identifierType": "siret", "identifier": siret(2), "name": "X"}
		wish["passphrase"] = "weak"
		stranger.call("Session.SetUp", wish)
	}

	assert.Empty(t, s.register.heard())

	t.Run("nor after it", func(t *testing.T) {
		s := firmOf(t)
		s.register.heard()
		stranger := s.visitor()
		stranger.call("Session.LookFirst", object{"type": "siret", "identifier": siret(1), "registry": "annuaire"})
		stranger.call("Structures.Look", object{"identifierType": "siret", "identifier": siret(1), "ask": true})
		stranger.call("Changes.Preview", creation(siret(1)))
		assert.Empty(t, s.register.heard())
	})
}

func creation(number string) object {
	return object{"createStructure": object{"identifierType": "siret", "identifier": number, "name": "Neuve"}}
}

// TestNoRegisterIsAskedBeforeTheRight: H4. Whatever one calls, no register is asked before the right to create, or to update
// that structure, is held.
func TestNoRegisterIsAskedBeforeTheRight(t *testing.T) {
	// given people who may not create: of no right, of a reader's, of a department, of another structure; and one structure
	s := firmOf(t)
	s.structure("alpha")
	s.structure("beta")
	s.department("alpha", "a1")
	s.must("Changes.Submit", object{"identify": object{"id": s.structures["alpha"], "siret": siret(0)}})
	s.person("nobody")
	s.attached("plain", "alpha")
	s.attached("roomer", "alpha/a1", s.choice(consult))
	s.attached("elsewhere", "beta", s.choice(consult))
	s.register.heard()
	alpha := s.structures["alpha"]
	for _, who := range []string{"nobody", "plain", "roomer", "elsewhere"} {
		v := s.enter(who)
		for name, c := range map[string]struct {
			method string
			arg    any
		}{
			"preview of a creation":         {"Changes.Preview", creation(siret(1))},
			"creation":                      {"Changes.Submit", creation(siret(2))},
			"preview of a known one":        {"Changes.Preview", creation(siret(0))},
			"look":                          {"Structures.Look", object{"identifierType": "siret", "identifier": siret(3), "ask": true}},
			"look at a known one":           {"Structures.Look", object{"identifierType": "siret", "identifier": siret(0), "ask": true}},
			"preview of a duplication":      {"Changes.Preview", object{"duplicate": object{"from": alpha, "identifier": siret(4)}}},
			"duplication":                   {"Changes.Submit", object{"duplicate": object{"from": alpha, "identifier": siret(5)}}},
			"duplication of nothing":        {"Changes.Submit", object{"duplicate": object{"from": 987654, "identifier": siret(6)}}},
			"comparison":                    {"Structures.Compare", alpha},
			"refresh":                       {"Changes.Submit", object{"refresh": object{"id": alpha, "take": []string{"name"}, "shown": []object{}}}},
			"arrival":                       {"Changes.Submit", object{"identify": object{"id": alpha, "siret": siret(7)}}},
			"arrival of nothing":            {"Changes.Submit", object{"identify": object{"id": 987654, "siret": siret(8)}}},
			"verification":                  {"Structures.StartCheck", []int64{alpha}},
			"a request":                     {"Changes.Submit", object{"ask": object{"subject": "membership", "identifierType": "siret", "identifier": siret(9)}}},
			"an odd creation":               {"Changes.Preview", object{"createStructure": object{"identifierType": "siret", "identifier": siret(10)}}},
			"creation with a wrong pattern": {"Changes.Submit", creation("123")},
		} {
			t.Run(who+"/"+name, func(t *testing.T) {
				a := v.call(c.method, c.arg)

				assert.Empty(t, s.register.heard(), "answered %s", short(a.Text))
			})
		}
	}
}

package attack_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// attackers hold firm.admin without Administrateur.
var attackers = map[string]func(s *site){
	gestionnaire:                    func(s *site) { s.person("mallory", s.choice(gestionnaire)) },
	collaborateur + " with its box": func(s *site) { s.person("mallory", s.choice(collaborateur, "firm.admin")) },
	"both": func(s *site) {
		s.person("mallory", s.choice(collaborateur, "firm.admin"), s.choice(gestionnaire), s.choice(reader))
	},
}

// takeover asks for a code of the victim's account, redeems it, and tells whether that worked and who is in.
func takeover(s *site, mallory *visitor, victim string, steps ...string) (code string, inside *visitor) {
	s.t.Helper()
	for _, step := range append(steps, "invited") {
		out, _ := mallory.submit(object{"signIn": object{"user": s.people[victim], "signIn": step}})
		code = out.Code
	}
	inside = s.visitor()
	inside.call("Session.Activate", object{"email": address(victim), "code": code, "passphrase": stolen})
	return code, inside
}

// TestNobodyTakesOverAnAccountThatHoldsMore: H1. Whatever an account's sign-in was, and by whichever steps, one who holds
// firm.admin is shown no code for an account that holds what they do not.
func TestNobodyTakesOverAnAccountThatHoldsMore(t *testing.T) {
	victims := map[string]func(s *site, name string){
		"Administrateur": func(s *site, name string) { s.person(name, s.choice(administrateur)) },
		"Administrateur to come": func(s *site, name string) {
			s.person(name)
			s.submit(object{"give": object{
				"user": s.people[name], "profiles": []object{s.choice(administrateur)}, "from": "2026-09-01",
			}})
		},
		"principal manager": func(s *site, name string) {
			s.structure(name)
			s.attached(name, name)
			s.submit(object{"transfer": object{"moves": []object{{"structure": s.structures[name], "to": s.people[name]}}}})
		},
	}
	paths := map[string]struct {
		entered bool // the victim signed in before
		steps   []string
	}{
		"never signed in":        {false, nil},
		"open, then none":        {true, []string{"none"}},
		"open, then locked":      {true, []string{"locked"}},
		"locked, then none":      {true, []string{"locked", "none"}},
		"none, then locked":      {false, []string{"none", "locked"}},
		"invited, then invited":  {false, []string{"invited"}},
		"open, all one by one":   {true, []string{"none", "locked", "none"}},
		"open, invited directly": {true, []string{"invited"}},
	}
	for attacker, makeAttacker := range attackers {
		t.Run(attacker, func(t *testing.T) {
			// given one who holds firm.admin alone
			s := firmOf(t)
			makeAttacker(s)
			mallory := s.enter("mallory")
			for what, makeVictim := range victims {
				for path, p := range paths {
					t.Run(what+"/"+path, func(t *testing.T) {
						// given an account that holds more
						victim := fmt.Sprintf("victim%d", len(s.people))
						makeVictim(s, victim)
						if p.entered {
							s.enter(victim)
						}

						// when they try to have a code for it
						code, inside := takeover(s, mallory, victim, p.steps...)

						// then they are shown none, and are not in
						assert.Empty(t, code, "a code of an account that holds more")
						assert.Empty(t, inside.me())
						inside.call("Changes.Submit", object{"give": object{
							"user": s.people["mallory"], "profiles": []object{s.choice(administrateur)},
						}})
						held := "SELECT count(*) FROM grants WHERE user_id = ? AND profile_id = ?"
						assert.Zero(t, s.number(held, s.people["mallory"], s.profiles[administrateur]), "they hold it in the end")
					})
				}
			}
		})
	}
}

// TestACodeForWhatOneHolds: the rule refuses no more than it has to.
func TestACodeForWhatOneHolds(t *testing.T) {
	for name, c := range map[string]struct{ actor, victim string }{
		"nothing, by Gestionnaire":               {gestionnaire, ""},
		"as much, by Gestionnaire":               {gestionnaire, gestionnaire},
		"less, by Gestionnaire":                  {gestionnaire, consult},
		"Administrateur, by Administrateur":      {administrateur, administrateur},
		"Gestionnaire, by Administrateur":        {administrateur, gestionnaire},
		"what is only recorded, by Gestionnaire": {gestionnaire, "Site · Collaborateur"},
	} {
		t.Run(name, func(t *testing.T) {
			// given somebody who holds firm.admin, and an account that holds no more
			s := firmOf(t)
			s.structure("alpha")
			s.person("actor", s.choice(c.actor))
			switch c.victim {
			case "":
				s.person("friend")
			case consult:
				s.attached("friend", "alpha", s.choice(consult))
			default:
				s.person("friend", s.choice(c.victim))
			}
			actor := s.enter("actor")

			// when they ask for its code
			out, a := actor.submit(object{"signIn": object{"user": s.people["friend"], "signIn": "invited"}})

			// then they are shown it, and it works
			require.Empty(t, a.Error)
			friend := s.visitor()
			friend.must("Session.Activate", object{"email": address("friend"), "code": out.Code, "passphrase": passphrase})
			assert.Equal(t, address("friend"), friend.me())
		})
	}
}

// TestAddingWithACodeGivesNoMore: adding somebody who enters at once is giving, and giving the code is giving all of it.
func TestAddingWithACodeGivesNoMore(t *testing.T) {
	for attacker, makeAttacker := range attackers {
		for _, profile := range []string{administrateur, gestionnaire} {
			if attacker != collaborateur+" with its box" && profile == gestionnaire {
				continue // they hold as much
			}
			t.Run(attacker+"/"+profile, func(t *testing.T) {
				s := firmOf(t)
				makeAttacker(s)
				mallory := s.enter("mallory")

				out, _ := mallory.submit(object{"addPerson": object{
					"email": address("puppet"), "firstName": "P", "lastName": "P", "kind": "internal", "enters": true,
					"profiles": []object{s.choice(profile)},
				}})

				assert.Empty(t, out.Code)
			})
		}
	}
}

// TestAnInvitationNamesWhoWasShownIt: every code that is shown leaves a line of the journal: by whom, about whom.
func TestAnInvitationNamesWhoWasShownIt(t *testing.T) {
	for name, wish := range map[string]func(s *site) object{
		"invited": func(s *site) object {
			return object{"signIn": object{"user": s.people["friend"], "signIn": "invited"}}
		},
		"added": func(s *site) object {
			return object{"addPerson": object{
				"email": address("new"), "firstName": "N", "lastName": "N", "kind": "internal", "enters": true, "profiles": []object{},
			}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			// given an administrator and somebody without a sign-in
			s := firmOf(t)
			s.person("friend")
			admin, before := s.enter("admin"), s.number("SELECT max(seq) FROM journal")

			// when a code is shown
			out, a := admin.submit(wish(s))

			// then a line says who was shown it
			require.Empty(t, a.Error)
			require.NotEmpty(t, out.Code)
			assert.NotZero(t, s.number(`SELECT count(*) FROM journal WHERE seq > ? AND actor_id = 1 AND person_id = (
				SELECT max(user_id) FROM activations) AND (action LIKE '%code%' OR details LIKE '%invited%' OR details LIKE '%code%')`, before))
			assert.Zero(t, s.number("SELECT count(*) FROM journal WHERE details LIKE '%' || ? || '%'", out.Code), "never the code itself")
		})
	}
}

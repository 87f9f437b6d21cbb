package attack_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestACodeGivesNoMoreThanItDid: issue H1. A code that was shown while the account held nothing opens it no more once it holds what whoever was shown it could not give.
func TestACodeGivesNoMoreThanItDid(t *testing.T) {
	for attacker, makeAttacker := range attackers {
		t.Run(attacker, func(t *testing.T) {
			s := firmOf(t)
			makeAttacker(s)
			mallory := s.enter("mallory")
			s.person("partner")
			out, _ := mallory.submit(object{"signIn": object{"user": s.people["partner"], "signIn": "invited"}})
			require.NotEmpty(t, out.Code)
			// when the administrator gives the new partner Administrateur
			s.submit(object{"give": object{"user": s.people["partner"], "profiles": []object{s.choice(administrateur)}}})
			inside := s.visitor()
			inside.call("Session.Activate", object{"email": address("partner"), "code": out.Code, "passphrase": stolen})
			assert.Empty(t, inside.me(), "mallory is in as an Administrateur")
			inside.submit(object{"give": object{"user": s.people["mallory"], "profiles": []object{s.choice(administrateur)}}})
			held := "SELECT count(*) FROM grants WHERE user_id = ? AND profile_id = ?"
			assert.Zero(t, s.number(held, s.people["mallory"], s.profiles[administrateur]), "they hold it in the end")
		})
	}
}

// TestACodeGivesNoRole: issue H1. Nor once the account is a principal manager.
func TestACodeGivesNoRole(t *testing.T) {
	s := firmOf(t)
	s.structure("alpha")
	s.attached("friend", "alpha")
	s.person("mallory", s.choice(collaborateur, "firm.admin"))
	mallory := s.enter("mallory")
	out, a := mallory.submit(object{"signIn": object{"user": s.people["friend"], "signIn": "invited"}})
	require.Empty(t, a.Error)
	s.submit(object{"transfer": object{"moves": []object{{"structure": s.structures["alpha"], "to": s.people["friend"]}}}})
	in := s.visitor()
	in.call("Session.Activate", object{"email": address("friend"), "code": out.Code, "passphrase": stolen})
	assert.Empty(t, in.me())
}

// TestACodeEndsWithWhoWasShownIt: issue H1. Whoever was shown a code and may not enter any more, or has lost their rights, opens nothing with it.
func TestACodeEndsWithWhoWasShownIt(t *testing.T) {
	for name, dismiss := range map[string]func(s *site){
		"may not enter": func(s *site) {
			s.submit(object{"signIn": object{"user": s.people["mallory"], "signIn": "none"}})
		},
		"holds nothing": func(s *site) {
			s.submit(object{"end": object{"grant": s.number("SELECT id FROM grants WHERE user_id = ?", s.people["mallory"])}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := firmOf(t)
			s.person("mallory", s.choice(gestionnaire))
			s.person("friend")
			out, a := s.enter("mallory").submit(object{"signIn": object{"user": s.people["friend"], "signIn": "invited"}})
			require.Empty(t, a.Error)

			dismiss(s)
			s.clock.move(time.Minute)

			in := s.visitor()
			a = in.call("Session.Activate", object{"email": address("friend"), "code": out.Code, "passphrase": stolen})
			assert.Equal(t, "signin.code_withdrawn", a.key())
			assert.Empty(t, in.me())
		})
	}
}

// TestEverybodyWhoWasShownACodeIsTold: issue H1. Not the last alone.
func TestEverybodyWhoWasShownACodeIsTold(t *testing.T) {
	s := firmOf(t)
	s.person("mallory", s.choice(gestionnaire))
	s.person("victim")
	s.enter("victim")
	s.clock.move(time.Minute)
	mallory := s.enter("mallory")
	for _, step := range []string{"none", "invited"} {
		_, a := mallory.submit(object{"signIn": object{"user": s.people["victim"], "signIn": step}})
		require.Empty(t, a.Error)
	}
	s.clock.move(time.Minute)
	code := s.invite("victim") // the administrator helps
	v := s.visitor()
	v.must("Session.Activate", object{"email": address("victim"), "code": code, "passphrase": passphrase})
	me := v.must("Firm.Me")
	assert.Contains(t, string(me.Result), canary("mallory"))
}

// TestACodeBeforeTheFirstEntryIsTold: issue H1. A code that somebody else was shown before the person ever entered, used or not, is told of.
func TestACodeBeforeTheFirstEntryIsTold(t *testing.T) {
	for _, used := range []bool{false, true} {
		s := firmOf(t)
		s.person("mallory", s.choice(gestionnaire))
		s.person("victim")
		mallory := s.enter("mallory")
		out, a := mallory.submit(object{"signIn": object{"user": s.people["victim"], "signIn": "invited"}})
		require.Empty(t, a.Error)
		if used {
			s.visitor().must("Session.Activate", object{"email": address("victim"), "code": out.Code, "passphrase": stolen})
			s.clock.move(time.Minute)
			_, a := mallory.submit(object{"signIn": object{"user": s.people["victim"], "signIn": "none"}})
			require.Empty(t, a.Error)
		}
		s.clock.move(time.Minute)
		v := s.visitor()
		v.must("Session.Activate", object{"email": address("victim"), "code": s.invite("victim"), "passphrase": passphrase})
		me := string(v.must("Firm.Me").Result)
		assert.Contains(t, me, canary("mallory"), "used: %v", used)
		s.clock.move(time.Minute)
	}
}

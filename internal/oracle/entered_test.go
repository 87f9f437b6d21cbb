package oracle

import "testing"

// shown is the change that shows a code of an account to u2.
func shown(user string) GuardCase {
	return GuardCase{At: 100, Actor: "u2", Change: GuardedChange{
		Kind: "user.sign_in", Need: []Need{{Permission: "firm.admin", Scope: Firm()}},
		Writes: []Written{Set("users", user, map[string]any{"sign_in": "à activer"})},
	}}
}

// TestJudgeCountsACodeAsAllThatItOpens: rights.md, A27: whatever the sign-in was, now and to come.
func TestJudgeCountsACodeAsAllThatItOpens(t *testing.T) {
	for name, c := range map[string]struct {
		user  string
		alter func(w *World)
		guard string
	}{
		"holds nothing": {"u4", func(w *World) {
			w.Users = append(w.Users, User{ID: "u4", SignIn: "aucun", States: []State{{"actif", Period{1, OpenEnd}}}})
		}, ""},
		"holds what the actor holds":  {"u3", func(w *World) { w.profile("po").Contents[0].Permissions["bank.approve"] = "all" }, ""},
		"holds more":                  {"u3", func(*World) {}, GuardMoreThanHeld},
		"holds more, open before":     {"u3", func(w *World) { w.user("u3").SignIn = "ouvert" }, GuardMoreThanHeld},
		"holds more, locked before":   {"u3", func(w *World) { w.user("u3").SignIn = "verrouillé" }, GuardMoreThanHeld},
		"holds more, invited before":  {"u3", func(w *World) { w.user("u3").SignIn = "à activer" }, GuardMoreThanHeld},
		"held more until yesterday":   {"u3", func(w *World) { w.grant("g3").Until = 90 }, ""},
		"will hold more":              {"u3", func(w *World) { w.grant("g3").From = 150 }, GuardMoreThanHeld},
		"an Administrateur":           {"a1", func(*World) {}, GuardMoreThanHeld},
		"a principal manager":         {"u1", func(*World) {}, GuardMoreThanHeld},
		"no principal manager longer": {"u1", func(w *World) { w.Structures = nil; w.Principals = nil }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := guarded(map[string]string{"firm.admin": "all"}, map[string]string{"bank.approve": "all"})
			w.Grants = append(w.Grants, Grant{ID: "g8", User: "a9", Profile: "p0", Scope: Firm(), Period: Period{From: 1, Until: OpenEnd}})
			w.Users = append(w.Users, User{ID: "a9", SignIn: "ouvert", States: []State{{"actif", Period{1, OpenEnd}}}})
			c.alter(w)
			if v := w.Judge(shown(c.user)); v.Guard != c.guard {
				t.Errorf("%+v, want %q", v, c.guard)
			}
		})
	}
	t.Run("an Administrateur by one who holds as much without it", func(t *testing.T) {
		administrateur, _ := Standard().Preset("habilis", "Administrateur")
		w := guarded(administrateur, nil)
		w.Grants = append(w.Grants, Grant{ID: "g8", User: "u2", Profile: "po", Scope: InStructure("s1"), Membership: "m2", Period: Period{From: 1, Until: OpenEnd}})
		if v := w.Judge(shown("a1")); v.Guard != GuardMoreThanHeld {
			t.Errorf("%+v", v)
		}
	})
}

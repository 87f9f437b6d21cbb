package oracle

import (
	"strings"
	"testing"
)

func TestJudgeAnswersTheCases(t *testing.T) {
	cases, err := LoadGuardsCases("testdata/guards-cases.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) != 142 {
		t.Errorf("%d cases, want 142", len(cases))
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			v := c.World.Judge(c)
			if v.Outcome != c.Expected.Outcome || v.Guard != c.Expected.Guard {
				t.Fatalf("%+v, want %+v", v, c.Expected)
			}
			if c.Expected.Instant != 0 && v.Instant != c.Expected.Instant {
				t.Errorf("instant %d, want %d", v.Instant, c.Expected.Instant)
			}
			if c.Expected.Missing != nil && strings.Join(v.Missing, " ") != strings.Join(c.Expected.Missing, " ") {
				t.Errorf("missing %v, want %v", v.Missing, c.Expected.Missing)
			}
		})
	}
}

// guarded is a firm with an administrator a1, a structure s1 managed by u1, and u2 who holds the profile po there.
func guarded(po, p9 map[string]string) *World {
	all := Period{From: 1, Until: OpenEnd}
	administrateur, _ := Standard().Preset("habilis", "Administrateur")
	w := &World{
		Structures: []Structure{{ID: "s1", States: []State{{"active", all}}}},
		Profiles: []Profile{
			{ID: "p0", Family: "habilis", Key: "Administrateur", Contents: []Content{{administrateur, all}}},
			{ID: "po", Family: "maison", Key: "po", Contents: []Content{{po, all}}},
			{ID: "p9", Family: "maison", Key: "p9", Contents: []Content{{p9, all}}},
		},
		Grants: []Grant{
			{ID: "ga", User: "a1", Profile: "p0", Scope: Firm(), Period: all},
			{ID: "go", User: "u2", Profile: "po", Scope: Firm(), Period: all},
			{ID: "g3", User: "u3", Profile: "p9", Scope: InStructure("s1"), Membership: "m3", Period: Period{1, 200}},
		},
		Principals: []Principal{{ID: "r1", User: "u1", Structure: "s1", Period: all}},
	}
	for _, id := range []string{"a1", "u1", "u2", "u3"} {
		w.Users = append(w.Users, User{ID: id, SignIn: "ouvert", States: []State{{"actif", all}}})
		w.Memberships = append(w.Memberships, Membership{ID: "m" + id[1:], User: id, Scope: InStructure("s1"), Period: all})
	}
	w.Memberships = w.Memberships[1:]
	return w
}

func replaced(w *World, until int64) GuardCase {
	g := *w.grant("g3")
	g.ID, g.Period = "g9", Period{100, until}
	return GuardCase{At: 100, Actor: "u2", Change: GuardedChange{Writes: []Written{End("grants", "g3", 100), Open("grants", g, false)}}}
}

func TestJudgeCountsAReplacementThatLastsLongerWhole(t *testing.T) {
	w := guarded(map[string]string{"grant.edit": "all"}, map[string]string{"bank.approve": "all"})
	if v := w.Judge(replaced(w, 200)); v.Outcome != "allowed" {
		t.Errorf("ending no later: %+v", v)
	}
	if v := w.Judge(replaced(w, 201)); v.Guard != GuardMoreThanHeld || v.Instant != 100 || strings.Join(v.Missing, " ") != "bank.view bank.approve" {
		t.Errorf("ending later: %+v", v)
	}
}

func TestJudgeLeavesInactivityAside(t *testing.T) {
	w := guarded(map[string]string{"profile.edit": "all", "bank.edit": "all"}, map[string]string{"bank.view": "all"})
	w.Structures[0].States[0].State = "inactive"
	next := []Content{{map[string]string{"bank.view": "all"}, Period{1, 100}}, {map[string]string{"bank.edit": "all"}, Period{100, OpenEnd}}}
	c := GuardCase{At: 100, Actor: "u2", Change: GuardedChange{Writes: []Written{Set("profiles", "p9", map[string]any{"contents": next})}}}
	if v := w.Judge(c); v.Outcome != "allowed" {
		t.Errorf("%+v", v)
	}
}

func TestJudgeKeepsAnAdministratorOfTheFirm(t *testing.T) {
	w := guarded(nil, nil)
	w.Grants = append(w.Grants, Grant{ID: "g4", User: "u3", Profile: "p0", Scope: InStructure("s1"), Membership: "m3", Period: Period{1, OpenEnd}})
	c := GuardCase{At: 100, Actor: "a1", Change: GuardedChange{Writes: []Written{End("grants", "ga", 150)}}}
	if v := w.Judge(c); v.Guard != GuardAbleAdministrator || v.Instant != 150 {
		t.Errorf("one on a structure is none of the firm: %+v", v)
	}
}

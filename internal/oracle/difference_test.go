package oracle

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
)

func differenceWorld() *World {
	all := Period{From: 1, Until: OpenEnd}
	return &World{
		Users:      []User{{ID: "u1", States: []State{{"actif", all}}}},
		Structures: []Structure{{ID: "s1", States: []State{{"active", all}}}, {ID: "s2", States: []State{{"active", all}}}},
		Departments: []Department{
			{ID: "d1", Structure: "s1", States: []State{{"active", all}}, Validity: []Period{all}},
			{ID: "d2", Structure: "s1", States: []State{{"inactive", all}}, Validity: []Period{all}},
		},
		Profiles: []Profile{
			{ID: "p1", Name: "p1", Contents: []Content{{map[string]string{"bank.edit": "all"}, all}}},
			{ID: "p2", Name: "p2", Contents: []Content{{map[string]string{"document.process": "own", "mass.deploy": "all"}, all}}},
		},
		Memberships: []Membership{{ID: "m1", User: "u1", Scope: InStructure("s1"), Period: all}},
	}
}

func difference(before, after *World) string {
	var lines []string
	for _, l := range Difference(after, Rights(before, 5), Rights(after, 5)) {
		place := "firm"
		if !l.Scope.Firm {
			place = l.Scope.Structure + l.Scope.Department
		}
		lines = append(lines, fmt.Sprintf("%s %s %s→%s", l.Permission, place, l.Before, l.After))
	}
	return strings.Join(lines, ", ")
}

func TestDifference(t *testing.T) {
	all := Period{From: 1, Until: OpenEnd}
	everywhere := Grant{ID: "g1", User: "u1", Profile: "p1", Scope: Firm(), Period: all}
	there := Grant{ID: "g2", User: "u1", Profile: "p2", Scope: InStructure("s1"), Membership: "m1", Period: all}
	for name, c := range map[string]struct {
		before, after []Grant
		change        func(*World)
		want          string
	}{
		// The structures gain the same as the firm; the closed department gains the view alone, as its structure does.
		"a grant at the firm": {nil, []Grant{everywhere}, nil, "bank.edit firm none→all, bank.view firm none→all"},
		// The closed department does not gain the processing: nothing changes there, so it is no line.
		"a grant on a structure":    {nil, []Grant{there}, nil, "document.process s1 none→own, document.view s1 none→own"},
		"nothing":                   {[]Grant{there}, []Grant{there}, nil, ""},
		"a department opened again": {[]Grant{everywhere}, []Grant{everywhere}, func(w *World) { w.Departments[1].States[0].State = "active" }, "bank.edit d2 none→all"},
		"another structure": {[]Grant{everywhere}, []Grant{everywhere}, func(w *World) {
			w.Structures = append(w.Structures, Structure{ID: "s3", States: w.Structures[0].States})
		}, "bank.edit s3 none→all, bank.view s3 none→all"},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := differenceWorld(), differenceWorld()
			before.Grants, after.Grants = c.before, c.after
			if c.change != nil {
				c.change(after)
			}
			if got := difference(before, after); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestRightsAsksTheFirmsOwnThere(t *testing.T) {
	w := Random(rand.New(rand.NewSource(1)), Small())
	rights := Rights(w, RandomBase)
	for r, value := range rights {
		if !r.Scope.Firm && Standard().Permission(r.Permission).Asked == "firm" {
			t.Errorf("%v is evaluated below the firm", r)
		}
		if value != None && value != Own && value != All {
			t.Errorf("%v is %q", r, value)
		}
	}
	firmOnly := 6
	want := len(w.Users) * ((len(Standard().Permissions)-firmOnly)*len(w.Scopes()) + firmOnly)
	if len(rights) != want {
		t.Errorf("%d rights, want %d", len(rights), want)
	}
}

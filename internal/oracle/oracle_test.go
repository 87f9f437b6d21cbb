package oracle

import (
	"slices"
	"strings"
	"testing"
)

func TestEvaluateAnswersTheCases(t *testing.T) {
	cases, err := LoadRightsCases("testdata/rights-cases.json")
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			for i, e := range c.Questions {
				asked++
				checkAnswer(t, i, e, c.World.Evaluate(e.Question))
			}
		})
	}
	if len(cases) != 135 || asked != 443 {
		t.Errorf("%d cases and %d questions, want 135 and 443", len(cases), asked)
	}
}

func checkAnswer(t *testing.T, i int, e Expected, a Answer) {
	t.Helper()
	equal := func(what string, got, want any) {
		t.Helper()
		if got != want {
			t.Errorf("question %d (%s of %s): %s is %v, want %v", i, e.Permission, e.User, what, got, want)
		}
	}
	list := func(ids []string) string { return strings.Join(ids, " ") }
	equal("allowed", a.Allowed, e.Allowed)
	equal("because", list(a.Because), list(e.Because))
	equal("missing", list(a.Missing), list(e.Missing))
	equal("nearest", a.Nearest, e.Nearest)
	if e.Candidates != nil {
		var ids []string
		for _, c := range a.Candidates {
			ids = append(ids, c.ID)
		}
		equal("candidates", list(ids), list(e.Candidates))
	}
	if e.WouldGive != nil {
		equal("would_give", list(a.WouldGive), list(e.WouldGive))
	}
	if e.Acts != "" {
		equal("acts", a.Acts, e.Acts)
	}
}

// Every cell of every table, on a grant at the place where the permission is asked: the boxes unticked, then ticked, for
// one's own object and for another's.
func TestEvaluateAnswersEveryCell(t *testing.T) {
	tables := Standard()
	cells := 0
	for _, family := range Families {
		for _, profile := range tables.Profiles(family) {
			for _, p := range tables.Permissions {
				value := "no"
				for _, c := range tables.Cells {
					if c.Family == family && c.Profile == profile && c.Permission == p.Key {
						value = c.Value
						cells++
					}
				}
				checkCell(t, family, profile, p, value)
			}
		}
	}
	if cells != len(tables.Cells) {
		t.Errorf("%d cells asked, want %d", cells, len(tables.Cells))
	}
}

func checkCell(t *testing.T, family, profile string, p Permission, value string) {
	t.Helper()
	stated, _ := Standard().Preset(family, profile)
	var boxes []string
	for key, v := range stated {
		if strings.HasPrefix(v, "option") {
			boxes = append(boxes, key)
		}
	}
	for _, ticked := range []bool{false, true} {
		for _, owner := range []string{"u1", "u2", ""} {
			var options []string
			if ticked {
				options = boxes
			}
			w, scope := cellWorld(stated, options, p)
			want := value == "all" || value == "own" && owner == "u1" || ticked && (value == "option" || value == "option-own" && owner == "u1")
			a := w.Evaluate(Question{User: "u1", Permission: p.Key, Scope: scope, Owner: owner, At: 5})
			// The membership's own two views are no content of the profile.
			allowed := slices.Contains(a.Because, "g1")
			if allowed != want {
				t.Errorf("%s/%s: %s is %s, answered %v (ticked %v, owner %q)", family, profile, p.Key, value, allowed, ticked, owner)
			}
		}
	}
}

func cellWorld(stated map[string]string, options []string, p Permission) (World, Scope) {
	all := Period{From: 1, Until: OpenEnd}
	w := World{
		Users:       []User{{ID: "u1", States: []State{{"actif", all}}}},
		Structures:  []Structure{{ID: "s1", States: []State{{"active", all}}}},
		Profiles:    []Profile{{ID: "p1", Contents: []Content{{stated, all}}}},
		Memberships: []Membership{{ID: "m1", User: "u1", Scope: InStructure("s1"), Period: all}},
		Grants:      []Grant{{ID: "g1", User: "u1", Profile: "p1", Scope: InStructure("s1"), Membership: "m1", Options: options, Period: all}},
	}
	if p.Asked == "firm" {
		w.Grants[0].Scope = Firm()
		w.Grants[0].Membership = ""
		return w, Firm()
	}
	return w, InStructure("s1")
}

func TestCompareIDs(t *testing.T) {
	ids := []string{"r1", "g10", "g9", "ga", "m2"}
	slices.SortFunc(ids, CompareIDs)
	if got := strings.Join(ids, " "); got != "g9 g10 ga m2 r1" {
		t.Error(got)
	}
}

func TestTablesAreWhole(t *testing.T) {
	tables := Standard()
	if len(tables.Permissions) != 73 || len(tables.Public) != 26 || len(tables.Profiles("portail-public")) != 26 {
		t.Errorf("%d permissions, %d public profiles", len(tables.Permissions), len(tables.Public))
	}
	for i, p := range tables.Public {
		if tables.Profiles("portail-public")[i] != p.Key {
			t.Errorf("%s is not in the table", p.Key)
		}
	}
}

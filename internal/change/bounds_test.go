package change_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/ledger"
	"habilis/internal/oracle"
	"habilis/internal/period"
	"habilis/internal/right"
)

// TestPreviewLooksWhereverARowBeginsOrEnds: what is given now and felt only from a later day on, because some other row begins or ends
// then, stands in the preview with that day.
func TestPreviewLooksWhereverARowBeginsOrEnds(t *testing.T) {
	const held = "department.edit=all"
	cases := map[string]func(w *oracle.World){
		"a validity": func(w *oracle.World) { w.Departments[0].Validity = []oracle.Period{during(soon, oracle.OpenEnd)} },
		"a validity after another": func(w *oracle.World) {
			w.Departments[0].Validity = []oracle.Period{during(past, now-1), during(soon, oracle.OpenEnd)}
		},
		"a department's state": func(w *oracle.World) {
			w.Departments[0].States = states(state("inactive", during(past, soon)), state("active", during(soon, oracle.OpenEnd)))
		},
		"a structure's state": func(w *oracle.World) {
			w.Structures[0].States = states(state("inactive", during(past, soon)), state("active", during(soon, oracle.OpenEnd)))
		},
		"a user's state": func(w *oracle.World) {
			userOf(w, "x").States = states(state("désactivé", during(past, soon)), state("actif", during(soon, oracle.OpenEnd)))
		},
		"a content": func(w *oracle.World) {
			profileOf(w, "p").Contents = []oracle.Content{content(during(past, soon), ""), content(during(soon, oracle.OpenEnd), held)}
		},
		"the end of another grant there": func(w *oracle.World) { given(w, "x", "other", oracle.InDepartment("d1"), during(past, soon)) },
		"the end of a grant above":       func(w *oracle.World) { given(w, "x", "other", oracle.InStructure("s1"), during(past, soon)) },
		"the end of a grant at the firm": func(w *oracle.World) { given(w, "x", "other", oracle.Firm(), during(past, soon)) },
		"the end of another's content": func(w *oracle.World) {
			profileOf(w, "other").Contents = []oracle.Content{content(during(past, soon), held)}
			given(w, "x", "other", oracle.InStructure("s1"), always)
		},
		"the end of a period as principal manager": func(w *oracle.World) {
			w.Principals = []oracle.Principal{{ID: "rx", User: "x", Structure: "s1", Period: during(past, soon)}, {ID: "rchief", User: "chief", Structure: "s1", Period: during(soon, oracle.OpenEnd)}}
		},
		"the end of what a principal manager stands on": func(w *oracle.World) {
			w.Principals = []oracle.Principal{{ID: "rx", User: "x", Structure: "s1", Period: always}}
			w.Structures[0].States = states(state("active", during(past, oracle.OpenEnd)))
			w.Memberships = append(w.Memberships, oracle.Membership{ID: "md", User: "x", Scope: oracle.InDepartment("d1"), Period: always})
			m := &w.Memberships[len(w.Memberships)-2]
			m.Period = during(past, soon)
		},
	}
	for name, arrange := range cases {
		t.Run(name, func(t *testing.T) {
			w := small(map[string]string{"p": held, "other": held})
			addUser(&w, "x", "s1")
			arrange(&w)
			g := oracle.Grant{ID: "new", User: "x", Profile: "p", Scope: oracle.InDepartment("d1"), Membership: "mx", Options: []string{}, Period: during(now, oracle.OpenEnd)}
			if name == "the end of what a principal manager stands on" {
				g.Membership = "md"
			}
			x := try(t, ask(w, "boss", oracle.Open("grants", g, false)))

			p, err := x.changes.Preview(x.ctx, x.change())

			require.NoError(t, err)
			var at []int64
			for _, l := range p.Lines {
				if l.Permission == right.DepartmentEdit && l.User == x.ids["x"] {
					at = append(at, l.At)
				}
			}
			assert.Equal(t, []int64{soon}, at, "%+v", p.Lines)
		})
	}
	t.Run("a ceiling", func(t *testing.T) {
		w := small(map[string]string{"p": "expense.create=all"})
		addUser(&w, "x", "s1")
		w.Ceilings = []oracle.Ceiling{{ID: "c", Structure: "s1", Modules: []string{}, Period: during(past, soon)}}
		g := oracle.Grant{ID: "new", User: "x", Profile: "p", Scope: oracle.InStructure("s1"), Membership: "mx", Options: []string{}, Period: during(now, oracle.OpenEnd)}
		x := try(t, ask(w, "boss", oracle.Open("grants", g, false)))

		p, err := x.changes.Preview(x.ctx, x.change())

		require.NoError(t, err)
		require.NotEmpty(t, p.Lines)
		for _, l := range p.Lines {
			assert.EqualValues(t, soon, l.At, "%v", l.Permission)
		}
	})
}

// TestFingerprintHoldsEveryPartOfALine: two effects that differ in one thing alone have two fingerprints; the same effect has one.
func TestFingerprintHoldsEveryPartOfALine(t *testing.T) {
	w := small(map[string]string{"p": "bank.reveal=all", "q": "bank.edit=all", "mine": "bank.reveal=own", "view": "bank.view=all"})
	for _, id := range []string{"x", "y", "z"} {
		addUser(&w, id, "s1")
	}
	w.Structures = append(w.Structures, oracle.Structure{ID: "s2", States: states(state("active", always))})
	w.Principals = append(w.Principals, oracle.Principal{ID: "r2", User: "chief", Structure: "s2", Period: always})
	w.Memberships = append(w.Memberships, oracle.Membership{ID: "mchief2", User: "chief", Scope: oracle.InStructure("s2"), Period: always},
		oracle.Membership{ID: "mx2", User: "x", Scope: oracle.InStructure("s2"), Period: always})
	w.Departments = append(w.Departments, oracle.Department{ID: "d2", Structure: "s1", States: states(state("active", always)), Validity: []oracle.Period{always}})
	grant := func(change func(g *oracle.Grant)) oracle.Written {
		g := oracle.Grant{ID: "new", User: "x", Profile: "p", Scope: oracle.InStructure("s1"), Membership: "mx", Options: []string{}, Period: during(now, oracle.OpenEnd)}
		change(&g)
		return oracle.Open("grants", g, false)
	}
	given(&w, "y", "mine", oracle.InStructure("s1"), always)
	for _, id := range []string{"x", "y", "z"} { // what is implied is no news to them
		given(&w, id, "view", oracle.Firm(), always)
	}
	effects := map[string]oracle.Written{
		"one":                grant(func(*oracle.Grant) {}),
		"another person":     grant(func(g *oracle.Grant) { g.User, g.Membership = "z", "mz" }),
		"another who holds":  grant(func(g *oracle.Grant) { g.User, g.Membership = "y", "my" }), // before: own
		"another permission": grant(func(g *oracle.Grant) { g.Profile = "q" }),
		"another reach":      grant(func(g *oracle.Grant) { g.Profile = "mine" }),
		"another structure":  grant(func(g *oracle.Grant) { g.Scope, g.Membership = oracle.InStructure("s2"), "mx2" }),
		"a department":       grant(func(g *oracle.Grant) { g.Scope = oracle.InDepartment("d1") }),
		"another department": grant(func(g *oracle.Grant) { g.Scope = oracle.InDepartment("d2") }),
		"the firm":           grant(func(g *oracle.Grant) { g.Scope, g.Membership = oracle.Firm(), "" }),
		"later":              grant(func(g *oracle.Grant) { g.From = soon }),
		"later still":        grant(func(g *oracle.Grant) { g.From = later }),
		"one again":          grant(func(*oracle.Grant) {}),
	}
	x := try(t, ask(w, "boss"))
	told := map[string]string{}
	for name, wish := range effects {
		x.c.Change.Writes = []oracle.Written{wish}
		p, err := x.changes.Preview(x.ctx, x.change())
		require.NoError(t, err, name)
		require.NotEmpty(t, p.Lines, name)
		told[name] = p.Fingerprint
	}
	given(&w, "x", "mine", oracle.InStructure("s1"), always) // what was theirs already is another effect
	x = try(t, ask(w, "boss", effects["one"]))
	p, err := x.changes.Preview(x.ctx, x.change())
	require.NoError(t, err)
	told["another before"] = p.Fingerprint
	for name, one := range told {
		for other, another := range told {
			same := name == other || name+other == "oneone again" || name+other == "one againone"
			assert.Equal(t, same, one == another, "%s, %s", name, other)
		}
	}
}

// step is a change that asks for what it is told to, and writes what it is told to.
type step struct {
	need  []access.Need
	apply func(ctx context.Context, tx *db.Tx) error
}

func (*step) Kind() string                                          { return "test.step" }
func (s *step) Need(context.Context, *db.Tx) ([]access.Need, error) { return s.need, nil }
func (s *step) Check(context.Context, *change.Work) error           { return nil }

func (s *step) Apply(ctx context.Context, w *change.Work) (change.Outcome, error) {
	return change.Outcome{}, s.perform(ctx, w.Tx, w.Actor)
}

func (s *step) perform(ctx context.Context, tx *db.Tx, _ *access.Actor) error {
	if s.apply == nil {
		return nil
	}
	return s.apply(ctx, tx)
}

// TestRunAsksANeedAtItsTurn: in a list, a Need is met by what the actor holds when the list begins or at its turn (rights.md, A21).
func TestRunAsksANeedAtItsTurn(t *testing.T) {
	w := small(map[string]string{"p": "department.edit=all"})
	addUser(&w, "x", "s1")
	addUser(&w, "y", "s1")
	given(&w, "y", "p", oracle.InStructure("s1"), always)
	here := func(x *tried) right.Scope { return right.Structure(x.ids["s1"]) }
	needs := func(x *tried) *step {
		return &step{need: []access.Need{{Permission: right.DepartmentEdit, Scope: here(x)}}}
	}
	becomes := func(x *tried, from int64) *step { // principal manager after another
		return &step{apply: func(ctx context.Context, tx *db.Tx) error {
			if err := ledger.EndPrincipal(ctx, tx, x.ids["rchief"], from, ledger.By{Line: 1}); err != nil {
				return err
			}
			_, err := ledger.OpenPrincipal(ctx, tx, x.ids["x"], x.ids["s1"], "transferred", period.Span{From: from, Until: period.Open}, ledger.By{Line: 1})
			return err
		}}
	}
	givesUp := func(x *tried) *step {
		return &step{apply: func(ctx context.Context, tx *db.Tx) error {
			return ledger.EndGrant(ctx, tx, x.ids["g1"], tx.At, ledger.By{Line: 1})
		}}
	}
	cases := map[string]struct {
		actor string
		list  func(x *tried) []change.Change
		held  bool
	}{
		"never held":                   {"x", func(x *tried) []change.Change { return []change.Change{needs(x)} }, false},
		"never held, of two":           {"x", func(x *tried) []change.Change { return []change.Change{&step{}, needs(x)} }, false},
		"held at its turn":             {"x", func(x *tried) []change.Change { return []change.Change{becomes(x, now), needs(x)} }, true},
		"held after its turn":          {"x", func(x *tried) []change.Change { return []change.Change{needs(x), becomes(x, now)} }, false},
		"to be held later only":        {"x", func(x *tried) []change.Change { return []change.Change{becomes(x, soon), needs(x)} }, false},
		"held alone":                   {"y", func(x *tried) []change.Change { return []change.Change{needs(x)} }, true},
		"held at the start":            {"y", func(x *tried) []change.Change { return []change.Change{givesUp(x), needs(x)} }, true},
		"held at the start, then once": {"y", func(x *tried) []change.Change { return []change.Change{needs(x), givesUp(x), needs(x)} }, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			x := try(t, ask(w, c.actor))

			_, refusal := x.changes.Preview(x.ctx, c.list(x)...)
			err := x.changes.Run(x.ctx, c.list(x)...)

			if c.held {
				assert.NoError(t, refusal)
				assert.NoError(t, err)
				return
			}
			assert.True(t, fault.Is(refusal, fault.Forbidden), "%v", refusal)
			assert.True(t, fault.Is(err, fault.Forbidden), "%v", err)
		})
	}
}

// TestRunLeavesWhatIsOver: a row that has ended, ends at this very instant or was cancelled before it began is never moved again.
func TestRunLeavesWhatIsOver(t *testing.T) {
	spans := map[string]oracle.Period{
		"ended": during(past, now-1), "ending now": during(past, now), "cancelled": during(soon, soon), "cancelled long ago": during(past, past),
		"cancelled now": during(now, now),
	}
	for name, over := range spans {
		w := small(map[string]string{"p": "structure.view=all"})
		w.Users = append(w.Users, oracle.User{ID: "x", Kind: "interne", SignIn: "ouvert", States: states(state("actif", over))})
		w.Structures = append(w.Structures, oracle.Structure{ID: "s2", States: states(state("active", over))})
		w.Departments = append(w.Departments, oracle.Department{ID: "d2", Structure: "s1", States: states(state("active", over)), Validity: []oracle.Period{over}})
		w.Profiles = append(w.Profiles, oracle.Profile{ID: "q", Family: "maison", Key: "q", Name: "q", Contents: []oracle.Content{content(over, "structure.view=all")}})
		w.Memberships = append(w.Memberships, oracle.Membership{ID: "mx", User: "x", Scope: oracle.InStructure("s1"), Period: over})
		w.Grants = append(w.Grants, oracle.Grant{ID: "gx", User: "x", Profile: "p", Scope: oracle.Firm(), Options: []string{}, Period: over})
		w.Principals = append(w.Principals, oracle.Principal{ID: "rx", User: "x", Structure: "s2", Period: over})
		w.Ceilings = []oracle.Ceiling{{ID: "cx", Structure: "s1", Modules: []string{}, Period: over}}
		x := try(t, ask(w, "boss"))
		row := func(table, owner, id string) (n int64) {
			query := "SELECT max(id) FROM " + table + " WHERE " + owner + " = ?"
			require.NoError(t, x.raw.QueryRowContext(context.Background(), query, x.ids[id]).Scan(&n))
			return n
		}
		type mover = func(ctx context.Context, tx *db.Tx, id, until int64, by ledger.By) error
		rows := map[string]struct {
			id  int64
			end mover
		}{
			"a grant":              {x.ids["gx"], ledger.EndGrant},
			"a principal manager":  {x.ids["rx"], ledger.EndPrincipal},
			"a ceiling":            {x.ids["cx"], ledger.EndCeiling},
			"a user's state":       {row("user_states", "user_id", "x"), ledger.EndUserState},
			"a structure's state":  {row("structure_states", "structure_id", "s2"), ledger.EndStructureState},
			"a department's state": {row("department_states", "department_id", "d2"), ledger.EndDepartmentState},
			"a validity":           {row("department_validities", "department_id", "d2"), ledger.EndValidity},
			"a content":            {row("profile_contents", "profile_id", "q"), ledger.EndContent},
			"a membership": {x.ids["mx"], func(ctx context.Context, tx *db.Tx, id, until int64, by ledger.By) error {
				m, err := tx.MembershipRow(ctx, id)
				require.NoError(t, err)
				return ledger.EndMembershipAlone(ctx, tx, m, until, by)
			}},
		}
		for what, r := range rows {
			for _, until := range []int64{now, now + 1, soon, later, oracle.OpenEnd} {
				t.Run(fmt.Sprintf("%s/%s/%d", what, name, (until-now)/period.DayMillis), func(t *testing.T) {
					err := x.changes.Run(x.ctx, &step{apply: func(ctx context.Context, tx *db.Tx) error { return r.end(ctx, tx, r.id, until, ledger.By{Line: 1}) }})

					f, told := fault.As(err)
					require.True(t, told, "%v", err)
					assert.Equal(t, "row.ended", f.Problems[0].Key)
				})
			}
		}
	}
}

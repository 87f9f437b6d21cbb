package access

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/oracle"
	"habilis/internal/period"
	"habilis/internal/right"
)

// twin holds a world of the oracle as the facts of this package, without a file.
type twin struct {
	ids map[string]int64 // of every row of the world

	rights   map[string]*right.Rights
	profiles right.Profiles
}

func number(id string) int64 {
	n, _ := strconv.ParseInt(strings.TrimLeft(id, "abcdefghijklmnopqrstuvwxyz"), 10, 64)
	return n
}

// twinOf numbers the rows by their place in their table, so that ties are decided in the same order.
func twinOf(t testing.TB, w *oracle.World) *twin {
	t.Helper()
	x := &twin{ids: map[string]int64{}, rights: map[string]*right.Rights{}, profiles: right.Profiles{}}
	for i, u := range w.Users {
		x.ids[u.ID] = int64(i + 1)
	}
	for i, s := range w.Structures {
		x.ids[s.ID] = int64(i + 1)
	}
	for i, d := range w.Departments {
		x.ids[d.ID] = int64(i + 1)
	}
	rows := func(ids []string) {
		slices.SortFunc(ids, oracle.CompareIDs)
		for i, id := range ids {
			x.ids[id] = int64(i + 1)
		}
	}
	var grants, principals, memberships []string
	for _, g := range w.Grants {
		grants = append(grants, g.ID)
	}
	for _, p := range w.Principals {
		principals = append(principals, p.ID)
	}
	for _, m := range w.Memberships {
		memberships = append(memberships, m.ID)
	}
	rows(grants)
	rows(principals)
	rows(memberships)
	for i, p := range w.Profiles {
		x.ids[p.ID] = int64(i + 1)
		profile := &right.Profile{ID: int64(i + 1), Family: p.Family, Key: p.Key, Name: p.Name}
		for _, c := range p.Contents {
			profile.Contents = append(profile.Contents, right.Dated{Span: span(c.Period), ID: 0, Content: content(t, c.Permissions)})
		}
		x.profiles[profile.ID] = profile
	}
	places := x.places(w)
	for _, u := range w.Users {
		x.rights[u.ID] = x.facts(w, u, places)
	}
	return x
}

func span(p oracle.Period) period.Span { return period.Span{From: p.From, Until: p.Until} }

func content(t testing.TB, permissions map[string]string) *right.Content {
	t.Helper()
	var pairs []string
	for _, p := range slices.Sorted(maps.Keys(permissions)) {
		if permissions[p] != "no" {
			pairs = append(pairs, p+"="+permissions[p])
		}
	}
	c, err := right.ParseContent(strings.Join(pairs, " "))
	require.NoError(t, err)
	return c
}

func (x *twin) scope(w *oracle.World, s oracle.Scope) right.Scope {
	switch {
	case s.Department != "":
		for _, d := range w.Departments {
			if d.ID == s.Department {
				return right.Department(x.ids[d.Structure], x.ids[d.ID])
			}
		}
	case s.Structure != "":
		return right.Structure(x.ids[s.Structure])
	}
	return right.Firm
}

func (x *twin) places(w *oracle.World) *right.Places {
	p := right.NewPlaces()
	for _, s := range w.Structures {
		at := &right.Place{}
		for _, st := range s.States {
			at.States = append(at.States, right.State{Span: span(st.Period), On: st.State == "active"})
		}
		p.Structures[x.ids[s.ID]] = at
	}
	for _, c := range w.Ceilings {
		modules := map[string]bool{}
		for _, m := range c.Modules {
			modules[m] = true
		}
		at := p.Structures[x.ids[c.Structure]]
		at.Ceilings = append(at.Ceilings, right.Ceiling{Span: span(c.Period), Modules: modules})
	}
	for _, d := range w.Departments {
		r := p.Room(x.ids[d.ID], x.ids[d.Structure])
		for _, st := range d.States {
			r.States = append(r.States, right.State{Span: span(st.Period), On: st.State == "active"})
		}
		for _, v := range d.Validity {
			r.Validities = append(r.Validities, span(v))
		}
	}
	return p
}

func (x *twin) facts(w *oracle.World, u oracle.User, places *right.Places) *right.Rights {
	r := &right.Rights{User: x.ids[u.ID], Places: places}
	var states []sqlc.UserState
	for _, s := range u.States {
		states = append(states, sqlc.UserState{State: map[string]string{"actif": "active"}[s.State], FromAt: s.From, UntilAt: s.Until})
	}
	var memberships []sqlc.Membership
	for _, m := range w.Memberships {
		if m.User == u.ID {
			s := x.scope(w, m.Scope)
			memberships = append(memberships, sqlc.Membership{ID: x.ids[m.ID], StructureID: s.Structure, DepartmentID: db.OrNull(s.Department), FromAt: m.From, UntilAt: m.Until})
		}
	}
	var grants []sqlc.Grant
	for _, g := range w.Grants {
		if g.User == u.ID {
			s := x.scope(w, g.Scope)
			grants = append(grants, sqlc.Grant{
				ID: x.ids[g.ID], ProfileID: x.ids[g.Profile], StructureID: db.OrNull(s.Structure), DepartmentID: db.OrNull(s.Department),
				MembershipID: db.OrNull(x.ids[g.Membership]), Options: strings.Join(g.Options, " "), FromAt: g.From, UntilAt: g.Until,
			})
		}
	}
	var principals []sqlc.Principal
	for _, p := range w.Principals {
		if p.User == u.ID {
			principals = append(principals, sqlc.Principal{ID: x.ids[p.ID], StructureID: x.ids[p.Structure], FromAt: p.From, UntilAt: p.Until})
		}
	}
	fill(r, x.profiles, states, memberships, grants, principals)
	return r
}

func (x *twin) question(t testing.TB, w *oracle.World, q oracle.Question) right.Question {
	t.Helper()
	p, ok := right.Parse(q.Permission)
	require.True(t, ok, q.Permission)
	return right.Question{Permission: p, Scope: x.scope(w, q.Scope), Owner: x.ids[q.Owner], Ending: q.Ending, Anywhere: q.Scope.Anywhere, At: q.At}
}

// same compares an answer with the oracle's: yes or no, every chain, every candidate in order with all its failing links.
func (x *twin) same(t testing.TB, w *oracle.World, q oracle.Question, r *right.Rights, want oracle.Answer) {
	t.Helper()
	asked := x.question(t, w, q)
	got := r.Check(asked)
	require.Equal(t, want.Allowed, got.Allowed, "%+v", q)
	require.Equal(t, want.Allowed, r.Allowed(asked), "%+v", q)
	require.Equal(t, chains(x, want.Because), keysOf(got.Because), "%+v", q)
	if want.Allowed {
		return
	}
	require.Equal(t, want.Missing, none2nil(got.Missing().Names()), "%+v", q)
	require.Len(t, got.Candidates, len(want.Candidates), "%+v", q)
	for i, c := range want.Candidates {
		require.Equal(t, key(x, c.ID), keyOf(got.Candidates[i]), "%+v", q)
		require.Equal(t, c.Missing, got.Candidates[i].Missing.Names(), "%+v", q)
	}
}

func none2nil(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}

func key(x *twin, id string) string { return id[:1] + strconv.FormatInt(x.ids[id], 10) }

func keyOf(c right.Chain) string {
	return []string{"g", "r", "m"}[c.Source] + strconv.FormatInt(c.ID, 10)
}

func chains(x *twin, ids []string) []string {
	var list []string
	for _, id := range ids {
		list = append(list, key(x, id))
	}
	slices.Sort(list)
	return list
}

func keysOf(chains []right.Chain) []string {
	var list []string
	for _, c := range chains {
		list = append(list, keyOf(c))
	}
	slices.Sort(list)
	return list
}

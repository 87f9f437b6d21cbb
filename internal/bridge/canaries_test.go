package bridge_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/bridge"
	"habilis/internal/fault"
	"habilis/internal/grant"
	"habilis/internal/oracle"
	"habilis/internal/request"
	"habilis/internal/view"
)

// crossed is the firm of the policy test in which people seen in one place hold something in another: in secret, in a department of a
// structure of which another is seen, as principal managers, to come and until soon.
func crossed(t *testing.T) *world {
	t.Helper()
	w := build(t)
	for _, a := range []struct{ name, place, profile, until string }{
		{"ina", "secret", consult, "2026-07-01"},
		{"ina", "beta/b1", consult, "2026-07-02"},
		{"ina1", "secret/s1", consult, "2026-07-03"},
		{"ina1", "alpha/a2", consult, "2026-07-04"},
		{"manager", "secret/s1", read, "2026-07-05"},
		{"everywhere", "secret", manage, "2026-07-06"},
		{"guardian", "alpha/a1", consult, "2026-07-07"},
		{"plain", "beta", "mover", "2026-07-08"},
	} {
		of, in := w.place(a.place)
		w.submit(grant.Attach{User: w.people[a.name], Structure: of, Department: in, Until: a.until, Profiles: w.choices(a.profile)})
	}
	of, in := w.place("alpha/a1") // of one attached to the whole structure, whom who sees the department alone does not see
	w.submit(grant.Give{User: w.people["boss"], Structure: of, Department: in, Until: "2026-07-09", Profiles: w.choices(consult)})
	w.submit(grant.Attach{User: w.people["boss"], Structure: w.structures["secret"]})
	w.transfer("secret", "boss")
	return w
}

// seers are the callers who are signed in.
var seers = slices.DeleteFunc(slices.Clone(callers), func(c string) bool { return c == "none" || c == "disabled" })

// place returns the scope of a row, 0 standing for none, as the brute force names it.
func (s sight) place(structure, department int64) oracle.Scope { return s.scope(structure, department) }

// seesPlace reports whether a scope is seen: the firm always.
func (s sight) seesPlace(structure, department int64) bool {
	return structure == 0 || s.can("structure.view", s.place(structure, department))
}

// TestRecordHoldsTheRowsInSight: what a person's record lists of attachments, profiles and structures managed is what lies in sight, no row
// more and none less; the structures left out are counted.
func TestRecordHoldsTheRowsInSight(t *testing.T) {
	w := crossed(t)
	for _, caller := range seers {
		s := w.sight(caller)
		for name, id := range w.people {
			t.Run(caller+"/"+name, func(t *testing.T) {
				result, failure := w.invoke(w.seat(caller), "Grants.Of", id)
				if !s.person(id) && caller != name {
					assert.Contains(t, failure, `"not_found"`)
					return
				}
				require.Empty(t, failure)
				record := result.(grant.Record)
				hidden := map[int64]bool{}
				rows := func(query string, hides bool) (seen []int64) {
					for _, r := range w.triples(query, id) {
						if s.seesPlace(r[1], r[2]) {
							seen = append(seen, r[0])
						} else if hides {
							hidden[r[1]] = true
						}
					}
					return seen
				}
				var memberships, grants []int64
				for _, m := range record.Memberships {
					memberships = append(memberships, m.ID)
				}
				for _, g := range record.Grants {
					grants = append(grants, g.ID)
				}
				assert.ElementsMatch(t, rows("SELECT id, structure_id, coalesce(department_id, 0) FROM memberships WHERE user_id = ?", true), memberships)
				assert.ElementsMatch(t, rows("SELECT id, coalesce(structure_id, 0), coalesce(department_id, 0) FROM grants WHERE user_id = ?", true), grants)
				managed := rows(fmt.Sprintf("SELECT structure_id, structure_id, 0 FROM principals WHERE user_id = ? AND from_at <= %d AND until_at > %d", s.at, s.at), false)
				assert.ElementsMatch(t, managed, record.Principals)
				assert.Len(t, hidden, record.Hidden)
			})
		}
	}
}

// triples reads three numbers a row.
func (w *world) triples(query string, args ...any) (list [][3]int64) {
	w.t.Helper()
	rows, err := w.raw.Query(query, args...)
	require.NoError(w.t, err)
	defer rows.Close() //nolint:errcheck // a test
	for rows.Next() {
		var r [3]int64
		require.NoError(w.t, rows.Scan(&r[0], &r[1], &r[2]))
		list = append(list, r)
	}
	require.NoError(w.t, rows.Err())
	return list
}

// TestMatrixHoldsThePlacesInSight: the lines of a person's matrix are the firm and the structures and departments in sight; the structures
// left out are counted.
func TestMatrixHoldsThePlacesInSight(t *testing.T) {
	w := crossed(t)
	for _, caller := range seers {
		s := w.sight(caller)
		for name, id := range w.people {
			t.Run(caller+"/"+name, func(t *testing.T) {
				if !s.person(id) && caller != name {
					t.Skip("out of sight: TestNothingForbiddenIsTold")
				}
				m := w.must(w.seat(caller), "Rights.OfPerson", view.View{User: id}).(view.Matrix)
				all := w.must(w.admin, "Rights.OfPerson", view.View{User: id}).(view.Matrix)
				type place struct{ structure, department int64 }
				var want, got []place
				hidden := map[int64]bool{}
				for _, l := range all.Lines {
					switch {
					case s.seesPlace(l.ID, l.Department):
						want = append(want, place{l.ID, l.Department})
					case l.Department == 0 && s.known(l.ID): // of one known through a department the structure's own line stands too
						want = append(want, place{l.ID, 0})
					case !s.known(l.ID):
						hidden[l.ID] = true
					}
				}
				for _, l := range m.Lines {
					got = append(got, place{l.ID, l.Department})
				}
				require.Zero(t, all.Hidden)
				assert.ElementsMatch(t, want, got)
				assert.GreaterOrEqual(t, m.Hidden, len(hidden), "structures of which no line stands are counted too")
				assert.Equal(t, len(hidden) == 0 && s.knowsAll(id), m.Hidden == 0)
			})
		}
	}
}

// knowsAll reports whether every structure that a person's rows name is known to the caller.
func (s sight) knowsAll(id int64) bool {
	for _, r := range s.w.triples(`SELECT structure_id, 0, 0 FROM memberships WHERE user_id = ?1 UNION SELECT structure_id, 0, 0 FROM principals WHERE user_id = ?1`, id) {
		if !s.known(r[0]) {
			return false
		}
	}
	return true
}

// TestProofTellsOfPlacesInSight: the chains that fail are told where the caller may see their place, the others counted; a place out of sight
// is not named, and no question about it is answered.
func TestProofTellsOfPlacesInSight(t *testing.T) {
	w := crossed(t)
	places := map[string]string{"the firm": "", "alpha": "alpha", "a1": "alpha/a1", "a2": "alpha/a2", "beta": "beta", "b1": "beta/b1", "secret": "secret", "s1": "secret/s1", "another's": "alpha/s1"}
	for _, caller := range seers {
		s := w.sight(caller)
		for name, id := range w.people {
			if !s.person(id) && caller != name {
				continue
			}
			t.Run(caller+"/"+name, func(t *testing.T) {
				for word, at := range places {
					for _, permission := range []string{"structure.edit", "structure.view", "grant.edit"} {
						w.assertProof(t, s, caller, word, view.Asked{User: id, Permission: permission, Structure: first(w.place(at)), Department: second(w.place(at))})
					}
				}
			})
		}
	}
}

func first(a, _ int64) int64  { return a }
func second(_, b int64) int64 { return b }

func (w *world) assertProof(t *testing.T, s sight, caller, word string, in view.Asked) {
	t.Helper()
	result, failure := w.invoke(w.seat(caller), "Rights.Prove", in)
	switch {
	case in.Department == 0 && !s.seesPlace(in.Structure, 0) && !s.known(in.Structure), in.Department != 0 && (!s.seesPlace(in.Structure, in.Department) || word == "another's"):
		assert.Contains(t, failure, `"not_found"`, "%s %+v", word, in)
		return
	case failure != "":
		t.Errorf("%s %+v: %s", word, in, failure)
		return
	}
	p := result.(view.Proof)
	query := map[string]string{
		"grant":      "SELECT id, coalesce(structure_id, 0), coalesce(department_id, 0) FROM grants WHERE id = ?",
		"principal":  "SELECT id, structure_id, 0 FROM principals WHERE id = ?",
		"membership": "SELECT id, structure_id, coalesce(department_id, 0) FROM memberships WHERE id = ?",
	}
	for _, c := range p.Chains {
		for _, r := range w.triples(query[c.Source], c.ID) {
			seen := s.seesPlace(r[1], r[2])
			assert.True(t, seen || p.Allowed, "%s %+v tells of %s %d, out of sight", word, in, c.Source, c.ID)
			named := r[1] != 0 && (seen || r[2] == 0 && s.known(r[1])) // its identity, of one known through a department
			assert.Equal(t, named, c.ScopeName != "", "%s %+v: %q names the place of %s %d", word, in, c.ScopeName, c.Source, c.ID)
		}
	}
	if !p.Allowed {
		assert.Equal(t, w.elsewhere(s, in), p.Elsewhere, "%s %+v", word, in)
	}
}

// elsewhere counts the rows of a person that could give a permission, in places out of sight.
func (w *world) elsewhere(s sight, in view.Asked) (n int) {
	query := `SELECT id, coalesce(structure_id, 0), coalesce(department_id, 0) FROM grants WHERE user_id = ?1
		UNION ALL SELECT id, structure_id, 0 FROM principals WHERE user_id = ?1`
	if in.Permission == "structure.view" {
		query += " UNION ALL SELECT id, structure_id, coalesce(department_id, 0) FROM memberships WHERE user_id = ?1"
	}
	for _, r := range w.triples(query, in.User) {
		if !s.seesPlace(r[1], r[2]) {
			n++
		}
	}
	return n
}

// TestHomeTellsOfEndingsInSight: the accesses that end soon are those of places where the caller holds user.view, of people whom they may see.
func TestHomeTellsOfEndingsInSight(t *testing.T) {
	w := crossed(t)
	for _, caller := range seers {
		t.Run(caller, func(t *testing.T) {
			s := w.sight(caller)
			home := w.must(w.seat(caller), "Firm.Home").(view.Home)
			type end struct{ user, structure, until int64 }
			var want, got []end
			for _, r := range w.triples("SELECT id, coalesce(structure_id, 0), coalesce(department_id, 0) FROM grants WHERE until_at > ? AND until_at < ? AND until_at > from_at", s.at, s.at+30*24*3600*1000) {
				user, until := w.number("SELECT user_id FROM grants WHERE id = ?", r[0]), w.number("SELECT until_at FROM grants WHERE id = ?", r[0])
				if s.can("user.view", s.scope(r[1], r[2])) && s.person(user) {
					want = append(want, end{user, r[1], until})
				}
			}
			for _, e := range home.Endings {
				if e.What != "" { // of a grant
					got = append(got, end{e.User, e.Structure, e.Until})
				}
			}
			assert.ElementsMatch(t, want, got)
		})
	}
}

// TestAskRefusesPeopleOutOfSight: who asks, and for whom, is oneself or somebody whom one may see and who is actif; anybody else is as if
// they were not, and no name comes back.
func TestAskRefusesPeopleOutOfSight(t *testing.T) {
	w := crossed(t)
	const unknown = int64(987654)
	for _, caller := range seers {
		s := w.sight(caller)
		var place int64
		for _, id := range w.structures {
			if s.known(id) {
				place = max(place, id)
			}
		}
		for name, id := range w.people {
			for part, input := range map[string]func(id int64) request.Ask{
				"beneficiary": func(id int64) request.Ask { return request.Ask{Beneficiary: id, Requester: w.people[caller]} },
				"requester":   func(id int64) request.Ask { return request.Ask{Beneficiary: w.people[caller], Requester: id} },
				"both":        func(id int64) request.Ask { return request.Ask{Beneficiary: id} },
			} {
				t.Run(caller+"/"+name+"/"+part, func(t *testing.T) {
					ask := func(id int64, subject string) string {
						in := input(id)
						in.Subject, in.Structure, in.Profiles, in.Comment = subject, place, w.choices(consult), "x"
						if place == 0 {
							in.IdentifierType, in.Identifier = "siret", w.sirets["alpha"]
						}
						result, failure := w.invoke(w.seat(caller), "Changes.Submit", in)
						if failure == "" {
							w.exec("DELETE FROM requests WHERE id = ?", result.(bridge.Outcome).Created)
						}
						return failure
					}
					if s.person(id) && name != "disabled" || name == caller {
						var f fault.Error
						if failure := ask(id, "profiles"); failure != "" {
							require.NoError(t, json.Unmarshal([]byte(failure), &f))
							assert.NotEqual(t, "user.not_found", f.Problems[0].Key)
						}
						return
					}
					for _, subject := range []string{"membership", "profiles"} {
						failure := ask(id, subject)
						assert.Contains(t, failure, `user.not_found`)
						assert.Equal(t, ask(unknown, subject), failure)
					}
				})
			}
		}
	}
}

// TestRequestNamesWhatIsInSight: a department, an approver and one who decided are named to those alone who may see them, or who decide there.
func TestRequestNamesWhatIsInSight(t *testing.T) {
	w := crossed(t)
	w.requests["qhidden"] = w.submit(request.Ask{Subject: "membership", Beneficiary: w.people["plain"], Structure: w.structures["secret"], Department: w.departments["s1"]}).Created
	w.submit(request.Decide{Request: w.requests["qhidden"], Comment: "non"})
	for _, name := range []string{"qanswered", "qwaiting"} { // of one who sees the structure, and nobody there; the same is not asked twice while it waits
		in := request.Ask{Subject: "profiles", Beneficiary: w.people["plain"], Structure: w.structures["alpha"], Profiles: w.choices(manage)}
		w.requests[name] = w.submit(in).Created
		if name == "qanswered" {
			w.submit(request.Decide{Request: w.requests[name], Comment: "non"})
		}
	}
	for _, caller := range seers {
		s := w.sight(caller)
		for name, id := range w.requests {
			t.Run(caller+"/"+name, func(t *testing.T) {
				result, failure := w.invoke(w.seat(caller), "Requests.Get", id)
				if failure != "" {
					assert.Contains(t, failure, `"not_found"`)
					return
				}
				q := result.(request.Request)
				if s.can("request.decide", s.scope(q.StructureID, q.DepartmentID)) {
					return
				}
				said := text(q, "")
				for room, d := range w.departments {
					if !s.can("department.view", s.scope(0, d)) {
						assert.NotContains(t, said, canary(room))
					}
				}
				for person, of := range w.people {
					if person != caller && !s.person(of) && of != q.Requester.ID && of != q.Beneficiary.ID {
						assert.NotContains(t, said, canary(person))
					}
				}
			})
		}
	}
}

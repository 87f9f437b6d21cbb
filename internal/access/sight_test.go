package access

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db/sqlc"
	"habilis/internal/oracle"
	"habilis/internal/period"
	"habilis/internal/right"
)

// TestSightHoldsWhereTheRightIs: over random worlds, a sight holds exactly the structures and departments
// where the same permission is answered yes, those that a ceiling cuts and those that are inactive left out
// (rights.md, A38).
func TestSightHoldsWhereTheRightIs(t *testing.T) {
	worlds, places := count("HABILIS_WORLDS", 60), 0
	var wrong []string
	for seed := range worlds {
		r := rand.New(rand.NewSource(int64(seed))) //nolint:gosec // repeatable worlds
		w := oracle.Random(r, oracle.Small())
		x := twinOf(t, w)
		instants := w.Boundaries()
		for _, u := range w.Users {
			at := instants[r.Intn(len(instants))]
			facts := x.rights[u.ID]
			for _, p := range right.All() {
				if p.AtFirm() {
					continue
				}
				for _, ending := range []bool{false, true} {
					sight := facts.See(p, at)
					if ending {
						sight = facts.SeeEnding(p, at)
					}
					ask := func(scope right.Scope) {
						places++
						want := facts.Allowed(right.Question{Permission: p, Scope: scope, Owner: facts.User, Ending: ending, At: at})
						if got := sight.Holds(scope); got != want {
							wrong = append(wrong, fmt.Sprintf("world %d, user %s, %s at %v, ending %v: the sight says %v, the right %v", seed, u.ID, p, scope, ending, got, want))
						}
					}
					for _, s := range w.Structures {
						ask(right.Structure(x.ids[s.ID]))
					}
					for _, d := range w.Departments {
						ask(right.Department(x.ids[d.Structure], x.ids[d.ID]))
					}
				}
			}
		}
	}
	t.Logf("%d places asked in %d worlds", places, worlds)
	assert.Empty(t, wrong[:min(len(wrong), 4)], "%d in all", len(wrong))
}

// TestManagerWithoutAMembershipAskedElsewhere: what fails of the role in another structure (rights.md, A39).
func TestManagerWithoutAMembershipAskedElsewhere(t *testing.T) {
	always := period.Span{From: 0, Until: period.Open}
	states := []sqlc.UserState{{State: "active", UntilAt: period.Open}}
	department := int64(1)
	for name, c := range map[string]struct {
		memberships []sqlc.Membership
		missing     []string
	}{
		"none": {nil, []string{"scope", "membership_period", "membership_scope"}},
		"one that has ended": {[]sqlc.Membership{{ID: 1, StructureID: 1, UntilAt: 5}}, []string{
			"scope", "membership_period", "membership_scope",
		}},
		"one of a department, in force": {[]sqlc.Membership{{ID: 1, StructureID: 1, DepartmentID: &department, UntilAt: period.Open}}, []string{"scope", "membership_scope"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := &right.Rights{User: 1, Places: right.NewPlaces()}
			for _, id := range []int64{1, 2} {
				r.Places.Structures[id] = &right.Place{States: []right.State{{Span: always, On: true}}}
			}
			r.Places.Room(1, 1).States = []right.State{{Span: always, On: true}}
			r.Places.Room(1, 1).Validities = []period.Span{always}
			fill(r, right.Profiles{}, states, c.memberships, nil, []sqlc.Principal{{ID: 1, UserID: 1, StructureID: 1, UntilAt: period.Open}})

			got := r.Check(right.Question{Permission: right.StructureEdit, Scope: right.Structure(2), At: 10})

			require.False(t, got.Allowed)
			i := slices.IndexFunc(got.Candidates, func(x right.Chain) bool { return x.Source == right.FromPrincipal })
			require.GreaterOrEqual(t, i, 0)
			assert.Equal(t, c.missing, got.Candidates[i].Missing.Names())
		})
	}
}

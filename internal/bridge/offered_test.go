package bridge_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/right"
)

// TestPickersOfferWhereTheRightIsHeld: a list of structures « where I hold X » holds exactly those for which
// the answer to X is yes: inactive ones are left out where X does not work there (rights.md, A38).
func TestPickersOfferWhereTheRightIsHeld(t *testing.T) {
	d := newDesk(t)
	open, shut, other := d.house("private"), d.house("private"), d.house("state")
	room := d.room(open, "", "")
	d.person("gerante", open, 0, manage)
	d.done("attach", fields{"user": d.people["gerante"], "structure": shut, "profiles": d.choices(manage)})
	d.done("transfer", fields{"moves": []fields{{"structure": shut, "to": d.people["gerante"]}}})
	d.person("bureau", open, room, manage)
	d.person("site", 0, 0, "Site · Gestionnaire")
	d.done("setState", fields{"structure": shut, "active": false})
	offered := 0
	for _, name := range []string{"admin", "gerante", "bureau", "site"} {
		user := map[bool]int64{true: 1, false: d.people[name]}[name == "admin"]
		for _, p := range right.All() {
			anywhere := p == right.StructureCreate || p == right.UserCreateExternal // no place is chosen for these
			free := name == "admin" && p == right.MembershipEdit                    // an administrator attaches to inactive ones too (A35)
			if p.AtFirm() || !p.Enforced() || anywhere || free {
				continue
			}
			rows, _ := d.send(d.as(name), "Structures.List", fields{"holding": p.String()}).list(t)
			got := numbers(rows)
			slices.Sort(got)
			whole, within := []int64{}, []int64{}
			for _, s := range []int64{open, shut, other} {
				for _, at := range append([]int64{0}, d.ids("SELECT id FROM departments WHERE structure_id = ?", s)...) {
					var proof struct{ Reach string }
					d.send(d.as("admin"), "Rights.Prove", fields{
						"user": user, "permission": p.String(), "structure": s, "department": at,
					}).into(t, &proof)
					if proof.Reach == "yes" || proof.Reach == "own" {
						if at == 0 {
							whole = append(whole, s)
						}
						if !slices.Contains(within, s) {
							within = append(within, s)
						}
					}
				}
			}
			for _, s := range whole {
				assert.Contains(t, got, s, "%s, where %s holds %s", d.names(s), name, p)
			}
			for _, s := range got {
				offered++
				assert.Contains(t, within, s, "%s is offered to %s for %s", d.names(s), name, p)
			}
		}
	}
	assert.Positive(t, offered)
}

func (d *desk) names(s int64) string { return d.rows("SELECT name FROM structures WHERE id = ?", s)[0] }

// TestProfilesThatWouldGiveCanBeGiven: the profiles that a no names can be given there, and are all those in
// use that would make it a yes (rights.md, A29b and A30).
func TestProfilesThatWouldGiveCanBeGiven(t *testing.T) {
	d := newDesk(t)
	asked := []string{
		"structure.edit", "invoice_received.edit", "court_fee.view", "firm.admin", "document.deposit",
	}
	boxes := d.allBoxes()
	named := d.rows("SELECT DISTINCT p.name FROM profiles p JOIN families f ON f.id = p.family_id WHERE f.in_use = 1 ORDER BY p.id")
	for _, sphere := range []string{"private", "state", "firm"} {
		s := int64(0)
		if sphere != "firm" {
			s = d.house(sphere)
		}
		user := d.person("sans"+sphere, s, 0)
		for _, permission := range asked {
			var proof struct {
				Allowed   bool
				WouldGive []string
			}
			p, known := right.Parse(permission)
			require.True(t, known)
			at := s
			if p.AtFirm() { // answered at the firm, wherever it is asked
				at = 0
			}
			d.send(d.as("admin"), "Rights.Prove", fields{
				"user": user, "permission": permission, "structure": s,
			}).into(t, &proof)
			if proof.Allowed {
				continue
			}
			gives := []string{}
			for _, name := range named {
				for _, id := range d.ids("SELECT p.id FROM profiles p JOIN families f ON f.id = p.family_id WHERE f.in_use = 1 AND p.name = ? ORDER BY p.id", name) {
					if d.would(user, at, id, boxes[id], permission) {
						gives = append(gives, name)
					}
				}
			}
			slices.Sort(gives)

			assert.Equal(t, slices.Compact(gives), proof.WouldGive, "%s, %s", permission, sphere)
		}
	}
}

// allBoxes returns what each profile offers to tick.
func (d *desk) allBoxes() map[int64]any {
	d.t.Helper()
	boxes := map[int64]any{}
	rows, _ := d.send(d.as("admin"), "Profiles.List").list(d.t)
	for _, p := range rows {
		boxes[p.number("id")] = p["boxes"]
	}
	return boxes
}

// would reports whether a profile, with all its boxes ticked, may be given at a place and makes a permission a
// yes there.
func (d *desk) would(user, s, profile int64, boxes any, permission string) bool {
	d.t.Helper()
	r := d.may("admin", "give", fields{
		"user": user, "structure": s, "profiles": []fields{{"profile": profile, "options": boxes}},
	})
	if !r.ok() {
		return false
	}
	var effect struct {
		Lines []struct {
			User              int64
			Permission, After string
		}
	}
	r.into(d.t, &effect)
	for _, l := range effect.Lines {
		if l.User == user && l.Permission == permission && l.After != "no" {
			return true
		}
	}
	return false
}

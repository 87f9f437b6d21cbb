package bridge_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestSweepReactivatingWithAMemberThatEnds: every attached person whose membership ends can be made manager again without losing what they hold.
func TestSweepPickersWithinDepartments(t *testing.T) {
	d := newDesk(t)
	s, other := d.house("private"), d.house("private")
	room := d.room(s, "", "2026-06-20")
	off := d.room(s, "", "")
	d.person("bureau", s, room, manage)
	d.person("eteint", s, off, manage)
	d.people["planifie"] = d.person("planifie", 0, 0)
	d.done("attach", fields{"user": d.people["planifie"], "structure": s, "from": "2026-09-01", "profiles": d.choices(manage)})
	d.done("attach", fields{"user": d.people["planifie"], "structure": other, "until": "2026-06-20", "profiles": d.choices(manage)})
	d.done("switchDepartment", fields{"structure": s, "department": off, "active": false})
	for _, after := range []int{0, 10} {
		for _, name := range []string{"bureau", "eteint", "planifie"} {
			if after > 0 {
				d.clock.At = d.clock.At.Add(3 * day)
			}
			for _, p := range []string{"membership.edit", "grant.edit", "request.decide", "structure.view", "department.edit", "user.view", "structure.edit"} {
				rows, _ := []fields(nil), ""
				r := d.send(d.as(name), "Structures.List", fields{"holding": p})
				if r.ok() {
					rows, _ = r.list(t)
				}
				got := numbers(rows)
				for _, st := range []int64{s, other} {
					yes := false
					for _, at := range append([]int64{0}, d.ids("SELECT id FROM departments WHERE structure_id = ?", st)...) {
						var proof struct{ Reach string }
						d.send(d.as("admin"), "Rights.Prove", fields{"user": d.people[name], "permission": p, "structure": st, "department": at}).into(t, &proof)
						yes = yes || proof.Reach == "yes" || proof.Reach == "own"
					}
					in := false
					for _, g := range got {
						in = in || g == st
					}
					assert.Equal(t, yes, in, "%s, %s, structure %d, after %d (%s)", name, p, st, after, r.failure)
				}
			}
		}
	}
}

// TestSweepCancelledRowsAreNowhere: what was planned and taken back tells nobody of the person, and finds the person in no list.
func TestSweepCancelledRowsGiveNoSight(t *testing.T) {
	d := newDesk(t)
	s := d.house("private")
	d.person("gerante", s, 0, manage)
	x := d.person("x", 0, 0)
	d.done("attach", fields{"user": x, "structure": s, "from": "2026-09-01", "profiles": d.choices(consult)})
	d.done("detach", fields{"user": x, "structure": s, "comment": "fin"})
	for name, in := range map[string][]any{
		"People.Get": {x}, "Grants.Of": {x}, "Rights.OfPerson": {fields{"user": x}}, "People.List": {fields{}}, "People.Steps": {x}, "Rights.OfStructure": {fields{"structure": s}},
		"Rights.OfStructure2": {fields{"structure": s, "day": "2026-09-02"}}, "Grants.In": {s}, "Firm.Home": {},
	} {
		if name == "Rights.OfStructure2" {
			name = "Rights.OfStructure"
		}
		r := d.send(d.as("gerante"), name, in...)
		assert.NotContains(t, string(r.data), canary("x"), name)
	}
}

// TestSweepColumnsTellNothing: which columns a matrix has must not depend on what somebody out of sight holds.
func TestSweepColumnsTellNothing(t *testing.T) {
	columns := func(hidden bool) []string {
		d := newDesk(t)
		s := d.house("private")
		a, b := d.room(s, "", ""), d.room(s, "", "")
		d.person("bureau", s, a, manage)
		if hidden {
			d.person("cache", s, b, "Entreprise · Collaborateur")
		}
		r := d.send(d.as("admin"), "Profiles.Use", fields{"families": []string{"portail-public"}})
		if !r.ok() {
			t.Fatal(r.failure)
		}
		var m struct{ Columns []struct{ Permission string } }
		d.send(d.as("bureau"), "Rights.OfStructure", fields{"structure": s, "department": a}).into(t, &m)
		list := []string{}
		for _, c := range m.Columns {
			list = append(list, c.Permission)
		}
		return list
	}
	assert.Equal(t, columns(false), columns(true))
}

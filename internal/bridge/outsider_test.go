package bridge_test

import (
	"habilis/db/dbtest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// outside makes an external manager of a structure to which the administrator, and somebody who holds a profile at the firm, are attached.
func outside(t *testing.T) (d *desk, s, site int64) {
	t.Helper()
	d = newDesk(t)
	s = d.house("private")
	d.people["dehors"] = d.done("addPerson", fields{
		"email": address("dehors"), "firstName": "Jo", "lastName": canary("dehors"), "kind": "external", "structure": s, "profiles": d.choices(manage),
	})
	site = d.person("site", s, 0)
	d.done("give", fields{"user": site, "profiles": d.choices("Site · Gestionnaire"), "until": "2026-06-28"})
	d.as("site")
	d.as("dehors")
	return d, s, site
}

// TestAnOutsiderIsNotToldWhoIsTheFirms: issue H8. Whether somebody may do what is asked at the firm alone is what they hold there.
func TestAnOutsiderIsNotToldWhoIsTheFirms(t *testing.T) {
	dbtest.Single(t)
	d, s, site := outside(t)
	x := d.person("x", s, 0)
	for _, permission := range []string{"firm.admin", "user.create_internal", "site.manage", "profile.edit"} {
		var of, other struct {
			Allowed bool
			Reach   string
		}
		d.send(d.as("dehors"), "Rights.Prove", fields{"user": site, "permission": permission, "structure": s}).into(t, &of)
		d.send(d.as("dehors"), "Rights.Prove", fields{"user": x, "permission": permission, "structure": s}).into(t, &other)
		assert.Equal(t, other, of, "the proof of %s", permission)
		r := d.send(d.as("dehors"), "Rights.Who", fields{"permission": permission, "structure": s})
		if r.ok() {
			rows, _ := r.list(t)
			for _, row := range rows {
				assert.NotEqual(t, site, row.number("id"), "who may %s", permission)
			}
		}
	}
	var matrix struct {
		Columns []struct{ Permission string }
		Lines   []struct{ Cells []string }
	}
	d.send(d.as("dehors"), "Rights.OfPerson", fields{"user": site}).into(t, &matrix)
	require.NotEmpty(t, matrix.Lines)
	for i, c := range matrix.Columns {
		if c.Permission == "firm.admin" || c.Permission == "user.create_internal" {
			for _, l := range matrix.Lines {
				assert.Equal(t, "no", l.Cells[i], "the matrix of a person, %s", c.Permission)
			}
		}
	}
}

// TestAnOutsiderIsToldNothingHeldAtTheFirm: issue H8. No answer about a person names a profile held at the firm, nor when they were last here, nor a step about it.
func TestAnOutsiderIsToldNothingHeldAtTheFirm(t *testing.T) {
	dbtest.Single(t)
	d, s, site := outside(t)
	for method, in := range map[string]any{
		"Grants.Of": site, "Grants.In": s, "Rights.OfPerson": fields{"user": site}, "Rights.OfStructure": fields{"structure": s},
		"People.Steps": site, "Firm.Home": nil, "Journal.List": fields{},
	} {
		var r reply
		if in == nil {
			r = d.send(d.as("dehors"), method)
		} else {
			r = d.send(d.as("dehors"), method, in)
		}
		assert.NotContains(t, string(r.data), "Site · Gestionnaire", method)
	}
	for _, permission := range []string{"structure.edit", "user.view", "document.deposit"} {
		r := d.send(d.as("dehors"), "Rights.Prove", fields{"user": site, "permission": permission, "structure": s})
		var proof struct{ Chains []struct{ Profile string } }
		r.into(t, &proof)
		for _, c := range proof.Chains {
			assert.NotEqual(t, "Site · Gestionnaire", c.Profile)
		}
	}
	var u fields
	d.send(d.as("dehors"), "People.Get", site).into(t, &u)
	assert.Zero(t, u["lastSignIn"])
}

// TestWhatIsHeldAtTheFirmIsToldInside: issue H8. Whoever is no outsider is told what others hold at the firm; an outsider is told what they hold there
// themselves, and of others what these hold in the structure.
func TestWhatIsHeldAtTheFirmIsToldInside(t *testing.T) {
	dbtest.Single(t)
	d, s, site := outside(t)
	d.addProfile("annonceur", "figures.view=all")
	d.done("give", fields{"user": site, "structure": s, "profiles": d.choices(consult)})
	d.done("give", fields{"user": d.people["dehors"], "profiles": d.choices("annonceur")})
	d.person("dedans", s, 0, manage)
	name := func(key string) string { return d.rows("SELECT name FROM profiles WHERE id = ?", d.profiles[key])[0] }
	for _, x := range []struct {
		who, of string
		want    []string
	}{
		{"dehors", "site", []string{consult}},
		{"dehors", "dehors", []string{manage, "annonceur"}},
		{"dedans", "site", []string{consult, "Site · Gestionnaire"}},
		{"dedans", "dehors", []string{manage, "annonceur"}},
	} {
		want, held, titles := []string{}, []string{}, []string{}
		for _, key := range x.want {
			want = append(want, name(key))
		}
		var record struct{ Grants []struct{ Profile string } }
		d.send(d.as(x.who), "Grants.Of", d.people[x.of]).into(t, &record)
		for _, g := range record.Grants {
			held = append(held, g.Profile)
		}
		var members []struct {
			UserID int64
			Titles []string
		}
		d.send(d.as(x.who), "Grants.In", s).into(t, &members)
		for _, m := range members {
			if m.UserID == d.people[x.of] {
				titles = m.Titles
			}
		}
		assert.ElementsMatch(t, want, held, "the record of %s, to %s", x.of, x.who)
		assert.ElementsMatch(t, want, titles, "%s among the people of the structure, to %s", x.of, x.who)
	}
}

// TestAnOutsiderIsNotToldAtTheFirm: issue H8. A proof that is asked at the firm itself tells nothing of what others hold there.
func TestAnOutsiderIsNotToldAtTheFirm(t *testing.T) {
	dbtest.Single(t)
	d, s, site := outside(t)
	x := d.person("x", s, 0)
	for _, permission := range []string{"structure.view", "user.view", "grant.edit", "firm.admin"} {
		of := d.send(d.as("dehors"), "Rights.Prove", fields{"user": site, "permission": permission})
		other := d.send(d.as("dehors"), "Rights.Prove", fields{"user": x, "permission": permission})
		type chain struct{ Source, Profile, GivenBy string }
		var a, b struct {
			Reach  string
			Chains []chain
		}
		if of.ok() {
			of.into(t, &a)
			other.into(t, &b)
		}
		assert.Equal(t, b, a, permission)
	}
}

// TestProlongIsOfferedWhereItIsTaken: issues I1 and F7. What puts a membership off is offered, on the home page and among a structure's people, where the change would be taken.
func TestProlongIsOfferedWhereItIsTaken(t *testing.T) {
	d := newDesk(t)
	s, other := d.house("private"), d.house("private")
	room := d.room(s, "", "")
	d.person("gerante", s, 0, manage)
	d.person("bureau", s, room, manage)
	d.person("site", 0, 0, "Site · Gestionnaire")
	d.person("lectrice", s, 0, read) // who sees people, and may put nothing off
	x, y := d.person("x", 0, 0), d.person("y", 0, 0)
	d.done("attach", fields{"user": x, "structure": s, "until": "2026-06-20"})
	d.done("attach", fields{"user": y, "structure": s, "department": room, "until": "2026-06-20"})
	d.done("attach", fields{"user": x, "structure": other, "until": "2026-06-20"})
	d.done("attach", fields{"user": d.person("z", 0, 0), "structure": s, "until": "2026-06-20"})
	d.disable("z")
	for _, shut := range []bool{false, true} {
		if shut {
			d.done("setState", fields{"structure": s, "active": false})
		}
		for _, name := range []string{"admin", "gerante", "bureau", "site", "lectrice"} {
			var home struct {
				Endings []struct {
					User, Structure, Membership int64
					What                        string
				}
			}
			d.send(d.as(name), "Firm.Home").into(t, &home)
			for _, m := range d.rows("SELECT id, structure_id FROM memberships WHERE until_at < 253402300799999") {
				id, st := pair(t, m)
				taken := d.may(name, "extendMembership", fields{"membership": id, "until": "2026-08-20"}).ok()
				offered, listed := false, false
				for _, e := range home.Endings {
					offered = offered || e.Membership == id
				}
				assert.Equal(t, taken, offered, "home, %s, membership %d of %d, shut %v", name, id, st, shut)
				var rows []struct {
					MembershipID int64
					Extendable   bool
				}
				if r := d.send(d.as(name), "Grants.In", st); r.ok() {
					r.into(t, &rows)
					on := false
					for _, r := range rows {
						if r.MembershipID == id {
							listed, on = true, r.Extendable
						}
					}
					if listed {
						assert.Equal(t, taken, on, "people of, %s, membership %d of %d, shut %v", name, id, st, shut)
					}
				}
			}
		}
	}
}

// TestExtendIsOfferedWhereItIsTaken: issue D4. Record and proof offer to put a grant off where some later end would be taken.
func TestExtendIsOfferedWhereItIsTaken(t *testing.T) {
	d := newDesk(t)
	s := d.house("private")
	x, y, z := d.person("x", s, 0, consult), d.person("y", 0, 0), d.person("z", s, 0)
	d.done("attach", fields{"user": y, "structure": s, "until": "2026-12-31", "profiles": d.choices(consult)})
	d.done("give", fields{"user": z, "structure": s, "until": "2026-12-31", "profiles": d.choices(consult)})
	for name, user := range map[string]int64{"endless": x, "as long as its membership": y, "shorter": z} {
		g := d.number("SELECT max(id) FROM grants WHERE user_id = ?", user)
		taken := d.may("admin", "extend", fields{"grant": g, "until": ""}).ok() || d.may("admin", "extend", fields{"grant": g, "until": "2027-06-30"}).ok()
		var record struct {
			Grants []struct {
				ID         int64
				Extendable bool
			}
		}
		d.send(d.as("admin"), "Grants.Of", user).into(t, &record)
		assert.Equal(t, taken, record.Grants[0].Extendable, "record, %s", name)
		var proof struct {
			Chains []struct {
				ID         int64
				Source     string
				Extendable bool
			}
		}
		d.send(d.as("admin"), "Rights.Prove", fields{"user": user, "permission": "invoice_issued.view", "structure": s}).into(t, &proof)
		for _, c := range proof.Chains {
			if c.Source == "grant" {
				assert.Equal(t, taken, c.Extendable, "proof, %s", name)
			}
		}
	}
}

// TestPickersOfferDepartments: issue I1. Whoever holds a permission in a department only is offered its structure, while something of it works.
func TestPickersOfferDepartments(t *testing.T) {
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

// TestCancelledRowsGiveNoSight: what was planned and taken back, in a structure or in a department, tells nobody of the person; nor does what has just
// ended. What they hold at the firm makes them nobody there.
func TestCancelledRowsGiveNoSight(t *testing.T) {
	for what, inside := range map[string]bool{"in a structure": false, "in a department": true} {
		t.Run(what, func(t *testing.T) {
			d := newDesk(t)
			s := d.house("private")
			room := map[bool]int64{true: d.room(s, "", "")}[inside]
			d.person("gerante", s, room, manage)
			x, y := d.person("x", 0, 0, "Site · Gestionnaire"), d.person("y", 0, 0, "Site · Gestionnaire")
			d.as("gerante")
			d.done("attach", fields{"user": x, "structure": s, "department": room, "from": "2026-09-01", "profiles": d.choices(consult)})
			d.done("detach", fields{"user": x, "structure": s, "comment": "fin"})
			d.done("attach", fields{"user": y, "structure": s, "department": room, "profiles": d.choices(consult)})
			d.done("detach", fields{"user": y, "structure": s, "comment": "fin"})
			at, later := fields{"structure": s, "department": room}, fields{"structure": s, "department": room, "day": "2026-09-02"}
			for _, call := range []struct {
				name string
				in   []any
			}{
				{"People.Get", []any{x}}, {"Grants.Of", []any{x}}, {"Rights.OfPerson", []any{fields{"user": x}}}, {"People.Steps", []any{x}},
				{"People.Get", []any{y}}, {"Grants.Of", []any{y}}, {"Rights.OfPerson", []any{fields{"user": y}}}, {"People.Steps", []any{y}},
				{"People.List", []any{fields{}}}, {"Rights.OfStructure", []any{at}}, {"Rights.OfStructure", []any{later}}, {"Grants.In", []any{s}}, {"Firm.Home", nil},
				{"Rights.Who", []any{fields{"structure": s, "department": room, "permission": "structure.view"}}},
			} {
				r := d.send(d.as("gerante"), call.name, call.in...)
				for _, name := range []string{"x", "y"} {
					assert.NotContains(t, string(r.data), canary(name), "%s %v", call.name, call.in)
				}
			}
		})
	}
}

// TestColumnsTellNothing: issues A9 and H8. Which columns a matrix has does not depend on what somebody out of sight holds.
func TestColumnsTellNothing(t *testing.T) {
	columns := func(hidden bool) []string {
		d := newDesk(t)
		s := d.house("private")
		a, b := d.room(s, "", ""), d.room(s, "", "")
		d.person("bureau", s, a, manage)
		if hidden {
			d.person("cache", s, b, "Entreprise · Collaborateur")
		}
		r := d.does("admin", "use", fields{"families": []string{"portail-public"}})
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

// TestDecidableIsAlikeEverywhere: issue D4. In every tab as in its record.
func TestDecidableIsAlikeEverywhere(t *testing.T) {
	d := newDesk(t)
	s := d.house("private")
	x := d.person("x", s, 0)
	d.person("gerante", s, 0, manage)
	for _, name := range []string{"gerante", "admin"} {
		id, _ := d.asks(name, fields{"subject": "profiles", "beneficiary": x, "structure": s, "profiles": d.choices(map[string]string{"gerante": consult, "admin": manage}[name])})
		var one fields
		d.send(d.as(name), "Requests.Get", id).into(t, &one)
		for _, tab := range []string{"pending", "mine"} {
			for _, row := range d.tab(name, tab) {
				if row.number("id") == id {
					assert.Equal(t, one["decidable"], row["decidable"], "%s %s", name, tab)
				}
			}
		}
	}
}

// TestPlannedStepsGoWithWhatTheyAnnounce: issue A8. The steps of what was planned and is taken back go with it.
func TestPlannedStepsGoWithWhatTheyAnnounce(t *testing.T) {
	d := newDesk(t)
	s := d.house("private")
	x := d.person("x", 0, 0)
	d.done("attach", fields{"user": x, "structure": s, "from": "2026-09-01", "profiles": d.choices(manage)})
	open := func() []string {
		return d.rows("SELECT what, user_id FROM follow_ups WHERE structure_id = ? AND done_at = 0 AND withdrawn_at = 0", s)
	}
	g := d.number("SELECT max(id) FROM grants WHERE user_id = ?", x)
	d.done("end", fields{"grant": g})
	assert.Len(t, open(), 1)
	d.done("detach", fields{"user": x, "structure": s, "comment": "fin"})
	assert.Empty(t, open())
}

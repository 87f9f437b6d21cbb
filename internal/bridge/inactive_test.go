package bridge_test

import (
	"fmt"
	"habilis/db/dbtest"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// leaving is a way in which an inactive structure loses everybody.
var leaving = map[string]func(d *desk, s int64){
	"the manager is detached": func(d *desk, s int64) {
		d.done("setState", fields{"structure": s, "active": false})
		d.done("detach", fields{"user": 1, "structure": s, "comment": "fin"})
	},
	"the members, then the manager": func(d *desk, s int64) {
		user := d.person("membre", s, 0, consult)
		d.done("setState", fields{"structure": s, "active": false})
		d.done("detach", fields{"user": user, "structure": s, "comment": "fin"})
		d.done("detach", fields{"user": 1, "structure": s, "comment": "fin"})
	},
	"the last membership ends by itself": func(d *desk, s int64) {
		user := d.person("membre", 0, 0)
		d.done("attach", fields{"user": user, "structure": s, "until": "2026-06-20"})
		d.done("setState", fields{"structure": s, "active": false})
		d.done("detach", fields{"user": 1, "structure": s, "comment": "fin"})
		d.later(10 * day)
	},
	"deactivated with others": func(d *desk, s int64) {
		other := d.house("private")
		d.done("setStates", fields{"structures": []int64{s, other}, "active": false})
		d.done("detach", fields{"user": 1, "structure": s, "comment": "fin"})
	},
	"duplicated, then left": func(d *desk, s int64) {
		d.done("duplicate", fields{"from": s, "identifier": "SUITE"})
		d.done("detach", fields{"user": 1, "structure": s, "comment": "fin"})
	},
	"created inactive, then left": func(d *desk, _ int64) {
		s := d.done("create", fields{
			"identifierType": "pending", "identifier": "PLUSTARD", "sphere": "private", "name": "Plus tard", "later": true,
		})
		d.done("detach", fields{"user": 1, "structure": s, "comment": "fin"})
	},
	"everybody is in a department": func(d *desk, s int64) {
		user := d.person("membre", s, d.room(s, "", ""), consult)
		d.done("setState", fields{"structure": s, "active": false})
		d.done("detach", fields{"user": 1, "structure": s, "comment": "fin"})
		require.Positive(d.t, user)
	},
}

// TestEveryInactiveStructureHasAWayBack: a firm administrator attaches somebody to it, makes them its
// principal manager and reactivates it, whatever left it empty (rights.md, A35).
func TestEveryInactiveStructureHasAWayBack(t *testing.T) {
	for name, leave := range leaving {
		for _, sphere := range []string{"private", "local"} {
			t.Run(name+"/"+sphere, func(t *testing.T) {
				d := newDesk(t)
				leave(d, d.house(sphere))
				d.caretaker()
				inactive := d.ids("SELECT id FROM structures WHERE active = 0 AND cancelled_at = 0 ORDER BY id")
				require.NotEmpty(t, inactive)

				for _, s := range inactive {
					assert.Empty(t, d.revive(s))
				}

				for _, s := range inactive {
					r := d.send(d.as("admin"), "Structures.Get", s)
					var got struct{ Active, Managed bool }
					r.into(t, &got)
					assert.True(t, got.Active)
					assert.True(t, got.Managed)
				}
			})
		}
	}
}

// caretaker adds somebody who could manage any structure, those of local authorities included.
func (d *desk) caretaker() int64 {
	d.t.Helper()
	if id := d.people["gardien"]; id != 0 {
		return id
	}
	id := d.person("gardien", 0, 0)
	d.exec("UPDATE users SET pigp = 1 WHERE id = ?", id)
	return id
}

// revive brings an inactive structure back by what an administrator of the firm may do. It gives why it could
// not.
func (d *desk) revive(s int64) string {
	d.t.Helper()
	plain := d.does("admin", "setState", fields{"structure": s, "active": true})
	if plain.ok() {
		return ""
	}
	keeper := d.caretaker()
	attached := d.does("admin", "attach", fields{"user": keeper, "structure": s})
	if named := d.does("admin", "setState", fields{
		"structure": s, "active": true, "manager": keeper,
	}); named.ok() {
		return ""
	}
	moved := d.does("admin", "transfer", fields{"moves": []fields{{"structure": s, "to": keeper}}})
	last := d.does("admin", "setState", fields{"structure": s, "active": true})
	if last.ok() {
		return ""
	}
	return fmt.Sprintf("structure %d stays inactive: reactivated %v, attached %v, transferred %v, reactivated again %v",
		s, plain.keys(), attached.keys(), moved.keys(), last.keys())
}

// TestInactiveStructureIsGivenPeopleByAnAdministratorOnly: a membership and the role in an inactive structure
// are given by Administrateur at the firm alone; whoever holds the permissions by another profile waits until
// it is active (rights.md, A35 and A41).
func TestInactiveStructureIsGivenPeopleByAnAdministratorOnly(t *testing.T) {
	d := newDesk(t)
	s := d.house("private")
	user := d.person("nouveau", 0, 0)
	d.person("gerante", s, 0, manage)
	d.person("site", 0, 0, "Site · Gestionnaire")
	d.done("transfer", fields{"moves": []fields{{"structure": s, "to": d.people["gerante"]}}})
	d.done("setState", fields{"structure": s, "active": false})

	for _, name := range []string{"gerante", "site"} {
		r := d.may(name, "attach", fields{"user": user, "email": address("nouveau"), "structure": s})
		assert.False(t, r.ok(), name)
	}
	assert.True(t, d.may("admin", "attach", fields{"user": user, "structure": s}).ok())
	assert.True(t, d.may("admin", "attach", fields{"user": user, "structure": s, "from": "2026-07-01"}).ok())
}

// TestManagerIsToldAlike: the list, the record, the members, the person's record, the matrix, its proof and
// what can be transferred name the same principal manager, none where the last one was detached.
func TestManagerIsToldAlike(t *testing.T) {
	dbtest.Single(t)
	cases := map[string]func(d *desk, s int64){
		"active, managed":   func(*desk, int64) {},
		"inactive, managed": func(d *desk, s int64) { d.done("setState", fields{"structure": s, "active": false}) },
		"transferred while inactive": func(d *desk, s int64) {
			user := d.person("suivante", s, 0)
			d.done("setState", fields{"structure": s, "active": false})
			d.done("transfer", fields{"moves": []fields{{"structure": s, "to": user}}})
		},
		"transferred while inactive to somebody whose attachment ends": func(d *desk, s int64) {
			user := d.person("suivante", 0, 0)
			d.done("attach", fields{"user": user, "structure": s, "until": "2026-06-20"})
			d.done("setState", fields{"structure": s, "active": false})
			d.does("admin", "transfer", fields{"moves": []fields{{"structure": s, "to": user}}}) // may be refused as well
			d.later(10 * day)
		},
	}
	for name, leave := range leaving {
		cases[name] = leave
	}
	for name, leave := range cases {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			leave(d, d.house("private"))

			for _, s := range d.ids("SELECT id FROM structures WHERE cancelled_at = 0 ORDER BY id") {
				d.agree(s)
			}
		})
	}
}

// agree checks that every page tells the same of a structure's principal manager.
func (d *desk) agree(s int64) {
	d.t.Helper()
	t, seat := d.t, d.as("admin")
	proofs := []string{}
	for _, user := range d.ids("SELECT id FROM users ORDER BY id") {
		var p struct {
			Chains []struct {
				Source  string
				Missing []string
			}
			User string
		}
		d.send(seat, "Rights.Prove", fields{
			"user": user, "permission": "principal.transfer", "structure": s,
		}).into(t, &p)
		for _, c := range p.Chains {
			if c.Source == "principal" && len(c.Missing) == 0 {
				proofs = append(proofs, p.User)
			}
		}
	}
	require.LessOrEqual(t, len(proofs), 1, "the proofs name one manager at most")
	manager := append(proofs, "")[0]
	var record struct{ Managed bool }
	d.send(seat, "Structures.Get", s).into(t, &record)
	assert.Equal(t, manager != "", record.Managed, "the record, in structure %d", s)
	for _, lone := range []bool{false, true} {
		rows, _ := d.send(seat, "Structures.List", fields{"lone": lone}).list(t)
		i := slices.IndexFunc(rows, func(r fields) bool { return r.number("id") == s })
		if lone {
			assert.Equal(t, manager == "", i >= 0, "the list of those without a manager, in structure %d", s)
			continue
		}
		require.GreaterOrEqual(t, i, 0)
		assert.Equal(t, manager, rows[i].text("manager"), "the list's name, in structure %d", s)
		assert.Equal(t, manager != "", rows[i]["managed"], "the list's flag, in structure %d", s)
	}
	members, _ := d.send(seat, "Grants.In", s).list(t)
	named := ""
	for _, m := range members {
		if m["principal"] == true {
			named = m.text("name")
		}
	}
	assert.Equal(t, manager, named, "the members, in structure %d", s)
	movable, _ := d.send(seat, "Structures.Transferable", s).list(t)
	require.Len(t, movable, 1)
	assert.Equal(t, manager, movable[0].text("manager"), "what can be transferred, in structure %d", s)
	for _, user := range d.ids("SELECT id FROM users ORDER BY id") {
		var held struct{ Principals []int64 }
		d.send(seat, "Grants.Of", user).into(t, &held)
		var person struct{ FirstName, LastName string }
		d.send(seat, "People.Get", user).into(t, &person)
		assert.Equal(t, manager == person.FirstName+" "+person.LastName, slices.Contains(held.Principals, s), "the record of user %d, in structure %d", user, s)
	}
}

// TestDetachEndsTheRoleOfAnInactiveStructure: detaching the manager of an inactive structure ends their
// period too (rights.md, A35).
func TestDetachEndsTheRoleOfAnInactiveStructure(t *testing.T) {
	d := newDesk(t)
	s := d.house("private")
	d.done("setState", fields{"structure": s, "active": false})

	d.done("detach", fields{"user": 1, "structure": s, "comment": "fin"})

	now := d.number("SELECT max(at) FROM journal")
	assert.Zero(t, d.number("SELECT count(*) FROM principals WHERE structure_id = ? AND until_at > ?", s, now))
}

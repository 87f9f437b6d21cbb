package bridge_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestReactivateNamesAManager: the change that reactivates a structure may name a principal manager, attached
// there or not yet, whether it has lost everybody or still has one; it then leaves one manager, active and
// attached (rights.md, A35).
func TestReactivateNamesAManager(t *testing.T) {
	for name, prepare := range map[string]func(d *desk, s, user int64){
		"empty, attached anew": func(d *desk, s, user int64) {
			d.done("setState", fields{"structure": s, "active": false})
			d.done("detach", fields{"user": 1, "structure": s, "comment": "fin"})
			d.done("attach", fields{"user": user, "structure": s})
		},
		"a member takes over": func(d *desk, s, user int64) {
			d.done("attach", fields{"user": user, "structure": s})
			d.done("setState", fields{"structure": s, "active": false})
			d.done("detach", fields{"user": 1, "structure": s, "comment": "fin"})
		},
		"another than the one there": func(d *desk, s, user int64) {
			d.done("attach", fields{"user": user, "structure": s})
			d.done("setState", fields{"structure": s, "active": false})
		},
		"a member of a department": func(d *desk, s, user int64) {
			d.done("attach", fields{"user": user, "structure": s, "department": d.room(s, "", "")})
			d.done("setState", fields{"structure": s, "active": false})
			d.done("detach", fields{"user": 1, "structure": s, "comment": "fin"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			s, user := d.house("private"), d.person("nouveau", 0, 0)
			prepare(d, s, user)

			d.done("setState", fields{"structure": s, "active": true, "manager": user})

			now := d.number("SELECT max(at) FROM journal")
			assert.Equal(t, []int64{user}, d.ids("SELECT user_id FROM principals WHERE structure_id = ? AND from_at <= ? AND until_at > ?", s, now, now))
			assert.Positive(t, d.number("SELECT count(*) FROM memberships WHERE user_id = ? AND structure_id = ? AND department_id IS NULL AND until_at > ?", user, s, now))
			d.agree(s)
		})
	}
}

// TestReactivateNamesAManagerRefuses: naming one asks principal.transfer there too, and who could not take
// the role over by a transfer is refused beside the field.
func TestReactivateNamesAManagerRefuses(t *testing.T) {
	d := newDesk(t)
	d.addProfile("switcher", "structure.activate=all structure.view=all")
	d.addProfile("mover", "structure.activate=all structure.view=all principal.transfer=all")
	private, local := d.house("private"), d.house("local")
	d.person("allume", private, 0, "switcher")
	d.person("remet", private, 0, "mover")
	user := d.person("membre", private, 0)
	d.done("attach", fields{"user": user, "structure": local})
	for _, s := range []int64{private, local} {
		d.done("setState", fields{"structure": s, "active": false})
	}
	named := func(s, user int64) fields { return fields{"structure": s, "active": true, "manager": user} }

	assert.Equal(t, "forbidden", d.may("allume", "setState", named(private, user)).code(), "without principal.transfer")
	assert.True(t, d.may("allume", "setState", fields{"structure": private, "active": true}).ok(), "without a name, that is not asked")
	assert.True(t, d.may("remet", "setState", named(private, user)).ok(), "with both")
	assert.False(t, d.may("admin", "setState", named(local, user)).ok(), "a local authority's manager has a PIGP account")
	assert.False(t, d.may("admin", "setState", named(private, 9999)).ok(), "nobody has this number")
}

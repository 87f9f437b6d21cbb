package bridge_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestEachEndingHasItsLine: whoever is attached to several places of a structure is detached by a line for each, and a role that ends with them by its own.
func TestEachEndingHasItsLine(t *testing.T) {
	d := newDesk(t)
	s := d.house("private")
	a, b := d.room(s, "", ""), d.room(s, "", "")
	x := d.person("x", s, a)
	d.done("attach", fields{"user": x, "structure": s, "department": b})
	d.done("attach", fields{"user": x, "structure": s})
	before := d.number("SELECT max(seq) FROM journal")

	d.done("detach", fields{"user": x, "structure": s, "comment": "fin"})

	ended := d.ids("SELECT object_id FROM journal WHERE seq > ? AND action = 'membership.ended' ORDER BY 1", before)
	assert.Equal(t, d.ids("SELECT id FROM memberships WHERE user_id = ? ORDER BY 1", x), ended)
	d.done("setState", fields{"structure": s, "active": false})
	before = d.number("SELECT max(seq) FROM journal")
	d.done("detach", fields{"user": 1, "structure": s, "comment": "fin"})
	assert.Equal(t, d.ids("SELECT id FROM principals WHERE structure_id = ?", s), d.ids("SELECT object_id FROM journal WHERE seq > ? AND action = 'principal.ended'", before))
	assert.Zero(t, d.number(`SELECT count(*) FROM moved_ends e JOIN journal j ON j.seq = e.moved_by
		WHERE (e.kind = 'memberships' AND j.object_kind = 'membership' OR e.kind = 'principals' AND j.object_kind = 'principal') AND j.object_id <> e.row_id`),
		"each end is moved by a line about that row")
}

// TestStepsThatNothingNeeds: a transfer asks for one step in the portal, whatever was asked before and not done; none where the portal has that manager
// still; and a planned end that is taken back before it was carried there asks for nothing.
func TestStepsThatNothingNeeds(t *testing.T) {
	d := newDesk(t)
	s := d.house("private")
	a, b := d.person("a", s, 0, manage), d.person("b", s, 0)
	to := func(user int64) {
		d.later(time.Minute)
		d.done("transfer", fields{"moves": []fields{{"structure": s, "to": user}}})
	}
	waiting := func(what string) []int64 {
		return d.ids("SELECT user_id FROM follow_ups WHERE what = ? AND structure_id = ? AND done_at = 0 AND withdrawn_at = 0", what, s)
	}

	to(a)
	assert.Equal(t, []int64{a}, waiting("transfer"))
	to(1)
	assert.Empty(t, waiting("transfer"), "the portal never heard of another")
	to(b)
	assert.Equal(t, []int64{b}, waiting("transfer"))
	for _, id := range d.ids("SELECT id FROM follow_ups WHERE done_at = 0 AND withdrawn_at = 0") {
		d.does("admin", "markFollowUp", fields{"id": id, "done": true})
	}
	to(a)
	to(b)
	assert.Empty(t, waiting("transfer"), "the portal has that manager")
	g := d.number("SELECT max(id) FROM grants WHERE user_id = ?", a)
	d.done("end", fields{"grant": g, "until": "2026-07-20"})
	assert.Len(t, waiting("remove"), 1)
	d.done("extend", fields{"grant": g, "until": ""})
	assert.Empty(t, waiting("remove"))
	assert.Empty(t, waiting("extend"), "the portal knows no end")
}

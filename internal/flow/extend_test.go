package flow_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"habilis/internal/fault"
	"habilis/internal/grant"
)

// TestExtendRefusesNoLaterDay: a grant is put off to a day after its present end, and to no other.
func TestExtendRefusesNoLaterDay(t *testing.T) {
	w := newWorld(t)
	s := w.pending("UN", "private")
	leaving := w.person("provisoire")
	w.run(&grant.Attach{User: leaving, Structure: s, Until: "2026-07-31"})
	last := func(c *grant.Give) int64 {
		c.Structure = s
		w.run(c)
		return w.number("SELECT max(id) FROM grants")
	}
	dated := last(&grant.Give{User: w.attached("ada", s, 0), Until: "2026-07-31", Profiles: w.choices(consult)})
	endless := last(&grant.Give{User: w.attached("bea", s, 0), Profiles: w.choices(consult)})
	bounded := last(&grant.Give{User: leaving, Profiles: w.choices(consult)})

	for what, c := range map[string]*grant.Extend{
		"an earlier day":               {Grant: dated, Until: "2026-07-30"},
		"the same day":                 {Grant: dated, Until: "2026-07-31"},
		"today":                        {Grant: dated, Until: "2026-06-15"},
		"a day, of an endless one":     {Grant: endless, Until: "2026-07-31"},
		"no end, of an endless one":    {Grant: endless},
		"no end, as far as he belongs": {Grant: bounded},
	} {
		err := w.unchanged(func() error { return w.changes.Run(w.admin, c) })
		assert.Equal(t, map[string]string{"until": "grant.not_later"}, problems(t, err, fault.Invalid), what)
	}
	w.run(&grant.Extend{Grant: dated, Until: "2026-08-01"})
	assert.Equal(t, ended(t, "2026-08-01"), w.number("SELECT until_at FROM grants WHERE id = ?", dated))
}

// TestExtendMembership: an attachment goes on to a later day, with the profiles that ended with it where one says so, each with its line; those that
// ended sooner, were it just before, keep their end.
func TestExtendMembership(t *testing.T) {
	for name, with := range map[string]bool{"with its profiles": true, "alone": false} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			s := w.pending("UN", "private")
			user := w.person("provisoire")
			w.run(&grant.Attach{User: user, Structure: s, Until: "2026-07-31", Profiles: w.choices(consult)})
			membership, same := w.number("SELECT max(id) FROM memberships"), w.number("SELECT max(id) FROM grants")
			w.run(&grant.Give{User: user, Structure: s, Until: "2026-06-30", Profiles: w.choices(manage)})
			sooner := w.number("SELECT max(id) FROM grants")
			w.run(&grant.Give{User: user, Structure: s, Profiles: w.choices("flow.consultation")})
			just := w.number("SELECT max(id) FROM grants")
			w.clock.At = time.UnixMilli(ended(t, "2026-07-31") - 1) // the very last instant

			w.run(&grant.End{Grant: just}, &grant.ExtendMembership{Membership: membership, Until: "2026-12-31", Grants: with})

			until := func(table string, id int64) int64 { return w.number("SELECT until_at FROM "+table+" WHERE id = ?", id) }
			july, december := ended(t, "2026-07-31"), ended(t, "2026-12-31")
			assert.Equal(t, december, until("memberships", membership))
			assert.Equal(t, map[bool]int64{true: december, false: july}[with], until("grants", same))
			assert.Equal(t, ended(t, "2026-06-30"), until("grants", sooner))
			assert.Equal(t, july-1, until("grants", just))
			assert.Equal(t, int64(1), w.number("SELECT count(*) FROM journal WHERE action = 'membership.extended' AND object_id = ?", membership))
			lines := w.number("SELECT count(*) FROM journal WHERE action = 'grant.extended' AND object_id = ?", same)
			assert.Equal(t, map[bool]int64{true: 1, false: 0}[with], lines)
			waiting := w.number("SELECT count(*) FROM follow_ups WHERE what = 'attach' AND withdrawn_at = 0 AND holds_until = ?", december)
			assert.Equal(t, int64(1), waiting, "what was never done there is to be done with the new end")
		})
	}
}

// TestExtendMembershipRefuses: an end is put off, to a later day, before any other attachment of the person there, while it has not passed.
func TestExtendMembershipRefuses(t *testing.T) {
	w := newWorld(t)
	s := w.pending("UN", "private")
	room := w.department(s, "A", "", "")
	last := func(c *grant.Attach) int64 {
		w.run(c)
		return w.number("SELECT max(id) FROM memberships")
	}
	dated := last(&grant.Attach{User: w.person("ada"), Structure: s, Until: "2026-07-31"})
	endless := last(&grant.Attach{User: w.person("bea"), Structure: s})
	twice := w.person("cleo")
	before := last(&grant.Attach{User: twice, Structure: s, Until: "2026-07-31"})
	last(&grant.Attach{User: twice, Structure: s, From: "2026-09-01"})
	wider := w.person("dora")
	inside := last(&grant.Attach{User: wider, Structure: s, Department: room, From: "2026-09-15", Until: "2026-10-31"})
	last(&grant.Attach{User: wider, Structure: s, From: "2026-09-10", Until: "2026-10-15"})
	gone := last(&grant.Attach{User: w.person("elsa"), Structure: s})
	w.run(&grant.Detach{User: w.number("SELECT user_id FROM memberships WHERE id = ?", gone), Structure: s, Comment: "x"})

	for what, x := range map[string]struct {
		c   *grant.ExtendMembership
		key string
	}{
		"an earlier day":          {&grant.ExtendMembership{Membership: dated, Until: "2026-07-30"}, "membership.not_later"},
		"the same day":            {&grant.ExtendMembership{Membership: dated, Until: "2026-07-31"}, "membership.not_later"},
		"one without end":         {&grant.ExtendMembership{Membership: endless}, "membership.not_later"},
		"into the next one":       {&grant.ExtendMembership{Membership: before, Until: "2026-09-01"}, "membership.another_begins"},
		"for good, over the next": {&grant.ExtendMembership{Membership: before}, "membership.another_begins"},
	} {
		err := w.unchanged(func() error { return w.changes.Run(w.admin, x.c) })
		assert.Equal(t, map[string]string{"until": x.key}, problems(t, err, fault.Invalid), what)
	}
	w.run(&grant.ExtendMembership{Membership: before, Until: "2026-08-31"}) // up to the day before
	w.run(&grant.ExtendMembership{Membership: inside, Until: "2026-12-31"}) // past the wider one, which does not cover it then
	for _, until := range []string{"", "2027-01-31"} {
		err := w.unchanged(func() error { return w.changes.Run(w.admin, &grant.ExtendMembership{Membership: gone, Until: until}) })
		assert.Error(t, err, "what has ended is over")
	}
}

// TestExtendRefusesADisabledPerson: nothing is given for longer to somebody who may do nothing.
func TestExtendRefusesADisabledPerson(t *testing.T) {
	w := newWorld(t)
	s := w.pending("UN", "private")
	user := w.person("provisoire")
	w.run(&grant.Attach{User: user, Structure: s, Until: "2026-07-31", Profiles: w.choices(consult)})
	membership, given := w.number("SELECT max(id) FROM memberships"), w.number("SELECT max(id) FROM grants")
	w.exec("UPDATE user_states SET until_at = from_at + 1 WHERE user_id = ?", user)

	assert.Equal(t, map[string]string{"user": "user.disabled"}, problems(t, w.changes.Run(w.admin, &grant.ExtendMembership{Membership: membership, Until: "2026-08-31"}), fault.Invalid))
	assert.Equal(t, map[string]string{"user": "user.disabled"}, problems(t, w.changes.Run(w.admin, &grant.Extend{Grant: given}), fault.Invalid))
}

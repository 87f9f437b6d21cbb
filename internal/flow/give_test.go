package flow_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/fault"
	"habilis/internal/grant"
	"habilis/internal/period"
)

// TestGiveStandsOnTheWidestMembership: where somebody is attached both to a department and to its whole structure, what is given in the department stands on
// the attachment to the structure, whichever of the two was made first, unless only the other lasts as long.
func TestGiveStandsOnTheWidestMembership(t *testing.T) {
	w := newWorld(t)
	s := w.pending("UN", "private")
	room := w.department(s, "A", "", "")
	whole := func(until string) *grant.Attach { return &grant.Attach{Structure: s, Until: until} }
	within := func(until string) *grant.Attach {
		return &grant.Attach{Structure: s, Department: room, Until: until}
	}
	for name, x := range map[string]struct {
		attached     []*grant.Attach
		asked, until string
		widest       bool
	}{
		"the department first":                      {[]*grant.Attach{within(""), whole("")}, "", "", true},
		"the structure first, as long as asked":     {[]*grant.Attach{whole("2026-07-31"), within("2026-08-31")}, "2026-07-31", "2026-07-31", true},
		"the department first, as long as asked":    {[]*grant.Attach{within("2026-07-31"), whole("2026-08-31")}, "2026-07-31", "2026-07-31", true},
		"only the department's lasts as long":       {[]*grant.Attach{whole("2026-07-31"), within("2026-08-31")}, "2026-08-01", "2026-08-01", false},
		"no end asked, the department's is later":   {[]*grant.Attach{whole("2026-07-31"), within("2026-08-31")}, "", "2026-08-31", false},
		"no end asked, the structure's is later":    {[]*grant.Attach{within("2026-07-31"), whole("2026-08-31")}, "", "2026-08-31", true},
		"no end asked, the department's is without": {[]*grant.Attach{whole("2026-07-31"), within("")}, "", "", false},
	} {
		user := w.person(strings.NewReplacer(" ", "-", ",", "", "'", "").Replace(name))
		for _, c := range x.attached {
			c.User = user
			w.run(c)
		}

		w.run(&grant.Give{User: user, Structure: s, Department: room, Until: x.asked, Profiles: w.choices(consult)})

		standing := w.number("SELECT m.department_id IS NULL FROM memberships m JOIN grants g ON g.membership_id = m.id WHERE g.user_id = ?", user)
		assert.Equal(t, x.widest, standing == 1, name)
		until := period.Open
		if x.until != "" {
			until = ended(t, x.until)
		}
		assert.Equal(t, until, w.number("SELECT until_at FROM grants WHERE user_id = ?", user), name)
	}
}

// TestGiveRefusesToOutliveTheMembership: what is given ends with the attachment at the latest, and may end on its very last day.
func TestGiveRefusesToOutliveTheMembership(t *testing.T) {
	w := newWorld(t)
	s := w.pending("UN", "private")
	user := w.person("provisoire")
	w.run(&grant.Attach{User: user, Structure: s, Until: "2026-07-31"})
	give := func(until string) error {
		return w.changes.Run(w.admin, &grant.Give{User: user, Structure: s, Until: until, Profiles: w.choices(consult)})
	}

	err := w.unchanged(func() error { return give("2026-08-01") })
	assert.Equal(t, map[string]string{"until": "grant.outlives_membership"}, problems(t, err, fault.Invalid))
	require.NoError(t, give("2026-07-31"))
	assert.Equal(t, ended(t, "2026-07-31"), w.number("SELECT until_at FROM grants WHERE user_id = ?", user))
}

// TestGiveRefusesADisabledPerson: nothing is given, in a structure or at the firm, to somebody who may do nothing.
func TestGiveRefusesADisabledPerson(t *testing.T) {
	w := newWorld(t)
	s := w.pending("UN", "private")
	user := w.attached("parti", s, 0)
	w.exec("UPDATE user_states SET until_at = from_at + 1 WHERE user_id = ?", user)

	for what, c := range map[string]*grant.Give{
		"in a structure": {User: user, Structure: s, Profiles: w.choices(consult)},
		"at the firm":    {User: user, Profiles: w.choices(read)},
	} {
		err := w.unchanged(func() error { return w.changes.Run(w.admin, c) })
		assert.Equal(t, map[string]string{"user": "user.disabled"}, problems(t, err, fault.Invalid), what)
	}
}

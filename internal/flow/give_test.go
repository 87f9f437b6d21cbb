package flow_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/fault"
	"habilis/internal/grant"
)

// TestGiveStandsOnTheWidestMembership: where somebody is attached both to a department and to its whole structure, what is given in the department
// stands on the attachment to the structure, whichever of the two was made first.
func TestGiveStandsOnTheWidestMembership(t *testing.T) {
	w := newWorld(t)
	s := w.pending("UN", "private")
	room := w.department(s, "A", "", "")
	for first, list := range map[string][]*grant.Attach{
		"department": {{Structure: s, Department: room}, {Structure: s}},
		"structure":  {{Structure: s, Until: "2026-07-31"}, {Structure: s, Department: room, Until: "2026-08-31"}}, // an endless one would cover the other
	} {
		user := w.person(first)
		for _, c := range list {
			c.User = user
			w.run(c)
		}
		whole := w.number("SELECT id FROM memberships WHERE user_id = ? AND department_id IS NULL", user)

		w.run(&grant.Give{User: user, Structure: s, Department: room, Profiles: w.choices(consult)})

		assert.Equal(t, whole, w.number("SELECT membership_id FROM grants WHERE user_id = ?", user), "the %s first", first)
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

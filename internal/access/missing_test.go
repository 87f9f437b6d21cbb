package access

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db/sqlc"
	"habilis/internal/period"
	"habilis/internal/right"
)

// TestGrantWithoutItsMembership: a grant that names a membership which is not there gives nothing; at the firm, where it names none, it gives.
func TestGrantWithoutItsMembership(t *testing.T) {
	always := period.Span{From: 0, Until: period.Open}
	gives, err := right.ParseContent("structure.edit=all")
	require.NoError(t, err)
	profiles := right.Profiles{1: {ID: 1, Contents: []right.Dated{{Span: always, ID: 1, Content: gives}}}}
	states := []sqlc.UserState{{State: "active", UntilAt: period.Open}}
	one, two, three := int64(1), int64(2), int64(3)
	memberships := []sqlc.Membership{{ID: 2, StructureID: 1, UntilAt: period.Open}}
	for name, c := range map[string]struct {
		grant   sqlc.Grant
		missing right.Link
	}{
		"its membership":           {sqlc.Grant{StructureID: &one, MembershipID: &two}, 0},
		"no such membership":       {sqlc.Grant{StructureID: &one, MembershipID: &three}, right.MembershipPeriod},
		"none such, at the firm":   {sqlc.Grant{MembershipID: &three}, right.MembershipPeriod},
		"at the firm, naming none": {sqlc.Grant{}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := &right.Rights{User: 1, Places: right.NewPlaces()}
			r.Places.Structures[1] = &right.Place{States: []right.State{{Span: always, On: true}}}
			c.grant.ID, c.grant.ProfileID, c.grant.UntilAt = 1, 1, period.Open
			fill(r, profiles, states, memberships, []sqlc.Grant{c.grant}, nil)
			for _, anywhere := range []bool{false, true} {
				q := right.Question{Permission: right.StructureEdit, Scope: right.Structure(1), Anywhere: anywhere, At: 1}

				got := r.Check(q)

				assert.Equal(t, c.missing == 0, got.Allowed)
				assert.Equal(t, c.missing == 0, r.Allowed(q))
				assert.Equal(t, c.missing.Names(), got.Missing().Names())
			}
		})
	}
}

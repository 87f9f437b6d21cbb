package flow_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/right"
	"habilis/internal/signin"
	"habilis/internal/view"
)

// TestRightsOfTheFirmAreNotAskedBelow: whoever has a profile with rights of the firm on one structure holds those rights nowhere (rights.md, A29).
func TestRightsOfTheFirmAreNotAskedBelow(t *testing.T) {
	w := newWorld(t)
	s := w.pending("UN", "private")
	user := w.attached("gestionnaire", s, 0, "Site · Gestionnaire")
	require.True(t, w.holds(user, right.StructureEdit, right.Structure(s)))

	matrix, err := w.views.PersonMatrix(w.admin, view.View{User: user})
	require.NoError(t, err)
	me, err := w.views.Me(as(user), signin.Notice{})
	require.NoError(t, err)

	require.Len(t, matrix.Lines, 1, "the firm has no line: nothing is held there")
	require.Equal(t, s, matrix.Lines[0].ID)
	assert.Empty(t, me.FirmWide)
	assert.Contains(t, me.Permissions, "structure.edit")
	cells := map[string]string{}
	for i, c := range matrix.Columns {
		cells[c.Permission] = matrix.Lines[0].Cells[i]
	}
	assert.Equal(t, "yes", cells["structure.edit"])
	firms := slices.DeleteFunc(right.All(), func(p right.Permission) bool { return !p.AtFirm() })
	require.Len(t, firms, 6)
	for _, p := range firms {
		asked := view.Asked{User: user, Permission: p.String(), Structure: s}
		proof, err := w.views.Prove(w.admin, asked)
		require.NoError(t, err)
		holders, err := w.views.Who(w.admin, asked)
		require.NoError(t, err)

		assert.Equal(t, "no", cells[p.String()], p)
		assert.False(t, proof.Allowed, p)
		assert.Equal(t, "no", proof.Reach, p)
		assert.False(t, slices.ContainsFunc(holders, func(h view.Holder) bool { return h.ID == user }), p)
		assert.NotContains(t, me.Permissions, p.String())
	}
}

// TestRightsOfTheFirmAreAnsweredThere: an administrator of the firm holds them wherever they are asked, and each cell agrees with its proof.
func TestRightsOfTheFirmAreAnsweredThere(t *testing.T) {
	w := newWorld(t)
	s := w.pending("UN", "private")
	admin := int64(1)

	matrix, err := w.views.PersonMatrix(w.admin, view.View{User: admin})

	require.NoError(t, err)
	require.Len(t, matrix.Lines, 2, "the firm, and the structure that he made")
	for _, line := range matrix.Lines {
		for i, c := range matrix.Columns {
			proof, err := w.views.Prove(w.admin, view.Asked{User: admin, Permission: c.Permission, Structure: line.ID})
			require.NoError(t, err)
			assert.Equal(t, proof.Reach, line.Cells[i], "%s in %d", c.Permission, line.ID)
		}
	}
	holders, err := w.views.Who(w.admin, view.Asked{Permission: "firm.admin", Structure: s})
	require.NoError(t, err)
	require.Len(t, holders, 1)
	assert.Equal(t, admin, holders[0].ID)
}

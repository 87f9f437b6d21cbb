package flow_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/fault"
	"habilis/internal/view"
)

// TestWhoRefusesAnotherPlaceThanTheOneSeen: whoever sees the people of one department asks « Qui peut… ? » of that department; of its structure, of
// another department or of one under another structure's number they are told that there is no such place.
func TestWhoRefusesAnotherPlaceThanTheOneSeen(t *testing.T) {
	w := newWorld(t)
	s, other := w.pending("UN", "private"), w.pending("DEUX", "private")
	room, beside := w.department(s, "A", "", ""), w.department(s, "B", "", "")
	chief := w.attached("chef", s, room, manage)
	ask := func(structure, department int64) ([]view.Holder, error) {
		return w.views.Who(as(chief), view.Asked{Permission: "bank.view", Structure: structure, Department: department})
	}

	holders, err := ask(s, room)

	require.NoError(t, err)
	require.Len(t, holders, 1)
	assert.Equal(t, chief, holders[0].ID)
	for what, at := range map[string][2]int64{
		"the structure": {s, 0}, "another department": {s, beside}, "another structure": {other, 0}, "under another structure": {other, room},
	} {
		_, err := ask(at[0], at[1])
		assert.Equal(t, map[string]string{"": "structure.not_found"}, problems(t, err, fault.NotFound), what)
	}
}

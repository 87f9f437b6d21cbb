package structure_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/fault"
	"habilis/internal/structure"
)

func TestSetState(t *testing.T) {
	w := newWorld(t)
	id := w.pending("UN", "")
	set := func(active bool) error {
		return w.changes.Run(w.admin, &structure.SetState{Structure: id, Active: active})
	}

	assert.True(t, fault.Is(w.unchanged(func() error { return set(true) }), fault.Refused), "activating what is active")
	require.NoError(t, set(false))
	assert.False(t, w.get(id).Active)
	assert.True(t, fault.Is(w.unchanged(func() error { return set(false) }), fault.Refused))
	require.NoError(t, set(true))
	assert.True(t, w.get(id).Active)
	assert.EqualValues(t, 3, w.number("SELECT count(*) FROM structure_states WHERE structure_id = ?", id))
}

// TestSetStateClosesRequests: a request whose object has gone is closed by the program.
func TestSetStateClosesRequests(t *testing.T) {
	w := newWorld(t)
	id := w.pending("UN", "")
	w.ask(id)

	w.run(&structure.SetState{Structure: id})

	assert.EqualValues(t, 1, w.number("SELECT count(*) FROM requests WHERE structure_id = ? AND state = 'closed'", id))
	assert.Zero(t, w.number("SELECT count(*) FROM requests WHERE structure_id = ? AND state = 'pending'", id))
}

func TestSetStateRefuses(t *testing.T) {
	w := newWorld(t)
	id := w.pending("UN", "")
	_, reader := w.person("internal", "lecteur", id, 0, consult)
	assert.True(t, fault.Is(w.unchanged(func() error { return w.changes.Run(reader, &structure.SetState{Structure: id}) }), fault.Forbidden))
	for _, active := range []bool{true, false} {
		err := w.unchanged(func() error { return w.changes.Run(w.admin, &structure.SetState{Structure: 9999, Active: active}) })
		_, told := fault.As(err)
		assert.True(t, told, "a structure that is not there, active %v: %v", active, err)
	}
}

func TestSetStates(t *testing.T) {
	w := newWorld(t)
	one, two, three := w.pending("UN", ""), w.pending("DEUX", ""), w.pending("TROIS", "")
	w.run(&structure.SetState{Structure: two})
	lines := w.number("SELECT count(*) FROM journal")

	w.run(&structure.SetStates{Structures: []int64{one, two, three}})

	for _, id := range []int64{one, two, three} {
		assert.False(t, w.get(id).Active)
	}
	assert.Equal(t, lines+2, w.number("SELECT count(*) FROM journal"), "the one that was so already is left out")
	w.run(&structure.SetStates{Structures: []int64{one, one, three}, Active: true})
	assert.True(t, w.get(one).Active)
	assert.False(t, w.get(two).Active)
	assert.True(t, w.get(three).Active)
}

// TestSetStatesRefusesAsOne: all or none.
func TestSetStatesRefusesAsOne(t *testing.T) {
	w := newWorld(t)
	one, two := w.pending("UN", ""), w.pending("DEUX", "")
	_, manager := w.person("internal", "gerant", one, 0, manage)
	err := w.unchanged(func() error { return w.changes.Run(manager, &structure.SetStates{Structures: []int64{one, two}}) })
	assert.True(t, fault.Is(err, fault.Forbidden), "one of them is out of reach: %v", err)

	w.run(&structure.SetStates{Structures: []int64{one, two}})
	w.exec("UPDATE principals SET until_at = (SELECT max(at) FROM journal) WHERE structure_id = ?", two)
	err = w.unchanged(func() error {
		return w.changes.Run(w.admin, &structure.SetStates{Structures: []int64{one, two}, Active: true})
	})
	assert.True(t, fault.Is(err, fault.Refused), "an active structure keeps its principal manager: %v", err)
}

func TestSetStatesRefuses(t *testing.T) {
	w := newWorld(t)
	one, two := w.pending("UN", ""), w.pending("DEUX", "")
	for what, c := range map[string]*structure.SetStates{
		"nothing is to change": {Structures: []int64{one, two}, Active: true}, "none is chosen": {Active: true}, "none to end": {},
	} {
		assert.True(t, fault.Is(w.unchanged(func() error { return w.changes.Run(w.admin, c) }), fault.Refused), what)
	}
}

// TestSetStatesRefusesWhatIsNotThere: all or none, one that does not exist included; it is not "so already".
func TestSetStatesRefusesWhatIsNotThere(t *testing.T) {
	w := newWorld(t)
	one := w.pending("UN", "")

	err := w.unchanged(func() error { return w.changes.Run(w.admin, &structure.SetStates{Structures: []int64{one, 9999}}) })

	assert.True(t, fault.Is(err, fault.NotFound), "%v", err)
}

package flow_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/fault"
	"habilis/internal/flow"
	"habilis/internal/grant"
	"habilis/internal/right"
	"habilis/internal/structure"
)

func (w *world) managerOf(id int64) int64 {
	w.t.Helper()
	return w.number("SELECT user_id FROM principals WHERE structure_id = ? AND until_at = 253402300799999", id)
}

// TestTransfer: several to one, and each to its own; the role goes over whole, at one instant.
func TestTransfer(t *testing.T) {
	w := newWorld(t)
	one, two, three := w.pending("UN", "private"), w.pending("DEUX", "state"), w.pending("TROIS", "private")
	ada := w.attached("ada", one, 0)
	w.run(&grant.Attach{User: ada, Structure: two})
	bea := w.attached("bea", three, 0)

	w.run(&flow.Transfer{Moves: []flow.Move{{Structure: one, To: ada}, {Structure: two, To: ada}, {Structure: three, To: bea}}})

	for id, user := range map[int64]int64{one: ada, two: ada, three: bea} {
		assert.Equal(t, user, w.managerOf(id))
		assert.True(t, w.holds(user, right.PrincipalTransfer, right.Structure(id)))
		rows := w.rows("SELECT user_id, reason FROM principals WHERE structure_id = ? ORDER BY from_at", id)
		assert.Equal(t, []string{"1 | created", fmt.Sprintf("%d | transferred", user)}, rows, "history kept")
		assert.Zero(t, w.number("SELECT (SELECT until_at FROM principals WHERE structure_id = ?1 AND user_id = 1) - (SELECT from_at FROM principals WHERE structure_id = ?1 AND user_id = ?2)", id, user))
		assert.True(t, w.get(id).Managed)
	}
	assert.EqualValues(t, 3, w.number("SELECT count(*) FROM journal WHERE action = 'principal.transferred'"))
	w.sound()
}

// TestTransferToSomebodyOfADepartment: the role needs the structure; their department membership stays with its grants (rights.md, A15).
func TestTransferToSomebodyOfADepartment(t *testing.T) {
	w := newWorld(t)
	id := w.pending("UN", "private")
	room := w.department(id, "A", "", "")
	user := w.attached("dedans", id, room, consult)

	w.run(&flow.Transfer{Moves: []flow.Move{{Structure: id, To: user}}})

	assert.Equal(t, user, w.managerOf(id))
	assert.EqualValues(t, 2, w.number("SELECT count(*) FROM memberships WHERE user_id = ? AND until_at = 253402300799999", user))
	assert.EqualValues(t, 1, w.number("SELECT count(*) FROM grants WHERE user_id = ? AND until_at = 253402300799999", user))
	assert.True(t, w.holds(user, right.StructureEdit, right.Structure(id)))
}

// TestTransferToSomebodySoonOfTheStructure: attached to a department now and to the structure from a later day, they are "already attached".
func TestTransferToSomebodySoonOfTheStructure(t *testing.T) {
	w := newWorld(t)
	id := w.pending("UN", "private")
	user := w.attached("dedans", id, w.department(id, "A", "", ""))
	w.run(&grant.Attach{User: user, Structure: id, From: "2026-07-01"})

	err := w.changes.Run(w.admin, &flow.Transfer{Moves: []flow.Move{{Structure: id, To: user}}})

	// then it is refused beside the person, not as an overlap that nobody at the form can read
	assert.Equal(t, "transfer.soon", problems(t, err, fault.Invalid)[fmt.Sprintf("to.%d", id)])
}

func TestTransferRefuses(t *testing.T) {
	w := newWorld(t)
	private, local := w.pending("UN", "private"), w.pending("DEUX", "local")
	ada, stranger := w.attached("ada", private, 0), w.person("ailleurs")
	w.run(&grant.Attach{User: ada, Structure: local})
	soon := w.person("bientot")
	w.run(&grant.Attach{User: soon, Structure: private, From: "2026-07-01"})
	gone := w.attached("parti", private, 0)
	w.run(&grant.Detach{User: gone, Structure: private, Comment: "parti"})
	for what, x := range map[string]struct {
		moves []flow.Move
		key   string
		field string
	}{
		"not attached":     {[]flow.Move{{private, stranger}}, "transfer.not_attached", fmt.Sprintf("to.%d", private)},
		"not attached yet": {[]flow.Move{{private, soon}}, "transfer.not_attached", fmt.Sprintf("to.%d", private)},
		"no more attached": {[]flow.Move{{private, gone}}, "transfer.not_attached", fmt.Sprintf("to.%d", private)},
		"nobody":           {[]flow.Move{{private, 0}}, "transfer.person", fmt.Sprintf("to.%d", private)},
		"not a user":       {[]flow.Move{{private, 9999}}, "transfer.not_attached", fmt.Sprintf("to.%d", private)},
		"the same":         {[]flow.Move{{private, 1}}, "transfer.same", fmt.Sprintf("to.%d", private)},
		"no PIGP account":  {[]flow.Move{{local, ada}}, "transfer.no_pigp", fmt.Sprintf("to.%d", local)},
		"none":             {nil, "transfer.empty", "structures"},
		"one of two":       {[]flow.Move{{private, ada}, {local, ada}}, "transfer.no_pigp", fmt.Sprintf("to.%d", local)},
		"one twice":        {[]flow.Move{{private, ada}, {private, ada}}, "transfer.person", fmt.Sprintf("to.%d", private)},
	} {
		err := w.unchanged(func() error { return w.changes.Run(w.admin, &flow.Transfer{Moves: x.moves}) })
		assert.Equal(t, map[string]string{x.field: x.key}, problems(t, err, fault.Invalid), what)
	}
	err := w.unchanged(func() error {
		return w.changes.Run(w.admin, &flow.Transfer{Moves: []flow.Move{{private, stranger}, {local, ada}}})
	})
	assert.Len(t, problems(t, err, fault.Invalid), 2, "all problems at once")
	err = w.unchanged(func() error { return w.changes.Run(as(ada), &flow.Transfer{Moves: []flow.Move{{private, ada}}}) })
	assert.True(t, fault.Is(err, fault.Forbidden), "the role is not taken: %v", err)
	err = w.unchanged(func() error { return w.changes.Run(w.admin, &flow.Transfer{Moves: []flow.Move{{9999, ada}}}) })
	_, told := fault.As(err)
	assert.True(t, told, "%v", err)

	w.exec("UPDATE users SET pigp = 1 WHERE id = ?", ada)
	w.run(&flow.Transfer{Moves: []flow.Move{{private, ada}, {local, ada}}})
	assert.Equal(t, ada, w.managerOf(local))
	require.NoError(t, w.changes.Run(as(ada), &flow.Transfer{Moves: []flow.Move{{private, 1}}}), "the manager gives his role away")
	assert.False(t, w.holds(ada, right.PrincipalTransfer, right.Structure(private)))
}

// TestTransferToSomebodyWhoLeaves: whose membership has an end cannot keep the role: the guard stands against it.
func TestTransferToSomebodyWhoLeaves(t *testing.T) {
	w := newWorld(t)
	id := w.pending("UN", "private")
	user := w.person("provisoire")
	w.run(&grant.Attach{User: user, Structure: id, Until: "2026-12-31"})
	err := w.unchanged(func() error { return w.changes.Run(w.admin, &flow.Transfer{Moves: []flow.Move{{id, user}}}) })
	assert.Equal(t, map[string]string{fmt.Sprint("to.", id): "transfer.ends"}, problems(t, err, fault.Invalid))
}

// TestTransferOfAnInactiveStructure: principal.transfer works on inactive ones.
func TestTransferOfAnInactiveStructure(t *testing.T) {
	w := newWorld(t)
	id := w.pending("UN", "private")
	user := w.attached("ada", id, 0)
	w.run(&structure.SetState{Structure: id})
	w.clock.At = w.clock.At.Add(day)
	w.run(&flow.Transfer{Moves: []flow.Move{{id, user}}})
	assert.Equal(t, user, w.managerOf(id))
}

func TestTransferable(t *testing.T) {
	w := newWorld(t)
	one, local, other := w.pending("UN", "private"), w.pending("DEUX", "local"), w.pending("AUTRE", "private")
	ada, bea := w.attached("ada", one, 0), w.attached("bea", one, w.department(one, "A", "", ""))
	w.run(&grant.Attach{User: ada, Structure: local})
	w.exec("UPDATE users SET pigp = 1 WHERE id = ?", ada)
	chief := w.attached("chef", other, 0)
	w.run(&flow.Transfer{Moves: []flow.Move{{other, chief}}})
	w.clock.At = w.clock.At.Add(time.Hour)

	list, err := w.flow.Transferable(w.admin, 0)

	require.NoError(t, err)
	by := map[int64]flow.Managed{}
	for _, m := range list {
		by[m.Structure] = m
		assert.True(t, m.Mine)
		assert.Equal(t, "Paul Patron", m.Manager)
	}
	assert.Len(t, by, 2, "those of which he is principal manager")
	assert.Equal(t, []flow.Candidate{{ID: ada, Name: "Jo ada", PIGP: true}, {ID: bea, Name: "Jo bea"}}, by[one].Candidates)
	assert.Equal(t, []flow.Candidate{{ID: ada, Name: "Jo ada", PIGP: true}}, by[local].Candidates)
	assert.True(t, by[local].Local)
	assert.False(t, by[one].Local)

	list, err = w.flow.Transferable(w.admin, other)
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.False(t, list[0].Mine)
	assert.Equal(t, "Jo chef", list[0].Manager)
	_, err = w.flow.Transferable(as(ada), one)
	assert.True(t, fault.Is(err, fault.Forbidden), "%v", err)
	list, err = w.flow.Transferable(as(ada), 0)
	require.NoError(t, err)
	assert.Empty(t, list)
	list, err = w.flow.Transferable(as(chief), 0)
	require.NoError(t, err)
	assert.Len(t, list, 1)
}

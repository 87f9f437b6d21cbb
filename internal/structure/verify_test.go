package structure_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/internal/fault"
	"habilis/internal/insee"
	"habilis/internal/ledger"
	"habilis/internal/register"
	"habilis/internal/structure"
)

// unverified makes n structures whose SIRET the register did not answer about.
func (w *world) unverified(n int) (ids []int64) {
	w.t.Helper()
	for i := range n {
		ids = append(ids, w.create(structure.Input{IdentifierType: "siret", Identifier: siret(100 + i), Fields: structure.Fields{Name: "Tapé", Town: "Tapée"}}))
	}
	w.registry.mu.Lock()
	defer w.registry.mu.Unlock()
	w.registry.asked = nil
	return ids
}

// done waits for the run of a user to end.
func (w *world) done(ctx context.Context) register.Check {
	w.t.Helper()
	var c register.Check
	require.Eventually(w.t, func() bool {
		var err error
		c, err = w.structures.Register().Checking(ctx)
		require.NoError(w.t, err)
		return !c.Running
	}, 10*time.Second, time.Millisecond)
	return c
}

// reached waits until the run of a user has asked about n structures.
func (w *world) reached(n int) {
	w.t.Helper()
	require.Eventually(w.t, func() bool { return len(w.registry.calls()) == n }, 10*time.Second, time.Millisecond)
}

func TestStartCheck(t *testing.T) {
	w := newWorld(t)
	ids := w.unverified(5)
	w.pending("SANS", "")
	closed := active("Fermée")
	closed.Verdict, closed.ClosedOn = insee.Closed, "2026-01-31"
	w.registry.says(siret(100), active("Du registre"))
	w.registry.says(siret(101), closed)
	w.registry.says(siret(102), absent())
	w.registry.says(siret(103), partial())
	w.registry.says(siret(104), unverifiable())
	w.registry.says(siret(50), active("Déjà vérifiée"))
	verified := w.create(structure.Input{IdentifierType: "siret", Identifier: siret(50)})

	c, err := w.structures.Register().StartCheck(w.admin, nil)

	require.NoError(t, err)
	assert.Equal(t, 5, c.Total, "all that are to be verified, and no other")
	assert.Equal(t, register.Check{Done: 5, Total: 5, Closed: 1, Unknown: 1, Failed: 1, Reason: "insee.network"}, w.done(w.admin))
	want := []string{"active", "closed", "unknown", "active", "unverifiable"}
	for i, id := range ids {
		s := w.get(id)
		assert.Equal(t, want[i], s.Verified.Verdict, i)
		assert.True(t, s.Active, "closed ones are flagged, not deactivated")
	}
	assert.Equal(t, "Du registre", w.get(ids[0]).Name, "name and address come with the verdict")
	assert.Equal(t, "Lyon", w.get(ids[0]).Town)
	assert.Equal(t, "Tapé", w.get(ids[3]).Name, "masked: what was typed stays")
	assert.Equal(t, "Tapé", w.get(ids[2]).Name)
	assert.Equal(t, "Déjà vérifiée", w.get(verified).Name)
	assert.NotContains(t, w.registry.calls()[1:], siret(50), "not asked again by the run")
}

// TestStartCheckOfSome: those that are named, verified already or not; those without a SIRET are left out.
func TestStartCheckOfSome(t *testing.T) {
	w := newWorld(t)
	ids := w.unverified(3)
	w.registry.says(siret(50), active("Avant"))
	verified := w.create(structure.Input{IdentifierType: "siret", Identifier: siret(50)})
	after := moved()
	after.Verdict, after.ClosedOn = insee.Closed, "2026-06-01"
	w.registry.says(siret(50), after)
	w.registry.other = active("Du registre")

	c, err := w.structures.Register().StartCheck(w.admin, []int64{ids[1], verified, w.pending("SANS", ""), 9999})

	require.NoError(t, err)
	assert.Equal(t, 2, c.Total)
	w.done(w.admin)
	assert.Equal(t, "unverifiable", w.get(ids[0]).Verified.Verdict)
	assert.Equal(t, "active", w.get(ids[1]).Verified.Verdict)
	assert.Equal(t, "unverifiable", w.get(ids[2]).Verified.Verdict)
	s := w.get(verified)
	assert.Equal(t, "closed", s.Verified.Verdict)
	assert.Equal(t, "Avant", s.Name, "fields of one verified already are taken by the manager, one by one")
}

// TestStartCheckWithinOnesRights: those that the actor may not update are left out.
func TestStartCheckWithinOnesRights(t *testing.T) {
	w := newWorld(t)
	ids := w.unverified(3)
	_, manager := w.person("internal", "gerant", ids[1], 0, manage)
	_, reader := w.person("internal", "lecteur", ids[1], 0, consult)
	w.registry.other = active("Du registre")

	c, err := w.structures.Register().StartCheck(manager, nil)
	require.NoError(t, err)
	assert.Equal(t, 1, c.Total)
	w.done(manager)
	assert.Equal(t, []string{siret(101)}, w.registry.calls())
	assert.Equal(t, "active", w.get(ids[1]).Verified.Verdict)
	c, err = w.structures.Register().StartCheck(manager, ids)
	require.NoError(t, err)
	assert.Equal(t, 1, c.Total)
	w.done(manager)

	_, err = w.structures.Register().StartCheck(reader, nil)
	assert.True(t, fault.Is(err, fault.Forbidden), "%v", err)
}

func TestStopCheck(t *testing.T) {
	w := newWorld(t)
	ids := w.unverified(4)
	w.registry.other = active("Du registre")
	w.registry.hold = make(chan struct{})
	_, err := w.structures.Register().StartCheck(w.admin, nil)
	require.NoError(t, err)
	w.registry.hold <- struct{}{} // the first is answered
	w.reached(2)

	require.NoError(t, w.structures.Register().StopCheck(w.admin))

	c := w.done(w.admin)
	assert.Equal(t, 1, c.Done)
	assert.Equal(t, 4, c.Total)
	assert.Equal(t, "active", w.get(ids[0]).Verified.Verdict, "what was verified stays so")
	for _, id := range ids[1:] {
		assert.Equal(t, "unverifiable", w.get(id).Verified.Verdict)
	}
	w.registry.mu.Lock()
	w.registry.hold = nil
	w.registry.mu.Unlock()
	again, err := w.structures.Register().StartCheck(w.admin, nil)
	require.NoError(t, err, "another run can begin")
	assert.Equal(t, 3, again.Total)
	w.done(w.admin)
	assert.NoError(t, w.structures.Register().StopCheck(w.admin), "stopping nothing is no failure")
}

// TestStartCheckStopsAfterThreeFailures: three running; an answer in between begins the count again.
func TestStartCheckStopsAfterThreeFailures(t *testing.T) {
	w := newWorld(t)
	ids := w.unverified(9)
	down := insee.Found{Verdict: insee.Unverifiable, Reason: "insee.down", Source: insee.SourceSirene}
	for i := range ids {
		w.registry.says(siret(100+i), down)
	}
	w.registry.says(siret(102), active("Du registre"))

	_, err := w.structures.Register().StartCheck(w.admin, nil)

	require.NoError(t, err)
	c := w.done(w.admin)
	assert.Equal(t, register.Check{Done: 6, Total: 9, Failed: 5, Reason: "insee.down"}, c, "two, an answer, three")
	assert.Len(t, w.registry.calls(), 6)
	assert.Equal(t, "active", w.get(ids[2]).Verified.Verdict)
}

func TestStartCheckOneAtATime(t *testing.T) {
	w := newWorld(t)
	ids := w.unverified(2)
	_, manager := w.person("internal", "gerant", ids[1], 0, manage)
	w.registry.other = active("Du registre")
	w.registry.hold = make(chan struct{})
	_, err := w.structures.Register().StartCheck(w.admin, nil)
	require.NoError(t, err)

	_, err = w.structures.Register().StartCheck(w.admin, nil)
	assert.Equal(t, map[string]string{"": "insee.running"}, problems(t, err, fault.Refused))
	mine, err := w.structures.Register().Checking(manager)
	require.NoError(t, err)
	assert.False(t, mine.Running, "each user has his own")
	_, err = w.structures.Register().StartCheck(manager, nil)
	require.NoError(t, err)
	require.NoError(t, w.structures.Register().StopCheck(manager), "stops his own")
	assert.False(t, w.done(manager).Running)
	c, err := w.structures.Register().Checking(w.admin)
	require.NoError(t, err)
	assert.True(t, c.Running)
	close(w.registry.hold)
	assert.Equal(t, 2, w.done(w.admin).Done)
}

func TestStartCheckRefuses(t *testing.T) {
	w := newWorld(t)
	w.unverified(1)
	w.registry.off = true
	_, err := w.structures.Register().StartCheck(w.admin, nil)
	assert.Equal(t, map[string]string{"": "insee.not_allowed"}, problems(t, err, fault.Refused))
	_, err = w.structures.Register().StartCheck(context.Background(), nil)
	assert.Error(t, err)
}

// TestStartCheckOfNothing ends at once.
func TestStartCheckOfNothing(t *testing.T) {
	w := newWorld(t)
	c, err := w.structures.Register().StartCheck(w.admin, nil)
	require.NoError(t, err)
	assert.Zero(t, c.Total)
	assert.Equal(t, register.Check{}, w.done(w.admin))
}

// TestStartCheckOutlivesItsCall: the run goes on once the page's call has ended, and stops where the user may no longer do anything.
func TestStartCheckOutlivesItsCall(t *testing.T) {
	w := newWorld(t)
	ids := w.unverified(4)
	user, manager := w.person("internal", "gerant", 0, 0, read)
	for _, id := range ids {
		w.run(attach(user, id))
		w.give(user, id, manage)
	}
	w.registry.other = active("Du registre")
	w.registry.hold = make(chan struct{})
	ctx, cancel := context.WithCancel(manager)
	_, err := w.structures.Register().StartCheck(ctx, nil)
	require.NoError(t, err)
	cancel()
	w.registry.hold <- struct{}{}
	w.reached(2)
	row := w.number("SELECT id FROM user_states WHERE user_id = ?", user)
	w.script(func(ctx context.Context, tx *db.Tx, by ledger.By) error {
		if err := ledger.EndUserState(ctx, tx, row, tx.At, by); err != nil {
			return err
		}
		_, err := ledger.OpenUserState(ctx, tx, user, false, forever(tx), by)
		return err
	})

	close(w.registry.hold)

	require.Never(t, func() bool { return len(w.registry.calls()) > 2 }, 200*time.Millisecond, 10*time.Millisecond)
	assert.Equal(t, "active", w.get(ids[0]).Verified.Verdict)
	assert.Equal(t, "unverifiable", w.get(ids[1]).Verified.Verdict)
}

// TestStartCheckOfWhatWasCancelled: a record that is gone once the register answers is left alone.
func TestStartCheckOfWhatWasCancelled(t *testing.T) {
	w := newWorld(t)
	ids := w.unverified(3)
	w.registry.other = active("Du registre")
	w.registry.hold = make(chan struct{})
	_, err := w.structures.Register().StartCheck(w.admin, nil)
	require.NoError(t, err)
	w.reached(1)
	w.run(&structure.Cancel{Structure: ids[0]})

	close(w.registry.hold)

	c := w.done(w.admin)
	assert.Equal(t, 3, c.Done, "the others go on")
	assert.Equal(t, 1, c.Failed)
	assert.Equal(t, "active", w.get(ids[1]).Verified.Verdict)
	assert.Equal(t, "active", w.get(ids[2]).Verified.Verdict)
}

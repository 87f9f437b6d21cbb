package flow_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/flow"
	"habilis/internal/followup"
	"habilis/internal/grant"
	"habilis/internal/right"
	"habilis/internal/structure"
	"habilis/internal/view"
)

// steps returns the steps in other portals that somebody's home page shows.
func (w *world) steps(user int64) []view.FollowUp {
	w.t.Helper()
	home, err := w.views.Home(as(user))
	require.NoError(w.t, err)
	return home.FollowUps
}

// TestStepsCarryTheirDays: a step says from when until when it is to hold in the other portal, 0 for at once and for no end.
func TestStepsCarryTheirDays(t *testing.T) {
	july, august := ended(t, "2026-06-30"), ended(t, "2026-07-31") // the first instants of these months
	give := func(from, until string) func(w *world, user, s int64) change.Change {
		return func(w *world, user, s int64) change.Change {
			return &grant.Give{User: user, Structure: s, Profiles: w.choices(consult), From: from, Until: until}
		}
	}
	given := func(w *world, user, s int64, until string) { // and done in the portal
		w.run(give("", until)(w, user, s))
		for _, step := range w.steps(1) {
			require.NoError(w.t, w.changes.Run(w.admin, followup.MarkFollowUp{ID: step.ID, Done: true}))
		}
	}
	end := func(until string) func(w *world, user, s int64) change.Change {
		return func(w *world, user, s int64) change.Change {
			given(w, user, s, "2026-08-31")
			return &grant.End{Grant: w.number("SELECT max(id) FROM grants"), Until: until}
		}
	}
	extend := func(until string) func(w *world, user, s int64) change.Change {
		return func(w *world, user, s int64) change.Change {
			given(w, user, s, "2026-06-30")
			return &grant.Extend{Grant: w.number("SELECT max(id) FROM grants"), Until: until}
		}
	}
	for name, x := range map[string]struct {
		change func(w *world, user, s int64) change.Change
		want   view.FollowUp
	}{
		"given at once":       {give("", ""), view.FollowUp{What: "give"}},
		"given between days":  {give("2026-07-01", "2026-07-31"), view.FollowUp{What: "give", From: july, Until: august}},
		"removed at once":     {end(""), view.FollowUp{What: "remove"}},
		"removed after a day": {end("2026-07-31"), view.FollowUp{What: "remove", From: august}},
		"extended":            {extend("2026-07-31"), view.FollowUp{What: "extend", Until: august}},
		"extended for good":   {extend(""), view.FollowUp{What: "extend"}},
		"detached": {func(w *world, user, s int64) change.Change {
			given(w, user, s, "")
			return &grant.Detach{User: user, Structure: s, Comment: "parti"}
		}, view.FollowUp{What: "detach"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			s := w.pending("UN", "private")
			user := w.attached("ada", s, 0)

			w.run(x.change(w, user, s))

			steps := w.steps(1)
			require.NotEmpty(t, steps)
			last := steps[len(steps)-1]
			assert.Equal(t, user, last.User)
			assert.Equal(t, x.want, view.FollowUp{What: last.What, From: last.From, Until: last.Until})
		})
	}
}

// TestStepsOutliveTheirStructure: what is left to do elsewhere stays with the principal manager of a structure that is inactive, who can finish it.
func TestStepsOutliveTheirStructure(t *testing.T) {
	w := newWorld(t)
	s := w.pending("UN", "private")
	manager := w.attached("gerante", s, 0)
	w.run(&flow.Transfer{Moves: []flow.Move{{Structure: s, To: manager}}})
	user := w.attached("commis", s, 0, consult)
	w.run(&structure.SetState{Structure: s})
	w.clock.At = w.clock.At.Add(time.Hour)
	require.False(t, w.holds(manager, right.GrantEdit, right.Structure(s)), "nothing is given there any more")

	steps := w.steps(manager)

	var asked []string
	for _, step := range steps {
		asked = append(asked, step.What)
		err := w.unchanged(func() error { return w.changes.Run(as(user), followup.MarkFollowUp{ID: step.ID, Done: true}) })
		assert.True(t, fault.Is(err, fault.Forbidden), "%v", err)
		require.NoError(t, w.changes.Run(as(manager), followup.MarkFollowUp{ID: step.ID, Done: true}))
	}
	assert.Equal(t, []string{"attach", "transfer", "attach", "give"}, asked, "the manager's own, then the clerk's")
	assert.Empty(t, w.steps(manager))
	assert.Empty(t, w.steps(1))
}

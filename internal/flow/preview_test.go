package flow_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/change"
	"habilis/internal/grant"
	"habilis/internal/period"
	"habilis/internal/right"
	"habilis/internal/structure"
	"habilis/internal/view"
)

// ended returns the instant at which a day has ended in the firm's time zone.
func ended(t *testing.T, last string) int64 {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	end, err := period.End(last, zone)
	require.NoError(t, err)
	return end
}

// turn is one line of a preview about one person.
type turn struct {
	scope         right.Scope
	before, after right.Reach
	at            int64
}

// turns returns the lines of a preview about a person, by permission.
func (w *world) turns(user int64, c change.Change) map[string][]turn {
	w.t.Helper()
	p, err := w.changes.Preview(w.admin, c)
	require.NoError(w.t, err)
	require.Len(w.t, p.Lines, p.Gained+p.Lost)
	out := map[string][]turn{}
	for _, l := range p.Lines {
		require.Equal(w.t, user, l.User)
		out[l.Permission.String()] = append(out[l.Permission.String()], turn{l.Scope, l.Before, l.After, l.At})
	}
	return out
}

// seconded returns rights on a structure until a day, and the wish to give some of them without end. Something else ends later
// in a department, where those follow from the structure: of it nothing is told.
func (w *world) seconded() (s, user int64, second *grant.Give) {
	w.t.Helper()
	s = w.pending("UN", "private")
	room := w.department(s, "A", "", "")
	user = w.attached("double", s, 0)
	w.run(
		&grant.Give{User: user, Structure: s, Until: "2026-07-31", Profiles: w.choices(manage)},
		&grant.Give{User: user, Structure: s, Department: room, Until: "2026-08-31", Profiles: w.choices("flow.consultation")},
	)
	return s, user, &grant.Give{User: user, Structure: s, Profiles: w.choices(consult)}
}

// TestPreviewTellsALossWhereTheOtherGrantEnds: of two grants that give the same, ending the endless one takes it from the day on which the other ends.
func TestPreviewTellsALossWhereTheOtherGrantEnds(t *testing.T) {
	w := newWorld(t)
	s, user, second := w.seconded()
	w.run(second)

	got := w.turns(user, &grant.End{Grant: w.number("SELECT max(id) FROM grants")})

	loss := []turn{{right.Structure(s), right.Whole, right.NoReach, ended(t, "2026-07-31")}}
	assert.Equal(t, map[string][]turn{"bank.view": loss, "attachment.view": loss, "user.view": loss}, got)
}

// TestPreviewTellsAGainWhereTheOtherGrantEnds: what is given already until some day is gained from then on.
func TestPreviewTellsAGainWhereTheOtherGrantEnds(t *testing.T) {
	w := newWorld(t)
	s, user, second := w.seconded()

	got := w.turns(user, second)

	gain := []turn{{right.Structure(s), right.NoReach, right.Whole, ended(t, "2026-07-31")}}
	assert.Equal(t, map[string][]turn{"bank.view": gain, "attachment.view": gain, "user.view": gain}, got)
}

// TestPreviewHidesWhoIsOutOfSight: of a person whom the actor may not see, a line tells neither name nor number.
func TestPreviewHidesWhoIsOutOfSight(t *testing.T) {
	w := newWorld(t)
	s := w.pending("UN", "private")
	manager := w.attached("gerant", s, 0, manage)
	everywhere := w.person("partout")
	w.run(&grant.Give{User: everywhere, Profiles: w.choices("Site · Gestionnaire")})
	seen := func(by int64) (lines map[view.EffectLine]int) {
		effect, err := w.views.Preview(as(by), &structure.SetState{Structure: s}, 0)
		require.NoError(t, err)
		lines = map[view.EffectLine]int{}
		for _, l := range effect.Lines {
			if l.Permission == "bank.edit" {
				lines[view.EffectLine{User: l.User, Name: l.Name, Hidden: l.Hidden}]++
			}
		}
		return lines
	}

	assert.Equal(t, map[view.EffectLine]int{
		{User: 1, Name: "Paul Patron"}: 1, {User: manager, Name: "Jo gerant"}: 1, {User: everywhere, Name: "Jo partout"}: 1,
	}, seen(1))
	assert.Equal(t, map[view.EffectLine]int{
		{User: 1, Name: "Paul Patron"}: 1, {User: manager, Name: "Jo gerant"}: 1, {Hidden: true}: 1,
	}, seen(manager))
}

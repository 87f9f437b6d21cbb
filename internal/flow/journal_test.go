package flow_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/fault"
	"habilis/internal/grant"
	"habilis/internal/journal"
	"habilis/internal/period"
)

// The journal narrowed in every way is what is left of the whole when each line is judged by itself.
func TestJournalIsNarrowed(t *testing.T) {
	w := newWorld(t)
	zone, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	w.clock.At = w.clock.At.Truncate(day).Add(day - 30*time.Minute) // the next day in Paris
	one, two := w.pending("UN", "private"), w.pending("DEUX", "private")
	second := w.attached("adjoint", one, 0, manage)
	days := []string{""}
	for i := range 6 {
		w.clock.At = w.clock.At.Add(day)
		days = append(days, period.Day(w.clock.At.UnixMilli(), zone))
		user := w.attached("p"+strings.Repeat("x", i+1), []int64{one, two}[i%2], 0, read)
		by := w.admin
		if i%2 == 0 {
			by = as(second)
		}
		require.NoError(t, w.changes.Run(by, &grant.Detach{User: user, Structure: []int64{one, two}[i%2], Comment: "fin"}))
	}
	days = append(days, "2001-01-01", "2100-12-31")
	service := journal.NewService(w.d)
	listed := func(q journal.Query) (all []journal.Line) {
		for {
			p, err := service.List(w.admin, q)
			require.NoError(t, err)
			all = append(all, p.Rows...)
			if q.After = p.Next; p.Next == "" {
				return all
			}
		}
	}
	whole := listed(journal.Query{})
	require.Greater(t, len(whole), 20)
	narrowed := 0
	for _, structure := range []int64{0, one, two} {
		for _, actor := range []int64{0, 1, second, 999} {
			for _, noun := range []string{"", "membership", "member"} {
				for _, from := range days {
					for _, until := range days {
						q := journal.Query{Structure: structure, Actor: actor, Noun: noun, From: from, Until: until}
						want := []int64{}
						for _, l := range whole {
							on := period.Day(l.At, zone)
							by := map[string]int64{"Paul Patron": 1, "Jo adjoint": second}[l.Actor]
							if (structure == 0 || l.StructureID == structure) && (actor == 0 || by == actor) && (noun == "" || strings.HasPrefix(l.Action, noun+".")) &&
								(from == "" || on >= from) && (until == "" || on <= until) {
								want = append(want, l.Seq)
							}
						}
						got := []int64{}
						for _, l := range listed(q) {
							got = append(got, l.Seq)
						}
						assert.Equal(t, want, got, "%+v", q)
						if n := len(got); n > 0 && n < len(whole) {
							narrowed++
						}
					}
				}
			}
		}
	}
	assert.Greater(t, narrowed, 200)
	_, err = service.List(w.admin, journal.Query{From: "hier", Until: "2026-02-30"})
	assert.Equal(t, map[string]string{"from": "day.malformed", "until": "day.malformed"}, problems(t, err, fault.Invalid))
}

package flow_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/grant"
	"habilis/internal/period"
	"habilis/internal/right"
)

// Two grants give the same: one on the structure, which ends some day, and one on a department. Detaching takes both: the preview tells the
// structure's right at once and the department's from the day on which it would have outlasted it.
func TestPreviewTellsWhatOutlastsTheStructure(t *testing.T) {
	w := newWorld(t)
	s := w.pending("UN", "private")
	d := w.department(s, "A", "", "")
	user := w.attached("double", s, 0)
	last := period.Day(w.clock.At.Add(30*day).UnixMilli(), time.UTC)
	w.run(&grant.Give{User: user, Structure: s, Until: last, Profiles: w.choices(manage)})
	w.run(&grant.Give{User: user, Structure: s, Department: d, Profiles: w.choices(manage)})

	p, err := w.changes.Preview(w.admin, &grant.Detach{User: user, Structure: s, Comment: "fin"})

	require.NoError(t, err)
	zone, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	end, err := period.End(last, zone)
	require.NoError(t, err)
	lines := map[right.Scope][]int64{}
	for _, l := range p.Lines {
		if l.Permission == right.DepartmentEdit {
			assert.Equal(t, right.NoReach, l.After)
			lines[l.Scope] = append(lines[l.Scope], l.At)
		}
	}
	assert.Equal(t, map[right.Scope][]int64{right.Structure(s): {0}, right.Department(s, d): {end}}, lines)
}

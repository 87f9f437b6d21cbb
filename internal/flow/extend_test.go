package flow_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"habilis/internal/fault"
	"habilis/internal/grant"
)

// TestExtendRefusesNoLaterDay: a grant is put off to a day after its present end, and to no other.
func TestExtendRefusesNoLaterDay(t *testing.T) {
	w := newWorld(t)
	s := w.pending("UN", "private")
	leaving := w.person("provisoire")
	w.run(&grant.Attach{User: leaving, Structure: s, Until: "2026-07-31"})
	last := func(c *grant.Give) int64 {
		c.Structure = s
		w.run(c)
		return w.number("SELECT max(id) FROM grants")
	}
	dated := last(&grant.Give{User: w.attached("ada", s, 0), Until: "2026-07-31", Profiles: w.choices(consult)})
	endless := last(&grant.Give{User: w.attached("bea", s, 0), Profiles: w.choices(consult)})
	bounded := last(&grant.Give{User: leaving, Profiles: w.choices(consult)})

	for what, c := range map[string]*grant.Extend{
		"an earlier day":               {Grant: dated, Until: "2026-07-30"},
		"the same day":                 {Grant: dated, Until: "2026-07-31"},
		"today":                        {Grant: dated, Until: "2026-06-15"},
		"a day, of an endless one":     {Grant: endless, Until: "2026-07-31"},
		"no end, of an endless one":    {Grant: endless},
		"no end, as far as he belongs": {Grant: bounded},
	} {
		err := w.unchanged(func() error { return w.changes.Run(w.admin, c) })
		assert.Equal(t, map[string]string{"until": "grant.not_later"}, problems(t, err, fault.Invalid), what)
	}
	w.run(&grant.Extend{Grant: dated, Until: "2026-08-01"})
	assert.Equal(t, ended(t, "2026-08-01"), w.number("SELECT until_at FROM grants WHERE id = ?", dated))
}

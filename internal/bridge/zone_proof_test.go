package bridge_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// moves changes the firm's zone as somebody, keeping days or not.
func (d *desk) moves(name, zone string, keep bool) reply {
	d.t.Helper()
	var settings fields
	d.send(d.as(name), "Firm.Settings").into(d.t, &settings)
	settings["timeZone"], settings["keepDays"] = zone, keep
	return d.edits(name, settings)
}

// TestZoneNamesNobodyElse: a proof names who gave a right, not who changed the firm's zone since (A6): that person could not give it.
func TestZoneNamesNobodyElse(t *testing.T) {
	d := newDesk(t)
	s := d.house("private")
	d.person("site", s, 0)
	d.done("give", fields{"user": d.people["site"], "profiles": d.choices("Site · Gestionnaire")})
	x := d.person("x", s, 0)
	d.done("give", fields{"user": x, "from": "2026-09-01", "profiles": []fields{{"profile": d.number("SELECT min(id) FROM profiles WHERE key = 'Administrateur'"), "options": []string{}}}})
	givers := func() (list []string) {
		var proof struct {
			Chains []struct{ GivenBy, Profile string }
		}
		d.send(d.as("admin"), "Rights.Prove", fields{"user": x, "permission": "firm.admin", "day": "2026-10-01"}).into(t, &proof)
		for _, c := range proof.Chains {
			list = append(list, c.Profile+" by "+c.GivenBy)
		}
		return list
	}
	before := givers()
	require.False(t, d.does("site", "give", fields{"user": x, "profiles": []fields{{"profile": d.number("SELECT min(id) FROM profiles WHERE key = 'Administrateur'"), "options": []string{}}}, "until": "2026-08-31"}).ok())

	require.True(t, d.moves("site", "Pacific/Noumea", true).ok())

	assert.Equal(t, before, givers())
}

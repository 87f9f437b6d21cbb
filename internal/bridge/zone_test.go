package bridge_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db/dbtest"
	"habilis/internal/period"
)

// TestZoneKeepsDaysAsDays: where the person agrees, a change of the firm's zone moves the ends still to come
// to the same days in the new zone, opens anew what has not begun, touches nothing that has begun or ended,
// and leaves one line (rights.md, A40).
func TestZoneKeepsDaysAsDays(t *testing.T) {
	dbtest.Single(t)
	for _, name := range []string{"Pacific/Noumea", "America/Cayenne", "Indian/Reunion", "Asia/Tokyo"} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			zone, err := time.LoadLocation(name)
			require.NoError(t, err)
			s := d.house("private")
			room := d.room(s, "2026-07-01", "2026-12-31")
			ends, coming := d.person("finit", 0, 0), d.person("commence", 0, 0)
			d.done("attach", fields{
				"user": ends, "structure": s, "until": "2026-12-31", "profiles": d.choices(consult),
			})
			d.done("attach", fields{
				"user": coming, "structure": s, "from": "2026-09-01", "until": "2026-12-31", "profiles": d.choices(manage),
			})
			endless := d.person("sansfin", s, 0, read)
			begun := d.rows("SELECT id, from_at FROM grants WHERE user_id IN (?, ?) ORDER BY id", ends, endless)
			lines := d.number("SELECT max(seq) FROM journal")
			var settings fields
			d.send(d.as("admin"), "Firm.Settings").into(t, &settings)
			settings["timeZone"], settings["keepDays"] = name, true

			r := d.edits("admin", settings)

			require.True(t, r.ok(), r.failure)
			assert.Equal(t, begun, d.rows("SELECT id, from_at FROM grants WHERE user_id IN (?, ?) ORDER BY id", ends, endless), "what has begun stays")
			for _, table := range []string{"memberships", "grants"} {
				for user, days := range map[int64][2]string{ends: {"", "2026-12-31"}, coming: {"2026-09-01", "2026-12-31"}, endless: {"", ""}} {
					rows := d.rows("SELECT from_at, until_at FROM "+table+" WHERE user_id = ? AND until_at > from_at", user)
					require.Len(t, rows, 1, table)
					from, until := pair(t, rows[0])
					if days[0] != "" {
						assert.Equal(t, days[0], period.Day(from, zone), "%s begins", table)
					}
					if days[1] != "" {
						assert.Equal(t, days[1], period.LastDay(until, zone), "%s ends", table)
						want, err := period.End(days[1], zone)
						require.NoError(t, err)
						assert.Equal(t, want, until, "%s ends with its day", table)
					} else {
						assert.Equal(t, period.Open, until)
					}
				}
			}
			from, until := pair(t, d.rows("SELECT from_at, until_at FROM department_validities WHERE department_id = ? AND until_at > from_at", room)[0])
			assert.Equal(t, "2026-07-01", period.Day(from, zone))
			assert.Equal(t, "2026-12-31", period.LastDay(until, zone))
			assert.EqualValues(t, 1, d.number("SELECT count(*) FROM journal WHERE seq > ?", lines), "one line")
			d.sound()
		})
	}
}

func pair(t *testing.T, text string) (from, until int64) {
	t.Helper()
	_, err := fmt.Sscan(text, &from, &until)
	require.NoError(t, err)
	return from, until
}

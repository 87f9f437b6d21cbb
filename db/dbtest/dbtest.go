// Package dbtest opens migrated files for tests, under a clock that tests hold.
package dbtest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"habilis/db"
)

// Clock is a clock that a test sets.
type Clock struct{ At time.Time }

// Now gives what the clock shows.
func (c *Clock) Now() time.Time { return c.At }

// Morning is where test clocks start: 15 June 2026, 10:00 UTC.
var Morning = time.Date(2026, 6, 15, 10, 0, 0, 0, time.UTC)

// Open opens a new file in a temporary folder, closed with the test.
func Open(t testing.TB) (*db.DB, *Clock) {
	t.Helper()
	c := &Clock{At: Morning}
	d, err := db.Open(context.Background(), t.TempDir(), "test", c.Now)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	return d, c
}

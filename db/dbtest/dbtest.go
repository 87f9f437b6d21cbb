// Package dbtest opens migrated files for tests, under a clock that tests hold.
package dbtest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"habilis/db"
)

// Clock is a clock that a test sets.
type Clock struct{ At time.Time }

// Now returns what the clock shows.
func (c *Clock) Now() time.Time { return c.At }

// Morning is where test clocks start: 15 June 2026, 10:00 UTC.
var Morning = time.Date(2026, 6, 15, 10, 0, 0, 0, time.UTC)

// empty is a migrated file without rows, made once: migrating is most of the time of a short test.
var empty = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "empty")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a test's own
	d, err := db.Open(context.Background(), folder, "test", time.Now)
	if err != nil {
		return nil, err
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(folder, db.FileName))
})

// Folder returns a temporary folder with a file without rows in it, gone with the test.
func Folder(t testing.TB) string {
	t.Helper()
	file, err := empty()
	require.NoError(t, err)
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, db.FileName), file, 0o600))
	return folder
}

// Open opens a new file in a temporary folder, closed with the test.
func Open(t testing.TB) (*db.DB, *Clock) {
	t.Helper()
	c := &Clock{At: Morning}
	d, err := db.Open(context.Background(), Folder(t), "test", c.Now)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	return d, c
}

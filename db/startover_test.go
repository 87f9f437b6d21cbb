package db_test

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/sqlc"
)

func setUpFirm(ctx context.Context, d *db.DB, name string) error {
	return d.Write(ctx, func(tx *db.Tx) error {
		return tx.AddFirm(ctx, sqlc.AddFirmParams{
			Name: name, Kind: "own", TimeZone: "Europe/Paris", Language: "fr", Registry: "none", IdleMinutes: 10, CreatedAt: tx.At,
		})
	})
}

// TestStartOver: everything is gone, caches included; the same program goes on with a new file, which the next one opens.
func TestStartOver(t *testing.T) {
	ctx, folder := context.Background(), t.TempDir()
	d := open(t, folder, time.Now)
	require.NoError(t, setUpFirm(ctx, d, "Exemple"))
	cached := func() (value any) {
		require.NoError(t, d.Read(ctx, func(tx *db.Tx) (err error) {
			firm, _ := tx.Firm(ctx)
			value, err = tx.Cached(db.Rights, "name", func() (any, error) { return firm.Name, nil })
			return err
		}))
		return value
	}
	require.Equal(t, "Exemple", cached())

	// while others read
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for range 50 {
				assert.NoError(t, d.Read(ctx, func(tx *db.Tx) error { _, _ = tx.Firm(ctx); return nil }))
			}
		})
	}
	require.NoError(t, d.StartOver(ctx))
	readers.Wait()

	assert.Equal(t, "", cached())
	require.NoError(t, setUpFirm(ctx, d, "Vraie"))
	assert.Equal(t, "Vraie", func() (name string) {
		require.NoError(t, d.Read(ctx, func(tx *db.Tx) error {
			firm, err := tx.Firm(ctx)
			name = firm.Name
			return err
		}))
		return name
	}())
	require.NoError(t, d.Close())
	text, err := os.ReadFile(d.Path())
	require.NoError(t, err)
	assert.NotContains(t, string(text), "Exemple")
	require.NoError(t, open(t, folder, time.Now).Close())
}

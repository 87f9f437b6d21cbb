package db_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/dbtest"
)

// TestWriteGivesUpItsTurn: one who no longer waits gets nothing, and holds nobody up.
func TestWriteGivesUpItsTurn(t *testing.T) {
	d, _ := dbtest.Open(t)
	ctx, stop := context.WithCancel(context.Background())
	require.NoError(t, d.Write(context.Background(), func(*db.Tx) error {
		stop()
		assert.ErrorIs(t, d.Write(ctx, func(*db.Tx) error { panic("out of turn") }), context.Canceled)
		return nil
	}))
	assert.NoError(t, d.Write(context.Background(), func(*db.Tx) error { return nil }))
}

// TestCommitted shows the file as it was before the transaction wrote.
func TestCommitted(t *testing.T) {
	d, _ := dbtest.Open(t)
	ctx := context.Background()
	count := func(tx *db.Tx) int {
		rows, err := tx.Select(ctx, "SELECT count(*) FROM labels")
		require.NoError(t, err)
		defer rows.Close() //nolint:errcheck // Err tells
		n := -1
		require.True(t, rows.Next())
		require.NoError(t, rows.Scan(&n))
		require.NoError(t, rows.Err())
		return n
	}
	require.NoError(t, d.Write(ctx, func(tx *db.Tx) error {
		require.NoError(t, tx.Exec(ctx, "INSERT INTO labels (name, name_key) VALUES ('Épicerie', 'epicerie')"))
		assert.Equal(t, 1, count(tx))
		return tx.Committed(ctx, func(before *db.Tx) error {
			assert.Equal(t, 0, count(before))
			assert.Equal(t, tx.At, before.At)
			return nil
		})
	}))
}

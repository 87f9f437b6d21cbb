package journal_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/dbtest"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/period"
)

// under runs f with a line of the journal, and fills it.
func under(t *testing.T, d *db.DB, f func(ctx context.Context, tx *db.Tx, by ledger.By) error) error {
	t.Helper()
	return d.Write(t.Context(), func(tx *db.Tx) error {
		line, err := journal.Reserve(t.Context(), tx)
		require.NoError(t, err)
		if err := f(t.Context(), tx, ledger.By{Line: line.Seq()}); err != nil {
			return err
		}
		return line.Fill(&access.Actor{User: 1, Session: "s"}, done(1))
	})
}

// TestADeclaredTableOfPeriods: the declaration alone makes the table of exceptions to duties, its rules, and what the journal vouches for.
func TestADeclaredTableOfPeriods(t *testing.T) {
	d, clock := dbtest.Open(t)
	var id int64
	open := func(ctx context.Context, tx *db.Tx, by ledger.By) (err error) {
		id, err = ledger.OpenDutyException(ctx, tx, 1, "bank.edit bank.approve", "seul au cabinet en août", period.Span{From: tx.At, Until: period.Open}, by)
		return err
	}
	require.NoError(t, under(t, d, func(ctx context.Context, tx *db.Tx, _ ledger.By) error {
		_, err := tx.AddUser(ctx, sqlc.AddUserParams{Uid: []byte("u"), Email: "a@example.test", FirstName: "Ada", LastName: "A", NameKey: "a", Kind: "internal", Language: "fr"})
		return err
	}))
	require.NoError(t, under(t, d, open))
	first := id

	t.Run("rows of one key never overlap", func(t *testing.T) {
		f, told := fault.As(under(t, d, open))
		require.True(t, told)
		assert.Equal(t, "row.overlap", f.Problems[0].Key)
	})
	t.Run("its end moves, to now or later", func(t *testing.T) {
		end := func(at func(tx *db.Tx) int64) error {
			return under(t, d, func(ctx context.Context, tx *db.Tx, by ledger.By) error {
				return ledger.EndDutyException(ctx, tx, first, at(tx), by)
			})
		}
		clock.At = clock.At.Add(time.Second)
		assert.True(t, fault.Is(end(func(tx *db.Tx) int64 { return tx.At - 1 }), fault.Refused))
		require.NoError(t, end(func(tx *db.Tx) int64 { return tx.At }))
		require.NoError(t, under(t, d, open), "another follows")
		assert.Zero(t, verify(t, d).Bad)
	})
	t.Run("a row that no line opened is found", func(t *testing.T) {
		require.NoError(t, d.Write(t.Context(), func(tx *db.Tx) error {
			return tx.Exec(t.Context(), `INSERT INTO duty_exceptions (user_id, duty, reason, from_at, until_at, opened_by) VALUES (1, 'x', 'y', 1, 2, 1)`)
		}))
		assert.NotZero(t, verify(t, d).Bad)
	})
}

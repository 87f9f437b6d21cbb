package ledger_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/dbtest"
	"habilis/internal/fault"
	"habilis/internal/ledger"
	"habilis/internal/period"
	"habilis/internal/right"
)

// TestOpenRefuses: no row begins in the past, ends before it begins, or holds nothing. It is refused before anything else is looked at.
func TestOpenRefuses(t *testing.T) {
	d, _ := dbtest.Open(t)
	content, err := right.ParseContent("structure.view=all")
	require.NoError(t, err)
	s, by := right.Structure(1), ledger.By{Line: 1}
	opens := map[string]func(ctx context.Context, tx *db.Tx, p period.Span) (int64, error){
		"membership": func(ctx context.Context, tx *db.Tx, p period.Span) (int64, error) {
			return ledger.OpenMembership(ctx, tx, 1, s, p, by)
		},
		"grant": func(ctx context.Context, tx *db.Tx, p period.Span) (int64, error) {
			return ledger.OpenGrant(ctx, tx, ledger.Given{User: 1, Profile: 1, Span: p}, by)
		},
		"principal": func(ctx context.Context, tx *db.Tx, p period.Span) (int64, error) {
			return ledger.OpenPrincipal(ctx, tx, 1, 1, "created", p, by)
		},
		"user state": func(ctx context.Context, tx *db.Tx, p period.Span) (int64, error) {
			return ledger.OpenUserState(ctx, tx, 1, true, p, by)
		},
		"structure state": func(ctx context.Context, tx *db.Tx, p period.Span) (int64, error) {
			return ledger.OpenStructureState(ctx, tx, 1, true, p, by)
		},
		"department state": func(ctx context.Context, tx *db.Tx, p period.Span) (int64, error) {
			return ledger.OpenDepartmentState(ctx, tx, right.Department(1, 1), true, p, by)
		},
		"validity": func(ctx context.Context, tx *db.Tx, p period.Span) (int64, error) {
			return ledger.OpenValidity(ctx, tx, right.Department(1, 1), p, by)
		},
		"ceiling": func(ctx context.Context, tx *db.Tx, p period.Span) (int64, error) {
			return ledger.OpenCeiling(ctx, tx, 1, "documents", p, by)
		},
		"content": func(ctx context.Context, tx *db.Tx, p period.Span) (int64, error) {
			return ledger.OpenContent(ctx, tx, 1, content, p, by)
		},
	}
	at := dbtest.Morning.UnixMilli()
	for name, open := range opens {
		for why, c := range map[string]struct {
			span period.Span
			key  string
		}{
			"past":           {period.Span{From: at - 1, Until: period.Open}, "row.past_from"},
			"empty":          {period.Span{From: at, Until: at}, "row.empty"},
			"empty later":    {period.Span{From: at + 5, Until: at + 5}, "row.empty"},
			"reversed":       {period.Span{From: at + 5, Until: at + 4}, "row.empty"},
			"past and empty": {period.Span{From: at - 1, Until: at - 1}, "row.past_from"},
		} {
			t.Run(name+"/"+why, func(t *testing.T) {
				err := d.Write(context.Background(), func(tx *db.Tx) error {
					require.Equal(t, at, tx.At)
					_, err := open(context.Background(), tx, c.span)
					assert.False(t, ledger.Wrote(tx), "nothing is left for the guards")
					return err
				})

				f, told := fault.As(err)
				require.True(t, told, "%v", err)
				assert.Equal(t, fault.Refused, f.Code)
				assert.Equal(t, c.key, f.Problems[0].Key)
			})
		}
	}
}

package demo_test

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/demo"
	"habilis/internal/right"
	"habilis/internal/structure"
)

// TestPreviewOfThousands: a change that touches more people than are compared at a time is previewed whole, and listed page by page.
func TestPreviewOfThousands(t *testing.T) {
	ctx, folder := context.Background(), t.TempDir()
	demo.Sizes["thousands"] = demo.Size{Structures: 1000, People: 10_000, Grants: 20_000}
	defer delete(demo.Sizes, "thousands")
	require.NoError(t, demo.Command(ctx, folder, "thousands", "paul.durand@exemple.example", "", io.Discard))
	d, err := db.Open(ctx, folder, "test", time.Now)
	require.NoError(t, err)
	defer func() { require.NoError(t, d.Close()) }()
	admin := access.WithConfirmed(access.WithActor(ctx, 1, "test"))
	changes := change.NewService(d)
	c := &structure.SetStates{}
	for i := range 120 {
		c.Structures = append(c.Structures, int64(i*5+2)) // without departments; some are inactive already
	}

	seen, err := changes.PreviewPart(admin, change.Part{From: 100, Size: 50}, c)
	require.NoError(t, err)
	whole, err := changes.Preview(admin, c)
	require.NoError(t, err)
	before := held(t, d, c.Structures)
	require.NoError(t, changes.RunSeen(admin, seen.Fingerprint, c))
	after := held(t, d, c.Structures)

	people, lost := map[int64]bool{}, 0
	for r, reach := range before {
		if after[r] != reach {
			people[r.User] = true
			lost++
		}
	}
	assert.Greater(t, len(people), 250)
	assert.Equal(t, whole.Lines[100:150], seen.Lines)
	touched, atOnce := map[int64]bool{}, 0
	for _, l := range whole.Lines {
		touched[l.User] = true
		if l.At > 0 { // a grant to come that will give nothing
			continue
		}
		atOnce++
		delete(people, l.User)
		require.Equal(t, []right.Reach{before[l.Right], after[l.Right]}, []right.Reach{l.Before, l.After}, "%v", l)
	}
	assert.Equal(t, lost, atOnce)
	assert.Empty(t, people)
	assert.Equal(t, []int{0, len(whole.Lines), len(touched)}, []int{seen.Gained, seen.Lost, seen.People})
}

// held returns what everyone holds in some structures now.
func held(t *testing.T, d *db.DB, structures []int64) map[change.Right]right.Reach {
	t.Helper()
	all := map[change.Right]right.Reach{}
	require.NoError(t, d.Read(context.Background(), func(tx *db.Tx) error {
		for _, s := range structures {
			people, err := access.LoadStructure(context.Background(), tx, right.Structure(s))
			require.NoError(t, err)
			for user, r := range people {
				for _, p := range right.All() {
					if reach := r.ReachOf(p, right.Structure(s), tx.At); reach != right.NoReach && !p.AtFirm() {
						all[change.Right{User: user, Permission: p, Scope: right.Structure(s)}] = reach
					}
				}
			}
		}
		return nil
	}))
	return all
}

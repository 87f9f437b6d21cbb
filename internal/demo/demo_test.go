package demo_test

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/demo"
	"habilis/internal/directory"
	"habilis/internal/insee"
	"habilis/internal/journal"
	"habilis/internal/list"
	"habilis/internal/right"
	"habilis/internal/structure"
)

// The size s is written under every trigger; m and l, with their indexes rebuilt at the end, by the same code.
func TestCommandMakesABelievableFirm(t *testing.T) {
	ctx, folder, out := context.Background(), t.TempDir(), &bytes.Buffer{}

	require.NoError(t, demo.Command(ctx, folder, "s", "paul.durand@exemple.example", "", out))

	d, err := db.Open(ctx, folder, "test", time.Now)
	require.NoError(t, err)
	defer func() { require.NoError(t, d.Close()) }()
	require.NoError(t, d.Read(ctx, func(tx *db.Tx) error {
		n, err := tx.CountStructures(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, demo.Sizes["s"].Structures, n)
		users, err := tx.CountUsersNow(ctx, tx.At)
		require.NoError(t, err)
		assert.EqualValues(t, demo.Sizes["s"].People+1-demo.Sizes["s"].People/40, users.N) // one in forty is disabled
		v, err := journal.Verify(ctx, tx)
		require.NoError(t, err)
		assert.Zero(t, v.Bad)
		for s := int64(1); s <= n; s++ {
			all, err := access.LoadStructure(ctx, tx, right.Structure(s))
			require.NoError(t, err)
			managed := false
			for _, r := range all {
				managed = managed || r.Manages(s, tx.At)
			}
			assert.True(t, managed, "structure %d has a principal manager", s)
		}
		return nil
	}))
	structures := structure.NewService(d, time.Now, func(context.Context) insee.Registry { return nil })
	admin := access.WithActor(ctx, 1, "test")
	first, err := structures.Get(admin, 1)
	require.NoError(t, err)
	for what, part := range map[string]string{"name": first.Name, "town": first.Town, "identifier": first.Identifier} {
		found, err := directory.NewService(d).List(admin, directory.Wanted{Query: list.Query{Search: part[1:]}}) // within a word
		require.NoError(t, err)
		assert.True(t, slices.ContainsFunc(found.Rows, func(r directory.Row) bool { return r.ID == first.ID }), "found by a part of its %s, %s", what, part[1:])
	}
}

func TestCommandKeepsTheTriggersOfALargerFirm(t *testing.T) {
	ctx, folder := context.Background(), t.TempDir()
	demo.Sizes["test"] = demo.Size{Structures: 300, People: 1200, Grants: 12_000}
	defer delete(demo.Sizes, "test")

	require.NoError(t, demo.Command(ctx, folder, "test", "paul.durand@exemple.example", "", &bytes.Buffer{}))

	d, err := db.Open(ctx, folder, "test", time.Now)
	require.NoError(t, err)
	defer func() { require.NoError(t, d.Close()) }()
	err = d.Write(ctx, func(tx *db.Tx) error { return tx.Exec(ctx, "DELETE FROM grants WHERE id = 1") })
	name, raised := db.Raised(err)
	assert.True(t, raised)
	assert.Equal(t, "period.immutable", name)
}

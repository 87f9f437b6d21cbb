package demo_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/demo"
	"habilis/internal/insee"
	"habilis/internal/structure"
)

// TestEveryRecordIsSavable: each structure of the example, of a larger firm too, is saved back unchanged.
func TestEveryRecordIsSavable(t *testing.T) {
	size := demo.Size{Structures: 300, People: 1200, Grants: 1200}
	if !testing.Short() {
		size = demo.Size{Structures: demo.Sizes["m"].Structures, People: 6_000,
			Grants: 6_000} // each structure of m
	}
	demo.Sizes["test"] = size
	defer delete(demo.Sizes, "test")
	ctx, folder := context.Background(), t.TempDir()
	require.NoError(t, demo.Command(ctx, folder, "test", "paul.durand@exemple.example", "", t.Output()))
	d, err := db.Open(ctx, folder, "test", time.Now)
	require.NoError(t, err)
	defer func() { require.NoError(t, d.Close()) }()
	changes := change.NewService(d)
	structures := structure.NewService(d, time.Now, func(context.Context) insee.Registry { return nil })
	admin := access.WithConfirmed(access.WithActor(ctx, 1, "admin"))
	refused, active := map[string]int{}, 0
	for id := int64(1); id <= int64(size.Structures); id++ {
		s, err := structures.Get(admin, id)
		require.NoError(t, err)
		if !s.Active {
			continue // nobody modifies it before it is activated again
		}
		active++

		err = changes.Run(admin, structure.Edit{ID: id, Version: s.Version, Mine: s.Fields,
			Base: s.Fields})

		if err != nil {
			refused[s.IdentifierType+": "+err.Error()]++
			continue
		}
		again, err := structures.Get(admin, id)
		require.NoError(t, err)
		if !assert.Equal(t, s.Fields, again.Fields) {
			break
		}
	}
	assert.Empty(t, refused, "saved back unchanged")
	assert.Greater(t, active, size.Structures*4/5)
}

package bridge_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/directory"
	"habilis/internal/journal"
	"habilis/internal/list"
	"habilis/internal/people"
	"habilis/internal/request"
	"habilis/internal/view"
)

// explained is how the engine finds the pages of each declared list.
func explained(ctx context.Context, tx *db.Tx) (all []map[string][]string, err error) {
	for _, explain := range []func() (map[string][]string, error){
		func() (map[string][]string, error) { return people.Users.Explained(ctx, tx, same) },
		func() (map[string][]string, error) {
			return directory.Structures.Explained(ctx, tx, func(q list.Query) directory.Wanted { return directory.Wanted{Query: q} })
		},
		func() (map[string][]string, error) {
			return journal.Lines.Explained(ctx, tx, func(q list.Query) journal.Query { return journal.Query{Query: q} })
		},
		func() (map[string][]string, error) {
			return request.Rows.Explained(ctx, tx, func(q list.Query) request.Wanted {
				return request.Wanted{Query: q, Tab: map[string]string{"": "pending", "decided": "decided"}[q.Order]}
			})
		},
		func() (map[string][]string, error) { return view.Endings.Explained(ctx, tx, same) },
		func() (map[string][]string, error) { return view.OpenSteps.Explained(ctx, tx, same) },
		func() (map[string][]string, error) {
			return view.EndedGrants.Explained(ctx, tx, func(q list.Query) view.EndedWanted { return view.EndedWanted{Query: q} })
		},
	} {
		plans, err := explain()
		if err != nil {
			return nil, err
		}
		all = append(all, plans)
	}
	return all, nil
}

func same(q list.Query) list.Query { return q }

// TestAnIndexServesEveryOrder: no page of any declared list is put in order row by row, nor found by reading a table from its beginning to its end.
func TestAnIndexServesEveryOrder(t *testing.T) {
	w := build(t)
	seen := 0
	require.NoError(t, w.d.Read(access.WithActor(t.Context(), w.people["admin"], "test"), func(tx *db.Tx) error {
		all, err := explained(access.WithActor(t.Context(), w.people["admin"], "test"), tx)
		for _, plans := range all {
			seen++
			for what, steps := range plans {
				text := strings.Join(steps, "\n")
				assert.NotContains(t, text, "USE TEMP B-TREE FOR ORDER BY", what)
				for _, step := range steps { // the order of making is that of the table itself, which the walk leaves once the page is full
					assert.False(t, scanned.MatchString(step) && !strings.Contains(what, `"created"`), "%s\n%s", what, text)
				}
			}
		}
		return err
	}))
	assert.Equal(t, declared(t), seen, "a list that is declared is missing above")
}

var scanned = regexp.MustCompile(`^SCAN (t|grants|memberships)$`)

// declared counts the lists that the code declares.
func declared(t *testing.T) (n int) {
	t.Helper()
	require.NoError(t, filepath.WalkDir("..", func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path) //nolint:gosec // the code of this module
		n += len(regexp.MustCompile(`(?m)^var \w+ = list\.List\[`).FindAll(text, -1))
		return err
	}))
	return n
}

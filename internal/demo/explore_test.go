package demo_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/dbtest"
	"habilis/internal/change"
	"habilis/internal/demo"
	"habilis/internal/flow"
	"habilis/internal/insee"
	"habilis/internal/signin"
	"habilis/internal/structure"
)

// visitor is who looks at the example.
var visitor = flow.SetUp{
	Kind: "practice", Name: "Cabinet", TimeZone: "Europe/Paris", Language: "fr", Registry: "none", Families: []string{"cabinet"},
	Email: "patron@exemple.example", FirstName: "Paul", LastName: "Patron", Passphrase: "Marmite-Violette-7-Cactus",
}

// empty makes an empty file, the service that sets a firm up in it, and another way into the file.
func empty(t *testing.T) (*flow.Service, *sql.DB) {
	t.Helper()
	d, clock := dbtest.Open(t)
	cost := signin.Cost{MemoryKiB: 8, Passes: 1, Lanes: 1}
	sessions := signin.NewSessions(clock.Now, func() time.Duration { return time.Hour })
	in := signin.NewService(d, clock.Now, func() signin.Cost { return cost }, cost, sessions)
	structures := structure.NewService(d, clock.Now, func(context.Context) insee.Registry { return nil })
	raw, err := sql.Open("sqlite", "file:"+d.Path()+"?_pragma=busy_timeout(5000)")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, raw.Close()) })
	return flow.NewService(d, change.NewService(d), in, structures, func(string, string) insee.Registry { return nil }), raw
}

// rows counts the rows of what a set-up writes.
func rows(t *testing.T, raw *sql.DB) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, table := range []string{"firm", "users", "sign_ins", "journal", "journal_values", "profiles", "grants", "structures", "memberships", "labels", "requests"} {
		n := 0
		require.NoError(t, raw.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
		counts[table] = n
	}
	return counts
}

// TestExploreAllOrNothing: where the example cannot be written to its end there is no firm, no user and no line, and trying again makes it whole.
func TestExploreAllOrNothing(t *testing.T) {
	broken := errors.New("broken")
	for name, fail := range map[string]func(t *testing.T, f *flow.Service, raw *sql.DB) error{
		"at its last rows": func(t *testing.T, f *flow.Service, raw *sql.DB) error {
			_, err := raw.ExecContext(t.Context(), "CREATE TRIGGER broken BEFORE INSERT ON requests BEGIN SELECT raise(ABORT, 'broken'); END")
			require.NoError(t, err)
			session, err := demo.Explore(t.Context(), f, visitor)
			assert.Empty(t, session)
			_, dropped := raw.ExecContext(t.Context(), "DROP TRIGGER broken")
			require.NoError(t, dropped)
			return err
		},
		"at what a caller writes": func(t *testing.T, f *flow.Service, _ *sql.DB) error {
			session, err := f.SetUpWith(t.Context(), visitor, func(ctx context.Context, tx *db.Tx) error {
				require.NoError(t, tx.Exec(ctx, "INSERT INTO labels (id, name, name_key) VALUES (1, 'Commune', 'commune')"))
				return broken
			})
			assert.Empty(t, session)
			assert.ErrorIs(t, err, broken)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			f, raw := empty(t)
			before := rows(t, raw)
			require.Zero(t, before["journal"])

			err := fail(t, f, raw)

			assert.ErrorContains(t, err, "broken")
			there, failed := f.IsSetUp(t.Context())
			require.NoError(t, failed)
			assert.False(t, there)
			assert.Equal(t, before, rows(t, raw))
			session, err := demo.Explore(t.Context(), f, visitor)
			require.NoError(t, err)
			assert.NotEmpty(t, session)
			after := rows(t, raw)
			assert.Equal(t, []int{1, demo.Sizes["s"].People + 1, demo.Sizes["s"].Structures, 3}, []int{after["firm"], after["users"], after["structures"], after["requests"]})
			assert.Equal(t, 3, after["journal"], "the set-up, the example, the session")
		})
	}
}

package access

import (
	"context"
	"database/sql"
	"math/rand"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/dbtest"
	"habilis/internal/oracle"
	"habilis/internal/right"
)

const cases = "../oracle/testdata/"

// count returns a number of repetitions: few by default, the full figure where the variable names one.
func count(variable string, few int) int {
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		return n
	}
	return few
}

func TestCheckAnswersTheCases(t *testing.T) {
	all, err := oracle.LoadRightsCases(cases + "rights-cases.json")
	require.NoError(t, err)
	require.Len(t, all, 135)
	for _, c := range all {
		t.Run(c.Name, func(t *testing.T) {
			x := twinOf(t, &c.World)
			for _, q := range c.Questions {
				want := c.World.Evaluate(q.Question)
				x.same(t, &c.World, q.Question, x.rights[q.User], want)
				got := x.rights[q.User].Check(x.question(t, &c.World, q.Question))
				assert.Equal(t, q.Allowed, got.Allowed)
				assert.Equal(t, chains(x, q.Because), keysOf(got.Because))
				if !q.Allowed {
					assert.Equal(t, none2nil(q.Missing), none2nil(got.Missing().Names()))
				}
			}
		})
	}
}

func TestCheckAgreesWithBruteForceInMemory(t *testing.T) {
	worlds := count("HABILIS_WORLDS", 200)
	for seed := range worlds {
		r := rand.New(rand.NewSource(int64(seed))) //nolint:gosec // repeatable worlds
		size := oracle.Small()
		size.FactsOnly = seed%3 == 0
		w := oracle.Random(r, size)
		x := twinOf(t, w)
		for _, q := range oracle.RandomQuestions(r, w, 60) {
			x.same(t, w, q, x.rights[q.User], w.Evaluate(q))
		}
	}
	t.Logf("worlds in memory: %d", worlds)
}

// raw opens the file of a DB a second time, for rows that are written and read without this package.
func raw(t testing.TB, d *db.DB) *sql.DB {
	t.Helper()
	plain, err := sql.Open("sqlite", "file:"+d.Path()+"?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=synchronous(0)")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, plain.Close()) })
	return plain
}

func TestLoadAgreesWithBruteForceThroughTheFile(t *testing.T) {
	worlds := count("HABILIS_FILE_WORLDS", 15)
	for seed := range worlds {
		checkFile(t, int64(seed))
	}
	t.Logf("worlds through the file: %d", worlds)
}

func checkFile(t *testing.T, seed int64) {
	t.Helper()
	ctx := context.Background()
	d, _ := dbtest.Open(t)
	plain := raw(t, d)
	r := rand.New(rand.NewSource(seed)) //nolint:gosec // repeatable worlds
	_, err := oracle.ToDB(ctx, plain, oracle.Random(r, oracle.Small()))
	require.NoError(t, err)
	w, err := oracle.FromDB(ctx, plain)
	require.NoError(t, err)
	x := &twin{ids: map[string]int64{}}
	ids := func(list ...string) {
		for _, id := range list {
			x.ids[id] = number(id)
		}
	}
	nameAll(w, ids)
	require.NoError(t, d.Read(ctx, func(tx *db.Tx) error {
		for _, q := range oracle.RandomQuestions(r, w, 60) {
			want := w.Evaluate(q)
			alone, err := Load(ctx, tx, number(q.User))
			require.NoError(t, err)
			asked := x.question(t, w, q)
			require.NoError(t, ReadPlaces(ctx, tx, alone, append(alone.Structures(), asked.Scope.Structure)...))
			x.same(t, w, q, alone, want)
			inSet(t, tx, asked, number(q.User), want.Allowed)
		}
		return nil
	}))
}

// inSet asks the same of the facts loaded as a set, for a structure and for a list of users.
func inSet(t *testing.T, tx *db.Tx, asked right.Question, user int64, allowed bool) {
	t.Helper()
	if asked.Anywhere || asked.Scope.Structure == 0 {
		return
	}
	set, err := LoadStructure(context.Background(), tx, asked.Scope)
	require.NoError(t, err)
	r, there := set[user]
	require.Equal(t, allowed, there && r.Allowed(asked))
	users, err := LoadUsers(context.Background(), tx, []int64{user})
	require.NoError(t, err)
	require.NoError(t, ReadPlaces(context.Background(), tx, users[user], asked.Scope.Structure))
	require.Equal(t, allowed, users[user].Allowed(asked))
}

func nameAll(w *oracle.World, ids func(...string)) {
	for _, u := range w.Users {
		ids(u.ID)
	}
	for _, s := range w.Structures {
		ids(s.ID)
	}
	for _, d := range w.Departments {
		ids(d.ID)
	}
	for _, g := range w.Grants {
		ids(g.ID)
	}
	for _, p := range w.Principals {
		ids(p.ID)
	}
	for _, m := range w.Memberships {
		ids(m.ID)
	}
}

package db_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/dbtest"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/department"
	"habilis/internal/directory"
	"habilis/internal/fault"
	"habilis/internal/flow"
	"habilis/internal/grant"
	"habilis/internal/insee"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/list"
	"habilis/internal/people"
	"habilis/internal/period"
	"habilis/internal/request"
	"habilis/internal/right"
	"habilis/internal/signin"
	"habilis/internal/structure"
)

// town is a small firm whose writes go through a saboteur.
type town struct {
	t          *testing.T
	d          *db.DB
	clock      *dbtest.Clock
	raw        *sql.DB
	saboteur   *saboteur
	changes    *change.Service
	structures *structure.Service
	boss       context.Context // a firm administrator
	profiles   map[string]int64
}

func newTown(t *testing.T) *town {
	t.Helper()
	d, clock := dbtest.Open(t)
	w := &town{t: t, d: d, clock: clock, raw: raw(t, d.Path()), saboteur: &saboteur{}, changes: change.NewService(d), profiles: map[string]int64{}}
	none := func(string, string) insee.Registry { return nil }
	w.structures = structure.NewService(d, clock.Now, func(context.Context) insee.Registry { return nil })
	cost := signin.Cost{MemoryKiB: 8, Passes: 1, Lanes: 1}
	sessions := signin.NewSessions(clock.Now, func() time.Duration { return time.Hour })
	in := signin.NewService(d, clock.Now, func() signin.Cost { return cost }, cost, sessions)
	f := flow.NewService(d, w.changes, in, w.structures, none)
	_, err := f.SetUp(t.Context(), flow.SetUp{
		Kind: "practice", Name: "Cabinet", TimeZone: "Europe/Paris", Language: "fr", Registry: "none", Families: []string{"portail-public", "cabinet"},
		Email: "patron@exemple.example", FirstName: "Paul", LastName: "Patron", Passphrase: "vx7-Kpq2mRw9-zL4tHn8",
	})
	require.NoError(t, err)
	w.boss = access.WithConfirmed(access.WithActor(t.Context(), 1, "test"))
	rows, err := w.raw.QueryContext(t.Context(), "SELECT key, id FROM profiles")
	require.NoError(t, err)
	for rows.Next() {
		var key string
		var id int64
		require.NoError(t, rows.Scan(&key, &id))
		w.profiles[key] = id
	}
	require.NoError(t, rows.Err())
	require.NoError(t, rows.Close())
	require.NoError(t, d.WriteThrough(t.Context(), w.saboteur.wrap))
	return w
}

func (w *town) run(list ...change.Change) {
	w.t.Helper()
	require.NoError(w.t, w.changes.Run(w.boss, list...))
}

// make carries a change out, and returns the number of what it created.
func (w *town) make(c change.Change) int64 {
	w.t.Helper()
	made, err := w.changes.Carry(w.boss, "", c)
	require.NoError(w.t, err)
	return made[0].Created
}

func (w *town) person(name string, structure, department int64, profiles ...string) int64 {
	w.t.Helper()
	c := &flow.AddPerson{
		Identity:  people.Identity{Email: name + "@exemple.example", FirstName: "Jo", LastName: name, Kind: "internal"},
		Structure: structure, Department: department,
	}
	for _, p := range profiles {
		require.NotZero(w.t, w.profiles[p], p)
		c.Profiles = append(c.Profiles, right.Choice{Profile: w.profiles[p], Options: []string{}})
	}
	return w.make(c)
}

func (w *town) structure(identifier, sphere string) int64 {
	w.t.Helper()
	c, err := w.structures.Creation(w.boss, structure.Input{
		IdentifierType: "pending", Identifier: identifier, Sphere: sphere,
		Fields: structure.Fields{Name: "Maison " + identifier, Town: "Lyon", Labels: []string{"Lyonnais", "Paie"}},
	})
	require.NoError(w.t, err)
	return w.make(c)
}

func (w *town) department(of int64, code string) int64 {
	w.t.Helper()
	c := &department.CreateDepartment{Structure: of, Code: code, Fields: department.Fields{Label: "Service " + code, Until: "2027-01-31"}}
	return w.make(c)
}

// ceiling switches modules on in a structure: the program has no page for it yet.
type ceiling struct{ structure int64 }

func (*ceiling) Kind() string                                        { return "test.ceiling" }
func (*ceiling) Need(context.Context, *db.Tx) ([]access.Need, error) { return nil, nil }
func (c *ceiling) Check(context.Context, *change.Work) error         { return nil }

func (c *ceiling) Apply(ctx context.Context, w *change.Work) (change.Outcome, error) {
	return change.Outcome{}, c.perform(ctx, w.Tx, w.Actor)
}

func (c *ceiling) perform(ctx context.Context, tx *db.Tx, actor *access.Actor) error {
	draft, err := journal.Reserve(ctx, tx)
	if err != nil {
		return err
	}
	line := draft.Seq()
	span := period.Span{From: tx.At, Until: period.Open}
	if _, err := ledger.OpenCeiling(ctx, tx, c.structure, strings.Join(right.Modules(), " "), span, ledger.By{Line: line}); err != nil {
		return err
	}
	return draft.Fill(actor, journal.Entry{Action: "test.ceiling", Kind: "structure", Object: c.structure, Structure: c.structure})
}

// manor makes a structure with something in every table that names a structure, and gives the person attached to its department only.
func (w *town) manor(identifier string) (id, inside int64) {
	w.t.Helper()
	id = w.structure(identifier, "local")
	first, second := w.department(id, "ACHATS"), w.department(id, "PAIE")
	w.run(&department.SwitchDepartment{Structure: id, Department: second})
	w.person(strings.ToLower(identifier)+".un", id, 0, "organisation.modification", "Lecteur")
	inside = w.person(strings.ToLower(identifier)+".deux", id, first, "organisation.consultation")
	outside := w.person(strings.ToLower(identifier)+".trois", 0, 0)
	w.run(&ceiling{id})
	requests := request.NewService(w.d, w.changes.Load, func(q request.Wish) change.Change {
		return &grant.Attach{User: q.User, Structure: q.Scope.Structure, Department: q.Scope.Department}
	})
	_, err := ask(w.boss, w.changes, requests, request.Ask{Subject: "membership", Beneficiary: outside, Structure: id})
	require.NoError(w.t, err)
	return id, inside
}

// shadow tells whether a table belongs to a full-text index. Such tables are plain: they are read like the others. The virtual tables themselves
// have no content of their own (content = ”): there is nothing to ask them.
const realTables = `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name`

// state returns a hash for each table of the file: of every row, in order; and one of the schema.
func (w *town) state() map[string]string {
	w.t.Helper()
	out := map[string]string{"schema": w.digest("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name")}
	rows, err := w.raw.QueryContext(w.t.Context(), realTables)
	require.NoError(w.t, err)
	var names []string
	for rows.Next() {
		var name string
		require.NoError(w.t, rows.Scan(&name))
		names = append(names, name)
	}
	require.NoError(w.t, rows.Err())
	require.NoError(w.t, rows.Close())
	for _, name := range names {
		out[name] = w.digest("SELECT * FROM " + name + " ORDER BY 1, 2")
	}
	return out
}

func (w *town) digest(query string) string {
	w.t.Helper()
	rows, err := w.raw.QueryContext(w.t.Context(), query)
	require.NoError(w.t, err, query)
	defer rows.Close() //nolint:errcheck // a test
	columns, err := rows.Columns()
	require.NoError(w.t, err)
	sum, n := sha256.New(), 0
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		require.NoError(w.t, rows.Scan(into...))
		for _, v := range values {
			fmt.Fprintf(sum, "%T %q|", v, fmt.Sprint(v))
		}
		n++
		fmt.Fprintln(sum)
	}
	require.NoError(w.t, rows.Err())
	return fmt.Sprintf("%d rows %s", n, hex.EncodeToString(sum.Sum(nil)[:8]))
}

// sound checks the file itself: SQLite's own check, that of the search indexes, foreign keys, and the chain of the journal.
func (w *town) sound() {
	w.t.Helper()
	var verdict string
	require.NoError(w.t, w.raw.QueryRowContext(w.t.Context(), "PRAGMA integrity_check").Scan(&verdict))
	require.Equal(w.t, "ok", verdict)
	for _, index := range []string{"structure_search", "structure_parts", "user_search"} {
		_, err := w.raw.ExecContext(w.t.Context(), "INSERT INTO "+index+" ("+index+") VALUES ('integrity-check')")
		require.NoError(w.t, err, index)
	}
	var broken int
	require.NoError(w.t, w.raw.QueryRowContext(w.t.Context(), "SELECT count(*) FROM pragma_foreign_key_check").Scan(&broken))
	require.Zero(w.t, broken)
	require.NoError(w.t, w.d.Read(w.t.Context(), func(tx *db.Tx) error {
		v, err := journal.Verify(w.t.Context(), tx)
		assert.Zero(w.t, v.Bad, "%+v", v)
		return err
	}))
}

// name shortens a call to what it asks: the name that sqlc gave the statement, or its beginning.
func name(call string) string {
	what, text, _ := strings.Cut(call, " ")
	if before, rest, generated := strings.Cut(text, "-- name: "); generated {
		word, _, _ := strings.Cut(rest, " ")
		return what + " " + before + word
	}
	return what + " " + text[:min(len(text), 60)]
}

// holds fails each call of a change in turn, and checks that nothing is left of it; and then that it goes through. It gives the calls whose
// failure was told as something else than a failure.
func (w *town) holds(made func() change.Change, run func(c change.Change) error) (mistold []string) {
	w.t.Helper()
	before, serial := w.state(), w.d.RightsSerial()
	w.saboteur.arm(0)
	require.NoError(w.t, w.d.Rehearse(w.boss, func(*db.Tx) error { return nil }))
	require.Equal(w.t, []string{"begin "}, w.saboteur.disarm(), "the saboteur is not in the way")

	failed := 0
	for n, step := 1, 1; ; n += step {
		w.saboteur.arm(n)
		err := run(made())
		calls := w.saboteur.disarm()
		if len(calls) < n {
			require.NoError(w.t, err, "no call failed any more")
			break
		}
		what := fmt.Sprintf("call %d: %s", n, name(calls[n-1]))
		require.Error(w.t, err, what)
		if _, told := fault.As(err); told || !errors.Is(err, errSabotage) {
			mistold = append(mistold, fmt.Sprintf("%s → %v", name(calls[n-1]), err))
		}
		require.Equal(w.t, before, w.state(), what)
		require.Equal(w.t, serial, w.d.RightsSerial(), "%s: caches are thrown away for nothing", what)
		if failed++; testing.Short() {
			step = max(1, len(calls)/25)
		}
	}
	w.t.Logf("%d calls failed in turn", failed)
	assert.Greater(w.t, failed, 10)
	assert.NotEqual(w.t, before, w.state(), "the change changed nothing")
	w.sound()
	return mistold
}

func TestDuplicateIsAllOrNone(t *testing.T) {
	dbtest.Single(t)
	for _, rows := range []bool{false, true} {
		t.Run(map[bool]string{false: "statements", true: "rows"}[rows], func(t *testing.T) {
			w := newTown(t)
			id, _ := w.manor("AVANT")
			w.saboteur.rows = rows
			var copied int64

			w.holds(func() change.Change { return flow.Duplicate{From: id, Identifier: "APRES", Label: "La suite"} }, func(c change.Change) error {
				made, err := w.changes.Carry(w.boss, "", c)
				if err == nil {
					copied = made[0].Created
				}
				return err
			})

			s, err := w.structures.Get(w.boss, copied)
			require.NoError(t, err)
			assert.Equal(t, "La suite", s.Label)
			list, err := directory.NewService(w.d).List(w.boss, directory.Wanted{Query: list.Query{Search: "suite"}})
			require.NoError(t, err)
			require.Len(t, list.Rows, 1, "the search index follows")
			assert.Equal(t, copied, list.Rows[0].ID)
		})
	}
}

// TestDuplicateSeenIsAllOrNone: what a page submits carries the fingerprint of its preview, which is taken again within the transaction.
func TestDuplicateSeenIsAllOrNone(t *testing.T) {
	dbtest.Single(t)
	w := newTown(t)
	id, _ := w.manor("AVANT")
	made := func() change.Change { return &flow.Duplicate{From: id, Identifier: "APRES"} }
	before := w.state()
	seen, err := w.changes.Preview(w.boss, made())
	require.NoError(t, err)
	require.Equal(t, before, w.state(), "the preview leaves nothing")

	w.holds(made, func(c change.Change) error { return w.changes.RunSeen(w.boss, seen.Fingerprint, c) })
}

func TestTransferIsAllOrNone(t *testing.T) {
	dbtest.Single(t)
	for _, rows := range []bool{false, true} {
		t.Run(map[bool]string{false: "statements", true: "rows"}[rows], func(t *testing.T) {
			w := newTown(t)
			c := &flow.Transfer{}
			for _, name := range []string{"UN", "DEUX", "TROIS"} {
				id, inside := w.manor(name)
				c.Moves = append(c.Moves, flow.Move{Structure: id, To: inside})
				execute(t, w.raw, fmt.Sprintf("UPDATE users SET pigp = 1 WHERE id = %d", inside))
			}
			w.saboteur.rows = rows

			w.holds(func() change.Change { return c }, func(c change.Change) error { return w.changes.Run(w.boss, c) })

			var managed int
			require.NoError(t, w.raw.QueryRowContext(t.Context(), `SELECT count(*) FROM principals p JOIN users u ON u.id = p.user_id
				WHERE p.until_at = ? AND u.last_name LIKE '%.deux'`, period.Open).Scan(&managed))
			assert.Equal(t, 3, managed)
		})
	}
}

// TestAFailedCallIsNotTheirFault: a *fault.Error is something that a person can act on; what failed in the file is no such thing, and is never told
// as a record that is not there (style, rule 4).
func TestAFailedCallIsNotTheirFault(t *testing.T) {
	dbtest.Single(t)
	for what, made := range map[string]func(id, inside int64) change.Change{
		"duplicate": func(id, _ int64) change.Change { return &flow.Duplicate{From: id, Identifier: "APRES"} },
		"transfer": func(id, inside int64) change.Change {
			return &flow.Transfer{Moves: []flow.Move{{Structure: id, To: inside}}}
		},
		"state":  func(id, _ int64) change.Change { return &structure.SetState{Structure: id} },
		"states": func(id, _ int64) change.Change { return &structure.SetStates{Structures: []int64{id}} },
		"department.create": func(id, _ int64) change.Change {
			return &department.CreateDepartment{Structure: id, Code: "NEUF", Fields: department.Fields{Label: "Neuf"}}
		},
		"department.edit": func(_, _ int64) change.Change {
			return &department.EditDepartment{Department: 1, Version: 1, Mine: department.Fields{Label: "Autre"}, Days: true}
		},
		"department.switch": func(id, _ int64) change.Change { return &department.SwitchDepartment{Structure: id, Department: 1} },
	} {
		t.Run(what, func(t *testing.T) {
			w := newTown(t)
			id, inside := w.manor("AVANT")
			execute(t, w.raw, "UPDATE users SET pigp = 1")

			mistold := w.holds(func() change.Change { return made(id, inside) }, func(c change.Change) error { return w.changes.Run(w.boss, c) })

			assert.Empty(t, mistold)
		})
	}
	t.Run("create", func(t *testing.T) {
		w := newTown(t)
		c, err := w.structures.Creation(w.boss, structure.Input{IdentifierType: "pending", Identifier: "NEUVE", Fields: structure.Fields{Name: "Neuve", Labels: []string{"Paie"}}})
		require.NoError(t, err)

		mistold := w.holds(func() change.Change { return c }, func(c change.Change) error { return w.changes.Run(w.boss, c) })

		assert.Empty(t, mistold)
	})
	t.Run("cancel", func(t *testing.T) {
		w := newTown(t)
		id := w.structure("NEUVE", "private")

		mistold := w.holds(func() change.Change { return &structure.Cancel{Structure: id} }, func(c change.Change) error { return w.changes.Run(w.boss, c) })

		assert.Empty(t, mistold)
	})
}

// TestTransferRefusesAsOne: one move that cannot be leaves the others undone.
func TestTransferRefusesAsOne(t *testing.T) {
	w := newTown(t)
	good := flow.Transfer{}
	for _, name := range []string{"UN", "DEUX", "TROIS"} {
		id, inside := w.manor(name)
		good.Moves = append(good.Moves, flow.Move{Structure: id, To: inside})
		if name != "TROIS" { // the last has no PIGP account, which a public structure outside the State asks
			execute(t, w.raw, fmt.Sprintf("UPDATE users SET pigp = 1 WHERE id = %d", inside))
		}
	}
	before := w.state()

	err := w.changes.Run(w.boss, &good)

	f, told := fault.As(err)
	require.True(t, told, "%v", err)
	require.Len(t, f.Problems, 1)
	assert.Equal(t, fmt.Sprintf("to.%d", good.Moves[2].Structure), f.Problems[0].Field)
	assert.Equal(t, "transfer.no_pigp", f.Problems[0].Key)
	assert.Equal(t, before, w.state())
}

// ask files a request, and returns its number.
func ask(ctx context.Context, changes *change.Service, requests *request.Service, in request.Ask) (int64, error) {
	made, err := changes.Carry(ctx, "", requests.Asking(in))
	if err != nil {
		return 0, err
	}
	return made[0].Created, nil
}

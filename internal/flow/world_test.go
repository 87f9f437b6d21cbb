package flow_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
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
	"habilis/internal/fault"
	"habilis/internal/flow"
	"habilis/internal/grant"
	"habilis/internal/insee"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/people"
	"habilis/internal/period"
	"habilis/internal/request"
	"habilis/internal/right"
	"habilis/internal/signin"
	"habilis/internal/structure"
	"habilis/internal/view"
)

// world is a firm in a file, with a register that the test holds.
type world struct {
	t          *testing.T
	d          *db.DB
	clock      *dbtest.Clock
	raw        *sql.DB
	changes    *change.Service
	structures *structure.Service
	requests   *request.Service
	flow       *flow.Service
	views      *view.Service
	registry   registry
	admin      context.Context // user 1, a firm administrator
	profiles   map[string]int64
}

// registry answers about the SIRETs that it knows; about others, that it cannot be reached.
type registry map[string]insee.Found

func (r registry) Look(_ context.Context, siret string) insee.Found {
	found, known := r[siret]
	if !known {
		found = insee.Found{Verdict: insee.Unverifiable, Reason: "insee.network"}
	}
	found.SIRET = siret
	return found
}

func active(name, town string) insee.Found {
	return insee.Found{
		Verdict: insee.Active, Source: insee.SourceSirene, Name: name, Address1: "1 rue de " + town, Address2: "Bâtiment B", Postcode: "69003", Town: town, Country: "FR",
		Activity: "56.10A", ActivityList: "NAFRev2", LegalCategory: "7210",
	}
}

const (
	manage  = "organisation.modification"
	consult = "organisation.consultation"
	read    = "Lecteur"
	day     = 24 * time.Hour
)

func newWorld(t *testing.T) *world {
	t.Helper()
	d, clock := dbtest.Open(t)
	raw, err := sql.Open("sqlite", "file:"+d.Path()+"?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=synchronous(0)")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, raw.Close()) })
	w := &world{t: t, d: d, clock: clock, raw: raw, changes: change.NewService(d), registry: registry{}, profiles: map[string]int64{}}
	w.structures = structure.NewService(d, clock.Now, func(context.Context) insee.Registry { return w.registry })
	cost := signin.Cost{MemoryKiB: 8, Passes: 1, Lanes: 1}
	sessions := signin.NewSessions(clock.Now, func() time.Duration { return time.Hour })
	in := signin.NewService(d, clock.Now, func() signin.Cost { return cost }, cost, sessions)
	w.flow = flow.NewService(d, w.changes, in, w.structures, func(string, string) insee.Registry { return w.registry })
	w.views = view.NewService(d, w.changes)
	w.changes.Know(grant.NewService(d).Kinds()...)
	w.requests = request.NewService(d, w.changes.Load, func(q request.Wish) change.Change {
		if q.Subject == "profiles" {
			return &grant.Give{User: q.User, Structure: q.Scope.Structure, Department: q.Scope.Department, Profiles: q.Profiles}
		}
		return &grant.Attach{User: q.User, Structure: q.Scope.Structure, Department: q.Scope.Department}
	})
	_, err = w.flow.SetUp(context.Background(), flow.SetUp{
		Kind: "practice", Name: "Cabinet", TimeZone: "Europe/Paris", Language: "fr", Registry: "annuaire", Families: []string{"portail-public", "cabinet"},
		Email: "patron@exemple.example", FirstName: "Paul", LastName: "Patron", Passphrase: "Marmite-Violette-7-Cactus",
	})
	require.NoError(t, err)
	w.admin = access.WithConfirmed(access.WithActor(context.Background(), 1, "admin"))
	rows, err := raw.Query("SELECT key, id FROM profiles")
	require.NoError(t, err)
	defer rows.Close() //nolint:errcheck // a test
	for rows.Next() {
		var key string
		var id int64
		require.NoError(t, rows.Scan(&key, &id))
		w.profiles[key] = id
	}
	require.NoError(t, rows.Err())
	return w
}

func (w *world) run(list ...change.Change) {
	w.t.Helper()
	require.NoError(w.t, w.changes.Run(w.admin, list...))
}

// make carries a change out, and returns the number of what it created.
func (w *world) make(c change.Change) int64 {
	w.t.Helper()
	made, err := w.changes.Carry(w.admin, "", c)
	require.NoError(w.t, err)
	return made[0].Created
}

func (w *world) create(in structure.Input) int64 {
	w.t.Helper()
	c, err := w.structures.Creation(w.admin, in)
	require.NoError(w.t, err)
	return w.make(c)
}

func (w *world) pending(identifier, sphere string) int64 {
	w.t.Helper()
	return w.create(structure.Input{IdentifierType: "pending", Identifier: identifier, Sphere: sphere, Fields: structure.Fields{Name: "Maison " + identifier}})
}

func (w *world) department(of int64, code, from, until string) int64 {
	w.t.Helper()
	c := &department.CreateDepartment{Structure: of, Code: code, Fields: department.Fields{
		Label: "Service " + code, Description: "D", Address: "1 place", Phone: "+33472001122", CommitmentRequired: true, From: from, Until: until,
	}}
	return w.make(c)
}

func (w *world) choices(profiles ...string) []right.Choice {
	list := []right.Choice{}
	for _, p := range profiles {
		require.NotZero(w.t, w.profiles[p], p)
		list = append(list, right.Choice{Profile: w.profiles[p], Options: []string{}})
	}
	return list
}

// person adds a user who is attached nowhere.
func (w *world) person(last string) int64 {
	w.t.Helper()
	c := &flow.AddPerson{Identity: people.Identity{Email: last + "@exemple.example", FirstName: "Jo", LastName: last, Kind: "internal"}}
	return w.make(c)
}

// attached adds a user attached to a structure, or to a department of it, with profiles there.
func (w *world) attached(last string, structure, department int64, profiles ...string) int64 {
	w.t.Helper()
	user := w.person(last)
	w.run(&grant.Attach{User: user, Structure: structure, Department: department, Profiles: w.choices(profiles...)})
	return user
}

func as(user int64) context.Context {
	return access.WithConfirmed(access.WithActor(context.Background(), user, "seat"))
}

func (w *world) get(id int64) structure.Structure {
	w.t.Helper()
	s, err := w.structures.Get(w.admin, id)
	require.NoError(w.t, err)
	return s
}

func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	_, err := w.raw.ExecContext(context.Background(), query, args...)
	require.NoError(w.t, err)
}

func (w *world) number(query string, args ...any) int64 {
	w.t.Helper()
	var n int64
	require.NoError(w.t, w.raw.QueryRowContext(context.Background(), query, args...).Scan(&n), query)
	return n
}

// rows returns what a query finds, as texts.
func (w *world) rows(query string, args ...any) (list []string) {
	w.t.Helper()
	rows, err := w.raw.QueryContext(context.Background(), query, args...)
	require.NoError(w.t, err, query)
	defer rows.Close() //nolint:errcheck // a test
	columns, err := rows.Columns()
	require.NoError(w.t, err)
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		require.NoError(w.t, rows.Scan(into...))
		parts := []string{}
		for _, v := range values {
			parts = append(parts, fmt.Sprint(v))
		}
		list = append(list, strings.Join(parts, " | "))
	}
	require.NoError(w.t, rows.Err())
	return list
}

// tables lists the plain tables of the file, those of the full-text indexes included.
func (w *world) tables() []string {
	w.t.Helper()
	return w.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name")
}

// state returns a hash for each table.
func (w *world) state() map[string]string {
	w.t.Helper()
	out := map[string]string{}
	for _, name := range w.tables() {
		sum := sha256.New()
		for _, row := range w.rows("SELECT * FROM " + name + " ORDER BY 1, 2") {
			fmt.Fprintf(sum, "%q\n", row)
		}
		out[name] = hex.EncodeToString(sum.Sum(nil)[:8])
	}
	return out
}

func (w *world) unchanged(f func() error) error {
	w.t.Helper()
	before := w.state()
	err := f()
	require.Error(w.t, err)
	assert.Equal(w.t, before, w.state(), "what failed left something behind")
	return err
}

// ceiling is a change that the program has no page for yet.
type ceiling struct {
	structure int64
	modules   string
}

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
	if _, err := ledger.OpenCeiling(ctx, tx, c.structure, c.modules, period.Span{From: tx.At, Until: period.Open}, ledger.By{Line: line}); err != nil {
		return err
	}
	return draft.Fill(actor, journal.Entry{Action: "test.ceiling", Kind: "structure", Object: c.structure, Structure: c.structure})
}

// problems returns the keys of a fault by field.
func problems(t *testing.T, err error, code fault.Code) map[string]string {
	t.Helper()
	f, told := fault.As(err)
	require.True(t, told, "%v is no fault", err)
	require.Equal(t, code, f.Code, "%v", f.Problems)
	out := map[string]string{}
	for _, p := range f.Problems {
		out[p.Field] = p.Key
	}
	return out
}

// siret makes a valid number of an establishment of a firm.
func siret(firm, establishment int) string {
	return keyed(keyed(fmt.Sprintf("%08d", 31000000+firm)) + fmt.Sprintf("%04d", establishment))
}

func keyed(digits string) string {
	for key := range 10 {
		text, sum := digits+fmt.Sprint(key), 0
		for i := range len(text) {
			n := int(text[len(text)-1-i] - '0')
			if i%2 == 1 {
				n = n*2 - n*2/10*9
			}
			sum += n
		}
		if sum%10 == 0 {
			return text
		}
	}
	panic("no key")
}

// holds returns what a user may do at a place now.
func (w *world) holds(user int64, p right.Permission, scope right.Scope) (yes bool) {
	w.t.Helper()
	require.NoError(w.t, w.d.Read(w.admin, func(tx *db.Tx) error {
		r, err := access.Load(w.admin, tx, user)
		if err != nil {
			return err
		}
		yes, err = access.Can(w.admin, tx, r, right.Question{Permission: p, Scope: scope, At: tx.At})
		return err
	}))
	return yes
}

func (w *world) sound() {
	w.t.Helper()
	require.NoError(w.t, w.d.Read(w.admin, func(tx *db.Tx) error {
		v, err := journal.Verify(w.admin, tx)
		assert.Zero(w.t, v.Bad, "%+v", v)
		return err
	}))
	assert.Empty(w.t, w.rows("SELECT * FROM pragma_foreign_key_check"))
}

// ask files a request, and returns its number.
func ask(ctx context.Context, changes *change.Service, requests *request.Service, in request.Ask) (int64, error) {
	made, err := changes.Carry(ctx, "", requests.Asking(in))
	if err != nil {
		return 0, err
	}
	return made[0].Created, nil
}

// identifies says that a SIRET has arrived, as a page does.
func (w *world) identifies(ctx context.Context, in structure.Identify) (insee.Found, error) {
	c, err := w.structures.Identifying(ctx, in)
	if err != nil {
		return c.Found, err
	}
	return c.Found, w.changes.Run(ctx, c)
}

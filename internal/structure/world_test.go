package structure_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/dbtest"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/grant"
	"habilis/internal/insee"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/people"
	"habilis/internal/period"
	"habilis/internal/profile"
	"habilis/internal/right"
	"habilis/internal/structure"
)

// world is a firm in a file, with a register that the test holds.
type world struct {
	t          *testing.T
	d          *db.DB
	clock      *dbtest.Clock
	raw        *sql.DB
	changes    *change.Service
	structures *structure.Service
	registry   *registry
	admin      context.Context // user 1, a firm administrator
	profiles   map[string]int64
}

// registry is a register of SIRETs whose answers the test gives. What it does not know it answers with other.
type registry struct {
	mu      sync.Mutex
	off     bool // the firm allows none
	answers map[string]insee.Found
	other   insee.Found
	asked   []string
	hold    chan struct{} // where there is one, each answer waits for it
}

func (r *registry) Look(ctx context.Context, siret string) insee.Found {
	r.mu.Lock()
	found, known := r.answers[siret]
	if !known {
		found = r.other
	}
	r.asked = append(r.asked, siret)
	hold := r.hold
	r.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
		}
	}
	found.SIRET = siret
	return found
}

func (r *registry) says(siret string, f insee.Found) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answers[siret] = f
}

func (r *registry) calls() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.asked)
}

// What a register may say.
func active(name string) insee.Found {
	return insee.Found{
		Verdict: insee.Active, Source: insee.SourceSirene, Name: name, Address1: "12 rue des Lilas", Address2: "Bâtiment B", Postcode: "69003", Town: "Lyon",
		Activity: "56.10A", ActivityList: "NAFRev2", LegalCategory: "5710",
	}
}

func partial() insee.Found {
	return insee.Found{Verdict: insee.Active, Source: insee.SourceSirene, Activity: "56.10A", ActivityList: "NAFRev2", LegalCategory: "1000", Partial: true}
}

func unverifiable() insee.Found {
	return insee.Found{Verdict: insee.Unverifiable, Reason: "insee.network", Source: insee.SourceSirene}
}

func absent() insee.Found { return insee.Found{Verdict: insee.Unknown, Source: insee.SourceAnnuaire} }

func newWorld(t *testing.T) *world {
	t.Helper()
	d, clock := dbtest.Open(t)
	raw, err := sql.Open("sqlite", "file:"+d.Path()+"?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=synchronous(0)")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, raw.Close()) })
	w := &world{
		t: t, d: d, clock: clock, raw: raw, changes: change.NewService(d), profiles: map[string]int64{},
		registry: &registry{answers: map[string]insee.Found{}, other: unverifiable()},
	}
	w.structures = structure.NewService(d, clock.Now, func(context.Context) insee.Registry {
		w.registry.mu.Lock()
		defer w.registry.mu.Unlock()
		if w.registry.off {
			return nil
		}
		return w.registry
	})
	w.admin = access.WithConfirmed(access.WithActor(context.Background(), 1, "admin"))
	require.NoError(t, d.Write(context.Background(), func(tx *db.Tx) error { return w.setUp(tx) }))
	return w
}

// setUp writes what flow.SetUp writes.
func (w *world) setUp(tx *db.Tx) error {
	ctx := context.Background()
	if err := tx.AddFirm(ctx, sqlc.AddFirmParams{
		Name: "Cabinet", Kind: "practice", TimeZone: "Europe/Paris", Language: "fr", Registry: "annuaire", IdleMinutes: 10, CreatedAt: tx.At,
	}); err != nil {
		return err
	}
	if err := profile.Install(ctx, tx, []string{profile.PortailPublic, profile.Cabinet}, 1); err != nil {
		return err
	}
	user, err := people.Insert(ctx, tx, people.Identity{Email: "patron@exemple.example", FirstName: "Paul", LastName: "Patron", Kind: "internal"}, "fr", ledger.By{Line: 1})
	if err != nil {
		return err
	}
	if err := ledger.SetSignIn(ctx, tx, user, "open"); err != nil {
		return err
	}
	all, err := access.LoadProfiles(ctx, tx)
	if err != nil {
		return err
	}
	for _, p := range all {
		w.profiles[p.Key] = p.ID
		if p.Administrator() {
			if _, err := ledger.OpenGrant(ctx, tx, ledger.Given{User: user, Profile: p.ID, Scope: right.Firm, Reason: "setup", Span: forever(tx)}, ledger.By{Line: 1}); err != nil {
				return err
			}
		}
	}
	return journal.Record(ctx, tx, nil, journal.Entry{Action: "firm.set_up", Kind: "firm", Object: 1})
}

func forever(tx *db.Tx) period.Span { return period.Span{From: tx.At, Until: period.Open} }

// scripted is a change that the program does not offer.
type scripted struct {
	apply func(ctx context.Context, tx *db.Tx, by ledger.By) error
}

func (*scripted) Kind() string                                        { return "test.scripted" }
func (*scripted) Need(context.Context, *db.Tx) ([]access.Need, error) { return nil, nil }
func (c *scripted) Check(context.Context, *change.Work) error         { return nil }

func (c *scripted) Apply(ctx context.Context, w *change.Work) (change.Outcome, error) {
	return change.Outcome{}, c.perform(ctx, w.Tx, w.Actor)
}

func (c *scripted) perform(ctx context.Context, tx *db.Tx, a *access.Actor) error {
	draft, err := journal.Reserve(ctx, tx)
	if err != nil {
		return err
	}
	line := draft.Seq()
	if err := c.apply(ctx, tx, ledger.By{Line: line}); err != nil {
		return err
	}
	return draft.Fill(a, journal.Entry{Action: "test.scripted", Kind: "test"})
}

func (w *world) script(apply func(ctx context.Context, tx *db.Tx, by ledger.By) error) {
	w.t.Helper()
	require.NoError(w.t, w.changes.Run(w.admin, &scripted{apply}))
}

// run carries out changes as the administrator.
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

// person adds a user, attached to a structure or department with profiles there (structure 0: with profiles at the firm), and returns their seat.
func (w *world) person(kind, last string, structure, department int64, profiles ...string) (int64, context.Context) {
	w.t.Helper()
	var id int64
	w.script(func(ctx context.Context, tx *db.Tx, by ledger.By) error {
		var err error
		id, err = people.Insert(ctx, tx, people.Identity{Email: last + "@exemple.example", FirstName: "Jo", LastName: last, Kind: kind}, "fr", by)
		return err
	})
	choices := []right.Choice{}
	for _, p := range profiles {
		require.NotZero(w.t, w.profiles[p], p)
		choices = append(choices, right.Choice{Profile: w.profiles[p], Options: []string{}})
	}
	switch {
	case structure != 0:
		w.run(&grant.Attach{User: id, Structure: structure, Department: department, Profiles: choices})
	case len(profiles) > 0:
		w.run(&grant.Give{User: id, Profiles: choices})
	}
	return id, access.WithConfirmed(access.WithActor(context.Background(), id, last))
}

// create makes a structure as the administrator.
func (w *world) create(in structure.Input) int64 {
	w.t.Helper()
	id, err := w.tryCreate(w.admin, in)
	require.NoError(w.t, err)
	return id
}

func (w *world) tryCreate(ctx context.Context, in structure.Input) (int64, error) {
	c, err := w.structures.Creation(ctx, in)
	if err != nil {
		return 0, err
	}
	made, err := w.changes.Carry(ctx, "", c)
	if err != nil {
		return 0, err
	}
	return made[0].Created, nil
}

// pending makes a structure that is being registered: the plainest there is.
func (w *world) pending(identifier, sphere string) int64 {
	w.t.Helper()
	return w.create(structure.Input{IdentifierType: "pending", Identifier: identifier, Sphere: sphere, Fields: structure.Fields{Name: "Maison " + identifier}})
}

// european makes a structure of which every field can be typed.
func (w *world) european(sphere string) int64 {
	w.t.Helper()
	return w.create(structure.Input{IdentifierType: "eu", Identifier: "DE136695976", Sphere: sphere, Fields: structure.Fields{Name: "Bäckerei", Country: "DE"}})
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
	require.NoError(w.t, w.raw.QueryRowContext(context.Background(), query, args...).Scan(&n))
	return n
}

// state returns a hash for each table of the file. Full-text indexes are held by their own tables, which are plain.
func (w *world) state() map[string]string {
	w.t.Helper()
	ctx := context.Background()
	rows, err := w.raw.QueryContext(ctx, "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name")
	require.NoError(w.t, err)
	var names []string
	for rows.Next() {
		var name string
		require.NoError(w.t, rows.Scan(&name))
		names = append(names, name)
	}
	require.NoError(w.t, rows.Err())
	out := map[string]string{}
	for _, name := range names {
		out[name] = w.digest("SELECT * FROM " + name + " ORDER BY 1, 2")
	}
	return out
}

func (w *world) digest(query string, args ...any) string {
	w.t.Helper()
	rows, err := w.raw.QueryContext(context.Background(), query, args...)
	require.NoError(w.t, err, query)
	defer rows.Close() //nolint:errcheck // a test
	columns, err := rows.Columns()
	require.NoError(w.t, err)
	sum := sha256.New()
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		require.NoError(w.t, rows.Scan(into...))
		fmt.Fprintf(sum, "%q\n", fmt.Sprint(values...))
	}
	require.NoError(w.t, rows.Err())
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// unchanged runs what must fail, and checks that it leaves the file as it was.
func (w *world) unchanged(f func() error) error {
	w.t.Helper()
	before := w.state()
	err := f()
	require.Error(w.t, err)
	assert.Equal(w.t, before, w.state(), "what failed left something behind")
	return err
}

// pass moves the clock on.
func (w *world) pass(d time.Duration) { w.clock.At = w.clock.At.Add(d) }

const day = 24 * time.Hour

// siret makes a valid number: eight digits and the Luhn key of the SIREN, four and the key of the whole.
func siret(n int) string { return keyed(keyed(fmt.Sprintf("%08d", 31000000+n)) + "0001") }

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

func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// the profiles used here
const (
	manage  = "organisation.modification"
	consult = "organisation.consultation"
	read    = "Lecteur"
)

// refreshes takes what the register says, as a page does.
func (w *world) refreshes(ctx context.Context, in structure.Refresh) (insee.Found, error) {
	c, err := w.structures.Refreshing(ctx, in)
	if err != nil {
		return c.Found, err
	}
	return c.Found, w.changes.Run(ctx, c)
}

// identifies says that a SIRET has arrived, as a page does.
func (w *world) identifies(ctx context.Context, in structure.Identify) (insee.Found, error) {
	c, err := w.structures.Identifying(ctx, in)
	if err != nil {
		return c.Found, err
	}
	return c.Found, w.changes.Run(ctx, c)
}

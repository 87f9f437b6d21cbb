package signin_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/dbtest"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/people"
	"habilis/internal/period"
	"habilis/internal/profile"
	"habilis/internal/right"
	"habilis/internal/signin"
)

// cheap is what a seal costs in tests.
var cheap = signin.Cost{MemoryKiB: 8, Passes: 1, Lanes: 1}

// The people of a world, each with a phrase.
const (
	admin       = "patron@exemple.example"
	adminID     = int64(1)
	adminPhrase = "Marmite-Violette-7-Cactus"
	clerk       = "claire.morel@exemple.example"
	clerkID     = int64(2)
	clerkPhrase = "Tambour-Girofle-9-Lanterne"
	wrongPhrase = "Ceci-Est-Bien-Autre-Chose-8"
	day         = 24 * time.Hour
)

// world is a firm in a file: an administrator and a clerk, who holds no right at all.
type world struct {
	t       *testing.T
	folder  string
	clock   *dbtest.Clock // nil where the test brought its own
	now     func() time.Time
	d       *db.DB
	raw     *sql.DB
	in      *signin.Service
	changes *change.Service
	idle    time.Duration
	admin   context.Context
}

func newWorld(t *testing.T) *world {
	t.Helper()
	clock := &dbtest.Clock{At: dbtest.Morning}
	w := worldUnder(t, clock.Now)
	w.clock = clock
	return w
}

// worldUnder makes a world under a clock of the test.
func worldUnder(t *testing.T, now func() time.Time) *world {
	t.Helper()
	w := &world{t: t, folder: t.TempDir(), now: now, idle: 10 * time.Minute, admin: access.WithActor(t.Context(), adminID, "admin")}
	made.Do(func() { made.file = fileOf(t) })
	require.NoError(t, os.WriteFile(filepath.Join(w.folder, db.FileName), made.file, 0o600))
	w.open(cheap)
	t.Cleanup(func() { require.NoError(t, w.d.Close()) })
	raw, err := sql.Open("sqlite", "file:"+w.d.Path()+"?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=synchronous(0)")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, raw.Close()) })
	w.raw = raw
	return w
}

// walks skips, with -short, what does many things one after another: the race detector would take minutes over them and see nothing.
func walks(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("one after another")
	}
}

// made is the file that every world begins with, made once.
var made struct {
	sync.Once
	file []byte
}

func fileOf(t *testing.T) []byte {
	t.Helper()
	clock := &dbtest.Clock{At: dbtest.Morning.Add(-day / 2)}
	w := &world{t: t, folder: t.TempDir(), now: clock.Now}
	w.open(cheap)
	w.script(w.setUp)
	require.NoError(t, w.d.Close())
	file, err := os.ReadFile(filepath.Join(w.folder, db.FileName))
	require.NoError(t, err)
	return file
}

// open opens the file, and makes the services of a new process on it.
func (w *world) open(cost signin.Cost) {
	w.t.Helper()
	d, err := db.Open(context.Background(), w.folder, "test", w.now)
	require.NoError(w.t, err)
	w.d, w.changes, w.in = d, change.NewService(d), w.service(d, cost)
}

// service makes a service as another process would: nothing is known but what the file holds. Its floor is its cost.
func (w *world) service(d *db.DB, cost signin.Cost) *signin.Service {
	sessions := signin.NewSessions(w.now, func() time.Duration { return w.idle })
	return signin.NewService(d, w.now, func() signin.Cost { return cost }, cost, sessions)
}

// restart ends the process and begins another on the same file.
func (w *world) restart() {
	w.t.Helper()
	require.NoError(w.t, w.d.Close())
	w.open(cheap)
}

// setUp writes what flow.SetUp writes, and the clerk.
func (w *world) setUp(ctx context.Context, tx *db.Tx, by ledger.By) error {
	if err := tx.AddFirm(ctx, sqlc.AddFirmParams{
		Name: "Cabinet Morel", Kind: "practice", TimeZone: "Europe/Paris", Language: "fr", Registry: "none", IdleMinutes: 10, CreatedAt: tx.At,
	}); err != nil {
		return err
	}
	if err := profile.Install(ctx, tx, []string{profile.Cabinet}, 1); err != nil {
		return err
	}
	for _, p := range []struct{ email, phrase string }{{admin, adminPhrase}, {clerk, clerkPhrase}} {
		if _, err := w.insert(ctx, tx, p.email, p.phrase, by); err != nil {
			return err
		}
	}
	all, err := access.LoadProfiles(ctx, tx)
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.Administrator() {
			_, err := ledger.OpenGrant(ctx, tx, ledger.Given{
				User: adminID, Profile: p.ID, Scope: right.Firm, Reason: "setup", Span: period.Span{From: tx.At, Until: period.Open},
			}, by)
			return err
		}
	}
	return fmt.Errorf("no administrator's profile")
}

// insert adds a user; with a phrase they may enter.
func (w *world) insert(ctx context.Context, tx *db.Tx, email, phrase string, by ledger.By) (int64, error) {
	account, _, _ := strings.Cut(email, "@")
	id, err := people.Insert(ctx, tx, people.Identity{Email: email, FirstName: "Jo", LastName: account, Kind: "internal"}, "fr", by)
	if err != nil || phrase == "" {
		return id, err
	}
	prepared, err := w.in.Prepare(id, phrase)
	if err != nil {
		return 0, err
	}
	if err := w.in.Enrol(ctx, tx, id, prepared); err != nil {
		return 0, err
	}
	return id, ledger.SetSignIn(ctx, tx, id, "open")
}

// person adds a user; without a phrase they may not enter.
func (w *world) person(email, phrase string) int64 {
	w.t.Helper()
	var id int64
	w.script(func(ctx context.Context, tx *db.Tx, by ledger.By) error {
		var err error
		id, err = w.insert(ctx, tx, email, phrase, by)
		return err
	})
	return id
}

// script writes what the program does not offer here, under a line of its own.
func (w *world) script(apply func(ctx context.Context, tx *db.Tx, by ledger.By) error) {
	w.t.Helper()
	require.NoError(w.t, w.d.Write(context.Background(), func(tx *db.Tx) error {
		line, err := journal.Reserve(context.Background(), tx)
		if err != nil {
			return err
		}
		if err := apply(context.Background(), tx, ledger.By{Line: line.Seq()}); err != nil {
			return err
		}
		return line.Fill(nil, journal.Entry{Action: "test.scripted", Kind: "test"})
	}))
}

// disable makes a user désactivé from now on.
func (w *world) disable(user int64) {
	w.t.Helper()
	row := w.number("SELECT max(id) FROM user_states WHERE user_id = ?", user)
	w.script(func(ctx context.Context, tx *db.Tx, by ledger.By) error {
		if err := ledger.EndUserState(ctx, tx, row, tx.At, by); err != nil {
			return err
		}
		_, err := ledger.OpenUserState(ctx, tx, user, false, period.Span{From: tx.At, Until: period.Open}, by)
		return err
	})
}

// setSignIn sets a user's sign-in as the administrator does.
func (w *world) setSignIn(user int64, value, codeHash string) {
	w.t.Helper()
	require.NoError(w.t, w.changes.Run(w.admin, w.in.ChangeSignIn(user, value, codeHash)))
}

// invite gives a user a new activation code.
func (w *world) invite(user int64) string {
	w.t.Helper()
	code, hash := signin.NewCode()
	w.setSignIn(user, "invited", hash)
	return code
}

func (w *world) try(email, phrase string) (string, error) {
	return w.in.Enter(context.Background(), signin.Credentials{Email: email, Passphrase: phrase})
}

// enter opens a session that the test needs.
func (w *world) enter(email, phrase string) string {
	w.t.Helper()
	session, err := w.try(email, phrase)
	require.NoError(w.t, err)
	require.NotEmpty(w.t, session)
	return session
}

// fail makes attempts with a wrong phrase, each once the delay of the one before is over.
func (w *world) fail(email string, times int) {
	w.t.Helper()
	for n := range times {
		_, err := w.try(email, wrongPhrase)
		if seconds := waiting(w.t, err); seconds > 0 {
			w.clock.At = w.clock.At.Add(time.Duration(seconds) * time.Second)
			_, err = w.try(email, wrongPhrase)
		}
		require.Equal(w.t, "signin.wrong", key(w.t, err), "failure %d", n+1)
	}
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

// lines counts the journal's lines of an action about a person.
func (w *world) lines(action string, person int64) int64 {
	w.t.Helper()
	return w.number("SELECT count(*) FROM journal WHERE action = ? AND person_id = ?", action, person)
}

// dump returns every column of every row of a table, byte for byte.
func (w *world) dump(table string) string {
	w.t.Helper()
	rows, err := w.raw.QueryContext(context.Background(), "SELECT * FROM "+table)
	require.NoError(w.t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(w.t, err)
	var all strings.Builder
	for rows.Next() {
		values := make([]sql.RawBytes, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		require.NoError(w.t, rows.Scan(into...))
		for i, v := range values {
			fmt.Fprintf(&all, "%s=%s\n", columns[i], v)
		}
	}
	require.NoError(w.t, rows.Err())
	return all.String()
}

// problem is the one problem of a fault.
func problem(t testing.TB, err error) fault.Problem {
	t.Helper()
	f, told := fault.As(err)
	require.True(t, told, "a fault is expected: %v", err)
	require.Len(t, f.Problems, 1)
	return f.Problems[0]
}

// key is the message key of a fault, empty without an error.
func key(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	return problem(t, err).Key
}

// waiting returns the seconds that a refusal asks to wait, 0 where it asks for none.
func waiting(t testing.TB, err error) int {
	t.Helper()
	if key(t, err) != "signin.wait" {
		return 0
	}
	seconds := 0
	_, bad := fmt.Sscanf(problem(t, err).Params["seconds"], "%d", &seconds)
	require.NoError(t, bad, "signin.wait says how many seconds")
	require.Positive(t, seconds)
	return seconds
}

// atOnce runs f so many times at once, and counts the keys of the answers.
func atOnce(t *testing.T, times int, f func(i int) error) map[string]int {
	t.Helper()
	start, answers := make(chan struct{}), make([]error, times)
	var all sync.WaitGroup
	for i := range times {
		all.Go(func() {
			<-start
			answers[i] = f(i)
		})
	}
	close(start)
	all.Wait()
	counts := map[string]int{}
	for _, err := range answers {
		counts[key(t, err)]++
	}
	return counts
}

// twin is a clock of which a test moves the hands of the wall and the monotonic reading apart: as those of time.Now go apart where a computer
// sleeps, or somebody sets its clock. Package time offers no such time, so the reading is written where time.Time keeps it; newTwin checks that.
type twin struct {
	mu   sync.Mutex
	base time.Time
	wall time.Duration
	mono time.Duration
}

func newTwin(t *testing.T) *twin {
	t.Helper()
	base := time.Now()
	c := &twin{base: base.Add(dbtest.Morning.Sub(base.Round(0)))}
	before := c.Now()
	c.moves(-time.Hour, 11*time.Minute)
	after := c.Now()
	c.moves(time.Hour, -11*time.Minute)
	require.Equal(t, 11*time.Minute, after.Sub(before), "the monotonic reading is where this clock writes it")
	require.Equal(t, -time.Hour, after.Round(0).Sub(before.Round(0)), "and the wall reading is apart from it")
	require.True(t, c.Now().Round(0).Equal(dbtest.Morning))
	return c
}

func (c *twin) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.base.Add(c.wall)
	(*struct {
		wall uint64
		ext  int64
		loc  *time.Location
	})(unsafe.Pointer(&now)).ext += int64(c.mono - c.wall)
	return now
}

// moves moves both.
func (c *twin) moves(wall, mono time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wall += wall
	c.mono += mono
}

// assertIn asserts that a session is open.
func (w *world) assertIn(session string, user int64) {
	w.t.Helper()
	got, err := w.in.Sessions().Use(session)
	if assert.NoError(w.t, err) {
		assert.Equal(w.t, user, got)
	}
}

// assertOut asserts that a session is not open, for a reason.
func (w *world) assertOut(session, reason string) {
	w.t.Helper()
	_, err := w.in.Sessions().Use(session)
	if assert.Error(w.t, err) {
		assert.True(w.t, fault.Is(err, fault.Unauthenticated))
		assert.Equal(w.t, reason, key(w.t, err))
	}
}

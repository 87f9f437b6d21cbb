package db_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/dbtest"
	"habilis/db/sqlc"
	"habilis/internal/fault"
	"habilis/internal/journal"
)

// childRole makes this test binary play another process: see TestChild.
const childRole = "HABILIS_TEST_CHILD"

// open opens the file of a folder until the test ends or closes it.
func open(t *testing.T, folder string, now func() time.Time) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), folder, "test", now)
	require.NoError(t, err)
	t.Cleanup(func() { _ = d.Close() }) // some tests close it themselves
	return d
}

// made returns a folder with a file that holds one user, closed.
func made(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	d := open(t, folder, time.Now)
	addUser(t, d, "ada@example.org")
	require.NoError(t, d.Close())
	return folder
}

func fileIn(folder string) string { return filepath.Join(folder, db.FileName) }

func user(email string) sqlc.AddUserParams {
	return sqlc.AddUserParams{Uid: []byte("uid-" + email), Email: email, ContactEmail: email, FirstName: "Ada", LastName: "Test",
		NameKey: "test ada", Kind: "internal", Language: "fr"}
}

func addUser(t *testing.T, d *db.DB, email string) int64 {
	t.Helper()
	var id int64
	require.NoError(t, d.Write(t.Context(), func(tx *db.Tx) (err error) {
		id, err = tx.AddUser(t.Context(), user(email))
		return err
	}))
	return id
}

func hasUser(t *testing.T, d *db.DB, email string) bool {
	t.Helper()
	found := false
	require.NoError(t, d.Read(t.Context(), func(tx *db.Tx) error {
		_, err := tx.UserByEmail(t.Context(), email)
		found = err == nil
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	}))
	return found
}

// note writes a journal line and gives the instant of its change.
func note(t *testing.T, d *db.DB) int64 {
	t.Helper()
	var at int64
	require.NoError(t, d.Write(t.Context(), func(tx *db.Tx) error {
		at = tx.At
		return journal.Record(t.Context(), tx, nil, journal.Entry{Action: "test.done", Kind: "test"})
	}))
	return at
}

// raw opens a file as a database editor would.
func raw(t *testing.T, path string) *sql.DB {
	t.Helper()
	r, err := sql.Open("sqlite", "file:"+filepath.ToSlash(path)+"?_pragma=busy_timeout(5000)")
	require.NoError(t, err)
	r.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func execute(t *testing.T, r *sql.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		_, err := r.ExecContext(t.Context(), s)
		require.NoError(t, err, s)
	}
}

// tree returns what stands in a folder: path → hash. Locks are not data.
func tree(t *testing.T, folder string) map[string]string {
	t.Helper()
	out := map[string]string{}
	require.NoError(t, filepath.WalkDir(folder, func(path string, e os.DirEntry, err error) error {
		if err != nil || path == folder || strings.Contains(e.Name(), "lock") {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil || e.IsDir() {
			out[name] = "folder"
			return err
		}
		b, err := os.ReadFile(path)
		out[name] = fmt.Sprintf("%x", sha256.Sum256(b))
		return err
	}))
	return out
}

// unusable returns the key of a fault.Unusable.
func unusable(t *testing.T, err error) string {
	t.Helper()
	require.Error(t, err)
	e, ok := fault.As(err)
	require.True(t, ok, "not a fault: %v", err)
	assert.Equal(t, fault.Unusable, e.Code)
	require.Len(t, e.Problems, 1)
	return e.Problems[0].Key
}

func TestOpen(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "données d'essai # 100%25", "new")

	d := open(t, folder, time.Now)

	assert.Equal(t, fileIn(folder), d.Path())
	addUser(t, d, "ada@example.org")
	require.NoError(t, d.Close())
	head, err := os.ReadFile(fileIn(folder))
	require.NoError(t, err)
	assert.Equal(t, "SQLite format 3\x00", string(head[:16]))
	assert.NotEqual(t, make([]byte, 4), head[60:64], "user_version")
	assert.NotEqual(t, make([]byte, 4), head[68:72], "application_id")

	again := open(t, folder, time.Now)
	assert.True(t, hasUser(t, again, "ada@example.org"))
	require.NoError(t, again.Close())
	third := open(t, folder, time.Now)
	assert.True(t, hasUser(t, third, "ada@example.org"))
}

// The settings of the DSN hold on every connection (facts/security.md, SQLite).
func TestOpenSets(t *testing.T) {
	d, _ := dbtest.Open(t)
	pragma := func(tx *db.Tx, name string) (value string) {
		rows, err := tx.Select(t.Context(), "PRAGMA "+name)
		require.NoError(t, err)
		defer func() { require.NoError(t, rows.Close()) }()
		require.True(t, rows.Next())
		require.NoError(t, rows.Scan(&value))
		return value
	}
	check := func(tx *db.Tx) error {
		for name, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "trusted_schema": "0",
			"cell_size_check": "1", "secure_delete": "1"} {
			assert.Equal(t, want, pragma(tx, name), name)
		}
		assert.NotEqual(t, "0", pragma(tx, "busy_timeout"))
		_, err := tx.Select(t.Context(), `SELECT "no such column"`)
		assert.Error(t, err, "a name in double quotes is never a text")
		return nil
	}

	require.NoError(t, d.Write(t.Context(), check))
	require.NoError(t, d.Read(t.Context(), func(tx *db.Tx) error {
		return errors.Join(check(tx), d.Read(t.Context(), func(tx *db.Tx) error {
			return errors.Join(check(tx), d.Read(t.Context(), check))
		}))
	}), "three connections at once")
}

// spoiled are ways to spoil a good file, with the key of the refusal.
func spoiled() map[string]struct {
	key   string
	spoil func(t *testing.T, path string)
} {
	type way = struct {
		key   string
		spoil func(t *testing.T, path string)
	}
	cut := func(size func(whole int64) int64) func(t *testing.T, path string) {
		return func(t *testing.T, path string) {
			i, err := os.Stat(path)
			require.NoError(t, err)
			require.NoError(t, os.Truncate(path, size(i.Size())))
		}
	}
	write := func(content string) func(t *testing.T, path string) {
		return func(t *testing.T, path string) { require.NoError(t, os.WriteFile(path, []byte(content), 0o600)) }
	}
	return map[string]way{
		"empty":                       {"file.empty", write("")},
		"text":                        {"file.foreign", write(strings.Repeat("nom;prénom\n", 500))},
		"zeros":                       {"file.foreign", write(strings.Repeat("\x00", 8192))},
		"truncated to half":           {"file.truncated", cut(func(n int64) int64 { return n / 2 })},
		"truncated in a page":         {"file.truncated", cut(func(n int64) int64 { return n - 1000 })},
		"truncated by a page":         {"file.truncated", cut(func(n int64) int64 { return n - 4096 })},
		"truncated to its header":     {"file.truncated", cut(func(int64) int64 { return 100 })},
		"truncated to 50 bytes":       {"file.truncated", cut(func(int64) int64 { return 50 })},
		"newer":                       {"file.newer", header(60, func(v []byte) { v[3]++ })},
		"no version":                  {"file.damaged", header(60, func(v []byte) { copy(v, []byte{0, 0, 0, 0}) })},
		"no size of pages":            {"file.damaged", header(16, func(v []byte) { v[0], v[1] = 0, 0 })},
		"an odd size of pages":        {"file.damaged", header(16, func(v []byte) { v[0], v[1] = 3, 232 })},
		"far newer":                   {"file.newer", header(60, func(v []byte) { copy(v, []byte{0x7f, 0xff, 0xff, 0xff}) })},
		"another application":         {"file.foreign", header(68, func(v []byte) { copy(v, "GPKG") })},
		"no application":              {"file.foreign", header(68, func(v []byte) { copy(v, []byte{0, 0, 0, 0}) })},
		"another application's table": {"file.foreign", foreign},
		"damaged in its first page":   {"file.damaged", overwrite(100, 300)},
		"damaged in all other pages":  {"file.damaged", overwrite(4096, math.MaxInt32)},
		"a folder":                    {"", folderInstead},
	}
}

// header alters four bytes of the header.
func header(offset int64, change func(v []byte)) func(t *testing.T, path string) {
	return func(t *testing.T, path string) {
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		change(b[offset : offset+4])
		require.NoError(t, os.WriteFile(path, b, 0o600))
	}
}

func overwrite(from, length int) func(t *testing.T, path string) {
	return func(t *testing.T, path string) {
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		for i := from; i < len(b) && i < from+length; i++ {
			b[i] = 0xA5
		}
		require.NoError(t, os.WriteFile(path, b, 0o600))
	}
}

func foreign(t *testing.T, path string) {
	require.NoError(t, os.Remove(path))
	r := raw(t, path)
	execute(t, r, "CREATE TABLE contacts (name TEXT)", "INSERT INTO contacts VALUES ('Ada')")
	require.NoError(t, r.Close())
}

func folderInstead(t *testing.T, path string) {
	require.NoError(t, os.Remove(path))
	require.NoError(t, os.Mkdir(path, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(path, "kept"), []byte("kept"), 0o600))
}

func TestOpenRefuses(t *testing.T) {
	for name, c := range spoiled() {
		t.Run(name, func(t *testing.T) {
			folder := made(t)
			c.spoil(t, fileIn(folder))
			before := tree(t, folder)

			for range 2 { // the refusal is not worn out by trying again
				d, err := db.Open(t.Context(), folder, "test", time.Now)

				require.Nil(t, d)
				key := unusable(t, err)
				if c.key != "" {
					assert.Equal(t, c.key, key)
				}
				assert.Equal(t, before, tree(t, folder), "byte-identical, and nothing beside it")
			}
		})
	}
	t.Run("a file in place of the folder", func(t *testing.T) {
		folder := filepath.Join(t.TempDir(), "data")
		require.NoError(t, os.WriteFile(folder, []byte("kept"), 0o600))

		_, err := db.Open(t.Context(), folder, "test", time.Now)

		unusable(t, err)
		b, err := os.ReadFile(folder)
		require.NoError(t, err)
		assert.Equal(t, "kept", string(b))
	})
}

// A foreign file may have a log of its own, which is nobody else's to play back or to remove.
func TestOpenRefusesLeavingTheLog(t *testing.T) {
	source := t.TempDir()
	r := raw(t, fileIn(source))
	execute(t, r, "PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=0", "CREATE TABLE contacts (name TEXT)", "INSERT INTO contacts VALUES ('Ada')")
	folder := t.TempDir()
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(fileIn(source) + suffix)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(fileIn(folder)+suffix, b, 0o600))
	}
	before := tree(t, folder)
	require.Len(t, before, 2)

	_, err := db.Open(t.Context(), folder, "test", time.Now)

	unusable(t, err)
	assert.Equal(t, before, tree(t, folder))
}

// A log left by a kill does not make a truncated file whole: what is missing must be in the log. (The other way round, a
// file that the log completes opens: TestOpenAfterAnUnfinishedCheckpoint.)
func TestOpenRefusesATruncatedFileWithALog(t *testing.T) {
	live, folder := t.TempDir(), t.TempDir()
	d := open(t, live, time.Now)
	for i := range 100 {
		require.NoError(t, d.Write(t.Context(), func(tx *db.Tx) error { return journal.Record(t.Context(), tx, nil, entry(i+200)) }))
	}
	require.NoError(t, d.Close())
	d = open(t, live, time.Now)
	note(t, d)
	whole := copyFile(t, live, folder, "")
	require.NotEmpty(t, copyFile(t, live, folder, "-wal"))
	require.NoError(t, os.Truncate(fileIn(folder), int64(len(whole)/2)))
	before := tree(t, folder)

	refused, err := db.Open(t.Context(), folder, "test", time.Now)

	if refused != nil {
		assert.NoError(t, refused.Close())
	}
	if assert.Error(t, err, "half of the file is nowhere") {
		assert.Equal(t, "file.truncated", unusable(t, err))
	}
	assert.Equal(t, before, tree(t, folder))
}

// TestChild is no test: it is what the other processes of the tests run.
func TestChild(t *testing.T) {
	folder := os.Getenv("HABILIS_TEST_FOLDER")
	switch os.Getenv(childRole) {
	case "hold":
		d, err := db.Open(t.Context(), folder, "serve", time.Now)
		require.NoError(t, err)
		fmt.Println("ready")
		_, err = io.Copy(io.Discard, os.Stdin) // until the parent closes it
		require.NoError(t, errors.Join(err, d.Close()))
	case "try":
		d, err := db.Open(t.Context(), folder, "test", time.Now)
		if err == nil {
			require.NoError(t, d.Close())
			fmt.Println("opened")
			return
		}
		fmt.Println("refused", unusable(t, err))
	case "write":
		writeUntilKilled(t.Context(), folder, os.Getenv(childSabotage) != "")
	default:
		t.Skip("played by other tests in another process")
	}
}

// child prepares another process of this test binary.
func child(t *testing.T, role, folder string, env ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	c := exec.CommandContext(t.Context(), self, "-test.run=^TestChild$", "-test.count=1")
	c.Env = append(os.Environ(), append(env, childRole+"="+role, "HABILIS_TEST_FOLDER="+folder)...)
	return c
}

func TestOpenRefusesAHeldFile(t *testing.T) {
	folder := made(t)
	holder := child(t, "hold", folder)
	in, err := holder.StdinPipe()
	require.NoError(t, err)
	out, err := holder.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, holder.Start())
	_, err = io.ReadFull(out, make([]byte, len("ready")))
	require.NoError(t, err)
	before := tree(t, folder)

	_, err = db.Open(t.Context(), folder, "test", time.Now)

	assert.Equal(t, "file.held", unusable(t, err))
	e, _ := fault.As(err)
	assert.Equal(t, fmt.Sprint(holder.Process.Pid), e.Problems[0].Params["pid"], "who holds it")
	assert.Equal(t, "serve", e.Problems[0].Params["mode"])
	assert.NotEmpty(t, e.Problems[0].Params["host"])
	assert.Equal(t, before, tree(t, folder))

	require.NoError(t, in.Close())
	_, err = io.Copy(io.Discard, out)
	require.NoError(t, errors.Join(err, holder.Wait()))
	assert.True(t, hasUser(t, open(t, folder, time.Now), "ada@example.org"), "given back when its holder ends")
}

func TestOpenRefusesAFileHeldHere(t *testing.T) {
	d, _ := dbtest.Open(t)

	_, err := db.Open(t.Context(), filepath.Dir(d.Path()), "test", time.Now)

	assert.Equal(t, "file.held", unusable(t, err))
	assert.Positive(t, addUser(t, d, "ada@example.org"), "the holder goes on")
}

// unprivileged runs a try to open in a process that permissions bind: root's own are not.
func unprivileged(t *testing.T, folder string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has other permissions")
	}
	c := child(t, "try", folder)
	if os.Geteuid() == 0 {
		setpriv, err := exec.LookPath("setpriv")
		if err != nil {
			t.Skip("root is bound by no permission, and there is no setpriv to become somebody else")
		}
		b, err := os.ReadFile(c.Path)
		require.NoError(t, err)
		c.Path = filepath.Join(filepath.Dir(folder), "child.test")
		require.NoError(t, os.WriteFile(c.Path, b, 0o755)) //nolint:gosec // another user runs it
		c = exec.CommandContext(t.Context(), setpriv, append([]string{"--reuid=65534", "--regid=65534", "--clear-groups", c.Path}, c.Args[1:]...)...)
		c.Env = append(os.Environ(), childRole+"=try", "HABILIS_TEST_FOLDER="+folder)
	}
	c.Dir = folder
	out, err := c.CombinedOutput()
	require.NoError(t, err, string(out))
	return strings.SplitN(string(out), "\n", 2)[0]
}

// public makes a folder that every user may reach, which t.TempDir is not.
func public(t *testing.T) string {
	t.Helper()
	parent, err := os.MkdirTemp("", "habilis-test")
	require.NoError(t, err)
	folder := filepath.Join(parent, "data")
	require.NoError(t, os.Mkdir(folder, 0o777))
	require.NoError(t, errors.Join(os.Chmod(parent, 0o755), os.Chmod(folder, 0o777))) //nolint:gosec // another user enters it
	t.Cleanup(func() {
		assert.NoError(t, errors.Join(os.Chmod(folder, 0o700), os.RemoveAll(parent)))
	})
	return folder
}

func TestOpenRefusesWithoutPermission(t *testing.T) {
	for _, c := range []struct {
		name, want   string
		file, folder os.FileMode
	}{
		{"read-only file", "refused file.read_only", 0o444, 0o777},
		{"file of somebody else", "refused file.", 0o000, 0o777},
		{"read-only folder", "refused file.folder", 0o666, 0o555},
		{"both read-only", "refused file.", 0o444, 0o555},
		{"read-only folder without a file", "refused file.folder", 0, 0o555},
		{"all permitted", "opened", 0o666, 0o777},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := public(t)
			if c.file != 0 || c.name == "file of somebody else" {
				b, err := os.ReadFile(fileIn(made(t)))
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(fileIn(folder), b, 0o600))
			}
			before := tree(t, folder)
			if len(before) > 0 {
				require.NoError(t, os.Chmod(fileIn(folder), c.file))
			}
			require.NoError(t, os.Chmod(folder, c.folder))

			got := unprivileged(t, folder)

			assert.True(t, strings.HasPrefix(got, c.want), got)
			require.NoError(t, os.Chmod(folder, 0o700)) //nolint:gosec // a folder
			if len(before) > 0 {
				require.NoError(t, os.Chmod(fileIn(folder), 0o600))
			}
			if c.want != "opened" {
				assert.Equal(t, before, tree(t, folder))
			}
		})
	}
}

func TestTaken(t *testing.T) {
	d, _ := dbtest.Open(t)
	addUser(t, d, "ada@example.org")
	twice := user("other@example.org")
	twice.Email = "ada@example.org"

	err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.AddUser(t.Context(), twice)
		return err
	})

	column, taken := db.Taken(err)
	assert.True(t, taken)
	assert.Equal(t, "users.email", column)
	column, taken = db.Taken(fmt.Errorf("saving: %w", err))
	assert.True(t, taken, "wrapped too")
	assert.Equal(t, "users.email", column)
}

func TestTakenRefuses(t *testing.T) {
	d, _ := dbtest.Open(t)
	odd := user("odd@example.org")
	odd.Language = "nonsense"
	check := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.AddUser(t.Context(), odd)
		return err
	})
	require.Error(t, check)
	for _, err := range []error{nil, io.EOF, check, errors.New("UNIQUE constraint failed: users.email")} {
		column, taken := db.Taken(err)

		assert.False(t, taken, "%v", err)
		assert.Empty(t, column)
	}
}

func TestWrite(t *testing.T) {
	d, _ := dbtest.Open(t)
	ran := 0

	err := d.Write(t.Context(), func(tx *db.Tx) error {
		assert.True(t, tx.Writable)
		assert.False(t, tx.Rehearsal)
		tx.AfterCommit(func() {
			ran++
			assert.True(t, hasUser(t, d, "ada@example.org"), "it runs once the commit is there")
		})
		_, err := tx.AddUser(t.Context(), user("ada@example.org"))
		assert.Zero(t, ran)
		return err
	})

	require.NoError(t, err)
	assert.Equal(t, 1, ran)
	assert.True(t, hasUser(t, d, "ada@example.org"))
}

func TestWriteRollsBack(t *testing.T) {
	d, _ := dbtest.Open(t)
	mine := errors.New("mine")
	cancelled, cancel := context.WithCancel(t.Context())
	for name, c := range map[string]struct {
		ctx context.Context
		end func() error
	}{
		"an error":            {t.Context(), func() error { return mine }},
		"a cancelled context": {cancelled, func() error { cancel(); return cancelled.Err() }},
	} {
		t.Run(name, func(t *testing.T) {
			err := d.Write(c.ctx, func(tx *db.Tx) error {
				tx.AfterCommit(func() { t.Error("AfterCommit ran after an error") })
				_, err := tx.AddUser(t.Context(), user("ada@example.org"))
				require.NoError(t, err)
				require.NoError(t, journal.Record(t.Context(), tx, nil, journal.Entry{Action: "test.done", Kind: "test"}))
				return c.end()
			})

			require.Error(t, err)
			assert.False(t, hasUser(t, d, "ada@example.org"))
			assertNoLine(t, d)
		})
	}
	assert.ErrorIs(t, d.Write(t.Context(), func(*db.Tx) error { return mine }), mine, "the error comes back")
	assert.Positive(t, addUser(t, d, "ada@example.org"), "and the file goes on")
}

func assertNoLine(t *testing.T, d *db.DB) {
	t.Helper()
	require.NoError(t, d.Read(t.Context(), func(tx *db.Tx) error {
		lines, err := tx.JournalAfter(t.Context(), sqlc.JournalAfterParams{Size: 10})
		assert.Empty(t, lines)
		return err
	}))
}

// A handler recovers panics: the file must not stay locked behind one.
func TestWriteSurvivesAPanic(t *testing.T) {
	d, _ := dbtest.Open(t)
	for name, run := range map[string]func(func(tx *db.Tx) error) error{
		"write":    func(f func(tx *db.Tx) error) error { return d.Write(t.Context(), f) },
		"rehearse": func(f func(tx *db.Tx) error) error { return d.Rehearse(t.Context(), f) },
	} {
		assert.Panics(t, func() {
			_ = run(func(tx *db.Tx) error {
				tx.AfterCommit(func() { t.Error("AfterCommit ran after a panic") })
				_, err := tx.AddUser(t.Context(), user("ada@example.org"))
				require.NoError(t, err)
				panic("boom")
			})
		}, name)
		assert.False(t, hasUser(t, d, "ada@example.org"), name)
	}
	done := make(chan error, 1)
	go func() { done <- d.Write(t.Context(), func(*db.Tx) error { return nil }) }()
	select {
	case err := <-done:
		assert.NoError(t, err)
	case <-time.After(10 * time.Second):
		t.Fatal("the file stays locked")
	}
}

func TestReadRefusesToWrite(t *testing.T) {
	d, _ := dbtest.Open(t)

	err := d.Read(t.Context(), func(tx *db.Tx) error {
		assert.False(t, tx.Writable)
		_, err := tx.AddUser(t.Context(), user("ada@example.org"))
		return err
	})

	assert.Error(t, err)
	assert.False(t, hasUser(t, d, "ada@example.org"))
}

func TestReadSeesASnapshot(t *testing.T) {
	d, _ := dbtest.Open(t)

	require.NoError(t, d.Read(t.Context(), func(tx *db.Tx) error {
		_, err := tx.UserByEmail(t.Context(), "ada@example.org")
		require.ErrorIs(t, err, sql.ErrNoRows)
		addUser(t, d, "ada@example.org")
		_, err = tx.UserByEmail(t.Context(), "ada@example.org")
		assert.ErrorIs(t, err, sql.ErrNoRows, "what came meanwhile is not of this reading")
		return nil
	}))
}

func TestRehearseLeavesNothing(t *testing.T) {
	d, _ := dbtest.Open(t)
	serial := d.RightsSerial()

	err := d.Rehearse(t.Context(), func(tx *db.Tx) error {
		assert.True(t, tx.Rehearsal)
		assert.True(t, tx.Writable)
		tx.AfterCommit(func() { t.Error("AfterCommit ran in a rehearsal") })
		tx.Mark(db.Rights)
		_, err := tx.AddUser(t.Context(), user("ada@example.org"))
		require.NoError(t, err)
		_, err = tx.UserByEmail(t.Context(), "ada@example.org")
		require.NoError(t, err, "within, it is there")
		return journal.Record(t.Context(), tx, nil, journal.Entry{Action: "test.done", Kind: "test", Values: map[string]string{"name": "Ada"}})
	})

	require.NoError(t, err)
	assert.False(t, hasUser(t, d, "ada@example.org"))
	assertNoLine(t, d)
	assert.Equal(t, serial, d.RightsSerial())
	mine := errors.New("mine")
	assert.ErrorIs(t, d.Rehearse(t.Context(), func(*db.Tx) error { return mine }), mine)
}

func TestSavepointUndoes(t *testing.T) {
	d, _ := dbtest.Open(t)
	mine := errors.New("mine")

	require.NoError(t, d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.AddUser(t.Context(), user("ada@example.org"))
		require.NoError(t, err)
		err = tx.Savepoint(t.Context(), func() error {
			_, err := tx.AddUser(t.Context(), user("bob@example.org"))
			require.NoError(t, err)
			return mine
		})
		require.ErrorIs(t, err, mine)
		return nil
	}))

	assert.True(t, hasUser(t, d, "ada@example.org"))
	assert.False(t, hasUser(t, d, "bob@example.org"))
}

func TestRightsSerial(t *testing.T) {
	d, _ := dbtest.Open(t)
	before := d.RightsSerial()

	assert.Error(t, d.Write(t.Context(), func(tx *db.Tx) error { tx.Mark(db.Rights); return io.EOF }))
	assert.Equal(t, before, d.RightsSerial(), "nothing was committed")
	require.NoError(t, d.Write(t.Context(), func(tx *db.Tx) error { tx.Mark(db.Rights); return nil }))
	assert.Greater(t, d.RightsSerial(), before)
}

// instants returns those of a reading, a rehearsal and a change at this moment.
func instants(t *testing.T, d *db.DB) (read, rehearsed, written int64) {
	t.Helper()
	require.NoError(t, d.Read(t.Context(), func(tx *db.Tx) error { read = tx.At; return nil }))
	require.NoError(t, d.Rehearse(t.Context(), func(tx *db.Tx) error { rehearsed = tx.At; return nil }))
	require.NoError(t, d.Write(t.Context(), func(tx *db.Tx) error { written = tx.At; return nil }))
	return read, rehearsed, written
}

// "The instant of a change is max(clock, last journal instant + 1 ms); rights are read at max(clock, last instant): a clock
// set back revives nothing" (architecture, Rights).
func TestInstant(t *testing.T) {
	folder, clock := t.TempDir(), &dbtest.Clock{At: dbtest.Morning}
	d := open(t, folder, clock.Now)
	morning := dbtest.Morning.UnixMilli()
	assert.Equal(t, morning, note(t, d))
	assert.Equal(t, morning+1, note(t, d), "the same millisecond again")

	check := func(d *db.DB, read, written int64) {
		t.Helper()
		r, rehearsed, w := instants(t, d)
		assert.Equal(t, []int64{read, written, written}, []int64{r, rehearsed, w})
	}
	check(d, morning+1, morning+2)
	clock.At = dbtest.Morning.Add(-48 * time.Hour)
	check(d, morning+1, morning+2)
	now, last := d.Clock()
	assert.Equal(t, clock.At.UnixMilli(), now)
	assert.Equal(t, morning+1, last)

	require.NoError(t, d.Close())
	d = open(t, folder, clock.Now)
	check(d, morning+1, morning+2)
	_, last = d.Clock()
	assert.Equal(t, morning+1, last, "after opening again")
	assert.Equal(t, morning+2, note(t, d))

	clock.At = dbtest.Morning.Add(time.Hour)
	check(d, clock.At.UnixMilli(), clock.At.UnixMilli())
}

func TestInstantIgnoresWhatWasUndone(t *testing.T) {
	d, clock := dbtest.Open(t)
	note(t, d)
	clock.At = clock.At.Add(time.Hour)
	line := func(tx *db.Tx) error {
		return journal.Record(t.Context(), tx, nil, journal.Entry{Action: "test.done", Kind: "test"})
	}
	require.NoError(t, d.Rehearse(t.Context(), line))
	require.Error(t, d.Write(t.Context(), func(tx *db.Tx) error { return errors.Join(line(tx), io.EOF) }))

	clock.At = dbtest.Morning
	read, _, written := instants(t, d)

	assert.Equal(t, dbtest.Morning.UnixMilli(), read)
	assert.Equal(t, dbtest.Morning.UnixMilli()+1, written)
}

func TestSnapshot(t *testing.T) {
	d, _ := dbtest.Open(t)
	addUser(t, d, "ada@example.org")
	folder := t.TempDir()

	require.NoError(t, d.Snapshot(t.Context(), fileIn(folder)))

	assert.True(t, hasUser(t, open(t, folder, time.Now), "ada@example.org"))
	assert.Error(t, d.Snapshot(t.Context(), fileIn(folder)), "never over a file that exists")
}

// "Pin modernc.org/sqlite v1.60.1 and modernc.org/libc at the exact version in its go.mod" (facts/security.md).
func TestVersions(t *testing.T) {
	module := func(format, path string) string {
		c := exec.CommandContext(t.Context(), "go", "list", "-mod=readonly", "-m", "-f", format, path)
		c.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=off")
		out, err := c.Output()
		require.NoError(t, err, path)
		return strings.TrimSpace(string(out))
	}
	theirs, err := os.ReadFile(module("{{.GoMod}}", "modernc.org/sqlite"))
	require.NoError(t, err)
	wanted := regexp.MustCompile(`(?m)^(?:require)?\s*modernc\.org/libc (v\S+)`).FindSubmatch(theirs)
	require.NotNil(t, wanted)

	assert.Equal(t, "v1.60.1", module("{{.Version}}", "modernc.org/sqlite"))
	assert.Equal(t, string(wanted[1]), module("{{.Version}}", "modernc.org/libc"))
	assert.Empty(t, module("{{if .Replace}}{{.Replace.Path}}{{end}}", "modernc.org/sqlite"))
	assert.Empty(t, module("{{if .Replace}}{{.Replace.Path}}{{end}}", "modernc.org/libc"))
}

// The tables with a period and the key within which rows never overlap (rights.md, A25).
var periodTables = map[string][]string{
	"user_states": {"user_id"}, "structure_states": {"structure_id"}, "department_states": {"department_id"}, "department_validities": {"department_id"},
	"memberships": {"user_id", "structure_id", "department_id"}, "grants": {"user_id", "profile_id", "structure_id", "department_id"},
	"profile_contents": {"profile_id"}, "ceilings": {"structure_id"}, "principals": {"structure_id"}, "duty_exceptions": {"user_id", "duty"},
}

// column is one of a table, with a value that rows of the tests hold and another that is allowed too.
type column struct {
	name, value, other string
	nullable           bool
}

// columns returns a table's columns but for the period. Constraints between tables are off in these tests: any number will do.
func columns(t *testing.T, r *sql.DB, table string) []column {
	t.Helper()
	rows, err := r.QueryContext(t.Context(), "SELECT name, type, \"notnull\", pk FROM pragma_table_info(?)", table)
	require.NoError(t, err)
	defer func() { require.NoError(t, errors.Join(rows.Err(), rows.Close())) }()
	var out []column
	for rows.Next() {
		var name, kind string
		var notNull, pk int
		require.NoError(t, rows.Scan(&name, &kind, &notNull, &pk))
		c := column{name: name, value: "1", other: "2", nullable: notNull == 0 && pk == 0}
		switch {
		case name == "from_at" || name == "until_at" || name == "id":
			continue
		case name == "membership_id":
			c.value, c.other = "NULL", "7"
		case kind == "TEXT":
			c.value, c.other = "'x'", "'y'"
		case kind == "BLOB":
			c.value, c.other = "x'01'", "x'02'"
		}
		out = append(out, c)
	}
	require.NotEmpty(t, out, table)
	return out
}

// bench is one table of a fresh file, open as a database editor opens it.
type bench struct {
	t       *testing.T
	r       *sql.DB
	table   string
	columns []column
}

func newBench(t *testing.T, folder, table string) bench {
	t.Helper()
	b, err := os.ReadFile(fileIn(folder))
	require.NoError(t, err)
	path := fileIn(t.TempDir())
	require.NoError(t, os.WriteFile(path, b, 0o600))
	r := raw(t, path)
	execute(t, r, "PRAGMA foreign_keys=0", "PRAGMA ignore_check_constraints=1")
	return bench{t, r, table, columns(t, r, table)}
}

// insert adds row id with a period; with gives other values than the usual ones.
func (b bench) insert(verb string, id, from, until int, with map[string]string) error {
	names, values := []string{"id", "from_at", "until_at"}, []string{fmt.Sprint(id), fmt.Sprint(from), fmt.Sprint(until)}
	for _, c := range b.columns {
		v, given := with[c.name]
		if !given {
			v = c.value
		}
		names, values = append(names, c.name), append(values, v)
	}
	return b.run(fmt.Sprintf("%s INTO %s (%s) VALUES (%s)", verb, b.table, strings.Join(names, ", "), strings.Join(values, ", ")))
}

func (b bench) run(statement string) error {
	_, err := b.r.ExecContext(b.t.Context(), statement)
	return err
}

func (b bench) add(id, from, until int) error { return b.insert("INSERT", id, from, until, nil) }

func assertRaised(t *testing.T, err error, name string) {
	t.Helper()
	if assert.Error(t, err, name) {
		assert.Contains(t, err.Error(), name)
	}
}

func TestPeriodTables(t *testing.T) {
	dbtest.Single(t)
	folder := made(t)
	r := raw(t, fileIn(folder))
	rows, err := r.QueryContext(t.Context(), `SELECT m.name FROM sqlite_master m WHERE m.type = 'table'
		AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) WHERE name = 'from_at')
		AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) WHERE name = 'until_at')`)
	require.NoError(t, err)
	var found, known []string
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		found = append(found, name)
	}
	require.NoError(t, errors.Join(rows.Err(), rows.Close(), r.Close()))
	for name := range periodTables {
		known = append(known, name)
	}
	sort.Strings(known)
	require.ElementsMatch(t, known, found, "a new table with a period needs its key here")

	for _, table := range known {
		t.Run(table+"/overlap", func(t *testing.T) { overlaps(newBench(t, folder, table)) })
		t.Run(table+"/other key", func(t *testing.T) { otherKeys(newBench(t, folder, table)) })
		t.Run(table+"/written once", func(t *testing.T) { writtenOnce(newBench(t, folder, table)) })
		t.Run(table+"/kept", func(t *testing.T) { kept(newBench(t, folder, table)) })
	}
}

func overlaps(b bench) {
	require.NoError(b.t, b.add(1, 10, 20))

	for _, p := range [][2]int{{15, 25}, {5, 11}, {12, 18}, {0, 30}, {10, 20}, {19, 20}, {10, 11}} {
		assertRaised(b.t, b.add(9, p[0], p[1]), "period.overlap")
	}
	assert.NoError(b.t, b.add(2, 20, 30), "what follows at once")
	assert.NoError(b.t, b.add(3, 5, 10), "what came just before")
	assert.NoError(b.t, b.add(4, 15, 15), "a cancelled one overlaps nothing")
	assertRaised(b.t, b.run("UPDATE "+b.table+" SET until_at = 16 WHERE id = 4"), "period.overlap")
	assert.NoError(b.t, b.add(5, 40, 50))
	assert.NoError(b.t, b.run("UPDATE "+b.table+" SET until_at = 40 WHERE id = 2"), "longer, up to the next")
	assertRaised(b.t, b.run("UPDATE "+b.table+" SET until_at = 41 WHERE id = 2"), "period.overlap")
	assert.NoError(b.t, b.run("UPDATE "+b.table+" SET until_at = 40 WHERE id = 5"), "cancelled")
	assert.NoError(b.t, b.add(6, 42, 50), "its place is free again")
	execute(b.t, b.r, "PRAGMA ignore_check_constraints=0")
	assertRaised(b.t, b.insert("INSERT", 7, 70, 60, map[string]string{"state": "'active'"}), "until_at >= from_at")
}

func otherKeys(b bench) {
	key := periodTables[b.table]
	require.NoError(b.t, b.add(1, 10, 20))
	for i, c := range b.columns {
		if c.name == "membership_id" || slices.Contains(key, c.name) {
			continue // a grant's membership must exist: another trigger's business
		}
		assertRaised(b.t, b.insert("INSERT", 100+i, 12, 18, map[string]string{c.name: c.other}), "period.overlap")
	}
	for i, c := range b.columns {
		if !slices.Contains(key, c.name) {
			continue
		}
		assert.NoError(b.t, b.insert("INSERT", 200+i, 12, 18, map[string]string{c.name: c.other}), "%s: another key", c.name)
		if c.nullable {
			assert.NoError(b.t, b.insert("INSERT", 300+i, 12, 18, map[string]string{c.name: "NULL"}), "%s: none is another key", c.name)
			assertRaised(b.t, b.insert("INSERT", 400+i, 13, 14, map[string]string{c.name: "NULL"}), "period.overlap")
		}
	}
}

func writtenOnce(b bench) {
	require.NoError(b.t, b.add(1, 10, 20))

	others := map[string]string{"id": "77", "from_at": "11"}
	for _, c := range b.columns {
		others[c.name] = c.other
		if c.nullable && c.value != "NULL" {
			assertRaised(b.t, b.run("UPDATE "+b.table+" SET "+c.name+" = NULL WHERE id = 1"), "period.immutable")
		}
	}
	for name, value := range others {
		assertRaised(b.t, b.run("UPDATE "+b.table+" SET "+name+" = "+value+" WHERE id = 1"), "period.immutable")
		assert.Error(b.t, b.run("UPDATE "+b.table+" SET until_at = 25, "+name+" = "+value+" WHERE id = 1"), "%s, with until", name)
	}
	assert.NoError(b.t, b.run("UPDATE "+b.table+" SET until_at = 25 WHERE id = 1"), "until alone may change")
}

func kept(b bench) {
	require.NoError(b.t, b.add(1, 10, 20))
	require.NoError(b.t, b.add(2, 30, 30))

	assertRaised(b.t, b.run("DELETE FROM "+b.table+" WHERE id = 1"), "period.immutable")
	assertRaised(b.t, b.run("DELETE FROM "+b.table+" WHERE id = 2"), "period.immutable")
	assertRaised(b.t, b.run("DELETE FROM "+b.table), "period.immutable")
}

// The program's own connections: a REPLACE deletes as well, and SQLite runs its DELETE triggers with recursive_triggers alone.
func TestReplaceRefuses(t *testing.T) {
	d, _ := dbtest.Open(t)
	ada, bob := addUser(t, d, "ada@example.org"), addUser(t, d, "bob@example.org")
	note(t, d)
	note(t, d)
	state := func(tx *db.Tx) (int64, error) {
		return tx.OpenUserState(t.Context(), sqlc.OpenUserStateParams{UserID: ada, State: "active", FromAt: 10, UntilAt: 20, OpenedBy: 1})
	}
	var id int64
	require.NoError(t, d.Write(t.Context(), func(tx *db.Tx) (err error) { id, err = state(tx); return err }))

	for name, statement := range map[string]string{
		"period":  fmt.Sprintf("INSERT OR REPLACE INTO user_states (id, user_id, state, from_at, until_at, opened_by) VALUES (%d, %d, 'active', 10, 20, 1)", id, bob),
		"journal": "INSERT OR REPLACE INTO journal SELECT seq, at, 99, session, action, object_kind, object_id, structure_id, person_id, details, prev, hash FROM journal WHERE seq = 1",
	} {
		t.Run(name, func(t *testing.T) {
			assert.Error(t, d.Write(t.Context(), func(tx *db.Tx) error { return tx.Exec(t.Context(), statement) }))
		})
	}
}

func TestRaised(t *testing.T) {
	d, _ := dbtest.Open(t)
	ada := addUser(t, d, "ada@example.org")
	p := sqlc.OpenUserStateParams{UserID: ada, State: "active", FromAt: 10, UntilAt: 20, OpenedBy: 1}

	err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.OpenUserState(t.Context(), p)
		require.NoError(t, err)
		_, err = tx.OpenUserState(t.Context(), p)
		return err
	})

	name, raised := db.Raised(err)
	assert.True(t, raised)
	assert.Equal(t, "period.overlap", name)
	_, raised = db.Raised(io.EOF)
	assert.False(t, raised)
	_, raised = db.Raised(nil)
	assert.False(t, raised)
}

func TestJournalIsNeverChanged(t *testing.T) {
	d, _ := dbtest.Open(t)
	require.NoError(t, d.Write(t.Context(), func(tx *db.Tx) error {
		return journal.Record(t.Context(), tx, nil, journal.Entry{Action: "test.done", Kind: "test", Values: map[string]string{"name": "Ada"}})
	}))
	refused := []string{"DELETE FROM journal", "DELETE FROM journal_values", "DELETE FROM journal_values WHERE seq = 1",
		"UPDATE journal_values SET value = 'Bob'", "UPDATE journal_values SET value = ''", "UPDATE journal_values SET salt = x''",
		"UPDATE journal_values SET field = 'other'", "UPDATE journal_values SET seq = 2", "UPDATE journal_values SET value = '', salt = x'', field = 'other'"}
	for _, c := range columns(t, raw(t, d.Path()), "journal") {
		refused = append(refused, "UPDATE journal SET "+c.name+" = "+c.other)
	}

	for _, statement := range refused {
		t.Run(statement, func(t *testing.T) {
			err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.Exec(t.Context(), statement) })

			name, raised := db.Raised(err)
			assert.True(t, raised, "%v", err)
			assert.Equal(t, "journal.immutable", name)
		})
	}
	blank := func(tx *db.Tx) error { return tx.Exec(t.Context(), "UPDATE journal_values SET value = '', salt = x''") }
	assert.NoError(t, d.Write(t.Context(), blank), "blanking is how a person is erased")
}

// leaves reports whether any file of a folder holds a text, as found by a plain search of bytes.
func leaves(t *testing.T, folder, text string) bool {
	t.Helper()
	found := false
	require.NoError(t, filepath.WalkDir(folder, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		found = found || bytes.Contains(b, []byte(text))
		return err
	}))
	return found
}

// A blanked value is gone from the closed file's bytes: secure_delete.
func TestBlankingLeavesNoBytes(t *testing.T) {
	folder := t.TempDir()
	secret := "canari-" + hex.EncodeToString([]byte(t.Name()))
	d := open(t, folder, time.Now)
	require.NoError(t, d.Write(t.Context(), func(tx *db.Tx) error {
		return journal.Record(t.Context(), tx, nil, journal.Entry{Action: "test.done", Kind: "test", Values: map[string]string{"name": secret}})
	}))
	require.True(t, leaves(t, folder, secret))
	require.NoError(t, d.Write(t.Context(), func(tx *db.Tx) error {
		return tx.Exec(t.Context(), "UPDATE journal_values SET value = '', salt = x''")
	}))

	require.NoError(t, d.Close())

	assert.False(t, leaves(t, folder, secret))
}

//go:build unix

package db_test

import (
	"context"
	"database/sql"
	"encoding/binary"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
)

// journals are rollback journals of another database, as a crash leaves them.
func journals(t *testing.T) map[string][]byte {
	t.Helper()
	head := make([]byte, 512)
	copy(head, []byte{0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7})
	for at, value := range map[int]uint32{8: 0, 12: 1, 16: 3, 20: 512, 24: 4096} { // no page, a nonce, a database of three pages, sector, page
		binary.BigEndian.PutUint32(head[at:], value)
	}
	other := filepath.Join(t.TempDir(), "other.db")
	r, err := sql.Open("sqlite", "file:"+other+"?_pragma=cache_size(2)&_pragma=journal_mode(DELETE)")
	require.NoError(t, err)
	r.SetMaxOpenConns(1)
	execute(t, r, "CREATE TABLE a(x)", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<3000) INSERT INTO a SELECT hex(randomblob(100)) FROM n",
		"BEGIN", "UPDATE a SET x = hex(randomblob(100))")
	whole, err := os.ReadFile(other + "-journal")
	require.NoError(t, err)
	execute(t, r, "ROLLBACK")
	require.NoError(t, r.Close())
	return map[string][]byte{"a header": head, "a whole one": whole, "a text": []byte("something of a file that is gone")}
}

// TestOpenRefusesARollbackJournal: issue A1. Habilis leaves none: one that lies beside the file, or without it, is another program's, and would be played in.
func TestOpenRefusesARollbackJournal(t *testing.T) {
	for name, journal := range journals(t) {
		for where, folder := range map[string]string{"beside the file": made(t), "alone": t.TempDir()} {
			t.Run(name+", "+where, func(t *testing.T) {
				require.NoError(t, os.WriteFile(fileIn(folder)+"-journal", journal, 0o600))
				before := tree(t, folder)

				_, err := db.Open(t.Context(), folder, "test", time.Now)

				assert.Equal(t, "file.journal_foreign", unusable(t, err))
				assert.Equal(t, before, tree(t, folder))
			})
		}
	}
}

// TestOpenFollowsNoLinkBesideTheFile: issue H6. Whoever may write into the folder has nothing written over elsewhere.
func TestOpenFollowsNoLinkBesideTheFile(t *testing.T) {
	for _, end := range []string{".holder", ".lock", "-shm", "-wal", "-journal", ".new"} {
		for name, plant := range map[string]func(path string) error{
			"a link": func(path string) error { return os.Symlink(filepath.Join(filepath.Dir(path), "precious"), path) },
			"a pipe": func(path string) error { return syscall.Mkfifo(path, 0o600) },
		} {
			t.Run(name+" for "+end, func(t *testing.T) {
				folder := made(t)
				precious := filepath.Join(folder, "precious")
				require.NoError(t, os.WriteFile(precious, []byte("precious"), 0o644)) //nolint:gosec // somebody's own
				_ = os.Remove(fileIn(folder) + end)
				require.NoError(t, plant(fileIn(folder)+end))

				_, err := db.Open(t.Context(), folder, "test", time.Now)

				assert.Equal(t, "file.foreign", unusable(t, err))
				text, err := os.ReadFile(precious)
				require.NoError(t, err)
				assert.Equal(t, "precious", string(text))
				info, err := os.Stat(precious)
				require.NoError(t, err)
				assert.Equal(t, os.FileMode(0o644), info.Mode().Perm())
			})
		}
	}
}

// TestOpenKeepsAHardLinkToOneProgram: issue H6. A file with two names has two locks and two logs; it is held all the same.
func TestOpenKeepsAHardLinkToOneProgram(t *testing.T) {
	folder, other := made(t), t.TempDir()
	require.NoError(t, os.Link(fileIn(folder), fileIn(other)))
	one := open(t, folder, time.Now)
	require.NoError(t, line(one))

	_, err := db.Open(t.Context(), other, "test", time.Now)

	assert.Equal(t, "file.held_elsewhere", unusable(t, err))
	require.NoError(t, line(one))
	require.NoError(t, one.Close())
	require.NoError(t, line(open(t, other, time.Now)), "once it is given back")
}

// TestOpenThrowsAwayItsOwnAlone: issue H5. What an unclean end left on its way out goes; what somebody keeps in a folder of that name stays.
func TestOpenThrowsAwayItsOwnAlone(t *testing.T) {
	for name, linked := range map[string]bool{"in the data folder": false, "where a link leads": true} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			home := folder
			if linked {
				home = filepath.Join(t.TempDir(), "a [folder]*")
				require.NoError(t, os.Mkdir(home, 0o700))
				require.NoError(t, os.Rename(fileIn(made(t)), fileIn(home)))
				require.NoError(t, os.Symlink(fileIn(home), fileIn(folder)))
			}
			files := map[string]bool{
				"tmp/letter.odt": true, "tmp/sub/export-1": true, ".proof-of-payment/scan.pdf": true, "tmp/export-12": false, "tmp/excelize-7": false,
				".proof-12345/both.db": false, ".proof-12345/alone.db-wal": false,
			}
			for f := range files {
				require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(home, f)), 0o700))
				require.NoError(t, os.WriteFile(filepath.Join(home, f), []byte("x"), 0o600))
			}

			open(t, folder, time.Now)

			for f, stays := range files {
				_, err := os.Stat(filepath.Join(home, f))
				assert.Equal(t, stays, err == nil, f)
			}
			assert.NoDirExists(t, filepath.Join(home, ".proof-12345"))
		})
	}
}

// TestStartOverThrowsAwayWhatItIs: issue H6. A file that was put in the place of the example stays.
func TestStartOverThrowsAwayWhatItIs(t *testing.T) {
	folder, other := t.TempDir(), made(t)
	d := open(t, folder, time.Now)
	require.NoError(t, setUpFirm(t.Context(), d, "Exemple"))
	before, err := os.ReadFile(fileIn(other))
	require.NoError(t, err)
	require.NoError(t, os.Rename(fileIn(other), fileIn(folder)))

	err = d.StartOver(t.Context())

	assert.Equal(t, "file.replaced", unusable(t, err))
	after, err := os.ReadFile(fileIn(folder))
	require.NoError(t, err)
	assert.Equal(t, before, after)
}

// TestStartOverThatFails: what is asked afterwards is refused in words.
func TestStartOverThatFails(t *testing.T) {
	folder := t.TempDir()
	d := open(t, folder, time.Now)
	require.NoError(t, setUpFirm(t.Context(), d, "Exemple"))
	require.NoError(t, os.MkdirAll(filepath.Join(fileIn(folder)+".new", "x"), 0o700))

	require.Error(t, d.StartOver(t.Context()))

	assert.Equal(t, "file.replaced", unusable(t, d.Read(t.Context(), func(*db.Tx) error { return nil })))
	assert.Equal(t, "file.replaced", unusable(t, line(d)))
}

// TestReadersNeverWaitForOneAnother: issue G. As many readers as there are connections, each the first to ask a list's question, are all answered.
func TestReadersNeverWaitForOneAnother(t *testing.T) {
	d := open(t, made(t), time.Now)
	const many = 64
	in, all, done := make(chan struct{}, many), make(chan struct{}), make(chan error, many)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	for range many {
		go func() {
			done <- d.Read(ctx, func(tx *db.Tx) error {
				in <- struct{}{}
				<-all
				rows, err := tx.Select(ctx, "SELECT id FROM users ORDER BY id DESC")
				if err != nil {
					return err
				}
				return rows.Close()
			})
		}()
	}
	for range many {
		<-in
	}
	close(all)
	for i := range many {
		select {
		case err := <-done:
			require.NoError(t, err)
		case <-time.After(30 * time.Second):
			require.Fail(t, "they wait for one another", "%d of %d", many-i, many)
		}
	}
}

// TestWhatWasAcknowledgedIsThere: issue H6. Whatever is done to what stands beside the file, a write is refused or there afterwards.
func TestWhatWasAcknowledgedIsThere(t *testing.T) {
	for name, take := range map[string]func(t *testing.T, path string){
		"the index deleted": func(t *testing.T, path string) { require.NoError(t, os.Remove(path+"-shm")) },
		"the log cut":       func(t *testing.T, path string) { require.NoError(t, os.Truncate(path+"-wal", 0)) },
		"the log replaced by a copy": func(t *testing.T, path string) {
			text, err := os.ReadFile(path + "-wal")
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path+"-wal2", text, 0o600))
			require.NoError(t, os.Rename(path+"-wal2", path+"-wal"))
		},
		"the file cut":         func(t *testing.T, path string) { require.NoError(t, os.Truncate(path, 4096)) },
		"made readable by all": func(t *testing.T, path string) { require.NoError(t, os.Chmod(path, 0o644)) }, //nolint:gosec // the point
		"the lock deleted":     func(t *testing.T, path string) { require.NoError(t, os.Remove(path+".lock")) },
	} {
		t.Run(name, func(t *testing.T) {
			folder := made(t)
			d := open(t, folder, time.Now)
			require.NoError(t, line(d))
			addUser(t, d, "before@example.org")

			take(t, fileIn(folder))
			failed := d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := tx.AddUser(t.Context(), user("after@example.org"))
				return err
			})

			if second, err := db.Open(t.Context(), folder, "test", time.Now); assert.Error(t, err, "one program at a time") == false {
				require.NoError(t, second.Close())
			}
			_ = d.Close()
			if failed == nil {
				assert.True(t, hasUser(t, open(t, folder, time.Now), "after@example.org"), "acknowledged")
			}
		})
	}
}

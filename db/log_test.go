package db_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/internal/fault"
)

// settle brings everything into the main file: what is written next begins a new log.
func settle(t *testing.T, d *db.DB) {
	t.Helper()
	r := raw(t, d.Path())
	var busy, pages, moved int
	require.NoError(t, r.QueryRow("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved))
	require.Zero(t, busy)
	require.NoError(t, r.Close())
}

// beside puts the main file of one folder and the log of another into a new one, as they are while both are open.
func beside(t *testing.T, main, log string) string {
	t.Helper()
	folder := t.TempDir()
	for end, from := range map[string]string{"": main, "-wal": log} {
		text, err := os.ReadFile(fileIn(from) + end)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(fileIn(folder)+end, text, 0o600))
	}
	return folder
}

// TestOpenRefusesALogOfAnotherState: a log is taken over by the very state of the file that it was begun on, or that holds some of it already; never by
// another file, an older or a later copy, or a copy whose pages stand elsewhere, though no line of the journal tells them apart.
func TestOpenRefusesALogOfAnotherState(t *testing.T) {
	folder := t.TempDir()
	d := open(t, folder, time.Now)
	addUser(t, d, "ada@example.org") // without a line of the journal
	settle(t, d)
	older := beside(t, folder, folder)
	addUser(t, d, "bea@example.org")
	settle(t, d)
	began := beside(t, folder, folder)
	addUser(t, d, "cleo@example.org")
	middle := t.TempDir()
	require.NoError(t, d.Snapshot(t.Context(), fileIn(middle)))
	addUser(t, d, "dora@example.org")
	log := beside(t, folder, folder)
	other, fresh := made(t), t.TempDir()
	require.NoError(t, open(t, fresh, time.Now).Close())
	settle(t, d)
	addUser(t, d, "elsa@example.org")
	settle(t, d)
	later := beside(t, folder, folder)

	for name, main := range map[string]string{
		"an older copy": older, "a later copy": later, "a whole copy made meanwhile": middle, "another file": other, "a file just made": fresh,
	} {
		t.Run(name, func(t *testing.T) {
			mixed := beside(t, main, log)
			before, err := os.ReadFile(fileIn(mixed))
			require.NoError(t, err)

			x, err := db.Open(t.Context(), mixed, "test", time.Now)

			if x != nil {
				_ = x.Close()
			}
			assert.True(t, fault.Is(err, fault.Unusable), "%v", err)
			after, err := os.ReadFile(fileIn(mixed))
			require.NoError(t, err)
			assert.Equal(t, before, after, "nothing of it was altered")
		})
	}
	for name, main := range map[string]string{"as it was begun on": began, "moved together": log} {
		t.Run(name, func(t *testing.T) {
			x := open(t, beside(t, main, log), time.Now)

			r := raw(t, x.Path())
			var users int
			var verdict string
			require.NoError(t, r.QueryRow("SELECT count(*) FROM users").Scan(&users))
			require.NoError(t, r.QueryRow("PRAGMA integrity_check").Scan(&verdict))
			assert.Equal(t, 4, users)
			assert.Equal(t, "ok", verdict)
		})
	}
}

// TestOpenRefusesWhatIsNoLog: what stands in the log's place without being one, or with a damaged head, is kept as it is, and the file too. Zeros are what a
// computer leaves that lost its power: nothing acknowledged is in them.
func TestOpenRefusesWhatIsNoLog(t *testing.T) {
	folder := t.TempDir()
	d := open(t, folder, time.Now)
	addUser(t, d, "ada@example.org")
	for name, x := range map[string]struct {
		alter func(log []byte) []byte
		opens bool
	}{
		"another text":              {func([]byte) []byte { return []byte("Ceci n’est pas un journal d’écriture, mais une note.") }, false},
		"a head with a wrong digit": {func(log []byte) []byte { log[17]++; return log }, false},
		"a head of zeros":           {func(log []byte) []byte { copy(log, make([]byte, 32)); return log }, true},
		"a head cut short":          {func(log []byte) []byte { return log[:31] }, true},
	} {
		t.Run(name, func(t *testing.T) {
			mixed := beside(t, folder, folder)
			file, err := os.ReadFile(fileIn(mixed))
			require.NoError(t, err)
			log, err := os.ReadFile(fileIn(mixed) + "-wal")
			require.NoError(t, err)
			log = x.alter(log)
			require.NoError(t, os.WriteFile(fileIn(mixed)+"-wal", log, 0o600))

			o, err := db.Open(t.Context(), mixed, "test", time.Now)

			if x.opens {
				require.NoError(t, err)
				require.NoError(t, o.Close())
				return
			}
			assert.True(t, fault.Is(err, fault.Unusable), "%v", err)
			for end, was := range map[string][]byte{"": file, "-wal": log} {
				is, err := os.ReadFile(fileIn(mixed) + end)
				require.NoError(t, err)
				assert.Equal(t, was, is, "nothing of habilis.db%s was altered", end)
			}
		})
	}
}

// TestOpenRefusesALinkToNothing: a link whose file is gone is not replaced by a new file: the log may still lie beside what it named.
func TestOpenRefusesALinkToNothing(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.Symlink(fileIn(t.TempDir()), fileIn(folder)))

	_, err := db.Open(t.Context(), folder, "test", time.Now)

	assert.True(t, fault.Is(err, fault.Unusable), "%v", err)
	info, err := os.Lstat(fileIn(folder))
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeSymlink, "the link is left")
}

// TestWriteRefusesALogThatIsGone: what is written into a log that was deleted would be acknowledged and lost.
func TestWriteRefusesALogThatIsGone(t *testing.T) {
	folder := made(t)
	d := open(t, folder, time.Now)
	require.NoError(t, os.Remove(fileIn(folder)+"-wal"))
	require.NoError(t, os.Remove(fileIn(folder)+"-shm"))

	err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.AddUser(t.Context(), user("bea@example.org"))
		return err
	})

	assert.True(t, fault.Is(err, fault.Unusable), "%v", err)
}

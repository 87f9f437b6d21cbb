//go:build unix

package db_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/internal/fault"
	"habilis/internal/journal"
)

// wide makes new files and folders as open to others as a program may ask for, until the test ends.
func wide(t *testing.T) {
	t.Helper()
	before := syscall.Umask(0)
	t.Cleanup(func() { syscall.Umask(before) })
}

// line writes one line of the journal, or fails.
func line(d *db.DB) error {
	return d.Write(context.Background(), func(tx *db.Tx) error {
		return journal.Record(context.Background(), tx, nil, journal.Entry{Action: "test.line", Kind: "test"})
	})
}

// exposed lists what others may read or write in a folder.
func exposed(t *testing.T, folder string) []string {
	t.Helper()
	list := []string{}
	require.NoError(t, filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		require.NoError(t, err)
		if info, err := e.Info(); err == nil && path != folder && info.Mode().Perm()&0o077 != 0 {
			list = append(list, e.Name()+" "+info.Mode().String())
		}
		return nil
	}))
	return list
}

// TestOpenKeepsOthersOut: issue H6. The file, its log, its index and its copies are 0600, whatever the folder and the umask.
func TestOpenKeepsOthersOut(t *testing.T) {
	for name, mode := range map[string]os.FileMode{"a private folder": 0o700, "an open folder": 0o777, "a readable folder": 0o755} {
		t.Run(name, func(t *testing.T) {
			// given a folder, and a umask that hides nothing
			wide(t)
			folder := filepath.Join(t.TempDir(), "data")
			require.NoError(t, os.Mkdir(folder, mode))

			// when a new file is made, written and copied
			d := open(t, folder, time.Now)
			require.NoError(t, line(d))
			require.NoError(t, d.Snapshot(t.Context(), filepath.Join(folder, "copy.db")))

			// then nobody else may read anything, nor once it is opened again
			assert.FileExists(t, fileIn(folder)+"-wal")
			assert.Empty(t, exposed(t, folder))
			require.NoError(t, d.Close())
			assert.Empty(t, exposed(t, folder))
		})
	}
	t.Run("a folder that is not there yet", func(t *testing.T) {
		wide(t)
		folder := filepath.Join(t.TempDir(), "a", "b")
		open(t, folder, time.Now)
		info, err := os.Stat(folder)
		require.NoError(t, err)
		assert.Zero(t, info.Mode().Perm()&0o077)
	})
}

// TestOpenClosesWhatWasOpen: a file that others could read is theirs no more once it has been opened.
func TestOpenClosesWhatWasOpen(t *testing.T) {
	for _, mode := range []os.FileMode{0o644, 0o666, 0o640, 0o660} {
		t.Run(mode.String(), func(t *testing.T) {
			wide(t)
			folder := made(t)
			require.NoError(t, os.Chmod(fileIn(folder), mode))

			d := open(t, folder, time.Now)
			require.NoError(t, line(d))

			assert.Empty(t, exposed(t, folder))
		})
	}
}

// gone are what happens to a file under the program that holds it.
var gone = map[string]func(t *testing.T, folder string){
	"deleted": func(t *testing.T, folder string) { require.NoError(t, os.Remove(fileIn(folder))) },
	"moved away": func(t *testing.T, folder string) {
		require.NoError(t, os.Rename(fileIn(folder), filepath.Join(t.TempDir(), "away.db")))
	},
	"replaced by an older copy": func(t *testing.T, folder string) {
		text, err := os.ReadFile(fileIn(folder))
		require.NoError(t, err)
		other := filepath.Join(folder, "other")
		require.NoError(t, os.WriteFile(other, text, 0o600))
		require.NoError(t, os.Rename(other, fileIn(folder)))
	},
	"replaced by another": func(t *testing.T, folder string) {
		require.NoError(t, os.Rename(fileIn(made(t)), fileIn(folder)))
	},
	"its folder moved away": func(t *testing.T, folder string) { require.NoError(t, os.Rename(folder, folder+" 2")) },
	"a link to another": func(t *testing.T, folder string) {
		require.NoError(t, os.Remove(fileIn(folder)))
		require.NoError(t, os.Symlink(fileIn(made(t)), fileIn(folder)))
	},
	"written over by another": func(t *testing.T, folder string) {
		text, err := os.ReadFile(fileIn(made(t)))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(fileIn(folder), text, 0o600)) // in its place: the same file to the system
	},
	"written over by nothing": func(t *testing.T, folder string) { require.NoError(t, os.Truncate(fileIn(folder), 0)) },
	"its log deleted":         func(t *testing.T, folder string) { require.NoError(t, os.Remove(fileIn(folder)+"-wal")) },
}

// TestWriteRefusesAFileThatIsGone: issue H6. A file replaced or deleted under the program is noticed before the next commit:
// nothing is acknowledged into a file that is gone.
func TestWriteRefusesAFileThatIsGone(t *testing.T) {
	for name, take := range gone {
		t.Run(name, func(t *testing.T) {
			// given a file that is open and was written
			folder := filepath.Join(t.TempDir(), "data")
			require.NoError(t, os.Rename(made(t), folder))
			d := open(t, folder, time.Now)
			require.NoError(t, line(d))

			// when it is taken away
			take(t, folder)

			// then no write is acknowledged, and the reason is told
			for range 2 {
				err := line(d)
				require.Error(t, err)
				assert.True(t, fault.Is(err, fault.Unusable), "%v", err)
			}
		})
	}
}

// TestWriteRefusesAnOlderState: issue H6. An older copy of the very file, written over it in its place, is noticed as well; its own state is not.
func TestWriteRefusesAnOlderState(t *testing.T) {
	for name, older := range map[string]bool{"an older copy": true, "a copy of now": false} {
		t.Run(name, func(t *testing.T) {
			// given a file whose writes have left its log
			folder := made(t)
			old, err := os.ReadFile(fileIn(folder))
			require.NoError(t, err)
			d := open(t, folder, time.Now)
			require.NoError(t, line(d))
			settle(t, d)
			require.NoError(t, line(d))
			now, err := os.ReadFile(fileIn(folder))
			require.NoError(t, err)
			require.NotEqual(t, old, now)

			// when a copy is written over it
			if !older {
				old = now
			}
			require.NoError(t, os.WriteFile(fileIn(folder), old, 0o600))

			// then
			for range 2 {
				assert.Equal(t, older, line(d) != nil)
			}
		})
	}
}

// TestOpenFollowsALink: a symlinked file is locked where it is: two programs never hold one file under two names.
func TestOpenFollowsALink(t *testing.T) {
	for name, link := range map[string]func(t *testing.T, folder, other string){
		"a link to the file": func(t *testing.T, folder, other string) {
			require.NoError(t, os.Mkdir(other, 0o700))
			require.NoError(t, os.Symlink(fileIn(folder), fileIn(other)))
		},
		"a link to a link": func(t *testing.T, folder, other string) {
			require.NoError(t, os.Mkdir(other, 0o700))
			require.NoError(t, os.Symlink(fileIn(folder), filepath.Join(other, "between")))
			require.NoError(t, os.Symlink("between", fileIn(other)))
		},
		"a link to the folder": func(t *testing.T, folder, other string) { require.NoError(t, os.Symlink(folder, other)) },
	} {
		for _, first := range []string{"the file", "the link"} {
			t.Run(name+", "+first+" first", func(t *testing.T) {
				// given one file with two names, one of them in use
				folder, other := made(t), filepath.Join(t.TempDir(), "other")
				link(t, folder, other)
				one, two := folder, other
				if first == "the link" {
					one, two = other, folder
				}
				d := open(t, one, time.Now)
				require.NoError(t, line(d))

				// when it is opened by the other
				second, err := db.Open(t.Context(), two, "test", time.Now)
				if err == nil {
					t.Cleanup(func() { _ = second.Close() })
				}

				// then it is held
				require.Error(t, err)
				assert.Equal(t, "file.held", unusable(t, err))
			})
		}
	}
}

// TestOpenDoesNotHang: issue H11. What is no file is refused at once, and left as it is.
func TestOpenDoesNotHang(t *testing.T) {
	for name, end := range map[string]string{"the file": "", "its log": "-wal", "the lock": ".lock", "the holder's note": ".holder"} {
		t.Run(name, func(t *testing.T) {
			// given a pipe in the place of what Habilis opens
			folder, err := os.MkdirTemp("", "pipe") // not the test's own: what hangs would keep it from going
			require.NoError(t, err)
			t.Cleanup(func() { _ = os.RemoveAll(folder) })
			require.NoError(t, os.Rename(fileIn(made(t)), fileIn(folder)))
			path := fileIn(folder) + end
			_ = os.Remove(path) // the log and the note go with the program
			require.NoError(t, syscall.Mkfifo(path, 0o600))
			answered := make(chan error, 1)

			// when it is opened
			go func() {
				d, err := db.Open(context.Background(), folder, "test", time.Now)
				if err == nil {
					err = d.Close()
				}
				answered <- err
			}()

			// then it is refused, with a reason
			select {
			case err := <-answered:
				if end == "" {
					assert.NotEmpty(t, unusable(t, err))
				}
			case <-time.After(5 * time.Second):
				t.Error("it hangs") // and its goroutine waits until the tests end
			}
		})
	}
}

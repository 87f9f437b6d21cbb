//go:build unix

package bridge_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSaveAsOtherPrograms: issue C3. A saved file has the permissions that the system's mask leaves, or those of the file that it takes the place of; it goes
// where links lead, and what may not be written, or is no file, stays as it is.
func TestSaveAsOtherPrograms(t *testing.T) {
	w := build(t)
	dir := t.TempDir()
	long := strings.Repeat("x", 251) + ".csv" // the longest that systems take: nothing beside it has a longer one
	masked := func(mask int) func(t *testing.T, path string) {
		return func(t *testing.T, _ string) {
			before := syscall.Umask(mask)
			t.Cleanup(func() { syscall.Umask(before) })
		}
	}
	there := func(mode os.FileMode) func(t *testing.T, path string) {
		return func(t *testing.T, path string) {
			require.NoError(t, os.WriteFile(path, []byte("before"), 0o600))
			require.NoError(t, os.Chmod(path, mode))
		}
	}
	leads := func(to string) func(t *testing.T, path string) {
		return func(t *testing.T, path string) { require.NoError(t, os.Symlink(to, path)) }
	}
	for name, x := range map[string]struct {
		path    string
		given   func(t *testing.T, path string)
		written string // where it is; none where it is refused
		mode    os.FileMode
	}{
		"a mask of 022":              {"a.csv", masked(0o022), "a.csv", 0o644},
		"a mask of 077":              {"b.csv", masked(0o077), "b.csv", 0o600},
		"a mask of 002, a long name": {long, masked(0o002), long, 0o664},
		"no mask":                    {"c.csv", masked(0), "c.csv", 0o666},
		"a file of the group":        {"d.csv", there(0o640), "d.csv", 0o640},
		"a file of everybody":        {"e.csv", there(0o666), "e.csv", 0o666},
		"a link to nothing":          {"f.csv", leads("f-2.csv"), "f-2.csv", 0o644},
		"a link to a link to nothing": {"g.csv", func(t *testing.T, path string) {
			leads("g-2.csv")(t, path)
			leads("g-3.csv")(t, filepath.Join(dir, "g-2.csv"))
		}, "g-3.csv", 0o644},
		"a link to a file": {"h.csv", func(t *testing.T, path string) {
			there(0o640)(t, filepath.Join(dir, "h-2.csv"))
			leads("h-2.csv")(t, path)
		}, "h-2.csv", 0o640},
		"a link that leads round":  {"i.csv", leads("i.csv"), "", 0},
		"a link into no folder":    {"j.csv", leads("none/j.csv"), "", 0},
		"a file that is only read": {"k.csv", there(0o444), "", 0},
		"a link to one": {"l.csv", func(t *testing.T, path string) {
			there(0o400)(t, filepath.Join(dir, "l-2.csv"))
			leads("l-2.csv")(t, path)
		}, "", 0},
		"a pipe":   {"m.csv", func(t *testing.T, path string) { require.NoError(t, syscall.Mkfifo(path, 0o600)) }, "", 0},
		"a folder": {"n.csv", func(t *testing.T, path string) { require.NoError(t, os.Mkdir(path, 0o700)) }, "", 0},
		"a link upwards through a link": {"o.csv", func(t *testing.T, path string) {
			require.NoError(t, os.MkdirAll(filepath.Join(dir, "p", "q"), 0o700))
			leads(filepath.Join("p", "q"))(t, filepath.Join(dir, "r"))
			leads("../o-2.csv")(t, filepath.Join(dir, "p", "q", "o-3.csv"))
			leads("r/o-3.csv")(t, path)
		}, "p/o-2.csv", 0o644},
	} {
		t.Run(name, func(t *testing.T) {
			masked(0o022)(t, "")
			path := filepath.Join(dir, x.path)
			x.given(t, path)
			before, err := os.Lstat(path)
			w.admin.SaveBy(func(string) (string, error) { return path, nil })
			t.Cleanup(func() { w.admin.SaveBy(nil) })

			_, failure := w.invoke(w.admin, "Files.Save", w.offered(w.admin).Handle)

			if x.written == "" {
				assert.Contains(t, failure, "file.read_only")
				after, err := os.Lstat(path)
				require.NoError(t, err)
				assert.Equal(t, before.Mode(), after.Mode())
				assert.True(t, os.SameFile(before, after))
				return
			}
			assert.Empty(t, failure)
			text, failed := os.ReadFile(filepath.Join(dir, x.written))
			require.NoError(t, failed)
			assert.Contains(t, string(text), canary("alpha"))
			info, failed := os.Stat(filepath.Join(dir, x.written))
			require.NoError(t, failed)
			assert.Equal(t, x.mode, info.Mode())
			if err == nil {
				after, failed := os.Lstat(path)
				require.NoError(t, failed)
				assert.Equal(t, before.Mode().Type(), after.Mode().Type(), "a link stays one")
			}
		})
	}
	left, err := filepath.Glob(filepath.Join(dir, ".habilis-*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

//go:build linux

package attack_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// broad is a firm with so many structures that no network's own buffers hold an export of them.
func broad(t *testing.T) *site {
	t.Helper()
	s := firmOf(t)
	s.structure("alpha")
	names, values := []string{}, []string{}
	for _, name := range s.column("SELECT name FROM pragma_table_info('structures')") {
		names = append(names, name)
		switch name {
		case "id":
			values = append(values, "NULL")
		case "uid":
			values = append(values, "randomblob(16)")
		case "identifier":
			values = append(values, "'N' || n")
		case "label", "town":
			values = append(values, "hex(randomblob(8000))")
		default:
			values = append(values, name)
		}
	}
	s.exec("WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 1000) INSERT INTO structures (" +
		strings.Join(names, ", ") + ") SELECT " + strings.Join(values, ", ") + " FROM structures, many WHERE id = 1")
	return s
}

// whole is an export of all the structures: some 32 MB.
func whole(format string) object {
	return object{"wanted": object{}, "format": format, "title": "Liste", "words": object{}, "columns": []object{
		{"key": "identifier", "title": "I"}, {"key": "name", "title": "N"}, {"key": "label", "title": "L"}, {"key": "town", "title": "T"},
	}}
}

// offer asks for a file and gives its handle.
func (v *visitor) offer(format string) string {
	v.t.Helper()
	return decoded[struct {
		Handle string `json:"handle"`
	}](v.t, v.must("Structures.Export", whole(format)).Result).Handle
}

// stalled is a download whose reader has read the first line and stopped.
type stalled struct {
	t      *testing.T
	conn   *net.TCPConn
	in     *bufio.Reader
	status int
}

// stall begins a download of a handle and reads no further than the status.
func (v *visitor) stall(handle string) *stalled {
	v.t.Helper()
	var dialer net.Dialer
	c, err := dialer.DialContext(v.t.Context(), "tcp", strings.TrimPrefix(v.origin, "http://"))
	require.NoError(v.t, err)
	d := &stalled{t: v.t, conn: c.(*net.TCPConn)}
	v.t.Cleanup(func() { _ = d.conn.Close() })
	require.NoError(v.t, d.conn.SetReadDeadline(time.Now().Add(time.Minute))) // of a test that hangs
	r := v.request(http.MethodGet, "/files/"+handle, nil)
	r.Header.Del(seatHeader)
	require.NoError(v.t, r.Write(d.conn))
	d.in = bufio.NewReaderSize(d.conn, 512)
	line, err := d.in.ReadString('\n')
	require.NoError(v.t, err)
	_, err = fmt.Sscanf(line, "HTTP/1.1 %d", &d.status)
	require.NoError(v.t, err, line)
	return d
}

// rest reads on to the end, and tells how much came and whether the answer was whole.
func (d *stalled) rest() (size int64, complete bool) {
	d.t.Helper()
	response, err := http.ReadResponse(bufio.NewReader(io.MultiReader(strings.NewReader(fmt.Sprintf("HTTP/1.1 %d OK\r\n", d.status)), d.in)), nil)
	require.NoError(d.t, err)
	defer response.Body.Close() //nolint:errcheck // read to its end
	size, err = io.Copy(io.Discard, response.Body)
	return size, err == nil
}

// TestAStalledReaderHoldsNoSnapshot: H5. The file is made apart from the read: while somebody's download stands still, the log
// can be written back whole, and goes on to be.
func TestAStalledReaderHoldsNoSnapshot(t *testing.T) {
	t.Parallel() // it waits most of its time
	for _, format := range []string{"csv", "xlsx"} {
		t.Run(format, func(t *testing.T) {
			// given a download that stands still
			s := broad(t)
			v := s.enter("admin")
			d := v.stall(v.offer(format))
			require.Equal(t, http.StatusOK, d.status)

			// when others write
			for i := range 5 {
				s.structure(fmt.Sprintf("new%d", i))
			}

			// then all that they wrote goes from the log into the file
			back := func() bool {
				var busy, logged, done int64
				require.NoError(t, s.raw.QueryRowContext(context.Background(), "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &logged, &done))
				return logged == done
			}
			assert.Eventually(t, back, 10*time.Second, 50*time.Millisecond)
		})
	}
}

// TestADownloadEndsWithItsSession: H5. Whoever signs out, is disabled, or may enter no more receives nothing further.
func TestADownloadEndsWithItsSession(t *testing.T) {
	t.Parallel() // it waits most of its time
	for name, end := range map[string]func(s *site, v *visitor){
		"left": func(_ *site, v *visitor) { v.must("Session.Leave") },
		"signed in as others": func(_ *site, v *visitor) {
			v.call("Session.Enter", object{"email": address("admin"), "passphrase": passphrase})
		},
		"locked out": func(s *site, _ *visitor) {
			s.submit(object{"signIn": object{"user": s.people["clerk"], "signIn": "locked"}})
		},
		"expired": func(s *site, _ *visitor) { s.clock.move(13 * time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			// given a download that stands still
			s := broad(t)
			s.person("clerk", s.choice(gestionnaire))
			v := s.enter("clerk")
			d := v.stall(v.offer("csv"))
			require.Equal(t, http.StatusOK, d.status)

			// when its session ends
			end(s, v)

			// then the rest does not come
			size, complete := d.rest()
			assert.False(t, complete, "%d bytes", size)
			assert.Less(t, size, int64(30<<20))
		})
	}
}

// TestOneDownloadForASeat: H5. One at a time at a seat, eight in all: others are told so, and those that go on do.
func TestOneDownloadForASeat(t *testing.T) {
	t.Parallel() // it waits most of its time
	s := broad(t)
	t.Run("one at a seat", func(t *testing.T) {
		v := s.enter("admin")
		first, second := v.offer("csv"), v.offer("csv")
		d := v.stall(first)
		require.Equal(t, http.StatusOK, d.status)

		assert.NotEqual(t, http.StatusOK, v.stall(second).status)
		_, complete := d.rest()
		assert.True(t, complete, "the first goes on")
	})
	t.Run("eight in all", func(t *testing.T) {
		open := 0
		for range 12 {
			v := s.enter("admin")
			if v.stall(v.offer("csv")).status == http.StatusOK {
				open++
			}
		}
		assert.Positive(t, open)
		assert.LessOrEqual(t, open, 8)
	})
}

// TestDownloadsLeaveNothingBehind: H5. What a download needs meanwhile is of the data folder, 0600 and without a name; nothing
// stands in the system's own folder of temporary files.
func TestDownloadsLeaveNothingBehind(t *testing.T) {
	for _, format := range []string{"csv", "xlsx"} {
		t.Run(format, func(t *testing.T) {
			// given a download that stands still
			spy := t.TempDir()
			t.Setenv("TMPDIR", spy)
			s := broad(t)
			v := s.enter("admin")
			d := v.stall(v.offer(format))
			require.Equal(t, http.StatusOK, d.status)

			// then no file of it has a name, wherever it is
			own := 0
			for _, folder := range []string{spy, s.folder} {
				require.NoError(t, filepath.WalkDir(folder, func(path string, e os.DirEntry, err error) error {
					require.NoError(t, err)
					if !e.IsDir() && !strings.HasPrefix(e.Name(), "habilis.db") {
						t.Errorf("%s stands there", e.Name())
					}
					if e.IsDir() && e.Name() == "tmp" {
						info, err := e.Info()
						require.NoError(t, err)
						assert.Equal(t, os.FileMode(0o700), info.Mode().Perm())
					}
					return nil
				}))
			}
			for _, fd := range descriptors(t) {
				assert.False(t, strings.HasPrefix(fd.path, spy), fd.path)
				if strings.HasPrefix(fd.path, filepath.Join(s.folder, "tmp")) {
					own++
					assert.Equal(t, os.FileMode(0o600), fd.mode.Perm())
				}
			}
			assert.Positive(t, own, "made apart, in the data folder's own tmp")

			// and none is held once the reader has gone
			require.NoError(t, d.conn.Close())
			assert.Eventually(t, func() bool {
				for _, fd := range descriptors(t) {
					if strings.HasPrefix(fd.path, spy) || strings.HasPrefix(fd.path, filepath.Join(s.folder, "tmp")) {
						return false
					}
				}
				return true
			}, 10*time.Second, 50*time.Millisecond)
		})
	}
}

// descriptor is an open file of this process.
type descriptor struct {
	path string
	mode os.FileMode
}

func descriptors(t *testing.T) []descriptor {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	var list []descriptor
	for _, e := range entries {
		path, err := os.Readlink("/proc/self/fd/" + e.Name())
		if err != nil {
			continue // closed meanwhile
		}
		if info, err := os.Stat("/proc/self/fd/" + e.Name()); err == nil {
			list = append(list, descriptor{path, info.Mode()})
		}
	}
	return list
}

// TestExportsAreOfClosedLists: H5. Columns and words are of closed lists: no message makes a file that is larger than what it
// holds.
func TestExportsAreOfClosedLists(t *testing.T) {
	s := firmOf(t)
	for i := range 20 {
		s.structure(fmt.Sprintf("s%d", i))
	}
	v := s.enter("admin")
	long := strings.Repeat("x", 900_000)
	column := object{"key": "name", "title": "N"}
	many := func(n int, c object) []object {
		list := []object{}
		for range n {
			list = append(list, c)
		}
		return list
	}
	for name, alter := range map[string]func(in object){
		"one column many times":     func(in object) { in["columns"] = many(50, column) },
		"one column twice":          func(in object) { in["columns"] = many(2, column) },
		"a word of 0.9 MB":          func(in object) { in["words"] = object{"state.active": long} },
		"a word of 200 letters":     func(in object) { in["words"] = object{"state.active": strings.Repeat("x", 200)} },
		"a word of no column":       func(in object) { in["words"] = object{"nothing.active": "x"} },
		"a word of no value":        func(in object) { in["words"] = object{"state.nothing": "x"} },
		"a word for a name":         func(in object) { in["words"] = object{"name." + canary("s1"): "x"} },
		"a column of no list":       func(in object) { in["columns"] = []object{{"key": "passphrase", "title": "P"}} },
		"a title of 0.9 MB":         func(in object) { in["title"] = long },
		"a column's title, 0.9 MB":  func(in object) { in["columns"] = []object{{"key": "name", "title": long}} },
		"words without end":         func(in object) { in["words"] = manyWords() },
		"a selection of everything": func(in object) { in["wanted"] = object{"only": make([]int64, 100_000)} },
	} {
		for _, format := range []string{"csv", "xlsx"} {
			t.Run(name+"/"+format, func(t *testing.T) {
				in := object{"wanted": object{}, "format": format, "title": "L", "words": object{},
					"columns": []object{column, {"key": "state", "title": "S"}}}
				alter(in)

				a := v.call("Structures.Export", in)

				assert.True(t, a.refused(), short(a.Text))
			})
		}
	}
	t.Run("codes", func(t *testing.T) {
		for _, words := range []object{{"commitment": "x", "nothing": "y", "other": "z"}, {"other": long}, manyWords()} {
			a := v.call("Structures.Codes", object{
				"structure": s.structures["s1"], "format": "csv", "title": "C", "columns": []string{"a", "b", "c"}, "words": words,
			})
			assert.True(t, a.refused(), short(a.Text))
		}
	})
}

func manyWords() object {
	words := object{}
	for i := range 30_000 {
		words[fmt.Sprintf("state.%d", i)] = "x"
	}
	return words
}

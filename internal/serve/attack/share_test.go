package attack_test

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/bridge"
)

// TestFilesOnTheirWayStayInside: issue H5. The folder of what leaves is made again where something took it away, and a link in its place is not followed.
func TestFilesOnTheirWayStayInside(t *testing.T) {
	for name, alter := range map[string]func(t *testing.T, tmp, spy string){
		"deleted by a cleaner": func(t *testing.T, tmp, _ string) { require.NoError(t, os.RemoveAll(tmp)) },
		"a link elsewhere": func(t *testing.T, tmp, spy string) {
			require.NoError(t, os.RemoveAll(tmp))
			require.NoError(t, os.Symlink(spy, tmp))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, spy := firmOf(t), t.TempDir()
			s.structure("alpha")
			v := s.enter("admin")
			alter(t, filepath.Join(s.folder, "tmp"), spy)

			d := v.stall(v.offer("csv"))

			assert.Equal(t, http.StatusOK, d.status)
			for _, fd := range descriptors(t) {
				assert.NotEqual(t, spy, filepath.Dir(fd.path))
			}
		})
	}
}

// TestAnExportEndsWithItsSession: issue H5. What is being made for a session that has ended is not made on.
func TestAnExportEndsWithItsSession(t *testing.T) {
	s := firmOf(t)
	s.structure("alpha")
	v := s.enter("admin")
	handle := v.offer("csv")
	s.sessions.EndAll(s.people["admin"])

	a := v.send(v.request(http.MethodGet, "/files/"+handle, nil))

	assert.Equal(t, http.StatusNotFound, a.Status)
}

// TestNobodyHoldsEveryDownload: issue H5. Eight slow readers of one person keep nobody else from their files.
func TestNobodyHoldsEveryDownload(t *testing.T) {
	t.Parallel() // it waits most of its time
	s := broad(t)
	s.person("clerk", s.choice(gestionnaire))
	refused := 0
	for range 8 {
		c := s.enter("clerk")
		if c.stall(c.offer("csv")).status == http.StatusTooManyRequests {
			refused++
		}
	}

	v := s.enter("admin")

	assert.Equal(t, 6, refused)
	assert.Equal(t, http.StatusOK, v.stall(v.offer("csv")).status)
}

// TestSaveLeavesTheFileAlone: issue H6. A file that leaves is not put over the program's own, by whatever name.
func TestSaveLeavesTheFileAlone(t *testing.T) {
	s := firmOf(t)
	s.structure("alpha")
	other := t.TempDir()
	require.NoError(t, os.Symlink(s.d.Path(), filepath.Join(other, "link.csv")))
	require.NoError(t, os.Link(s.d.Path(), filepath.Join(other, "hard.csv")))
	for _, path := range []string{
		s.d.Path(), s.d.Path() + "-wal", s.d.Path() + "-shm", s.d.Path() + ".lock", filepath.Join(s.folder, "..", filepath.Base(s.folder), "habilis.db"),
		filepath.Join(other, "link.csv"), filepath.Join(other, "hard.csv"),
	} {
		s.window.SaveBy(func(string) (string, error) { return path, nil })
		handle := decoded[bridge.File](t, s.must("Structures.Export", whole("csv"))).Handle

		_, failure := s.direct(s.window, "Files.Save", handle)

		assert.Contains(t, failure, "file.own", path)
	}
	s.must("Changes.Submit", object{"relabel": object{"structures": []int64{s.structures["alpha"]}, "add": []string{"x"}, "remove": []string{}}})
}

// TestTheFirmsLineSaysWhatChanged: issue A7. Each setting is said, with what it was; of a key that there is another.
func TestTheFirmsLineSaysWhatChanged(t *testing.T) {
	s := firmOf(t)
	settings := decoded[object](t, s.must("Firm.Settings"))
	in := object{"idleMinutes": 30, "sireneKey": "11111111-2222-3333-4444-555555555555"}
	for _, k := range []string{"name", "timeZone", "language", "version"} {
		in[k] = settings[k]
	}
	in["registry"] = "sirene"

	s.must("Changes.Submit", object{"editFirm": in})

	said := s.text("SELECT details FROM journal ORDER BY seq DESC LIMIT 1")
	for _, part := range []string{`"idleMinutes":"30"`, `"was.idleMinutes":"10"`, `"registry":"sirene"`, `"was.registry":"annuaire"`, `"sireneKey":"replaced"`} {
		assert.Contains(t, said, part)
	}
	assert.NotContains(t, said, "11111111")
}

// TestAnswersAreNotHeld: issue H5. Whoever does not read what they asked for, a script or an answer, is cut off.
func TestAnswersAreNotHeld(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits for the bound")
	}
	t.Parallel()
	s := firmOf(t)
	c, err := net.Dial("tcp", s.origin[len("http://"):])
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	require.NoError(t, c.(*net.TCPConn).SetReadBuffer(2048))
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		for { // pipelined, and never read
			if _, err := c.Write([]byte("GET /serve.js HTTP/1.1\r\nHost: " + s.origin[len("http://"):] + "\r\n\r\n")); err != nil {
				return
			}
		}
	}()

	select {
	case <-closed:
	case <-time.After(2 * time.Minute):
		assert.Fail(t, "it is held on")
	}
}

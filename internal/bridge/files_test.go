package bridge_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/bridge"
	"habilis/internal/directory"
	"habilis/internal/fault"
	"habilis/internal/list"
	"habilis/internal/profile"
	"habilis/internal/signin"
)

// offered is a file of all the structures that somebody sees.
func (w *world) offered(seat *bridge.Seat) bridge.File {
	w.t.Helper()
	return w.must(seat, "Structures.Export", exported(directory.Wanted{}, "csv")).(bridge.File)
}

// got returns what a seat gets of a file: nothing where it gets none.
func got(t *testing.T, seat *bridge.Seat, file bridge.File) string {
	t.Helper()
	o, there := seat.Take(file.Handle)
	if !there {
		return ""
	}
	var b bytes.Buffer
	if err := o.Write(&b); err != nil {
		_, told := fault.As(err)
		assert.True(t, told, "%v", err)
	}
	return b.String()
}

// TestFileIsForOneSession: a file goes once, to the session that asked for it, while that session may still see what it holds.
func TestFileIsForOneSession(t *testing.T) {
	for name, between := range map[string]func(w *world, manager *bridge.Seat){
		"somebody else at the seat": func(w *world, manager *bridge.Seat) {
			w.must(manager, "Session.Enter", signin.Credentials{Email: canary("plain") + "@exemple.example", Passphrase: passphrase})
		},
		"locked":   func(w *world, manager *bridge.Seat) { w.must(manager, "Session.Lock") },
		"left":     func(w *world, manager *bridge.Seat) { w.must(manager, "Session.Leave") },
		"idle":     func(w *world, _ *bridge.Seat) { w.clock.At = w.clock.At.Add(11 * time.Minute) },
		"expired":  func(w *world, _ *bridge.Seat) { w.clock.At = w.clock.At.Add(13 * time.Hour) },
		"detached": func(w *world, _ *bridge.Seat) { w.detach("manager", "alpha") },
		"disabled": func(w *world, _ *bridge.Seat) { w.disable("manager") },
		"signed in no more": func(w *world, _ *bridge.Seat) {
			w.submit(signin.SetSignIn{User: w.people["manager"], SignIn: "locked"})
		},
		"fetched already":     func(w *world, manager *bridge.Seat) {},
		"fetched by another":  func(w *world, manager *bridge.Seat) {},
		"signed in elsewhere": func(w *world, manager *bridge.Seat) {},
	} {
		t.Run(name, func(t *testing.T) {
			w := build(t)
			manager := w.seats["manager"]
			file := w.offered(manager)
			switch name {
			case "fetched already":
				require.Contains(t, got(t, manager, file), canary("alpha"))
			case "fetched by another":
				manager = w.seats["roomer"]
			case "signed in elsewhere":
				manager = bridge.NewSeat(w.s)
				w.must(manager, "Session.Enter", signin.Credentials{Email: canary("manager") + "@exemple.example", Passphrase: passphrase})
			}
			between(w, manager)

			assert.Empty(t, w.told(got(t, manager, file)))
		})
	}
}

// TestExportLeavesNoRowOut: a page may send the place where it stands in the list; the file still holds every row.
func TestExportLeavesNoRowOut(t *testing.T) {
	w := build(t)
	whole := w.answer(w.admin, "Structures.Export", exported(directory.Wanted{}, "csv"))

	after := list.Key{Text: canary("beta"), ID: w.structures["beta"]}.Write()

	assert.Equal(t, whole, w.answer(w.admin, "Structures.Export", exported(directory.Wanted{Query: list.Query{After: after}}, "csv")))
}

// TestExportIsLikeTheList: a file holds the rows of the list in its order, whatever it is ordered by or looks for.
func TestExportIsLikeTheList(t *testing.T) {
	w := build(t)
	for range 55 {
		n := len(w.structures)
		w.addStructure(fmt.Sprintf("o%c%d", 'a'+n%7, n))
	}
	for _, q := range []list.Query{
		{}, {Desc: true}, {Order: "label"}, {Order: "town", Desc: true}, {Order: "created"}, {Search: "zqoa"}, {Search: "zqo"}, {Search: "label"}, {Search: "zq label"}, {Search: "zqo", Order: "town"}, {Search: "former"}, {Search: "310"}, {Search: "31"}, {Search: "zzz"},
	} {
		t.Run(call(q), func(t *testing.T) {
			names := []string{}
			wanted := directory.Wanted{Query: q}
			for more := true; more; more = wanted.After != "" {
				p := w.must(w.admin, "Structures.List", wanted).(directory.Page)
				for _, r := range p.Rows {
					names = append(names, r.Name)
				}
				wanted.After = p.Next
			}
			wanted.After = ""
			in := exported(wanted, "csv")
			in.Columns = []list.Column{{Key: "name", Title: "Nom"}}

			lines := strings.Split(strings.TrimSpace(w.answer(w.admin, "Structures.Export", in)), "\r\n")

			require.Equal(t, q.Search == "zzz", len(names) == 0)
			assert.EqualValues(t, len(names), w.must(w.admin, "Structures.Count", wanted).(list.Total).N)
			assert.Equal(t, names, lines[1:])
		})
	}
}

// TestExportTitles: a title that makes no name of a sheet or of a file is refused, or the file is written all the same.
func TestExportTitles(t *testing.T) {
	w := build(t)
	for _, format := range []string{"csv", "xlsx"} {
		for _, title := range []string{"a/b", `a\b`, "a:b", "[a]", "'a'", "a?", "a*", "..", ".", " ", "\x00", strings.Repeat("é", 31), strings.Repeat("é", 32), "😀 liste"} {
			t.Run(format+" "+title, func(t *testing.T) {
				in := exported(directory.Wanted{}, format)
				in.Title = title

				result, failure := w.invoke(w.admin, "Structures.Export", in)

				assertFault(t, failure, "Structures.Export", in)
				assertWritten(t, w.admin, result, title)
			})
		}
	}
}

// TestSave: a window writes the file where the person chooses, whole or not at all; a browser is told where to fetch it.
func TestSave(t *testing.T) {
	w := build(t)
	t.Run("browser", func(t *testing.T) {
		file := w.offered(w.admin)
		assert.Equal(t, bridge.Saved{URL: "/files/" + file.Handle}, w.must(w.admin, "Files.Save", file.Handle))
		assert.Contains(t, got(t, w.admin, file), canary("alpha"), "it still waits")
	})
	dir := t.TempDir()
	window := func(path string, err error) { w.admin.SaveBy(func(string) (string, error) { return path, err }) }
	t.Cleanup(func() { w.admin.SaveBy(nil) })
	t.Run("window", func(t *testing.T) {
		asked := ""
		path := filepath.Join(dir, "liste.csv")
		w.admin.SaveBy(func(name string) (string, error) { asked = name; return path, nil })
		assert.Equal(t, bridge.Saved{Done: true, Name: "liste.csv"}, w.must(w.admin, "Files.Save", w.offered(w.admin).Handle))
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Contains(t, string(text), canary("alpha"))
		assert.Equal(t, "structures.csv", asked)
	})
	t.Run("picture", func(t *testing.T) {
		path := filepath.Join(dir, "plan.svg")
		window(path, nil)
		picture := w.kept(w.admin)
		w.must(w.admin, "Files.Save", picture.Handle)
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, "<svg/>", string(text))
	})
	t.Run("another mind", func(t *testing.T) {
		window("", nil)
		assert.Equal(t, bridge.Saved{}, w.must(w.admin, "Files.Save", w.offered(w.admin).Handle))
	})
	t.Run("no dialog", func(t *testing.T) {
		window("", errors.New("gtk"))
		_, failure := w.invoke(w.admin, "Files.Save", w.offered(w.admin).Handle)
		assert.Contains(t, failure, `"internal"`)
	})
	t.Run("gone", func(t *testing.T) {
		window(filepath.Join(dir, "gone.csv"), nil)
		_, failure := w.invoke(w.admin, "Files.Save", "gone")
		assert.Contains(t, failure, "file.gone")
	})
	t.Run("no folder", func(t *testing.T) {
		window(filepath.Join(dir, "none", "x.csv"), nil)
		_, failure := w.invoke(w.admin, "Files.Save", w.offered(w.admin).Handle)
		assert.Contains(t, failure, "file.read_only")
	})
	t.Run("no right left", func(t *testing.T) {
		seat := w.seats["manager"]
		path := filepath.Join(dir, "broken.csv")
		file := w.offered(seat)
		w.detach("manager", "alpha")
		seat.SaveBy(func(string) (string, error) { return path, nil })
		_, failure := w.invoke(seat, "Files.Save", file.Handle)
		assert.Contains(t, failure, `"forbidden"`)
		assert.NoFileExists(t, path)
	})
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 2, "nothing but what was saved")
}

// verifying begins a verification that waits at its first question until going is closed; lines is the last line of the journal then.
func (w *world) verifying() (lines int64, going chan struct{}) {
	began, going := make(chan struct{}), make(chan struct{})
	w.register.gate = func() {
		select {
		case began <- struct{}{}:
			<-going
		case <-going:
		}
	}
	w.must(w.admin, "Structures.StartCheck", []int64{w.structures["alpha"], w.structures["beta"], w.structures["secret"]})
	<-began
	return w.seq(), going
}

// TestCheckEndsWithTheSession: a verification stops when the one who began it has left.
func TestCheckEndsWithTheSession(t *testing.T) {
	w := build(t)
	lines, going := w.verifying()

	w.must(w.admin, "Session.Leave")
	close(going)

	w.must(w.admin, "Session.Enter", signin.Credentials{Email: canary("admin") + "@exemple.example", Passphrase: passphrase})
	w.rest(w.admin, "Structures.StartCheck", "")
	assert.Zero(t, w.number("SELECT count(*) FROM journal WHERE seq > ? AND action = 'structure.refreshed'", lines))
}

// TestCheckGoesOnWhileLocked: a verification does not end with the lock, by hand or by itself, of the session that began it; it does with the session.
func TestCheckGoesOnWhileLocked(t *testing.T) {
	for name, x := range map[string]struct {
		meanwhile func(w *world)
		settled   int64
	}{
		"locked":              {func(w *world) { w.must(w.admin, "Session.Lock") }, 3},
		"idle":                {func(w *world) { w.clock.At = w.clock.At.Add(10 * time.Minute) }, 3},
		"locked, then closed": {func(w *world) { w.must(w.admin, "Session.Lock"); w.must(w.admin, "Session.Leave") }, 0},
		"over":                {func(w *world) { w.clock.At = w.clock.At.Add(12 * time.Hour) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := build(t)
			lines, going := w.verifying()
			settled := func() int64 {
				return w.number("SELECT count(*) FROM journal WHERE seq > ? AND action = 'structure.refreshed'", lines)
			}

			x.meanwhile(w)
			close(going)

			require.Eventually(t, func() bool { return settled() == x.settled }, 10*time.Second, time.Millisecond)
			assert.Equal(t, bridge.State{SetUp: true, SignedIn: x.settled > 0, Locked: x.settled > 0, Families: profile.Choosable()}, w.must(w.admin, "Session.State"))
			w.must(w.admin, "Session.Enter", signin.Credentials{Email: canary("admin") + "@exemple.example", Passphrase: passphrase})
			w.rest(w.admin, "Structures.StartCheck", "")
			assert.Equal(t, x.settled, settled())
		})
	}
}

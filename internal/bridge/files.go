package bridge

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"habilis/internal/fault"
	"habilis/internal/fold"
	"habilis/internal/list"
)

// File is something that a page may fetch once, within some minutes.
type File struct {
	Handle string `json:"handle"`
	Name   string `json:"name"`
}

// Offered is a file that waits to be fetched: it is made as it is written.
type Offered struct {
	Name    string
	Type    string // MIME
	Write   func(w io.Writer) error
	Alive   func() bool // whether the session that asked for it has not ended
	session string
	until   time.Time
}

// offers bounds how many files wait at a seat, and pendingTTL how long.
const (
	offers     = 20
	pendingTTL = time.Minute
)

var fileTypes = map[string]string{
	".csv": "text/csv; charset=utf-8", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".svg": "image/svg+xml", ".png": "image/png", ".pdf": "application/pdf",
}

// offer keeps a file for the one signed in.
func (s *Seat) offer(name string, write func(w io.Writer) error) File {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	room(s.files, func(o Offered) time.Time { return o.until }, func(Offered) {})
	handle := rand.Text()
	s.files[handle] = Offered{name, fileTypes[filepath.Ext(name)], write, s.living(s.session), s.session, now.Add(pendingTTL)}
	return File{handle, name}
}

// room forgets what is over of what waits at a seat, and the oldest where too much does.
func room[T any](waiting map[string]T, until func(T) time.Time, drop func(T)) {
	now, oldest := time.Now(), ""
	for handle, x := range waiting {
		if now.After(until(x)) {
			drop(x)
			delete(waiting, handle)
		} else if oldest == "" || until(x).Before(until(waiting[oldest])) {
			oldest = handle
		}
	}
	if len(waiting) >= offers {
		drop(waiting[oldest])
		delete(waiting, oldest)
	}
}

// exported makes a file of a list, once it is known that it can be made.
func exported[Q list.Asked, Row any](ctx context.Context, seat *Seat, l list.Served[Q, Row], q Q, in list.Export) (File, error) {
	if err := l.CheckExport(ctx, q, in); err != nil {
		return File{}, err
	}
	return seat.offer(fileName(in.Title, in.Format), func(w io.Writer) error { return l.Write(ctx, q, in, w) }), nil
}

// Made writes an offered file into the program's own folder for such, where nothing names it once it is open.
func (s *Services) Made(o Offered) (*os.File, error) {
	s.gate.RLock()
	defer s.gate.RUnlock()
	f, err := s.unnamed("export-*")
	if err != nil {
		return nil, err
	}
	if err := o.Write(living{f, o.Alive}); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Offers reports whether a file waits at this seat under a handle.
func (s *Seat) Offers(handle string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, there := s.files[handle]
	return there
}

// living writes while the session that asked for it has not ended.
type living struct {
	io.Writer
	alive func() bool
}

// Write fails once the session has ended.
func (l living) Write(p []byte) (int, error) {
	if !l.alive() {
		return 0, fault.New(fault.Unauthenticated, "session.none")
	}
	return l.Writer.Write(p)
}

// Take returns a file that was offered at this seat, once, to the session that asked for it, while that is open.
func (s *Seat) Take(handle string) (Offered, bool) {
	if !s.standing().open {
		return Offered{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o, there := s.files[handle]
	delete(s.files, handle)
	return o, there && o.session == s.session && o.session != "" && time.Now().Before(o.until)
}

// alive tells, later, whether the session that sits here now has not ended. It may be locked: what was begun before goes on.
func (s *Seat) alive() func() bool { return s.living(s.current()) }

func (s *Seat) living(session string) func() bool {
	return func() bool {
		sessions, err := s.sessions()
		if err != nil {
			return false
		}
		user, _ := sessions.Peek(session)
		return user != 0
	}
}

// longestName is how many characters a file's name has at most before its suffix: what every system takes.
const longestName = 100

// fileName makes a name, never a path, of a title, and leaves its suffix whole however long the title is.
func fileName(title, format string) string {
	name := []rune(strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if fold.Unseen(r) || strings.ContainsRune(`/\:*?"<>|`, r) {
			return ' '
		}
		return unicode.ToLower(r)
	}, title)), " "))
	if len(name) > longestName {
		name = name[:longestName]
	}
	stem := strings.Trim(string(name), ". ")
	if stem == "" {
		stem = "habilis"
	}
	return stem + "." + format
}

// SaveBy sets how a window asks where a file goes; it gives an empty path where the person changed their mind. A seat of a browser has none.
func (s *Seat) SaveBy(ask func(name string) (path string, err error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ask = ask
}

// Files answers for what goes out of the program as a file.
type Files struct {
	s    *Services
	seat *Seat
}

// Saved tells where a file is: URL where the browser is to fetch it, Done where the window has written it.
type Saved struct {
	URL  string `json:"url"`
	Done bool   `json:"done"`
	Name string `json:"name"`
}

// Save writes an offered file where the person chooses, in a window; in a browser it gives the address to fetch it from.
func (h *Files) Save(handle string) (Saved, error) {
	return call(h.seat, func(context.Context) (Saved, error) {
		h.seat.mu.Lock()
		ask := h.seat.ask
		h.seat.mu.Unlock()
		if ask == nil {
			return Saved{URL: "/files/" + handle}, nil
		}
		o, there := h.seat.Take(handle)
		if !there {
			return Saved{}, fault.New(fault.NotFound, "file.gone")
		}
		path, err := ask(o.Name)
		if err != nil || path == "" {
			return Saved{}, err
		}
		if h.s.Flow.Holds(path) {
			return Saved{}, fault.New(fault.Refused, "file.own")
		}
		return Saved{Done: true, Name: filepath.Base(path)}, keep(path, o.Write)
	})
}

// keep writes a file whole or not at all, where a link leads if the path is one, with the permissions that other programs give: those of the file that
// is there, or what the system's mask leaves. What is there and may not be written, or is no file, stays.
func keep(path string, write func(w io.Writer) error) error {
	path, err := led(path)
	if err != nil {
		return err
	}
	mode, err := kept(path)
	if err != nil {
		return err
	}
	name := filepath.Join(filepath.Dir(path), ".habilis-"+rand.Text())
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666) //nolint:gosec // the mask decides
	if err != nil {
		return fault.New(fault.Unusable, "file.read_only")
	}
	defer os.Remove(name) //nolint:errcheck // gone once renamed
	if mode != 0 {
		_ = f.Chmod(mode) // a system without modes has none to give
	}
	err = write(f)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("file: %w", err)
	}
	if err := os.Rename(name, path); err != nil {
		return fault.New(fault.Unusable, "file.read_only")
	}
	return nil
}

// led follows a link to what it names, whether that is there or not.
func led(path string) (string, error) {
	const most = 40 // as the systems themselves
	for range most {
		to, err := os.Readlink(path)
		if err != nil {
			return path, nil // no link
		}
		if !filepath.IsAbs(to) {
			folder, err := filepath.EvalSymlinks(filepath.Dir(path)) // « .. » is of the folder itself
			if err != nil {
				return "", fault.New(fault.Unusable, "file.read_only")
			}
			to = filepath.Join(folder, to)
		}
		path = to
	}
	return "", fault.New(fault.Unusable, "file.read_only") // it leads round
}

// kept returns the mode of the file at a path, which may be written; 0 where there is none.
func kept(path string) (os.FileMode, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, nil
	}
	readOnly := fault.New(fault.Unusable, "file.read_only")
	if !info.Mode().IsRegular() {
		return 0, readOnly
	}
	if info.Mode().Perm()&0o200 == 0 { // whoever may do all is not stopped by the system
		return 0, readOnly
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return 0, readOnly
	}
	return info.Mode().Perm(), f.Close()
}

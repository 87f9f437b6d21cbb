package serve

import (
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"habilis/internal/bridge"
	"habilis/internal/fault"
)

// sending is how long a browser may take to read one part of a file: one that stalls holds nothing for longer.
const sending = 30 * time.Second

// part is how much of a file is sent at once.
const part = 64 << 10

// file sends what was offered at the seat, once. It is made whole first, apart from whatever reads it: a reader that stalls holds no snapshot of the file,
// and its session is asked for again at each part.
func (s *Server) file(w http.ResponseWriter, r *http.Request, handle string) {
	if r.Method == http.MethodPut {
		s.upload(w, r, handle)
		return
	}
	known := s.known(r)
	i := slices.IndexFunc(known, func(c *clientSeat) bool { return c.seat.Offers(handle) })
	if i < 0 || r.Method != http.MethodGet {
		http.NotFound(w, r)
		return
	}
	seat := known[i]
	if !seat.fetching.TryLock() {
		http.Error(w, http.StatusText(http.StatusTooManyRequests), http.StatusTooManyRequests)
		return
	}
	defer seat.fetching.Unlock()
	if !s.fetch(seat.seat.User()) {
		http.Error(w, http.StatusText(http.StatusTooManyRequests), http.StatusTooManyRequests)
		return
	}
	defer s.fetched(seat.seat.User())
	select {
	case s.downloads <- struct{}{}:
		defer func() { <-s.downloads }()
	default:
		http.Error(w, http.StatusText(http.StatusTooManyRequests), http.StatusTooManyRequests)
		return
	}
	o, there := seat.seat.Take(handle)
	if !there {
		http.NotFound(w, r)
		return
	}
	made, err := s.services.Made(o)
	if err != nil {
		slog.Error("a file could not be made", "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	defer made.Close() //nolint:errcheck // it has no name any more
	w.Header().Set("Content-Type", o.Type)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": o.Name}))
	w.Header().Set("Cache-Control", "no-store")
	if err := send(w, made, o); err != nil {
		panic(http.ErrAbortHandler) // the browser sees a broken download, not a short file
	}
}

// fetch counts a file that a user begins to fetch, where they fetch no more than their share.
func (s *Server) fetch(user int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fetching[user] >= ownDownloads {
		return false
	}
	s.fetching[user]++
	return true
}

func (s *Server) fetched(user int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fetching[user]--; s.fetching[user] <= 0 {
		delete(s.fetching, user)
	}
}

var errEnded = errors.New("the session has ended")

func send(w http.ResponseWriter, made *os.File, o bridge.Offered) error {
	control := http.NewResponseController(w)
	for {
		if !o.Alive() {
			return errEnded
		}
		if err := control.SetWriteDeadline(time.Now().Add(sending)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
		n, err := io.CopyN(w, made, part)
		if errors.Is(err, io.EOF) || err == nil && n == 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// upload takes a file that was announced at the seat, once.
func (s *Server) upload(w http.ResponseWriter, r *http.Request, handle string) {
	known := s.known(r)
	i := slices.IndexFunc(known, func(c *clientSeat) bool { return c.seat.Expects(handle) })
	if i < 0 {
		http.Error(w, bridge.Text(fault.New(fault.NotFound, "file.gone")), http.StatusNotFound)
		return
	}
	receive(known[i].seat, w, r, handle)
}

func receive(seat *bridge.Seat, w http.ResponseWriter, r *http.Request, handle string) {
	if err := seat.Receive(handle, r.Body); err != nil {
		http.Error(w, bridge.Text(err), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// Window serves the built pages to a window, and takes the files that they send.
func Window(dist fs.FS, seat *bridge.Seat) http.Handler {
	shown := Pages(dist, "")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if handle, file := strings.CutPrefix(r.URL.Path, "/files/"); file && r.Method == http.MethodPut {
			receive(seat, w, r, handle)
			return
		}
		shown.ServeHTTP(w, r)
	})
}

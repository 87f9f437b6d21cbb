// Package bridge holds the handlers that pages call: one struct per domain, each method one line over a service.
package bridge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"runtime/debug"
	"sync"

	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/signin"
)

// Seat is one place at which somebody may be signed in: the window, or one cookie of a browser. Gone ends with the call that the handlers of the seat
// answer, where the transport knows when whoever asked has gone.
type Seat struct {
	*chair
	gone context.Context
}

// chair is what the calls at a seat share.
type chair struct {
	services *Services
	mu       sync.Mutex
	session  string
	from     string // names the seat of a browser; empty for the window
	shown    string // the token of a printed address that the browser brought
	files    map[string]Offered
	uploads  map[string]upload
	ask      func(name string) (path string, err error)
}

// NewSeat makes a seat at which nobody is signed in.
func NewSeat(s *Services) *Seat {
	return &Seat{&chair{services: s, files: map[string]Offered{}, uploads: map[string]upload{}}, context.Background()}
}

// During is the same seat for one call: what only reads stops once the call's context ends.
func (s *Seat) During(ctx context.Context) *Seat { return &Seat{s.chair, ctx} }

// sessions waits until the file is open, or could not be.
func (s *Seat) sessions() (*signin.Sessions, error) {
	file := s.services.condition()
	return file.sessions, file.broken
}

func (s *Seat) current() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.session
}

// Empty tells that nobody has signed in at the seat, or that whoever had has left.
func (s *Seat) Empty() bool { return s.current() == "" }

// Browser names a browser by what it keeps: a hash of it.
func Browser(kept string) string {
	sum := sha256.Sum256([]byte(kept))
	return hex.EncodeToString(sum[:])
}

// From names the seat of a browser, and takes the token of a printed address that it brought, if any.
func (s *Seat) From(name, shown string) { s.from, s.shown = name, shown }

// sit gives the seat a session, and ends the one that it had.
func (s *Seat) sit(session string) {
	s.mu.Lock()
	before := s.session
	s.session = session
	for handle, u := range s.uploads {
		u.drop()
		delete(s.uploads, handle)
	}
	s.mu.Unlock()
	if before == "" || before == session {
		return
	}
	if sessions, err := s.sessions(); err == nil {
		sessions.Close(before)
	}
}

// Follow returns the seat the name of another, of the same browser.
func (s *Seat) Follow(other *Seat) { s.from, s.shown = other.from, other.shown }

// Close ends the session of the seat.
func (s *Seat) Close() { s.sit("") }

// User returns whose session is open or locked at the seat, 0 where there is none.
func (s *Seat) User() int64 {
	sessions, err := s.sessions()
	if err != nil {
		return 0
	}
	user, _ := sessions.Peek(s.current())
	return user
}

// Who tells whose session is open or locked at the seat, in a word that is another for each session; empty where there is none.
func (s *Seat) Who() string {
	session := s.current()
	if session == "" || s.User() == 0 {
		return ""
	}
	sum := sha256.Sum256([]byte(session))
	return hex.EncodeToString(sum[:8])
}

// wire is an error as it reaches a page: the fault's JSON text.
type wire struct{ text string }

func (w wire) Error() string { return w.text }

// Text returns the JSON text of a fault; what nobody can act on becomes the one generic fault.
func Text(err error) string {
	f, ok := fault.As(err)
	if !ok {
		f = fault.New(fault.Internal, "internal")
	}
	text, _ := json.Marshal(f) // strings always marshal
	return string(text)
}

// call runs a handler for the one signed in at the seat. It fails with Unauthenticated where nobody is.
func call[T any](s *Seat, f func(ctx context.Context) (T, error)) (out T, err error) {
	return seated(s, (*signin.Sessions).Use, f)
}

// read is call for what writes nothing: it stops once the page has dropped it, and does not keep the session awake, since a page reads by itself what has
// changed. Pages tell with Session.Here that somebody is there.
func read[T any](s *Seat, f func(ctx context.Context) (T, error)) (out T, err error) {
	return seated(s, (*signin.Sessions).Glance, func(ctx context.Context) (T, error) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		for _, gone := range []context.Context{s.gone, s.services.condition().life} {
			defer context.AfterFunc(gone, stop)()
			if gone.Err() != nil {
				stop() // at once: what runs after it has a turn of its own
			}
		}
		out, err := f(ctx)
		if err != nil && s.gone.Err() != nil {
			err = fault.New(fault.Internal, "internal") // nobody reads it, and nothing has failed
		}
		return out, err
	})
}

func seated[T any](s *Seat, use func(*signin.Sessions, string) (int64, error), f func(ctx context.Context) (T, error)) (out T, err error) {
	return guarded(s, func(sessions *signin.Sessions) (T, error) {
		var none T
		session := s.current()
		user, err := use(sessions, session)
		if err != nil {
			return none, err
		}
		if err := s.services.SignIn.Active(context.Background(), user); err != nil {
			return none, err
		}
		ctx := access.WithActor(context.Background(), user, session)
		if sessions.Confirmed(session) {
			ctx = access.WithConfirmed(ctx)
		}
		return f(ctx)
	})
}

// open runs a handler that needs no session. Their list is Open.
func open[T any](s *Seat, f func(ctx context.Context, sessions *signin.Sessions) (T, error)) (T, error) {
	return guarded(s, func(sessions *signin.Sessions) (T, error) {
		return f(signin.Shown(signin.At(context.Background(), s.from), s.shown), sessions)
	})
}

// guarded runs a handler while the file is open: it recovers panics, logs what nobody can act on, once and without what the page sent, and turns errors
// into their wire text.
func guarded[T any](s *Seat, f func(sessions *signin.Sessions) (T, error)) (out T, err error) {
	<-s.services.ready
	s.services.gate.RLock()
	defer s.services.gate.RUnlock()
	defer func() {
		if p := recover(); p != nil {
			slog.Error("a handler panicked", "stack", string(debug.Stack()))
			err = wire{Text(errors.New("panic"))}
		}
	}()
	sessions, err := s.sessions()
	if err == nil {
		out, err = f(sessions)
	}
	if err == nil {
		return out, nil
	}
	if _, told := fault.As(err); !told {
		slog.Error("a handler failed", "error", err)
	}
	var none T
	return none, wire{Text(err)}
}

// Done is what methods give that have nothing to say.
type Done struct{}

func done(err error) (Done, error) { return Done{}, err }

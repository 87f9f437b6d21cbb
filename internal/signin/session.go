package signin

import (
	"crypto/rand"
	"sync"
	"time"

	"habilis/internal/fault"
)

// confirmed is how long a passphrase that was given again counts.
const confirmed = 5 * time.Minute

// absolute is how long a session lasts at most.
const absolute = 12 * time.Hour

// Session is one signed-in seat.
type Session struct {
	ID     string
	User   int64
	opened time.Time
	last   time.Time
	locked bool
	given  time.Time // when the passphrase was given again in it
	notice Notice
}

// Sessions holds the sessions of this process; none outlives it.
type Sessions struct {
	mu   sync.Mutex
	now  func() time.Time
	idle func() time.Duration
	all  map[string]*Session
	told func()
}

// NewSessions makes an empty set. idle tells after how long without a call a session locks.
func NewSessions(now func() time.Time, idle func() time.Duration) *Sessions {
	return &Sessions{now: now, idle: idle, all: map[string]*Session{}, told: func() {}}
}

// Told sets who is told that a session was opened, locked, unlocked or ended by somebody; one that locks or ends by itself tells nobody. It is set before
// a session is opened.
func (s *Sessions) Told(f func()) { s.told = f }

// open begins a session of a user.
func (s *Sessions) open(user int64) string {
	defer s.told()
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	session := &Session{ID: rand.Text(), User: user, opened: now, last: now}
	s.all[session.ID] = session
	return session.ID
}

// Use returns the user of a session and keeps it awake. It fails with Unauthenticated where there is none (session.none, session.expired), or where
// it is locked (session.locked).
func (s *Sessions) Use(id string) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	session, err := s.unlocked(id)
	if err != nil {
		return 0, err
	}
	session.last = s.now()
	return session.User, nil
}

// Glance is Use without keeping the session awake: for what a page asks by itself while nobody is there.
func (s *Sessions) Glance(id string) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	session, err := s.unlocked(id)
	if err != nil {
		return 0, err
	}
	return session.User, nil
}

// Peek tells of a session without keeping it awake.
func (s *Sessions) Peek(id string) (user int64, locked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	session, err := s.live(id)
	if err != nil {
		return 0, false
	}
	return session.User, session.locked
}

func (s *Sessions) unlocked(id string) (*Session, error) {
	session, err := s.live(id)
	if err == nil && session.locked {
		return nil, fault.New(fault.Unauthenticated, "session.locked")
	}
	return session, err
}

func (s *Sessions) live(id string) (*Session, error) {
	session, ok := s.all[id]
	if !ok {
		return nil, fault.New(fault.Unauthenticated, "session.none")
	}
	now := s.now()
	if elapsed(session.opened, now) >= absolute {
		delete(s.all, id)
		return nil, fault.New(fault.Unauthenticated, "session.expired")
	}
	if elapsed(session.last, now) >= s.idle() {
		session.locked, session.given = true, time.Time{}
	}
	return session, nil
}

// elapsed is the longer of what the two clocks tell: the monotonic one stands still while the computer sleeps, the other may be set back.
func elapsed(since, now time.Time) time.Duration {
	return max(now.Sub(since), now.Round(0).Sub(since.Round(0)))
}

// Lock locks a session: what was typed on its page stays there.
func (s *Sessions) Lock(id string) {
	defer s.told()
	s.mu.Lock()
	defer s.mu.Unlock()
	if session, ok := s.all[id]; ok {
		session.locked, session.given = true, time.Time{}
	}
}

func (s *Sessions) unlock(id string) {
	defer s.told()
	s.mu.Lock()
	defer s.mu.Unlock()
	if session, ok := s.all[id]; ok {
		session.locked, session.last = false, s.now()
	}
}

func (s *Sessions) confirm(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if session, ok := s.all[id]; ok {
		session.given, session.last = s.now(), s.now()
	}
}

// Confirmed reports whether the passphrase was given again in a session in the last five minutes.
func (s *Sessions) Confirmed(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	session, err := s.unlocked(id)
	return err == nil && !session.given.IsZero() && elapsed(session.given, s.now()) < confirmed
}

// Close ends a session.
func (s *Sessions) Close(id string) {
	defer s.told()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, id)
}

// EndAll ends every session of a user, at once: they were disabled, or may no longer enter.
func (s *Sessions) EndAll(user int64) {
	defer s.told()
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, session := range s.all {
		if session.User == user {
			delete(s.all, id)
		}
	}
}

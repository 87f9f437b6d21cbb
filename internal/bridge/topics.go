package bridge

import (
	"context"
	"slices"
	"sync"
	"time"
)

// topics is who follows what changes: each is told of a topic once until they have taken it.
type topics struct {
	mu        sync.Mutex
	followers map[*follower]bool
}

// follower holds the topics that somebody has not taken yet. Something is told where some wait.
type follower struct {
	something chan struct{}
	waiting   map[string]bool
}

// Tell says that topics changed, to every seat that watches.
func (s *Services) Tell(names ...string) {
	s.topics.mu.Lock()
	defer s.topics.mu.Unlock()
	for f := range s.topics.followers {
		for _, name := range names {
			f.waiting[name] = true
		}
		select {
		case f.something <- struct{}{}:
		default: // they have not come yet for what they were told of before
		}
	}
}

// Moved says that some session was opened, locked, unlocked or ended: each seat looks whether it was its own.
func (s *Services) Moved() { s.Tell(ofSession) }

func (t *topics) follow() *follower {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.followers == nil {
		t.followers = map[*follower]bool{}
	}
	f := &follower{make(chan struct{}, 1), map[string]bool{}}
	t.followers[f] = true
	return f
}

func (t *topics) leave(f *follower) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.followers, f)
}

// take returns the topics that wait for a follower, in order.
func (t *topics) take(f *follower) (names []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for name := range f.waiting {
		names = append(names, name)
	}
	clear(f.waiting)
	slices.Sort(names)
	return names
}

// The topics that no line of the journal names: how the session of the seat stands, and any row that bears on a right. The others are the nouns of the
// journal's lines (journal.Entry.Kind), and « check » for a verification that goes on.
const (
	ofSession = "seat"
	ofRights  = "rights"
)

// look is how often a watch sees for itself what passes through no commit: that a session has locked, and that a quarter of an hour is over.
const look = 2 * time.Second

// Watch tells the names of the topics that change, until ctx ends or tell fails: nothing else, and being told keeps no session awake. Whoever is not
// signed in, or whose session is locked, is told of the session alone: once it opens, its page reads everything again. tell is called without a topic
// from time to time, so that it finds out that nobody listens.
func (s *Seat) Watch(ctx context.Context, tell func(topics []string) error) error {
	f := s.services.topics.follow()
	defer s.services.topics.leave(f)
	ticks := time.NewTicker(look)
	defer ticks.Stop()
	before, quarter := s.standing(), quarterOf(time.Now())
	if err := tell(nil); err != nil { // from here on nothing is missed
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-f.something:
		case <-ticks.C:
		}
		now := s.standing()
		names := slices.DeleteFunc(s.services.topics.take(f), func(name string) bool { return name == ofSession || !now.open })
		if q := quarterOf(time.Now()); q != quarter { // a period begins and ends on the stroke of a quarter in every zone
			quarter = q
			if now.open && !slices.Contains(names, ofRights) {
				names = append(names, ofRights)
			}
		}
		if now != before {
			before, names = now, append(names, ofSession)
		}
		if err := tell(names); err != nil {
			return err
		}
	}
}

func quarterOf(t time.Time) int64 { return t.Unix() / int64(15*time.Minute/time.Second) }

// standing is how the session of a seat stands.
type standing struct {
	session string
	there   bool
	open    bool // there, and not locked
}

func (s *Seat) standing() standing {
	sessions, err := s.sessions()
	if err != nil {
		return standing{}
	}
	session := s.current()
	user, locked := sessions.Peek(session)
	return standing{session, user != 0, user != 0 && !locked}
}

package signin

import (
	"context"
	"sync"
	"time"
)

type placeKey struct{}

// window is the place of the program's own window: nobody else sits there.
const window = ""

// At says at which seat somebody tries to enter: a browser's. Without it, it is the window.
func At(ctx context.Context, place string) context.Context {
	return context.WithValue(ctx, placeKey{}, place)
}

func placeOf(ctx context.Context) string {
	place, _ := ctx.Value(placeKey{}).(string)
	return place
}

// maxAccounts bounds how many accounts and seats are remembered: an attacker who makes up addresses fills no memory.
const maxAccounts = 10_000

// Strangers share how often they may try one account: at once so many times, then once in a pause, whichever seats they use. A seat at which the account
// was entered before does not take part, so strangers never keep its owner out there.
const (
	shareAtOnce = 5
	sharePause  = 4 * time.Second
)

// attempts counts failures at browsers: of each seat at each account, and of all strangers at one account together. Nothing of it outlives the
// process: what is slow is guessing, and it starts no faster than the program.
type attempts struct {
	mu     sync.Mutex
	now    func() time.Time
	counts map[[2]string]*count // by place and account
	shares map[string]*share    // by account
	known  map[[2]string]bool   // the seats at which an account was entered
	told   map[[2]string]*telling
}

type count struct {
	failures int64
	until    time.Time
}

// share is when the last tries of strangers at an account were; each is worth a pause.
type share struct{ spent time.Time }

func newAttempts(now func() time.Time) *attempts {
	return &attempts{now: now, counts: map[[2]string]*count{}, shares: map[string]*share{}, known: map[[2]string]bool{}, told: map[[2]string]*telling{}}
}

func (s *attempts) empty() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.counts)
	clear(s.shares)
	clear(s.known)
	clear(s.told)
}

func (a attempt) key() [2]string { return [2]string{a.place, a.account} }

// stranger tells whether the account was never entered at that place.
func (s *attempts) stranger(a attempt) bool {
	own := len(a.place) > len("session ") && a.place[:len("session ")] == "session "
	return !own && !s.known[a.key()]
}

// wait tells how long an attempt has to wait, and whether it is the first that this delay refuses. left is what the file remembers of a delay from before
// this process.
func (s *attempts) wait(a attempt, left time.Duration) (wait time.Duration, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if c := s.counts[a.key()]; c != nil {
		wait = c.until.Sub(now)
	}
	if s.stranger(a) {
		sh := s.shares[a.account]
		if sh == nil && left > 0 {
			bound(s.shares)
			sh = &share{spent: now.Add(left + (shareAtOnce-1)*sharePause)}
			s.shares[a.account] = sh
		}
		if sh != nil {
			wait = max(wait, sh.spent.Sub(now)-(shareAtOnce-1)*sharePause)
		}
	}
	if wait <= 0 {
		return 0, false
	}
	return wait, s.tell(a, now.Add(wait))
}

// telling counts what was written down of one delay.
type telling struct {
	until time.Time
	lines int
}

// mostTold bounds how many lines of the journal one delay leaves.
const mostTold = 20

// tell tells whether a refusal by a delay that ends then is to be written down: a flood does not fill the journal.
func (s *attempts) tell(a attempt, until time.Time) bool {
	t := s.told[a.key()]
	if t == nil || until.After(t.until.Add(time.Second)) {
		bound(s.told)
		t = &telling{until: until}
		s.told[a.key()] = t
	}
	t.lines++
	return t.lines <= mostTold
}

// firstTold is tell for a delay that is kept elsewhere.
func (s *attempts) firstTold(a attempt, until time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tell(a, until)
}

// failed counts a failure, and returns the delay at that place.
func (s *attempts) failed(a attempt) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	c := s.counts[a.key()]
	if c == nil {
		bound(s.counts)
		c = &count{}
		s.counts[a.key()] = c
	}
	c.failures++
	c.until = now.Add(delay(c.failures))
	pause := delay(c.failures)
	if !s.stranger(a) {
		return pause
	}
	sh := s.shares[a.account]
	if sh == nil {
		bound(s.shares)
		sh = &share{}
		s.shares[a.account] = sh
	}
	if sh.spent.Before(now) {
		sh.spent = now
	}
	sh.spent = sh.spent.Add(sharePause)
	return pause
}

// forget drops what was counted at a place: the account was entered there.
func (s *attempts) forget(a attempt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.counts, a.key())
	delete(s.told, a.key())
	bound(s.known)
	s.known[a.key()] = true
}

// bound empties a memory that has grown too large.
func bound[K comparable, V any](m map[K]V) {
	if len(m) >= maxAccounts {
		clear(m)
	}
}

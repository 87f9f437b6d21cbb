package signin

import (
	"context"
	"crypto/rand"
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

type shownKey struct{}

// Shown says that whoever tries to enter brings the token of an address that a server printed.
func Shown(ctx context.Context, token string) context.Context {
	return context.WithValue(ctx, shownKey{}, token)
}

// nameless begins the place of a browser that keeps nothing: it is another each time.
const nameless = "?"

// Nameless returns the place of a browser that keeps nothing.
func Nameless() string { return nameless + rand.Text() }

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

// attempts counts failures at browsers: of each seat at each account, and of all strangers at one account together.
type attempts struct {
	mu     sync.Mutex
	now    func() time.Time
	counts map[[2]string]*count // by place and account
	shares map[string]*share    // by account
	told   map[[2]string]*telling
}

type count struct {
	failures int64
	until    time.Time
}

// share is when the last tries of strangers at an account were; each is worth a pause.
type share struct{ spent time.Time }

// left is how long the next stranger waits.
func (s *share) left(now time.Time) time.Duration {
	return s.spent.Sub(now) - (shareAtOnce-1)*sharePause
}

func newAttempts(now func() time.Time) *attempts {
	return &attempts{now: now, counts: map[[2]string]*count{}, shares: map[string]*share{}, told: map[[2]string]*telling{}}
}

func (s *attempts) empty() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.counts)
	clear(s.shares)
	clear(s.told)
}

func (a attempt) key() [2]string { return [2]string{a.place, a.account} }

// wait returns how long an attempt has to wait, and whether it is the first that this delay refuses. left is what the file remembers of a delay from before
// this process.
func (s *attempts) wait(a attempt, left time.Duration) (wait time.Duration, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	c := s.counts[a.key()]
	if c != nil {
		wait = c.until.Sub(now)
	}
	if a.known && c == nil {
		wait = left
	}
	if !a.known {
		sh := s.shares[a.account]
		if sh == nil && left > 0 {
			bound(s.shares)
			sh = &share{spent: now.Add(left + (shareAtOnce-1)*sharePause)}
			s.shares[a.account] = sh
		}
		if sh != nil {
			wait = max(wait, sh.left(now))
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

// mostTold bounds how many lines of the journal one delay leaves, or the attempts of strangers in tellingSpan.
const (
	mostTold    = 20
	tellingSpan = 5 * time.Minute
)

// tell reports whether a refusal by a delay that ends then is to be written down: a flood does not fill the journal, whatever seats and addresses it uses.
func (s *attempts) tell(a attempt, until time.Time) bool {
	key, now := a.key(), s.now()
	if !a.known && a.place != window {
		key, until = [2]string{"strangers", a.account}, now.Add(tellingSpan)
	}
	if a.user == 0 {
		key, until = [2]string{"strangers", ""}, now.Add(tellingSpan)
	}
	t := s.told[key]
	if t == nil || !now.Before(t.until) || key == a.key() && until.After(t.until.Add(time.Second)) {
		bound(s.told)
		t = &telling{until: until}
		s.told[key] = t
	}
	t.lines++
	return t.lines <= mostTold
}

// tells is tell for what is kept elsewhere.
func (s *attempts) tells(a attempt, until time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tell(a, until)
}

// failed counts a failure, and returns how long the next attempt there waits.
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
	pause := delay(c.failures)
	c.until = now.Add(pause)
	if a.known {
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
	return max(pause, sh.left(now))
}

// forget drops what was counted at a place: the account was entered there.
func (s *attempts) forget(a attempt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.counts, a.key())
	delete(s.told, a.key())
}

// bound empties a memory that has grown too large.
func bound[K comparable, V any](m map[K]V) {
	if len(m) >= maxAccounts {
		clear(m)
	}
}

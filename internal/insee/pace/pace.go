// Package pace keeps requests to a service below its rate.
package pace

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Pace lets at most n requests through in any window.
type Pace struct {
	mu     sync.Mutex
	n      int
	window time.Duration
	taken  []time.Time // the places of the last window and of those who wait, in order
}

// New makes a pace of n requests a window.
func New(n int, window time.Duration) *Pace { return &Pace{n: n, window: window} }

// Wait waits for a place; it reports false where ctx ends first. Somebody who leaves gives the place back.
func (p *Pace) Wait(ctx context.Context) bool {
	_, ok := p.WaitUpTo(ctx, 0)
	return ok
}

// WaitUpTo is Wait that does not begin to wait where the place is further away than most (0: however far): it returns how long it would have been.
func (p *Pace) WaitUpTo(ctx context.Context, most time.Duration) (wait time.Duration, ok bool) {
	if ctx.Err() != nil {
		return 0, false
	}
	p.mu.Lock()
	now := time.Now()
	at := p.place(now)
	if wait = at.Sub(now); most > 0 && wait > most {
		p.mu.Unlock()
		return wait, false
	}
	p.taken = append(p.taken, at)
	slices.SortFunc(p.taken, time.Time.Compare)
	p.mu.Unlock()
	if wait <= 0 {
		return 0, true
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		p.back(at)
		return wait, false
	case <-timer.C:
		return wait, true
	}
}

// place finds the first instant, from now on, at which fewer than n places were taken in the window before and will be in the one after.
func (p *Pace) place(now time.Time) time.Time {
	p.taken = slices.DeleteFunc(p.taken, func(t time.Time) bool { return now.Sub(t) >= p.window })
	if len(p.taken) < p.n {
		return now
	}
	return later(now, p.taken[len(p.taken)-p.n].Add(p.window))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// back gives a place that nobody used.
func (p *Pace) back(at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.IndexFunc(p.taken, func(t time.Time) bool { return t.Equal(at) }); i >= 0 {
		p.taken = slices.Delete(p.taken, i, i+1)
	}
}

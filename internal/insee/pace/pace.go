// Package pace keeps requests to a service below its rate.
package pace

import (
	"context"
	"sync"
	"time"
)

// Pace lets at most n requests through in any window.
type Pace struct {
	mu     sync.Mutex
	window time.Duration
	sent   []time.Time
	next   int
}

// New makes a pace of n requests a window.
func New(n int, window time.Duration) *Pace {
	return &Pace{window: window, sent: make([]time.Time, n)}
}

// Wait waits for a place; it tells false where ctx ends first.
func (p *Pace) Wait(ctx context.Context) bool {
	p.mu.Lock()
	now := time.Now()
	at := p.sent[p.next].Add(p.window)
	if at.Before(now) {
		at = now
	}
	p.sent[p.next] = at
	p.next = (p.next + 1) % len(p.sent)
	p.mu.Unlock()
	if at.Equal(now) {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(at.Sub(now))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

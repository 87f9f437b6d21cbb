package signin

import (
	"strconv"
	"sync"

	"habilis/internal/fault"
)

// atOnce is how many keys are made at once: each takes up to a quarter of a gigabyte. mostWaiting is how many attempts of strangers wait for that.
const (
	atOnce      = 2
	mostWaiting = 16
)

// queue lets so many keys be made at once. Whoever is known comes before strangers, however many of those there are, and strangers are told when there are
// too many before them.
type queue struct {
	mu          sync.Mutex
	busy        int
	first, rest []chan struct{}
}

// makers is the queue of the process: its memory is what the keys share.
var makers queue

// enter waits for a turn, which the function that it returns ends. It fails with Invalid (signin.busy) where too many wait already.
func (q *queue) enter(known bool) (leave func(), err error) {
	q.mu.Lock()
	switch {
	case q.busy < atOnce:
		q.busy++
		q.mu.Unlock()
		return q.leave, nil
	case !known && len(q.rest) >= mostWaiting:
		ahead := len(q.first) + len(q.rest)
		q.mu.Unlock()
		return nil, fault.Field("passphrase", "signin.busy", "ahead", strconv.Itoa(ahead))
	}
	turn := make(chan struct{})
	if known {
		q.first = append(q.first, turn)
	} else {
		q.rest = append(q.rest, turn)
	}
	q.mu.Unlock()
	<-turn
	return q.leave, nil
}

// leave gives the turn to the next.
func (q *queue) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, line := range []*[]chan struct{}{&q.first, &q.rest} {
		if len(*line) > 0 {
			close((*line)[0])
			*line = (*line)[1:]
			return
		}
	}
	q.busy--
}

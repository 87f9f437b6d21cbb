package signin

// Ceiling is the dearest cost that Calibrate may give.
var Ceiling = ceiling

// Queue is the queue for making keys.
type Queue = queue

// Enter waits for a turn.
func (q *queue) Enter(known bool) (func(), error) { return q.enter(known) }

// Waiting counts those who wait.
func (q *queue) Waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.first) + len(q.rest)
}

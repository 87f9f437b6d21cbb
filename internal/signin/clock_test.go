package signin_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEnterRefusedFarAhead: what is refused under a clock far ahead delays and leaves no line; once the clock is right again, one enters, at the right time.
func TestEnterRefusedFarAhead(t *testing.T) {
	for name, again := range map[string]func(w *world){"in the process": func(*world) {}, "with a restart": (*world).restart} {
		t.Run(name, func(t *testing.T) {
			clock := newTwin(t)
			w := worldUnder(t, clock.Now)
			lines, ahead := w.number("SELECT max(seq) FROM journal"), 366*day // and half a day: the world was made that long before
			clock.moves(ahead, time.Second)
			again(w)
			for range 5 {
				_, err := w.try(clerk, wrongPhrase)
				require.Equal(t, "signin.wrong", key(t, err))
			}
			w.assertWait(1, clerk, clerkPhrase)
			assert.EqualValues(t, 5, w.number("SELECT failures FROM attempts"))
			assert.Equal(t, lines, w.number("SELECT max(seq) FROM journal"))

			clock.moves(-ahead, 0)
			again(w)
			w.assertWait(1, clerk, clerkPhrase)
			clock.moves(time.Second, time.Second)
			w.assertIn(w.enter(clerk, clerkPhrase), clerkID)

			assert.EqualValues(t, 1, w.number(fmt.Sprintf("SELECT count(*) FROM journal WHERE seq > %d AND action <> 'session.waited'", lines)))
			assert.LessOrEqual(t, w.number("SELECT count(*) FROM journal WHERE action = 'session.waited'"), int64(1), "a wait under the right clock is told once")
			assert.Equal(t, clock.Now().UnixMilli(), w.number("SELECT at FROM journal WHERE action = 'session.opened'"))
			assert.Equal(t, clock.Now().UnixMilli(), w.number("SELECT last_sign_in_at FROM users WHERE id = 2"))
		})
	}
}

// TestEnterRefusedLeavesALine: only where the clock is sound, which it is until 366 days after the last act.
func TestEnterRefusedLeavesALine(t *testing.T) {
	for name, x := range map[string]struct {
		off   time.Duration
		lines int64
	}{
		"a minute ahead": {time.Minute, 1}, "366 days ahead": {366 * day, 1}, "a millisecond more": {366*day + time.Millisecond, 0},
		"a day behind": {-day, 1}, "a day and a millisecond behind": {-day - time.Millisecond, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.set(x.off)

			_, err := w.try(clerk, wrongPhrase)

			assert.Equal(t, "signin.wrong", key(t, err))
			assert.Equal(t, x.lines, w.lines("session.refused", clerkID))
			assert.EqualValues(t, 1, w.number("SELECT failures FROM attempts"))
		})
	}
}

package signin_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/signin"
)

// TestQueue: issues H3 and G. Two keys are made at once; whoever is known comes before the strangers who wait, and strangers are told when too many do.
func TestQueue(t *testing.T) {
	// given two keys that are being made, and sixteen strangers who wait
	var q signin.Queue
	var busy []func()
	for range 2 {
		leave, err := q.Enter(false)
		require.NoError(t, err)
		busy = append(busy, leave)
	}
	turns := make(chan string, 40)
	wait := func(name string, known bool) {
		before := q.Waiting()
		go func() {
			leave, err := q.Enter(known)
			if err == nil {
				turns <- name
				leave()
			}
		}()
		require.Eventually(t, func() bool { return q.Waiting() > before }, 10*time.Second, time.Millisecond)
	}
	for range 16 {
		wait("stranger", false)
	}

	// when another stranger comes, and two who are known
	_, err := q.Enter(false)
	assert.Equal(t, "signin.busy", key(t, err))
	wait("known", true)
	wait("known", true)

	// then those who are known have the next turns, and everybody has theirs
	busy[0]()
	order := make([]string, 18)
	for i := range order {
		order[i] = <-turns
	}
	assert.Equal(t, []string{"known", "known", "stranger"}, order[:3])
	busy[1]()
	leave, err := q.Enter(false)
	require.NoError(t, err)
	leave()
	assert.Zero(t, q.Waiting())
}

package pace_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/insee/pace"
)

// TestWaitGivesBackWhatNobodyTook: somebody who stops waiting has asked for nothing, and others do not
// wait for them.
func TestWaitGivesBackWhatNobodyTook(t *testing.T) {
	p := pace.New(1, 300*time.Millisecond)
	require.True(t, p.Wait(t.Context()))
	gone, leave := context.WithCancel(t.Context())
	leave()
	for range 100 {
		require.False(t, p.Wait(gone))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()

	assert.True(t, p.Wait(ctx), "one window later there is a place")
}

// TestWaitTakesNothingForOneWhoHasLeft: a place that is free at once is not taken by a context that has
// ended.
func TestWaitTakesNothingForOneWhoHasLeft(t *testing.T) {
	p := pace.New(2, time.Hour)
	gone, leave := context.WithCancel(t.Context())
	leave()
	for range 10 {
		require.False(t, p.Wait(gone))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()

	assert.True(t, p.Wait(ctx))
	assert.True(t, p.Wait(ctx))
}

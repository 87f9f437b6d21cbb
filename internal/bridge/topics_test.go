package bridge_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/bridge"
	"habilis/internal/people"
	"habilis/internal/structure"
)

// watched follows a seat: each list of topics that it is told comes out of the channel.
func watched(t *testing.T, seat *bridge.Seat) <-chan []string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	told, began, over := make(chan []string, 100), make(chan bool), make(chan bool)
	go func() {
		defer close(over)
		first := true
		_ = seat.Watch(ctx, func(topics []string) error { // it ends with the test
			if first {
				first = false
				close(began)
			}
			if len(topics) > 0 {
				told <- topics
			}
			return nil
		})
	}()
	t.Cleanup(func() { stop(); <-over })
	<-began // at the first look, so that nothing is missed
	return told
}

func (w *world) hears(c <-chan []string, of ...string) {
	w.t.Helper()
	select {
	case topics := <-c:
		assert.Subset(w.t, topics, of)
	case <-time.After(10 * time.Second):
		require.Fail(w.t, "nobody was told", of)
	}
}

func (w *world) silent(c <-chan []string) {
	w.t.Helper()
	select {
	case topics := <-c:
		assert.Fail(w.t, "told", topics)
	case <-time.After(100 * time.Millisecond):
	}
}

// TestWatchTellsTheTopicsOfAChange: names alone, at every seat, once it is committed.
func TestWatchTellsTheTopicsOfAChange(t *testing.T) {
	w := build(t)
	admin, plain := watched(t, w.admin), watched(t, w.seat("plain"))

	require.NoError(t, w.during(t.Context(), w.admin, "Changes.Preview", wish(people.SetPIGP{User: w.people["plain"], Has: true})))
	w.silent(admin)

	w.submit(people.SetPIGP{User: w.people["plain"], Has: true})
	w.hears(admin, "user")
	w.hears(plain, "user")

	w.edit("alpha", func(f *structure.Fields) { f.Name = "Autrement" })
	w.hears(admin, "structure")
	w.hears(plain, "structure")

	w.disable("plain")
	w.hears(admin, "rights")
}

// TestWatchTellsOnlyOfItsOwnSession: a locked seat is told that it is, and nothing more; another is not told.
func TestWatchTellsOnlyOfItsOwnSession(t *testing.T) {
	w := build(t)
	seat := w.seat("plain")
	admin, plain := watched(t, w.admin), watched(t, seat)

	w.must(seat, "Session.Lock")
	assert.Equal(t, []string{"seat"}, <-plain)
	w.edit("alpha", func(f *structure.Fields) { f.Name = "Autrement" })
	w.hears(admin, "structure")
	w.silent(plain)

	w.must(seat, "Session.Leave")
	assert.Equal(t, []string{"seat"}, <-plain)
	w.silent(admin)
}

// TestWhatAPageReadsIsNoSignOfActivity: being told and reading again lets a session lock; somebody who moves keeps it open.
func TestWhatAPageReadsIsNoSignOfActivity(t *testing.T) {
	w := build(t)
	for range 3 {
		w.clock.At = w.clock.At.Add(4 * time.Minute)
		w.must(w.admin, "Session.Here")
	}
	told := watched(t, w.admin)
	for range 2 {
		w.clock.At = w.clock.At.Add(4 * time.Minute)
		for _, method := range []string{"Firm.Me", "Firm.Home", "Firm.Settings", "Requests.Count", "Platforms.Listed", "Profiles.List", "Structures.Labels", "Structures.Checking"} {
			w.must(w.admin, method)
		}
	}
	w.clock.At = w.clock.At.Add(3 * time.Minute)

	_, failed := w.invoke(w.admin, "Firm.Me")
	assert.Contains(t, failed, "session.locked")
	assert.Equal(t, []string{"seat"}, <-told, "it is found out without a call")
}

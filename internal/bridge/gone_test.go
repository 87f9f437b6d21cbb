package bridge_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/bridge"
	"habilis/internal/directory"
	"habilis/internal/people"
)

// during calls a method at a seat, for a page that may have gone.
func (w *world) during(ctx context.Context, seat *bridge.Seat, name string, args ...any) error {
	w.t.Helper()
	handler, method, _ := strings.Cut(name, ".")
	for _, h := range bridge.Handlers(w.s, seat.During(ctx)) {
		v := reflect.ValueOf(h)
		if v.Elem().Type().Name() != handler {
			continue
		}
		in := make([]reflect.Value, len(args))
		for i, a := range args {
			in[i] = reflect.ValueOf(a)
		}
		err, _ := v.MethodByName(method).Call(in)[1].Interface().(error)
		return err
	}
	require.Fail(w.t, "no such handler", name)
	return nil
}

// TestWhatAPageHasDroppedStops: a list that nobody waits for any more is not read; what writes is carried out all the same, and so is the check of a
// passphrase, whose failure must count.
func TestWhatAPageHasDroppedStops(t *testing.T) {
	w := build(t)
	gone, leave := context.WithCancel(t.Context())
	leave()

	assert.Error(t, w.during(gone, w.admin, "Structures.List", directory.Wanted{}))
	assert.NoError(t, w.during(t.Context(), w.admin, "Structures.List", directory.Wanted{}), "asked again, it answers")
	assert.Error(t, w.during(gone, w.admin, "Firm.Home"))

	before := w.seq()
	require.NoError(t, w.during(gone, w.admin, "Changes.Submit", wish(people.SetPIGP{User: w.people["plain"], Has: true})))
	assert.Greater(t, w.seq(), before, "what was sent is done")

	failures := func() int64 { return w.number("SELECT coalesce(sum(failures), 0) FROM attempts") }
	failed := failures()
	assert.Error(t, w.during(gone, w.seat("plain"), "Session.Confirm", "wrong"))
	assert.Equal(t, failed+1, failures(), "a wrong passphrase counts, whoever is gone")
}

package bridge_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/bridge"
	"habilis/internal/signin"
)

// kept sends a picture and has it offered.
func (w *world) kept(seat *bridge.Seat) bridge.File {
	w.t.Helper()
	sent := w.must(seat, "Files.Expect", bridge.Announcement{Size: 6}).(bridge.Upload)
	require.NoError(w.t, seat.Receive(sent.Handle, strings.NewReader("<svg/>")))
	return w.must(seat, "Files.Keep", bridge.Picture{Name: "plan.svg", Handle: sent.Handle}).(bridge.File)
}

// TestUploads: a page sends what it announced, once, whole, at its own seat and in its own session; anything else is refused, and can be announced again.
func TestUploads(t *testing.T) {
	w := build(t)
	expect := func() string {
		return w.must(w.admin, "Files.Expect", bridge.Announcement{Size: 6}).(bridge.Upload).Handle
	}
	keep := func(seat *bridge.Seat, handle string) string {
		_, failed := w.invoke(seat, "Files.Keep", bridge.Picture{Name: "plan.svg", Handle: handle})
		return failed
	}
	send := func(seat *bridge.Seat, handle, text string) string {
		if err := seat.Receive(handle, strings.NewReader(text)); err != nil {
			return err.Error()
		}
		return ""
	}

	handle := expect()
	assert.True(t, w.admin.Expects(handle))
	assert.Contains(t, keep(w.admin, handle), "file.gone", "nothing has come yet")
	assert.Contains(t, send(w.seat("plain"), handle, "<svg/>"), "file.gone", "another seat")
	assert.Empty(t, send(w.admin, handle, "<svg/>"))
	assert.False(t, w.admin.Expects(handle))
	assert.Contains(t, send(w.admin, handle, "<svg/>"), "file.gone", "once")
	assert.Contains(t, keep(w.seat("plain"), handle), "file.gone", "another seat")
	assert.Empty(t, keep(w.admin, handle))
	assert.Contains(t, keep(w.admin, handle), "file.gone", "once")

	for _, text := range []string{"", "<svg>", "<svg/>.", strings.Repeat("x", 1<<20)} {
		handle := expect()
		assert.Contains(t, send(w.admin, handle, text), "message.malformed", len(text))
		assert.Contains(t, send(w.admin, handle, "<svg/>"), "file.gone", "what failed is announced again")
	}
	for _, size := range []int64{-1, 20<<20 + 1} {
		_, failed := w.invoke(w.admin, "Files.Expect", bridge.Announcement{Size: size})
		assert.Contains(t, failed, "file.too_large")
	}

	ofBefore, sent := expect(), expect()
	assert.Empty(t, send(w.admin, sent, "<svg/>"))
	w.must(w.admin, "Session.Lock")
	assert.Contains(t, send(w.admin, ofBefore, "<svg/>"), "file.gone", "locked")
	w.must(w.admin, "Session.Unlock", passphrase)
	w.must(w.admin, "Session.Leave")
	w.must(w.admin, "Session.Enter", signin.Credentials{Email: canary("admin") + "@exemple.example", Passphrase: passphrase})
	assert.Contains(t, keep(w.admin, sent), "file.gone", "of a session before")

	first := expect()
	for range 40 {
		expect()
	}
	assert.False(t, w.admin.Expects(first), "a page that announces without end holds nothing")
}

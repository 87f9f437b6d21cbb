package serve_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/bridge"
	"habilis/internal/serve"
)

// TestUpload: bytes come from a page of this origin, under the handle that it was given, at its own seat.
func TestUpload(t *testing.T) {
	s := services(t)
	b := &browser{t: t, server: serve.New(s, pages, false)}
	setUp(t, b)
	stranger := &browser{t: t, server: b.server}
	stranger.call("Session.State")
	expect := func() string {
		var e bridge.Upload
		require.NoError(t, json.Unmarshal(b.call("Files.Expect", bridge.Announcement{Size: 6}).Result, &e))
		return "/files/" + e.Handle
	}
	put := func(by *browser, url, text, origin string) int {
		r := httptest.NewRequest(http.MethodPut, local+url, strings.NewReader(text))
		r.Header.Set("Origin", origin)
		return by.do(r).Code
	}

	url := expect()
	assert.Equal(t, http.StatusForbidden, put(b, url, "<svg/>", "http://evil.example"))
	assert.Equal(t, http.StatusForbidden, put(b, url, "<svg/>", ""))
	assert.Equal(t, http.StatusNotFound, put(stranger, url, "<svg/>", local))
	assert.Equal(t, http.StatusNotFound, put(b, "/files/unknown", "<svg/>", local))
	assert.Equal(t, http.StatusNoContent, put(b, url, "<svg/>", local))
	assert.Equal(t, http.StatusNotFound, put(b, url, "<svg/>", local), "once")
	assert.Equal(t, http.StatusBadRequest, put(b, expect(), "<svg/><svg/>", local), "longer than was said")

	window := serve.Window(pages, bridge.NewSeat(s))
	w := httptest.NewRecorder()
	window.ServeHTTP(w, httptest.NewRequest(http.MethodPut, "/files/unknown", strings.NewReader("x")))
	assert.Equal(t, http.StatusBadRequest, w.Code)
	assert.Contains(t, w.Body.String(), "file.gone")
	w = httptest.NewRecorder()
	window.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	assert.Equal(t, http.StatusOK, w.Code)
}

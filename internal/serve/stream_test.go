package serve_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/serve"
)

// follow opens the stream of a browser, over a real connection. Each line that says something comes out of the channel, which is closed when it ends.
func (b *browser) follow(at string, token string, cookie *http.Cookie) (status int, told <-chan string) {
	b.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at+"/changes", nil)
	require.NoError(b.t, err)
	r.Host = strings.TrimPrefix(local, "http://") // the cookie is of this port
	r.Header.Set("X-Habilis-Seat", token)
	if cookie != nil {
		r.AddCookie(cookie)
	}
	answer, err := http.DefaultClient.Do(r)
	require.NoError(b.t, err)
	lines := make(chan string, 10)
	go func() {
		defer close(lines)
		for text := bufio.NewScanner(answer.Body); text.Scan(); {
			if line, said := strings.CutPrefix(text.Text(), "data: "); said {
				lines <- line
			}
		}
	}()
	b.t.Cleanup(func() { stop(); _ = answer.Body.Close() })
	return answer.StatusCode, lines
}

func next(t *testing.T, told <-chan string) (line string, there bool) {
	t.Helper()
	select {
	case line, there = <-told:
		return line, there
	case <-time.After(10 * time.Second):
		require.Fail(t, "the stream says nothing, and does not end")
		return "", false
	}
}

// TestStream: names of topics for the one signed in, on one stream a seat, until they leave; a page needs the token, and the cookie alone opens nothing.
func TestStream(t *testing.T) {
	s := services(t)
	b := &browser{t: t, server: serve.New(s, pages, false)}
	real := httptest.NewServer(b.server)
	t.Cleanup(real.Close)
	setUp(t, b)

	for name, c := range map[string]struct {
		token  string
		cookie *http.Cookie
	}{"nobody": {}, "the cookie alone": {"", b.cookie}, "the token alone": {b.token, nil}, "a wrong token": {"x", b.cookie}} {
		status, _ := b.follow(real.URL, c.token, c.cookie)
		assert.Equal(t, http.StatusUnauthorized, status, name)
	}
	r := httptest.NewRequest(http.MethodPost, local+"/changes", nil)
	r.Header.Set("Origin", local)
	assert.Equal(t, http.StatusMethodNotAllowed, b.do(r).Code)

	status, first := b.follow(real.URL, b.token, b.cookie)
	require.Equal(t, http.StatusOK, status)
	status, told := b.follow(real.URL, b.token, b.cookie)
	require.Equal(t, http.StatusOK, status)
	_, there := next(t, first)
	assert.False(t, there, "a second stream ends the first")

	s.Tell("structure", "user")
	line, _ := next(t, told)
	assert.Equal(t, `["structure","user"]`, line)

	require.Empty(t, b.call("Session.Lock").Error)
	line, _ = next(t, told)
	assert.Equal(t, `["seat"]`, line)
	s.Tell("structure")

	token, cookie := b.token, b.cookie
	require.Empty(t, b.call("Session.Leave").Error)
	line, _ = next(t, told)
	assert.Equal(t, `["seat"]`, line, "what changed while it was locked is not told")
	_, there = next(t, told)
	assert.False(t, there, "it ends with the session")
	status, _ = b.follow(real.URL, token, cookie)
	assert.Equal(t, http.StatusUnauthorized, status)
}

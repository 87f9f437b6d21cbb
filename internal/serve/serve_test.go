package serve_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db/dbtest"
	"habilis/internal/app"
	"habilis/internal/bridge"
	"habilis/internal/fault"
	"habilis/internal/flow"
	"habilis/internal/insee"
	"habilis/internal/serve"
	"habilis/internal/signin"
)

const (
	email      = "paule@exemple.example"
	passphrase = "Marmite-Violette-7-Cactus"
	local      = "http://127.0.0.1:4321"
)

var pages = fstest.MapFS{
	"index.html":         {Data: []byte(`<!doctype html><html><head><meta name="csp-nonce" content="__NONCE__"></head><body></body></html>`)},
	"assets/app-1234.js": {Data: []byte("export {}")},
}

// services wires an empty file with a cheap sign-in and no network.
func services(t *testing.T) *bridge.Services {
	t.Helper()
	d, clock := dbtest.Open(t)
	cheap := signin.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1}
	s := bridge.NewServices()
	app.Wire(s, d, app.Parts{
		Now: clock.Now, Idle: func() time.Duration { return time.Hour }, Cost: func() signin.Cost { return cheap }, Floor: cheap,
		Registry: func(string, string) insee.Registry { return nil }, Allowed: func(context.Context) insee.Registry { return nil },
	})
	return s
}

// browser is one browser: it keeps its cookie.
type browser struct {
	t      *testing.T
	server http.Handler
	cookie *http.Cookie
	token  string
}

type answer struct {
	Result json.RawMessage `json:"result"`
	Error  string          `json:"error"`
	Seat   string          `json:"seat"`
}

func (b *browser) do(r *http.Request) *httptest.ResponseRecorder {
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	r.Header.Set("X-Habilis-Seat", b.token)
	w := httptest.NewRecorder()
	b.server.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		b.cookie = c
	}
	return w
}

func (b *browser) post(body string) answer {
	b.t.Helper()
	r := httptest.NewRequest(http.MethodPost, local+"/rpc", strings.NewReader(body))
	r.Header.Set("Origin", local)
	w := b.do(r)
	require.Equal(b.t, http.StatusOK, w.Code, w.Body.String())
	assert.Equal(b.t, "application/json", w.Header().Get("Content-Type"))
	var a answer
	require.NoError(b.t, json.Unmarshal(w.Body.Bytes(), &a), short(w.Body.String()))
	if a.Seat != "" {
		b.token = a.Seat
	}
	return a
}

func (b *browser) call(name string, args ...any) answer {
	b.t.Helper()
	if args == nil {
		args = []any{}
	}
	body, err := json.Marshal(map[string]any{"name": "bridge." + name, "args": args})
	require.NoError(b.t, err)
	return b.post(string(body))
}

func short(text string) string { return text[:min(300, len(text))] }

func setUp(t *testing.T, b *browser) {
	t.Helper()
	a := b.call("Session.SetUp", flow.SetUp{
		Kind: "practice", Name: "Cabinet", TimeZone: "Europe/Paris", Language: "fr", Registry: "none", Families: []string{}, Email: email,
		FirstName: "Paule", LastName: "Durand", Passphrase: passphrase,
	})
	require.Empty(t, a.Error)
}

func assertFault(t *testing.T, a answer, code fault.Code, key string) {
	t.Helper()
	var f fault.Error
	require.NoError(t, json.Unmarshal([]byte(a.Error), &f), short(a.Error))
	assert.Equal(t, code, f.Code)
	if assert.NotEmpty(t, f.Problems) {
		assert.Equal(t, key, f.Problems[0].Key)
	}
	assert.Contains(t, []string{"", "null"}, string(a.Result), "no result beside an error")
}

func TestServeRefusesForeignRequests(t *testing.T) {
	s := services(t)
	for name, c := range map[string]struct {
		secure               bool
		method, host, origin string
		want                 int
	}{
		"own page":                      {false, "POST", "127.0.0.1:4321", "http://127.0.0.1:4321", 200},
		"own page by name":              {false, "POST", "localhost:4321", "http://localhost:4321", 200},
		"own page, IPv6":                {false, "POST", "[::1]:4321", "http://[::1]:4321", 200},
		"no origin":                     {false, "POST", "127.0.0.1:4321", "", 403},
		"null origin":                   {false, "POST", "127.0.0.1:4321", "null", 403},
		"another site":                  {false, "POST", "127.0.0.1:4321", "https://evil.example", 403},
		"another port":                  {false, "POST", "127.0.0.1:4321", "http://127.0.0.1:9999", 403},
		"another name of this computer": {false, "POST", "127.0.0.1:4321", "http://localhost:4321", 403},
		"another scheme":                {false, "POST", "127.0.0.1:4321", "https://127.0.0.1:4321", 403},
		"origin that begins alike":      {false, "POST", "127.0.0.1:4321", "http://127.0.0.1:4321.evil.example", 403},
		"rebound name":                  {false, "POST", "evil.example:4321", "http://evil.example:4321", 403},
		"rebound name, page":            {false, "GET", "evil.example:4321", "", 403},
		"rebound name, script":          {false, "HEAD", "localhost.evil.example:4321", "", 403},
		"no host":                       {false, "GET", "", "", 403},
		"page":                          {false, "GET", "127.0.0.1:4321", "", 200},
		"over TLS":                      {true, "POST", "habilis.lan", "https://habilis.lan", 200},
		"over TLS, plain origin":        {true, "POST", "habilis.lan", "http://habilis.lan", 403},
		"over TLS, another site":        {true, "POST", "habilis.lan", "https://evil.example", 403},
	} {
		t.Run(name, func(t *testing.T) {
			path := map[string]string{"POST": "/rpc", "GET": "/", "HEAD": "/serve.js"}[c.method]
			r := httptest.NewRequest(c.method, path, strings.NewReader(`{"name":"bridge.Session.State","args":[]}`))
			r.Host = c.host
			if c.origin != "" {
				r.Header.Set("Origin", c.origin)
			}
			w := httptest.NewRecorder()

			serve.New(s, pages, c.secure).ServeHTTP(w, r)

			assert.Equal(t, c.want, w.Code)
			if c.want == http.StatusForbidden {
				assert.Empty(t, w.Result().Cookies(), "no seat for a stranger")
			}
		})
	}
}

func TestServeRefusesOtherMethods(t *testing.T) {
	b := &browser{t: t, server: serve.New(services(t), pages, false)}
	for _, c := range [][2]string{{"GET", "/rpc"}, {"PUT", "/rpc"}, {"DELETE", "/rpc"}, {"OPTIONS", "/rpc"}, {"POST", "/"}, {"PUT", "/index.html"}} {
		r := httptest.NewRequest(c[0], local+c[1], nil)
		r.Header.Set("Origin", local)
		w := b.do(r)
		assert.Equal(t, http.StatusMethodNotAllowed, w.Code, "%v", c)
		assert.Empty(t, w.Header().Get("Access-Control-Allow-Origin"))
	}
}

func TestCookieIsASecret(t *testing.T) {
	s := services(t)
	for _, secure := range []bool{false, true} {
		scheme := map[bool]string{false: "http", true: "https"}[secure]
		r := httptest.NewRequest(http.MethodPost, scheme+"://127.0.0.1:4321/rpc", strings.NewReader(`{"name":"bridge.Session.State","args":[]}`))
		r.Header.Set("Origin", scheme+"://127.0.0.1:4321")
		w := httptest.NewRecorder()

		serve.New(s, pages, secure).ServeHTTP(w, r)

		cookies := w.Result().Cookies()
		require.Len(t, cookies, 1)
		c := cookies[0]
		assert.True(t, c.HttpOnly)
		assert.Equal(t, http.SameSiteStrictMode, c.SameSite)
		assert.Equal(t, secure, c.Secure)
		assert.Empty(t, c.Domain)
		assert.GreaterOrEqual(t, len(c.Value), 24)
		assert.True(t, c.Expires.IsZero(), "it goes with the browser")
	}
}

func TestSeatsAreApart(t *testing.T) {
	server := serve.New(services(t), pages, false)
	one, other := &browser{t: t, server: server}, &browser{t: t, server: server}
	setUp(t, one)

	assert.Empty(t, one.call("Firm.Me").Error)
	assertFault(t, other.call("Firm.Me"), fault.Unauthenticated, "session.none")
	assert.NotEqual(t, one.cookie.Value, other.cookie.Value)

	t.Run("a made-up cookie gets a seat of its own, under another name", func(t *testing.T) {
		guessed := &browser{t: t, server: server, cookie: &http.Cookie{Name: one.cookie.Name, Value: "AAAA"}}
		assertFault(t, guessed.call("Firm.Me"), fault.Unauthenticated, "session.none")
		assert.NotEqual(t, "AAAA", guessed.cookie.Value, "a page may not choose the name of its seat")
	})
	t.Run("each has its own session", func(t *testing.T) {
		require.Empty(t, other.call("Session.Enter", signin.Credentials{Email: email, Passphrase: passphrase}).Error)
		require.Empty(t, one.call("Session.Leave").Error)
		assertFault(t, one.call("Firm.Me"), fault.Unauthenticated, "session.none")
		assert.Empty(t, other.call("Firm.Me").Error)
	})
	t.Run("the page is not told the session", func(t *testing.T) {
		assert.JSONEq(t, `{"setUp":true,"signedIn":true,"locked":false,"families":["portail-public","cabinet","portail-client","dossier"]}`, string(other.call("Session.State").Result))
	})
}

func TestCallRefuses(t *testing.T) {
	b := &browser{t: t, server: serve.New(services(t), pages, false)}
	setUp(t, b)
	huge := strings.Repeat("a", 10<<20)
	for name, c := range map[string]struct{ body, key string }{
		"unknown method":         {`{"name":"bridge.Firm.Nothing","args":[]}`, "message.unknown_method"},
		"unknown handler":        {`{"name":"bridge.Nothing.Me","args":[]}`, "message.unknown_method"},
		"no prefix":              {`{"name":"Firm.Me","args":[]}`, "message.unknown_method"},
		"method of the runtime":  {`{"name":"bridge.Seat.current","args":[]}`, "message.unknown_method"},
		"no name":                {`{"args":[]}`, "message.unknown_method"},
		"not JSON":               {`hello`, "message.malformed"},
		"nothing":                {``, "message.malformed"},
		"cut short":              {`{"name":"bridge.Firm.Me","args":[`, "message.malformed"},
		"a list":                 {`[1,2]`, "message.malformed"},
		"name of another type":   {`{"name":7,"args":[]}`, "message.malformed"},
		"args of another type":   {`{"name":"bridge.Firm.Me","args":{}}`, "message.malformed"},
		"two values":             {`{"name":"bridge.Firm.Me","args":[]}{"name":"bridge.Firm.Me","args":[]}`, "message.malformed"},
		"too many arguments":     {`{"name":"bridge.Firm.Me","args":[1]}`, "message.malformed"},
		"an argument missing":    {`{"name":"bridge.People.Get","args":[]}`, "message.malformed"},
		"no args at all":         {`{"name":"bridge.People.Get"}`, "message.malformed"},
		"text for a number":      {`{"name":"bridge.People.Get","args":["1"]}`, "message.malformed"},
		"a fraction":             {`{"name":"bridge.People.Get","args":[1.5]}`, "message.malformed"},
		"beyond int64":           {`{"name":"bridge.People.Get","args":[9223372036854775808]}`, "message.malformed"},
		"number for a text":      {`{"name":"bridge.Session.Unlock","args":[5]}`, "message.malformed"},
		"list for a record":      {`{"name":"bridge.Structures.List","args":[[]]}`, "message.malformed"},
		"wrong type deep inside": {`{"name":"bridge.Session.SetUp","args":[{"structure":{"labels":[1]}}]}`, "message.malformed"},
		"wrong type in a change": {`{"name":"bridge.Changes.Preview","args":[{"kind":"membership.open","input":"{\"profiles\":[{\"profile\":\"x\"}]}"}]}`, "change.malformed"},
		"10 MB of text":          {`{"name":"bridge.Session.Unlock","args":["` + huge + `"]}`, "message.too_large"},
		"10 MB of no JSON":       {huge, "message.too_large"},
		"a wish without a part":  {`{"name":"bridge.Changes.Submit","args":[{}]}`, "change.unknown"},
		"nothing for a wish":     {`{"name":"bridge.Changes.Submit","args":[null]}`, "change.unknown"},
		"deep nesting":           {`{"name":"bridge.Structures.List","args":[` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `]}`, "message.malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			a := b.post(c.body)
			assertFault(t, a, fault.Protocol, c.key)
			assert.Less(t, len(a.Error), 500)
			assert.Empty(t, b.call("Firm.Me").Error, "the seat still works")
		})
	}
}

// TestEveryMethodRefusesWrongTypes: each bound method with each odd JSON value as its one argument, and with one too many, is answered by a fault
// or a result, never by a panic nor "internal".
func TestEveryMethodRefusesWrongTypes(t *testing.T) {
	s := services(t)
	b := &browser{t: t, server: serve.New(s, pages, false)}
	setUp(t, b)
	for handler, names := range serve.Methods(s) {
		for _, name := range names {
			if handler == "bridge.Session" && (name == "Leave" || name == "Lock") {
				continue // they would end the seat's session
			}
			for _, arg := range []string{`null`, `0`, `-1`, `""`, `[]`, `{}`, `true`, `1e400`, `"\ud800"`, `{"a":{"b":[null]}}`, `1,2`, ``} {
				a := b.post(`{"name":"` + handler + `.` + name + `","args":[` + arg + `]}`)
				assert.NotContains(t, a.Error, `"internal"`, "%s.%s(%s)", handler, name, arg)
				if a.Error != "" {
					assert.True(t, json.Valid([]byte(a.Error)), a.Error)
				}
			}
		}
	}
}

func TestPagesCarryAFreshNonce(t *testing.T) {
	b := &browser{t: t, server: serve.New(services(t), pages, false)}
	seen := map[string]bool{}
	for range 5 {
		w := b.do(httptest.NewRequest(http.MethodGet, local+"/", nil))
		require.Equal(t, http.StatusOK, w.Code)
		policy := w.Header().Get("Content-Security-Policy")
		match := regexp.MustCompile(`'nonce-([^']+)'`).FindStringSubmatch(policy)
		require.Len(t, match, 2, policy)
		assert.GreaterOrEqual(t, len(match[1]), 16)
		assert.Contains(t, w.Body.String(), `content="`+match[1]+`"`)
		assert.NotContains(t, w.Body.String(), "__NONCE__")
		assert.Contains(t, w.Body.String(), `<head><script src="/serve.js"></script>`)
		assert.Equal(t, "no-store", w.Header().Get("Cache-Control"))
		seen[match[1]] = true
		for _, part := range []string{"default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'none'", "connect-src 'self'"} {
			assert.Contains(t, policy, part)
		}
		assert.NotContains(t, policy, "unsafe")
	}
	assert.Len(t, seen, 5)
}

func TestPagesServeFiles(t *testing.T) {
	b := &browser{t: t, server: serve.New(services(t), pages, false)}
	w := b.do(httptest.NewRequest(http.MethodGet, local+"/assets/app-1234.js", nil))
	assert.Equal(t, http.StatusOK, w.Code)
	assert.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
	for _, path := range []string{"/nothing.js", "/../go.mod", "/..%2f..%2fetc/passwd", "/assets/../../serve.go"} {
		r := httptest.NewRequest(http.MethodGet, local+"/", nil)
		r.URL.Path = strings.ReplaceAll(path, "%2f", "/")
		assert.NotEqual(t, http.StatusOK, b.do(r).Code, path)
	}
}

// TestScriptListsWhatIsBound: the script stands in for window.go with the bound methods, all of them and no other.
func TestScriptListsWhatIsBound(t *testing.T) {
	s := services(t)
	b := &browser{t: t, server: serve.New(s, pages, false)}

	w := b.do(httptest.NewRequest(http.MethodGet, local+"/serve.js", nil))

	assert.Equal(t, "text/javascript; charset=utf-8", w.Header().Get("Content-Type"))
	match := regexp.MustCompile(`const methods = (\{.*\});`).FindStringSubmatch(w.Body.String())
	require.Len(t, match, 2)
	var listed map[string][]string
	require.NoError(t, json.Unmarshal([]byte(match[1]), &listed))
	bound := map[string][]string{}
	for _, h := range bridge.Handlers(s, bridge.NewSeat(s)) {
		v := reflect.TypeOf(h)
		for i := range v.NumMethod() {
			name := "bridge." + v.Elem().Name()
			bound[name] = append(bound[name], v.Method(i).Name)
		}
	}
	require.Len(t, listed, len(bound))
	for handler, names := range bound {
		assert.ElementsMatch(t, names, listed[handler], handler)
	}
	assert.NotContains(t, w.Body.String(), "%!", "a broken template")
}

func TestRunRefusesTheNetworkWithoutTLS(t *testing.T) {
	s := services(t)
	for _, address := range []string{"0.0.0.0:0", "[::]:0", ":0", "192.0.2.1:0", "example.com:0"} {
		t.Run(address, func(t *testing.T) {
			ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
			defer stop()
			err := serve.Run(ctx, s, pages, serve.Listen{Address: address}, func(string) { t.Error("it listens"); stop() })
			f, told := fault.As(err)
			require.True(t, told, "%v", err)
			assert.Equal(t, fault.Refused, f.Code)
			assert.Equal(t, "serve.needs_tls", f.Problems[0].Key)
		})
	}
	require.Error(t, serve.Run(context.Background(), s, pages, serve.Listen{Address: "no port"}, func(string) { t.Error("it listens") }))
	missing := filepath.Join(t.TempDir(), "none.pem")
	require.Error(t, serve.Run(context.Background(), s, pages, serve.Listen{Address: "127.0.0.1:0", Certificate: missing, Key: missing}, func(string) {}))
	_, err := os.Stat(missing)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestRunAnswersOnLoopback(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	s, address, ended := services(t), make(chan string, 1), make(chan error, 1)
	go func() {
		ended <- serve.Run(ctx, s, pages, serve.Listen{Address: "127.0.0.1:0"}, func(a string) { address <- a })
	}()
	at, token, printed := strings.Cut(<-address, "/?jeton=")
	require.True(t, printed, "nothing is set up yet")
	require.Len(t, token, 26)
	require.True(t, strings.HasPrefix(at, "http://127.0.0.1:"), at)
	host, _, err := net.SplitHostPort(strings.TrimPrefix(at, "http://"))
	require.NoError(t, err)
	require.True(t, net.ParseIP(host).IsLoopback())
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at+"/rpc", bytes.NewReader([]byte(`{"name":"bridge.Session.State","args":[]}`)))
	require.NoError(t, err)
	r.Header.Set("Origin", at)
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())

	var a struct {
		Result json.RawMessage `json:"result"`
		Who    string          `json:"who"`
		Seat   string          `json:"seat"`
	}
	require.NoError(t, json.Unmarshal(body, &a))
	assert.JSONEq(t, `{"setUp":false,"signedIn":false,"locked":false,"families":["portail-public","cabinet","portail-client","dossier"]}`, string(a.Result))
	assert.Empty(t, a.Who)
	assert.Len(t, a.Seat, 26)

	stop()
	select {
	case err := <-ended:
		assert.NoError(t, err)
	case <-time.After(5 * time.Second):
		t.Error("it does not stop")
	}
}

func TestVisitorsSignNobodyOut(t *testing.T) {
	// given somebody signed in, and then more visitors than there are seats
	server := serve.New(services(t), pages, false)
	paule := &browser{t: t, server: server}
	setUp(t, paule)
	for range 1100 {
		(&browser{t: t, server: server}).call("Session.State")
	}
	// when the one signed in goes on
	a := paule.call("Firm.Me")
	// then nobody has taken the seat away
	assert.Empty(t, a.Error)
	assert.Contains(t, string(a.Result), email)
}

func TestAPictureTakesNoSeat(t *testing.T) {
	// given another site's page that asks for a file
	server := serve.New(services(t), pages, false)
	r := httptest.NewRequest(http.MethodGet, local+"/files/x", nil)
	w := httptest.NewRecorder()
	// when it is answered
	server.ServeHTTP(w, r)
	// then there is nothing, and no cookie
	assert.Equal(t, http.StatusNotFound, w.Code)
	assert.Empty(t, w.Result().Cookies())
}

package attack_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"habilis/internal/fault"
)

// The names of the wire that these tests have to know. The token is read from wherever an answer's body gives it.
const (
	cookieName    = "habilis_seat" // what it begins with
	seatHeader    = "X-Habilis-Seat"
	browserHeader = "X-Habilis-Browser"
	shownHeader   = "X-Habilis-Shown"
)

// jar is what a browser keeps of a host: cookies know no port.
type jar map[string]string

// visitor is a page of one origin in a browser: it keeps the jar with the browser's other pages, and the token for itself. browser is what the origin
// keeps for long.
type visitor struct {
	t       *testing.T
	origin  string
	jar     jar
	token   string
	browser string
	shown   string // the token of the printed address
}

func (s *site) visitor() *visitor {
	return &visitor{t: s.t, origin: s.origin, jar: jar{}, browser: rand.Text()}
}

// jeton is what the printed address carries.
func (s *site) jeton() string {
	u, err := url.Parse(s.printed)
	require.NoError(s.t, err)
	return u.Query().Get("jeton")
}

// reply is all of an answer.
type reply struct {
	Status int
	Header http.Header
	Text   string
	Body   map[string]json.RawMessage
	Result json.RawMessage
	Error  string
	fault  fault.Error
}

func (r reply) code() string { return string(r.fault.Code) }

func (r reply) key() string {
	if len(r.fault.Problems) == 0 {
		return ""
	}
	return r.fault.Problems[0].Key
}

// refused reports whether nothing was answered: by HTTP or by a fault.
func (r reply) refused() bool { return r.Status != http.StatusOK || r.Error != "" }

// request makes a request of this page, as its browser would send it.
func (v *visitor) request(method, path string, body []byte) *http.Request {
	v.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, v.origin+path, bytes.NewReader(body))
	require.NoError(v.t, err)
	for _, name := range slices.Sorted(maps.Keys(v.jar)) {
		r.AddCookie(&http.Cookie{Name: name, Value: v.jar[name]})
	}
	if method == http.MethodPost || method == http.MethodPut {
		r.Header.Set("Origin", v.origin)
		r.Header.Set("Content-Type", "application/json")
	}
	if v.token != "" {
		r.Header.Set(seatHeader, v.token)
	}
	if v.browser != "" {
		r.Header.Set(browserHeader, v.browser)
	}
	if v.shown != "" {
		r.Header.Set(shownHeader, v.shown)
	}
	return r
}

// send sends a request as it is and keeps the cookies that come back.
func (v *visitor) send(r *http.Request) reply {
	v.t.Helper()
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(r)
	require.NoError(v.t, err)
	defer response.Body.Close() //nolint:errcheck // read whole
	body, err := io.ReadAll(response.Body)
	require.NoError(v.t, err)
	for _, c := range response.Cookies() {
		v.jar[c.Name] = c.Value
		if c.MaxAge < 0 || c.Value == "" {
			delete(v.jar, c.Name)
		}
	}
	out := reply{Status: response.StatusCode, Header: response.Header, Text: string(body)}
	if json.Unmarshal(body, &out.Body) == nil {
		out.Result = out.Body["result"]
		_ = json.Unmarshal(out.Body["error"], &out.Error) // absent without one
		_ = json.Unmarshal([]byte(out.Error), &out.fault) // empty without one
		if token := tokenOf(out.Body); token != "" {
			v.token = token
		}
	}
	return out
}

// tokenOf finds the token of the seat in an answer: a text of its own beside the result, or inside it.
func tokenOf(body map[string]json.RawMessage) string {
	var inside map[string]json.RawMessage
	_ = json.Unmarshal(body["result"], &inside) // not every result is an object
	for _, part := range []map[string]json.RawMessage{body, inside} {
		for name, value := range part {
			var text string
			low := strings.ToLower(name)
			if strings.Contains(low, "seat") || strings.Contains(low, "token") {
				if json.Unmarshal(value, &text) == nil && len(text) >= 16 {
					return text
				}
			}
		}
	}
	return ""
}

// call calls "Handler.Method".
func (v *visitor) call(name string, args ...any) reply {
	v.t.Helper()
	return v.send(v.request(http.MethodPost, "/rpc", message(v.t, name, args...)))
}

func message(t *testing.T, name string, args ...any) []byte {
	t.Helper()
	if args == nil {
		args = []any{}
	}
	sent := slices.Clone(args)
	for i, a := range sent {
		if o, ok := a.(object); ok && strings.HasPrefix(name, "Changes.") {
			sent[i] = enveloped(t, o)
		}
	}
	body, err := json.Marshal(object{"name": "bridge." + name, "args": sent})
	require.NoError(t, err)
	return body
}

// kinds are the kinds of change by the short names that these tests give them.
var kinds = map[string]string{
	"addPerson": "user.add", "attach": "membership.open", "detach": "membership.end", "extendMembership": "membership.extend", "give": "grant.give",
	"end": "grant.end", "extend": "grant.extend", "createStructure": "structure.create", "setState": "structure.set_state", "setStates": "structure.set_states",
	"cancel": "structure.cancel", "duplicate": "structure.duplicate", "transfer": "principal.transfer", "createDepartment": "department.create",
	"editDepartment": "department.edit", "switchDepartment": "department.set_state", "decide": "request.decide", "ask": "request.ask", "identify": "structure.identify", "refresh": "structure.refresh",
	"relabel": "structure.label", "editFirm": "firm.edit", "signIn": "user.sign_in",
}

// enveloped is a change as a page sends it.
func enveloped(t *testing.T, wish object) object {
	t.Helper()
	for name, input := range wish {
		if kind, known := kinds[name]; known {
			text, err := json.Marshal(input)
			require.NoError(t, err)
			return object{"kind": kind, "input": string(text), "fingerprint": wish["fingerprint"]}
		}
	}
	return wish
}

// confirmed is call as a page makes it: the passphrase is given where it is asked again.
func (v *visitor) confirmed(name string, args ...any) reply {
	v.t.Helper()
	a := v.call(name, args...)
	if strings.Contains(a.Error, again) {
		require.Empty(v.t, v.call("Session.Confirm", passphrase).Error)
		a = v.call(name, args...)
	}
	return a
}

func (v *visitor) must(name string, args ...any) reply {
	v.t.Helper()
	a := v.confirmed(name, args...)
	require.Equal(v.t, http.StatusOK, a.Status, "%s: %s", name, short(a.Text))
	require.Empty(v.t, a.Error, "%s %v", name, args)
	return a
}

// submit carries a change out, or is refused.
func (v *visitor) submit(wish object) (outcome, reply) {
	v.t.Helper()
	a := v.confirmed("Changes.Submit", wish)
	var o outcome
	if !a.refused() {
		require.NoError(v.t, json.Unmarshal(a.Result, &o))
	}
	return o, a
}

// sent announces a small picture and sends it: what it is kept under.
func (v *visitor) sent() string {
	v.t.Helper()
	const picture = "<svg/>"
	handle := decoded[struct {
		Handle string `json:"handle"`
	}](v.t, v.must("Files.Expect", object{"size": len(picture)}).Result).Handle
	v.send(v.request(http.MethodPut, "/files/"+handle, []byte(picture)))
	return handle
}

// me is the address of the person signed in at this page, empty where nobody is.
func (v *visitor) me() string {
	v.t.Helper()
	a := v.call("Firm.Me")
	if a.refused() {
		return ""
	}
	return decoded[struct {
		Email string `json:"email"`
	}](v.t, a.Result).Email
}

// copyOf is another page of the same browser and origin: it has the same jar and the same token.
func (v *visitor) tab() *visitor {
	return &visitor{t: v.t, origin: v.origin, jar: v.jar, token: v.token}
}

// thief has the cookies of a browser, and nothing that its pages keep.
func (v *visitor) thief() *visitor { return &visitor{t: v.t, origin: v.origin, jar: maps.Clone(v.jar)} }

func short(text string) string { return text[:min(300, len(text))] }

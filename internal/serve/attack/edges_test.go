package attack_test

import (
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEveryAnswerHasTheHeaders: H11. Whatever is asked, and whatever is answered.
func TestEveryAnswerHasTheHeaders(t *testing.T) {
	// given a served firm and a file that is offered
	s := firmOf(t)
	v := s.enter("admin")
	file := decoded[struct {
		Handle string `json:"handle"`
	}](t, v.must("Files.Keep", object{"name": "plan.svg", "handle": v.sent()}).Result)
	foreign := func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }
	for name, c := range map[string]struct {
		method, path, body string
		alter              func(r *http.Request)
		status             int
	}{
		"page":                  {"GET", "/", "", nil, 200},
		"page by name":          {"GET", "/index.html", "", nil, 200},
		"script":                {"GET", "/serve.js", "", nil, 200},
		"asset":                 {"GET", "/assets/app-1234.js", "", nil, 200},
		"asset, head":           {"HEAD", "/assets/app-1234.js", "", nil, 200},
		"no asset":              {"GET", "/assets/none.js", "", nil, 404},
		"no page":               {"GET", "/nothing", "", nil, 404},
		"answer":                {"POST", "/rpc", `{"name":"bridge.Session.State","args":[]}`, nil, 200},
		"fault":                 {"POST", "/rpc", `{"name":"bridge.People.Get","args":[0]}`, nil, 200},
		"malformed":             {"POST", "/rpc", `{`, nil, 200},
		"another method of rpc": {"GET", "/rpc", "", nil, 405},
		"another method":        {"PUT", "/", "", nil, 405},
		"foreign":               {"POST", "/rpc", `{}`, foreign, 403},
		"foreign host":          {"GET", "/", "", func(r *http.Request) { r.Host = "evil.example" }, 403},
		"file":                  {"GET", "/files/" + file.Handle, "", nil, 200},
		"no file":               {"GET", "/files/none", "", nil, 404},
	} {
		t.Run(name, func(t *testing.T) {
			r := v.request(c.method, c.path, []byte(c.body))
			r.Header.Set("Origin", s.origin)
			if c.alter != nil {
				c.alter(r)
			}

			a := v.tab().send(r)

			assert.Equal(t, c.status, a.Status)
			for header, value := range map[string]string{
				"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin",
				"Cross-Origin-Opener-Policy": "same-origin", "Referrer-Policy": "no-referrer",
			} {
				assert.Equal(t, value, a.Header.Get(header), header)
			}
			assert.Empty(t, a.Header.Get("Access-Control-Allow-Origin"))
			assert.Empty(t, a.Header.Get("Strict-Transport-Security"), "only over TLS")
		})
	}
}

// TestOnlyOwnNamesAreAnswered: H11. A request addressed to another name, or to this one at another port, gets nothing.
func TestOnlyOwnNamesAreAnswered(t *testing.T) {
	s := firmOf(t)
	_, port, err := net.SplitHostPort(strings.TrimPrefix(s.origin, "http://"))
	require.NoError(t, err)
	for host, own := range map[string]bool{
		"127.0.0.1:" + port:              true,
		"localhost:" + port:              true,
		"127.0.0.1:1":                    false,
		"localhost:1":                    false,
		"127.0.0.1":                      false,
		"localhost":                      false,
		"127.0.0.2:" + port:              false,
		"[::1]:1":                        false,
		"127.0.0.1:0" + port:             false,
		"evil.example:" + port:           false,
		"localhost.evil.example:" + port: false,
		"127.0.0.1." + "evil.example":    false,
		"localhost.:" + port:             false,
		"0.0.0.0:" + port:                false,
		"2130706433:" + port:             false,
		"[::ffff:127.0.0.1]:" + port:     false,
	} {
		for _, method := range []string{"GET", "POST"} {
			t.Run(method+" "+host, func(t *testing.T) {
				v := s.visitor()
				path := map[string]string{"GET": "/", "POST": "/rpc"}[method]
				r := v.request(method, path, message(t, "Session.State"))
				r.Host = host
				r.Header.Set("Origin", "http://"+host)

				a := v.send(r)

				if own {
					assert.Equal(t, http.StatusOK, a.Status)
				} else {
					assert.Contains(t, []int{http.StatusForbidden, http.StatusMisdirectedRequest, http.StatusBadRequest}, a.Status)
					assert.Empty(t, v.jar, "no seat for a stranger")
				}
			})
		}
	}
}

// TestAssetsListNothing: H11. No folder is listed, whatever it is called.
func TestAssetsListNothing(t *testing.T) {
	s := firmOf(t)
	for _, path := range []string{"/assets/", "/assets", "/assets/fonts/", "/assets/fonts", "/assets/../assets/", "/assets//", "/assets/./", "/files/", "/%61ssets/"} {
		t.Run(path, func(t *testing.T) {
			v := s.visitor()
			a := v.send(v.request("GET", path, nil))

			assert.Equal(t, http.StatusNotFound, a.Status)
			assert.NotContains(t, a.Text, "app-1234")
			assert.NotContains(t, a.Text, "inter-12")
		})
	}
}

// TestADisabledUserIsAnsweredNothing: H11. Every method asks first who it is: one disabled in the middle of a session is
// refused by each before anything else is looked at.
func TestADisabledUserIsAnsweredNothing(t *testing.T) {
	// given a manager, disabled while signed in
	s := firmOf(t)
	s.structure("alpha")
	s.attached("manager", "alpha", s.choice(manage), s.choice(consult))
	v := s.enter("manager")
	s.disable("manager")
	for _, method := range s.methods() {
		if method == "Session.Lock" {
			continue
		}
		t.Run(method, func(t *testing.T) {
			// when they call it
			a := v.call(method, zero(t, s, method)...)

			// then they are refused for who they are
			assert.True(t, a.refused(), short(a.Text))
			assert.Contains(t, []string{"unauthenticated", "forbidden"}, a.code(), short(a.Text))
		})
	}
}

// TestNobodyWithoutASession: nor does any method answer without a session, or with a locked one.
func TestNobodyWithoutASession(t *testing.T) {
	s := firmOf(t)
	locked := s.enter("admin")
	locked.must("Session.Lock")
	for _, method := range s.methods() {
		t.Run(method, func(t *testing.T) {
			for _, v := range []*visitor{s.visitor(), locked} {
				assert.Equal(t, "unauthenticated", v.call(method, zero(t, s, method)...).code())
			}
		})
	}
}

// TestFileNamesHoldNoControls: H11. A file's name carries no letter that turns the others round, or that nobody sees.
func TestFileNamesHoldNoControls(t *testing.T) {
	s := firmOf(t)
	v := s.enter("admin")
	for _, sign := range []string{"\u202e", "\u202d", "\u2066", "\u2067", "\u2069", "\u200e", "\u200f", "\u061c", "\u200b", "\ufeff", "\u2028", "\x00", "\r\n", "\x7f"} {
		t.Run(strings.Trim(base64.URLEncoding.EncodeToString([]byte(sign)), "="), func(t *testing.T) {
			name := "liste" + sign + "gvs.exe"
			for _, a := range []reply{
				v.call("Files.Keep", object{"name": name + ".svg", "handle": v.sent()}),
				v.call("Structures.Export", object{"wanted": object{}, "format": "csv", "title": name,
					"columns": []object{{"key": "name", "title": "Nom"}}, "words": object{}}),
			} {
				if a.refused() {
					continue
				}
				file := decoded[struct {
					Handle string `json:"handle"`
					Name   string `json:"name"`
				}](t, a.Result)
				assert.NotContains(t, file.Name, sign)
				r := v.request("GET", "/files/"+file.Handle, nil)
				got := v.send(r)
				assert.NotContains(t, got.Header.Get("Content-Disposition"), sign)
				assert.NotContains(t, strings.ToLower(got.Header.Get("Content-Disposition")), "%e2%80%ae")
			}
		})
	}
}

// TestNoCellIsAFormula: H11. Full-width signs too, which spreadsheets read as the others.
func TestNoCellIsAFormula(t *testing.T) {
	// given structures that begin as formulas do
	s := firmOf(t)
	v := s.enter("admin")
	signs := []string{"=", "+", "-", "@", "＝", "＋", "－", "＠", "\u200b=", "\ufeff=", " =", "\u00a0="}
	for i, sign := range signs {
		s.submit(object{"createStructure": object{
			"identifierType": "pending", "identifier": "F" + string(rune('A'+i)), "sphere": "private", "name": "x",
		}})
		s.exec("UPDATE structures SET name = ? WHERE id = (SELECT max(id) FROM structures)", sign+"cmd|calc")
	}

	// when they are exported
	a := v.must("Structures.Export", object{"wanted": object{}, "format": "csv", "title": "Liste",
		"columns": []object{{"key": "name", "title": "Nom"}}, "words": object{}})
	file := decoded[struct {
		Handle string `json:"handle"`
	}](t, a.Result)
	got := v.send(v.request("GET", "/files/"+file.Handle, nil)).Text

	// then none is one
	lines := strings.Split(strings.TrimPrefix(got, "\ufeff"), "\r\n")
	require.GreaterOrEqual(t, len(lines), len(signs))
	for _, line := range lines[1:] {
		if strings.Contains(line, "cmd") {
			assert.True(t, strings.HasPrefix(strings.Trim(line, `"`), "'"), "%q", line)
		}
	}
}

// TestAWriterThatStalls: a page that sends its message drop by drop keeps nothing, and others are answered meanwhile.
func TestAWriterThatStalls(t *testing.T) {
	// given connections that begin a message and stop
	s := firmOf(t)
	v := s.enter("admin")
	var dialer net.Dialer
	for range 50 {
		c, err := dialer.DialContext(t.Context(), "tcp", strings.TrimPrefix(s.origin, "http://"))
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		require.NoError(t, c.SetDeadline(time.Now().Add(time.Minute)))
		_, err = io.WriteString(c, "POST /rpc HTTP/1.1\r\nHost: "+strings.TrimPrefix(s.origin, "http://")+"\r\nOrigin: "+s.origin+
			"\r\nContent-Length: 1000000\r\n\r\n{")
		require.NoError(t, err)
	}

	// when somebody works
	// then they are answered
	assert.Equal(t, address("admin"), v.me())
}

// Package attack_test attacks a running server with raw requests over loopback: a real file behind the real handlers, wired
// as the product wires them, with a clock that the test holds, a cheap sign-in and a register that remembers what it was asked.
package attack_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/dbtest"
	"habilis/internal/app"
	"habilis/internal/bridge"
	"habilis/internal/flow"
	"habilis/internal/insee"
	"habilis/internal/serve"
	"habilis/internal/signin"
)

const (
	passphrase = "Marmite-Violette-7-Cactus-Parapluie"
	stolen     = "Tambour-Girofle-9-Lanterne-Escabeau" // what the attacker chooses in somebody else's name
	wrong      = "Ceci-Est-Bien-Autre-Chose-8-Voiture"

	gestionnaire   = "Site · Gestionnaire"
	collaborateur  = "Site · Collaborateur"
	administrateur = "Administrateur"
	reader         = "Lecteur"
	manage         = "organisation.modification"
	consult        = "organisation.consultation"
)

// object is what a page sends: its names are those of the wire, so that a changed Go type does not change these tests.
type object = map[string]any

// canary is a text that stands nowhere else. The ends keep one from being part of another.
func canary(name string) string { return "zq" + strings.ToLower(name) + "qz" }

func address(name string) string { return canary(name) + "@exemple.example" }

// hands is a clock that a test moves while a server reads it.
type hands struct {
	mu sync.Mutex
	at time.Time
}

func (h *hands) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hands) move(by time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(by)
}

// register stands in for INSEE's: it knows nothing, and remembers what it was asked.
type register struct {
	mu    sync.Mutex
	asked []string
}

func (r *register) Look(_ context.Context, siret string) insee.Found {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, siret)
	return insee.Found{SIRET: siret, Verdict: insee.Unverifiable, Reason: "insee.network"}
}

// heard returns what was asked since the last time.
func (r *register) heard() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	asked := r.asked
	r.asked = nil
	return asked
}

var pages = fstest.MapFS{
	"index.html": {Data: []byte(
		`<!doctype html><html><head><meta name="csp-nonce" content="__NONCE__"></head><body></body></html>`)},
	"assets/app-1234.js":         {Data: []byte("export {}")},
	"assets/fonts/inter-12.woff": {Data: []byte("font")},
}

// site is a file that a server publishes.
type site struct {
	t        *testing.T
	folder   string
	d        *db.DB
	raw      *sql.DB
	clock    *hands
	s        *bridge.Services
	sessions *signin.Sessions
	signIn   *signin.Service
	register *register
	printed  string // the address, as it is printed
	origin   string
	window   *bridge.Seat // the administrator's, beside the server

	people, profiles, structures, departments map[string]int64
}

// cost is what a seal costs; tests that count derivations ask for a dearer one.
var cheap = signin.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1}

// open makes an empty file and wires the services over it as the product does.
func open(t *testing.T, cost signin.Cost) *site {
	t.Helper()
	s := &site{
		t: t, folder: dbtest.Folder(t), clock: &hands{at: dbtest.Morning}, register: &register{},
		people: map[string]int64{}, profiles: map[string]int64{}, structures: map[string]int64{}, departments: map[string]int64{},
	}
	s.wire(cost)
	t.Cleanup(func() {
		require.NoError(t, errors.Join(s.raw.Close()))
		_ = s.d.Close() // where a test took the file away, closing says so
	})
	return s
}

func (s *site) wire(cost signin.Cost) {
	s.t.Helper()
	d, err := db.Open(context.Background(), s.folder, "serve", s.clock.Now)
	require.NoError(s.t, err)
	s.d = d
	s.raw, err = sql.Open("sqlite", "file:"+d.Path()+"?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)")
	require.NoError(s.t, err)
	s.s = bridge.NewServices()
	app.Wire(s.s, d, app.Parts{
		Now: s.clock.Now, Idle: func() time.Duration { return 10 * time.Minute }, Cost: func() signin.Cost { return cost }, Floor: cost,
		Registry: func(string, string) insee.Registry { return s.register }, Allowed: func(context.Context) insee.Registry { return s.register },
		Explore: func(context.Context, *flow.Service, flow.SetUp) (string, error) {
			return "", errors.New("no example here")
		},
	})
	s.signIn, s.sessions, s.window = s.s.SignIn, s.s.SignIn.Sessions(), bridge.NewSeat(s.s)
}

// serve publishes the services on a free port until the test ends.
func (s *site) serve() {
	s.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	printed, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		ended <- serve.Run(ctx, s.s, pages, serve.Listen{Address: "127.0.0.1:0"}, func(a string) { printed <- a })
	}()
	s.t.Cleanup(func() {
		stop()
		require.NoError(s.t, <-ended)
	})
	select {
	case s.printed = <-printed:
	case err := <-ended:
		require.NoError(s.t, err)
	}
	u, err := url.Parse(s.printed)
	require.NoError(s.t, err)
	s.origin = u.Scheme + "://" + u.Host
}

// direct calls a handler as the window does, without HTTP: "Handler.Method", with what a page would send.
func (s *site) direct(seat *bridge.Seat, name string, args ...any) (result json.RawMessage, failure string) {
	s.t.Helper()
	for _, h := range bridge.Handlers(s.s, seat) {
		v := reflect.ValueOf(h)
		for i := range v.NumMethod() {
			if v.Elem().Type().Name()+"."+v.Type().Method(i).Name == name {
				return invoke(s.t, v.Method(i), args)
			}
		}
	}
	require.Fail(s.t, "no such method", name)
	return nil, ""
}

func invoke(t *testing.T, method reflect.Value, args []any) (json.RawMessage, string) {
	t.Helper()
	in := make([]reflect.Value, len(args))
	for i, a := range args {
		data, err := json.Marshal(a)
		require.NoError(t, err)
		v := reflect.New(method.Type().In(i))
		require.NoError(t, json.Unmarshal(data, v.Interface()))
		in[i] = v.Elem()
	}
	out := method.Call(in)
	if err, _ := out[1].Interface().(error); err != nil {
		return nil, err.Error()
	}
	data, err := json.Marshal(out[0].Interface())
	require.NoError(t, err)
	return data, ""
}

// again is what a method says that wants the passphrase first.
const again = `"passphrase.again"`

// must is what the administrator does in the window, beside the server.
func (s *site) must(name string, args ...any) json.RawMessage {
	s.t.Helper()
	for i, a := range args {
		if o, ok := a.(object); ok && strings.HasPrefix(name, "Changes.") {
			args[i] = enveloped(s.t, o)
		}
	}
	result, failure := s.direct(s.window, name, args...)
	if strings.Contains(failure, again) {
		_, failure := s.direct(s.window, "Session.Confirm", passphrase)
		require.Empty(s.t, failure)
		result, failure = s.direct(s.window, name, args...)
		require.Empty(s.t, failure)
		return result
	}
	require.Empty(s.t, failure, "%s %v", name, args)
	return result
}

type outcome struct {
	Created int64  `json:"created"`
	Code    string `json:"code"`
}

func (s *site) submit(wish object) outcome {
	s.t.Helper()
	return decoded[outcome](s.t, s.must("Changes.Submit", wish))
}

func decoded[T any](t *testing.T, data []byte) (v T) {
	t.Helper()
	require.NoError(t, json.Unmarshal(data, &v), string(data))
	return v
}

func setUpWish() object {
	return object{
		"kind": "practice", "name": "Cabinet", "timeZone": "Europe/Paris", "language": "fr", "registry": "annuaire",
		"families": []string{"cabinet", "portail-public"}, "email": address("admin"), "firstName": "Jo", "lastName": canary("admin"),
		"passphrase": passphrase,
	}
}

// setUp sets the firm up in the window: its administrator is "admin".
func (s *site) setUp() {
	s.t.Helper()
	s.must("Session.SetUp", setUpWish())
	s.people["admin"] = 1
	for _, p := range decoded[[]struct {
		ID     int64  `json:"id"`
		Key    string `json:"key"`
		Family string `json:"family"`
	}](s.t, s.must("Profiles.List")) {
		if p.Key != administrateur || p.Family == "habilis" {
			s.profiles[p.Key] = p.ID
		}
	}
	for _, p := range []string{gestionnaire, collaborateur, administrateur, reader, manage, consult} {
		require.NotZero(s.t, s.profiles[p], p)
	}
}

func (s *site) structure(name string) {
	s.t.Helper()
	s.structures[name] = s.submit(object{"createStructure": object{
		"identifierType": "pending", "identifier": canary(name + "code"), "sphere": "private",
		"name": canary(name), "label": canary(name + "label"),
	}}).Created
}

func (s *site) department(of, name string) {
	s.t.Helper()
	s.departments[name] = s.submit(object{"createDepartment": object{
		"structure": s.structures[of], "code": canary(name + "code"), "label": canary(name),
	}}).Created
}

// choice is a profile, with boxes ticked.
func (s *site) choice(profile string, boxes ...string) object {
	s.t.Helper()
	require.NotZero(s.t, s.profiles[profile], profile)
	return object{"profile": s.profiles[profile], "options": append([]string{}, boxes...)}
}

// person adds somebody at the firm, with profiles there.
func (s *site) person(name string, choices ...object) int64 {
	s.t.Helper()
	return s.attached(name, "", choices...)
}

// attached adds somebody to a place of "structure" or "structure/department", nowhere where it is empty, with profiles there.
func (s *site) attached(name, place string, choices ...object) int64 {
	s.t.Helper()
	of, department, _ := strings.Cut(place, "/")
	s.people[name] = s.submit(object{"addPerson": object{
		"email": address(name), "firstName": "Jo", "lastName": canary(name), "kind": "internal",
		"structure": s.structures[of], "department": s.departments[department], "profiles": append([]object{}, choices...),
	}}).Created
	return s.people[name]
}

// invite returns a code for somebody, in the administrator's name.
func (s *site) invite(name string) string {
	s.t.Helper()
	code := s.submit(object{"signIn": object{"user": s.people[name], "signIn": "invited"}}).Code
	require.NotEmpty(s.t, code)
	return code
}

// enter signs somebody in at a browser of their own, whatever it takes.
func (s *site) enter(name string) *visitor {
	s.t.Helper()
	v := s.visitor()
	if name != "admin" && s.text("SELECT sign_in FROM users WHERE id = ?", s.people[name]) != "open" {
		v.must("Session.Activate", object{"email": address(name), "code": s.invite(name), "passphrase": passphrase})
		return v
	}
	v.must("Session.Enter", object{"email": address(name), "passphrase": passphrase})
	return v
}

func (s *site) number(query string, args ...any) int64 {
	s.t.Helper()
	var n int64
	require.NoError(s.t, s.raw.QueryRowContext(context.Background(), query, args...).Scan(&n))
	return n
}

func (s *site) text(query string, args ...any) string {
	s.t.Helper()
	var text string
	require.NoError(s.t, s.raw.QueryRowContext(context.Background(), query, args...).Scan(&text))
	return text
}

func (s *site) exec(query string, args ...any) {
	s.t.Helper()
	_, err := s.raw.ExecContext(context.Background(), query, args...)
	require.NoError(s.t, err)
}

// firmOf is a served firm: its administrator "admin" is signed in in the window.
func firmOf(t *testing.T) *site {
	t.Helper()
	s := open(t, cheap)
	s.setUp()
	s.serve()
	return s
}

// siret makes a valid number: eight digits and the Luhn key of the SIREN, four and the key of the whole.
func siret(n int) string { return keyed(keyed(fmt.Sprintf("%08d", 31000000+n)) + "0001") }

func keyed(digits string) string {
	for key := range 10 {
		text, sum := digits+fmt.Sprint(key), 0
		for i := range len(text) {
			n := int(text[len(text)-1-i] - '0')
			if i%2 == 1 {
				n = n*2 - n*2/10*9
			}
			sum += n
		}
		if sum%10 == 0 {
			return text
		}
	}
	panic("no key")
}

func (s *site) column(query string, args ...any) []string {
	s.t.Helper()
	rows, err := s.raw.QueryContext(context.Background(), query, args...)
	require.NoError(s.t, err)
	defer rows.Close() //nolint:errcheck // a test
	list := []string{}
	for rows.Next() {
		var text string
		require.NoError(s.t, rows.Scan(&text))
		list = append(list, text)
	}
	require.NoError(s.t, rows.Err())
	return list
}

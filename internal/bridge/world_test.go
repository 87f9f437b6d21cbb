package bridge_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/dbtest"
	"habilis/internal/access"
	"habilis/internal/bridge"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/firm"
	"habilis/internal/flow"
	"habilis/internal/grant"
	"habilis/internal/insee"
	"habilis/internal/journal"
	"habilis/internal/people"
	"habilis/internal/period"
	"habilis/internal/profile"
	"habilis/internal/request"
	"habilis/internal/signin"
	"habilis/internal/structure"
)

const (
	passphrase = "Marmite-Violette-7-Cactus"
	sireneKey  = "zqsirenekeyqz" // a canary that nobody may see
	day        = 24 * time.Hour
)

// canary is a text that stands nowhere else. The ends keep one from being part of another.
func canary(name string) string { return "zq" + strings.ToLower(name) + "qz" }

// world is a firm in a real file behind the real handlers, with a canary in each name.
type world struct {
	t     testing.TB
	d     *db.DB
	raw   *sql.DB
	clock *dbtest.Clock
	s     *bridge.Services
	seats map[string]*bridge.Seat
	admin *bridge.Seat

	structures, departments, people, profiles, requests, grants map[string]int64
	sirets                                                      map[string]string
}

// open makes an empty file wired as app.go does, with a cheap sign-in and no network.
func open(t testing.TB) *world {
	t.Helper()
	d, clock := dbtest.Open(t)
	raw, err := sql.Open("sqlite", "file:"+d.Path()+"?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, raw.Close()) })
	w := &world{
		t: t, d: d, raw: raw, clock: clock, s: bridge.NewServices(), seats: map[string]*bridge.Seat{},
		structures: map[string]int64{}, departments: map[string]int64{}, people: map[string]int64{}, profiles: map[string]int64{},
		requests: map[string]int64{}, grants: map[string]int64{}, sirets: map[string]string{},
	}
	cheap := signin.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1}
	none := func(string, string) insee.Registry { return nil }
	sessions := signin.NewSessions(clock.Now, func() time.Duration { return 10 * time.Minute })
	signIn := signin.NewService(d, clock.Now, func() signin.Cost { return cheap }, cheap, sessions)
	changes := change.NewService(d)
	structures := structure.NewService(d, clock.Now, func(context.Context) insee.Registry { return nil })
	requests := request.NewService(d, changes.Load, granted)
	s := w.s
	s.Changes, s.SignIn, s.Structures, s.Requests = changes, signIn, structures, requests
	s.Firm, s.Grants, s.Journal = firm.NewService(d), grant.NewService(d), journal.NewService(d)
	s.People, s.Profiles = people.NewService(d), profile.NewService(d)
	s.Flow = flow.NewService(d, changes, signIn, structures, none)
	s.Explore = func(context.Context, flow.SetUp) (string, error) { return "", fault.New(fault.Refused, "test.no_demo") }
	for _, empty := range []func() change.Change{
		func() change.Change { return &grant.Attach{} }, func() change.Change { return &grant.Give{} },
		func() change.Change { return requests.Decision(request.Decide{}) },
	} {
		changes.Register(empty)
	}
	s.Ready()
	w.admin = bridge.NewSeat(s)
	return w
}

// granted is app.go's.
func granted(w request.Wish) change.Change {
	if w.Subject == "profiles" {
		return &grant.Give{User: w.User, Structure: w.Scope.Structure, Department: w.Scope.Department, Profiles: w.Profiles, Reason: "request"}
	}
	return &grant.Attach{User: w.User, Structure: w.Scope.Structure, Department: w.Scope.Department, Profiles: w.Profiles}
}

// methods gives what is bound at a seat, by "Handler.Method".
func (w *world) methods(seat *bridge.Seat) map[string]reflect.Value {
	all := map[string]reflect.Value{}
	for _, h := range bridge.Handlers(w.s, seat) {
		v := reflect.ValueOf(h)
		for i := range v.NumMethod() {
			all[v.Elem().Type().Name()+"."+v.Type().Method(i).Name] = v.Method(i)
		}
	}
	return all
}

// invoke calls a bound method and gives its result and its error text.
func (w *world) invoke(seat *bridge.Seat, name string, args ...any) (any, string) {
	return invoke(w.methods(seat)[name], args...)
}

func invoke(method reflect.Value, args ...any) (any, string) {
	in := make([]reflect.Value, len(args))
	for i, a := range args {
		in[i] = reflect.ValueOf(a)
	}
	out := method.Call(in)
	if err, _ := out[1].Interface().(error); err != nil {
		return out[0].Interface(), err.Error()
	}
	return out[0].Interface(), ""
}

func (w *world) must(seat *bridge.Seat, name string, args ...any) any {
	w.t.Helper()
	result, failure := w.invoke(seat, name, args...)
	require.Empty(w.t, failure, "%s %+v", name, args)
	return result
}

func (w *world) submit(wish bridge.Wish) bridge.Outcome {
	w.t.Helper()
	return w.must(w.admin, "Changes.Submit", wish).(bridge.Outcome)
}

// siret makes a valid number: eight digits and the Luhn key of the SIREN, four and the key of the whole.
func siret(n int) string {
	siren := keyed(fmt.Sprintf("%08d", 31000000+n))
	return keyed(siren + "0001")
}

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

func (w *world) addStructure(name string) {
	number := siret(len(w.structures))
	out := w.submit(bridge.Wish{CreateStructure: &structure.Input{
		IdentifierType: "siret", Identifier: number, Sphere: "private", Name: canary(name), Label: canary(name + "detail"),
		Email: canary(name+"detail") + "@exemple.example",
	}})
	w.structures[name], w.sirets[name] = out.Created, number
	w.exec("UPDATE structures SET town = ?, town_key = ?, address1 = ? WHERE id = ?", canary(name+"detail"), canary(name+"detail"), canary(name+"detail"), out.Created)
}

func (w *world) addDepartment(of, name string) {
	out := w.submit(bridge.Wish{CreateDepartment: &structure.CreateDepartment{Structure: w.structures[of], Code: canary(name), Label: canary(name)}})
	w.departments[name] = out.Created
}

// ending names the people whose access ends within a month.
var ending = map[string]bool{"ina": true, "ina1": true, "ina2": true, "inb": true, "both": true, "ins1": true, "everywhere": true}

// addPerson adds a person attached to a place of "structure", "structure/department", or nowhere, with profiles there.
func (w *world) addPerson(name, place string, profiles ...string) {
	in := &flow.AddPerson{Identity: people.Identity{Email: canary(name) + "@exemple.example", FirstName: "Jo", LastName: canary(name), Kind: "internal"}}
	in.Structure, in.Department = w.place(place)
	if ending[name] {
		in.Until = "2026-06-30"
	}
	in.Profiles = w.choices(profiles...)
	w.people[name] = w.submit(bridge.Wish{AddPerson: in}).Created
}

func (w *world) choices(profiles ...string) []access.Choice {
	list := []access.Choice{}
	for _, p := range profiles {
		require.NotZero(w.t, w.profiles[p], p)
		list = append(list, access.Choice{Profile: w.profiles[p], Options: []string{}})
	}
	return list
}

func (w *world) place(place string) (of, department int64) {
	name, room, inside := strings.Cut(place, "/")
	if inside {
		department = w.departments[room]
	}
	return w.structures[name], department
}

func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	_, err := w.raw.ExecContext(context.Background(), query, args...)
	require.NoError(w.t, err)
}

func (w *world) number(query string, args ...any) int64 {
	w.t.Helper()
	var n int64
	require.NoError(w.t, w.raw.QueryRowContext(context.Background(), query, args...).Scan(&n))
	return n
}

// scripted is a change that the program does not offer yet.
type scripted struct {
	apply func(ctx context.Context, tx *db.Tx) error
}

func (*scripted) Kind() string                                        { return "test.scripted" }
func (*scripted) Need(context.Context, *db.Tx) ([]access.Need, error) { return nil, nil }
func (c *scripted) Apply(ctx context.Context, tx *db.Tx, a *access.Actor) error {
	if err := c.apply(ctx, tx); err != nil {
		return err
	}
	return journal.Record(ctx, tx, a, journal.Entry{Action: "test.scripted", Kind: "test"})
}

func (w *world) script(apply func(ctx context.Context, tx *db.Tx) error) {
	w.t.Helper()
	ctx := access.WithActor(context.Background(), w.people["admin"], "test")
	require.NoError(w.t, w.s.Changes.Run(ctx, &scripted{apply}))
}

// transfer makes somebody attached to a structure its principal manager.
func (w *world) transfer(of, to string) {
	row := w.number("SELECT id FROM principals WHERE structure_id = ? ORDER BY id DESC LIMIT 1", w.structures[of])
	w.script(func(ctx context.Context, tx *db.Tx) error {
		if err := access.EndPrincipal(ctx, tx, row, tx.At); err != nil {
			return err
		}
		_, err := access.OpenPrincipal(ctx, tx, w.people[to], w.structures[of], "transferred", period.Span{From: tx.At, Until: period.Open}, access.By{Line: 1})
		return err
	})
}

func (w *world) disable(name string) {
	row := w.number("SELECT id FROM user_states WHERE user_id = ? ORDER BY id DESC LIMIT 1", w.people[name])
	w.script(func(ctx context.Context, tx *db.Tx) error {
		if err := access.EndUserState(ctx, tx, row, tx.At); err != nil {
			return err
		}
		_, err := access.OpenUserState(ctx, tx, w.people[name], false, period.Span{From: tx.At, Until: period.Open}, access.By{Line: 1})
		return err
	})
}

func (w *world) detach(name, of string) {
	w.submit(bridge.Wish{Detach: &grant.Detach{User: w.people[name], Structure: w.structures[of], Comment: canary("detach" + name)}})
}

// signIn invites a person and lets him choose a passphrase, by the real handlers.
func (w *world) signIn(name string) {
	code := w.submit(bridge.Wish{SignIn: &signin.SetSignIn{User: w.people[name], SignIn: "invited"}}).Code
	w.seats[name] = bridge.NewSeat(w.s)
	w.must(w.seats[name], "Session.Activate", signin.Invitation{Email: canary(name) + "@exemple.example", Code: code, Passphrase: passphrase})
}

func (w *world) setUp() {
	w.must(w.admin, "Session.SetUp", flow.SetUp{
		Kind: "practice", Name: "Cabinet", TimeZone: "Europe/Paris", Language: "fr", Registry: "none", SireneKey: sireneKey,
		Families: []string{"portail-public", "cabinet"}, Email: canary("admin") + "@exemple.example", FirstName: "Jo", LastName: canary("admin"), Passphrase: passphrase,
	})
	w.people["admin"] = 1
	for _, p := range w.must(w.admin, "Profiles.List").([]profile.Profile) {
		w.profiles[p.Key] = p.ID
	}
}

// at moves the clock on; the administrator enters again.
func (w *world) at(now time.Time) {
	w.clock.At = now
	w.must(w.admin, "Session.Enter", signin.Credentials{Email: canary("admin") + "@exemple.example", Passphrase: passphrase})
}

const (
	manage  = "organisation.modification"
	consult = "organisation.consultation"
	read    = "Lecteur"
)

// build makes the firm of the policy test: alpha, where most of it happens; beta elsewhere; gamma inactive; secret, of which nobody but the
// administrator may see anything.
func build(t testing.TB) *world {
	w := open(t)
	w.clock.At = dbtest.Morning.Add(-5 * day)
	w.setUp()
	for _, s := range []string{"alpha", "beta", "gamma", "secret"} {
		w.addStructure(s)
	}
	for _, d := range []string{"alpha/a1", "alpha/a2", "beta/b1", "gamma/g1", "secret/s1"} {
		of, name, _ := strings.Cut(d, "/")
		w.addDepartment(of, name)
	}
	w.inhabit()
	w.at(dbtest.Morning.Add(-day))
	w.transfer("alpha", "boss")
	w.transfer("secret", "guardian")
	w.detach("admin", "alpha")
	w.detach("admin", "secret")
	w.detach("ended", "alpha")
	w.detach("gone", "alpha")
	w.must(w.admin, "Structures.Rename", structure.Rename{ID: w.departments["a2"], Label: canary("a2new"), Version: 1})
	w.submit(bridge.Wish{SetState: &structure.SetState{Structure: w.structures["gamma"]}})
	w.ask()
	w.at(dbtest.Morning)
	for _, name := range []string{"nobody", "elsewhere", "roomer", "ended", "disabled", "manager", "reader", "plain"} {
		w.signIn(name)
	}
	w.disable("disabled")
	for name, id := range w.people {
		w.grants[name] = w.number("SELECT coalesce(max(id), 0) FROM grants WHERE user_id = ?", id)
	}
	return w
}

// inhabit adds the people: the callers first, then those they would like to know of.
func (w *world) inhabit() {
	for _, p := range [][]string{
		{"nobody", ""},
		{"elsewhere", "beta", manage, read},
		{"roomer", "alpha/a1", manage, read},
		{"ended", "alpha", manage, read},
		{"disabled", "alpha", manage, read},
		{"manager", "alpha", manage, read},
		{"reader", "alpha", consult},
		{"plain", "alpha"},
		{"boss", "alpha"},
		{"ina", "alpha", consult},
		{"ina1", "alpha/a1", consult},
		{"ina2", "alpha/a2", consult},
		{"inb", "beta", consult},
		{"both", "beta/b1", consult},
		{"ing", "gamma", consult},
		{"guardian", "secret", manage},
		{"ins1", "secret/s1", consult},
		{"gone", "alpha", consult},
		{"alone", ""},
		{"everywhere", "", read},
	} {
		w.addPerson(p[0], p[1], p[2:]...)
	}
	s, d := w.place("beta/b1")
	w.submit(bridge.Wish{Attach: &grant.Attach{User: w.people["roomer"], Structure: s, Department: d}})
	w.submit(bridge.Wish{Attach: &grant.Attach{User: w.people["both"], Structure: w.structures["alpha"]}})
}

// ask writes requests down: about alpha, one of its departments, and secret, the last by one who cannot see it.
func (w *world) ask() {
	for name, in := range map[string]request.Input{
		"qalpha":  {Subject: "membership", Beneficiary: w.people["alone"], Structure: w.structures["alpha"]},
		"qa1":     {Subject: "profiles", Beneficiary: w.people["ina1"], Structure: w.structures["alpha"], Department: w.departments["a1"], Profiles: w.choices(manage)},
		"qa2":     {Subject: "profiles", Beneficiary: w.people["ina2"], Structure: w.structures["alpha"], Department: w.departments["a2"], Profiles: w.choices(manage)},
		"qsecret": {Subject: "membership", Beneficiary: w.people["alone"], Structure: w.structures["secret"], Department: w.departments["s1"]},
		"qown":    {Subject: "membership", Beneficiary: w.people["nobody"], Structure: w.structures["secret"]},
		"qdone":   {Subject: "profiles", Beneficiary: w.people["ina"], Structure: w.structures["alpha"], Profiles: w.choices(manage)},
	} {
		in.Comment = canary(name)
		w.requests[name] = w.must(w.admin, "Requests.Ask", in).(int64)
	}
	w.submit(bridge.Wish{Decide: &request.Decide{Request: w.requests["qdone"], Comment: canary("decision")}})
}

// text is all that a page is given by an answer.
func text(result any, failure string) string {
	if failure != "" {
		return failure
	}
	data, err := json.Marshal(result)
	if err != nil {
		return "cannot be marshalled: " + err.Error()
	}
	return string(data)
}

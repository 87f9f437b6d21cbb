package bridge_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"habilis/db"
	"habilis/db/dbtest"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/app"
	"habilis/internal/bridge"
	"habilis/internal/change"
	"habilis/internal/department"
	"habilis/internal/fault"
	"habilis/internal/flow"
	"habilis/internal/grant"
	"habilis/internal/insee"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/people"
	"habilis/internal/period"
	"habilis/internal/platform"
	"habilis/internal/profile"
	"habilis/internal/request"
	"habilis/internal/right"
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

	structures, departments, people, profiles, requests, grants, contracts map[string]int64

	sirets   map[string]string
	details  map[string]int64  // the canaries that only a structure's whole record shows, with its id
	numbers  map[string]string // the canaries that are numbers, by their digits
	register *sirene
}

// sirene stands in for INSEE's: it knows what a test taught it, and remembers what it was asked.
type sirene struct {
	mu    sync.Mutex
	known map[string]insee.Found
	asked []string
	gate  func() // waits, where a test wants it to
}

// Look answers at once, or when the gate lets it.
func (r *sirene) Look(_ context.Context, siret string) insee.Found {
	if r.gate != nil {
		r.gate()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, siret)
	if found, known := r.known[siret]; known {
		return found
	}
	return insee.Found{SIRET: siret, Verdict: insee.Unverifiable, Reason: "insee.network"}
}

// heard returns what was asked since the last time.
func (r *sirene) heard() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	asked := r.asked
	r.asked = nil
	return asked
}

// open makes an empty file wired as the product is, with a cheap sign-in and a register that knows nothing yet.
func open(t testing.TB) *world {
	t.Helper()
	d, clock := dbtest.Open(t)
	raw, err := sql.Open("sqlite", "file:"+d.Path()+"?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, raw.Close()) })
	w := &world{
		t: t, d: d, raw: raw, clock: clock, s: bridge.NewServices(), seats: map[string]*bridge.Seat{},
		structures: map[string]int64{}, departments: map[string]int64{}, people: map[string]int64{}, profiles: map[string]int64{},
		requests: map[string]int64{}, grants: map[string]int64{}, contracts: map[string]int64{}, sirets: map[string]string{}, details: map[string]int64{},
		numbers: map[string]string{}, register: &sirene{known: map[string]insee.Found{}},
	}
	cheap := signin.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1}
	app.Wire(w.s, d, app.Parts{
		Now: clock.Now, Idle: func() time.Duration { return 10 * time.Minute }, Cost: func() signin.Cost { return cheap }, Floor: cheap,
		Registry: func(string, string) insee.Registry { return nil }, Allowed: func(context.Context) insee.Registry { return w.register },
		Explore: func(context.Context, *flow.Service, flow.SetUp) (string, error) {
			return "", fault.New(fault.Refused, "test.no_demo")
		},
	})
	w.admin = bridge.NewSeat(w.s)
	return w
}

// methods returns what is bound at a seat, by "Handler.Method".
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

// again is what a method says that wants the passphrase first.
const again = `"passphrase.again"`

// invoke calls a bound method and gives its result and its error text. What is sent is a copy, as over the wire. As on a page, the passphrase is given
// where it is asked again.
func (w *world) invoke(seat *bridge.Seat, name string, args ...any) (any, string) {
	w.t.Helper()
	result, failure := w.invokeOnce(seat, name, args...)
	if strings.Contains(failure, again) {
		_, failure := w.invokeOnce(seat, "Session.Confirm", passphrase)
		if strings.Contains(failure, "signin.wait") {
			w.clock.At = w.clock.At.Add(time.Minute)
			_, failure = w.invokeOnce(seat, "Session.Confirm", passphrase)
		}
		require.Empty(w.t, failure)
		return w.invokeOnce(seat, name, args...)
	}
	return result, failure
}

func (w *world) invokeOnce(seat *bridge.Seat, name string, args ...any) (any, string) {
	w.t.Helper()
	sent := make([]any, len(args))
	for i, a := range args {
		if c, ok := a.(change.Change); ok {
			a = wish(c)
		}
		data, err := json.Marshal(a)
		require.NoError(w.t, err)
		v := reflect.New(reflect.TypeOf(a))
		require.NoError(w.t, json.Unmarshal(data, v.Interface()))
		sent[i] = v.Elem().Interface()
	}
	return invoke(w.methods(seat)[name], sent...)
}

// wish is a change as a page sends it.
func wish(c change.Change) bridge.Wish {
	stored, err := change.Store(c)
	if err != nil {
		panic(err)
	}
	return bridge.Wish{Kind: stored.Kind, Input: string(stored.Input)}
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

func (w *world) submit(c change.Change) bridge.Outcome {
	w.t.Helper()
	return w.must(w.admin, "Changes.Submit", c).(bridge.Outcome)
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

// written are the fields of a record that hold a canary of their own.
var written = []string{"label", "email", "address", "town", "rcs", "mandate", "account", "connections", "tag"}

func (w *world) detail(name, of string) string {
	c := canary(name + of)
	w.details[c] = w.structures[name]
	return c
}

// addStructure makes a structure that awaits its SIRET, with a canary in each field.
func (w *world) addStructure(name string) {
	n := len(w.structures)
	phone, pacage := fmt.Sprintf("1234567%02d", n), fmt.Sprintf("9900000%02d", n)
	out := w.submit(structure.Create{Input: structure.Input{
		IdentifierType: "pending", Identifier: canary(name + "former"), Sphere: "private", Fields: structure.Fields{
			Name: canary(name), Label: canary(name + "label"), Email: canary(name+"email") + "@exemple.example", Phone: "0" + phone, PACAGE: pacage,
			Address1: canary(name + "address"), Town: canary(name + "town"), RCS: canary(name + "rcs"), MandateHolder: canary(name + "mandate"),
			TechnicalAccount: canary(name + "account"), Connections: canary(name + "connections"), Labels: []string{canary(name + "tag")},
		},
	}})
	w.structures[name] = out.Created
	for _, of := range written {
		w.detail(name, of)
	}
	w.numbers[phone], w.numbers[pacage] = w.detail(name, "phone"), w.detail(name, "pacage")
}

// arrive gives a structure the SIRET that it awaited.
func (w *world) arrive(name string) {
	number := siret(len(w.sirets))
	w.must(w.admin, "Changes.Submit", structure.Identify{ID: w.structures[name], SIRET: number})
	w.sirets[name], w.numbers[number] = number, canary(name+"siret")
	w.detail(name, "former")
}

// addPlatform makes a registered platform, and its contracts with two structures: one that many see and one that nobody does.
func (w *world) addPlatform() {
	w.must(w.admin, "Changes.Submit", platforms)
	w.structures["plat"] = w.submit(structure.Create{Input: structure.Input{IdentifierType: "platform", Identifier: "ZQ01", Fields: structure.Fields{
		Name: canary("plat"), Label: canary("platlabel"),
	}}}).Created
	w.detail("plat", "label")
	for _, client := range []string{"alpha", "secret"} {
		w.contracts[client] = w.submit(platform.AddContract{
			Platform: w.structures["plat"], Client: w.structures[client], Reference: canary("contract" + client), Powers: []string{"issue"}, From: "2026-01-01",
		}).Created
	}
}

// platforms is the official list that the firm pasted.
var platforms = platform.SetPlatforms{Text: "ZQ01;" + canary("listed") + ";immatriculée"}

func (w *world) addDepartment(of, name string) {
	out := w.submit(department.CreateDepartment{Structure: w.structures[of], Code: canary(name), Fields: department.Fields{
		Label: canary(name), Description: canary(name), Address: canary(name),
	}})
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
	w.people[name] = w.submit(in).Created
}

func (w *world) choices(profiles ...string) []right.Choice {
	list := []right.Choice{}
	for _, p := range profiles {
		require.NotZero(w.t, w.profiles[p], p)
		list = append(list, right.Choice{Profile: w.profiles[p], Options: []string{}})
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
	apply func(ctx context.Context, tx *db.Tx, by ledger.By) error
}

func (*scripted) Kind() string                                        { return "test.scripted" }
func (*scripted) Need(context.Context, *db.Tx) ([]access.Need, error) { return nil, nil }
func (c *scripted) Check(context.Context, *change.Work) error         { return nil }

func (c *scripted) Apply(ctx context.Context, w *change.Work) (change.Outcome, error) {
	return change.Outcome{}, c.perform(ctx, w.Tx, w.Actor)
}

func (c *scripted) perform(ctx context.Context, tx *db.Tx, a *access.Actor) error {
	line, err := journal.Reserve(ctx, tx)
	if err != nil {
		return err
	}
	if err := c.apply(ctx, tx, ledger.By{Line: line.Seq()}); err != nil {
		return err
	}
	return line.Fill(a, journal.Entry{Action: "test.scripted", Kind: "test"})
}

func (w *world) script(apply func(ctx context.Context, tx *db.Tx, by ledger.By) error) {
	w.t.Helper()
	ctx := access.WithConfirmed(access.WithActor(context.Background(), w.people["admin"], "test"))
	require.NoError(w.t, w.s.Changes.Run(ctx, &scripted{apply}))
}

// transfer makes somebody attached to a structure its principal manager.
func (w *world) transfer(of, to string) {
	row := w.number("SELECT id FROM principals WHERE structure_id = ? ORDER BY id DESC LIMIT 1", w.structures[of])
	w.script(func(ctx context.Context, tx *db.Tx, by ledger.By) error {
		if err := ledger.EndPrincipal(ctx, tx, row, tx.At, by); err != nil {
			return err
		}
		_, err := ledger.OpenPrincipal(ctx, tx, w.people[to], w.structures[of], "transferred", period.Span{From: tx.At, Until: period.Open}, by)
		return err
	})
}

func (w *world) disable(name string) {
	row := w.number("SELECT id FROM user_states WHERE user_id = ? ORDER BY id DESC LIMIT 1", w.people[name])
	w.script(func(ctx context.Context, tx *db.Tx, by ledger.By) error {
		if err := ledger.EndUserState(ctx, tx, row, tx.At, by); err != nil {
			return err
		}
		_, err := ledger.OpenUserState(ctx, tx, w.people[name], false, period.Span{From: tx.At, Until: period.Open}, by)
		return err
	})
}

func (w *world) detach(name, of string) {
	w.submit(grant.Detach{User: w.people[name], Structure: w.structures[of], Comment: canary("detach" + name)})
}

// signIn invites a person and lets them choose a passphrase, by the real handlers.
func (w *world) signIn(name string) {
	code := w.submit(signin.SetSignIn{User: w.people[name], SignIn: "invited"}).Code
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
// administrator may see anything; pend, as secret, which awaits its SIRET; plat, a platform. The register knows alpha, beta and secret.
func build(t testing.TB) *world {
	w := open(t)
	w.clock.At = dbtest.Morning.Add(-5 * day)
	w.setUp()
	for _, s := range []string{"alpha", "beta", "gamma", "secret", "pend"} {
		w.addStructure(s)
		if s != "pend" {
			w.arrive(s)
		}
	}
	w.addPlatform()
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
	w.edit("alpha", func(f *structure.Fields) { f.Responsible, f.ResponsibleID = "user", w.people["guardian"] })
	w.must(w.admin, "Changes.Submit", structure.Relabel{Structures: []int64{w.structures["alpha"], w.structures["secret"], w.structures["beta"]}, Add: []string{"Commune"}})
	w.submit(w.renamed("a2", canary("a2new")))
	w.submit(structure.SetState{Structure: w.structures["gamma"]})
	w.ask()
	w.at(dbtest.Morning)
	for _, name := range []string{"nobody", "elsewhere", "roomer", "ended", "disabled", "manager", "reader", "plain", "mover", "boss"} {
		w.signIn(name)
	}
	w.disable("disabled")
	for name, id := range w.people {
		w.grants[name] = w.number("SELECT coalesce(max(id), 0) FROM grants WHERE user_id = ?", id)
	}
	for _, name := range []string{"alpha", "beta", "secret"} {
		w.register.known[w.sirets[name]] = insee.Found{
			SIRET: w.sirets[name], Verdict: insee.Active, Source: insee.SourceSirene, Name: canary(name), Address1: w.detail(name, "street"), Town: canary(name + "town"),
		}
	}
	w.register.heard()
	return w
}

// edited is the wish to change a structure's fields as they are now.
func (w *world) edited(name string, change func(f *structure.Fields)) structure.Edit {
	w.t.Helper()
	got := w.must(w.admin, "Structures.Get", w.structures[name]).(structure.Structure)
	in := structure.Edit{ID: got.ID, Version: got.Version, Mine: got.Fields, Base: got.Fields}
	change(&in.Mine)
	return in
}

func (w *world) edit(name string, change func(f *structure.Fields)) {
	w.t.Helper()
	w.must(w.admin, "Changes.Submit", w.edited(name, change))
}

// renamed is the wish to change a department's label as it is now.
func (w *world) renamed(name, label string) *department.EditDepartment {
	w.t.Helper()
	of := w.number("SELECT structure_id FROM departments WHERE id = ?", w.departments[name])
	for _, d := range w.must(w.admin, "Structures.Departments", of).([]department.Department) {
		if d.ID == w.departments[name] {
			in := &department.EditDepartment{Department: d.ID, Version: d.Version, Mine: d.Fields, Base: d.Fields}
			in.Mine.Label = label
			return in
		}
	}
	require.Fail(w.t, "no such department", name)
	return nil
}

// addProfile makes a profile of these permissions alone.
func (w *world) addProfile(name, permissions string) {
	w.t.Helper()
	c, err := right.ParseContent(permissions)
	require.NoError(w.t, err)
	w.script(func(ctx context.Context, tx *db.Tx, by ledger.By) error {
		id, err := tx.AddProfile(ctx, sqlc.AddProfileParams{FamilyID: 1, Key: name, Name: name, Audience: "both"})
		if err != nil {
			return err
		}
		w.profiles[name] = id
		_, err = ledger.OpenContent(ctx, tx, id, c, period.Span{From: tx.At, Until: period.Open}, by)
		return err
	})
}

// inhabit adds the people: the callers first, then those they would like to know of. A mover sees nobody of the people.
func (w *world) inhabit() {
	w.addProfile("mover", "principal.transfer=all structure.activate=all")
	for _, p := range [][]string{
		{"nobody", ""},
		{"elsewhere", "beta", manage, read},
		{"roomer", "alpha/a1", manage, read},
		{"ended", "alpha", manage, read},
		{"disabled", "alpha", manage, read},
		{"manager", "alpha", manage, read},
		{"reader", "alpha", consult},
		{"plain", "alpha"},
		{"mover", "alpha", "mover"},
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
	w.submit(grant.Attach{User: w.people["roomer"], Structure: s, Department: d})
	w.submit(grant.Attach{User: w.people["both"], Structure: w.structures["alpha"]})
	w.submit(grant.Attach{User: w.people["reader"], Structure: w.structures["plat"]})
}

// ask writes requests down: about alpha, one of its departments, and secret, the last by one who cannot see it.
func (w *world) ask() {
	for name, in := range map[string]request.Ask{
		"qalpha":  {Subject: "membership", Beneficiary: w.people["alone"], Structure: w.structures["alpha"]},
		"qa1":     {Subject: "profiles", Beneficiary: w.people["ina1"], Structure: w.structures["alpha"], Department: w.departments["a1"], Profiles: w.choices(manage)},
		"qa2":     {Subject: "profiles", Beneficiary: w.people["ina2"], Structure: w.structures["alpha"], Department: w.departments["a2"], Profiles: w.choices(manage)},
		"qsecret": {Subject: "membership", Beneficiary: w.people["alone"], Structure: w.structures["secret"], Department: w.departments["s1"]},
		"qown":    {Subject: "membership", Beneficiary: w.people["nobody"], Structure: w.structures["secret"]},
		"qdone":   {Subject: "profiles", Beneficiary: w.people["ina"], Structure: w.structures["alpha"], Profiles: w.choices(manage)},
	} {
		in.Comment = canary(name)
		w.requests[name] = w.submit(in).Created
	}
	w.submit(request.Decide{Request: w.requests["qdone"], Comment: canary("decision")})
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

// answer is text, with what stands in the file that was offered, in the place of its handle.
func (w *world) answer(seat *bridge.Seat, name string, args ...any) string {
	w.t.Helper()
	result, failure := w.invoke(seat, name, args...)
	file := w.taken(seat, &result)
	return text(result, failure) + file
}

// taken fetches the file that an answer offers, and gives what it holds as text.
func (w *world) taken(seat *bridge.Seat, result *any) string {
	w.t.Helper()
	file, offered := (*result).(bridge.File)
	if !offered || file.Handle == "" {
		return ""
	}
	o, there := seat.Take(file.Handle)
	require.True(w.t, there, "what was offered is there")
	*result = file.Name
	var b bytes.Buffer
	if err := o.Write(&b); err != nil {
		f, told := fault.As(err)
		require.True(w.t, told, "%s: %v", file.Name, err)
		return " cannot be written: " + bridge.Text(f)
	}
	return inside(w.t, file.Name, b.Bytes())
}

// inside returns the texts of a file.
func inside(t testing.TB, name string, data []byte) string {
	t.Helper()
	switch filepath.Ext(name) {
	case ".xlsx":
		book, err := excelize.OpenReader(bytes.NewReader(data))
		require.NoError(t, err)
		rows, err := book.GetRows(book.GetSheetList()[0])
		require.NoError(t, err)
		return fmt.Sprint(rows)
	case ".pdf":
		var all strings.Builder
		for _, part := range bytes.Split(data, []byte("stream\n")) {
			if r, err := zlib.NewReader(bytes.NewReader(part)); err == nil {
				_, err = io.Copy(&all, r) //nolint:gosec // our own file
				require.NoError(t, err)
			}
		}
		return all.String()
	}
	return string(data)
}

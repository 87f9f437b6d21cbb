package bridge_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/bridge"
	"habilis/internal/fault"
	"habilis/internal/firm"
	"habilis/internal/flow"
	"habilis/internal/grant"
	"habilis/internal/journal"
	"habilis/internal/oracle"
	"habilis/internal/page"
	"habilis/internal/people"
	"habilis/internal/request"
	"habilis/internal/signin"
	"habilis/internal/structure"
)

// callers are those who call every method, the one who may do everything last: what he does changes the world.
var callers = []string{"none", "nobody", "elsewhere", "roomer", "ended", "disabled", "reader", "plain", "manager", "admin"}

func (w *world) seat(caller string) *bridge.Seat {
	switch caller {
	case "none":
		return bridge.NewSeat(w.s)
	case "admin":
		return w.admin
	}
	return w.seats[caller]
}

// sight is what the brute force says of one caller, read from the raw rows.
type sight struct {
	w    *world
	o    *oracle.World
	user string
	at   int64
	seq  int64 // of the journal's last line: what is read here holds until another is written
	memo map[string]map[string]bool
}

func (w *world) sight(caller string) sight {
	w.t.Helper()
	o, err := oracle.FromDB(context.Background(), w.raw)
	require.NoError(w.t, err)
	at := max(w.clock.At.UnixMilli(), w.number("SELECT max(at) FROM journal"))
	return sight{w, o, fmt.Sprintf("u%d", w.people[caller]), at, w.seq(), map[string]map[string]bool{}}
}

func (w *world) seq() int64 { return w.number("SELECT max(seq) FROM journal") }

func (s sight) can(permission string, scope oracle.Scope) bool {
	return s.o.Evaluate(oracle.Question{User: s.user, Permission: permission, Scope: scope, Owner: s.user, At: s.at}).Allowed
}

func (s sight) structure(id int64) oracle.Scope { return oracle.InStructure(fmt.Sprintf("s%d", id)) }

func (s sight) scope(structure, department int64) oracle.Scope {
	switch {
	case department != 0:
		return oracle.InDepartment(fmt.Sprintf("d%d", department))
	case structure != 0:
		return s.structure(structure)
	}
	return oracle.Firm()
}

// known tells whether the structure is seen at least by its identity: whole, or through one of its departments (rights.md, A06).
func (s sight) known(id int64) bool {
	if s.can("structure.view", s.structure(id)) {
		return true
	}
	return slices.ContainsFunc(s.o.Departments, func(d oracle.Department) bool {
		return d.Structure == fmt.Sprintf("s%d", id) && s.can("structure.view", oracle.InDepartment(d.ID))
	})
}

// person tells whether a user is seen: user.view on any scope he is attached to, at the firm where he is attached to none (A26).
func (s sight) person(id int64) bool { return s.personOn(id, s.at) }

// personOn is person on the page of a day: one attached that day where the caller holds user.view now.
func (s sight) personOn(id, at int64) bool {
	user := fmt.Sprintf("u%d", id)
	if s.can("user.view", oracle.Firm()) {
		return true
	}
	return slices.ContainsFunc(s.o.Memberships, func(m oracle.Membership) bool {
		return m.User == user && m.Contains(at) && s.can("user.view", m.Scope)
	})
}

// names gives the canaries that the caller may see anywhere: his own always.
func (s sight) names(caller string) map[string]bool {
	may := map[string]bool{}
	if caller == "none" {
		return may
	}
	may[canary(caller)] = true
	for name, id := range s.w.structures {
		may[canary(name)] = s.known(id)
		may[canary(name+"detail")] = s.can("structure.view", s.structure(id))
	}
	for name, id := range s.w.departments {
		may[canary(name)] = s.can("department.view", s.scope(0, id))
	}
	may[canary("a2new")] = may[canary("a2")]
	for name, id := range s.w.people {
		may[canary(name)] = may[canary(name)] || s.person(id)
	}
	return may
}

// requests adds what a request shows to one who decides on it or whose it is: its words, and the people it names.
func (s sight) requests(may map[string]bool) {
	for _, q := range s.o.Requests {
		own := q.Requester == s.user || q.Beneficiary == s.user || q.TypedBy == s.user
		if !own && !s.can("request.decide", q.Scope) {
			continue
		}
		s.w.words(may, `SELECT coalesce(group_concat(u.last_name, ' '), '') || ' ' || q.comment || ' ' || q.decision_comment
			FROM requests q LEFT JOIN users u ON u.id IN (q.requester_id, q.beneficiary_id, q.typed_by, q.decided_by, (
				SELECT p.user_id FROM principals p WHERE p.structure_id = q.structure_id AND p.from_at <= ? AND p.until_at > ?))
			WHERE q.id = ?`, s.at, s.at, number(q.ID))
	}
}

// words adds the canaries of what a query selects.
func (w *world) words(may map[string]bool, query string, args ...any) {
	var text string
	require.NoError(w.t, w.raw.QueryRowContext(context.Background(), query, args...).Scan(&text))
	for _, c := range marks.FindAllString(strings.ToLower(text), -1) {
		may[c] = true
	}
}

var marks = regexp.MustCompile(`zq[a-z0-9]+qz`)

// journal adds what the lines hold that the caller may read: journal.view on the line's structure, at the firm for the others.
func (s sight) journal(may map[string]bool) {
	rows, err := s.w.raw.QueryContext(context.Background(), `SELECT coalesce(j.structure_id, 0), coalesce(t.name, ''), coalesce(a.last_name, ''),
		coalesce(p.last_name, ''), coalesce((SELECT group_concat(value, ' ') FROM journal_values v WHERE v.seq = j.seq), '')
		FROM journal j LEFT JOIN structures t ON t.id = j.structure_id LEFT JOIN users a ON a.id = j.actor_id LEFT JOIN users p ON p.id = j.person_id`)
	require.NoError(s.w.t, err)
	defer rows.Close() //nolint:errcheck // a test
	for rows.Next() {
		var id int64
		var parts [4]string
		require.NoError(s.w.t, rows.Scan(&id, &parts[0], &parts[1], &parts[2], &parts[3]))
		if s.can("journal.view", s.scope(id, 0)) {
			for _, c := range marks.FindAllString(strings.ToLower(strings.Join(parts[:], " ")), -1) {
				may[c] = true
			}
		}
	}
	require.NoError(s.w.t, rows.Err())
}

// may gives what a method may show a caller in answer to a call.
func (s sight) may(caller, method string, arg any) map[string]bool {
	handler, at := strings.SplitN(method, ".", 2)[0], s.dayOf(arg)
	key := fmt.Sprint(handler == "Requests", handler == "Journal", at)
	if s.memo[key] != nil {
		return s.memo[key]
	}
	may := s.names(caller)
	s.memo[key] = may
	if caller == "none" || caller == "disabled" {
		return may
	}
	for name, id := range s.w.people {
		may[canary(name)] = may[canary(name)] || s.personOn(id, at)
	}
	switch handler {
	case "Requests":
		s.requests(may)
	case "Journal":
		s.journal(may)
	}
	return may
}

// dayOf is the instant that a page of the asked day shows: its last millisecond, in the firm's zone.
func (s sight) dayOf(arg any) int64 {
	day := ""
	switch a := arg.(type) {
	case flow.View:
		day = a.Day
	case flow.Asked:
		day = a.Day
	}
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(s.w.t, err)
	start, err := time.ParseInLocation("2006-01-02", day, paris)
	if err != nil {
		return s.at
	}
	return start.AddDate(0, 0, 1).UnixMilli() - 1
}

var cursor = regexp.MustCompile(`"next":"([A-Za-z0-9_-]+)"`)

// told lists the canaries that an answer holds, those of a page's cursor included.
func told(answer string) []string {
	for _, m := range cursor.FindAllStringSubmatch(answer, -1) {
		inside, err := base64.RawURLEncoding.DecodeString(m[1])
		if err == nil {
			answer += " " + string(inside)
		}
	}
	list := marks.FindAllString(strings.ToLower(answer), -1)
	slices.Sort(list)
	return slices.Compact(list)
}

// row is one call: its argument (nothing for a method without one), and, for a change, what it needs.
type row struct {
	arg  any
	need string
	at   [2]int64 // structure and department of the need
	how  string   // ending, anywhere
}

func args(arg any) []any {
	if arg == nil {
		return nil
	}
	return []any{arg}
}

func sorted[K ~string, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// table gives the calls of every bound method, naming everything there is. Changes.Preview and Changes.Submit have theirs in wishes.
func table(w *world) map[string][]row {
	rows := map[string][]row{}
	add := func(method string, args ...any) {
		for _, a := range args {
			rows[method] = append(rows[method], row{arg: a})
		}
	}
	for _, method := range []string{"Firm.Settings", "Firm.Home", "Firm.Me", "Profiles.List", "Requests.Count", "Journal.Verify", "Session.State", "Session.Leave", "Session.Lock"} {
		add(method, nil)
	}
	add("Firm.Edit", firm.Edit{Name: "Cabinet", TimeZone: "Europe/Paris", Language: "fr", Registry: "none", IdleMinutes: 10, Version: 99})
	add("Session.SetUp", flow.SetUp{Kind: "own", Name: "X", Email: "x@exemple.example", FirstName: "X", LastName: "X", Passphrase: passphrase}, flow.SetUp{Kind: "sample"})
	add("Session.LookFirst", bridge.FirstLook{Identifier: w.sirets["secret"], Registry: "annuaire"})
	add("Session.Strength", bridge.Phrase{Passphrase: "x", Personal: []string{}})
	add("Session.Activate", signin.Invitation{Email: canary("alone") + "@exemple.example", Code: "ABCD-EFGH", Passphrase: passphrase})
	add("Session.Unlock", "wrong")
	for _, name := range sorted(w.people) {
		add("Session.Enter", signin.Credentials{Email: canary(name) + "@exemple.example", Passphrase: "wrong"})
	}
	add("Session.Enter", signin.Credentials{Email: canary("disabled") + "@exemple.example", Passphrase: passphrase})
	lists(w, add)
	records(w, add)
	rights(w, add)
	needs(w, rows)
	return rows
}

// needs adds what methods that write ask for.
func needs(w *world, rows map[string][]row) {
	for _, method := range []string{"Firm.Edit", "Journal.Verify"} {
		rows[method][0].need = map[string]string{"Firm.Edit": "firm.admin", "Journal.Verify": "journal.view"}[method]
	}
	for i, r := range rows["Structures.Rename"] {
		d := r.arg.(structure.Rename).ID
		rows["Structures.Rename"][i].need, rows["Structures.Rename"][i].at = "department.edit", [2]int64{w.number("SELECT structure_id FROM departments WHERE id = ?", d), d}
	}
	for _, name := range sorted(w.structures) {
		rows["Structures.Refresh"] = append(rows["Structures.Refresh"], row{w.structures[name], "structure.activate", [2]int64{w.structures[name], 0}, ""})
	}
	for i, r := range rows["Firm.FinishFollowUp"] {
		of := w.number("SELECT coalesce(max(structure_id), 0) FROM follow_ups WHERE id = ?", r.arg)
		rows["Firm.FinishFollowUp"][i] = row{r.arg, "grant.edit", [2]int64{of, 0}, "ending"}
	}
}

func lists(w *world, add func(string, ...any)) {
	for _, q := range []page.Query{
		{}, {Filter: "all"}, {Filter: "active"}, {Filter: "inactive"}, {Filter: "unverified"}, {Filter: "disabled"}, {Filter: "internal"}, {Filter: "external"},
		{Order: "town"}, {Order: "identifier", Desc: true}, {Order: "email"}, {Order: "created"}, {Search: w.sirets["secret"]}, {Search: "zq"}, {Search: "jo"},
		{Holding: "membership.edit"}, {Holding: "structure.view"}, {Holding: "firm.admin"},
	} {
		add("Structures.List", q)
		add("People.List", q)
	}
	for _, name := range slices.Concat(sorted(w.structures), sorted(w.people)) {
		add("Structures.List", page.Query{Search: canary(name)}, page.Query{Search: canary(name + "detail")})
		add("People.List", page.Query{Search: canary(name), Filter: "all"})
	}
	add("Journal.List", journal.Query{}, journal.Query{Noun: "request"}, journal.Query{Noun: "department"}, journal.Query{Before: 40})
	for _, id := range w.structures {
		add("Journal.List", journal.Query{Structure: id})
	}
	for _, id := range w.people {
		add("Journal.List", journal.Query{Person: id})
	}
	for _, tab := range []string{"pending", "decided", "mine", "other"} {
		add("Requests.List", tab)
	}
}

func records(w *world, add func(string, ...any)) {
	for _, name := range sorted(w.structures) {
		id := w.structures[name]
		add("Structures.Get", id)
		add("Structures.Departments", id)
		add("Grants.In", id)
		add("Structures.Look", structure.Typed{IdentifierType: "siret", Identifier: w.sirets[name], Ask: true})
		add("Requests.Ask", request.Input{Subject: "membership", Structure: id}, request.Input{Subject: "membership", IdentifierType: "siret", Identifier: w.sirets[name]})
		for _, room := range sorted(w.departments) {
			add("Requests.Ask", request.Input{Subject: "membership", IdentifierType: "siret", Identifier: w.sirets[name], DepartmentCode: canary(room)})
		}
	}
	for _, name := range sorted(w.departments) {
		add("Structures.Rename", structure.Rename{ID: w.departments[name], Label: "Autre", Version: 77})
	}
	for _, name := range sorted(w.people) {
		id := w.people[name]
		add("People.Get", id)
		add("Grants.Of", id)
		add("Requests.Ask", request.Input{Subject: "profiles", Beneficiary: id, Requester: id, Structure: w.structures["alpha"], Profiles: w.choices(consult)})
	}
	for _, name := range sorted(w.requests) {
		add("Requests.Get", w.requests[name])
	}
	for id := range w.number("SELECT coalesce(max(id), 1) FROM follow_ups") {
		add("Firm.FinishFollowUp", id+1)
	}
}

func rights(w *world, add func(string, ...any)) {
	for _, date := range []string{"", "2026-06-11", "2026-06-20"} {
		for name, id := range w.structures {
			add("Rights.OfStructure", flow.View{Structure: id, Day: date})
			for _, p := range []string{"structure.view", "user.view", "grant.edit", "journal.view"} {
				add("Rights.Who", flow.Asked{Permission: p, Structure: id, Day: date})
			}
			for _, person := range []string{"admin", "everywhere", "ina", "ina2", "ins1", name} {
				add("Rights.Prove", flow.Asked{User: w.people[person], Permission: "user.view", Structure: id, Day: date})
			}
		}
		for _, room := range []string{"alpha/a1", "alpha/a2", "beta/b1", "gamma/g1", "secret/s1", "alpha/s1", "/s1"} {
			of, in := w.place(room)
			add("Rights.OfStructure", flow.View{Structure: of, Department: in, Day: date})
			add("Rights.Who", flow.Asked{Permission: "department.view", Structure: of, Department: in, Day: date})
			for _, person := range []string{"admin", "ina2", "inb", "ins1", "gone", "plain"} {
				add("Rights.Prove", flow.Asked{User: w.people[person], Permission: "department.view", Structure: of, Department: in, Day: date})
			}
		}
		for _, id := range w.people {
			add("Rights.OfPerson", flow.View{User: id, Day: date})
			add("Rights.Prove", flow.Asked{User: id, Permission: "structure.view", Day: date})
		}
	}
	add("Rights.Who", flow.Asked{Permission: "firm.admin"})
}

// wishes gives the calls of Changes.Preview and Changes.Submit, by the part of the wish.
func wishes(w *world) map[string][]row {
	rows := map[string][]row{}
	add := func(part, need string, structure, department int64, how string, wish bridge.Wish) {
		rows[part] = append(rows[part], row{wish, need, [2]int64{structure, department}, how})
	}
	for _, person := range []string{"alone", "ina2", "ins1", "guardian", "roomer"} {
		id := w.people[person]
		for _, place := range []string{"alpha", "alpha/a1", "alpha/a2", "beta", "beta/b1", "gamma", "secret", "secret/s1", "secret/a1"} {
			s, d := w.place(place)
			add("Attach", "membership.edit", s, d, "", bridge.Wish{Attach: &grant.Attach{User: id, Structure: s, Department: d, Profiles: w.choices(consult)}})
			add("Attach", "membership.edit", s, d, "", bridge.Wish{Attach: &grant.Attach{Email: canary(person) + "@exemple.example", Structure: s, Department: d}})
			add("Give", "grant.edit", s, d, "", bridge.Wish{Give: &grant.Give{User: id, Structure: s, Department: d, Profiles: w.choices(manage, read)}})
			add("Detach", "membership.edit", s, d, "ending", bridge.Wish{Detach: &grant.Detach{User: id, Structure: s, Department: d, Comment: "x"}})
			add("AddPerson", "membership.edit", s, d, "", bridge.Wish{AddPerson: &flow.AddPerson{
				Identity:  people.Identity{Email: canary(person) + "@exemple.example", FirstName: "N", LastName: "N", Kind: "external"},
				Structure: s, Department: d, Profiles: w.choices(consult),
			}})
		}
		add("Give", "grant.edit", 0, 0, "", bridge.Wish{Give: &grant.Give{User: id, Profiles: w.choices(read)}})
		add("SignIn", "firm.admin", 0, 0, "", bridge.Wish{SignIn: &signin.SetSignIn{User: id, SignIn: "none"}})
	}
	for _, name := range sorted(w.people) {
		id := w.grants[name]
		s := w.number("SELECT coalesce(max(structure_id), 0) FROM grants WHERE id = ?", id)
		d := w.number("SELECT coalesce(max(department_id), 0) FROM grants WHERE id = ?", id)
		add("Extend", "grant.edit", s, d, "", bridge.Wish{Extend: &grant.Extend{Grant: id, Until: "2026-07-30"}})
		add("End", "grant.edit", s, d, "ending", bridge.Wish{End: &grant.End{Grant: id}})
	}
	places(w, add)
	return rows
}

func places(w *world, add func(part, need string, structure, department int64, how string, wish bridge.Wish)) {
	for _, name := range sorted(w.structures) {
		id := w.structures[name]
		add("CreateDepartment", "department.edit", id, 0, "", bridge.Wish{CreateDepartment: &structure.CreateDepartment{Structure: id, Code: "x1", Label: "X"}})
		add("SetState", "structure.activate", id, 0, "", bridge.Wish{SetState: &structure.SetState{Structure: id, Active: name == "gamma"}})
		add("CreateStructure", "structure.create", 0, 0, "anywhere", bridge.Wish{CreateStructure: &structure.Input{IdentifierType: "siret", Identifier: w.sirets[name], Name: "Copie"}})
	}
	for _, name := range sorted(w.requests) {
		id := w.requests[name]
		s := w.number("SELECT structure_id FROM requests WHERE id = ?", id)
		d := w.number("SELECT coalesce(department_id, 0) FROM requests WHERE id = ?", id)
		for _, approve := range []bool{true, false} {
			add("Decide", "request.decide", s, d, "", bridge.Wish{Decide: &request.Decide{Request: id, Approve: approve, Confirmed: true, Comment: "x"}})
		}
	}
}

// everything gives the calls of every bound method in the order in which they are made: the changes after the reads, the session last.
func everything(w *world) (methods []string, rows map[string][]row) {
	rows = table(w)
	for part, list := range wishes(w) {
		rows["Changes.Preview:"+part] = list
		rows["Changes.Submit:"+part] = list
	}
	rank := func(method string) int {
		return slices.Index([]string{"", "Firm.FinishFollowUp", "Requests.Ask", "Changes.Preview", "Changes.Submit", "Session.Lock", "Session.Unlock", "Session.Leave"}, bound(method))
	}
	methods = sorted(rows)
	slices.SortStableFunc(methods, func(a, b string) int { return rank(a) - rank(b) })
	return methods, rows
}

// bound is the method of a row's name, without the part of the wish.
func bound(name string) string { return strings.SplitN(name, ":", 2)[0] }

func TestEveryMethodHasARow(t *testing.T) {
	w := build(t)
	rows := table(w)
	parts := wishes(w)

	for method := range w.methods(w.admin) {
		if method != "Changes.Preview" && method != "Changes.Submit" {
			assert.NotEmpty(t, rows[method], "a new bound method: add its row to the table of this test")
		}
	}
	wish := reflect.TypeFor[bridge.Wish]()
	for i := range wish.NumField() {
		if f := wish.Field(i); f.Type.Kind() == reflect.Pointer {
			assert.NotEmpty(t, parts[f.Name], "a new part of a wish: add %s to the wishes of this test", f.Name)
		}
	}
	for method := range rows {
		assert.Contains(t, w.methods(w.admin), method)
	}
}

// logs collects what the handlers log while a test runs.
func logs(t *testing.T) *bytes.Buffer {
	var buffer bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&buffer, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	return &buffer
}

// leaks collects what was told that may not be: by method, then the canaries with the first call that told each.
type leaks map[string]map[string]string

func (l leaks) add(method, c, call string) {
	if l[method] == nil {
		l[method] = map[string]string{}
	}
	if _, there := l[method][c]; !there {
		l[method][c] = call
	}
}

func TestNothingForbiddenIsTold(t *testing.T) {
	w := build(t)
	log := logs(t)
	for _, caller := range callers {
		t.Run(caller, func(t *testing.T) { w.walk(t, caller) })
	}
	assert.NotContains(t, log.String(), "zq", "the log holds nothing of what pages send or get")
	assert.NotContains(t, log.String(), "panicked")
}

// walk makes every call as one caller, and compares what each answer holds with what the brute force allows before and after it.
func (w *world) walk(t *testing.T, caller string) {
	seat := w.seat(caller)
	methods, rows := everything(w)
	for _, method := range methods {
		t.Run(method, func(t *testing.T) {
			before := w.sight(caller)
			found := leaks{}
			for _, r := range rows[method] {
				now := before.allows(caller, r)
				result, failure := w.invoke(seat, bound(method), args(r.arg)...)
				answer := text(result, failure)
				after := before
				if w.seq() != before.seq {
					after = w.sight(caller)
				}
				for _, c := range told(answer) {
					if !before.may(caller, method, r.arg)[c] && !after.may(caller, method, r.arg)[c] {
						found.add(method, c, call(r.arg)+" → …"+around(answer, c))
					}
				}
				assertFault(t, failure, method, r.arg)
				if r.need != "" && !now {
					assert.NotEmpty(t, failure, "%s was let through without %s: %s", method, r.need, call(r.arg))
				}
				before = after
			}
			for c, call := range found[method] {
				t.Errorf("%s tells %s of %s: %s", method, caller, c, call)
			}
		})
	}
}

// allows tells whether the brute force gives the caller what a change needs.
func (s sight) allows(caller string, r row) bool {
	if r.need == "" || caller == "none" {
		return false
	}
	q := oracle.Question{User: s.user, Permission: r.need, Scope: s.scope(r.at[0], r.at[1]), Ending: r.how == "ending", At: s.at}
	if r.how == "anywhere" {
		q.Scope = oracle.Anywhere()
	}
	return s.o.Evaluate(q).Allowed
}

func call(arg any) string {
	data, _ := json.Marshal(arg)
	return short(string(data))
}

func short(text string) string { return text[:min(len(text), 400)] }

func around(answer, c string) string {
	at := max(0, strings.Index(strings.ToLower(answer), c))
	return answer[max(0, at-60):min(len(answer), at+len(c)+100)]
}

var codes = []fault.Code{
	fault.Invalid, fault.Forbidden, fault.NotFound, fault.Conflict, fault.Unauthenticated, fault.Refused, fault.Unusable, fault.Protocol,
}

// assertFault checks that a failure is a fault's JSON text of a known code, and never internal.
func assertFault(t *testing.T, failure, method string, arg any) {
	t.Helper()
	if failure == "" {
		return
	}
	var f fault.Error
	if assert.NoError(t, json.Unmarshal([]byte(failure), &f), "%s %s: %s", method, call(arg), short(failure)) {
		assert.Contains(t, codes, f.Code, "%s %s: %s", method, call(arg), short(failure))
		assert.NotEmpty(t, f.Problems)
	}
	assert.Less(t, len(failure), 2000, "%s: a fault does not give back what was sent", method)
}

// reads makes every call that changes nothing, and gives the answers by the call.
func (w *world) reads(caller string) map[string]string {
	answers := map[string]string{}
	for method, rows := range table(w) {
		if slices.Contains([]string{"Requests.Ask", "Firm.FinishFollowUp", "Firm.Edit", "Structures.Rename"}, method) || strings.HasPrefix(method, "Session.") {
			continue
		}
		for _, r := range rows {
			answers[method+" "+call(r.arg)] = text(w.invoke(w.seat(caller), method, args(r.arg)...))
		}
	}
	return answers
}

// TestEntitledAreTold keeps the walk from passing because nothing is told at all.
func TestEntitledAreTold(t *testing.T) {
	w := build(t)
	for _, caller := range []string{"roomer", "manager", "admin"} {
		t.Run(caller, func(t *testing.T) {
			seen := map[string]bool{}
			for _, answer := range w.reads(caller) {
				for _, c := range told(answer) {
					seen[c] = true
				}
			}
			may := w.sight(caller).names(caller)
			w.sight(caller).requests(may)
			w.sight(caller).journal(may)
			for c, allowed := range may {
				if allowed && !strings.Contains(c, "detach") {
					assert.True(t, seen[c], "nothing tells %s of %s", caller, c)
				}
			}
		})
	}
}

// TestOpenMethods: without a session, or with a locked one, the methods of Open answer, and no other.
func TestOpenMethods(t *testing.T) {
	w := build(t)
	open := bridge.Open()
	require.LessOrEqual(t, len(open), 8)
	w.must(w.seats["manager"], "Session.Lock")
	answering := map[string]bool{}
	methods, rows := everything(w)
	for _, method := range methods {
		for _, seat := range []*bridge.Seat{bridge.NewSeat(w.s), w.seats["manager"]} {
			for _, r := range rows[method] {
				_, failure := w.invoke(seat, bound(method), args(r.arg)...)
				if !strings.Contains(failure, `"code":"unauthenticated"`) {
					answering[bound(method)] = true
				}
			}
		}
	}
	assert.ElementsMatch(t, open, sorted(answering))
}

// TestSearchingTellsNothing: looking for a hidden text finds what looking for one that stands nowhere finds.
func TestSearchingTellsNothing(t *testing.T) {
	w := build(t)
	for _, caller := range callers[1:] {
		may := w.sight(caller).names(caller)
		for _, list := range []string{"Structures.List", "People.List"} {
			t.Run(caller+"/"+list, func(t *testing.T) {
				nowhere := text(w.invoke(w.seat(caller), list, page.Query{Search: "zqnowhereqz", Filter: "all"}))
				for c, allowed := range may {
					if !allowed {
						assert.Equal(t, nowhere, text(w.invoke(w.seat(caller), list, page.Query{Search: c, Filter: "all"})), c)
					}
				}
			})
		}
	}
}

// TestHiddenChangesNothing: whatever is written in what a caller may not see, every answer he gets stays the same to the letter, in its order,
// its counts and its cursors too.
func TestHiddenChangesNothing(t *testing.T) {
	w := build(t)
	for _, caller := range callers[1 : len(callers)-1] {
		t.Run(caller, func(t *testing.T) {
			before := w.reads(caller)
			w.hide(caller)
			after := w.reads(caller)
			changed := map[string][]string{}
			for _, c := range sorted(before) {
				if before[c] != after[c] {
					method := strings.SplitN(c, " ", 2)[0]
					changed[method] = append(changed[method], c+" → "+parting(before[c], after[c]))
				}
			}
			for method, list := range changed {
				t.Run(method, func(t *testing.T) {
					t.Errorf("%d answers differ, such as\n%s", len(list), strings.Join(list[:min(4, len(list))], "\n"))
				})
			}
		})
	}
}

// parting shows where two texts begin to differ.
func parting(a, b string) string {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	from := max(0, at-60)
	return "…" + a[from:min(len(a), at+60)] + "… then …" + b[from:min(len(b), at+60)]
}

// hide writes other texts wherever the brute force says that a caller sees nothing.
func (w *world) hide(caller string) {
	s := w.sight(caller)
	may := s.names(caller)
	s.requests(may)
	s.journal(may)
	for name, id := range w.structures {
		if !may[canary(name+"detail")] {
			w.exec(`UPDATE structures SET label = 'aa' || id || label, email = 'aa' || email, town = 'aa' || (9 - id), address1 = 'aa' || address1,
				town_key = CASE WHEN town_key = 'aa' || (9 - id) THEN 'aa' || id ELSE 'aa' || (9 - id) END,
				verdict = CASE verdict WHEN 'active' THEN 'closed' ELSE 'active' END, verified_at = 5, created_at = created_at - 100000 * id WHERE id = ?`, id)
		}
		if !may[canary(name)] {
			w.exec("UPDATE structures SET name = 'aa' || name, name_key = 'aa' || name_key WHERE id = ?", id)
		}
	}
	for name, id := range w.departments {
		if !may[canary(name)] && !may[canary(name+"new")] {
			w.exec("UPDATE departments SET label = 'aa' || label, code = 'aa' || code, code_key = 'aa' || code_key WHERE id = ?", id)
		}
	}
	for name, id := range w.people {
		seen := may[canary(name)] || slices.ContainsFunc(s.o.Memberships, func(m oracle.Membership) bool { return s.personOn(id, m.From) })
		if !seen {
			w.exec("UPDATE users SET last_name = 'aa' || last_name, name_key = 'aa' || name_key, email = 'aa' || email, phone = 'aa', created_at = 7 WHERE id = ?", id)
		}
	}
}

// TestCursorTellsNothing: the cursor of a page, which holds the value it was ordered by, holds nothing of a structure seen by its identity only.
func TestCursorTellsNothing(t *testing.T) {
	w := build(t)
	for range 55 {
		name := fmt.Sprintf("many%d", len(w.structures))
		w.addStructure(name)
		w.addDepartment(name, name+"room")
		s, d := w.place(name + "/" + name + "room")
		w.submit(bridge.Wish{Attach: &grant.Attach{User: w.people["plain"], Structure: s, Department: d}})
	}
	may := w.sight("plain").names("plain")
	for _, order := range []string{"name", "identifier", "town", "created"} {
		t.Run(order, func(t *testing.T) {
			result := w.must(w.seats["plain"], "Structures.List", page.Query{Order: order}).(structure.Page)
			require.NotEmpty(t, result.Next)
			for _, c := range told(text(result, "")) {
				assert.True(t, may[c], "%s stands in the page or its cursor", c)
			}
		})
	}
}

// TestHiddenIsAsIfItWereNot: what a caller may not see and what does not exist get the same answer.
func TestHiddenIsAsIfItWereNot(t *testing.T) {
	w := build(t)
	const unknown = int64(987654)
	secret, room, person := w.structures["secret"], w.departments["s1"], w.people["guardian"]
	grants, asked := w.grants["guardian"], w.requests["qsecret"]
	pairs := map[string][2]any{
		"Structures.Get":         {secret, unknown},
		"Structures.Departments": {secret, unknown},
		"Structures.Refresh":     {secret, unknown},
		"Structures.Rename":      {structure.Rename{ID: room, Label: "X", Version: 1}, structure.Rename{ID: unknown, Label: "X", Version: 1}},
		"People.Get":             {person, unknown},
		"Grants.Of":              {person, unknown},
		"Grants.In":              {secret, unknown},
		"Rights.OfStructure":     {flow.View{Structure: secret}, flow.View{Structure: unknown}},
		"Rights.OfPerson":        {flow.View{User: person}, flow.View{User: unknown}},
		"Rights.Prove":           {flow.Asked{User: w.people["manager"], Permission: "user.view", Structure: secret}, flow.Asked{User: w.people["manager"], Permission: "user.view", Structure: unknown}},
		"Rights.Who":             {flow.Asked{Permission: "user.view", Structure: secret}, flow.Asked{Permission: "user.view", Structure: unknown}},
		"Requests.Get":           {asked, unknown},
		"Requests.Ask":           {request.Input{Subject: "membership", Structure: secret}, request.Input{Subject: "membership", Structure: unknown}},
		"Firm.FinishFollowUp":    {w.number("SELECT id FROM follow_ups WHERE structure_id = ? LIMIT 1", secret), unknown},
	}
	wishes := map[string][2]bridge.Wish{
		"Attach":            {{Attach: &grant.Attach{User: w.people["manager"], Structure: secret}}, {Attach: &grant.Attach{User: w.people["manager"], Structure: unknown}}},
		"Attach department": {{Attach: &grant.Attach{User: w.people["manager"], Structure: secret, Department: room}}, {Attach: &grant.Attach{User: w.people["manager"], Structure: secret, Department: unknown}}},
		"Attach person":     {{Attach: &grant.Attach{User: person, Structure: w.structures["alpha"]}}, {Attach: &grant.Attach{User: unknown, Structure: w.structures["alpha"]}}},
		"Give":              {{Give: &grant.Give{User: person, Structure: w.structures["alpha"], Profiles: w.choices(consult)}}, {Give: &grant.Give{User: unknown, Structure: w.structures["alpha"], Profiles: w.choices(consult)}}},
		"Detach":            {{Detach: &grant.Detach{User: person, Structure: secret, Comment: "x"}}, {Detach: &grant.Detach{User: person, Structure: unknown, Comment: "x"}}},
		"Detach person":     {{Detach: &grant.Detach{User: person, Structure: w.structures["alpha"], Comment: "x"}}, {Detach: &grant.Detach{User: unknown, Structure: w.structures["alpha"], Comment: "x"}}},
		"End":               {{End: &grant.End{Grant: grants}}, {End: &grant.End{Grant: unknown}}},
		"Extend":            {{Extend: &grant.Extend{Grant: grants}}, {Extend: &grant.Extend{Grant: unknown}}},
		"SetState":          {{SetState: &structure.SetState{Structure: secret}}, {SetState: &structure.SetState{Structure: unknown}}},
		"CreateDepartment":  {{CreateDepartment: &structure.CreateDepartment{Structure: secret, Code: "x", Label: "x"}}, {CreateDepartment: &structure.CreateDepartment{Structure: unknown, Code: "x", Label: "x"}}},
		"Decide":            {{Decide: &request.Decide{Request: asked, Comment: "x"}}, {Decide: &request.Decide{Request: unknown, Comment: "x"}}},
	}
	for part, pair := range wishes {
		pairs["Changes.Preview:"+part] = [2]any{pair[0], pair[1]}
	}
	for _, caller := range []string{"elsewhere", "roomer", "ended", "reader", "plain", "manager"} {
		for _, method := range sorted(pairs) {
			t.Run(caller+"/"+method, func(t *testing.T) {
				hidden := text(w.invoke(w.seat(caller), bound(method), pairs[method][0]))
				none := text(w.invoke(w.seat(caller), bound(method), pairs[method][1]))
				assert.Equal(t, none, hidden)
			})
		}
	}
}

// TestListsHoldExactlyWhatMayBeSeen compares lists and counts with the brute force, row by row.
func TestListsHoldExactlyWhatMayBeSeen(t *testing.T) {
	w := build(t)
	for _, caller := range callers[1:] {
		s := w.sight(caller)
		t.Run(caller+"/structures", func(t *testing.T) {
			want := ids(w.structures, s.known)
			result, failure := w.invoke(w.seat(caller), "Structures.List", page.Query{})
			assertRows(t, want, result, failure, "Rows", "ID")
		})
		t.Run(caller+"/people", func(t *testing.T) {
			want := ids(w.people, s.person)
			result, failure := w.invoke(w.seat(caller), "People.List", page.Query{Filter: "all"})
			assertRows(t, want, result, failure, "Rows", "ID")
		})
		t.Run(caller+"/departments", func(t *testing.T) {
			for _, of := range []string{"alpha", "beta", "gamma", "secret"} {
				want := ids(w.departments, func(id int64) bool {
					return w.number("SELECT structure_id FROM departments WHERE id = ?", id) == w.structures[of] && s.can("department.view", s.scope(0, id))
				})
				result, failure := w.invoke(w.seat(caller), "Structures.Departments", w.structures[of])
				assertRows(t, want, result, failure, "", "ID")
			}
		})
		t.Run(caller+"/requests", func(t *testing.T) {
			result, failure := w.invoke(w.seat(caller), "Requests.List", "pending")
			if caller == "disabled" {
				require.NotEmpty(t, failure)
				return
			}
			want := ids(w.requests, s.decides)
			assertRows(t, want, result, failure, "", "ID")
			assert.Equal(t, len(want), w.must(w.seat(caller), "Requests.Count"))
		})
		t.Run(caller+"/home", func(t *testing.T) { w.assertHome(t, caller, s) })
		t.Run(caller+"/journal", func(t *testing.T) { w.assertJournal(t, caller, s) })
	}
}

func (s sight) decides(id int64) bool {
	q := s.o.Requests[slices.IndexFunc(s.o.Requests, func(q oracle.Request) bool { return q.ID == fmt.Sprintf("q%d", id) })]
	return q.State == "pending" && s.can("request.decide", q.Scope)
}

func ids(all map[string]int64, kept func(int64) bool) []int64 {
	var list []int64
	for _, id := range all {
		if kept(id) {
			list = append(list, id)
		}
	}
	return list
}

// assertRows compares the numbers of a list. Where nothing may be seen it is a failure, or an empty list of another's.
func assertRows(t *testing.T, want []int64, result any, failure, rows, field string) {
	t.Helper()
	if len(want) == 0 && failure != "" {
		return
	}
	require.Empty(t, failure)
	v := reflect.ValueOf(result)
	if rows != "" {
		require.NotEmpty(t, want, "no view right anywhere is Forbidden, never an empty list")
		v = v.FieldByName(rows)
	}
	var got []int64
	for i := range v.Len() {
		got = append(got, v.Index(i).FieldByName(field).Int())
	}
	assert.ElementsMatch(t, want, got)
}

func (w *world) assertHome(t *testing.T, caller string, s sight) {
	result, failure := w.invoke(w.seat(caller), "Firm.Home")
	if caller == "disabled" {
		require.NotEmpty(t, failure)
		return
	}
	require.Empty(t, failure)
	home := result.(flow.Home)
	assert.Len(t, ids(w.structures, s.known), home.Structures, "structures")
	if home.People != -1 {
		assert.Len(t, ids(w.people, s.person), home.People, "people")
	}
	var ends, steps []int64
	for _, g := range s.o.Grants {
		if g.Until > s.at && g.Until < s.at+30*24*3600*1000 && s.can("user.view", g.Scope) {
			ends = append(ends, number(g.User))
		}
	}
	rows, err := w.raw.QueryContext(context.Background(), "SELECT id, coalesce(structure_id, 0) FROM follow_ups WHERE done_at = 0")
	require.NoError(t, err)
	defer rows.Close() //nolint:errcheck // a test
	for rows.Next() {
		var id, of int64
		require.NoError(t, rows.Scan(&id, &of))
		ask := oracle.Question{User: s.user, Permission: "grant.edit", Scope: s.scope(of, 0), Ending: true, At: s.at} // as finishing asks it
		if s.o.Evaluate(ask).Allowed {
			steps = append(steps, id)
		}
	}
	var gotEnds, gotSteps []int64
	for _, e := range home.Endings {
		gotEnds = append(gotEnds, e.User)
	}
	for _, f := range home.FollowUps {
		gotSteps = append(gotSteps, f.ID)
	}
	assert.ElementsMatch(t, ends, gotEnds, "endings")
	assert.ElementsMatch(t, steps, gotSteps, "follow-ups: those of places where grant.edit is held")
}

func number(id string) int64 {
	n, _ := strconv.ParseInt(strings.TrimLeft(id, "abcdefghijklmnopqrstuvwxyz"), 10, 64)
	return n
}

func (w *world) assertJournal(t *testing.T, caller string, s sight) {
	rows, err := w.raw.QueryContext(context.Background(), "SELECT seq, coalesce(structure_id, 0) FROM journal")
	require.NoError(t, err)
	defer rows.Close() //nolint:errcheck // a test
	var want, got []int64
	for rows.Next() {
		var seq, of int64
		require.NoError(t, rows.Scan(&seq, &of))
		if s.can("journal.view", s.scope(of, 0)) {
			want = append(want, seq)
		}
	}
	for before, more := int64(0), true; more; {
		result, failure := w.invoke(w.seat(caller), "Journal.List", journal.Query{Before: before})
		if failure != "" {
			assert.Empty(t, want)
			return
		}
		p := result.(journal.Page)
		for _, l := range p.Lines {
			got = append(got, l.Seq)
		}
		before, more = p.Next, p.Next != 0
	}
	assert.ElementsMatch(t, want, got)
}

// leaves gives the paths to every value of a kind within a type, and how to reach it in a value made of that type.
func leaves(t reflect.Type, wanted func(reflect.Kind) bool) [][]int {
	if wanted(t.Kind()) {
		return [][]int{{}}
	}
	var list [][]int
	add := func(i int, inside reflect.Type) {
		for _, rest := range leaves(inside, wanted) {
			list = append(list, append([]int{i}, rest...))
		}
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		add(0, t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if t.Field(i).IsExported() {
				add(i, t.Field(i).Type)
			}
		}
	}
	return list
}

// with gives a copy of a value in which the one at the path is another: what leads there is made where it is missing.
func with(v reflect.Value, path []int, set func(reflect.Value)) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	if len(path) == 0 {
		set(out)
		return out
	}
	switch v.Kind() {
	case reflect.Pointer:
		inside := reflect.New(v.Type().Elem())
		if !v.IsNil() {
			inside.Elem().Set(v.Elem())
		}
		inside.Elem().Set(with(inside.Elem(), path[1:], set))
		out.Set(inside)
	case reflect.Slice:
		list := reflect.MakeSlice(v.Type(), max(1, v.Len()), max(1, v.Len()))
		reflect.Copy(list, v)
		list.Index(0).Set(with(list.Index(0), path[1:], set))
		out.Set(list)
	default:
		out.Field(path[0]).Set(with(out.Field(path[0]), path[1:], set))
	}
	return out
}

// leavesOf is leaves of what a row is about: of a wish, its one part.
func leavesOf(method string, in reflect.Type, kinds ...reflect.Kind) [][]int {
	list := leaves(in, func(k reflect.Kind) bool { return slices.Contains(kinds, k) })
	_, part, isWish := strings.Cut(method, ":")
	if !isWish {
		return list
	}
	field, _ := in.FieldByName(part)
	return slices.DeleteFunc(list, func(path []int) bool { return path[0] != field.Index[0] })
}

// examples gives the argument of a row as it is, with every box ticked, and with nothing in it.
func examples(method string, rows []row, in reflect.Type) []reflect.Value {
	of := reflect.ValueOf(rows[0].arg)
	ticked := of
	for _, path := range leavesOf(method, in, reflect.Bool) {
		ticked = with(ticked, path, func(v reflect.Value) { v.SetBool(true) })
	}
	return []reflect.Value{of, ticked, reflect.Zero(in)}
}

// TestOddInputIsAFault sends an administrator's calls with each text and number made odd in turn: never a panic, never "internal".
func TestOddInputIsAFault(t *testing.T) {
	if testing.Short() {
		t.Skip("megabytes of text under the race detector take minutes; the plain run has them")
	}
	huge := strings.Repeat("é0 ", 10<<20/4)
	texts := []string{"\x00", "\xff\xfe", "'\"*(NEAR", "2026-02-30", "99999-01-01", "%", "../../etc/passwd", " \u202e\u00a0\t\n"}
	numbers := []int64{0, -1, 1<<53 - 1, 1 << 53, 1<<63 - 1, -1 << 63, 987654}
	log := logs(t)
	w := build(t)
	methods, rows := everything(w)
	for _, method := range methods {
		bare := w.methods(w.admin)[bound(method)]
		if bare.Type().NumIn() == 0 || method == "Session.Unlock" {
			continue
		}
		t.Run(method, func(t *testing.T) {
			in := bare.Type().In(0)
			try := func(of reflect.Value, path []int, odd string, set func(reflect.Value)) {
				start := time.Now()
				_, failure := invoke(bare, with(of, path, set).Interface())
				assertFault(t, failure, method, call(of.Interface())+" with "+odd+" at "+fmt.Sprint(path))
				assert.Less(t, time.Since(start), 5*time.Second, "%v of %s takes too long with %s", path, in, odd)
			}
			for i, of := range examples(method, rows[method], in) {
				for _, path := range leavesOf(method, in, reflect.String) {
					for _, s := range texts {
						try(of, path, strconv.Quote(s), func(v reflect.Value) { v.SetString(s) })
					}
					if i == 0 && !strings.HasPrefix(method, "Changes.Preview") {
						try(of, path, "10 MB", func(v reflect.Value) { v.SetString(huge) })
					}
				}
				for _, path := range leavesOf(method, in, reflect.Int64, reflect.Int) {
					for _, n := range numbers {
						try(of, path, fmt.Sprint(n), func(v reflect.Value) { v.SetInt(n) })
					}
				}
			}
		})
	}
	assert.NotContains(t, log.String(), "panicked")
	assert.NotContains(t, log.String(), "é0 é0", "the log holds nothing of what pages send")
}

// TestCodeComesFromGo: an activation code's hash that a page sends is not used.
func TestCodeComesFromGo(t *testing.T) {
	w := build(t)
	code, hash := signin.NewCode()
	email := canary("alone") + "@exemple.example"
	w.submit(bridge.Wish{SignIn: &signin.SetSignIn{User: w.people["alone"], SignIn: "invited", CodeHash: hash}})
	_, failure := w.invoke(bridge.NewSeat(w.s), "Session.Activate", signin.Invitation{Email: email, Code: code, Passphrase: passphrase})
	assert.Contains(t, failure, "signin.code_wrong")

	in := &flow.AddPerson{Identity: people.Identity{Email: "n@exemple.example", FirstName: "N", LastName: "N", Kind: "internal"}, Enters: true, CodeHash: hash}
	w.submit(bridge.Wish{AddPerson: in})
	_, failure = w.invoke(bridge.NewSeat(w.s), "Session.Activate", signin.Invitation{Email: "n@exemple.example", Code: code, Passphrase: passphrase})
	assert.Contains(t, failure, "signin.code_wrong")
}

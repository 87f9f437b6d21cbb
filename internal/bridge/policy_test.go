package bridge_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db/dbtest"
	"habilis/internal/bridge"
	"habilis/internal/change"
	"habilis/internal/department"
	"habilis/internal/directory"
	"habilis/internal/fault"
	"habilis/internal/flow"
	"habilis/internal/followup"
	"habilis/internal/grant"
	"habilis/internal/journal"
	"habilis/internal/list"
	"habilis/internal/oracle"
	"habilis/internal/people"
	"habilis/internal/period"
	"habilis/internal/place"
	"habilis/internal/platform"
	"habilis/internal/register"
	"habilis/internal/request"
	"habilis/internal/signin"
	"habilis/internal/structure"
	"habilis/internal/view"
)

// callers are those who call every method, the one who may do everything last: what they do changes the world.
var callers = []string{"none", "nobody", "elsewhere", "roomer", "ended", "disabled", "reader", "plain", "mover", "manager", "boss", "admin"}

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

func (s sight) whole(id int64) bool { return s.can("structure.view", s.structure(id)) }

// known reports whether the structure is seen at least by its identity: whole, or through one of its departments (rights.md, A06).
func (s sight) known(id int64) bool {
	if s.whole(id) {
		return true
	}
	return slices.ContainsFunc(s.o.Departments, func(d oracle.Department) bool {
		return d.Structure == fmt.Sprintf("s%d", id) && s.can("structure.view", oracle.InDepartment(d.ID))
	})
}

// person reports whether a user is seen: user.view on any scope they are attached to, at the firm where they are attached to none (A26).
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

// names returns the canaries that the caller may see anywhere: their own always.
func (s sight) names(caller string) map[string]bool {
	may := map[string]bool{}
	if caller == "none" {
		return may
	}
	may[canary(caller)] = true
	for name, id := range s.w.structures {
		may[canary(name)] = s.known(id)
		if s.w.sirets[name] != "" {
			may[canary(name+"siret")] = may[canary(name)]
		}
	}
	may[canary("pendformer")] = may[canary("pend")] // its identifier still
	for c, id := range s.w.details {
		may[c] = s.whole(id)
	}
	for name := range s.w.contracts { // either party's record shows it
		may[canary("contract"+name)] = s.whole(s.w.structures[name]) || s.whole(s.w.structures["plat"])
	}
	may[canary("listed")] = caller != "disabled" // the official list is public: Look tells of it as it is typed
	for name, id := range s.w.departments {
		may[canary(name)] = s.can("department.view", s.scope(0, id))
	}
	may[canary("a2new")] = may[canary("a2")]
	for name, id := range s.w.people {
		may[canary(name)] = may[canary(name)] || s.person(id)
	}
	return may
}

// requests adds what a request shows: its words and who asks for whom to whoever may read it; who typed it in, decided it or is to answer, and its place, to
// whoever decides there too, as if the place were active (rights.md, A36). Others are told of those alone whom they see.
func (s sight) requests(may map[string]bool) {
	open := s.asIfActive()
	for _, q := range s.o.Requests {
		decides := open.can("request.decide", q.Scope)
		own := q.Requester == s.user || q.Beneficiary == s.user || q.TypedBy == s.user
		decided := s.w.number("SELECT coalesce(decided_by, 0) FROM requests WHERE id = ?", number(q.ID)) == number(s.user)
		if !own && !decided && !(decides && (q.State != "pending" || s.can("request.decide", q.Scope))) {
			continue
		}
		s.w.words(may, `SELECT coalesce(group_concat(u.last_name, ' '), '') || ' ' || q.comment || ' ' || q.decision_comment || ' ' || q.department_code || ' ' || coalesce((
				SELECT identifier FROM structures t WHERE t.id = q.structure_id), q.identifier)
			FROM requests q LEFT JOIN users u ON u.id IN (q.requester_id, q.beneficiary_id) WHERE q.id = ?`, number(q.ID))
		if !decides {
			continue
		}
		s.w.words(may, `SELECT coalesce(group_concat(u.last_name, ' '), '') || ' ' || coalesce((SELECT name FROM structures t WHERE t.id = q.structure_id), '') || ' ' ||
				coalesce((SELECT label FROM departments d WHERE d.id = q.department_id), '')
			FROM requests q LEFT JOIN users u ON u.id IN (q.typed_by, q.decided_by, (
				SELECT p.user_id FROM principals p WHERE q.state = 'pending' AND p.structure_id = q.structure_id AND p.from_at <= ? AND p.until_at > ?))
			WHERE q.id = ?`, s.at, s.at, number(q.ID))
	}
}

// ended adds the names of those who held what is over where the caller sees people.
func (s sight) ended(may map[string]bool) {
	for name, id := range s.w.people {
		for _, g := range s.o.Grants {
			may[canary(name)] = may[canary(name)] || g.User == fmt.Sprintf("u%d", id) && s.over(g)
		}
	}
}

// over reports whether a grant is one that the list of ended grants shows to the caller.
func (s sight) over(g oracle.Grant) bool {
	attached := g.User == s.user || g.Membership == "" || slices.ContainsFunc(s.o.Memberships, func(m oracle.Membership) bool {
		return m.ID == g.Membership && s.can("user.view", m.Scope)
	})
	return g.From < g.Until && g.Until <= s.at && attached && s.can("user.view", g.Scope)
}

// steps adds the comments of the detachments that the caller may follow up.
func (s sight) steps(may map[string]bool) {
	rows, err := s.w.raw.QueryContext(context.Background(), `SELECT coalesce(f.structure_id, 0), coalesce(f.department_id, 0), v.value
		FROM follow_ups f JOIN journal_values v ON v.seq = f.seq AND v.field = 'comment'`)
	require.NoError(s.w.t, err)
	defer rows.Close() //nolint:errcheck // a test
	for rows.Next() {
		var of, inside int64
		var comment string
		require.NoError(s.w.t, rows.Scan(&of, &inside, &comment))
		if s.o.Evaluate(oracle.Question{User: s.user, Permission: "grant.edit", Scope: s.scope(of, inside), Ending: true, At: s.at}).Allowed {
			for _, c := range s.w.told(comment) {
				may[c] = true
			}
		}
	}
	require.NoError(s.w.t, rows.Err())
}

// asIfActive is the same sight over a world in which every structure and department is active and valid.
func (s sight) asIfActive() sight {
	world := *s.o
	always := oracle.Period{From: 0, Until: period.Open}
	world.Structures = slices.Clone(s.o.Structures)
	for i := range world.Structures {
		world.Structures[i].States = []oracle.State{{State: "active", Period: always}}
	}
	world.Departments = slices.Clone(s.o.Departments)
	for i := range world.Departments {
		world.Departments[i].States = []oracle.State{{State: "active", Period: always}}
		world.Departments[i].Validity = []oracle.Period{always}
	}
	s.o = &world
	return s
}

// words adds the canaries of what a query selects.
func (w *world) words(may map[string]bool, query string, args ...any) {
	var text string
	require.NoError(w.t, w.raw.QueryRowContext(context.Background(), query, args...).Scan(&text))
	for _, c := range w.told(text) {
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
			for _, c := range s.w.told(strings.Join(parts[:], " ")) {
				may[c] = true
			}
		}
	}
	require.NoError(s.w.t, rows.Err())
}

// may returns what a method may show a caller in answer to a call.
func (s sight) may(caller, method string, arg any) map[string]bool {
	handler, at := strings.SplitN(method, ".", 2)[0], s.dayOf(arg)
	ended := strings.Contains(method, "Ended")
	key := fmt.Sprint(handler == "Requests", handler == "Journal", ended, handler == "Firm" || handler == "People" || handler == "Grants", at)
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
	if ended {
		s.ended(may)
	}
	switch handler {
	case "Requests":
		s.requests(may)
	case "Journal":
		s.journal(may)
	case "Firm", "People", "Grants":
		s.steps(may)
	}
	return may
}

// dayOf is the instant that a page of the asked day shows: its last millisecond, in the firm's zone.
func (s sight) dayOf(arg any) int64 {
	day := ""
	switch a := arg.(type) {
	case view.View:
		day = a.Day
	case view.Asked:
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

var spaces = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", `\u00a0`, "", `\u202f`, "")

// told lists the canaries that an answer holds, those of a page's cursor included, and those that are numbers, however they are spaced.
func (w *world) told(answer string) []string {
	for _, m := range cursor.FindAllStringSubmatch(answer, -1) {
		inside, err := base64.RawURLEncoding.DecodeString(m[1])
		if err == nil {
			answer += " " + string(inside)
		}
	}
	list := marks.FindAllString(strings.ToLower(answer), -1)
	bare := spaces.Replace(answer)
	for number, c := range w.numbers {
		if strings.Contains(bare, number) {
			list = append(list, c)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func TestEveryMethodHasARow(t *testing.T) {
	w := build(t)
	rows := table(w)
	parts := wishes(w)

	for method := range w.methods(w.admin) {
		if method != "Changes.Preview" && method != "Changes.Submit" {
			assert.NotEmpty(t, rows[method], "a new bound method: add its row to the table of this test")
		}
	}
	for _, k := range w.s.Kinds() {
		assert.NotEmpty(t, append(rows["Changes.Submit:"+k.Input.String()], parts["Changes.Submit:"+k.Input.String()]...), "a new kind of change: add %s to the wishes of this test", k.Input)
	}
	for method := range rows {
		assert.Contains(t, w.methods(w.admin), bound(method))
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
	dbtest.Single(t)
	w := build(t)
	log := logs(t)
	succeeded := map[string]bool{"Files.Keep": w.kept(w.admin).Name == "plan.svg"} // once it was sent: nothing but its own name is told
	for _, caller := range callers {
		t.Run(caller, func(t *testing.T) { w.walk(t, caller, succeeded) })
	}
	for method, once := range succeeded {
		_, part, _ := strings.Cut(method, ":") // what was submitted before may stand against one of the two
		once = once || succeeded["Changes.Preview:"+part] || succeeded["Changes.Submit:"+part]
		assert.True(t, once || strings.HasPrefix(method, "Session."), "%s never succeeds: nothing was looked at", method)
	}
	assert.NotContains(t, log.String(), "zq", "the log holds nothing of what pages send or get")
	assert.NotContains(t, log.String(), "panicked")
}

// walk makes every call as one caller, and compares what each answer holds with what the brute force allows before and after it.
func (w *world) walk(t *testing.T, caller string, succeeded map[string]bool) {
	seat := w.seat(caller)
	methods, all := everything(w)
	for _, method := range methods {
		t.Run(method, func(t *testing.T) {
			before := w.sight(caller)
			found := leaks{}
			for _, r := range all[method] {
				now := before.allows(caller, r)
				result, failure := w.invoke(seat, bound(method), args(r.arg)...)
				w.rest(seat, method, failure)
				file := w.taken(seat, &result)
				answer := text(result, failure) + file
				after := before
				if w.seq() != before.seq {
					after = w.sight(caller)
				}
				for _, c := range w.told(answer) {
					if !before.may(caller, method, r.arg)[c] && !after.may(caller, method, r.arg)[c] && !w.typed(r.arg, c) {
						found.add(method, c, call(r.arg)+" → …"+around(answer, c))
					}
				}
				w.assertAsked(t, after, r, now || strings.HasPrefix(method, "Changes."))
				assertFault(t, failure, method, r.arg)
				switch {
				case len(r.needs) == 0:
				case !now:
					assert.NotEmpty(t, failure, "%s was let through without %v: %s", method, r.needs, call(r.arg))
				case !strings.HasSuffix(method, ":Decide"): // the change of the request asks for its own
					assert.NotContains(t, failure, `"code":"forbidden"`, "%s is held back with %v: %s", method, r.needs, call(r.arg))
				}
				before = after
				succeeded[method] = succeeded[method] || failure == ""
			}
			for c, call := range found[method] {
				t.Errorf("%s tells %s of %s: %s", method, caller, c, call)
			}
		})
	}
}

// typed reports whether the one who called gave a number themselves.
func (w *world) typed(arg any, c string) bool {
	for number, name := range w.numbers {
		if name == c {
			return strings.Contains(call(arg), number)
		}
	}
	return false
}

// rest waits until what a call began in the background is over.
func (w *world) rest(seat *bridge.Seat, method, failure string) {
	if method != "Structures.StartCheck" || failure != "" {
		return
	}
	require.Eventually(w.t, func() bool {
		result, failure := w.invoke(seat, "Structures.Checking")
		return failure != "" || !result.(register.Check).Running
	}, 10*time.Second, time.Millisecond)
}

// assertAsked: only a number that the caller typed, or of a structure that they may update, leaves the computer; and none of one who lacks the right.
func (w *world) assertAsked(t *testing.T, s sight, r row, entitled bool) {
	t.Helper()
	for _, siret := range w.register.heard() {
		assert.True(t, entitled, "the register was asked for one without %v: %s", r.needs, call(r.arg))
		id := w.number("SELECT coalesce(max(id), 0) FROM structures WHERE identifier = ?", siret)
		mine := id != 0 && (s.can("structure.activate", s.structure(id)) || s.can("structure.edit", s.structure(id)))
		assert.True(t, mine || strings.Contains(call(r.arg), siret), "the register was asked about %s: %s", siret, call(r.arg))
	}
}

func around(answer, c string) string {
	at := max(0, strings.Index(strings.ToLower(answer), c))
	return answer[max(0, at-60):min(len(answer), at+len(c)+100)]
}

// assertFault checks that a failure is a fault's JSON text of a known code, and never internal.
func assertFault(t *testing.T, failure, method string, arg any) {
	t.Helper()
	if failure == "" {
		return
	}
	var f fault.Error
	if assert.NoError(t, json.Unmarshal([]byte(failure), &f), "%s %s: %s", method, call(arg), short(failure)) {
		assert.Contains(t, known, f.Code, "%s %s: %s", method, call(arg), short(failure))
		assert.NotEmpty(t, f.Problems)
	}
	assert.Less(t, len(failure), 2000, "%s: a fault does not give back what was sent", method)
}

// reads makes every call that changes nothing, and gives the answers by the call.
func (w *world) reads(caller string) map[string]string {
	answers := map[string]string{}
	for method, rows := range table(w) {
		if writes(method) || strings.HasPrefix(method, "Changes.") {
			continue
		}
		for _, r := range rows {
			answers[method+" "+call(r.arg)] = w.answer(w.seat(caller), method, args(r.arg)...)
		}
	}
	return answers
}

// TestEntitledAreTold keeps the walk from passing because nothing is told at all.
func TestEntitledAreTold(t *testing.T) {
	dbtest.Single(t)
	w := build(t)
	for _, caller := range []string{"roomer", "manager", "admin"} {
		t.Run(caller, func(t *testing.T) {
			seen := map[string]bool{}
			for _, answer := range w.reads(caller) {
				for _, c := range w.told(answer) {
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

// TestSearchingTellsNothing: looking for a hidden text, number or label finds what looking for one that stands nowhere finds; so do counts and files.
func TestSearchingTellsNothing(t *testing.T) {
	dbtest.Single(t)
	w := build(t)
	const nothing = "zqnowhereqz"
	for _, caller := range callers[1:] {
		may := w.sight(caller).names(caller)
		ask := func(method string, arg any) string { return w.answer(w.seat(caller), method, arg) }
		t.Run(caller+"/people", func(t *testing.T) {
			nowhere := ask("People.List", people.Query{Query: list.Query{Search: nothing}, Filter: "all"})
			for c, allowed := range may {
				if !allowed {
					assert.Equal(t, nowhere, ask("People.List", people.Query{Query: list.Query{Search: c}, Filter: "all"}), c)
				}
			}
		})
		for kind, wanted := range map[string]func(text string) directory.Wanted{
			"search": func(text string) directory.Wanted { return directory.Wanted{Query: list.Query{Search: text}} },
			"town": func(text string) directory.Wanted {
				return directory.Wanted{Query: list.Query{Search: text, Order: "town"}}
			},
			"part": func(text string) directory.Wanted {
				return directory.Wanted{Query: list.Query{Search: text[3 : len(text)-2]}}
			},
			"tag":    func(text string) directory.Wanted { return directory.Wanted{Tag: text} },
			"type":   func(text string) directory.Wanted { return directory.Wanted{Type: text} },
			"sphere": func(text string) directory.Wanted { return directory.Wanted{Sphere: text} },
		} {
			t.Run(caller+"/"+kind, func(t *testing.T) {
				texts := w.hidden(may)
				if kind == "part" { // a number's part stands in others
					maps.DeleteFunc(texts, func(c, text string) bool { return c != text || len(text) < 10 })
				}
				w.assertFindsNothing(t, caller, wanted, texts, nothing)
			})
		}
	}
}

// hidden returns the texts that a caller may not see, numbers as they are typed.
func (w *world) hidden(may map[string]bool) map[string]string {
	texts := map[string]string{}
	for c, allowed := range may {
		if !allowed {
			texts[c] = c
		}
	}
	for number, c := range w.numbers {
		if !may[c] {
			texts[c] = number
		}
	}
	return texts
}

func (w *world) assertFindsNothing(t *testing.T, caller string, wanted func(string) directory.Wanted, texts map[string]string, nothing string) {
	t.Helper()
	for _, method := range []string{"Structures.List", "Structures.Count", "Structures.Export"} {
		ask := func(text string) string {
			if method == "Structures.Export" {
				return w.answer(w.seat(caller), method, exported(wanted(text), "csv"))
			}
			return w.answer(w.seat(caller), method, wanted(text))
		}
		words, digits := ask(nothing), ask("99999999999999")
		for c, text := range texts {
			if strings.Trim(text, "0123456789") == "" {
				assert.Equal(t, digits, ask(text), "%s %s", method, c)
			} else {
				assert.Equal(t, words, ask(text), "%s %s", method, c)
			}
		}
	}
}

// TestHiddenChangesNothing: whatever is written in what a caller may not see, every answer they get stays the same to the letter, in its order,
// its counts and its cursors too.
func TestHiddenChangesNothing(t *testing.T) {
	dbtest.Single(t)
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

// hide writes other texts wherever the brute force says that a caller sees nothing, and adds a structure like secret.
func (w *world) hide(caller string) {
	s := w.sight(caller)
	may := s.names(caller)
	s.requests(may)
	s.journal(may)
	w.addGhost()
	for name, id := range w.structures {
		if !s.whole(id) {
			w.exec(`UPDATE structures SET label = 'aa' || id || label, label_key = 'aa' || (9 - id) || label_key, email = 'aa' || email, town = 'aa' || (9 - id),
				address1 = 'aa' || address1, address2 = 'aa', address3 = 'aa', postcode = '9' || id, phone = '+3311111111' || id, vat = 'aa', rcs = 'aa' || rcs,
				pacage = '11111111' || id, technical_account = 'aa' || technical_account, connections = 'aa' || connections, mandate_holder = 'aa' || mandate_holder,
				mandate_from = '2026-01-01', mandate_until = '2027-01-01', responsible = 'firm', responsible_id = NULL, edi = 1 - edi, moa = 'only', code_required = 1,
				activity = 'aa', legal_category = 'aa', closed_on = '2026-01-01', managed = 1 - managed, version = version + 1,
				town_key = CASE WHEN town_key = 'aa' || (9 - id) THEN 'aa' || id ELSE 'aa' || (9 - id) END,
				verdict = CASE verdict WHEN 'active' THEN 'closed' ELSE 'active' END, verified_at = 5, created_at = created_at - 100000 * id WHERE id = ?`, id)
			w.exec("UPDATE former_identifiers SET identifier = 'AA' || identifier WHERE structure_id = ?", id)
			w.exec(`UPDATE labels SET name = 'aa' || name, name_key = 'aa' || name_key WHERE id IN (SELECT label_id FROM structure_labels WHERE structure_id = ?1)
				AND (SELECT count(*) FROM structure_labels WHERE label_id = labels.id) = 1`, id)
		}
		if !may[canary("contract"+name)] {
			w.exec("UPDATE contracts SET reference = 'aa' || reference, powers = 'status', from_on = '2025-01-01', version = version + 1 WHERE id = ?", w.contracts[name])
		}
		if !may[canary(name)] {
			w.exec("UPDATE structures SET name = 'aa' || name, name_key = 'aa' || name_key WHERE id = ?", id)
		}
	}
	for name, id := range w.departments {
		if !may[canary(name)] && !may[canary(name+"new")] {
			w.exec(`UPDATE departments SET label = 'aa' || label, code = 'aa' || code, code_key = 'aa' || code_key, description = 'aa' || description,
				address = 'aa' || address, phone = '+33111111111', version = version + 1 WHERE id = ?`, id)
		}
	}
	for name, id := range w.people {
		seen := may[canary(name)] || slices.ContainsFunc(s.o.Memberships, func(m oracle.Membership) bool { return s.personOn(id, m.From) })
		if !seen {
			w.exec("UPDATE users SET last_name = 'aa' || last_name, name_key = 'aa' || name_key, email = 'aa' || email, phone = 'aa', created_at = 7 WHERE id = ?", id)
		}
	}
}

// addGhost writes another structure that only the administrator may see, with the labels of secret and a contract with it.
func (w *world) addGhost() {
	secret, ghost := w.structures["secret"], w.number("SELECT max(id) + 1 FROM structures")
	w.again("structures", "id = ?", secret, map[string]string{"id": fmt.Sprint(ghost), "identifier": "'" + siret(100+int(ghost)) + "'", "predecessor_id": "NULL"})
	for _, table := range []string{"structure_states", "structure_labels"} {
		w.again(table, "structure_id = ?", secret, map[string]string{"id": "NULL", "structure_id": fmt.Sprint(ghost)})
	}
	w.again("contracts", "client_id = ?", secret, map[string]string{"id": "NULL", "platform_id": fmt.Sprint(secret), "client_id": fmt.Sprint(ghost)})
	w.exec("INSERT INTO structure_search (rowid, words) SELECT id, name_key || ' ' || label_key || ' ' || town_key FROM structures WHERE id = ?", ghost)
	w.exec("INSERT INTO structure_parts (rowid, parts) SELECT id, name_key || ' ' || label_key || ' ' || town_key || ' ' || identifier FROM structures WHERE id = ?", ghost)
}

// again writes rows a second time, with other values in some columns.
func (w *world) again(table, where string, id int64, other map[string]string) {
	w.t.Helper()
	var columns string
	query := "SELECT group_concat(name) FROM pragma_table_info(?)"
	require.NoError(w.t, w.raw.QueryRowContext(context.Background(), query, table).Scan(&columns))
	values := strings.Split(columns, ",")
	for i, column := range values {
		if value, there := other[column]; there {
			values[i] = value
		}
	}
	w.exec("INSERT INTO "+table+" ("+columns+") SELECT "+strings.Join(values, ", ")+" FROM "+table+" WHERE "+where, id)
}

// TestCursorTellsNothing: the cursor of a page, which holds the value it was ordered by, holds nothing of a structure seen by its identity only.
func TestCursorTellsNothing(t *testing.T) {
	dbtest.Single(t)
	w := build(t)
	for range 55 {
		name := fmt.Sprintf("many%d", len(w.structures))
		w.addStructure(name)
		w.arrive(name)
		w.addDepartment(name, name+"room")
		s, d := w.place(name + "/" + name + "room")
		w.submit(grant.Attach{User: w.people["plain"], Structure: s, Department: d})
	}
	may := w.sight("plain").names("plain")
	for _, order := range []string{"name", "identifier", "town", "label", "created"} {
		t.Run(order, func(t *testing.T) {
			result := w.must(w.seats["plain"], "Structures.List", directory.Wanted{Query: list.Query{Order: order}}).(directory.Page)
			require.NotEmpty(t, result.Next)
			for _, c := range w.told(text(result, "")) {
				assert.True(t, may[c], "%s stands in the page or its cursor", c)
			}
		})
	}
}

// TestHiddenIsAsIfItWereNot: what a caller may not see and what does not exist get the same answer.
func TestHiddenIsAsIfItWereNot(t *testing.T) {
	dbtest.Single(t)
	w := build(t)
	const unknown = int64(987654)
	secret, room, person := w.structures["secret"], w.departments["s1"], w.people["guardian"]
	grants, asked := w.grants["guardian"], w.requests["qsecret"]
	membership := w.number("SELECT max(id) FROM memberships WHERE structure_id = ?", secret)
	pairs := map[string][2]any{
		"Structures.Get":             {secret, unknown},
		"Structures.Departments":     {secret, unknown},
		"Structures.Count":           {directory.Wanted{Only: []int64{secret}}, directory.Wanted{Only: []int64{unknown}}},
		"Structures.List":            {directory.Wanted{Only: []int64{secret}}, directory.Wanted{Only: []int64{unknown}}},
		"Structures.Export":          {exported(directory.Wanted{Only: []int64{secret}}, "csv"), exported(directory.Wanted{Only: []int64{unknown}}, "csv")},
		"Structures.Edit":            {structure.Edit{ID: secret, Version: 1, Mine: structure.Fields{Name: "X"}}, structure.Edit{ID: unknown, Version: 1, Mine: structure.Fields{Name: "X"}}},
		"Structures.Relabel":         {structure.Relabel{Structures: []int64{secret}, Add: []string{"x"}}, structure.Relabel{Structures: []int64{unknown}, Add: []string{"x"}}},
		"Structures.Codes":           {codes(secret), codes(unknown)},
		"Structures.Compare":         {secret, unknown},
		"Structures.Refresh":         {structure.Refresh{ID: secret}, structure.Refresh{ID: unknown}},
		"Structures.Arrived":         {structure.Identify{ID: secret, SIRET: siret(90)}, structure.Identify{ID: unknown, SIRET: siret(90)}},
		"Structures.Arrived not":     {structure.Identify{ID: w.structures["pend"], SIRET: w.sirets["secret"]}, structure.Identify{ID: unknown, SIRET: w.sirets["secret"]}},
		"Structures.StartCheck":      {[]int64{secret}, []int64{unknown}},
		"Structures.Copies":          {secret, unknown},
		"Structures.Transferable":    {secret, unknown},
		"Platforms.Contracts":        {secret, unknown},
		"Platforms.Contracts of":     {w.structures["pend"], unknown},
		"Platforms.AddContract":      {platform.AddContract{Platform: w.structures["plat"], Client: secret}, platform.AddContract{Platform: w.structures["plat"], Client: unknown}},
		"Platforms.AddContract with": {platform.AddContract{Platform: secret, Client: w.structures["alpha"]}, platform.AddContract{Platform: unknown, Client: w.structures["alpha"]}},
		"Platforms.EndContract":      {platform.EndContract{ID: w.contracts["secret"], Version: 1, Until: "2026-12-31"}, platform.EndContract{ID: unknown, Version: 1, Until: "2026-12-31"}},
		"Platforms.SetRegistration":  {structure.SetRegistration{ID: secret, State: "pending"}, structure.SetRegistration{ID: unknown, State: "pending"}},
		"People.Get":                 {person, unknown},
		"Grants.Of":                  {person, unknown},
		"People.Steps":               {person, unknown},
		"People.SetPIGP":             {people.SetPIGP{User: person}, people.SetPIGP{User: unknown}},
		"People.LinkAccounts":        {people.LinkAccounts{User: person, Account: 1, Linked: true}, people.LinkAccounts{User: unknown, Account: 1, Linked: true}},
		"Grants.In":                  {secret, unknown},
		"Rights.OfStructure":         {view.View{Structure: secret}, view.View{Structure: unknown}},
		"Rights.OfPerson":            {view.View{User: person}, view.View{User: unknown}},
		"Rights.Prove":               {view.Asked{User: w.people["manager"], Permission: "user.view", Structure: secret}, view.Asked{User: w.people["manager"], Permission: "user.view", Structure: unknown}},
		"Rights.Who":                 {view.Asked{Permission: "user.view", Structure: secret}, view.Asked{Permission: "user.view", Structure: unknown}},
		"Requests.Get":               {asked, unknown},
		"Requests.Ask":               {request.Ask{Subject: "membership", Structure: secret}, request.Ask{Subject: "membership", Structure: unknown}},
		"a step taken back":          {followup.MarkFollowUp{ID: w.number("SELECT id FROM follow_ups WHERE structure_id = ? LIMIT 1", secret)}, followup.MarkFollowUp{ID: unknown}},
		"a step done":                {followup.MarkFollowUp{ID: w.number("SELECT id FROM follow_ups WHERE structure_id = ? LIMIT 1", secret), Done: true}, followup.MarkFollowUp{ID: unknown, Done: true}},
	}
	wishes := map[string][2]change.Change{
		"Attach":            {grant.Attach{User: w.people["manager"], Structure: secret}, grant.Attach{User: w.people["manager"], Structure: unknown}},
		"Attach department": {grant.Attach{User: w.people["manager"], Structure: secret, Department: room}, grant.Attach{User: w.people["manager"], Structure: secret, Department: unknown}},
		"Attach person":     {grant.Attach{User: person, Structure: w.structures["alpha"]}, grant.Attach{User: unknown, Structure: w.structures["alpha"]}},
		"Give":              {grant.Give{User: person, Structure: w.structures["alpha"], Profiles: w.choices(consult)}, grant.Give{User: unknown, Structure: w.structures["alpha"], Profiles: w.choices(consult)}},
		"Detach":            {grant.Detach{User: person, Structure: secret, Comment: "x"}, grant.Detach{User: person, Structure: unknown, Comment: "x"}},
		"Detach person":     {grant.Detach{User: person, Structure: w.structures["alpha"], Comment: "x"}, grant.Detach{User: unknown, Structure: w.structures["alpha"], Comment: "x"}},
		"End":               {grant.End{Grant: grants}, grant.End{Grant: unknown}},
		"ExtendMembership":  {grant.ExtendMembership{Membership: membership}, grant.ExtendMembership{Membership: unknown}},
		"Extend":            {grant.Extend{Grant: grants}, grant.Extend{Grant: unknown}},
		"SetState":          {structure.SetState{Structure: secret}, structure.SetState{Structure: unknown}},
		"SetStates":         {structure.SetStates{Structures: []int64{secret}}, structure.SetStates{Structures: []int64{unknown}}},
		"Cancel":            {structure.Cancel{Structure: secret}, structure.Cancel{Structure: unknown}},
		"CreateDepartment":  {department.CreateDepartment{Structure: secret, Code: "x"}, department.CreateDepartment{Structure: unknown, Code: "x"}},
		"EditDepartment":    {department.EditDepartment{Department: room, Version: 1}, department.EditDepartment{Department: unknown, Version: 1}},
		"SwitchDepartment":  {department.SwitchDepartment{Structure: secret, Department: room}, department.SwitchDepartment{Structure: unknown, Department: room}},
		"Switch elsewhere":  {department.SwitchDepartment{Structure: w.structures["alpha"], Department: room}, department.SwitchDepartment{Structure: w.structures["alpha"], Department: unknown}},
		"Duplicate":         {duplicated(secret, siret(91)), duplicated(unknown, siret(91))},
		"Duplicate same":    {duplicated(secret, w.sirets["secret"]), duplicated(unknown, w.sirets["secret"])},
		"Duplicate shape":   {duplicated(secret, "12"), duplicated(unknown, "12")},
		"Duplicate pending": {duplicated(w.structures["pend"], "é"), duplicated(unknown, "é")},
		"Transfer":          {transferred(secret, person), transferred(unknown, person)},
		"Transfer to":       {transferred(w.structures["alpha"], person), transferred(w.structures["alpha"], unknown)},
		"Responsible":       {createdFor(person), createdFor(unknown)},
		"Decide":            {request.Decide{Request: asked, Comment: "x"}, request.Decide{Request: unknown, Comment: "x"}},
	}
	for part, pair := range wishes {
		pairs["Changes.Preview:"+part] = [2]any{pair[0], pair[1]}
	}
	for _, caller := range []string{"elsewhere", "roomer", "ended", "reader", "plain", "manager"} {
		for _, method := range sorted(pairs) {
			t.Run(caller+"/"+method, func(t *testing.T) {
				name := strings.SplitN(bound(method), " ", 2)[0]
				if _, isChange := pairs[method][0].(change.Change); isChange && !strings.HasPrefix(name, "Changes.") {
					name = "Changes.Submit"
				}
				hidden := w.answer(w.seat(caller), name, pairs[method][0])
				w.rest(w.seat(caller), name, "")
				none := w.answer(w.seat(caller), name, pairs[method][1])
				assert.Equal(t, none, hidden)
			})
		}
	}
}

func codes(of int64) directory.Codes {
	return directory.Codes{Structure: of, Format: "csv", Title: "Codes", Columns: []string{"a", "b", "c"}}
}

func duplicated(from int64, identifier string) change.Change {
	return flow.Duplicate{From: from, Identifier: identifier}
}

func transferred(of, to int64) change.Change {
	return flow.Transfer{Moves: []flow.Move{{Structure: of, To: to}}}
}

func createdFor(responsible int64) change.Change {
	return structure.Create{Input: structure.Input{IdentifierType: "pending", Identifier: "X1", Fields: structure.Fields{Name: "X", Responsible: "user", ResponsibleID: responsible}}}
}

// TestListsHoldExactlyWhatMayBeSeen compares lists and counts with the brute force, row by row.
func TestListsHoldExactlyWhatMayBeSeen(t *testing.T) {
	dbtest.Single(t)
	w := build(t)
	for _, caller := range callers[1:] {
		s := w.sight(caller)
		t.Run(caller+"/structures", func(t *testing.T) {
			want := ids(w.structures, s.known)
			result, failure := w.invoke(w.seat(caller), "Structures.List", directory.Wanted{})
			assertRows(t, want, result, failure, "Rows", "ID")
		})
		t.Run(caller+"/filters", func(t *testing.T) {
			for _, q := range append(filters(w), directory.Wanted{Holding: "structure.activate"}, directory.Wanted{Holding: "user.view"}) {
				w.assertFiltered(t, caller, s, q)
			}
		})
		t.Run(caller+"/people", func(t *testing.T) {
			want := ids(w.people, s.person)
			result, failure := w.invoke(w.seat(caller), "People.List", people.Query{Filter: "all"})
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
			result, failure := w.invoke(w.seat(caller), "Requests.List", request.Wanted{Tab: "pending"})
			if caller == "disabled" {
				require.NotEmpty(t, failure)
				return
			}
			require.Empty(t, failure)
			want := ids(w.requests, s.decides)
			assertRows(t, want, result.(request.Page).Rows, failure, "", "ID")
			assert.Equal(t, len(want), w.must(w.seat(caller), "Requests.Count"))
		})
		t.Run(caller+"/ended", func(t *testing.T) {
			want := []int64{}
			for _, g := range s.o.Grants {
				if s.over(g) {
					want = append(want, number(g.ID))
				}
			}
			result, failure := w.invoke(w.seat(caller), "Grants.Ended", view.EndedWanted{})
			if failure != "" {
				assert.Empty(t, want)
				assert.False(t, s.allows(caller, row{needs: []need{{permission: "user.view", how: "anywhere"}}}), failure)
				return
			}
			assertRows(t, want, result.(view.EndedPage).Rows, failure, "", "ID")
			assert.EqualValues(t, len(want), w.must(w.seat(caller), "Grants.CountEnded", view.EndedWanted{}).(list.Total).N)
		})
		t.Run(caller+"/home", func(t *testing.T) { w.assertHome(t, caller, s) })
		t.Run(caller+"/journal", func(t *testing.T) { w.assertJournal(t, caller, s) })
	}
}

// TestSeenTwiceIsCountedOnce: one attached to a department who then manages the whole structure sees it whole, once (rights.md, A15).
func TestSeenTwiceIsCountedOnce(t *testing.T) {
	w := build(t)
	w.submit(transferred(w.structures["alpha"], w.people["roomer"]))

	s := w.sight("roomer")

	require.True(t, s.whole(w.structures["alpha"]))
	w.assertHome(t, "roomer", s)
	for _, q := range filters(w) {
		w.assertFiltered(t, "roomer", s, q)
	}
}

// TestDuplicateNamesWhatIsSeen: the structures before and after a duplication are named to one who may see them, to nobody else.
func TestDuplicateNamesWhatIsSeen(t *testing.T) {
	w := build(t)
	w.structures["copy"] = w.submit(duplicated(w.structures["alpha"], siret(93))).Created
	w.edit("copy", func(f *structure.Fields) { f.Name = canary("copy") })
	w.detach("plain", "copy")
	w.detach("manager", "alpha")
	get := func(caller, of string) structure.Structure {
		return w.must(w.seat(caller), "Structures.Get", w.structures[of]).(structure.Structure)
	}

	before, after := place.Link{ID: w.structures["alpha"], Name: canary("alpha")}, place.Link{ID: w.structures["copy"], Name: canary("copy")}

	assert.Equal(t, after, get("reader", "alpha").Successor)
	assert.Equal(t, before, get("reader", "copy").Predecessor)
	assert.Zero(t, get("plain", "alpha").Successor)
	assert.Zero(t, get("manager", "copy").Predecessor)
	assert.Zero(t, get("reader", "copy").Successor)
	for _, left := range []string{"account", "connections", "mandate", "former"} {
		assert.NotContains(t, text(get("manager", "copy"), ""), canary("alpha"+left))
	}
}

// TestLabelTellsNothing: a label that only hidden structures bear, typed in another spelling, is kept as any new one would be: as it was typed.
func TestLabelTellsNothing(t *testing.T) {
	dbtest.Single(t)
	w := build(t)
	for _, hidden := range []string{canary("secrettag"), canary("nowhere")} {
		typed := strings.ToUpper(hidden)

		w.must(w.seats["manager"], "Changes.Submit", structure.Relabel{Structures: []int64{w.structures["alpha"]}, Add: []string{typed}, Remove: []string{}})

		assert.Contains(t, w.must(w.seats["manager"], "Structures.Labels"), typed)
	}
}

// assertFiltered compares a narrowed list, its count and its file with the brute force: what is not part of the identity narrows only what is seen
// whole.
func (w *world) assertFiltered(t *testing.T, caller string, s sight, q directory.Wanted) {
	t.Helper()
	seat := w.seat(caller)
	result, failure := w.invoke(seat, "Structures.List", q)
	count, refused := w.invoke(seat, "Structures.Count", q)
	require.Equal(t, failure, refused, call(q))
	if failure != "" {
		assert.Empty(t, ids(w.structures, s.known), "%s: %s", call(q), failure)
		return
	}
	var want, got []int64
	for name, id := range w.structures {
		if q.Search == "" || q.Search == canary(name) {
			want = append(want, id)
		}
	}
	want = slices.DeleteFunc(want, func(id int64) bool { return !s.known(id) || !s.passes(id, q) })
	for _, r := range result.(directory.Page).Rows {
		got = append(got, r.ID)
		if q.Holding == "" {
			assert.Equal(t, !s.whole(r.ID), r.IdentityOnly, call(q))
		}
	}
	assert.ElementsMatch(t, want, got, call(q))
	assert.EqualValues(t, len(want), count.(list.Total).N, call(q))
	lines := strings.Count(w.answer(seat, "Structures.Export", exported(q, "csv")), "\r\n")
	assert.Equal(t, len(want), lines-1, call(q))
}

// passes reports whether a structure passes the filters of a list.
func (s sight) passes(id int64, q directory.Wanted) bool {
	is := func(clause string, args ...any) bool {
		return s.w.number("SELECT count(*) FROM structures t WHERE t.id = ? AND "+clause, append([]any{id}, args...)...) == 1
	}
	tagged := `EXISTS (SELECT 1 FROM structure_labels x JOIN labels l ON l.id = x.label_id WHERE x.structure_id = t.id AND lower(l.name) = lower(?))`
	for _, ok := range []bool{
		q.Type == "" || is("identifier_type = ?", q.Type),
		q.State == "" || is("active = ?", q.State == "active"),
		q.Sphere == "" || is("sphere = ?", q.Sphere) || q.Sphere == "public" && is("sphere IN ('state', 'local')"),
		q.Check == "" || s.whole(id) && is(map[string]string{"unverified": "verdict IN ('unknown', 'unverifiable')", "closed": "verdict = 'closed'"}[q.Check]),
		!q.Lone || s.whole(id) && is("managed = 0"),
		q.Tag == "" || s.whole(id) && is(tagged, q.Tag),
		len(q.Only) == 0 || slices.Contains(q.Only, id),
		q.Holding == "" || s.holds(q.Holding, id),
	} {
		if !ok {
			return false
		}
	}
	return true
}

// holds reports whether a permission is held on a structure or one of its departments; "membership", whether the caller is attached there.
func (s sight) holds(permission string, id int64) bool {
	places := []oracle.Scope{s.structure(id)}
	for _, d := range s.o.Departments {
		if d.Structure == fmt.Sprintf("s%d", id) {
			places = append(places, oracle.InDepartment(d.ID))
		}
	}
	if permission == "membership" {
		return slices.ContainsFunc(s.o.Memberships, func(m oracle.Membership) bool {
			return m.User == s.user && m.Contains(s.at) && slices.Contains(places, m.Scope)
		})
	}
	return slices.ContainsFunc(places, func(p oracle.Scope) bool { return s.can(permission, p) })
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
	home := result.(view.Home)
	assert.Len(t, ids(w.structures, s.known), home.Structures, "structures")
	if home.People != -1 {
		assert.Len(t, ids(w.people, func(id int64) bool { return s.person(id) && id != w.people["disabled"] }), home.People, "people")
	}
	var ends, steps []int64
	soon := func(until int64) bool { return until > s.at && until < s.at+30*24*3600*1000 }
	for _, g := range s.o.Grants {
		if soon(g.Until) && s.can("user.view", g.Scope) {
			ends = append(ends, number(g.User))
		}
	}
	for _, m := range s.o.Memberships {
		if soon(m.Until) && m.Until > m.From && s.can("user.view", m.Scope) {
			ends = append(ends, number(m.User))
		}
	}
	rows, err := w.raw.QueryContext(context.Background(), "SELECT id, coalesce(structure_id, 0), coalesce(department_id, 0) FROM follow_ups WHERE done_at = 0 AND withdrawn_at = 0")
	require.NoError(t, err)
	defer rows.Close() //nolint:errcheck // a test
	for rows.Next() {
		var id, of, inside int64
		require.NoError(t, rows.Scan(&id, &of, &inside))
		ask := oracle.Question{User: s.user, Permission: "grant.edit", Scope: s.scope(of, inside), Ending: true, At: s.at} // as finishing asks it
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
	for after, more := "", true; more; {
		result, failure := w.invoke(w.seat(caller), "Journal.List", journal.Query{Query: list.Query{After: after}})
		if failure != "" {
			assert.Empty(t, want)
			return
		}
		p := result.(journal.Page)
		for _, l := range p.Rows {
			got = append(got, l.Seq)
		}
		after, more = p.Next, p.Next != ""
	}
	assert.ElementsMatch(t, want, got)
}

// leaves returns the paths to every value of a kind within a type, and how to reach it in a value made of that type.
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

// with returns a copy of a value in which the one at the path is another: what leads there is made where it is missing.
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

// leavesOf is leaves by kind.
func leavesOf(in reflect.Type, kinds ...reflect.Kind) [][]int {
	return leaves(in, func(k reflect.Kind) bool { return slices.Contains(kinds, k) })
}

// examples returns the argument of a row as it is, with every box ticked, and with nothing in it.
func examples(rows []row, in reflect.Type) []reflect.Value {
	of := reflect.ValueOf(rows[0].arg)
	ticked := of
	for _, path := range leavesOf(in, reflect.Bool) {
		ticked = with(ticked, path, func(v reflect.Value) { v.SetBool(true) })
	}
	return []reflect.Value{of, ticked, reflect.Zero(in)}
}

// assertWritten: a file that was offered can be written, or tells why not.
func assertWritten(t *testing.T, seat *bridge.Seat, result any, what string) {
	t.Helper()
	if file, offered := result.(bridge.File); offered && file.Handle != "" {
		o, there := seat.Take(file.Handle)
		require.True(t, there, what)
		assert.Equal(t, filepath.Base(o.Name), o.Name, "a name, not a path: %s", what)
		if err := o.Write(io.Discard); err != nil {
			_, told := fault.As(err)
			assert.True(t, told, "%s: %v", what, err)
		}
	}
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
		if bare.Type().NumIn() != 1 || method == "Session.Unlock" {
			continue
		}
		t.Run(method, func(t *testing.T) {
			in := bare.Type().In(0)
			if _, isWish := rows[method][0].arg.(change.Change); isWish {
				in = reflect.TypeOf(rows[method][0].arg)
			}
			try := func(of reflect.Value, path []int, odd string, set func(reflect.Value)) {
				arg := with(of, path, set).Interface()
				if c, isWish := arg.(change.Change); isWish {
					arg = wish(c)
				}
				result, failure := invoke(bare, arg)
				assertWritten(t, w.admin, result, call(of.Interface())+" with "+odd+" at "+fmt.Sprint(path))
				assertFault(t, failure, method, call(of.Interface())+" with "+odd+" at "+fmt.Sprint(path))
			}
			for i, of := range examples(rows[method], in) {
				for _, path := range leavesOf(in, reflect.String) {
					for _, s := range texts {
						try(of, path, strconv.Quote(s), func(v reflect.Value) { v.SetString(s) })
					}
					if i == 0 && !strings.HasPrefix(method, "Changes.Preview") {
						try(of, path, "10 MB", func(v reflect.Value) { v.SetString(huge) })
					}
				}
				for _, path := range leavesOf(in, reflect.Int64, reflect.Int) {
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
	w.submit(signin.SetSignIn{User: w.people["alone"], SignIn: "invited", CodeHash: hash})
	_, failure := w.invoke(bridge.NewSeat(w.s), "Session.Activate", signin.Invitation{Email: email, Code: code, Passphrase: passphrase})
	assert.Contains(t, failure, "signin.code_wrong")

	in := &flow.AddPerson{Identity: people.Identity{Email: "n@exemple.example", FirstName: "N", LastName: "N", Kind: "internal"}, Enters: true, CodeHash: hash}
	w.submit(in)
	_, failure = w.invoke(bridge.NewSeat(w.s), "Session.Activate", signin.Invitation{Email: "n@exemple.example", Code: code, Passphrase: passphrase})
	assert.Contains(t, failure, "signin.code_wrong")
}

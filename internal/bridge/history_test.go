package bridge_test

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db/dbtest"
	"habilis/internal/period"
)

// history is a firm to which things happen at random, as pages ask for them.
type history struct {
	*desk
	r      *rand.Rand
	ran    map[string]int
	names  []string // of the people, the administrator aside
	failed []string // what failed with no fault that a person could act on
}

func newHistory(t *testing.T, seed int64) *history {
	t.Helper()
	h := &history{desk: newDesk(t), r: rand.New(rand.NewSource(seed)), ran: map[string]int{}} //nolint:gosec // repeatable histories
	for i := range 4 {
		h.house([]string{"private", "private", "local", "state"}[i])
	}
	for i := range 5 {
		h.join(fmt.Sprintf("p%d", i))
	}
	h.done("give", fields{
		"user": h.people["p0"], "profiles": []fields{
			{"profile": h.number("SELECT min(id) FROM profiles WHERE key = 'Administrateur'")},
		},
	})
	h.done("give", fields{"user": h.people["p1"], "profiles": h.choices("Site · Gestionnaire")})
	h.as("p0")
	h.as("p1")
	h.must(h.as("admin"), "Changes.Submit", platforms)
	h.done("create", fields{
		"identifierType": "platform", "identifier": "ZQ01", "name": "Plateforme",
	})
	return h
}

func (h *history) join(name string) {
	h.person(name, 0, 0)
	h.names = append(h.names, name)
	r := h.does("admin", "setPIGP", fields{"user": h.people[name], "has": h.r.Intn(2) == 0})
	require.True(h.t, r.ok(), r.failure)
}

func chosen[T any](h *history, list []T) (one T) {
	if len(list) == 0 {
		return one
	}
	return list[h.r.Intn(len(list))]
}

// now is an instant after everything that was done.
func (h *history) now() int64 {
	return max(h.clock.At.UnixMilli(), h.number("SELECT max(at) FROM journal")) + 1
}

// day is a day to come, or none.
func (h *history) someDay() string {
	if h.r.Intn(2) == 0 {
		return ""
	}
	return period.Day(h.clock.At.Add(time.Duration(1+h.r.Intn(60))*day).UnixMilli(), time.UTC)
}

func (h *history) structure() int64 {
	list := h.ids("SELECT id FROM structures WHERE cancelled_at = 0 AND (active = 1 OR ?) ORDER BY id", h.r.Intn(4) == 0)
	return chosen(h, list)
}

// spot is a structure, and often a department of it.
func (h *history) spot() (structure, department int64) {
	structure = h.structure()
	if h.r.Intn(2) == 0 {
		department = chosen(h, h.ids("SELECT id FROM departments WHERE structure_id = ? ORDER BY id", structure))
	}
	return structure, department
}

func (h *history) somebody() int64 { return h.people[chosen(h, h.names)] }

// member is somebody attached to a place, now or soon.
func (h *history) member() (user, structure, department int64) {
	rows := h.rows("SELECT user_id, structure_id, coalesce(department_id, 0) FROM memberships WHERE until_at > ? AND until_at > from_at ORDER BY id", h.now())
	if text := chosen(h, rows); text != "" {
		_, err := fmt.Sscan(text, &user, &structure, &department)
		require.NoError(h.t, err)
	}
	return user, structure, department
}

// profiles are some that may or may not be given somewhere, with boxes ticked here and there.
func (h *history) some(most int) []fields {
	list := []fields{}
	for range h.r.Intn(most + 1) {
		key := chosen(h, []string{
			manage, consult, read, "Site · Collaborateur", "invoice_received.consultation", "court_fee.modification", "commitment.modification",
		})
		c := fields{"profile": h.profiles[key], "options": []string{}}
		if strings.HasPrefix(key, "Site") && h.r.Intn(2) == 0 {
			c["options"] = []string{"journal.view"}
		}
		list = append(list, c)
	}
	return list
}

// steps are what may happen. Each gives the wish's part and the wish; an empty part has happened already.
var steps = map[string]func(h *history) (part string, wish fields){
	"addPerson": func(h *history) (string, fields) {
		h.made++
		name := fmt.Sprintf("p%d", h.made)
		s, d := h.spot()
		if h.r.Intn(3) == 0 {
			s, d = 0, 0
		}
		return "addPerson", fields{
			"email": address(name), "firstName": "Jo", "lastName": canary(name), "kind": chosen(h, []string{"internal", "external"}), "structure": s,
			"department": d, "profiles": h.some(2), "from": h.someDay(), "until": h.someDay(), "enters": h.r.Intn(4) == 0,
		}
	},
	"attach": func(h *history) (string, fields) {
		s, d := h.spot()
		return "attach", fields{
			"user": h.somebody(), "structure": s, "department": d, "from": h.someDay(), "until": h.someDay(), "profiles": h.some(2),
		}
	},
	"detach": func(h *history) (string, fields) {
		user, s, d := h.member()
		if h.r.Intn(2) == 0 {
			d = 0
		}
		return "detach", fields{"user": user, "structure": s, "department": d, "comment": "fin"}
	},
	"give": func(h *history) (string, fields) {
		user, s, d := h.member()
		if h.r.Intn(5) == 0 {
			s, d = 0, 0
		}
		return "give", fields{
			"user": user, "structure": s, "department": d, "profiles": h.some(2), "from": h.someDay(), "until": h.someDay(),
		}
	},
	"end": func(h *history) (string, fields) {
		return "end", fields{
			"grant": h.grant(), "until": h.someDay(),
		}
	},
	"extend": func(h *history) (string, fields) {
		return "extend", fields{
			"grant": h.grant(), "until": h.someDay(),
		}
	},
	"extendMembership": func(h *history) (string, fields) {
		return "extendMembership", fields{
			"membership": chosen(h, append(h.ids("SELECT id FROM memberships ORDER BY id"), 0)), "until": h.someDay(), "grants": h.r.Intn(2) == 0,
		}
	},
	"create": func(h *history) (string, fields) {
		h.made++
		return "create", fields{
			"identifierType": "pending", "identifier": fmt.Sprintf("NEUVE%d", h.made), "sphere": chosen(h, []string{"private", "local", "state"}),
			"name": fmt.Sprintf("Neuve %d", h.made), "later": h.r.Intn(4) == 0,
		}
	},
	"setState": func(h *history) (string, fields) {
		return "setState", fields{
			"structure": chosen(h, h.ids("SELECT id FROM structures WHERE cancelled_at = 0 ORDER BY id")), "active": h.r.Intn(2) == 0,
		}
	},
	"setStates": func(h *history) (string, fields) {
		return "setStates", fields{
			"structures": []int64{h.structure(), h.structure()}, "active": h.r.Intn(2) == 0,
		}
	},
	"cancel": func(h *history) (string, fields) {
		newest := chosen(h, h.ids("SELECT id FROM structures WHERE cancelled_at = 0 ORDER BY id DESC LIMIT 3"))
		return "cancel", fields{"structure": newest}
	},
	"duplicate": func(h *history) (string, fields) {
		h.made++
		s := chosen(h, h.ids("SELECT id FROM structures WHERE cancelled_at = 0 AND identifier_type = 'pending' ORDER BY id"))
		return "duplicate", fields{"from": s, "identifier": fmt.Sprintf("COPIE%d", h.made)}
	},
	"transfer": func(h *history) (string, fields) {
		moves := []fields{}
		seen := map[int64]bool{}
		rows := h.rows(`SELECT m.user_id, m.structure_id FROM memberships m JOIN users u ON u.id = m.user_id JOIN structures s ON s.id = m.structure_id
			WHERE m.from_at <= ?1 AND m.until_at > ?1 AND (m.until_at = ?2 OR ?3) AND (s.sphere <> 'local' OR u.pigp = 1 OR ?3)
			AND NOT EXISTS (SELECT 1 FROM principals p WHERE p.user_id = m.user_id AND p.structure_id = m.structure_id AND p.until_at > ?1)
			ORDER BY m.id`, h.now(), period.Open, h.r.Intn(6) == 0)
		for range 1 + h.r.Intn(3) {
			var user, s int64
			if _, err := fmt.Sscan(chosen(h, rows), &user, &s); err == nil && !seen[s] {
				moves, seen[s] = append(moves, fields{"structure": s, "to": user}), true
			}
		}
		return "transfer", fields{"moves": moves}
	},
	"createDepartment": func(h *history) (string, fields) {
		h.made++
		return "createDepartment", fields{
			"structure": h.structure(), "code": fmt.Sprintf("S%d", h.made), "label": fmt.Sprintf("Service %d", h.made), "from": h.someDay(), "until": h.someDay(),
		}
	},
	"editDepartment": func(h *history) (string, fields) {
		id := chosen(h, h.ids("SELECT d.id FROM departments d JOIN structures s ON s.id = d.structure_id WHERE s.active = 1 ORDER BY d.id"))
		if id == 0 {
			return "", nil
		}
		label := h.rows("SELECT label FROM departments WHERE id = ?", id)[0]
		return "editDepartment", fields{
			"department": id, "version": h.number("SELECT version FROM departments WHERE id = ?", id), "base": fields{"label": label}, "days": true,
			"mine": fields{"label": label + "'", "from": h.someDay(), "until": h.someDay()},
		}
	},
	"switchDepartment": func(h *history) (string, fields) {
		id := chosen(h, h.ids("SELECT id FROM departments ORDER BY id"))
		if id == 0 {
			return "", nil
		}
		of := h.number("SELECT structure_id FROM departments WHERE id = ?", id)
		return "switchDepartment", fields{"structure": of, "department": id, "active": h.r.Intn(2) == 0}
	},
	"ask": func(h *history) (string, fields) {
		in := fields{
			"subject": "membership", "beneficiary": h.somebody(), "comment": "svp", "profiles": h.some(1),
		}
		in["structure"], in["department"] = h.spot()
		if h.r.Intn(2) == 0 {
			in["subject"], in["profiles"] = "profiles", h.some(2)
			in["beneficiary"], in["structure"], in["department"] = h.member()
		}
		_, r := h.asks("admin", in)
		h.note("ask", r)
		return "", nil
	},
	"decide": func(h *history) (string, fields) {
		id := chosen(h, h.ids("SELECT id FROM requests WHERE state = 'pending' ORDER BY id"))
		return "decide", fields{"request": id, "approve": h.r.Intn(3) > 0, "comment": "vu", "confirmed": true}
	},
	"setSignIn": func(h *history) (string, fields) {
		return "setSignIn", fields{
			"user": h.somebody(), "signIn": chosen(h, []string{"invited", "locked", "none"}),
		}
	},
	"contract": func(h *history) (string, fields) {
		platform := h.number("SELECT coalesce(min(id), 0) FROM structures WHERE sphere = 'platform' AND cancelled_at = 0")
		r := h.does("admin", "addContract", fields{
			"platform": platform, "client": h.structure(), "reference": "R", "powers": []string{"issue"}, "from": period.Day(h.now(), time.UTC),
		})
		h.note("contract", r)
		return "", nil
	},
	"families": func(h *history) (string, fields) {
		list := []string{}
		for _, f := range []string{"portail-public", "cabinet", "portail-client"} {
			if h.r.Intn(4) > 0 {
				list = append(list, f)
			}
		}
		h.note("families", h.does("admin", "use", fields{"families": list}))
		return "", nil
	},
	"time": func(h *history) (string, fields) {
		h.later(time.Duration(1+h.r.Intn(20)) * day)
		return "", nil
	},
	"emptied": func(h *history) (string, fields) { // deactivated, then everybody leaves, the manager last
		s := h.structure()
		h.note("emptied", h.does("admin", "setState", fields{"structure": s, "active": false}))
		for _, user := range h.ids("SELECT DISTINCT user_id FROM memberships WHERE structure_id = ? AND until_at > ? AND until_at > from_at ORDER BY user_id DESC", s, h.now()) {
			h.does("admin", "detach", fields{"user": user, "structure": s, "comment": "fin"})
		}
		return "", nil
	},
	"waiting": func(h *history) (string, fields) { // a request on a department whose dates run out
		s := h.structure()
		h.made++
		last := period.Day(h.clock.At.Add(2*day).UnixMilli(), time.UTC)
		made := h.does("admin", "createDepartment", fields{
			"structure": s, "code": fmt.Sprintf("S%d", h.made), "label": "Bref", "until": last,
		})
		if made.ok() {
			id := h.number("SELECT max(id) FROM departments")
			_, r := h.asks("admin", fields{
				"subject": "membership", "beneficiary": h.somebody(), "structure": s, "department": id,
			})
			h.note("waiting", r)
			h.later(4 * day)
		}
		return "", nil
	},
}

func stepNames() []string {
	list := []string{}
	for name := range steps {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// note counts what went through, and keeps what failed as nothing may.
func (h *history) note(name string, r reply) {
	if r.ok() {
		h.ran[name]++
	} else if c := r.code(); c == "internal" || c == "protocol" || c == "unauthenticated" {
		h.failed = append(h.failed, name+": "+r.failure)
	}
}

// step does one thing of a kind; who does it is mostly the administrator. It tells whether it was done by a
// wish.
func (h *history) step(name string) (who string, done bool) {
	part, wish := steps[name](h)
	if part == "" {
		return "admin", false
	}
	who = "admin"
	if h.r.Intn(4) == 0 { // whoever has an open sign-in
		open := slices.DeleteFunc(slices.Clone(h.names), func(n string) bool {
			return h.number("SELECT count(*) FROM users WHERE id = ? AND sign_in = 'open'", h.people[n]) == 0
		})
		if one := chosen(h, open); one != "" && h.seats[one] != nil {
			who = one
		}
	}
	r := h.does(who, part, wish)
	h.note(name, r)
	if r.ok() && part == "addPerson" {
		local, _, _ := strings.Cut(wish["email"].(string), "@")
		name := strings.TrimSuffix(strings.TrimPrefix(local, "zq"), "qz")
		h.people[name] = h.number("SELECT max(id) FROM users")
		h.names = append(h.names, name)
	}
	return who, r.ok()
}

// grant is one that has not ended, but for what makes the administrator one.
func (h *history) grant() int64 {
	return chosen(h, h.ids("SELECT id FROM grants WHERE until_at > ? AND until_at > from_at AND reason <> 'setup' ORDER BY id", h.now()))
}

// TestEveryStateHasAWayOut: after a random history an administrator of the firm can bring every structure
// back to work, answer or read every request, and invite, attach and detach every person, and end or bound
// whatever they hold.
func TestEveryStateHasAWayOut(t *testing.T) {
	dbtest.Single(t)
	const length = 45
	histories := repeated("HABILIS_HISTORIES", 4)
	ran := map[string]int{}
	for seed := range histories {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			h := newHistory(t, int64(seed))
			names := stepNames()
			for range length {
				h.step(chosen(h, names))
			}

			stuck := append(h.wayOutOfRequests(), h.wayOutOfPeople()...)
			stuck = append(stuck, h.wayOutOfStructures()...)

			assert.Empty(t, stuck)
			assert.Empty(t, h.failed)
			for name, n := range h.ran {
				ran[name] += n
			}
		})
	}
	t.Logf("%d histories, ran %v", histories, ran)
}

// wayOutOfRequests returns the requests that nobody can answer, or read any more.
func (h *history) wayOutOfRequests() (stuck []string) {
	for _, id := range h.ids("SELECT id FROM requests ORDER BY id") {
		r := h.send(h.as("admin"), "Requests.Get", id)
		if !r.ok() {
			stuck = append(stuck, fmt.Sprintf("request %d cannot be read: %v", id, r.keys()))
			continue
		}
		var got fields
		r.into(h.t, &got)
		if got.text("state") != "pending" {
			continue
		}
		no := fields{"request": id, "comment": "non"}
		r = h.may("admin", "decide", no)
		if slices.Contains(r.keys(), ": guard.own_request") { // then another administrator can
			r = h.may(h.deputy(), "decide", no)
		}
		if !r.ok() {
			stuck = append(stuck, fmt.Sprintf("request %d cannot be refused: %v", id, r.keys()))
		}
	}
	return stuck
}

// deputy is a second administrator of the firm, made when first needed.
func (h *history) deputy() string {
	const name = "deputy"
	if h.people[name] == 0 {
		h.person(name, 0, 0)
		h.done("give", fields{
			"user": h.people[name], "profiles": []fields{
				{"profile": h.number("SELECT min(id) FROM profiles WHERE key = 'Administrateur'")},
			},
		})
	}
	return name
}

// wayOutOfPeople returns the people, and what they hold, for whom nothing can be done.
func (h *history) wayOutOfPeople() (stuck []string) {
	add := func(format string, args ...any) { stuck = append(stuck, fmt.Sprintf(format, args...)) }
	fresh := h.house("private")
	for _, user := range h.ids("SELECT id FROM users WHERE id > 1 ORDER BY id") {
		state := h.rows("SELECT sign_in FROM users WHERE id = ?", user)[0]
		next := map[string]string{"none": "invited", "invited": "invited", "locked": "invited", "open": "locked"}[state]
		if r := h.may("admin", "setSignIn", fields{"user": user, "signIn": next}); !r.ok() {
			add("user %d stays %s: %v", user, state, r.keys())
		}
		if r := h.may("admin", "attach", fields{"user": user, "structure": fresh}); !r.ok() {
			add("user %d cannot be attached: %v", user, r.keys())
		}
		manager := h.ids("SELECT structure_id FROM principals p JOIN structures s ON s.id = p.structure_id AND s.active = 1 WHERE p.user_id = ? AND p.until_at > ?", user, h.now())
		for _, s := range h.ids("SELECT DISTINCT structure_id FROM memberships WHERE user_id = ? AND until_at > ? AND until_at > from_at", user, h.now()) {
			if r := h.may("admin", "detach", fields{
				"user": user, "structure": s, "comment": "fin",
			}); !r.ok() && !slices.Contains(manager, s) {
				add("user %d cannot be detached from %d: %v", user, s, r.keys())
			}
		}
	}
	for _, text := range h.rows("SELECT id, from_at, until_at FROM grants WHERE until_at > ? AND until_at > from_at AND reason <> 'setup' ORDER BY id", h.now()) {
		var id, from, until int64
		_, err := fmt.Sscan(text, &id, &from, &until)
		require.NoError(h.t, err)
		if r := h.may("admin", "end", fields{"grant": id}); !r.ok() {
			add("grant %d cannot be ended: %v", id, r.keys())
		}
		bound := period.Day(from+2*period.DayMillis, time.UTC)
		if r := h.may("admin", "end", fields{"grant": id, "until": bound}); until == period.Open && from > h.now() && !r.ok() {
			add("grant %d, planned without end, cannot be given one: %v", id, r.keys())
		}
	}
	return stuck
}

// wayOutOfStructures brings every structure and department back to work, and gives those that it cannot.
func (h *history) wayOutOfStructures() (stuck []string) {
	add := func(format string, args ...any) { stuck = append(stuck, fmt.Sprintf(format, args...)) }
	h.caretaker()
	for _, s := range h.ids("SELECT id FROM structures WHERE cancelled_at = 0 ORDER BY id") {
		if h.number("SELECT active FROM structures WHERE id = ?", s) == 0 {
			if why := h.revive(s); why != "" {
				stuck = append(stuck, why)
				continue
			}
		}
		h.does("admin", "attach", fields{"user": h.caretaker(), "structure": s})
		if h.number("SELECT count(*) FROM principals WHERE structure_id = ? AND user_id = ? AND until_at > ?", s, h.caretaker(), h.now()) == 0 {
			if r := h.may("admin", "transfer", fields{
				"moves": []fields{{"structure": s, "to": h.caretaker()}},
			}); !r.ok() {
				add("structure %d cannot be given a manager: %v", s, r.keys())
			}
		}
		if r := h.may("admin", "setState", fields{"structure": s, "active": false}); !r.ok() {
			add("structure %d cannot be deactivated: %v", s, r.keys())
		}
		rows, _ := h.send(h.as("admin"), "Structures.Departments", s).list(h.t)
		for _, d := range rows {
			if why := h.reviveDepartment(s, d); why != "" {
				stuck = append(stuck, why)
			}
		}
	}
	return stuck
}

func (h *history) reviveDepartment(s int64, d fields) string {
	h.t.Helper()
	id := d.number("id")
	switched, dated := reply{}, reply{}
	if d["switch"] != true {
		switched = h.does("admin", "switchDepartment", fields{
			"structure": s, "department": id, "active": true,
		})
	}
	if until := d.number("validUntil"); until <= h.now() || d.number("validFrom") > h.now() {
		dated = h.does("admin", "editDepartment", fields{
			"department": id, "version": h.number("SELECT version FROM departments WHERE id = ?", id), "days": true,
			"mine": fields{"label": d["label"]}, "base": fields{"label": d["label"]},
		})
	}
	rows, _ := h.send(h.as("admin"), "Structures.Departments", s).list(h.t)
	for _, now := range rows {
		if now.number("id") == id && now["active"] != true {
			return fmt.Sprintf("department %d stays inactive: switched %v, dated %v", id, switched.keys(), dated.keys())
		}
	}
	return ""
}

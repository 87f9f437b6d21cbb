package bridge_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// office is a structure with a department, a manager, one who asks, and one who types requests in for others.
type office struct {
	*desk
	structure, department  int64
	asker, manager, typist int64
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{desk: newDesk(t)}
	o.structure = o.house("private")
	o.department = o.room(o.structure, "", "")
	o.manager = o.person("gerante", o.structure, 0, manage)
	o.asker = o.person("demandeur", 0, 0)
	o.typist = o.person("saisie", 0, 0, read)
	o.done("transfer", fields{"moves": []fields{{"structure": o.structure, "to": o.manager}}})
	return o
}

// answered files a request that the typist writes down, and lets the manager decide on it.
func (o *office) answered(approve bool) int64 {
	o.t.Helper()
	id, r := o.asks("saisie", fields{
		"subject": "membership", "beneficiary": o.asker, "structure": o.structure, "department": o.department,
	})
	require.NotZero(o.t, id, r.failure)
	wish := fields{"request": id, "approve": approve, "comment": "vu", "confirmed": true}
	decided := o.does("gerante", "decide", wish)
	require.True(o.t, decided.ok(), decided.failure)
	return id
}

// closing is a way in which the place of a request stops working.
var closing = map[string]func(o *office){
	"the structure is deactivated": func(o *office) {
		o.done("setState", fields{
			"structure": o.structure, "active": false,
		})
	},
	"several are deactivated": func(o *office) {
		o.done("setStates", fields{"structures": []int64{o.structure, o.house("private")}, "active": false})
	},
	"the structure is duplicated": func(o *office) {
		o.done("duplicate", fields{
			"from": o.structure, "identifier": "SUITE",
		})
	},
	"the department is switched off": func(o *office) {
		o.done("switchDepartment", fields{
			"structure": o.structure, "department": o.department, "active": false,
		})
	},
	"the department's dates run out": func(o *office) {
		o.dates("", "2026-06-20")
		o.later(10 * day)
	},
	"the department is valid again later": func(o *office) {
		o.dates("", "2026-06-20")
		o.later(10 * day)
		o.dates("2026-09-01", "")
	},
}

// dates gives the department a first and a last day.
func (o *office) dates(first, last string) {
	o.t.Helper()
	rows, _ := o.send(o.as("admin"), "Structures.Departments", o.structure).list(o.t)
	i := slices.IndexFunc(rows, func(r fields) bool { return r.number("id") == o.department })
	mine := fields{"label": rows[i]["label"], "from": first, "until": last}
	o.done("editDepartment", fields{
		"department": o.department, "version": rows[i]["version"], "mine": mine, "base": fields{"label": rows[i]["label"]}, "days": true,
	})
}

// TestDecidedRequestsStayReadable: whatever happens to their place afterwards, those whom a request is about,
// who asked it, typed it in, decided it or decides there still read it; nobody else begins to (rights.md,
// A36).
func TestDecidedRequestsStayReadable(t *testing.T) {
	for name, stop := range closing {
		for _, approve := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/approved %v", name, approve), func(t *testing.T) {
				o := newOffice(t)
				o.person("adjointe", o.structure, 0, manage)
				id := o.answered(approve)
				o.person("ailleurs", o.house("private"), 0, manage)
				require.True(t, o.send(o.as("gerante"), "Requests.Get", id).ok())

				stop(o)

				for _, who := range []string{"admin", "gerante", "adjointe", "demandeur", "saisie"} {
					assert.True(t, o.send(o.as(who), "Requests.Get", id).ok(), "%s reads it", who)
				}
				for _, who := range []string{"admin", "gerante", "adjointe"} {
					assert.Contains(t, numbers(o.tab(who, "decided")), id, "%s finds it among those decided", who)
				}
				assert.Contains(t, numbers(o.tab("demandeur", "mine")), id)
				assert.False(t, o.send(o.as("ailleurs"), "Requests.Get", id).ok(), "somebody else")
				assert.NotContains(t, numbers(o.tab("ailleurs", "decided")), id)
			})
		}
	}
}

// TestDeciderKeepsReading: who decided a request reads it though they decide there no more.
func TestDeciderKeepsReading(t *testing.T) {
	o := newOffice(t)
	id := o.answered(false)
	o.done("transfer", fields{"moves": []fields{{"structure": o.structure, "to": 1}}})
	o.done("detach", fields{"user": o.manager, "structure": o.structure, "comment": "parti"})

	r := o.send(o.as("gerante"), "Requests.Get", id)

	assert.True(t, r.ok(), r.failure)
}

// TestClosedRequestsAreReadable: a request that waits when its place stops working is closed by the program
// or still answered: it is never pending where nobody can see or answer it; and the closing has its line in
// the journal.
func TestClosedRequestsAreReadable(t *testing.T) {
	for name, stop := range closing {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			id, r := o.asks("demandeur", o.blind("membership", o.structure, o.department))
			require.NotZero(t, id, r.failure)
			before := o.number("SELECT max(seq) FROM journal")

			stop(o)

			var got fields
			for _, who := range []string{"demandeur", "admin", "gerante"} {
				r := o.send(o.as(who), "Requests.Get", id)
				if assert.True(t, r.ok(), "%s reads it: %s", who, r.failure) {
					r.into(t, &got)
				}
			}
			if got.text("state") == "pending" {
				assert.Contains(t, numbers(o.tab("admin", "pending")), id)
				assert.True(t, o.may("admin", "decide", fields{"request": id, "comment": "trop tard"}).ok(), "it can be answered")
				return
			}
			assert.Equal(t, "closed", got.text("state"))
			assert.Contains(t, numbers(o.tab("admin", "decided")), id)
			if o.number("SELECT count(*) FROM requests WHERE id = ? AND state = 'closed'", id) == 1 { // written, not merely told by the day
				lines := o.number("SELECT count(*) FROM journal WHERE seq > ? AND object_kind = 'request' AND object_id = ?", before, id)
				assert.Positive(t, lines, "the journal says that it was closed")
			}
		})
	}
}

// TestDecidedAreOrderedByTheirDecision: what was decided last stands first, however old the request is, and
// whatever was decided elsewhere.
func TestDecidedAreOrderedByTheirDecision(t *testing.T) {
	o := newOffice(t)
	other := o.house("private")
	old, r := o.asks("demandeur", o.blind("membership", o.structure, 0))
	require.NotZero(t, old, r.failure)
	quiet, r := o.asks("demandeur", o.blind("membership", o.structure, o.department))
	require.NotZero(t, quiet, r.failure)
	o.done("decide", fields{"request": quiet, "comment": "non"})
	o.done("attach", fields{"user": o.manager, "structure": other})
	for range 205 { // more than one page or cut holds, in a place where the manager decides nothing
		o.later(1e9)
		id, r := o.asks("saisie", fields{"subject": "membership", "beneficiary": o.asker, "structure": other})
		require.NotZero(t, id, r.failure)
		o.done("decide", fields{"request": id, "comment": "non"})
	}
	o.later(1e9)
	o.done("decide", fields{"request": old, "comment": "non"})

	all, mine := o.tab("admin", "decided"), o.tab("gerante", "decided")

	require.NotEmpty(t, all)
	assert.Equal(t, old, all[0].number("id"), "decided last, though asked first")
	assert.True(t, slices.IsSortedFunc(all, func(a, b fields) int { return int(b.number("decidedAt") - a.number("decidedAt")) }))
	assert.Equal(t, []int64{old, quiet}, numbers(mine), "what is decided elsewhere pushes nothing out")
}

// TestRequestInsideTellsNoDepartment: one who sees a single department of a structure asks for others alike, whether they exist or not; numbers, that
// nobody types, name only what is in sight.
func TestRequestInsideTellsNoDepartment(t *testing.T) {
	o := newOffice(t)
	other := o.room(o.structure, "", "")
	inside := o.person("dedans", o.structure, o.department)
	code := o.rows("SELECT code FROM departments WHERE id = ?", other)[0]
	ask := func(more fields) (int64, reply) {
		wish := fields{"subject": "membership", "beneficiary": inside, "structure": o.structure}
		maps.Copy(wish, more)
		return o.asks("dedans", wish)
	}

	there, yes := ask(fields{"departmentCode": code})
	absent, no := ask(fields{"departmentCode": "NULLE-PART"})
	_, hidden := ask(fields{"department": other})
	_, none := ask(fields{"department": 99999})
	whole, all := ask(fields{})

	require.True(t, yes.ok(), yes.failure)
	require.True(t, no.ok(), no.failure)
	require.True(t, all.ok(), "one about a department that is not there is none about the structure: %s", all.failure)
	assert.NotContains(t, []int64{there, absent}, whole)
	seen := func(id int64) fields {
		var out fields
		r := o.send(o.as("dedans"), "Requests.Get", id)
		require.True(t, r.ok(), r.failure)
		r.into(t, &out)
		for _, own := range []string{"id", "askedAt", "departmentCode", "departmentLabel", "department"} {
			delete(out, own)
		}
		return out
	}
	assert.Equal(t, seen(there), seen(absent))
	assert.False(t, none.ok())
	assert.Equal(t, none.failure, hidden.failure)
	assert.Contains(t, numbers(o.tab("gerante", "pending")), there, "who decides there answers it")
	assert.True(t, o.does("gerante", "decide", fields{"request": there, "approve": true, "comment": "oui", "confirmed": true}).ok())
}

// TestReceivedDaysAreBounded: what is typed as received came on a day that has been, and not before anybody could ask.
func TestReceivedDaysAreBounded(t *testing.T) {
	o := newOffice(t)
	ask := func(day string) reply {
		_, r := o.asks("saisie", fields{"subject": "membership", "beneficiary": o.asker, "structure": o.structure, "receivedOn": day})
		return r
	}
	for _, day := range []string{"0001-01-01", "1500-01-01", "1989-12-31", "2099-01-01", "9998-12-31", "9999-12-31", "31/12/2025", "x"} {
		assert.Contains(t, ask(day).failure, `"receivedOn"`, day)
	}
	assert.True(t, ask("1990-01-01").ok())
}

// TestBlindRequestsHoldNoBoxThatIsNotOffered: what a profile does not offer is refused wherever it is asked for.
func TestBlindRequestsHoldNoBoxThatIsNotOffered(t *testing.T) {
	o := newOffice(t)
	choice := o.choices(consult)
	for _, box := range []string{"firm.admin", "bank.reveal"} {
		wish := o.blind("profiles", o.structure, 0)
		wish["profiles"] = []fields{{"profile": choice[0].Profile, "options": []string{box}}}
		_, r := o.asks("demandeur", wish)
		assert.Contains(t, r.failure, "profile.not_offered", box)
	}
}

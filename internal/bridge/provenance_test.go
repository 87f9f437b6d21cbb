package bridge_test

import (
	"encoding/json"
	"fmt"
	"habilis/db/dbtest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// line is one line of the journal, with what a row may be compared to.
type line struct {
	seq                              int64
	actor, structure, person, object int64
	action, kind                     string
	details                          map[string]string
}

// owned is a row of a table of periods: what it is about.
type owned struct {
	table                                string
	id, line                             int64
	structure, department, user, profile int64
}

// provenance names, of each table whose rows name the journal line that opened them, the columns that say
// what a row is about. A table that is not here fails the test: whoever adds one says what its rows are
// about.
var provenance = map[string]string{
	"user_states":           "0, 0, user_id, 0",
	"memberships":           "structure_id, coalesce(department_id, 0), user_id, 0",
	"grants":                "coalesce(structure_id, 0), coalesce(department_id, 0), user_id, profile_id",
	"profile_contents":      "0, 0, 0, profile_id",
	"ceilings":              "structure_id, 0, 0, 0",
	"structure_states":      "structure_id, 0, 0, 0",
	"department_states":     "(SELECT d.structure_id FROM departments d WHERE d.id = department_id), department_id, 0, 0",
	"department_validities": "(SELECT d.structure_id FROM departments d WHERE d.id = department_id), department_id, 0, 0",
	"principals":            "structure_id, 0, user_id, 0",
	"contracts":             "client_id, 0, 0, 0",
	"duty_exceptions":       "0, 0, user_id, 0",
}

// opened returns the rows of all tables of periods with a number above those known before.
func (d *desk) opened(known map[string]int64) (list []owned) {
	d.t.Helper()
	for _, table := range d.rows("SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c ON c.name = 'opened_by' WHERE m.type = 'table' ORDER BY m.name") {
		about, told := provenance[table]
		require.True(d.t, told, "what is a row of %s about?", table)
		for _, text := range d.rows("SELECT id, opened_by, "+about+" FROM "+table+" WHERE id > ? ORDER BY id", known[table]) {
			r := owned{table: table}
			_, err := fmt.Sscan(text, &r.id, &r.line, &r.structure, &r.department, &r.user, &r.profile)
			require.NoError(d.t, err, text)
			list = append(list, r)
			known[table] = r.id
		}
	}
	return list
}

func (d *desk) line(seq int64) (line, bool) {
	d.t.Helper()
	l := line{seq: seq, details: map[string]string{}}
	var text string
	err := d.raw.QueryRow(`SELECT coalesce(actor_id, 0), coalesce(structure_id, 0), coalesce(person_id, 0), object_id, action, object_kind, details
		FROM journal WHERE seq = ?`, seq).Scan(&l.actor, &l.structure, &l.person, &l.object, &l.action, &l.kind, &text) //nolint:noctx // a test
	if err != nil {
		return l, false
	}
	var whole struct {
		Details map[string]any `json:"details"`
	}
	require.NoError(d.t, json.Unmarshal([]byte(text), &whole))
	for name, value := range whole.Details {
		l.details[name] = fmt.Sprint(value)
	}
	return l, true
}

// about returns why a line is not about a row, empty where it is. A duplication opens rows of the new structure
// as a whole; a set-up, those of the firm.
func (l line) about(r owned) string {
	carried := strings.HasPrefix(l.action, "structure.duplicat")
	wrong := func(what string, row, line int64) string {
		return fmt.Sprintf("%s %d is about %s %d, its line %d (%s) about %d", r.table, r.id, what, row, l.seq, l.action, line)
	}
	if l.action == "firm.set_up" {
		if r.user != 0 && l.person != r.user {
			return wrong("user", r.user, l.person)
		}
		return ""
	}
	if r.table == "profile_contents" {
		if l.kind != "profile" || l.object != r.profile {
			return wrong("profile", r.profile, l.object)
		}
		return ""
	}
	if r.structure != l.structure && r.table != "user_states" {
		return wrong("structure", r.structure, l.structure)
	}
	if carried {
		return ""
	}
	if r.user != 0 && l.person != r.user {
		return wrong("user", r.user, l.person)
	}
	if r.department != 0 && (l.kind != "department" || l.object != r.department) && l.details["department"] != fmt.Sprint(r.department) {
		return wrong("department", r.department, l.object)
	}
	if r.table == "grants" && !slices.Contains(l.words("profiles", "profile"), fmt.Sprint(r.profile)) {
		return wrong("profile", r.profile, l.object)
	}
	if r.table == "contracts" && l.kind == "contract" && l.object != r.id {
		return wrong("contract", r.id, l.object)
	}
	return ""
}

// check holds each new row against its line: one written by the change that made the row, by who did it,
// about what the row is about.
func (d *desk) provenance(rows []owned, before int64, actor int64) (faults []string) {
	for _, r := range rows {
		l, there := d.line(r.line)
		switch {
		case !there:
			faults = append(faults, fmt.Sprintf("%s %d names line %d, which is not there", r.table, r.id, r.line))
		case l.seq <= before:
			faults = append(faults, fmt.Sprintf("%s %d names line %d, of an earlier change", r.table, r.id, r.line))
		case l.actor != actor:
			faults = append(faults, fmt.Sprintf("%s %d was opened by user %d, its line names user %d", r.table, r.id, actor, l.actor))
		default:
			if why := l.about(r); why != "" {
				faults = append(faults, why)
			}
		}
	}
	return faults
}

// followed holds each new step in another portal against its line.
func (d *desk) followed(known *int64) (faults []string) {
	for _, text := range d.rows("SELECT id, seq, user_id, coalesce(structure_id, 0) FROM follow_ups WHERE id > ? ORDER BY id", *known) {
		var id, seq, user, structure int64
		_, err := fmt.Sscan(text, &id, &seq, &user, &structure)
		require.NoError(d.t, err)
		*known = id
		if l, there := d.line(seq); !there || l.person != user || l.structure != structure {
			faults = append(faults, fmt.Sprintf("follow_ups %d is about user %d in %d, its line %d (%s) about %d in %d", id, user, structure, seq, l.action, l.person, l.structure))
		}
	}
	return faults
}

// TestEveryRowNamesItsLine: over random changes of every kind, the journal line that opened a row was written
// by the change that wrote the row, names who did it, and is about that row's object.
func TestEveryRowNamesItsLine(t *testing.T) {
	dbtest.Single(t)
	const each = 60 // changes in one firm
	wanted := repeated("HABILIS_PROVENANCE", 120)
	ran, faults, changes, rows := map[string]int{}, map[string][]string{}, 0, 0
	names := stepNames()
	for seed := int64(0); changes < wanted; seed++ {
		h := newHistory(t, 5000+seed)
		known, steps := map[string]int64{}, int64(0)
		h.opened(known)
		h.followed(&steps)
		for range 4 * each {
			name := names[(changes+h.r.Intn(len(names)))%len(names)]
			before := h.number("SELECT max(seq) FROM journal")
			who, done := h.step(name)
			if !done { // of several changes, or none: the next one begins after them
				for _, r := range h.opened(known) {
					rows++
					faults[name] = append(faults[name], h.provenance([]owned{r}, before, h.people[who])...)
				}
				faults[name] = append(faults[name], h.followed(&steps)...)
				continue
			}
			changes++
			made := h.opened(known)
			rows += len(made)
			faults[name] = append(faults[name], h.provenance(made, before, h.people[who])...)
			faults[name] = append(faults[name], h.followed(&steps)...)
		}
		h.sound()
		for name, n := range h.ran {
			ran[name] += n
		}
	}
	t.Logf("%d changes, seed 5000, %d rows, ran %v", changes, rows, ran)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			list := faults[name]
			assert.Empty(t, list[:min(len(list), 4)], "%d in all", len(list))
			if wanted >= 2000 && name != "time" { // time goes by without a change
				assert.Positive(t, ran[name], "none of the kind went through")
			}
		})
	}
}

// sound checks that the journal verifies and that no row points nowhere.
func (d *desk) sound() {
	d.t.Helper()
	var v struct {
		Bad int64
		Why string
	}
	d.send(d.as("admin"), "Journal.Verify").into(d.t, &v)
	assert.Zero(d.t, v.Bad, v.Why)
	assert.Empty(d.t, d.rows("SELECT * FROM pragma_foreign_key_check"))
	assert.Equal(d.t, d.number("SELECT count(*) FROM journal"), d.number("SELECT max(seq) FROM journal"), "no line was reserved and left out")
}

// TestRowsOfOneChangeNameTheirOwnLines: where one change runs others, each row names the line about its own
// object.
func TestRowsOfOneChangeNameTheirOwnLines(t *testing.T) {
	for name, act := range map[string]func(d *desk){
		"a transfer of several": func(d *desk) {
			moves := []fields{}
			for range 4 {
				s := d.house("private")
				d.made++
				user := d.person(fmt.Sprintf("m%d", d.made), s, d.room(s, "", ""))
				moves = append(moves, fields{"structure": s, "to": user})
			}
			d.mark()
			d.done("transfer", fields{"moves": moves})
		},
		"several deactivated": func(d *desk) {
			list := []int64{d.house("private"), d.house("state"), d.house("local")}
			d.mark()
			d.done("setStates", fields{"structures": list, "active": false})
		},
		"a duplication": func(d *desk) {
			s := d.house("private")
			room := d.room(s, "", "2026-12-31")
			d.person("aa", s, 0, manage)
			d.person("bb", s, room, consult)
			d.mark()
			d.done("duplicate", fields{"from": s, "identifier": "SUITE"})
		},
		"a person added with all": func(d *desk) {
			s := d.house("private")
			d.mark()
			d.done("addPerson", fields{
				"email": address("cc"), "firstName": "Jo", "lastName": "C", "kind": "internal", "structure": s, "profiles": d.choices(manage, consult), "enters": true,
			})
		},
		"a request approved": func(d *desk) {
			s := d.house("private")
			user := d.person("dd", 0, 0)
			id, r := d.asks("admin", fields{
				"subject": "membership", "beneficiary": user, "structure": s, "profiles": d.choices(consult),
			})
			require.NotZero(d.t, id, r.failure)
			d.mark()
			d.done("decide", fields{"request": id, "approve": true, "confirmed": true})
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			act(d)

			made := d.opened(d.known)

			require.NotEmpty(t, made)
			assert.Empty(t, d.provenance(made, d.seq, 1))
			d.sound()
		})
	}
}

// mark remembers what there is before the change that a test is about.
func (d *desk) mark() {
	d.known = map[string]int64{}
	d.opened(d.known)
	d.seq = d.number("SELECT max(seq) FROM journal")
}

// TestGrantsTellWhyTheyWereGiven: what an approved request gave is told as asked for, with its attachment or
// without; what a page gives is never told so, whatever it sends.
func TestGrantsTellWhyTheyWereGiven(t *testing.T) {
	reasons := func(d *desk, user int64) []string {
		list := []string{}
		var record struct{ Grants []struct{ Reason string } }
		d.send(d.as("admin"), "Grants.Of", user).into(t, &record)
		for _, g := range record.Grants {
			list = append(list, g.Reason)
		}
		return list
	}
	d := newDesk(t)
	s := d.house("private")
	room := d.room(s, "", "")
	for name, in := range map[string]fields{
		"ea": {"subject": "membership", "structure": s, "profiles": d.choices(consult, manage)},
		"eb": {"subject": "membership", "structure": s, "department": room, "profiles": d.choices(consult)},
		"ec": {"subject": "profiles", "structure": s, "profiles": d.choices(consult)},
	} {
		at := int64(0)
		if in["subject"] == "profiles" {
			at = s
		}
		in["beneficiary"] = d.person(name, at, 0)
		id, r := d.asks("admin", in)
		require.NotZero(t, id, r.failure)
		d.done("decide", fields{"request": id, "approve": true, "confirmed": true})

		got := reasons(d, d.people[name])

		require.NotEmpty(t, got, name)
		for _, reason := range got {
			assert.Equal(t, "request", reason, name)
		}
	}
	for name, part := range map[string]string{"fa": "attach", "fb": "give", "fc": "addPerson"} {
		for _, reason := range []string{"request", "setup", "import"} {
			who := name + reason
			wish := fields{"structure": s, "profiles": d.choices(consult), "reason": reason}
			switch part {
			case "addPerson":
				wish["email"], wish["firstName"], wish["lastName"], wish["kind"] = address(who), "Jo", "F", "internal"
			case "give":
				wish["user"] = d.person(who, s, 0)
			default:
				wish["user"] = d.person(who, 0, 0)
			}
			assert.Equal(t, "protocol", d.does("admin", part, wish).code(), who)
			delete(wish, "reason")
			d.done(part, wish)
			if part == "addPerson" {
				d.people[who] = d.number("SELECT max(id) FROM users")
			}
			assert.NotContains(t, reasons(d, d.people[who]), reason, who)
			said := d.rows("SELECT details FROM journal WHERE person_id = ? ORDER BY seq", d.people[who])
			assert.NotContains(t, strings.Join(said, "\n"), `"reason":"`+reason+`"`, who)
		}
	}
}

// TestProofFailsWhereItsLineCannotBeRead: what cannot be read is a failure, never « nobody gave this ».
func TestProofFailsWhereItsLineCannotBeRead(t *testing.T) {
	d := newDesk(t)
	s := d.house("private")
	user := d.person("preuve", s, 0, manage)
	asked := []fields{
		{"user": user, "permission": "structure.edit", "structure": s},  // by a grant
		{"user": 1, "permission": "principal.transfer", "structure": s}, // by the role
		{"user": user, "permission": "structure.view", "structure": s},  // by a membership
	}
	for _, q := range asked {
		require.True(t, d.send(d.as("admin"), "Rights.Prove", q).ok())
	}

	d.exec("ALTER TABLE journal RENAME TO unreadable")

	for _, q := range asked {
		r := d.send(d.admin, "Rights.Prove", q)
		assert.Equal(t, "internal", r.code(), "%v: %s", q, r.data)
	}
	d.exec("ALTER TABLE unreadable RENAME TO journal")
}

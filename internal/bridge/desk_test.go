package bridge_test

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"habilis/internal/bridge"
	"habilis/internal/signin"
)

// desk is a firm whose people speak to the program as pages do: a method's name and JSON. A test that goes
// through it knows the wire alone, not the types behind it.
type desk struct {
	*world
	entered map[string]time.Time
	made    int
	known   map[string]int64 // the last row of each table before the change that a test is about
	seq     int64            // and the last line
}

// fields is an object on the wire.
type fields map[string]any

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{world: open(t), entered: map[string]time.Time{}}
	d.setUp()
	return d
}

// reply is what a method gave, or the fault that it failed with.
type reply struct {
	data    json.RawMessage
	failure string
}

// ok tells that the method did what was asked.
func (r reply) ok() bool { return r.failure == "" }

// code is the code of the fault, empty where there is none.
func (r reply) code() string { return r.fault().Code }

// keys are the problems of the fault, as "field: key".
func (r reply) keys() []string {
	list := []string{}
	for _, p := range r.fault().Problems {
		list = append(list, p.Field+": "+p.Key)
	}
	return list
}

type told struct {
	Code     string
	Problems []struct{ Field, Key string }
}

func (r reply) fault() told {
	var f told
	_ = json.Unmarshal([]byte(r.failure), &f) // the empty text holds none
	return f
}

// into decodes what was given.
func (r reply) into(t testing.TB, out any) {
	t.Helper()
	require.Empty(t, r.failure)
	require.NoError(t, json.Unmarshal(r.data, out))
}

// list returns the rows of an answer: the answer itself, or the first list that it holds; and what asks for the
// next page.
func (r reply) list(t testing.TB) (rows []fields, next string) {
	t.Helper()
	require.Empty(t, r.failure)
	if json.Unmarshal(r.data, &rows) == nil {
		return rows, ""
	}
	var whole map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(r.data, &whole), "%s", r.data)
	for _, part := range whole {
		var found []fields
		if json.Unmarshal(part, &found) == nil && found != nil {
			rows = found
		}
	}
	next = strings.Trim(string(whole["next"]), `"`)
	return rows, next
}

// number reads a number of a row.
func (f fields) number(name string) int64 {
	n, _ := f[name].(float64)
	return int64(n)
}

// text reads a text of a row.
func (f fields) text(name string) string {
	s, _ := f[name].(string)
	return s
}

// send calls a method at a seat with what JSON carries.
func (d *desk) send(seat *bridge.Seat, name string, input ...any) reply {
	d.t.Helper()
	method, known := d.methods(seat)[name]
	require.True(d.t, known, name)
	args := []reflect.Value{}
	for i, x := range input {
		data, err := json.Marshal(x)
		require.NoError(d.t, err)
		v := reflect.New(method.Type().In(i))
		require.NoError(d.t, json.Unmarshal(data, v.Interface()), "%s %s", name, data)
		args = append(args, v.Elem())
	}
	out := method.Call(args)
	if err, failed := out[1].Interface().(error); failed && err != nil {
		if strings.Contains(err.Error(), again) {
			d.must(seat, "Session.Confirm", passphrase)
			return d.send(seat, name, input...)
		}
		return reply{failure: err.Error()}
	}
	data, err := json.Marshal(out[0].Interface())
	require.NoError(d.t, err)
	return reply{data: data}
}

// as returns the seat at which somebody is signed in, awake.
func (d *desk) as(name string) *bridge.Seat {
	d.t.Helper()
	if name == "admin" {
		if d.clock.At.Sub(d.entered[name]) > 5*time.Minute {
			d.at(d.clock.At)
			d.entered[name] = d.clock.At
		}
		return d.admin
	}
	if d.seats[name] == nil {
		d.as("admin")
		d.signIn(name)
	} else if d.clock.At.Sub(d.entered[name]) > 5*time.Minute {
		d.must(d.seats[name], "Session.Enter", signin.Credentials{Email: address(name), Passphrase: passphrase})
	}
	d.entered[name] = d.clock.At
	return d.seats[name]
}

func address(name string) string { return canary(name) + "@exemple.example" }

// wish is a change as a page sends it; part is the name of its type, or of its kind.
func (d *desk) wish(part string, input fields) fields {
	d.t.Helper()
	text, err := json.Marshal(input)
	require.NoError(d.t, err)
	for _, k := range d.s.Kinds() {
		if k.Name == part || strings.EqualFold(k.Input.Name(), part) {
			return fields{"kind": k.Name, "input": string(text)}
		}
	}
	require.Fail(d.t, "no such kind", part)
	return nil
}

// edits changes the firm's settings, as the page does that read them.
func (d *desk) edits(name string, settings fields) reply {
	d.t.Helper()
	for _, told := range []string{"kind", "hasKey", "sample"} {
		delete(settings, told)
	}
	return d.does(name, "firm.edit", settings)
}

// may previews a wish as somebody.
func (d *desk) may(name, part string, wish fields) reply {
	d.t.Helper()
	return d.send(d.as(name), "Changes.Preview", d.wish(part, wish))
}

// does carries a wish out as somebody.
func (d *desk) does(name, part string, wish fields) reply {
	d.t.Helper()
	return d.send(d.as(name), "Changes.Submit", d.wish(part, wish))
}

// done is does by the administrator, who must succeed. It gives the number of what was created.
func (d *desk) done(part string, wish fields) int64 {
	d.t.Helper()
	r := d.does("admin", part, wish)
	require.True(d.t, r.ok(), "%s %v: %s", part, wish, r.failure)
	var out struct{ Created int64 }
	r.into(d.t, &out)
	return out.Created
}

// house makes a structure that awaits its SIRET.
func (d *desk) house(sphere string) int64 {
	d.t.Helper()
	d.made++
	n := d.made
	return d.done("create", fields{
		"identifierType": "pending", "identifier": fmt.Sprintf("MAISON%d", n), "sphere": sphere, "name": fmt.Sprintf("Maison %d", n),
	})
}

// room makes a department. Empty days are none.
func (d *desk) room(of int64, from, until string) int64 {
	d.t.Helper()
	d.made++
	return d.done("createDepartment", fields{
		"structure": of, "code": fmt.Sprintf("C%d", d.made), "label": fmt.Sprintf("Service %d", d.made), "from": from, "until": until,
	})
}

// person adds somebody who is attached to a place, or nowhere where the structure is 0.
func (d *desk) person(name string, structure, department int64, profiles ...string) int64 {
	d.t.Helper()
	d.people[name] = d.done("addPerson", fields{
		"email": address(name), "firstName": "Jo", "lastName": canary(name), "kind": "internal", "structure": structure, "department": department,
		"profiles": d.choices(profiles...),
	})
	return d.people[name]
}

// asks writes a request down as somebody, and gives its number.
func (d *desk) asks(name string, in fields) (int64, reply) {
	d.t.Helper()
	r := d.does(name, "request.ask", in)
	if !r.ok() {
		return 0, r
	}
	var out fields
	r.into(d.t, &out)
	return out.number("created"), r
}

// blind is a request by somebody who may not see the place: they name it as a letter does.
func (d *desk) blind(subject string, structure, department int64) fields {
	d.t.Helper()
	text := func(query string, id int64) string { return append(d.rows(query, id), "")[0] }
	return fields{
		"subject": subject, "identifierType": text("SELECT identifier_type FROM structures WHERE id = ?", structure),
		"identifier":     text("SELECT identifier FROM structures WHERE id = ?", structure),
		"departmentCode": text("SELECT code FROM departments WHERE id = ?", department),
	}
}

// tab returns the first page of a tab of requests.
func (d *desk) tab(name, tab string) []fields {
	d.t.Helper()
	seat := d.as(name)
	method := d.methods(seat)["Requests.List"]
	var in any = tab
	if method.Type().In(0).Kind() != reflect.String {
		in = fields{"tab": tab}
	}
	rows, _ := d.send(seat, "Requests.List", in).list(d.t)
	return rows
}

// numbers returns the ids of rows.
func numbers(rows []fields) []int64 {
	list := []int64{}
	for _, r := range rows {
		list = append(list, r.number("id"))
	}
	return list
}

// rows returns what a query finds, as texts.
func (d *desk) rows(query string, args ...any) (list []string) {
	d.t.Helper()
	rows, err := d.raw.Query(query, args...) //nolint:noctx // a test
	require.NoError(d.t, err, query)
	defer rows.Close() //nolint:errcheck // a test
	columns, err := rows.Columns()
	require.NoError(d.t, err)
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		require.NoError(d.t, rows.Scan(into...))
		list = append(list, strings.Trim(fmt.Sprint(values), "[]"))
	}
	require.NoError(d.t, rows.Err())
	return list
}

// ids returns the numbers that a query finds.
func (d *desk) ids(query string, args ...any) []int64 {
	d.t.Helper()
	list := []int64{}
	for _, text := range d.rows(query, args...) {
		n, err := strconv.ParseInt(text, 10, 64)
		require.NoError(d.t, err)
		list = append(list, n)
	}
	return list
}

// later moves the clock on.
func (d *desk) later(by time.Duration) { d.clock.At = d.clock.At.Add(by) }

// repeated returns a number of repetitions: few by default, the full figure where the variable names one.
func repeated(variable string, few int) int {
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		return n
	}
	return few
}

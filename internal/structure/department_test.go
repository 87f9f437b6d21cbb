package structure_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/change"
	"habilis/internal/department"
	"habilis/internal/fault"
	"habilis/internal/grant"
	"habilis/internal/request"
	"habilis/internal/right"
	"habilis/internal/structure"
)

func (w *world) department(of int64, code string) int64 {
	w.t.Helper()
	return w.dated(of, code, "", "")
}

func (w *world) dated(of int64, code, from, until string) int64 {
	w.t.Helper()
	c := &department.CreateDepartment{Structure: of, Code: code, Fields: department.Fields{Label: "Service " + code, From: from, Until: until}}
	return w.make(c)
}

func attach(user, structure int64) change.Change {
	return &grant.Attach{User: user, Structure: structure}
}

func (w *world) detach(user, structure int64) {
	w.t.Helper()
	w.run(&grant.Detach{User: user, Structure: structure, Comment: "parti"})
}

func (w *world) give(user, structure int64, profile string) {
	w.t.Helper()
	w.run(&grant.Give{User: user, Structure: structure, Profiles: []right.Choice{{Profile: w.profiles[profile], Options: []string{}}}})
}

func (w *world) ask(structure int64) {
	w.t.Helper()
	s := request.NewService(w.d, w.changes.Load, func(q request.Wish) change.Change {
		return &grant.Attach{User: q.User, Structure: q.Scope.Structure, Department: q.Scope.Department}
	})
	user, _ := w.person("internal", "demandeur", 0, 0)
	_, err := ask(w.admin, w.changes, s, request.Ask{Subject: "membership", Beneficiary: user, Structure: structure})
	require.NoError(w.t, err)
}

func (w *world) departments(of int64) map[string]department.Department {
	w.t.Helper()
	list, err := department.NewService(w.d).List(w.admin, of)
	require.NoError(w.t, err)
	out := map[string]department.Department{}
	for _, d := range list {
		out[d.Code] = d
	}
	return out
}

func TestCreateDepartment(t *testing.T) {
	w := newWorld(t)
	id := w.pending("MAIRIE", "local")

	w.run(&department.CreateDepartment{Structure: id, Code: " Achats  généraux ", Fields: department.Fields{
		Label: "Les achats", Description: "Tout", Address: "1 place", Phone: "04 72 00 11 22", CommitmentRequired: true,
	}})

	d := w.departments(id)["Achats généraux"]
	assert.Equal(t, "Les achats", d.Label)
	assert.Equal(t, "Tout", d.Description)
	assert.Equal(t, "+33472001122", d.Phone)
	assert.True(t, d.CommitmentRequired)
	assert.Equal(t, "commitment", d.Supplier)
	assert.True(t, d.Switch)
	assert.True(t, d.Active)
	assert.Equal(t, w.clock.Now().UnixMilli()/60000, d.ValidFrom/60000, "from today, that is from now")
}

func TestCreateDepartmentRefuses(t *testing.T) {
	w := newWorld(t)
	id := w.pending("MAIRIE", "local")
	w.department(id, "Achats")
	for what, x := range map[string]struct {
		c     department.CreateDepartment
		field string
	}{
		"reserved":            {department.CreateDepartment{Code: "FACTURES_PUBLIQUES"}, "code"},
		"reserved, small":     {department.CreateDepartment{Code: "factures_publiques"}, "code"},
		"reserved, mixed":     {department.CreateDepartment{Code: " Factures_Publiques "}, "code"},
		"taken":               {department.CreateDepartment{Code: "Achats"}, "code"},
		"taken, in capitals":  {department.CreateDepartment{Code: "ACHATS"}, "code"},
		"no code":             {department.CreateDepartment{Code: "  "}, "code"},
		"long code":           {department.CreateDepartment{Code: strings.Repeat("c", 101)}, "code"},
		"dates that cross":    {department.CreateDepartment{Code: "X", Fields: department.Fields{From: "2026-08-01", Until: "2026-07-31"}}, "until"},
		"begins in the past":  {department.CreateDepartment{Code: "X", Fields: department.Fields{From: "2026-06-14"}}, "from"},
		"ends in the past":    {department.CreateDepartment{Code: "X", Fields: department.Fields{Until: "2026-06-14"}}, "until"},
		"a day that is none":  {department.CreateDepartment{Code: "X", Fields: department.Fields{From: "2026-06-31"}}, "from"},
		"an end that is none": {department.CreateDepartment{Code: "X", Fields: department.Fields{Until: "fin"}}, "until"},
		"no label":            {department.CreateDepartment{Code: "X", Fields: department.Fields{Label: " "}}, "label"},
		"long label":          {department.CreateDepartment{Code: "X", Fields: department.Fields{Label: strings.Repeat("l", 101)}}, "label"},
		"phone":               {department.CreateDepartment{Code: "X", Fields: department.Fields{Phone: "12"}}, "phone"},
	} {
		t.Run(what, func(t *testing.T) {
			c := x.c
			c.Structure = id
			if c.Label == "" {
				c.Label = "Libellé"
			}
			err := w.unchanged(func() error { return w.changes.Run(w.admin, &c) })
			assert.Contains(t, problems(t, err, fault.Invalid), x.field)
		})
	}
	other := w.pending("AUTRE", "")
	w.department(other, "Achats") // unique in the structure
	w.run(&department.CreateDepartment{Structure: id, Code: strings.Repeat("c", 100), Fields: department.Fields{Label: strings.Repeat("l", 100)}})
}

// TestDepartmentDates: outside its dates a department is inactive; the last day counts whole, in the firm's time zone.
func TestDepartmentDates(t *testing.T) {
	w := newWorld(t)
	id := w.pending("MAIRIE", "local")
	w.dated(id, "A", "2026-06-20", "2026-06-25")
	at := func(text string) bool {
		now, err := time.ParseInLocation("2006-01-02 15:04:05", text, paris(t))
		require.NoError(t, err)
		w.clock.At = now
		return w.departments(id)["A"].Active
	}

	assert.False(t, w.departments(id)["A"].Active, "not yet")
	assert.True(t, w.departments(id)["A"].Switch, "its switch is on")
	assert.False(t, at("2026-06-19 23:59:59"))
	assert.True(t, at("2026-06-20 00:00:00"))
	assert.True(t, at("2026-06-25 23:59:59"))
	assert.False(t, at("2026-06-26 00:00:00"))
}

func paris(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	return zone
}

// move asks for other dates of a department.
func (w *world) move(of int64, code, from, until string) error {
	w.t.Helper()
	d := w.departments(of)[code]
	mine := d.Fields
	mine.From, mine.Until = from, until
	return w.changes.Run(w.admin, &department.EditDepartment{Department: d.ID, Version: d.Version, Mine: mine, Base: d.Fields, Days: true})
}

// spans returns the days of a department's dates that are not cancelled.
func (w *world) spans(of int64, code string) (list [][2]string) {
	w.t.Helper()
	d := w.departments(of)[code]
	rows, err := w.raw.Query("SELECT from_at, until_at FROM department_validities WHERE department_id = ? AND until_at > from_at ORDER BY from_at", d.ID)
	require.NoError(w.t, err)
	defer rows.Close() //nolint:errcheck // a test
	for rows.Next() {
		var from, until int64
		require.NoError(w.t, rows.Scan(&from, &until))
		text := func(at int64) string {
			if at > 253400000000000 {
				return ""
			}
			return time.UnixMilli(at).In(paris(w.t)).Format("2006-01-02 15:04")
		}
		list = append(list, [2]string{text(from), text(until)})
	}
	require.NoError(w.t, rows.Err())
	return list
}

func TestDepartmentDatesMove(t *testing.T) {
	w := newWorld(t)
	id := w.pending("MAIRIE", "local")
	w.department(id, "A")
	today := "2026-06-15 12:00"

	require.NoError(t, w.move(id, "A", "", "2026-07-31"))
	assert.Equal(t, [][2]string{{today, "2026-08-01 00:00"}}, w.spans(id, "A"), "an end is set")
	require.NoError(t, w.move(id, "A", "", "2026-06-30"))
	assert.Equal(t, [][2]string{{today, "2026-07-01 00:00"}}, w.spans(id, "A"), "earlier")
	require.NoError(t, w.move(id, "A", "", "2026-12-31"))
	assert.Equal(t, [][2]string{{today, "2027-01-01 00:00"}}, w.spans(id, "A"), "later")
	require.NoError(t, w.move(id, "A", "", ""))
	assert.Equal(t, [][2]string{{today, ""}}, w.spans(id, "A"), "none")
	require.NoError(t, w.move(id, "A", "", "2026-06-15"))
	assert.Equal(t, [][2]string{{today, "2026-06-16 00:00"}}, w.spans(id, "A"), "today is its last day")

	for _, past := range []string{"2026-06-14", "2020-01-01", "fin"} {
		err := w.unchanged(func() error { return w.move(id, "A", "", past) })
		assert.Contains(t, problems(t, err, fault.Invalid), "until", past)
	}
}

// TestDepartmentDatesMoveBeforeTheyBegin: dates to come make room for others.
func TestDepartmentDatesMoveBeforeTheyBegin(t *testing.T) {
	w := newWorld(t)
	id := w.pending("MAIRIE", "local")
	w.dated(id, "A", "2026-07-01", "2026-07-31")

	require.NoError(t, w.move(id, "A", "2026-08-01", "2026-08-31"))

	assert.Equal(t, [][2]string{{"2026-08-01 00:00", "2026-09-01 00:00"}}, w.spans(id, "A"))
	err := w.unchanged(func() error { return w.move(id, "A", "2026-09-02", "2026-09-01") })
	assert.Contains(t, problems(t, err, fault.Invalid), "until")
}

// TestDepartmentDatesMoveOnceGone: a department whose dates are over can be given new ones.
func TestDepartmentDatesMoveOnceGone(t *testing.T) {
	w := newWorld(t)
	id := w.pending("MAIRIE", "local")
	w.dated(id, "A", "", "2026-06-20")
	w.clock.At = time.Date(2026, 7, 1, 8, 0, 0, 0, time.UTC)

	require.NoError(t, w.move(id, "A", "", "2026-12-31"))

	assert.True(t, w.departments(id)["A"].Active)
	assert.Len(t, w.spans(id, "A"), 2)
}

func TestEditDepartment(t *testing.T) {
	w := newWorld(t)
	id := w.pending("MAIRIE", "local")
	w.department(id, "A")
	d := w.departments(id)["A"]

	w.run(&department.EditDepartment{Department: d.ID, Version: d.Version, Base: d.Fields, Mine: department.Fields{
		Label: "Autre", Description: "D", Address: "1 place", Phone: "04 72 00 11 22", CommitmentRequired: true, Until: "2026-06-16",
	}})

	after := w.departments(id)["A"]
	assert.Equal(t, "Autre", after.Label)
	assert.Equal(t, "D", after.Description)
	assert.Equal(t, "1 place", after.Address)
	assert.Equal(t, "+33472001122", after.Phone)
	assert.True(t, after.CommitmentRequired)
	assert.Equal(t, "A", after.Code, "not changed after creation")
	assert.Equal(t, d.ValidUntil, after.ValidUntil, "the dates are not part of the wish")
	assert.Greater(t, after.Version, d.Version)
}

func TestEditDepartmentConflict(t *testing.T) {
	w := newWorld(t)
	id := w.pending("MAIRIE", "local")
	w.department(id, "A")
	d := w.departments(id)["A"]
	save := func(version int64, alter func(f *department.Fields)) error {
		mine := d.Fields
		alter(&mine)
		return w.changes.Run(w.admin, &department.EditDepartment{Department: d.ID, Version: version, Base: d.Fields, Mine: mine})
	}
	require.NoError(t, save(d.Version, func(f *department.Fields) { f.Label, f.CommitmentRequired = "Premier", true }))
	mine := func(f *department.Fields) { f.Label, f.Address = "Second", "2 rue" }

	err := w.unchanged(func() error { return save(d.Version, mine) })

	assert.Equal(t, []string{"commitmentRequired", "label"}, keys(problems(t, err, fault.Conflict)))
	f, _ := fault.As(err)
	assert.Equal(t, "Premier", f.Problems[1].Params["theirs"])
	now := w.departments(id)["A"]
	require.NoError(t, save(now.Version, mine))
	assert.Equal(t, "Second", w.departments(id)["A"].Label)
	assert.False(t, w.departments(id)["A"].CommitmentRequired)
}

func TestSwitchDepartment(t *testing.T) {
	w := newWorld(t)
	id := w.pending("MAIRIE", "local")
	d := w.department(id, "A")
	set := func(active bool) error {
		return w.changes.Run(w.admin, &department.SwitchDepartment{Structure: id, Department: d, Active: active})
	}

	assert.True(t, fault.Is(w.unchanged(func() error { return set(true) }), fault.Refused), "it is active already")
	require.NoError(t, set(false))
	assert.False(t, w.departments(id)["A"].Active)
	assert.True(t, fault.Is(w.unchanged(func() error { return set(false) }), fault.Refused), "twice")
	require.NoError(t, set(true))
	assert.True(t, w.departments(id)["A"].Active)
	assert.True(t, fault.Is(w.unchanged(func() error { return set(true) }), fault.Refused), "twice")

	other := w.pending("AUTRE", "")
	err := w.unchanged(func() error {
		return w.changes.Run(w.admin, &department.SwitchDepartment{Structure: other, Department: d})
	})
	assert.True(t, fault.Is(err, fault.NotFound), "of another structure: %v", err)
}

// TestCommitmentOfADepartment: « numéro d'engagement obligatoire » is for public structures only.
func TestCommitmentOfADepartment(t *testing.T) {
	w := newWorld(t)
	for sphere, want := range map[string]bool{"private": false, "state": true, "local": true} {
		id := w.pending("S-"+strings.ToUpper(sphere), sphere)
		w.run(&department.CreateDepartment{Structure: id, Code: "A", Fields: department.Fields{Label: "A", CommitmentRequired: true}})
		assert.Equal(t, want, w.departments(id)["A"].CommitmentRequired, sphere)
		w.department(id, "B")
		d := w.departments(id)["B"]
		mine := d.Fields
		mine.CommitmentRequired = true
		w.run(&department.EditDepartment{Department: d.ID, Version: d.Version, Mine: mine, Base: d.Fields})
		assert.Equal(t, want, w.departments(id)["B"].CommitmentRequired, sphere)
	}
}

func TestDepartmentsRefuse(t *testing.T) {
	w := newWorld(t)
	id := w.pending("MAIRIE", "local")
	a, b := w.department(id, "A"), w.department(id, "B")
	_, reader := w.person("internal", "lecteur", id, 0, consult)
	_, inside := w.person("internal", "dedans", id, a, manage)
	edit := func(ctx context.Context, number int64) error {
		return w.changes.Run(ctx, &department.EditDepartment{Department: number, Version: 1, Mine: department.Fields{Label: "Autre"}})
	}

	list, err := department.NewService(w.d).List(inside, id)
	require.NoError(t, err)
	require.Len(t, list, 1, "service A never sees service B's")
	assert.Equal(t, "A", list[0].Code)
	assert.True(t, list[0].Editable)
	assert.False(t, list[0].Switchable, "switching asks department.edit of the structure")
	assert.True(t, fault.Is(w.unchanged(func() error { return edit(inside, b) }), fault.Forbidden))
	assert.True(t, fault.Is(w.unchanged(func() error { return edit(reader, a) }), fault.Forbidden))
	assert.True(t, fault.Is(w.unchanged(func() error {
		return w.changes.Run(inside, &department.SwitchDepartment{Structure: id, Department: a})
	}), fault.Forbidden))
	assert.True(t, fault.Is(w.unchanged(func() error {
		return w.changes.Run(reader, &department.CreateDepartment{Structure: id, Code: "C", Fields: department.Fields{Label: "C"}})
	}), fault.Forbidden))
	w.run(&department.SwitchDepartment{Structure: id, Department: a})
	assert.True(t, fault.Is(w.unchanged(func() error { return edit(w.admin, a) }), fault.Forbidden), "modification: active ones only")
}

// TestCreateDepartmentOfAnInactiveStructure: nothing is edited there.
func TestCreateDepartmentOfAnInactiveStructure(t *testing.T) {
	w := newWorld(t)
	id := w.pending("MAIRIE", "local")
	w.run(&structure.SetState{Structure: id})
	err := w.unchanged(func() error {
		return w.changes.Run(w.admin, &department.CreateDepartment{Structure: id, Code: "A", Fields: department.Fields{Label: "A"}})
	})
	assert.True(t, fault.Is(err, fault.Forbidden), "%v", err)
}

// TestDepartmentsCountWhoMayBeSeen: how many people a department has is told where its users may be seen, and nowhere else.
func TestDepartmentsCountWhoMayBeSeen(t *testing.T) {
	w := newWorld(t)
	id := w.pending("MAIRIE", "local")
	a, b := w.department(id, "A"), w.department(id, "B")
	_, attached := w.person("internal", "rattache", id, 0)
	_, reader := w.person("internal", "lecteur", id, 0, consult)
	_, inside := w.person("internal", "dedans", id, a, consult)
	both, _ := w.person("internal", "deux", id, a)
	w.run(&grant.Attach{User: both, Structure: id, Department: b})
	for what, x := range map[string]struct {
		ctx  context.Context
		want map[string]int
	}{
		"attached only": {attached, map[string]int{"A": -1, "B": -1}},
		"a reader":      {reader, map[string]int{"A": 2, "B": 1}},
		"one inside":    {inside, map[string]int{"A": 2}},
	} {
		list, err := department.NewService(w.d).List(x.ctx, id)
		require.NoError(t, err)
		got := map[string]int{}
		for _, d := range list {
			got[d.Code] = d.People
		}
		assert.Equal(t, x.want, got, what)
	}
}

// TestEditDepartmentConflictOfDates: a form that sets the dates is told of those that somebody else set since; one that does not touch them saves.
func TestEditDepartmentConflictOfDates(t *testing.T) {
	w := newWorld(t)
	id := w.pending("MAIRIE", "local")
	w.department(id, "A")
	d := w.departments(id)["A"]
	base := d.Fields
	base.From = "2026-06-15"
	require.NoError(t, w.move(id, "A", "2026-06-15", "2026-07-31"))
	theirs := w.spans(id, "A")
	save := func(version int64, dates bool) error {
		mine := base
		mine.Label, mine.Until = "Autre", "2026-08-31"
		return w.changes.Run(w.admin, &department.EditDepartment{Department: d.ID, Version: version, Mine: mine, Base: base, Days: dates})
	}

	err := w.unchanged(func() error { return save(d.Version, true) })

	assert.Equal(t, map[string]string{"until": "record.changed"}, problems(t, err, fault.Conflict))
	f, _ := fault.As(err)
	assert.Equal(t, "2026-07-31", f.Problems[0].Params["theirs"])
	require.NoError(t, save(d.Version, false))
	assert.Equal(t, "Autre", w.departments(id)["A"].Label)
	assert.Equal(t, theirs, w.spans(id, "A"), "theirs stays")
	require.NoError(t, save(w.departments(id)["A"].Version, true))
	assert.Equal(t, "2026-09-01 00:00", w.spans(id, "A")[0][1])
}

// ask files a request, and returns its number.
func ask(ctx context.Context, changes *change.Service, requests *request.Service, in request.Ask) (int64, error) {
	made, err := changes.Carry(ctx, "", requests.Asking(in))
	if err != nil {
		return 0, err
	}
	return made[0].Created, nil
}

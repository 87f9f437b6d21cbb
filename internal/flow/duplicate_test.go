package flow_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/department"
	"habilis/internal/directory"
	"habilis/internal/fault"
	"habilis/internal/flow"
	"habilis/internal/grant"
	"habilis/internal/insee"
	"habilis/internal/list"
	"habilis/internal/platform"
	"habilis/internal/request"
	"habilis/internal/right"
	"habilis/internal/structure"
)

// TestCopiedTablesAreThoseThatNameAStructure: every table with a column that names a structure says whether a duplication copies it, and no other.
func TestCopiedTablesAreThoseThatNameAStructure(t *testing.T) {
	w := newWorld(t)
	var naming []string
	for _, table := range w.tables() {
		columns := w.rows("SELECT name FROM pragma_table_info(?)", table)
		named := slices.ContainsFunc(columns, func(c string) bool {
			return slices.Contains([]string{"structure_id", "platform_id", "client_id", "predecessor_id"}, c)
		})
		if named || len(w.rows(`SELECT 1 FROM pragma_foreign_key_list(?) WHERE "table" = 'structures'`, table)) > 0 {
			naming = append(naming, table)
		}
	}
	said := slices.Sorted(maps.Keys(flow.CopiedTables))
	assert.Equal(t, naming, said)
	for name, x := range flow.CopiedTables {
		assert.NotEmpty(t, x.Why, name)
	}
}

// estate is a structure with something in every table that names one.
type estate struct {
	*world
	id, buying, paying, closed int64
	manager, clerk, inside     int64
}

const (
	oldEstablishment = 1
	newEstablishment = 2
)

func newEstate(t *testing.T) *estate {
	t.Helper()
	w := newWorld(t)
	e := &estate{world: w}
	w.registry[siret(1, oldEstablishment)] = active("Ville de Lyon", "Lyon")
	w.registry[siret(1, newEstablishment)] = active("Ville de Lyon (mairie centrale)", "Villeurbanne")
	before := w.pending("AVANT", "local") // a former life
	w.run(&flow.Duplicate{From: before, Identifier: "CREA-1"})
	e.id = w.number("SELECT max(id) FROM structures")
	_, err := w.identifies(w.admin, structure.Identify{ID: e.id, SIRET: siret(1, oldEstablishment)})
	require.NoError(t, err)
	e.inhabit()
	e.write()
	return e
}

func (e *estate) inhabit() {
	e.buying, e.paying, e.closed = e.department(e.id, "ACHATS", "", ""), e.department(e.id, "PAIE", "2026-07-01", "2026-12-31"), e.department(e.id, "FERMÉ", "", "2026-06-30")
	e.run(&department.SwitchDepartment{Structure: e.id, Department: e.closed})
	e.manager = e.attached("gerant", e.id, 0, manage)
	e.run(&flow.Transfer{Moves: []flow.Move{{Structure: e.id, To: e.pigp(e.manager)}}})
	e.clerk = e.attached("commis", e.id, 0, consult, read)
	e.inside = e.attached("dedans", e.id, e.buying, consult)
	gone := e.attached("parti", e.id, 0, consult)
	e.run(&grant.Detach{User: gone, Structure: e.id, Comment: "parti"})
	soon := e.person("bientot")
	e.run(&grant.Attach{User: soon, Structure: e.id, From: "2026-07-01", Until: "2026-08-31", Profiles: e.choices(consult)})
	e.run(&grant.Give{User: e.clerk, Structure: e.id, Department: e.buying, Profiles: e.choices(manage), From: "2026-07-01", Until: "2026-07-31"})
	e.run(&ceiling{e.id, "documents figures public_invoicing"})
	asking := e.person("demandeur")
	_, err := ask(e.admin, e.changes, e.requests, request.Ask{Subject: "membership", Beneficiary: asking, Structure: e.id})
	require.NoError(e.t, err)
	require.NoError(e.t, e.changes.Run(e.admin, platform.SetPlatforms{Text: "A001;Plate"}))
	dealer := e.create(structure.Input{IdentifierType: "platform", Identifier: "A001"})
	err = e.changes.Run(e.admin, platform.AddContract{Platform: dealer, Client: e.id, Reference: "C", Powers: []string{"issue"}, From: "2026-06-01"})
	require.NoError(e.t, err)
}

func (e *estate) pigp(user int64) int64 {
	e.exec("UPDATE users SET pigp = 1 WHERE id = ?", user)
	return user
}

func (e *estate) write() {
	s := e.get(e.id)
	mine := s.Fields
	mine.Label, mine.Email, mine.Phone, mine.Address3, mine.RCS = "Mairie", "mairie@lyon.example", "+33472001122", "Boîte 7", "Lyon B 1"
	mine.PACAGE, mine.MandateHolder, mine.MandateFrom, mine.MandateUntil = "069123456", "Cabinet Laurier", "2026-01-01", "2026-12-31"
	mine.TechnicalAccount, mine.Connections = "tech-lyon", "API, SFTP"
	mine.Responsible, mine.ResponsibleID, mine.Labels = "user", e.clerk, []string{"Collectivités", "Lyon"}
	mine.Parameters = structure.Parameters{EDI: true, CodeRequired: true, CommitmentRequired: true, CommitmentOrCode: true, PaymentHidden: true, MOA: "involved"}
	require.NoError(e.t, e.changes.Run(e.admin, structure.Edit{ID: e.id, Version: s.Version, Mine: mine, Base: s.Fields}))
}

// duplicate makes the copy, as a page does.
func (e *estate) duplicate() int64 {
	e.t.Helper()
	c := &flow.Duplicate{From: e.id, Identifier: siret(1, newEstablishment), Label: "Mairie", Email: "mairie@lyon.example", Phone: "+33472001122"}
	var err error
	c.Identifier, c.Found, err = e.structures.Candidate(e.admin, c.From, c.Identifier)
	require.NoError(e.t, err)
	made := e.make(c)
	require.NotZero(e.t, made)
	return made
}

// naming counts the rows of a table that name a structure, by its columns that do. The record itself is not counted.
func (w *world) naming(table string, id int64) (n int64) {
	w.t.Helper()
	for _, column := range []string{"structure_id", "platform_id", "client_id"} {
		if len(w.rows("SELECT 1 FROM pragma_table_info(?) WHERE name = ?", table, column)) > 0 {
			n += w.number("SELECT count(*) FROM "+table+" WHERE "+column+" = ?", id)
		}
	}
	return n
}

// TestDuplicateCopiesTheTablesItSays: of each table, the rows in force or to come, or none.
func TestDuplicateCopiesTheTablesItSays(t *testing.T) {
	e := newEstate(t)
	before := map[string]int64{}
	for table := range flow.CopiedTables {
		before[table] = e.naming(table, e.id)
		if table != "structures" {
			require.Positive(t, before[table], "the estate has nothing in %s", table)
		}
	}
	structures := e.number("SELECT count(*) FROM structures")
	last := e.number("SELECT max(seq) FROM journal")

	id := e.duplicate()

	at := e.number("SELECT max(at) FROM journal")
	assert.Equal(t, structures+1, e.number("SELECT count(*) FROM structures"))
	for table, x := range flow.CopiedTables {
		got := e.naming(table, id)
		switch table {
		case "structures":
		case "structure_states":
			assert.EqualValues(t, 1, got, "the new one begins")
			assert.Equal(t, before[table]+1, e.naming(table, e.id), "the old one ends")
		case "journal":
			assert.Zero(t, e.number("SELECT count(*) FROM journal WHERE structure_id = ? AND seq <= ?", id, last), "what was done was done to the old one")
		case "departments", "structure_labels":
			assert.True(t, x.Copied)
			assert.Equal(t, before[table], got, table)
			assert.Equal(t, before[table], e.naming(table, e.id), "%s of the old one", table)
		case "memberships", "grants", "principals", "ceilings":
			assert.True(t, x.Copied)
			live := e.number("SELECT count(*) FROM "+table+" WHERE structure_id = ? AND until_at > ? AND until_at > from_at", e.id, at)
			assert.Equal(t, live, got, "%s: in force and to come", table)
			assert.Equal(t, before[table], e.naming(table, e.id), "%s of the old one", table)
		default:
			assert.False(t, x.Copied, "%s is said to be copied: the test does not know how", table)
			assert.Zero(t, got, "%s is said to be left", table)
			assert.Equal(t, before[table], e.naming(table, e.id), "%s of the old one", table)
		}
	}
	assert.Zero(t, e.number("SELECT count(*) FROM requests WHERE structure_id = ? AND state = 'pending'", e.id), "they close with the old one")
	e.sound()
}

// left are the columns of the record that a duplication does not copy, or that belong to the copy itself.
var left = map[string]bool{
	"mandate_holder": true, "mandate_from": true, "mandate_until": true, "technical_account": true, "connections": true, "pacage": true,
	"id": true, "uid": true, "identifier": true, "predecessor_id": true, "created_at": true, "version": true, "verified_at": true,
	"name": true, "name_key": true, "address1": true, "address2": true, "postcode": true, "town": true, "town_key": true,
	"found_by": true, "found_as": true, "address3": true,
}

// TestDuplicateCopiesTheRecord: every column is that of the old record, except what is said to stay behind and what INSEE says of the new SIRET.
func TestDuplicateCopiesTheRecord(t *testing.T) {
	e := newEstate(t)
	was := e.get(e.id)
	row := map[string]string{}
	for _, column := range e.rows("SELECT name FROM pragma_table_info('structures')") {
		row[column] = e.rows("SELECT "+column+" FROM structures WHERE id = ?", e.id)[0]
	}

	id := e.duplicate()

	for column, value := range row {
		if !left[column] {
			assert.Equal(t, value, e.rows("SELECT "+column+" FROM structures WHERE id = ?", id)[0], column)
		}
	}
	s := e.get(id)
	assert.Equal(t, siret(1, newEstablishment), s.Raw)
	assert.Equal(t, "Ville de Lyon (mairie centrale)", s.Name, "from INSEE")
	assert.Equal(t, "Villeurbanne", s.Town, "from INSEE")
	assert.Equal(t, "1 rue de Villeurbanne", s.Fields.Address1)
	assert.Empty(t, s.PACAGE+s.MandateHolder+s.MandateFrom+s.MandateUntil+s.TechnicalAccount+s.Connections)
	assert.Equal(t, was.Parameters, s.Parameters)
	assert.Equal(t, was.Labels, s.Labels)
	assert.Equal(t, e.clerk, s.ResponsibleID)
	assert.Equal(t, e.id, s.Predecessor.ID)
	assert.True(t, s.Active)
	assert.True(t, s.Managed)
	assert.Empty(t, s.Former)

	old := e.get(e.id)
	assert.False(t, old.Active, "the old structure is deactivated")
	assert.Equal(t, id, old.Successor.ID)
	assert.Equal(t, was.Fields, old.Fields, "and otherwise stays as it was")
	list, err := directory.NewService(e.d).List(e.admin, directory.Wanted{Query: list.Query{Search: "villeurbanne"}})
	require.NoError(t, err)
	require.Len(t, list.Rows, 1)
	assert.Equal(t, id, list.Rows[0].ID)
}

// TestDuplicateCopiesTheVATNumber: everything is copied but what is said to be left; a VAT number that was typed is that of the same firm still.
func TestDuplicateCopiesTheVATNumber(t *testing.T) {
	e := newEstate(t)
	s := e.get(e.id)
	mine := s.Fields
	mine.VAT = "FR40303265045" // that of its group
	require.NoError(t, e.changes.Run(e.admin, structure.Edit{ID: e.id, Version: s.Version, Mine: mine, Base: s.Fields}))

	id := e.duplicate()

	assert.Equal(t, mine.VAT, e.get(id).VAT)
}

// TestDuplicateCopiesDepartments with their states and dates, from now on.
func TestDuplicateCopiesDepartments(t *testing.T) {
	e := newEstate(t)
	id := e.duplicate()
	fields := "code || ' ' || label || ' ' || description || ' ' || address || ' ' || phone || ' ' || commitment_required"
	assert.Equal(t, e.rows("SELECT "+fields+" FROM departments WHERE structure_id = ? ORDER BY code", e.id),
		e.rows("SELECT "+fields+" FROM departments WHERE structure_id = ? ORDER BY code", id))
	at := e.number("SELECT max(at) FROM journal")
	for _, table := range []string{"department_states", "department_validities"} {
		state := ""
		if table == "department_states" {
			state = "x.state || ' ' || "
		}
		query := "SELECT d.code || ' ' || " + state + "max(x.from_at, ?) || ' ' || x.until_at FROM departments d JOIN " + table +
			" x ON x.department_id = d.id WHERE d.structure_id = ? AND x.until_at > ? AND x.until_at > x.from_at ORDER BY 1"
		want := e.rows(query, at, e.id, at)
		require.NotEmpty(t, want)
		assert.Equal(t, want, e.rows(query, at, id, at), table)
	}
	list, err := department.NewService(e.d).List(e.admin, id)
	require.NoError(t, err)
	activity := map[string]bool{}
	for _, d := range list {
		activity[d.Code] = d.Active
	}
	assert.Equal(t, map[string]bool{"ACHATS": true, "PAIE": false, "FERMÉ": false}, activity)
}

// TestDuplicateCopiesPeople: who was attached stays attached, for as long, at the same department, with the same profiles.
func TestDuplicateCopiesPeople(t *testing.T) {
	e := newEstate(t)
	id := e.duplicate()
	at := e.number("SELECT max(at) FROM journal")
	memberships := `SELECT m.user_id || ' ' || coalesce(d.code, '') || ' ' || max(m.from_at, ?) || ' ' || m.until_at FROM memberships m
		LEFT JOIN departments d ON d.id = m.department_id WHERE m.structure_id = ? AND m.until_at > ? AND m.until_at > m.from_at ORDER BY 1`
	grants := `SELECT g.user_id || ' ' || g.profile_id || ' ' || coalesce(d.code, '') || ' ' || g.options || ' ' || g.reason || ' ' || max(g.from_at, ?) || ' ' || g.until_at
		FROM grants g LEFT JOIN departments d ON d.id = g.department_id WHERE g.structure_id = ? AND g.until_at > ? AND g.until_at > g.from_at ORDER BY 1`
	for what, query := range map[string]string{"memberships": memberships, "grants": grants} {
		want := e.rows(query, at, e.id, at)
		require.Greater(t, len(want), 3, what)
		assert.Equal(t, want, e.rows(query, at, id, at), what)
	}
	assert.Empty(t, e.rows(`SELECT g.id FROM grants g JOIN memberships m ON m.id = g.membership_id WHERE g.structure_id <> m.structure_id`),
		"each stands on a membership of the same structure")
	assert.Equal(t, []string{fmt.Sprint(e.manager)}, e.rows("SELECT user_id FROM principals WHERE structure_id = ? AND until_at > ?", id, at))
	assert.Equal(t, e.rows("SELECT modules FROM ceilings WHERE structure_id = ?", e.id), e.rows("SELECT modules FROM ceilings WHERE structure_id = ?", id))

	buying := e.number("SELECT id FROM departments WHERE structure_id = ? AND code = 'ACHATS'", id)
	assert.True(t, e.holds(e.manager, right.StructureEdit, right.Structure(id)))
	assert.False(t, e.holds(e.manager, right.StructureEdit, right.Structure(e.id)), "the old one is inactive")
	assert.True(t, e.holds(e.clerk, right.StructureView, right.Structure(id)))
	assert.True(t, e.holds(e.inside, right.DepartmentView, right.Department(id, buying)))
	assert.False(t, e.holds(e.inside, right.UserView, right.Structure(id)), "attached to his department only")
}

// TestDuplicateOfAStructureMembershipThatBeganLater: a department membership, and a wider one that was planned before it. Both are in force when the
// structure is duplicated (rights.md, A15).
func TestDuplicateOfAStructureMembershipThatBeganLater(t *testing.T) {
	for what, wideFirst := range map[string]bool{"the department first": false, "the structure first": true} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t)
			id := w.pending("AVANT", "private")
			room := w.department(id, "A", "", "")
			user := w.person("large")
			wide, narrow := &grant.Attach{User: user, Structure: id, From: "2026-07-01"}, &grant.Attach{User: user, Structure: id, Department: room, Profiles: w.choices(consult)}
			if wideFirst {
				w.run(wide)
				w.run(narrow)
			} else {
				w.run(narrow)
				w.run(wide)
			}
			w.clock.At = time.Date(2026, 7, 2, 8, 0, 0, 0, time.UTC)
			require.EqualValues(t, 2, w.number("SELECT count(*) FROM memberships WHERE user_id = ?", user))

			made := w.make(flow.Duplicate{From: id, Identifier: "APRES"})

			assert.EqualValues(t, 1, w.number("SELECT count(*) FROM grants WHERE structure_id = ? AND user_id = ?", made, user))
		})
	}
}

// TestCopies: the preview of what will be copied tells what is copied.
func TestCopies(t *testing.T) {
	e := newEstate(t)
	copies, err := e.flow.Copies(e.admin, e.id)
	require.NoError(t, err)

	id := e.duplicate()

	assert.EqualValues(t, e.naming("departments", id), copies.Departments)
	assert.EqualValues(t, e.naming("memberships", id), copies.Memberships)
	assert.EqualValues(t, e.naming("grants", id), copies.Grants)
	assert.EqualValues(t, e.naming("structure_labels", id), copies.Labels)
	assert.True(t, copies.Ceiling)
	assert.True(t, copies.Manager)
	there := map[string]bool{}
	for _, l := range copies.Left {
		there[l.What] = l.There
	}
	assert.Equal(t, map[string]bool{"mandate": true, "technicalAccount": true, "connections": true, "pacage": true, "contracts": true, "requests": true}, there)

	plain, err := e.flow.Copies(e.admin, e.pending("NUE", "private"))
	require.NoError(t, err)
	assert.Equal(t, 1, plain.Memberships, "its creator's")
	assert.False(t, plain.Ceiling)
	for _, l := range plain.Left {
		assert.False(t, l.There, l.What)
	}
	_, err = e.flow.Copies(as(e.clerk), e.id)
	assert.True(t, fault.Is(err, fault.Forbidden), "%v", err)
}

// candidate does what the page does before it submits.
func (w *world) candidate(from int64, identifier string) error {
	c := &flow.Duplicate{From: from, Identifier: identifier}
	var err error
	if c.Identifier, c.Found, err = w.structures.Candidate(w.admin, from, identifier); err != nil {
		return err
	}
	return w.changes.Run(w.admin, c)
}

func TestDuplicateRefusesAnIdentifier(t *testing.T) {
	w := newWorld(t)
	closed := active("Fermée", "Lyon")
	closed.Verdict, closed.ClosedOn = insee.Closed, "2026-01-31"
	w.registry[siret(1, 1)], w.registry[siret(1, 2)], w.registry[siret(1, 3)] = active("Une", "Lyon"), active("Deux", "Lyon"), closed
	w.registry[siret(1, 4)] = insee.Found{Verdict: insee.Unknown, Source: insee.SourceSirene}
	one := w.create(structure.Input{IdentifierType: "siret", Identifier: siret(1, 1)})
	w.create(structure.Input{IdentifierType: "siret", Identifier: siret(1, 2)})
	german := w.create(structure.Input{IdentifierType: "eu", Identifier: "DE136695976", Fields: structure.Fields{Name: "Bäckerei", Country: "DE"}})
	for what, x := range map[string]struct {
		from       int64
		identifier string
	}{
		"the same": {one, siret(1, 1)}, "taken": {one, siret(1, 2)}, "closed": {one, siret(1, 3)}, "unknown to Sirene": {one, siret(1, 4)}, "empty": {one, ""},
		"another type": {one, "DE136695976"}, "malformed": {one, siret(1, 5)[:13]}, "a SIRET for a European": {german, siret(1, 5)}, "wrong key": {german, "DE136695977"},
		"the same, spaced": {german, "DE 136 695 976"},
	} {
		err := w.unchanged(func() error { return w.candidate(x.from, x.identifier) })
		assert.Contains(t, problems(t, err, fault.Invalid), "identifier", what)
	}
	require.NoError(t, w.candidate(german, "BE0428759497"))
	assert.Equal(t, "BE0428759497", w.get(w.number("SELECT max(id) FROM structures")).VAT, "of a European, its identifier")
}

// TestDuplicateOffline: the copy is kept as to be verified.
func TestDuplicateOffline(t *testing.T) {
	w := newWorld(t)
	w.registry[siret(1, 1)] = active("Une", "Lyon")
	one := w.create(structure.Input{IdentifierType: "siret", Identifier: siret(1, 1)})
	require.NoError(t, w.candidate(one, siret(1, 2)))
	s := w.get(w.number("SELECT max(id) FROM structures"))
	assert.Equal(t, "unverifiable", s.Verified.Verdict)
	assert.Equal(t, "Une", s.Name)
	assert.Empty(t, s.Fixed, "what no register said can be typed")
}

// TestDuplicateAnIndividual: the program gives the number.
func TestDuplicateAnIndividual(t *testing.T) {
	w := newWorld(t)
	one := w.create(structure.Input{IdentifierType: "individual", Fields: structure.Fields{FirstName: "Ada", LastName: "Martin"}})
	require.NoError(t, w.candidate(one, "P000001"))
	s := w.get(w.number("SELECT max(id) FROM structures"))
	assert.Equal(t, "P000002", s.Raw)
	assert.Equal(t, "Ada", s.FirstName)
	assert.Equal(t, "Martin", s.LastName)
}

func TestDuplicateRefuses(t *testing.T) {
	e := newEstate(t)
	for what, user := range map[string]int64{"a clerk": e.clerk, "one inside": e.inside} {
		err := e.unchanged(func() error { return e.changes.Run(as(user), &flow.Duplicate{From: e.id, Identifier: siret(1, 2)}) })
		assert.True(t, fault.Is(err, fault.Forbidden), "%s: %v", what, err)
	}
	platform := e.number("SELECT id FROM structures WHERE sphere = 'platform'")
	err := e.unchanged(func() error { return e.changes.Run(e.admin, &flow.Duplicate{From: platform, Identifier: "B002"}) })
	assert.True(t, fault.Is(err, fault.Refused), "not for platforms: %v", err)
	for field, c := range map[string]*flow.Duplicate{
		"label": {Label: strings.Repeat("l", 101)}, "email": {Email: "x"}, "phone": {Phone: "12"},
	} {
		c.From, c.Identifier = e.id, siret(1, 2)
		assert.Contains(t, problems(t, e.unchanged(func() error { return e.changes.Run(e.admin, c) }), fault.Invalid), field)
	}
	e.duplicate()
	err = e.unchanged(func() error { return e.changes.Run(e.admin, &flow.Duplicate{From: e.id, Identifier: siret(1, 3)}) })
	_, told := fault.As(err)
	assert.True(t, told, "the old one is inactive: %v", err)
	e.run(&structure.SetState{Structure: e.id, Active: true})
	err = e.unchanged(func() error { return e.changes.Run(e.admin, &flow.Duplicate{From: e.id, Identifier: siret(1, 3)}) })
	assert.True(t, fault.Is(err, fault.Refused), "twice: %v", err)
	err = e.unchanged(func() error { return e.changes.Run(e.admin, &flow.Duplicate{From: 9999, Identifier: siret(1, 3)}) })
	_, told = fault.As(err)
	assert.True(t, told, "none there: %v", err)
}

// TestDuplicateByItsManager: rows carried over for the same people are neither given nor changed (rights.md, A23).
func TestDuplicateByItsManager(t *testing.T) {
	e := newEstate(t)
	c := &flow.Duplicate{From: e.id, Identifier: siret(1, newEstablishment)}

	made, err := e.changes.Carry(as(e.manager), "", c)
	require.NoError(t, err, "others hold more than he does")

	assert.True(t, e.holds(e.manager, right.StructureEdit, right.Structure(made[0].Created)))
}

// TestDuplicateOfACopy: a firm moves more than once.
func TestDuplicateOfACopy(t *testing.T) {
	e := newEstate(t)
	first := e.duplicate()
	e.registry[siret(1, 3)] = active("Ville de Lyon", "Bron")

	require.NoError(t, e.candidate(first, siret(1, 3)))

	s := e.get(e.number("SELECT max(id) FROM structures"))
	assert.Equal(t, first, s.Predecessor.ID)
	assert.Equal(t, "Bron", s.Town)
	e.sound()
}

// TestPreviewOfADuplication tells who gains what on the new structure, and loses on the old one; and leaves nothing.
func TestPreviewOfADuplication(t *testing.T) {
	e := newEstate(t)
	before := e.state()
	effect, err := e.views.Preview(e.admin, &flow.Duplicate{From: e.id, Identifier: siret(1, newEstablishment)}, 0)
	require.NoError(t, err)
	assert.Positive(t, effect.Gained)
	assert.Positive(t, effect.Lost)
	assert.GreaterOrEqual(t, effect.People, 4)
	assert.Equal(t, before, e.state())
}

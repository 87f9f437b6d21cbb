package structure_test

import (
	"context"
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/internal/fault"
	"habilis/internal/insee"
	"habilis/internal/ledger"
	"habilis/internal/structure"
)

// full fills every field that a person may type.
func full() structure.Fields {
	return structure.Fields{
		Name: "Boulangerie du Pont", Label: "Le Pont", Email: "contact@pont.example", Phone: "+33472001122", Address1: "1 quai du Pont", Address2: "Étage 2",
		Address3: "Boîte 7", Postcode: "69002", Town: "Lyon", Country: "FR", VAT: "DE136695976", RCS: "Lyon B 303 265 045", PACAGE: "069123456",
		MandateHolder: "Cabinet Laurier", MandateFrom: "2026-01-01", MandateUntil: "2026-12-31", TechnicalAccount: "tech-pont", Connections: "API, SFTP",
		Responsible: "firm", Labels: []string{"Artisans", "Lyon"},
		Parameters: structure.Parameters{EDI: true, CodeRequired: true, CommitmentRequired: true, CommitmentOrCode: true, PaymentHidden: true, MOA: "involved"},
	}
}

// seat is a form as somebody has it open.
type seat struct {
	ctx context.Context
	was structure.Structure
}

func (w *world) sit(ctx context.Context, id int64) seat {
	w.t.Helper()
	s, err := w.structures.Get(ctx, id)
	require.NoError(w.t, err)
	return seat{ctx, s}
}

// save gives what the form submits: all fields, as they are and as they were read.
func (s seat) save(w *world, version int64, alter func(f *structure.Fields)) error {
	mine := s.was.Fields
	mine.Labels = slices.Clone(mine.Labels)
	alter(&mine)
	return w.changes.Run(s.ctx, structure.Edit{ID: s.was.ID, Version: version, Mine: mine, Base: s.was.Fields})
}

func (w *world) edit(id int64, alter func(f *structure.Fields)) error {
	w.t.Helper()
	s := w.sit(w.admin, id)
	return s.save(w, s.was.Version, alter)
}

func TestEdit(t *testing.T) {
	w := newWorld(t)
	id := w.european("local")
	before := w.get(id)

	require.NoError(t, w.edit(id, func(f *structure.Fields) { *f = full() }))

	s := w.get(id)
	want := full()
	want.Country = "DE" // as its identifier says
	assert.Equal(t, want, s.Fields)
	assert.Greater(t, s.Version, before.Version)
	assert.Equal(t, "DE136695976", s.Raw)
	assert.Equal(t, "local", s.Sphere)
	assert.Equal(t, "both", s.Supplier)
	assert.True(t, s.Redundant)
	var action string
	require.NoError(t, w.raw.QueryRow("SELECT action FROM journal ORDER BY seq DESC LIMIT 1").Scan(&action))
	assert.Equal(t, "structure.edited", action)
}

func TestEditNormalizes(t *testing.T) {
	w := newWorld(t)
	id := w.european("private")

	require.NoError(t, w.edit(id, func(f *structure.Fields) {
		f.Name, f.Phone, f.VAT, f.Country, f.Label = "  Café   de la  Gare ", "+33 4 72 00 11 22", "de 136 695 976", "be", " x "
	}))

	s := w.get(id)
	assert.Equal(t, "Café de la Gare", s.Name)
	assert.Equal(t, "+33472001122", s.Phone)
	assert.Equal(t, "DE136695976", s.VAT)
	assert.Equal(t, "DE", s.Country, "as its identifier says")
	assert.Equal(t, "x", s.Label)
}

func TestEditTellsAllProblemsAtOnce(t *testing.T) {
	w := newWorld(t)
	id := w.european("private")

	err := w.unchanged(func() error {
		return w.edit(id, func(f *structure.Fields) {
			f.Name, f.Email, f.Phone, f.VAT, f.PACAGE, f.Country = "", "pas une adresse", "12", "DE136695977", "12345678", "ZZ"
			f.Label, f.Postcode, f.Address1 = strings.Repeat("é", 101), strings.Repeat("1", 11), strings.Repeat("a", 81)
			f.Responsible, f.MOA = "personne", "parfois"
			f.MandateHolder, f.MandateFrom, f.MandateUntil = "Cabinet", "2026-02-01", "2026-01-31"
		})
	})

	assert.Subset(t, keys(problems(t, err, fault.Invalid)), []string{
		"name", "email", "phone", "vat", "pacage", "label", "postcode", "address1", "responsible", "mandateUntil",
	})
}

// TestEditRefusesTooLong holds the lengths of facts/structures.md: one character more is refused, the longest goes through.
func TestEditRefusesTooLong(t *testing.T) {
	w := newWorld(t)
	id := w.european("private")
	for field, most := range map[string]int{"Name": 200, "Label": 100, "Address1": 80, "Address2": 80, "Address3": 80, "Postcode": 10, "Town": 80} {
		set := func(n int) func(f *structure.Fields) {
			return func(f *structure.Fields) {
				reflect.ValueOf(f).Elem().FieldByName(field).SetString(strings.Repeat("é", n))
			}
		}
		assert.NoError(t, w.edit(id, set(most)), field)
		assert.Len(t, problems(t, w.unchanged(func() error { return w.edit(id, set(most+1)) }), fault.Invalid), 1, field)
	}
	long := strings.Repeat("a", 60)
	mail := long + "@" + long + "." + long + "." + long + ".example"
	assert.NoError(t, w.edit(id, func(f *structure.Fields) { f.Email = mail + strings.Repeat("x", 254-len(mail)) }))
	assert.Contains(t, problems(t, w.edit(id, func(f *structure.Fields) { f.Email = mail + strings.Repeat("x", 255-len(mail)) }), fault.Invalid), "email")
}

func TestEditConflict(t *testing.T) {
	w := newWorld(t)
	id := w.european("local")
	require.NoError(t, w.edit(id, func(f *structure.Fields) { *f = full() }))
	_, other := w.person("internal", "second", id, 0, manage)
	first, second := w.sit(w.admin, id), w.sit(other, id)

	require.NoError(t, first.save(w, first.was.Version, func(f *structure.Fields) {
		f.Label, f.Email, f.Labels, f.EDI, f.MOA = "Premier", "premier@pont.example", []string{"Lyon", "Neuf"}, false, "only"
	}))
	saved := w.get(id)
	mine := func(f *structure.Fields) { f.Label, f.Town, f.CodeRequired = "Second", "Villeurbanne", false }
	err := w.unchanged(func() error { return second.save(w, second.was.Version, mine) })

	f, told := fault.As(err)
	require.True(t, told, "%v", err)
	assert.Equal(t, fault.Conflict, f.Code)
	theirs := map[string]string{}
	for _, p := range f.Problems {
		theirs[p.Field] = p.Params["theirs"]
		assert.Equal(t, fmt.Sprint(saved.Version), p.Params["version"], p.Field)
		assert.NotEmpty(t, p.Key)
	}
	assert.Equal(t, map[string]string{
		"label": "Premier", "email": "premier@pont.example", "labels": "Lyon, Neuf", "edi": "false", "moa": "only",
	}, theirs, "a problem for each field that the first changed, and no other")

	require.NoError(t, second.save(w, saved.Version, mine), "saving over the version told wins")
	s := w.get(id)
	want := full()
	mine(&want)
	want.Country = "DE" // as its identifier says
	assert.Equal(t, want, s.Fields, "the second's form, whole")
}

// TestEditConflictOfAnyFields: whatever two seats change, the conflict names what the first changed and nothing else.
func TestEditConflictOfAnyFields(t *testing.T) {
	w := newWorld(t)
	id := w.european("local")
	alter := map[string]func(f *structure.Fields, n int){
		"name":             func(f *structure.Fields, n int) { f.Name = fmt.Sprint("Nom ", n) },
		"label":            func(f *structure.Fields, n int) { f.Label = fmt.Sprint("Libellé ", n) },
		"email":            func(f *structure.Fields, n int) { f.Email = fmt.Sprint("a", n, "@exemple.example") },
		"phone":            func(f *structure.Fields, n int) { f.Phone = fmt.Sprintf("+3347200%04d", n) },
		"address1":         func(f *structure.Fields, n int) { f.Address1 = fmt.Sprint(n, " rue") },
		"address2":         func(f *structure.Fields, n int) { f.Address2 = fmt.Sprint("Étage ", n) },
		"address3":         func(f *structure.Fields, n int) { f.Address3 = fmt.Sprint("Boîte ", n) },
		"postcode":         func(f *structure.Fields, n int) { f.Postcode = fmt.Sprint(n) },
		"town":             func(f *structure.Fields, n int) { f.Town = fmt.Sprint("Ville ", n) },
		"rcs":              func(f *structure.Fields, n int) { f.RCS = fmt.Sprint("RCS ", n) },
		"pacage":           func(f *structure.Fields, n int) { f.PACAGE = fmt.Sprintf("%09d", n) },
		"mandateHolder":    func(f *structure.Fields, n int) { f.MandateHolder = fmt.Sprint("Titulaire ", n) },
		"technicalAccount": func(f *structure.Fields, n int) { f.TechnicalAccount = fmt.Sprint("tech", n) },
		"connections":      func(f *structure.Fields, n int) { f.Connections = fmt.Sprint("SFTP ", n) },
		"labels":           func(f *structure.Fields, n int) { f.Labels = []string{fmt.Sprint("Groupe ", n), "Zone"} },
		"edi":              func(f *structure.Fields, _ int) { f.EDI = !f.EDI },
		"codeRequired":     func(f *structure.Fields, _ int) { f.CodeRequired = !f.CodeRequired },
		"commitmentOrCode": func(f *structure.Fields, _ int) { f.CommitmentOrCode = !f.CommitmentOrCode },
		"paymentHidden":    func(f *structure.Fields, _ int) { f.PaymentHidden = !f.PaymentHidden },
	}
	r := rand.New(rand.NewSource(4))
	n := 100
	some := func() (fields []string) {
		for _, field := range keys(alter) {
			if r.Intn(4) == 0 {
				fields = append(fields, field)
			}
		}
		return fields
	}
	change := func(fields []string) func(f *structure.Fields) {
		n++
		n := n
		return func(f *structure.Fields) {
			for _, field := range fields {
				alter[field](f, n)
			}
		}
	}
	for range 60 {
		first, second := w.sit(w.admin, id), w.sit(w.admin, id)
		one, two := some(), some()
		if r.Intn(3) == 0 {
			two = slices.Clone(one) // both change the same
		}
		require.NoError(t, first.save(w, first.was.Version, change(one)))

		err := second.save(w, second.was.Version, change(two))

		if len(one) == 0 {
			require.NoError(t, err, "nothing changed meanwhile")
			continue
		}
		told := problems(t, err, fault.Conflict)
		require.ElementsMatch(t, one, keys(told), "the first changed %v, the second %v", one, two)
	}
}

// TestEditConflictOfSomebodyElsesSaving: the second of two editors is told whatever way the record was changed.
func TestEditConflictOfSomebodyElsesSaving(t *testing.T) {
	w := newWorld(t)
	number := siret(1)
	w.registry.says(number, absent())
	id := w.create(structure.Input{IdentifierType: "siret", Identifier: number, Fields: structure.Fields{Name: "Provisoire", Town: "Ici"}})
	seat := w.sit(w.admin, id)
	w.registry.says(number, active("Registre"))
	c, err := w.structures.Compare(w.admin, id)
	require.NoError(t, err)
	_, err = w.refreshes(w.admin, structure.Refresh{ID: id, Take: []string{"name", "town"}, Verdict: c.Found.Verdict, Shown: c.Differences})
	require.NoError(t, err)

	err = w.unchanged(func() error { return seat.save(w, seat.was.Version, func(f *structure.Fields) { f.Label = "x" }) })

	assert.Equal(t, []string{"name", "town"}, keys(problems(t, err, fault.Conflict)))
}

func TestEditKeepsFixedFields(t *testing.T) {
	fixed := []string{"address1", "address2", "postcode", "town", "country"}
	for what, x := range map[string]struct {
		found insee.Found
		fixed []string
	}{
		"active":  {active("Du registre"), append([]string{"name"}, fixed...)},
		"partial": {partial(), fixed},
		"absent":  {absent(), nil},
		"offline": {unverifiable(), nil},
	} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t)
			w.registry.says(siret(1), x.found)
			id := w.create(structure.Input{IdentifierType: "siret", Identifier: siret(1), Fields: structure.Fields{Name: "Tapé"}})
			before := w.get(id)
			assert.ElementsMatch(t, x.fixed, before.Fixed)

			require.NoError(t, w.edit(id, func(f *structure.Fields) {
				*f = structure.Fields{Name: "Autre", Address1: "1", Address2: "2", Address3: "3", Postcode: "4", Town: "5", Country: "BE", Label: "Neuf", VAT: f.VAT}
			}))

			after := w.get(id)
			typed := map[string][3]string{
				"name": {before.Name, after.Name, "Autre"}, "address1": {before.Address1, after.Address1, "1"}, "address2": {before.Address2, after.Address2, "2"},
				"postcode": {before.Postcode, after.Postcode, "4"}, "town": {before.Town, after.Town, "5"}, "country": {before.Country, after.Country, "BE"},
			}
			for field, v := range typed {
				if slices.Contains(x.fixed, field) {
					assert.Equal(t, v[0], v[1], "%s is the register's", field)
				} else {
					assert.Equal(t, v[2], v[1], "%s is typed", field)
				}
			}
			assert.Equal(t, "3", after.Address3)
			assert.Equal(t, "Neuf", after.Label)
		})
	}
}

// TestEditKeepsFixedFieldsOnceClosed: a SIRET that closed since keeps what the register said.
func TestEditKeepsFixedFieldsOnceClosed(t *testing.T) {
	w := newWorld(t)
	w.registry.says(siret(1), active("Du registre"))
	id := w.create(structure.Input{IdentifierType: "siret", Identifier: siret(1)})
	closed := active("Du registre")
	closed.Verdict, closed.ClosedOn = insee.Closed, "2026-05-31"
	w.registry.says(siret(1), closed)
	c, err := w.structures.Compare(w.admin, id)
	require.NoError(t, err)
	_, err = w.refreshes(w.admin, structure.Refresh{ID: id, Verdict: c.Found.Verdict, Shown: c.Differences})
	require.NoError(t, err)

	require.NoError(t, w.edit(id, func(f *structure.Fields) { f.Name, f.Town = "Autre", "Ailleurs" }))

	assert.Equal(t, "Du registre", w.get(id).Name)
	assert.Equal(t, "Lyon", w.get(id).Town)
}

var maskedTexts = []string{"[ND]", "[nd]", "[NON-DIFFUSIBLE]", "12 [ND] rue", "[ND] [ND]"}

// typed lists the texts of Fields that a person types freely, by the name of their field on the wire.
func typed() map[string]int {
	out, f := map[string]int{}, reflect.TypeOf(structure.Fields{})
	for i := range f.NumField() {
		if name := f.Field(i).Tag.Get("json"); f.Field(i).Type.Kind() == reflect.String && name != "" {
			out[name] = i
		}
	}
	return out
}

func TestEditRefusesMaskedTexts(t *testing.T) {
	w := newWorld(t)
	whole := w.european("private")
	person := w.create(structure.Input{IdentifierType: "individual", Fields: structure.Fields{FirstName: "Ada", LastName: "Martin"}})
	require.Greater(t, len(typed()), 20)
	for field, i := range typed() {
		id := whole
		if field == "firstName" || field == "lastName" || field == "country" { // a European structure's country is its identifier's
			id = person
		}
		for _, text := range maskedTexts {
			err := w.unchanged(func() error {
				return w.edit(id, func(f *structure.Fields) { reflect.ValueOf(f).Elem().Field(i).SetString(text) })
			})
			assert.Contains(t, problems(t, err, fault.Invalid), field, text)
		}
	}
}

func TestEditMandateDays(t *testing.T) {
	w := newWorld(t)
	id := w.european("private")
	for _, x := range []struct{ holder, from, until, refused string }{
		{"Cabinet", "2026-01-01", "2026-12-31", ""},
		{"Cabinet", "2026-01-01", "2026-01-01", ""},
		{"Cabinet", "2026-01-01", "", ""},
		{"Cabinet", "", "2026-01-01", ""},
		{"", "", "", ""},
		{"Cabinet", "2026-01-02", "2026-01-01", "mandateUntil"},
		{"Cabinet", "2026-01-02", "2025-12-31", "mandateUntil"},
		{"Cabinet", "2026-02-30", "", "mandateFrom"},
		{"Cabinet", "01/02/2026", "", "mandateFrom"},
		{"Cabinet", "", "demain", "mandateUntil"},
		{"", "2026-01-01", "", "mandateHolder"},
	} {
		err := w.edit(id, func(f *structure.Fields) { f.MandateHolder, f.MandateFrom, f.MandateUntil = x.holder, x.from, x.until })
		if x.refused == "" {
			assert.NoError(t, err, "%v", x)
		} else {
			assert.Contains(t, problems(t, err, fault.Invalid), x.refused, "%v", x)
		}
	}
}

func TestEditParameters(t *testing.T) {
	asked := structure.Parameters{EDI: true, CodeRequired: true, CommitmentRequired: true, CommitmentOrCode: true, PaymentHidden: true, MOA: "only"}
	none := structure.Parameters{MOA: "none"}
	for sphere, want := range map[string]structure.Parameters{"private": none, "state": asked, "local": asked} {
		t.Run(sphere, func(t *testing.T) {
			w := newWorld(t)
			created := w.create(structure.Input{IdentifierType: "pending", Identifier: "A1", Sphere: sphere, Fields: structure.Fields{Name: "Créée", Parameters: asked}})
			edited := w.pending("A2", sphere)
			require.NoError(t, w.edit(edited, func(f *structure.Fields) { f.Parameters = asked }))

			assert.Equal(t, want, w.get(created).Parameters)
			assert.Equal(t, want, w.get(edited).Parameters)
		})
	}
	t.Run("platform", func(t *testing.T) {
		w := newWorld(t)
		id := w.platform("A001", "Plate")
		require.NoError(t, w.edit(id, func(f *structure.Fields) { f.Parameters = asked }))
		assert.Equal(t, none, w.get(id).Parameters)
	})
}

// TestSupplier holds the sentence of facts/structures.md: the commitment number is required if its box is ticked, or if "ou" is ticked and no code is
// given.
func TestSupplier(t *testing.T) {
	for _, x := range []struct {
		code, commitment, or bool
		want                 string
		redundant            bool
	}{
		{false, false, false, "nothing", false},
		{true, false, false, "code", false},
		{false, true, false, "commitment", false},
		{true, true, false, "both", false},
		{false, false, true, "either", false},
		{true, false, true, "code", true},
		{false, true, true, "commitment", true},
		{true, true, true, "both", true},
	} {
		p := structure.Parameters{CodeRequired: x.code, CommitmentRequired: x.commitment, CommitmentOrCode: x.or}
		assert.Equal(t, x.want, p.Supplier(), "%+v", x)
		assert.Equal(t, x.redundant, p.Redundant(), "%+v", x)
	}
}

func (w *world) labels() []string {
	w.t.Helper()
	list, err := w.structures.Labels(w.admin)
	require.NoError(w.t, err)
	return list
}

func TestEditLabels(t *testing.T) {
	w := newWorld(t)
	one, two := w.pending("UN", ""), w.pending("DEUX", "")
	set := func(id int64, labels ...string) error {
		return w.edit(id, func(f *structure.Fields) { f.Labels = labels })
	}

	require.NoError(t, set(one, "Artisans", "  Lyon   centre ", "artisans", "ARTISANS"), "one written several ways is one")
	require.NoError(t, set(two, "Artisans", "Paie"))
	assert.Equal(t, []string{"Artisans", "Lyon centre"}, w.get(one).Labels)
	assert.Equal(t, []string{"Artisans", "Lyon centre", "Paie"}, w.labels())

	require.NoError(t, set(one, "Paie"), "removed here, kept there")
	assert.Equal(t, []string{"Paie"}, w.get(one).Labels)
	assert.Equal(t, []string{"Artisans", "Paie"}, w.get(two).Labels)
	assert.Equal(t, []string{"Artisans", "Paie"}, w.labels(), "what nothing bears any more is forgotten")

	require.NoError(t, set(two))
	require.NoError(t, set(one))
	assert.Empty(t, w.labels())
	assert.Zero(t, w.number("SELECT count(*) FROM labels"))
	assert.Zero(t, w.number("SELECT count(*) FROM structure_labels"))
}

func TestEditLabelsRefuses(t *testing.T) {
	w := newWorld(t)
	id := w.pending("UN", "")
	many := []string{}
	for i := range 21 {
		many = append(many, fmt.Sprint("Groupe ", i))
	}
	for what, list := range map[string][]string{"long": {strings.Repeat("a", 41)}, "many": many, "control": {"a\u200bb"}} {
		err := w.unchanged(func() error { return w.edit(id, func(f *structure.Fields) { f.Labels = list }) })
		assert.Contains(t, problems(t, err, fault.Invalid), "labels", what)
	}
	assert.NoError(t, w.edit(id, func(f *structure.Fields) { f.Labels = many[:20] }))
}

func TestRelabel(t *testing.T) {
	w := newWorld(t)
	one, two := w.pending("UN", ""), w.pending("DEUX", "")
	require.NoError(t, w.changes.Run(w.admin, structure.Relabel{Structures: []int64{one, two}, Add: []string{"Artisans", "Lyon"}}))

	require.NoError(t, w.changes.Run(w.admin, structure.Relabel{Structures: []int64{one, two}, Add: []string{"Paie"}, Remove: []string{"ARTISANS"}}))

	assert.Equal(t, []string{"Lyon", "Paie"}, w.get(one).Labels)
	assert.Equal(t, []string{"Lyon", "Paie"}, w.get(two).Labels)
	assert.Equal(t, []string{"Lyon", "Paie"}, w.labels())
}

// TestRelabelRefusesAsOne: all or none.
func TestRelabelRefusesAsOne(t *testing.T) {
	w := newWorld(t)
	one, two := w.pending("UN", ""), w.pending("DEUX", "")
	_, manager := w.person("internal", "gerant", one, 0, manage)

	err := w.unchanged(func() error {
		return w.changes.Run(manager, structure.Relabel{Structures: []int64{one, two}, Add: []string{"Artisans"}})
	})

	assert.True(t, fault.Is(err, fault.Forbidden), "%v", err)
}

// TestLabelsOfWhatIsSeen: somebody who sees some structures chooses among their labels.
func TestLabelsOfWhatIsSeen(t *testing.T) {
	w := newWorld(t)
	one, two := w.pending("UN", ""), w.pending("DEUX", "")
	require.NoError(t, w.edit(one, func(f *structure.Fields) { f.Labels = []string{"Visible"} }))
	require.NoError(t, w.edit(two, func(f *structure.Fields) { f.Labels = []string{"Secret"} }))
	_, reader := w.person("internal", "lecteur", one, 0, consult)

	list, err := w.structures.Labels(reader)

	require.NoError(t, err)
	assert.Equal(t, []string{"Visible"}, list)
}

func TestEditResponsible(t *testing.T) {
	w := newWorld(t)
	id := w.european("private")
	inside, _ := w.person("internal", "dedans", 0, 0)
	outside, _ := w.person("external", "dehors", 0, 0)
	gone, _ := w.person("internal", "parti", 0, 0)
	w.script(func(ctx context.Context, tx *db.Tx, by ledger.By) error {
		row := w.number("SELECT id FROM user_states WHERE user_id = ?", gone)
		if err := ledger.EndUserState(ctx, tx, row, tx.At, by); err != nil {
			return err
		}
		_, err := ledger.OpenUserState(ctx, tx, gone, false, forever(tx), by)
		return err
	})
	set := func(kind string, user int64) error {
		return w.edit(id, func(f *structure.Fields) { f.Responsible, f.ResponsibleID = kind, user })
	}

	assert.Equal(t, "principal", w.get(id).Responsible, "the default")
	require.NoError(t, set("user", inside))
	assert.Equal(t, "Jo dedans", w.get(id).ResponsibleName)
	require.NoError(t, set("firm", 0))
	assert.Empty(t, w.get(id).ResponsibleName)
	for what, user := range map[string]int64{"external": outside, "disabled": gone, "none": 0} {
		assert.Contains(t, problems(t, w.unchanged(func() error { return set("user", user) }), fault.Invalid), "responsible", what)
	}
}

// TestEditRefusesAResponsibleWhoIsNotThere: a wrong value of a field is told beside it.
func TestEditRefusesAResponsibleWhoIsNotThere(t *testing.T) {
	w := newWorld(t)
	id := w.european("private")

	err := w.unchanged(func() error {
		return w.edit(id, func(f *structure.Fields) { f.Responsible, f.ResponsibleID = "user", 9999 })
	})

	assert.Contains(t, problems(t, err, fault.Invalid), "responsible")
}

func TestEditRefuses(t *testing.T) {
	w := newWorld(t)
	id := w.european("private")
	_, reader := w.person("internal", "lecteur", id, 0, consult)
	_, nobody := w.person("internal", "personne", 0, 0)
	base := w.get(id)
	in := structure.Edit{ID: id, Version: base.Version, Mine: base.Fields, Base: base.Fields}
	for what, ctx := range map[string]context.Context{"reader": reader, "nobody": nobody} {
		assert.True(t, fault.Is(w.unchanged(func() error { return w.changes.Run(ctx, in) }), fault.Forbidden), what)
	}
	assert.True(t, fault.Is(w.unchanged(func() error { return w.changes.Run(context.Background(), in) }), fault.Unauthenticated))
	in.ID = 9999
	assert.True(t, fault.Is(w.unchanged(func() error { return w.changes.Run(w.admin, in) }), fault.Forbidden), "what is not there is like what is inactive")
	in.ID = id
	w.run(&structure.SetState{Structure: id})
	assert.Error(t, w.unchanged(func() error { return w.changes.Run(w.admin, in) }), "an inactive structure is not edited")
}

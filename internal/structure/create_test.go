package structure_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/internal/department"
	"habilis/internal/directory"
	"habilis/internal/fault"
	"habilis/internal/insee"
	"habilis/internal/ledger"
	"habilis/internal/list"
	"habilis/internal/platform"
	"habilis/internal/structure"
)

// TestCreate makes a structure of each of the seven types, with identifiers as people type them.
func TestCreate(t *testing.T) {
	number := siret(7)
	spaced := number[:3] + " " + number[3:6] + "\u00a0" + number[6:9] + "." + number[9:]
	for _, x := range []struct{ kind, typed, raw, shown string }{
		{"siret", spaced, number, number[:3] + "\u00a0" + number[3:6] + "\u00a0" + number[6:9] + "\u00a0" + number[9:]},
		{"siret", "356 000 000 00048", "35600000000048", "356\u00a0000\u00a0000\u00a000048"},   // La Poste
		{"siret", "356 000 000 49837", "35600000049837", "356\u00a0000\u00a0000\u00a049837"},   // La Poste, by the sum of its digits
		{"eu", "de 136 695 976", "DE136695976", "DE\u00a0136695976"},                           // Germany
		{"eu", "BE0428759497", "BE0428759497", "BE\u00a00428759497"},                           // Belgium
		{"eu", "EL 094259216", "EL094259216", "EL\u00a0094259216"},                             // Greece is EL
		{"non_eu", "US Acme Corp.", "USACMECORP", "USACMECORP"},                                //
		{"non_eu", "FRWFMATAUTU0123456", "FRWFMATAUTU0123456", "FRWFMATAUTU0123456"},           // Wallis-et-Futuna: FRWF and 14
		{"ridet", "0123456 001", "123456001", "123456\u00a0001"},                               // the zero that some write before it
		{"ridet", "123456.001", "123456001", "123456\u00a0001"},                                // 9 digits
		{"tahiti", "a12345 001", "A12345001", "A12345\u00a0001"},                               //
		{"tahiti", "012345001", "012345001", "012345\u00a0001"},                                //
		{"pending", "crea-2026-01", "CREA-2026-01", "CREA-2026-01"},                            //
		{"pending", strings.Repeat("Z", 18), strings.Repeat("Z", 18), strings.Repeat("Z", 18)}, // the longest
		{"individual", "1 84 12 76 451 089 46", "P000001", "P000001"},                          // never the social-security number
	} {
		t.Run(x.kind+" "+x.typed, func(t *testing.T) {
			w := newWorld(t)
			w.registry.says(x.raw, active("Du registre"))
			in := structure.Input{IdentifierType: x.kind, Identifier: x.typed, Sphere: "private", Fields: structure.Fields{Name: "Tapé", Label: "Essai"}}
			if x.kind == "individual" {
				in.FirstName, in.LastName = "Ada", "Martin"
			}

			id := w.create(in)

			s := w.get(id)
			assert.Equal(t, x.kind, s.IdentifierType)
			assert.Equal(t, x.raw, s.Raw)
			assert.Equal(t, x.shown, s.Identifier)
			assert.True(t, s.Active, "« Activer tout de suite » is ticked by default")
			assert.True(t, s.Managed, "its creator is principal manager")
			assert.Equal(t, "Essai", s.Label)
			switch x.kind {
			case "siret":
				assert.Equal(t, "Du registre", s.Name, "from INSEE")
				assert.Equal(t, "Lyon", s.Town)
				assert.Equal(t, "active", s.Verified.Verdict)
			case "individual":
				assert.Contains(t, s.Name, "Ada")
				assert.Contains(t, s.Name, "Martin")
			default:
				assert.Equal(t, "Tapé", s.Name)
			}
			assert.EqualValues(t, 1, w.number("SELECT count(*) FROM principals WHERE structure_id = ? AND user_id = 1", id))
			assert.EqualValues(t, 1, w.number("SELECT count(*) FROM memberships WHERE structure_id = ? AND user_id = 1 AND department_id IS NULL", id))
		})
	}
}

func TestCreateRefuses(t *testing.T) {
	long := strings.Repeat("A", 17)
	for kind, list := range map[string][]string{
		"siret":   {"", siret(7)[:13], siret(7) + "0", siret(7)[:13] + "X", "00000000000000", wrongKey(siret(7)), "12345678900001"},
		"eu":      {"", "FR40303265045", "GR094259216", "DE136695977", "ZZ136695976", "DE13669597", "EL09425921"},
		"non_eu":  {"", "US", "FRACME", "DEACME", "ZZACME", "US" + long, "FRWF", "US#ACME", "GPACME"},
		"ridet":   {"", "123456", "1234567", "12345678", "12345678901", "12345A001", "0000000000"},
		"tahiti":  {"", "A12345", "A1234500", "A123450011", "AB2345001", "A1234500X", "*12345001"},
		"pending": {"", strings.Repeat("Z", 19), "A_B", "É2026", "---", "A/B"},
	} {
		w := newWorld(t)
		w.registry.other = active("Du registre")
		for _, identifier := range list {
			err := w.unchanged(func() error {
				_, err := w.tryCreate(w.admin, structure.Input{IdentifierType: kind, Identifier: identifier, Fields: structure.Fields{Name: "Tapé"}})
				return err
			})
			assert.Contains(t, problems(t, err, fault.Invalid), "identifier", "%s %q", kind, identifier)
		}
	}
}

// wrongKey changes the last digit.
func wrongKey(number string) string {
	return number[:13] + fmt.Sprint((int(number[13]-'0')+1)%10)
}

func TestCreateIndividualRefuses(t *testing.T) {
	w := newWorld(t)
	for what, f := range map[string]structure.Fields{
		"firstName": {LastName: "Martin"}, "lastName": {FirstName: "Ada"}, "masked": {FirstName: "[ND]", LastName: "Martin"}, "long": {FirstName: strings.Repeat("a", 101), LastName: "Martin"},
	} {
		f.Name = "Ada Martin" // typed in the wrong place
		err := w.unchanged(func() error {
			_, err := w.tryCreate(w.admin, structure.Input{IdentifierType: "individual", Fields: f})
			return err
		})
		field := what
		if what == "masked" || what == "long" {
			field = "firstName"
		}
		assert.Contains(t, problems(t, err, fault.Invalid), field, what)
	}
}

func TestCreateTellsAllProblemsAtOnce(t *testing.T) {
	w := newWorld(t)
	_, err := w.tryCreate(w.admin, structure.Input{IdentifierType: "siret", Identifier: "123", Sphere: "parfois", Fields: structure.Fields{Email: "x", Phone: "y", VAT: "z"}})
	assert.Subset(t, keys(problems(t, err, fault.Invalid)), []string{"identifier", "name", "sphere", "email", "phone", "vat"})

	_, err = w.tryCreate(w.admin, structure.Input{})
	assert.Subset(t, keys(problems(t, err, fault.Invalid)), []string{"identifierType", "identifier", "name"})

	_, err = w.tryCreate(w.admin, structure.Input{IdentifierType: "siren", Identifier: "303265045", Fields: structure.Fields{Name: "x"}})
	assert.Contains(t, problems(t, err, fault.Invalid), "identifierType")

	_, err = w.tryCreate(w.admin, structure.Input{IdentifierType: "pending", Identifier: "A", Sphere: "platform", Fields: structure.Fields{Name: "x"}})
	assert.Contains(t, problems(t, err, fault.Invalid), "sphere", "a platform has a matricule")
}

func TestCreateRefusesMaskedTexts(t *testing.T) {
	w := newWorld(t)
	for field, i := range typed() {
		in := structure.Input{IdentifierType: "pending", Identifier: "A1", Fields: structure.Fields{Name: "Tapé"}}
		if field == "firstName" || field == "lastName" {
			in.IdentifierType, in.FirstName, in.LastName = "individual", "Ada", "Martin"
		}
		reflect.ValueOf(&in.Fields).Elem().Field(i).SetString("[NON-DIFFUSIBLE]")
		err := w.unchanged(func() error { _, err := w.tryCreate(w.admin, in); return err })
		assert.Contains(t, problems(t, err, fault.Invalid), field)
	}
}

// TestCreateAsTheRegisterSays: what INSEE says of a SIRET decides whether it is kept, and as what.
func TestCreateAsTheRegisterSays(t *testing.T) {
	closed := active("Fermée")
	closed.Verdict, closed.ClosedOn = insee.Closed, "2025-03-31"
	unknown := insee.Found{Verdict: insee.Unknown, Source: insee.SourceSirene}
	type result struct {
		found   insee.Found
		refused string
		verdict string
		name    string
		town    string
	}
	for what, x := range map[string]result{
		"active":       {active("Du registre"), "", "active", "Du registre", "Lyon"},
		"partial":      {partial(), "", "active", "Tapé", ""},
		"absent":       {absent(), "", "unknown", "Tapé", "Tapée"},
		"unverifiable": {unverifiable(), "", "unverifiable", "Tapé", "Tapée"},
		"closed":       {closed, "siret.closed", "", "", ""},
		"unknown":      {unknown, "siret.unknown", "", "", ""},
	} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t)
			w.registry.says(siret(1), x.found)
			in := structure.Input{IdentifierType: "siret", Identifier: siret(1), Fields: structure.Fields{Name: "Tapé", Town: "Tapée", Address1: "1 rue", Label: "L"}}
			if x.refused != "" {
				err := w.unchanged(func() error { _, err := w.tryCreate(w.admin, in); return err })
				f, _ := fault.As(err)
				assert.Equal(t, x.refused, problems(t, err, fault.Invalid)["identifier"])
				if what == "closed" {
					assert.Equal(t, "2025-03-31", f.Problems[0].Params["day"], "with its date")
				}
				return
			}
			s := w.get(w.create(in))
			assert.Equal(t, x.verdict, s.Verified.Verdict)
			assert.Equal(t, x.name, s.Name)
			assert.Equal(t, x.town, s.Town)
			assert.Equal(t, x.found.Partial, s.Verified.Partial)
			assert.NotContains(t, fmt.Sprintf("%+v", s), "[N", "what is masked is no data")
		})
	}
	t.Run("no register allowed", func(t *testing.T) {
		w := newWorld(t)
		w.registry.off = true
		s := w.get(w.create(structure.Input{IdentifierType: "siret", Identifier: siret(1), Fields: structure.Fields{Name: "Tapé"}}))
		assert.Equal(t, "unverifiable", s.Verified.Verdict)
		assert.Empty(t, w.registry.calls())
	})
	t.Run("partial, and no name typed", func(t *testing.T) {
		w := newWorld(t)
		w.registry.says(siret(1), partial())
		_, err := w.tryCreate(w.admin, structure.Input{IdentifierType: "siret", Identifier: siret(1)})
		assert.Contains(t, problems(t, err, fault.Invalid), "name")
	})
}

// TestCreateAsksOnce: the check while the identifier is typed and the saving ask the register once.
func TestCreateAsksOnce(t *testing.T) {
	w := newWorld(t)
	w.registry.says(siret(1), active("Du registre"))
	look, err := w.structures.Look(w.admin, structure.Typed{IdentifierType: "siret", Identifier: siret(1), Ask: true})
	require.NoError(t, err)
	assert.Equal(t, "Du registre", look.Found.Name)
	w.create(structure.Input{IdentifierType: "siret", Identifier: siret(1)})
	assert.Len(t, w.registry.calls(), 1)
}

func TestCreateLater(t *testing.T) {
	w := newWorld(t)
	id := w.create(structure.Input{IdentifierType: "pending", Identifier: "PLUS-TARD", Later: true, Fields: structure.Fields{Name: "Plus tard"}})
	s := w.get(id)
	assert.False(t, s.Active)
	assert.True(t, s.Managed)
	assert.Zero(t, w.number("SELECT count(*) FROM structure_states WHERE structure_id = ? AND state = 'active'", id), "never activated")

	w.pass(day)
	w.run(&structure.SetState{Structure: id, Active: true})

	assert.True(t, w.get(id).Active, "it can be activated later")
	require.NoError(t, w.edit(id, func(f *structure.Fields) { f.Label = "Active" }))
}

func TestParticulierNumbers(t *testing.T) {
	w := newWorld(t)
	add := func(first string) string {
		id := w.create(structure.Input{IdentifierType: "individual", Identifier: "P000999", Fields: structure.Fields{FirstName: first, LastName: "Martin"}})
		return w.get(id).Raw
	}
	assert.Equal(t, "P000001", add("Ada"))
	assert.Equal(t, "P000002", add("Béa"))
	third := w.create(structure.Input{IdentifierType: "individual", Fields: structure.Fields{FirstName: "Cléo", LastName: "Martin"}})
	w.run(&structure.Cancel{Structure: third})
	again := add("Dora")
	assert.NotContains(t, []string{"P000001", "P000002"}, again)
	w.exec("UPDATE structures SET identifier = 'P999999' WHERE identifier = ?", again)
	assert.Equal(t, "P1000000", add("Ève"))
	assert.Equal(t, "P1000001", add("Fée"))
}

func TestCreateRefusesATakenIdentifier(t *testing.T) {
	w := newWorld(t)
	w.registry.other = active("Du registre")
	for _, x := range [][3]string{
		{"siret", siret(1), siret(1)[:9] + " " + siret(1)[9:]}, {"eu", "DE136695976", "de 136.695.976"}, {"eu", "BE0428759497", "BE428759497"}, {"non_eu", "USACME", "us acme"},
		{"ridet", "0123456001", "0123456 001"}, {"tahiti", "A12345001", "a12345 001"}, {"pending", "CREA-1", "crea-1"},
	} {
		w.create(structure.Input{IdentifierType: x[0], Identifier: x[1], Fields: structure.Fields{Name: "Première"}})
		err := w.unchanged(func() error {
			_, err := w.tryCreate(w.admin, structure.Input{IdentifierType: x[0], Identifier: x[2], Fields: structure.Fields{Name: "Seconde"}})
			return err
		})
		assert.Equal(t, map[string]string{"identifier": "structure.exists"}, problems(t, err, fault.Invalid), "%v", x)
	}
	w.create(structure.Input{IdentifierType: "pending", Identifier: "USACME", Fields: structure.Fields{Name: "Autre type"}})
}

// TestCreateRefusesATakenIdentifierLate: two forms open at once; the first to submit has it.
func TestCreateRefusesATakenIdentifierLate(t *testing.T) {
	w := newWorld(t)
	in := structure.Input{IdentifierType: "pending", Identifier: "DEUX", Fields: structure.Fields{Name: "Deux"}}
	one, err := w.structures.Creation(w.admin, in)
	require.NoError(t, err)
	two, err := w.structures.Creation(w.admin, in)
	require.NoError(t, err)
	w.run(one)

	err = w.unchanged(func() error { return w.changes.Run(w.admin, two) })

	assert.Equal(t, map[string]string{"identifier": "structure.exists"}, problems(t, err, fault.Invalid))
}

func TestLook(t *testing.T) {
	w := newWorld(t)
	id := w.pending("VUE", "")
	_, stranger := w.person("internal", "ailleurs", w.pending("AUTRE", ""), 0, manage)

	look, err := w.structures.Look(w.admin, structure.Typed{IdentifierType: "pending", Identifier: " vue "})
	require.NoError(t, err)
	assert.Equal(t, structure.Look{Canonical: "VUE", Formatted: "VUE", Exists: true, ID: id, Name: "Maison VUE"}, look)
	look, err = w.structures.Look(stranger, structure.Typed{IdentifierType: "pending", Identifier: "VUE"})
	require.NoError(t, err)
	assert.Equal(t, structure.Look{Canonical: "VUE", Formatted: "VUE", Exists: true}, look, "named only to one who may see it")
	look, err = w.structures.Look(w.admin, structure.Typed{IdentifierType: "pending", Identifier: "LIBRE"})
	require.NoError(t, err)
	assert.False(t, look.Exists)
	_, err = w.structures.Look(w.admin, structure.Typed{IdentifierType: "pending", Identifier: "?"})
	assert.Contains(t, problems(t, err, fault.Invalid), "identifier")
}

func TestSuggest(t *testing.T) {
	w := newWorld(t)
	for _, x := range [][3]string{
		{"US", "Acme Corporation of America", "USACMECORPORATIONO"}, {"us", "Acme", "USACME"}, {"CH", "Crémerie d’Évian", "CHCREMERIEDEVIAN"},
		{"WF", "Société des Pêcheurs d’Uvea", "FRWFSOCIETEDESPECH"}, {"DE", "Bäckerei", ""}, {"ZZ", "Acme", ""}, {"US", "", ""},
	} {
		got, err := w.structures.Suggest(w.admin, structure.Foreign{Country: x[0], Name: x[1]})
		require.NoError(t, err)
		assert.Equal(t, x[2], got, "%v", x)
		assert.LessOrEqual(t, len(got), 18)
	}
}

func TestCreateRefusesWithoutTheRight(t *testing.T) {
	w := newWorld(t)
	id := w.pending("UN", "")
	_, reader := w.person("internal", "lecteur", id, 0, consult)
	_, manager := w.person("internal", "gerant", id, 0, manage)
	in := structure.Input{IdentifierType: "pending", Identifier: "NEUVE", Fields: structure.Fields{Name: "Neuve"}}
	err := w.unchanged(func() error { _, err := w.tryCreate(reader, in); return err })
	assert.True(t, fault.Is(err, fault.Forbidden), "%v", err)

	made, err := w.tryCreate(manager, in)

	require.NoError(t, err, "structure.create on some scope suffices")
	s, err := w.structures.Get(manager, made)
	require.NoError(t, err, "its creator is attached to it")
	assert.Equal(t, "Neuve", s.Name)
}

func TestArrived(t *testing.T) {
	w := newWorld(t)
	w.registry.says(siret(1), active("Du registre"))
	id := w.create(structure.Input{IdentifierType: "pending", Identifier: "CREA-1", Fields: structure.Fields{Name: "Provisoire", Label: "L", Town: "Ici"}})

	_, err := w.identifies(w.admin, structure.Identify{ID: id, SIRET: siret(1)[:9] + " " + siret(1)[9:]})

	require.NoError(t, err)
	s := w.get(id)
	assert.Equal(t, "siret", s.IdentifierType)
	assert.Equal(t, siret(1), s.Raw)
	assert.Equal(t, "Du registre", s.Name)
	assert.Equal(t, "Lyon", s.Town)
	assert.Equal(t, "L", s.Label)
	assert.Equal(t, "active", s.Verified.Verdict)
	assert.Equal(t, []string{"CREA-1"}, s.Former, "history kept")
	assert.True(t, strings.HasPrefix(s.VAT, "FR") && strings.HasSuffix(s.VAT, siret(1)[:9]), s.VAT)
	list, err := directory.NewService(w.d).List(w.admin, directory.Wanted{Query: list.Query{Search: siret(1)}})
	require.NoError(t, err)
	assert.Len(t, list.Rows, 1, "found by its SIRET")
	w.pending("CREA-1", "") // the provisional one is free again
}

func TestArrivedRefuses(t *testing.T) {
	w := newWorld(t)
	closed := active("Fermée")
	closed.Verdict, closed.ClosedOn = insee.Closed, "2025-03-31"
	w.registry.says(siret(1), active("Déjà là"))
	w.registry.says(siret(2), closed)
	w.registry.says(siret(3), insee.Found{Verdict: insee.Unknown, Source: insee.SourceSirene})
	w.registry.says(siret(4), active("Bonne"))
	there := w.create(structure.Input{IdentifierType: "siret", Identifier: siret(1)})
	id := w.pending("CREA-1", "")
	_, reader := w.person("internal", "lecteur", id, 0, consult)
	arrived := func(ctx context.Context, id int64, number string) error {
		return w.unchanged(func() error {
			_, err := w.identifies(ctx, structure.Identify{ID: id, SIRET: number})
			return err
		})
	}

	assert.Equal(t, "structure.exists", problems(t, arrived(w.admin, id, siret(1)), fault.Invalid)["identifier"], "taken")
	assert.Equal(t, "siret.closed", problems(t, arrived(w.admin, id, siret(2)), fault.Invalid)["identifier"])
	assert.Equal(t, "siret.unknown", problems(t, arrived(w.admin, id, siret(3)), fault.Invalid)["identifier"])
	for _, malformed := range []string{"", "123", wrongKey(siret(4)), siret(4) + "1"} {
		assert.Contains(t, problems(t, arrived(w.admin, id, malformed), fault.Invalid), "identifier", malformed)
	}
	assert.True(t, fault.Is(arrived(reader, id, siret(4)), fault.Forbidden))
	assert.True(t, fault.Is(arrived(w.admin, there, siret(4)), fault.Refused), "only a provisional identifier is replaced")
}

// TestArrivedOffline: the SIRET is kept as to be verified, and what was typed stays.
func TestArrivedOffline(t *testing.T) {
	w := newWorld(t)
	id := w.pending("CREA-1", "")

	_, err := w.identifies(w.admin, structure.Identify{ID: id, SIRET: siret(1)})

	require.NoError(t, err)
	assert.Equal(t, "unverifiable", w.get(id).Verified.Verdict)
	assert.Equal(t, "Maison CREA-1", w.get(id).Name)
}

// TestArrivedKeepsTheVATNumber: a VAT number that was typed is not replaced by the one that follows from the SIRET.
func TestArrivedKeepsTheVATNumber(t *testing.T) {
	w := newWorld(t)
	const typed = "FR40303265045" // that of its group
	id := w.create(structure.Input{IdentifierType: "pending", Identifier: "CREA-1", Fields: structure.Fields{Name: "Provisoire", VAT: typed}})

	_, err := w.identifies(w.admin, structure.Identify{ID: id, SIRET: siret(1)})

	require.NoError(t, err)
	assert.Equal(t, siret(1), w.get(id).Raw)
	assert.Equal(t, typed, w.get(id).VAT)
}

// cancelled gives what must hold once a creation was cancelled.
func (w *world) gone(id int64, identifier string) {
	w.t.Helper()
	_, err := w.structures.Get(w.admin, id)
	assert.True(w.t, fault.Is(err, fault.NotFound), "Get: %v", err)
	all, err := directory.NewService(w.d).List(w.admin, directory.Wanted{})
	require.NoError(w.t, err)
	for _, r := range all.Rows {
		assert.NotEqual(w.t, id, r.ID, "List")
	}
	total, err := directory.NewService(w.d).Count(w.admin, directory.Wanted{})
	n := total.N
	require.NoError(w.t, err)
	assert.EqualValues(w.t, len(all.Rows), n, "Count")
	for _, q := range []list.Query{{Search: identifier}, {Search: "Maison"}} {
		for _, only := range [][]int64{nil, {id}} {
			list, err := directory.NewService(w.d).List(w.admin, directory.Wanted{Query: q, Only: only})
			require.NoError(w.t, err)
			for _, r := range list.Rows {
				assert.NotEqual(w.t, id, r.ID, "search %q", q.Search)
			}
		}
	}
	look, err := w.structures.Look(w.admin, structure.Typed{IdentifierType: "pending", Identifier: identifier})
	require.NoError(w.t, err)
	assert.False(w.t, look.Exists, "Look")
}

func TestCancel(t *testing.T) {
	w := newWorld(t)
	w.pending("AUTRE", "")
	id := w.pending("ERREUR", "")
	assert.True(t, w.get(id).Cancellable)

	w.run(&structure.Cancel{Structure: id})

	w.gone(id, "ERREUR")
	again := w.pending("ERREUR", "")
	assert.NotEqual(t, id, again, "its identifier is free again")
	assert.EqualValues(t, 1, w.number("SELECT count(*) FROM journal WHERE action = 'structure.cancelled' AND structure_id = ?", id), "the journal keeps it")
	assert.Zero(t, w.number("SELECT count(*) FROM memberships WHERE structure_id = ? AND until_at > ?", id, w.clock.Now().UnixMilli()+1000))
	assert.Zero(t, w.number("SELECT count(*) FROM principals WHERE structure_id = ? AND until_at > ?", id, w.clock.Now().UnixMilli()+1000))
	err := w.unchanged(func() error { return w.changes.Run(w.admin, &structure.Cancel{Structure: id}) })
	assert.True(t, fault.Is(err, fault.NotFound), "twice: %v", err)
}

// TestCancelByItsCreator: somebody who is nothing but principal manager there.
func TestCancelByItsCreator(t *testing.T) {
	w := newWorld(t)
	_, manager := w.person("internal", "gerant", w.pending("UN", ""), 0, manage)
	_, reader := w.person("internal", "lecteur", 0, 0, read)
	id, err := w.tryCreate(manager, structure.Input{IdentifierType: "pending", Identifier: "ERREUR", Fields: structure.Fields{Name: "Maison"}})
	require.NoError(t, err)
	err = w.unchanged(func() error { return w.changes.Run(reader, &structure.Cancel{Structure: id}) })
	assert.True(t, fault.Is(err, fault.Forbidden), "%v", err)

	require.NoError(t, w.changes.Run(manager, &structure.Cancel{Structure: id}))

	w.gone(id, "ERREUR")
	_, err = w.structures.Get(manager, id)
	assert.True(t, fault.Is(err, fault.NotFound), "%v", err)
}

// TestCancelForgetsLabels: a label that only the cancelled structure bore is used by nothing any more.
func TestCancelForgetsLabels(t *testing.T) {
	w := newWorld(t)
	id := w.create(structure.Input{IdentifierType: "pending", Identifier: "ERREUR", Fields: structure.Fields{Name: "Maison", Labels: []string{"Seul"}}})
	require.Equal(t, []string{"Seul"}, w.labels())

	w.run(&structure.Cancel{Structure: id})

	assert.Empty(t, w.labels())
}

// TestCancelRefuses: only while nothing but its creator refers to it, now or in the past.
func TestCancelRefuses(t *testing.T) {
	for what, refer := range map[string]func(w *world, id int64){
		"a second person":          func(w *world, id int64) { w.person("internal", "autre", id, 0) },
		"a person who left":        func(w *world, id int64) { u, _ := w.person("internal", "autre", id, 0); w.detach(u, id) },
		"a profile of its maker":   func(w *world, id int64) { w.give(1, id, read) },
		"a department":             func(w *world, id int64) { w.department(id, "A") },
		"a request":                func(w *world, id int64) { w.ask(id) },
		"another manager":          func(w *world, id int64) { w.transfer(id) },
		"a ceiling":                func(w *world, id int64) { w.ceiling(id) },
		"a contract as a client":   func(w *world, id int64) { w.contract(w.platform("A001", "Plate"), id) },
		"a successor":              func(w *world, id int64) { w.succeed(id, w.pending("SUITE", "")) },
		"being itself a successor": func(w *world, id int64) { w.succeed(w.pending("AVANT", ""), id) },
	} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t)
			id := w.pending("UTILE", "")
			require.True(t, w.get(id).Cancellable)
			refer(w, id)

			err := w.unchanged(func() error { return w.changes.Run(w.admin, &structure.Cancel{Structure: id}) })

			assert.True(t, fault.Is(err, fault.Refused), "%v", err)
			assert.False(t, w.get(id).Cancellable, "the record says so too")
		})
	}
	t.Run("a contract as a platform", func(t *testing.T) {
		w := newWorld(t)
		id := w.platform("A001", "Plate")
		w.contract(id, w.pending("CLIENT", ""))
		err := w.unchanged(func() error { return w.changes.Run(w.admin, &structure.Cancel{Structure: id}) })
		assert.True(t, fault.Is(err, fault.Refused), "%v", err)
	})
}

// TestCancelledIsOutOfReach: nothing brings a cancelled structure back.
func TestCancelledIsOutOfReach(t *testing.T) {
	for what, f := range map[string]func(w *world, id int64) error{
		"edit": func(w *world, id int64) error {
			return w.changes.Run(w.admin, structure.Edit{ID: id, Version: 2, Mine: structure.Fields{Name: "x"}})
		},
		"activate": func(w *world, id int64) error {
			return w.changes.Run(w.admin, &structure.SetState{Structure: id, Active: true})
		},
		"activate several": func(w *world, id int64) error {
			return w.changes.Run(w.admin, &structure.SetStates{Structures: []int64{id}, Active: true})
		},
		"department": func(w *world, id int64) error {
			return w.changes.Run(w.admin, &department.CreateDepartment{Structure: id, Code: "A", Fields: department.Fields{Label: "A"}})
		},
		"label": func(w *world, id int64) error {
			return w.changes.Run(w.admin, structure.Relabel{Structures: []int64{id}, Add: []string{"x"}})
		},
		"arrived": func(w *world, id int64) error {
			_, err := w.identifies(w.admin, structure.Identify{ID: id, SIRET: siret(1)})
			return err
		},
		"compare":     func(w *world, id int64) error { _, err := w.structures.Compare(w.admin, id); return err },
		"departments": func(w *world, id int64) error { _, err := department.NewService(w.d).List(w.admin, id); return err },
		"attach":      func(w *world, id int64) error { return w.changes.Run(w.admin, attach(1, id)) },
		"contract": func(w *world, id int64) error {
			return w.changes.Run(w.admin, platform.AddContract{Platform: w.platform("A001", "P"), Client: id, Reference: "C", Powers: []string{"issue"}, From: "2026-06-01"})
		},
	} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t)
			id := w.pending("ERREUR", "")
			w.run(&structure.Cancel{Structure: id})

			err := f(w, id)

			_, told := fault.As(err)
			assert.True(t, told, "%v", err)
			assert.Zero(t, w.number("SELECT count(*) FROM structures WHERE cancelled_at > 0 AND active = 1"), "it is active again")
			assert.Zero(t, w.number("SELECT count(*) FROM memberships WHERE structure_id = ? AND until_at > from_at AND until_at > (SELECT max(at) FROM journal)", id))
		})
	}
}

func (w *world) succeed(old, new int64) {
	w.exec("UPDATE structures SET predecessor_id = ? WHERE id = ?", old, new)
}

func (w *world) ceiling(id int64) {
	w.script(func(ctx context.Context, tx *db.Tx, by ledger.By) error {
		_, err := ledger.OpenCeiling(ctx, tx, id, "firm structure people", forever(tx), by)
		return err
	})
}

func (w *world) contract(dealer, client int64) {
	w.t.Helper()
	err := w.changes.Run(w.admin, platform.AddContract{Platform: dealer, Client: client, Reference: "C", Powers: []string{"issue"}, From: "2026-06-01"})
	require.NoError(w.t, err)
}

// transfer makes another person principal manager, and takes the creator away.
func (w *world) transfer(id int64) {
	w.t.Helper()
	user, _ := w.person("internal", "suivant", id, 0)
	row := w.number("SELECT id FROM principals WHERE structure_id = ? ORDER BY id DESC LIMIT 1", id)
	w.script(func(ctx context.Context, tx *db.Tx, by ledger.By) error {
		if err := ledger.EndPrincipal(ctx, tx, row, tx.At, by); err != nil {
			return err
		}
		_, err := ledger.OpenPrincipal(ctx, tx, user, id, "transferred", forever(tx), by)
		return err
	})
	w.detach(1, id)
}

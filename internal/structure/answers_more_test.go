package structure_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/directory"
	"habilis/internal/insee/inseetest"
	"habilis/internal/list"
	"habilis/internal/structure"
)

// wire is a record as the pages get it: fields by their names.
func wire(t *testing.T, s structure.Structure) (text string, fields map[string]any) {
	t.Helper()
	b, err := json.Marshal(s)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &fields))
	return string(b), fields
}

// TestEnseigneTellsEstablishmentsApart: of one unit at one address, each is found by its own sign, which
// stands in its record.
func TestEnseigneTellsEstablishmentsApart(t *testing.T) {
	signed := func(a inseetest.Answer) bool { return a.Record.Sign != "" }
	made := map[string]int64{}
	each(t, signed, func(t *testing.T, k *asking, a inseetest.Answer) {
		id, err := k.tryCreate(k.admin, siretInput(a.SIRET))
		require.NoError(t, err)
		made[a.Name] = id

		list, err := directory.NewService(k.d).List(k.admin, directory.Wanted{Query: list.Query{Search: a.Record.Sign}})

		require.NoError(t, err)
		assert.Contains(t, rowIDs(list.Rows), id, "found by %q", a.Record.Sign)
		for other, id := range made {
			if other != a.Name && inseetest.Get(t, other).Record.Sign != a.Record.Sign {
				assert.NotContains(t, rowIDs(list.Rows), id, "%s has another sign", other)
			}
		}
		text, _ := wire(t, k.get(id))
		assert.Contains(t, text, a.Record.Sign)
		k.assertSavable(t, id)
	})
}

// TestEnseigneIsNeverMasked: what the register masks is no sign.
func TestEnseigneIsNeverMasked(t *testing.T) {
	partial := func(a inseetest.Answer) bool { return a.Record.Partial }
	each(t, partial, func(t *testing.T, k *asking, a inseetest.Answer) {
		id, err := k.tryCreate(k.admin, siretInput(a.SIRET))
		require.NoError(t, err)
		text, _ := wire(t, k.get(id))

		for _, mask := range []string{"[ND]", "NON-DIFFUSIBLE"} {
			assert.NotContains(t, text, mask)
		}
	})
}

// TestBothActivitiesStandBesideEachOther: NAF rev. 2 and NAF 2025, each with its nomenclature.
func TestBothActivitiesStandBesideEachOther(t *testing.T) {
	both := func(a inseetest.Answer) bool { return a.Record.Activity2025 != "" }
	each(t, both, func(t *testing.T, k *asking, a inseetest.Answer) {
		id, err := k.tryCreate(k.admin, siretInput(a.SIRET))
		require.NoError(t, err)

		s := k.get(id)

		assert.Equal(t, a.Record.Activity, s.Activity)
		assert.Equal(t, "NAFRev2", s.ActivityList)
		text, _ := wire(t, s)
		assert.Contains(t, text, `"`+a.Record.Activity2025+`"`)
	})
}

var computed = regexp.MustCompile(`(?i)^vat.*(calcul|comput|deriv|guess)`)

// TestVATOfASIRENIsToldAsComputed: INSEE gives no VAT number; one that follows from the SIREN says so, one
// that was typed does not.
func TestVATOfASIRENIsToldAsComputed(t *testing.T) {
	a := inseetest.Get(t, "sirene-plain")
	k := newAsking(t, a)
	derived := k.create(siretInput(a.SIRET))
	k.registry.says(siret(1), active("Du registre"))
	in := siretInput(siret(1))
	in.VAT = "FR40303265045"
	typed := k.create(in)
	pending := k.pending("CREA-1", "")
	k.registry.says(siret(2), active("Du registre"))
	_, err := k.identifies(k.admin, structure.Identify{ID: pending, SIRET: siret(2)})
	require.NoError(t, err)
	foreign := k.european("private")
	marks := func(id int64) (list []any) {
		_, fields := wire(t, k.get(id))
		for name, value := range fields {
			if computed.MatchString(name) {
				list = append(list, value)
			}
		}
		return list
	}

	for id, want := range map[int64]bool{derived: true, pending: true, typed: false, foreign: false} {
		assert.Equal(t, []any{want}, marks(id), "%s", k.get(id).VAT)
	}
}

// TestArrivedLeavesNothingOfTheOtherAddress: the address is the register's, all three lines of it.
func TestArrivedLeavesNothingOfTheOtherAddress(t *testing.T) {
	for _, name := range []string{"sirene-plain", "sirene-complement", "annuaire-plain", "sirene-town-only"} {
		t.Run(name, func(t *testing.T) {
			a := inseetest.Get(t, name)
			k := newAsking(t, a)
			in := structure.Input{IdentifierType: "pending", Identifier: "CREA-1", Fields: structure.Fields{
				Name: typedName, Address1: "1 rue d’avant", Address2: "Bâtiment A", Address3: "Boîte 3",
				Postcode: "13001", Town: "Marseille",
			}}
			id := k.create(in)

			_, err := k.identifies(k.admin, structure.Identify{ID: id, SIRET: a.SIRET})

			require.NoError(t, err)
			assert.NotContains(t, strings.Join(k.get(id).Address, " "), "Boîte 3")
		})
	}
}

// TestBothRegistersTellOnePlace: an establishment has one address, whichever register tells it.
func TestBothRegistersTellOnePlace(t *testing.T) {
	for sirene, annuaire := range map[string][]string{
		"sirene-plain": {"annuaire-plain", "annuaire-secondary"}, "sirene-complement": nil,
		"sirene-numbers":  {"annuaire-numbers"},
		"sirene-cedex":    {"annuaire-cedex", "annuaire-cedex-secondary"},
		"sirene-bp-cedex": {"annuaire-bp-cedex", "annuaire-bp-cedex-secondary"},
		"sirene-bp-only":  {"annuaire-bp-only"}, "sirene-town-only": {"annuaire-town-only",
			"annuaire-town-only-secondary"},
		"sirene-abroad-gb": {"annuaire-abroad"}, "sirene-abroad-je": nil,
	} {
		for _, other := range annuaire {
			t.Run(other, func(t *testing.T) {
				a, b := inseetest.Get(t, sirene), inseetest.Get(t, other)
				k := newAsking(t, a, b)

				one, two := k.get(k.create(siretInput(a.SIRET))), k.get(k.create(siretInput(b.SIRET)))

				assert.Equal(t, []string{one.Postcode, one.Town, one.Country}, []string{two.Postcode,
					two.Town, two.Country})
				assert.Equal(t, words(one.Address), words(two.Address))
			})
		}
	}
}

func words(lines []string) []string {
	list := strings.FieldsFunc(strings.Join(lines, " "), func(r rune) bool {
		return r == ' ' || r == '-' ||
			r == '–'
	})
	slices.Sort(list)
	return list
}

// TestTheUnknownDayOfTheRegisterIsNoDay: 1900-01-01 stands for a day that INSEE does not know.
func TestTheUnknownDayOfTheRegisterIsNoDay(t *testing.T) {
	a := inseetest.Get(t, "sirene-closed-1900")
	k := newAsking(t, a)
	k.off = true
	id := k.create(siretInput(a.SIRET))
	k.off = false
	_, err := k.structures.Register().StartCheck(k.admin, []int64{id})
	require.NoError(t, err)

	k.done(k.admin)

	assert.Equal(t, "closed", k.get(id).Verified.Verdict)
	assert.Empty(t, k.get(id).Verified.ClosedOn)
}

package structure_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/fault"
	"habilis/internal/insee"
	"habilis/internal/structure"
)

// TestEditKeepsWhatWasTaken: what a record holds is never judged again while it stays as it is: a number that was read in another country, a country that
// no form offers, lines that came from a register. What is altered is judged.
func TestEditKeepsWhatWasTaken(t *testing.T) {
	for name, set := range map[string]string{
		"a short number, in another country": "phone = '39 49', country = 'DE'",
		"a country that no form offers":      "country = 'XK'",
		"no country":                         "country = ''",
		"a filler in a line":                 "address3 = 'B\u00e2t. \u3164 A'",
		"what is kept to oneself":            "address3 = 'BP [nd]'",
		"an address too long":                "address1 = '" + string(make90('a')) + "'",
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			id := w.create(structure.Input{IdentifierType: "pending", Identifier: "UN", Sphere: "private", Fields: structure.Fields{Name: "Un", Country: "FR"}})
			_, err := w.raw.Exec("UPDATE structures SET "+set+" WHERE id = ?", id)
			require.NoError(t, err)
			before := w.get(id)

			require.NoError(t, w.edit(id, func(*structure.Fields) {}))
			require.NoError(t, w.edit(id, func(f *structure.Fields) { f.Label = "Autre" }))

			after := w.get(id)
			assert.Equal(t, []string{before.Phone, before.Country, before.Address1, before.Address3}, []string{after.Phone, after.Country, after.Address1, after.Address3})
			err = w.edit(id, func(f *structure.Fields) { f.Phone, f.Country, f.Address3 = "12", "ZZ", "[ND]" })
			assert.Subset(t, keys(problems(t, err, fault.Invalid)), []string{"phone", "country", "address3"})
		})
	}
}

func make90(letter byte) []byte {
	text := make([]byte, 90)
	for i := range text {
		text[i] = letter
	}
	return text
}

// TestEditRefusesAnotherNumberThanItsIdentifier: a structure of the Union is known by its VAT number, and has no other.
func TestEditRefusesAnotherNumberThanItsIdentifier(t *testing.T) {
	w := newWorld(t)
	id := w.european("private")

	err := w.edit(id, func(f *structure.Fields) { f.VAT = "EL094279805" })

	assert.Equal(t, map[string]string{"vat": "vat.contradicts"}, problems(t, err, fault.Invalid))
}

// TestCompareClearsWhatRanOver: a third line that only held the end of a long address goes with it; one that somebody wrote stays.
func TestCompareClearsWhatRanOver(t *testing.T) {
	long := "12 RUE DES ARTISANS ET DES COMPAGNONS DU DEVOIR BATIMENT DES CHARPENTIERS ESCALIER B"
	for name, x := range map[string]struct {
		second, third string
		cleared       bool
	}{
		"it ran over":         {long[:70], "CHARPENTIERS ESCALIER", true},
		"somebody's own line": {"BATIMENT B", "Sonner deux fois", false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			s := siret(41)
			w.registry.says(s, insee.Found{SIRET: s, Verdict: insee.Active, Name: "X", Address1: "1 RUE A", Postcode: "69001", Town: "LYON", Country: "FR"})
			id := w.create(structure.Input{IdentifierType: "siret", Identifier: s})
			_, err := w.raw.Exec("UPDATE structures SET address2 = ?, address3 = ? WHERE id = ?", x.second, x.third, id)
			require.NoError(t, err)

			c, err := w.structures.Compare(w.admin, id)

			require.NoError(t, err)
			fields := map[string]string{}
			for _, d := range c.Differences {
				fields[d.Field] = d.New
			}
			_, cleared := fields["address3"]
			assert.Equal(t, x.cleared, cleared)
		})
	}
}

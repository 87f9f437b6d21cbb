package structure_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/fault"
	"habilis/internal/structure"
)

// placed are identifiers that say in which country their structure is.
var placed = []struct{ kind, number, country string }{
	{"eu", "DE136695976", "DE"}, {"eu", "EL094259216", "GR"}, {"eu", "BE0403019261", "BE"},
	{"eu", "LU15027442", "LU"}, {"eu", "DK13585628", "DK"},
	{"eu", "ATU13585627", "AT"}, {"eu", "IE6433435F", "IE"}, {"eu", "IT00743110157", "IT"},
	{"eu", "XI980780684", "GB"},
	{"non_eu", "CHCREMERIE", "CH"}, {"non_eu", "GBACME", "GB"}, {"non_eu", "USACME", "US"},
	{"non_eu", "MALAGON", "MA"}, {"non_eu", "FRWFLAGON", "WF"},
	{"non_eu", "WFUVEA", "WF"}, {"non_eu", "MCROCHER", "MC"}, {"ridet", "123456001", "NC"},
	{"ridet", "0123457001", "NC"}, {"ridet", "1234567001", "NC"},
	{"tahiti", "A12345001", "PF"}, {"tahiti", "012345001", "PF"},
}

// TestCountryAgreesWithTheIdentifier: the country is what the identifier says, left empty or typed otherwise, at the creation and at every edit.
func TestCountryAgreesWithTheIdentifier(t *testing.T) {
	w := newWorld(t)
	for _, x := range placed {
		t.Run(x.kind+" "+x.number, func(t *testing.T) {
			for _, typed := range []string{"DE", "FR", "CH", "NC"} {
				if typed == x.country {
					continue
				}
				id, err := w.tryCreate(w.admin, structure.Input{IdentifierType: x.kind, Identifier: x.number, Fields: structure.Fields{Name: "N", Country: typed}})
				if err != nil {
					assert.Contains(t, problems(t, err, fault.Invalid), "country", "told beside the country")
					continue
				}
				assert.Equal(t, x.country, w.get(id).Country, "typed %s", typed)
				w.run(&structure.Cancel{Structure: id})
			}
			id, err := w.tryCreate(w.admin, structure.Input{IdentifierType: x.kind, Identifier: x.number, Fields: structure.Fields{Name: "N"}})
			require.NoError(t, err)

			s := w.get(id)
			assert.Equal(t, x.country, s.Country, "left empty")
			assert.Contains(t, s.Fixed, "country", "nobody types it")
			for _, typed := range []string{"", "FR", "BR"} {
				mine := s.Fields
				mine.Country, mine.Label = typed, "L"+typed
				err := w.changes.Run(w.admin, structure.Edit{ID: id, Version: w.get(id).Version, Mine: mine, Base: w.get(id).Fields})
				if err != nil {
					assert.Contains(t, problems(t, err, fault.Invalid), "country")
				}
				assert.Equal(t, x.country, w.get(id).Country, "edited to %q", typed)
			}
		})
	}
}

// TestOneIdentifierIsOneStructure: RIDET with and without its leading zero, and WF… beside FRWF…, are told as existing and refused twice.
func TestOneIdentifierIsOneStructure(t *testing.T) {
	w := newWorld(t)
	for _, x := range []struct{ kind, first, second string }{
		{"ridet", "123456001", "0123456001"}, {"ridet", "0234567001", "234 567.001"},
		{"ridet", "012345002", "0012345002"},
		{"non_eu", "FRWFLAGON", "WFLAGON"}, {"non_eu", "WFUVEA", "fr wf uvea"},
		{"non_eu", "FRWF12345678901234", "WF1234567890123456"},
	} {
		t.Run(x.first+" "+x.second, func(t *testing.T) {
			id := w.create(structure.Input{IdentifierType: x.kind, Identifier: x.first, Fields: structure.Fields{Name: "N"}})

			look, err := w.structures.Look(w.admin, structure.Typed{IdentifierType: x.kind, Identifier: x.second})

			require.NoError(t, err)
			assert.True(t, look.Exists)
			assert.Equal(t, id, look.ID)
			_, err = w.tryCreate(w.admin, structure.Input{IdentifierType: x.kind, Identifier: x.second, Fields: structure.Fields{Name: "N"}})
			if assert.Error(t, err) {
				assert.Equal(t, "structure.exists", problems(t, err, fault.Invalid)["identifier"])
			}
			assert.Contains(t, w.found(w.admin, x.second), id, "and found by either")
			assert.Contains(t, w.found(w.admin, x.first), id)
		})
	}
}

// TestVATIsForgivenInForms: what is pasted into the field of the VAT number, or of the identifier, is read as in the other.
func TestVATIsForgivenInForms(t *testing.T) {
	w := newWorld(t)
	for i, x := range [][2]string{
		{"DK: 21599336", "DK21599336"}, {"EL: 094279805", "EL094279805"}, {"LU: 2294 4200", "LU22944200"},
		{"BE (0)468.561.072", "BE0468561072"},
		{"FR: 40 303 265 045", "FR40303265045"}, {"(FR) 40303265045", "FR40303265045"},
		{"fr : 40.303.265.045", "FR40303265045"}, {" FR40303265045", "FR40303265045"},
		{"\ufeffFR 40303265045", "FR40303265045"},
	} {
		id, err := w.tryCreate(w.admin, structure.Input{IdentifierType: "pending", Identifier: fmt.Sprint("TVA-", i), Fields: structure.Fields{Name: "N", VAT: x[0]}})
		if assert.NoError(t, err, "%q", x[0]) {
			assert.Equal(t, x[1], w.get(id).VAT, "%q", x[0])
		}
		if i < 4 {
			id, err := w.tryCreate(w.admin, structure.Input{IdentifierType: "eu", Identifier: x[0], Fields: structure.Fields{Name: "N"}})
			if assert.NoError(t, err, "%q", x[0]) {
				assert.Equal(t, x[1], w.get(id).Raw, "%q", x[0])
			}
		}
	}
}

package flow_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/flow"
	"habilis/internal/structure"
)

// TestDuplicateTakesItsOwnCountry: a duplicate has the country of its own identifier, keeps no VAT number of the old one, and reads its telephone there.
func TestDuplicateTakesItsOwnCountry(t *testing.T) {
	for _, x := range []struct{ kind, from, to, country, phone, called string }{
		{"eu", "DE136695976", "BE0403019261", "BE", "0475 12 34 56", "+32475123456"},
		{"eu", "BE0428759497", "EL094259216", "GR", "21 2345 6789", "+302123456789"},
		{"eu", "LU15027442", "ATU13585627", "AT", "", ""},
		{"non_eu", "CHCREMERIE", "GBACME", "GB", "020 7946 0018", "+442079460018"},
		{"non_eu", "USACME", "FRWFLAGON", "WF", "72 12 34", "+681721234"},
		{"non_eu", "FRWFUVEA", "MCROCHER", "MC", "93 15 00 00", "+37793150000"},
		{"ridet", "123456001", "123456002", "NC", "25 12 34", "+687251234"},
		{"tahiti", "A12345001", "A12345002", "PF", "40 41 23 45", "+68940412345"},
	} {
		t.Run(x.kind+" "+x.to, func(t *testing.T) {
			w := newWorld(t)
			id := w.create(structure.Input{IdentifierType: x.kind, Identifier: x.from, Fields: structure.Fields{Name: fmt.Sprint("N ", x.from)}})
			canonical, found, err := w.structures.Candidate(w.admin, id, x.to)
			require.NoError(t, err)
			c := &flow.Duplicate{From: id, Identifier: canonical, Found: found, Phone: x.phone}

			s := w.get(w.make(c))
			assert.Equal(t, x.country, s.Country)
			assert.Equal(t, x.called, s.Phone)
			if x.kind == "eu" {
				assert.Equal(t, x.to, s.VAT)
			}
		})
	}
}

// TestDuplicateRefusesTheSameIdentifier: the same RIDET, or Wallis number, written otherwise is no new identifier.
func TestDuplicateRefusesTheSameIdentifier(t *testing.T) {
	w := newWorld(t)
	for _, x := range [][3]string{
		{"ridet", "123456001", "0123456001"}, {"ridet", "0234567001", "234567001"},
		{"non_eu", "FRWFLAGON", "WFLAGON"}, {"non_eu", "WFUVEA", "FRWFUVEA"},
	} {
		id := w.create(structure.Input{IdentifierType: x[0], Identifier: x[1], Fields: structure.Fields{Name: "N"}})

		_, _, err := w.structures.Candidate(w.admin, id, x[2])

		assert.Error(t, err, "%s of %s", x[2], x[1])
	}
}

package identifier_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"habilis/internal/identifier"
)

// TestPhoneOverseasWhereverItIsDialled: France keeps prefixes for its parts overseas: their numbers are theirs, whatever the postcode.
func TestPhoneOverseasWhereverItIsDialled(t *testing.T) {
	for text, want := range map[string]string{
		"0262 20 12 34": "+262262201234", "0692 12 34 56": "+262692123456", "0269 61 23 45": "+262269612345", "0639 69 12 34": "+262639691234",
		"0590 81 12 34": "+590590811234", "0690 35 12 34": "+590690351234", "0594 30 12 34": "+594594301234", "0596 61 12 34": "+596596611234",
		"0508 41 12 34": "+508411234", "01 44 55 66 77": "+33144556677",
	} {
		for _, postcode := range []string{"75001", "97200", "97400", ""} {
			number, ok := identifier.Phone(text, "FR", postcode)
			if assert.True(t, ok, "%s at %s", text, postcode) {
				assert.Equal(t, want, number, "%s at %s", text, postcode)
			}
		}
	}
	for _, text := range []string{"01 23 45 67 89 ou", "01 23 45 67 89 a", "01 23 45 67 89 / 90", "poste 12"} {
		_, ok := identifier.Phone(text, "FR", "75001")
		assert.False(t, ok, text)
	}
}

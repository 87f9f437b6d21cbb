package identifier_test

import (
	"testing"

	"habilis/internal/identifier"
)

// TestASIRENIsTold: nine digits that are a SIREN, typed where a SIRET is asked for, are told as one; other numbers of nine digits lack some.
func TestASIRENIsTold(t *testing.T) {
	for _, text := range []string{"552100554", "552 100 554", "356000000", "732.829.320"} {
		assertProblem(t, identifier.SIRET, text, "siret.siren")
	}
	for _, text := range []string{"552100555", "000000000", "5521005", "552100554000"} {
		assertProblem(t, identifier.SIRET, text, "siret.too_short")
	}
}

package attack_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestWhoTellsAnOutsiderNothingOfTheFirm: H8. « Qui peut… ? » names who may, and to somebody from outside neither the profile that people hold at the firm
// nor who gave it.
func TestWhoTellsAnOutsiderNothingOfTheFirm(t *testing.T) {
	s := hidden(t)
	v := s.enter("external")

	for _, permission := range []string{"structure.edit", "user.view", "journal.view"} {
		a := v.call("Rights.Who", object{"permission": permission, "structure": s.structures["alpha"]})
		assert.NotContains(t, a.Text, administrateur, permission)
		assert.NotContains(t, a.Text, `"reason":"setup"`, permission)
	}
}

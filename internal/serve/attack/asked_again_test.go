package attack_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestThePassphraseIsAskedAgain: H9. Before a transfer, and before exporting everything: a session alone does not do it.
func TestThePassphraseIsAskedAgain(t *testing.T) {
	s := hidden(t)
	admin := s.enter("admin")
	transfer := object{"transfer": object{"moves": []object{{"structure": s.structures["alpha"], "to": s.people["external"]}}}}
	everything := object{"wanted": object{}, "format": "csv", "title": "L", "words": object{}, "columns": []object{{"key": "name", "title": "N"}}}
	roles := func() int64 {
		return s.number("SELECT count(*) FROM principals WHERE user_id = ?", s.people["external"])
	}
	refused := func() {
		t.Helper()
		assert.Contains(t, admin.call("Changes.Submit", transfer).Error, again)
		assert.Contains(t, admin.call("Structures.Export", everything).Error, again)
		assert.Zero(t, roles())
	}
	refused()
	assert.Empty(t, admin.call("Changes.Preview", transfer).Error, "what would be done is shown")

	// a wrong one, that of somebody else, another session's: none counts
	assert.NotEmpty(t, admin.call("Session.Confirm", "not the passphrase of anybody here").Error)
	refused()
	other := s.enter("admin")
	require.Empty(t, other.call("Session.Confirm", passphrase).Error)
	refused()

	// the right one counts, for five minutes, at this seat
	require.Empty(t, admin.call("Session.Confirm", passphrase).Error)
	require.Empty(t, admin.call("Structures.Export", everything).Error)
	s.clock.move(5 * time.Minute)
	refused()
	require.Empty(t, admin.call("Session.Confirm", passphrase).Error)
	require.Empty(t, admin.call("Session.Lock").Error)
	require.Empty(t, admin.call("Session.Unlock", passphrase).Error)
	refused()
	require.Empty(t, admin.call("Session.Confirm", passphrase).Error)
	require.Empty(t, admin.call("Changes.Submit", transfer).Error)
	assert.EqualValues(t, 1, roles())
}

// TestARequestTellsNothingOfWhatIsThere: H8. A request about a structure or a department that is not there is answered as one about what
// the requester does not see.
func TestARequestTellsNothingOfWhatIsThere(t *testing.T) {
	s := hidden(t)
	for name, c := range map[string]struct {
		method       string
		there, other any
	}{
		"a SIRET, asked for": {"Changes.Submit",
			object{"ask": object{"subject": "membership", "identifierType": "siret", "identifier": siret(0)}},
			object{"ask": object{"subject": "membership", "identifierType": "siret", "identifier": siret(41)}}},
		"a department's code": {"Changes.Submit",
			object{"ask": object{"subject": "membership", "identifierType": "siret", "identifier": siret(0), "departmentCode": canary("b1code")}},
			object{"ask": object{"subject": "membership", "identifierType": "siret", "identifier": siret(0), "departmentCode": "nothing"}}},
	} {
		for _, who := range []string{"nobody", "plain"} {
			t.Run(name+"/"+who, func(t *testing.T) {
				v := s.enter(who)
				there, other := v.call(c.method, c.there), v.call(c.method, c.other)

				numbers := regexp.MustCompile(`\d+`)
				blind := func(r reply) string { return numbers.ReplaceAllString(string(r.Result)+r.Error, "N") }
				assert.Equal(t, blind(other), blind(there))
			})
		}
	}
}

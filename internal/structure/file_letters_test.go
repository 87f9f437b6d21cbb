package structure_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"habilis/internal/department"
	"habilis/internal/directory"
	"habilis/internal/list"
	"habilis/internal/structure"
)

// filed writes a list with all its columns.
func (w *world) filed(format string) []byte {
	w.t.Helper()
	var out bytes.Buffer
	require.NoError(w.t, directory.NewService(w.d).Write(w.admin, export(directory.Wanted{Query: list.Query{Order: "created"}}, format), &out))
	return out.Bytes()
}

// ofEveryType makes structures of every type, and gives their identifiers as they should leave.
func (w *world) ofEveryType() []string {
	w.t.Helper()
	var list []string
	for _, x := range [][2]string{
		{"siret", siret(1)}, {"eu", "DE136695976"}, {"non_eu", "CHCREMERIE"}, {"ridet", "123456001"},
		{"ridet", "012345001"}, {"tahiti", "012345001"},
		{"pending", "000042"}, {"pending", "1E5"}, {"pending", "-1-"}, {"pending", "2026-01-02"},
	} {
		w.create(structure.Input{IdentifierType: x[0], Identifier: x[1], Fields: structure.Fields{Name: "N", Postcode: "01000", Town: "Bourg"}})
		list = append(list, x[1])
	}
	return list
}

// sheet opens a workbook.
func sheet(t *testing.T, file []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(file))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	return f
}

func column(key string) int {
	for i, k := range exported {
		if k == key {
			return i
		}
	}
	panic(key)
}

func cell(t *testing.T, key string, row int) string {
	t.Helper()
	name, err := excelize.CoordinatesToCellName(column(key)+1, row)
	require.NoError(t, err)
	return name
}

// TestWorkbookKeepsIdentifiers: an identifier leaves as text, in its canonical form, that can be pasted elsewhere.
func TestWorkbookKeepsIdentifiers(t *testing.T) {
	w := newWorld(t)
	want := w.ofEveryType()

	f := sheet(t, w.filed("xlsx"))

	for i, number := range want {
		at := cell(t, "identifier", i+2)
		got, err := f.GetCellValue("Structures", at)
		require.NoError(t, err)
		assert.Equal(t, number, got, at)
		kind, err := f.GetCellType("Structures", at)
		require.NoError(t, err)
		assert.Contains(t, []excelize.CellType{excelize.CellTypeInlineString, excelize.CellTypeSharedString}, kind, at)
		postcode, err := f.GetCellValue("Structures", cell(t, "postcode", i+2))
		require.NoError(t, err)
		if i > 0 { // the first one's comes from the register
			assert.Equal(t, "01000", postcode)
		}
	}
}

// TestWorkbookHoldsNoUnbreakableNumber: no cell that is a number holds a space that does not break: telephones too can be pasted elsewhere.
func TestWorkbookHoldsNoUnbreakableNumber(t *testing.T) {
	w := newWorld(t)
	w.ofEveryType()
	w.create(structure.Input{IdentifierType: "pending", Identifier: "TEL", Fields: structure.Fields{Name: "N", Phone: "01 42 68 53 00"}})
	for _, format := range []string{"xlsx", "csv"} {
		rows := w.rowsOf(format)
		for _, row := range rows[1:] {
			for _, key := range []string{"identifier", "phone", "postcode", "created"} {
				assert.NotRegexp(t, `[\x{a0}\x{202f}\x{2007}\x{2009}]`, row[column(key)], "%s %s", format, key)
			}
		}
	}
}

// rowsOf reads a file back as a spreadsheet shows it.
func (w *world) rowsOf(format string) [][]string {
	w.t.Helper()
	file := w.filed(format)
	if format == "xlsx" {
		rows, err := sheet(w.t, file).GetRows("Structures")
		require.NoError(w.t, err)
		return rows
	}
	c := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff"))))
	c.Comma, c.LazyQuotes = ';', true
	rows, err := c.ReadAll()
	require.NoError(w.t, err)
	return rows
}

// TestWorkbookHoldsDates: a day leaves as a date with a format, in the firm's zone, that a spreadsheet sorts and filters.
func TestWorkbookHoldsDates(t *testing.T) {
	w := newWorld(t)
	zone, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	var days []time.Time
	for i := range 6 {
		w.pending(fmt.Sprint("JOUR-", i), "private")
		days = append(days, w.clock.Now().In(zone))
		w.pass(29*day + 9*time.Hour) // some evenings are the next day in the firm's zone
	}

	f := sheet(t, w.filed("xlsx"))

	for i, at := range days {
		name := cell(t, "created", i+2)
		kind, err := f.GetCellType("Structures", name)
		require.NoError(t, err)
		assert.Contains(t, []excelize.CellType{excelize.CellTypeUnset, excelize.CellTypeNumber, excelize.CellTypeDate}, kind, "%s is a text", name)
		raw, err := f.GetCellValue("Structures", name, excelize.Options{RawCellValue: true})
		require.NoError(t, err)
		var serial float64
		if _, err := fmt.Sscan(raw, &serial); assert.NoError(t, err, "%s holds %q", name, raw) {
			got, err := excelize.ExcelDateToTime(serial, false)
			require.NoError(t, err)
			assert.Equal(t, at.Format(time.DateOnly), got.Format(time.DateOnly), name)
			assert.Equal(t, float64(int(serial)), serial, "a day has no hour")
		}
		shown, err := f.GetCellValue("Structures", name)
		require.NoError(t, err)
		assert.Regexp(t, regexp.MustCompile(`^\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}$`), shown, "%s has the format of a date", name)
		assert.NotEqual(t, raw, shown)
	}
}

// TestWorkbookHasItsDimension: the sheet says how far it goes, whatever the number of rows.
func TestWorkbookHasItsDimension(t *testing.T) {
	w := newWorld(t)
	for _, rows := range []int{0, 1, 7, 40} {
		for n := w.number("SELECT count(*) FROM structures"); n < int64(rows); n++ {
			w.pending(fmt.Sprint("D-", n), "private")
		}
		last, err := excelize.CoordinatesToCellName(len(exported), rows+1)
		require.NoError(t, err)

		file := w.filed("xlsx")

		z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
		require.NoError(t, err)
		part, err := z.Open("xl/worksheets/sheet1.xml")
		require.NoError(t, err)
		text, err := io.ReadAll(part)
		require.NoError(t, err)
		found := regexp.MustCompile(`<dimension ref="([^"]+)"`).FindSubmatch(text)
		if assert.NotNil(t, found, "%d rows: no dimension", rows) {
			assert.Equal(t, "A1:"+last, string(found[1]), "%d rows", rows)
		}
		assert.Less(t, bytes.Index(text, []byte("<dimension")), bytes.Index(text, []byte("<sheetData")), "before the rows, as the standard orders")
	}
}

// opened returns what a French spreadsheet shows of a field of a CSV file opened by a double click: what looks like a number loses its zeros and, past
// fifteen digits, its last ones; a formula that gives a text is that text.
func opened(field string) string {
	if m := regexp.MustCompile(`^="((?:[^"]|"")*)"$`).FindStringSubmatch(field); m != nil {
		return strings.ReplaceAll(m[1], `""`, `"`)
	}
	trimmed := strings.Trim(field, " \t\u00a0")
	if regexp.MustCompile(`^[+-]?[0-9]+([ \x{a0}\x{202f}][0-9]{3})*$`).MatchString(trimmed) {
		digits := strings.TrimLeft(onlyDigits(trimmed), "0")
		if len(digits) > 11 {
			return digits[:1] + "," + digits[1:6] + "E+" + fmt.Sprint(len(digits)-1)
		}
		return digits
	}
	if regexp.MustCompile(`^[0-9]+[eE][+-]?[0-9]+$`).MatchString(trimmed) {
		return "a number"
	}
	if _, err := time.Parse(time.DateOnly, trimmed); err == nil {
		return "a day"
	}
	return field
}

// TestCSVKeepsZeros: identifiers and postcodes survive a double click: no digit is lost and none is rounded.
func TestCSVKeepsZeros(t *testing.T) {
	w := newWorld(t)
	want := w.ofEveryType()

	rows := w.rowsOf("csv")

	for i, number := range want {
		got := opened(rows[i+1][column("identifier")])
		assert.Contains(t, []string{number, "'" + number, number + "\t", "\t" + number}, got, "%q opened", rows[i+1][column("identifier")])
		if i > 0 {
			assert.Contains(t, opened(rows[i+1][column("postcode")]), "01000")
		}
	}
}

// begins are what a spreadsheet takes for the beginning of a formula, in each width.
var begins = []string{"=", "+", "-", "@", "＝", "＋", "－", "＠"}

// TestFilesHoldNoFormula: a name that begins as a formula would leaves as a text, in every column and width.
func TestFilesHoldNoFormula(t *testing.T) {
	w := newWorld(t)
	var typed []string
	for i, b := range begins {
		text := b + `HYPERLINK("x";"y")`
		typed = append(typed, text)
		w.create(structure.Input{IdentifierType: "pending", Identifier: fmt.Sprint("F-", i), Fields: structure.Fields{
			Name: text, Label: text, Town: text, Postcode: b + "1+1", Labels: []string{text},
		}})
	}

	rows := w.rowsOf("csv")

	for i := range typed {
		for _, key := range []string{"name", "label", "town", "postcode", "labels"} {
			got := []rune(rows[i+1][column(key)])
			assert.NotContains(t, "=+-@＝＋－＠\t\r", string(got[0]), "%s %q", key, string(got))
		}
	}
	f := sheet(t, w.filed("xlsx"))
	for i := range typed {
		for _, key := range []string{"name", "label", "town", "labels"} {
			formula, err := f.GetCellFormula("Structures", cell(t, key, i+2))
			require.NoError(t, err)
			assert.Empty(t, formula)
			got, err := f.GetCellValue("Structures", cell(t, key, i+2))
			require.NoError(t, err)
			assert.Equal(t, typed[i], got, "a workbook needs no apostrophe")
		}
	}
}

// TestCodesHoldNoFormula: nor does the list of codes for suppliers.
func TestCodesHoldNoFormula(t *testing.T) {
	w := newWorld(t)
	s := w.pending("MAIRIE", "local")
	for _, b := range begins {
		w.run(&department.CreateDepartment{Structure: s, Code: b + "1", Fields: department.Fields{Label: b + "cmd|' /C calc'!A0"}})
	}
	var out bytes.Buffer

	require.NoError(t, directory.NewService(w.d).WriteCodes(w.admin, codesOf(s, "csv"), &out))

	c := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(out.Bytes(), []byte("\ufeff"))))
	c.Comma = ';'
	rows, err := c.ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, len(begins)+1)
	for _, row := range rows {
		for _, field := range row {
			assert.NotContains(t, "=+-@＝＋－＠\t\r", string([]rune(field)[:1]), "%q", field)
		}
	}
}

// codesOf asks the list of codes of a structure.
func codesOf(s int64, format string) directory.Codes {
	return directory.Codes{
		Structure: s, Format: format, Title: "Codes des services", Columns: []string{"Code", "Libellé", "À fournir"},
		Words: map[string]string{"commitment": "Numéro d’engagement", "nothing": "Rien"},
	}
}

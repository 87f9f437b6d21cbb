package structure_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"habilis/internal/directory"
	"habilis/internal/fault"
	"habilis/internal/list"
	"habilis/internal/structure"
)

// exported are all the columns that an export can hold.
var exported = []string{
	"identifier", "identifierType", "name", "label", "sphere", "postcode", "town", "email", "phone", "verdict", "labels", "manager", "state", "created",
}

func export(q directory.Wanted, format string) directory.Export {
	e := directory.Export{Wanted: q, Format: format, Title: "Structures", Words: map[string]string{"state.active": "Active", "verdict.closed": "Fermée"}}
	for _, key := range exported {
		e.Columns = append(e.Columns, list.Column{Key: key, Title: "Titre " + key})
	}
	return e
}

// cellsOf returns what an export must hold of a row of the list.
func cellsOf(r directory.Row) []string {
	state, verdict := "inactive", r.Verdict
	if r.Active {
		state = "Active"
	}
	if verdict == "closed" {
		verdict = "Fermée"
	}
	created := ""
	if r.CreatedAt != 0 {
		created = time.UnixMilli(r.CreatedAt).UTC().Add(2 * time.Hour).Format("02/01/2006")
	}
	return []string{
		strings.ReplaceAll(r.Identifier, "\u00a0", ""), r.IdentifierType, r.Name, r.Label, r.Sphere, r.Postcode, r.Town, r.Email, r.Phone, verdict, strings.Join(r.Labels, ", "), r.Manager, state, created,
	}
}

// written returns the rows of an export, without its header, which is checked.
func (w *world) written(ctx context.Context, e directory.Export) [][]string {
	w.t.Helper()
	var out bytes.Buffer
	require.NoError(w.t, directory.NewService(w.d).Write(ctx, e, &out))
	var all [][]string
	if e.Format == "csv" {
		text, marked := strings.CutPrefix(out.String(), "\ufeff")
		assert.True(w.t, marked, "a byte-order mark: spreadsheets in French ask for it")
		r := csv.NewReader(strings.NewReader(text))
		r.Comma = ';'
		var err error
		all, err = r.ReadAll()
		require.NoError(w.t, err)
	} else {
		f, err := excelize.OpenReader(&out)
		require.NoError(w.t, err)
		require.Equal(w.t, []string{e.Title}, f.GetSheetList())
		all, err = f.GetRows(e.Title)
		require.NoError(w.t, err)
		for i := range all { // empty cells at the end are left out of what is read
			for len(all[i]) < len(e.Columns) {
				all[i] = append(all[i], "")
			}
		}
		require.NoError(w.t, f.Close())
	}
	require.NotEmpty(w.t, all)
	for _, cells := range all {
		for i, c := range cells { // a number that is a name, kept whole by a formula
			if inside, kept := strings.CutPrefix(c, `="`); kept {
				cells[i] = strings.TrimSuffix(inside, `"`)
			}
		}
	}
	for i, c := range e.Columns {
		assert.Equal(w.t, c.Title, all[0][i])
	}
	return all[1:]
}

func safe(cells []string) []string {
	out := []string{}
	for _, c := range cells {
		if strings.HasPrefix(c, "=") || strings.HasPrefix(c, "+") || strings.HasPrefix(c, "-") || strings.HasPrefix(c, "@") {
			c = "'" + c
		}
		out = append(out, c)
	}
	return out
}

// TestExportIsTheList: exactly the rows of the list, in its order, whatever is asked; CSV and XLSX hold the same.
func TestExportIsTheList(t *testing.T) {
	c := newCity(t, 41, 700) // more than a batch
	r := rand.New(rand.NewSource(42))
	rows := 0
	for i := range 60 {
		q, _ := c.ask(r)
		if i == 0 {
			q = directory.Wanted{}
		}
		if q.Search != "" && (q.Order == "" || q.Order == "name") && !q.Desc {
			continue // TestExportOfASearchIsTheList
		}
		what := fmt.Sprintf("%+v", q)
		var want [][]string
		for _, row := range c.through(c.admin, q) {
			want = append(want, cellsOf(row))
		}
		rows += len(want)
		sheet := c.written(c.admin, export(q, "xlsx"))
		text := c.written(c.admin, export(q, "csv"))
		require.Len(t, sheet, len(want), what)
		require.Len(t, text, len(want), what)
		for j := range want {
			require.Equal(t, want[j], sheet[j], what)
			require.Equal(t, safe(want[j]), text[j], what)
		}
	}
	assert.Greater(t, rows, 2000)
}

// TestExportOfASearchIsTheList: the list shows first the names that begin with what is typed; so does its export.
func TestExportOfASearchIsTheList(t *testing.T) {
	w := newWorld(t)
	for i, name := range []string{"A La Boulangerie", "Boulangerie Z", "Le Boulanger", "Boulangerie A", "Ze Boul"} {
		w.create(structure.Input{IdentifierType: "pending", Identifier: fmt.Sprint("N", i), Fields: structure.Fields{Name: name}})
	}
	for _, search := range []string{"boul", "bo", "le boul"} {
		q := directory.Wanted{Query: list.Query{Search: search}}
		want, got := []string{}, []string{}
		for _, row := range w.through(w.admin, q) {
			want = append(want, row.Name)
		}
		for _, cells := range w.written(w.admin, export(q, "csv")) {
			got = append(got, cells[2])
		}
		assert.Equal(t, want, got, search)
	}
}

// TestExportIsWholeWhateverThePage: the list may stand on any page when its export is asked.
func TestExportIsWholeWhateverThePage(t *testing.T) {
	c := newCity(t, 45, 150)
	first, err := directory.NewService(c.d).List(c.admin, directory.Wanted{})
	require.NoError(t, err)
	require.NotEmpty(t, first.Next)
	q := directory.Wanted{Query: list.Query{After: first.Next}}
	require.NoError(t, directory.NewService(c.d).CheckExport(c.admin, export(q, "csv")))

	rows := c.written(c.admin, export(q, "csv"))

	assert.Len(t, rows, len(c.through(c.admin, directory.Wanted{})))
}

// TestExportOfWhatIsSeen: an export holds what the list shows to the one who asks, no more.
func TestExportOfWhatIsSeen(t *testing.T) {
	c := newCity(t, 51, 120)
	r := rand.New(rand.NewSource(52))
	ctx, whole, part := c.guest(r, 40)
	var want [][]string
	for _, row := range c.through(ctx, directory.Wanted{}) {
		want = append(want, safe(cellsOf(row)))
	}
	there := 0
	for _, l := range c.lines {
		if (whole[l.id] || part[l.id]) && !l.cancelled {
			there++
		}
	}
	require.Len(t, want, there)
	assert.Equal(t, want, c.written(ctx, export(directory.Wanted{}, "csv")))
	only := directory.Wanted{}
	for _, l := range c.lines {
		only.Only = append(only.Only, l.id)
	}
	assert.Len(t, c.written(ctx, export(only, "csv")), len(want), "a selection opens nothing")

	_, nobody := c.person("internal", "personne", 0, 0)
	var out bytes.Buffer
	assert.True(t, fault.Is(directory.NewService(c.d).Write(nobody, export(directory.Wanted{}, "csv"), &out), fault.Forbidden))
	assert.Zero(t, out.Len())
}

// TestExportIsFormulaSafe: what a spreadsheet would take for a formula is a text.
func TestExportIsFormulaSafe(t *testing.T) {
	w := newWorld(t)
	names := []string{`=1+1`, `+33 1`, `-2`, `@SUM(A1)`, `=HYPERLINK("http://x","y")`, `'=1`, `a;b"c`, `007`, `1e5`, `TRUE`}
	for i, name := range names {
		w.create(structure.Input{IdentifierType: "pending", Identifier: fmt.Sprint("N", i), Fields: structure.Fields{Name: name, Label: name, Phone: "+33472001122", Labels: []string{"=x"}}})
	}
	q := directory.Wanted{Query: list.Query{Order: "created"}}
	for i, cells := range w.written(w.admin, export(q, "csv")) {
		for j, text := range cells {
			assert.NotContains(t, []string{"=", "+", "-", "@", "\t", "\r"}, text[:min(1, len(text))], "row %d, %s", i, exported[j])
		}
		assert.Equal(t, names[i], strings.TrimPrefix(cells[2], map[bool]string{true: "'", false: ""}[names[i][0] != '\'']))
	}

	var out bytes.Buffer
	require.NoError(t, directory.NewService(w.d).Write(w.admin, export(q, "xlsx"), &out))
	f, err := excelize.OpenReader(&out)
	require.NoError(t, err)
	for i := range names {
		for j := range exported {
			cell, err := excelize.CoordinatesToCellName(j+1, i+2)
			require.NoError(t, err)
			formula, err := f.GetCellFormula("Structures", cell)
			require.NoError(t, err)
			assert.Empty(t, formula)
			kind, err := f.GetCellType("Structures", cell)
			require.NoError(t, err)
			if exported[j] == "created" {
				assert.NotContains(t, []excelize.CellType{excelize.CellTypeInlineString, excelize.CellTypeSharedString}, kind, "%s is a day", cell)
				continue
			}
			assert.Contains(t, []excelize.CellType{excelize.CellTypeInlineString, excelize.CellTypeSharedString}, kind, "%s is a text", cell)
		}
		value, err := f.GetCellValue("Structures", fmt.Sprintf("C%d", i+2))
		require.NoError(t, err)
		assert.Equal(t, names[i], value)
	}
}

// TestCheckExportRefuses: an export that cannot be made is refused before a page asks for its file.
func TestCheckExportRefuses(t *testing.T) {
	w := newWorld(t)
	w.pending("UN", "")
	require.NoError(t, directory.NewService(w.d).CheckExport(w.admin, export(directory.Wanted{}, "csv")))
	for what, alter := range map[string]func(e *directory.Export){
		"format":   func(e *directory.Export) { e.Format = "pdf" },
		"columns":  func(e *directory.Export) { e.Columns = nil },
		"a column": func(e *directory.Export) { e.Columns[0].Key = "uid" },
		"title":    func(e *directory.Export) { e.Title = "" },
		"long":     func(e *directory.Export) { e.Title = strings.Repeat("a", 32) },
		"filter":   func(e *directory.Export) { e.Wanted.State = "parfois" },
		"order":    func(e *directory.Export) { e.Wanted.Order = "uid" },
	} {
		e := export(directory.Wanted{}, "xlsx")
		alter(&e)
		assert.True(t, fault.Is(directory.NewService(w.d).CheckExport(w.admin, e), fault.Protocol), what)
	}
}

// TestCheckExportHoldsForXLSX: what CheckExport lets through can be written, whatever the title of the page.
func TestCheckExportHoldsForXLSX(t *testing.T) {
	w := newWorld(t)
	w.pending("UN", "")
	for _, title := range []string{"Structures", "Clients : à vérifier", "Clients: actifs", "Oui/Non", "a\\b", "[x]", "Qui ?", "a*b", "'a'", strings.Repeat("é", 31), strings.Repeat("𝛼", 31)} {
		e := export(directory.Wanted{}, "xlsx")
		e.Title = title
		if directory.NewService(w.d).CheckExport(w.admin, e) != nil {
			continue
		}
		var out bytes.Buffer
		assert.NoError(t, directory.NewService(w.d).Write(w.admin, e, &out), "%q", title)
	}
}

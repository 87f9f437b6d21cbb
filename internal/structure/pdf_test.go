package structure_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"habilis/internal/department"
	"habilis/internal/directory"
	"habilis/internal/structure"
)

// print writes the list of codes of a structure as pages.
func (w *world) print(s int64) []byte {
	w.t.Helper()
	var out bytes.Buffer
	require.NoError(w.t, directory.NewService(w.d).WriteCodes(w.admin, codesOf(s, "pdf"), &out))
	return out.Bytes()
}

// tight leaves the spaces out, and composes the letters: a text may be cut anywhere into lines.
func tight(text string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \u00a0\u202f\n\t\u00ad\u200b", r) {
			return -1
		}
		return r
	}, norm.NFC.String(text))
}

// columnsOf joins what stands below each heading, from top to bottom, and everything.
func columnsOf(all []printed) (list []string) {
	var starts []float64
	for _, heading := range codesOf(0, "pdf").Columns {
		for _, p := range all {
			if tight(p.text) == tight(heading) || strings.HasPrefix(tight(heading), tight(p.text)) && len(p.text) > 1 {
				starts = append(starts, p.x)
				break
			}
		}
	}
	under := make([]strings.Builder, len(starts)+1)
	for _, p := range all {
		under[len(starts)].WriteString(tight(p.text))
		for i := len(starts) - 1; i >= 0; i-- {
			if p.x >= starts[i]-1 {
				under[i].WriteString(tight(p.text))
				break
			}
		}
	}
	for i := range under {
		list = append(list, under[i].String())
	}
	return list
}

// assertPrinted asserts that a text stands on paper, whole.
func assertPrinted(t *testing.T, all []printed, text string) {
	t.Helper()
	for _, column := range columnsOf(all) {
		if strings.Contains(column, tight(text)) {
			return
		}
	}
	assert.Fail(t, "not printed", "%q", text)
}

// assertDrawn asserts that every letter has a drawing, and stands within the page and its column.
func assertDrawn(t *testing.T, all []printed, width float64) {
	t.Helper()
	for i, p := range all {
		assert.Empty(t, p.missing, "letters without a drawing in %q", p.text)
		assert.LessOrEqual(t, p.x+p.width, width-20, "%q leaves the page", p.text)
		for _, q := range all[i+1:] {
			if p.page == q.page && p.y == q.y && q.x > p.x {
				assert.LessOrEqual(t, p.x+p.width, q.x+0.5, "%q runs into %q", p.text, q.text)
				break
			}
		}
	}
}

// TestCodesDifferOnPaper: codes and labels of any length are printed whole: two that differ at the end differ on paper.
func TestCodesDifferOnPaper(t *testing.T) {
	w := newWorld(t)
	n := 0
	for name, end := range map[string]func(which string) string{
		"68 characters":         func(which string) string { return strings.Repeat("DIRECTION-", 6) + "SERVICE" + which },
		"68 without a hyphen":   func(which string) string { return strings.Repeat("ABCDEFGHIJ", 6) + "KLMNOPQ" + which },
		"100 wide letters":      func(which string) string { return strings.Repeat("W", 99) + which },
		"100 narrow letters":    func(which string) string { return strings.Repeat("i", 99) + which },
		"words":                 func(which string) string { return strings.Repeat("service des ", 8) + which },
		"100 accented capitals": func(which string) string { return strings.Repeat("É", 99) + which },
		"40 characters":         func(which string) string { return strings.Repeat("m", 39) + which },
	} {
		n++
		t.Run(name, func(t *testing.T) {
			s := w.pending(fmt.Sprint("M-", n), "local")
			for _, which := range []string{"1", "2"} {
				w.run(&department.CreateDepartment{Structure: s, Code: end(which), Fields: department.Fields{Label: label(end(which))}})
			}

			all, width := readPaper(t, w.print(s))

			for _, which := range []string{"1", "2"} {
				assertPrinted(t, all, end(which))
				assertPrinted(t, all, label(end(which)))
			}
			assertDrawn(t, all, width)
		})
	}
}

// european are names in the letters of Europe, and of Vietnamese: those that the embedded font draws.
var european = []string{
	"Crèche de l’Île-d’Yeu", "Œuvre d’Élisée — « Noël »", "Łódź Żółć Ćma Śląsk", "Færøyene Ørsted Ålesund",
	"Đorđević Šišić Žužić", "Ħal Għaxaq Ċirkewwa",
	"İstanbul Işık Ğüneş", "Þingvellir Guðmundsdóttir", "Ŋaro Ŧallet Ŧŧ", "Őrség Űrhajó", "Țară Știri Ăî",
	"Ģirts Ķekava Ļaudona Ņiklāvs", "Ąžuolas Ėriškės Ųsai",
	"Nguyễn Đức Thị Ngọc Ẩn", "Αθήνα Παράδειγμα Ώρα", "Щербакова Ёлкин Їжак Ґанок Ђорђе Љиљана", "Weiß WEIẞ",
	"L·lull Ŀŀ", "Euro € 5 ‰ № 7", "DŽ nj Ȟ ȩ",
	norm.NFD.String("Éléonore Ångström"),
}

// TestCodesPrintEveryLetter: every letter of every name prints: of the structure, of codes and of labels.
func TestCodesPrintEveryLetter(t *testing.T) {
	w := newWorld(t)
	for i, name := range european {
		t.Run(name, func(t *testing.T) {
			s := w.create(structure.Input{IdentifierType: "pending", Identifier: fmt.Sprint("E-", i), Sphere: "local", Fields: structure.Fields{Name: name}})
			w.run(&department.CreateDepartment{Structure: s, Code: "A " + name, Fields: department.Fields{Label: "B " + name}})

			all, width := readPaper(t, w.print(s))

			for _, text := range []string{name, "A " + name, "B " + name} {
				assertPrinted(t, all, text)
			}
			assertDrawn(t, all, width)
		})
	}
}

// TestCodesPrintManyPages: a list of more than a page prints every code once, and none at the edge of two pages is lost.
func TestCodesPrintManyPages(t *testing.T) {
	w := newWorld(t)
	s := w.pending("MAIRIE", "local")
	for i := range 90 {
		w.run(&department.CreateDepartment{Structure: s, Code: fmt.Sprintf("CODE-%03d-FIN", i), Fields: department.Fields{
			Label: strings.Repeat("Un libellé qui tient plusieurs lignes ", 1+i%2),
		}})
	}

	all, width := readPaper(t, w.print(s))

	whole := columnsOf(all)[0]
	for i := range 90 {
		assert.Equal(t, 1, strings.Count(whole, fmt.Sprintf("CODE-%03d-FIN", i)), "%d", i)
	}
	assertDrawn(t, all, width)
	for _, p := range all {
		assert.Greater(t, p.y, 20.0, "%q below the page", p.text)
	}
}

// TestPopplerReadsTheCodes reads the pages with another program, where there is one.
func TestPopplerReadsTheCodes(t *testing.T) {
	program, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("no pdftotext here")
	}
	w := newWorld(t)
	s := w.create(structure.Input{IdentifierType: "pending", Identifier: "P", Sphere: "local", Fields: structure.Fields{Name: "Łódź Ørsted"}})
	long := strings.Repeat("DIRECTION-", 6) + "SERVICE"
	for _, which := range []string{"1", "2"} {
		w.run(&department.CreateDepartment{Structure: s, Code: long + which, Fields: department.Fields{Label: "Żółć " + which}})
	}
	file := filepath.Join(t.TempDir(), "codes.pdf")
	require.NoError(t, os.WriteFile(file, w.print(s), 0o600))

	text, err := exec.CommandContext(t.Context(), program, "-raw", file, "-").Output() //nolint:gosec // a program of this machine
	require.NoError(t, err)

	for _, want := range []string{"Łódź Ørsted", "Żółć 1", "Żółć 2"} {
		assert.Contains(t, tight(string(text)), tight(want))
	}
	// Lines of neighbouring cells may be read in turn: the ends that differ are there, apart.
	assert.Regexp(t, `E1`, tight(string(text)))
	assert.Regexp(t, `E2`, tight(string(text)))
}

// label is a text that begins otherwise.
func label(code string) string { return "L" + string([]rune(code)[1:]) }

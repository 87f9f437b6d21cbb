package export

import (
	"fmt"
	"io"
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

// PDF writes a small table as pages to print: a title, what it is of, the rows.
func PDF(w io.Writer, title, of string, header []string, rows Rows) error {
	p := fpdf.New("P", "mm", "A4", "")
	text := p.UnicodeTranslatorFromDescriptor("") // the fonts of every reader write Windows-1252
	p.SetTitle(title, true)
	p.SetMargins(18, 18, 18)
	p.SetAutoPageBreak(true, 18)
	p.AddPage()
	p.SetFont("Helvetica", "B", 16)
	p.MultiCell(0, 8, text(title), "", "L", false)
	p.SetFont("Helvetica", "", 11)
	p.MultiCell(0, 6, text(plain(of)), "", "L", false)
	p.Ln(4)
	width := 174 / float64(max(1, len(header)))
	line := func(style string, cells []string) {
		p.SetFont("Helvetica", style, 10)
		for _, c := range cells {
			p.CellFormat(width, 7, text(fit(p, plain(c), width-2)), "B", 0, "L", false, 0, "")
		}
		p.Ln(7)
	}
	line("B", header)
	if err := rows(func(cells []string) error {
		line("", cells)
		return p.Error()
	}); err != nil {
		return err
	}
	if err := p.Output(w); err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	return nil
}

// plain writes the spaces that do not break as those that do: the fonts have no narrow one.
func plain(s string) string { return strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(s) }

// fit cuts a text to a width.
func fit(p *fpdf.Fpdf, s string, width float64) string {
	r := []rune(s)
	for len(r) > 1 && p.GetStringWidth(string(r)) > width {
		r = r[:len(r)-1]
	}
	return string(r)
}

package export

import (
	_ "embed"
	"fmt"
	"io"
	"strings"
	"sync"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"

	"habilis/internal/fault"
	"habilis/internal/fold"
)

// inter is the letters of the pages on paper: Latin, Greek and Cyrillic, every accent.
//
//go:embed fonts/Inter-Regular.ttf
var inter []byte

// The sheet, in millimetres, and the sizes of its letters, in points.
const (
	margin   = 18.0
	width    = 210 - 2*margin
	foot     = 297 - margin
	lineHigh = 5.0
	gap      = 2.0
)

// PDF writes a small table as pages to print: a title, what it is of, the rows. A text that is wider than its column goes on in the next line, so nothing
// is left out. It fails with Refused where a letter is none that the font has.
func PDF(w io.Writer, of string, t Table) error {
	if err := drawable(append([]string{t.Title, of}, t.Header...)...); err != nil {
		return err
	}
	p := fpdf.New("P", "mm", "A4", "")
	p.AddUTF8FontFromBytes("Inter", "", inter)
	p.SetTitle(t.Title, true)
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(false, margin)
	p.AddPage()
	p.SetFont("Inter", "", 16)
	p.MultiCell(0, 8, plain(t.Title), "", "L", false)
	p.SetFont("Inter", "", 11)
	p.MultiCell(0, 6, plain(of), "", "L", false)
	p.Ln(4)
	p.SetFont("Inter", "", 10)
	row(p, t.Header, 90)
	err := t.Rows(func(cells []string) error {
		if err := drawable(cells...); err != nil {
			return err
		}
		if p.GetY()+high(p, cells) > foot {
			p.AddPage()
			row(p, t.Header, 90)
		}
		row(p, cells, 0)
		return p.Error()
	})
	if err != nil {
		return err
	}
	if err := p.Output(w); err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	return nil
}

// row writes the cells of a line beside each other, each as many lines high as it needs, in a grey of so much.
func row(p *fpdf.Fpdf, cells []string, grey int) {
	p.SetTextColor(grey, grey, grey)
	column, top, tall := width/float64(max(1, len(cells))), p.GetY(), high(p, cells)
	for i, cell := range cells {
		for n, line := range wrapped(p, cell, column-gap) {
			p.SetXY(margin+float64(i)*column, top+1+float64(n)*lineHigh)
			p.CellFormat(column-gap, lineHigh, line, "", 0, "L", false, 0, "")
		}
	}
	p.Line(margin, top+tall, margin+width, top+tall)
	p.SetXY(margin, top+tall)
}

// high is how high a line of cells is.
func high(p *fpdf.Fpdf, cells []string) float64 {
	lines := 1
	for _, cell := range cells {
		lines = max(lines, len(wrapped(p, cell, width/float64(len(cells))-gap)))
	}
	return float64(lines)*lineHigh + 2
}

// wrapped parts a text into lines of a width, measured as the letters are drawn: between words, or inside one that is wider.
func wrapped(p *fpdf.Fpdf, text string, most float64) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(plain(text)) {
		if line != "" && p.GetStringWidth(line+" "+word) <= most {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for line = word; p.GetStringWidth(line) > most; {
			runes := []rune(line)
			n := len(runes) - 1
			for n > 1 && p.GetStringWidth(string(runes[:n])) > most {
				n--
			}
			lines, line = append(lines, string(runes[:n])), string(runes[n:])
		}
	}
	return append(lines, line)
}

// plain writes the letters as the font has them, composed or as plainer ones, and leaves out what is not seen.
func plain(text string) string {
	font, err := letters()
	if err != nil {
		return text
	}
	var b strings.Builder
	var buffer sfnt.Buffer
	for _, r := range seen(text) {
		if glyph, err := font.GlyphIndex(&buffer, r); r != ' ' && r != '\n' && (err != nil || glyph == 0) {
			b.WriteString(norm.NFC.String(norm.NFKD.String(string(r))))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func seen(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u202f', r == '\u00a0':
			return ' '
		case r != '\n' && fold.Unseen(r):
			return -1
		}
		return r
	}, norm.NFC.String(text))
}

var letters = sync.OnceValues(func() (*sfnt.Font, error) { return sfnt.Parse(inter) })

// drawable refuses texts with a letter that the font does not have: it would be left out on paper.
func drawable(texts ...string) error {
	font, err := letters()
	if err != nil {
		return fmt.Errorf("font: %w", err)
	}
	var buffer sfnt.Buffer
	for _, text := range texts {
		for _, r := range plain(text) {
			if r == ' ' || r == '\n' {
				continue
			}
			glyph, err := font.GlyphIndex(&buffer, r)
			if err != nil {
				return fmt.Errorf("font: %w", err)
			}
			if glyph == 0 {
				return fault.New(fault.Refused, "export.letters", "letter", string(r))
			}
		}
	}
	return nil
}

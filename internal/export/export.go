// Package export writes tables for spreadsheets and for paper, row by row: what is in memory does not grow with the table.
package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"habilis/internal/fold"
)

// Kind is what the cells of a column are.
type Kind uint8

// The kinds: a text; a name that may be a number (an identifier, a postcode, a telephone, a label), every digit of which counts; a day, written 2006-01-02.
const (
	Text Kind = iota
	Code
	Day
)

// Rows gives the rows of a table, one at a time, until yield is told to stop or fails.
type Rows func(yield func(cells []string) error) error

// Table is what is written: a title, the headings of the columns and what they hold, how many rows there are, and the rows.
type Table struct {
	Title  string
	Header []string
	Kinds  []Kind // of each column; those that are left out are texts
	Count  int
	Rows   Rows
}

func (t Table) kind(column int) Kind {
	if column < len(t.Kinds) {
		return t.Kinds[column]
	}
	return Text
}

// Safe makes a text that no spreadsheet takes for a formula: one that begins as a formula would, unseen characters, spaces and width aside, is preceded
// by an apostrophe (OWASP, CSV injection).
func Safe(cell string) string {
	for _, r := range norm.NFKC.String(cell) {
		switch {
		case strings.ContainsRune("=+-@\t\r\n|%", r):
			return "'" + cell
		case r == ' ' || r == '\u00a0' || fold.Unseen(r):
			continue
		}
		return cell
	}
	return cell
}

// longestNumber is how many digits a spreadsheet shows of a number before it writes it as a power of ten.
const longestNumber = 11

// months are their names that spreadsheets know, whole and short, in French and in English.
const months = `(?:jan(?:v(?:ier)?|uary)?|f[eé]vr?(?:ier)?|feb(?:ruary)?|mar(?:s|ch)?|avr(?:il)?|apr(?:il)?|mai|may|juin|june?|juil?(?:let)?|july?|` +
	`ao[uû]t?|aug(?:ust)?|sept?(?:emb(?:re|er))?|oct(?:ob(?:re|er))?|nov(?:emb(?:re|er))?|d[eé]c(?:emb(?:re|er))?)\.?`

// taken matches what a spreadsheet takes for a number, a day, an hour or a truth: digits with what stands between, before and after them (signs of money,
// brackets, hundredths), a power of ten, a month's name beside a number.
var taken = regexp.MustCompile(`(?i)^(?:` + strings.Join([]string{
	`(?:[\p{Sc}( .,]|eur|usd|chf)*\d[\d .,/:e'’-]*(?:[\p{Sc}) %]|eur|usd|chf)*`,
	`\d{1,2}(?:(?::\d\d?)+ *[ap]\.?m?\.?| +[ap]\.?m?\.?|[ap]\.?m\.?)`,
	`\d{1,4}[ ./-]*` + months + `(?:[ ./,-]*\d{1,4}.*)?`,
	months + `[ ./,-]*\d{1,4}(?:[ ./,-]+\d{1,4}.*)?`,
	`true|false|vrai|faux`,
}, "|") + `)$`)

// spaces that do not break are spaces to a spreadsheet.
var spaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

// code writes a name that may be a number so that a double click on the file keeps its zeros and all its digits: where a spreadsheet would take it for a number
// or a day and lose some, it is a formula that gives the text. Other programs find ="0123" there; no writing of it is taken as it is by both.
func code(text string) string {
	safe := Safe(text)
	plain := strings.Trim(text, "0123456789") == "" && len(text) <= longestNumber && !strings.HasPrefix(text, "0")
	if safe != text || plain || !taken.MatchString(spaces.Replace(strings.TrimSpace(text))) || strings.Contains(text, `"`) { // a quote would end the text, and what follows be reckoned
		return safe
	}
	return `="` + text + `"`
}

// CSV writes a table with a byte-order mark and semicolons, as spreadsheets in French open it.
func CSV(w io.Writer, t Table) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("csv: %w", err)
	}
	c := csv.NewWriter(w)
	c.Comma, c.UseCRLF = ';', true
	header := make([]string, len(t.Header))
	for i, text := range t.Header {
		header[i] = Safe(text)
	}
	if err := c.Write(header); err != nil {
		return fmt.Errorf("csv: %w", err)
	}
	err := t.Rows(func(cells []string) error {
		for i, text := range cells {
			switch t.kind(i) {
			case Code:
				cells[i] = code(text)
			case Day:
				cells[i] = frenchDay(text)
			default:
				cells[i] = Safe(text)
			}
		}
		return c.Write(cells)
	})
	if err != nil {
		return err
	}
	c.Flush()
	return c.Error()
}

// frenchDay writes a day as spreadsheets in French read it.
func frenchDay(day string) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return Safe(day)
	}
	return at.Format("02/01/2006")
}

// sheetName keeps of a name what a sheet may be called: 31 characters, without the signs that workbooks keep for themselves.
func sheetName(name string) string {
	r := []rune(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) {
			return ' '
		}
		return r
	}, name))
	for len(utf16.Encode(r)) > 31 { // as workbooks count
		r = r[:len(r)-1]
	}
	if name = strings.Trim(string(r), " '"); name == "" {
		return "1"
	}
	return name
}

// firstDay is the first that workbooks number as everybody does: they have a 29 February 1900.
var firstDay = time.Date(1900, time.March, 1, 0, 0, 0, 0, time.UTC)

// XLSX writes a table as a workbook of one sheet whose first row stays in sight. A day is a date; every other cell is a text, so none is a formula. tmp is
// where what does not fit in memory goes meanwhile.
func XLSX(w io.Writer, tmp string, t Table) error {
	sheet := sheetName(t.Title)
	f := excelize.NewFile(excelize.Options{TmpDir: tmp})
	defer f.Close() //nolint:errcheck // its temporary files
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	s, err := stream(f, sheet, t)
	if err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	format := "dd/mm/yyyy"
	date, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	n := 0
	write := func(style int, cells []string) error {
		n++
		values := make([]any, len(cells))
		for i, text := range cells {
			values[i] = excelize.Cell{StyleID: style, Value: text}
			at, err := time.Parse(time.DateOnly, text)
			switch {
			case err != nil || style == bold || t.kind(i) != Day:
			case at.Before(firstDay):
				values[i] = excelize.Cell{StyleID: style, Value: frenchDay(text)}
			default:
				values[i] = excelize.Cell{StyleID: date, Value: at}
			}
		}
		return s.SetRow(fmt.Sprintf("A%d", n), values)
	}
	if err := write(bold, t.Header); err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	if err := t.Rows(func(cells []string) error { return write(0, cells) }); err != nil {
		return err
	}
	if err := s.Flush(); err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	return nil
}

// stream opens the sheet for writing. Its dimension stands before the rows, so how many there are must be known.
func stream(f *excelize.File, sheet string, t Table) (*excelize.StreamWriter, error) {
	last, err := excelize.CoordinatesToCellName(max(1, len(t.Header)), t.Count+1)
	if err != nil {
		return nil, err
	}
	if err := f.SetSheetDimension(sheet, "A1:"+last); err != nil {
		return nil, err
	}
	s, err := f.NewStreamWriter(sheet)
	if err != nil {
		return nil, err
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	return s, s.SetColWidth(1, max(1, len(t.Header)), 24)
}

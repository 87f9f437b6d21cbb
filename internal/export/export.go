// Package export writes tables for spreadsheets, row by row: what is in memory does not grow with the table.
package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// Rows gives the rows of a table, one at a time, until yield is told to stop or fails.
type Rows func(yield func(cells []string) error) error

// Safe makes a text that no spreadsheet takes for a formula: one that begins as a formula would is preceded by an apostrophe (OWASP, CSV
// injection).
func Safe(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// CSV writes a table with a byte-order mark and semicolons, as spreadsheets in French open it.
func CSV(w io.Writer, header []string, rows Rows) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("csv: %w", err)
	}
	c := csv.NewWriter(w)
	c.Comma, c.UseCRLF = ';', true
	write := func(cells []string) error {
		for i, text := range cells {
			cells[i] = Safe(text)
		}
		return c.Write(cells)
	}
	if err := write(header); err != nil {
		return fmt.Errorf("csv: %w", err)
	}
	if err := rows(write); err != nil {
		return err
	}
	c.Flush()
	return c.Error()
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

// XLSX writes a table as a workbook of one sheet whose first row stays in sight. Every cell is a text, so none is a formula.
func XLSX(w io.Writer, sheet string, header []string, rows Rows) error {
	sheet = sheetName(sheet)
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // its temporary files
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	s, err := f.NewStreamWriter(sheet)
	if err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	if err := s.SetColWidth(1, max(1, len(header)), 24); err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	n := 0
	write := func(style int, cells []string) error {
		n++
		values := make([]any, len(cells))
		for i, text := range cells {
			values[i] = excelize.Cell{StyleID: style, Value: text}
		}
		return s.SetRow(fmt.Sprintf("A%d", n), values)
	}
	if err := write(bold, header); err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	if err := rows(func(cells []string) error { return write(0, cells) }); err != nil {
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

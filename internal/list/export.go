package list

import (
	"context"
	"io"
	"time"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/export"
	"habilis/internal/right"
)

// Cell is what a column of an export holds: its kind, and its text for a row. Words are the values that pages have words for.
type Cell[Row any] struct {
	Kind  export.Kind
	Text  func(r Row, zone *time.Location) string
	Words []string
}

// Column is one column of an export, with its title in the language of the page.
type Column struct {
	Key   string `json:"key"`
	Title string `json:"title"`
}

// Export is the file that is asked of a list: csv or xlsx, with these columns. Words says the words of the page for values that are keys, by
// "<column>.<value>".
type Export struct {
	Format  string            `json:"format"`
	Title   string            `json:"title"`
	Columns []Column          `json:"columns"`
	Words   map[string]string `json:"words"`
}

// Day writes an instant as the day that it is in a zone, none for 0.
func Day(at int64, zone *time.Location) string {
	if at == 0 {
		return ""
	}
	return time.UnixMilli(at).In(zone).Format(time.DateOnly)
}

func (l *List[Q, Row]) checkExport(ctx context.Context, d *db.DB, q Q, in Export) error {
	if n := len([]rune(in.Title)); n == 0 || n > 31 || in.Format != "csv" && in.Format != "xlsx" || !l.closed(in) {
		return malformedExport()
	}
	return d.Read(ctx, func(tx *db.Tx) error {
		sight, err := l.Sight(ctx, tx, q)
		if err != nil {
			return err
		}
		if _, err = l.Planned(ctx, tx, q, "", sight); err != nil {
			return err
		}
		return access.RequireConfirmed(ctx)
	})
}

// closed reports whether columns and words are of the closed lists, each once: a message must not make a file of any size.
func (l *List[Q, Row]) closed(in Export) bool {
	seen, words := map[string]bool{}, map[string]bool{}
	for _, c := range in.Columns {
		if _, known := l.Cells[c.Key]; !known || seen[c.Key] || len([]rune(c.Title)) > 100 {
			return false
		}
		seen[c.Key] = true
	}
	for key, cell := range l.Cells {
		for _, word := range cell.Words {
			words[key+"."+word] = true
		}
	}
	for key, word := range in.Words {
		if !words[key] || len([]rune(word)) > 100 {
			return false
		}
	}
	return len(in.Columns) > 0
}

func (l *List[Q, Row]) write(ctx context.Context, d *db.DB, q Q, in Export, w io.Writer) error {
	if err := l.checkExport(ctx, d, q, in); err != nil {
		return err
	}
	return d.Read(ctx, func(tx *db.Tx) error {
		sight, err := l.Sight(ctx, tx, q)
		if err != nil {
			return err
		}
		table, err := l.table(ctx, tx, q, in, sight)
		if err != nil {
			return err
		}
		if in.Format == "csv" {
			return export.CSV(w, table)
		}
		p, _, err := l.Counting(ctx, tx, q, sight)
		if err != nil {
			return err
		}
		n, err := l.Counted(ctx, tx, p, -1)
		if err != nil {
			return err
		}
		table.Count = int(n)
		return export.XLSX(w, d.Tmp(), table)
	})
}

func (l *List[Q, Row]) table(ctx context.Context, tx *db.Tx, q Q, in Export, sight right.Sight) (export.Table, error) {
	zone, err := access.Zone(ctx, tx)
	if err != nil {
		return export.Table{}, err
	}
	t := export.Table{Title: in.Title, Header: make([]string, len(in.Columns))}
	for i, c := range in.Columns {
		t.Header[i] = c.Title
		t.Kinds = append(t.Kinds, l.Cells[c.Key].Kind)
	}
	t.Rows = func(yield func([]string) error) error {
		return l.Each(ctx, tx, q, sight, func(r Row) error { return yield(l.line(in, r, zone)) })
	}
	return t, nil
}

func (l *List[Q, Row]) line(in Export, r Row, zone *time.Location) []string {
	cells := make([]string, len(in.Columns))
	for i, c := range in.Columns {
		cells[i] = l.Cells[c.Key].Text(r, zone)
		if word, known := in.Words[c.Key+"."+cells[i]]; known {
			cells[i] = word
		}
	}
	return cells
}

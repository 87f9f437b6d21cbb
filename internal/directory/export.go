package directory

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/export"
	"habilis/internal/fault"
	"habilis/internal/page"
	"habilis/internal/right"
)

// Column is one column of an export, with its title in the language of the page.
type Column struct {
	Key   string `json:"key"`
	Title string `json:"title"`
}

// Export is what a list is exported as: csv or xlsx, with these columns. Words says the words of the page for values that are keys, by
// "<column>.<value>".
type Export struct {
	Wanted  Wanted            `json:"wanted"`
	Format  string            `json:"format"`
	Title   string            `json:"title"`
	Columns []Column          `json:"columns"`
	Words   map[string]string `json:"words"`
}

// exportColumn is what a column can hold: what it is, and its cell. Words are the values that pages have words for.
type exportColumn struct {
	kind  export.Kind
	cell  func(r Row, zone *time.Location) string
	words []string
}

// exportColumns are those of an export, by key.
var exportColumns = map[string]exportColumn{
	"identifier": {export.Code, func(r Row, _ *time.Location) string { return r.canonical }, nil},
	"identifierType": {export.Text, func(r Row, _ *time.Location) string { return r.IdentifierType }, []string{
		"siret", "eu", "non_eu", "ridet", "tahiti", "pending", "individual", "platform",
	}},
	"name":     {export.Code, func(r Row, _ *time.Location) string { return r.Name }, nil},
	"label":    {export.Code, func(r Row, _ *time.Location) string { return r.Label }, nil},
	"sphere":   {export.Text, func(r Row, _ *time.Location) string { return r.Sphere }, []string{"private", "state", "local", "platform"}},
	"postcode": {export.Code, func(r Row, _ *time.Location) string { return r.Postcode }, nil},
	"town":     {export.Text, func(r Row, _ *time.Location) string { return r.Town }, nil},
	"email":    {export.Text, func(r Row, _ *time.Location) string { return r.Email }, nil},
	"phone":    {export.Code, func(r Row, _ *time.Location) string { return r.Phone }, nil},
	"verdict": {export.Text, func(r Row, _ *time.Location) string { return r.Verdict }, []string{
		"none", "active", "closed", "unknown", "unverifiable",
	}},
	"labels":  {export.Code, func(r Row, _ *time.Location) string { return strings.Join(r.Labels, ", ") }, nil},
	"manager": {export.Code, func(r Row, _ *time.Location) string { return r.Manager }, nil},
	"state": {export.Text, func(r Row, _ *time.Location) string {
		return map[bool]string{true: "active", false: "inactive"}[r.Active]
	}, []string{"active", "inactive"}},
	"created": {export.Day, func(r Row, zone *time.Location) string {
		if r.CreatedAt == 0 {
			return ""
		}
		return time.UnixMilli(r.CreatedAt).In(zone).Format(time.DateOnly)
	}, nil},
}

// CheckExport refuses an export that cannot be made, before a page asks for its file. The passphrase is asked again: a file leaves with everything.
func (s *Service) CheckExport(ctx context.Context, in Export) error {
	if n := len([]rune(in.Title)); n == 0 || n > 31 || in.Format != "csv" && in.Format != "xlsx" || !in.closed() {
		return fault.New(fault.Protocol, "export.malformed")
	}
	in.Wanted.After = ""
	return s.db.Read(ctx, func(tx *db.Tx) error {
		sight, err := s.sight(ctx, tx, in.Wanted)
		if err != nil {
			return err
		}
		if _, err = plan(in.Wanted, sight, false); err != nil {
			return err
		}
		return access.RequireConfirmed(ctx)
	})
}

// mostOnly bounds how many structures are named one by one.
const mostOnly = 20_000

// closed tells whether columns and words are of the closed lists, each once: a message must not make a file of any size.
func (in Export) closed() bool {
	seen, words := map[string]bool{}, map[string]bool{}
	for _, c := range in.Columns {
		if _, known := exportColumns[c.Key]; !known || seen[c.Key] || len([]rune(c.Title)) > 100 {
			return false
		}
		seen[c.Key] = true
	}
	for key, column := range exportColumns {
		for _, word := range column.words {
			words[key+"."+word] = true
		}
	}
	for key, word := range in.Words {
		if !words[key] || len([]rune(word)) > 100 {
			return false
		}
	}
	return len(in.Columns) > 0 && len(in.Wanted.Only) <= mostOnly
}

// Write writes an export: exactly the rows that the list shows to the actor, in its order.
func (s *Service) Write(ctx context.Context, in Export, w io.Writer) error {
	if err := s.CheckExport(ctx, in); err != nil {
		return err
	}
	in.Wanted.After = ""
	return s.db.Read(ctx, func(tx *db.Tx) error {
		sight, err := s.sight(ctx, tx, in.Wanted)
		if err != nil {
			return err
		}
		zone, err := access.Zone(ctx, tx)
		if err != nil {
			return err
		}
		header := make([]string, len(in.Columns))
		for i, c := range in.Columns {
			header[i] = c.Title
		}
		table := export.Table{Title: in.Title, Header: header}
		for _, c := range in.Columns {
			table.Kinds = append(table.Kinds, exportColumns[c.Key].kind)
		}
		table.Rows = func(yield func([]string) error) error {
			return s.each(ctx, tx, in.Wanted, sight, func(r Row) error { return yield(line(in, r, zone)) })
		}
		if in.Format == "csv" {
			return export.CSV(w, table)
		}
		p, _, err := Counting(in.Wanted, sight)
		if err != nil {
			return err
		}
		n, err := counted(ctx, tx, p, -1)
		if err != nil {
			return err
		}
		table.Count = int(n)
		return export.XLSX(w, s.db.Tmp(), table)
	})
}

func line(in Export, r Row, zone *time.Location) []string {
	list := make([]string, len(in.Columns))
	for i, c := range in.Columns {
		list[i] = exportColumns[c.Key].cell(r, zone)
		if word, known := in.Words[c.Key+"."+list[i]]; known {
			list[i] = word
		}
	}
	return list
}

// batch is how many rows are completed at a time.
const batch = 500

// each gives every row of a list in its order, whatever its length.
func (s *Service) each(ctx context.Context, tx *db.Tx, q Wanted, sight right.Sight, give func(Row) error) error {
	if !q.InParts() {
		return eachOf(ctx, tx, q, sight, give)
	}
	for _, q.Part = range []string{page.First, page.Others} {
		if err := eachOf(ctx, tx, q, sight, give); err != nil {
			return err
		}
	}
	return nil
}

func eachOf(ctx context.Context, tx *db.Tx, q Wanted, sight right.Sight, give func(Row) error) error {
	p, err := Settled(ctx, tx, q, sight)
	if err != nil {
		return err
	}
	p.Limit = -1
	query, args, err := p.SQL(Columns)
	if err != nil {
		return err
	}
	found, err := tx.Select(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("structures: %w", err)
	}
	defer found.Close() //nolint:errcheck // Err tells below
	list := make([]Row, 0, batch)
	send := func() error {
		conceal(list, sight)
		if err := managers(ctx, tx, list); err != nil {
			return err
		}
		for _, r := range list {
			if err := give(r); err != nil {
				return err
			}
		}
		list = list[:0]
		return nil
	}
	for found.Next() {
		r, err := scan(found)
		if err != nil {
			return err
		}
		if list = append(list, r); len(list) == batch {
			if err := send(); err != nil {
				return err
			}
		}
	}
	if err := found.Err(); err != nil {
		return fmt.Errorf("structures: %w", err)
	}
	return send()
}

package structure

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

// cells are what a column can hold.
var cells = map[string]func(r Row, zone *time.Location) string{
	"identifier":     func(r Row, _ *time.Location) string { return r.Identifier },
	"identifierType": func(r Row, _ *time.Location) string { return r.IdentifierType },
	"name":           func(r Row, _ *time.Location) string { return r.Name },
	"label":          func(r Row, _ *time.Location) string { return r.Label },
	"sphere":         func(r Row, _ *time.Location) string { return r.Sphere },
	"postcode":       func(r Row, _ *time.Location) string { return r.Postcode },
	"town":           func(r Row, _ *time.Location) string { return r.Town },
	"email":          func(r Row, _ *time.Location) string { return r.Email },
	"phone":          func(r Row, _ *time.Location) string { return r.Phone },
	"verdict":        func(r Row, _ *time.Location) string { return r.Verdict },
	"labels":         func(r Row, _ *time.Location) string { return strings.Join(r.Labels, ", ") },
	"manager":        func(r Row, _ *time.Location) string { return r.Manager },
	"state": func(r Row, _ *time.Location) string {
		return map[bool]string{true: "active", false: "inactive"}[r.Active]
	},
	"created": func(r Row, zone *time.Location) string {
		if r.CreatedAt == 0 {
			return ""
		}
		return time.UnixMilli(r.CreatedAt).In(zone).Format("02/01/2006")
	},
}

// CheckExport refuses an export that cannot be made, before a page asks for its file.
func (s *Service) CheckExport(ctx context.Context, in Export) error {
	if len(in.Title) > 200 || in.Format != "csv" && in.Format != "xlsx" || len(in.Columns) == 0 || len(in.Title) == 0 || len([]rune(in.Title)) > 31 {
		return fault.New(fault.Protocol, "export.malformed")
	}
	for _, c := range in.Columns {
		if len(in.Columns) > 50 || len(c.Key) > 50 || cells[c.Key] == nil || len(c.Title) > 100 {
			return fault.New(fault.Protocol, "export.malformed")
		}
	}
	in.Wanted.After = ""
	return s.db.Read(ctx, func(tx *db.Tx) error {
		sight, err := s.sight(ctx, tx, in.Wanted)
		if err != nil {
			return err
		}
		_, err = plan(in.Wanted, sight, false)
		return err
	})
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
		rows := func(yield func([]string) error) error {
			return s.each(ctx, tx, in.Wanted, sight, func(r Row) error { return yield(line(in, r, zone)) })
		}
		if in.Format == "csv" {
			return export.CSV(w, header, rows)
		}
		return export.XLSX(w, in.Title, header, rows)
	})
}

func line(in Export, r Row, zone *time.Location) []string {
	list := make([]string, len(in.Columns))
	for i, c := range in.Columns {
		list[i] = cells[c.Key](r, zone)
		if word, known := in.Words[c.Key+"."+list[i]]; known {
			list[i] = word
		}
	}
	return list
}

// batch is how many rows are completed at a time.
const batch = 500

// each gives every row of a list in its order, whatever its length.
func (s *Service) each(ctx context.Context, tx *db.Tx, q Wanted, sight access.Sight, give func(Row) error) error {
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

func eachOf(ctx context.Context, tx *db.Tx, q Wanted, sight access.Sight, give func(Row) error) error {
	p, err := settled(ctx, tx, q, sight)
	if err != nil {
		return err
	}
	p.Limit = -1
	query, args, err := p.SQL(columns)
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

package directory

import (
	"context"
	"fmt"
	"io"
	"slices"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/export"
	"habilis/internal/fault"
	"habilis/internal/identifier"
	"habilis/internal/place"
	"habilis/internal/right"
)

// Codes is the list of the active departments' codes, for suppliers: csv or pdf, with the words of the page. Columns are code, label, and what a
// supplier must give; Words say commitment and nothing.
type Codes struct {
	Structure int64             `json:"structure"`
	Format    string            `json:"format"`
	Title     string            `json:"title"`
	Columns   []string          `json:"columns"`
	Words     map[string]string `json:"words"`
}

// CheckCodes refuses a list that cannot be made. It asks department.view on the structure.
func (s *Service) CheckCodes(ctx context.Context, in Codes) error {
	told := append([]string{in.Title, in.Words["commitment"], in.Words["nothing"]}, in.Columns...)
	if in.Format != "csv" && in.Format != "pdf" || len(in.Columns) != 3 || in.Title == "" || in.otherWords() ||
		slices.ContainsFunc(told, func(s string) bool { return len(s) > 100 }) {
		return fault.New(fault.Protocol, "export.malformed")
	}
	return s.db.Read(ctx, func(tx *db.Tx) error {
		_, err := access.Require(ctx, tx, right.DepartmentView, right.Structure(in.Structure))
		return err
	})
}

// otherWords reports whether there are words of values that the list does not have.
func (in Codes) otherWords() bool {
	for key := range in.Words {
		if key != "commitment" && key != "nothing" {
			return true
		}
	}
	return false
}

// WriteCodes writes the list.
func (s *Service) WriteCodes(ctx context.Context, in Codes, w io.Writer) error {
	if err := s.CheckCodes(ctx, in); err != nil {
		return err
	}
	return s.db.Read(ctx, func(tx *db.Tx) error {
		row, _, err := place.Find(ctx, tx, in.Structure)
		if err != nil {
			return err
		}
		list, err := tx.DepartmentsOf(ctx, sqlc.DepartmentsOfParams{StructureID: in.Structure, At: tx.At})
		if err != nil {
			return fmt.Errorf("departments: %w", err)
		}
		rows := func(yield func([]string) error) error {
			for _, d := range list {
				if d.Active == nil || !*d.Active {
					continue
				}
				word := "nothing"
				if row.CommitmentRequired || d.CommitmentRequired {
					word = "commitment"
				}
				if err := yield([]string{d.Code, d.Label, in.Words[word]}); err != nil {
					return err
				}
			}
			return nil
		}
		if in.Format == "csv" {
			return export.CSV(w, export.Table{Title: in.Title, Header: in.Columns, Kinds: slices.Repeat([]export.Kind{export.Code}, len(in.Columns)), Rows: rows})
		}
		title := row.Name + " · " + identifier.Format(row.IdentifierType, row.Identifier)
		return export.PDF(w, title, export.Table{Title: in.Title, Header: in.Columns, Rows: rows})
	})
}

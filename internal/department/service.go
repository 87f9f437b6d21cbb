// Package department keeps the departments of structures.
package department

import (
	"context"
	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/change"
)

// Service reads the departments of structures.
type Service struct{ db *db.DB }

// NewService makes a service.
func NewService(d *db.DB) *Service { return &Service{d} }

// Add writes a department.
func Add(ctx context.Context, tx *db.Tx, d sqlc.AddDepartmentParams) (int64, error) {
	return tx.AddDepartment(ctx, d)
}

// Kinds lists the changes of departments.
func Kinds() []change.Kind {
	return []change.Kind{
		change.Of[CreateDepartment](change.Form, nil), change.Of[EditDepartment](change.Form, nil), change.Of[SwitchDepartment](change.Form, nil),
	}
}

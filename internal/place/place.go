// Package place finds the rows of structures and departments for the domains that are about them, and tells who sees which.
package place

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/journal"
	"habilis/internal/right"
)

// Department reads a department's row. It fails with NotFound where there is none.
func Department(ctx context.Context, tx *db.Tx, id int64) (sqlc.Department, error) {
	d, err := tx.DepartmentRow(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return d, fault.New(fault.NotFound, "department.not_found")
	}
	if err != nil {
		return d, fmt.Errorf("department %d: %w", id, err)
	}
	return d, nil
}

// Longest is how many characters each text of a structure may have.
var Longest = map[string]int{
	"name": 200, "firstName": 100, "lastName": 100, "label": 100, "email": 254, "phone": 20, "address1": 80, "address2": 80, "address3": 80, "postcode": 10,
	"town": 80, "country": 2, "vat": 18, "rcs": 100, "pacage": 9, "mandateHolder": 200, "mandateFrom": 10, "mandateUntil": 10, "technicalAccount": 200,
	"connections": 1000, "responsible": 10, "moa": 10,
}

// Public reports whether the parameters of a public structure apply.
func Public(sphere string) bool { return sphere == "state" || sphere == "local" }

// Registration returns what the official list of platforms, as last pasted, says of a matricule: a name and a state, empty where it is not on the list.
func Registration(ctx context.Context, tx *db.Tx, matricule string) (sqlc.RegisteredPlatform, error) {
	row, err := tx.RegisteredPlatform(ctx, matricule)
	if errors.Is(err, sql.ErrNoRows) {
		return sqlc.RegisteredPlatform{}, nil
	}
	if err != nil {
		return row, fmt.Errorf("registered platform: %w", err)
	}
	return row, nil
}

// CheckRegistered refuses a matricule that the official list does not know as registered.
func CheckRegistered(ctx context.Context, tx *db.Tx, matricule string) error {
	row, err := Registration(ctx, tx, matricule)
	if err != nil {
		return err
	}
	if row.State != "registered" {
		return fault.Field("identifier", "platform.not_registered")
	}
	return nil
}

// Close closes what waits on a place that is no more, each with its line.
func Close(ctx context.Context, tx *db.Tx, actor *access.Actor, scope right.Scope, why string) error {
	var rows []sqlc.Request
	var err error
	if scope.Department == 0 {
		rows, err = tx.CloseRequestsOf(ctx, sqlc.CloseRequestsOfParams{DecidedAt: tx.At, StructureID: &scope.Structure})
	} else {
		rows, err = tx.CloseRequestsOfDepartment(ctx, sqlc.CloseRequestsOfDepartmentParams{DecidedAt: tx.At, DepartmentID: &scope.Department})
	}
	if err != nil {
		return fmt.Errorf("requests: %w", err)
	}
	for _, r := range rows {
		err := journal.Record(ctx, tx, actor, journal.Entry{
			Action: "request.closed", Kind: "request", Object: r.ID, Structure: access.RequestScope(r).Structure, Person: r.BeneficiaryID,
			Details: map[string]string{"subject": r.Subject, "why": why},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Link is another structure by name; ID is 0 where there is none that the actor may see.
type Link struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// Linked names another structure where the actor may see it.
func Linked(ctx context.Context, tx *db.Tx, actor *access.Actor, id *int64) (Link, error) {
	if id == nil {
		return Link{}, nil
	}
	if whole, part := Seen(actor.Rights.See(right.StructureView, tx.At), *id); !whole && !part {
		return Link{}, nil
	}
	row, err := tx.StructureRow(ctx, *id)
	if err != nil {
		return Link{}, fmt.Errorf("structure %d: %w", *id, err)
	}
	return Link{row.ID, row.Name}, nil
}

// Seen reports whether a sight shows a structure whole, or a department of it.
func Seen(sight right.Sight, id int64) (whole, part bool) {
	if sight.Holds(right.Structure(id)) {
		return true, false
	}
	for _, p := range sight.Partial {
		if p == id {
			return false, true
		}
	}
	return false, false
}

// NotFound is the fault of a structure that is not there.
func NotFound() error { return fault.New(fault.NotFound, "structure.not_found") }

// Row reads a structure's row. It fails with NotFound where there is none, or its creation was cancelled.
func Row(ctx context.Context, tx *db.Tx, id int64) (sqlc.Structure, error) {
	row, err := tx.StructureRow(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return row, NotFound()
	}
	if err != nil {
		return row, fmt.Errorf("structure %d: %w", id, err)
	}
	return row, nil
}

// Find is Row, with whether the structure is active.
func Find(ctx context.Context, tx *db.Tx, id int64) (sqlc.Structure, bool, error) {
	row, err := Row(ctx, tx, id)
	if err != nil {
		return row, false, err
	}
	active, err := Active(ctx, tx, id)
	return row, active, err
}

// Active reports whether a structure is active.
func Active(ctx context.Context, tx *db.Tx, id int64) (bool, error) {
	states, err := tx.StatesOfStructure(ctx, id)
	if err != nil {
		return false, fmt.Errorf("structure states: %w", err)
	}
	for _, st := range states {
		if st.FromAt <= tx.At && tx.At < st.UntilAt {
			return st.State == "active", nil
		}
	}
	return false, nil
}

package structure

import (
	"context"

	"habilis/db"
	"habilis/internal/directory"
	"habilis/internal/list"
	"habilis/internal/right"
)

// What the tests of this folder look into.
var (
	Among  = directory.Among
	Orders = directory.Structures.Orders
)

// PlanOf is the plan of a page of structures, or of one of its parts.
func PlanOf(ctx context.Context, tx *db.Tx, q directory.Wanted, sight right.Sight) (*list.Plan, error) {
	return directory.Structures.Settled(ctx, tx, q, q.Part, sight)
}

// CountingOf is the plan of a count of structures.
func CountingOf(ctx context.Context, tx *db.Tx, q directory.Wanted, sight right.Sight) (*list.Plan, int, error) {
	return directory.Structures.Counting(ctx, tx, q, sight)
}

// ColumnsOf are what a line of the list reads.
func ColumnsOf() string {
	columns, _ := directory.Structures.Columns(right.Sight{}, 0)
	return columns
}

package structure

import (
	"habilis/internal/directory"
)

// What the tests of this folder look into.
var (
	PlanOf     = directory.Settled
	CountingOf = directory.Counting
	Among      = directory.Among
	Orders     = directory.Orders
	Columns    = directory.Columns
)

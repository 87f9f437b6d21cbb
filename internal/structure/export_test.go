package structure

// What the tests of this folder look into.
var (
	PlanOf     = settled
	CountingOf = counting
	Among      = among
	Orders     = orders
	Columns    = columns
)

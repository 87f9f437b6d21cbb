package structure

// What the tests of this folder look into.
var (
	PlanOf  = plan
	Among   = among
	Orders  = orders
	Columns = columns
)

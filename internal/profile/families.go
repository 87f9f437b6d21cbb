package profile

import "embed"

// FamilyTables holds the tables of the profiles that families are installed with.
//
//go:embed families/*.csv
var FamilyTables embed.FS

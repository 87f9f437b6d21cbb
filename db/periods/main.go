// Command periods prints what every table of periods needs, from one list: the migration that keeps its rules (rows are written once, until_at alone
// may change, rows of one key never overlap: rights.md, A25), its queries, the functions of package ledger that open and end its rows, and what package db
// asks of the rows that were loaded at once.
//
//	go run ./db/periods migration | queries | ledger | overlaps
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// table declares a table of periods.
type table struct {
	name string // of the table
	one  string // how Go names one of its rows
	key  string // of the rows of one key, at most one holds at any instant
	off  string // what stands in the column state where it is not active
	hand string // what package ledger offers by hand instead, over what is made here: open, end
	fact string // the column whose words the facts of a right tell of a row (none: -), where its rows are facts
	made string // its columns beside id, from_at, until_at and opened_by, where the migration makes it: a statement has made the others
}

// tables are the tables of periods. Each has the columns id, from_at, until_at and opened_by; department_id without a structure stands for both.
var tables = []table{
	{name: "profile_contents", one: "Content", key: "profile_id", hand: "open"},
	{name: "user_states", one: "UserState", key: "user_id", off: "disabled", fact: "state"},
	{name: "structure_states", one: "StructureState", key: "structure_id", off: "inactive", fact: "state"},
	{name: "department_states", one: "DepartmentState", key: "department_id", off: "inactive"},
	{name: "department_validities", one: "Validity", key: "department_id"},
	{name: "memberships", one: "Membership", key: "user_id structure_id department_id", hand: "end", fact: "-"},
	{name: "grants", one: "Grant", key: "user_id profile_id structure_id department_id", hand: "open", fact: "options"},
	{name: "principals", one: "Principal", key: "structure_id", fact: "-"},
	// A person may break a duty over a period, for a reason.
	{
		name: "duty_exceptions", one: "DutyException", key: "user_id duty",
		made: "user_id INTEGER NOT NULL REFERENCES users (id); duty TEXT NOT NULL; reason TEXT NOT NULL",
	},
	{name: "ceilings", one: "Ceiling", key: "structure_id", fact: "modules"},
}

// file is the migration that this command prints; those before it make the tables.
const file = "00013_periods.sql"

func main() {
	if err := printed(context.Background(), strings.Join(os.Args[1:], " ")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func printed(ctx context.Context, what string) error {
	all, err := read(ctx, filepath.Join("db", "migrations"))
	if err != nil {
		return err
	}
	write, known := map[string]func([]declared) (string, error){"migration": migration, "queries": queries, "ledger": functions, "overlaps": overlaps}[what]
	if !known {
		return fmt.Errorf("%q: migration, queries, ledger or overlaps is asked", what)
	}
	text, err := write(all)
	fmt.Print(text)
	return err
}

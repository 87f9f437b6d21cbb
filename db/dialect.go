package db

import (
	"context"
	"fmt"
	"strings"
)

// The words of this engine that a query written by hand is made of. What stands in their place elsewhere changes here alone.

// In keeps to the rows of which a column is one of some numbers. They are one argument, as List makes it.
func In(column string) string { return column + " IN (SELECT value FROM json_each(?))" }

// NotIn keeps to the rows of which a column is none of some numbers.
func NotIn(column string) string { return column + " NOT IN (SELECT value FROM json_each(?))" }

// Each gives some numbers as rows of one column, id, each once.
const Each = "SELECT DISTINCT value AS id FROM json_each(?)"

// Ends keeps to the rows whose period ends on a known day. The end that means none is said in so many digits: an index that leaves it out is read only so.
func Ends(column string) string { return column + " < 253402300799999" }

// Along follows the name of a table, which is then read along an index; of no name, in the order of making.
func Along(index string) string {
	if index == "" {
		return "NOT INDEXED"
	}
	return "INDEXED BY " + index
}

// Apart keeps a column's own index out of the choice of how a query is answered.
func Apart(column string) string { return "+" + column }

// Holds keeps to the rows of which a text holds another, which is one argument.
func Holds(text string) string { return "instr(" + text + ", ?) > 0" }

// Unspaced is a text without its spaces.
func Unspaced(text string) string { return "replace(" + text + ", ' ', '')" }

// Found keeps to the rows whose column is the number of a text that a full-text index finds. The question is one argument.
func Found(column, index string) string {
	return column + " IN (SELECT rowid FROM " + index + " WHERE " + index + " MATCH ?)"
}

// Matches is Found where the query follows the index itself; Number is then the number of what was found.
func Matches(index string) string { return index + " MATCH ?" }

// Number is the number of a text in a full-text index that a query follows.
func Number(index string) string { return index + ".rowid" }

// Joined returns the texts of a column in one, each on its line.
func Joined(column string) string { return "group_concat(" + column + ", char(10))" }

// Index puts a text under its number into a full-text index.
func (tx *Tx) Index(ctx context.Context, index, column string, number int64, text string) error {
	return tx.Exec(ctx, "INSERT INTO "+Indexed(index, column)+" VALUES (?, ?)", number, text)
}

// Indexed is a full-text index and its columns, the number first, as rows are put into it.
func Indexed(index, column string) string { return index + " (rowid, " + column + ")" }

// Unindex takes the text of a number out of a full-text index.
func (tx *Tx) Unindex(ctx context.Context, index string, number int64) error {
	return tx.Exec(ctx, "DELETE FROM "+index+" WHERE rowid = ?", number)
}

// Explain returns how the engine would answer a query, step by step.
func (tx *Tx) Explain(ctx context.Context, query string, args ...any) (steps []string, err error) {
	rows, err := tx.Select(ctx, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", strings.TrimSpace(query), err)
	}
	defer rows.Close() //nolint:errcheck // Err tells below
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			return nil, fmt.Errorf("plan: %w", err)
		}
		steps = append(steps, step)
	}
	return steps, rows.Err()
}

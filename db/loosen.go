package db

import (
	"context"
	"fmt"
)

// Loosen takes the indexes and triggers of some tables away, for whoever fills them with rows that are known to be sound: to build an index once is
// several times faster than to keep it row by row. The function that it returns makes them again; the transaction fails without it.
func (tx *Tx) Loosen(ctx context.Context, tables ...string) (tighten func() error, err error) {
	names := map[string]bool{}
	for _, t := range tables {
		names[t] = true
	}
	drop, restore, err := tx.rules(ctx, names)
	if err != nil {
		return nil, err
	}
	for _, statement := range append([]string{"PRAGMA cache_size = -200000"}, drop...) {
		if err := tx.Exec(ctx, statement); err != nil {
			return nil, err
		}
	}
	return func() error {
		for _, statement := range append(restore, "PRAGMA cache_size = -8000") {
			if err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// rules gives the statements that take the indexes and triggers of tables away, and those that make them again.
func (tx *Tx) rules(ctx context.Context, tables map[string]bool) (drop, restore []string, err error) {
	rows, err := tx.Select(ctx, "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND type IN ('index', 'trigger')")
	if err != nil {
		return nil, nil, fmt.Errorf("schema: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err tells below
	for rows.Next() {
		var kind, name, table, text string
		if err := rows.Scan(&kind, &name, &table, &text); err != nil {
			return nil, nil, fmt.Errorf("schema: %w", err)
		}
		if tables[table] {
			drop, restore = append(drop, "DROP "+kind+" "+name), append(restore, text)
		}
	}
	return drop, restore, rows.Err()
}

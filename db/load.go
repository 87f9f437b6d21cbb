package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
)

// Load has f write many rows at once into some tables. What a trigger would check of each row is checked once, over all rows, when f is done; the indexes
// of the tables are built anew then, several times faster than row by row. Where a rule does not hold it fails, and the
// transaction must not be committed.
func (tx *Tx) Load(ctx context.Context, tables []string, f func(l *Loader) error) error {
	drop, build, err := tx.indexes(ctx, tables)
	if err != nil {
		return err
	}
	if err := tx.Exec(ctx, "INSERT INTO loading (one, since) VALUES (1, ?)", tx.At); err != nil {
		return err
	}
	for _, statement := range append([]string{"PRAGMA cache_size = -100000"}, drop...) {
		if err := tx.Exec(ctx, statement); err != nil {
			return err
		}
	}
	l := &Loader{tx, map[string]*sql.Stmt{}}
	defer l.close()
	if err := f(l); err != nil {
		return err
	}
	for _, statement := range append(build, "PRAGMA cache_size = -8000") {
		if err := tx.Exec(ctx, statement); err != nil {
			return err
		}
	}
	if err := tx.sound(ctx); err != nil {
		return err
	}
	return tx.Exec(ctx, "DELETE FROM loading")
}

// Loader writes rows while they are loaded.
type Loader struct {
	tx       *Tx
	prepared map[string]*sql.Stmt
}

// chunks are how many rows a statement writes: each is prepared once for a table.
var chunks = []int{256, 64, 16, 4, 1}

// Insert writes rows of a table, named with its columns where they are not all given: the values of one row after the other, width of each.
func (l *Loader) Insert(ctx context.Context, table string, width int, values []any) error {
	for _, rows := range chunks {
		for ; len(values) >= rows*width; values = values[rows*width:] {
			s, err := l.statement(ctx, table, width, rows) //nolint:sqlclosecheck // closed when all is loaded
			if err != nil {
				return err
			}
			if _, err := s.ExecContext(ctx, values[:rows*width]...); err != nil {
				return l.tx.db.translate(err)
			}
		}
	}
	return nil
}

func (l *Loader) statement(ctx context.Context, table string, width, rows int) (*sql.Stmt, error) {
	row := "(" + strings.TrimSuffix(strings.Repeat("?,", width), ",") + ")"
	text := "INSERT INTO " + table + " VALUES " + strings.TrimSuffix(strings.Repeat(row+",", rows), ",")
	if s := l.prepared[text]; s != nil {
		return s, nil
	}
	s, err := l.tx.tx.PrepareContext(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("rows of %s: %w", table, err)
	}
	l.prepared[text] = s
	return s, nil
}

func (l *Loader) close() {
	for _, s := range l.prepared {
		_ = s.Close() // it ends with the transaction all the same
	}
}

// indexes returns the statements that take the indexes of tables away, and those that make them again.
func (tx *Tx) indexes(ctx context.Context, tables []string) (drop, build []string, err error) {
	query := "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND type = 'index' AND " + In("tbl_name")
	names, _ := json.Marshal(append([]string{}, tables...)) // strings always marshal
	rows, err := tx.Select(ctx, query, string(names))
	if err != nil {
		return nil, nil, fmt.Errorf("schema: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err tells below
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return nil, nil, fmt.Errorf("schema: %w", err)
		}
		drop, build = append(drop, "DROP INDEX "+name), append(build, text)
	}
	return drop, build, rows.Err()
}

// unsound are the rules between tables that triggers check of each row that is inserted, by their names. What no
// trigger follows while rows are loaded, the one who loads them has followed.
var unsound = map[string]string{
	"grant.membership": `SELECT EXISTS (SELECT 1 FROM grants g LEFT JOIN memberships m ON m.id = g.membership_id
		WHERE g.membership_id IS NOT NULL AND g.until_at > g.from_at AND coalesce(m.user_id <> g.user_id OR m.structure_id <> g.structure_id
		OR m.department_id IS NOT NULL AND m.department_id IS NOT g.department_id OR m.from_at > g.from_at OR m.until_at < g.until_at, 1))`,
	"membership.covered": `SELECT EXISTS (SELECT 1 FROM memberships n JOIN memberships m ON m.user_id = n.user_id AND m.structure_id = n.structure_id
		WHERE n.department_id IS NOT NULL AND n.until_at > n.from_at AND m.department_id IS NULL AND m.until_at > m.from_at
		AND m.from_at <= n.from_at AND m.until_at >= n.until_at)`,
	"structure.followed": `SELECT EXISTS (SELECT 1 FROM structures s LEFT JOIN structure_states x ON x.structure_id = s.id AND x.until_at = 253402300799999
		WHERE s.active <> coalesce(x.state = 'active', 0))`,
	"principal.followed": `SELECT EXISTS (SELECT 1 FROM structures s LEFT JOIN principals x ON x.structure_id = s.id AND x.until_at = 253402300799999
		WHERE s.managed <> (x.id IS NOT NULL))`,
}

// sound checks every rule over all rows.
func (tx *Tx) sound(ctx context.Context) error {
	for _, query := range overlaps {
		if err := tx.holds(ctx, "period.overlap", query); err != nil {
			return err
		}
	}
	for key, query := range unsound {
		if err := tx.holds(ctx, key, query); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) holds(ctx context.Context, key, query string) error {
	rows, err := tx.Select(ctx, query)
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	defer rows.Close() //nolint:errcheck // Err tells below
	for rows.Next() {
		var broken bool
		if err := rows.Scan(&broken); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		if broken {
			return fmt.Errorf("the rows that were loaded break the rule %s", key)
		}
	}
	return rows.Err()
}

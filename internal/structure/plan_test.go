package structure_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/internal/directory"
	"habilis/internal/list"
	"habilis/internal/right"
	"habilis/internal/structure"
)

// wish is one list that a page can ask for, as somebody.
type wish struct {
	what  string
	q     directory.Wanted
	sight right.Sight
	admin bool
	plain bool // neither filtered nor searched
	found bool // searched
}

// wishes are each order × each filter × who asks × what is searched, at the first page and a later one.
func wishes() (all []wish) {
	sights := map[string]right.Sight{
		"administrator": {Everywhere: true}, "some structures": {Structures: []int64{1, 2, 3}},
		"some departments": {Structures: []int64{1}, Partial: []int64{2, 3}, Departments: []int64{7, 8}},
	}
	filters := map[string]func(q *directory.Wanted){
		"none": func(*directory.Wanted) {}, "type": func(q *directory.Wanted) { q.Type = "siret" }, "active": func(q *directory.Wanted) { q.State = "active" },
		"inactive": func(q *directory.Wanted) { q.State = "inactive" }, "private": func(q *directory.Wanted) { q.Sphere = "private" },
		"public": func(q *directory.Wanted) { q.Sphere = "public" }, "unverified": func(q *directory.Wanted) { q.Check = "unverified" },
		"closed": func(q *directory.Wanted) { q.Check = "closed" }, "lone": func(q *directory.Wanted) { q.Lone = true },
		"tag": func(q *directory.Wanted) { q.Tag = "Paie" }, "only": func(q *directory.Wanted) { q.Only = []int64{1, 2} },
		"many": func(q *directory.Wanted) {
			q.Type, q.State, q.Sphere, q.Check = "siret", "active", "public", "unverified"
		},
	}
	searches := map[string]string{"nothing": "", "two letters": "bo", "four letters": "boul", "two words": "boul mor", "two digits": "31", "digits": "310 00"}
	for who, sight := range sights {
		for filter, set := range filters {
			for search, text := range searches {
				for order := range structure.Orders {
					for _, desc := range []bool{false, true} {
						for _, after := range []string{"", list.Key{Text: "m", ID: 5}.Write()} {
							q := directory.Wanted{Query: list.Query{Order: order, Desc: desc, Search: text, After: after}}
							set(&q)
							all = append(all, wish{
								fmt.Sprintf("%s, filter %s, search %s, order %q desc %v, after %v", who, filter, search, order, desc, after != ""),
								q, sight, sight.Everywhere, filter == "none" && text == "", text != "",
							})
						}
					}
				}
			}
		}
	}
	return all
}

// explained returns the steps of a query.
func explained(t *testing.T, tx *db.Tx, query string, args []any) (steps []string) {
	t.Helper()
	rows, err := tx.Select(context.Background(), "EXPLAIN QUERY PLAN "+query, args...)
	require.NoError(t, err, query)
	defer rows.Close() //nolint:errcheck // a test
	for rows.Next() {
		var id, parent, unused int
		var detail string
		require.NoError(t, rows.Scan(&id, &parent, &unused, &detail))
		steps = append(steps, detail)
	}
	require.NoError(t, rows.Err())
	return steps
}

// bare is a walk through the whole table of structures (t in a query) by no index.
var bare = regexp.MustCompile(`^SCAN (structures|t)\b( AS \w+)?$`)

// parts are the queries that list.Parted asks of a list.
func parts(q list.Query) []string {
	if q.InParts() {
		return []string{list.First, list.Others}
	}
	return []string{""}
}

// tally counts wishes by what is wrong, and keeps the first of each.
type tally map[string][]string

func (y tally) add(sort, what string) { y[sort] = append(y[sort], what) }

func (y tally) tell(t *testing.T) {
	t.Helper()
	for sort, list := range y {
		slices.Sort(list)
		t.Errorf("%d × %s\n%s", len(list), sort, strings.Join(list[:min(4, len(list))], "\n"))
	}
}

// TestPagesScanNoTable: whatever order, filter, search and sight, no page of the list walks through the table without an index. The order of making
// is that of the table itself: there its own key is the index, and the walk stops with the page.
func TestPagesScanNoTable(t *testing.T) {
	w := newWorld(t)
	wrong, n := tally{}, 0
	require.NoError(t, w.d.Read(w.admin, func(tx *db.Tx) error {
		for _, x := range wishes() {
			for _, part := range parts(x.q.Query) {
				q := x.q
				q.Part = part
				p, err := structure.PlanOf(t.Context(), tx, q, x.sight)
				require.NoError(t, err, x.what)
				query, args, err := p.SQL(structure.ColumnsOf())
				require.NoError(t, err, x.what)
				steps := explained(t, tx, query, args)
				n++
				for _, s := range steps {
					byKey := p.Column == "id" && s == "SCAN t" && !slices.Contains(steps, "USE TEMP B-TREE FOR ORDER BY")
					if bare.MatchString(s) && !byKey {
						wrong.add("a page scans the table: "+s, x.what+" "+part+"\n  "+strings.Join(steps, "\n  ")+"\n  "+query)
					}
				}
			}
		}
		return nil
	}))
	t.Logf("%d plans", n)
	wrong.tell(t)
}

// everything is a walk through all the structures in the guise of a search: none but a few have been cancelled.
var everything = regexp.MustCompile(`^SEARCH t USING (COVERING )?INDEX \w+ \(cancelled_at=\?\)$`)

// TestPagesReadNotEverything: a page does not read every structure to sort them: that costs a hundred thousand rows for fifty lines.
func TestPagesReadNotEverything(t *testing.T) {
	w := newWorld(t)
	wrong := tally{}
	require.NoError(t, w.d.Read(w.admin, func(tx *db.Tx) error {
		for _, x := range wishes() {
			for _, part := range parts(x.q.Query) {
				q := x.q
				q.Part = part
				p, err := structure.PlanOf(t.Context(), tx, q, x.sight)
				require.NoError(t, err, x.what)
				query, args, err := p.SQL(structure.ColumnsOf())
				require.NoError(t, err, x.what)
				steps := explained(t, tx, query, args)
				if slices.ContainsFunc(steps, everything.MatchString) {
					wrong.add("a page reads every structure", x.what+" "+part+"\n  "+strings.Join(steps, "\n  "))
				}
			}
		}
		return nil
	}))
	wrong.tell(t)
}

// TestPlainPagesSortNothing: neither filtered nor searched, each order of an administrator's list comes from its index.
func TestPlainPagesSortNothing(t *testing.T) {
	w := newWorld(t)
	wrong := tally{}
	require.NoError(t, w.d.Read(w.admin, func(tx *db.Tx) error {
		for _, x := range wishes() {
			if !x.plain || !x.admin {
				continue
			}
			p, err := structure.PlanOf(t.Context(), tx, x.q, x.sight)
			require.NoError(t, err)
			query, args, err := p.SQL(structure.ColumnsOf())
			require.NoError(t, err)
			steps := explained(t, tx, query, args)
			for _, s := range steps {
				if s == "USE TEMP B-TREE FOR ORDER BY" {
					wrong.add(s, x.what+"\n  "+strings.Join(steps, "\n  ")+"\n  "+query)
				}
			}
		}
		return nil
	}))
	wrong.tell(t)
}

// TestCountsScanNoTable: a count may walk through an index that covers it, never through the table.
func TestCountsScanNoTable(t *testing.T) {
	w := newWorld(t)
	wrong := tally{}
	require.NoError(t, w.d.Read(w.admin, func(tx *db.Tx) error {
		for _, x := range wishes() {
			if x.q.Desc || x.q.After != "" || x.q.Order != "" {
				continue
			}
			p, most, err := structure.CountingOf(t.Context(), tx, x.q, x.sight)
			require.NoError(t, err)
			query, args := p.Counted(most)
			steps := explained(t, tx, query, args)
			for _, s := range steps {
				if bare.MatchString(s) {
					wrong.add("a count scans the table: "+s, x.what+"\n  "+strings.Join(steps, "\n  ")+"\n  "+query)
				}
				if x.admin && !x.found && strings.HasPrefix(s, "SCAN t USING INDEX") {
					wrong.add("a count walks an index that does not cover it: "+s, x.what+"\n  "+strings.Join(steps, "\n  "))
				}
			}
		}
		return nil
	}))
	wrong.tell(t)
}

// TestEveryForeignKeyToAStructureHasItsIndex (style, rule 11).
func TestEveryForeignKeyToAStructureHasItsIndex(t *testing.T) {
	w := newWorld(t)
	rows, err := w.raw.Query(`SELECT m.name, f."from" FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f."table" = 'structures' AND NOT EXISTS (
		SELECT 1 FROM pragma_index_list(m.name) l, pragma_index_info(l.name) c WHERE c.seqno = 0 AND c.name = f."from"
	) AND NOT EXISTS (SELECT 1 FROM pragma_table_info(m.name) k WHERE k.name = f."from" AND k.pk = 1)`)
	require.NoError(t, err)
	defer rows.Close() //nolint:errcheck // a test
	for rows.Next() {
		var table, column string
		require.NoError(t, rows.Scan(&table, &column))
		assert.Fail(t, "no index", "%s.%s", table, column)
	}
	require.NoError(t, rows.Err())
}

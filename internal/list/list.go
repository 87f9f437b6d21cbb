package list

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"strconv"

	"habilis/db"
	"habilis/internal/right"
)

// Asked is what a page asks of a list: a struct that embeds Query. Its other fields are the filters of that list.
type Asked interface{ Common() Query }

// Common returns what every list is asked.
func (q Query) Common() Query { return q }

// Order is one order of a list.
type Order struct {
	Column string // t's, or id
	Index  string // which gives the rows in this order, with their id behind; empty for the order of making
	Number bool   // the column holds numbers
}

// By returns a list one order, under a name and as the one taken where none is asked.
func By(name string, o Order) map[string]Order { return map[string]Order{"": o, name: o} }

// List declares a list: rows of one table, or view, which it names t. A page of it, its count and its exports hold the same rows, in the same order.
type List[Q Asked, Row any] struct {
	Table  string
	Key    string           // the column of the numbers by which rows are known; empty for id
	Flat   bool             // it has few columns, or is a view: rows are read as they are picked
	Words  string           // its full-text index, where a search by name comes in two parts; empty for none
	Orders map[string]Order // by the name that a page knows; the empty name is the one taken where none is asked
	Latest bool             // the order taken where none is asked begins at its end

	// Sight asks for the right to see the list at all, and tells where the one who asks has it.
	Sight func(ctx context.Context, tx *db.Tx, q Q) (right.Sight, error)
	// Narrow keeps to what the list is of, to what is in sight, and to what the filters let through.
	Narrow func(ctx context.Context, tx *db.Tx, p *Plan, q Q, sight right.Sight) error
	// Settle chooses how the rows of a page are found. Without it, the index of the order is walked along where everything is in sight, and neither
	// searched nor kept to one number of a column.
	// Chosen leaves it to the engine.
	Settle func(ctx context.Context, tx *db.Tx, l *List[Q, Row], q Q, part string, sight right.Sight) (*Plan, error)
	// CountAll tells which index holds all that a count reads, where it is cheap to count to the end.
	CountAll func(q Q, sight right.Sight) (index string, cheap bool)

	// Columns are what a row reads, of t, with their arguments; Fields are where they go.
	Columns func(sight right.Sight, at int64) (columns string, args []any)
	Fields  func(r *Row) []any
	// Complete adds what is read for a whole page at once, and takes away what the one who asks may not see of a row.
	Complete func(ctx context.Context, tx *db.Tx, rows []Row, sight right.Sight) error
	// Cells are what an export can hold, by the name of its column.
	Cells map[string]Cell[Row]
}

// Read returns the columns of a list which reads the same ones for everybody.
func Read(columns string) func(right.Sight, int64) (string, []any) {
	return func(right.Sight, int64) (string, []any) { return columns, nil }
}

// Chosen leaves it to the engine how the rows of a page are found: where a filter has an index that also gives the order.
func Chosen[Q Asked, Row any](ctx context.Context, tx *db.Tx, l *List[Q, Row], q Q, part string, sight right.Sight) (*Plan, error) {
	return l.Planned(ctx, tx, q, part, sight)
}

// Whole returns the fields of a struct that sqlc makes of a table, where a list reads all of its columns: t.*.
func Whole[Row any](r *Row) []any {
	v := reflect.ValueOf(r).Elem()
	fields := make([]any, v.NumField())
	for i := range fields {
		fields[i] = v.Field(i).Addr().Interface()
	}
	return fields
}

// keyed is a row with the value by which it is ordered.
type keyed[Row any] struct {
	row Row
	id  int64
	key string
}

// Page returns a page of what the one who acts may see, and what asks for the next one, empty on the last.
func (l *List[Q, Row]) Page(ctx context.Context, tx *db.Tx, q Q) (rows []Row, next string, err error) {
	sight, err := l.Sight(ctx, tx, q)
	if err != nil {
		return nil, "", err
	}
	ask := func(part Query) ([]keyed[Row], error) { return l.rows(ctx, tx, q, part, sight) }
	found, next, err := Parted(l.common(q), l.parts(q), ask, func(k keyed[Row]) Key { return Key{Text: k.key, ID: k.id} })
	if err != nil {
		return nil, "", err
	}
	rows = make([]Row, len(found))
	for i, k := range found {
		rows[i] = k.row
	}
	return rows, next, l.complete(ctx, tx, rows, sight)
}

func (l *List[Q, Row]) complete(ctx context.Context, tx *db.Tx, rows []Row, sight right.Sight) error {
	if l.Complete == nil || len(rows) == 0 {
		return nil
	}
	return l.Complete(ctx, tx, rows, sight)
}

// common is what is asked, with the direction of the order that is taken where none is asked.
func (l *List[Q, Row]) common(q Q) Query {
	common := q.Common()
	common.Desc = common.Desc != (l.Latest && common.Order == "")
	return common
}

// parts are those in which a search by name comes.
func (l *List[Q, Row]) parts(q Q) []string {
	if l.Words != "" && q.Common().InParts() {
		return []string{First, Others}
	}
	return []string{q.Common().Part}
}

// Planned makes the plan of a page, or of one of its parts: the pieces that the list, the sight and the filters ask for.
func (l *List[Q, Row]) Planned(ctx context.Context, tx *db.Tx, q Q, part string, sight right.Sight) (*Plan, error) {
	common := l.common(q)
	common.Part = part
	p, err := NewPlan(l.Table, l.Words, l.Orders, common)
	if err != nil {
		return nil, err
	}
	p.Key, p.Flat = l.Key, l.Flat
	return p, l.Narrow(ctx, tx, p, q, sight)
}

// Settled makes the plan of a page, or of one of its parts, and chooses how its rows are found.
func (l *List[Q, Row]) Settled(ctx context.Context, tx *db.Tx, q Q, part string, sight right.Sight) (*Plan, error) {
	if l.Settle != nil {
		return l.Settle(ctx, tx, l, q, part, sight)
	}
	p, err := l.Planned(ctx, tx, q, part, sight)
	if err == nil && p.ids == "" && !p.joined && !p.equal && part == "" && p.Query.Search == "" {
		p.By = db.Along(p.order.Index)
	}
	return p, err
}

func (l *List[Q, Row]) rows(ctx context.Context, tx *db.Tx, q Q, part Query, sight right.Sight) (list []keyed[Row], err error) {
	p, err := l.Settled(ctx, tx, q, part.Part, sight)
	if err != nil {
		return nil, err
	}
	p.Query.After = part.After
	err = l.each(ctx, tx, p, sight, func(k keyed[Row]) error {
		list = append(list, k)
		return nil
	})
	return list, err
}

// each gives the rows of a plan, as they are read.
func (l *List[Q, Row]) each(ctx context.Context, tx *db.Tx, p *Plan, sight right.Sight, give func(keyed[Row]) error) error {
	columns, args := l.Columns(sight, tx.At)
	query, args, err := p.SQL(columns, args...)
	if err != nil {
		return err
	}
	return l.read(ctx, tx, query, args, func(found *sql.Rows) error {
		var k keyed[Row]
		if err := found.Scan(append(l.Fields(&k.row), &k.id, &k.key)...); err != nil {
			return fmt.Errorf("%s: %w", l.Table, err)
		}
		return give(k)
	})
}

func (l *List[Q, Row]) read(ctx context.Context, tx *db.Tx, query string, args []any, give func(*sql.Rows) error) error {
	found, err := tx.Select(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", l.Table, err)
	}
	defer found.Close() //nolint:errcheck // Err tells below
	for found.Next() {
		if err := give(found); err != nil {
			return err
		}
	}
	if err := found.Err(); err != nil {
		return fmt.Errorf("%s: %w", l.Table, err)
	}
	return nil
}

// batch is how many rows are completed at a time.
const batch = 500

// Each gives every row of a list that is in sight, in its order, whatever its length.
func (l *List[Q, Row]) Each(ctx context.Context, tx *db.Tx, q Q, sight right.Sight, give func(Row) error) error {
	for _, part := range l.parts(q) {
		p, err := l.Settled(ctx, tx, q, part, sight)
		if err != nil {
			return err
		}
		p.Limit, p.Query.After = -1, ""
		rows := make([]Row, 0, batch)
		send := func() error {
			if err := l.complete(ctx, tx, rows, sight); err != nil {
				return err
			}
			for _, r := range rows {
				if err := give(r); err != nil {
					return err
				}
			}
			rows = rows[:0]
			return nil
		}
		err = l.each(ctx, tx, p, sight, func(k keyed[Row]) error {
			if rows = append(rows, k.row); len(rows) == batch {
				return send()
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := send(); err != nil {
			return err
		}
	}
	return nil
}

// Total is how many rows a list holds: More says that it holds more than N.
type Total struct {
	N    int64 `json:"n"`
	More bool  `json:"more"`
}

// Countable is how far a list is counted where its end may be far.
const Countable = 1000

// Count returns how many rows a list holds in all.
func (l *List[Q, Row]) Count(ctx context.Context, tx *db.Tx, q Q) (Total, error) {
	sight, err := l.Sight(ctx, tx, q)
	if err != nil {
		return Total{}, err
	}
	p, most, err := l.Counting(ctx, tx, q, sight)
	if err != nil {
		return Total{}, err
	}
	n, err := l.Counted(ctx, tx, p, most)
	if most > 0 && n == int64(most) {
		return Total{Countable, true}, err
	}
	return Total{N: n}, err
}

// Counting makes the plan of a count, and tells how far it goes: −1 to the end.
func (l *List[Q, Row]) Counting(ctx context.Context, tx *db.Tx, q Q, sight right.Sight) (p *Plan, most int, err error) {
	if p, err = l.Planned(ctx, tx, q, Counting, sight); err != nil {
		return nil, 0, err
	}
	most = Countable + 1
	if l.CountAll != nil {
		index, cheap := l.CountAll(q, sight)
		if index != "" {
			p.By = db.Along(index)
		}
		if cheap {
			most = -1
		}
	}
	return p, most, nil
}

// Counted counts the rows of a plan, as far as most of them; −1 counts every one.
func (l *List[Q, Row]) Counted(ctx context.Context, tx *db.Tx, p *Plan, most int) (n int64, err error) {
	query, args := p.Counted(most)
	err = l.read(ctx, tx, query, args, func(found *sql.Rows) error { return found.Scan(&n) })
	return n, err
}

// value is the key of an order as the engine compares it.
func (o Order) value(k Key) (any, error) {
	switch {
	case o.Column == "id":
		return k.ID, nil
	case o.Number:
		n, err := strconv.ParseInt(k.Text, 10, 64)
		return n, err
	}
	return k.Text, nil
}

// Explained returns the steps by which the engine finds the pages of each order, the first and a later one, both ways, where everything is in sight.
func (l *List[Q, Row]) Explained(ctx context.Context, tx *db.Tx, ask func(Query) Q) (map[string][]string, error) {
	plans := map[string][]string{}
	columns, args := l.Columns(right.Sight{Everywhere: true}, tx.At)
	for order := range l.Orders {
		for _, q := range []Query{{}, {Desc: true}, {After: Key{Text: "1", ID: 5}.Write()}, {Desc: true, After: Key{Text: "1", ID: 5}.Write()}} {
			q.Order = order
			p, err := l.Settled(ctx, tx, ask(q), "", right.Sight{Everywhere: true})
			if err != nil {
				return nil, err
			}
			p.Query.After = q.After
			query, all, err := p.SQL(columns, args...)
			if err != nil {
				return nil, err
			}
			if plans[fmt.Sprintf("%s by %q, back %v, later %v", l.Table, order, q.Desc, q.After != "")], err = tx.Explain(ctx, query, all...); err != nil {
				return nil, err
			}
		}
	}
	return plans, nil
}

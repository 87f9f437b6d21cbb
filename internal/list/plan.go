package list

import (
	"cmp"
	"fmt"
	"strings"

	"habilis/db"
	"habilis/internal/fault"
	"habilis/internal/fold"
	"habilis/internal/right"
)

// Plan is the query of one page, made of pieces of a closed set: what is asked goes in its arguments. The rows are picked by key first, and
// only those of the page are then read whole.
type Plan struct {
	Table  string // of the rows; t in the clauses of Where
	Key    string // the column of the numbers by which the rows are known; empty for id
	Index  string // its full-text index
	Column string // by which it is ordered
	Query  Query
	Limit  int    // of rows; 0 for a page and the row after it, −1 for none
	By     string // the index to walk along, where what is asked lets so many rows through that a page is soon full
	Flat   bool   // the rows are read as they are picked
	Sorted bool   // few rows are let through: they are put in order, whatever index the order has
	order  Order
	joined bool   // it follows the full-text index
	equal  bool   // a filter asks for one number of a column
	ids    string // gives the ids that may be seen; empty for all
	where  []string
	args   []any
}

// NewPlan begins a page of a table. It fails with Protocol where the order is not one of those given, by name.
func NewPlan(table, index string, orders map[string]Order, q Query) (*Plan, error) {
	order, known := orders[q.Order]
	if !known {
		return nil, malformed()
	}
	if q.Part == Others || q.Part == Counting {
		order = Order{Column: "id"}
	}
	p := &Plan{Table: table, Index: index, Query: q}
	p.In(order)
	return p, nil
}

func malformed() error { return fault.New(fault.Protocol, "page.malformed") }

func malformedExport() error { return fault.New(fault.Protocol, "export.malformed") }

// In puts the page in another order.
func (p *Plan) In(order Order) { p.order, p.Column = order, order.Column }

func (p *Plan) key() string { return cmp.Or(p.Key, "id") }

// Among keeps to the ids that a query gives, each once.
func (p *Plan) Among(ids string, args ...any) {
	p.ids = ids
	p.args = append(append([]any{}, args...), p.args...)
}

// Places keeps to the rows whose place is in sight. A table of places has the columns structure_id and department_id, each with its index; at the
// firm both hold nothing.
func (p *Plan) Places(sight right.Sight) {
	switch {
	case sight.Everywhere:
	case p.Flat:
		p.Where("("+db.In("t.structure_id")+" OR "+db.In("t.department_id")+")", db.List(sight.Structures), db.List(sight.Departments))
	default:
		p.Among("SELECT id FROM "+p.Table+" WHERE "+db.In("structure_id")+" UNION SELECT id FROM "+p.Table+" WHERE "+db.In("department_id"),
			db.List(sight.Structures), db.List(sight.Departments))
	}
	p.Outside("structure_id", sight.Shut)
	p.Outside("department_id", sight.ShutInside)
}

// Outside leaves the rows out of which a column is one of some numbers.
func (p *Plan) Outside(column string, numbers []int64) {
	if len(numbers) > 0 {
		p.Where("(t."+column+" IS NULL OR "+db.NotIn("t."+column)+")", db.List(numbers))
	}
}

// Equal keeps to the rows of which a column is a number, where one is asked.
func (p *Plan) Equal(column string, number int64) {
	if number != 0 {
		p.equal = true
		p.Where("t."+column+" = ?", number)
	}
}

// People keeps to the rows about users whose name the search finds, by any of some columns that hold their numbers. Their address finds nobody: it may be
// out of the sight of one who is told a name.
func (p *Plan) People(columns ...string) {
	words := fold.Words(Limit(p.Query.Search))
	if p.nothing(words) || len(words) == 0 {
		return
	}
	named, args := "SELECT u.id FROM users u WHERE "+db.Found("u.id", "user_search"), []any{Match(p.Query.Search)}
	for _, w := range words {
		named += " AND (" + db.Holds("' ' || u.name_key") + " OR " + db.Holds(db.Unspaced("u.name_key")) + ")"
		args = append(args, " "+w, w)
	}
	var found []string
	var all []any
	for _, c := range columns {
		found, all = append(found, "t."+c+" IN ("+named+")"), append(all, args...)
	}
	p.Where("("+strings.Join(found, " OR ")+")", all...)
}

// Where adds a condition.
func (p *Plan) Where(clause string, args ...any) {
	p.where = append(p.where, clause)
	p.args = append(p.args, args...)
}

// Words adds what the words of the search ask.
func (p *Plan) Words() {
	if p.nothing(fold.Sought(Limit(p.Query.Search))) {
		return
	}
	match := Match(p.Query.Search)
	if match == "" {
		return
	}
	low, high, _ := Range(p.Query.Search)
	switch p.Query.Part {
	case First:
		p.Where("t.name_key >= ? AND t.name_key < ?", low, high)
		return
	case Others:
		p.Where("NOT (t.name_key >= ? AND t.name_key < ?)", low, high)
	}
	p.Follow(p.Index, match)
}

// nothing finds nothing where a search is made of what holds no letter or digit: it must not find everything.
func (p *Plan) nothing(words []string) bool {
	none := len(words) == 0 && strings.TrimSpace(p.Query.Search) != ""
	if none {
		p.Where("0")
	}
	return none
}

// Parts is Words where any part of a word finds, by an index of trigrams: of words of three letters or more. text is where the words must be found,
// as an expression on the row. A search of shorter words alone finds by their beginnings.
func (p *Plan) Parts(index, text string) {
	words := fold.Sought(Limit(p.Query.Search))
	if p.nothing(words) {
		return
	}
	trigrams := Trigrams(words...)
	if trigrams == "" {
		p.Words()
		return
	}
	low, high, _ := Range(p.Query.Search)
	switch p.Query.Part {
	case First:
		p.Where("t.name_key >= ? AND t.name_key < ?", low, high)
		return
	case Others:
		p.Where("NOT (t.name_key >= ? AND t.name_key < ?)", low, high)
	}
	for _, w := range words {
		p.Where(db.Holds(text), w)
	}
	p.Follow(index, trigrams)
}

// Follow keeps to what a full-text index finds. The second part of a search, and a count, follow the index itself, unless only some rows may be seen.
func (p *Plan) Follow(index, match string) {
	if p.ids == "" && (p.Query.Part == Others || p.Query.Part == Counting) {
		p.Index, p.joined = index, true
		p.Where(db.Matches(index), match)
		return
	}
	p.Where(db.Found("t.id", index), match)
}

// Trigrams returns the full-text question that every word of three letters or more asks of an index of trigrams: each of its trigrams. What it finds
// holds them all, not always side by side.
func Trigrams(words ...string) string {
	var list []string
	for _, w := range words {
		r := []rune(w)
		for i := range len(r) - 2 {
			list = append(list, `"`+string(r[i:i+3])+`"`)
		}
	}
	return strings.Join(list, " ")
}

// Counted is the query that counts the rows of the list, as far as most of them; −1 counts every one.
func (p *Plan) Counted(most int) (query string, args []any) {
	from, _ := p.from()
	if most < 0 {
		return "SELECT count(*) FROM " + from, p.args
	}
	return "SELECT count(*) FROM (SELECT 1 FROM " + from + " LIMIT " + fmt.Sprint(most) + ")", p.args
}

// from is where the rows come from, and the column that orders them: the second part of a search follows the search index itself.
func (p *Plan) from() (text, key string) {
	key = "t." + p.Column
	switch {
	case p.ids != "":
		text = "(" + p.ids + ") v CROSS JOIN " + p.Table + " t ON t.id = v.id"
	case p.joined:
		key = db.Number(p.Index)
		text = p.Index + " CROSS JOIN " + p.Table + " t ON t.id = " + key
	case p.By != "":
		text = p.Table + " t " + p.By
	default:
		text = p.Table + " t"
	}
	if len(p.where) > 0 {
		text += " WHERE " + strings.Join(p.where, " AND ")
	}
	return text, key
}

// SQL writes the query. The columns are those of the rows, named t, with their arguments; their number and the key by which the page is ordered come last.
func (p *Plan) SQL(columns string, args ...any) (query string, all []any, err error) {
	key, after, err := p.Query.Start()
	if err != nil {
		return "", nil, err
	}
	operator, direction := p.Query.Comparison()
	id := "t." + p.key()
	if after {
		value, err := p.order.value(key)
		if err != nil {
			return "", nil, malformed()
		}
		if p.Column == p.key() {
			p.Where(id+" "+operator+" ?", key.ID)
		} else {
			p.Where("(t."+p.Column+", "+id+") "+operator+" (?, ?)", value, key.ID)
		}
	}
	from, by := p.from()
	if p.Sorted {
		by = "+" + by
	}
	order := by + " " + direction
	if p.Column != p.key() {
		order += ", " + id + " " + direction
	}
	limit := p.Limit
	if limit == 0 {
		limit = Size + 1
	}
	if p.Flat {
		query = "SELECT " + columns + ", " + id + ", t." + p.Column + " AS key FROM " + from + " ORDER BY " + order + " LIMIT " + fmt.Sprint(limit)
		return query, append(append([]any{}, args...), p.args...), nil
	}
	picked := "SELECT " + id + " AS id, t." + p.Column + " AS key FROM " + from + " ORDER BY " + order + " LIMIT " + fmt.Sprint(limit)
	query = "SELECT " + columns + ", p.id, p.key FROM (" + picked + ") p CROSS JOIN " + p.Table + " t ON " + id + " = p.id ORDER BY p.key " + direction + ", p.id " + direction
	return query, append(append([]any{}, args...), p.args...), nil
}

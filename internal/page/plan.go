package page

import (
	"fmt"
	"strings"

	"habilis/internal/fault"
	"habilis/internal/fold"
)

// Plan is the query of one page, made of pieces of a closed set: what is asked goes in its arguments. The rows are picked by key first, and
// only those of the page are then read whole.
type Plan struct {
	Table  string // of the rows; t in the clauses of Where
	Index  string // its full-text index
	Column string // by which it is ordered
	Query  Query
	Limit  int    // of rows; 0 for a page and the row after it, −1 for none
	By     string // the index to walk along, where what is asked lets so many rows through that a page is soon full
	Sorted bool   // few rows are let through: they are put in order, whatever index the order has
	joined bool   // it follows the full-text index
	ids    string // gives the ids that may be seen; empty for all
	where  []string
	args   []any
}

// NewPlan begins a page of a table. It fails with Protocol where the order is not one of those given, by name.
func NewPlan(table, index string, orders map[string]string, q Query) (*Plan, error) {
	column, known := orders[q.Order]
	if !known {
		return nil, fault.New(fault.Protocol, "page.malformed")
	}
	if q.Part == Others || q.Part == Counting {
		column = "id"
	}
	return &Plan{Table: table, Index: index, Column: column, Query: q}, nil
}

// Among keeps to the ids that a query gives, each once.
func (p *Plan) Among(ids string, args ...any) {
	p.ids = ids
	p.args = append(append([]any{}, args...), p.args...)
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
		p.Where("instr("+text+", ?) > 0", w)
	}
	p.Follow(index, trigrams)
}

// Follow keeps to what a full-text index finds. The second part of a search, and a count, follow the index itself, unless only some rows may be seen.
func (p *Plan) Follow(index, match string) {
	if p.ids == "" && (p.Query.Part == Others || p.Query.Part == Counting) {
		p.Index, p.joined = index, true
		p.Where(index+" MATCH ?", match)
		return
	}
	p.Where("t.id IN (SELECT rowid FROM "+index+" WHERE "+index+" MATCH ?)", match)
}

// Trigrams gives the full-text question that every word of three letters or more asks of an index of trigrams: each of its trigrams. What it finds
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
		text, key = p.Index+" CROSS JOIN "+p.Table+" t ON t.id = "+p.Index+".rowid", p.Index+".rowid"
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

// SQL writes the query. The columns are those of the rows, named r, with their arguments; the key by which the page is ordered comes last.
func (p *Plan) SQL(columns string, args ...any) (query string, all []any, err error) {
	key, after, err := p.Query.Start()
	if err != nil {
		return "", nil, err
	}
	operator, direction := p.Query.Comparison()
	if after {
		var value any = key.Text
		switch {
		case p.Column == "id":
			value = key.ID
		}
		p.Where("(t."+p.Column+", t.id) "+operator+" (?, ?)", value, key.ID)
	}
	from, by := p.from()
	if p.Sorted {
		by = "+" + by
	}
	order := by + " " + direction
	if p.Column != "id" {
		order += ", t.id " + direction
	}
	limit := p.Limit
	if limit == 0 {
		limit = Size + 1
	}
	picked := "SELECT t.id, t." + p.Column + " AS key FROM " + from + " ORDER BY " + order + " LIMIT " + fmt.Sprint(limit)
	query = "SELECT " + columns + ", p.key FROM (" + picked + ") p CROSS JOIN " + p.Table + " r ON r.id = p.id ORDER BY p.key " + direction + ", p.id " + direction
	return query, append(append([]any{}, args...), p.args...), nil
}

package page

import (
	"fmt"
	"strings"

	"habilis/internal/fault"
)

// Plan is the query of one page, made of pieces of a closed set: what is asked goes in its arguments. The rows are picked by key first, and
// only those of the page are then read whole.
type Plan struct {
	Table  string // of the rows; t in the clauses of Where
	Index  string // its full-text index
	Column string // by which it is ordered
	Query  Query
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
	if q.Part == Others {
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
		if p.ids == "" {
			p.Where(p.Index+" MATCH ?", match)
			return
		}
	}
	p.Where("t.id IN (SELECT rowid FROM "+p.Index+" WHERE "+p.Index+" MATCH ?)", match)
}

// from is where the rows come from, and the column that orders them: the second part of a search follows the search index itself.
func (p *Plan) from() (text, key string) {
	switch {
	case p.ids != "":
		text, key = "("+p.ids+") v CROSS JOIN "+p.Table+" t ON t.id = v.id", "t."+p.Column
	case p.Query.Part == Others:
		text, key = p.Index+" CROSS JOIN "+p.Table+" t ON t.id = "+p.Index+".rowid", p.Index+".rowid"
	default:
		text, key = p.Table+" t", "t."+p.Column
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
	order := by + " " + direction
	if p.Column != "id" {
		order += ", t.id " + direction
	}
	picked := "SELECT t.id, t." + p.Column + " AS key FROM " + from + " ORDER BY " + order + " LIMIT " + fmt.Sprint(Size+1)
	query = "SELECT " + columns + ", p.key FROM (" + picked + ") p CROSS JOIN " + p.Table + " r ON r.id = p.id ORDER BY p.key " + direction + ", p.id " + direction
	return query, append(append([]any{}, args...), p.args...), nil
}

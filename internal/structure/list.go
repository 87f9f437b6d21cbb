package structure

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/fold"
	"habilis/internal/identifier"
	"habilis/internal/page"
)

// Row is one line of the list.
type Row struct {
	ID             int64  `json:"id"`
	IdentifierType string `json:"identifierType"`
	Identifier     string `json:"identifier"`
	Name           string `json:"name"`
	Label          string `json:"label"`
	Town           string `json:"town"`
	Verdict        string `json:"verdict"`
	Active         bool   `json:"active"`
	IdentityOnly   bool   `json:"identityOnly"`
	CreatedAt      int64  `json:"createdAt"`
	key            string
}

// Page is one page of the list. Next asks for the one after, empty on the last.
type Page struct {
	Rows []Row  `json:"rows"`
	Next string `json:"next"`
}

// orders are the columns by which the list can be ordered; each has its index with the id behind it.
var orders = map[string]string{"": "name_key", "name": "name_key", "identifier": "identifier", "town": "town_key", "created": "created_at"}

const activeNow = `EXISTS (
	SELECT 1 FROM structure_states st
	WHERE st.structure_id = s.id AND st.state = 'active' AND st.from_at <= ? AND st.until_at > ?
)`

// List gives a page of the structures that the actor may see. Filters: active, inactive, unverified; empty for all.
func (s *Service) List(ctx context.Context, q page.Query) (Page, error) {
	out := Page{Rows: []Row{}}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		actor, err := access.RequireAnywhere(ctx, tx, access.StructureView)
		if err != nil {
			return err
		}
		sight, err := among(ctx, tx, actor, q.Holding)
		if err != nil {
			return err
		}
		ask := func(q page.Query) ([]Row, error) { return rows(ctx, tx, q, sight) }
		if out.Rows, out.Next, err = page.Read(q, ask, func(r Row) page.Key { return page.Key{Text: r.key, ID: r.ID} }); err != nil {
			return err
		}
		conceal(out.Rows, sight)
		return nil
	})
	return out, err
}

func rows(ctx context.Context, tx *db.Tx, q page.Query, sight access.Sight) ([]Row, error) {
	query, args, err := listQuery(q, sight, tx.At)
	if err != nil {
		return nil, err
	}
	found, err := tx.Select(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("structures: %w", err)
	}
	return scan(found)
}

// among is where the actor sees structures, narrowed to where he holds a further permission if one is named.
func among(ctx context.Context, tx *db.Tx, actor *access.Actor, holding string) (access.Sight, error) {
	sight := actor.Rights.See(access.StructureView, tx.At)
	if holding == "" {
		return sight, nil
	}
	p, known := access.Parse(holding)
	if !known {
		return sight, fault.New(fault.Protocol, "permission.unknown")
	}
	if err := actor.Rights.Reach(ctx, tx, actor.Rights.Structures()...); err != nil {
		return sight, err
	}
	held := actor.Rights.See(p, tx.At)
	if held.Everywhere {
		return sight, nil
	}
	return held, nil
}

// conceal leaves only the identity of structures seen through a department.
func conceal(rows []Row, sight access.Sight) {
	for i := range rows {
		if whole, _ := Seen(sight, rows[i].ID); !whole {
			rows[i].IdentityOnly, rows[i].Label, rows[i].Town, rows[i].Verdict, rows[i].CreatedAt = true, "", "", "", 0
		}
	}
}

func scan(rows *sql.Rows) ([]Row, error) {
	defer rows.Close() //nolint:errcheck // Err tells below
	list := []Row{}
	for rows.Next() {
		var r Row
		var canonical string
		if err := rows.Scan(&r.ID, &r.IdentifierType, &canonical, &r.Name, &r.Label, &r.Town, &r.Verdict, &r.CreatedAt, &r.key, &r.Active); err != nil {
			return nil, fmt.Errorf("structures: %w", err)
		}
		r.Identifier = identifier.Format(r.IdentifierType, canonical)
		list = append(list, r)
	}
	return list, rows.Err()
}

// listQuery writes the query of a page: its text comes from a closed set of pieces, what is asked goes in its arguments.
func listQuery(q page.Query, sight access.Sight, at int64) (query string, args []any, err error) {
	column, known := orders[q.Order]
	if !known {
		return "", nil, fault.New(fault.Protocol, "page.malformed")
	}
	switch {
	case q.Part == page.Others:
		column = "id"
	case page.Digits(q.Search) != "" && q.Order == "":
		column = "identifier"
	}
	if len(sight.Partial) > 0 && column != "name_key" && column != "identifier" && column != "id" {
		column = "name_key" // the place among towns or days would tell what only the whole record shows
	}
	key, after, err := q.Start()
	if err != nil {
		return "", nil, err
	}
	operator, direction := q.Comparison()
	from, args := "FROM structures s", []any{at, at}
	var where []string
	add := func(clause string, values ...any) {
		where = append(where, clause)
		args = append(args, values...)
	}
	if sight.Everywhere && q.Part == page.Others {
		from = "FROM structure_search CROSS JOIN structures s ON s.id = structure_search.rowid"
	}
	if !sight.Everywhere {
		from = "FROM (SELECT DISTINCT value AS id FROM json_each(?)) v CROSS JOIN structures s ON s.id = v.id"
		args = append(args, access.List(append(append([]int64{}, sight.Structures...), sight.Partial...)))
	}
	searchClauses(q, sight, add)
	filterClauses(q.Filter, sight, at, add)
	if after {
		var value any = key.Text
		if column == "created_at" || column == "id" {
			value = number(key.Text)
		}
		if column == "id" {
			value = key.ID
		}
		add("(s."+column+", s.id) "+operator+" (?, ?)", value, key.ID)
	}
	if len(where) > 0 {
		from += " WHERE " + strings.Join(where, " AND ")
	}
	query = "SELECT s.id, s.identifier_type, s.identifier, s.name, s.label, s.town, s.verdict, s.created_at, s." + column + ", " + activeNow + " " + from +
		" ORDER BY " + ordering(q, sight, column, direction) + " LIMIT " + fmt.Sprint(page.Size+1)
	return query, args, nil
}

// ordering is the order of a page; the second part of a search follows the search index itself.
func ordering(q page.Query, sight access.Sight, column, direction string) string {
	if q.Part == page.Others && sight.Everywhere {
		return "structure_search.rowid"
	}
	return "s." + column + " " + direction + ", s.id " + direction
}

func number(text string) int64 {
	var n int64
	_, _ = fmt.Sscan(text, &n) // a malformed one starts from zero
	return n
}

// searchClauses finds by the digits of an identifier, or by words. Of a structure seen through a department only the name is searched: nothing else
// of it may be learnt by searching.
func searchClauses(q page.Query, sight access.Sight, add func(string, ...any)) {
	search := q.Search
	if digits := page.Digits(search); digits != "" {
		add("s.identifier >= ? AND s.identifier < ?", digits, page.After(digits))
		return
	}
	match := page.Match(search)
	if match == "" {
		return
	}
	if len(sight.Partial) > 0 {
		for _, word := range fold.Words(search) {
			add("(s.id IN (SELECT value FROM json_each(?)) OR instr(' ' || s.name_key, ?) > 0)", access.List(sight.Structures), " "+word)
		}
	}
	low, high, _ := page.Range(search)
	switch q.Part {
	case page.First:
		add("s.name_key >= ? AND s.name_key < ?", low, high)
		return
	case page.Others:
		add("NOT (s.name_key >= ? AND s.name_key < ?)", low, high)
		if sight.Everywhere {
			add("structure_search MATCH ?", match)
			return
		}
	}
	add("s.id IN (SELECT rowid FROM structure_search WHERE structure_search MATCH ?)", match)
}

func filterClauses(filter string, sight access.Sight, at int64, add func(string, ...any)) {
	switch filter {
	case "active":
		add(activeNow, at, at)
	case "inactive":
		add("NOT "+activeNow, at, at)
	case "unverified":
		add("s.verdict IN ('unknown', 'unverifiable', 'closed')")
		if len(sight.Partial) > 0 { // the verdict is not part of the identity
			add("s.id IN (SELECT value FROM json_each(?))", access.List(sight.Structures))
		}
	}
}

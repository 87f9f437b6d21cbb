package structure

import (
	"context"
	"database/sql"
	"fmt"

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
var orders = map[string]string{"": "name_key", "name": "name_key", "identifier": "identifier", "town": "town_key", "created": "id"}

func activeNow(alias string) string {
	return `EXISTS (
	SELECT 1 FROM structure_states st
	WHERE st.structure_id = ` + alias + `.id AND st.state = 'active' AND st.from_at <= ? AND st.until_at > ?
)`
}

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
	if err := actor.Rights.ReachOwn(ctx, tx); err != nil {
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
		if err := rows.Scan(&r.ID, &r.IdentifierType, &canonical, &r.Name, &r.Label, &r.Town, &r.Verdict, &r.CreatedAt, &r.Active, &r.key); err != nil {
			return nil, fmt.Errorf("structures: %w", err)
		}
		r.Identifier = identifier.Format(r.IdentifierType, canonical)
		list = append(list, r)
	}
	return list, rows.Err()
}

// listQuery writes the query of a page.
func listQuery(q page.Query, sight access.Sight, at int64) (query string, args []any, err error) {
	p, err := page.NewPlan("structures", "structure_search", orders, q)
	if err != nil {
		return "", nil, err
	}
	if page.Digits(q.Search) != "" && q.Order == "" {
		p.Column = "identifier"
	}
	if len(sight.Partial) > 0 && p.Column != "identifier" && p.Column != "id" {
		p.Column = "name_key" // the place among towns or days would tell what only the whole record shows
	}
	if !sight.Everywhere {
		p.Among("SELECT DISTINCT value AS id FROM json_each(?)", access.List(append(append([]int64{}, sight.Structures...), sight.Partial...)))
	}
	search(p, sight)
	filter(p, sight, at)
	return p.SQL("r.id, r.identifier_type, r.identifier, r.name, r.label, r.town, r.verdict, r.created_at, "+activeNow("r"), at, at)
}

// search finds by the digits of an identifier, or by words. Of a structure seen through a department only the name is searched: nothing else
// of it may be learnt by searching.
func search(p *page.Plan, sight access.Sight) {
	if digits := page.Digits(p.Query.Search); digits != "" {
		p.Where("t.identifier >= ? AND t.identifier < ?", digits, page.After(digits))
		return
	}
	if len(sight.Partial) > 0 {
		for _, word := range fold.Words(p.Query.Search) {
			p.Where("(t.id IN (SELECT value FROM json_each(?)) OR instr(' ' || t.name_key, ?) > 0)", access.List(sight.Structures), " "+word)
		}
	}
	p.Words()
}

func filter(p *page.Plan, sight access.Sight, at int64) {
	switch p.Query.Filter {
	case "active":
		p.Where(activeNow("t"), at, at)
	case "inactive":
		p.Where("NOT "+activeNow("t"), at, at)
	case "unverified":
		p.Where("t.verdict IN ('unknown', 'unverifiable', 'closed')")
		if len(sight.Partial) > 0 { // the verdict is not part of the identity
			p.Where("t.id IN (SELECT value FROM json_each(?))", access.List(sight.Structures))
		}
	}
}

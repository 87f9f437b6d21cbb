package structure

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/fold"
	"habilis/internal/identifier"
	"habilis/internal/page"
)

// Row is one line of the list.
type Row struct {
	ID             int64    `json:"id"`
	IdentifierType string   `json:"identifierType"`
	Identifier     string   `json:"identifier"`
	Sphere         string   `json:"sphere"`
	Name           string   `json:"name"`
	Label          string   `json:"label"`
	Town           string   `json:"town"`
	Postcode       string   `json:"postcode"`
	Email          string   `json:"email"`
	Phone          string   `json:"phone"`
	Verdict        string   `json:"verdict"`
	ClosedOn       string   `json:"closedOn"`
	Registration   string   `json:"registration"`
	Labels         []string `json:"labels"`
	Manager        string   `json:"manager"` // the principal manager, where the actor may see him
	Active         bool     `json:"active"`
	Managed        bool     `json:"managed"`
	IdentityOnly   bool     `json:"identityOnly"`
	CreatedAt      int64    `json:"createdAt"`
	key            string
}

// Page is one page of the list. Next asks for the one after, empty on the last.
type Page struct {
	Rows []Row  `json:"rows"`
	Next string `json:"next"`
}

// Wanted is what a list of structures is asked: the filters join by "and"; an empty one lets everything through.
type Wanted struct {
	page.Query
	Type   string  `json:"type"`   // of identifier
	State  string  `json:"state"`  // active, inactive
	Sphere string  `json:"sphere"` // private, public, state, local, platform
	Check  string  `json:"check"`  // unverified (to verify), closed (at INSEE)
	Lone   bool    `json:"lone"`   // without a principal manager
	Tag    string  `json:"tag"`    // a label
	Only   []int64 `json:"only"`   // these, for the export of a selection
}

// orders are the columns by which the list can be ordered; each has its index with the id behind it.
var orders = map[string]string{
	"": "name_key", "name": "name_key", "identifier": "identifier", "town": "town_key", "label": "label_key", "created": "id",
}

// columns are what a line reads.
const columns = `r.id, r.identifier_type, r.identifier, r.sphere, r.name, r.label, r.town, r.postcode, r.email, r.phone, r.verdict, r.closed_on,
	r.registration, r.active, r.managed, r.created_at,
	coalesce((SELECT group_concat(l.name, char(10)) FROM structure_labels x JOIN labels l ON l.id = x.label_id WHERE x.structure_id = r.id), '')`

// List gives a page of the structures that the actor may see.
func (s *Service) List(ctx context.Context, q Wanted) (Page, error) {
	out := Page{Rows: []Row{}}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		sight, err := s.sight(ctx, tx, q)
		if err != nil {
			return err
		}
		ask := func(part page.Query) ([]Row, error) {
			asked := q
			asked.Query = part
			return rows(ctx, tx, asked, sight)
		}
		if out.Rows, out.Next, err = page.Read(q.Query, ask, func(r Row) page.Key { return page.Key{Text: r.key, ID: r.ID} }); err != nil {
			return err
		}
		conceal(out.Rows, sight)
		return managers(ctx, tx, out.Rows)
	})
	return out, err
}

// Count tells how many structures a list holds in all.
func (s *Service) Count(ctx context.Context, q Wanted) (int64, error) {
	var n int64
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		sight, err := s.sight(ctx, tx, q)
		if err != nil {
			return err
		}
		q.Order = "name"
		p, err := plan(q, sight)
		if err != nil {
			return err
		}
		query, args := p.Counted()
		found, err := tx.Select(ctx, query, args...)
		if err != nil {
			return fmt.Errorf("structures: %w", err)
		}
		defer found.Close() //nolint:errcheck // Err tells below
		for found.Next() {
			if err := found.Scan(&n); err != nil {
				return fmt.Errorf("structures: %w", err)
			}
		}
		return found.Err()
	})
	return n, err
}

// sight is where the actor sees structures, narrowed to where he holds a further permission if one is named.
func (s *Service) sight(ctx context.Context, tx *db.Tx, q Wanted) (access.Sight, error) {
	actor, err := access.RequireAnywhere(ctx, tx, access.StructureView)
	if err != nil {
		return access.Sight{}, err
	}
	return among(ctx, tx, actor, q.Holding)
}

func among(ctx context.Context, tx *db.Tx, actor *access.Actor, holding string) (access.Sight, error) {
	sight := actor.Rights.See(access.StructureView, tx.At)
	switch holding {
	case "":
		return sight, nil
	case "membership": // « les structures auxquelles on est rattaché »
		return attachedTo(actor, sight, tx.At), nil
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

// attachedTo narrows a sight to the structures that the actor is attached to now.
func attachedTo(actor *access.Actor, sight access.Sight, at int64) access.Sight {
	var own access.Sight
	for _, scope := range actor.Rights.Attached(at) {
		switch whole, part := Seen(sight, scope.Structure); {
		case whole:
			own.Structures = append(own.Structures, scope.Structure)
		case part:
			own.Partial = append(own.Partial, scope.Structure)
			own.Departments = append(own.Departments, scope.Department)
		}
	}
	slices.Sort(own.Structures)
	slices.Sort(own.Partial)
	slices.Sort(own.Departments)
	return own
}

func rows(ctx context.Context, tx *db.Tx, q Wanted, sight access.Sight) ([]Row, error) {
	p, err := plan(q, sight)
	if err != nil {
		return nil, err
	}
	query, args, err := p.SQL(columns)
	if err != nil {
		return nil, err
	}
	found, err := tx.Select(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("structures: %w", err)
	}
	defer found.Close() //nolint:errcheck // Err tells below
	list := []Row{}
	for found.Next() {
		r, err := scan(found)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, found.Err()
}

func scan(rows *sql.Rows) (Row, error) {
	var r Row
	var canonical, labels string
	if err := rows.Scan(&r.ID, &r.IdentifierType, &canonical, &r.Sphere, &r.Name, &r.Label, &r.Town, &r.Postcode, &r.Email, &r.Phone, &r.Verdict, &r.ClosedOn,
		&r.Registration, &r.Active, &r.Managed, &r.CreatedAt, &labels, &r.key); err != nil {
		return r, fmt.Errorf("structures: %w", err)
	}
	r.Identifier, r.Labels = identifier.Format(r.IdentifierType, canonical), []string{}
	if labels != "" {
		r.Labels = strings.Split(labels, "\n")
	}
	if r.Phone != "" {
		r.Phone = identifier.FormatPhone(r.Phone)
	}
	return r, nil
}

// conceal leaves only the identity of structures seen through a department.
func conceal(rows []Row, sight access.Sight) {
	for i, r := range rows {
		if whole, _ := Seen(sight, r.ID); !whole {
			rows[i] = Row{
				ID: r.ID, IdentifierType: r.IdentifierType, Identifier: r.Identifier, Sphere: r.Sphere, Name: r.Name, Active: r.Active, Managed: true,
				IdentityOnly: true, Labels: []string{}, key: r.key,
			}
		}
	}
}

// managers adds the principal managers whom the actor may see.
func managers(ctx context.Context, tx *db.Tx, rows []Row) error {
	var places []int64
	for _, r := range rows {
		if !r.IdentityOnly {
			places = append(places, r.ID)
		}
	}
	names, err := tx.ManagersOf(ctx, sqlc.ManagersOfParams{Structures: access.List(places), At: tx.At})
	if err != nil {
		return fmt.Errorf("principal managers: %w", err)
	}
	var users []int64
	for _, n := range names {
		users = append(users, n.ID)
	}
	seen, err := access.SeenAmong(ctx, tx, users)
	if err != nil {
		return err
	}
	for _, n := range names {
		if i := slices.IndexFunc(rows, func(r Row) bool { return r.ID == n.StructureID }); i >= 0 && seen[n.ID] {
			rows[i].Manager = n.FirstName + " " + n.LastName
		}
	}
	return nil
}

// plan makes the query of a list from the pieces that it is asked for.
func plan(q Wanted, sight access.Sight) (*page.Plan, error) {
	p, err := page.NewPlan("structures", "structure_search", orders, q.Query)
	if err != nil {
		return nil, err
	}
	if page.Digits(q.Search) != "" && q.Order == "" {
		p.Column = "identifier"
	}
	if len(sight.Partial) > 0 && p.Column != "identifier" && p.Column != "id" {
		p.Column = "name_key" // the place among towns or labels would tell what only the whole record shows
	}
	if !sight.Everywhere {
		p.Among("SELECT DISTINCT value AS id FROM json_each(?)", access.List(append(append([]int64{}, sight.Structures...), sight.Partial...)))
	}
	p.Where("t.cancelled_at = 0")
	search(p, sight)
	return p, filter(p, q, sight)
}

// search finds by any part of an identifier, or of the words of a name, label or town. Of a structure seen through a department only name and
// identifier are searched: nothing else of it may be learnt by searching.
func search(p *page.Plan, sight access.Sight) {
	if digits := page.Digits(p.Query.Search); digits != "" {
		if len(digits) < 3 {
			p.Where("t.identifier >= ? AND t.identifier < ?", digits, page.After(digits))
			return
		}
		p.Where("instr(t.identifier, ?) > 0", digits)
		p.Where("t.id IN (SELECT rowid FROM structure_parts WHERE structure_parts MATCH ?)", page.Trigrams(digits))
		return
	}
	if len(sight.Partial) > 0 {
		for _, word := range fold.Words(p.Query.Search) {
			p.Where("(t.id IN (SELECT value FROM json_each(?)) OR instr(t.name_key, ?) > 0)", access.List(sight.Structures), word)
		}
	}
	p.Parts("structure_parts", "t.name_key || ' ' || t.label_key || ' ' || t.town_key || ' ' || lower(t.identifier)")
}

var verdicts = map[string]string{
	"unverified": "t.verdict IN ('unknown', 'unverifiable', 'closed')",
	"closed":     "t.verdict = 'closed'",
}

func filter(p *page.Plan, q Wanted, sight access.Sight) error {
	whole := false // what is not part of the identity is asked of structures seen whole
	add := func(clause string, args ...any) {
		p.Where(clause, args...)
		whole = true
	}
	switch q.State {
	case "":
	case "active":
		p.Where("t.active = 1")
	case "inactive":
		p.Where("t.active = 0")
	default:
		return fault.New(fault.Protocol, "page.malformed")
	}
	switch q.Sphere {
	case "":
	case "public":
		p.Where("t.sphere IN ('state', 'local')")
	default:
		p.Where("t.sphere = ?", q.Sphere)
	}
	if q.Type != "" {
		p.Where("t.identifier_type = ?", q.Type)
	}
	if q.Check != "" {
		clause, known := verdicts[q.Check]
		if !known {
			return fault.New(fault.Protocol, "page.malformed")
		}
		add(clause)
	}
	if q.Lone {
		add("t.managed = 0")
	}
	if q.Tag != "" {
		add("t.id IN (SELECT x.structure_id FROM structure_labels x JOIN labels l ON l.id = x.label_id WHERE l.name_key = ?)", fold.Key(q.Tag))
	}
	if len(q.Only) > 0 {
		p.Where("t.id IN (SELECT value FROM json_each(?))", access.List(q.Only))
	}
	if whole && len(sight.Partial) > 0 {
		p.Where("t.id IN (SELECT value FROM json_each(?))", access.List(sight.Structures))
	}
	return nil
}

package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/fold"
	"habilis/internal/identifier"
	"habilis/internal/list"
	"habilis/internal/place"
	"habilis/internal/right"
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
	Manager        string   `json:"manager"` // the principal manager, where the actor may see them
	Active         bool     `json:"active"`
	Managed        bool     `json:"managed"`
	IdentityOnly   bool     `json:"identityOnly"`
	CreatedAt      int64    `json:"createdAt"`
	canonical      string   // the identifier without groups
	labels         string   // one a line
}

// Page is one page of the list. Next asks for the one after, empty on the last.
type Page struct {
	Rows []Row  `json:"rows"`
	Next string `json:"next"`
}

// Wanted is what a list of structures is asked: the filters join by "and"; an empty one lets everything through.
type Wanted struct {
	list.Query
	Type   string  `json:"type"`   // of identifier
	State  string  `json:"state"`  // active, inactive
	Sphere string  `json:"sphere"` // private, public, state, local, platform, entity (any but a platform)
	Check  string  `json:"check"`  // unverified (to verify), closed (at INSEE)
	Lone   bool    `json:"lone"`   // without a principal manager
	Tag    string  `json:"tag"`    // a label
	Only   []int64 `json:"only"`   // these, for the export of a selection
	Whole  bool    `json:"whole"`  // seen, or with a permission held, as a whole: not by a department alone

	// Holding lets those through where the one who asks holds a permission, or « membership » where they are attached: what a form may choose among.
	Holding string `json:"holding"`
}

// orders are those of the list, each with its index, the id behind it.
var orders = map[string]list.Order{
	"":           {Column: "name_key", Index: "structures_by_name"},
	"name":       {Column: "name_key", Index: "structures_by_name"},
	"identifier": {Column: "identifier", Index: "structures_by_identifier"},
	"town":       {Column: "town_key", Index: "structures_by_town"},
	"label":      {Column: "label_key", Index: "structures_by_label"},
	"created":    {Column: "id"},
}

// Structures is the list of structures.
var Structures = list.List[Wanted, Row]{
	Table:  "structures",
	Words:  "structure_search",
	Orders: orders,
	Sight:  sight,
	Narrow: func(_ context.Context, _ *db.Tx, p *list.Plan, q Wanted, sight right.Sight) error {
		return narrow(p, q, sight, q.Search != "" || !sight.Everywhere)
	},
	Settle: settle,
	CountAll: func(q Wanted, sight right.Sight) (index string, cheap bool) {
		if q.Search == "" && sight.Everywhere && q.Tag == "" && len(q.Only) == 0 {
			index = "structures_traits"
		}
		return index, q.Search == ""
	},
	Columns: list.Read(`t.id, t.identifier_type, t.identifier, t.sphere, t.name, t.label, t.town, t.postcode, t.email, t.phone, t.verdict, t.closed_on,
		t.registration, t.active, t.managed, t.created_at,
		coalesce((SELECT ` + db.Joined("l.name") + ` FROM structure_labels x JOIN labels l ON l.id = x.label_id WHERE x.structure_id = t.id), '')`),
	Fields: func(r *Row) []any {
		return []any{
			&r.ID, &r.IdentifierType, &r.canonical, &r.Sphere, &r.Name, &r.Label, &r.Town, &r.Postcode, &r.Email, &r.Phone, &r.Verdict, &r.ClosedOn,
			&r.Registration, &r.Active, &r.Managed, &r.CreatedAt, &r.labels,
		}
	},
	Complete: func(ctx context.Context, tx *db.Tx, rows []Row, sight right.Sight) error {
		written(rows)
		conceal(rows, sight)
		return managers(ctx, tx, rows)
	},
	Cells: cells,
}

// List returns a page of the structures that the actor may see.
func (s *Service) List(ctx context.Context, q Wanted) (Page, error) {
	rows, next, err := Structures.Over(s.db).Page(ctx, q)
	return Page{rows, next}, err
}

// Count returns how many structures a list holds in all.
func (s *Service) Count(ctx context.Context, q Wanted) (list.Total, error) {
	return Structures.Over(s.db).Count(ctx, q)
}

// sight is where the actor sees structures, narrowed to where they hold a further permission if one is named.
func sight(ctx context.Context, tx *db.Tx, q Wanted) (right.Sight, error) {
	actor, err := access.RequireAnywhere(ctx, tx, right.StructureView)
	if err != nil {
		return right.Sight{}, err
	}
	sight, err := Among(ctx, tx, actor, q.Holding)
	if q.Whole {
		sight.Departments, sight.Partial = nil, nil
	}
	return sight, err
}

// Among returns where the actor sees structures, of those where they hold a permission, or belong.
func Among(ctx context.Context, tx *db.Tx, actor *access.Actor, holding string) (right.Sight, error) {
	sight := actor.Rights.See(right.StructureView, tx.At)
	switch holding {
	case "":
		return sight, nil
	case "membership": // « les structures auxquelles on est rattaché »
		return attachedTo(actor, sight, tx.At), nil
	}
	p, known := right.Parse(holding)
	if !known {
		return sight, fault.New(fault.Protocol, "permission.unknown")
	}
	if err := access.ReadOwnPlaces(ctx, tx, actor.Rights); err != nil {
		return sight, err
	}
	if sight.Everywhere && !(p == right.MembershipEdit && actor.Rights.Administrator(tx.At)) { // rights.md, A35
		if err := access.ReadShutPlaces(ctx, tx, actor.Rights); err != nil {
			return sight, err
		}
	}
	held := actor.Rights.See(p, tx.At)
	if held.Everywhere {
		sight.Shut = held.Shut
		return sight, nil
	}
	return held, nil
}

// attachedTo narrows a sight to the structures that the actor is attached to now.
func attachedTo(actor *access.Actor, sight right.Sight, at int64) right.Sight {
	var own right.Sight
	for _, scope := range actor.Rights.Attached(at) {
		switch whole, part := place.Seen(sight, scope.Structure); {
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

// written writes what the file holds as pages show it.
func written(rows []Row) {
	for i := range rows {
		r := &rows[i]
		r.Identifier, r.Labels = identifier.Format(r.IdentifierType, r.canonical), []string{}
		if r.labels != "" {
			r.Labels = strings.Split(r.labels, "\n")
		}
		if r.Phone != "" {
			r.Phone = identifier.FormatPhone(r.Phone)
		}
	}
}

// conceal leaves only the identity of structures seen through a department.
func conceal(rows []Row, sight right.Sight) {
	for i, r := range rows {
		if whole, _ := place.Seen(sight, r.ID); !whole {
			rows[i] = Row{
				ID: r.ID, IdentifierType: r.IdentifierType, Identifier: r.Identifier, Sphere: r.Sphere, Name: r.Name, Active: r.Active, Managed: true,
				IdentityOnly: true, Labels: []string{}, canonical: r.canonical,
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
	names, err := tx.ManagersOf(ctx, sqlc.ManagersOfParams{Structures: db.List(places), At: tx.At})
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

// path is an index that holds what filters ask. Where it gives the rows in the default order, a page in that order is read off it. Where it lets at most
// few rows through, these are put in any other order; where more, the order's own index is walked along until the page is full.
type path struct {
	index   string
	ordered bool
	few     int
}

// rare are the paths of filters that mostly let few rows through: they hold every order, so that many rows are put in order at little cost.
func rare(index string) path { return path{index, true, 10_000} }

func common(index string) path { return path{index, true, few} }

// few is how many rows are put in order at little cost where each must be read.
const few = 2000

// settle chooses how a page is found: the engine keeps no statistics to choose by itself.
func settle(ctx context.Context, tx *db.Tx, l *list.List[Wanted, Row], q Wanted, part string, sight right.Sight) (*list.Plan, error) {
	p, err := l.Planned(ctx, tx, q, part, sight)
	if err != nil || !sight.Everywhere || q.Search != "" || part != "" {
		return p, err
	}
	if q.filters() > 0 {
		along := q.path()
		if along.index != "" {
			p.By = db.Along(along.index)
		}
		if along.ordered && q.filters() == 1 && p.Column == "name_key" {
			return p, nil
		}
		n, err := estimated(ctx, tx, l, p, q, along.few+1)
		if p.Sorted = true; err != nil || n <= int64(along.few) {
			return p, err
		}
	}
	return walked(l, q, sight)
}

// walked is the plan of a page that walks along the index of its order.
func walked(l *list.List[Wanted, Row], q Wanted, sight right.Sight) (*list.Plan, error) {
	p, err := list.NewPlan(l.Table, l.Words, orders, q.Query)
	if err != nil {
		return nil, err
	}
	p.By = db.Along(orders[q.Order].Index)
	return p, narrow(p, q, sight, true)
}

// estimated counts what the filters let through, as far as most; of a label, what bears it, without reading a structure.
func estimated(ctx context.Context, tx *db.Tx, l *list.List[Wanted, Row], p *list.Plan, q Wanted, most int) (int64, error) {
	if q.Tag == "" {
		return l.Counted(ctx, tx, p, most)
	}
	n, err := tx.CountLabelled(ctx, sqlc.CountLabelledParams{NameKey: fold.Key(list.Limit(q.Tag)), Most: int64(most)})
	if err != nil {
		return 0, fmt.Errorf("structures of a label: %w", err)
	}
	return n, nil
}

// path is the one for the filters of a list.
func (q Wanted) path() path {
	switch {
	case q.Tag != "" || len(q.Only) > 0:
		return path{few: few} // their own tables are followed
	case q.Lone:
		return rare("structures_unmanaged")
	case q.Check == "closed":
		return rare("structures_closed")
	case q.Check != "":
		return rare("structures_to_verify")
	case q.filters() > 1 || q.Sphere == "entity":
		return path{"structures_traits", false, few}
	case q.State != "":
		return common("structures_by_state")
	case q.Type != "":
		return common("structures_by_type")
	case q.Sphere == "public": // two spheres, one after the other
		return path{"structures_by_sphere", false, few}
	}
	return common("structures_by_sphere")
}

// filters counts what narrows the list.
func (q Wanted) filters() int {
	n := 0
	for _, asked := range []bool{q.State != "", q.Type != "", q.Sphere != "", q.Check != "", q.Lone, q.Tag != "", len(q.Only) > 0} {
		if asked {
			n++
		}
	}
	return n
}

// narrow adds what is asked to the plan of a page. Apart says that no filter's own index is to be used.
func narrow(p *list.Plan, q Wanted, sight right.Sight, apart bool) error {
	part := p.Query.Part
	if list.Digits(q.Search) != "" && q.Order == "" && part != list.Others && part != list.Counting {
		p.In(orders["identifier"])
	}
	if len(sight.Partial) > 0 && p.Column != "identifier" && p.Column != "id" {
		p.In(orders["name"]) // the place among towns or labels would tell what only the whole record shows
	}
	if !sight.Everywhere {
		p.Among(db.Each, db.List(append(append([]int64{}, sight.Structures...), sight.Partial...)))
	}
	p.Where(db.Apart("t.cancelled_at") + " = 0")
	if len(sight.Shut) > 0 {
		p.Where(db.NotIn("t.id"), db.List(sight.Shut))
	}
	search(p, sight)
	return filter(p, q, sight, apart)
}

// Where a search looks: in everything, and in what is all that one sees of a structure through a department.
const (
	inAll      = "t.found_by"
	inIdentity = "t.found_as"
)

// search finds by any part of an identifier, or of the words of a name, label or town. Of a structure seen through a department only name and
// identifier are searched: nothing else of it may be learnt by searching.
func search(p *list.Plan, sight right.Sight) {
	words := fold.Sought(list.Limit(p.Query.Search))
	if len(words) == 0 && strings.TrimSpace(p.Query.Search) != "" {
		p.Where("0") // what holds no letter or digit finds nothing, not everything
		return
	}
	digits := list.Digits(p.Query.Search)
	if c, err := identifier.Parse(identifier.NonEU, list.Limit(p.Query.Search)); err == nil && strings.HasPrefix(c, "FRWF") {
		p.Query.Search, words = c, []string{strings.ToLower(c)} // Wallis-et-Futuna, with France's code before it or not
	}
	if len(digits) == 10 && digits[0] == '0' {
		digits = digits[1:] // a RIDET with the zero that some write before it
	}
	if digits != "" {
		words = []string{digits}
	}
	if len(sight.Partial) > 0 {
		place, begins := inIdentity, ""
		if list.Trigrams(words...) == "" { // short words find by their beginnings
			place, begins = "' ' || "+inIdentity, " "
		}
		for _, word := range words {
			p.Where("("+db.In("t.id")+" OR "+db.Holds(place)+")", db.List(sight.Structures), begins+word)
		}
	}
	if digits != "" {
		numbered(p, digits)
		return
	}
	p.Parts("structure_parts", inAll)
}

// numbered finds by digits: the identifiers that begin with them first, then, of three digits or more, whatever else holds them.
func numbered(p *list.Plan, digits string) {
	const begins = "t.identifier >= ? AND t.identifier < ?"
	low, high := digits, list.After(digits)
	switch {
	case p.Query.Part == list.First:
		p.Where(begins, low, high)
		return
	case p.Query.Part == list.Others:
		p.Where("NOT ("+begins+")", low, high)
	}
	if len(digits) < 3 {
		match := list.Match(digits)
		if p.Query.Part == list.Others {
			p.Follow("structure_search", match)
			return
		}
		p.Where("("+begins+" OR "+db.Found("t.id", "structure_search")+")", low, high, match)
		return
	}
	p.Where(db.Holds(inAll), digits)
	p.Follow("structure_parts", list.Trigrams(digits))
}

var verdicts = map[string]string{
	"unverified": "verdict IN ('unknown', 'unverifiable')",
	"closed":     "verdict = 'closed'",
}

func filter(p *list.Plan, q Wanted, sight right.Sight, apart bool) error {
	column := "t."
	if apart {
		column = db.Apart(column)
	}
	whole := false // what is not part of the identity is asked of structures seen whole
	add := func(clause string, args ...any) {
		p.Where(clause, args...)
		whole = true
	}
	switch q.State {
	case "":
	case "active":
		p.Where(column + "active = 1")
	case "inactive":
		p.Where(column + "active = 0")
	default:
		return fault.New(fault.Protocol, "page.malformed")
	}
	switch q.Sphere {
	case "":
	case "entity": // any but a platform
		p.Where(column + "sphere <> 'platform'")
	case "public":
		p.Where(column + "sphere IN ('state', 'local')")
	default:
		p.Where(column+"sphere = ?", q.Sphere)
	}
	if q.Type != "" {
		p.Where(column+"identifier_type = ?", q.Type)
	}
	if q.Check != "" {
		clause, known := verdicts[q.Check]
		if !known {
			return fault.New(fault.Protocol, "page.malformed")
		}
		add(column + clause)
	}
	if q.Lone {
		add(column + "managed = 0")
	}
	if q.Tag != "" {
		if name := fold.Key(list.Limit(q.Tag)); apart {
			add("EXISTS (SELECT 1 FROM labels l JOIN structure_labels x ON x.label_id = l.id AND x.structure_id = t.id WHERE l.name_key = ?)", name)
		} else {
			p.Among("SELECT DISTINCT x.structure_id AS id FROM labels l JOIN structure_labels x ON x.label_id = l.id WHERE l.name_key = ?", name)
		}
	}
	if len(q.Only) > 0 {
		p.Where(db.In("t.id"), db.List(q.Only))
	}
	if whole && len(sight.Partial) > 0 {
		p.Where(db.In("t.id"), db.List(sight.Structures))
	}
	return nil
}

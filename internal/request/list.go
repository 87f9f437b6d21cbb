package request

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/guard"
	"habilis/internal/journal"
	"habilis/internal/list"
	"habilis/internal/right"
)

// Person is a user by name.
type Person struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// Request is a request as the pages show it. Mine tells that the one who asks is, by this account, its requester or
// beneficiary; Decidable that they hold request.decide there.
type Request struct {
	ID              int64          `json:"id"`
	State           string         `json:"state"`
	Subject         string         `json:"subject"`
	Beneficiary     Person         `json:"beneficiary"`
	Requester       Person         `json:"requester"`
	TypedBy         Person         `json:"typedBy"`
	Approvers       []Person       `json:"approvers"` // who is to answer: the structure's responsible
	DecidedBy       Person         `json:"decidedBy"`
	StructureID     int64          `json:"structureId"` // 0 where it is not in sight, or there is none yet
	Structure       string         `json:"structure"`
	DepartmentID    int64          `json:"departmentId"`
	Department      string         `json:"department"` // its label, or the code that was typed
	Profiles        []right.Choice `json:"profiles"`
	ProfileNames    []string       `json:"profileNames"`
	Comment         string         `json:"comment"`
	ReceivedOn      string         `json:"receivedOn"`
	AskedAt         int64          `json:"askedAt"`
	DecidedAt       int64          `json:"decidedAt"`
	DecisionComment string         `json:"decisionComment"`
	Mine            bool           `json:"mine"`
	Decidable       bool           `json:"decidable"`
	SelfDecided     bool           `json:"selfDecided"` // who typed it in also decided it (rights.md, A37)
}

// Wanted is what a list of requests is asked: those of a tab (pending, decided, mine), of one structure, about or from somebody.
type Wanted struct {
	list.Query
	Tab       string `json:"tab"`
	Structure int64  `json:"structure"`
}

// Page is one page of requests, the latest first.
type Page struct {
	Rows []Request `json:"rows"`
	Next string    `json:"next"`
}

// orders are those of the tabs, each with its index.
var orders = map[string]list.Order{
	"":        {Column: "asked_at", Index: "requests_by_state", Number: true},
	"decided": {Column: "decided_at", Index: "requests_decided", Number: true},
}

// Rows is the list of requests: those that wait for whoever asks, those decided where they decide, or their own.
var Rows = list.List[Wanted, sqlc.Request]{
	Table:   "requests",
	Orders:  orders,
	Latest:  true,
	Sight:   sight,
	Narrow:  narrow,
	Columns: list.Read("t.*"),
	Fields:  list.Whole[sqlc.Request],
}

// List returns a page of requests.
func (s *Service) List(ctx context.Context, q Wanted) (Page, error) {
	var out Page
	if err := s.closeRunOut(ctx); err != nil {
		return out, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		rows, next, err := Rows.Page(ctx, tx, q)
		if err != nil {
			return err
		}
		actor, err := access.Who(ctx, tx)
		if err != nil {
			return err
		}
		out.Next = next
		out.Rows, err = s.shown(ctx, tx, actor, rows)
		return err
	})
	return out, err
}

// sight is where the actor decides on what waits, or decided; their own they see wherever it is.
func sight(ctx context.Context, tx *db.Tx, q Wanted) (right.Sight, error) {
	actor, err := access.Who(ctx, tx)
	if err != nil {
		return right.Sight{}, err
	}
	decide := right.Question{Permission: right.RequestDecide, At: tx.At}
	switch q.Tab {
	case "pending":
		places, err := tx.PlacesOfPending(ctx)
		if err != nil {
			return right.Sight{}, fmt.Errorf("pending requests: %w", err)
		}
		err = access.ReadPlaces(ctx, tx, actor.Rights, places...)
		return actor.Rights.SeeWhere(decide), err
	case "decided":
		decide.AsIfActive = true
		return actor.Rights.SeeWhere(decide), nil
	case "mine":
		return right.Sight{}, nil
	}
	return right.Sight{}, fault.New(fault.Protocol, "page.malformed")
}

func narrow(ctx context.Context, tx *db.Tx, p *list.Plan, q Wanted, sight right.Sight) error {
	actor, err := access.Who(ctx, tx)
	if err != nil {
		return err
	}
	order := orders[""] // a tab has its own, whatever was asked: the index of another does not hold its rows
	if q.Tab == "decided" {
		order = orders["decided"]
	}
	if p.Query.Part != list.Counting {
		p.In(order)
	}
	switch q.Tab {
	case "pending":
		p.Where("t.state = 'pending'")
		p.Places(sight)
	case "decided":
		p.Where("t.state <> 'pending'")
		decided(p, actor, sight)
	case "mine":
		const own = "SELECT id FROM requests WHERE "
		p.Among(own+"requester_id = ? UNION "+own+"beneficiary_id = ? UNION "+own+"typed_by = ?", actor.User, actor.User, actor.User)
	}
	p.Equal("structure_id", q.Structure)
	p.People("beneficiary_id", "requester_id")
	return nil
}

// decided keeps to what readable lets the actor read of the places where they hold anything.
func decided(p *list.Plan, actor *access.Actor, sight right.Sight) {
	if sight.Everywhere {
		return
	}
	p.Among("SELECT id FROM requests WHERE "+db.In("structure_id"), db.List(actor.Rights.Structures()))
	p.Where("("+db.In("t.structure_id")+" OR "+db.In("t.department_id")+" OR ? IN (t.requester_id, t.beneficiary_id, t.typed_by, t.decided_by))",
		db.List(sight.Structures), db.List(sight.Departments), actor.User)
}

// readable reports whether the actor may read a request: theirs, decided by them, or of a place where they decide, judged as if it were active and valid
// (rights.md, A36): where it is not, nothing waits.
func readable(actor *access.Actor, tx *db.Tx, r sqlc.Request) bool {
	if mine(actor, r) || r.DecidedBy != nil && *r.DecidedBy == actor.User {
		return true
	}
	return actor.Rights.Allowed(right.Question{Permission: right.RequestDecide, Scope: Scope(r), At: tx.At, AsIfActive: true})
}

func decides(actor *access.Actor, tx *db.Tx, r sqlc.Request) bool {
	return actor.Rights.Allowed(right.Question{Permission: right.RequestDecide, Scope: Scope(r), At: tx.At})
}

// closeRunOut closes what waits on a department that is not valid now, though it be again later: nobody could see or answer it. The program does it, each with its line.
func (s *Service) closeRunOut(ctx context.Context) error {
	some := false
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := access.Who(ctx, tx); err != nil {
			return err
		}
		n, err := tx.AnyRequestRunOut(ctx, tx.At)
		some = n
		return err
	})
	if err != nil || !some {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		rows, err := tx.CloseRequestsRunOut(ctx, tx.At)
		if err != nil {
			return fmt.Errorf("requests: %w", err)
		}
		for _, r := range rows {
			err := journal.Record(ctx, tx, nil, journal.Entry{
				Action: "request.closed", Kind: "request", Object: r.ID, Structure: Scope(r).Structure, Person: r.BeneficiaryID,
				Details: map[string]string{"subject": r.Subject, "why": "department.run_out"},
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Count returns how many requests wait for the actor: the number beside « Approbations ».
func (s *Service) Count(ctx context.Context) (int, error) {
	n, waiting := int64(0), Wanted{Tab: "pending"}
	if err := s.closeRunOut(ctx); err != nil {
		return 0, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		sight, err := Rows.Sight(ctx, tx, waiting)
		if err != nil {
			return err
		}
		p, _, err := Rows.Counting(ctx, tx, waiting, sight)
		if err != nil {
			return err
		}
		n, err = Rows.Counted(ctx, tx, p, -1)
		return err
	})
	return int(n), err
}

// Get returns one request to one who may decide on it, or whose it is. It fails with NotFound otherwise.
func (s *Service) Get(ctx context.Context, id int64) (Request, error) {
	var out Request
	if err := s.closeRunOut(ctx); err != nil {
		return out, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		actor, err := access.Who(ctx, tx)
		if err != nil {
			return err
		}
		r, err := tx.RequestRow(ctx, id)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.New(fault.NotFound, "request.not_found")
		}
		if err != nil {
			return fmt.Errorf("request: %w", err)
		}
		if err := access.ReadPlaces(ctx, tx, actor.Rights, Scope(r).Structure); err != nil {
			return err
		}
		if !readable(actor, tx, r) {
			return fault.New(fault.NotFound, "request.not_found")
		}
		list, err := s.shown(ctx, tx, actor, []sqlc.Request{r})
		if err == nil {
			out = list[0]
		}
		return err
	})
	return out, err
}

func mine(actor *access.Actor, r sqlc.Request) bool {
	return r.BeneficiaryID == actor.User || r.RequesterID == actor.User || r.TypedBy == actor.User
}

// names holds what rows are shown with, read as sets.
type names struct {
	seen        map[int64]bool
	people      map[int64]Person
	structures  map[int64]sqlc.Structure
	departments map[int64]sqlc.Department
	approvers   map[int64][]int64
	profiles    right.Profiles
	firm        string
	linked      map[int64]bool // the accounts that name another of the same person
}

func (s *Service) shown(ctx context.Context, tx *db.Tx, actor *access.Actor, rows []sqlc.Request) ([]Request, error) {
	n, err := readNames(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	var places []int64
	for _, r := range rows {
		if place := Scope(r).Structure; place != 0 {
			places = append(places, place)
		}
	}
	if err := access.ReadPlaces(ctx, tx, actor.Rights, places...); err != nil {
		return nil, err
	}
	sight := actor.Rights.See(right.StructureView, tx.At)
	shown := make([]Request, 0, len(rows))
	for _, r := range rows {
		out := Request{
			ID: r.ID, State: r.State, Subject: r.Subject, Beneficiary: n.people[r.BeneficiaryID], Requester: n.people[r.RequesterID],
			Approvers: []Person{}, Comment: r.Comment, ReceivedOn: r.ReceivedOn,
			AskedAt: r.AskedAt, DecidedAt: r.DecidedAt, DecisionComment: r.DecisionComment, Profiles: []right.Choice{}, ProfileNames: []string{},
			Mine: r.BeneficiaryID == actor.User || r.RequesterID == actor.User, Decidable: r.State == "pending" && decides(actor, tx, r),
		}
		answers := actor.Rights.Allowed(right.Question{Permission: right.RequestDecide, Scope: Scope(r), At: tx.At, AsIfActive: true})
		told := n.told(answers)
		out.TypedBy = told(r.TypedBy)
		if r.DecidedBy != nil {
			out.SelfDecided = r.TypedBy == *r.DecidedBy
			if n.linked[r.TypedBy] || n.linked[*r.DecidedBy] {
				if out.SelfDecided, err = guard.SamePerson(ctx, tx, r.TypedBy, *r.DecidedBy); err != nil {
					return nil, err
				}
			}
		}
		if err := s.fill(&out, r, n, told, answers || sight.Within(Scope(r).Structure), answers || sight.Holds(Scope(r))); err != nil {
			return nil, err
		}
		shown = append(shown, out)
	}
	return shown, nil
}

// told returns a person by name to whoever answers there, and otherwise only those in sight: of the others neither number nor name. Whoever may read a request
// is told who asks for whom.
func (n *names) told(answers bool) func(id int64) Person {
	return func(id int64) Person {
		if answers || id == theFirm || n.seen[id] {
			return n.people[id]
		}
		return Person{}
	}
}

// fill adds what is named. One who asked about a structure that they cannot see finds its identifier there, not its name, its departments nor its manager.
func (s *Service) fill(out *Request, r sqlc.Request, n names, told func(id int64) Person, visible, inside bool) error {
	st, placed := n.structures[Scope(r).Structure]
	out.Structure, out.Department = cmp.Or(r.Identifier, st.Identifier), r.DepartmentCode
	if visible && placed {
		out.StructureID, out.Structure = st.ID, st.Name
		for _, id := range n.approvers[st.ID] {
			if p := told(id); p != (Person{}) {
				out.Approvers = append(out.Approvers, p)
			}
		}
	}
	if r.DepartmentID != nil && inside {
		d := n.departments[*r.DepartmentID]
		out.DepartmentID, out.Department = d.ID, d.Label
	}
	if r.DecidedBy != nil {
		out.DecidedBy = told(*r.DecidedBy)
	}
	c, err := s.load(changeOf(r))
	if err != nil {
		return err
	}
	if w, ok := c.(interface{ Choices() []right.Choice }); ok {
		for _, x := range w.Choices() {
			out.Profiles = append(out.Profiles, x)
			if p := n.profiles[x.Profile]; p != nil {
				out.ProfileNames = append(out.ProfileNames, p.Name)
			}
		}
	}
	return nil
}

// responsible finds who is to answer for each structure: whom its record names, as far as the actor may see them; otherwise its principal manager.
func (n *names) responsible(ctx context.Context, tx *db.Tx, structures []int64) error {
	var named []int64
	for _, st := range n.structures {
		if st.Responsible == "user" && st.ResponsibleID != nil {
			named = append(named, *st.ResponsibleID)
		}
	}
	seen, err := access.SeenAmong(ctx, tx, named)
	if err != nil {
		return err
	}
	principals, err := tx.PrincipalsNowIn(ctx, sqlc.PrincipalsNowInParams{Structures: db.List(structures), At: tx.At})
	if err != nil {
		return fmt.Errorf("principals: %w", err)
	}
	for _, m := range principals {
		n.approvers[m.StructureID] = append(n.approvers[m.StructureID], m.UserID)
	}
	firm, err := tx.Firm(ctx)
	if err != nil {
		return fmt.Errorf("firm: %w", err)
	}
	n.firm = firm.Name
	for id, st := range n.structures {
		switch {
		case st.Responsible == "firm":
			n.approvers[id] = []int64{theFirm}
		case st.Responsible == "user" && st.ResponsibleID != nil && seen[*st.ResponsibleID]:
			n.approvers[id] = []int64{*st.ResponsibleID}
		}
	}
	return nil
}

// theFirm stands for the firm among people.
const theFirm = 0

func readNames(ctx context.Context, tx *db.Tx, rows []sqlc.Request) (names, error) {
	var people, structures, departments []int64
	for _, r := range rows {
		people = append(people, r.BeneficiaryID, r.RequesterID, r.TypedBy)
		if r.StructureID != nil {
			structures = append(structures, *r.StructureID)
		}
		if r.DecidedBy != nil {
			people = append(people, *r.DecidedBy)
		}
		if r.DepartmentID != nil {
			departments = append(departments, *r.DepartmentID)
		}
	}
	n := names{linked: map[int64]bool{}, people: map[int64]Person{}, structures: map[int64]sqlc.Structure{}, departments: map[int64]sqlc.Department{}, approvers: map[int64][]int64{}}
	slices.Sort(structures)
	structures = slices.Compact(structures)
	placed, err := tx.StructuresIn(ctx, db.List(structures))
	if err != nil {
		return n, fmt.Errorf("structures: %w", err)
	}
	for _, st := range placed {
		n.structures[st.ID] = st
	}
	if err := n.responsible(ctx, tx, structures); err != nil {
		return n, err
	}
	for _, ids := range n.approvers {
		people = append(people, ids...)
	}
	users, err := tx.UsersIn(ctx, db.List(people))
	if err != nil {
		return n, fmt.Errorf("users: %w", err)
	}
	seen, err := access.SeenAmong(ctx, tx, people)
	if err != nil {
		return n, err
	}
	n.people[theFirm] = Person{Name: n.firm}
	n.seen = seen
	for _, u := range users {
		n.people[u.ID] = Person{u.ID, u.FirstName + " " + u.LastName}
		n.linked[u.ID] = u.SameAs != nil
	}
	rooms, err := tx.DepartmentsIn(ctx, db.List(departments))
	if err != nil {
		return n, fmt.Errorf("departments: %w", err)
	}
	for _, d := range rooms {
		n.departments[d.ID] = d
	}
	n.profiles, err = access.LoadProfiles(ctx, tx)
	return n, err
}

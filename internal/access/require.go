package access

import (
	"context"
	"fmt"
	"slices"

	"habilis/db"
	"habilis/internal/fault"
)

// Actor is who acts, and in which session.
type Actor struct {
	User    int64
	Session string
	Rights  *Rights
}

type actorKey struct{}

type identity struct {
	user    int64
	session string
}

// WithActor puts who acts into a context.
func WithActor(ctx context.Context, user int64, session string) context.Context {
	return context.WithValue(ctx, actorKey{}, identity{user, session})
}

type confirmedKey struct{}

// WithConfirmed tells that the one who acts gave their passphrase again a short while ago.
func WithConfirmed(ctx context.Context) context.Context {
	return context.WithValue(ctx, confirmedKey{}, true)
}

// RequireConfirmed fails with Refused (passphrase.again) where the one who acts did not give their passphrase again: a session left open does not do
// what cannot be taken back.
func RequireConfirmed(ctx context.Context) error {
	if given, _ := ctx.Value(confirmedKey{}).(bool); !given {
		return fault.New(fault.Refused, "passphrase.again")
	}
	return nil
}

// Who gives the one who acts, with all their facts, read once where nothing is written. It fails with Unauthenticated without a session, and where the user is disabled.
func Who(ctx context.Context, tx *db.Tx) (*Actor, error) {
	id, ok := ctx.Value(actorKey{}).(identity)
	if !ok || id.user == 0 {
		return nil, fault.New(fault.Unauthenticated, "session.none")
	}
	if known, ok := tx.Value(id).(*Actor); ok {
		return known, nil
	}
	r, err := Load(ctx, tx, id.user)
	if err != nil {
		return nil, err
	}
	if !r.Active(tx.At) {
		return nil, fault.New(fault.Unauthenticated, "session.disabled")
	}
	actor := &Actor{User: id.user, Session: id.session, Rights: r}
	if !tx.Writable { // nothing changes under a reader
		tx.SetValue(id, actor)
	}
	return actor, nil
}

// Require gives the one who acts if he holds the permission on the scope now, and Forbidden otherwise.
func Require(ctx context.Context, tx *db.Tx, p Permission, scope Scope) (*Actor, error) {
	a, err := Who(ctx, tx)
	if err != nil {
		return nil, err
	}
	ok, err := a.Can(ctx, tx, Question{Permission: p, Scope: scope, At: tx.At})
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, Forbidden(p)
	}
	return a, nil
}

// RequireAnywhere is Require for what some scope suffices for. Lists ask their view so: no view right anywhere is Forbidden, never an
// empty list (rights.md, A03).
func RequireAnywhere(ctx context.Context, tx *db.Tx, p Permission) (*Actor, error) {
	a, err := Who(ctx, tx)
	if err != nil {
		return nil, err
	}
	ok, err := a.Can(ctx, tx, Question{Permission: p, Anywhere: true, Owner: a.User, At: tx.At})
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, Forbidden(p)
	}
	return a, nil
}

// Forbidden is the fault of a missing permission.
func Forbidden(p Permission) error {
	return fault.New(fault.Forbidden, "right.missing", "permission", p.String())
}

// Can answers a question after reading the places it is about.
func (a *Actor) Can(ctx context.Context, tx *db.Tx, q Question) (bool, error) {
	return a.Rights.Can(ctx, tx, q)
}

// Can answers a question after reading the places it is about.
func (r *Rights) Can(ctx context.Context, tx *db.Tx, q Question) (bool, error) {
	f := &table[q.Permission]
	goes := f.inactive == goesOn || f.inactive == endsOnly && q.Ending
	if goes && neverCut[f.module] {
		return r.Allowed(q), nil // no place bears on it
	}
	var err error
	if q.Anywhere {
		err = r.ReachOwn(ctx, tx)
	} else {
		err = r.reachOne(ctx, tx, q.Scope)
	}
	return err == nil && r.Allowed(q), err
}

// Need is a permission that a change asks for on a scope. Ending asks it for ending rows only. Inactive lets a firm administrator go on
// where the place is inactive (rights.md, A35).
type Need struct {
	Permission Permission
	Scope      Scope
	Ending     bool
	Anywhere   bool
	Inactive   bool
}

// Sight is where a permission is held: everywhere, or on these structures and departments, save where a ceiling or inactivity takes it away.
type Sight struct {
	Everywhere  bool
	Structures  []int64 // held on the whole structure
	Departments []int64 // held on a department only
	Partial     []int64 // the structures of those departments, where the whole is not seen
	Shut        []int64 // the structures, among the places that were read, on no part of which it is held all the same
	ShutInside  []int64 // the departments likewise
}

// See tells where a view permission is held at an instant: the rows of a list are exactly those it covers. Views work on inactive places;
// for one that a ceiling can cut, read the places first.
func (r *Rights) See(p Permission, at int64) Sight {
	return r.see(Question{Permission: p, Owner: r.User, At: at})
}

// SeeEnding is See for what may be ended, though the structure is inactive.
func (r *Rights) SeeEnding(p Permission, at int64) Sight {
	return r.see(Question{Permission: p, Owner: r.User, Ending: true, At: at})
}

func (r *Rights) see(q Question) Sight {
	var s Sight
	r.shut(q, &s)
	if r.Allowed(q) {
		s.Everywhere = true
		return s
	}
	if !on(r.states, q.At) {
		return s
	}
	seen := map[Scope]bool{}
	ask := func(scope Scope, links func(q Question) Link) { // a row is asked about its own scope: a wider one is asked about by the row that has it
		if q.Scope = scope; scope.Structure == 0 || seen[scope] || links(q) != 0 {
			return
		}
		seen[scope] = true
		if scope.Department == 0 {
			s.Structures = append(s.Structures, scope.Structure)
		} else {
			s.Departments = append(s.Departments, scope.Department)
			s.Partial = append(s.Partial, scope.Structure)
		}
	}
	for i := range r.grants {
		g := &r.grants[i]
		ask(r.narrowed(g), func(q Question) Link { return r.grantLinks(g, q) })
	}
	for i := range r.principals {
		p := &r.principals[i]
		ask(Structure(p.structure), func(q Question) Link { return r.principalLinks(p, q) })
	}
	for i := range r.memberships {
		if m := &r.memberships[i]; givenByMembership(q.Permission) {
			ask(m.scope, func(q Question) Link { return membershipLinks(m, q) })
		}
	}
	slices.Sort(s.Structures)
	slices.Sort(s.Departments)
	slices.Sort(s.Partial)
	s.Partial = slices.DeleteFunc(slices.Compact(s.Partial), func(id int64) bool { // one who sees the whole sees no part of it beside
		_, whole := slices.BinarySearch(s.Structures, id)
		return whole
	})
	s.Shut = slices.DeleteFunc(s.Shut, func(id int64) bool { // a part of it is not
		_, part := slices.BinarySearch(s.Partial, id)
		return part
	})
	return s
}

// shut finds, among the places that were read, those on which a ceiling or inactivity takes the permission away (rights.md, A38). Nothing takes
// away what is never cut and goes on where all else stops.
func (r *Rights) shut(q Question, s *Sight) {
	f := &table[q.Permission]
	if neverCut[f.module] && (f.inactive == goesOn || f.inactive == endsOnly && q.Ending) {
		return
	}
	for id := range r.places.structures {
		if q.Scope = Structure(id); !r.Allowed(q) {
			s.Shut = append(s.Shut, id)
		}
	}
	for id, d := range r.places.departments {
		if q.Scope = Department(d.structure, id); !r.Allowed(q) {
			s.ShutInside = append(s.ShutInside, id)
		}
	}
	slices.Sort(s.Shut)
	slices.Sort(s.ShutInside)
}

// ReachShut reads the places that are inactive or under a ceiling now: those of which a sight that holds everywhere must know.
func (r *Rights) ReachShut(ctx context.Context, tx *db.Tx) error {
	ids, err := tx.ShutStructures(ctx, tx.At)
	if err != nil {
		return fmt.Errorf("inactive structures: %w", err)
	}
	return r.places.loadWhole(ctx, tx, ids)
}

// Empty tells that the permission is held nowhere.
func (s Sight) Empty() bool {
	return !s.Everywhere && len(s.Structures) == 0 && len(s.Departments) == 0
}

// Where lists, as queries take them, the structures that hold anything in sight, where it is not everywhere.
func (s Sight) Where() string {
	list := slices.Concat(s.Structures, s.Partial)
	slices.Sort(list)
	return List(slices.Compact(list))
}

// Within tells whether the sight holds a structure, or a department of it.
func (s Sight) Within(structure int64) bool {
	_, part := slices.BinarySearch(s.Partial, structure)
	return part || s.Holds(Structure(structure))
}

// Holds tells whether the sight covers a scope.
func (s Sight) Holds(scope Scope) bool {
	if _, shut := slices.BinarySearch(s.ShutInside, scope.Department); shut && scope.Department != 0 {
		return false
	}
	_, shut := slices.BinarySearch(s.Shut, scope.Structure)
	shut = shut && scope.Structure != 0
	if s.Everywhere {
		return !shut
	}
	if _, whole := slices.BinarySearch(s.Structures, scope.Structure); whole && !shut {
		return true
	}
	_, part := slices.BinarySearch(s.Departments, scope.Department)
	return part && scope.Department != 0
}

// Attached lists the scopes that the user is attached to at an instant.
func (r *Rights) Attached(at int64) []Scope {
	var list []Scope
	for _, m := range r.memberships {
		if m.Has(at) {
			list = append(list, m.scope)
		}
	}
	return list
}

// WithoutFirm gives the same facts without what is held at the firm: what an outsider is told of somebody else.
func (r *Rights) WithoutFirm() *Rights {
	c := *r
	c.grants = nil
	for i := range r.grants {
		if r.grants[i].scope != Firm {
			c.grants = append(c.grants, r.grants[i])
		}
	}
	return &c
}

// Held returns the profiles that the user holds somewhere at an instant.
func (r *Rights) Held(at int64) map[int64]bool {
	held := map[int64]bool{}
	for i := range r.grants {
		if r.grants[i].Has(at) {
			held[r.grants[i].profile.ID] = true
		}
	}
	return held
}

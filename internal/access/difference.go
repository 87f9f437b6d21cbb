package access

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"habilis/db"
	"habilis/internal/period"
)

// Right names one effective right: a person, a permission, a scope.
type Right struct {
	User       int64
	Permission Permission
	Scope      Scope
}

// Effects holds the reach of every right of some people on some scopes, at some instants.
type Effects struct {
	at     []int64
	values []map[Right]Reach // one map an instant; rights not held are left out
	places []Scope           // the scopes looked at, those of a structure after it
	known  map[int64]bool    // the users with a state
	opened map[int64]bool    // the structures with a state
	rooms  map[int64]bool    // the departments with a state
}

// Touched tells whose rights the rows written by this transaction can bear on, where, and at which instants.
type Touched struct {
	Users       []int64
	Structures  []int64
	Departments []int64 // whose own state or dates moved
	At          []int64
	made        map[int64]bool  // the structures that this transaction makes
	rows        map[int64]named // what each user's rows name once it has written
}

// named holds the structures and departments that some rows name.
type named struct {
	structures []int64
	rooms      map[int64]bool
}

// Wrote tells whether this transaction has written a row that bears on a right.
func Wrote(tx *db.Tx) bool { return len(writes(tx)) > 0 }

// TouchedBy reads off the rows written so far: the people they name, everyone who holds something in a structure whose own state moved,
// and every holder of an edited profile.
func TouchedBy(ctx context.Context, tx *db.Tx) (Touched, error) {
	at := instants{tx.At: true}
	var t Touched
	asked := map[int64]bool{} // the structures whose people are read
	for _, w := range writes(tx) {
		for _, s := range []period.Span{{From: w.from, Until: w.until}, {From: w.from, Until: w.was}} {
			at.add(tx.At, s)
		}
		if w.scope.Structure != 0 {
			t.Structures = append(t.Structures, w.scope.Structure)
		}
		if w.kind == departmentStates || w.kind == validities {
			t.Departments = append(t.Departments, w.scope.Department)
		}
		switch w.kind {
		case structureStates, departmentStates, validities, ceilings:
			if asked[w.scope.Structure] {
				continue
			}
			asked[w.scope.Structure] = true
		default:
		}
		more, err := touchedUsers(ctx, tx, w)
		if err != nil {
			return t, err
		}
		t.Users = append(t.Users, more...)
	}
	slices.Sort(t.Users)
	slices.Sort(t.Structures)
	slices.Sort(t.Departments)
	t.Users, t.Structures, t.Departments, t.At = slices.Compact(t.Users), slices.Compact(t.Structures), slices.Compact(t.Departments), at.sorted()
	return t, t.name(ctx, tx)
}

// name reads what the rows of the touched people name, and which structures are new.
func (t *Touched) name(ctx context.Context, tx *db.Tx) error {
	all, err := LoadUsers(ctx, tx, t.Users)
	if err != nil {
		return err
	}
	t.rows, t.made = make(map[int64]named, len(all)), map[int64]bool{}
	for _, r := range all {
		n := named{r.Structures(), map[int64]bool{}}
		for _, g := range r.grants {
			n.rooms[g.scope.Department] = true
		}
		for _, m := range r.memberships {
			n.rooms[m.scope.Department] = true
		}
		t.rows[r.User] = n
	}
	opened := map[int64]int{}
	for _, w := range writes(tx) {
		if w.kind == structureStates && w.opened {
			opened[w.scope.Structure]++
		}
	}
	places := newPlaces()
	if err := places.loadWhole(ctx, tx, slices.Collect(maps.Keys(opened))); err != nil {
		return err
	}
	for id, n := range opened {
		t.made[id] = len(places.structures[id].states) == n
	}
	return nil
}

func touchedUsers(ctx context.Context, tx *db.Tx, w write) ([]int64, error) {
	var users []int64
	switch w.kind {
	case userStates, memberships, grants, principals:
		users = append(users, w.user)
	case structureStates, departmentStates, validities, ceilings:
		all, err := LoadStructure(ctx, tx, w.scope)
		if err != nil {
			return nil, err
		}
		for id := range all {
			users = append(users, id)
		}
	case contents:
		holders, err := tx.HoldersOfProfile(ctx, w.profile)
		if err != nil {
			return nil, fmt.Errorf("holders: %w", err)
		}
		for _, h := range holders {
			users = append(users, h.UserID)
		}
	case signIns, decisions:
	}
	return users, nil
}

// EffectsOf reads what the touched people may do, at the firm, in the structures that their rows name, and in the touched ones.
func EffectsOf(ctx context.Context, tx *db.Tx, t Touched) (*Effects, error) {
	all, err := LoadUsers(ctx, tx, t.Users)
	if err != nil {
		return nil, err
	}
	e := &Effects{at: t.At, known: map[int64]bool{}, opened: map[int64]bool{}, rooms: map[int64]bool{}}
	named := slices.Clone(t.Structures)
	for _, r := range all {
		named = append(named, r.Structures()...)
	}
	slices.Sort(named)
	named = slices.Compact(named)
	places := newPlaces()
	if err := places.load(ctx, tx, named); err != nil {
		return nil, err
	}
	e.places = places.scopes(named)
	for id, p := range places.structures {
		e.opened[id] = len(p.states) > 0
	}
	for id := range places.departments {
		e.rooms[id] = true
	}
	for _, at := range t.At {
		values := map[Right]Reach{}
		for _, r := range all {
			r.places = places
			e.known[r.User] = len(r.states) > 0
			r.effects(values, t.concerned(r.User, e.places), at)
		}
		e.values = append(e.values, values)
	}
	return e, nil
}

// scopes lists the firm, then each structure that exists followed by its departments.
func (p *Places) scopes(structures []int64) []Scope {
	list := []Scope{Firm}
	for _, s := range structures {
		if len(p.structures[s].states) == 0 {
			continue // not there yet
		}
		list = append(list, Structure(s))
		var rooms []int64
		for id, d := range p.departments {
			if d.structure == s {
				rooms = append(rooms, id)
			}
		}
		slices.Sort(rooms)
		for _, id := range rooms {
			list = append(list, Department(s, id))
		}
	}
	return list
}

// concerned keeps, of the scopes looked at, those where a change can be a user's own: the firm, the structures that were touched or that his rows
// name, and of their departments those that were touched or that his rows name. Elsewhere his rights follow the scope above, before and after
// alike, as they do in every department of a structure that this transaction makes.
func (t Touched) concerned(user int64, scopes []Scope) []Scope {
	own := t.rows[user]
	var list []Scope
	for _, s := range scopes {
		_, here := slices.BinarySearch(own.structures, s.Structure)
		_, touched := slices.BinarySearch(t.Structures, s.Structure)
		if s != Firm && !here && !touched {
			continue
		}
		if s.Department != 0 && !own.rooms[s.Department] {
			if _, moved := slices.BinarySearch(t.Departments, s.Department); !moved || t.made[s.Structure] {
				continue
			}
		}
		list = append(list, s)
	}
	return list
}

// standingOn keeps the rows that can give anything on a scope at an instant.
func (r *Rights) standingOn(scope Scope, at int64) *Rights {
	few := *r
	few.grants, few.principals = nil, nil
	for _, g := range r.grants {
		if g.Has(at) && g.scope.Covers(scope) && (g.membership < 0 || r.memberships[g.membership].Has(at)) {
			few.grants = append(few.grants, g)
		}
	}
	for _, p := range r.principals {
		if p.Has(at) && (scope.Structure == p.structure) {
			few.principals = append(few.principals, p)
		}
	}
	return &few
}

func (r *Rights) effects(values map[Right]Reach, scopes []Scope, at int64) {
	for _, scope := range scopes {
		few := r.standingOn(scope, at)
		if len(few.grants)+len(few.principals) == 0 && !slices.ContainsFunc(r.memberships, func(m membership) bool { return m.scope.Structure == scope.Structure }) {
			continue
		}
		for p := range permissionCount {
			if scope != Firm && p.AtFirm() {
				continue
			}
			if reach := few.ReachOf(p, scope, at); reach != NoReach {
				values[Right{r.User, p, scope}] = reach
			}
		}
	}
}

// ReachOf tells how far a permission reaches on a scope at an instant; the places must have been read.
func (r *Rights) ReachOf(p Permission, scope Scope, at int64) Reach {
	q := Question{Permission: p, Scope: scope, At: at}
	if r.Allowed(q) {
		return Whole
	}
	q.Owner = r.User
	if r.Allowed(q) {
		return Own
	}
	return NoReach
}

// Line is one right that changes: from the instant At on (0: at once), Before becomes After.
type Line struct {
	Right
	Before, After Reach
	At            int64
}

// Compare lists what changes between two states of the same people. A change that a scope merely follows from the scope
// above it (a department from its structure, a structure from the firm) counts once, above. A change that lasts over several instants counts
// at the first.
func Compare(before, after *Effects) []Line {
	var lines []Line
	scopes := union(before.places, after.places)
	for i, at := range after.at {
		if i == 0 {
			at = 0
		}
		for _, r := range changed(before.values[i], after.values[i]) {
			b, a := before.values[i][r], after.values[i][r]
			if up := (Right{r.User, r.Permission, parent(r.Scope)}); r.Scope != Firm && before.values[i][up] == b && after.values[i][up] == a {
				continue
			}
			if i > 0 && before.values[i-1][r] == b && after.values[i-1][r] == a {
				continue
			}
			lines = append(lines, Line{r, b, a, at})
		}
	}
	slices.SortFunc(lines, func(x, y Line) int { return compareLines(x, y, scopes) })
	return lines
}

func parent(s Scope) Scope {
	if s.Department != 0 {
		return Structure(s.Structure)
	}
	return Firm
}

func union(a, b []Scope) map[Scope]int {
	order := map[Scope]int{}
	for _, s := range slices.Concat(a, b) {
		if _, known := order[s]; !known {
			order[s] = len(order)
		}
	}
	return order
}

func changed(before, after map[Right]Reach) []Right {
	var list []Right
	for r, v := range after {
		if before[r] != v {
			list = append(list, r)
		}
	}
	for r := range before {
		if _, still := after[r]; !still {
			list = append(list, r)
		}
	}
	return list
}

func compareLines(x, y Line, order map[Scope]int) int {
	for _, d := range []int64{
		x.At - y.At, x.User - y.User, int64(order[x.Scope] - order[y.Scope]), int64(x.Permission) - int64(y.Permission),
	} {
		if d != 0 {
			return int(max(-1, min(1, d)))
		}
	}
	return 0
}

// Settled gives who and where a line is about as a fingerprint names them: the numbers of a user, structure or department that did not exist
// yet are left out, since another creation may take them.
func (e *Effects) Settled(l Line) (user int64, scope Scope) {
	user, scope = l.User, l.Scope
	if !e.known[user] {
		user = 0
	}
	if scope.Structure != 0 && !e.opened[scope.Structure] {
		scope.Structure = -1
	}
	if scope.Department != 0 && !e.rooms[scope.Department] {
		scope.Department = -1
	}
	return user, scope
}

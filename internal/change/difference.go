package change

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/ledger"
	"habilis/internal/period"
	"habilis/internal/right"
)

// Right names one effective right: a person, a permission, a scope.
type Right struct {
	User       int64
	Permission right.Permission
	Scope      right.Scope
}

// Effects holds what some people's rows say of some scopes, before a change or after it.
type Effects struct {
	rights map[int64]*right.Rights
	own    map[int64][]right.Scope // where a change can be a user's own
	places []right.Scope           // the scopes looked at, those of a structure after it
	known  map[int64]bool          // the users with a state
	opened map[int64]bool          // the structures with a state
	rooms  map[int64]bool          // the departments with a state
}

// Touched tells whose rights the rows written by this transaction can bear on, where, and at which instants.
type Touched struct {
	Users       []int64
	Structures  []int64
	Departments []int64 // whose own state or dates moved
	At          []int64
	made        map[int64]bool // the structures that this transaction makes
}

// named holds the structures and departments that the rows of a user name, and whether some reach from the firm.
type named struct {
	structures []int64
	rooms      map[int64]bool
	wide       bool
}

// TouchedBy reads off the rows written so far: the people they name, everyone who holds something in a structure whose own state moved,
// and every holder of an edited profile.
func TouchedBy(ctx context.Context, tx *db.Tx) (Touched, error) {
	at := right.Instants{tx.At: true}
	var t Touched
	asked := map[int64]bool{} // the structures whose people are read
	for _, w := range ledger.Writes(tx) {
		for _, s := range []period.Span{{From: w.From, Until: w.Until}, {From: w.From, Until: w.Was}} {
			at.Add(tx.At, s)
		}
		if w.Scope.Structure != 0 {
			t.Structures = append(t.Structures, w.Scope.Structure)
		}
		if w.Kind == ledger.DepartmentStates || w.Kind == ledger.Validities {
			t.Departments = append(t.Departments, w.Scope.Department)
		}
		switch w.Kind {
		case ledger.StructureStates, ledger.DepartmentStates, ledger.Validities, ledger.Ceilings:
			if asked[w.Scope.Structure] {
				continue
			}
			asked[w.Scope.Structure] = true
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
	t.Users, t.Structures, t.Departments, t.At = slices.Compact(t.Users), slices.Compact(t.Structures), slices.Compact(t.Departments), at.Sorted()
	return t, t.news(ctx, tx)
}

// names returns what the rows of some people name.
func names(all map[int64]*right.Rights) map[int64]named {
	rows := make(map[int64]named, len(all))
	for _, r := range all {
		n := named{structures: r.Structures(), rooms: map[int64]bool{}}
		for _, g := range r.Grants {
			n.rooms[g.Scope.Department] = true
			n.wide = n.wide || g.Scope == right.Firm
		}
		for _, m := range r.Memberships {
			n.rooms[m.Scope.Department] = true
		}
		rows[r.User] = n
	}
	return rows
}

// news tells which of the touched structures are new.
func (t *Touched) news(ctx context.Context, tx *db.Tx) error {
	t.made = map[int64]bool{}
	opened := map[int64]int{}
	for _, w := range ledger.Writes(tx) {
		if w.Kind == ledger.StructureStates && w.Opened {
			opened[w.Scope.Structure]++
		}
	}
	places := right.NewPlaces()
	if err := access.LoadWhole(ctx, tx, places, slices.Collect(maps.Keys(opened))); err != nil {
		return err
	}
	for id, n := range opened {
		t.made[id] = len(places.Structures[id].States) == n
	}
	return nil
}

func touchedUsers(ctx context.Context, tx *db.Tx, w ledger.Write) ([]int64, error) {
	var users []int64
	switch w.Kind {
	case ledger.UserStates, ledger.Memberships, ledger.Grants, ledger.Principals:
		users = append(users, w.User)
	case ledger.StructureStates, ledger.DepartmentStates, ledger.Validities, ledger.Ceilings:
		all, err := access.LoadStructure(ctx, tx, w.Scope)
		if err != nil {
			return nil, err
		}
		for id := range all {
			users = append(users, id)
		}
	case ledger.Contents:
		holders, err := tx.HoldersOfProfile(ctx, w.Profile)
		if err != nil {
			return nil, fmt.Errorf("holders: %w", err)
		}
		for _, h := range holders {
			users = append(users, h.UserID)
		}
	case ledger.SignIns, ledger.Decisions:
	}
	return users, nil
}

// How many people, and how many structures of theirs in all, are compared at a time: what is kept in memory does not grow with how many are touched.
const (
	several = 250
	broad   = 5000
)

// Difference compares what the touched people may do before and after, at the firm, in the structures that their rows name, and, for those who
// reach from the firm, in the touched ones. each is told what changes, some people at a time in the order of their numbers, and what was before.
func Difference(ctx context.Context, before, after *db.Tx, t Touched, each func(lines []Line, before *Effects)) error {
	for some := range slices.Chunk(t.Users, several) {
		will, err := access.LoadUsers(ctx, after, some)
		if err != nil {
			return err
		}
		was, err := access.LoadUsers(ctx, before, some)
		if err != nil {
			return err
		}
		rows := names(will) // nothing is ever deleted: what they name before, they name after
		for _, few := range t.parts(some, rows) {
			a, err := t.effects(ctx, after, few, will, rows)
			if err != nil {
				return err
			}
			b, err := t.effects(ctx, before, few, was, rows)
			if err != nil {
				return err
			}
			each(t.compare(few, b, a), b)
		}
	}
	return nil
}

// parts cuts people, in their order, into parts of not too many structures.
func (t Touched) parts(users []int64, rows map[int64]named) [][]int64 {
	var list [][]int64
	from, sum := 0, 0
	for i, user := range users {
		sum += len(rows[user].structures)
		if rows[user].wide {
			sum += len(t.Structures)
		}
		if sum >= broad || i == len(users)-1 {
			list = append(list, users[from:i+1])
			from, sum = i+1, 0
		}
	}
	return list
}

// effects reads what some people may do in every place where a change can be theirs.
func (t Touched) effects(ctx context.Context, tx *db.Tx, users []int64, all map[int64]*right.Rights, rows map[int64]named) (*Effects, error) {
	e := &Effects{rights: all, own: make(map[int64][]right.Scope, len(users)), known: map[int64]bool{}, opened: map[int64]bool{}, rooms: map[int64]bool{}}
	var asked []int64
	for _, user := range users {
		asked = append(asked, rows[user].structures...)
		if rows[user].wide {
			asked = append(asked, t.Structures...)
		}
	}
	slices.Sort(asked)
	asked = slices.Compact(asked)
	places := right.NewPlaces()
	if err := access.LoadPlaces(ctx, tx, places, asked); err != nil {
		return nil, err
	}
	e.places = places.Scopes(asked)
	for id, p := range places.Structures {
		e.opened[id] = len(p.States) > 0
	}
	for id := range places.Departments {
		e.rooms[id] = true
	}
	for _, user := range users {
		e.own[user] = t.concerned(rows[user], e.places)
		all[user].Places = places
		e.known[user] = len(all[user].States) > 0
	}
	return e, nil
}

// concerned keeps, of the scopes looked at, those where a change can be a user's own: the firm, the structures that their rows name and, where some
// reach from the firm, the touched ones; of their departments those that were touched or that their rows name. Elsewhere their rights follow the scope
// above, before and after alike, as they do in every department of a structure that this transaction makes.
func (t Touched) concerned(own named, scopes []right.Scope) []right.Scope {
	var list []right.Scope
	for _, s := range scopes {
		_, here := slices.BinarySearch(own.structures, s.Structure)
		_, touched := slices.BinarySearch(t.Structures, s.Structure)
		if s != right.Firm && !here && !(own.wide && touched) {
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

// Line is one right that changes: from the instant At on (0: at once), Before becomes After.
type Line struct {
	Right
	Before, After right.Reach
	At            int64
}

// compare lists what changes between two states of the same people, at once or whenever a row that bears on it begins or ends. A change that a scope
// merely follows from the scope above it (a department from its structure, a structure from the firm) counts once, above; where it outlasts what is
// above, from then on. What has been told of a right is not told again when it comes back.
func (t Touched) compare(users []int64, before, after *Effects) []Line {
	var lines []Line
	scopes := union(before.places, after.places)
	for _, user := range users {
		was, will := before.course(user), after.course(user)
		own := slices.SortedFunc(maps.Keys(union(before.own[user], after.own[user])), func(x, y right.Scope) int { return scopes[x] - scopes[y] })
		for _, scope := range own {
			lines = t.compareOn(lines, scope, was, will)
		}
	}
	slices.SortFunc(lines, func(x, y Line) int { return compareLines(x, y, scopes) })
	return lines
}

func (t Touched) compareOn(lines []Line, scope right.Scope, was, will *course) []Line {
	at := will.rights.BoundsOn(was.rights.BoundsOn(slices.Clone(t.At), scope, t.At[0]), scope, t.At[0])
	slices.Sort(at)
	var told [right.PermissionCount]step
	for i, instant := range slices.Compact(at) {
		b, a := was.on(scope, instant), will.on(scope, instant)
		if b == a {
			continue
		}
		var above [2]right.Reaches
		if scope != right.Firm {
			above = [2]right.Reaches{was.on(parent(scope), instant), will.on(parent(scope), instant)}
		}
		for p := range right.PermissionCount {
			now := step{b[p], a[p]}
			if b[p] == a[p] || told[p] == now || scope != right.Firm && now == (step{above[0][p], above[1][p]}) {
				continue
			}
			told[p] = now
			line := Line{Right{will.rights.User, p, scope}, now.before, now.after, instant}
			if i == 0 {
				line.At = 0
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// step is what a right becomes.
type step struct{ before, after right.Reach }

// course answers for one user, remembering what it was asked.
type course struct {
	rights *right.Rights
	own    map[right.Scope]bool
	seen   map[moment]right.Reaches
}

type moment struct {
	scope right.Scope
	at    int64
}

func (e *Effects) course(user int64) *course {
	c := &course{rights: e.rights[user], own: map[right.Scope]bool{}, seen: map[moment]right.Reaches{}}
	for _, s := range e.own[user] {
		c.own[s] = true
	}
	return c
}

// on returns nothing on a scope that is not there, or where no change is the user's own.
func (c *course) on(scope right.Scope, at int64) right.Reaches {
	if !c.own[scope] {
		return right.Reaches{}
	}
	key := moment{scope, at}
	found, known := c.seen[key]
	if !known {
		found = c.rights.ReachesOn(scope, at)
		c.seen[key] = found
	}
	return found
}

func parent(s right.Scope) right.Scope {
	if s.Department != 0 {
		return right.Structure(s.Structure)
	}
	return right.Firm
}

func union(a, b []right.Scope) map[right.Scope]int {
	order := map[right.Scope]int{}
	for _, s := range slices.Concat(a, b) {
		if _, known := order[s]; !known {
			order[s] = len(order)
		}
	}
	return order
}

func compareLines(x, y Line, order map[right.Scope]int) int {
	for _, d := range []int64{
		x.At - y.At, x.User - y.User, int64(order[x.Scope] - order[y.Scope]), int64(x.Permission) - int64(y.Permission),
	} {
		if d != 0 {
			return int(max(-1, min(1, d)))
		}
	}
	return 0
}

// Settled returns who and where a line is about as a fingerprint names them: the numbers of a user, structure or department that did not exist
// yet are left out, since another creation may take them.
func (e *Effects) Settled(l Line) (user int64, scope right.Scope) {
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

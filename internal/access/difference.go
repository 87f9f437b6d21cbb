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

// Effects holds what some people's rows say of some scopes, before a change or after it.
type Effects struct {
	rights map[int64]*Rights
	own    map[int64][]Scope // where a change can be a user's own
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
	made        map[int64]bool // the structures that this transaction makes
}

// named holds the structures and departments that the rows of a user name, and whether some reach from the firm.
type named struct {
	structures []int64
	rooms      map[int64]bool
	wide       bool
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
	return t, t.news(ctx, tx)
}

// names tells what the rows of some people name.
func names(all map[int64]*Rights) map[int64]named {
	rows := make(map[int64]named, len(all))
	for _, r := range all {
		n := named{structures: r.Structures(), rooms: map[int64]bool{}}
		for _, g := range r.grants {
			n.rooms[g.scope.Department] = true
			n.wide = n.wide || g.scope == Firm
		}
		for _, m := range r.memberships {
			n.rooms[m.scope.Department] = true
		}
		rows[r.User] = n
	}
	return rows
}

// news tells which of the touched structures are new.
func (t *Touched) news(ctx context.Context, tx *db.Tx) error {
	t.made = map[int64]bool{}
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

// How many people, and how many structures of theirs in all, are compared at a time: what is kept in memory does not grow with how many are touched.
const (
	several = 250
	broad   = 5000
)

// Difference compares what the touched people may do before and after, at the firm, in the structures that their rows name, and, for those who
// reach from the firm, in the touched ones. each is told what changes, some people at a time in the order of their numbers, and what was before.
func Difference(ctx context.Context, before, after *db.Tx, t Touched, each func(lines []Line, before *Effects)) error {
	for some := range slices.Chunk(t.Users, several) {
		will, err := LoadUsers(ctx, after, some)
		if err != nil {
			return err
		}
		was, err := LoadUsers(ctx, before, some)
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
func (t Touched) effects(ctx context.Context, tx *db.Tx, users []int64, all map[int64]*Rights, rows map[int64]named) (*Effects, error) {
	e := &Effects{rights: all, own: make(map[int64][]Scope, len(users)), known: map[int64]bool{}, opened: map[int64]bool{}, rooms: map[int64]bool{}}
	var asked []int64
	for _, user := range users {
		asked = append(asked, rows[user].structures...)
		if rows[user].wide {
			asked = append(asked, t.Structures...)
		}
	}
	slices.Sort(asked)
	asked = slices.Compact(asked)
	places := newPlaces()
	if err := places.load(ctx, tx, asked); err != nil {
		return nil, err
	}
	e.places = places.scopes(asked)
	for id, p := range places.structures {
		e.opened[id] = len(p.states) > 0
	}
	for id := range places.departments {
		e.rooms[id] = true
	}
	for _, user := range users {
		e.own[user] = t.concerned(rows[user], e.places)
		all[user].places = places
		e.known[user] = len(all[user].states) > 0
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

// concerned keeps, of the scopes looked at, those where a change can be a user's own: the firm, the structures that his rows name and, where some
// reach from the firm, the touched ones; of their departments those that were touched or that his rows name. Elsewhere his rights follow the scope
// above, before and after alike, as they do in every department of a structure that this transaction makes.
func (t Touched) concerned(own named, scopes []Scope) []Scope {
	var list []Scope
	for _, s := range scopes {
		_, here := slices.BinarySearch(own.structures, s.Structure)
		_, touched := slices.BinarySearch(t.Structures, s.Structure)
		if s != Firm && !here && !(own.wide && touched) {
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

// reaches holds how far each permission reaches.
type reaches [permissionCount]Reach

// reachesOn tells how far each permission reaches on a scope at an instant. What is the firm's alone reaches nowhere below it.
func (r *Rights) reachesOn(scope Scope, at int64) (all reaches) {
	few := r.standingOn(scope, at)
	if len(few.grants)+len(few.principals) == 0 && !slices.ContainsFunc(r.memberships, func(m membership) bool { return m.scope.Structure == scope.Structure }) {
		return all
	}
	for p := range permissionCount {
		if scope == Firm || !p.AtFirm() {
			all[p] = few.ReachOf(p, scope, at)
		}
	}
	return all
}

// boundsOn appends the instants after now at which a row begins or ends that bears on the user's rights on a scope: what a change gives or takes
// may only differ from then on, where another row gave the same before.
func (r *Rights) boundsOn(list []int64, scope Scope, now int64) []int64 {
	add := func(s period.Span) {
		for _, t := range []int64{s.From, s.Until} {
			if t > now && t < period.Open {
				list = append(list, t)
			}
		}
	}
	for _, s := range r.states {
		add(s.Span)
	}
	for _, g := range r.grants {
		if g.scope == Firm || g.scope.Structure == scope.Structure {
			add(g.Span)
			for _, c := range g.profile.contents {
				add(c.Span)
			}
		}
	}
	for _, m := range r.memberships {
		if m.scope.Structure == scope.Structure {
			add(m.Span)
		}
	}
	for _, p := range r.principals {
		if p.structure == scope.Structure {
			add(p.Span)
		}
	}
	if p := r.places.structures[scope.Structure]; p != nil {
		for _, s := range p.states {
			add(s.Span)
		}
		for _, c := range p.ceilings {
			add(c.Span)
		}
	}
	if d := r.places.departments[scope.Department]; d != nil {
		for _, s := range d.states {
			add(s.Span)
		}
		for _, v := range d.validities {
			add(v)
		}
	}
	return list
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

// compare lists what changes between two states of the same people, at once or whenever a row that bears on it begins or ends. A change that a scope
// merely follows from the scope above it (a department from its structure, a structure from the firm) counts once, above; where it outlasts what is
// above, from then on. What has been told of a right is not told again when it comes back.
func (t Touched) compare(users []int64, before, after *Effects) []Line {
	var lines []Line
	scopes := union(before.places, after.places)
	for _, user := range users {
		was, will := before.course(user), after.course(user)
		own := slices.SortedFunc(maps.Keys(union(before.own[user], after.own[user])), func(x, y Scope) int { return scopes[x] - scopes[y] })
		for _, scope := range own {
			lines = t.compareOn(lines, scope, was, will)
		}
	}
	slices.SortFunc(lines, func(x, y Line) int { return compareLines(x, y, scopes) })
	return lines
}

func (t Touched) compareOn(lines []Line, scope Scope, was, will *course) []Line {
	at := will.rights.boundsOn(was.rights.boundsOn(slices.Clone(t.At), scope, t.At[0]), scope, t.At[0])
	slices.Sort(at)
	var told [permissionCount]turn
	for i, instant := range slices.Compact(at) {
		b, a := was.on(scope, instant), will.on(scope, instant)
		if b == a {
			continue
		}
		var above [2]reaches
		if scope != Firm {
			above = [2]reaches{was.on(parent(scope), instant), will.on(parent(scope), instant)}
		}
		for p := range permissionCount {
			now := turn{b[p], a[p]}
			if b[p] == a[p] || told[p] == now || scope != Firm && now == (turn{above[0][p], above[1][p]}) {
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

// turn is what a right becomes.
type turn struct{ before, after Reach }

// course answers for one user, remembering what it was asked.
type course struct {
	rights *Rights
	own    map[Scope]bool
	seen   map[moment]reaches
}

type moment struct {
	scope Scope
	at    int64
}

func (e *Effects) course(user int64) *course {
	c := &course{rights: e.rights[user], own: map[Scope]bool{}, seen: map[moment]reaches{}}
	for _, s := range e.own[user] {
		c.own[s] = true
	}
	return c
}

// on gives nothing on a scope that is not there, or where no change is the user's own.
func (c *course) on(scope Scope, at int64) reaches {
	if !c.own[scope] {
		return reaches{}
	}
	key := moment{scope, at}
	found, known := c.seen[key]
	if !known {
		found = c.rights.reachesOn(scope, at)
		c.seen[key] = found
	}
	return found
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

package access

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/period"
)

// Profiles holds every profile, by id.
type Profiles map[int64]*Profile

type profilesKey struct{}

// LoadProfiles reads every profile with its contents, past and to come.
func LoadProfiles(ctx context.Context, tx *db.Tx) (Profiles, error) {
	if p, ok := tx.Value(profilesKey{}).(Profiles); ok {
		return p, nil
	}
	value, err := tx.Cached(db.Profiles, profilesKey{}, func() (any, error) { return readProfiles(ctx, tx) })
	if err != nil {
		return nil, err
	}
	tx.SetValue(profilesKey{}, value)
	return value.(Profiles), nil
}

func (all Profiles) add(r sqlc.AllProfilesRow) {
	all[r.ID] = &Profile{ID: r.ID, Family: r.FamilyKey, InUse: r.InUse == 1, Key: r.Key, Name: r.Name, Audience: r.Audience, Fixed: r.Fixed == 1, Version: r.Version}
}

func (all Profiles) fill(contents []sqlc.ProfileContent) error {
	for _, r := range contents {
		c, err := ParseContent(r.Permissions)
		if err != nil {
			return err
		}
		p := all[r.ProfileID]
		p.contents = append(p.contents, dated{period.Span{From: r.FromAt, Until: r.UntilAt}, r.ID, c})
	}
	return nil
}

// forgetProfiles makes this transaction read the profiles again, after it wrote one.
func forgetProfiles(tx *db.Tx) { tx.SetValue(profilesKey{}, nil) }

func readProfiles(ctx context.Context, tx *db.Tx) (Profiles, error) {
	rows, err := tx.AllProfiles(ctx)
	if err != nil {
		return nil, fmt.Errorf("profiles: %w", err)
	}
	contents, err := tx.AllContents(ctx)
	if err != nil {
		return nil, fmt.Errorf("profile contents: %w", err)
	}
	all := make(Profiles, len(rows))
	for _, r := range rows {
		all.add(r)
	}
	return all, all.fill(contents)
}

// Load reads the facts of one user. Places are read when a question is asked about them.
func Load(ctx context.Context, tx *db.Tx, user int64) (*Rights, error) {
	rows, err := tx.FactsOfUser(ctx, user)
	if err != nil {
		return nil, fmt.Errorf("facts of user %d: %w", user, err)
	}
	profiles, err := LoadProfiles(ctx, tx)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b sqlc.FactsOfUserRow) int { // memberships come before the grants that stand on them
		return cmp.Or(cmp.Compare(min(a.Kind, 0), min(b.Kind, 0)), cmp.Compare(a.ID, b.ID))
	})
	r := &Rights{User: user, places: newPlaces(), grants: make([]grant, 0, len(rows))}
	for _, f := range rows {
		span := period.Span{From: f.FromAt, Until: f.UntilAt}
		switch f.Kind {
		case userState:
			r.states = append(r.states, state{span, f.Words == "active"})
		case membershipFact:
			r.memberships = append(r.memberships, membership{f.ID, span, Scope{f.Structure, f.Department}})
		case principalFact:
			r.principals = append(r.principals, principal{f.ID, span, f.Structure})
		default:
			r.grants = append(r.grants, grant{f.ID, span, Scope{f.Structure, f.Department}, profiles[f.Kind], r.base(f.Membership), ParseSet(f.Words)})
		}
	}
	return r, nil
}

func newPlaces() *Places {
	return &Places{structures: map[int64]*place{}, departments: map[int64]*room{}, inside: map[int64]bool{}}
}

func (r *Rights) fill(profiles Profiles, states []sqlc.UserState, memberships []sqlc.Membership, grants []sqlc.Grant, principals []sqlc.Principal) {
	for _, s := range states {
		r.states = append(r.states, state{period.Span{From: s.FromAt, Until: s.UntilAt}, s.State == "active"})
	}
	for _, m := range memberships {
		r.memberships = append(r.memberships, membership{m.ID, period.Span{From: m.FromAt, Until: m.UntilAt}, Scope{m.StructureID, value(m.DepartmentID)}})
	}
	r.grants = make([]grant, 0, len(grants))
	for _, g := range grants {
		base := r.base(value(g.MembershipID))
		r.grants = append(r.grants, grant{g.ID, period.Span{From: g.FromAt, Until: g.UntilAt}, GrantScope(g), profiles[g.ProfileID], base, ParseSet(g.Options)})
	}
	for _, p := range principals {
		r.principals = append(r.principals, principal{p.ID, period.Span{From: p.FromAt, Until: p.UntilAt}, p.StructureID})
	}
}

// base gives the place, among the user's memberships, of the one that a grant stands on: -1 for a grant at the firm, -2 where it is not there.
func (r *Rights) base(membershipID int64) int {
	if membershipID == 0 {
		return -1
	}
	i, found := slices.BinarySearchFunc(r.memberships, membershipID, func(m membership, id int64) int { return cmp.Compare(m.id, id) })
	if !found {
		return -2
	}
	return i
}

// GrantScope is where a grant is given.
func GrantScope(g sqlc.Grant) Scope { return ScopeOf(value(g.StructureID), g.DepartmentID) }

// RequestScope is what a request is about: the firm, where what was typed names no structure that there was.
func RequestScope(r sqlc.Request) Scope { return ScopeOf(value(r.StructureID), r.DepartmentID) }

func value(p *int64) int64 {
	if p == nil {
		return 0
	}
	return *p
}

func pointer(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

// reachOne reads what bears on a question about one scope: a structure's departments only where one is asked about.
func (r *Rights) reachOne(ctx context.Context, tx *db.Tx, scope Scope) error {
	if scope.Department != 0 {
		return r.Reach(ctx, tx, scope.Structure)
	}
	return r.places.loadWhole(ctx, tx, []int64{scope.Structure})
}

// ReachOwn reads what bears on rights about the scopes that the user's own rows name: what "anywhere" and lists ask.
func (r *Rights) ReachOwn(ctx context.Context, tx *db.Tx) error {
	var within []int64
	for _, g := range r.grants {
		if g.scope.Department != 0 {
			within = append(within, g.scope.Structure)
		}
	}
	for _, m := range r.memberships {
		if m.scope.Department != 0 {
			within = append(within, m.scope.Structure)
		}
	}
	slices.Sort(within)
	if err := r.places.loadWhole(ctx, tx, r.Structures()); err != nil {
		return err
	}
	return r.places.load(ctx, tx, slices.Compact(within))
}

// Reach reads what bears on rights about structures and their departments, so that questions on them can be answered.
func (r *Rights) Reach(ctx context.Context, tx *db.Tx, structures ...int64) error {
	return r.places.load(ctx, tx, structures)
}

// Structures lists the structures that the user's rows name, sorted.
func (r *Rights) Structures() []int64 {
	var ids []int64
	for _, g := range r.grants {
		ids = append(ids, g.scope.Structure)
	}
	for _, m := range r.memberships {
		ids = append(ids, m.scope.Structure)
	}
	for _, p := range r.principals {
		ids = append(ids, p.structure)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) > 0 && ids[0] == 0 {
		ids = ids[1:]
	}
	return ids
}

func (p *Places) load(ctx context.Context, tx *db.Tx, ids []int64) error {
	if err := p.loadWhole(ctx, tx, ids); err != nil {
		return err
	}
	var rooms []int64
	for _, id := range ids {
		if id != 0 && !p.inside[id] {
			rooms = append(rooms, id)
			p.inside[id] = true
		}
	}
	if len(rooms) == 0 {
		return nil
	}
	return p.loadDepartments(ctx, tx, List(rooms))
}

// loadWhole reads structures without their departments.
func (p *Places) loadWhole(ctx context.Context, tx *db.Tx, ids []int64) error {
	var missing []int64
	for _, id := range ids {
		if _, known := p.structures[id]; id != 0 && !known {
			missing = append(missing, id)
			p.structures[id] = &place{}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if len(missing) == 1 {
		return p.loadStructure(ctx, tx, missing[0])
	}
	return p.loadStructures(ctx, tx, List(missing))
}

// loadStructure is loadStructures for one, as most changes ask.
func (p *Places) loadStructure(ctx context.Context, tx *db.Tx, id int64) error {
	states, err := tx.StatesOfStructure(ctx, id)
	if err != nil {
		return fmt.Errorf("structure states: %w", err)
	}
	ceilings, err := tx.CeilingsOfStructure(ctx, id)
	if err != nil {
		return fmt.Errorf("ceilings: %w", err)
	}
	p.fill(states, ceilings)
	return nil
}

func (p *Places) fill(states []sqlc.StructureState, ceilings []sqlc.Ceiling) {
	for _, s := range states {
		at := p.structures[s.StructureID]
		at.states = append(at.states, state{period.Span{From: s.FromAt, Until: s.UntilAt}, s.State == "active"})
	}
	for _, c := range ceilings {
		at := p.structures[c.StructureID]
		at.ceilings = append(at.ceilings, cut{period.Span{From: c.FromAt, Until: c.UntilAt}, modules(c.Modules)})
	}
}

// List writes ids as the JSON array that queries take.
func List(ids []int64) string {
	text, _ := json.Marshal(ids) // integers always marshal
	return string(text)
}

func (p *Places) loadStructures(ctx context.Context, tx *db.Tx, list string) error {
	states, err := tx.StatesOfStructuresIn(ctx, list)
	if err != nil {
		return fmt.Errorf("structure states: %w", err)
	}
	ceilings, err := tx.CeilingsOfStructuresIn(ctx, list)
	if err != nil {
		return fmt.Errorf("ceilings: %w", err)
	}
	p.fill(states, ceilings)
	return nil
}

func modules(words string) map[string]bool {
	set := map[string]bool{}
	for m := range strings.FieldsSeq(words) {
		set[m] = true
	}
	return set
}

func (p *Places) loadDepartments(ctx context.Context, tx *db.Tx, list string) error {
	states, err := tx.StatesOfDepartmentsOf(ctx, list)
	if err != nil {
		return fmt.Errorf("department states: %w", err)
	}
	for _, s := range states {
		d := p.room(s.DepartmentID, s.StructureID)
		d.states = append(d.states, state{period.Span{From: s.FromAt, Until: s.UntilAt}, s.State == "active"})
	}
	validities, err := tx.ValiditiesOfDepartmentsOf(ctx, list)
	if err != nil {
		return fmt.Errorf("department validities: %w", err)
	}
	for _, v := range validities {
		d := p.room(v.DepartmentID, v.StructureID)
		d.validities = append(d.validities, period.Span{From: v.FromAt, Until: v.UntilAt})
	}
	return nil
}

func (p *Places) room(id, structure int64) *room {
	d := p.departments[id]
	if d == nil {
		d = &room{structure: structure}
		p.departments[id] = d
	}
	return d
}

// LoadUsers reads the facts of several users as a set, by user.
func LoadUsers(ctx context.Context, tx *db.Tx, users []int64) (map[int64]*Rights, error) {
	list := List(users)
	memberships, err := tx.MembershipsOfUsersIn(ctx, list)
	if err != nil {
		return nil, fmt.Errorf("memberships: %w", err)
	}
	grants, err := tx.GrantsOfUsersIn(ctx, list)
	if err != nil {
		return nil, fmt.Errorf("grants: %w", err)
	}
	principals, err := tx.PrincipalsOfUsersIn(ctx, list)
	if err != nil {
		return nil, fmt.Errorf("principals: %w", err)
	}
	return assemble(ctx, tx, newPlaces(), users, memberships, grants, principals)
}

// LoadStructure reads, as a set, the facts with which anybody could hold a right in a structure: everyone attached, granted
// or principal manager there, ever, and everyone with a grant at the firm. Facts elsewhere are left out; the structure's departments are read
// where the scope is one of them.
func LoadStructure(ctx context.Context, tx *db.Tx, scope Scope) (map[int64]*Rights, error) {
	rows, err := factsIn(ctx, tx, scope.Structure)
	if err != nil {
		return nil, err
	}
	profiles, err := LoadProfiles(ctx, tx)
	if err != nil {
		return nil, err
	}
	places, at := newPlaces(), &place{}
	places.structures[scope.Structure] = at
	all := spread(rows, scope.Structure, profiles, places, at)
	if err := join(ctx, tx, places, all); err != nil {
		return nil, err
	}
	if scope.Department == 0 {
		return all, nil
	}
	return all, places.load(ctx, tx, []int64{scope.Structure})
}

// The kinds of facts, as FactsInStructure and FactsOfUser number them; a grant has the number of its profile.
const (
	userState int64 = -3 // in the facts of one user
	userFact  int64 = iota - 6
	structureFact
	ceilingFact
	membershipFact
	principalFact
)

type factsKey struct{}

// warmStructures is how many structures keep their facts read between two changes of rights: one of 2,000 people has some 600 kB of them.
const warmStructures = 32

// factsIn gives the facts of a structure, in the order in which spread takes them. Nobody alters them: they serve others too.
func factsIn(ctx context.Context, tx *db.Tx, structure int64) ([]sqlc.FactsInStructureRow, error) {
	value, err := tx.Cached(db.Rights, factsKey{}, func() (any, error) { return lru.New[int64, []sqlc.FactsInStructureRow](warmStructures) })
	if err != nil {
		return nil, fmt.Errorf("facts of structures: %w", err)
	}
	warm := value.(*lru.Cache[int64, []sqlc.FactsInStructureRow])
	if rows, ok := warm.Get(structure); ok {
		return rows, nil
	}
	rows, err := tx.FactsInStructure(ctx, structure)
	if err != nil {
		return nil, fmt.Errorf("facts of a structure: %w", err)
	}
	slices.SortFunc(rows, func(a, b sqlc.FactsInStructureRow) int { // memberships come before the grants that stand on them
		return cmp.Or(cmp.Compare(min(a.Kind, 0), min(b.Kind, 0)), cmp.Compare(a.ID, b.ID))
	})
	warm.Add(structure, rows)
	return rows, nil
}

// spread puts each fact of a structure with its user, or with the structure itself, in the order of the rows.
func spread(rows []sqlc.FactsInStructureRow, structure int64, profiles Profiles, places *Places, at *place) map[int64]*Rights {
	all := make(map[int64]*Rights, 64) // most are those who reach from the firm, whom join adds
	of := func(user int64) *Rights {
		r := all[user]
		if r == nil {
			r = &Rights{User: user, places: places}
			all[user] = r
		}
		return r
	}
	for _, f := range rows {
		span := period.Span{From: f.FromAt, Until: f.UntilAt}
		switch f.Kind {
		case userFact:
			r := of(f.Owner)
			r.states = append(r.states, state{span, f.Words == "active"})
		case membershipFact:
			r := of(f.Owner)
			r.memberships = append(r.memberships, membership{f.ID, span, Scope{structure, f.Department}})
		case principalFact:
			r := of(f.Owner)
			r.principals = append(r.principals, principal{f.ID, span, structure})
		case structureFact:
			at.states = append(at.states, state{span, f.Words == "active"})
		case ceilingFact:
			at.ceilings = append(at.ceilings, cut{span, modules(f.Words)})
		default:
			r := of(f.Owner)
			r.grants = append(r.grants, grant{f.ID, span, Scope{structure, f.Department}, profiles[f.Kind], r.base(f.Membership), ParseSet(f.Words)})
		}
	}
	return all
}

type atFirmKey struct{}

// join adds everyone with a grant at the firm, with those grants: they reach into every structure, so they are read once.
func join(ctx context.Context, tx *db.Tx, places *Places, all map[int64]*Rights) error {
	value, err := tx.Cached(db.FirmWide, atFirmKey{}, func() (any, error) {
		grants, err := tx.GrantsAtFirm(ctx)
		if err != nil {
			return nil, fmt.Errorf("grants at the firm: %w", err)
		}
		var users []int64
		for _, g := range grants {
			users = append(users, g.UserID)
		}
		slices.Sort(users)
		return assemble(ctx, tx, nil, slices.Compact(users), nil, grants, nil)
	})
	if err != nil {
		return err
	}
	widest := value.(map[int64]*Rights)
	others := make([]Rights, 0, len(widest)) // made at once: most of the work where few are attached
	for user, wide := range widest {
		r := all[user]
		if r == nil {
			others = append(others, Rights{User: user, states: wide.states, grants: wide.grants, places: places})
			all[user] = &others[len(others)-1]
			continue
		}
		r.grants = append(r.grants, wide.grants...)
		slices.SortFunc(r.grants, func(a, b grant) int { return cmp.Compare(a.id, b.id) })
	}
	return nil
}

func assemble(ctx context.Context, tx *db.Tx, places *Places, users []int64, memberships []sqlc.Membership, grants []sqlc.Grant, principals []sqlc.Principal) (map[int64]*Rights, error) {
	profiles, err := LoadProfiles(ctx, tx)
	if err != nil {
		return nil, err
	}
	states, err := tx.StatesOfUsersIn(ctx, List(users))
	if err != nil {
		return nil, fmt.Errorf("user states: %w", err)
	}
	byState := group(states, func(s sqlc.UserState) int64 { return s.UserID })
	byMembership := group(memberships, func(m sqlc.Membership) int64 { return m.UserID })
	byGrant := group(grants, func(g sqlc.Grant) int64 { return g.UserID })
	byPrincipal := group(principals, func(p sqlc.Principal) int64 { return p.UserID })
	all := make(map[int64]*Rights, len(users))
	for _, u := range users {
		r := &Rights{User: u, places: places}
		r.fill(profiles, byState[u], byMembership[u], byGrant[u], byPrincipal[u])
		all[u] = r
	}
	return all, nil
}

func group[T any](rows []T, key func(T) int64) map[int64][]T {
	m := map[int64][]T{}
	for _, r := range rows {
		m[key(r)] = append(m[key(r)], r)
	}
	return m
}

package access

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	lru "github.com/hashicorp/golang-lru/v2"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/ledger"
	"habilis/internal/period"
	"habilis/internal/right"
)

type profilesKey struct{ edits int }

// LoadProfiles reads every profile with its contents, past and to come.
func LoadProfiles(ctx context.Context, tx *db.Tx) (right.Profiles, error) {
	key := profilesKey{ledger.Edits(tx)}
	if p, ok := tx.Value(key).(right.Profiles); ok {
		return p, nil
	}
	value, err := tx.Cached(db.Profiles, profilesKey{}, func() (any, error) { return readProfiles(ctx, tx) })
	if err != nil {
		return nil, err
	}
	tx.SetValue(key, value)
	return value.(right.Profiles), nil
}

func addProfile(all right.Profiles, r sqlc.AllProfilesRow) {
	all[r.ID] = &right.Profile{ID: r.ID, Family: r.FamilyKey, InUse: r.InUse, Key: r.Key, Name: r.Name, Audience: r.Audience, Fixed: r.Fixed, Version: r.Version}
}

func fillContents(all right.Profiles, contents []sqlc.ProfileContent) error {
	for _, r := range contents {
		c, err := right.ParseContent(r.Permissions)
		if err != nil {
			return err
		}
		p := all[r.ProfileID]
		p.Contents = append(p.Contents, right.Dated{Span: period.Span{From: r.FromAt, Until: r.UntilAt}, ID: r.ID, Content: c})
	}
	return nil
}

func readProfiles(ctx context.Context, tx *db.Tx) (right.Profiles, error) {
	rows, err := tx.AllProfiles(ctx)
	if err != nil {
		return nil, fmt.Errorf("profiles: %w", err)
	}
	contents, err := tx.AllContents(ctx)
	if err != nil {
		return nil, fmt.Errorf("profile contents: %w", err)
	}
	all := make(right.Profiles, len(rows))
	for _, r := range rows {
		addProfile(all, r)
	}
	return all, fillContents(all, contents)
}

// Load reads the facts of one user. Places are read when a question is asked about them.
func Load(ctx context.Context, tx *db.Tx, user int64) (*right.Rights, error) {
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
	r := &right.Rights{User: user, Places: right.NewPlaces(), Grants: make([]right.Grant, 0, len(rows))}
	for _, f := range rows {
		span := period.Span{From: f.FromAt, Until: f.UntilAt}
		switch f.Kind {
		case ledger.FactOfUserState:
			r.States = append(r.States, right.State{Span: span, On: f.Words == "active"})
		case ledger.FactOfMembership:
			r.Memberships = append(r.Memberships, right.Membership{ID: f.ID, Span: span, Scope: right.Department(f.Structure, f.Department)})
		case ledger.FactOfPrincipal:
			r.Principals = append(r.Principals, right.Principal{ID: f.ID, Span: span, Structure: f.Structure})
		default:
			r.Grants = append(r.Grants, right.Grant{ID: f.ID, Span: span, Scope: right.Department(f.Structure, f.Department), Profile: profiles[f.Kind], Membership: r.Base(f.Membership), Ticked: right.ParseSet(f.Words)})
		}
	}
	return r, nil
}

func fill(r *right.Rights, profiles right.Profiles, states []sqlc.UserState, memberships []sqlc.Membership, grants []sqlc.Grant, principals []sqlc.Principal) {
	for _, s := range states {
		r.States = append(r.States, right.State{Span: period.Span{From: s.FromAt, Until: s.UntilAt}, On: s.State == "active"})
	}
	for _, m := range memberships {
		r.Memberships = append(r.Memberships, right.Membership{ID: m.ID, Span: period.Span{From: m.FromAt, Until: m.UntilAt}, Scope: right.Department(m.StructureID, db.OrZero(m.DepartmentID))})
	}
	r.Grants = make([]right.Grant, 0, len(grants))
	for _, g := range grants {
		base := r.Base(db.OrZero(g.MembershipID))
		r.Grants = append(r.Grants, right.Grant{ID: g.ID, Span: period.Span{From: g.FromAt, Until: g.UntilAt}, Scope: ledger.GrantScope(g), Profile: profiles[g.ProfileID], Membership: base, Ticked: right.ParseSet(g.Options)})
	}
	for _, p := range principals {
		r.Principals = append(r.Principals, right.Principal{ID: p.ID, Span: period.Span{From: p.FromAt, Until: p.UntilAt}, Structure: p.StructureID})
	}
}

// RequestScope is what a request is about: the firm, where what was typed names no structure that there was.
func RequestScope(r sqlc.Request) right.Scope {
	return right.ScopeOf(db.OrZero(r.StructureID), r.DepartmentID)
}

// reachOne reads what bears on a question about one scope: a structure's departments only where one is asked about.
func reachOne(ctx context.Context, tx *db.Tx, r *right.Rights, scope right.Scope) error {
	if scope.Department != 0 {
		return ReadPlaces(ctx, tx, r, scope.Structure)
	}
	return LoadWhole(ctx, tx, r.Places, []int64{scope.Structure})
}

// ReadOwnPlaces reads what bears on rights about the scopes that the user's own rows name: what "anywhere" and lists ask.
func ReadOwnPlaces(ctx context.Context, tx *db.Tx, r *right.Rights) error {
	var within []int64
	for _, g := range r.Grants {
		if g.Scope.Department != 0 {
			within = append(within, g.Scope.Structure)
		}
	}
	for _, m := range r.Memberships {
		if m.Scope.Department != 0 {
			within = append(within, m.Scope.Structure)
		}
	}
	slices.Sort(within)
	if err := LoadWhole(ctx, tx, r.Places, r.Structures()); err != nil {
		return err
	}
	return LoadPlaces(ctx, tx, r.Places, slices.Compact(within))
}

// ReadPlaces reads what bears on rights about structures and their departments, so that questions on them can be answered.
func ReadPlaces(ctx context.Context, tx *db.Tx, r *right.Rights, structures ...int64) error {
	return LoadPlaces(ctx, tx, r.Places, structures)
}

// LoadPlaces reads structures with their departments, those that are not read yet.
func LoadPlaces(ctx context.Context, tx *db.Tx, p *right.Places, ids []int64) error {
	if err := LoadWhole(ctx, tx, p, ids); err != nil {
		return err
	}
	var rooms []int64
	for _, id := range ids {
		if id != 0 && !p.Inside[id] {
			rooms = append(rooms, id)
			p.Inside[id] = true
		}
	}
	if len(rooms) == 0 {
		return nil
	}
	return loadDepartments(ctx, tx, p, db.List(rooms))
}

// LoadWhole reads structures without their departments.
func LoadWhole(ctx context.Context, tx *db.Tx, p *right.Places, ids []int64) error {
	var missing []int64
	for _, id := range ids {
		if _, known := p.Structures[id]; id != 0 && !known {
			missing = append(missing, id)
			p.Structures[id] = &right.Place{}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if len(missing) == 1 {
		return loadStructure(ctx, tx, p, missing[0])
	}
	return loadStructures(ctx, tx, p, db.List(missing))
}

// loadStructure is loadStructures for one, as most changes ask.
func loadStructure(ctx context.Context, tx *db.Tx, p *right.Places, id int64) error {
	states, err := tx.StatesOfStructure(ctx, id)
	if err != nil {
		return fmt.Errorf("structure states: %w", err)
	}
	ceilings, err := tx.CeilingsOfStructure(ctx, id)
	if err != nil {
		return fmt.Errorf("ceilings: %w", err)
	}
	fillPlaces(p, states, ceilings)
	return nil
}

func fillPlaces(p *right.Places, states []sqlc.StructureState, ceilings []sqlc.Ceiling) {
	for _, s := range states {
		at := p.Structures[s.StructureID]
		at.States = append(at.States, right.State{Span: period.Span{From: s.FromAt, Until: s.UntilAt}, On: s.State == "active"})
	}
	for _, c := range ceilings {
		at := p.Structures[c.StructureID]
		at.Ceilings = append(at.Ceilings, right.Ceiling{Span: period.Span{From: c.FromAt, Until: c.UntilAt}, Modules: right.ModuleSet(c.Modules)})
	}
}

func loadStructures(ctx context.Context, tx *db.Tx, p *right.Places, list string) error {
	states, err := tx.StatesOfStructuresIn(ctx, list)
	if err != nil {
		return fmt.Errorf("structure states: %w", err)
	}
	ceilings, err := tx.CeilingsOfStructuresIn(ctx, list)
	if err != nil {
		return fmt.Errorf("ceilings: %w", err)
	}
	fillPlaces(p, states, ceilings)
	return nil
}

func loadDepartments(ctx context.Context, tx *db.Tx, p *right.Places, list string) error {
	states, err := tx.StatesOfDepartmentsOf(ctx, list)
	if err != nil {
		return fmt.Errorf("department states: %w", err)
	}
	for _, s := range states {
		d := p.Room(s.DepartmentID, s.StructureID)
		d.States = append(d.States, right.State{Span: period.Span{From: s.FromAt, Until: s.UntilAt}, On: s.State == "active"})
	}
	validities, err := tx.ValiditiesOfDepartmentsOf(ctx, list)
	if err != nil {
		return fmt.Errorf("department validities: %w", err)
	}
	for _, v := range validities {
		d := p.Room(v.DepartmentID, v.StructureID)
		d.Validities = append(d.Validities, period.Span{From: v.FromAt, Until: v.UntilAt})
	}
	return nil
}

// LoadUsers reads the facts of several users as a set, by user.
func LoadUsers(ctx context.Context, tx *db.Tx, users []int64) (map[int64]*right.Rights, error) {
	list := db.List(users)
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
	return Assemble(ctx, tx, right.NewPlaces(), users, memberships, grants, principals)
}

// LoadStructure reads, as a set, the facts with which anybody could hold a right in a structure: everyone attached, granted
// or principal manager there, ever, and everyone with a grant at the firm. Facts elsewhere are left out; the structure's departments are read
// where the scope is one of them.
func LoadStructure(ctx context.Context, tx *db.Tx, scope right.Scope) (map[int64]*right.Rights, error) {
	rows, err := factsIn(ctx, tx, scope.Structure)
	if err != nil {
		return nil, err
	}
	profiles, err := LoadProfiles(ctx, tx)
	if err != nil {
		return nil, err
	}
	places, at := right.NewPlaces(), &right.Place{}
	places.Structures[scope.Structure] = at
	all := spread(rows, scope.Structure, profiles, places, at)
	if err := join(ctx, tx, places, all); err != nil {
		return nil, err
	}
	if scope.Department == 0 {
		return all, nil
	}
	return all, LoadPlaces(ctx, tx, places, []int64{scope.Structure})
}

type factsKey struct{}

// warmStructures is how many structures keep their facts read between two changes of rights: one of 2,000 people has some 600 kB of them.
const warmStructures = 32

// factsIn returns the facts of a structure, in the order in which spread takes them. Nobody alters them: they serve others too.
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
func spread(rows []sqlc.FactsInStructureRow, structure int64, profiles right.Profiles, places *right.Places, at *right.Place) map[int64]*right.Rights {
	all := make(map[int64]*right.Rights, 64) // most are those who reach from the firm, whom join adds
	of := func(user int64) *right.Rights {
		r := all[user]
		if r == nil {
			r = &right.Rights{User: user, Places: places}
			all[user] = r
		}
		return r
	}
	for _, f := range rows {
		span := period.Span{From: f.FromAt, Until: f.UntilAt}
		switch f.Kind {
		case ledger.FactOfUserState:
			r := of(f.Owner)
			r.States = append(r.States, right.State{Span: span, On: f.Words == "active"})
		case ledger.FactOfMembership:
			r := of(f.Owner)
			r.Memberships = append(r.Memberships, right.Membership{ID: f.ID, Span: span, Scope: right.Department(structure, f.Department)})
		case ledger.FactOfPrincipal:
			r := of(f.Owner)
			r.Principals = append(r.Principals, right.Principal{ID: f.ID, Span: span, Structure: structure})
		case ledger.FactOfStructureState:
			at.States = append(at.States, right.State{Span: span, On: f.Words == "active"})
		case ledger.FactOfCeiling:
			at.Ceilings = append(at.Ceilings, right.Ceiling{Span: span, Modules: right.ModuleSet(f.Words)})
		default:
			r := of(f.Owner)
			r.Grants = append(r.Grants, right.Grant{ID: f.ID, Span: span, Scope: right.Department(structure, f.Department), Profile: profiles[f.Kind], Membership: r.Base(f.Membership), Ticked: right.ParseSet(f.Words)})
		}
	}
	return all
}

type atFirmKey struct{}

// join adds everyone with a grant at the firm, with those grants: they reach into every structure, so they are read once.
func join(ctx context.Context, tx *db.Tx, places *right.Places, all map[int64]*right.Rights) error {
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
		return Assemble(ctx, tx, nil, slices.Compact(users), nil, grants, nil)
	})
	if err != nil {
		return err
	}
	widest := value.(map[int64]*right.Rights)
	others := make([]right.Rights, 0, len(widest)) // made at once: most of the work where few are attached
	for user, wide := range widest {
		r := all[user]
		if r == nil {
			others = append(others, right.Rights{User: user, States: wide.States, Grants: wide.Grants, Places: places})
			all[user] = &others[len(others)-1]
			continue
		}
		r.Grants = append(r.Grants, wide.Grants...)
		slices.SortFunc(r.Grants, func(a, b right.Grant) int { return cmp.Compare(a.ID, b.ID) })
	}
	return nil
}

// Assemble puts the rows of some users with each of them, and reads their states.
func Assemble(ctx context.Context, tx *db.Tx, places *right.Places, users []int64, memberships []sqlc.Membership, grants []sqlc.Grant, principals []sqlc.Principal) (map[int64]*right.Rights, error) {
	profiles, err := LoadProfiles(ctx, tx)
	if err != nil {
		return nil, err
	}
	states, err := tx.StatesOfUsersIn(ctx, db.List(users))
	if err != nil {
		return nil, fmt.Errorf("user states: %w", err)
	}
	byState := group(states, func(s sqlc.UserState) int64 { return s.UserID })
	byMembership := group(memberships, func(m sqlc.Membership) int64 { return m.UserID })
	byGrant := group(grants, func(g sqlc.Grant) int64 { return g.UserID })
	byPrincipal := group(principals, func(p sqlc.Principal) int64 { return p.UserID })
	all := make(map[int64]*right.Rights, len(users))
	for _, u := range users {
		r := &right.Rights{User: u, Places: places}
		fill(r, profiles, byState[u], byMembership[u], byGrant[u], byPrincipal[u])
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

// ReadShutPlaces reads the places that are inactive or under a ceiling now: those of which a sight that holds everywhere must know.
func ReadShutPlaces(ctx context.Context, tx *db.Tx, r *right.Rights) error {
	ids, err := tx.ShutStructures(ctx, tx.At)
	if err != nil {
		return fmt.Errorf("inactive structures: %w", err)
	}
	return LoadWhole(ctx, tx, r.Places, ids)
}

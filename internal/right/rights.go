// Package right is the model of rights: permissions, what profiles contain, scopes, and the evaluation with its reasons. It reads and writes
// nothing: it answers over facts that package access loads (rights.md).
package right

import (
	"cmp"
	"slices"
	"strings"

	"habilis/internal/period"
)

// Scope is where something is asked or given: the firm (both zero), a structure, or a department of a structure.
type Scope struct {
	Structure  int64 `json:"structure"`
	Department int64 `json:"department"`
}

// Firm is the scope that covers everything.
var Firm = Scope{}

// Structure returns the scope of a structure, which covers its departments.
func Structure(id int64) Scope { return Scope{Structure: id} }

// Department returns the scope of a department of a structure.
func Department(structure, id int64) Scope { return Scope{Structure: structure, Department: id} }

// ScopeOf returns the scope of a row that names a structure, and perhaps one of its departments.
func ScopeOf(structure int64, department *int64) Scope {
	if department == nil {
		return Structure(structure)
	}
	return Department(structure, *department)
}

// Covers reports whether s contains other.
func (s Scope) Covers(other Scope) bool {
	return s.Structure == 0 || s.Structure == other.Structure && (s.Department == 0 || s.Department == other.Department)
}

// Link is one condition of a right. A failing one is a reason for no.
type Link uint16

// The links, in the order in which they are told.
const (
	UserState Link = 1 << iota
	GrantPeriod
	NotInProfile
	OptionNotTicked
	OutOfScope
	MembershipPeriod
	MembershipScope
	StructureInactive
	DepartmentInactive
	CutByCeiling
	OutOfReach
)

var linkNames = []string{
	"user_state", "grant_period", "not_in_profile", "option_not_ticked", "scope", "membership_period", "membership_scope",
	"structure_inactive", "department_inactive", "ceiling", "reach",
}

// Names lists the links, in their order.
func (l Link) Names() []string {
	names := []string{}
	for i, name := range linkNames {
		if l&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

func (l Link) count() int {
	n := 0
	for ; l != 0; l &= l - 1 {
		n++
	}
	return n
}

// Source says which kind of row a chain or candidate comes from.
type Source uint8

// The sources of rights.
const (
	FromGrant Source = iota
	FromPrincipal
	FromMembership
)

// Chain is one way to a right: a grant, a period as principal manager, or a membership (for the two views it gives by
// itself). Missing holds the links that fail: none on a chain that holds.
type Chain struct {
	Source  Source
	ID      int64
	Scope   Scope // of its row
	Missing Link
	until   int64
	name    string // orders candidates (rights.md); never shown
}

// Answer is a right with its proof. Yes: Because holds every chain that holds. No: Candidates holds those that fail, the
// nearest first, or UserState says that the person is disabled and holds nothing.
type Answer struct {
	Allowed    bool
	Because    []Chain
	Candidates []Chain
	UserState  bool
}

// Missing returns the failing links of the nearest candidate, or the user's state where there is none.
func (a Answer) Missing() Link {
	if len(a.Candidates) > 0 {
		return a.Candidates[0].Missing
	}
	if a.UserState {
		return UserState
	}
	return 0
}

// Question asks whether a permission holds. Owner is the user whose object it is (0: nobody's). Ending asks it for ending a
// row only. Anywhere asks each grant on its own scope. At is the instant.
type Question struct {
	Permission Permission
	Scope      Scope
	Owner      int64
	Ending     bool
	Anywhere   bool
	At         int64
	AsIfActive bool // the place is taken as active and valid: what was decided there stays readable (rights.md, A36)
	Lenient    bool // leaves ceilings and inactivity aside (rights.md, A18)
}

// Placeless reports whether no place bears on the answer: what is asked is never cut, and goes on where all else stops.
func (q Question) Placeless() bool {
	f := &table[q.Permission]
	return neverCut[f.module] && (f.inactive == goesOn || f.inactive == endsOnly && q.Ending)
}

// State is a period over which something is active, or is not.
type State struct {
	period.Span
	On bool
}

// Membership is a period over which a user is attached to a scope.
type Membership struct {
	ID int64
	period.Span
	Scope Scope
}

// Grant is a period over which a user has a profile on a scope.
type Grant struct {
	ID int64
	period.Span
	Scope      Scope
	Profile    *Profile
	Membership int // index in memberships, −1 for a grant at the firm, −2 for a missing row
	Ticked     Set
}

// Principal is a period over which a user is the principal manager of a structure.
type Principal struct {
	ID int64
	period.Span
	Structure int64
}

// Profile is a profile with its contents over time.
type Profile struct {
	ID       int64
	Family   string
	InUse    bool
	Key      string
	Name     string
	Audience string
	Fixed    bool
	Version  int64
	Contents []Dated
}

// Dated is what a profile contains over a period.
type Dated struct {
	period.Span
	ID      int64
	Content *Content
}

// Content returns what the profile contains at an instant, nil where it has no content then.
func (p *Profile) Content(at int64) *Content {
	for i := range p.Contents {
		if p.Contents[i].Has(at) {
			return p.Contents[i].Content
		}
	}
	return nil
}

// ContentID returns the number of the row that says what the profile contains at an instant, 0 where none does.
func (p *Profile) ContentID(at int64) int64 {
	for i := range p.Contents {
		if p.Contents[i].Has(at) {
			return p.Contents[i].ID
		}
	}
	return 0
}

// OffersBox reports whether a content of the profile that holds within a period offers the permission as a box to tick.
func (p *Profile) OffersBox(q Permission, within period.Span) bool {
	return slices.ContainsFunc(p.Contents, func(d Dated) bool {
		return d.From < within.Until && within.From < d.Until && slices.Contains(d.Content.Boxes(), q)
	})
}

// Administrator reports whether it is Family 0's Administrateur, whose content is fixed.
func (p *Profile) Administrator() bool { return p.Family == "habilis" && p.Key == "Administrateur" }

// Fits reports whether the profile may be given on a scope, in a structure of that sphere: those made for the other kind of structure may not, and at the
// firm only family 0's, the site ones of family 2, and those of one's own families (rights.md, A29b).
func (p *Profile) Fits(scope Scope, sphere string) bool {
	if scope.Structure == 0 {
		return p.Family == "habilis" || p.Family == "cabinet" && strings.HasPrefix(p.Key, "Site · ") || p.Family == "maison"
	}
	public := sphere == "state" || sphere == "local"
	return !(p.Audience == "public" && sphere == "private" || p.Audience == "private" && public)
}

// Place holds the states of a structure, and what its ceilings leave on.
type Place struct {
	States   []State
	Ceilings []Ceiling
}

// Ceiling is a period over which only some modules of a structure are on.
type Ceiling struct {
	period.Span
	Modules map[string]bool
}

// room holds the states and dates of a department.
type room struct {
	Structure  int64
	States     []State
	Validities []period.Span
}

// Places holds what bears on rights about structures and departments themselves.
type Places struct {
	Structures  map[int64]*Place
	Departments map[int64]*room
	Inside      map[int64]bool // the structures whose departments were read
}

// Rights holds one user's facts, past and to come, and answers questions over them without reading anything.
type Rights struct {
	User        int64
	States      []State
	Memberships []Membership
	Grants      []Grant
	Principals  []Principal
	Places      *Places
}

// StateAt reports what the state of an instant says, false where there is none.
func StateAt(states []State, at int64) bool {
	for i := range states {
		if states[i].Has(at) {
			return states[i].On
		}
	}
	return false
}

// Active reports whether the user's state is actif at an instant.
func (r *Rights) Active(at int64) bool { return StateAt(r.States, at) }

// Works reports whether a structure, and the department where one is named, are active at an instant; the places must have been read.
func (r *Rights) Works(scope Scope, at int64) bool {
	p := r.Places.Structures[scope.Structure]
	return p != nil && StateAt(p.States, at) && (scope.Department == 0 || r.Places.Departments[scope.Department].active(at))
}

// Allowed reports whether the permission holds, without a proof.
func (r *Rights) Allowed(q Question) bool {
	if !StateAt(r.States, q.At) {
		return false
	}
	for i := range r.Grants {
		if r.grantLinks(&r.Grants[i], q) == 0 {
			return true
		}
	}
	for i := range r.Principals {
		if r.principalLinks(&r.Principals[i], q) == 0 {
			return true
		}
	}
	if givenByMembership(q.Permission) {
		for i := range r.Memberships {
			if membershipLinks(&r.Memberships[i], q) == 0 {
				return true
			}
		}
	}
	return false
}

// Check answers with every chain that holds, or every candidate that fails and why.
func (r *Rights) Check(q Question) Answer {
	var off Link
	if !StateAt(r.States, q.At) {
		off = UserState
	}
	a := Answer{UserState: off != 0}
	add := func(c Chain) {
		c.Missing |= off
		if c.Missing == 0 {
			a.Because = append(a.Because, c)
		} else {
			a.Candidates = append(a.Candidates, c)
		}
	}
	for i := range r.Grants {
		g := &r.Grants[i]
		add(Chain{Source: FromGrant, ID: g.ID, Scope: g.Scope, Missing: r.grantLinks(g, q), until: g.Until, name: g.Profile.Name})
	}
	for i := range r.Principals {
		p := &r.Principals[i]
		add(Chain{Source: FromPrincipal, ID: p.ID, Scope: Structure(p.Structure), Missing: r.principalLinks(p, q), until: p.Until, name: "Gestionnaire principal"})
	}
	if givenByMembership(q.Permission) {
		for i := range r.Memberships {
			m := &r.Memberships[i]
			add(Chain{Source: FromMembership, ID: m.ID, Scope: m.Scope, Missing: membershipLinks(m, q), until: m.Until, name: "Rattachement"})
		}
	}
	a.Allowed = len(a.Because) > 0
	slices.SortFunc(a.Candidates, nearer)
	return a
}

// nearer orders candidates: fewest failing links, then the one that ended latest, then the name, then the row.
func nearer(a, b Chain) int {
	return cmp.Or(
		cmp.Compare(a.Missing.count(), b.Missing.count()),
		cmp.Compare(b.until, a.until),
		cmp.Compare(a.name, b.name),
		cmp.Compare(a.Source, b.Source),
		cmp.Compare(a.ID, b.ID),
	)
}

func (r *Rights) grantLinks(g *Grant, q Question) Link {
	scope := q.Scope
	if q.Anywhere {
		scope = r.narrowed(g)
	}
	var l Link
	if !g.Has(q.At) {
		l |= GrantPeriod
	}
	l |= r.contentLinks(g.Profile.Content(q.At), g.Ticked, q)
	if !g.Scope.Covers(scope) {
		l |= OutOfScope
	}
	switch g.Membership {
	case -1:
	case -2:
		l |= MembershipPeriod
	default:
		m := &r.Memberships[g.Membership]
		if !m.Has(q.At) {
			l |= MembershipPeriod
		}
		if !m.Scope.Covers(scope) {
			l |= MembershipScope
		}
	}
	return l | r.placeLinks(scope, q)
}

// narrowed is where a grant is asked when the question is "anywhere": its own scope, narrowed to its membership's (A04).
func (r *Rights) narrowed(g *Grant) Scope {
	if g.Membership < 0 {
		return g.Scope
	}
	if m := r.Memberships[g.Membership].Scope; g.Scope.Covers(m) {
		return m
	}
	return g.Scope
}

func (r *Rights) principalLinks(p *Principal, q Question) Link {
	own, scope := Structure(p.Structure), q.Scope
	if q.Anywhere {
		scope = own
	}
	var l Link
	if !p.Has(q.At) {
		l |= GrantPeriod
	}
	l |= r.contentLinks(PrincipalContent, Set{}, q)
	if !own.Covers(scope) {
		l |= OutOfScope
	}
	return l | r.standing(p.Structure, scope, q.At) | r.placeLinks(scope, q)
}

// standing tests the membership of a principal manager: any structure-level one in force serves (A31). With none in force at all it is
// the period that fails; with a department's only, or asked elsewhere, the scope.
func (r *Rights) standing(structure int64, scope Scope, at int64) Link {
	attached, whole := false, false
	for i := range r.Memberships {
		if m := &r.Memberships[i]; m.Scope.Structure == structure && m.Has(at) {
			attached, whole = true, whole || m.Scope.Department == 0
		}
	}
	var l Link
	if !attached {
		l |= MembershipPeriod
	}
	if attached && !whole || scope.Structure != structure {
		l |= MembershipScope
	}
	return l
}

func membershipLinks(m *Membership, q Question) Link {
	scope := q.Scope
	if q.Anywhere {
		scope = m.Scope
	}
	var l Link
	if !m.Has(q.At) {
		l |= MembershipPeriod
	}
	if !m.Scope.Covers(scope) {
		l |= MembershipScope
	}
	return l
}

func givenByMembership(p Permission) bool { return p == StructureView || p == DepartmentView }

// contentLinks tests what the profile gives: the permission, its box, its reach. Reach is tested on what the profile offers, ticked or
// not (A08); where a ticked or plain offer does not reach far enough but an unticked one would, the box is what is missing.
func (r *Rights) contentLinks(c *Content, ticked Set, q Question) Link {
	offered := c.offered(q.Permission)
	if offered == NoReach {
		return NotInProfile
	}
	needed := Whole
	if q.Owner != 0 && q.Owner == r.User {
		needed = Own
	}
	var l Link
	given := c.Gives(q.Permission, ticked)
	if given < needed && (given == NoReach || offered >= needed) {
		l |= OptionNotTicked
	}
	if offered < needed {
		l |= OutOfReach
	}
	return l
}

// Stopped reports whether a structure, among the places that were read, is inactive at an instant.
func (r *Rights) Stopped(structure, at int64) bool {
	p := r.Places.Structures[structure]
	return p != nil && !StateAt(p.States, at)
}

func (r *Rights) placeLinks(scope Scope, q Question) Link {
	if scope.Structure == 0 || q.Lenient {
		return 0
	}
	p := r.Places.Structures[scope.Structure]
	f := &table[q.Permission]
	var l Link
	if !q.AsIfActive && (f.inactive == stops || f.inactive == endsOnly && !q.Ending) {
		if p == nil || !StateAt(p.States, q.At) {
			l |= StructureInactive
		}
		if scope.Department != 0 && !r.Places.Departments[scope.Department].active(q.At) {
			l |= DepartmentInactive
		}
	}
	if p != nil && !neverCut[f.module] && p.cutsAt(f.module, q.At) {
		l |= CutByCeiling
	}
	return l
}

func (p *Place) cutsAt(module string, at int64) bool {
	for i := range p.Ceilings {
		if p.Ceilings[i].Has(at) {
			return !p.Ceilings[i].Modules[module]
		}
	}
	return false
}

func (d *room) active(at int64) bool {
	if d == nil || !StateAt(d.States, at) {
		return false
	}
	for _, v := range d.Validities {
		if v.Has(at) {
			return true
		}
	}
	return false
}

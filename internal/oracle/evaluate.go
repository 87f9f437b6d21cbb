package oracle

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// The links of a chain, in the order in which failing ones are told.
const (
	UserState          = "user_state"
	GrantPeriod        = "grant_period"
	NotInProfile       = "not_in_profile"
	OptionNotTicked    = "option_not_ticked"
	ScopeLink          = "scope"
	MembershipPeriod   = "membership_period"
	MembershipScope    = "membership_scope"
	StructureInactive  = "structure_inactive"
	DepartmentInactive = "department_inactive"
	CeilingLink        = "ceiling"
	Reach              = "reach"
)

// Links are all of them, in that order.
var Links = []string{
	UserState, GrantPeriod, NotInProfile, OptionNotTicked, ScopeLink, MembershipPeriod, MembershipScope,
	StructureInactive, DepartmentInactive, CeilingLink, Reach,
}

// The names by which candidates that are no grant are ordered.
const (
	PrincipalName  = "Gestionnaire principal"
	MembershipName = "Rattachement"
)

// Question asks whether a user may do something somewhere at an instant.
type Question struct {
	User       string `json:"user"`
	Permission string `json:"permission"`
	Scope      Scope  `json:"scope"`
	// Owner is the user whose object it is, or empty.
	Owner string `json:"owner"`
	// Ending is set where the act only ends a row.
	Ending bool  `json:"ending"`
	At     int64 `json:"at"`
}

// Candidate is a grant, a period as principal manager or a membership, with the links that fail.
type Candidate struct {
	ID      string
	Name    string
	Until   int64
	Missing []string
}

// Answer is yes with every chain that holds, or no with every candidate, nearest first.
type Answer struct {
	Allowed bool
	// Because holds the ids of the chains that hold, sorted; nil where the answer is no.
	Because []string
	// Candidates, Missing, Nearest (empty: none) and WouldGive are those of a no.
	Candidates []Candidate
	Missing    []string
	Nearest    string
	// WouldGive holds the sorted ids of the profiles that contain the permission then, boxes counted ticked.
	WouldGive []string
	// Acts is habilis or portal.
	Acts string
}

// Evaluate answers a question by testing each link of each candidate.
func (w *World) Evaluate(q Question) Answer {
	a := w.decide(q)
	if !a.Allowed {
		a.WouldGive = w.wouldGive(q)
	}
	return a
}

func (w *World) decide(q Question) Answer {
	a := Answer{Acts: "portal"}
	if w.tables().Permission(q.Permission).Enforced {
		a.Acts = "habilis"
	}
	candidates := w.candidates(q)
	for _, c := range candidates {
		if len(c.Missing) == 0 {
			a.Allowed = true
			a.Because = append(a.Because, c.ID)
		}
	}
	if a.Allowed {
		slices.SortFunc(a.Because, CompareIDs)
		return a
	}
	slices.SortFunc(candidates, compareCandidates)
	a.Candidates = candidates
	if len(candidates) > 0 {
		a.Nearest = candidates[0].ID
		a.Missing = candidates[0].Missing
	} else if !w.userActive(q.User, q.At) {
		a.Missing = []string{UserState}
	}
	return a
}

func (w *World) candidates(q Question) []Candidate {
	var all []Candidate
	for _, g := range w.Grants {
		if g.User == q.User {
			all = append(all, Candidate{ID: g.ID, Name: w.profile(g.Profile).Name, Until: g.Until, Missing: w.grantMissing(q, g)})
		}
	}
	for _, r := range w.Principals {
		if r.User == q.User {
			all = append(all, Candidate{ID: r.ID, Name: PrincipalName, Until: r.Until, Missing: w.principalMissing(q, r)})
		}
	}
	if q.Permission != "structure.view" && q.Permission != "department.view" {
		return all
	}
	for _, m := range w.Memberships {
		if m.User == q.User {
			all = append(all, Candidate{ID: m.ID, Name: MembershipName, Until: m.Until, Missing: w.membershipMissing(q, m)})
		}
	}
	return all
}

func compareCandidates(a, b Candidate) int {
	return cmp.Or(
		cmp.Compare(len(a.Missing), len(b.Missing)),
		cmp.Compare(b.Until, a.Until),
		strings.Compare(a.Name, b.Name),
		CompareIDs(a.ID, b.ID),
	)
}

func (w *World) grantMissing(q Question, g Grant) []string {
	asked := q.Scope
	m := w.membership(g.Membership)
	if asked.Anywhere {
		asked = g.Scope
		if m != nil && w.covers(g.Scope, m.Scope) {
			asked = m.Scope
		}
	}
	var missing []string
	fail := func(failing bool, link string) {
		if failing {
			missing = append(missing, link)
		}
	}
	offers := offersOf(w.contentAt(g.Profile, q.At), q.Permission)
	fail(!w.userActive(q.User, q.At), UserState)
	fail(!g.Contains(q.At), GrantPeriod)
	fail(len(offers) == 0, NotInProfile)
	fail(notTicked(offers, g.Options, q), OptionNotTicked)
	fail(!w.covers(g.Scope, asked), ScopeLink)
	if !g.Scope.Firm {
		fail(m == nil || !m.Contains(q.At), MembershipPeriod)
		fail(m != nil && !w.covers(m.Scope, asked), MembershipScope)
	}
	missing = append(missing, w.placeMissing(q, asked)...)
	fail(outOfReach(offers, q), Reach)
	return missing
}

func (w *World) principalMissing(q Question, r Principal) []string {
	own := InStructure(r.Structure)
	asked := q.Scope
	if asked.Anywhere {
		asked = own
	}
	var missing []string
	fail := func(failing bool, link string) {
		if failing {
			missing = append(missing, link)
		}
	}
	offers := offersOf(w.tables().Principal, q.Permission)
	attached, atStructure := w.attachedAt(r.User, r.Structure, q.At)
	fail(!w.userActive(q.User, q.At), UserState)
	fail(!r.Contains(q.At), GrantPeriod)
	fail(len(offers) == 0, NotInProfile)
	fail(!w.covers(own, asked), ScopeLink)
	fail(!attached, MembershipPeriod)
	fail(attached && !atStructure || !w.covers(own, asked), MembershipScope)
	missing = append(missing, w.placeMissing(q, asked)...)
	fail(outOfReach(offers, q), Reach)
	return missing
}

func (w *World) membershipMissing(q Question, m Membership) []string {
	asked := q.Scope
	if asked.Anywhere {
		asked = m.Scope
	}
	var missing []string
	if !w.userActive(q.User, q.At) {
		missing = append(missing, UserState)
	}
	if !m.Contains(q.At) {
		missing = append(missing, MembershipPeriod)
	}
	if !w.covers(m.Scope, asked) {
		missing = append(missing, MembershipScope)
	}
	return append(missing, w.placeMissing(q, asked)...)
}

// attachedAt reports whether some membership of a user in a structure is in force, and whether one of the whole structure is.
func (w *World) attachedAt(user, structure string, at int64) (attached, atStructure bool) {
	for _, m := range w.Memberships {
		if m.User == user && m.Contains(at) && w.structureOf(m.Scope) == structure {
			attached = true
			if m.Scope == InStructure(structure) {
				atStructure = true
			}
		}
	}
	return attached, atStructure
}

func (w *World) placeMissing(q Question, asked Scope) []string {
	if asked.Firm {
		return nil
	}
	p := w.tables().Permission(q.Permission)
	worksOnInactive := p.OnInactive == "yes" || p.OnInactive == "ending" && q.Ending
	structure := w.structureOf(asked)
	var missing []string
	if !worksOnInactive && !w.structureActive(structure, q.At) {
		missing = append(missing, StructureInactive)
	}
	if !worksOnInactive && asked.Department != "" && !w.departmentActive(asked.Department, q.At) {
		missing = append(missing, DepartmentInactive)
	}
	if w.cut(structure, p.Module, q.At) {
		missing = append(missing, CeilingLink)
	}
	return missing
}

func (w *World) cut(structure, module string, at int64) bool {
	switch module {
	case "firm", "structure", "department", "bank", "attachment", "people":
		return false
	}
	for _, c := range w.Ceilings {
		if c.Structure == structure && c.Contains(at) {
			return !slices.Contains(c.Modules, module)
		}
	}
	return false
}

func (w *World) userActive(id string, at int64) bool {
	u := w.user(id)
	return u != nil && stateAt(u.States, at) == "actif"
}

func (w *World) structureActive(id string, at int64) bool {
	s := w.structure(id)
	return s != nil && stateAt(s.States, at) == "active"
}

func (w *World) departmentActive(id string, at int64) bool {
	d := w.department(id)
	if d == nil || stateAt(d.States, at) != "active" {
		return false
	}
	for _, v := range d.Validity {
		if v.Contains(at) {
			return true
		}
	}
	return false
}

func stateAt(states []State, at int64) string {
	for _, s := range states {
		if s.Contains(at) {
			return s.State
		}
	}
	return ""
}

func (w *World) contentAt(profile string, at int64) map[string]string {
	for _, c := range w.profile(profile).Contents {
		if c.Contains(at) {
			return c.Permissions
		}
	}
	return nil
}

// offer is one way in which a profile gives a permission: its reach (all or own), and the box to tick, if any.
type offer struct {
	reach string
	box   string
}

func offersOf(values map[string]string, permission string) []offer {
	var offers []offer
	for stated, value := range values {
		if stated != permission && !implies(stated, permission) {
			continue
		}
		switch value {
		case "all", "own":
			offers = append(offers, offer{reach: value})
		case "option":
			offers = append(offers, offer{reach: "all", box: stated})
		case "option-own":
			offers = append(offers, offer{reach: "own", box: stated})
		}
	}
	return offers
}

func implies(action, permission string) bool {
	noun, verb, _ := strings.Cut(permission, ".")
	if verb != "view" {
		return false
	}
	if action == "membership.edit" || action == "grant.edit" {
		return noun == "user" || noun == "structure"
	}
	of, what, _ := strings.Cut(action, ".")
	return of == noun && what != "view"
}

func held(offers []offer, options []string) []offer {
	var ticked []offer
	for _, o := range offers {
		if o.box == "" || slices.Contains(options, o.box) {
			ticked = append(ticked, o)
		}
	}
	return ticked
}

// outOfReach judges by what the profile offers, ticked or not (A08).
func outOfReach(offers []offer, q Question) bool {
	for _, o := range offers {
		if o.reach == "all" || q.Owner == q.User {
			return false
		}
	}
	return len(offers) > 0
}

// notTicked reports whether a box is what is missing: nothing is held, or what is held does not reach the object while an
// unticked box would.
func notTicked(offers []offer, options []string, q Question) bool {
	counted := held(offers, options)
	return len(offers) > 0 && (len(counted) == 0 || outOfReach(counted, q) && !outOfReach(offers, q))
}

func (w *World) wouldGive(q Question) []string {
	var ids []string
	for _, p := range w.Profiles {
		if len(offersOf(w.contentAt(p.ID, q.At), q.Permission)) > 0 {
			ids = append(ids, p.ID)
		}
	}
	slices.SortFunc(ids, CompareIDs)
	return ids
}

// CompareIDs orders ids by their letters, then by their number, so that g9 precedes g10.
func CompareIDs(a, b string) int {
	letters := func(id string) (string, int) {
		head := strings.TrimRight(id, "0123456789")
		n, _ := strconv.Atoi(id[len(head):])
		return head, n
	}
	headA, numberA := letters(a)
	headB, numberB := letters(b)
	return cmp.Or(strings.Compare(headA, headB), cmp.Compare(numberA, numberB), strings.Compare(a, b))
}

package right

import "slices"

// Sight is where a permission is held: everywhere, or on these structures and departments, save where a ceiling or inactivity takes it away.
type Sight struct {
	Everywhere  bool
	Structures  []int64 // held on the whole structure
	Departments []int64 // held on a department only
	Partial     []int64 // the structures of those departments, where the whole is not seen
	Shut        []int64 // the structures, among the places that were read, on no part of which it is held all the same
	ShutInside  []int64 // the departments likewise
}

// See returns where a view permission is held at an instant: the rows of a list are exactly those it covers. Views work on inactive places;
// for one that a ceiling can cut, read the places first.
func (r *Rights) See(p Permission, at int64) Sight {
	return r.see(Question{Permission: p, Owner: r.User, At: at})
}

// SeeEnding is See for what may be ended, though the structure is inactive.
func (r *Rights) SeeEnding(p Permission, at int64) Sight {
	return r.see(Question{Permission: p, Owner: r.User, Ending: true, At: at})
}

// SeeWhere returns where the answer to a question is yes, whatever its scope.
func (r *Rights) SeeWhere(q Question) Sight { return r.see(q) }

func (r *Rights) see(q Question) Sight {
	var s Sight
	r.shut(q, &s)
	if r.Allowed(q) {
		s.Everywhere = true
		return s
	}
	if !StateAt(r.States, q.At) {
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
	for i := range r.Grants {
		g := &r.Grants[i]
		ask(r.narrowed(g), func(q Question) Link { return r.grantLinks(g, q) })
	}
	for i := range r.Principals {
		p := &r.Principals[i]
		ask(Structure(p.Structure), func(q Question) Link { return r.principalLinks(p, q) })
	}
	for i := range r.Memberships {
		if m := &r.Memberships[i]; givenByMembership(q.Permission) {
			ask(m.Scope, func(q Question) Link { return membershipLinks(m, q) })
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
	if q.Placeless() {
		return
	}
	for id := range r.Places.Structures {
		if q.Scope = Structure(id); !r.Allowed(q) {
			s.Shut = append(s.Shut, id)
		}
	}
	for id, d := range r.Places.Departments {
		if q.Scope = Department(d.Structure, id); !r.Allowed(q) {
			s.ShutInside = append(s.ShutInside, id)
		}
	}
	slices.Sort(s.Shut)
	slices.Sort(s.ShutInside)
}

// Empty tells that the permission is held nowhere.
func (s Sight) Empty() bool {
	return !s.Everywhere && len(s.Structures) == 0 && len(s.Departments) == 0
}

// Where lists the structures that hold anything in sight, where it is not everywhere.
func (s Sight) Where() []int64 {
	list := slices.Concat(s.Structures, s.Partial)
	slices.Sort(list)
	return slices.Compact(list)
}

// Within reports whether the sight holds a structure, or a department of it.
func (s Sight) Within(structure int64) bool {
	_, part := slices.BinarySearch(s.Partial, structure)
	return part || s.Holds(Structure(structure))
}

// Holds reports whether the sight covers a scope.
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
	for _, m := range r.Memberships {
		if m.Has(at) {
			list = append(list, m.Scope)
		}
	}
	return list
}

// WithoutFirm returns the same facts without what is held at the firm: what an outsider is told of somebody else.
func (r *Rights) WithoutFirm() *Rights {
	c := *r
	c.Grants = nil
	for i := range r.Grants {
		if r.Grants[i].Scope != Firm {
			c.Grants = append(c.Grants, r.Grants[i])
		}
	}
	return &c
}

// Held returns the profiles that the user holds somewhere at an instant.
func (r *Rights) Held(at int64) map[int64]bool {
	held := map[int64]bool{}
	for i := range r.Grants {
		if r.Grants[i].Has(at) {
			held[r.Grants[i].Profile.ID] = true
		}
	}
	return held
}

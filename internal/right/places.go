package right

import (
	"cmp"
	"slices"
	"strings"
)

// Scopes lists the firm, then each structure that exists followed by its departments.
func (p *Places) Scopes(structures []int64) []Scope {
	list := []Scope{Firm}
	for _, s := range structures {
		if len(p.Structures[s].States) == 0 {
			continue // not there yet
		}
		list = append(list, Structure(s))
		var rooms []int64
		for id, d := range p.Departments {
			if d.Structure == s {
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

// Profiles holds every profile, by id.
type Profiles map[int64]*Profile

// NewPlaces returns places of which nothing is read.
func NewPlaces() *Places {
	return &Places{Structures: map[int64]*Place{}, Departments: map[int64]*room{}, Inside: map[int64]bool{}}
}

// Base returns the place, among the user's memberships, of the one that a grant stands on: -1 for a grant at the firm, -2 where it is not there.
func (r *Rights) Base(membershipID int64) int {
	if membershipID == 0 {
		return -1
	}
	i, found := slices.BinarySearchFunc(r.Memberships, membershipID, func(m Membership, id int64) int { return cmp.Compare(m.ID, id) })
	if !found {
		return -2
	}
	return i
}

// Structures lists the structures that the user's rows name, sorted.
func (r *Rights) Structures() []int64 {
	var ids []int64
	for _, g := range r.Grants {
		ids = append(ids, g.Scope.Structure)
	}
	for _, m := range r.Memberships {
		ids = append(ids, m.Scope.Structure)
	}
	for _, p := range r.Principals {
		ids = append(ids, p.Structure)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) > 0 && ids[0] == 0 {
		ids = ids[1:]
	}
	return ids
}

// ModuleSet reads the names of modules, separated by spaces.
func ModuleSet(words string) map[string]bool {
	set := map[string]bool{}
	for m := range strings.FieldsSeq(words) {
		set[m] = true
	}
	return set
}

// Room returns a department of a structure, made where it is not there yet.
func (p *Places) Room(id, structure int64) *room {
	d := p.Departments[id]
	if d == nil {
		d = &room{Structure: structure}
		p.Departments[id] = d
	}
	return d
}

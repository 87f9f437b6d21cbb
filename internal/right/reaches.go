package right

import (
	"slices"

	"habilis/internal/period"
)

// standingOn keeps the rows that can give anything on a scope at an instant.
func (r *Rights) standingOn(scope Scope, at int64) *Rights {
	few := *r
	few.Grants, few.Principals = nil, nil
	for _, g := range r.Grants {
		if g.Has(at) && g.Scope.Covers(scope) && (g.Membership < 0 || r.Memberships[g.Membership].Has(at)) {
			few.Grants = append(few.Grants, g)
		}
	}
	for _, p := range r.Principals {
		if p.Has(at) && (scope.Structure == p.Structure) {
			few.Principals = append(few.Principals, p)
		}
	}
	return &few
}

// Reaches holds how far each permission reaches.
type Reaches [PermissionCount]Reach

// ReachesOn returns how far each permission reaches on a scope at an instant. What is the firm's alone reaches nowhere below it.
func (r *Rights) ReachesOn(scope Scope, at int64) (all Reaches) {
	few := r.standingOn(scope, at)
	if len(few.Grants)+len(few.Principals) == 0 && !slices.ContainsFunc(r.Memberships, func(m Membership) bool { return m.Scope.Structure == scope.Structure }) {
		return all
	}
	for p := range PermissionCount {
		if scope == Firm || !p.AtFirm() {
			all[p] = few.ReachOf(p, scope, at)
		}
	}
	return all
}

// BoundsOn appends the instants after now at which a row begins or ends that bears on the user's rights on a scope: what a change gives or takes
// may only differ from then on, where another row gave the same before.
func (r *Rights) BoundsOn(list []int64, scope Scope, now int64) []int64 {
	add := func(s period.Span) {
		for _, t := range []int64{s.From, s.Until} {
			if t > now && t < period.Open {
				list = append(list, t)
			}
		}
	}
	for _, s := range r.States {
		add(s.Span)
	}
	for _, g := range r.Grants {
		if g.Scope == Firm || g.Scope.Structure == scope.Structure {
			add(g.Span)
			for _, c := range g.Profile.Contents {
				add(c.Span)
			}
		}
	}
	for _, m := range r.Memberships {
		if m.Scope.Structure == scope.Structure {
			add(m.Span)
		}
	}
	for _, p := range r.Principals {
		if p.Structure == scope.Structure {
			add(p.Span)
		}
	}
	if p := r.Places.Structures[scope.Structure]; p != nil {
		for _, s := range p.States {
			add(s.Span)
		}
		for _, c := range p.Ceilings {
			add(c.Span)
		}
	}
	if d := r.Places.Departments[scope.Department]; d != nil {
		for _, s := range d.States {
			add(s.Span)
		}
		for _, v := range d.Validities {
			add(v)
		}
	}
	return list
}

// ReachOf returns how far a permission reaches on a scope at an instant; the places must have been read.
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

// Administers is administrator, one grant left aside.
func (r *Rights) Administers(at, without int64) bool {
	if !r.Active(at) {
		return false
	}
	for i := range r.Grants {
		x := &r.Grants[i]
		if x.ID != without && x.Profile.Administrator() && x.Scope == Firm && x.Has(at) {
			return true
		}
	}
	return false
}

// Administrator reports whether the user is a firm administrator at an instant: holds Family 0's Administrateur at the firm (rights.md, A41).
func (r *Rights) Administrator(at int64) bool {
	return r.Active(at) && slices.ContainsFunc(r.Grants, func(x Grant) bool {
		return x.Profile.Administrator() && x.Scope == Firm && x.Has(at)
	})
}

// Instants is a set of the moments at which something may change.
type Instants map[int64]bool

// Add puts in the bounds of a period that are not past.
func (s Instants) Add(now int64, p period.Span) {
	for _, t := range []int64{p.From, p.Until} {
		if t >= now && t < period.Open {
			s[t] = true
		}
	}
}

// Sorted lists the instants, the first one first.
func (s Instants) Sorted() []int64 {
	list := make([]int64, 0, len(s))
	for t := range s {
		list = append(list, t)
	}
	slices.Sort(list)
	return list
}

// Bounds adds the instants at which a row begins or ends that bears on the user as principal manager of a structure.
func (r *Rights) Bounds(at Instants, now, structure int64) {
	for _, s := range r.States {
		at.Add(now, s.Span)
	}
	for _, m := range r.Memberships {
		if m.Scope == Structure(structure) {
			at.Add(now, m.Span)
		}
	}
	for _, p := range r.Principals {
		if p.Structure == structure {
			at.Add(now, p.Span)
		}
	}
}

// Manages reports whether the user is principal manager there, actif and attached to the whole structure.
func (r *Rights) Manages(structure, at int64) bool {
	return r.Active(at) &&
		slices.ContainsFunc(r.Principals, func(p Principal) bool { return p.Structure == structure && p.Has(at) }) &&
		slices.ContainsFunc(r.Memberships, func(m Membership) bool { return m.Scope == Structure(structure) && m.Has(at) })
}

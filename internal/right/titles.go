package right

import (
	"slices"

	"habilis/internal/period"
)

// Cut reports whether nothing but the structure's ceiling stands between the user and a permission.
func (r *Rights) Cut(p Permission, scope Scope, at int64) bool {
	if neverCut[p.Module()] || scope.Structure == 0 {
		return false
	}
	q := Question{Permission: p, Scope: scope, Owner: r.User, At: at}
	if !r.Active(at) {
		return false
	}
	for i := range r.Grants {
		if r.grantLinks(&r.Grants[i], q) == CutByCeiling {
			return true
		}
	}
	return false
}

// Titles names what the user holds on a scope at an instant: the profiles in force, by name, after PrincipalTitle for the principal manager. told is false
// to leave out what the user holds at the firm, of which outsiders learn nothing of others.
func (r *Rights) Titles(scope Scope, at int64, told bool) []string {
	list := []string{}
	for _, p := range r.Principals {
		if p.Has(at) && Structure(p.Structure).Covers(scope) && scope != Firm {
			list = append(list, PrincipalTitle)
		}
	}
	for _, g := range r.Grants {
		if g.Has(at) && g.Scope.Covers(scope) && (told || g.Scope != Firm) && !slices.Contains(list, g.Profile.Name) {
			list = append(list, g.Profile.Name)
		}
	}
	return list
}

// PrincipalTitle stands for « Gestionnaire principal » among names of profiles: the pages say it in their own language.
const PrincipalTitle = "#principal"

// Scopes lists, of one structure, the scopes that the user's rows name: the structure first.
func (r *Rights) Scopes(structure int64) []Scope {
	list := []Scope{Structure(structure)}
	add := func(s Scope) {
		if s.Structure == structure && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	for _, g := range r.Grants {
		add(g.Scope)
	}
	for _, m := range r.Memberships {
		add(m.Scope)
	}
	slices.SortFunc(list, func(a, b Scope) int { return int(a.Department - b.Department) })
	return list
}

// Named reports whether some row names the user in a structure: a membership, grant or period as principal manager begun by an instant, and
// not ended since another.
func (r *Rights) Named(structure, since, at int64) bool {
	lately := func(s period.Span, in int64) bool {
		return in == structure && s.From <= at && s.Until > since && s.Until > s.From
	}
	return slices.ContainsFunc(r.Memberships, func(m Membership) bool { return lately(m.Span, m.Scope.Structure) }) ||
		slices.ContainsFunc(r.Grants, func(g Grant) bool { return lately(g.Span, g.Scope.Structure) }) ||
		slices.ContainsFunc(r.Principals, func(p Principal) bool { return lately(p.Span, p.Structure) })
}

package oracle

import (
	"cmp"
	"slices"
	"strings"
)

// Right names what a user may be allowed to do at one concrete scope.
type Right struct {
	User, Permission string
	Scope            Scope
}

// The values of a right.
const (
	None = "none"
	Own  = "own"
	All  = "all"
)

// Line is a right that a change alters in its own place, not through the place above.
type Line struct {
	Right
	Before, After string
}

// Scopes are the firm, each structure and each department.
func (w *World) Scopes() []Scope {
	scopes := []Scope{Firm()}
	for _, s := range w.Structures {
		scopes = append(scopes, InStructure(s.ID))
	}
	for _, d := range w.Departments {
		scopes = append(scopes, InDepartment(d.ID))
	}
	return scopes
}

// Rights returns, for every user, permission and scope, none, own or all at an instant. What is asked at the firm is
// evaluated there alone.
func Rights(w *World, at int64) map[Right]string {
	rights := map[Right]string{}
	for _, u := range w.Users {
		for _, p := range w.tables().Permissions {
			for _, scope := range w.Scopes() {
				if p.Asked == "firm" && !scope.Firm {
					continue
				}
				q := Question{User: u.ID, Permission: p.Key, Scope: scope, At: at}
				rights[Right{u.ID, p.Key, scope}] = w.value(q)
			}
		}
	}
	return rights
}

func (w *World) value(q Question) string {
	if w.decide(q).Allowed {
		return All
	}
	q.Owner = q.User
	if w.decide(q).Allowed {
		return Own
	}
	return None
}

// Difference returns the sorted lines where a right's value changes at a scope otherwise than at the scope above it. The
// world is the one after: it knows every scope. A right absent from a map counts as none.
func Difference(after *World, was, is map[Right]string) []Line {
	value := func(rights map[Right]string, r Right) string { return cmp.Or(rights[r], None) }
	var lines []Line
	for r := range is {
		line := Line{r, value(was, r), value(is, r)}
		if line.Before == line.After {
			continue
		}
		if above, has := after.above(r.Scope); has {
			up := Right{r.User, r.Permission, above}
			if value(was, up) == line.Before && value(is, up) == line.After {
				continue
			}
		}
		lines = append(lines, line)
	}
	slices.SortFunc(lines, compareLines)
	return lines
}

// above is the structure of a department and the firm of a structure; the firm has none.
func (w *World) above(s Scope) (Scope, bool) {
	switch {
	case s.Department != "":
		return InStructure(w.structureOf(s)), true
	case s.Structure != "":
		return Firm(), true
	}
	return Scope{}, false
}

func compareLines(a, b Line) int {
	return cmp.Or(
		CompareIDs(a.User, b.User),
		strings.Compare(a.Permission, b.Permission),
		CompareIDs(a.Scope.Structure, b.Scope.Structure),
		CompareIDs(a.Scope.Department, b.Scope.Department),
	)
}

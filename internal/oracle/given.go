package oracle

import "slices"

// moreThanHeld returns every enforced permission that the change adds somewhere and that the actor does not hold there, in
// the table's order, and the first instant at which one is added.
func (t trial) moreThanHeld() (missing []string, first int64) {
	given := map[string]bool{}
	for _, at := range t.instants() {
		before := len(given)
		for _, g := range t.after.Grants {
			if !t.carried[g.ID] && g.Contains(at) {
				t.exceeding(g.Scope, t.reaches(t.after, g, at), t.baseline(g, at), given)
			}
			if t.entered(g.User) && g.Contains(at) {
				t.opened(g, at, given)
			}
		}
		for _, r := range t.after.Principals {
			if t.entered(r.User) && r.Contains(at) {
				t.managed(r, given)
			}
		}
		for _, s := range t.after.Structures {
			t.widened(s.ID, at, given)
		}
		if before == 0 && len(given) > 0 {
			first = at
		}
	}
	for _, p := range t.after.tables().Permissions {
		if given[p.Key] {
			missing = append(missing, p.Key)
		}
	}
	return missing, first
}

// exceeding notes the enforced permissions that reach further than they did and further than the actor's own.
func (t trial) exceeding(scope Scope, now, then map[string]int, given map[string]bool) {
	for permission, reach := range now {
		if t.after.tables().Permission(permission).Enforced && reach > then[permission] && reach > t.holds(permission, scope) {
			given[permission] = true
		}
	}
}

// reaches returns what a grant's profile contains at an instant, its boxes as ticked: 2 for all, 1 for own.
func (t trial) reaches(w *World, g Grant, at int64) map[string]int {
	found := map[string]int{}
	content := w.contentAt(g.Profile, at)
	for _, p := range w.tables().Permissions {
		for _, o := range held(offersOf(content, p.Key), g.Options) {
			reach := 1
			if o.reach == "all" {
				reach = 2
			}
			found[p.Key] = max(found[p.Key], reach)
		}
	}
	return found
}

// baseline returns what was there at an instant before the change: by the same row unless it is extended, by a row of the
// same key that the change ends and that would have lasted as long, or nothing.
func (t trial) baseline(g Grant, at int64) map[string]int {
	if old := t.before.grant(g.ID); old != nil {
		if g.Until > old.Until {
			return nil
		}
		return t.reaches(t.before, *old, at)
	}
	for _, old := range t.before.Grants {
		sameKey := old.User == g.User && old.Profile == g.Profile && old.Scope == g.Scope
		if sameKey && old.Contains(at) && g.Until <= old.Until && t.after.grant(old.ID).Until < old.Until {
			return t.reaches(t.before, old, at)
		}
	}
	return nil
}

// holds returns the reach that the actor has of a permission somewhere at the instant of the change, before it, whatever
// ceilings cut and whatever is inactive: 2 for all, 1 for own, 0 for nothing.
func (t trial) holds(permission string, scope Scope) int {
	w := *t.before
	w.Structures, w.Departments = t.after.Structures, t.after.Departments
	if t.heldFor(&w, permission, scope, "") {
		return 2
	}
	if t.heldFor(&w, permission, scope, t.c.Actor) {
		return 1
	}
	return 0
}

func (t trial) heldFor(w *World, permission string, scope Scope, owner string) bool {
	q := Question{User: t.c.Actor, Permission: permission, Scope: scope, Owner: owner, At: t.c.At}
	for _, c := range w.candidates(q) {
		aside := []string{StructureInactive, DepartmentInactive, CeilingLink}
		if !slices.ContainsFunc(c.Missing, func(link string) bool { return !slices.Contains(aside, link) }) {
			return true
		}
	}
	return false
}

// widened notes what others gain where a module is let through that was cut before: the enforced permissions of that
// module which their grants there contain, Administrateur's aside.
func (t trial) widened(structure string, at int64, given map[string]bool) {
	for _, g := range t.after.Grants {
		if !g.Contains(at) || t.after.SamePerson(g.User, t.c.Actor) || isAdministrateur(*t.after.profile(g.Profile)) {
			continue
		}
		place := g.Scope
		if g.Scope.Firm {
			place = InStructure(structure)
		} else if t.after.structureOf(g.Scope) != structure {
			continue
		}
		gained := map[string]int{}
		for permission, reach := range t.reaches(t.after, g, at) {
			module := t.after.tables().Permission(permission).Module
			if t.before.cut(structure, module, at) && !t.after.cut(structure, module, at) {
				gained[permission] = reach
			}
		}
		t.exceeding(place, gained, nil, given)
	}
}

// entered reports whether the change shows a code of an account: whatever its sign-in was, all that it holds, now and to come,
// counts as given (rights.md, A27).
func (t trial) entered(user string) bool {
	for _, write := range t.c.Change.Writes {
		if write.Table == "users" && write.Op == "set" && write.ID == user {
			if text, set := decode[map[string]any](write.Fields)["sign_in"].(string); set && text == "à activer" {
				return true
			}
		}
	}
	return false
}

// opened notes what a grant of an account whose code is shown gives. Administrateur is given by an Administrateur only.
func (t trial) opened(g Grant, at int64, given map[string]bool) {
	now := t.reaches(t.after, g, at)
	t.exceeding(g.Scope, now, nil, given)
	if isAdministrateur(*t.after.profile(g.Profile)) && !t.before.firmAdministrator(t.c.Actor, t.c.At) {
		for permission := range now {
			if t.after.tables().Permission(permission).Enforced {
				given[permission] = true
			}
		}
	}
}

// managed notes what the implied grant of a principal manager whose code is shown gives: a fixed list (rights.md, A13).
func (t trial) managed(r Principal, given map[string]bool) {
	now := map[string]int{}
	for _, p := range t.after.tables().Permissions {
		if len(offersOf(t.after.tables().Principal, p.Key)) > 0 {
			now[p.Key] = 2
		}
	}
	t.exceeding(InStructure(r.Structure), now, nil, given)
}

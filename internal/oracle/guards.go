package oracle

import "slices"

// The guards, in the order in which they are tried. A failing Need stops before the others.
const (
	GuardNeed              = "need"
	GuardRow               = "row"
	GuardFixedProfile      = "fixed_profile"
	GuardOwnRequest        = "own_request"
	GuardOwnGrant          = "own_grant"
	GuardMoreThanHeld      = "more_than_held"
	GuardAbleAdministrator = "able_administrator"
	GuardPrincipalManager  = "principal_manager"
)

// Verdict is what becomes of a change.
type Verdict struct {
	// Outcome is allowed or refused.
	Outcome string `json:"outcome"`
	// Guard is the first one that refuses, empty where the change is allowed.
	Guard string `json:"guard"`
	// Instant is the first at which the guard fails, 0 where it knows none (need, row, fixed_profile, own_request, own_grant).
	Instant int64 `json:"instant"`
	// Missing holds, for more_than_held, every permission given and not held at whatever instant, in the table's order.
	Missing []string `json:"missing"`
}

func refused(guard string) Verdict { return Verdict{Outcome: "refused", Guard: guard} }

// trial is a change tried on a copy of a world.
type trial struct {
	c             GuardCase
	before, after *World
	carried       map[string]bool
}

// Judge applies the writes of a case to a copy of the world and tries each guard at each instant. The case's own world is
// not read. Each Need is asked of the world as it is when the change begins.
func (w *World) Judge(c GuardCase) Verdict {
	for _, n := range c.Change.Need {
		if !w.Evaluate(Question{User: c.Actor, Permission: n.Permission, Scope: n.Scope, Ending: n.Ending, At: c.At}).Allowed {
			return refused(GuardNeed)
		}
	}
	t := trial{c: c, before: w, after: w.copy(), carried: map[string]bool{}}
	if !t.write() {
		return refused(GuardRow)
	}
	if t.editsFixedProfile() {
		return refused(GuardFixedProfile)
	}
	if t.decidesOnOwnRequest() {
		return refused(GuardOwnRequest)
	}
	if t.changesOwnGrant() {
		return refused(GuardOwnGrant)
	}
	if missing, instant := t.moreThanHeld(); len(missing) > 0 {
		return Verdict{Outcome: "refused", Guard: GuardMoreThanHeld, Instant: instant, Missing: missing}
	}
	for _, at := range t.instants() {
		if !t.after.hasAbleAdministrator(at) {
			return Verdict{Outcome: "refused", Guard: GuardAbleAdministrator, Instant: at}
		}
	}
	for _, at := range t.instants() {
		if !t.after.everyStructureManaged(at) {
			return Verdict{Outcome: "refused", Guard: GuardPrincipalManager, Instant: at}
		}
	}
	return Verdict{Outcome: "allowed"}
}

// instants are that of the change and every later one at which any period of the world before or after begins or ends.
func (t trial) instants() []int64 {
	instants := []int64{t.c.At}
	for _, at := range append(t.before.Boundaries(), t.after.Boundaries()...) {
		if at > t.c.At {
			instants = append(instants, at)
		}
	}
	slices.Sort(instants)
	return slices.Compact(instants)
}

func (t trial) editsFixedProfile() bool {
	for _, write := range t.c.Change.Writes {
		if write.Table == "profiles" && write.Op == "set" && isAdministrateur(*t.before.profile(write.ID)) {
			return true
		}
	}
	return false
}

func (t trial) decidesOnOwnRequest() bool {
	if t.c.Change.Decides == nil {
		return false
	}
	for _, id := range t.c.Change.Decides.Requests {
		for _, q := range t.before.Requests {
			if q.ID != id || !t.before.SamePerson(t.c.Actor, q.Requester) && !t.before.SamePerson(t.c.Actor, q.Beneficiary) {
				continue
			}
			excused := t.c.Change.Decides.Comment != "" && t.before.firmAdministrator(t.c.Actor, t.c.At) && !t.somebodyElseCould(q)
			if !excused {
				return true
			}
		}
	}
	return false
}

func (t trial) somebodyElseCould(q Request) bool {
	for _, u := range t.before.Users {
		if t.before.SamePerson(u.ID, t.c.Actor) || u.SignIn != "ouvert" {
			continue
		}
		if t.before.Evaluate(Question{User: u.ID, Permission: "request.decide", Scope: q.Scope, At: t.c.At}).Allowed {
			return true
		}
	}
	return false
}

// SamePerson reports whether two accounts are linked by same_as, in either direction and through others.
func (w *World) SamePerson(a, b string) bool {
	person := map[string]bool{a: true}
	for grown := true; grown; {
		grown = false
		for _, u := range w.Users {
			if u.SameAs != "" && person[u.ID] != person[u.SameAs] {
				person[u.ID], person[u.SameAs] = true, true
				grown = true
			}
		}
	}
	return person[b]
}

func (w *World) firmAdministrator(user string, at int64) bool {
	return w.userActive(user, at) && slices.ContainsFunc(w.Grants, func(g Grant) bool {
		return g.User == user && g.Scope.Firm && g.Contains(at) && isAdministrateur(*w.profile(g.Profile))
	})
}

func (t trial) changesOwnGrant() bool {
	if t.before.firmAdministrator(t.c.Actor, t.c.At) {
		return false
	}
	for _, g := range t.after.Grants {
		if t.carried[g.ID] || !t.after.SamePerson(g.User, t.c.Actor) {
			continue
		}
		old := t.before.grant(g.ID)
		if old == nil || g.Until > old.Until {
			return true
		}
	}
	return false
}

func (w *World) grant(id string) *Grant {
	for i := range w.Grants {
		if w.Grants[i].ID == id {
			return &w.Grants[i]
		}
	}
	return nil
}

func (w *World) hasAbleAdministrator(at int64) bool {
	for _, g := range w.Grants {
		if g.Contains(at) && g.Scope.Firm && isAdministrateur(*w.profile(g.Profile)) && w.userActive(g.User, at) && w.user(g.User).SignIn == "ouvert" {
			return true
		}
	}
	return false
}

func (w *World) everyStructureManaged(at int64) bool {
	for _, s := range w.Structures {
		if w.structureActive(s.ID, at) && !w.managed(s.ID, at) {
			return false
		}
	}
	return true
}

func (w *World) managed(structure string, at int64) bool {
	for _, r := range w.Principals {
		if r.Structure != structure || !r.Contains(at) || !w.userActive(r.User, at) {
			continue
		}
		if _, atStructure := w.attachedAt(r.User, structure, at); atStructure {
			return true
		}
	}
	return false
}

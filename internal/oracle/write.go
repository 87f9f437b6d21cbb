package oracle

import (
	"encoding/json"
	"slices"
)

// Open is the write of a row; carried where a duplication moves it.
func Open(table string, row any, carried bool) Written {
	return Written{Table: table, Op: "open", Row: must(json.Marshal(row)), Carried: carried}
}

// End is the write of another until.
func End(table, id string, until int64) Written {
	return Written{Table: table, Op: "until", ID: id, Until: until}
}

// Set is the write of whole fields: sign_in and states of users, states of structures and departments, contents of profiles.
func Set(table, id string, fields map[string]any) Written {
	return Written{Table: table, Op: "set", ID: id, Fields: must(json.Marshal(fields))}
}

func must(data []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return data
}

func decode[T any](data []byte) T {
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		panic(err)
	}
	return v
}

func (w *World) copy() *World {
	c := decode[World](must(json.Marshal(w)))
	c.Tables = w.Tables
	return &c
}

// write applies the writes one after the other and tells whether every row is one that may be written.
func (t trial) write() bool {
	for _, write := range t.c.Change.Writes {
		var ok bool
		switch write.Op {
		case "open":
			ok = t.open(write)
		case "until":
			ok = t.until(write)
		case "set":
			ok = t.set(write)
		}
		if !ok {
			return false
		}
	}
	return t.after.keysDiffer() && t.grantsLieWithin()
}

// opens reports whether a new row may have a period: nothing begins in the past.
func (t trial) opens(periods ...Period) bool {
	for _, p := range periods {
		if p.From < t.c.At || p.Until < p.From {
			return false
		}
	}
	return true
}

func (t trial) open(write Written) bool {
	w := t.after
	switch write.Table {
	case "users":
		u := decode[User](write.Row)
		w.Users = append(w.Users, u)
		return t.opens(statePeriods(u.States)...)
	case "structures":
		s := decode[Structure](write.Row)
		w.Structures = append(w.Structures, s)
		return t.opens(statePeriods(s.States)...)
	case "departments":
		d := decode[Department](write.Row)
		w.Departments = append(w.Departments, d)
		return t.opens(statePeriods(d.States)...)
	case "profiles":
		p := decode[Profile](write.Row)
		w.Profiles = append(w.Profiles, p)
		return t.opens(contentPeriods(p.Contents)...)
	case "memberships":
		m := decode[Membership](write.Row)
		covered := w.coveredByAnother(m)
		w.Memberships = append(w.Memberships, m)
		return t.opens(m.Period) && !covered
	case "grants":
		g := decode[Grant](write.Row)
		t.carried[g.ID] = write.Carried
		w.Grants = append(w.Grants, g)
		return t.opens(g.Period)
	case "principals":
		r := decode[Principal](write.Row)
		w.Principals = append(w.Principals, r)
		return t.opens(r.Period)
	case "ceilings":
		c := decode[Ceiling](write.Row)
		w.Ceilings = append(w.Ceilings, c)
		return t.opens(c.Period)
	}
	panic("oracle: open in " + write.Table)
}

func (w *World) coveredByAnother(m Membership) bool {
	if m.Scope.Department == "" || m.From == m.Until {
		return false
	}
	for _, o := range w.Memberships {
		if o.User == m.User && o.Scope == InStructure(w.structureOf(m.Scope)) && o.From < o.Until && m.Within(o.Period) {
			return true
		}
	}
	return false
}

func (t trial) until(write Written) bool {
	var p *Period
	w := t.after
	switch write.Table {
	case "memberships":
		p = &w.membership(write.ID).Period
	case "grants":
		p = &w.grant(write.ID).Period
	case "principals":
		i := slices.IndexFunc(w.Principals, func(r Principal) bool { return r.ID == write.ID })
		p = &w.Principals[i].Period
	case "ceilings":
		i := slices.IndexFunc(w.Ceilings, func(c Ceiling) bool { return c.ID == write.ID })
		p = &w.Ceilings[i].Period
	default:
		panic("oracle: until in " + write.Table)
	}
	ok := t.mayEnd(*p, write.Until)
	p.Until = write.Until
	return ok
}

// mayEnd reports whether a row may be given another until: while its own is still to come, to now or later, never before it
// begins.
func (t trial) mayEnd(p Period, until int64) bool {
	return p.Until > t.c.At && until >= t.c.At && until >= p.From
}

func (t trial) set(write Written) bool {
	fields := decode[map[string]json.RawMessage](write.Fields)
	ok := true
	if signIn, set := fields["sign_in"]; set {
		t.after.user(write.ID).SignIn = decode[string](signIn)
	}
	if data, set := fields["states"]; set {
		states := t.statesOf(write.Table, write.ID)
		next := decode[[]State](data)
		ok = t.follows(statePeriods(*states), statePeriods(next))
		*states = next
	}
	if data, set := fields["contents"]; set {
		p := t.after.profile(write.ID)
		next := decode[[]Content](data)
		ok = ok && t.follows(contentPeriods(p.Contents), contentPeriods(next))
		p.Contents = next
	}
	return ok
}

func (t trial) statesOf(table, id string) *[]State {
	switch table {
	case "users":
		return &t.after.user(id).States
	case "structures":
		return &t.after.structure(id).States
	case "departments":
		return &t.after.department(id).States
	}
	panic("oracle: states of " + table)
}

// follows reports whether one list of rows may replace another: each old one is kept or given another until that it may
// have, and the new ones begin now or later.
func (t trial) follows(old, next []Period) bool {
	if len(next) < len(old) {
		return false
	}
	for i, p := range next {
		if i >= len(old) {
			if !t.opens(p) {
				return false
			}
		} else if p.From != old[i].From || p.Until != old[i].Until && !t.mayEnd(old[i], p.Until) {
			return false
		}
	}
	return true
}

func statePeriods(states []State) []Period {
	var periods []Period
	for _, s := range states {
		periods = append(periods, s.Period)
	}
	return periods
}

func contentPeriods(contents []Content) []Period {
	var periods []Period
	for _, c := range contents {
		periods = append(periods, c.Period)
	}
	return periods
}

// keysDiffer reports whether no two rows of one key share an instant.
func (w *World) keysDiffer() bool {
	rows := map[any][]Period{}
	for _, u := range w.Users {
		rows["state "+u.ID] = statePeriods(u.States)
	}
	for _, s := range w.Structures {
		rows["state "+s.ID] = statePeriods(s.States)
	}
	for _, d := range w.Departments {
		rows["state "+d.ID] = statePeriods(d.States)
		rows["validity "+d.ID] = d.Validity
	}
	for _, p := range w.Profiles {
		rows["content "+p.ID] = contentPeriods(p.Contents)
	}
	for _, m := range w.Memberships {
		key := Membership{User: m.User, Scope: m.Scope}
		rows[key] = append(rows[key], m.Period)
	}
	for _, g := range w.Grants {
		key := [3]any{g.User, g.Profile, g.Scope}
		rows[key] = append(rows[key], g.Period)
	}
	for _, r := range w.Principals {
		rows["principal "+r.Structure] = append(rows["principal "+r.Structure], r.Period)
	}
	for _, c := range w.Ceilings {
		rows["ceiling "+c.Structure] = append(rows["ceiling "+c.Structure], c.Period)
	}
	for _, periods := range rows {
		for i, a := range periods {
			for _, b := range periods[:i] {
				if a.Overlaps(b) {
					return false
				}
			}
		}
	}
	return true
}

// grantsLieWithin reports whether no grant lies beyond its membership that did not before.
func (t trial) grantsLieWithin() bool {
	for _, g := range t.after.Grants {
		if !t.after.beyondMembership(g) {
			continue
		}
		if old := t.before.grant(g.ID); old == nil || !t.before.beyondMembership(*old) {
			return false
		}
	}
	return true
}

func (w *World) beyondMembership(g Grant) bool {
	if g.Scope.Firm || g.From == g.Until {
		return false
	}
	m := w.membership(g.Membership)
	return m == nil || m.User != g.User || !w.covers(m.Scope, g.Scope) || !g.Within(m.Period)
}

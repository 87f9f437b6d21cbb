package oracle

import (
	"fmt"
	"math/rand"
	"slices"
	"sort"
)

// Size bounds a random world. The counts of memberships, grants, principals and ceilings are of tries: a row that the
// database would refuse is dropped.
type Size struct {
	Users, Structures, Departments, Profiles  int
	Memberships, Grants, Principals, Ceilings int
	// Instants is how many instants all periods share: few make boundaries collide.
	Instants int
	// FactsOnly allows rows that the program never writes: grants beyond their membership in scope or time.
	FactsOnly bool
}

// Small is a world that a property test can afford by the thousand.
func Small() Size {
	return Size{Users: 4, Structures: 3, Departments: 4, Profiles: 4, Memberships: 12, Grants: 16, Principals: 5, Ceilings: 4, Instants: 6}
}

// Large is a world of some dozens of people.
func Large() Size {
	return Size{Users: 40, Structures: 12, Departments: 20, Profiles: 15, Memberships: 120, Grants: 240, Principals: 30, Ceilings: 20, Instants: 9}
}

// RandomBase is the instant around which random worlds live, 2026-06-15 at 10:00 UTC.
const RandomBase int64 = 1781517600000

const day = int64(24 * 60 * 60 * 1000)

type builder struct {
	r        *rand.Rand
	size     Size
	w        *World
	instants []int64
}

// Random builds a world rich in every condition: past, present, future and cancelled periods that touch, contents that
// change, own reach and boxes, ceilings, validities, inactive places, principals, accounts of one person, re-attachments.
// Without FactsOnly, ToDB accepts it.
func Random(r *rand.Rand, size Size) *World {
	b := &builder{r: r, size: size, w: &World{TimeZone: "Europe/Paris"}}
	b.pickInstants()
	b.users()
	b.places()
	b.profiles()
	for range size.Memberships {
		b.membership()
	}
	for range size.Principals {
		b.principal()
	}
	for range size.Grants {
		b.grant()
	}
	for range size.Ceilings {
		b.ceiling()
	}
	return b.w
}

// pickInstants takes instants around RandomBase, itself among them, some of them one millisecond apart.
func (b *builder) pickInstants() {
	set := map[int64]bool{RandomBase: true}
	for len(set) < max(b.size.Instants, 3) {
		at := RandomBase + int64(b.r.Intn(9)-4)*30*day
		if b.r.Intn(5) == 0 {
			at++
		}
		set[at] = true
	}
	for at := range set {
		b.instants = append(b.instants, at)
	}
	slices.Sort(b.instants)
}

func (b *builder) chance(percent int) bool { return b.r.Intn(100) < percent }

// period is any period within another: open-ended often, cancelled sometimes.
func (b *builder) period(within Period) Period {
	ends := []int64{within.From, within.Until}
	for _, at := range b.instants {
		if within.From < at && at < within.Until {
			ends = append(ends, at)
		}
	}
	slices.Sort(ends)
	from := ends[b.r.Intn(len(ends))]
	if from == OpenEnd || b.chance(35) {
		from = within.From
	}
	if b.chance(6) {
		return Period{from, from}
	}
	if b.chance(50) {
		return Period{from, within.Until}
	}
	until := ends[b.r.Intn(len(ends))]
	return Period{from, max(from, until)}
}

func (b *builder) always() Period { return Period{b.instants[0], OpenEnd} }

// tiles cuts the whole of time into periods that touch, now and then with a gap, a late start or an end.
func (b *builder) tiles(gaps int) []Period {
	var cuts []int64
	for _, at := range b.instants {
		if b.chance(25) {
			cuts = append(cuts, at)
		}
	}
	if len(cuts) == 0 || b.chance(70) {
		cuts = append([]int64{b.instants[0] - day}, cuts...)
	}
	cuts = append(cuts, OpenEnd)
	var periods []Period
	for i := range len(cuts) - 1 {
		if !b.chance(gaps) {
			periods = append(periods, Period{cuts[i], cuts[i+1]})
		}
		if b.chance(8) {
			periods = append(periods, Period{cuts[i], cuts[i]})
		}
	}
	return periods
}

func (b *builder) states(usual, other string) []State {
	var states []State
	for _, p := range b.tiles(4) {
		s := State{usual, p}
		if b.chance(25) {
			s.State = other
		}
		states = append(states, s)
	}
	return states
}

func (b *builder) users() {
	kinds := []string{"interne", "interne", "externe", "technique"}
	signs := []string{"ouvert", "ouvert", "ouvert", "aucun", "à activer", "verrouillé"}
	for i := range b.size.Users {
		u := User{ID: fmt.Sprintf("u%d", i+1), Kind: kinds[b.r.Intn(len(kinds))], SignIn: signs[b.r.Intn(len(signs))], States: b.states("actif", "désactivé")}
		if i > 0 && b.chance(20) {
			u.SameAs = fmt.Sprintf("u%d", b.r.Intn(i)+1)
		}
		b.w.Users = append(b.w.Users, u)
	}
}

func (b *builder) places() {
	for i := range b.size.Structures {
		b.w.Structures = append(b.w.Structures, Structure{ID: fmt.Sprintf("s%d", i+1), States: b.states("active", "inactive")})
	}
	for i := range b.size.Departments {
		d := Department{ID: fmt.Sprintf("d%d", i+1), Structure: b.anyStructure(), States: b.states("active", "inactive")}
		for len(d.Validity) == 0 {
			d.Validity = b.tiles(20)
		}
		b.w.Departments = append(b.w.Departments, d)
	}
}

func (b *builder) anyUser() string      { return b.w.Users[b.r.Intn(len(b.w.Users))].ID }
func (b *builder) anyStructure() string { return b.w.Structures[b.r.Intn(len(b.w.Structures))].ID }

// anyDepartment is a department of a structure, empty where it has none.
func (b *builder) anyDepartment(structure string) string {
	var ids []string
	for _, d := range b.w.Departments {
		if d.Structure == structure {
			ids = append(ids, d.ID)
		}
	}
	if len(ids) == 0 {
		return ""
	}
	return ids[b.r.Intn(len(ids))]
}

func (b *builder) profiles() {
	administrateur, _ := Standard().Preset("habilis", "Administrateur")
	b.w.Profiles = append(b.w.Profiles, Profile{
		ID: "p1", Family: "habilis", Key: "Administrateur", Name: "Administrateur",
		Contents: []Content{{administrateur, Period{b.instants[0] - day, OpenEnd}}},
	})
	for i := 1; i < b.size.Profiles; i++ {
		p := Profile{ID: fmt.Sprintf("p%d", i+1), Family: "maison", Key: fmt.Sprintf("p%d", i+1), Name: fmt.Sprintf("Profil %c", 'A'+b.r.Intn(6))}
		for _, period := range b.tiles(6) {
			p.Contents = append(p.Contents, Content{b.content(), period})
		}
		b.w.Profiles = append(b.w.Profiles, p)
	}
}

// content is a ready-made one or a handful of permissions, the rare values as likely as the usual.
func (b *builder) content() map[string]string {
	if b.chance(20) {
		family := Families[b.r.Intn(len(Families))]
		keys := Standard().Profiles(family)
		values, _ := Standard().Preset(family, keys[b.r.Intn(len(keys))])
		return values
	}
	values := map[string]string{}
	for range b.r.Intn(12) {
		values[b.anyPermission().Key] = []string{"all", "all", "own", "option", "option-own"}[b.r.Intn(5)]
	}
	return values
}

// anyPermission takes those of which the rules say most more often than the others.
func (b *builder) anyPermission() Permission { return anyPermission(b.r) }

func anyPermission(r *rand.Rand) Permission {
	telling := []string{
		"structure.view", "structure.create", "structure.edit", "structure.activate", "principal.transfer", "department.view", "department.edit",
		"bank.view", "bank.reveal", "bank.edit", "user.view", "user.edit", "user.create_external", "membership.edit", "grant.edit", "request.decide",
		"document.view", "document.process", "document.approve", "archive.view", "figures.view", "expense.create", "firm.admin", "site.manage", "journal.view",
	}
	if r.Intn(3) > 0 {
		return Standard().Permission(telling[r.Intn(len(telling))])
	}
	return Standard().Permissions[r.Intn(len(Standard().Permissions))]
}

func (b *builder) membership() {
	m := Membership{ID: fmt.Sprintf("m%d", len(b.w.Memberships)+1), User: b.anyUser(), Scope: InStructure(b.anyStructure()), Period: b.period(b.always())}
	if d := b.anyDepartment(m.Scope.Structure); d != "" && b.chance(45) {
		m.Scope = InDepartment(d)
	}
	for _, o := range b.w.Memberships {
		if o.User != m.User {
			continue
		}
		if o.Scope == m.Scope && o.Overlaps(m.Period) {
			return
		}
		coveredBy := m.Scope.Department != "" && o.Scope == InStructure(b.w.structureOf(m.Scope)) && o.From < o.Until && m.From < m.Until
		if coveredBy && m.Within(o.Period) {
			return
		}
	}
	b.w.Memberships = append(b.w.Memberships, m)
}

func (b *builder) grant() {
	g := Grant{ID: fmt.Sprintf("g%d", len(b.w.Grants)+1), Profile: b.w.Profiles[b.r.Intn(len(b.w.Profiles))].ID}
	if len(b.w.Memberships) == 0 || b.chance(20) {
		g.User, g.Scope, g.Period = b.anyUser(), Firm(), b.period(b.always())
	} else {
		m := b.w.Memberships[b.r.Intn(len(b.w.Memberships))]
		g.User, g.Scope, g.Membership, g.Period = m.User, m.Scope, m.ID, b.period(m.Period)
		if d := b.anyDepartment(m.Scope.Structure); d != "" && b.chance(35) {
			g.Scope = InDepartment(d)
		}
		if b.size.FactsOnly && b.chance(30) {
			g.Period = b.period(b.always())
		}
		if b.size.FactsOnly && b.chance(30) {
			g.Scope = InStructure(b.w.structureOf(m.Scope))
		}
	}
	g.Options = b.options(g.Profile)
	for _, o := range b.w.Grants {
		if o.User == g.User && o.Profile == g.Profile && o.Scope == g.Scope && o.Overlaps(g.Period) {
			return
		}
	}
	b.w.Grants = append(b.w.Grants, g)
}

// options ticks about half of the boxes that the profile ever offers, and rarely one that it never does.
func (b *builder) options(profile string) []string {
	offered := map[string]bool{}
	for _, c := range b.w.profile(profile).Contents {
		for permission, value := range c.Permissions {
			if value == "option" || value == "option-own" {
				offered[permission] = true
			}
		}
	}
	if b.chance(8) {
		offered[b.anyPermission().Key] = true
	}
	var keys []string
	for k := range offered {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	ticked := []string{}
	for _, k := range keys {
		if b.chance(50) {
			ticked = append(ticked, k)
		}
	}
	return ticked
}

// principal is as often as not someone attached to the structure, for as long as they are.
func (b *builder) principal() {
	r := Principal{ID: fmt.Sprintf("r%d", len(b.w.Principals)+1), User: b.anyUser(), Structure: b.anyStructure(), Period: b.period(b.always())}
	if len(b.w.Memberships) > 0 && b.chance(80) {
		m := b.w.Memberships[b.r.Intn(len(b.w.Memberships))]
		r.User, r.Structure, r.Period = m.User, b.w.structureOf(m.Scope), b.period(m.Period)
	}
	for _, o := range b.w.Principals {
		if o.Structure == r.Structure && o.Overlaps(r.Period) {
			return
		}
	}
	b.w.Principals = append(b.w.Principals, r)
}

func (b *builder) ceiling() {
	c := Ceiling{ID: fmt.Sprintf("c%d", len(b.w.Ceilings)+1), Structure: b.anyStructure(), Modules: []string{}, Period: b.period(b.always())}
	for _, module := range []string{"documents", "archive", "figures", "payments", "expenses", "accounting", "connections", "public_invoicing"} {
		if b.chance(40) {
			c.Modules = append(c.Modules, module)
		}
	}
	for _, o := range b.w.Ceilings {
		if o.Structure == c.Structure && o.Overlaps(c.Period) {
			return
		}
	}
	b.w.Ceilings = append(b.w.Ceilings, c)
}

// Boundaries returns every instant at which some period of the world begins or ends, sorted, the open end left out.
func (w *World) Boundaries() []int64 {
	set := map[int64]bool{}
	for _, p := range w.periods() {
		set[p.From] = true
		set[p.Until] = true
	}
	delete(set, OpenEnd)
	var instants []int64
	for at := range set {
		instants = append(instants, at)
	}
	slices.Sort(instants)
	return instants
}

func (w *World) periods() []Period {
	var all []Period
	for _, u := range w.Users {
		for _, s := range u.States {
			all = append(all, s.Period)
		}
	}
	for _, s := range w.Structures {
		for _, state := range s.States {
			all = append(all, state.Period)
		}
	}
	for _, d := range w.Departments {
		for _, s := range d.States {
			all = append(all, s.Period)
		}
		all = append(all, d.Validity...)
	}
	for _, p := range w.Profiles {
		for _, c := range p.Contents {
			all = append(all, c.Period)
		}
	}
	for _, m := range w.Memberships {
		all = append(all, m.Period)
	}
	for _, g := range w.Grants {
		all = append(all, g.Period)
	}
	for _, r := range w.Principals {
		all = append(all, r.Period)
	}
	for _, c := range w.Ceilings {
		all = append(all, c.Period)
	}
	return all
}

// RandomQuestions asks n questions of a world, at its boundaries and one millisecond on either side, half of them about
// something that a grant was given for. What is asked at the firm is asked there only.
func RandomQuestions(r *rand.Rand, w *World, n int) []Question {
	instants := w.Boundaries()
	var questions []Question
	for range n {
		p := anyPermission(r)
		q := Question{User: w.Users[r.Intn(len(w.Users))].ID, Permission: p.Key, Scope: anyScope(r, w, p), Ending: r.Intn(4) == 0}
		if len(w.Grants) > 0 && r.Intn(2) == 0 {
			aim(r, w, &q)
		}
		q.At = instants[r.Intn(len(instants))] + int64(r.Intn(3)-1)
		switch r.Intn(3) {
		case 0:
			q.Owner = q.User
		case 1:
			q.Owner = w.Users[r.Intn(len(w.Users))].ID
		}
		questions = append(questions, q)
	}
	return questions
}

// aim asks of a grant's user something its profile states or implies, at the firm, in its structure or in one of its
// departments.
func aim(r *rand.Rand, w *World, q *Question) {
	g := w.Grants[r.Intn(len(w.Grants))]
	q.User = g.User
	contents := w.profile(g.Profile).Contents
	if len(contents) == 0 {
		return
	}
	values := contents[r.Intn(len(contents))].Permissions
	var offered []Permission
	for _, p := range w.tables().Permissions {
		if len(offersOf(values, p.Key)) > 0 {
			offered = append(offered, p)
		}
	}
	if len(offered) == 0 {
		return
	}
	p := offered[r.Intn(len(offered))]
	q.Permission, q.Scope = p.Key, g.Scope
	if p.Asked == "firm" {
		q.Scope = Firm()
		return
	}
	for _, d := range w.Departments {
		if d.Structure == g.Scope.Structure && r.Intn(4) == 0 {
			q.Scope = InDepartment(d.ID)
		}
	}
	if g.Scope.Firm || r.Intn(6) == 0 {
		q.Scope = anyScope(r, w, p)
	}
}

func anyScope(r *rand.Rand, w *World, p Permission) Scope {
	kind := r.Intn(10)
	switch {
	case p.Asked == "firm" || kind == 0:
		return Firm()
	case kind <= 2 || p.Asked == "anywhere" && kind <= 6:
		return Anywhere()
	case kind <= 6 || len(w.Departments) == 0:
		return InStructure(w.Structures[r.Intn(len(w.Structures))].ID)
	}
	return InDepartment(w.Departments[r.Intn(len(w.Departments))].ID)
}

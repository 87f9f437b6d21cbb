package access

import (
	"fmt"
	"slices"
	"strings"

	"habilis/db/sqlc"
	"habilis/internal/period"
)

// lack collects what an actor gives without holding it, by instant.
type lack map[int64]*Set

func (l lack) add(at int64, p Permission) {
	if l[at] == nil {
		l[at] = &Set{}
	}
	l[at].Add(p)
}

// moreThanHeld: one gives on a scope only the enforced permissions that one holds there, with grants, boxes, profile edits, copies and
// ceilings alike. What is given is read at each instant within the grant, what is held at the instant of the change (A16 to A19).
func (g *judge) moreThanHeld() (*Violation, error) {
	if !g.some(grants, contents, ceilings, signIns) {
		return nil, nil
	}
	profiles, err := LoadProfiles(g.ctx, g.tx)
	if err != nil {
		return nil, err
	}
	missing := lack{}
	if err := g.givenByGrants(profiles, missing); err != nil {
		return nil, err
	}
	if err := g.givenByEdits(profiles, missing); err != nil {
		return nil, err
	}
	if err := g.givenByCeilings(profiles, missing); err != nil {
		return nil, err
	}
	if v, err := g.givenByCodes(missing); v != nil || err != nil {
		return v, err
	}
	return missing.violation(), nil
}

func (l lack) violation() *Violation {
	if len(l) == 0 {
		return nil
	}
	v := &Violation{Guard: "more_than_held", Instant: period.Open}
	var all Set
	for at, s := range l {
		v.Instant = min(v.Instant, at)
		all[0], all[1] = all[0]|s[0], all[1]|s[1]
	}
	for p := range permissionCount {
		if all.Has(p) {
			v.Missing = append(v.Missing, p)
		}
	}
	return v
}

// holds tells whether one of these facts gives the permission on the scope with that reach, ceilings and inactivity aside (A18).
func (g *judge) holds(facts []*Rights, p Permission, scope Scope, reach Reach) bool {
	q := Question{Permission: p, Scope: scope, At: g.tx.At, lenient: true}
	if reach == Own {
		q.Owner = g.actor.User
	}
	return slices.ContainsFunc(facts, func(r *Rights) bool { return r.Allowed(q) })
}

// givenByGrants: what is ended or shortened gives nothing.
func (g *judge) givenByGrants(profiles Profiles, missing lack) error {
	given := slices.DeleteFunc(slices.Clone(g.list), func(w write) bool {
		return w.kind != grants || w.carried || !w.opened && w.until <= w.was
	})
	if len(given) == 0 {
		return nil
	}
	after, err := Load(g.ctx, g.tx, g.actor.User)
	if err != nil {
		return err
	}
	for _, w := range given {
		g.givenByGrant(w, profiles[w.profile], []*Rights{g.actor.Rights, after}, missing)
	}
	return nil
}

func (g *judge) givenByGrant(w write, p *Profile, facts []*Rights, missing lack) {
	within := period.Span{From: max(w.from, g.tx.At), Until: w.until}
	before := g.replaced(w)
	at := instants{within.From: true}
	for i := range p.contents {
		at.add(within.From, p.contents[i].Span)
	}
	for t := range at {
		if !within.Has(t) {
			continue
		}
		c := p.Content(t)
		for q := range permissionCount {
			given := c.Gives(q, w.ticked)
			if !q.Enforced() || before != nil && c.Gives(q, before.ticked) >= given {
				continue
			}
			if given != NoReach && !g.holds(facts, q, w.scope, given) {
				missing.add(t, q)
			}
		}
	}
}

// replaced gives the row of the same key that this one replaces, ending no later than it did: then only the difference is given.
func (g *judge) replaced(w write) *write {
	if !w.opened {
		return nil
	}
	for i := range g.list {
		o := &g.list[i]
		if o.kind == grants && !o.opened && o.user == w.user && o.profile == w.profile && o.scope == w.scope && o.until <= w.from && o.was >= w.until {
			return o
		}
	}
	return nil
}

// givenByEdits: a profile edit counts, for what it adds, on each scope where the profile is held now or later.
func (g *judge) givenByEdits(profiles Profiles, missing lack) error {
	var edited []int64
	for _, w := range g.list {
		if w.kind == contents {
			edited = append(edited, w.profile)
		}
	}
	slices.Sort(edited)
	for _, id := range slices.Compact(edited) {
		holders, err := g.tx.HoldersOfProfile(g.ctx, id)
		if err != nil {
			return fmt.Errorf("holders: %w", err)
		}
		before := g.unedited(profiles[id])
		for _, h := range holders {
			if h.UntilAt > g.tx.At && h.UntilAt > h.FromAt {
				g.givenByEdit(profiles[id], before, h, missing)
			}
		}
	}
	return nil
}

// unedited gives the profile as it was before this transaction.
func (g *judge) unedited(p *Profile) *Profile {
	old := &Profile{ID: p.ID}
	for _, d := range p.contents {
		written := false
		for _, w := range g.list {
			if w.kind != contents || w.id != d.id {
				continue
			}
			if written = w.opened; !written {
				d.Until = w.was // of the first time that this transaction moved it
			}
			break
		}
		if !written {
			old.contents = append(old.contents, d)
		}
	}
	return old
}

func (g *judge) givenByEdit(now, before *Profile, h sqlc.Grant, missing lack) {
	within := period.Span{From: max(h.FromAt, g.tx.At), Until: h.UntilAt}
	at := instants{within.From: true}
	for _, d := range slices.Concat(now.contents, before.contents) {
		at.add(within.From, d.Span)
	}
	ticked := ParseSet(h.Options)
	for t := range at {
		if !within.Has(t) {
			continue
		}
		for p := range permissionCount {
			given := now.Content(t).Gives(p, ticked)
			if p.Enforced() && given > before.Content(t).Gives(p, ticked) && !g.holds([]*Rights{g.actor.Rights}, p, GrantScope(h), given) {
				missing.add(t, p)
			}
		}
	}
}

// givenByCeilings: widening a ceiling gives the enforced permissions of the added modules that others' grants reaching the structure
// contain, Administrateur's aside; where nobody gains, site.manage suffices (A18).
func (g *judge) givenByCeilings(profiles Profiles, missing lack) error {
	var structures []int64
	for _, w := range g.list {
		if w.kind == ceilings && !w.carried {
			structures = append(structures, w.scope.Structure)
		}
	}
	slices.Sort(structures)
	for _, s := range slices.Compact(structures) {
		rows, err := g.tx.CeilingsOfStructure(g.ctx, s)
		if err != nil {
			return fmt.Errorf("ceilings: %w", err)
		}
		reaching, err := g.tx.GrantsReaching(g.ctx, &s)
		if err != nil {
			return fmt.Errorf("grants: %w", err)
		}
		at := instants{g.tx.At: true}
		for _, r := range rows {
			at.add(g.tx.At, period.Span{From: r.FromAt, Until: r.UntilAt})
		}
		for _, h := range reaching {
			at.add(g.tx.At, period.Span{From: h.FromAt, Until: h.UntilAt})
			for i := range profiles[h.ProfileID].contents {
				at.add(g.tx.At, profiles[h.ProfileID].contents[i].Span)
			}
		}
		for t := range at {
			added := g.added(rows, t)
			for _, h := range reaching {
				mine, err := g.same(g.actor.User, h.UserID)
				if err != nil {
					return err
				}
				if !mine {
					g.givenByModules(profiles[h.ProfileID], h, s, t, added, missing)
				}
			}
		}
	}
	return nil
}

// added gives the modules that are on at an instant and were not before this transaction.
func (g *judge) added(rows []sqlc.Ceiling, at int64) map[string]bool {
	now, before := "", ""
	cutNow, cutBefore := false, false
	for _, r := range rows {
		was, opened := r.UntilAt, false
		for _, w := range g.list {
			if w.kind == ceilings && w.id == r.ID {
				if opened = w.opened; !opened {
					was = w.was // of the first time that this transaction moved it
				}
				break
			}
		}
		if (period.Span{From: r.FromAt, Until: r.UntilAt}).Has(at) {
			now, cutNow = r.Modules, true
		}
		if !opened && (period.Span{From: r.FromAt, Until: was}).Has(at) {
			before, cutBefore = r.Modules, true
		}
	}
	added := map[string]bool{}
	for _, m := range Modules() {
		isOn := !cutNow || slices.Contains(strings.Fields(now), m)
		wasOn := !cutBefore || slices.Contains(strings.Fields(before), m)
		added[m] = isOn && !wasOn
	}
	return added
}

func (g *judge) givenByModules(profile *Profile, h sqlc.Grant, structure, at int64, added map[string]bool, missing lack) {
	if profile.Administrator() || at < h.FromAt || at >= h.UntilAt {
		return
	}
	scope := GrantScope(h)
	if scope.Structure == 0 {
		scope = Structure(structure)
	}
	c, ticked := profile.Content(at), ParseSet(h.Options)
	for p := range permissionCount {
		given := c.Gives(p, ticked)
		if p.Enforced() && added[p.Module()] && given != NoReach && !g.holds([]*Rights{g.actor.Rights}, p, scope, given) {
			missing.add(at, p)
		}
	}
}

package guard

import (
	"fmt"
	"slices"
	"strings"

	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/ledger"
	"habilis/internal/period"
	"habilis/internal/right"
)

// lack collects what an actor gives without holding it, by instant.
type lack map[int64]*right.Set

func (l lack) add(at int64, p right.Permission) {
	if l[at] == nil {
		l[at] = &right.Set{}
	}
	l[at].Add(p)
}

// moreThanHeld: one gives on a scope only the enforced permissions that one holds there, with grants, boxes, profile edits, copies and
// ceilings alike. What is given is read at each instant within the grant, what is held at the instant of the change (A16 to A19).
func (g *judge) moreThanHeld() (*Violation, error) {
	if !g.some(ledger.Grants, ledger.Contents, ledger.Ceilings, ledger.SignIns) {
		return nil, nil
	}
	profiles, err := access.LoadProfiles(g.ctx, g.tx)
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
	var all right.Set
	for at, s := range l {
		v.Instant = min(v.Instant, at)
		all[0], all[1] = all[0]|s[0], all[1]|s[1]
	}
	for p := range right.PermissionCount {
		if all.Has(p) {
			v.Missing = append(v.Missing, p)
		}
	}
	return v
}

// holds reports whether one of these facts gives the permission on the scope with that reach, ceilings and inactivity aside (A18).
func (g *judge) holds(facts []*right.Rights, p right.Permission, scope right.Scope, reach right.Reach) bool {
	q := right.Question{Permission: p, Scope: scope, At: g.tx.At, Lenient: true}
	if reach == right.Own {
		q.Owner = g.actor.User
	}
	return slices.ContainsFunc(facts, func(r *right.Rights) bool { return r.Allowed(q) })
}

// givenByGrants: what is ended or shortened gives nothing.
func (g *judge) givenByGrants(profiles right.Profiles, missing lack) error {
	given := slices.DeleteFunc(slices.Clone(g.list), func(w ledger.Write) bool {
		return w.Kind != ledger.Grants || w.Carried || !w.Opened && w.Until <= w.Was
	})
	if len(given) == 0 {
		return nil
	}
	after, err := access.Load(g.ctx, g.tx, g.actor.User)
	if err != nil {
		return err
	}
	for _, w := range given {
		g.givenByGrant(w, profiles[w.Profile], []*right.Rights{g.actor.Rights, after}, missing)
	}
	return nil
}

func (g *judge) givenByGrant(w ledger.Write, p *right.Profile, facts []*right.Rights, missing lack) {
	within := period.Span{From: max(w.From, g.tx.At), Until: w.Until}
	before := g.replaced(w)
	at := right.Instants{within.From: true}
	for i := range p.Contents {
		at.Add(within.From, p.Contents[i].Span)
	}
	for t := range at {
		if !within.Has(t) {
			continue
		}
		c := p.Content(t)
		for q := range right.PermissionCount {
			given := c.Gives(q, w.Ticked)
			if !q.Enforced() || before != nil && c.Gives(q, before.Ticked) >= given {
				continue
			}
			if given != right.NoReach && !g.holds(facts, q, w.Scope, given) {
				missing.add(t, q)
			}
		}
	}
}

// replaced returns the row of the same key that this one replaces, ending no later than it did: then only the difference is given.
func (g *judge) replaced(w ledger.Write) *ledger.Write {
	if !w.Opened {
		return nil
	}
	for i := range g.list {
		o := &g.list[i]
		if o.Kind == ledger.Grants && !o.Opened && o.User == w.User && o.Profile == w.Profile && o.Scope == w.Scope && o.Until <= w.From && o.Was >= w.Until {
			return o
		}
	}
	return nil
}

// givenByEdits: a profile edit counts, for what it adds, on each scope where the profile is held now or later.
func (g *judge) givenByEdits(profiles right.Profiles, missing lack) error {
	var edited []int64
	for _, w := range g.list {
		if w.Kind == ledger.Contents {
			edited = append(edited, w.Profile)
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

// unedited returns the profile as it was before this transaction.
func (g *judge) unedited(p *right.Profile) *right.Profile {
	old := &right.Profile{ID: p.ID}
	for _, d := range p.Contents {
		written := false
		for _, w := range g.list {
			if w.Kind != ledger.Contents || w.ID != d.ID {
				continue
			}
			if written = w.Opened; !written {
				d.Until = w.Was // of the first time that this transaction moved it
			}
			break
		}
		if !written {
			old.Contents = append(old.Contents, d)
		}
	}
	return old
}

func (g *judge) givenByEdit(now, before *right.Profile, h sqlc.Grant, missing lack) {
	within := period.Span{From: max(h.FromAt, g.tx.At), Until: h.UntilAt}
	at := right.Instants{within.From: true}
	for _, d := range slices.Concat(now.Contents, before.Contents) {
		at.Add(within.From, d.Span)
	}
	ticked := right.ParseSet(h.Options)
	for t := range at {
		if !within.Has(t) {
			continue
		}
		for p := range right.PermissionCount {
			given := now.Content(t).Gives(p, ticked)
			if p.Enforced() && given > before.Content(t).Gives(p, ticked) && !g.holds([]*right.Rights{g.actor.Rights}, p, ledger.GrantScope(h), given) {
				missing.add(t, p)
			}
		}
	}
}

// givenByCeilings: widening a ceiling gives the enforced permissions of the added modules that others' grants reaching the structure
// contain, Administrateur's aside; where nobody gains, site.manage suffices (A18).
func (g *judge) givenByCeilings(profiles right.Profiles, missing lack) error {
	var structures []int64
	for _, w := range g.list {
		if w.Kind == ledger.Ceilings && !w.Carried {
			structures = append(structures, w.Scope.Structure)
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
		at := right.Instants{g.tx.At: true}
		for _, r := range rows {
			at.Add(g.tx.At, period.Span{From: r.FromAt, Until: r.UntilAt})
		}
		for _, h := range reaching {
			at.Add(g.tx.At, period.Span{From: h.FromAt, Until: h.UntilAt})
			for i := range profiles[h.ProfileID].Contents {
				at.Add(g.tx.At, profiles[h.ProfileID].Contents[i].Span)
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

// added returns the modules that are on at an instant and were not before this transaction.
func (g *judge) added(rows []sqlc.Ceiling, at int64) map[string]bool {
	now, before := "", ""
	cutNow, cutBefore := false, false
	for _, r := range rows {
		was, opened := r.UntilAt, false
		for _, w := range g.list {
			if w.Kind == ledger.Ceilings && w.ID == r.ID {
				if opened = w.Opened; !opened {
					was = w.Was // of the first time that this transaction moved it
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
	for _, m := range right.Modules() {
		isOn := !cutNow || slices.Contains(strings.Fields(now), m)
		wasOn := !cutBefore || slices.Contains(strings.Fields(before), m)
		added[m] = isOn && !wasOn
	}
	return added
}

func (g *judge) givenByModules(profile *right.Profile, h sqlc.Grant, structure, at int64, added map[string]bool, missing lack) {
	if profile.Administrator() || at < h.FromAt || at >= h.UntilAt {
		return
	}
	scope := ledger.GrantScope(h)
	if scope.Structure == 0 {
		scope = right.Structure(structure)
	}
	c, ticked := profile.Content(at), right.ParseSet(h.Options)
	for p := range right.PermissionCount {
		given := c.Gives(p, ticked)
		if p.Enforced() && added[p.Module()] && given != right.NoReach && !g.holds([]*right.Rights{g.actor.Rights}, p, scope, given) {
			missing.add(at, p)
		}
	}
}

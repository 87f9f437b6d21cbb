package access

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/fault"
	"habilis/internal/fold"
	"habilis/internal/period"
)

// Violation is a guard that stands against a change: which one, the first instant at which it fails, and what it is about.
type Violation struct {
	Guard     string
	Instant   int64
	Structure int64
	User      int64
	Missing   []Permission
}

func (v *Violation) fault() error {
	names := make([]string, len(v.Missing))
	for i, p := range v.Missing {
		names[i] = p.String()
	}
	return fault.New(fault.Refused, "guard."+v.Guard,
		"instant", strconv.FormatInt(v.Instant, 10), "structure", strconv.FormatInt(v.Structure, 10),
		"user", strconv.FormatInt(v.User, 10), "missing", strings.Join(names, " "))
}

// Guard refuses a change that leaves what may never be. It is called once, after the last Apply of a change, before the commit;
// actor holds the facts as they were before the first Apply.
func Guard(ctx context.Context, tx *db.Tx, actor *Actor) error {
	v, err := Judge(ctx, tx, actor)
	if err != nil {
		return err
	}
	if v != nil {
		return v.fault()
	}
	return nil
}

// Judge gives the first guard that stands against what this transaction wrote, or nil.
func Judge(ctx context.Context, tx *db.Tx, actor *Actor) (*Violation, error) {
	list := writes(tx)
	if len(list) == 0 {
		return nil, nil
	}
	g := &judge{ctx: ctx, tx: tx, actor: actor, list: list}
	for _, check := range []func() (*Violation, error){
		g.fixedProfile, g.ownRequest, g.ownGrant, g.moreThanHeld, g.ableAdministrator, g.principalManager,
	} {
		if v, err := check(); v != nil || err != nil {
			return v, err
		}
	}
	return nil, nil
}

type judge struct {
	ctx   context.Context
	tx    *db.Tx
	actor *Actor
	list  []write
	links []sqlc.PeopleLinksRow
	asked bool
}

func (g *judge) some(kinds ...kind) bool {
	return slices.ContainsFunc(g.list, func(w write) bool { return slices.Contains(kinds, w.kind) })
}

// fixedProfile: Family 0's Administrateur has a fixed content.
func (g *judge) fixedProfile() (*Violation, error) {
	if !g.some(contents) {
		return nil, nil
	}
	profiles, err := LoadProfiles(g.ctx, g.tx)
	if err != nil {
		return nil, err
	}
	for _, w := range g.list {
		if w.kind == contents && profiles[w.profile].Fixed {
			return &Violation{Guard: "fixed_profile", Instant: g.tx.At}, nil
		}
	}
	return nil, nil
}

// person gives the first account of the person behind a user: accounts linked by same_as, whichever points to which.
func (g *judge) person(user int64) (int64, error) {
	if !g.asked {
		links, err := g.tx.PeopleLinks(g.ctx)
		if err != nil {
			return 0, fmt.Errorf("same persons: %w", err)
		}
		g.links, g.asked = links, true
	}
	known := map[int64]bool{user: true}
	for grew := true; grew; {
		grew = false
		for _, l := range g.links {
			if a, b := l.ID, value(l.SameAs); known[a] != known[b] {
				known[a], known[b], grew = true, true, true
			}
		}
	}
	first := user
	for id := range known {
		first = min(first, id)
	}
	return first, nil
}

func (g *judge) same(a, b int64) (bool, error) {
	if a == b {
		return true, nil
	}
	pa, err := g.person(a)
	if err != nil {
		return false, err
	}
	pb, err := g.person(b)
	return pa == pb, err
}

// administrator tells whether a user holds Administrateur at the firm at an instant.
func administrator(r *Rights, at int64) bool {
	return r.Active(at) && slices.ContainsFunc(r.grants, func(x grant) bool {
		return x.profile.Administrator() && x.scope == Firm && x.Has(at)
	})
}

// Administrator tells whether the user is a firm administrator at an instant: holds Family 0's Administrateur at the firm (rights.md, A41).
func (r *Rights) Administrator(at int64) bool { return administrator(r, at) }

// ownRequest: nobody decides on a request of which he, as a person, is the requester or beneficiary. Where nobody else
// could, a firm administrator may, with a comment (rights.md, A20).
func (g *judge) ownRequest() (*Violation, error) {
	for _, w := range g.list {
		if w.kind != decisions {
			continue
		}
		mine, err := g.same(g.actor.User, w.requester)
		if err != nil {
			return nil, err
		}
		also, err := g.same(g.actor.User, w.beneficiary)
		if err != nil {
			return nil, err
		}
		if !mine && !also {
			continue
		}
		alone, err := g.alone(w.scope)
		if err != nil {
			return nil, err
		}
		if !alone || !fold.Visible(w.comment) || !administrator(g.actor.Rights, g.tx.At) {
			return &Violation{Guard: "own_request", Instant: g.tx.At, User: g.actor.User}, nil
		}
	}
	return nil, nil
}

// alone tells whether no other person, actif and with an open sign-in, holds request.decide on the scope.
func (g *judge) alone(scope Scope) (bool, error) {
	all, err := LoadStructure(g.ctx, g.tx, scope)
	if err != nil {
		return false, err
	}
	var deciders []int64
	for id, r := range all {
		if r.Allowed(Question{Permission: RequestDecide, Scope: scope, At: g.tx.At}) {
			deciders = append(deciders, id)
		}
	}
	open, err := g.open(deciders)
	if err != nil {
		return false, err
	}
	for _, id := range open {
		if mine, err := g.same(g.actor.User, id); err != nil || !mine {
			return false, err
		}
	}
	return true, nil
}

func (g *judge) open(users []int64) ([]int64, error) {
	rows, err := g.tx.SignInsOf(g.ctx, List(users))
	if err != nil {
		return nil, fmt.Errorf("sign-ins: %w", err)
	}
	var open []int64
	for _, r := range rows {
		if r.SignIn == "open" {
			open = append(open, r.ID)
		}
	}
	return open, nil
}

// ownGrant: only a firm administrator gives himself a grant, changes or extends his own; giving one up is free (A22).
func (g *judge) ownGrant() (*Violation, error) {
	if administrator(g.actor.Rights, g.tx.At) {
		return nil, nil
	}
	for _, w := range g.list {
		if w.kind != grants || w.carried || !w.opened && w.until <= w.was {
			continue
		}
		mine, err := g.same(g.actor.User, w.user)
		if err != nil {
			return nil, err
		}
		if mine {
			return &Violation{Guard: "own_grant", Instant: g.tx.At, User: w.user}, nil
		}
	}
	return nil, nil
}

// ableAdministrator: at every instant from now on, somebody is actif, with an open sign-in, and holds Administrateur.
func (g *judge) ableAdministrator() (*Violation, error) {
	bears := slices.ContainsFunc(g.list, func(w write) bool {
		return w.kind == userStates || w.kind == signIns || w.kind == grants && w.scope == Firm
	})
	if !bears {
		return nil, nil
	}
	rows, err := g.tx.AdministratorGrants(g.ctx)
	if err != nil {
		return nil, fmt.Errorf("administrators: %w", err)
	}
	if !g.bearsOn(rows) {
		return nil, nil
	}
	var users []int64
	for _, r := range rows {
		users = append(users, r.UserID)
	}
	able, err := g.open(users)
	if err != nil {
		return nil, err
	}
	all, err := LoadUsers(g.ctx, g.tx, able)
	if err != nil {
		return nil, err
	}
	at := instants{g.tx.At: true}
	for _, r := range rows {
		at.add(g.tx.At, period.Span{From: r.FromAt, Until: r.UntilAt})
	}
	for _, r := range all {
		for _, s := range r.states {
			at.add(g.tx.At, s.Span)
		}
	}
	for _, t := range at.sorted() {
		if !anyone(all, func(r *Rights) bool { return administrator(r, t) }) {
			return &Violation{Guard: "able_administrator", Instant: t}, nil
		}
	}
	return nil, nil
}

func (g *judge) bearsOn(rows []sqlc.Grant) bool {
	return slices.ContainsFunc(g.list, func(w write) bool {
		return slices.ContainsFunc(rows, func(r sqlc.Grant) bool {
			return w.user == r.UserID && (w.kind != grants || w.id == r.ID)
		})
	})
}

func anyone(all map[int64]*Rights, f func(r *Rights) bool) bool {
	for _, r := range all {
		if f(r) {
			return true
		}
	}
	return false
}

// instants is a set of the moments at which something may change.
type instants map[int64]bool

// add puts in the bounds of a period that are not past.
func (s instants) add(now int64, p period.Span) {
	for _, t := range []int64{p.From, p.Until} {
		if t >= now && t < period.Open {
			s[t] = true
		}
	}
}

func (s instants) sorted() []int64 {
	list := make([]int64, 0, len(s))
	for t := range s {
		list = append(list, t)
	}
	slices.Sort(list)
	return list
}

// principalManager: at every instant from now on, an active structure has a principal manager who is actif and attached to it.
func (g *judge) principalManager() (*Violation, error) {
	concerned, err := g.concerned()
	if err != nil {
		return nil, err
	}
	for _, s := range concerned {
		if v, err := g.managed(s); v != nil || err != nil {
			return v, err
		}
	}
	return nil, nil
}

func (g *judge) concerned() ([]int64, error) {
	var ids []int64
	for _, w := range g.list {
		switch w.kind {
		case structureStates, principals:
			ids = append(ids, w.scope.Structure)
		case memberships:
			manages, err := g.manages(w)
			if err != nil {
				return nil, err
			}
			if manages {
				ids = append(ids, w.scope.Structure)
			}
		case userStates:
			rows, err := g.tx.PrincipalsOfUser(g.ctx, w.user)
			if err != nil {
				return nil, fmt.Errorf("principals: %w", err)
			}
			for _, p := range rows {
				if p.UntilAt > g.tx.At {
					ids = append(ids, p.StructureID)
				}
			}
		default:
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// manages tells whether an ended membership of a whole structure is its principal manager's: anybody else's bears on no principal manager.
func (g *judge) manages(w write) (bool, error) {
	if w.opened || w.scope.Department != 0 {
		return false, nil
	}
	rows, err := g.tx.PrincipalsInStructure(g.ctx, w.scope.Structure)
	if err != nil {
		return false, fmt.Errorf("principals: %w", err)
	}
	return slices.ContainsFunc(rows, func(p sqlc.Principal) bool { return p.UserID == w.user && p.UntilAt > g.tx.At }), nil
}

func (g *judge) managed(structure int64) (*Violation, error) {
	rows, err := g.tx.PrincipalsInStructure(g.ctx, structure)
	if err != nil {
		return nil, fmt.Errorf("principals: %w", err)
	}
	var users []int64
	for _, p := range rows {
		if p.UntilAt > g.tx.At {
			users = append(users, p.UserID)
		}
	}
	memberships, err := g.tx.MembershipsInStructure(g.ctx, structure)
	if err != nil {
		return nil, fmt.Errorf("memberships: %w", err)
	}
	slices.Sort(users)
	users = slices.Compact(users)
	memberships = slices.DeleteFunc(memberships, func(m sqlc.Membership) bool { return !slices.Contains(users, m.UserID) })
	places := newPlaces()
	all, err := assemble(g.ctx, g.tx, places, users, memberships, nil, rows) // what bears on this structure alone
	if err != nil {
		return nil, err
	}
	if err := places.load(g.ctx, g.tx, []int64{structure}); err != nil {
		return nil, err
	}
	states := places.structures[structure].states
	at := instants{g.tx.At: true}
	for _, s := range states {
		at.add(g.tx.At, s.Span)
	}
	for _, r := range all {
		r.bounds(at, g.tx.At, structure)
	}
	for _, t := range at.sorted() {
		if on(states, t) && !anyone(all, func(r *Rights) bool { return r.Manages(structure, t) }) {
			return &Violation{Guard: "principal_manager", Instant: t, Structure: structure}, nil
		}
	}
	return nil, nil
}

func (r *Rights) bounds(at instants, now, structure int64) {
	for _, s := range r.states {
		at.add(now, s.Span)
	}
	for _, m := range r.memberships {
		if m.scope == Structure(structure) {
			at.add(now, m.Span)
		}
	}
	for _, p := range r.principals {
		if p.structure == structure {
			at.add(now, p.Span)
		}
	}
}

// Manages tells whether the user is principal manager there, actif and attached to the whole structure.
func (r *Rights) Manages(structure, at int64) bool {
	return r.Active(at) &&
		slices.ContainsFunc(r.principals, func(p principal) bool { return p.structure == structure && p.Has(at) }) &&
		slices.ContainsFunc(r.memberships, func(m membership) bool { return m.scope == Structure(structure) && m.Has(at) })
}

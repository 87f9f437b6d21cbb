// Package guard holds what may never be, whoever does it: a firm without an able administrator, a structure without its principal manager, a right
// given that the giver does not hold.
package guard

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/fold"
	"habilis/internal/ledger"
	"habilis/internal/period"
	"habilis/internal/right"
)

// Violation is a guard that stands against a change: which one, the first instant at which it fails, and what it is about.
type Violation struct {
	Guard     string
	Instant   int64
	Structure int64
	User      int64
	Missing   []right.Permission
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
func Guard(ctx context.Context, tx *db.Tx, actor *access.Actor) error {
	v, err := Judge(ctx, tx, actor)
	if err != nil {
		return err
	}
	if v != nil {
		return v.fault()
	}
	return nil
}

// Judge returns the first guard that stands against what this transaction wrote, or nil.
func Judge(ctx context.Context, tx *db.Tx, actor *access.Actor) (*Violation, error) {
	list := ledger.Writes(tx)
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
	actor *access.Actor
	list  []ledger.Write
	links []sqlc.PeopleLinksRow
	asked bool
}

func (g *judge) some(kinds ...ledger.Table) bool {
	return slices.ContainsFunc(g.list, func(w ledger.Write) bool { return slices.Contains(kinds, w.Kind) })
}

// fixedProfile: Family 0's Administrateur has a fixed content.
func (g *judge) fixedProfile() (*Violation, error) {
	if !g.some(ledger.Contents) {
		return nil, nil
	}
	profiles, err := access.LoadProfiles(g.ctx, g.tx)
	if err != nil {
		return nil, err
	}
	for _, w := range g.list {
		if w.Kind == ledger.Contents && profiles[w.Profile].Fixed {
			return &Violation{Guard: "fixed_profile", Instant: g.tx.At}, nil
		}
	}
	return nil, nil
}

// ownRequest: nobody decides on a request of which they, as a person, are the requester or beneficiary. Where nobody else
// could, a firm administrator may, with a comment (rights.md, A20).
func (g *judge) ownRequest() (*Violation, error) {
	for _, w := range g.list {
		if w.Kind != ledger.Decisions {
			continue
		}
		mine, err := g.same(g.actor.User, w.Requester)
		if err != nil {
			return nil, err
		}
		also, err := g.same(g.actor.User, w.Beneficiary)
		if err != nil {
			return nil, err
		}
		if !mine && !also {
			continue
		}
		alone, err := g.alone(w.Scope)
		if err != nil {
			return nil, err
		}
		if !alone || !fold.Visible(w.Comment) || !g.actor.Rights.Administrator(g.tx.At) {
			return &Violation{Guard: "own_request", Instant: g.tx.At, User: g.actor.User}, nil
		}
	}
	return nil, nil
}

// alone reports whether no other person, actif and with an open sign-in, holds request.decide on the scope.
func (g *judge) alone(scope right.Scope) (bool, error) {
	all, err := access.LoadStructure(g.ctx, g.tx, scope)
	if err != nil {
		return false, err
	}
	var deciders []int64
	for id, r := range all {
		if r.Allowed(right.Question{Permission: right.RequestDecide, Scope: scope, At: g.tx.At}) {
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
	rows, err := g.tx.SignInsOf(g.ctx, db.List(users))
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

// ownGrant: only a firm administrator gives themselves a grant, changes or extends their own; giving one up is free (A22).
func (g *judge) ownGrant() (*Violation, error) {
	if g.actor.Rights.Administrator(g.tx.At) {
		return nil, nil
	}
	for _, w := range g.list {
		if w.Kind != ledger.Grants || w.Carried || !w.Opened && w.Until <= w.Was {
			continue
		}
		mine, err := g.same(g.actor.User, w.User)
		if err != nil {
			return nil, err
		}
		if mine {
			return &Violation{Guard: "own_grant", Instant: g.tx.At, User: w.User}, nil
		}
	}
	return nil, nil
}

// ableAdministrator: at every instant from now on, somebody is actif, with an open sign-in, and holds Administrateur.
func (g *judge) ableAdministrator() (*Violation, error) {
	bears := slices.ContainsFunc(g.list, func(w ledger.Write) bool {
		return w.Kind == ledger.UserStates || w.Kind == ledger.SignIns || w.Kind == ledger.Grants && w.Scope == right.Firm
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
	all, err := access.LoadUsers(g.ctx, g.tx, able)
	if err != nil {
		return nil, err
	}
	at := right.Instants{g.tx.At: true}
	for _, r := range rows {
		at.Add(g.tx.At, period.Span{From: r.FromAt, Until: r.UntilAt})
	}
	for _, r := range all {
		for _, s := range r.States {
			at.Add(g.tx.At, s.Span)
		}
	}
	for _, t := range at.Sorted() {
		if !anyone(all, func(r *right.Rights) bool { return r.Administrator(t) }) {
			return &Violation{Guard: "able_administrator", Instant: t}, nil
		}
	}
	return nil, nil
}

func (g *judge) bearsOn(rows []sqlc.Grant) bool {
	return slices.ContainsFunc(g.list, func(w ledger.Write) bool {
		return slices.ContainsFunc(rows, func(r sqlc.Grant) bool {
			return w.User == r.UserID && (w.Kind != ledger.Grants || w.ID == r.ID)
		})
	})
}

func anyone(all map[int64]*right.Rights, f func(r *right.Rights) bool) bool {
	for _, r := range all {
		if f(r) {
			return true
		}
	}
	return false
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
		switch w.Kind {
		case ledger.StructureStates, ledger.Principals:
			ids = append(ids, w.Scope.Structure)
		case ledger.Memberships:
			manages, err := g.manages(w)
			if err != nil {
				return nil, err
			}
			if manages {
				ids = append(ids, w.Scope.Structure)
			}
		case ledger.UserStates:
			rows, err := g.tx.PrincipalsOfUser(g.ctx, w.User)
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

// manages reports whether an ended membership of a whole structure is its principal manager's: anybody else's bears on no principal manager.
func (g *judge) manages(w ledger.Write) (bool, error) {
	if w.Opened || w.Scope.Department != 0 {
		return false, nil
	}
	rows, err := g.tx.PrincipalsInStructure(g.ctx, w.Scope.Structure)
	if err != nil {
		return false, fmt.Errorf("principals: %w", err)
	}
	return slices.ContainsFunc(rows, func(p sqlc.Principal) bool { return p.UserID == w.User && p.UntilAt > g.tx.At }), nil
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
	places := right.NewPlaces()
	all, err := access.Assemble(g.ctx, g.tx, places, users, memberships, nil, rows) // what bears on this structure alone
	if err != nil {
		return nil, err
	}
	if err := access.LoadPlaces(g.ctx, g.tx, places, []int64{structure}); err != nil {
		return nil, err
	}
	states := places.Structures[structure].States
	at := right.Instants{g.tx.At: true}
	for _, s := range states {
		at.Add(g.tx.At, s.Span)
	}
	for _, r := range all {
		r.Bounds(at, g.tx.At, structure)
	}
	for _, t := range at.Sorted() {
		if right.StateAt(states, t) && !anyone(all, func(r *right.Rights) bool { return r.Manages(structure, t) }) {
			return &Violation{Guard: "principal_manager", Instant: t, Structure: structure}, nil
		}
	}
	return nil, nil
}

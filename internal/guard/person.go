package guard

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"habilis/db"
)

// SamePerson reports whether two accounts are of one person, whichever of them names the other.
func SamePerson(ctx context.Context, tx *db.Tx, a, b int64) (bool, error) {
	return (&judge{ctx: ctx, tx: tx}).same(a, b)
}

// SelfDecided returns the instants at which requests for a user were approved by the very person who had typed them in (rights.md, A37).
func SelfDecided(ctx context.Context, tx *db.Tx, user int64) (map[int64]bool, error) {
	rows, err := tx.ApprovedOf(ctx, user)
	if err != nil {
		return nil, fmt.Errorf("requests: %w", err)
	}
	g, own := &judge{ctx: ctx, tx: tx}, map[int64]bool{}
	for _, r := range rows {
		same, err := g.same(r.TypedBy, db.OrZero(r.DecidedBy))
		if err != nil {
			return nil, err
		}
		own[r.DecidedAt] = own[r.DecidedAt] || same
	}
	return own, nil
}

// AccountsOf lists the accounts of the person behind a user, that one among them, by their numbers.
func AccountsOf(ctx context.Context, tx *db.Tx, user int64) ([]int64, error) {
	return (&judge{ctx: ctx, tx: tx}).accounts(user)
}

// person returns the first account of the person behind a user.
func (g *judge) person(user int64) (int64, error) {
	all, err := g.accounts(user)
	if err != nil {
		return 0, err
	}
	return all[0], nil
}

// accounts returns the accounts of the person behind a user: those linked by same_as, whichever points to which.
func (g *judge) accounts(user int64) ([]int64, error) {
	if !g.asked {
		links, err := g.tx.PeopleLinks(g.ctx)
		if err != nil {
			return nil, fmt.Errorf("same persons: %w", err)
		}
		g.links, g.asked = links, true
	}
	known := map[int64]bool{user: true}
	for grew := true; grew; {
		grew = false
		for _, l := range g.links {
			if a, b := l.ID, db.OrZero(l.SameAs); known[a] != known[b] {
				known[a], known[b], grew = true, true, true
			}
		}
	}
	return slices.Sorted(maps.Keys(known)), nil
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

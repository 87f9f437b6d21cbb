package guard

import (
	"context"
	"fmt"

	"habilis/db"
)

// SamePerson reports whether two accounts are of one person, whichever of them names the other.
func SamePerson(ctx context.Context, tx *db.Tx, a, b int64) (bool, error) {
	return (&judge{ctx: ctx, tx: tx}).same(a, b)
}

// SelfDecided gives the instants at which requests for a user were approved by the very person who had typed them in (rights.md, A37).
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
			if a, b := l.ID, db.OrZero(l.SameAs); known[a] != known[b] {
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

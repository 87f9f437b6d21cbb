package access

import (
	"context"
	"fmt"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/period"
)

// MayExtend reports whether the guards would let the actor put off the end of a grant: a page offers what Go will take.
func MayExtend(ctx context.Context, tx *db.Tx, actor *Actor, grantID int64) (bool, error) {
	row, err := tx.GrantRow(ctx, grantID)
	if err != nil {
		return false, fmt.Errorf("grant %d: %w", grantID, err)
	}
	most := int64(period.Open)
	if row.MembershipID != nil {
		m, err := tx.MembershipRow(ctx, *row.MembershipID)
		if err != nil {
			return false, fmt.Errorf("membership %d: %w", *row.MembershipID, err)
		}
		most = m.UntilAt
	}
	if row.UntilAt >= most {
		return false, nil // nothing is later
	}
	return mayProlong(ctx, tx, actor, row)
}

// MayProlong is MayExtend whether or not the membership leaves room for it.
func MayProlong(ctx context.Context, tx *db.Tx, actor *Actor, grantID int64) (bool, error) {
	row, err := tx.GrantRow(ctx, grantID)
	if err != nil {
		return false, fmt.Errorf("grant %d: %w", grantID, err)
	}
	return mayProlong(ctx, tx, actor, row)
}

func mayProlong(ctx context.Context, tx *db.Tx, actor *Actor, row sqlc.Grant) (bool, error) {
	later := ended(row, period.Open)
	later.was = row.UntilAt
	g := &judge{ctx: ctx, tx: tx, actor: actor, list: []write{later}}
	for _, check := range []func() (*Violation, error){g.ownGrant, g.moreThanHeld} {
		if v, err := check(); v != nil || err != nil {
			return false, err
		}
	}
	return true, nil
}

// OthersAdminister reports whether the firm keeps an able administrator at every later instant without one grant of Administrateur.
func OthersAdminister(ctx context.Context, tx *db.Tx, without int64) (bool, error) {
	rows, err := tx.AdministratorGrants(ctx)
	if err != nil {
		return false, fmt.Errorf("administrators: %w", err)
	}
	g := &judge{ctx: ctx, tx: tx}
	var users []int64
	var others []sqlc.Grant
	for _, r := range rows {
		if r.ID != without {
			users, others = append(users, r.UserID), append(others, r)
		}
	}
	able, err := g.open(users)
	if err != nil {
		return false, err
	}
	all, err := LoadUsers(ctx, tx, able)
	if err != nil {
		return false, err
	}
	at := instants{tx.At: true}
	for _, r := range others {
		at.add(tx.At, period.Span{From: r.FromAt, Until: r.UntilAt})
	}
	for _, r := range all {
		for _, s := range r.states {
			at.add(tx.At, s.Span)
		}
	}
	for t := range at {
		if !anyone(all, func(r *Rights) bool { return r.administers(t, without) }) {
			return false, nil
		}
	}
	return true, nil
}

// administers is administrator, one grant left aside.
func (r *Rights) administers(at, without int64) bool {
	if !r.Active(at) {
		return false
	}
	for i := range r.grants {
		x := &r.grants[i]
		if x.id != without && x.profile.Administrator() && x.scope == Firm && x.Has(at) {
			return true
		}
	}
	return false
}

// Outsider reports whether the actor is an external user without user.view at the firm: of the firm's own people they learn what concerns their
// structures alone, neither what these hold at the firm nor when they were last here.
func Outsider(ctx context.Context, tx *db.Tx, actor *Actor) (bool, error) {
	if actor.Rights.Allowed(Question{Permission: UserView, At: tx.At}) {
		return false, nil
	}
	u, err := tx.UserRow(ctx, actor.User)
	if err != nil {
		return false, fmt.Errorf("user: %w", err)
	}
	return u.Kind == "external", nil
}

// ToldAtFirm gives who of the users may be shown, to the actor, with what they hold at the firm: an outsider sees their own alone.
func ToldAtFirm(ctx context.Context, tx *db.Tx) (func(user int64) bool, error) {
	actor, err := Who(ctx, tx)
	if err != nil {
		return nil, err
	}
	outsider, err := Outsider(ctx, tx, actor)
	return func(user int64) bool { return !outsider || user == actor.User }, err
}

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
		same, err := g.same(r.TypedBy, value(r.DecidedBy))
		if err != nil {
			return nil, err
		}
		own[r.DecidedAt] = own[r.DecidedAt] || same
	}
	return own, nil
}

package guard

import (
	"context"
	"fmt"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/ledger"
	"habilis/internal/period"
	"habilis/internal/right"
)

// MayExtend reports whether the guards would let the actor put off the end of a grant: a page offers what Go will take.
func MayExtend(ctx context.Context, tx *db.Tx, actor *access.Actor, grantID int64) (bool, error) {
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
func MayProlong(ctx context.Context, tx *db.Tx, actor *access.Actor, grantID int64) (bool, error) {
	row, err := tx.GrantRow(ctx, grantID)
	if err != nil {
		return false, fmt.Errorf("grant %d: %w", grantID, err)
	}
	return mayProlong(ctx, tx, actor, row)
}

func mayProlong(ctx context.Context, tx *db.Tx, actor *access.Actor, row sqlc.Grant) (bool, error) {
	later := ledger.Prolonged(row, period.Open)
	g := &judge{ctx: ctx, tx: tx, actor: actor, list: []ledger.Write{later}}
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
	all, err := access.LoadUsers(ctx, tx, able)
	if err != nil {
		return false, err
	}
	at := right.Instants{tx.At: true}
	for _, r := range others {
		at.Add(tx.At, period.Span{From: r.FromAt, Until: r.UntilAt})
	}
	for _, r := range all {
		for _, s := range r.States {
			at.Add(tx.At, s.Span)
		}
	}
	for t := range at {
		if !anyone(all, func(r *right.Rights) bool { return r.Administers(t, without) }) {
			return false, nil
		}
	}
	return true, nil
}

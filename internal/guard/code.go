package guard

import (
	"context"
	"fmt"
	"slices"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/ledger"
	"habilis/internal/period"
	"habilis/internal/right"
)

// givenByCodes: whoever is shown a code can act as its account, so a code gives all that the account holds, now and to come: what its grants contain, the
// role of principal manager, and what its memberships show (rights.md, A27). It returns a violation where the account holds Administrateur
// and the actor does not.
func (g *judge) givenByCodes(missing lack) (*Violation, error) {
	for _, w := range g.list {
		if w.Kind != ledger.SignIns || !w.Opened {
			continue
		}
		account, err := access.Load(g.ctx, g.tx, w.User)
		if err != nil {
			return nil, err
		}
		after, err := access.Load(g.ctx, g.tx, g.actor.User)
		if err != nil {
			return nil, err
		}
		held := []*right.Rights{g.actor.Rights, after}
		for _, x := range account.Grants {
			if x.Profile.Administrator() && g.coming(x.Span) && !g.actor.Rights.Administrator(g.tx.At) {
				return &Violation{Guard: "more_than_held", Instant: max(g.tx.At, x.From), User: w.User, Missing: []right.Permission{right.FirmAdmin}}, nil
			}
			g.givenByAccount(x.Span, x.Scope, x.Profile.Contents, x.Ticked, held, missing)
		}
		for _, p := range account.Principals {
			always := []right.Dated{{Span: period.Span{Until: period.Open}, Content: right.PrincipalContent}}
			g.givenByAccount(p.Span, right.Structure(p.Structure), always, right.Set{}, held, missing)
		}
		for _, m := range account.Memberships {
			for _, p := range []right.Permission{right.StructureView, right.DepartmentView} {
				if g.coming(m.Span) && !g.holds(held, p, m.Scope, right.Whole) {
					missing.add(max(g.tx.At, m.From), p)
				}
			}
		}
	}
	return nil, nil
}

// CodeHolds reports whether whoever was shown a code of an account may still be the one who opens it: they may sign in, are at the firm's administration,
// and hold all that the account holds now, which may be more than when they were shown it.
func CodeHolds(ctx context.Context, tx *db.Tx, shownTo, user int64) (bool, error) {
	shower, err := tx.UserRow(ctx, shownTo)
	if err != nil {
		return false, fmt.Errorf("user: %w", err)
	}
	r, err := access.Load(ctx, tx, shownTo)
	if err != nil {
		return false, err
	}
	if shower.SignIn != "open" || !r.Active(tx.At) || !r.Allowed(right.Question{Permission: right.FirmAdmin, At: tx.At}) {
		return false, nil
	}
	g := &judge{ctx: ctx, tx: tx, actor: &access.Actor{User: shownTo, Rights: r}, list: []ledger.Write{{Kind: ledger.SignIns, Opened: true, User: user}}}
	v, err := g.moreThanHeld()
	return v == nil, err
}

// coming reports whether a period holds now or later.
func (g *judge) coming(s period.Span) bool { return s.Until > g.tx.At && s.Until > s.From }

// givenByAccount adds what one grant, or one period as principal manager, gives and the actor does not hold.
func (g *judge) givenByAccount(s period.Span, scope right.Scope, contents []right.Dated, ticked right.Set, held []*right.Rights, missing lack) {
	if !g.coming(s) {
		return
	}
	within := period.Span{From: max(s.From, g.tx.At), Until: s.Until}
	at := right.Instants{within.From: true}
	for i := range contents {
		at.Add(within.From, contents[i].Span)
	}
	for t := range at {
		i := slices.IndexFunc(contents, func(d right.Dated) bool { return d.Has(t) })
		if !within.Has(t) || i < 0 {
			continue
		}
		for p := range right.PermissionCount {
			given := contents[i].Content.Gives(p, ticked)
			if p.Enforced() && given != right.NoReach && !g.holds(held, p, scope, given) {
				missing.add(t, p)
			}
		}
	}
}

package access

import (
	"context"
	"fmt"
	"slices"

	"habilis/db"
	"habilis/internal/period"
)

// givenByCodes: whoever is shown a code can act as its account, so a code gives all that the account holds, now and to come: what its grants contain, the
// role of principal manager, and what its memberships show (rights.md, A27). It returns a violation where the account holds Administrateur
// and the actor does not.
func (g *judge) givenByCodes(missing lack) (*Violation, error) {
	for _, w := range g.list {
		if w.kind != signIns || !w.opened {
			continue
		}
		account, err := Load(g.ctx, g.tx, w.user)
		if err != nil {
			return nil, err
		}
		after, err := Load(g.ctx, g.tx, g.actor.User)
		if err != nil {
			return nil, err
		}
		held := []*Rights{g.actor.Rights, after}
		for _, x := range account.grants {
			if x.profile.Administrator() && g.coming(x.Span) && !administrator(g.actor.Rights, g.tx.At) {
				return &Violation{Guard: "more_than_held", Instant: max(g.tx.At, x.From), User: w.user, Missing: []Permission{FirmAdmin}}, nil
			}
			g.givenByAccount(x.Span, x.scope, x.profile.contents, x.ticked, held, missing)
		}
		for _, p := range account.principals {
			always := []dated{{Span: period.Span{Until: period.Open}, content: principalContent}}
			g.givenByAccount(p.Span, Structure(p.structure), always, Set{}, held, missing)
		}
		for _, m := range account.memberships {
			for _, p := range []Permission{StructureView, DepartmentView} {
				if g.coming(m.Span) && !g.holds(held, p, m.scope, Whole) {
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
	r, err := Load(ctx, tx, shownTo)
	if err != nil {
		return false, err
	}
	if shower.SignIn != "open" || !r.Active(tx.At) || !r.Allowed(Question{Permission: FirmAdmin, At: tx.At}) {
		return false, nil
	}
	g := &judge{ctx: ctx, tx: tx, actor: &Actor{User: shownTo, Rights: r}, list: []write{{kind: signIns, opened: true, user: user}}}
	v, err := g.moreThanHeld()
	return v == nil, err
}

// coming tells whether a period holds now or later.
func (g *judge) coming(s period.Span) bool { return s.Until > g.tx.At && s.Until > s.From }

// givenByAccount adds what one grant, or one period as principal manager, gives and the actor does not hold.
func (g *judge) givenByAccount(s period.Span, scope Scope, contents []dated, ticked Set, held []*Rights, missing lack) {
	if !g.coming(s) {
		return
	}
	within := period.Span{From: max(s.From, g.tx.At), Until: s.Until}
	at := instants{within.From: true}
	for i := range contents {
		at.add(within.From, contents[i].Span)
	}
	for t := range at {
		i := slices.IndexFunc(contents, func(d dated) bool { return d.Has(t) })
		if !within.Has(t) || i < 0 {
			continue
		}
		for p := range permissionCount {
			given := contents[i].content.Gives(p, ticked)
			if p.Enforced() && given != NoReach && !g.holds(held, p, scope, given) {
				missing.add(t, p)
			}
		}
	}
}

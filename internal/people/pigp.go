package people

import (
	"context"
	"fmt"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/journal"
	"habilis/internal/right"
)

// SetPIGP writes down whether somebody has an account of the State's portal for public management (Portail internet de la gestion publique), without
// which nobody manages a public structure outside the State (source 000, 2.9.3).
type SetPIGP struct {
	User int64 `json:"user"`
	Has  bool  `json:"has"`
}

// Kind names the change.
func (c SetPIGP) Kind() string { return "user.set_pigp" }

// Need is firm.admin, or principal.transfer where the person is attached: whoever hands the role over asks them.
func (c SetPIGP) Need(ctx context.Context, tx *db.Tx) ([]access.Need, error) {
	_, facts, err := Visible(ctx, tx, c.User)
	if err != nil {
		return nil, err
	}
	actor, err := access.Who(ctx, tx)
	if err != nil {
		return nil, err
	}
	ok, err := edits(ctx, tx, actor, facts)
	if err == nil && !ok {
		err = access.Forbidden(right.PrincipalTransfer)
	}
	return nil, err
}

// Check has nothing to tell.
func (c SetPIGP) Check(context.Context, *change.Work) error { return nil }

// Apply writes it, with a line where it was otherwise.
func (c SetPIGP) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	u, err := w.UserRow(ctx, c.User)
	if err != nil {
		return none, fmt.Errorf("user: %w", err)
	}
	if u.Pigp == c.Has {
		return none, nil
	}
	if err := w.SetPIGP(ctx, sqlc.SetPIGPParams{ID: u.ID, Pigp: c.Has}); err != nil {
		return none, fmt.Errorf("user: %w", err)
	}
	return none, w.Record(ctx, journal.Entry{
		Action: "user.pigp", Kind: "user", Object: u.ID, Person: u.ID, Details: map[string]string{"has": fmt.Sprint(c.Has)},
	})
}

// edits reports whether the actor may write that down.
func edits(ctx context.Context, tx *db.Tx, actor *access.Actor, facts *right.Rights) (bool, error) {
	if ok, err := actor.Can(ctx, tx, right.Question{Permission: right.FirmAdmin, Scope: right.Firm, At: tx.At}); err != nil || ok {
		return ok, err
	}
	for _, scope := range facts.Attached(tx.At) {
		ok, err := actor.Can(ctx, tx, right.Question{Permission: right.PrincipalTransfer, Scope: scope, At: tx.At})
		if err != nil || ok {
			return ok, err
		}
	}
	return false, nil
}
